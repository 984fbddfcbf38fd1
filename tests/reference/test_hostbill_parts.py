"""HostBill's rules of what is sold together: addons, sub-products, bundles."""

from __future__ import annotations

from fractions import Fraction

import pytest

from prorata.reference.hostbill.bundle import bundle, keeps_price, made_of, part_sells, share
from prorata.reference.hostbill.order import (
    addon_sells,
    addons,
    goes_along,
    not_alone,
    sub_products,
)
from prorata.reference.money import ROUNDING


def shares(price, *listed):
    """Return the shares of all parts, in cents."""
    rounding, exact = ROUNDING["half_up"], tuple(map(Fraction, listed))
    return [
        share(
            fixed_price=Fraction(price), listed=exact, place=place, digits=2, rounding=rounding
        ).amount
        for place in range(len(listed))
    ]


@pytest.mark.parametrize(
    ("price", "listed", "expected"),
    [
        # 35 × 30/40 = 26.25, and the rest
        ("35.00", ("30.00", "10.00"), ("26.25", "8.75")),
        # 10/3 = 3.333…: 3.33 twice, and the rest
        ("10.00", ("7.00", "7.00", "7.00"), ("3.33", "3.33", "3.34")),
        # 1 × 2/3 = 0.667: 0.67, and the rest
        ("1.00", ("2.00", "1.00"), ("0.67", "0.33")),
        # alone it is all
        ("35.00", ("10.00",), ("35.00",)),
        # parts that cost nothing leave it all to the last
        ("5.00", ("0", "0"), ("0", "5.00")),
    ],
)
def test_shares_of_a_fixed_price(price, listed, expected):
    """They are in the ratio of the list prices; the last takes the remainder."""
    assert list(map(Fraction, expected)) == shares(price, *listed)


def test_lines_of_addons_and_bundles():
    """A line asks a cycle or a setup fee."""
    assert 2 == addons(addon_price=Fraction(2))
    assert 1 == addons(setup_fee=Fraction(1))
    assert 35 == bundle(fixed_price=Fraction(35))
    assert 3 == bundle(setup_fee=Fraction(3))


@pytest.mark.parametrize(
    ("parts", "bundles", "others", "why"),
    [
        (("one",), (), (), "two parts or more, not 1"),
        ((), (), (), "two parts or more, not 0"),
        (("one", "pack"), ("pack",), (), "pack is a bundle itself"),
        (("one", "ip"), (), ("ip",), "ip is an addon itself"),
    ],
)
def test_a_bundle_that_is_none(parts, bundles, others, why):
    """A bundle has two parts or more, none of them a bundle or an addon."""
    refusal = made_of(parts=parts, bundles=bundles, addons=others)
    assert "hostbill.bundle" == refusal.rule
    assert why in refusal.reason
    assert made_of(parts=("one", "one"), bundles=bundles, addons=others) is None


@pytest.mark.parametrize(
    ("wanted", "sold", "licence", "rule"),
    [
        ("monthly", ("monthly",), True, None),
        ("weekly", ("weekly",), False, None),
        ("weekly", ("weekly",), True, "hostbill.cycle"),
        ("weekly", ("monthly",), True, "hostbill.cycle"),
        ("weekly", ("monthly",), False, "hostbill.bundle"),
        ("annually", ("monthly",), True, "hostbill.bundle"),
    ],
)
def test_the_cycle_of_a_part(wanted, sold, licence, rule):
    """A part sells its cycle, a licence by the month and the year alone."""
    refusal = part_sells(part="one", wanted=wanted, sold=sold, licence=licence)
    assert rule == (refusal and refusal.rule)


@pytest.mark.parametrize(
    ("name", "cycle", "is_addon", "why"),
    [
        ("disk", "monthly", True, "has no addon disk; it has ip"),
        ("ip", "monthly", False, "ip is a product of its own"),
        ("ip", "annually", True, "ip is not sold annually; it is sold monthly"),
    ],
)
def test_an_addon_that_is_not_sold(name, cycle, is_addon, why):
    """An addon is listed by the product, is one, and sells the cycle."""
    refusal = addon_sells(
        name=name, cycle=cycle, listed=("ip",), is_addon=is_addon, sold=("monthly",)
    )
    assert "hostbill.order.addons" == refusal.rule
    assert why in refusal.reason


def test_an_addon_goes_along():
    """It is neither ordered alone nor changed apart from its service."""
    assert "hostbill.order.addons" == not_alone(product="ip", is_addon=True).rule
    assert not_alone(product="host", is_addon=False) is None
    assert "hostbill.order.addons" == goes_along(is_addon=True).rule
    assert goes_along(is_addon=False) is None


def test_a_part_keeps_its_price():
    """What is a part of a fixed price is not changed by itself."""
    assert "hostbill.bundle" == keeps_price(fixed_price=Fraction(35)).rule
    assert keeps_price(fixed_price=None) is None


def test_sub_products():
    """Those that the product offers; a bundle is ordered by itself."""
    assert sub_products(name="panel", listed=("panel",)) is None
    assert "hostbill.order.sub-products" == sub_products(name="mail", listed=("panel",)).rule
    refusal = sub_products(name="pack", listed=("pack",), is_bundle=True)
    assert "pack is a bundle" in refusal.reason
