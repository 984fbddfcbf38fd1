"""Who a service passes to, and whose it is expected to be, is checked; so are imported names."""

from __future__ import annotations

import pytest

from prorata.harness.scenario.checks import KnownNames
from prorata.harness.scenario.loader import loads
from prorata.harness.scenario.problems import ScenarioErrors

KNOWN = KnownNames(frozenset({"a.rule"}), {}, lambda _currency: 2)
TEXT = """\
title: Owners
rules: [a.rule]
source: ours
given:
  system: hostbill
  products: {small: {prices: {monthly: "1"}}}
  clients: {anna: {}, ben: {}}
timeline:
  - at: 2025-08-01
    import_products: {json: '{"large": {"prices": {"monthly": "2"}}}'}
  - at: 2025-08-01
    order: {as: site, client: anna, product: large, cycle: monthly}
  - at: 2025-08-02
    transfer: {service: site, to: ben, by: staff}
    expect:
      site: {client: ben}
      invoices: [{of: site, total: "2", status: unpaid, client: ben}]
"""


def problems(text):
    """Return what is wrong with a text, with line and column."""
    try:
        loads(text.encode(), file="it.yaml", id="it", known=KNOWN, changes={})
    except ScenarioErrors as errors:
        return [str(problem) for problem in errors.problems]
    return []


def test_owners_are_read():
    """A product that is imported before its order, and clients that there are, have no problem."""
    assert [] == problems(TEXT)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: ben", "to: bne", 'it.yaml:14:35: unknown client "bne"; did you mean "ben"?'),
        ("site: {client: ben", "site: {client: zoe", 'it.yaml:16:22: unknown client "zoe"'),
        ("unpaid, client: ben", "unpaid, client: x", 'it.yaml:17:65: unknown client "x"'),
        ("product: large", "product: huge", 'it.yaml:12:46: unknown product "huge"'),
        ('\'{"large"', "'{\"large", 'it.yaml:12:46: unknown product "large"'),
        ("service: site, to", "service: shop, to", 'it.yaml:14:25: no service is called "shop"'),
        ("to: ben, ", "", 'it.yaml:14:15: missing "to"'),
    ],
)
def test_a_name_that_there_is_not(old, new, said):
    """It is one clear error at its place."""
    (problem,) = problems(TEXT.replace(old, new))
    assert problem.startswith(said)
