"""A turn by itself: what it collects of one decision, before any of it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from dollars import usd

from prorata.reference.billmanager import order, tax
from prorata.reference.billmanager.renew import late_fee_fixed
from prorata.reference.engine.billmanager import BILLMANAGER
from prorata.reference.engine.settings import Settings, Tax
from prorata.reference.engine.state import Belongs, Book, Client, Service
from prorata.reference.engine.turn import Dated, Posted, Turn
from prorata.reference.money import Money
from prorata.reference.periods import Length
from prorata.reference.readings import choose
from prorata.reference.rules import Instead, Rulings

NOW = datetime(2025, 9, 1, 10, tzinfo=UTC)
FEE = "billmanager.renew.late-fee.fixed"


@pytest.fixture
def opened():
    """Open a turn of anna's service 1: with a tax of so many percent, and rules as they are."""

    def begin(rate=None, rulebook=BILLMANAGER, **instead):
        taxed = None if rate is None else Tax(Fraction(rate), included=False)
        book = Book("USD", ZoneInfo("UTC"), {"start": "as it is"}, Settings(tax=taxed))
        for number, name in enumerate(("anna", "bob"), 1):
            client = book.clients[name] = Client(name, number, "USD")
            client.balance = usd("1.00")
        book.services[1] = Service(1, "anna", "start", Length(months=1), "active")
        return Turn(rulebook, book, Rulings(choose({}), 2, Instead(**instead)), NOW)

    return begin


def ask(turn, amount, kind="period", most=None):
    """Post an amount for service 1."""
    service = turn.book.services[1]
    return turn.post(kind, late_fee_fixed, service, None, most, amount=Fraction(amount))


def lines(turn):
    """Return what is to be posted."""
    return [(entry.kind, str(entry.amount), entry.rule) for entry in turn.entries]


def nothing(turn):
    """Return what came to nothing."""
    return [(dated.what, dated.function) for dated in turn.decisions]


@pytest.mark.parametrize(
    ("amount", "taxed", "share"),
    [(10, 2, Fraction(1, 5)), (10, 0, 0), (0, 2, 0), (0, 0, 0), (-10, -2, Fraction(1, 5))],
)
def test_the_share_of_a_tax(amount, taxed, share):
    """2.00 on 10.00 is a fifth; on nothing, and of nothing, there is none."""
    assert share == Posted(Fraction(amount), Fraction(taxed)).share


def test_what_a_rule_asks_is_posted(opened):
    """An amount above zero is charged, one below comes back, and of nothing there is no line."""
    turn = opened()
    assert Posted(Fraction("3.10")) == ask(turn, "3.1")
    assert Posted(Fraction(-2)) == ask(turn, -2)
    assert Posted(Fraction("-0.01")) == ask(turn, "-0.01")
    assert Posted(Fraction("0.01")) == ask(turn, "0.01")
    assert [] == turn.decisions
    assert Posted(Fraction(0)) == ask(turn, "0.004")
    assert [
        ("period", "3.10", FEE),
        ("refund", "2.00", FEE),
        ("refund", "0.01", FEE),
        ("period", "0.01", FEE),
    ] == lines(turn)
    asked = {"amount": Fraction("0.004")}
    service = turn.book.services[1]
    assert [Dated("nothing: period", service, late_fee_fixed, asked)] == turn.decisions


@pytest.mark.parametrize(
    ("kind", "amount", "told"),
    [
        ("period", "0", True),
        ("setup", "0", False),
        ("setup", "0.001", True),
        ("upgrade fee", "0", False),
        ("late fee", "0", True),
    ],
)
def test_a_fee_that_there_is_not_is_not_told(opened, kind, amount, told):
    """One that rounds to nothing is, and so is a period that costs nothing."""
    turn = opened()
    ask(turn, amount, kind)
    assert ([(f"nothing: {kind}", late_fee_fixed)] if told else []) == nothing(turn)


def test_a_tax_follows_its_line(opened):
    """20 % on 3.10 are 0.62, of a refund of 2.00 they are 0.40; on nothing there is none."""
    turn = opened(20)
    assert Posted(Fraction("3.10"), Fraction("0.62")) == ask(turn, "3.10")
    assert Posted(Fraction(-2), Fraction("-0.40")) == ask(turn, -2)
    assert [] == turn.decisions
    assert Posted(Fraction(0)) == ask(turn, 0)
    assert [
        ("period", "3.10", FEE),
        ("tax", "0.62", "billmanager.tax.on-top"),
        ("refund", "2.00", FEE),
        ("tax refund", "0.40", "billmanager.tax.on-top"),
    ] == lines(turn)
    assert [("nothing: period", late_fee_fixed)] == nothing(turn)
    assert (Fraction("0.62"), Fraction(0)) == (
        turn.tax(Fraction("3.10")),
        opened().tax(Fraction("3.10")),
    )


def test_a_tax_that_rounds_to_nothing_is_told(opened):
    """20 % on 0.02 are 0.004."""
    turn = opened(20)
    assert Posted(Fraction("0.02")) == ask(turn, "0.02")
    assert [("nothing: tax", tax.on_top)] == nothing(turn)
    assert Fraction("0.02") == turn.decisions[0].arguments["amount"]


