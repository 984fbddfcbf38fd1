"""The schemas of files: they accept what is read, and refuse what is not."""

from __future__ import annotations

import json
import random
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from typed_yaml import typed

from prorata.fakes.fault_files import FaultsError, read_faults
from prorata.harness.cli.seeds import load_seed
from prorata.harness.running.selection import load_text
from prorata.harness.running.settings import SettingsError, read_settings
from prorata.harness.scenario import ScenarioErrors, bundled_root, discover
from prorata.harness.schemas import SCHEMAS
from prorata.harness.simulate.catalogue import load_catalogue

pytestmark = pytest.mark.sweep

VALID = {name: Draft7Validator(each.made()) for name, each in SCHEMAS.items()}
SCENARIOS = bundled_root()
#: In so many parts all of them are looked at, each by whoever is free.
PARTS = 8
FILES = [str(path.relative_to(SCENARIOS)) for path in discover(SCENARIOS)]
EXAMPLES = Path(__file__).parents[3] / "examples"

WHOLE = """\
title: One
rules: [billmanager.order.price]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 month: "3.10"}}}
  clients: {anna: {balance: "10.00"}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: start, period: 1 month}
    expect: {charged: [{kind: period, amount: "3.10"}]}
"""
#: A change of the file, which the loader refuses.
REFUSED = [
    ("title: One", "titel: One"),
    ("title: One\n", ""),
    ("title: One", "title:"),
    ("billmanager.order.price", "billmanager.order.prise"),
    ("[billmanager.order.price]", "[]"),
    ("source: ours", "source: theirs"),
    ("source: ours", "source: {section: One}"),
    ("source: ours", "source: ours\nreadings: {rounding: sideways}"),
    ("source: ours", "source: ours\nreadings: {roundings: down}"),
    ("source: ours", "source: ours\nbranches: {}"),
    ("source: ours", "source: ours\nrows: [{day: 2025-08-01}]"),
    ("system: billmanager", "system: bilmanager"),
    ("  system: billmanager\n", ""),
    ("system: billmanager", "system: hostbill"),
    ("tariffs:", "products:"),
    ("prices: {1 month", "prices: {1 months"),
    ('"3.10"}}}', '"3,10"}}}'),
    ('"3.10"}}}', "-3.10}}}"),
    ('prices: {1 month: "3.10"}', 'setup_fee: "1.00"'),
    ('"3.10"}}}', '"3.10"}, late_renewal_fee: {percentage: 5}}}'),
    ('"3.10"}}}', '"3.10"}, late_renewal_fee: {percent: 5, fixed: "1"}}}'),
    ('"3.10"}}}', '"3.10"}, auto_deletion: 36526}}'),
    ('"3.10"}}}', '"3.10"}, weekend: never}}'),
    ('balance: "10.00"', "balance: ten"),
    ("2025-08-01", "2025-8-1"),
    ("2025-08-01", "25:00"),
    ("  - at: 2025-08-01\n    order", "  - order"),
    ("order: {", "oder: {"),
    ("order: {", "wait: {}\n    order: {"),
    ("order: {as: site, ", "order: {"),
    ("period: 1 month}", "cycle: monthly}"),
    ("period: 1 month}", "period: 1 month, quantity: 0}"),
    ("period: 1 month}", "period: 1 month, consent: maybe}"),
    ("kind: period", "kind: periods"),
    ("{kind: period, ", "{"),
    ('{charged: [{kind: period, amount: "3.10"}]}', "{}"),
    ('{charged: [{kind: period, amount: "3.10"}]}', "{site: {}}"),
    ('    expect: {charged: [{kind: period, amount: "3.10"}]}\n', ""),
    ('charged: [{kind: period, amount: "3.10"}]', "charged: {kind: period}"),
    ("expect: {charged", "expect: {refused: some.rule, charged"),
]


def is_fine(text: str) -> bool:
    """Tell whether the schema accepts a text as a scenario."""
    return VALID["scenario"].is_valid(typed(text))


def loads(text: str) -> bool:
    """Tell whether the loader does."""
    try:
        load_text(text.encode(), "it.yaml")
    except ScenarioErrors:
        return False
    return True


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    """Of the draft that editors understand, and every reference in it leads somewhere."""
    schema = SCHEMAS[name].made()
    Draft7Validator.check_schema(schema)
    assert "http://json-schema.org/draft-07/schema#" == schema["$schema"]
    for each in re.findall(r'"#/definitions/([^"]+)"', json.dumps(schema)):
        assert each in schema["definitions"]
        assert re.fullmatch(r"[\w.]+", each)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_schema_accepts_every_bundled_scenario(part: int) -> None:
    """As an editor reads it."""
    for file in FILES[part::PARTS]:
        text = (SCENARIOS / file).read_text(encoding="utf-8")
        found = [each.message for each in VALID["scenario"].iter_errors(typed(text))]
        assert [] == found, file


@pytest.mark.parametrize(("old", "new"), REFUSED)
def test_the_schema_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    """Where a schema can say it."""
    assert is_fine(WHOLE)
    assert loads(WHOLE)
    assert 1 == WHOLE.count(old)
    changed = WHOLE.replace(old, new)
    assert (False, False) == (loads(changed), is_fine(changed))


ODD = ["", "3.1", "-1", "5", "0", "yes", "no", "true", "never", "none", "1 month", "monthly", "$x"]
ODD += ["2025-02-01", "2025-02-01 10:00", "1e3", "37", "99999999999"]
ODDER: list[Any] = [*ODD, [], {}, ["a"], {"a": "b"}, {"fixed": "1.00"}, {"percent": "5"}]


