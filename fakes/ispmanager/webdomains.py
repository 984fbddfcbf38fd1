"""Web domains: sites made, listed, changed, switched off and deleted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.domains import DOMAIN_NAME, Parts, check_free, make_domains
from prorata.fakes.ispmanager.owned import (
    check_fixed,
    check_room,
    delete,
    found,
    listed,
    owner_of,
    set_active,
    switch,
)
from prorata.fakes.ispmanager.php import PHP, allowed_modes, check_permissions, php_of, version_of
from prorata.fakes.ispmanager.state import ADDRESS, Domain, User
from prorata.fakes.mgr5.errors import bad_value
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param, choices
from prorata.fakes.mgr5.rows import Rows
from prorata.fakes.mgr5.traffic import RESELLER, USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost

__all__ = ["FUNCTIONS", "SITE", "save_site", "site_form"]

_FUNC = "webdomain"
#: A form offers no more owners than fit on one page of the list of users.
_MOST_OWNERS = 1000
#: What a site keeps of what is sent, beside its PHP, with what it has where nothing is.
_KEPT: Mapping[str, str] = {
    "email": "",
    "secure": "off",
    "ssl_cert": "",
    "redirect_http": "off",
    "dirindex": "index.php index.html",
    "charset": "off",
    "ssi": "off",
    "cgi": "off",
    "basedir": "on",
    "log_access": "on",
    "log_error": "on",
}
_SWITCHES = ("secure", "redirect_http", "ssi", "cgi", "basedir", "log_access", "log_error")
SITE: tuple[Param, ...] = (
    DOMAIN_NAME,
    Param("owner", longest=32),
    Param("aliases", longest=4096),
    Param("home", longest=1024),
    Param("ipaddrs", longest=45),
    # Where the address comes from; it changes nothing, since `ipaddrs` says it.
    Param("ipsrc"),
    *(Param(name, "switch" if name in _SWITCHES else "text") for name in _KEPT),
    *PHP,
)


def save_site(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Make a site with its zone and mail domain, or change one that exists."""
    return _change(context) if "elid" in context.args else _create(context)


