"""The command line: which mutants are judged, by whom, and what is told of it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter
from typing import TYPE_CHECKING, Final, Protocol

from mutation import changed, equivalents
from mutation.local import Workers
from mutation.making import mutants_of
from mutation.modules import REFERENCE, modules_of
from mutation.page import page
from mutation.passing import recorded
from mutation.planning import Plan, importers, shard_of
from mutation.rates import rate_of, shortfalls
from mutation.results import Result, Results
from mutation.work import Task

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator, Sequence

    from mutation.children import Outcome
    from mutation.modules import Module
    from mutation.mutants import Identity, Mutant
    from mutation.rates import Rate

__all__ = ["main"]

_HERE: Final = Path(__file__).parents[1]
#: Seconds between two words on how far it is.
_OFTEN: Final = 30.0


class Crew(Protocol):
    """Who judges: workers here, or those of a cluster."""

    def judged(
        self, mutants: Iterator[Mutant], task: Callable[[Mutant], Task]
    ) -> Iterator[tuple[Mutant, Outcome]]:
        """Yield mutants with their outcomes as these arrive."""

    def close(self) -> None:
        """End the workers."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge mutants and tell how many are caught; return 1 where that is too few."""
    asked = _parser().parse_args(arguments)
    modules = modules_of(REFERENCE)
    chosen = [module for module in modules if _named(module, asked.names)]
    if not chosen:
        print(f"no file of the reference is called {asked.names[0]}", file=sys.stderr)
        return 2
    functions = _functions(modules, asked)
    if functions is not None:
        changed_in = {module for module, _ in functions}
        chosen = [module for module in chosen if module.name in changed_in]
        if not chosen:
            print("no function has changed")
            return 0
    made = [each for module in chosen for each in mutants_of(module)]
    if asked.histories:
        return _equivalents(modules, made, asked)
    own = [m for m in made if functions is None or (m.module, m.function) in functions]
    part, parts = asked.shard
    judged = [each for each in own if shard_of(each, parts) == part]
    run = Run.of(modules, chosen if functions else (), asked)
    run.judge(judged)
    return run.tell(chosen, judged)


def _equivalents(modules: Sequence[Module], mutants: Sequence[Mutant], asked: Namespace) -> int:
    """Play what is recorded as equivalent through random histories, and tell what shows."""
    entries = equivalents.read(equivalents.FILE.read_text(encoding="utf-8"))
    recorded = {entry.identity for entry in entries}
    part, parts = asked.shard
    judged = [m for m in mutants if m.identity in recorded and shard_of(m, parts) == part]
    run = Run.of(modules, (), asked)
    shown = [(mutant, outcome) for mutant, outcome in run.through_histories(judged)
             if outcome.how != "survived"]  # fmt: skip
    for mutant, outcome in shown:
        print(f"{mutant.module}, {mutant.function}: {mutant.before} → {mutant.after or 'left out'} "
              f"is no equivalent, {outcome.by} {outcome.how}", file=sys.stderr)  # fmt: skip
    print(f"{len(judged) - len(shown)} of {len(judged)} equivalents change nothing in "
          f"{asked.histories} histories")  # fmt: skip
    return 1 if shown else 0


