"""Web domains: what a user's domain becomes, and the list of sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.state import Domain, State
from prorata.fakes.mgr5.errors import already_exists
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager

__all__ = ["FUNCTIONS", "check_free", "drop_domains", "make_domains"]

_ADDRESS = "192.0.2.1"


def check_free(state: State, name: str) -> None:
    """Raise `exists/name` if the domain is taken, as a site, a zone or a mail domain."""
    if any(name in taken for taken in (state.sites, state.zones, state.mail_domains)):
        raise already_exists("name", name)


def make_domains(state: State, name: str, owner: str, *, site: bool, mail: bool) -> None:
    """Make the DNS zone of a domain and, where asked, its site and its mail domain."""
    state.domains_made += 1
    domain = Domain(state.domains_made, name, owner)
    state.zones[name] = domain
    if site:
        state.sites[name] = domain
    if mail:
        state.mail_domains[name] = domain


def drop_domains(state: State, owners: set[str]) -> None:
    """Delete all that these users own."""
    for domains in (state.sites, state.zones, state.mail_domains):
        for name in [name for name, domain in domains.items() if domain.owner in owners]:
            del domains[name]


def _webdomain(context: Context[Ispmanager]) -> Sequence[Node]:
    state, who = context.panel.state, context.who
    sites = state.sites.values()
    mine = [site for site in sites if who.level > USER or site.owner == who.name]
    return [_row(site, active=state.users[site.owner].active) for site in mine]


def _row(site: Domain, *, active: bool) -> Node:
    known = {
        "id": str(site.id),
        "name": site.name,
        "owner": site.owner,
        # A suspended user's sites are not served.
        "active": "on" if active else "off",
        "docroot": f"/var/www/{site.owner}/data/www/{site.name}",
        "php": "on",
        "php_mode": "php_mode_mod",
        "php_version": "8.3 (native)",
        "handler": "PHP Apache 8.3 (native)",
        "ipaddr": _ADDRESS,
        "secure": "off",
        "analyzer": "off",
    }
    database = Node("database", "Not used", {"orig": "db_not_assigned"})
    empty = fields({"ssl_issued_success": "", "webscript_status": ""})
    return Node("elem", children=[*fields(known), database, *empty])


FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    Function("webdomain", "list", "Sites: all, or a user's own", _webdomain, level=USER),
)
