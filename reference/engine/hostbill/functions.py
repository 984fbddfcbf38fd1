"""The functions of clients: what is offered for a service, and what is refused for it is not."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.hostbill.cancel import cancel_refused
from prorata.reference.engine.hostbill.change import refused
from prorata.reference.engine.hostbill.periods import recurring
from prorata.reference.hostbill import client_functions as rules
from prorata.reference.hostbill.auto_renewal import auto_renewal
from prorata.reference.hostbill.client import password as login_password
from prorata.reference.hostbill.cycle import CYCLES
from prorata.reference.hostbill.metered import METERED
from prorata.reference.vocabulary.product import CANCELLED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["functions_for", "reset_password", "switched"]


def functions_for(turn: Turn, /, *, service: str) -> Refusal | None:
    """List the functions that a client is offered for a service."""
    asked = turn.book.services[int(service)]
    turn.answer["functions"] = list(turn.rule(rules.client_functions, **_told(turn, asked)))
    return None


def reset_password(turn: Turn, /, *, service: str, password: str) -> Refusal | None:
    """Give a client another password for the billing; that of the user on the panel stays."""
    used = turn.book.services[int(service)]
    refusal = turn.rule(rules.active_only, has=used.status) or turn.rule(
        login_password, password=password
    )
    if refusal is None:
        turn.set(turn.book.clients[used.client], password=password)
    return refusal


def switched(acts: Mapping[str, Callable[..., Refusal | None]]) -> dict[str, Any]:
    """Return acts that a client is refused where the function for them is not offered."""
    return {verb: _switched(act, _OF[verb]) if verb in _OF else act for verb, act in acts.items()}


def _switched(
    act: Callable[..., Refusal | None], function_of: Callable[[Mapping[str, Any]], str]
) -> Callable[..., Refusal | None]:
    tells_by = "by" in signature(act).parameters

    def asked(turn: Turn, /, *, by: str = "client", **parameters: Any) -> Refusal | None:
        told = {**parameters, "by": by} if tells_by else parameters
        refusal = None
        if by == "client":
            refusal = _off(turn, parameters["service"], function_of(parameters))
        return refusal or act(turn, **told)

    asked.__doc__ = act.__doc__
    return asked


def _off(turn: Turn, service: str, function: str) -> Refusal | None:
    """Refuse a function that the product of a service does not have, none where it is none."""
    if not function:
        return None
    product: Product = turn.tariff(turn.book.services[int(service)])
    return turn.rule(
        rules.switched_on,
        function=function,
        licence=product.licence,
        switches=product.client_functions,
    )


def _told(turn: Turn, service: Service) -> dict[str, Any]:
    """Return what tells the rule of a service: what is set up for it, beside its switches."""
    product: Product = turn.tariff(service)
    return {
        "has": service.status,
        "licence": product.licence,
        "switches": product.client_functions,
        "there": frozenset(what for what, has in _THERE.items() if has(turn, service, product)),
    }


def _goes_on(turn: Turn, service: Service, product: Product) -> bool:
    regular = product.billing_type == "prepaid" and service.cycle != METERED
    return regular and turn.rule(
        auto_renewal,
        wanted=product.auto_renewal,
        recurring=recurring(service),
        billing_type=product.billing_type,
    )


def _cancels(turn: Turn, service: Service, _product: Product) -> bool:
    return any(cancel_refused(turn, service, when, "client") is None for when in CANCELLED.words)


#: What has to be set up for a function, and whether it is.
_THERE: Final[Mapping[str, Callable[[Turn, Service, Product], bool]]] = {
    "cancellation": _cancels,
    "several cycles": lambda _turn, _service, product: len(CYCLES.keys() & product.prices) > 1,
    "a cycle": lambda _turn, service, _product: recurring(service) and service.cycle != METERED,
    "metered billing": lambda _turn, service, _product: service.cycle == METERED,
    "automatic renewal": _goes_on,
    "an agreement": lambda _turn, _service, product: product.agreement is not None,
    "a form": lambda _turn, _service, product: bool(product.form),
    "an upgrade": lambda turn, service, product: bool(
        product.upgrades and refused(turn, service) is None
    ),
}
_OF_WHAT: Final[Mapping[str, str]] = {
    "database": "databases",
    "mailbox": "emails",
    "ftp user": "ftp users",
    "usage": "disk and bandwidth",
    "login details": "login details",
}


def _by_what(parameters: Mapping[str, Any]) -> str:
    return _OF_WHAT.get(parameters["what"], "")


def _if_cycle(parameters: Mapping[str, Any]) -> str:
    return "change billing cycle" if parameters.get("cycle") else ""


#: The function that an act of a client is, none for what every client may.
_OF: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "answer_form": lambda _parameters: "edit forms",
    "change_period": lambda _parameters: "change billing cycle",
    "change_tariff": _if_cycle,
    "create_on_panel": _by_what,
    "delete_on_panel": _by_what,
    "open_panel": lambda _parameters: "access control panel",
    "renew": lambda _parameters: "manual service renew",
    "reset_password": lambda _parameters: "reset password",
    "show_licence": lambda _parameters: "license details",
    "show_log": lambda _parameters: "logs",
    "show_on_panel": _by_what,
    "transfer": lambda _parameters: "change ownership",
}