@dataclass
class Run:
    """A run: what is planned, what came of it, and how it was asked for."""

    modules: Sequence[Module]
    plan: Plan
    results: Results
    asked: Namespace

    @classmethod
    def of(cls, modules: Sequence[Module], traced: Sequence[Module], asked: Namespace) -> Run:
        """Begin a run: what passes where is recorded first, through all or what is `traced`."""
        if traced:
            asked.cache /= "changed"
        scenarios = modules[0].file.parents[1] / "scenarios"
        passing = recorded(modules, scenarios, asked.cache, traced=traced)
        tests = importers(modules, _HERE / "tests" / "reference")
        plan = Plan({module.name: module for module in modules}, passing, tests)
        return cls(modules, plan, Results(asked.results or asked.cache / "results.jsonl"), asked)

    def judge(self, mutants: Sequence[Mutant]) -> None:
        """Judge those mutants whose result is not known."""
        known = {
            mutant.identity: mutant for module in self.modules for mutant in mutants_of(module)
        }
        for identity, result in self.results.all.items():
            if result.caught and identity in known:
                self.plan.note(known[identity], result.by)
        left = [each for each in mutants if not self.results.of(each, self.plan.digest)]
        # What may need the reference to be loaded anew takes longest.
        left.sort(key=lambda mutant: mutant.loading)
        if left:
            self._judge(left)
        self.results.sort(known.values())

    def through_histories(self, mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, Outcome]]:
        """Yield mutants with what random histories make of them, as far as one may be put there."""
        crew, progress = self._crew(), _Progress(len(mutants))

        def task(mutant: Mutant) -> Task:
            how = "put" if mutant.loading else "swap"
            return Task(mutant.identity, how, (), histories=self.asked.histories)

        try:
            for mutant, outcome in self._outcomes(crew, mutants, task):
                progress.note(outcome)
                yield mutant, outcome
        finally:
            crew.close()
        progress.end()

    def _judge(self, left: Sequence[Mutant]) -> None:
        crew, progress = self._crew(), _Progress(len(left))
        try:
            for _, file in groupby(left, key=lambda mutant: (mutant.loading, mutant.module)):
                for mutant, outcome in self._of_file(crew, [*file]):
                    self._keep(mutant, outcome)
                    progress.note(outcome)
        finally:
            crew.close()
        progress.end()

    def _of_file(self, crew: Crew, mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, Outcome]]:
        """Judge the mutants of a file: by the most telling scenarios first, then by all."""
        plan = self.plan
        later: list[Mutant] = []
        for mutant, outcome in self._outcomes(crew, mutants, plan.begun):
            if outcome.how == "survived" and plan.needs_more(mutant):
                later.append(mutant)
            else:
                yield mutant, outcome
        yield from self._outcomes(crew, later, plan.task)

    def _outcomes(
        self, crew: Crew, mutants: Sequence[Mutant], task: Callable[[Mutant], Task]
    ) -> Iterator[tuple[Mutant, Outcome]]:
        """Yield mutants with their outcomes; raise `RuntimeError` where judging itself broke."""
        for mutant, outcome in crew.judged(iter(mutants), task):
            if outcome.how == "broken":
                message = f"{mutant.module}, {mutant.function}: {outcome.by}"
                raise RuntimeError(message)
            yield mutant, outcome

    def _keep(self, mutant: Mutant, outcome: Outcome) -> None:
        result = Result(*outcome, self.plan.digest(mutant, outcome.by))
        self.results.add(mutant, result)
        if result.caught:
            self.plan.note(mutant, outcome.by)

    def _crew(self) -> Crew:
        cache = self.asked.cache.resolve()
        if self.asked.dask is None:
            return Workers(cache, self.asked.workers)
        from mutation.cluster import Cluster

        return Cluster(cache, self.asked.dask)

    def tell(self, chosen: Sequence[Module], mutants: Sequence[Mutant]) -> int:
        """Print the rates and what is wrong, and return the exit code."""
        entries = equivalents.read(equivalents.FILE.read_text(encoding="utf-8"))
        recorded = {entry.identity for entry in entries}
        found = [*equivalents.problems(entries, self.modules, self.results.all)]
        rates = [self._rate(module, recorded) for module in chosen]
        for rate in rates:
            _print(rate, show=self.asked.show)
        if self.asked.record:
            self._record(entries)
        if self.asked.changed or self.asked.since:
            found += [f"{m.module}, {m.function}: nothing catches {m.operator}, {m.before} → "
                      f"{m.after or 'left out'}" for m in mutants
                      if m.identity not in recorded and self._survived(m)]  # fmt: skip
        else:
            found += shortfalls([rate for rate in rates if rate.judged])
        for line in found:
            print(line, file=sys.stderr)
        return 1 if found else 0

    def _survived(self, mutant: Mutant) -> bool:
        result = self.results.all.get(mutant.identity)
        return result is not None and not result.caught

    def _rate(self, module: Module, recorded: set[Identity]) -> Rate:
        return rate_of(module, mutants_of(module), self.results.all, recorded)

    def _record(self, entries: Sequence[equivalents.Equivalent]) -> None:
        recorded = {entry.identity for entry in entries}
        rates = [self._rate(module, recorded) for module in self.modules]
        text = page([rate for rate in rates if rate.made], entries)
        (_HERE / "docs" / "mutation.md").write_text(text, encoding="utf-8")
        whole = {rate.shown for rate in rates if rate.whole}
        judged = changed.written(each for each in self.modules if each.shown in whole)
        changed.JUDGED.write_text(judged, encoding="utf-8")


