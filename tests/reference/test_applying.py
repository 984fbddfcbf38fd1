"""What a turn collected is done: by itself, and for services that are just like its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from dollars import usd

from prorata.reference.billmanager.renew import late_fee_fixed
from prorata.reference.engine.applying import Alike, apply, schedule
from prorata.reference.engine.rulebook import PHASES
from prorata.reference.engine.state import Invoice, InvoiceLine, Service
from prorata.reference.periods import Length

NOW = datetime(2025, 9, 1, 10, tzinfo=UTC)
FEE = "billmanager.renew.late-fee.fixed"


@pytest.fixture
def billing(with_clients):
    """Return a billing with the services 1 of anna and 2 of bob; each client has 10.00."""
    made = with_clients(NOW, anna="10.00", bob="10.00")
    for number, client in enumerate(made.book.clients, 1):
        made.book.services[number] = Service(number, client, "start", Length(months=1), "active")
    return made


def collected(billing, service):
    """Return a turn that charges a service 3.10 and plans something for it in an hour."""
    turn = billing.turn()
    turn.post("late fee", late_fee_fixed, service, amount=Fraction("3.10"))
    turn.post("late fee", late_fee_fixed, service, amount=Fraction(0))
    turn.set(service, status="suspended", trial=True)
    turn.set(service, status="deleted")
    turn.plan(NOW + timedelta(hours=1), "change", service)
    return turn


def told(billing):
    """Return the lines and decisions, of which service and client they are."""
    lines = [(str(line.amount), line.client, line.service, line.rule) for line in billing.ledger]
    made = [(each.what, each.service, each.after, each.at) for each in billing.decisions]
    return lines, made


def balances(billing):
    """Return what each client has."""
    return [str(client.balance) for client in billing.book.clients.values()]


def test_a_turn_is_done(billing):
    """Lines, decisions, fields and plans; money that comes is kept where it came from."""
    service = billing.book.services[1]
    turn = collected(billing, service)
    turn.receive("bob", usd("5.00"))
    turn.spend("bob", usd("1.00"))
    apply(billing, turn)
    assert ([("3.10", "anna", 1, FEE)], [("nothing: late fee", 1, 1, NOW)]) == told(billing)
    assert ["6.90", "14.00"] == balances(billing)
    came = [("anna", "10.00"), ("bob", "10.00"), ("bob", "5.00")]
    assert came == [(name, str(money)) for name, money in billing.receipts]
    assert ("deleted", True) == (service.status, service.trial)
    assert NOW + timedelta(hours=1) == billing.schedule.next()


@pytest.mark.parametrize(("number", "balance"), [(None, "6.90"), (7, "10.00")])
def test_a_line_of_an_invoice_is_paid_by_that(billing, number, balance):
    """Not from the balance; it names its invoice."""
    turn = billing.turn()
    service = billing.book.services[1]
    turn.enter("period", usd("3.10"), service, None, FEE, {}, number)
    apply(billing, turn)
    (line,) = billing.ledger
    assert (number, balance) == (line.invoice, balances(billing)[0])


def invoice(number, status="unpaid"):
    """Return an invoice that asks for something for the services 1 and 2."""
    asked = tuple(
        InvoiceLine("period", usd("1.00"), service, None, late_fee_fixed, {}) for service in (1, 2)
    )
    return Invoice(number, "anna", 1, NOW, NOW, asked, usd("2.00"), usd("0"), status=status)


def test_which_invoices_are_unpaid(billing):
    """Of each service in order, until they are paid or cancelled; one may be paid at once."""
    turn = billing.turn()
    turn.invoices += [invoice(1), invoice(2), invoice(3, "paid")]
    apply(billing, turn)
    book = billing.book
    assert {1: [1, 2], 2: [1, 2]} == book.unpaid
    assert [1, 2, 3] == [each.number for each in book.invoices.values()]
    turn = billing.turn()
    turn.set(book.invoices[2], fee=True)
    apply(billing, turn)
    assert {1: [1, 2], 2: [1, 2]} == book.unpaid
    turn = billing.turn()
    turn.set(book.invoices[1], status="cancelled")
    apply(billing, turn)
    assert {1: [2], 2: [2]} == book.unpaid
    turn = billing.turn()
    turn.set(book.invoices[2], status="paid")
    apply(billing, turn)
    assert {} == book.unpaid


def test_who_listens_is_told(billing):
    """Of the very turn."""
    heard = []
    billing.heard = heard.append
    turn = billing.turn()
    apply(billing, turn)
    assert [turn] == heard


def test_things_due_at_once_are_done_by_phase(billing):
    """A cancellation comes before a renewal, whatever was planned first."""
    schedule(billing, NOW, "renewal", 1)
    schedule(billing, NOW, "cancellation: at the end", 2)
    taken = [billing.schedule.take(NOW) for _ in range(2)]
    assert [[(2, "cancellation: at the end")], [(1, "renewal")]] == [
        [*things] for _, things in taken
    ]


def test_the_same_is_done_for_a_service_that_is_alike(billing):
    """The line, what came to nothing, the fields and the plan; of its client and its number."""
    one, other = billing.book.services.values()
    alike = Alike.of(billing, collected(billing, one), one)
    assert ([], []) == told(billing)
    alike.apply(other, billing.book.clients["bob"])
    assert ([("3.10", "bob", 2, FEE)], [("nothing: late fee", 2, 1, NOW)]) == told(billing)
    assert ["10.00", "6.90"] == balances(billing)
    assert ("deleted", True) == (other.status, other.trial)
    assert "active" == one.status
    when, things = billing.schedule.take(NOW + timedelta(hours=1))
    assert (NOW + timedelta(hours=1), [(2, "change")]) == (when, [*things])
    alike.apply(one, billing.book.clients["anna"])
    lines = [("3.10", "bob", 2, FEE), ("3.10", "anna", 1, FEE)]
    made = [("nothing: late fee", 2, 1, NOW), ("nothing: late fee", 1, 2, NOW)]
    assert (lines, made) == told(billing)


@pytest.mark.parametrize("about", ["changes", "entries", "decisions"])
def test_what_is_about_another_service_is_alike_for_none(billing, about):
    """A field, a line, or a decision of another one: each alone is enough."""
    one, other = billing.book.services.values()
    turn = collected(billing, one)
    if about == "changes":
        turn.set(other, status="active")
    else:
        amount = Fraction(1 if about == "entries" else 0)
        turn.post("late fee", late_fee_fixed, other, amount=amount)
    assert Alike.of(billing, turn, one) is None
    assert ([], []) == told(billing)


def test_a_service_with_nothing_posted_is_alike(billing):
    """A turn of fields alone."""
    one, other = billing.book.services.values()
    turn = billing.turn()
    turn.set(one, trial=True)
    Alike.of(billing, turn, one).apply(other, billing.book.clients["bob"])
    assert (True, ([], []), ["10.00", "10.00"]) == (other.trial, told(billing), balances(billing))


def test_what_is_due_at_one_instant_is_done_in_the_order_of_the_rules(billing):
    """What ends comes first, then what is bought, then what is overdue, and last what is told."""
    wanted = [
        "cancellation", "change", "invoice", "renewal", "expiry", "late fee", "suspension",
        "deletion", "notification", "operation",
    ]  # fmt: skip
    assert set(PHASES) == set(wanted)
    for what in reversed(wanted):
        schedule(billing, NOW, what, 1)
    found = []
    while batch := billing.schedule.take(NOW):
        found += [what for _, what in batch[1]]
    assert wanted == found
