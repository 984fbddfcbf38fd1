"""What always holds, asked of billings whose every line and date is written by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from dollars import usd

from prorata.reference.engine.invariants import (
    agreement,
    check,
    conservation,
    gaps,
    given_back,
    lengths,
    overlaps,
    postings,
    untouched,
)
from prorata.reference.engine.state import Belongs, Client, DayShare, Service
from prorata.reference.ledger import Ledger
from prorata.reference.periods import Length
from prorata.reference.proration import Stretch
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from prorata.reference.money import Money

FULL = "billmanager.change.full-payment"
PERIOD = "billmanager.change.period"
END = "billmanager.order.tariff-end"
CYCLE = "hostbill.cycle.change"
PLAIN = "billmanager.order.plain"
INSIDE = "billmanager.tax.included"
NEVER_MADE = Refusal(PLAIN, "no")


def at(text):
    """Write an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(first, last):
    """Write the time between two midnights of 2025 in UTC: ``span("01-01", "02-01")``."""
    return at(f"2025-{first}"), at(f"2025-{last}")


@dataclass
class Written:
    """A billing that is nothing but what is written of it; a result is in the arguments."""

    ledger: Ledger = field(default_factory=Ledger)
    decisions: list[SimpleNamespace] = field(default_factory=list)
    receipts: list[tuple[str, Money]] = field(default_factory=list)
    now: datetime = field(default_factory=lambda: at("2025-01-15"))
    rounding: str = "half_up"

    def __post_init__(self):
        """Begin with nothing."""
        self.book = SimpleNamespace(
            invoices={},
            clients={},
            services={},
            running={},
            zone=ZoneInfo("UTC"),
            catalogue={"start": SimpleNamespace(template="small")},
        )
        self.rulebook = SimpleNamespace(charges_balance=True, runs_until=None)
        self.clock = SimpleNamespace(now=lambda: self.now)
        chosen = {"rounding": self.rounding, "posting_digits": "daily_four"}
        self.rulings = SimpleNamespace(chosen=chosen)

    def derive(self, made):
        """Return what the rule of a line or of a date comes to."""
        return SimpleNamespace(result=made.arguments["result"])

    def turn(self):
        """Return nothing: no rule that is written here asks for more."""

    def line(
        self, kind, text, *, service=1, covers=None, rule=PLAIN, invoice=None, on="2025-01-01",
        exact=None,
    ):  # fmt: skip
        """Post a line."""
        result = Fraction(text if exact is None else exact)
        covered = covers and span(*covers)
        self.ledger.append(
            at(on), kind, usd(text), "anna", service, covered, rule, {"result": result}, invoice
        )

    def period(self, *covers, **fields):
        """Post 5.00 for a period."""
        self.line("period", "5.00", covers=covers, **fields)

    def decide(self, what, result, *, rule=PLAIN, on="2025-01-01", service=1, **arguments):
        """Keep a date that a rule decided now, behind the lines that are there."""
        self.decisions.append(
            SimpleNamespace(
                at=at(on),
                what=what,
                rule=rule,
                service=service,
                arguments={"result": result, **arguments},
                after=len(self.ledger),
            )
        )

    def serve(self, number=1, status="active", **fields):
        """Have a service of anna, whose user is user1, until February."""
        fields = {"user": "user1", "expires": at("2025-02-01"), **fields}
        made = Service(number, "anna", "start", Length(months=1), status, **fields)
        self.book.services[number] = made
        return made

    def client(self, balance):
        """Have anna with a balance."""
        anna = Client("anna", 1, "USD")
        anna.balance = usd(balance)
        self.book.clients["anna"] = anna

    def ask(self, status, total, paid, *grants, number=1):
        """Issue an invoice that brings something."""
        self.book.invoices[number] = SimpleNamespace(
            client="anna",
            status=status,
            total=usd(total),
            paid=usd(paid),
            grants=[SimpleNamespace(what=what) for what in grants],
        )


@pytest.fixture
def billing():
    """Return a billing in which nothing has happened; it is January 15, 2025."""
    return Written()


