"""Web domains: sites made, listed, changed, switched off and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.domains import (
    DOMAIN_NAME,
    Parts,
    check_free,
    check_same_domain,
    make_domains,
)
from prorata.fakes.ispmanager.owned import all_found, found, listed, owner_of, switch
from prorata.fakes.ispmanager.php import PHP, SERVED, allowed_modes, check_php, php_of, version_of
from prorata.fakes.ispmanager.things import DataKind, changed_about, drop, functions
from prorata.fakes.mgr5.errors import bad_value
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.params import ELID, Param
from prorata.fakes.mgr5.traffic import RESELLER, USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.ispmanager.state import Domain, IspmanagerState, User

__all__ = ["FUNCTIONS", "SITES"]

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
    Param("aliases", longest=4096, blank=True),
    Param("home", longest=1024),
    Param("ipaddrs", longest=45),
    # Where the address comes from; it changes nothing, since `ipaddrs` says it.
    Param("ipsrc"),
    *(
        Param(name, "switch" if name in _SWITCHES else "text", blank=name == "email")
        for name in _KEPT
    ),
    *PHP,
)


def _named(context: CallContext[IspmanagerHost]) -> tuple[str, str]:
    name, owner = context.args["name"].lower(), owner_of(context)
    check_free(context.panel.state, name, owner)
    return name, owner


def _made(context: CallContext[IspmanagerHost], name: str, owner: str) -> Domain:
    """Return a site, and make the zone and the mail domain that come with it.

    They come as far as there is room for them.
    """
    args, state = context.args, context.panel.state
    user = state.users[owner]
    check_php(state, owner, args)
    parts = Parts(
        zone=_room(user, "limit_domains", state.zones.count(owner)),
        mail=_room(user, "limit_emaildomains", state.mail_domains.count(owner)),
        address=args.get("ipaddrs", state.address),
        about=_about(args, php_of(state, user.limits, args), _KEPT),
    )
    make_domains(state, name, owner, parts)
    return state.sites[name]


def _room(user: User, limit: str, has: int) -> bool:
    most = user.limits.get(limit, "")
    return not most or has < int(most)


def _about(
    args: Mapping[str, str], php: Mapping[str, str], usual: Mapping[str, str]
) -> dict[str, str]:
    kept = {name: args.get(name, value) for name, value in usual.items()}
    texts = {name: args[name] for name in ("aliases", "home") if name in args}
    return {**kept, **php, **texts}


def _changed(context: CallContext[IspmanagerHost], site: Domain) -> Domain:
    """Return a site with what was sent; it is neither renamed nor given away."""
    args, state = context.args, context.panel.state
    check_same_domain(site, args)
    check_php(state, site.owner, args)
    moved = site._replace(address=args.get("ipaddrs", site.address))
    return changed_about(moved, args, _described(state, site))


def _described(state: IspmanagerState, site: Domain) -> dict[str, str]:
    """Return all that is known of a site: one that was made along with its user has the usual."""
    texts = {"aliases": f"www.{site.name}", "home": f"www/{site.name}"}
    php = php_of(state, state.users[site.owner].limits, {})
    return {**_KEPT, **php, **texts, **site.about}


def _shown(context: CallContext[IspmanagerHost], site: Domain | None) -> Mapping[str, str]:
    state = context.panel.state
    if site is None:
        empty = {"name": "", "owner": "", "aliases": "", "home": "", "ipaddrs": state.address}
        return {**empty, **_KEPT, **php_of(state, _limits_of_caller(context), {})}
    known = {"name": site.name, "owner": site.owner, "ipaddrs": site.address}
    return {**known, **_described(state, site)}


def _limits_of_caller(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    user = context.panel.state.users.get(context.who.name)
    return user.limits if user else {}


def _options(context: CallContext[IspmanagerHost]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return what may be chosen: the modes of PHP that the site's owner, or the caller, may use."""
    state, elid = context.panel.state, context.args.get("elid")
    site = state.sites.get(elid) if elid else None
    owner = state.users.get(site.owner) if site else None
    limits = owner.limits if owner else _limits_of_caller(context)
    users = listed(context, state.users) if context.who.level >= RESELLER else ()
    return {
        "php_mode": allowed_modes(limits),
        "owner": [(name, name) for name in users[:_MOST_OWNERS]],
        **{name: [*state.php.items()] for name in SERVED},
    }


def _row(state: IspmanagerState, site: Domain) -> Sequence[Node]:
    user = state.users[site.owner]
    about = _described(state, site)
    known = {
        "id": str(site.id),
        "name": site.name,
        "owner": site.owner,
        "docroot": f"/var/www/{site.owner}/data/{about['home'].strip('/')}",
        **version_of(state, about),
        # A suspended user's sites are not served.
        "active": switch(on=site.active and user.active),
        "analyzer": "off",
        "ipaddr": site.address,
        "webscript_status": "",
    }
    database = Node("database", "Not used", {"orig": "db_not_assigned"})
    newer = fields({"secure": about["secure"], "ssl_issued_success": ""})
    return [*fields(known), database, *newer]


SITES: DataKind[Domain] = DataKind(
    func="webdomain",
    what="Sites",
    limit="limit_webdomains",
    kept=lambda state: state.sites,
    named=_named,
    made=_made,
    changed=_changed,
    row=_row,
    shown=_shown,
    params=SITE,
    columns=(
        "id", "name", "owner", "docroot", "php", "php_mode", "php_version", "handler", "active",
        "analyzer", "ipaddr", "webscript_status", "database", "secure", "ssl_issued_success",
    ),
    options=_options,
    drop_params=(Param("remove_directory", "switch"), Param("confirm")),
    switched=True,
)  # fmt: skip


def _confirm_form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    elid = _confirmed_site(context)
    found(context, context.panel.state.sites, SITES.func, elid)
    return {"elid": elid, "remove_directory": "off"}


def _confirmed(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    _confirmed_site(context)
    return drop(SITES, context)


def _confirmed_site(context: CallContext[IspmanagerHost]) -> str:
    elid = context.args.get("elid", "")
    if not elid:
        raise bad_value("elid", "", "the name of a site")
    return elid


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    *functions(SITES),
    Function(
        "webdomain.delete.confirm",
        "form",
        "Delete sites, once it was confirmed",
        _confirmed,
        (ELID, *SITES.drop_params),
        _confirm_form,
        level=USER,
        element=lambda context: all_found(context, context.panel.state.sites, SITES.func),
    ),
)
