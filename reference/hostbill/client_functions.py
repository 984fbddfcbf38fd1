"""What clients do with a service by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["CLIENTS", "FUNCTIONS", "active_only", "client_functions", "staff_only", "switched_on"]

_RULE: Final = "hostbill.client-functions"

#: The acts of clients; staff do all.
CLIENTS: Final = frozenset(
    {
        "answer_form",
        "change_period",
        "change_tariff",
        "create_on_panel",
        "delete_on_panel",
        "functions_for",
        "open_panel",
        "renew",
        "reset_password",
        "show_licence",
        "show_log",
        "show_on_panel",
        "transfer",
    }
)


class ClientFunction(NamedTuple):
    """A function: for hosting, for licences or for neither, and what has to be set up for it."""

    hosting: bool = False
    licence: bool = False
    needs: str = ""


_BOTH: Final = ClientFunction(hosting=True, licence=True)
_HOSTING: Final = ClientFunction(hosting=True)
_LICENCE: Final = ClientFunction(licence=True)
_NEITHER: Final = ClientFunction()

#: Every function: for the products whose document has it as applicable. To cancel and to upgrade
#: are no switches, they follow settings of their own.
FUNCTIONS: Final[Mapping[str, ClientFunction]] = {
    "access control panel": _HOSTING,
    "access webmail": _NEITHER,
    "cancel": _BOTH._replace(needs="cancellation"),
    "change billing cycle": _BOTH._replace(needs="several cycles"),
    "change label": _BOTH,
    "change ownership": _BOTH,
    "contracts": _BOTH._replace(needs="an agreement"),
    "databases": _HOSTING,
    "disk and bandwidth": _HOSTING,
    "domain logs": _LICENCE,
    "downloads": _HOSTING._replace(needs="downloads"),
    "edit forms": _BOTH._replace(needs="a form"),
    "emails": _HOSTING,
    "ftp users": _HOSTING,
    "graphs": _NEITHER,
    "license details": _LICENCE,
    "login details": _HOSTING,
    "logs": _BOTH,
    "manage ip": _HOSTING._replace(needs="an address pool"),
    "manual service renew": _BOTH._replace(needs="a cycle"),
    "metered billing details": _HOSTING._replace(needs="metered billing"),
    "new direct link": _BOTH,
    "related emails": _BOTH,
    "related invoices": _BOTH,
    "related services": _BOTH,
    "reset password": _HOSTING,
    "reverse dns": _NEITHER,
    "service auto payment": _HOSTING,
    "service auto renewal": _BOTH._replace(needs="automatic renewal"),
    "service notes": _BOTH,
    "status updates": _BOTH,
    "update epp code": _NEITHER,
    "upgrade": _BOTH._replace(needs="an upgrade"),
}


def client_functions(
    *, has: str, licence: bool, switches: Mapping[str, bool], there: Collection[str]
) -> tuple[str, ...]:
    """Return the functions that a client is offered for a service.

    ``hostbill.client-functions`` (hostbill-licences, hostbill-hosting): those that the product
    does not switch off, for active services only; those that are not applicable never. `there` is
    what is set up for the service.
    """
    if active_only(has=has):
        return ()
    return tuple(
        name
        for name, row in FUNCTIONS.items()
        if row.needs in {"", *there}
        and switched_on(function=name, licence=licence, switches=switches) is None
    )


@beside(_RULE)
def switched_on(*, function: str, licence: bool, switches: Mapping[str, bool]) -> Refusal | None:
    """Refuse a function that is not applicable, or that the product switches off."""
    row = FUNCTIONS[function]
    if not (row.licence if licence else row.hosting):
        kind = "licences" if licence else "hosting"
        return Refusal(_RULE, f"the function {function} is not applicable for {kind}")
    if not switches.get(function, True):
        return Refusal(_RULE, f"the product has the function {function} switched off")
    return None


@beside(_RULE)
def active_only(*, has: str) -> Refusal | None:
    """Refuse a function for a service that is not active.

    ``hostbill.client-functions`` (hostbill-licences, hostbill-hosting).
    """
    if has == "active":
        return None
    return Refusal(_RULE, f"the service is {has}, not active")


@beside(_RULE)
def staff_only(*, act: str, by: str) -> Refusal | None:
    """Refuse a client what only staff do: ``hostbill.client-functions``."""
    if by == "staff" or act in CLIENTS:
        return None
    return Refusal(_RULE, f"clients have no function to {act.replace('_', ' ')}; staff do that")
