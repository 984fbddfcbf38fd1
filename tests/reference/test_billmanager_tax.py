"""Taxes, trials and traffic."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from prorata.reference.billmanager import tax
from prorata.reference.billmanager.name import free_zone
from prorata.reference.billmanager.order import trial, trial_sold
from prorata.reference.billmanager.resource import RateStep, traffic

STEPS = (RateStep(100, Fraction(2)), RateStep(200, Fraction(1)), RateStep(None, Fraction(1, 2)))


@pytest.mark.parametrize(
    ("amount", "rate", "inside", "on_top"),
    [
        # 120 − 120 ÷ 1.2 = 20; 120 × 0.2 = 24
        ("120", "20", "20", "24"),
        # −120 is a refund: the same, back
        ("-120", "20", "-20", "-24"),
        ("100", "0", "0", "0"),
        # 107 − 107 ÷ 1.07 = 7; 107 × 0.07 = 7.49
        ("107", "7", "7", "7.49"),
    ],
)
def test_tax(amount, rate, inside, on_top):
    """Included: amount − amount ÷ ((100 + rate) ÷ 100); on top: amount × rate ÷ 100."""
    asked = {"amount": Fraction(amount), "rate": Fraction(rate)}
    assert Fraction(inside) == tax.included(**asked)
    assert Fraction(on_top) == tax.on_top(**asked)


@pytest.mark.parametrize(
    ("amount", "included", "cost"),
    [
        (0, 0, "0"),
        (50, 50, "0"),
        (51, 50, "2"),
        (100, 50, "100"),
        # 50 × 2 + 1 × 1
        (101, 50, "101"),
        # 50 × 2 + 100 × 1
        (200, 50, "200"),
        # 50 × 2 + 100 × 1 + 1 × 0.5
        (201, 50, "200.5"),
        # what is included takes the first steps: 50 × 1 + 10 × 0.5
        (210, 150, "55"),
        (300, 250, "25"),
    ],
)
def test_traffic(amount, included, cost):
    """Each unit above the included amount costs the rate of its step."""
    assert Fraction(cost) == traffic(amount=amount, included=included, rates=STEPS)


def test_trial_ends_after_its_days():
    """A trial of 14 days from February 20 ends on March 6."""
    assert date(2025, 3, 6) == trial(starts=date(2025, 2, 20), days=14)


@pytest.mark.parametrize(
    ("days", "had", "wants", "refused"),
    [(7, False, 1, False), (None, False, 1, True), (7, True, 1, True), (7, False, 2, True)],
)
def test_trial_is_had_once(days, had, wants, refused):
    """A tariff has a trial or not, and a client has it once."""
    found = trial_sold(tariff="start", days=days, had=had, wants=wants)
    assert refused == (found is not None)


@pytest.mark.parametrize(
    ("domain", "generated", "address"),
    [
        ("anna.example.com", True, "192.0.2.1"),
        ("anna.example.com", False, None),
        ("a.anna.example.com", True, None),
        ("example.com", True, None),
        ("anna.example.net", True, None),
    ],
)
def test_name_in_a_free_zone(domain, generated, address):
    """A generated third-level name below a free second-level one points to the service."""
    zones = {"example.com", "anna.example.com"}
    asked = {"domain": domain, "generated": generated, "zones": zones}
    assert address == free_zone(**asked, address="192.0.2.1")