def _create(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    args, state = context.args, context.panel.state
    name, owner = args["name"].lower(), owner_of(context)
    check_free(state, name)
    check_room(context, owner, "limit_webdomains", state.sites.count(owner))
    user = state.users[owner]
    check_permissions(user.limits, args)
    about = _about(args, php_of(user.limits, args), _KEPT)
    # The zone and the mail domain that come with a site do so as far as there is room for them.
    parts = Parts(
        zone=_room(user, "limit_domains", state.zones.count(owner)),
        mail=_room(user, "limit_emaildomains", state.mail_domains.count(owner)),
        address=args.get("ipaddrs", ADDRESS),
        about=about,
    )
    make_domains(state, name, owner, parts)
    return saved(name)


def _room(user: User, limit: str, has: int) -> bool:
    most = user.limits.get(limit, "")
    return not most or has < int(most)


def _about(
    args: Mapping[str, str], php: Mapping[str, str], usual: Mapping[str, str]
) -> dict[str, str]:
    kept = {name: args.get(name, value) for name, value in usual.items()}
    texts = {name: args[name] for name in ("aliases", "home") if name in args}
    return {**kept, **php, **texts}


def _change(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Change what was sent; a site is neither renamed nor given away."""
    args, state = context.args, context.panel.state
    site = found(context, state.sites, _FUNC, args["elid"])
    check_fixed("name", site.name, {**args, "name": args.get("name", site.name).lower()})
    check_fixed("owner", site.owner, args)
    limits = state.users[site.owner].limits
    check_permissions(limits, args)
    was = _described(site, limits)
    changed = {name: args.get(name, value) for name, value in was.items()}
    state.sites[site.name] = site._replace(address=args.get("ipaddrs", site.address), about=changed)
    return saved(site.name)


def _described(site: Domain, limits: Mapping[str, str]) -> dict[str, str]:
    """Return all that is known of a site: one that was made along with its user has the usual."""
    texts = {"aliases": f"www.{site.name}", "home": f"www/{site.name}"}
    return {**_KEPT, **php_of(limits, {}), **texts, **site.about}


def site_form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    """Return the form of a site, or of a new one."""
    elid, state = context.args.get("elid"), context.panel.state
    if elid is None:
        empty = {"name": "", "owner": "", "aliases": "", "home": "", "ipaddrs": ADDRESS}
        return {**empty, **_KEPT, **php_of(_limits_of_caller(context), {})}
    site = found(context, state.sites, _FUNC, elid)
    known = {"name": site.name, "owner": site.owner, "ipaddrs": site.address}
    return {"elid": elid, **known, **_described(site, state.users[site.owner].limits)}


def _limits_of_caller(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    user = context.panel.state.users.get(context.who.name)
    return user.limits if user else {}


def _options(context: CallContext[IspmanagerHost]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return what may be chosen: the modes of PHP that the site's owner, or the caller, may use."""
    state, elid = context.panel.state, context.args.get("elid")
    site = state.sites.get(elid) if elid else None
    owner = state.users.get(site.owner) if site else None
    limits = owner.limits if owner else _limits_of_caller(context)
    versions = {one.name: choices(one) for one in PHP if one.name.endswith("_version")}
    users = listed(context, state.users) if context.who.level >= RESELLER else ()
    return {
        "php_mode": allowed_modes(limits),
        "owner": [(name, name) for name in users[:_MOST_OWNERS]],
        **versions,
    }


def _webdomain(context: CallContext[IspmanagerHost]) -> Rows[str]:
    state, has_owner = context.panel.state, context.panel.edition.owner

    def of(key: str) -> tuple[Domain, User]:
        site = state.sites[key]
        return site, state.users[site.owner]

    def row(key: str) -> Node:
        return _row(*of(key), has_owner=has_owner)

    return Rows(listed(context, state.sites), row, of)


def _row(site: Domain, user: User, *, has_owner: bool) -> Node:
    about = _described(site, user.limits)
    known = {
        "id": str(site.id),
        "name": site.name,
        **({"owner": site.owner} if has_owner else {}),
        "docroot": f"/var/www/{site.owner}/data/{about['home'].strip('/')}",
        **version_of(about),
        # A suspended user's sites are not served.
        "active": switch(on=site.active and user.active),
        "analyzer": "off",
        "ipaddr": site.address,
        "secure": about["secure"],
    }
    database = Node("database", "Not used", {"orig": "db_not_assigned"})
    empty = fields({"ssl_issued_success": "", "webscript_status": ""})
    return Node("elem", children=[*fields(known), database, *empty])


def _delete(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    return delete(context, context.panel.state.sites, _FUNC)


def _confirm_form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    elid = _named(context)
    found(context, context.panel.state.sites, _FUNC, elid)
    return {"elid": elid, "remove_directory": "off"}


def _confirmed(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    _named(context)
    return _delete(context)


def _named(context: CallContext[IspmanagerHost]) -> str:
    elid = context.args.get("elid", "")
    if not elid:
        raise bad_value("elid", "", "the name of a site")
    return elid


def _set_active(context: CallContext[IspmanagerHost], *, active: bool) -> Sequence[Node]:
    return set_active(context, context.panel.state.sites, _FUNC, active=active)


_REMOVAL = (ELIDS, Param("remove_directory", "switch"), Param("confirm"))

FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function(
        _FUNC,
        "list",
        "Sites: all, or a user's own",
        _webdomain,
        level=USER,
        columns=(
            "id", "name", "owner", "docroot", "php", "php_mode", "php_version", "handler", "active",
            "analyzer", "ipaddr", "secure", "database", "ssl_issued_success", "webscript_status",
        ),
    ),
    Function(
        "webdomain.edit",
        "form",
        "A site, with its zone and mail domain",
        save_site,
        (ELID, *SITE),
        site_form,
        level=USER,
        options=_options,
    ),
    Function("webdomain.delete", "group", "Delete sites", _delete, _REMOVAL, level=USER),
    Function(
        "webdomain.delete.confirm",
        "form",
        "Delete sites, once it was confirmed",
        _confirmed,
        (ELID, *_REMOVAL[1:]),
        _confirm_form,
        level=USER,
    ),
    Function(
        "webdomain.suspend",
        "group",
        "Switch sites off",
        partial(_set_active, active=False),
        (ELIDS,),
        level=USER,
    ),
    Function(
        "webdomain.resume",
        "group",
        "Switch sites on",
        partial(_set_active, active=True),
        (ELIDS,),
        level=USER,
    ),
)  # fmt: skip
