"""What is on a panel before anybody calls it: presets, resellers, users, addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


__all__ = ["SEED", "sow"]

#: Two users at least, each with a full name: there are clients that fall over fewer or none.
SEED: Mapping[str, Any] = {
    "presets": {
        "small": {"limit_quota": "1024", "limit_webdomains": "1", "limit_db": "1"},
        "large": {"limit_quota": "8192", "limit_webdomains": "10", "limit_db": "10"},
    },
    "users": {
        "anna": {
            "preset": "small",
            "domain": "anna.example.com",
            "fullname": "Anna Anders",
            "email": "anna@example.com",
        },
        "boris": {
            "preset": "large",
            "domain": "boris.example.com",
            "fullname": "Boris Brandt",
            "email": "boris@example.com",
        },
    },
    "addresses": {
        "192.0.2.10": {},
        "192.0.2.11": {},
        "2001:db8::10": {"iptype": "ipv6"},
    },
}


class Sown(Protocol):
    """What can be put on a panel, by what puts it there."""

    def add_preset(self, name: str, limits: Mapping[str, str]) -> None:
        """Add a user template."""

    def set_php(self, versions: Mapping[str, str]) -> None:
        """Say which versions of PHP there are."""

    def set_shared(self, *names: str) -> None:
        """Say which addresses all users share."""

    @property
    def add_reseller(self) -> Callable[..., None]:
        """What adds a reseller, by name."""

    @property
    def add_user(self) -> Callable[..., None]:
        """What adds a user, by name."""

    @property
    def add_address(self) -> Callable[..., None]:
        """What adds an address, by name."""


_KINDS = ("php_versions", "shared_addresses", "presets", "resellers", "users", "addresses")


def sow(panel: Sown, seed: Mapping[str, Any]) -> None:
    """Put a seed on a panel; raise ValueError for what no panel can have.

    `php_versions` maps keys to titles, and `shared_addresses` has the addresses that all users
    share; `presets` maps names to limits; `resellers`, `users` and `addresses` map names to the
    keywords of `add_reseller`, `add_user` and `add_address`.
    """
    unknown = sorted(seed.keys() - set(_KINDS))
    if unknown:
        raise ValueError(f"a seed of ispmanager has no {unknown[0]!r}; it has {', '.join(_KINDS)}")
    if "php_versions" in seed:
        panel.set_php(seed["php_versions"])
    if "shared_addresses" in seed:
        panel.set_shared(*seed["shared_addresses"])
    for name, limits in seed.get("presets", {}).items():
        panel.add_preset(name, limits)
    adders = {
        "resellers": panel.add_reseller,
        "users": panel.add_user,
        "addresses": panel.add_address,
    }
    for kind, add in adders.items():
        for name, about in seed.get(kind, {}).items():
            _add(add, kind, name, about or {})


def _add(add: Any, kind: str, name: str, about: Mapping[str, Any]) -> None:
    try:
        add(name, **about)
    except TypeError as error:
        raise ValueError(f"{kind}: {name!r}: {error}") from error
