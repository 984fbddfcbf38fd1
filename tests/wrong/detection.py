"""Play the wrong billings through the bundled scenarios, and write what came of it.

Only what is new is played: billings that the matrix does not have, and files of scenarios that have
changed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[:0] = [str(Path(__file__).parents[1] / "shared")]
from bundled import SCENARIOS  # noqa: E402  from the folder above
from by_histories import caught_by_histories  # noqa: E402
from matrix import PATH, Matrix, digests, file_of  # noqa: E402
from page import page  # noqa: E402
from passing import may_show, passed_by, telling_all  # noqa: E402
from playing import failures  # noqa: E402
from table import TABLE  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    Passed = Mapping[str, frozenset[Any]]
    Each = Callable[..., Iterator[Any]]

_BY_NAME = {wrong.name: wrong for wrong in TABLE}
_PAGE = Path(__file__).parents[2] / "docs" / "detection.md"
#: So many scenarios are looked through at once.
_CHUNK = 64


def _passed(chunk: tuple[str, ...]) -> list[tuple[str, frozenset[tuple[str, str]]]]:
    """Return what is passed in some scenarios; functions by their names, to be sent home."""
    found = passed_by([SCENARIOS[each] for each in chunk], TABLE)
    return [(name, frozenset(keys)) for name, keys in found]


def _played(asked: tuple[str, tuple[str, ...], frozenset[str]]) -> tuple[str, dict[str, str]]:
    """Return what catches a billing of some scenarios; it is played through further ones too."""
    name, scenarios, further = asked
    asked_for = further.union(scenarios)
    order = [each for each in SCENARIOS if each in asked_for]
    found = failures(_BY_NAME[name], order)
    return name, {each: under for each, under in found.items() if each not in further}


def asked_of(passed: Passed, name: str, telling: frozenset[str]) -> tuple[Any, ...]:
    """Return by which of some scenarios a billing is to be played, and by what besides."""
    wrong = _BY_NAME[name]
    shown = tuple(each for each in passed if may_show(wrong, SCENARIOS[each], passed[each]))
    return name, shown, telling.difference(shown) if shown else frozenset()


def renewed(matrix: Matrix, again: frozenset[str], each: Each, most: int = 0) -> Iterator[Matrix]:
    """Yield the matrix with more and more of what it lacks; `again` are billings to be renewed.

    At `most` so many scenarios of a billing are played, where that is not 0.
    """
    files = digests()
    again |= frozenset() if most else matrix.in_part
    kept = {
        name: {at: told for at, told in row.items() if _same(at, files, matrix)}
        for name, row in matrix.billings.items()
        if name in _BY_NAME.keys() - again
    }
    lacking = [name for name in _BY_NAME if name not in kept]
    changed = frozenset(name for name in SCENARIOS if not _same(name, files, matrix))
    asked = tuple(SCENARIOS) if lacking else (*changed, *matrix.telling)
    passed = dict(chain.from_iterable(each(_passed, _chunks(asked))))
    telling = telling_all(passed)
    some = {name: passed[name] for name in changed}
    for name, row in each(_played, [asked_of(some, name, telling) for name in kept]):
        kept[name] |= row
    whole = [asked_of(passed, name, telling) for name in lacking]
    more = {name for name, shown, _ in whole if most and len(shown) > most}
    in_part = (matrix.in_part - again) | more
    yield Matrix(files, telling, kept, in_part)
    for name, row in each(_played, _small_first(whole, most)):
        kept[name] = row
        yield Matrix(files, telling, kept, in_part)


def _small_first(whole: list[Any], most: int) -> list[Any]:
    """Return what is to be played in part, the least first."""
    parts = [(name, _part(name, shown, most), further) for name, shown, further in whole]
    return sorted(parts, key=lambda each: len(each[1]))


def _part(name: str, shown: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Return half of it of scenarios of the rules that a billing breaks, and the rest of all."""
    if not most or len(shown) <= most:
        return shown
    broken = {*_BY_NAME[name].broken}
    own = [each for each in shown if not broken.isdisjoint(SCENARIOS[each].rules)]
    return tuple({**_spread(own, most // 2), **_spread(shown, most // 2)})


def _spread(names: Sequence[str], count: int) -> dict[str, None]:
    return dict.fromkeys(names[:: max(1, -(-len(names) // count))])


def retold(matrix: Matrix, names: frozenset[str], each: Each) -> Iterator[Matrix]:
    """Yield the matrix when what was caught of some billings is told anew, more and more of it."""
    kept = dict(matrix.billings)
    asked = [(name, tuple(kept[name]), matrix.telling - kept[name].keys()) for name in names]
    for name, row in each(_played, asked):
        kept[name] = row
        yield matrix._replace(billings=kept)


def _same(scenario: str, files: Mapping[str, str], matrix: Matrix) -> bool:
    """Tell whether a scenario is there and as it was."""
    if scenario not in SCENARIOS:
        return False
    file = file_of(scenario)
    return files[file] == matrix.files.get(file)


def _chunks(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [names[at : at + _CHUNK] for at in range(0, len(names), _CHUNK)]


def main() -> None:
    """Renew the matrix and the page of it, and say how far it is."""
    parser = argparse.ArgumentParser(prog="tox -e detection --", description=__doc__)
    parser.add_argument("billing", nargs="*", help="play these again")
    parser.add_argument("--all", action="store_true", help="play all again")
    parser.add_argument("--told", action="store_true", help="tell anew what is caught")
    parser.add_argument("-n", type=int, default=2, help="so many processes")
    parser.add_argument("--most", type=int, default=0, help="so many scenarios of a billing")
    said = parser.parse_args()
    unknown = sorted({*said.billing} - _BY_NAME.keys())
    if unknown:
        parser.error(f"no wrong billing is called {unknown[0]!r}")
    again = frozenset(_BY_NAME) if said.all else frozenset(said.billing)
    before = Matrix.read()
    with multiprocessing.get_context("fork").Pool(said.n) as pool:
        each = pool.imap_unordered
        told = again or frozenset(before.billings)
        some = retold(before, told, each) if said.told else renewed(before, again, each, said.most)
        for matrix in some:
            PATH.write_text(matrix.written(), encoding="utf-8")
            sys.stderr.write(f"\r{len(matrix.billings)} of {len(_BY_NAME)} ")
    _PAGE.write_text(page(matrix, TABLE, caught_by_histories()), encoding="utf-8")
    sys.stderr.write("\n")


if __name__ == "__main__":
    main()
