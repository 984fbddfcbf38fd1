"""`prorata fields`, and the page of the documentation that it makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from prorata.harness.cli.fields_ import page

PAGE = Path(__file__).parents[3] / "docs" / "fields.md"


def test_json(call: Any) -> None:
    """Every field with what it can say, its default and its sentence."""
    found = json.loads(call("fields", "--json").out)
    assert ["tariff", "product", "settings"] == list(found)
    fee = next(row for row in found["tariff"] if row["name"] == "late_renewal_fee")
    assert ("none", False, True) == (fee["default"], fee["needed"], fee["built"])
    assert fee["type"].startswith("none, {fixed: an amount}, {percent: a number}, ")
    daily = next(row for row in found["tariff"] if row["name"] == "resources.NAME.daily")
    assert ("an amount", None) == (daily["type"], daily["default"])


def test_for_people(call: Any) -> None:
    """One kind of thing alone, with what stands beside a field."""
    said = call("fields", "product").out
    assert (
        "  setup_fee  an amount  (default 0)\n    What an order costs beside its cycle.\n" in said
    )
    assert "  tax.rate  a number  (needed)\n" in said
    assert "  full_month  yes or no  (default no)\n" in said
    assert "late_renewal_fee" not in said


def test_the_page_is_current(call: Any) -> None:
    """docs/fields.md is what the command prints: make it anew with --markdown."""
    assert call("fields", "--markdown").out == page()
    assert PAGE.read_text("utf-8") == page()


def test_either_or(call: Any) -> None:
    """JSON and the page exclude each other."""
    assert call("fields", "--json", "--markdown").code == 2
