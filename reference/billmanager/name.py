"""Names made from templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from prorata.reference.readings import table
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

__all__ = ["NAME_TOO_LONG", "domain", "filled", "free_zone", "told_apart", "username"]

LONGEST: Final = 16
_MACRO: Final = re.compile(r"@([A-Z_]+)@")


@beside("billmanager.name.username")
def filled(template: str, macros: Mapping[str, str]) -> str:
    """Put the values of `macros` in for ``@MACRO@``; unknown macros stay as they are."""
    return _MACRO.sub(lambda found: macros.get(found[1], found[0]), template)


def _refuse(name: str, number: str) -> str | Refusal:
    why = f"the user name {name}{number} has more than {LONGEST} characters"
    return Refusal("billmanager.name.username", why)


def _cut(name: str, number: str) -> str | Refusal:
    return name[: LONGEST - len(number)] + number


#: What becomes of a user name that is too long: from the name and the number after it.
NAME_TOO_LONG = table("name_too_long", {"refuse": _refuse, "cut": _cut})


def username(
    *,
    user: int,
    client: str,
    account: int,
    domain: str,
    template: str = "user@ID@",
    name_too_long: Callable[[str, str], str | Refusal],
) -> str | Refusal:
    """Return the name of the user made on the panel, at most 16 characters.

    ``billmanager.name.username`` (billmanager-hosting). `user` is the user's number, `client` the
    client's login, `account` the client's number.
    """
    macros = {"USERNAME": client, "DOMAIN": domain, "ID": str(user), "ACCOUNT_ID": str(account)}
    name = filled(template, macros)
    return name if len(name) <= LONGEST else name_too_long(name, "")


@beside("billmanager.name.username")
def told_apart(
    *, name: str, number: int, name_too_long: Callable[[str, str], str | Refusal]
) -> str | Refusal:
    """Return the name with the number that tells it from a taken one, at most 16 characters.

    Beside ``billmanager.name.username`` (billmanager-hosting; the number: vendor).
    """
    return (
        numbered
        if len(numbered := f"{name}{number}") <= LONGEST
        else name_too_long(name, str(number))
    )


def domain(
    *,
    client: str,
    product_type: str,
    service: int,
    template: str = "@USERNAME@.example.com",
) -> str:
    """Return the domain of a service whose order names none.

    ``billmanager.name.domain`` (billmanager-hosting).
    """
    return filled(template, {"USERNAME": client, "TYPE": product_type, "ID": str(service)})


def free_zone(
    *, domain: str, generated: bool, zones: Collection[str], address: str | None
) -> str | None:
    """Return the address that a domain points to by itself, or None where it does not.

    ``billmanager.name.free-zone`` (billmanager-hosting): a generated third-level name whose
    second-level name is a zone of a free name server points to the `address` of the service.
    """
    zone = domain.partition(".")[2]
    third_level = zone.count(".") == 1
    return address if generated and third_level and zone in zones else None
