"""From what pydantic found to what a person from billing reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from prorata.harness.scenario.acts import ACTS
from prorata.harness.scenario.declared import ReadLater, model_of
from prorata.harness.scenario.expect import Expect
from prorata.harness.scenario.model import Part, keys
from prorata.harness.scenario.parties import NO_ACTS
from prorata.harness.scenario.problems import Problem, nearest
from prorata.harness.scenario.words import show
from prorata.reference.vocabulary.product import PRODUCT
from prorata.reference.vocabulary.tariff import TARIFF

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from prorata.harness.scenario.nodes import Tree
    from prorata.harness.scenario.places import TreePath

__all__ = ["explain", "unknown_key", "where"]

# The words that can follow the head of a path, and how their owner is called.
_OWNERS = {"tariffs": "tariff", "products": "product", "clients": "client"}
_HIDDEN = frozenset({"services"})


def explain(
    tree: Tree, prefix: TreePath, model: type[Part], error: ValidationError
) -> list[Problem]:
    """Turn all errors of `model`, read at `prefix`, into problems with their places."""
    found = error.errors(include_url=False, include_input=True)
    return [_problem(tree, prefix, model, one) for one in found]


def _problem(tree: Tree, prefix: TreePath, model: type[Part], error: ErrorDetails) -> Problem:
    loc = tuple(error["loc"])
    if loc and loc[-1] == "[key]":
        return Problem(tree.key_place((*prefix, *loc[:-1])), _message(error))
    path = tree.existing((*prefix, *loc))
    kind = error["type"]
    if kind == "extra_forbidden":
        return unknown_key(tree, path, keys(_model_at(model, loc[:-1])))
    if kind == "missing":
        return Problem(tree.place(path), f'missing "{loc[-1]}" {where(tree, path)}')
    return Problem(tree.place(path), _message(error))


def _message(error: ErrorDetails) -> str:
    expected = _EXPECTED.get(error["type"])
    return f"expected {expected}, found {show(error['input'])}" if expected else error["msg"]


_EXPECTED = {
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
}


def unknown_key(tree: Tree, path: TreePath, known: Collection[str]) -> Problem:
    """Say that a key is unknown where it stands, and which was probably meant."""
    key = str(path[-1])
    system = tree.find(("given", "system"))
    elsewhere = _system_with(path, key)
    if elsewhere and system is not None and system.plain() != elsewhere:
        here = f'"{key}" {where(tree, path[:-1])}'
        message = f"{here} is a word of {elsewhere}, and this is a {system.plain()} scenario"
    elif _is_expected(path, key):
        message = f'"{key}" {where(tree, path[:-1])} is what is expected; write it below "expect"'
    else:
        near = nearest(key, set(known) - _HIDDEN)
        message = f'unknown key "{key}" {where(tree, path[:-1])}{near}'
    return Problem(tree.key_place(path), message)


def _is_expected(path: TreePath, key: str) -> bool:
    """Tell whether a key of a step is one of its `expect`."""
    return len(path) == 3 and path[0] == "timeline" and key in keys(Expect)  # noqa: PLR2004 - timeline, a step, a key


def _system_with(path: TreePath, key: str) -> str | None:
    """Find the system that does know a key of a step, of an act, of a tariff or of a product."""
    knowing: dict[int, Callable[[], Iterator[str]]] = {
        3: lambda: (system for system, acts in ACTS.items() if key in acts),
        4: lambda: (
            s for s, acts in ACTS.items() if path[2] in acts and key in keys(acts[str(path[2])])
        ),
    }
    if path[0] == "timeline" and len(path) in knowing:
        return next(knowing[len(path)](), None)
    owner = {"tariffs": ("hostbill", PRODUCT), "products": ("billmanager", TARIFF)}
    if len(path) == 4 and path[1] in owner:  # noqa: PLR2004 - given, tariffs, a name, a key
        system, record = owner[str(path[1])]
        return system if key in keys(model_of(record)) else None
    return None


def where(tree: Tree, path: TreePath) -> str:
    """Name a mapping as its reader does: `in tariff "start"`, `in step 3 (order)`."""
    if not path:
        return "in the scenario"
    head, rest = _head(tree, path)
    inner = [str(key) for key in rest if isinstance(key, str)]
    return f"in {' of '.join([*reversed(inner), head])}"


def _head(tree: Tree, path: TreePath) -> tuple[str, TreePath]:
    if path[0] == "timeline" and len(path) > 1:
        act = next((key for key in tree.keys(path[:2]) if key not in NO_ACTS), None)
        inside = path[2] if len(path) > 2 else act  # noqa: PLR2004 - timeline, index, key
        step = f"step {int(path[1]) + 1}"
        return (f"{step} ({inside})" if inside else step), path[3:]
    if len(path) > 2 and path[1] in _OWNERS:  # noqa: PLR2004 - given, tariffs, a name
        return f'{_OWNERS[str(path[1])]} "{path[2]}"', path[3:]
    return str(path[0]), path[1:]


def _model_at(model: type[Part], loc: tuple[Any, ...]) -> type[Part]:
    """Find the model at the end of a path; keys of mappings and indexes stay in their model."""
    for key in loc:
        name = keys(model).get(str(key))
        if name:
            field = model.model_fields[name]
            model = next(filter(None, map(_inside, (field.annotation, *field.metadata))), model)
    return model


def _inside(annotation: Any) -> type[Part] | None:
    if isinstance(annotation, ReadLater):
        return annotation.model
    if isinstance(annotation, type) and issubclass(annotation, Part):
        found: type[Part] = annotation
        return found
    return next(filter(None, map(_inside, get_args(annotation))), None)
