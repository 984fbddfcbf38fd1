"""What a worker is given, and how it judges that: in the right kind of child."""

from __future__ import annotations

import gc
import importlib
import os
import pickle
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from multiprocessing import Pipe
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mutation.children import Outcome, in_a_child
from mutation.histories import differs, histories
from mutation.importing import load_wrongly
from mutation.judging import (
    Court,
    TooLongError,
    bounded_memory,
    cleared,
    everything_loaded,
    limited,
)
from mutation.making import mutants_of
from mutation.modules import REFERENCE, modules_of
from mutation.passing import WANTED
from mutation.swapping import LoadedFunctions, NotLoadedError
from mutation.tables import put

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from pathlib import Path

    from mutation.modules import Module
    from mutation.mutants import Identity, Mutant

__all__ = ["Bench", "Task"]

#: Seconds of the processor that a scenario may take at least, and how many times its own time.
_LEAST: Final = 1.0
_TIMES: Final = 10.0
#: How a mistake is put where nothing that is loaded can take it.
_ANEW: Final = "anew"
#: What a process has loaded before the reference, to be forked with it.
_OTHERS: Final = (
    "pydantic", "yaml", "click", "decimal", "fractions", "zoneinfo", "inspect", "tomllib", "json",
    "email.message", "xml.etree.ElementTree", "asyncio", "difflib", "httptools", "hashlib",
    "unittest.mock", "secrets", "http.client", "urllib.parse", "pytest",
)  # fmt: skip


