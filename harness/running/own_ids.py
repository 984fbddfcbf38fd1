"""The implementation's own ids of what a scenario calls by labels.

The harness alone knows the labels. They are put for ids before an act leaves, and back when an
observation arrives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.protocol.words import OLDEST
from prorata.harness.running.endings import LostError, UnsupportedError
from prorata.harness.scenario.acts import OnInvoice, Ordering, Paying
from prorata.harness.scenario.imported import imported, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.protocol import Done, Observation
    from prorata.harness.scenario import Scenario
    from prorata.harness.scenario.acts import Act
    from prorata.harness.scenario.nodes import PlainData

    Observe = Callable[..., Observation]

__all__ = ["OwnIds"]


@dataclass(slots=True)
class OwnIds:
    """The ids of services and payments by their labels, as far as they are known.

    `speaks` is the version of the protocol; `observe` asks what is there.
    """

    scenario: Scenario
    speaks: int
    services: dict[str, str] = field(default_factory=dict)
    payments: dict[str, str] = field(default_factory=dict)
    _imported: dict[str, PlainData] = field(default_factory=dict)

    def message(self, act: Act, observe: Observe) -> dict[str, Any]:
        """Return the parameters of an act, with ids for labels.

        Raises `LostError` for what no earlier act made.
        """
        parameters = act.message(self._service)
        if isinstance(act, OnInvoice):
            parameters["invoice"] = self._invoice(act.label, observe)
        parameters.pop("payment", None)
        if isinstance(act, Paying) and self.speaks > OLDEST:
            label = act.payment or f"the payment {len(self.payments) + 1}"
            known = self.payments.setdefault(label, str(len(self.payments) + 1))
            parameters["payment"] = known
        return parameters

    def done(self, act: Act, done: Done, imports: str = "") -> None:
        """Keep what an act made: the services of an order, the products that it `imports`."""
        if isinstance(act, Ordering):
            if done.service is None:
                reason = "result.service: an order answers the service"
                raise ImplementationFault("adapter", reason)
            made = (done.service, *(done.services or ())[1:])
            self.services |= dict(zip(self._ordered(act), made, strict=False))
        if imports:
            self._imported |= imported(imports)

    def user(self, label: str | None, observe: Observe) -> str:
        """Return the name on the panel of a service's user, "" where it has none."""
        if label is None:
            return ""
        own = self._service(label)
        service = (observe("services").services or {}).get(own)
        if service is not None and "user" not in service.model_fields_set:
            raise UnsupportedError("does not tell user")
        return (service.user if service else None) or ""

    def _service(self, label: str) -> str:
        if label not in self.services:
            raise LostError(f"no order made {label}")
        return self.services[label]

    def _ordered(self, act: Ordering) -> tuple[str, ...]:
        """Return the labels of the services that an order makes, as the scenario has them."""
        product = getattr(act, "product", "")
        sold = self.scenario.given.products.get(product)
        return act.labels(sold.bundle if sold else parts_of(self._imported.get(product)))

    def _invoice(self, label: str, observe: Observe) -> str:
        """Return the oldest unpaid invoice of a service, its newest where none is unpaid."""
        own = self._service(label)
        invoices = observe("invoices").invoices or {}
        of_service = [
            (invoice.issued, len(number), number)
            for number, invoice in invoices.items()
            if own in {invoice.service, *(line.service for line in invoice.lines)}
        ]
        unpaid = [each for each in of_service if invoices[each[-1]].status == "unpaid"]
        if not of_service:
            told = (
                each.service or any(line.service for line in each.lines)
                for each in invoices.values()
            )
            if invoices and not any(told):
                raise UnsupportedError("does not tell services of invoices")
            raise LostError(f"{label} has no invoice")
        return min(unpaid)[-1] if unpaid else max(of_service)[-1]
