"""Several billings in one file: each is read as if it were alone, and mistakes are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from prorata.harness.running.selection import load_text
from prorata.harness.scenario import ScenarioErrors
from prorata.harness.scenario.loader import bundled_root

FILE = bundled_root() / "reselling" / "ordered-and-active-by-event.yaml"
TEXT = Path(FILE).read_text(encoding="utf-8")


def read(text):
    """Return the only scenario of a text."""
    (found,) = load_text(text.encode(), "two.yaml")
    return found


def test_the_judged_billing_is_the_one_that_buys():
    """The other is the world; each has its own step, act and expectation."""
    found = read(TEXT)
    assert ("reseller", ["seller"]) == (found.name, list(found.others))
    first = found.steps[0]
    assert ("order", None) == (first.act[0], first.others["seller"].act)
    assert {"anna"} == first.expect.balance.keys()
    assert {"partner"} == first.others["seller"].expect.balance.keys()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sellers: {seller: partner}", "sellers: {vendor: partner}", 'unknown billing "vendor"'),
        ("sellers: {seller: partner}", "sellers: {seller: patner}", 'unknown client "patner"'),
        ("clients: {partner:", "sellers: {reseller: anna}\n      clients: {partner:", "buys from"),
        ("system: billmanager", "system: hostbill", "seller is a HostBill"),
        (
            "      seller:\n        charged",
            "      seler:\n        charged",
            'unknown billing "seler"',
        ),
        ("    expect:\n      reseller:", "    on: buyer\n    expect:\n      reseller:", '"buyer"'),
        ("licences: {panel:", "licences: {panle:", 'no service is called "panle"'),
        ("timeline:\n", "timeline:\n  - at: 2020-01-01\n", "step 1 does nothing"),
        (
            "timeline:\n",
            "timeline:\n  - at: 2020-01-01\n    expect: {}\n",
            "expected billings by their names",
        ),
    ],
    ids=["seller", "client", "chain", "system", "expected", "on", "label", "nothing", "nobody"],
)
def test_a_mistake_is_found(old, new, said):
    """By the name that is wrong."""
    with pytest.raises(ScenarioErrors) as wrong:
        read(TEXT.replace(old, new, 1))
    assert any(said in each.message for each in wrong.value.problems)
