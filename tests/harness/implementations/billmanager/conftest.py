"""A served BILLmanager, and what runs scenarios on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from bundled import SCENARIOS

from prorata.fakes.control import serve
from prorata.harness.implementations.billmanager import BillmanagerPanel, PanelWishes, target_of
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import judge_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prorata.fakes.control import Panels
    from prorata.harness.running.verdict import Verdict

#: Before the beginning of every scenario.
BEGINS = datetime(1999, 1, 1, tzinfo=UTC)


@pytest.fixture
def served() -> Iterator[Panels]:
    """Both panels on sockets, as `prorata serve all` has them."""
    with serve("all", clock=BEGINS) as panels:
        yield panels


@pytest.fixture
def judge(served: Panels) -> Callable[..., list[Verdict]]:
    """Judge the served BILLmanager by scenarios with these ids, as the wishes say."""

    def run(ids: Iterable[str], *, whole: bool = False, **wishes: Any) -> list[Verdict]:
        target = target_of(served.urls["billmanager"], PanelWishes(**wishes))
        billing = BillmanagerPanel(target)
        try:
            with open_panels("socket") as panels:
                scenarios = [SCENARIOS[each] for each in ids]
                return list(judge_all(scenarios, billing, panels, whole=whole))
        finally:
            billing.close()

    return run
