"""What a billing of the reference shows, in the words of the protocol."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from prorata.harness.protocol import (
    LedgerLine,
    Observation,
    ObservedInvoice,
    ObservedInvoiceLine,
    ObservedNotification,
    ObservedService,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from fractions import Fraction

    from prorata.harness.protocol.words import InvoiceStatus, Kind, Observable
    from prorata.reference.engine import Billing, state
    from prorata.reference.ledger import Line

__all__ = ["Showing"]


class Showing:
    """What is shown of a billing; what was shown before, as it was where nothing has changed."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lines: list[LedgerLine] = []
        self._services: dict[int, tuple[Mapping[str, Any], ObservedService]] = {}
        self._invoices: dict[int, tuple[object, ObservedInvoice]] = {}

    def of(self, billing: Billing, parts: Iterable[Observable]) -> Observation:
        """Return what there is to see of the parts that are asked for."""
        return Observation(**{part: _PARTS[part](billing, self) for part in parts})

    def lines(self, billing: Billing) -> list[LedgerLine]:
        """Return the ledger: what was posted stays."""
        self._lines += map(_line, billing.ledger.since(len(self._lines)))
        return self._lines

    def service(self, number: int, fields: Mapping[str, Any]) -> ObservedService:
        """Return what is shown of a service."""
        known = self._services.get(number)
        if known is None or known[0] != fields:
            known = self._services[number] = fields, ObservedService(**fields)
        return known[1]

    def invoice(self, found: state.Invoice) -> ObservedInvoice:
        """Return what is shown of an invoice."""
        now = found.client, found.status, found.total, found.due, found.lines
        known = self._invoices.get(found.number)
        if known is None or known[0] != now:
            known = self._invoices[found.number] = now, _invoice(found)
        return known[1]


def _services(billing: Billing, shown: Showing) -> dict[str, ObservedService]:
    catalogue, called = billing.book.catalogue, billing.rulebook.called
    return {
        str(number): shown.service(
            number,
            {
                "client": found.client,
                "tariff": found.tariff,
                "status": called.get(found.status, found.status),
                "period": "trial" if found.trial else str(found.period),
                "starts": found.starts,
                "expires": found.expires,
                "next_due": found.next_due or found.expires,
                "auto_renewal": found.auto_renewal is not None,
                "resources": {**catalogue[found.tariff].included_amounts, **found.resources},
                "user": found.user,
                "domain": found.domain,
                "points_to": found.points_to,
                **_wishes(found.wishes),
                **_usage(billing, found),
            },
        )
        for number, found in billing.book.services.items()
    }


def _usage(billing: Billing, found: state.Service) -> dict[str, Any]:
    """Return what is told of the usage of a service that is metered."""
    if billing.rulebook.usage is None or found.metered_until is None:
        return {}
    told = billing.rulebook.usage(billing.turn(), found)
    return {
        "usage": {name: _digits(used) for name, (used, _) in told.items()},
        "usage_costs": {name: str(cost) for name, (_, cost) in told.items()},
    }


def _digits(units: Fraction) -> str:
    return format(Decimal(units.numerator) / units.denominator, "f")


def _wishes(said: state.Wishes) -> dict[str, Any]:
    """Return what an order said beside, where it said something."""
    told = {
        "domain_option": said.domain_option,
        "answers": dict(said.answers),
        "agreement": said.agreement,
    }
    return {key: value for key, value in told.items() if value}


def _line(line: Line) -> LedgerLine:
    return LedgerLine(
        kind=cast("Kind", line.kind),
        amount=str(line.amount),
        service=str(line.service),
        client=line.client,
        covers=line.covers,
        at=line.at,
        rule=line.rule,
        **({"included": True} if line.inside else {}),
    )


def _balances(billing: Billing, _shown: Showing) -> dict[str, str]:
    return {name: str(client.balance) for name, client in billing.book.clients.items()}


def _accounts(billing: Billing, _shown: Showing) -> dict[str, dict[str, str]]:
    return {
        name: {
            client.currency: str(client.balance),
            **{currency: str(held) for currency, held in client.accounts.items()},
        }
        for name, client in billing.book.clients.items()
    }


def _credit_notes(billing: Billing, _shown: Showing) -> dict[str, list[str]]:
    notes: dict[str, list[str]] = {name: [] for name in billing.book.clients}
    for note in billing.book.credit_notes:
        notes[note.client].append(str(note.amount))
    return notes


def _notifications(billing: Billing, _shown: Showing) -> list[ObservedNotification]:
    return [
        ObservedNotification.model_validate(
            {"to": told.to, "kind": told.kind, "from": told.sender, "way": told.way, "at": told.at}
        )
        for told in billing.book.notifications
    ]


def _invoices(billing: Billing, shown: Showing) -> dict[str, ObservedInvoice]:
    return {str(number): shown.invoice(found) for number, found in billing.book.invoices.items()}


def _invoice(found: state.Invoice) -> ObservedInvoice:
    return ObservedInvoice(
        client=found.client,
        service=str(found.service),
        issued=found.issued,
        due=found.due,
        status=cast("InvoiceStatus", found.status),
        total=str(found.total),
        lines=[
            ObservedInvoiceLine(
                kind=cast("Kind", each.kind),
                amount=str(each.amount),
                service=str(each.service),
            )
            for each in found.lines
        ],
    )


def _ledger(billing: Billing, shown: Showing) -> list[LedgerLine]:
    return shown.lines(billing)


_PARTS: dict[Observable, Callable[[Billing, Showing], Any]] = {
    "services": _services,
    "ledger": _ledger,
    "balances": _balances,
    "invoices": _invoices,
    "accounts": _accounts,
    "credit_notes": _credit_notes,
    "notifications": _notifications,
}
