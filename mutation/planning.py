"""What each mutant is judged against, and in which order."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mutation.files import by_tests_too
from mutation.passing import digest
from mutation.readers import readers_of
from mutation.tables import is_table
from mutation.work import Task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mutation.modules import Module
    from mutation.mutants import Mutant
    from mutation.passing import Passing

__all__ = ["Plan", "shard_of"]

#: How many scenarios are asked first: what they do not catch is judged when all others are.
_FIRST: Final = 40
#: Where fewer files than these pass while they are loaded, what they pass keeps its answers.
_FEW: Final = 50


@dataclass
class Plan:
    """Tasks for mutants, from what passes where and from what caught mutants before."""

    modules: Mapping[str, Module]
    passing: Passing
    tests: Mapping[str, Sequence[str]]
    _caught: Counter[str] = field(default_factory=Counter)
    _caught_in: dict[tuple[str, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )

    def __post_init__(self) -> None:
        """Find who reads what."""
        self._readers = readers_of([*self.modules.values()])
        self._known: dict[object, tuple[bool, frozenset[int]]] = {}
        #: The file of each scenario.
        self._files = dict(zip(self.passing.ids, self.passing.files, strict=True))
        self._everything = frozenset(range(len(self.passing.ids)))

    def note(self, mutant: Mutant, by: str) -> None:
        """Take note of what caught a mutant: it is asked early of others."""
        self._caught[by] += 1
        self._caught_in[mutant.module, mutant.function][by] += 1

    def begun(self, mutant: Mutant) -> Task:
        """Return what judges a mutant first: the most telling scenarios alone.

        What is in a table is first put into the one that is loaded, which is quick.
        """
        whole = self.task(mutant)
        module = self.modules[mutant.module]
        how = "put" if mutant.loading and is_table(module, mutant) else whole.how
        tests = () if self.needs_more(mutant) else whole.tests
        return whole._replace(how=how, scenarios=whole.scenarios[:_FIRST], tests=tests)

    def needs_more(self, mutant: Mutant) -> bool:
        """Tell whether a mutant that survives what judges it first is to be judged further."""
        anew, numbers = self._against(mutant)
        return anew or len(numbers) > _FIRST

    def task(self, mutant: Mutant) -> Task:
        """Return what judges a mutant."""
        anew, numbers = self._against(mutant)
        ordered = sorted(numbers, key=lambda number: self._place(mutant, number))
        passing = self.passing
        scenarios = [(passing.ids[n], passing.files[n], passing.seconds[n]) for n in ordered]
        return Task(mutant.identity, "anew" if anew else "swap", scenarios, self._tests(mutant))

    def digest(self, mutant: Mutant, by: str = "") -> str:
        """Return the fingerprint of a mutant's function, and of what judges it.

        That is what caught it, `by`, where something did, else all that did not.
        """
        module, found = self.modules[mutant.module], sha256()
        found.update(module.functions[mutant.function].encode())
        told = [self._told(by)] if by else [*map(self._told, self._asked(mutant))]
        found.update(" ".join(sorted(told)).encode())
        return found.hexdigest()[:12]

    def _told(self, by: str) -> str:
        """Return a scenario, or a file of tests, with the fingerprint of what it says."""
        if by in self._files:
            return f"{by} {self.passing.digests[self._files[by]]}"
        file = Path(by)
        return f"{file.name} {digest([file]) if file.exists() else ''}"

    def _asked(self, mutant: Mutant) -> list[str]:
        scenarios = [self.passing.ids[number] for number in self._against(mutant)[1]]
        return [*scenarios, *self._tests(mutant)]

    def _tests(self, mutant: Mutant) -> Sequence[str]:
        return self.tests.get(mutant.module, ()) if by_tests_too(self._shown(mutant)) else ()

    def _shown(self, mutant: Mutant) -> str:
        return self.modules[mutant.module].shown

    def _against(self, mutant: Mutant) -> tuple[bool, frozenset[int]]:
        """Tell whether the reference is loaded anew for it, and by which scenarios it is judged."""
        where = mutant.module, mutant.lines, mutant.loading and (mutant.top, mutant.path[:1])
        if where not in self._known:
            self._known[where] = self._found(mutant)
        return self._known[where]

    def _found(self, mutant: Mutant) -> tuple[bool, frozenset[int]]:
        passing, first, last = self.passing, *mutant.lines
        lines = range(first, last + 1)
        if mutant.loading:
            read = self._readers.lines(mutant, self.modules[mutant.module])
            found = frozenset().union(
                *(passing.through(name, range(begin, end + 1)) for name, begin, end in read),
                *(passing.loaded(name, range(begin, end + 1)) for name, begin, end in read),
            )
            return True, found or self._everything
        found = passing.through(mutant.module, lines)
        if passing.while_loading(mutant.module, lines):
            loaded = passing.loaded(mutant.module, lines)
            files = {passing.files[number] for number in loaded}
            return True, found | loaded if len(files) > _FEW else self._everything
        return False, found

    def _place(self, mutant: Mutant, number: int) -> tuple[float, ...]:
        """Return how early a scenario is asked: by what it caught here, then by its speed."""
        name = self.passing.ids[number]
        here = self._caught_in[mutant.module, mutant.function][name]
        seconds = self.passing.seconds[number]
        return (-here, seconds / (1 + min(self._caught[name], 50)))


def shard_of(mutant: Mutant, parts: int) -> int:
    """Return the part, from 1, that a mutant is in: that hangs on the mutant alone."""
    text = repr(mutant.identity)
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big") % parts + 1


def importers(modules: Sequence[Module], folder: Path) -> Mapping[str, Sequence[str]]:
    """Return the files of tests that import each module, those that are named after it first.

    One that is named after a whole module, or takes one of its names from its package, imports it.
    """
    found: dict[str, list[str]] = defaultdict(list)
    given = {module.name: _given_on(module, modules) for module in modules}
    for file in sorted(folder.rglob("test_*.py")):
        text = file.read_text(encoding="utf-8")
        imported = _imported(text)
        for module in modules:
            package, _, last = module.name.rpartition(".")
            whole = re.search(rf"\b{re.escape(module.name)}\b(?!\.)", text)
            named = file.stem == "_".join(["test", *module.name.split(".")[2:]])
            taken = imported[package] & {last, *given[module.name]}
            if whole or named or taken:
                found[module.name].append(str(file))
    for name, files in found.items():
        last = name.rpartition(".")[2]
        files.sort(key=lambda file: (last not in file.rpartition("/")[2], file))
    return found


def _imported(text: str) -> Mapping[str, set[str]]:
    """Return the names that a text imports, by the modules that it takes them from."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found[node.module].update(each.name for each in node.names)
    return found


def _given_on(module: Module, modules: Sequence[Module]) -> set[str]:
    """Return the names of a module that its package gives on as its own."""
    package = module.name.rpartition(".")[0]
    source = next((each.source for each in modules if each.name == package), "")
    return _imported(source)[module.name]
