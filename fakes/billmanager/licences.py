"""What a licence has beside a service: a key, an address and a name, and when they may change."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from prorata.fakes.billmanager.refusals import BillingError
from prorata.fakes.mgr5.errors import already_exists, bad_value

if TYPE_CHECKING:
    from datetime import datetime

    from prorata.fakes.billmanager.catalogue import Listing
    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.fakes.billmanager.state import Item
    from prorata.reference.engine.state import Service

__all__ = ["FREE", "PAUSE", "check_address", "key_of", "moved", "polled"]

#: The address of a licence that is in nobody's use: clients park theirs there, to use them again.
FREE: Final = "0.0.0.0"  # noqa: S104  an address of no server
#: How long the address of a licence stays: clients count 31 days from its last change.
PAUSE: Final = timedelta(days=31)
#: The services that hold an address.
_HOLDS: Final = frozenset({"ordered", "processing", "active"})
_GROUP: Final = 4


def key_of(service: Service, item: Item) -> str:
    """Return the key of a licence; nothing until it is active and has been asked for often enough.

    It begins with the number of the licence and a minus: a client cuts the number out of it.
    """
    if service.status in {"ordered", "processing"} or item.polls:
        return ""
    digest = hashlib.sha256(f"key {item.keys} of {service.number}".encode()).hexdigest().upper()
    parts = (digest[start : start + _GROUP] for start in range(0, 4 * _GROUP, _GROUP))
    return "-".join((str(service.number), *parts))


def polled(panel: BillmanagerHost, number: int) -> None:
    """Count that a key was asked for that is not there yet."""
    item = panel.state.items[number]
    if item.polls:
        panel.state.items[number] = replace(item, polls=item.polls - 1)
        panel.changed += 1


def check_address(panel: BillmanagerHost, listing: Listing, ip: str, own: int = 0) -> None:
    """Refuse what is no address, and one that another licence of the tariff runs on."""
    if not ip or ip == FREE:
        return
    try:
        ip_address(ip)
    except ValueError:
        raise bad_value("ip", ip, "Expected an IP address") from None
    services = panel.billing.book.services
    for number, item in panel.state.items.items():
        service = services[number]
        same = item.ip == ip and service.tariff == listing.name and number != own
        if same and service.status in _HOLDS:
            raise already_exists("ip", ip)


def moved(item: Item, ip: str, now: datetime) -> Item:
    """Return a licence on another address.

    It is counted from the last change, and the order is none. Parking it is always allowed and is
    no change: who parks a licence waits no longer for it than who keeps it.
    """
    if ip == item.ip:
        return item
    if ip == FREE:
        return replace(item, ip=ip)
    if item.ip_changed is not None and now - item.ip_changed <= PAUSE:
        again = item.ip_changed + PAUSE
        why = f"The IP address can be changed once in {PAUSE.days} days: after {again:%F %T} UTC"
        raise BillingError("value", "ip", why)
    return replace(item, ip=ip, ip_changed=now)
