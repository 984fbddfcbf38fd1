"""The catalogue: tariffs and products read from their rows."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from prorata.reference.engine.billmanager.catalogue import Daily, Resource, Tariff
from prorata.reference.engine.hostbill.catalogue import Product
from prorata.reference.engine.rows import CatalogueError
from prorata.reference.periods import Length

MONTH, YEAR = Length(months=1), Length(months=12)


def test_a_tariff_by_its_defaults():
    """A tariff is enabled, named as its template, and has no special policies."""
    tariff = Tariff.of("start", {"prices": {"1 month": "3.10"}})
    assert Tariff("start", {MONTH: Fraction("3.10")}, template="start") == tariff
    assert tariff.enabled


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ({"renewal_prices": {"1 year": "9"}}, {"renewal_prices": {YEAR: Fraction(9)}}),
        ({"disabled_periods": ["1 year"]}, {"disabled_periods": (YEAR,)}),
        ({"setup_fee": "1.50"}, {"setup_fee": Fraction("1.50")}),
        ({"enabled": False, "template": "small"}, {"enabled": False, "template": "small"}),
        (
            {"daily": {"price": "0.1"}},
            {
                "daily": Daily(
                    Fraction("0.1"),
                    by_order_period=False,
                    clients_may_suspend=False,
                    charge_after_suspension=False,
                )
            },
        ),
        (
            {"daily": {"price": "0", "by_order_period": True, "clients_may_suspend": True}},
            {
                "daily": Daily(
                    Fraction(0),
                    by_order_period=True,
                    clients_may_suspend=True,
                    charge_after_suspension=False,
                )
            },
        ),
        ({"calendar": {"pro_rata_day": 10}}, {"pro_rata_day": 10}),
        ({"calendar": {}}, {"pro_rata_day": 15}),
        ({"late_renewal_fee": "from suspension"}, {"late_policy": "from suspension"}),
        ({"late_renewal_fee": {"fixed": "2"}}, {"late_policy": "fixed", "late_fee": Fraction(2)}),
        (
            {"late_renewal_fee": {"percent": "50"}},
            {"late_policy": "percent", "late_fee": Fraction(50)},
        ),
        ({"tariff_change": "forbidden"}, {"change_policy": "forbidden"}),
        (
            {"tariff_change": {"full payment": "service expiration date"}},
            {"change_policy": "full payment", "renew_from": "service expiration date"},
        ),
        ({"tariff_end": "2021-12-31"}, {"tariff_end": date(2021, 12, 31)}),
        ({"minimum_period": {"days": 30}}, {"minimum_period": Length(days=30)}),
        ({"weekend": "do not suspend"}, {"weekend": "do not suspend"}),
        ({"auto_deletion": 7, "service_limit": 2}, {"auto_deletion": 7, "service_limit": 2}),
        ({"maximum_quantity": 3}, {"maximum_quantity": 3}),
        (
            {"resources": {"disk": {"included": 1, "prices": {"1 month": "2"}}}},
            {"own_resources": {"disk": Resource(1, 0, prices={MONTH: Fraction(2)})}},
        ),
        ({"username_template": "u@ID@"}, {"username_template": "u@ID@"}),
    ],
    ids=str,
)
def test_the_fields_of_a_tariff(row, fields):
    """Each field of a row says what it says, and nothing else."""
    assert Tariff("start", **{"template": "start", **fields}) == Tariff.of("start", row)


def test_a_renewal_has_its_price():
    """A renewal costs the renewal price of its period, else the order price."""
    tariff = Tariff.of(
        "start", {"prices": {"1 month": "10", "1 year": "100"}, "renewal_prices": {"1 month": "8"}}
    )
    prices = [
        tariff.price(period, renewal=new) for period in (MONTH, YEAR) for new in (False, True)
    ]
    assert [10, 8, 100, 100] == prices
    assert tariff.price(Length(months=3), renewal=True) is None


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ({"prices": {"monthly": "10"}}, {"prices": {"monthly": Fraction(10)}}),
        ({"setup_fee": "1"}, {"setup_fee": Fraction(1)}),
        ({"upgrade_fee": "2"}, {"upgrade_fee": Fraction(2)}),
        ({"template": "small"}, {"template": "small"}),
        ({"adjust_initial_period": True}, {"adjust_initial_period": True}),
        ({"upgrade_pro_rata": "hours"}, {"upgrade_pro_rata": "hours"}),
        ({"upgrades": ["big"]}, {"upgrades": ("big",)}),
        ({"first_invoice_due": 7}, {"first_invoice_due": 7}),
        ({"billing_type": "prepaid"}, {}),
    ],
    ids=str,
)
def test_the_fields_of_a_product(row, fields):
    """Each field of a row says what it says, and nothing else."""
    assert Product("start", **{"template": "start", **fields}) == Product.of("start", row)


@pytest.mark.parametrize(
    ("kind", "row", "why"),
    [
        (Tariff, {"stock": 7}, r"start: stock is not built yet"),
        (Product, {"billing_type": "later"}, "start: 'later' is not a billing type"),
    ],
    ids=["stock", "billing type"],
)
def test_what_cannot_be_sold_is_an_error(kind, row, why):
    """A field that this billing does not have is refused by name."""
    with pytest.raises(CatalogueError, match=why):
        kind.of("start", row)


@pytest.mark.parametrize(
    "row",
    [{"prices": {"1 month": 3.1}}, {"prices": {"monthly": "3"}}, {"setup_fee": "1e3"}],
    ids=["float", "period", "digits"],
)
def test_amounts_and_periods_are_text(row):
    """A price is digits and a period a count of months or days."""
    with pytest.raises(ValueError, match=r"is not an? "):
        Tariff.of("start", row)
