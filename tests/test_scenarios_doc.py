"""docs/scenarios.md tells of every key, with docs/fields.md, and its example holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from prorata.harness.running.api import run
from prorata.harness.scenario import ACTS, Expect, Given
from prorata.harness.scenario.declared import model_of
from prorata.harness.scenario.expect import ExpectedService, ExpectedUser
from prorata.harness.scenario.given import Head, Tariff
from prorata.harness.scenario.model import keys
from prorata.reference.vocabulary.product import PRODUCT
from prorata.reference.vocabulary.words import KINDS

if TYPE_CHECKING:
    from prorata.harness.scenario.model import Part

DOCS = Path(__file__).parents[1] / "docs"
TEXT = DOCS.joinpath("scenarios.md").read_text(encoding="utf-8")
FIELDS = DOCS.joinpath("fields.md").read_text(encoding="utf-8")
_LABEL = {"services"}


def test_the_example_holds(tmp_path: Path) -> None:
    """It is four scenarios, and the reference conforms to all."""
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    file = tmp_path / "example.yaml"
    file.write_text(example, encoding="utf-8")
    results = run(str(file))
    assert ["pass"] * 4 == [verdict.verdict for verdict in results.verdicts]
    assert f"{file}[five days]#for a year" == results.verdicts[-1].target


def test_every_key_is_told() -> None:
    """Each key that a file may have stands in one of the two texts as code."""
    models: list[type[Part]] = [
        Head,
        Given,
        Tariff,
        model_of(PRODUCT),
        Expect,
        ExpectedService,
        ExpectedUser,
    ]
    models += [act for acts in ACTS.values() for act in acts.values()]
    known = {key for model in models for key in keys(model)} - _LABEL
    known |= {verb for acts in ACTS.values() for verb in acts}
    prose = re.sub(r"```.*?```", "", TEXT + FIELDS, flags=re.DOTALL)
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`]+`", prose))))
    assert [] == sorted(known - told)


def test_every_kind_of_line_is_told() -> None:
    """Kinds are a closed list."""
    assert f"Kinds of lines: {', '.join(KINDS)}." in TEXT


def test_the_reconciliation_of_the_page_runs():
    """Its example says what comes of it."""
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(example, "docs/scenarios.md", "exec"), {})  # noqa: S102  it is our own page
