"""A rulebook: tables from act and from due moment to the handler that decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from fractions import Fraction

    from prorata.reference.engine.billing import Billing
    from prorata.reference.engine.licences import Licence
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.money import Money
    from prorata.reference.refusal import Refusal

__all__ = ["PHASES", "Rulebook"]

#: The order of things due at one instant.
PHASES = (
    "cancellation",
    "change",
    "invoice",
    "renewal",
    "expiry",
    "late fee",
    "suspension",
    "deletion",
    "notification",
    "operation",
)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The tables of one billing system.

    `sold` reads a tariff or product from its name and its row of the catalogue. A handler of an act
    takes a turn and the act's parameters by name, and refuses or fills the turn; a handler of a due
    moment takes the service. `charges_balance`: lines are paid from the balance when posted.
    `told_apart` tells a login from a taken one by a number. `taxes` has the rule for the tax on a
    line, by whether prices include it. `activated` decide, one after another, on a service that the
    panel has made, `performed` on one for which the panel has done an operation, or first failed
    to; `belonging` tells what something is that is sold as a part of something else;
    `runs_until` says how long one runs that has expired; `at_once` makes what decides on many
    services at one instant. `called` are the statuses that the system has another word for; `usage`
    tells how much of each variable of a metered service is not invoiced yet, and what it costs;
    `seen_at_seller` decides what a licence, as its seller shows it, means for its service.
    """

    system: str
    sold: Callable[[str, Mapping[str, Any]], Any]
    acts: Mapping[str, Callable[..., Refusal | None]]
    due: Mapping[str, Callable[[Turn, Service], None]]
    charges_balance: bool
    told_apart: Callable[..., str | Refusal]
    taxes: Mapping[bool, Callable[..., Fraction]] = field(default_factory=dict)
    activated: tuple[Callable[[Turn, Service], None], ...] = ()
    performed: Mapping[tuple[str, str], Callable[[Turn, Service], None]] = field(
        default_factory=dict
    )
    belonging: Callable[[Turn, Service, Any], Any] | None = None
    runs_until: Callable[[Turn, Service], datetime] | None = None
    at_once: Mapping[str, Callable[[Billing, datetime], Callable[[Service], bool]]] = field(
        default_factory=dict
    )
    called: Mapping[str, str] = field(default_factory=dict)
    usage: Callable[[Turn, Service], Mapping[str, tuple[Fraction, Money]]] | None = None
    seen_at_seller: Callable[[Turn, Service, Licence], None] = lambda *_seen: None
