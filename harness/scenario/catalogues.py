"""Catalogues: what several scenarios, seeds and simulated books sell, in a file of its own.

``catalogue: shop`` in `given` puts what is given in that file below what stands there: a row of
one's own, a tariff say, takes the place of the catalogue's row of that name, and any other key that
of the same key. Each mistake is told at its place in the file that it is in.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prorata.fakes.bounded import read_bounded
from prorata.harness.scenario.branches import is_name
from prorata.harness.scenario.files import bundled_root
from prorata.harness.scenario.imports import take_products
from prorata.harness.scenario.nodes import MapNode, TextNode, Tree, in_file, place_of
from prorata.harness.scenario.places import Place
from prorata.harness.scenario.problems import Problem, ScenarioErrors, listed, meant
from prorata.harness.scenario.tree import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prorata.harness.scenario.checks import KnownNames

__all__ = ["BUNDLED", "FOLDER", "catalogue_path", "check_sold", "read_catalogue", "take_catalogues"]

#: The folder that catalogues are in, beside scenarios or above them.
FOLDER: Final = "catalogues"
#: Those that come with prorata.
BUNDLED: Final = bundled_root() / FOLDER
_KEYS: Final = ("title", "given", "book")


def take_catalogues(tree: Tree, read: Callable[[Path], bytes] = read_bounded) -> None:
    """Put what a scenario's catalogues have below what it gives itself; `ScenarioErrors`.

    `read` returns what is in a file.
    """
    given = tree.root.child("given")
    billings = given.child("billings") if isinstance(given, MapNode) else None
    several = [row for _, row in billings.items.values()] if isinstance(billings, MapNode) else []
    for each in (given, *several):
        if isinstance(each, MapNode) and "catalogue" in each.items:
            _put_below(each, tree, read)


def catalogue_path(
    said: str, folder: Path, read: Callable[[Path], bytes] = read_bounded
) -> Path | None:
    """Return the file of a catalogue that is called by its name, or by its path from `folder`.

    A name is looked for in `catalogues` beside the folder's files, then above, then among the
    bundled ones; None where it is nowhere.
    """
    name = said.removeprefix(f"{FOLDER}/")
    if not is_name(name) or name.endswith(".yaml"):
        return folder / said
    return next((each for each in _there(folder, name) if _is_there(each, read)), None)


def _is_there(path: Path, read: Callable[[Path], bytes]) -> bool:
    try:
        read(path)
    except OSError:
        return False
    return True


def read_catalogue(path: Path, read: Callable[[Path], bytes] = read_bounded) -> Tree:
    """Read the tree of a catalogue, each place of it in its file; `ScenarioErrors`, `OSError`."""
    tree = read_bytes(read(path), str(path))
    take_products(tree, read)
    in_file(tree.root, str(path))
    problems = [
        Problem(place_of(tree.file, key.mark), f'unknown key "{key.text}" in a catalogue')
        for key, _ in tree.root.items.values()
        if key.text not in _KEYS
    ]
    given = tree.root.child("given")
    if not isinstance(given, MapNode):
        problems.append(Problem(tree.place(("given",)), 'missing "given" in the catalogue'))
    elif "catalogue" in given.items:
        place = tree.key_place(("given", "catalogue"))
        problems.append(Problem(place, "a catalogue stands on no other catalogue"))
    if problems:
        raise ScenarioErrors(problems)
    return tree


def check_sold(path: Path, known: KnownNames) -> None:
    """Check a catalogue by itself, the shape of its book too; `ScenarioErrors`."""
    from prorata.harness.scenario.checks import check_given
    from prorata.harness.scenario.draft import Draft
    from prorata.harness.scenario.given import Given

    try:
        draft = Draft(read_catalogue(path))
    except OSError as error:
        said = f"cannot be read: {error.strerror}"
        raise ScenarioErrors([Problem(Place(str(path)), said)]) from None
    draft.given = draft.read(Given, ("given",), draft.plain["given"])
    check_given(draft, known)
    if draft.problems:
        raise ScenarioErrors(draft.problems)
    if "book" in draft.plain:
        from prorata.harness.simulate.catalogue import load_catalogue

        load_catalogue(str(path))


def _put_below(own: MapNode, tree: Tree, read: Callable[[Path], bytes]) -> None:
    node = own.items["catalogue"][1]
    if not isinstance(node, TextNode) or not node.text:
        return  # told when `given` is read
    below = _named(node, tree, read).root.child("given")
    assert isinstance(below, MapNode)  # noqa: S101  any other is a problem
    # A scenario without a catalogue does without the models of schemas.
    from prorata.harness.scenario.given import Given
    from prorata.harness.scenario.shapes import Named, fields_of

    rows = {key for key, shape in fields_of(Given).items() if isinstance(shape, Named)}
    merged = {**below.items, **own.items}
    for key in rows & below.items.keys() & own.items.keys():
        (name, mine), (_, theirs) = own.items[key], below.items[key]
        if isinstance(mine, MapNode) and isinstance(theirs, MapNode):
            both = MapNode(mine.mark)
            both.items = {**theirs.items, **mine.items}
            merged[key] = name, both
    own.items = merged


def _named(node: TextNode, tree: Tree, read: Callable[[Path], bytes]) -> Tree:
    place, folder = place_of(tree.file, node.mark), Path(tree.file).parent
    path = catalogue_path(node.text, folder, read)
    if path is None:
        known = dict.fromkeys(each.stem for each in _all(folder))
        near = meant(node.text, known) or f"; there are {listed(known)}"
        raise ScenarioErrors([Problem(place, f'no catalogue is called "{node.text}"{near}')])
    try:
        return read_catalogue(path, read)
    except OSError as error:
        said = f"{node.text} cannot be read: {error.strerror}"
        raise ScenarioErrors([Problem(place, said)]) from None


def _folders(folder: Path) -> Iterator[Path]:
    """Yield where catalogues may lie, as seen from here where the folder is."""
    whole = folder.absolute()
    for above in (whole, *whole.parents):
        named = above if folder.is_absolute() else Path(os.path.relpath(above))
        yield named / FOLDER
    yield BUNDLED


def _there(folder: Path, name: str) -> Iterator[Path]:
    return (each / f"{name}.yaml" for each in _folders(folder))


def _all(folder: Path) -> list[Path]:
    return [file for each in _folders(folder) for file in sorted(each.glob("*.yaml"))]
