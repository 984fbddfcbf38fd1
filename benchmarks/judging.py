"""What it costs to look closely: at every due moment, twice, and at everything the reference shows.

Each is measured in this process, on scenarios that are loaded already, beside a run that looks
less closely. The billing in a process of its own is the small one of the examples.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.rows import beside, in_turns
from prorata.harness.implementations import open_implementation
from prorata.harness.implementations.reference import Reference
from prorata.harness.running.panels import open_panels
from prorata.harness.running.play import Watch
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.rows import Row, Size
    from prorata.harness.scenario import Scenario

__all__ = ["measure"]

_FEW: Final = ("worked/month-end-*",)
_EXAMPLES: Final = Path(__file__).parents[1] / "examples" / "python"
_CHILD: Final = "python:small_billing:SmallBilling"
#: Ratios to the run that looks less closely.
_WHOLE_REFERENCE, _WHOLE_CHILD, _CLOSELY = 2.4, 1.8, 1.3


def measure(size: Size) -> Iterator[Row]:
    """Measure each way to look beside the one before it, for the reference and for a child."""
    scenarios = select(_FEW if size.tiny else ())
    with _reference() as run:
        pairs = in_turns(size.runs, lambda: run(scenarios, whole=True), lambda: run(scenarios))
        yield beside("the reference, --whole", "plain", pairs, target=_WHOLE_REFERENCE)
    with _child() as run:
        pairs = in_turns(size.runs, lambda: run(scenarios, whole=True), lambda: run(scenarios))
        yield beside("a Python child, --whole", "plain", pairs, target=_WHOLE_CHILD)
        pairs = in_turns(size.runs, lambda: run(scenarios), lambda: run(scenarios, watch=Watch()))
        yield beside("a Python child, plain", "seen after its steps", pairs, target=_CLOSELY)


@contextmanager
def _reference() -> Iterator[Callable[..., None]]:
    with open_panels("inprocess") as panels:

        def run(scenarios: list[Scenario], **options: object) -> None:
            reference = Reference(version="", transport=panels.transport)
            for _verdict in judge_all(scenarios, reference, panels, **options):  # type: ignore[arg-type]
                pass

        yield run


@contextmanager
def _child() -> Iterator[Callable[..., None]]:
    with open_panels("socket") as panels:
        child = open_implementation(_CHILD, cwd=_EXAMPLES)

        def run(scenarios: list[Scenario], **options: object) -> None:
            for _verdict in judge_all(scenarios, child, panels, **options):  # type: ignore[arg-type]
                pass

        try:
            yield run
        finally:
            child.close()
