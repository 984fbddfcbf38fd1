"""Products of a scenario may stand in a JSON file beside it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from prorata.harness import run
from prorata.harness.scenario.checks import KnownNames
from prorata.harness.scenario.loader import load
from prorata.harness.scenario.problems import ScenarioErrors

KNOWN = KnownNames(frozenset({"hostbill.billing-type.prepaid"}), {}, lambda _currency: 2)
TEXT = """\
title: Products of a file
rules: [hostbill.billing-type.prepaid]
source: ours
given:
  system: hostbill
  products: shop.json
  clients: {anna: {}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, product: small, cycle: monthly, hostname: a.example.com}
    expect: {charged: [{kind: period, amount: "10.50"}]}
"""
SHOP = """\
{
\t"small": {"prices": {"monthly": 10.50}, "full_month": false, "upgrades": ["large"]},
\t"large": {"prices": {"monthly": "20.00"}, "cancellation": {"after": 10}}
}
"""


@pytest.fixture
def problems(tmp_path):
    """Load the scenario with a text in the place of its products; return what is wrong."""
    file = tmp_path / "it.yaml"
    file.write_text(TEXT, encoding="utf-8")

    def load_with(shop):
        if shop is not None:
            (tmp_path / "shop.json").write_bytes(shop)
        try:
            load(file, root=tmp_path, known=KNOWN)
        except ScenarioErrors as errors:
            return [str(each).removeprefix(f"{tmp_path}/") for each in errors.problems]
        return []

    return load_with


def test_they_are_as_if_they_stood_in_it(tmp_path, problems):
    """Amounts, switches, lists and choices are read, and the scenario conforms."""
    assert [] == problems(SHOP.encode())
    (scenario,) = load(tmp_path / "it.yaml", root=tmp_path, known=KNOWN)
    small = scenario.given.products["small"]
    assert (Fraction("10.5"), False, ("large",)) == (
        Fraction(small.prices["monthly"]),
        small.full_month,
        small.upgrades,
    )
    assert 0 == run(str(tmp_path / "it.yaml")).exit_code


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"full_month"', '"full_months"', 'shop.json:2:42: unknown key "full_months"'),
        ('"monthly": 10.50', '"daily ": 10.50', "shop.json:2:23: "),
        ("10.50", "-1", "shop.json:2:34: "),
        ('["large"]', '["huge"]', 'shop.json:2:76: unknown product "huge"'),
        ("false", "maybe", "shop.json:2:56: not JSON"),
        ('"large": {"prices"', '"small": {"prices"', 'shop.json:3:2: "small" is given twice'),
        (SHOP, "", "shop.json:1:1: not JSON"),
        (SHOP, "3", "shop.json:1:1: expected an object"),
    ],
)
def test_a_mistake_is_told_at_its_place_in_that_file(problems, old, new, said):
    """It is one clear error with file, line and column."""
    (problem,) = problems(SHOP.replace(old, new, 1).encode())
    assert problem.startswith(said)


def test_a_file_that_cannot_be_read(problems):
    """It is told where it is named, or by its own name."""
    (missing,) = problems(None)
    assert missing.startswith("it.yaml:6:13: shop.json cannot be read: ")
    (other,) = problems(b"\xff{}")
    assert "shop.json:1:1: expected text in UTF-8" == other
