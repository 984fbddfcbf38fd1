"""What each place of a scenario file is: a mapping of known keys, an amount, a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.scenario.acts import ACTS, Act
from prorata.harness.scenario.draft import BESIDE
from prorata.harness.scenario.expect import (
    WORDS,
    Charged,
    Expect,
    ExpectedInvoice,
    ExpectedNotification,
)
from prorata.harness.scenario.given import Given, Head, Source
from prorata.harness.scenario.model import keys
from prorata.harness.scenario.nodes import ListNode, MapNode, TextNode
from prorata.harness.scenario.shapes import Choices, Items, Keys, Named, Shape, Single, fields_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from prorata.harness.scenario.model import Part
    from prorata.harness.scenario.nodes import Tree, TreeNode

__all__ = ["Spot", "spots"]

HEAD: Final = ("title", "rules", "source", "readings", "given", "timeline", "branches")
#: What is said first of a part. What is sold, or seen of a service, is said in any order.
_FIRST: Final[Mapping[type[Part], tuple[str, ...]]] = {
    Act: ("as", "client", "service", "invoice", "tariff", "product", "period", "cycle"),
    Charged: ("kind", "amount"),
    ExpectedInvoice: ("of", "total", "status"),
    ExpectedNotification: ("to", "kind"),
    Source: ("document", "section"),
}
#: What a billing is, before what it has.
GIVEN: Final = ("billings", "catalogue", "system", "currency", "timezone")


class Spot(NamedTuple):
    """A place: its node, what that is, and the order of its keys where that is one of ours."""

    node: TreeNode
    shape: Shape | None = None
    order: tuple[str, ...] = ()


def spots(tree: Tree) -> Iterator[Spot]:
    """Yield the places of a file, whatever is wrong with it; those of a step before those in it."""
    yield Spot(tree.root, None, _head(list(tree.root.items)))
    for key, (_, node) in tree.root.items.items():
        if key in fields_of(Head) and key not in _READ:
            yield from _inside(node, fields_of(Head)[key])
        else:
            yield from _READ.get(key, _nothing)(node)


def _head(keys: Sequence[str]) -> tuple[str, ...]:
    """Return the order of the keys of a file, in which a table stands where it was put."""
    if "rows" not in keys:
        return HEAD
    before = [key for key in HEAD if key in keys[: keys.index("rows")]]
    after = HEAD.index(before[-1]) + 1 if before else 0
    return (*HEAD[:after], "rows", *HEAD[after:])


def _nothing(_node: TreeNode) -> Iterator[Spot]:
    yield from ()


def _given(node: TreeNode) -> Iterator[Spot]:
    billings = node.child("billings")
    if isinstance(node, MapNode):
        yield Spot(node, None, GIVEN)
        yield from _fields(node, fields_of(Given))
    for _, row in billings.items.values() if isinstance(billings, MapNode) else ():
        yield from _given(row)


def _steps(node: TreeNode) -> Iterator[Spot]:
    for step in node.items if isinstance(node, ListNode) else ():
        if isinstance(step, MapNode):
            yield from _step(step)


def _branches(node: TreeNode) -> Iterator[Spot]:
    for _, steps in node.items.values() if isinstance(node, MapNode) else ():
        yield from _steps(steps)


def _step(step: MapNode) -> Iterator[Spot]:
    acts = [verb for verb in step.items if any(verb in known for known in ACTS.values())]
    yield Spot(step, None, ("at", "on", *acts, *BESIDE, "grade", "expect"))
    for verb in acts:
        act = step.items[verb][1]
        yield from _inside(act, Keys(_act(verb, act)))
    if "expect" in step.items:
        yield from _expected(step.items["expect"][1])


def _act(verb: str, node: TreeNode) -> type[Act]:
    """Return the act of the system whose keys it has."""
    said = set(node.items) if isinstance(node, MapNode) else set()
    models = [acts[verb] for acts in ACTS.values() if verb in acts]
    return max(models, key=lambda model: len(said & keys(model).keys()))


def _expected(node: TreeNode) -> Iterator[Spot]:
    """Yield what is expected; below the name of a billing, what is expected of that."""
    shapes = fields_of(Expect)
    services = shapes["services"]
    for key, (_, value) in node.items.items() if isinstance(node, MapNode) else ():
        if key in WORDS:
            yield from _inside(value, shapes[key])
        elif isinstance(value, MapNode) and isinstance(services, Named):
            whole = WORDS & value.items.keys() or _labels(value)
            yield from _expected(value) if whole else _inside(value, services.value)


def _labels(node: MapNode) -> bool:
    """Tell whether a mapping has the labels of services, which are mappings themselves."""
    return bool(node.items) and all(isinstance(each, MapNode) for _, each in node.items.values())


def _inside(node: TreeNode, shape: Shape) -> Iterator[Spot]:
    """Yield a node and all that is in it."""
    if isinstance(shape, Choices):
        fitting = [each for each in shape.among if isinstance(each, Single) is type_is_text(node)]
        shape = (fitting or shape.among)[0]
    if isinstance(shape, Keys) and isinstance(node, MapNode):
        first = (order for model, order in _FIRST.items() if issubclass(shape.model, model))
        yield Spot(node, shape, next(first, ()))
        yield from _fields(node, fields_of(shape.model))
    elif isinstance(shape, Named) and isinstance(node, MapNode):
        for _, value in node.items.values():
            yield from _inside(value, shape.value)
    elif isinstance(shape, Items):
        for item in node.items if isinstance(node, ListNode) else (node,):
            yield from _inside(item, shape.of)
    elif isinstance(shape, Single):
        yield Spot(node, shape)


def type_is_text(node: TreeNode) -> bool:
    """Tell whether a node is a text."""
    return isinstance(node, TextNode)


def _fields(node: MapNode, shapes: Mapping[str, Shape]) -> Iterator[Spot]:
    for key, (_, value) in node.items.items():
        if key in shapes:
            yield from _inside(value, shapes[key])


_READ: Final[Mapping[str, Callable[[TreeNode], Iterator[Spot]]]] = {
    "given": _given,
    "timeline": _steps,
    "branches": _branches,
    "rows": _nothing,
}
