"""A scenario while it is read: what could be typed, and the problems found so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, TypeVar, cast
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from prorata.harness.scenario import instants
from prorata.harness.scenario.acts import ACTS, Act
from prorata.harness.scenario.expect import Expect, labels_of
from prorata.harness.scenario.explain import explain, unknown_key, where
from prorata.harness.scenario.given import Given, Head
from prorata.harness.scenario.grades import read_grade
from prorata.harness.scenario.imported import imported
from prorata.harness.scenario.model import Part
from prorata.harness.scenario.nodes import mapping
from prorata.harness.scenario.problems import Problem
from prorata.harness.scenario.words import show, yes_no

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from prorata.harness.scenario.grades import Grade
    from prorata.harness.scenario.nodes import PlainData, Tree, TreeNode
    from prorata.harness.scenario.places import TreePath

__all__ = ["BESIDE", "Draft", "DraftStep", "Typed", "draft", "labels_in"]

#: What a step may say beside its act: a quote of it is asked before, it is delivered twice.
BESIDE: Final = ("quote", "again")
_SomePart = TypeVar("_SomePart", bound=Part)


#: The parts of a file that were typed, by their nodes, their models, their zones and the labels.
Typed: TypeAlias = dict[tuple["TreeNode | None", type[Part], ZoneInfo, frozenset[str]], Part]


class DraftStep(NamedTuple):
    """A step as it stands in the file, with the parts that could be typed."""

    path: TreePath
    plain: dict[str, PlainData]
    at: datetime | None = None
    verb: str | None = None
    act: Act | None = None
    expect: Expect | None = None
    grade: Grade | None = None
    quote: bool = False
    again: bool = False


class Draft:
    """A scenario in the making; `plain` is the file without places, whatever is wrong with it."""

    def __init__(
        self, tree: Tree, borrowed: Iterable[str] = (), typed: Typed | None = None
    ) -> None:
        self.tree = tree
        self._typed = {} if typed is None else typed
        #: Labels of services of other billings, which are known in this one by what they bought.
        self.borrowed = frozenset(borrowed)
        self.plain = tree.plain
        self.system = _system(self.plain)
        self.zone = _zone(self.plain)
        self.labels = _labels(self.plain) | self.borrowed
        self.head: Head | None = None
        self.given: Given | None = None
        self.steps: list[DraftStep] = []
        self.problems: list[Problem] = []

    def report(self, path: TreePath, message: str) -> None:
        """Note a problem with the value at `path`."""
        self.problems.append(Problem(self.tree.place(path), message))

    def report_key(self, path: TreePath, message: str) -> None:
        """Note a problem with the key at the end of `path`."""
        self.problems.append(Problem(self.tree.key_place(path), message))

    def read(self, model: type[_SomePart], path: TreePath, plain: PlainData) -> _SomePart | None:
        """Type what stands at `path`, or note everything that is wrong with it.

        What was typed in another variant of the file is the same here.
        """
        key = self.tree.find(path), model, self.zone, self.labels
        if key not in self._typed:
            context = {"zone": self.zone, "labels": self.labels}
            try:
                self._typed[key] = model.model_validate(plain, context=context)
            except ValidationError as error:
                self.problems += explain(self.tree, path, model, error)
                return None
        return cast("_SomePart", self._typed[key])


def draft(tree: Tree, borrowed: Iterable[str] = (), typed: Typed | None = None) -> Draft:
    """Read everything that can be read; the problems are noted in the result.

    `typed` has what was typed in other variants of the file, and takes what is typed here.
    """
    made = Draft(tree, borrowed, typed)
    made.head = made.read(Head, (), made.plain)
    if "given" in made.plain:
        made.given = made.read(Given, ("given",), made.plain["given"])
    timeline = made.plain.get("timeline")
    if isinstance(timeline, list):
        made.steps = [_step(made, ("timeline", nth), plain) for nth, plain in enumerate(timeline)]
    elif timeline is not None:
        made.report(("timeline",), f"expected a list of steps, found {show(timeline)}")
    return made


def _system(plain: dict[str, PlainData]) -> str:
    """Return the system that is meant: also where it is missing or misspelt."""
    given = mapping(plain.get("given"))
    said = given.get("system")
    if isinstance(said, str) and said in ACTS:
        return said
    return "hostbill" if "products" in given else "billmanager"


def _zone(plain: dict[str, PlainData]) -> ZoneInfo:
    try:
        return instants.zone(mapping(plain.get("given")).get("timezone", "UTC"))
    except PydanticCustomError:  # noted when `given` is read; dates are then looked at in UTC
        return ZoneInfo("UTC")


def _labels(plain: dict[str, PlainData]) -> frozenset[str]:
    timeline = plain.get("timeline")
    steps = timeline if isinstance(timeline, list) else []
    orders = (mapping(step).get("order") for step in steps)
    products = dict(mapping(mapping(plain.get("given")).get("products")))
    for step in steps:
        text = mapping(mapping(step).get("import_products")).get("json")
        products = {**imported(text), **products}
    return frozenset(label for order in orders for label in labels_of(order, products))


def labels_in(tree: Tree) -> frozenset[str]:
    """Return the labels that the orders of a file give, whatever is wrong with it."""
    return _labels(tree.plain)


def _step(made: Draft, path: TreePath, plain: PlainData) -> DraftStep:
    if not isinstance(plain, dict):
        made.report(path, f"expected a step with at, found {show(plain)}")
        return DraftStep(path, {})
    verb = _verb(made, path, plain)
    act = made.read(ACTS[made.system][verb], (*path, verb), plain[verb]) if verb else None
    expect = plain.get("expect")
    wanted = made.read(Expect, (*path, "expect"), expect) if expect is not None else None
    if not plain.keys() - {"at", "grade"}:
        made.report(path, f"step {_nth(path)} does nothing; give it an act, expect, or wait: {{}}")
    grade = _grade(made, path, plain)
    beside = [_switch(made, (*path, key), plain, verb) for key in BESIDE]
    return DraftStep(path, plain, _at(made, path, plain), verb, act, wanted, grade, *beside)


def _switch(made: Draft, path: TreePath, plain: dict[str, PlainData], verb: str | None) -> bool:
    """Read how an act is asked; only what a billing is asked can be asked so."""
    key = str(path[-1])
    if key not in plain:
        return False
    if verb in {None, "wait", "panel"}:
        made.report_key(path, f'"{key}" is for an act; step {_nth(path[:-1])} asks for none')
    try:
        return yes_no(plain[key])
    except PydanticCustomError as error:
        made.report(path, error.message())
        return False


def _at(made: Draft, path: TreePath, plain: dict[str, PlainData]) -> datetime | None:
    if "at" not in plain:
        here = where(made.tree, path)
        made.report(path, f'missing "at" {here}: the date, or the date and time, of the step')
        return None
    try:
        return instants.instant(plain["at"], made.zone)
    except PydanticCustomError as error:
        made.report((*path, "at"), error.message())
        return None


def _grade(made: Draft, path: TreePath, plain: dict[str, PlainData]) -> Grade | None:
    if "grade" not in plain:
        return None
    try:
        return read_grade(plain["grade"])
    except PydanticCustomError as error:
        made.report((*path, "grade"), error.message())
        return None


def _verb(made: Draft, path: TreePath, plain: dict[str, PlainData]) -> str | None:
    """Find the act of a step; note other acts and unknown keys."""
    acts = ACTS[made.system]
    verbs = [key for key in plain if key in acts]
    known = ("at", "expect", "grade", *BESIDE, *acts)
    for key in plain:
        if key not in known:
            made.problems.append(unknown_key(made.tree, (*path, key), known))
    for verb in verbs[1:]:
        message = f'"{verb}" is a second act in step {_nth(path)}; give it a step of its own'
        made.report_key((*path, verb), message)
    return verbs[0] if verbs else None


def _nth(path: TreePath) -> int:
    return int(path[-1]) + 1
