"""`prorata rules --markdown`: the page on what the reference does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from prorata.harness.cli.rules_page import page
from prorata.harness.protocol import Perform
from prorata.reference.billmanager import name
from prorata.reference.engine.billmanager import BILLMANAGER
from prorata.reference.rules import rules

DOCS = Path(__file__).parents[3] / "docs"
PAGE = DOCS / "what-the-reference-does.md"


def section(title: str) -> str:
    """Return a section of the page."""
    return page().split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_page_is_current(call: Any) -> None:
    """docs/what-the-reference-does.md is what the command prints: make it anew with --markdown."""
    assert call("rules", "--markdown").out == page()
    assert PAGE.read_text("utf-8") == page()
    said = call("rules", "--markdown", "billmanager.renew.*")
    assert (said.code, "--markdown stands alone" in said.err) == (2, True)


def test_every_rule_stands_on_it() -> None:
    """Built or not; what may refuse says what it refuses."""
    told = set(re.findall(r"^\| `([a-z0-9.-]+)` \|", section("All rules"), re.MULTILINE))
    assert told == set(rules())
    refusing = section("Which rule refuses what")
    assert (
        "| `billmanager.order.price` | Refuse a period that is not among those with a " in refusing
    )
    assert "`billmanager.renew.plain`" not in refusing
    assert "``" not in refusing


def test_every_act_stands_on_it() -> None:
    """As the protocol has it; what the reference does not have is said."""
    acts = section("What each act does")
    for act in BILLMANAGER.acts.keys() - {"wait"}:
        assert f"\n| `{act}` | " in acts
        assert Perform.named(act).act == act
    assert "| `order_resource` | Order `amount` more units of a resource, " in acts
    assert "| `accept` | *not built* | Make the account of an order that waits, " in acts


def test_defaults_of_scenarios_and_readings_stand_on_it() -> None:
    """From the models that read a scenario."""
    defaults = section("Defaults")
    for row in (
        "| `currency` | `USD` |",
        "| `timezone` | `UTC` |",
        "| the `balance` of a client | `0` |",
        "| `rounding` | `half_up` | To the nearest, a half up. |",
    ):
        assert row in defaults


#: What stands for what in a name: the user's number, the client's login and number, the domain.
USER = {"user": 7, "client": "anna", "account": 3, "domain": "a.example"}


@pytest.mark.parametrize(
    ("macro", "filled"),
    [("ID", "7"), ("USERNAME", "anna"), ("ACCOUNT_ID", "3"), ("DOMAIN", "a.example")],
)
def test_names_are_made_of_what_the_page_says(macro: str, filled: str) -> None:
    """Of a user, by each macro."""
    cut = name.NAME_TOO_LONG["cut"]
    found = name.username(**USER, template=f"@{macro}@", name_too_long=cut)  # type: ignore[arg-type]
    assert found == filled
    assert f"`@{macro}@`" in section("Names on the panel").split("\n| the domain")[0]


@pytest.mark.parametrize(
    ("macro", "filled"), [("USERNAME", "anna"), ("ID", "9"), ("TYPE", "vhost")]
)
def test_domains_are_made_of_what_the_page_says(macro: str, filled: str) -> None:
    """Of a service, by each macro."""
    found = name.domain(client="anna", product_type="vhost", service=9, template=f"@{macro}@")
    assert found == filled
    assert f"`@{macro}@`" in section("Names on the panel").split("| the domain")[1]


def test_what_a_panel_is_asked_again_is_told_in_minutes() -> None:
    """As `reference/engine/operations.py` has it: five tries, and ever longer waits."""
    panel = section("A panel that fails")
    assert "| refuses | asked again after 5 minutes, 5 times in all, then left to staff |" in panel
    assert "asked again after 5, 10, 20, 40, 60 minutes, then every 60, for ever |" in panel


def test_the_pages_lead_to_each_other() -> None:
    """To fields and readings; the protocol leads to all three, and to the reference's own trace."""
    for page_of in re.findall(r"\]\(([a-z-]+\.md)\)", page()):
        assert (DOCS / page_of).is_file()
    protocol = (DOCS / "protocol.md").read_text("utf-8")
    for told in ("fields.md", "readings.md", "what-the-reference-does.md", "--trace"):
        assert told in protocol
