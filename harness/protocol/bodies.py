"""What an implementation tells in a `result`: one model for each type of request.

Keys that these models do not know are kept (`unknown_keys` lists them) and otherwise ignored.
"""

# Annotations are evaluated as the classes are made: pydantic would compile each string again,
# which doubles the time of importing this module.

from collections.abc import Iterator
from typing import Annotated, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from prorata.harness.protocol.fields import AmountText, Clocks, ExactInstant, PostedAmount, Quantity
from prorata.harness.protocol.words import OBSERVED, InvoiceStatus, Kind, Observable, Status

__all__ = [
    "BODIES",
    "Body",
    "Done",
    "LedgerLine",
    "ListedTariff",
    "Nothing",
    "Observation",
    "ObservedInvoice",
    "ObservedInvoiceLine",
    "ObservedNotification",
    "ObservedService",
    "Quoted",
    "QuotedLine",
    "Settled",
    "Started",
    "Supports",
    "unknown_keys",
]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", strict=True, defer_build=True)


class Supports(_Told):
    """What an implementation covers; an absent list means everything.

    `rules` are ids, or beginnings of ids that end in ``.*``.
    """

    systems: list[str] | None = None
    acts: list[str] | None = None
    rules: list[str] | None = None


class Started(_Told):
    """To `start`: who the implementation is and how it reads the rules."""

    name: str = Field(min_length=1)
    version: str = ""
    protocol: int
    readings: dict[str, str] = Field(default_factory=dict)
    supports: Supports = Field(default_factory=Supports)
    itemised: bool = True
    whole_days: bool = False


class Nothing(_Told):
    """To `open`, `close` and `stop`: an empty object."""


class Settled(_Told):
    """To `clock`. `next` is when something falls due next, None for never; absent: not known.

    `polls` is when a seller is asked next what happened, where it is asked again and again: time
    stops there only where something may have happened. `now` is what clocks of the implementation
    show.
    """

    settled: bool
    next: ExactInstant | None = None
    polls: ExactInstant | None = None
    now: Clocks | None = None

    @property
    def knows_next(self) -> bool:
        """Whether `next` was told; if not, time goes by every civil midnight."""
        return "next" in self.model_fields_set


class ListedTariff(_Told):
    """A tariff of a list, with what the reader may see of it."""

    tariff: str
    name: str | None = None
    notes: str | None = None
    site_information: str | None = None
    code: str | None = None
    tags: list[str] | None = None
    connection: str | None = None


class Done(_Told):
    """To `act`: the implementation's own ids of what came into being, or what it lists."""

    service: str | None = None
    services: list[str] | None = None
    tariffs: list[ListedTariff] | None = None
    tasks: list[str] | None = None
    functions: list[str] | None = None
    invoice: str | None = None
    url: str | None = None
    shown: dict[str, str] | None = None


class QuotedLine(_Told):
    """A line that an act would post; `included` as in the ledger."""

    kind: Kind
    amount: PostedAmount
    service: str | None = None
    covers: Annotated[tuple[ExactInstant, ExactInstant], Field(strict=False)] | None = None
    included: bool = False


class Quoted(_Told):
    """To `quote`: the lines that the act would post, none where it costs nothing."""

    lines: list[QuotedLine]


class ObservedService(_Told):
    """A service as the billing sees it now."""

    client: str
    status: Status
    tariff: str | None = None
    period: str | None = None
    starts: ExactInstant | None = None
    expires: ExactInstant | None = None
    next_due: ExactInstant | None = None
    auto_renewal: bool | str | None = None
    resources: dict[str, Quantity] = Field(default_factory=dict)
    user: str | None = None
    domain: str | None = None
    points_to: str | None = None
    domain_option: str | None = None
    answers: dict[str, str] = Field(default_factory=dict)
    agreement: str | None = None
    usage: dict[str, Quantity] = Field(default_factory=dict)
    usage_costs: dict[str, AmountText] = Field(default_factory=dict)


class LedgerLine(_Told):
    """A posted line, in the currency of the scenario; `refund` and `credit` go to the client."""

    kind: Kind
    amount: PostedAmount
    service: str | None = None
    client: str | None = None
    covers: Annotated[tuple[ExactInstant, ExactInstant], Field(strict=False)] | None = None
    at: ExactInstant | None = None
    rule: str | None = None
    included: bool = False


class ObservedNotification(_Told):
    """What a client or staff were told, from which address, and in what way."""

    to: str
    kind: str
    sender: str | None = Field(default=None, alias="from")
    way: str | None = None
    at: ExactInstant | None = None


class ObservedInvoiceLine(_Told):
    """One line of an invoice; an invoice may be for several services."""

    kind: Kind
    amount: PostedAmount
    service: str | None = None


class ObservedInvoice(_Told):
    """An invoice as it stands now."""

    client: str
    service: str | None = None
    issued: ExactInstant
    due: ExactInstant
    status: InvoiceStatus
    total: AmountText
    lines: list[ObservedInvoiceLine]


class Observation(_Told):
    """To `observe`: what was asked for, None for what was not."""

    services: dict[str, ObservedService] | None = None
    ledger: list[LedgerLine] | None = None
    balances: dict[str, AmountText] | None = None
    invoices: dict[str, ObservedInvoice] | None = None
    accounts: dict[str, dict[str, AmountText]] | None = None
    notifications: list[ObservedNotification] | None = None
    credit_notes: dict[str, list[AmountText]] | None = None

    def lacks(self, of: list[Observable]) -> list[Observable]:
        """Return what was asked for, has to be told everywhere, and is missing."""
        return [part for part in of if part in OBSERVED and getattr(self, part) is None]


Body: TypeAlias = Started | Nothing | Settled | Done | Quoted | Observation

BODIES: Final[dict[str, type[Body]]] = {
    "start": Started,
    "open": Nothing,
    "clock": Settled,
    "act": Done,
    "quote": Quoted,
    "observe": Observation,
    "close": Nothing,
    "stop": Nothing,
}


def unknown_keys(body: object, place: str = "result") -> Iterator[str]:
    """Yield the place of every key that the protocol does not know."""
    if isinstance(body, BaseModel):
        yield from (f"{place}.{key}" for key in body.model_extra or ())
        for name in type(body).model_fields:
            yield from unknown_keys(getattr(body, name), f"{place}.{name}")
    elif isinstance(body, dict):
        for key, part in body.items():
            yield from unknown_keys(part, f"{place}.{key}")
    elif isinstance(body, list):
        for index, part in enumerate(body):
            yield from unknown_keys(part, f"{place}.{index}")
