"""The JSON Schemas are printed from the models, and the printed ones are current."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bundled import SCENARIOS
from jsonschema import Draft202012Validator

from prorata.harness.protocol import Perform, schemas
from prorata.harness.scenario.acts import OnInvoice

pytestmark = pytest.mark.sweep

PRINTED = Path(__file__).parents[3] / "docs" / "protocol-schemas"
TYPES = ["start", "open", "clock", "act", "quote", "observe", "close", "stop"]


def test_every_message_has_a_schema() -> None:
    """Eight questions and eight answers."""
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


OPEN = schemas()["open"]
SOLD = {name: Draft202012Validator(OPEN["$defs"][name]) for name in ("Tariff", "Product")}


def test_what_is_sold_is_of_the_schema() -> None:
    """Tariffs, products and settings of every bundled scenario are as the schema has them."""
    settings = Draft202012Validator(OPEN["properties"]["settings"])
    told: dict[str, tuple[Draft202012Validator, object]] = {}
    for scenario in SCENARIOS.values():
        kind = SOLD["Tariff" if scenario.given.system == "billmanager" else "Product"]
        each = ((kind, row) for row in scenario.catalogue().values())
        told |= {repr(found): found for found in (*each, (settings, scenario.settings()))}
    assert 1000 < len(told)
    for validator, row in told.values():
        validator.validate(row)


@pytest.mark.parametrize(
    "row",
    [
        {"prices": {"1 month": 3.1}},
        {"prices": {"monthly": "3.10"}},
        {"late_renewal_fee": "fixed"},
        {"late_renewal_fee": {"fixed": "1", "percent": "2"}},
        {"tariff_change": {"full payment": "now"}},
        {"minimum_period": {}},
        {"daily": {}},
        {"calendar": {"pro_rata_day": 32}},
        {"resources": {"disk": {"daily": 0.02}}},
        {"resources": {"disk": {"step": 0}}},
        {"labels": "web"},
    ],
    ids=str,
)
def test_what_no_tariff_says(row) -> None:
    """A tariff that says what it cannot is not of the schema."""
    assert not SOLD["Tariff"].is_valid(row)


def test_a_day_price_of_a_resource_is_in_the_schema() -> None:
    """An implementation reads from the schema that a resource may have a price for a day."""
    row = {"daily": {"price": "0.10"}, "resources": {"disk": {"daily": "0.02"}}}
    SOLD["Tariff"].validate(row)
    resource = OPEN["$defs"]["Tariff"]["properties"]["resources"]["additionalProperties"]
    assert "daily" in resource["properties"]


ACT = Draft202012Validator(schemas()["act"])


def sent():
    """Yield each act of the bundled scenarios as it is sent, for ids the labels of services."""
    for scenario in SCENARIOS.values():
        for verb, act in (step.act for step in scenario.steps if step.act):
            if verb not in {"wait", "panel"}:
                invoice = {"invoice": "1"} if isinstance(act, OnInvoice) else {}
                yield Perform.named(verb, **act.message(str), **invoice).delivered("1").numbered(1)


def test_every_act_is_of_the_schema() -> None:
    """What is asked in the bundled scenarios is as the schema of acts has it, verb by verb."""
    seen = {}
    for act in sent():
        seen.setdefault((act.act, *sorted(act.parameters)), act)
    verbs = {act.act for act in seen.values()}
    assert 40 <= len(verbs)
    for act in seen.values():
        ACT.validate(json.loads(act.model_dump_json()))


@pytest.mark.parametrize(
    "parameters",
    [
        {"act": "order", "client": "anna", "tariff": "start"},
        {"act": "order", "client": "anna", "tariff": "start", "period": "1 month", "quantity": "2"},
        {"act": "order", "client": "anna", "tariff": "start", "period": "1 month", "consent": "no"},
        {"act": "order", "client": "anna", "product": "start", "cycle": "every month"},
        {"act": "renew"},
        {"act": "pay", "client": "anna", "amount": 10},
        {"act": "pay", "client": "anna", "amount": "ten"},
        {"act": "suspend", "service": "1", "by": "a friend"},
        {"act": "cancel", "service": "1", "when": "soon"},
        {"act": "set_tariff", "tariff": "start", "prices": {"1 month": 3.1}},
        {"act": "report_usage", "service": "1", "variable": "disk", "amount": "1", "at": "noon"},
    ],
    ids=str,
)
def test_what_no_act_says(parameters) -> None:
    """An act with a parameter that lacks, or that is none, is not of the schema."""
    assert not ACT.is_valid({"seq": 1, "type": "act", "id": "1", **parameters})


def test_an_act_that_is_not_known_may_be_asked() -> None:
    """Later versions of the suite know more acts, and the message's own words hold for them too."""
    assert ACT.is_valid({"seq": 1, "type": "act", "act": "juggle", "id": "1", "again": True})
    assert not ACT.is_valid({"seq": 1, "type": "act", "act": "juggle", "id": 1})


def test_defaults_of_acts_are_told() -> None:
    """Where a parameter is left out, the schema says what holds."""
    order = next(
        each["then"]["anyOf"][0]
        for each in schemas()["quote"]["allOf"]
        if each["if"]["properties"]["act"]["const"] == "order"
    )
    assert [1, False, {}] == [
        order["properties"][name]["default"] for name in ("quantity", "consent", "resources")
    ]
    assert ["client", "tariff", "period"] == order["required"]


OBSERVED = Draft202012Validator(schemas()["observe.answer"])


@pytest.mark.parametrize(
    ("result", "valid"),
    [
        ({"ledger": [{"kind": "period", "amount": "1", "at": "2025-08-01T09:00:00Z"}]}, True),
        ({"ledger": [{"kind": "period", "amount": "1"}]}, False),
        ({"ledger": [{"kind": "period", "amount": "1", "at": None}]}, False),
        ({"ledger": None}, False),
        ({"services": {"1": {"client": "anna", "status": "active", "expires": None}}}, True),
    ],
)
def test_absent_is_not_null(result, valid) -> None:
    """A line tells when it was posted, and null stands only where there may be none."""
    assert valid == OBSERVED.is_valid({"seq": 1, "result": result})
