"""What a BILLmanager did while time went on, counted from its ledger and its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.reference.engine import Billing

__all__ = ["Mark", "counted", "told"]

# What people call a line of a kind, and an operation of an action: one, and several.
_LINES: Final = {
    "period": "renewal",
    "daily": "daily charge",
    "resource": "resource charge",
    "usage": "usage charge",
    "tax": "tax line",
}
_ACTIONS: Final = {
    "create": "activation",
    "suspend": "suspension",
    "resume": "resumption",
    "delete": "deletion",
    "change_preset": "change of preset",
}
_PLURALS: Final = {"change of preset": "changes of preset"}
#: Told even where there were none.
_ALWAYS: Final = ("renewals", "suspensions")


class Mark(NamedTuple):
    """How far a billing was: its lines, its operations, and how often these have failed."""

    lines: int = 0
    operations: int = 0
    errors: int = 0

    @classmethod
    def of(cls, billing: Billing) -> Mark:
        """Note how far it is now."""
        operations = billing.book.operations
        return cls(len(billing.ledger), max(operations, default=0), _failures(billing))


def counted(billing: Billing, since: Mark) -> dict[str, int]:
    """Count what was posted and asked of panels since then, and how often a panel failed."""
    counts = dict.fromkeys(_ALWAYS, 0)
    for name in _names(billing, since):
        several = _PLURALS.get(name, f"{name}s")
        counts[several] = counts.get(several, 0) + 1
    return {**counts, "errors": _failures(billing) - since.errors}


def told(counts: Mapping[str, int]) -> str:
    """Write counts for a person: ``3 renewals, 1 suspension, 0 errors``."""
    return ", ".join(_number(count, name) for name, count in counts.items())


def _number(count: int, several: str) -> str:
    one = next((one for one, many in _PLURALS.items() if many == several), several[:-1])
    return f"{count} {one if count == 1 else several}"


def _names(billing: Billing, since: Mark) -> Iterator[str]:
    for line in billing.ledger.since(since.lines):
        yield _LINES.get(line.kind, line.kind)
    for operation in _newer(billing.book.operations, since.operations):
        if operation.action in _ACTIONS:
            yield _ACTIONS[operation.action]


def _newer(operations: Mapping[int, Any], than: int) -> Iterable[Any]:
    return (made for number, made in operations.items() if number > than)


def _failures(billing: Billing) -> int:
    """Count the tries that a panel did not carry out: all but the last of what is done."""
    made = billing.book.operations.values()
    return sum(each.tries - (each.status == "done") for each in made)
