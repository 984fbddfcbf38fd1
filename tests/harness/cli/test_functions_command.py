"""`prorata functions`, and the page of the documentation that it makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from prorata.harness.cli.acts_page import acts_page
from prorata.harness.cli.functions_ import page

PAGE = Path(__file__).parents[3] / "docs" / "functions.md"


def test_json(call: Any) -> None:
    """Every function with kind, level, parameters and whether it is invented."""
    found = json.loads(call("functions", "--json").out)
    assert list(found) == ["ispmanager", "billmanager"]
    edit = next(each for each in found["ispmanager"] if each["name"] == "user.edit")
    assert (edit["kind"], edit["invented"]) == ("form", False)
    name = next(param for param in edit["params"] if param["name"] == "name")
    assert (name["type"], name["required"]) == ("text", True)
    quota = next(param for param in edit["params"] if param["name"] == "limit_quota")
    assert quota["range"] == "0..2147483647"


def test_one_panel(call: Any) -> None:
    """Told for people."""
    said = call("functions", "ispmanager").out
    assert "  user.suspend  group, " in said
    assert "      elid  text: up to 65535 characters, required\n" in said
    assert "BILLmanager" not in said


def test_the_page_is_current(call: Any) -> None:
    """docs/functions.md is what the command prints: make it anew with --markdown."""
    assert call("functions", "--markdown").out == page()
    assert PAGE.read_text("utf-8") == page()


def test_acts(call: Any) -> None:
    """What a run does on a BILLmanager, as a page; JSON has no such table."""
    said = call("functions", "--acts", "--markdown")
    assert (said.code, said.out) == (0, acts_page())
    assert call("functions", "--acts", "--json").code == 2


def test_either_or(call: Any) -> None:
    """JSON and the page exclude each other."""
    assert call("functions", "--json", "--markdown").code == 2