_SURVIVED: Final = "survived"
#: Seconds of scenarios from which on tests are run first.
_LONG: Final = 2.0
#: How tests are run: until one fails, without plugins of which no test of the reference knows.
_PLAINLY: Final = (
    "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:faker", "-p", "no:anyio",
    "-p", "no:time_machine", "-p", "no:prorata", "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip


class Task(NamedTuple):
    """One mutant to be judged: against these scenarios in their order, then these files of tests.

    `scenarios` are ids with the file of each and its seconds; `histories` are so many random ones,
    in place of both. `how` the mistake is put there: ``swap`` into functions, ``put`` into a table,
    or ``anew``, by loading the reference with it.
    """

    mutant: Identity
    how: str
    scenarios: Sequence[tuple[str, str, float]]
    tests: Sequence[str] = ()
    histories: int = 0


@dataclass
class Bench:
    """A process in which everything is loaded and right, and one in which nothing is loaded."""

    cache: Path

    def __post_init__(self) -> None:
        """Load everything, after the process beside this one has been forked."""
        for name in _OTHERS:
            with suppress(ImportError):
                importlib.import_module(name)
        self._made: dict[str, dict[Identity, Mutant]] = {}
        self._modules = {module.name: module for module in modules_of(REFERENCE)}
        self._bare = _Bare(self)
        everything_loaded()
        wanted, files = pickle.loads((self.cache / WANTED).read_bytes())
        self.court = Court(wanted)
        for file in dict.fromkeys(files.values()):
            self.court.load(file)
        self._functions = LoadedFunctions.below(REFERENCE)
        cleared()
        # A child that looks through all this for garbage would get a copy of all of it.
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        """End the process beside."""
        self._bare.close()

    def judged(self, task: Task) -> Outcome:
        """Judge a mutant."""
        if task.how == _ANEW:
            return self._bare.judged(task)
        module, mutant = self._mutant(task)
        histories(task.histories)  # as the right rules have them
        outcome = in_a_child(lambda say: self._swapped(task, module, mutant, say))
        return self._bare.judged(task) if outcome.how == _ANEW else outcome

    def judged_anew(self, task: Task) -> Outcome:
        """Judge a mutant in a process that has not loaded the reference, as this one has not."""
        module, mutant = self._mutant(task)
        return in_a_child(lambda say: self._anew(task, module, mutant, say))

    def _mutant(self, task: Task) -> tuple[Module, Mutant]:
        """Return a mutant and its module: here, so that the next child need not make it again."""
        name = task.mutant[0]
        if name not in self._made:
            made = mutants_of(self._modules[name])
            self._made[name] = {each.identity: each for each in made}
        return self._modules[name], self._made[name][task.mutant]

    def _swapped(
        self, task: Task, module: Module, mutant: Mutant, say: Callable[[str], None]
    ) -> Outcome:
        bounded_memory()
        if task.how == "put":
            try:
                put(module, mutant)
            except Exception:  # noqa: BLE001  so it would be raised when the module is loaded
                return Outcome("raises", "its being loaded")
            cleared()
            return _tried(self.court, task, say)
        try:
            self._functions.swap(module, mutant)
        except NotLoadedError:
            return Outcome("broken", "no loaded function has this code")
        except ValueError:
            # It takes another number of names from around it: the right function has no room.
            if task.histories:  # what is right is known here alone
                return Outcome("broken", "no loaded function has room for it")
            return Outcome(_ANEW)
        cleared()
        return _tried(self.court, task, say)

    def _anew(
        self, task: Task, module: Module, mutant: Mutant, say: Callable[[str], None]
    ) -> Outcome:
        bounded_memory()
        say("its being loaded")
        load_wrongly(module, mutant)
        with limited(30.0):
            try:
                everything_loaded()
                court = Court(self._wanted)
            except TooLongError:
                return Outcome("lasts", "its being loaded")
            except Exception:  # noqa: BLE001  whatever it is, the mistake is caught
                return Outcome("raises", "its being loaded")
        return _tried(court, task, say)

    @cached_property
    def _wanted(self) -> Any:
        return pickle.loads((self.cache / WANTED).read_bytes())[0]


def _tried(court: Court, task: Task, say: Callable[[str], None]) -> Outcome:
    """Play scenarios and run tests until one fails: tests first where scenarios take longer."""
    long = sum(seconds for *_, seconds in task.scenarios) > _LONG
    ways = [partial(_played, court), _tested] if not long else [_tested, partial(_played, court)]
    outcomes = (way(task, say) for way in ways)
    return next((each for each in outcomes if each.how != _SURVIVED), Outcome(_SURVIVED))


def _played(court: Court, task: Task, say: Callable[[str], None]) -> Outcome:
    """Play scenarios until one fails, or histories."""

    def fails(name: str, file: str) -> bool:
        court.load(file)
        return name not in court.scenarios or court.differs(court.scenarios[name])

    played = [(name, seconds, partial(fails, name, file)) for name, file, seconds in task.scenarios]
    played += [(each.name, each.seconds, partial(differs, each))
               for each in histories(task.histories)
               if task.how != "swap" or each.passes(task.mutant)]  # fmt: skip
    for name, seconds, failing in played:
        say(name)
        with limited(max(_LEAST, _TIMES * seconds)):
            try:
                if failing():
                    return Outcome("differs", name)
            except TooLongError:
                return Outcome("lasts", name)
            except Exception:  # noqa: BLE001  whatever it is, the mistake is caught
                return Outcome("raises", name)
    return Outcome(_SURVIVED)


def _tested(task: Task, say: Callable[[str], None]) -> Outcome:
    """Run files of tests until one fails."""
    if not task.tests:
        return Outcome(_SURVIVED)
    import pytest

    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    for file in task.tests:
        say(file)
        with limited(120.0):
            try:
                failed = pytest.main([*_PLAINLY, file])
            except TooLongError:
                return Outcome("lasts", file)
            except Exception:  # noqa: BLE001  what it left open is told when all is over
                return Outcome("raises", file)
        if failed:
            return Outcome("differs", file)
    return Outcome(_SURVIVED)


class _Bare:
    """A process that has loaded nothing of the reference, and forks from there."""

    def __init__(self, bench: Bench) -> None:
        self._connection, theirs = Pipe()
        self._process = os.fork()
        if not self._process:
            self._connection.close()
            _serve(bench, theirs)
        theirs.close()

    def judged(self, task: Task) -> Outcome:
        self._connection.send(task)
        outcome: Outcome = self._connection.recv()
        return outcome

    def close(self) -> None:
        self._connection.close()
        with suppress(ChildProcessError):
            os.waitpid(self._process, 0)


def _serve(bench: Bench, connection: Connection) -> None:
    """Judge what is asked until nobody asks any more, and end this process."""
    try:
        while True:
            task: Task = connection.recv()
            connection.send(bench.judged_anew(task))
    except (EOFError, OSError, KeyboardInterrupt):
        """Nobody waits for an answer."""
    finally:
        os._exit(0)