def test_what_lies_inside_a_line_moves_no_money(billing):
    """Of 100.00 that came in, 10.00 were charged, 2.00 of them tax, and 1.00 came back: 91.00."""
    billing.receipts.append(("anna", usd("100")))
    billing.line("period", "10.00")
    billing.line("tax", "2.00", rule=INSIDE)
    billing.line("refund", "1.00")
    billing.client("91.00")
    assert [] == [*conservation(billing)]
    billing.client("90.00")
    assert ["anna has 90.00 USD, 91.00 came in and stayed"] == [*conservation(billing)]


def test_what_an_invoice_asks_is_charged_when_it_is_paid(billing):
    """10.00 less a credit of 3.00 is 7.00, of which 2.00 are paid: 100.00 − 2.00 = 98.00."""
    billing.receipts.append(("anna", usd("100")))
    billing.line("period", "10.00", invoice=1)
    billing.line("credit", "3.00", invoice=1)
    billing.ask("unpaid", "7.00", "2.00")
    billing.client("98.00")
    assert [] == [*conservation(billing)]


@pytest.mark.parametrize(
    ("status", "paid", "right"),
    [
        ("unpaid", "0", True),
        ("unpaid", "6.99", True),
        ("unpaid", "7.00", False),
        ("unpaid", "-0.50", False),
        ("paid", "7.00", True),
        ("paid", "6.99", False),
        ("cancelled", "0", True),
        ("cancelled", "1.00", False),
    ],
)
def test_an_invoice_is_paid_by_its_total(billing, status, paid, right):
    """An invoice of 7.00 is paid by 7.00, unpaid with less, and cancelled with nothing."""
    billing.line("period", "7.00", invoice=1)
    billing.ask(status, "7.00", paid)
    said = [*conservation(billing)]
    assert right == (not said)
    assert all(each.startswith(f"invoice 1 of 7.00 is {status} with ") for each in said)


@pytest.mark.parametrize(
    ("kind", "posted", "exact", "rounding", "right"),
    [
        # To the cent: half of one is 0.005.
        ("period", "3.10", "3.095", "half_up", True),
        ("period", "3.10", "3.094", "half_up", False),
        ("period", "3.10", "3.105", "half_even", True),
        ("period", "3.10", "3.106", "half_even", False),
        # Downwards a whole cent may be missing.
        ("period", "3.10", "3.109", "down", True),
        ("period", "3.10", "3.111", "down", False),
        # A day has four decimals: half of the last is 0.00005.
        ("daily", "0.1234", "0.12345", "half_up", True),
        ("daily", "0.1234", "0.12346", "half_up", False),
        # What goes to the client is below zero where the rule comes to it.
        ("refund", "3.10", "-3.10", "half_up", True),
    ],
)
def test_one_rounding_lies_between_exact_and_posted(kind, posted, exact, rounding, right):
    """An amount is no farther from the exact one than its rounding takes it."""
    billing = Written(rounding=rounding)
    billing.line(kind, posted, exact=exact)
    assert right == (not [*postings(billing)])


def test_of_nothing_there_is_no_line(billing):
    """A hundredth of a cent is the least that is posted, a cent elsewhere."""
    billing.line("period", "0", exact="0")
    billing.line("daily", "0.0001")
    billing.line("period", "0.01")
    assert ["period 0.00 USD of service 1 is no amount to post"] == [*postings(billing)]
    assert [] == [*postings(billing, 1)]


def test_only_days_and_periods_cover_a_time(billing):
    """A resource that covers a time is told of, and pays for none."""
    billing.period("01-01", "02-01")
    billing.line("resource", "1.00", covers=("01-10", "02-01"))
    billing.line("period", "1.00")
    billing.line("daily", "0.10", covers=("02-01", "02-02"))
    (said,) = overlaps(billing)
    assert "resource 1.00 USD of service 1 for 2025-01-10 00:00 .. 2025-02-01 00:00 covers" in said


