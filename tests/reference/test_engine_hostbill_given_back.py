"""Whatever a HostBill service becomes: in the end its days are paid for, to the cent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from prorata.fakes.billmanager.port import Obliging
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.readings import choose

PRICES = {"small": "10.00", "middle": "13.37", "large": "31.01"}
ORDERED = datetime(2025, 9, 1, tzinfo=UTC)
DAYS = 30


def shop():
    """Return a billing with a month that is paid, whose product becomes any other."""
    sold = {
        name: {
            "prices": {"monthly": price},
            "upgrades": [each for each in PRICES if each != name],
            "downgrade_credit": "always",
            "cancel_pro_rata": "prepaid",
            "invoice_days_before": 0,
        }
        for name, price in PRICES.items()
    }
    billing = Billing(
        RULEBOOKS["hostbill"],
        clock=Clock(ORDERED),
        readings=choose({}),
        catalogue=sold,
        clients={"anna": "0"},
        panel=Obliging(),
    )
    billing.act(
        "order", client="anna", product="middle", cycle="monthly", hostname="anna.example.com"
    )
    return billing


def paid(billing):
    """Pay all that is unpaid; return how much that was."""
    total = Fraction(0)
    for number, invoice in list(billing.book.invoices.items()):
        if invoice.status == "unpaid":
            left = invoice.total - invoice.paid
            billing.act("pay", invoice=str(number))
            total += left.exact
    return total


@given(
    st.integers(min_value=1, max_value=DAYS - 1),
    st.lists(st.sampled_from(list(PRICES)), min_size=2, max_size=9),
)
def test_changes_of_one_day_leave_what_its_days_before_cost(day, products):
    """A cent that one line rounds up is no more there for the next one to give back."""
    billing = shop()
    spent = paid(billing)
    billing.clock.advance_to(ORDERED + timedelta(days=day))
    billing.advance_to(billing.clock.now())
    for product in products:
        if product != billing.book.services[1].tariff:
            billing.act("change_tariff", service="1", product=product)
            spent += paid(billing)
    billing.act("cancel", service="1", when="immediately")
    net = spent - Fraction(billing.book.clients["anna"].units, 10_000)
    assert billing.book.services[1].status == "cancelled"
    assert net >= Fraction(PRICES["middle"]) * day / DAYS - Fraction(1, 200)
