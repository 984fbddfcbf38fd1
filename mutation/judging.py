"""Judging a mutant in this process: scenarios are played on the reference until one fails.

What a scenario wants was written down before there was a mistake; what is seen is read as in a
plain run, and compared by the judge's own comparison.
"""

from __future__ import annotations

import gc
import resource
import signal
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import _lru_cache_wrapper  # the type of what is cached
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Court", "TooLongError", "cleared", "everything_loaded", "limited"]

#: Bytes that a process may take: what grows for ever is ended.
_MEMORY: Final = 3 << 30


class TooLongError(BaseException):
    """A scenario takes far longer than it does; no handler of the reference is to catch that."""


def everything_loaded() -> None:
    """Import every module of the reference, and what judges."""
    from mutation.modules import REFERENCE, modules_of

    for module in modules_of(REFERENCE):
        import_module(module.name)
    import_module("prorata.harness.running.judge")


def cleared() -> None:
    """Forget what functions of the reference keep of former calls."""
    for each in _caches():
        each.cache_clear()


def _caches() -> list[Any]:
    from mutation.modules import REFERENCE

    if not _found:
        _found.extend(
            each
            for each in gc.get_objects()
            if isinstance(each, _lru_cache_wrapper)
            and str(getattr(each, "__module__", "")).startswith(REFERENCE)
        )
    return _found


_found: list[Any] = []


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `TooLongError` where what is done takes so many seconds of the processor."""

    def over(_number: int, _frame: object) -> None:
        raise TooLongError

    signal.signal(signal.SIGVTALRM, over)
    # Again and again: it may be raised where nothing can be.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def bounded_memory() -> None:
    """Let this process take no more memory than a run needs many times over."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


@dataclass
class Court:
    """The bundled scenarios, loaded as they are needed, and what each of their steps wants."""

    wanted: Mapping[str, Sequence[Mapping[Any, str]]] = field(default_factory=dict)
    scenarios: dict[str, Any] = field(default_factory=dict)
    file_of: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The folder of the bundled scenarios."""
        from prorata.harness.scenario import bundled_root

        return bundled_root()

    @property
    def files(self) -> list[str]:
        """Every bundled file, as a path below the folder."""
        from prorata.harness.scenario.files import files_in

        return [Path(file).relative_to(self.root).as_posix() for file in files_in(str(self.root))]

    def load(self, file: str) -> None:
        """Load the scenarios of a file, unless they are; raise what is raised."""
        if file in self.file_of.values():
            return
        from prorata.harness.running.selection import load_files

        for scenario in load_files([self.root / file], self.root):
            self.scenarios[scenario.id] = scenario
            self.file_of[scenario.id] = file

    def digests(self) -> Mapping[str, str]:
        """Return the fingerprints of the files."""
        from mutation.passing import digest

        return {file: digest([self.root / file]) for file in {*self.file_of.values()}}

    def tried(self, scenario: Any) -> float:
        """Play a scenario on the right reference; return its seconds, or raise `ValueError`."""
        began = perf_counter()
        if self.differs(scenario):
            message = f"{scenario.id} does not conform without any mistake"
            raise ValueError(message)
        return perf_counter() - began

    def differs(self, scenario: Any) -> bool:
        """Tell whether the reference shows anything else than is required."""
        from prorata.harness.implementations.reference import Reference
        from prorata.harness.running.panels import ScenarioPanels
        from prorata.harness.running.places import Writer
        from prorata.harness.running.play import play
        from prorata.harness.scenario.grades import REQUIRED

        panels = ScenarioPanels()
        reference = Reference(version="", transport=panels.transport)
        reference.pin(scenario.readings)
        writer, steps = Writer(scenario), 0
        for step, stage in zip(scenario.steps, play(scenario, reference, panels), strict=False):
            required = step.grade == REQUIRED
            if required and self._missed(scenario, steps, stage.seen, writer):
                return True
            steps += 1
        return steps < len(scenario.steps)

    def wants(self, scenario: Any) -> list[Mapping[Any, str]]:
        """Return what the file wants of each step, by places."""
        from prorata.harness.running.places import Writer, wanted_by_file

        writer = Writer(scenario)
        return [wanted_by_file(step, writer).texts for step in scenario.steps]

    def _missed(self, scenario: Any, index: int, seen: Any, writer: Any) -> bool:
        from prorata.harness.running.comparing import differences
        from prorata.harness.running.places import at_places, own_word, wanted_by_file

        in_file = wanted_by_file(scenario.steps[index], writer)
        known = self.wanted.get(scenario.id)
        texts = in_file.texts if known is None else known[index]
        got = at_places(replace(in_file, texts=texts), seen, writer)
        return any(differences(texts, got)) or any(differences(*own_word(seen, writer)))
