"""Tariffs as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TYPES", "Addon", "enabled", "resources"]


class Addon(NamedTuple):
    """The amounts of a resource, in its own unit, until staff edit it."""

    included: int = 0
    minimum: int = 0
    maximum: int | None = 0


#: What comes with every tariff: GiB of traffic, MiB of disk, and web domains.
_BY_THEMSELVES: Final = {
    "traffic": Addon(5120, 5120, None),
    "disk": Addon(1024, 1024, 10240),
    "web domains": Addon(10, 10, 100),
}
#: The types of a resource.
TYPES: Final = frozenset(
    {
        "CPU load",
        "CPU time",
        "IPv4 addresses",
        "IPv6 addresses",
        "RAM",
        "databases",
        "disk",
        "domains",
        "mail domains",
        "mailboxes",
        "traffic",
        "web domains",
    }
)
_ALL: Final = {name: _BY_THEMSELVES.get(name, Addon()) for name in sorted(TYPES)}


def resources(*, create_all: bool) -> Mapping[str, Addon]:
    """Return the addons that a new tariff has: of every type, or those that come by themselves.

    ``billmanager.tariff.resources`` (billmanager-hosting). What has no default amount is not sold
    until staff give it amounts and prices (ours).
    """
    return _ALL if create_all else _BY_THEMSELVES


def enabled(*, tariff: str, is_enabled: bool) -> Refusal | None:
    """Refuse an order of, or a change to, a tariff that is not enabled.

    ``billmanager.tariff.enabled`` (billmanager-hosting); running services go on.
    """
    if is_enabled:
        return None
    return Refusal("billmanager.tariff.enabled", f"tariff {tariff} is not enabled")