@pytest.mark.parametrize(
    ("status", "grants", "counts"),
    [
        ("cancelled", (), False),
        ("cancelled", ("cycle",), False),
        ("unpaid", ("cycle", "start"), False),
        ("unpaid", ("start", "cycle"), False),
        ("unpaid", ("cycle",), False),
        ("unpaid", ("start",), True),
        ("unpaid", (), True),
        ("paid", ("cycle",), True),
        ("paid", ("start",), True),
    ],
)
def test_what_is_not_asked_for_any_more_pays_for_nothing(billing, status, grants, counts):
    """A cancelled invoice and one of a change that waits pay for no time; lines after them do."""
    billing.ask(status, "5.00", "0", *grants)
    billing.period("01-10", "02-10", invoice=1)
    billing.period("01-01", "02-01")
    assert counts == bool([*overlaps(billing)])
    billing.period("01-31", "03-01")
    assert [*overlaps(billing)]


@pytest.mark.parametrize(("rule", "right"), [(FULL, True), (PLAIN, False)])
def test_a_whole_period_from_the_date_of_a_change(billing, rule, right):
    """A change that buys a whole period ends the time before it, a plain order does not."""
    billing.period("01-01", "02-01")
    billing.period("01-11", "02-11", rule=rule)
    assert right == (not [*overlaps(billing)])


def test_time_that_is_turned_into_days_of_another_price(billing):
    """What is left on January 11 runs until the 21st; a month more begins there, not before.

    Of the month bought ahead, which would begin in February, nothing is left either.
    """
    billing.period("01-01", "02-01")
    billing.period("02-01", "03-01")
    billing.decide("expires", date(2025, 1, 21), rule=PERIOD, on="2025-01-11")
    billing.period("01-21", "02-21")
    assert [] == [*overlaps(billing)]
    billing.decide("expires", date(2025, 1, 31), rule=PERIOD, on="2025-01-25")
    billing.period("01-31", "02-28")
    assert [] == [*overlaps(billing)]
    billing.period("02-27", "03-28")
    (said,) = overlaps(billing)
    assert said.endswith(" pay for 2025-02-27 00:00:00+00:00 twice")


def test_turned_time_is_paid_for_once(billing):
    """A month more that begins a day before the turned days are over pays for that day again."""
    billing.period("01-01", "02-01")
    billing.decide("expires", date(2025, 1, 21), rule=PERIOD, on="2025-01-11")
    billing.period("01-20", "02-20")
    (said,) = overlaps(billing)
    assert said == (
        "service 1: the change at 2025-01-11 00:00:00+00:00 and period 5.00 USD of service 1 for "
        "2025-01-20 00:00 .. 2025-02-20 00:00 pay for 2025-01-20 00:00:00+00:00 twice"
    )


def test_two_changes_are_made_in_their_order(billing):
    """Days until the 21st, turned again on the 15th into days until the 18th; then a month."""
    billing.period("01-01", "02-01")
    billing.decide("expires", date(2025, 1, 21), rule=PERIOD, on="2025-01-11")
    billing.decide("expires", date(2025, 1, 18), rule=PERIOD, on="2025-01-15")
    billing.period("01-18", "02-18")
    assert [] == [*overlaps(billing)]


def test_each_change_ends_what_was_bought_before_it(billing):
    """A month that was bought between two changes runs until the second; then a day comes twice."""
    billing.period("01-01", "02-01")
    billing.decide("expires", date(2025, 1, 21), rule=PERIOD, on="2025-01-11")
    billing.period("01-21", "02-21")
    billing.decide("expires", date(2025, 1, 31), rule=PERIOD, on="2025-01-25")
    billing.period("01-22", "01-23")
    (said,) = overlaps(billing)
    assert said.endswith(" pay for 2025-01-22 00:00:00+00:00 twice")


def test_a_tariff_that_ends(billing):
    """Two times overlap from January 20 on, but the tariff has ended on the 15th."""
    billing.period("01-01", "02-01")
    billing.period("01-20", "02-20")
    assert [*overlaps(billing)]
    billing.decide("expires", None, rule=END)
    billing.decide("expires", NEVER_MADE, rule=END)
    assert [*overlaps(billing)]
    billing.decide("expires", date(2025, 1, 15), rule=END)
    assert [] == [*overlaps(billing)]


