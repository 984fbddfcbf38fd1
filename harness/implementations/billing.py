"""What a billing written in Python gives to `python:package.module:factory`.

The factory is called for every scenario with a `Context` and returns a billing: an object with one
method for each act that it has, and `observe`.

    class MyBilling:
        prorata = {"name": "my-billing", "version": "2.3", "readings": {"month_end": "overflow"}}

        def __init__(self, context: Context) -> None: ...

        def order(self, *, client, tariff, period, **rest) -> str: ...   # the service's id
        def renew(self, *, service, period) -> None: ...
        def advance(self, to: datetime) -> datetime | None: ...          # optional
        def observe(self) -> dict: ...
        def close(self) -> None: ...                                     # optional
        def clocks(self) -> dict[str, datetime]: ...                     # optional

An act returns the id of the service that it made, a mapping (``{"service": …, "invoice": …}``) or
None. `advance` does everything due up to `to` and returns when something is due next, None for
never; without it, or when it returns NotImplemented, time goes by every civil midnight. `observe`
returns services, ledger, balances and invoices as the protocol writes them, where a Decimal may
stand for an amount and an aware datetime for an instant. A method that is missing makes the act
unsupported, and so does a parameter that a method does not take. `clocks` tells what clocks of its
own show, a worker's or a database's, each by its name: all must stand where time does.

With ``protocol: 1`` among what it declares, `pay` has a `payment`, its number at the bank;
`context.delivery()` tells in an act whether that was sent before; and `quote`, where there is such
a method, returns the lines that an act would post:

        def quote(self, act, **parameters) -> list[dict]: ...            # optional

The attribute `prorata` of the factory is optional, and so is each of its keys: `name`, `version`,
`protocol` (0 unless it says 1), `readings`, `supports`, `itemised`, and `wall_clock: True` for a
billing that reads the wall clock.
Such a billing runs with the clock of its process stopped at the scenario's instant, by freezegun,
or by what `wall_clock` or `--clock` names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

__all__ = ["ActInHand", "Context", "PanelLogin", "Refused", "Unsupported"]


class Refused(Exception):  # noqa: N818  # a billing that refuses has made no error
    """Raised by an act that the billing's rules forbid; `rule` is the id of the one that does."""

    def __init__(self, reason: str, rule: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.rule = rule


class Unsupported(Exception):  # noqa: N818  # a legal answer
    """Raised by an act that the billing does not have, or not in this form."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PanelLogin:
    """Where a panel answers, and as whom a billing may speak to it."""

    url: str
    login: str
    password: str
    name: str | None = None
    hostname: str | None = None
    monthly_cost: str | None = None
    maximum_accounts: int | None = None


@dataclass(frozen=True, slots=True)
class ActInHand:
    """The act in hand: `id` tells it from all others, `again` that it was sent before.

    One that is sent again is done if it was not, and answered as it was then. The id is empty where
    protocol 0 is spoken.
    """

    id: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The beginning of a scenario. Amounts are strings of digits; `now` is aware, in UTC."""

    system: str
    currency: str
    timezone: str
    catalogue: Mapping[str, Mapping[str, Any]]
    clients: Mapping[str, Mapping[str, str]]
    panels: Mapping[str, PanelLogin]
    first_ids: Mapping[str, int]
    now: Callable[[], datetime]
    settings: Mapping[str, Any] = field(default_factory=dict)
    delivery: Callable[[], ActInHand] = ActInHand
