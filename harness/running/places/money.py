"""Money: balances, accounts, and invoices."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from prorata.harness.running.places.common import NOT_TOLD, NOTHING
from prorata.reference.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prorata.harness.protocol import ObservedInvoice
    from prorata.harness.running.places.common import Path, Wanted, Writer
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Expect

__all__ = ["everything", "seen", "wanted"]


def wanted(expect: Expect, writer: Writer) -> dict[Path, str]:
    """Return what a file expects of money."""
    texts: dict[Path, str] = {}
    for client, balance in expect.balance.items():
        texts["balance", client] = writer.money(balance)
    for client, accounts in expect.accounts.items():
        for currency, held in accounts.items():
            texts["accounts", client, currency] = _held(held, currency)
    for client, amounts in expect.credit_notes.items():
        texts["credit_notes", client] = _notes(writer, amounts)
    for index, invoice in enumerate(expect.invoices or ()):
        due = "due" in invoice.model_fields_set
        texts["invoices", str(index)] = _invoice(writer, invoice, invoice.of, due=due)
        if invoice.client is not None:
            texts["invoices", str(index), "client"] = invoice.client
    if expect.invoices is not None:
        texts["invoices",] = ""
    return texts


def everything(ours: Seen, others: Seen, _writer: Writer) -> Iterator[Path]:
    """Yield every place of the money of two."""
    for client in ours.balances:
        yield "balance", client
    for client, accounts in ours.accounts.items() if "accounts" in others.asked else ():
        for currency in accounts:
            yield "accounts", client, currency
    for client in (ours.credit_notes or {}) if "credit_notes" in others.asked else ():
        yield "credit_notes", client
    for index in range(max(len(ours.invoices), len(others.invoices))):
        yield "invoices", str(index)
    for index in range(min(len(ours.invoices), len(others.invoices))):
        yield "invoices", str(index), "client"


def seen(wanted: Wanted, shown: Seen, writer: Writer) -> dict[Path, str]:
    """Return what was seen at the places of money that are wanted."""
    texts: dict[Path, str] = {}
    for place in wanted.texts:
        if place[0] == "balance":
            held = shown.balances.get(place[1])
            texts[place] = NOT_TOLD if held is None else writer.money(held)
        elif place[0] == "accounts":
            held = shown.accounts.get(place[1], {}).get(place[2])
            texts[place] = NOT_TOLD if held is None else _held(held, place[2])
        elif place[0] == "credit_notes":
            notes = shown.credit_notes
            texts[place] = NOT_TOLD if notes is None else _notes(writer, notes.get(place[1], ()))
    if any(place[0] == "invoices" for place in wanted.texts):
        texts |= _invoices(wanted, shown, writer)
    return texts


def _notes(writer: Writer, amounts: Iterable[object]) -> str:
    """Write credit notes in the order in which they were issued."""
    return ", ".join(map(writer.money, amounts)) or NOTHING


def _held(amount: object, currency: str) -> str:
    digits = format(amount, "f") if isinstance(amount, Decimal) else str(amount)
    return str(Money.of(digits, currency))


def _invoice(writer: Writer, invoice: Any, label: str, *, due: bool) -> str:
    text = f"{writer.money(invoice.total)} {invoice.status} of {label}"
    return f"{text} due {writer.instant(invoice.due)}" if due else text


def _of(invoice: ObservedInvoice, shown: Seen, hoped: str) -> list[str]:
    """Return whose an invoice is: one for several services is of each that it asks something for.

    Where neither it nor its lines tell a service, it is of the one that is hoped for.
    """
    of_lines = [line.service for line in invoice.lines if line.service]
    own = [invoice.service] if invoice.service else []
    if not own or invoice.service in of_lines:
        own += of_lines
    if not own and hoped != NOTHING:
        return [hoped.partition(" of ")[2].partition(" due ")[0] or NOTHING]
    return [shown.labels.get(each, NOTHING) for each in own] or [NOTHING]


def _invoices(wanted: Wanted, shown: Seen, writer: Writer) -> dict[Path, str]:
    """Return invoices in the order of their issue, without their numbers."""
    asked = [place for place in wanted.texts if place[0] == "invoices" and len(place) > 1]
    texts: dict[Path, str] = dict.fromkeys(asked, NOTHING)
    if ("invoices",) in wanted.texts:
        texts["invoices",] = ""
    for index, invoice in enumerate(shown.invoices):
        place = "invoices", str(index)
        hoped = wanted.texts.get(place, " due ")
        due = " due " in hoped or not hoped
        written = [_invoice(writer, invoice, of, due=due) for of in _of(invoice, shown, hoped)]
        texts[place] = hoped if hoped in written else written[0]
        if (*place, "client") in wanted.texts:
            texts[*place, "client"] = invoice.client
    return texts
