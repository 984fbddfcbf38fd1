"""From scenario files to scenarios, or to every problem in them at once."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from prorata.fakes.bounded import read_bounded
from prorata.harness.scenario.catalogues import take_catalogues
from prorata.harness.scenario.changes import change
from prorata.harness.scenario.checks import (
    KnownNames,
    check_given,
    check_head,
    check_sellers,
    check_timeline,
)
from prorata.harness.scenario.draft import Draft, Typed, draft, labels_in
from prorata.harness.scenario.files import bundled_root, files_in
from prorata.harness.scenario.imports import take_products
from prorata.harness.scenario.labels import check_names
from prorata.harness.scenario.parties import party_trees
from prorata.harness.scenario.places import Place
from prorata.harness.scenario.problems import Problem, ScenarioErrors
from prorata.harness.scenario.scenario import Scenario, TimelineStep
from prorata.harness.scenario.sums import check_expectations
from prorata.harness.scenario.tree import read_bytes
from prorata.harness.scenario.variants import check_variants, common_problems, variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from prorata.harness.scenario.nodes import Tree

__all__ = ["bundled_root", "discover", "files_in", "load", "load_many", "loads", "scenario_id"]


def load(
    path: Path,
    *,
    root: Path,
    known: KnownNames,
    changes: Mapping[str, str] | None = None,
    read: Callable[[Path], bytes] = read_bounded,
) -> list[Scenario]:
    """Load the scenarios of one file: one, or one for each of its rows and branches.

    Raises `ScenarioErrors` with all that is wrong in it.

    `root` is the folder that ids are counted from; `known` is what lies outside of the file;
    `changes` are new texts for values, each by its dotted path; `read` returns what is in a file.
    """
    try:
        data = read(path)
    except OSError as error:
        message = f"cannot be read: {error.strerror or 'no such file'}"
        raise ScenarioErrors([Problem(Place(str(path)), message)]) from None
    name = scenario_id(path, root)
    return loads(data, file=str(path), id=name, known=known, changes=changes or {}, read=read)


def loads(
    data: bytes,
    *,
    file: str,
    id: str,  # noqa: A002 - the scenario's own word
    known: KnownNames,
    changes: Mapping[str, str],
    read: Callable[[Path], bytes] = read_bounded,
) -> list[Scenario]:
    """Load the bytes of a file, as `load` does; `file` is the name that problems carry.

    Raises `ScenarioErrors`.
    """
    tree = read_bytes(data, file)
    take_catalogues(tree, read)
    take_products(tree, read)
    problems = check_variants(tree)
    problems += filter(None, [change(tree, path, value) for path, value in changes.items()])
    try:
        found = variants(tree)
    except ScenarioErrors as errors:
        raise ScenarioErrors(_sorted([*problems, *errors.problems])) from None
    typed: Typed = {}
    drafts = [(variant, _parties(variant.tree, known, problems, typed)) for variant in found]
    problems += common_problems(
        (variant, [each for made in parties.values() for each in made.problems])
        for variant, parties in drafts
    )
    if problems:
        raise ScenarioErrors(_sorted(problems))
    return [_scenario(parties, id, variant.suffix) for variant, parties in drafts]


def _parties(
    tree: Tree, known: KnownNames, problems: list[Problem], typed: Typed
) -> dict[str, Draft]:
    """Read a file as it is for each of its billings, the judged one first."""
    made: dict[str, Draft] = {}
    trees = party_trees(tree, problems)
    labels = {label for own in trees.values() for label in labels_in(own)}
    for name, own in trees.items():
        # Whom others buy from knows their services by what was bought for them.
        buys = own.find(("given", "sellers")) is not None or len(trees) == 1
        made[name] = _drafted(draft(own, () if buys else labels, typed), tree, known)
        check_sellers(made[name], tree)
    return made


def _drafted(made: Draft, whole: Tree, known: KnownNames) -> Draft:
    check_head(made, known)
    check_given(made, known)
    check_timeline(made, whole)
    check_names(made)
    check_expectations(made, known)
    return made


def _scenario(parties: Mapping[str, Draft], name: str, variant: str) -> Scenario:
    """Return the scenario of the judged billing, with those of the others."""
    (judged, own), *others = (
        (party, replace(_finished(made, name, variant), name=party))
        for party, made in parties.items()
    )
    if not others:
        return own
    world = dict(others)
    steps = tuple(
        replace(step, others={party: each.steps[index] for party, each in world.items()})
        for index, step in enumerate(own.steps)
    )
    return replace(own, name=judged, others=world, steps=steps)


def load_many(
    paths: Iterable[Path],
    *,
    root: Path,
    known: KnownNames,
    changes: Mapping[str, str] | None = None,
    read: Callable[[Path], bytes] = read_bounded,
) -> list[Scenario]:
    """Load files in their order; `ScenarioErrors` with the problems of all of them."""
    loaded: list[Scenario] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            loaded += load(path, root=root, known=known, changes=changes, read=read)
        except ScenarioErrors as errors:
            problems += errors.problems
    if problems:
        # Files that share a catalogue share what is wrong in it.
        raise ScenarioErrors(dict.fromkeys(problems))
    return loaded


def discover(root: Path) -> list[Path]:
    """Find the scenarios below a folder, sorted; shared catalogues are left out."""
    return [Path(file) for file in files_in(str(root))]


def _finished(made: Draft, name: str, variant: str) -> Scenario:
    head, given = made.head, made.given
    assert head is not None  # noqa: S101  what could not be read is a problem
    assert given is not None  # noqa: S101  the same
    steps = tuple(
        TimelineStep(
            at=step.at,
            act=(step.verb, step.act) if step.verb and step.act else None,
            expect=step.expect,
            place=made.tree.place(step.path),
            grade=step.grade or head.grade,
            quote=step.quote,
            again=step.again,
        )
        for step in made.steps
        if step.at
    )
    return Scenario(
        name + variant,
        head.title,
        head.rules,
        head.source,
        head.readings,
        given,
        steps,
        made.tree,
        variant,
        head.grade,
    )


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(set(problems), key=_order)


def _order(problem: Problem) -> tuple[str, int, int, str]:
    place = problem.place
    return place.file, place.line, place.column, problem.message


def scenario_id(path: Path, root: Path) -> str:
    """Name a scenario by its path below the root; one from elsewhere by its whole path."""
    # Without following links: who links a file names it by the link.
    whole, top = (Path(os.path.abspath(each)) for each in (path, root))  # noqa: PTH100
    below = whole.relative_to(top) if whole.is_relative_to(top) else whole
    return below.with_suffix("").as_posix()
