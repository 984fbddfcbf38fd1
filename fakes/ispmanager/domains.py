"""Domains: what they are called, and what is made of one: a zone, a site, a mail domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prorata.fakes.ispmanager.owned import check_fixed
from prorata.fakes.ispmanager.state import Domain, IspmanagerState
from prorata.fakes.mgr5.errors import already_exists
from prorata.fakes.mgr5.params import Param

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DOMAIN_NAME",
    "Parts",
    "check_free",
    "check_same_domain",
    "drop_mail_domain",
    "drop_zone",
    "make_domains",
    "new_domain",
]

#: What a domain is called.
DOMAIN_NAME = Param(
    "name",
    required=True,
    longest=253,
    pattern=r"[^\s.,:/]+(\.[^\s.,:/]+)+",
    hint="a domain name such as anna.example.com",
)


class Parts(NamedTuple):
    """What a new domain gets, the address of its A record, and what is known of its site.

    Without an address of its own it has the one that all users share.
    """

    site: bool = True
    mail: bool = True
    zone: bool = True
    address: str | None = None
    about: Mapping[str, str] = {}


def check_free(state: IspmanagerState, name: str, owner: str | None = None) -> None:
    """Raise `exists/name` if the domain is taken, as a site, a zone or a mail domain.

    An owner may have one of them already, and make another.
    """
    for taken in (state.sites, state.zones, state.mail_domains):
        if name in taken and taken[name].owner != owner:
            raise already_exists("name", name)


def check_same_domain(domain: Domain, args: Mapping[str, str]) -> None:
    """Raise where a domain was to be renamed or given away."""
    check_fixed("name", domain.name, {**args, "name": args.get("name", domain.name).lower()})
    check_fixed("owner", domain.owner, args)


def new_domain(state: IspmanagerState, name: str, owner: str, address: str | None = None) -> Domain:
    """Return a domain with a number of its own, and the shared address unless another is named."""
    state.domains_made += 1
    return Domain(state.domains_made, name, owner, address or state.address)


def make_domains(state: IspmanagerState, name: str, owner: str, parts: Parts) -> None:
    """Make of a domain whatever of DNS zone, site and mail domain is asked for and not there."""
    domain = new_domain(state, name, owner, parts.address)
    if parts.zone:
        state.zones.setdefault(name, domain)
    if parts.site:
        state.sites[name] = domain._replace(about=parts.about)
    if parts.mail:
        state.mail_domains.setdefault(name, domain)


def drop_zone(state: IspmanagerState, name: str) -> None:
    """Delete a DNS zone and the records in it."""
    del state.zones[name]
    state.records.pop(name, None)


def drop_mail_domain(state: IspmanagerState, name: str) -> None:
    """Delete a mail domain and the mailboxes in it, which belong to whom it belongs to."""
    owner = state.mail_domains.pop(name).owner
    for box in state.mailboxes.listed(owner):
        if box.partition("@")[2] == name:
            del state.mailboxes[box]