@pytest.mark.parametrize("seed", range(4))
def test_the_schema_refuses_nothing_that_the_loader_accepts(seed: int) -> None:
    """Whatever is changed in a bundled file; and of what is refused it refuses most."""
    chance = random.Random(seed)
    refused = both = 0
    for file in chance.sample(FILES, 40):
        text = (SCENARIOS / file).read_text(encoding="utf-8")
        data = yaml.load(text, yaml.BaseLoader)  # noqa: S506  texts
        place = chance.choice(list(_places(data)))
        _change(data, place, chance)
        # Quotes are left out where a text is a plain word: an editor sees numbers and switches.
        text = re.sub(r'"([A-Za-z0-9][\w.-]*)"(?!:)', r"\1", json.dumps(data, ensure_ascii=False))
        accepted = loads(text)
        assert is_fine(text) or not accepted, (file, place)
        refused += not accepted
        both += not accepted and not is_fine(text)
    assert both > refused * 0.7


def _places(data: Any, place: tuple[Any, ...] = ()) -> Any:
    rows = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in rows:
        yield (*place, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*place, key))


def _change(data: Any, place: tuple[Any, ...], chance: random.Random) -> None:
    *way, last = place
    for key in way:
        data = data[key]
    value = chance.choice(ODDER)
    if chance.random() < 0.5:
        data[last] = value
    elif isinstance(data, list) or chance.random() < 0.5:
        del data[last]
    else:
        data[f"{last}z"] = value


@pytest.mark.parametrize("name", ["shared-hosting", "hostbill-hosting"])
def test_the_schema_accepts_every_bundled_catalogue(name: str) -> None:
    """And refuses the book of the other system, and prices that are none."""
    load_catalogue(name)
    text = (SCENARIOS / "catalogues" / f"{name}.yaml").read_text(encoding="utf-8")
    assert [] == [each.message for each in VALID["catalogue"].iter_errors(typed(text))]
    for old, new in (("book:", "boks:"), ('"3.10"', '"3,10"'), ("paid_ahead: 6", "paid_ahead: 0")):
        assert not VALID["catalogue"].is_valid(typed(text.replace(old, new, 1)))
    periods = ("  periods:", "  cycles:") if "periods:" in text else ("  cycles:", "  periods:")
    assert not VALID["catalogue"].is_valid(typed(text.replace(*periods, 1)))


def test_the_schema_accepts_the_seed_of_the_examples(tmp_path: Path) -> None:
    """And both refuse the same."""
    text = (EXAMPLES / "clients" / "shop.yaml").read_text(encoding="utf-8")
    file = tmp_path / "seed.yaml"
    changes = [
        ("tariffs:", "tarifs:"),
        ('"20.00"', "much"),
        ("tariffs:", "system: hostbill\ntariffs:"),
    ]
    for old, new in [("", ""), *changes]:
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        try:
            load_seed(file)
            fine = True
        except ScenarioErrors:
            fine = False
        assert (
            fine is VALID["seed"].is_valid(typed(file.read_text(encoding="utf-8"))) is not bool(old)
        )


@pytest.mark.parametrize(
    ("row", "fine"),
    [
        ({"kind": "status", "status": 503, "func": "user.*", "times": 1}, True),
        ({"kind": "slow", "milliseconds": 200, "panel": "billmanager", "every": 3}, True),
        ({"kind": "slow", "panel": "ispmgr"}, True),
        ({"kind": "slow", "panel": "*mgr", "seen": 1, "happened": 0}, True),
        ({"kind": "event_late", "seconds": 3600, "func": "item.suspend"}, True),
        ({"kind": "slow", "probability": 0.5}, True),
        ({"kind": "slow", "probability": 1.5}, False),
        ({"kind": "slow", "panel": "plesk"}, False),
        ({"kind": "slo"}, False),
        ({"kinds": "slow"}, False),
        ({"func": "user"}, False),
        ({"kind": "status", "status": 200}, False),
        ({"kind": "slow", "nth": "1"}, False),
    ],
)
def test_the_schema_of_faults_is_what_is_read(row: dict[str, Any], *, fine: bool) -> None:
    """Rule by rule."""
    data = {"faults": [row]}
    try:
        read_faults(data)
        read = True
    except FaultsError:
        read = False
    assert (fine, fine) == (read, VALID["faults"].is_valid(data))


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ('selection = ["documented/*"]', True),
        ("timeout = 2.5", True),
        ("strict = true", True),
        ("readings = {rounding = 'down'}", True),
        ("max-failures = 1", True),
        ("max-failures = 0", False),
        ("max-failures = true", False),
        ("timeout = 0", False),
        ("timeout = 86401", False),
        ("panels = 'nowhere'", False),
        ("log = ''", False),
        ("selection = [1]", False),
        ("selection = 'documented'", False),
        ("strikt = true", False),
    ],
)
def test_the_schema_of_settings_is_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, *, fine: bool
) -> None:
    """Line by line of a `prorata.toml`."""
    monkeypatch.chdir(tmp_path)
    Path("prorata.toml").write_text(line, encoding="utf-8")
    try:
        read_settings(Path())
        read = True
    except SettingsError:
        read = False
    assert (fine, fine) == (read, VALID["settings"].is_valid(tomllib.loads(line)))