def test_another_cycle_begins_at_its_own_date(billing):
    """Decided on January 5, the cycle begins on the 11th: the days between are paid for before."""
    starts = {"starts": date(2025, 1, 11)}
    billing.period("01-01", "02-01")
    billing.decide("expires", date(2025, 2, 11), rule=CYCLE, on="2025-01-05", **starts)
    billing.period("02-11", "03-11")
    assert [] == [*overlaps(billing)]
    billing.now = at("2025-01-08")
    billing.serve()
    assert [] == [*gaps(billing)]
    billing.now = at("2025-02-05")
    billing.book.services[1].expires = at("2025-03-11")
    assert [] == [*gaps(billing)]


def test_dates_end_at_midnight_in_their_zone_and_instants_as_they_are(billing):
    """Berlin's January 21 begins at 23:00 UTC of the 20th; an instant is one anywhere."""
    billing.book.zone = ZoneInfo("Europe/Berlin")
    billing.period("01-01", "02-01")
    billing.decide("expires", date(2025, 1, 21), rule=PERIOD, on="2025-01-11")
    billing.serve(expires=at("2025-03-01"))
    billing.now = at("2025-01-20T22:59")
    assert [] == [*gaps(billing)]
    billing.now = at("2025-01-20T23:00")
    assert [*gaps(billing)]
    noon = datetime(2025, 1, 25, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    billing.decide("expires", noon, rule=PERIOD, on="2025-01-12")
    billing.now = at("2025-01-25T10:59")
    assert [] == [*gaps(billing)]
    billing.now = at("2025-01-25T11:00")
    assert [*gaps(billing)]


@pytest.mark.parametrize(
    ("what", "rule", "free"),
    [
        ("nothing: period", FULL, True),
        ("nothing: period", PLAIN, False),
        ("nothing: resource", FULL, False),
    ],
)
def test_a_whole_period_that_costs_nothing(billing, what, rule, free):
    """No line tells of it: its expiry ends the time before, which nothing pays for then."""
    starts = {"starts": date(2025, 1, 11)}
    billing.period("01-01", "02-01")
    billing.decide("expires", date(2025, 2, 11), on="2025-01-11", **starts)
    billing.decide("expires", date(2025, 2, 10), rule=END, on="2025-01-11")
    billing.decide(what, Fraction(0), rule=rule, on="2025-01-11")
    billing.period("02-05", "03-05")
    assert free == bool([*overlaps(billing)])


def test_what_is_renewed_before_a_change_that_costs_nothing(billing):
    """A line tells of the renewal, also where both are of one instant: the change alone moves."""
    billing.period("01-01", "02-01")
    late = {"rule": "billmanager.renew.late-policy", "on": "2025-02-05"}
    billing.decide("expires", date(2025, 3, 5), renewed=date(2025, 2, 5), **late)
    billing.period("02-05", "03-05")
    starts = {"starts": date(2025, 2, 5)}
    billing.decide("expires", date(2025, 3, 6), on="2025-02-05", service=2, **starts)
    billing.decide("expires", date(2025, 4, 5), on="2025-02-05", **starts)
    billing.decide("nothing: period", Fraction(0), rule=FULL, on="2025-02-05")
    assert [] == [*overlaps(billing)]
    billing.serve(expires=at("2025-04-05"))
    billing.now = at("2025-04-04")
    assert [] == [*gaps(billing)]
    billing.period("04-01", "05-01")
    assert [*overlaps(billing)]


def test_only_an_expiry_moves_a_time(billing):
    """When a service is suspended pays for nothing, and ends nothing."""
    billing.period("01-01", "02-01")
    billing.decide("suspended", date(2025, 1, 21), rule=PERIOD, on="2025-01-11")
    billing.period("01-25", "02-25")
    assert [*overlaps(billing)]


def test_an_active_service_is_paid_for(billing):
    """From the first instant of what it paid until before the last."""
    billing.serve(expires=at("2025-03-01"))
    billing.period("01-15", "01-20")
    billing.period("01-21", "02-01")
    billing.line("setup", "1.00")
    assert [] == [*gaps(billing)]
    billing.now = at("2025-01-20")
    told = "service 1 is active, and nothing pays for 2025-01-20 00:00:00+00:00"
    assert [told] == [*gaps(billing)]
    billing.now = at("2025-01-14")
    assert [*gaps(billing)]
    billing.line("tariff change", "1.00")
    assert [] == [*gaps(billing)]


def test_who_does_not_run_or_pays_by_invoice_has_no_gap(billing):
    """A suspended service needs no paid time; the next one, which is active, does."""
    billing.serve(1, "suspended")
    billing.serve(2)
    told = "service 2 is active, and nothing pays for 2025-01-15 00:00:00+00:00"
    assert [told] == [*gaps(billing)]
    billing.rulebook.charges_balance = False
    assert [] == [*gaps(billing)]


def test_an_expired_service_runs_only_as_long_as_a_rule_lets_it(billing):
    """It expired now; it may run on until a day later, or nothing says that it may."""
    service = billing.serve(expires=billing.now)
    told = "service 1 is active; it expired 2025-01-15 00:00:00+00:00"
    assert [told] == [*gaps(billing)]
    service.expires = at("2025-01-14")
    assert [*gaps(billing)]
    billing.rulebook.runs_until = lambda _turn, each: each.ends + timedelta(days=1)
    assert [*gaps(billing)]
    billing.rulebook.runs_until = lambda _turn, each: each.ends + timedelta(days=2)
    assert [] == [*gaps(billing)]


def test_what_is_free_has_no_line(billing):
    """A trial, and days that have come to nothing; days that have come to something are posted."""
    service = billing.serve(trial=True)
    assert [] == [*gaps(billing)]
    service.trial, service.order_period = False, (date(2025, 1, 1), date(2025, 2, 1))
    assert [] == [*gaps(billing)]
    service.shares = {"tariff": DayShare((None, None), 3, Fraction(0), Fraction(0), by_sum=False)}
    assert [] == [*gaps(billing)]
    service.shares = {"tariff": DayShare((None, None), 3, Fraction(1), Fraction(1), by_sum=False)}
    assert [*gaps(billing)]


@pytest.mark.parametrize(
    ("bought", "free"),
    [
        ([], False),
        ([("tariff", -5, 5, 0)], True),
        ([("tariff", -5, 5, 1)], False),
        ([("tariff", 0, 1, 0)], True),
        ([("tariff", 1, 5, 0)], False),
        ([("tariff", -5, 0, 0)], False),
        ([("disk", -5, 5, 0)], False),
        ([("tariff", -5, 5, 0), ("disk", -5, 5, 1)], True),
        ([("tariff", -5, 5, 0), ("tariff", -5, 5, 1)], False),
        ([("tariff", -5, 0, 1), ("tariff", 0, 5, 0)], True),
        ([("tariff", 0, 5, 0), ("tariff", 1, 5, 1)], True),
    ],
)
def test_a_time_that_was_bought_for_nothing(billing, bought, free):
    """What was bought for today is free where all of the tariff that runs today cost nothing."""
    today = date(2025, 1, 15).toordinal()
    stretches = tuple(
        Stretch(today + first, today + last, Fraction(price), today, today + 9, item=item)
        for item, first, last, price in bought
    )
    billing.serve(stretches=stretches)
    assert free == (not [*gaps(billing)])


def test_no_more_is_given_back_than_was_posted(billing):
    """Of 5.00, 5.50 come back: 0.50 too much; tax is apart, and what follows is not told again."""
    billing.line("tax refund", "9.00")
    billing.line("period", "5.00")
    billing.line("tax", "1.00")
    billing.line("refund", "5.00")
    assert [] == [*given_back(billing_of(billing))]
    billing.line("refund", "0.50")
    billing.line("period", "0.10")
    told = "refund 0.50 USD of service 1 gives back 0.50 more than was posted"
    assert [told] == [*given_back(billing_of(billing))]


def billing_of(billing, *, belongs=None):
    """Have the services 1 and 2, which may belong to the first."""
    billing.serve(1)
    billing.serve(2, belongs=belongs)
    return billing


@pytest.mark.parametrize(
    ("belongs", "right"),
    [(None, False), (Belongs(1), False), (Belongs(1, "all"), True)],
)
def test_the_parts_of_a_bundle_have_one_price(billing, belongs, right):
    """What the first part paid may come back for the second; an addon has a price of its own."""
    billing.line("period", "5.00", service=1)
    billing.line("refund", "3.00", service=2)
    assert right == (not [*given_back(billing_of(billing, belongs=belongs))])


@pytest.mark.parametrize(
    ("months", "starts", "days", "right"),
    [
        (1, "2025-02-01", 28, True),
        (1, "2025-02-01", 31, True),
        (1, "2025-02-01", 27, False),
        (1, "2025-01-01", 32, False),
        # From January 31 to April 30 there are 89 days, and three more or less are near.
        (3, "2025-01-31", 89, True),
        (3, "2025-01-31", 86, True),
        (3, "2025-01-31", 92, True),
        (3, "2025-01-31", 85, False),
        (3, "2025-01-31", 93, False),
        (11, "2025-01-01", 331, True),
        (12, "2025-01-01", 364, False),
        (12, "2025-01-01", 365, True),
        (12, "2025-01-01", 366, True),
        (12, "2025-01-01", 367, False),
        (13, "2025-01-01", 396, True),
        (24, "2025-01-01", 729, False),
        (24, "2025-01-01", 732, True),
        (24, "2025-01-01", 733, False),
        # Twenty years from 2024 have 7305 days: 7300 would be 20 × 365, and are not near.
        (240, "2024-01-01", 7305, True),
        (240, "2024-01-01", 7300, False),
    ],
)
def test_a_bought_time_is_as_long_as_it_was_sold(billing, months, starts, days, right):
    """A month has 28 to 31 days, a year 365 or 366, several months about those of the calendar."""
    begins = date.fromisoformat(starts)
    ends = begins + timedelta(days=days)
    billing.decide("expires", ends, starts=begins, period=Length(months=months))
    told = f"{Length(months=months)} of service 1 from {begins} to {ends} has {days} days"
    assert ([] if right else [told]) == [*lengths(billing)]


@pytest.mark.parametrize(
    "other",
    [
        {"period": Length(months=1)},
        {"starts": date(2025, 1, 1)},
        {"starts": date(2025, 1, 1), "period": None},
        {"starts": date(2025, 1, 1), "period": Length(days=10)},
        {"starts": date(2025, 1, 1), "period": Length(months=1), "result": NEVER_MADE},
    ],
)
def test_what_counts_no_months_has_no_length(billing, other):
    """No start, no period, one of days, and a refusal; what comes after it is looked at."""
    january = {"starts": date(2025, 1, 1), "period": Length(months=1)}
    billing.decide("expires", other.pop("result", date(2025, 1, 11)), **other)
    assert [] == [*lengths(billing)]
    billing.decide("expires", date(2025, 1, 11), **january)
    told = "1 month of service 1 from 2025-01-01 to 2025-01-11 has 10 days"
    assert [told] == [*lengths(billing)]


def test_a_service_that_was_never_made_is_charged_its_order_alone(billing):
    """Setup and period of one instant are its order; an invoice may ask before it is made."""
    billing.serve(1, "processing")
    billing.line("period", "5.00")
    billing.line("setup", "1.00")
    assert [] == [*untouched(billing)]
    billing.line("period", "2.00", on="2025-01-02")
    told = "period 2.00 USD of service 1 is charged, and the service is not made yet"
    assert [told] == [*untouched(billing)]
    billing.rulebook.charges_balance = False
    assert [] == [*untouched(billing)]


@pytest.mark.parametrize(
    ("kind", "amount", "fields", "right"),
    [
        ("period", "5.00", {"invoice": 2}, True),  # asked again
        ("period", "5.00", {}, False),
        ("period", "5.01", {"invoice": 2}, False),
        ("setup", "5.00", {"invoice": 2}, False),
        ("tax", "1.00", {"invoice": 2}, True),
        ("tax", "1.00", {}, False),
        ("refund", "1.00", {}, True),
        ("credit", "1.00", {"invoice": 2}, True),
        ("period", "1.00", {"on": "2025-01-05"}, True),  # the instant of the deletion
        ("period", "1.00", {"on": "2025-01-06"}, False),
    ],
)
def test_a_deleted_service_is_charged_nothing_more(billing, kind, amount, fields, right):
    """It is given back what it has paid, and asked again for what it was asked before."""
    billing.serve(1, "deleted", deleted=at("2025-01-05"))
    billing.line("period", "5.00", invoice=1)
    billing.line(kind, amount, **{"on": "2025-01-07", **fields})
    told = [f"{kind} {amount} USD of service 1 is charged after the deletion"]
    assert ([] if right else told) == [*untouched(billing)]


def user(*, active=True, preset="small", comment="service 1 of anna"):
    """Return a user as the panel shows it."""
    return SimpleNamespace(active=active, preset=preset, comment=comment)


@pytest.mark.parametrize(
    ("status", "shown", "told"),
    [
        ("active", user(), []),
        ("suspended", user(active=False), []),
        ("active", user(active=False), ["user1 is suspended on the panel, service 1 active"]),
        ("suspended", user(), ["user1 is active on the panel, service 1 suspended"]),
        ("active", user(preset="large"), ["user1 has the preset large, its tariff small"]),
        ("active", None, ["user1 is not on the panel, service 1 active"]),
        ("ordered", None, []),
        ("pending", None, []),
        ("deleted", None, []),
        ("terminated", None, []),
        ("cancelled", None, []),
        ("deleted", user(), ["user1 is on the panel, service 1 deleted"]),
        ("deleted", user(comment="service 7 of bob"), []),
    ],
)
def test_the_panel_holds_what_billing_believes(billing, status, shown, told):
    """A user is there for a service, in its state and of its preset; a stranger is nobody's."""
    billing.serve(1, status)
    view = {} if shown is None else {"user1": shown}
    assert told == [*agreement(billing, view)]


@pytest.mark.parametrize(
    "fields",
    [{"belongs": Belongs(9)}, {"address": "192.0.2.1"}, {"resold": object()}],
)
def test_what_is_on_no_panel_is_not_looked_for(billing, fields):
    """An addon, a server and a licence; the service after them is looked for."""
    billing.serve(1, **fields)
    assert [] == [*agreement(billing, {})]
    billing.serve(2, user="user2")
    told = "user2 is not on the panel, service 2 active"
    assert [told] == [*agreement(billing, {})]


def test_while_an_operation_runs_the_panel_may_differ(billing):
    """Service 1 is being made; service 2 is not."""
    billing.serve(1)
    billing.book.running[1] = [1]
    billing.serve(2, user="user2")
    told = "user2 is not on the panel, service 2 active"
    assert [told] == [*agreement(billing, {})]


def test_a_login_that_another_service_has_now(billing):
    """Of two services with one login the deleted one left its mark, and the other lives."""
    billing.serve(1, "deleted")
    billing.serve(2)
    assert [] == [*agreement(billing, {"user1": user()})]


def test_all_is_looked_at(billing):
    """A billing with everything wrong: each thing that always holds says so."""
    billing.client("1.00")
    billing.serve(1, expires=at("2025-03-01"))
    billing.serve(2, "deleted", user="", deleted=at("2025-01-05"))
    billing.line("refund", "5.00", exact="6.00")
    billing.period("01-10", "01-12")
    billing.period("01-01", "02-01", service=2, on="2025-01-06")
    billing.period("01-11", "01-13")
    january = {"starts": date(2025, 1, 1), "period": Length(months=1)}
    billing.decide("expires", date(2025, 1, 11), **january)
    found = check(billing, {})
    words = {
        "posting": "refund 5.00 USD of service 1 is posted, exactly it is ",
        "conservation": "anna has 1.00 USD, ",
        "overlap": "service 1: period 5.00 USD ",
        "length": "1 month of service 1 from 2025-01-01 to 2025-01-11 has 10 days",
        "refund": "refund 5.00 USD of service 1 gives back ",
        "charge": "period 5.00 USD of service 2 for ",
        "gap": "service 1 is active, and nothing pays for ",
        "agreement": "user1 is not on the panel, service 1 active",
    }
    assert [*words] == [each.against for each in found]
    assert all(each.sentence.startswith(words[each.against]) for each in found)
    assert found[1:] == check(billing, {}, 1)
