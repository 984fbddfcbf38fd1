"""Implementations of a session: each is started once, and ended when the session ends."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prorata.harness.cli.common import not_started
from prorata.harness.implementations.base import CannotStart, merges
from prorata.harness.running.api import end, open_any, panels_for, patience
from prorata.harness.running.comparing import ToldNames
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import skipped_by, watch_of
from prorata.harness.running.sitting import Sitting
from prorata.harness.running.trial import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.implementations.base import ImplementationFault
    from prorata.harness.pytest.options import NamedImplementation
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

__all__ = ["Court", "court_of"]

_COURTS = pytest.StashKey["dict[NamedImplementation, Court | str]"]()


class Court:
    """Judges scenarios one by one on an implementation; raises `CannotStart` when it is made."""

    def __init__(self, wanted: NamedImplementation) -> None:
        self.wanted = wanted
        self._count = 0
        self._last = ""
        #: What was said too late, of which the scenario before has to answer for.
        self._late = ""
        with ExitStack() as stack, self._path():
            panels = stack.enter_context(open_panels(panels_for(wanted.spec, None)))
            made = open_any(wanted.spec, panels, timeout=wanted.timeout, cwd=wanted.folder)
            stack.callback(end, made)
            if merges(made):
                raise CannotStart(f"{wanted.spec} cannot begin anew for each test: prorata run can")
            self._closing = stack.pop_all()
        watch = watch_of(made, whole=False)._replace(patience=patience(wanted.timeout))
        self._bench = Bench(made, panels, None, whole=False, watch=watch)
        self._sitting = Sitting(made)

    def judge(self, scenario: Scenario) -> Verdict:
        """Judge a scenario as `prorata run` does it alone; raise `CannotStart`."""
        skipped = skipped_by(scenario, self._bench.implementation)
        if skipped is not None:
            return skipped
        self._count += 1
        bench = replace(self._bench.afresh(ToldNames()), explained={})
        with self._path():
            trial, verdict = self._sitting.judge(scenario, bench, self._count, self._blame)
        self._last = scenario.id
        return trial.again(verdict, bench.told) if verdict.verdict == "pass" else verdict

    @contextmanager
    def _path(self) -> Iterator[None]:
        """Let a process that is started find what pytest finds by its setting `pythonpath`."""
        with pytest.MonkeyPatch.context() as patch:
            for folder in reversed(self.wanted.path):
                patch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
            yield

    def _blame(self, fault: ImplementationFault) -> bool:
        self._late = f"{self._last}: when the scenario was over: {fault.reason}"
        return True

    def late(self) -> str:
        """Return what the implementation said when the scenario before was over, and forget it."""
        late, self._late = self._late, ""
        return late

    def close(self) -> None:
        """End the implementation; fail where its goodbye was wrong."""
        said = end(self._bench.implementation)
        self._closing.close()
        if said:
            pytest.fail(f"{self.wanted.spec}, at the end: {said}", pytrace=False)


def court_of(item: pytest.Item, wanted: NamedImplementation) -> Court:
    """Return the court of an implementation, opened when it is first asked for.

    Where it cannot be started the test fails; the first time it is told why.
    """
    courts = item.session.stash.setdefault(_COURTS, {})
    if wanted not in courts:
        courts[wanted] = f"{wanted.spec} cannot be started, as told above"
        with refusing():
            court = courts[wanted] = Court(wanted)
        item.session.addfinalizer(court.close)
    found = courts[wanted]
    if isinstance(found, str):
        pytest.fail(found, pytrace=False)
    return found


@contextmanager
def refusing() -> Iterator[None]:
    """Fail a test whose implementation cannot be started, without a traceback."""
    try:
        yield
    except CannotStart as error:
        raise pytest.fail.Exception(not_started(error), pytrace=False) from None
