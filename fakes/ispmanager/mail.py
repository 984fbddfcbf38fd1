"""Mail: the domains that take it, and mailboxes, whose id is ``box@domain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.domains import (
    DOMAIN_NAME,
    check_free,
    check_same_domain,
    drop_mail_domain,
    new_domain,
)
from prorata.fakes.ispmanager.owned import (
    CONFIRM,
    PASSWORD,
    check_confirm,
    found,
    limit_in_seed,
    owner_of,
    switch,
)
from prorata.fakes.ispmanager.state import Domain, IspmanagerState, Thing
from prorata.fakes.ispmanager.things import DataKind, changed_about, functions
from prorata.fakes.mgr5.errors import bad_value, over_limit
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.mgr5.functions import CallContext, Function

__all__ = ["FUNCTIONS"]

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


#: How a form shows a password that is there; sent back it changes nothing.
_HIDDEN = "********"


def _domain_named(context: CallContext[IspmanagerHost]) -> tuple[str, str]:
    name, owner = context.args["name"].lower(), owner_of(context)
    check_free(context.panel.state, name, owner)
    return name, owner


def _domain_made(context: CallContext[IspmanagerHost], name: str, owner: str) -> Domain:
    domain = new_domain(context.panel.state, name, owner)
    return changed_about(domain, context.args, _KEPT)


def _domain_changed(context: CallContext[IspmanagerHost], domain: Domain) -> Domain:
    check_same_domain(domain, context.args)
    return changed_about(domain, context.args, _KEPT)


def _domain_row(state: IspmanagerState, domain: Domain) -> Sequence[Node]:
    active = switch(on=state.users[domain.owner].active)
    return fields({"name": domain.name, "owner": domain.owner, "active": active})


def _domain_shown(
    _context: CallContext[IspmanagerHost], domain: Domain | None
) -> Mapping[str, str]:
    if domain is None:
        return {"name": "", "owner": "", **_KEPT}
    return {"name": domain.name, "owner": domain.owner, **_KEPT, **domain.about}


def _box_named(context: CallContext[IspmanagerHost]) -> tuple[str, str]:
    """Return what a new mailbox is called: it belongs to whom its domain belongs to."""
    args, state = context.args, context.panel.state
    name, _, domain = args["name"].lower().partition("@")
    domain = args.get("domainname", domain).lower()
    if not domain:
        raise bad_value("domainname", "", "It is required")
    check_confirm(args)
    return f"{name}@{domain}", found(context, state.mail_domains, "emaildomain", domain).owner


def _box_made(context: CallContext[IspmanagerHost], name: str, owner: str) -> Thing:
    _check_size(context, owner)
    limits = context.panel.state.users[owner].limits
    usual = {**_BOX, "maxsize": limits.get("limit_email_quota", "")}
    return changed_about(Thing(name, owner), context.args, usual)


def _check_size(context: CallContext[IspmanagerHost], owner: str) -> None:
    most = context.panel.state.users[owner].limits.get("limit_email_quota", "")
    if most and int(context.args.get("maxsize", "0")) > int(most):
        where = limit_in_seed(owner, "limit_email_quota")
        raise over_limit("limit_email_quota", most, seed=where)


def _box_changed(context: CallContext[IspmanagerHost], box: Thing) -> Thing:
    if context.args.get("passwd") != _HIDDEN:
        check_confirm(context.args)
    _check_size(context, box.owner)
    return changed_about(box, context.args, {})


def _box_row(state: IspmanagerState, box: Thing) -> Sequence[Node]:
    about = box.about
    return fields(
        {
            "name": box.name,
            "owner": box.owner,
            "active": switch(on=box.active and state.users[box.owner].active),
            "size_used": "0",
            "size_total": about["maxsize"],
            "dontsave": about["dontsave"],
            "note": about["note"],
            "forward": about["forward"],
        }
    )


def _box_shown(_context: CallContext[IspmanagerHost], box: Thing | None) -> Mapping[str, str]:
    if box is None:
        return {"name": "", "domainname": "", **_BOX}
    name, _, domain = box.name.partition("@")
    return {"name": name, "domainname": domain, "passwd": _HIDDEN, **box.about}


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    *functions(
        DataKind(
            func="emaildomain",
            what="Mail domains",
            limit="limit_emaildomains",
            kept=lambda state: state.mail_domains,
            named=_domain_named,
            made=_domain_made,
            changed=_domain_changed,
            row=_domain_row,
            shown=_domain_shown,
            params=(
                DOMAIN_NAME,
                Param("owner", longest=32),
                Param("defaction", "choice", choices=("error", "ignore")),
                *(Param(name, "switch") for name in ("dkim", "dmarc", "secure")),
                *(Param(name, longest=255) for name in ("secure_alias", "ssl_name")),
                Param("email", longest=255, blank=True),
                # Where the address comes from; a mail domain here has that of the server.
                Param("ipsrc"),
            ),
            columns=("name", "owner", "active"),
            dropped=lambda context, domain: drop_mail_domain(context.panel.state, domain.name),
        )
    ),
    *functions(
        DataKind(
            func="email",
            what="Mailboxes",
            limit="limit_emails",
            kept=lambda state: state.mailboxes,
            named=_box_named,
            made=_box_made,
            changed=_box_changed,
            row=_box_row,
            shown=_box_shown,
            params=(
                Param("name", required=True, longest=255, pattern=r"[^\s@,]+(@\S+)?", hint="a box"),
                Param("domainname", longest=253),
                PASSWORD,
                CONFIRM,
                Param("maxsize", "integer"),
                Param("forward", longest=4096, blank=True),
                Param("dontsave", "switch"),
                Param("note", blank=True),
                Param("aliases", longest=4096, blank=True),
            ),
            columns=(
                "name", "owner", "active", "size_used", "size_total", "dontsave", "note", "forward",
            ),
            switched=True,
        )
    ),
)  # fmt: skip