@pytest.mark.parametrize(
    ("amount", "most", "taxed"),
    [
        ("-2.00", None, "-0.40"),
        ("-2.00", "0.30", "-0.30"),
        ("-2.00", "0.50", "-0.40"),
        ("-2.00", "0", "0"),
        ("-2.00", "-0.10", "0"),
        # Of what is charged the tax is whole.
        ("2.00", "0.30", "0.40"),
        ("0.10", "0.01", "0.02"),
        # A cent that comes back is taxed with nothing at most, however high the rate.
        ("-0.01", "0", "0"),
    ],
)
def test_of_a_refund_the_tax_is_at_most_what_was_posted(opened, amount, most, taxed):
    """Below nothing it is nothing, and a charge has no most."""
    turn = opened(20 if abs(Fraction(amount)) > Fraction("0.01") else 100)
    posted = ask(turn, amount, most=None if most is None else Fraction(most))
    assert Posted(Fraction(amount), Fraction(taxed)) == posted
    given = any("most" in each.arguments for each in (*turn.entries, *turn.decisions))
    assert given == (most is not None and Fraction(amount) < 0)


def test_an_amount_in_several_legs(opened):
    """3.10 in legs of 3.00 and 0.10, each posted and taxed by itself: 0.60 and 0.02."""

    def split(_rule, *, amount):
        return amount - Fraction("0.10"), Fraction("0.10")

    turn = opened(20, legs={late_fee_fixed: split})
    assert Posted(Fraction("3.10"), Fraction("0.62")) == ask(turn, "3.10")
    assert ["3.00", "0.60", "0.10", "0.02"] == [amount for _, amount, _ in lines(turn)]


def test_a_date_is_kept_with_how_it_came(opened):
    """A rule is asked for it, with its arguments."""
    turn = opened()
    asked = {"starts": NOW.date(), "days": 9}
    service = turn.book.services[1]
    assert datetime(2025, 9, 10, tzinfo=UTC).date() == (
        turn.decide("expires", order.trial, service, **asked)
    )
    assert [Dated("expires", service, order.trial, asked)] == turn.decisions


@pytest.mark.parametrize("belongs", [None, Belongs(1, "all")])
@pytest.mark.parametrize("told", [True, False])
def test_what_a_part_was_sold_as(opened, belongs, told):
    """A rulebook that sells parts tells of them; a service that is none is sold as it is."""

    def belonging(_turn, _service, _sold):
        return "a part"

    turn = opened(rulebook=replace(BILLMANAGER, belonging=belonging if told else None))
    service = turn.book.services[1]
    service.belongs = belongs
    part = told and belongs is not None
    assert ("a part" if part else "as it is") == turn.tariff(service)


@pytest.mark.parametrize(
    ("charges", "pays"),
    [
        ([], True),
        (["1.00"], True),
        (["1.01"], False),
        (["1.00", "1.00", "-1.00"], True),
        (["2.00", "-0.50"], False),
    ],
)
def test_a_client_pays_with_what_they_have(opened, charges, pays):
    """Anna has 1.00; what comes back in the same turn counts."""
    turn = opened()
    for amount in charges:
        ask(turn, amount)
    assert pays == turn.pays("anna")


def test_a_client_pays_nothing_with_nothing(opened):
    """Anna owes 5.00, and is given 1.00 back: that is no charge; a hundredth of a cent is."""
    turn = opened()
    turn.book.clients["anna"].balance = usd("-5.00")
    assert turn.pays("anna")
    ask(turn, -1)
    assert turn.pays("anna")
    turn.enter("daily", Money(1, 4, "USD"), turn.book.services[1], None, FEE, {})
    assert not turn.pays("anna")
    turn.book.clients["anna"].balance = usd("-1.00")
    assert not turn.pays("anna")
    turn.book.clients["anna"].balance = Money(-9999, 4, "USD")
    assert turn.pays("anna")


def test_what_is_collected_since_a_mark_is_forgotten(opened):
    """What was there before stays."""
    turn = opened()
    ask(turn, 1)
    mark = turn.mark()
    ask(turn, 2)
    ask(turn, 0)
    turn.set(turn.book.services[1], status="suspended")
    turn.back_to(mark)
    assert ([("period", "1.00", FEE)], [], []) == (lines(turn), turn.decisions, turn.changes)


def test_for_another_decision_all_is_forgotten(opened):
    """Money that came or went, numbers and answers too."""
    turn = opened()
    ask(turn, 1)
    turn.receive("anna", usd("3.00"))
    turn.spend("anna", usd("1.00"))
    turn.spend("anna", usd("0.50"))
    turn.spend("bob", usd("0.25"))
    # 1.00 + 3.00 − 1.50 − 1.00, and 1.00 − 0.25.
    assert ("1.50", "0.75") == (str(turn.left("anna")), str(turn.left("bob")))
    assert [1, 2] == [turn.number("service"), turn.number("service")]
    turn.answer["service"] = "1"
    turn.forget()
    assert ("1.00", "1.00") == (str(turn.left("anna")), str(turn.left("bob")))
    assert (1, {}) == (turn.number("service"), turn.answer)


def test_a_field_is_what_the_turn_has_set_last(opened):
    """Of that part of the state alone, and else what it is."""
    turn = opened()
    service, client = turn.book.services[1], turn.book.clients["anna"]
    assert "active" == turn.pending(service, "status")
    turn.set(service, status="suspended", trial=True)
    turn.set(service, status="deleted")
    turn.set(client, group="gold")
    assert ("deleted", True, "start") == tuple(
        turn.pending(service, name) for name in ("status", "trial", "tariff")
    )
    assert ("gold", None) == tuple(
        turn.pending(turn.book.clients[name], "group") for name in ("anna", "bob")
    )
    assert ("active", None) == (service.status, client.group)
