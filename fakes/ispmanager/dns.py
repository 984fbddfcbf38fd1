"""DNS zones: listed, made, changed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.domains import (
    DOMAIN_NAME,
    check_free,
    check_same_domain,
    drop_mail_domain,
    drop_zone,
    new_domain,
)
from prorata.fakes.ispmanager.owned import owner_of
from prorata.fakes.ispmanager.records import NAME_SERVERS, point_to
from prorata.fakes.ispmanager.things import DataKind, changed_about, functions
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.tree import fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.ispmanager.book import Register
    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.ispmanager.state import Domain
    from prorata.fakes.mgr5.functions import CallContext, Function

__all__ = ["FUNCTIONS"]

_KEPT: Mapping[str, str] = {
    "dtype": "master",
    "ns": " ".join(NAME_SERVERS),
    "mx": "",
    "dnssec": "off",
    "reversezone": "off",
}


def _named(context: CallContext[IspmanagerHost]) -> tuple[str, str]:
    name, owner = context.args["name"].lower(), owner_of(context)
    check_free(context.panel.state, name, owner)
    return name, owner


def _made(context: CallContext[IspmanagerHost], name: str, owner: str) -> Domain:
    zone = new_domain(context.panel.state, name, owner, context.args.get("ip"))
    return changed_about(zone, context.args, _KEPT)


def _changed(context: CallContext[IspmanagerHost], zone: Domain) -> Domain:
    """Return a zone with other name servers or another address."""
    args = context.args
    check_same_domain(zone, args)
    address = args.get("ip", zone.address)
    point_to(context.panel.state, zone, address)
    return changed_about(zone._replace(address=address), args, _KEPT)


def _shown(context: CallContext[IspmanagerHost], zone: Domain | None) -> Mapping[str, str]:
    if zone is None:
        return {"name": "", "owner": "", "ip": context.panel.state.address, **_KEPT}
    return {"name": zone.name, "owner": zone.owner, "ip": zone.address, **_KEPT, **zone.about}


def _dropped(context: CallContext[IspmanagerHost], zone: Domain) -> None:
    """Delete a zone and, where asked, the owner's site and mail domain of the same name."""
    args, state = context.args, context.panel.state
    drop_zone(state, zone.name)
    if args.get("webdomain") == "on" and _has(state.sites, zone):
        del state.sites[zone.name]
    if args.get("maildomain") == "on" and _has(state.mail_domains, zone):
        drop_mail_domain(state, zone.name)


def _has(domains: Register[Domain], zone: Domain) -> bool:
    return zone.name in domains and domains[zone.name].owner == zone.owner


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    *functions(
        DataKind(
            func="domain",
            what="DNS zones",
            limit="limit_domains",
            kept=lambda state: state.zones,
            named=_named,
            made=_made,
            changed=_changed,
            row=lambda _state, zone: fields(
                {"name": zone.name, "displayname": zone.name, "user": zone.owner}
            ),
            shown=_shown,
            params=(
                DOMAIN_NAME,
                Param("owner", longest=32),
                Param("dtype", "choice", choices=("master", "slave")),
                Param("ip", longest=45),
                # Where the address comes from; it changes nothing, since `ip` says it.
                Param("ipsrc"),
                Param("ns", longest=4096),
                Param("mx", longest=4096),
                Param("dnssec", "switch"),
                Param("reversezone", "switch"),
            ),
            columns=("name", "displayname", "user"),
            dropped=_dropped,
            drop_params=(Param("webdomain", "switch"), Param("maildomain", "switch")),
        )
    ),
)