class _Progress:
    """How far a run is, on stderr."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._began = self._told = perf_counter()
        self._counts: Counter[str] = Counter()

    def note(self, outcome: Outcome) -> None:
        """Count an outcome, and now and then tell how far it is."""
        self._counts[outcome.how] += 1
        if perf_counter() - self._told >= _OFTEN:
            self._told = perf_counter()
            self._tell()

    def end(self) -> None:
        """Tell what it took."""
        self._tell()
        used = getrusage(RUSAGE_CHILDREN)
        seconds = used.ru_utime + used.ru_stime
        print(f"{seconds:.0f} s of the processor, {perf_counter() - self._began:.0f} s in all",
              file=sys.stderr)  # fmt: skip

    def _tell(self) -> None:
        done, seconds = self._counts.total(), perf_counter() - self._began
        counts = ", ".join(f"{number} {how}" for how, number in sorted(self._counts.items()))
        print(f"{done} of {self._number} mutants, {done / seconds:.1f} a second: {counts}",
              file=sys.stderr, flush=True)  # fmt: skip


def _print(rate: Rate, *, show: bool) -> None:
    if not rate.judged:
        return
    print(
        f"{rate.shown}: {rate.caught} of {rate.judged} caught, {rate.raw:.1%} raw; "
        f"{rate.recorded} recorded, {rate.counted:.1%} of the rest; {len(rate.open)} open"
    )
    for mutant in rate.open if show else ():
        after = mutant.after or "left out"
        print(f"    {mutant.line} {mutant.function}, {mutant.operator}: {mutant.before} → {after}")


def _functions(modules: Sequence[Module], asked: Namespace) -> set[tuple[str, str]] | None:
    """Return the functions that have changed, with their modules; None where all are judged."""
    if asked.changed:
        return changed.since_judged(modules, changed.JUDGED.read_text(encoding="utf-8"))
    return changed.since_commit(modules, asked.since, _HERE) if asked.since else None


def _named(module: Module, names: Sequence[str]) -> bool:
    return not names or any(fnmatchcase(module.shown, name) for name in names)


def _shard(text: str) -> tuple[int, int]:
    number, _, parts = text.partition("/")
    if not (number.isdigit() and parts.isdigit() and 1 <= int(number) <= int(parts)):
        message = f"{text} is no part of a whole: 1/4 is the first of four"
        raise ArgumentTypeError(message)
    return int(number), int(parts)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="mutation", description="Judge the mutants of the reference.")
    parser.add_argument("names", nargs="*", metavar="GLOB", help="files, all where none is named: "
                        "reference/billmanager/*")  # fmt: skip
    parser.add_argument("-n", dest="workers", type=int, default=2, metavar="WORKERS",
                        help="processes here, 2 by default")  # fmt: skip
    parser.add_argument("--dask", metavar="ADDRESS", help="the scheduler of a Dask cluster")
    parser.add_argument("--shard", type=_shard, default=(1, 1), metavar="1/4", help="a part of all")
    parser.add_argument("--changed", action="store_true",
                        help="only functions that changed since the last whole run")  # fmt: skip
    parser.add_argument("--since", metavar="REV", help="only functions that changed since a commit")
    parser.add_argument("--cache", type=Path, default=_HERE / ".mutation", metavar="DIR",
                        help="where what was recorded is kept")  # fmt: skip
    parser.add_argument("--results", type=Path, metavar="FILE",
                        help="JSON lines; what is judged there is not judged again")  # fmt: skip
    parser.add_argument("--histories", type=int, default=0, metavar="N",
                        help="play what is recorded as equivalent through so many random histories,"
                        " and judge nothing else")  # fmt: skip
    parser.add_argument("--show", action="store_true", help="print what nothing catches")
    parser.add_argument("--record", action="store_true",
                        help="write docs/mutation.md and mutation/judged.json")  # fmt: skip
    return parser
