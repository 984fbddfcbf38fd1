"""Invoices decided once for all services that are alike: the same as one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

from hypothesis import given, settings
from hypothesis import strategies as st

from prorata.reference.clock import Clock
from prorata.reference.engine import Billing
from prorata.reference.engine.hostbill import HOSTBILL, at_once
from prorata.reference.engine.hostbill.cycles import generate
from prorata.reference.engine.snapshot import Snapshot
from prorata.reference.readings import choose

LATE = {"late_fee": {"percent": "10", "after": 2}, "suspend_after": 4, "terminate_after": 30}
CATALOGUE = {
    "small": {"prices": {"monthly": "10.00", "weekly": "3.00"}, "upgrades": ["large"], **LATE},
    "large": {"prices": {"monthly": "20.00"}, "tax": {"rate": "19"}, "upgrades": ["small"]},
    "ahead": {"prices": {"monthly": "7.00"}, "renew_account": "with the invoice", **LATE},
    "later": {"prices": {"monthly": "5.00"}, "billing_type": "postpaid", "setup_fee": "1.00"},
    "gift": {"prices": {"monthly": "0"}},
    "ends": {"prices": {"monthly": "4.00"}, "auto_renewal": False},
    "host": {"prices": {"monthly": "10.00"}, "addons": ["ip"]},
    "ip": {"addon": True, "prices": {"monthly": "2.00"}},
    "pack": {"bundle": ["small", "large"], "prices": {"monthly": "25.00"}},
}
ONE_BY_ONE = replace(HOSTBILL, at_once={})
STARTS = datetime(2025, 1, 29, 9, tzinfo=UTC)
ENDS = datetime(2025, 6, 3, tzinfo=UTC)


class Quiet:
    """A panel that does what it is asked."""

    def __getattr__(self, name):
        """Do it."""
        return lambda *_: None


def billing(rulebook, clients, invoicing=None, currency="USD"):
    """Return a billing of these rules and clients with credit."""
    return Billing(
        rulebook,
        clock=Clock(STARTS),
        readings=choose(),
        catalogue=CATALOGUE,
        clients=clients,
        panel=Quiet(),
        timezone="Europe/Berlin",
        currency=currency,
        settings={"invoicing": invoicing} if invoicing else {},
    )


orders = st.lists(
    st.fixed_dictionaries(
        {
            "client": st.integers(0, 3),
            "product": st.sampled_from(
                ["small", "small", "large", "ahead", "later", "gift", "ends"]
            ),
            "weekly": st.sampled_from([False, False, True]),
            "day": st.integers(0, 3),
            "act": st.sampled_from(["", "", "suspend", "cancel", "upgrade", "renew"]),
        }
    ),
    min_size=1,
    max_size=10,
)
INVOICING = st.sampled_from(
    [None, {"continued": True}, {"merge": "generation day"}, {"zero": True}]
)


def played(rulebook, wanted, invoicing):
    """Return all that there is after a history."""
    credit = {"c0": "500.00", "c1": "60.00", "c2": "23.80", "c3": "0.00"}
    shop = billing(rulebook, credit, invoicing)
    for order in sorted(wanted, key=lambda each: each["day"]):
        shop.advance_to(STARTS + timedelta(days=order["day"]))
        cycle = "weekly" if order["weekly"] and order["product"] == "small" else "monthly"
        named = {"client": f"c{order['client']}", "product": order["product"], "cycle": cycle}
        service = shop.act("order", **named, hostname="a.example.com")["service"]
        if order["act"] == "suspend":
            shop.act("suspend", service=service, by="staff")
        elif order["act"] == "cancel":
            shop.act("cancel", service=service)
        elif order["act"] == "upgrade":
            shop.act("change_tariff", service=service, product="large")
        elif order["act"] == "renew":
            shop.act("renew", service=service)
    for month in (2, 3, 4):
        shop.advance_to(STARTS.replace(month=month, day=27))
        for number, invoice in list(shop.book.invoices.items()):
            # Some are paid with their order, some a month late, some never.
            if invoice.status == "unpaid" and invoice.service % month == 0:
                shop.act("pay", invoice=str(number))
    shop.advance_to(ENDS)
    book = shop.book
    invoices = dict(book.invoices.items())
    told = list(shop.ledger), list(shop.decisions), invoices, book.unpaid, book.services
    return *told, book.clients, book.next_numbers, shop.next_due()


@settings(max_examples=60, deadline=None)
@given(orders, INVOICING)
def test_at_once_is_as_one_by_one(wanted, invoicing):
    """What is invoiced at once leaves the same lines, dates, invoices and balances."""
    one, other = (played(rulebook, wanted, invoicing) for rulebook in (ONE_BY_ONE, HOSTBILL))
    assert one == other


def test_a_large_book_is_decided_once(monkeypatch):
    """Of 200 services alike the handler decides on one that pays and one that does not."""
    counted = Mock(side_effect=generate)
    monkeypatch.setattr(at_once, "generate", counted)
    rulebook = replace(HOSTBILL, due={**HOSTBILL.due, "invoice": counted})
    credit = {0: "14.00", 1: "10.00", 2: "10.00", 3: "20.00"}
    shop = billing(rulebook, {f"c{n}": credit.get(n, "25.00") for n in range(200)})
    for n in range(200):
        shop.advance_to(STARTS + timedelta(minutes=n))
        ordered(shop, f"c{n}", "small")
    shop.advance_to(datetime(2025, 2, 25, tzinfo=UTC))  # February 28 is due, seven days before
    # As if the first could pay, which it cannot: so it is asked again; as if it had nothing.
    assert 3 == counted.call_count
    assert 400 == len(shop.book.invoices)  # the orders' and the renewals'
    assert [1, 2, 3] == list(shop.book.unpaid)
    # 14.00 − 10.00 − 4.00, 10.00 − 10.00, the same, 20.00 − 2 × 10.00, 25.00 − 2 × 10.00
    balances = [str(each.balance) for each in shop.book.clients.values()]
    assert ["0.00", "0.00", "0.00", "0.00", "5.00"] == balances[:5]


def ordered(shop, client, product, **said):
    """Order a month of a product; return the number of the service."""
    wanted = {"client": client, "product": product, "cycle": "monthly"}
    return shop.act("order", **wanted, hostname=f"{client}.example.com", **said)["service"]


def renewals(shop):
    """Return what the invoices of February 21 ask, seven days before the due date."""
    before = len(shop.book.invoices)
    shop.advance_to(datetime(2025, 2, 21, 12, tzinfo=UTC))
    return [str(each.total) for each in list(shop.book.invoices.values())[before:]]


def test_an_addon_is_invoiced_with_its_service_beside_services_that_are_alike():
    """Of four services of one product that are alike, the third one has an addon."""
    shop = billing(HOSTBILL, {"anna": "100.00"})
    ordered(shop, "anna", "host")
    ordered(shop, "anna", "host")
    ordered(shop, "anna", "host", addons={"ip": "monthly"})
    ordered(shop, "anna", "host")
    assert ["10.00", "10.00", "12.00", "10.00"] == renewals(shop)  # 10.00 + 2.00


def test_the_parts_of_a_bundle_are_invoiced_once():
    """A fixed price is that of the first part; the others have no invoice of their own."""
    shop = billing(HOSTBILL, {"anna": "100.00", "ben": "0.00"})
    ordered(shop, "anna", "pack")
    assert ["25.00"] == renewals(shop)
    assert "50.00" == str(shop.book.clients["anna"].balance)  # 100.00 − 2 × 25.00


def test_invoices_are_merged_beside_services_that_are_alike():
    """The only service of a client is alike the two of another, whose invoices are one."""
    credit = {"anna": "100.00", "ben": "100.00"}
    shop = billing(HOSTBILL, credit, {"merge": "generation day"})
    ordered(shop, "anna", "small")
    ordered(shop, "ben", "small")
    ordered(shop, "ben", "small")
    assert ["10.00", "20.00"] == renewals(shop)


def test_another_cycle_that_is_to_come_is_not_alike():
    """Of two services that have been alike so far, the second is to be weekly from now on."""
    shop = billing(HOSTBILL, {"anna": "100.00", "ben": "100.00"})
    ordered(shop, "anna", "small")
    second = ordered(shop, "ben", "small")
    shop.act("change_period", service=second, cycle="weekly")
    assert ["10.00", "3.00"] == renewals(shop)


def test_an_invoice_of_nothing_is_paid_at_once():
    """Whether its client has credit or none, and nobody owes anything."""
    shop = billing(HOSTBILL, {"anna": "5.00", "ben": "0.00"}, {"zero": True})
    ordered(shop, "anna", "gift")
    ordered(shop, "ben", "gift")
    assert ["0.00", "0.00"] == renewals(shop)
    assert {} == shop.book.unpaid
    assert "5.00" == str(shop.book.clients["anna"].balance)


def test_the_smallest_credit_is_used():
    """Credit of the last digit that a currency has is some, beside a client who has none."""
    shop = billing(HOSTBILL, {"anna": "10.0000", "ben": "10.0001"}, currency="CLF")
    ordered(shop, "anna", "small")
    ordered(shop, "ben", "small")
    assert ["10.0000", "10.0000"] == renewals(shop)
    _, second = list(shop.book.invoices.values())[-2:]
    assert ("0.0001", "0.0000") == (str(second.paid), str(shop.book.clients["ben"].balance))


def test_a_snapshot_keeps_what_was_invoiced_at_once():
    """A copy of a book has the same invoices, and goes on with numbers of its own."""
    shop = billing(HOSTBILL, {"anna": "100.00", "ben": "100.00"})
    for client in ("anna", "ben"):
        wanted = {"client": client, "product": "large", "cycle": "monthly"}
        shop.act("order", **wanted, hostname=f"{client}.example.com")
    shop.advance_to(datetime(2025, 3, 1, tzinfo=UTC))
    copy = Snapshot(shop).restore(panel=Quiet())
    assert dict(shop.book.invoices) == dict(copy.book.invoices)
    copy.advance_to(datetime(2025, 4, 1, tzinfo=UTC))
    assert (4, 6) == (len(shop.book.invoices), len(copy.book.invoices))
