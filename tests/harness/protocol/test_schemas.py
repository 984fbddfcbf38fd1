"""The JSON Schemas are printed from the models, and the printed ones are current."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from prorata.harness.protocol import schemas

PRINTED = Path(__file__).parents[3] / "docs" / "protocol-schemas"
TYPES = ["start", "open", "clock", "act", "observe", "close", "stop"]


def test_every_message_has_a_schema() -> None:
    """Seven questions and seven answers."""
    assert [name for kind in TYPES for name in (kind, f"{kind}.answer")] == list(schemas())


def test_the_printed_schemas_are_current(tmp_path: Path) -> None:
    """What lies in docs is what `python -m prorata.harness.protocol FOLDER` prints."""
    subprocess.run([sys.executable, "-m", "prorata.harness.protocol", str(tmp_path)], check=True)
    printed = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    assert printed == {file.name: file.read_text(encoding="utf-8") for file in PRINTED.iterdir()}
    assert {f"{name}.json" for name in schemas()} == set(printed)


def test_money_is_a_pattern() -> None:
    """A schema says of money what the models say: digits in a string."""
    ledger = schemas()["observe.answer"]["$defs"]["LedgerLine"]["properties"]["amount"]
    assert "string" == ledger["type"]
    assert re.search(ledger["pattern"], "3.10")
    assert not re.search(ledger["pattern"], "-3.10")
    assert not re.search(ledger["pattern"], "3,10")


def test_an_answer_has_exactly_one_key() -> None:
    """Four ways to answer, one at a time; `seq` always."""
    schema = schemas()["clock.answer"]
    ways = ["result", "refusal", "unsupported", "error"]
    assert [{"required": [way]} for way in ways] == schema["oneOf"]
    assert ["seq"] == schema["required"]
    assert ["settled"] == schema["properties"]["result"]["required"]


def test_schemas_are_json() -> None:
    """Every schema survives being written, and every reference in it leads somewhere."""
    for schema in schemas().values():
        text = json.dumps(schema)
        for name in re.findall(r'"#/\$defs/(\w+)"', text):
            assert name in schema["$defs"]
