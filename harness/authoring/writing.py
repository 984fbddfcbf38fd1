"""The text of a scenario file, as a person would write it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

__all__ = ["WrittenStep", "flow", "scenario_text", "shown_instant"]

#: A text that YAML reads as itself without quotes, inside braces too.
_BARE: Final = re.compile(r"[^\W_]([\w .:/@+-]*[\w+-])?")
_NUMBER: Final = re.compile(r"[0-9.]+(e[+-]?[0-9]+)?", re.IGNORECASE)
_SWITCHES: Final = frozenset({"yes", "no", "true", "false", "null"})
#: What is written with a line for each of its parts.
_ON_LINES: Final = frozenset({"charged", "invoices", "tariffs", "products", "clients"})


class WrittenStep(NamedTuple):
    """A step: when, its act by its verb, what is expected, and what is said of it above it.

    `beside` is what it says beside its act: whose that is, and how it is asked.
    """

    at: str
    act: tuple[str, Mapping[str, Any]] | None = None
    expect: Mapping[str, Any] = {}
    said: tuple[str, ...] = ()
    beside: Mapping[str, Any] = {}


def scenario_text(head: Mapping[str, Any], steps: Iterable[WrittenStep], said: str = "") -> str:
    """Return the text of a file: `said` of it above, its keys up to `given`, its steps.

    Amounts are Decimals; other values are texts, switches, whole numbers, lists and mappings.
    """
    lines = [f"# {line}".rstrip() for line in said.splitlines()]
    for key, value in head.items():
        lines += _block(key, value) if key == "given" else [f"{key}: {_alone(value)}"]
    lines.append("timeline:")
    for step in steps:
        lines += _step(step)
    return "\n".join(lines) + "\n"


def _block(key: str, value: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Yield a mapping with a line for each of its keys."""
    yield f"{indent}{key}:"
    for inner, each in value.items():
        if inner in _ON_LINES and each:
            yield from _rows(inner, each, f"{indent}  ")
        else:
            yield f"{indent}  {flow(inner)}: {flow(each)}"


def _rows(key: str, value: Any, indent: str) -> Iterator[str]:
    """Yield a mapping or a list with a line for each of its rows."""
    yield f"{indent}{key}:"
    if isinstance(value, list):
        yield from (f"{indent}  - {flow(row)}" for row in value)
    else:
        yield from (f"{indent}  {flow(name)}: {flow(row)}" for name, row in value.items())


def _step(step: WrittenStep) -> Iterator[str]:
    yield from (f"  # {line}" for line in step.said)
    yield f"  - at: {step.at}"
    yield from (f"    {key}: {flow(value)}" for key, value in step.beside.items())
    # A step does something, if only waiting.
    act = step.act or (None if step.expect else ("wait", {}))
    if act is not None:
        yield f"    {act[0]}: {flow(act[1])}"
    if step.expect:
        yield from _block("expect", step.expect, "    ")


def _alone(value: Any) -> str:
    """Return a value that stands alone on its line, where a text may have commas."""
    bare = isinstance(value, str) and _BARE.fullmatch(value.replace(",", ""))
    return (
        str(value)
        if bare and flow(value.replace(",", "")) == value.replace(",", "")
        else flow(value)
    )


def flow(value: Any) -> str:
    """Return a value on one line: amounts in quotes, other texts where they need them.

    >>> flow({"kind": "period", "amount": Decimal("3.10"), "service": "yes: no"})
    '{kind: period, amount: "3.10", service: "yes: no"}'
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{flow(key)}: {flow(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, Decimal):
        return f'"{value:f}"'
    return str(value) if isinstance(value, int) else _text(value)


def _text(text: str) -> str:
    bare = _BARE.fullmatch(text) and ": " not in text and text.lower() not in _SWITCHES
    return text if bare and not _NUMBER.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def shown_instant(at: datetime) -> str:
    """Write an instant in its zone, as short as it can be.

    >>> from datetime import datetime
    >>> shown_instant(datetime(2025, 9, 1)), shown_instant(datetime(2025, 9, 1, 9, 30))
    ('2025-09-01', '2025-09-01 09:30')
    """
    if not (at.hour or at.minute or at.second):
        return f"{at:%Y-%m-%d}"
    # A time that the clocks show twice has its offset.
    twice = at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()
    civil = at if twice else at.replace(tzinfo=None)
    return civil.isoformat(" ", "seconds" if at.second else "minutes")
