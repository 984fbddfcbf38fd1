"""Which scenario catches which wrong billing, as it is kept between two runs of the whole."""

from __future__ import annotations

import json
from collections import defaultdict
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bundled import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["BETWEEN", "PATH", "Block", "Matrix", "digests", "file_of", "named"]

#: Where it is kept.
PATH = Path(__file__).with_name("matrix.json")


#: What stands between the rule of a failure, the kind of its place, and how it differs.
BETWEEN = " | "
#: In which order scenarios are played.
_ORDER = {each: place for place, each in enumerate(SCENARIOS)}


class Block(NamedTuple):
    """Scenarios that a report tells as one failure, and what it tells them under."""

    under: str
    scenarios: tuple[str, ...]

    @property
    def rule(self) -> str:
        """The rule that it names."""
        return named(self.under)


class Matrix(NamedTuple):
    """By which files it was made, and of each billing what each scenario tells that catches it.

    `telling` are a few scenarios in which all is told that is told in any; `in_part` are billings
    that were not played through all scenarios in which their mistake may show.
    """

    files: Mapping[str, str]
    telling: frozenset[str]
    billings: Mapping[str, Mapping[str, str]]
    in_part: frozenset[str] = frozenset()

    def blocks(self, billing: str) -> list[Block]:
        """Return the blocks in which a report of a run of all tells a billing, the first first."""
        found: dict[str, list[str]] = defaultdict(list)
        caught = self.billings[billing]
        for scenario in sorted(caught, key=lambda each: _ORDER.get(each, 0)):
            found[caught[scenario]].append(scenario)
        told = [Block(under, tuple(each)) for under, each in found.items()]
        return sorted(told, key=lambda block: -len(block.scenarios))

    def written(self) -> str:
        """Return it as text: the same for the same, a line for each billing."""
        ids = sorted({*chain(*self.billings.values())})
        numbers = {each: number for number, each in enumerate(ids)}
        lines = {
            name: {
                block.under: _ranges(numbers[each] for each in block.scenarios)
                for block in sorted(self.blocks(name))
            }
            for name in sorted(self.billings)
        }
        rows = {
            "files": [f"{name} {self.files[name]}" for name in sorted(self.files)],
            "telling": sorted(self.telling),
            "scenarios": ids,
            "billings": lines,
            "in part": sorted(self.in_part & lines.keys()),
        }
        return json.dumps(rows, ensure_ascii=False, indent=0) + "\n"

    @classmethod
    def read(cls, path: Path = PATH) -> Matrix:
        """Read what was written; where nothing was, nothing was played."""
        if not path.exists():
            return cls({}, frozenset(), {})
        rows = json.loads(path.read_text(encoding="utf-8"))
        ids = rows["scenarios"]
        billings = {
            name: {ids[each]: under for under, said in blocks.items() for each in _numbers(said)}
            for name, blocks in rows["billings"].items()
        }
        files = dict(row.rsplit(" ", 1) for row in rows["files"])
        return cls(files, frozenset(rows["telling"]), billings, frozenset(rows["in part"]))


def named(under: str) -> str:
    """Return the rule that a failure is told under, or ``error``."""
    return under.partition(BETWEEN)[0]


def file_of(scenario: str) -> str:
    """Return the id of the file that a scenario is in."""
    return scenario.removesuffix(SCENARIOS[scenario].variant)


def digests() -> dict[str, str]:
    """Return for each file of scenarios by what one tells that it has changed."""
    return {
        file_of(name): sha256(Path(each.place(()).file).read_bytes()).hexdigest()[:8]
        for name, each in SCENARIOS.items()
    }


def _ranges(numbers: Iterable[int]) -> str:
    """Write numbers as ranges.

    >>> _ranges([1, 2, 3, 7])
    '1-3 7'
    """
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][-1] == number - 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return " ".join("-".join(map(str, each)) for each in found)


def _numbers(ranges: str) -> Iterator[int]:
    for each in ranges.split():
        first, _, last = each.partition("-")
        yield from range(int(first), int(last or first) + 1)
