"""What panels begin with, from a file in the words of a scenario's `given`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from zoneinfo import ZoneInfo

from prorata.fakes.billmanager.catalogue import OWN, RESELLERS
from prorata.fakes.billmanager.seeds import BILLMANAGER, CLIENT
from prorata.fakes.bounded import read_bounded
from prorata.fakes.control.seed import mistakes_of
from prorata.harness.scenario.catalogues import take_catalogues
from prorata.harness.scenario.checks import KnownNames, check_given
from prorata.harness.scenario.declared import Declared, model_of
from prorata.harness.scenario.draft import Draft
from prorata.harness.scenario.given import Given
from prorata.harness.scenario.model import Part, json_value
from prorata.harness.scenario.nodes import MapNode, TextNode, Tree
from prorata.harness.scenario.places import Place
from prorata.harness.scenario.problems import Problem, ScenarioErrors
from prorata.harness.scenario.tree import read_bytes
from prorata.harness.scenario.words import Name, YesNo
from prorata.reference.vocabulary.tariff import TARIFF

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from prorata.fakes.control.mistakes import SeedError

__all__ = ["NOT_HERE", "Seed", "load_seed"]


class _Account(Part):
    """A reseller who is on the panel from the beginning."""

    password: Name | None = None
    limits: dict[Name, Name] = {}  # noqa: RUF012  pydantic copies it
    fullname: Name | None = None
    email: Name | None = None


class _User(_Account):
    """A user."""

    domain: Name | None = None
    preset: Name | None = None
    comment: Name | None = None
    owner: Name | None = None
    suspended: YesNo = False


class _Panel(Part):
    """An ispmanager, with more said about its users than in a scenario."""

    edition: Name | None = None
    password: Name | None = None
    php_versions: dict[Name, Name] = {}  # noqa: RUF012  the same
    shared_addresses: tuple[Name, ...] = ()
    presets: dict[Name, dict[Name, Name]] = {}  # noqa: RUF012  the same
    resellers: dict[Name, _Account] = {}  # noqa: RUF012  the same
    users: dict[Name, _User] = {}  # noqa: RUF012  the same
    addresses: tuple[Name, ...] = ()


if TYPE_CHECKING:
    _Client: TypeAlias = Declared
    _Tariff: TypeAlias = Declared
    _Billmanager: TypeAlias = Declared
else:
    _Client, _Billmanager = model_of(CLIENT), model_of(BILLMANAGER)
    _Tariff = model_of(replace(TARIFF, name="SeedTariff", fields=(*TARIFF.fields, *OWN)))


class Seed(Given):
    """The beginning of BILLmanager and ispmanager."""

    tariffs: dict[Name, _Tariff] = {}  # noqa: RUF012  the same
    clients: dict[Name, _Client] = {}  # type: ignore[assignment]  # noqa: RUF012  the same
    readings: dict[Name, Name] = {}  # noqa: RUF012  the same

    billmanager: _Billmanager | None = None
    ispmanager: _Panel | None = None  # type: ignore[assignment]  # more is said here


#: What a scenario says and a seed does not: there is one billing, and its panel is the set's.
NOT_HERE = ("system", "products", "ipmanager")
#: What is looked up when a seed is read, and is no data of a panel.
_TAKEN = "catalogue"


def load_seed(path: Path) -> dict[str, Any]:
    """Load a seed; ScenarioErrors with everything that is wrong in the file, each at its place.

    Raises OSError for a file that cannot be read.
    """
    tree = _as_given(_read(path))
    take_catalogues(tree)
    draft = Draft(tree)
    seed = draft.read(Seed, ("given",), draft.plain["given"])
    draft.given = seed and _with_resellers(seed)
    check_given(draft, _known())
    if draft.problems or seed is None:
        raise _wrong(Problem(each.place, _said(each.message)) for each in draft.problems)
    typed = cast("dict[str, Any]", json_value(seed))
    found = {
        key: value.key if isinstance(value, ZoneInfo) else value
        for key, value in typed.items()
        if key not in (*NOT_HERE, _TAKEN) and (key != "tariffs" or value)
    }
    problems = [_placed(tree, error) for error in mistakes_of(found)]
    if problems:
        raise _wrong(problems)
    return found


def _with_resellers(seed: Seed) -> Seed:
    """Return a seed with the group of the licences, which are sold where it has no tariffs."""
    if seed.tariffs:
        return seed
    return seed.model_copy(update={"groups": {RESELLERS: None, **seed.groups}})


def _wrong(problems: Iterable[Problem]) -> ScenarioErrors:
    """Return the problems in the order of the file."""
    return ScenarioErrors(sorted(problems, key=lambda each: (each.place.line, each.place.column)))


def _placed(tree: Tree, error: SeedError) -> Problem:
    path = ("given", *error.path)
    place = tree.key_place(path) if error.at_key else tree.place(path)
    if "did you mean" in error.message or not error.expected:
        return Problem(place, error.message)
    return Problem(place, f"{error.message}; expected {error.expected}")


def _read(path: Path) -> Tree:
    place = Place(str(path))
    data = read_bounded(path)
    if not data.strip():
        raise ScenarioErrors(
            [Problem(place, "the file is empty; a seed has tariffs or ispmanager")]
        )
    tree = read_bytes(data, str(path))
    wrong = [
        Problem(tree.key_place((key,)), f'unknown key "{key}" in the seed')
        for key in NOT_HERE
        if key in tree.root.items
    ]
    if wrong:
        raise ScenarioErrors(wrong)
    return tree


def _as_given(tree: Tree) -> Tree:
    """Return the tree of a scenario that is given this."""
    mark = tree.root.mark
    root, given = MapNode(mark), MapNode(mark)
    given.items = {
        "system": (TextNode("system", mark), TextNode("billmanager", mark)),
        "tariffs": (TextNode("tariffs", mark), MapNode(mark)),
        **tree.root.items,
    }
    root.items = {"given": (TextNode("given", mark), given)}
    return Tree(tree.file, root)


def _known() -> KnownNames:
    from prorata.reference.money import minor_digits

    return KnownNames(frozenset(), {}, minor_digits)


def _said(message: str) -> str:
    return message.replace(" in given", " in the seed").replace(" of given", " of the seed")
