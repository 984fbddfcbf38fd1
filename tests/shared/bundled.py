"""The bundled scenarios, loaded once for all the tests of a process."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from prorata.harness.running import api
from prorata.harness.running.selection import select
from prorata.harness.scenario import bundled_root

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.harness.running.verdict import Results
    from prorata.harness.scenario import Scenario

SCENARIOS = {scenario.id: scenario for scenario in select(())}
#: By the names of their files.
FILES: dict[str, list[Scenario]] = defaultdict(list)
for _each in SCENARIOS.values():
    FILES[_each.place(()).file.removeprefix(f"{bundled_root()}/")].append(_each)

#: A test of the scenarios of each file: to collect one for each scenario takes longer than they do.
by_file = pytest.mark.parametrize("file", FILES)


def judged(
    implementation: str, scenarios: Iterable[Scenario] | None = None, **said: str | None
) -> Results:
    """Run scenarios that are loaded, all of them unless said: `said` is for `run`."""
    loaded = list(SCENARIOS.values() if scenarios is None else scenarios)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "select", lambda _selection: loaded)
        return api.run((), implementation, **said)
