"""The page: what its template is given."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from prorata.harness.report.blocks import blocks
from prorata.harness.report.clean import clean
from prorata.harness.report.page.filling import filled
from prorata.harness.report.page.matrix import by_family, by_rule, standing
from prorata.harness.report.page.templates import environment, made_here, resource
from prorata.harness.report.sentences import advice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.report.blocks import Block
    from prorata.harness.report.page.filling import Filled, ShownScenario
    from prorata.harness.report.reading import RunLog

__all__ = ["page"]

#: How a scenario stands, in words.
_WORDS: Final = {
    "pass": "✓ conforms", "fail": "✗ does not", "error": "! error", "known": "~ known",
    "skipped": "– skipped",
}  # fmt: skip


def page(runs: Sequence[RunLog]) -> str:
    """Return the page of some runs."""
    shown = filled(runs)
    script = resource("filter.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    scenarios = shown.scenarios.values()
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            title=" · ".join(clean(run.name, 80) for run in runs),
            groups=[_group(run, nth, shown) for nth, run in enumerate(runs)],
            families=by_family(runs),
            rules=by_rule(runs),
            left_out=sum(not each.body and each.kind != "skipped" for each in scenarios),
            texts=shown.texts,
            # By numbers: a file may be called whatever it likes.
            anchors={file: f"f{number}" for number, file in enumerate(shown.texts)},
            style=made_here(resource("style.css")),
            script=made_here(script),
            digest=digest,
            words=_WORDS,
        )
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """A run on the page: how many scenarios stand how, its failures, and all its scenarios.

    Beside them what `advised` scenarios that conform should do otherwise.
    """

    run: RunLog
    counts: dict[str, int]
    blocks: list[tuple[Block, list[ShownScenario]]]
    advised: list[tuple[ShownScenario, list[str]]]
    scenarios: list[ShownScenario]


def _group(run: RunLog, nth: int, shown: Filled) -> _Group:
    verdicts = run.results.verdicts
    kinds = [standing(each) for each in verdicts]
    found = blocks(verdicts)
    return _Group(
        run,
        {kind: kinds.count(kind) for kind in _WORDS},
        [(each, [shown.scenarios[nth, v.scenario] for v in each.verdicts]) for each in found],
        [(shown.scenarios[nth, each.scenario], advice(each)) for each in run.results.advised],
        [shown.scenarios[nth, each.scenario] for each in verdicts],
    )
