"""Web domains: what a user's domain becomes; sites made, listed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prorata.fakes.ispmanager.owned import check_room, delete, found, mine, owner_of
from prorata.fakes.ispmanager.state import ADDRESS, Domain, State
from prorata.fakes.mgr5.errors import already_exists
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager

__all__ = ["DOMAIN_NAME", "FUNCTIONS", "Parts", "check_free", "make_domains", "new_domain"]

#: What a domain is called.
DOMAIN_NAME = Param(
    "name",
    required=True,
    longest=253,
    pattern=r"[^\s.,:/]+(\.[^\s.,:/]+)+",
    hint="a domain name such as anna.example.com",
)


class Parts(NamedTuple):
    """What a new domain gets beside its DNS zone, and the address of its A record."""

    site: bool = True
    mail: bool = True
    address: str = ADDRESS


def check_free(state: State, name: str) -> None:
    """Raise `exists/name` if the domain is taken, as a site, a zone or a mail domain."""
    if any(name in taken for taken in (state.sites, state.zones, state.mail_domains)):
        raise already_exists("name", name)


def new_domain(state: State, name: str, owner: str, address: str = ADDRESS) -> Domain:
    """Return a domain with a number of its own."""
    state.domains_made += 1
    return Domain(state.domains_made, name, owner, address)


def make_domains(state: State, name: str, owner: str, parts: Parts) -> None:
    """Make the DNS zone of a domain and, where asked, its site and its mail domain."""
    domain = new_domain(state, name, owner, parts.address)
    state.zones[name] = domain
    if parts.site:
        state.sites[name] = domain
    if parts.mail:
        state.mail_domains[name] = domain


def _save(context: Context[Ispmanager]) -> Sequence[Node]:
    """Make a site with its zone and mail domain; one that exists keeps what is not known here."""
    args, state = context.args, context.panel.state
    if "elid" in args:
        found(context, state.sites, "webdomain", args["elid"])
        return [Node("ok")]
    name, owner = args["name"].lower(), owner_of(context)
    check_free(state, name)
    check_room(context, owner, "limit_webdomains", _count(state.sites, owner))
    make_domains(state, name, owner, Parts(address=args.get("ipaddrs", ADDRESS)))
    return [Node("ok"), Node("id", name)]


def _count(domains: Mapping[str, Domain], owner: str) -> int:
    return sum(domain.owner == owner for domain in domains.values())


def _form(context: Context[Ispmanager]) -> Mapping[str, str]:
    elid = context.args.get("elid")
    if elid is None:
        return {"name": "", "owner": "", "aliases": "", "ipaddrs": ADDRESS}
    site = found(context, context.panel.state.sites, "webdomain", elid)
    return {"elid": elid, **_known(site), "aliases": f"www.{site.name}"}


def _delete(context: Context[Ispmanager]) -> Sequence[Node]:
    return delete(context, context.panel.state.sites, "webdomain")


def _webdomain(context: Context[Ispmanager]) -> Sequence[Node]:
    state = context.panel.state
    seen = mine(context, state.sites.values())
    return [_row(site, active=state.users[site.owner].active) for site in seen]


def _known(site: Domain) -> dict[str, str]:
    return {"id": str(site.id), "name": site.name, "owner": site.owner, "ipaddrs": site.address}


def _row(site: Domain, *, active: bool) -> Node:
    known = {
        **_known(site),
        # A suspended user's sites are not served.
        "active": "on" if active else "off",
        "docroot": f"/var/www/{site.owner}/data/www/{site.name}",
        "php": "on",
        "php_mode": "php_mode_mod",
        "php_version": "8.3 (native)",
        "handler": "PHP Apache 8.3 (native)",
        "ipaddr": site.address,
        "secure": "off",
        "analyzer": "off",
    }
    database = Node("database", "Not used", {"orig": "db_not_assigned"})
    empty = fields({"ssl_issued_success": "", "webscript_status": ""})
    return Node("elem", children=[*fields(known), database, *empty])


FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    Function("webdomain", "list", "Sites: all, or a user's own", _webdomain, level=USER),
    Function(
        "webdomain.edit",
        "form",
        "A site, with its zone and mail domain",
        _save,
        (ELID, DOMAIN_NAME, Param("owner", longest=32), Param("ipaddrs", longest=45)),
        _form,
        level=USER,
    ),
    Function("webdomain.delete", "group", "Delete sites", _delete, (ELIDS,), level=USER),
)
