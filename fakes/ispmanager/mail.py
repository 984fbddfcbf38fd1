"""Mail: the domains that take it, and mailboxes, whose id is ``box@domain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import check_room, delete, found, mine, owner_of
from prorata.fakes.ispmanager.state import Thing
from prorata.fakes.ispmanager.things import Kind, functions
from prorata.fakes.ispmanager.webdomains import DOMAIN_NAME, new_domain
from prorata.fakes.mgr5.errors import already_exists, bad_value
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager

__all__ = ["FUNCTIONS"]


def _emaildomain(context: Context[Ispmanager]) -> Sequence[Node]:
    domains = mine(context, context.panel.state.mail_domains.values())
    rows = ({"name": one.name, "owner": one.owner, "active": "on"} for one in domains)
    return [Node("elem", children=fields(row)) for row in rows]


def _domain_save(context: Context[Ispmanager]) -> Sequence[Node]:
    args, domains = context.args, context.panel.state.mail_domains
    if "elid" in args:
        found(context, domains, "emaildomain", args["elid"])
        return [Node("ok")]
    name, owner = args["name"].lower(), owner_of(context)
    if name in domains:
        raise already_exists("name", name)
    has = sum(one.owner == owner for one in domains.values())
    check_room(context, owner, "limit_emaildomains", has)
    domains[name] = new_domain(context.panel.state, name, owner)
    return [Node("ok"), Node("id", name)]


def _domain_form(context: Context[Ispmanager]) -> Mapping[str, str]:
    elid = context.args.get("elid")
    if elid is None:
        return {"name": "", "owner": "", "defaction": "error"}
    domain = found(context, context.panel.state.mail_domains, "emaildomain", elid)
    return {"elid": elid, "name": domain.name, "owner": domain.owner, "defaction": "error"}


def _domain_delete(context: Context[Ispmanager]) -> Sequence[Node]:
    """Delete mail domains and the mailboxes in them."""
    state = context.panel.state
    done = delete(context, state.mail_domains, "emaildomain")
    gone = {*context.ids}
    for box in [box for box in state.mailboxes if box.partition("@")[2] in gone]:
        del state.mailboxes[box]
    return done


def _box_made(context: Context[Ispmanager]) -> Thing:
    """Return a new mailbox: it belongs to whom its domain belongs to."""
    args = context.args
    name, _, domain = args["name"].lower().partition("@")
    domain = args.get("domainname", domain).lower()
    if not domain:
        raise bad_value("domainname", "", "It is required")
    if "confirm" in args and args["confirm"] != args.get("passwd"):
        raise bad_value("confirm", "", "The passwords differ")
    owner = found(context, context.panel.state.mail_domains, "emaildomain", domain).owner
    about = {key: args.get(key, "") for key in ("maxsize", "forward", "note")}
    return Thing(f"{name}@{domain}", owner, about)


def _box_row(box: Thing) -> Mapping[str, str]:
    total = box.about["maxsize"]
    sizes = {"size_used": "0", "size_total": total, "dontsave": "off"}
    return {"name": box.name, "owner": box.owner, **sizes, **box.about}


FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    Function("emaildomain", "list", "Mail domains", _emaildomain, level=USER),
    Function(
        "emaildomain.edit",
        "form",
        "A mail domain",
        _domain_save,
        (ELID, DOMAIN_NAME, Param("owner", longest=32), Param("defaction")),
        _domain_form,
        level=USER,
    ),
    Function(
        "emaildomain.delete", "group", "Delete mail domains", _domain_delete, (ELIDS,), level=USER
    ),
    *functions(
        Kind(
            "email",
            "Mailboxes",
            "limit_emails",
            lambda state: state.mailboxes,
            _box_made,
            _box_row,
            (
                Param("name", required=True, longest=255, pattern=r"[^\s@]+(@\S+)?", hint="a box"),
                Param("domainname", longest=253),
                Param("passwd", secret=True, longest=128),
                Param("confirm", secret=True, longest=128),
                Param("maxsize", "integer"),
                Param("forward"),
                Param("note"),
            ),
        )
    ),
)
