"""Mail: the domains that take it, and mailboxes, whose id is ``box@domain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.domains import DOMAIN_NAME, drop_mail_domain, new_domain
from prorata.fakes.ispmanager.owned import (
    all_found,
    check_confirm,
    check_fixed,
    check_room,
    found,
    owner_of,
    rows,
    switch,
)
from prorata.fakes.ispmanager.state import Domain, IspmanagerState, Thing
from prorata.fakes.ispmanager.things import ThingKind, functions
from prorata.fakes.mgr5.errors import already_exists, bad_value, over_limit
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.mgr5.rows import Rows

__all__ = ["FUNCTIONS"]

_DOMAIN = "emaildomain"
_KEPT: Mapping[str, str] = {
    "defaction": "error",
    "dkim": "off",
    "dmarc": "off",
    "secure": "off",
    "secure_alias": "",
    "ssl_name": "",
    "email": "",
}
_BOX: Mapping[str, str] = {
    "maxsize": "",
    "forward": "",
    "dontsave": "off",
    "note": "",
    "aliases": "",
}


def _emaildomain(context: CallContext[IspmanagerHost]) -> Rows[str]:
    state = context.panel.state
    return rows(context, state.mail_domains, lambda domain: _domain_row(state, domain))


def _domain_row(state: IspmanagerState, domain: Domain) -> Sequence[Node]:
    active = switch(on=state.users[domain.owner].active)
    return fields({"name": domain.name, "owner": domain.owner, "active": active})


def _domain_save(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    args, state = context.args, context.panel.state
    domains = state.mail_domains
    if "elid" in args:
        domain = found(context, domains, _DOMAIN, args["elid"])
        check_fixed("name", domain.name, {**args, "name": args.get("name", domain.name).lower()})
        check_fixed("owner", domain.owner, args)
        domains[domain.name] = _known_by(domain, args)
        return saved(domain.name)
    name, owner = args["name"].lower(), owner_of(context)
    taken = [of[name].owner for of in (state.sites, state.zones) if name in of]
    if name in domains or any(one != owner for one in taken):
        raise already_exists("name", name)
    check_room(context, owner, "limit_emaildomains", domains.count(owner))
    domains[name] = _known_by(new_domain(state, name, owner), args)
    return saved(name)


def _known_by(domain: Domain, args: Mapping[str, str]) -> Domain:
    was = {**_KEPT, **domain.about}
    return domain._replace(about={name: args.get(name, value) for name, value in was.items()})


def _domain_form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    elid = context.args.get("elid")
    if elid is None:
        return {"name": "", "owner": "", **_KEPT}
    domain = found(context, context.panel.state.mail_domains, _DOMAIN, elid)
    return {"elid": elid, "name": domain.name, "owner": domain.owner, **_KEPT, **domain.about}


def _domain_delete(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Delete mail domains and the mailboxes in them."""
    state = context.panel.state
    for domain in all_found(context, state.mail_domains, _DOMAIN):
        drop_mail_domain(state, domain.name)
    return saved()


def _box_made(context: CallContext[IspmanagerHost]) -> Thing:
    """Return a new mailbox: it belongs to whom its domain belongs to."""
    args, state = context.args, context.panel.state
    name, _, domain = args["name"].lower().partition("@")
    domain = args.get("domainname", domain).lower()
    if not domain:
        raise bad_value("domainname", "", "It is required")
    check_confirm(args)
    owner = found(context, state.mail_domains, _DOMAIN, domain).owner
    _check_size(context, owner)
    usual = {**_BOX, "maxsize": state.users[owner].limits.get("limit_email_quota", "")}
    return Thing(f"{name}@{domain}", owner, {key: args.get(key, usual[key]) for key in _BOX})


def _check_size(context: CallContext[IspmanagerHost], owner: str) -> None:
    most = context.panel.state.users[owner].limits.get("limit_email_quota", "")
    if most and int(context.args.get("maxsize", "0")) > int(most):
        raise over_limit("limit_email_quota", most)


def _box_changed(context: CallContext[IspmanagerHost], box: Thing) -> Thing:
    args = context.args
    check_confirm(args)
    _check_size(context, box.owner)
    about = {key: args.get(key, value) for key, value in box.about.items()}
    return box._replace(about=about)


def _box_row(_state: IspmanagerState, box: Thing) -> Mapping[str, str]:
    about = box.about
    return {
        "name": box.name,
        "owner": box.owner,
        "size_used": "0",
        "size_total": about["maxsize"],
        "dontsave": about["dontsave"],
        "note": about["note"],
        "forward": about["forward"],
    }


_PASSWORD = Param("passwd", secret=True, longest=128, pattern=r"[ -~]+", hint="ASCII characters")

FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function(
        _DOMAIN,
        "list",
        "Mail domains",
        _emaildomain,
        level=USER,
        columns=("name", "owner", "active"),
    ),
    Function(
        "emaildomain.edit",
        "form",
        "A mail domain",
        _domain_save,
        (
            ELID,
            DOMAIN_NAME,
            Param("owner", longest=32),
            Param("defaction", "choice", choices=("error", "ignore")),
            *(Param(name, "switch") for name in ("dkim", "dmarc", "secure")),
            *(Param(name, longest=255) for name in ("secure_alias", "ssl_name", "email")),
            # Where the address comes from; a mail domain here has that of the server.
            Param("ipsrc"),
        ),
        _domain_form,
        level=USER,
    ),
    Function(
        "emaildomain.delete", "group", "Delete mail domains", _domain_delete, (ELIDS,), level=USER
    ),
    *functions(
        ThingKind(
            "email",
            "Mailboxes",
            "limit_emails",
            lambda state: state.mailboxes,
            _box_made,
            _box_changed,
            _box_row,
            (
                Param("name", required=True, longest=255, pattern=r"[^\s@,]+(@\S+)?", hint="a box"),
                Param("domainname", longest=253),
                _PASSWORD,
                Param("confirm", secret=True, longest=128),
                Param("maxsize", "integer"),
                Param("forward", longest=4096),
                Param("dontsave", "switch"),
                Param("note"),
                Param("aliases", longest=4096),
            ),
            ("name", "owner", "size_used", "size_total", "dontsave", "note", "forward"),
        )
    ),
)
