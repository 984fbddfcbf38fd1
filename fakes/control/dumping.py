"""All that a set holds, as JSON and without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.mgr5.secrets import HIDDEN, is_secret, without_login

if TYPE_CHECKING:
    from prorata.fakes.control.panels import Panels

__all__ = ["dump", "plain"]

#: Who is logged in, and what was called: the journal tells of it, without the keys.
_LEFT_OUT: Final = frozenset({"traffic", "keys", "returns", "sessions", "catalogue"})


def dump(panels: Panels) -> dict[str, Any]:
    """Return the state of each panel of a set."""
    found: dict[str, Any] = {}
    if panels.ispmanager is not None:
        found["ispmanager"] = plain(panels.ispmanager.state)
    if panels.billmanager is not None:
        billing = panels.billmanager.billing
        found["billmanager"] = {
            **plain(billing.book),
            "ledger": [_line(line) for line in billing.ledger],
            "panel": plain(panels.billmanager.state),
        }
    return {"now": panels.now.isoformat(), "panels": found}


def _line(line: Any) -> dict[str, Any]:
    """Return a line of a ledger without the arguments of its rule, which explain it."""
    row: dict[str, Any] = plain(line)
    return {name: value for name, value in row.items() if name != "arguments"}


def plain(value: Any) -> Any:
    """Return a value as JSON: amounts and lengths by their texts, sets sorted, secrets hidden."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return without_login(value)
    parts = _parts(value)
    if parts is not None:
        return _named(parts, chosen=isinstance(value, Mapping))
    if isinstance(value, AbstractSet):
        return sorted(map(plain, value))
    if isinstance(value, list | tuple) and _is_bare(value):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else str(value)


def _parts(value: Any) -> Mapping[str, Any] | None:
    """Return the parts of a value by name, where it has names for them and no text of its own."""
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    if not _is_bare(value):
        return None
    if hasattr(value, "_asdict"):
        found: Mapping[str, Any] = value._asdict()
        return found
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    return None


def _is_bare(value: Any) -> bool:
    """Tell whether a value has no text of its own."""
    written: object = type(value).__str__
    return written is object.__str__


def _named(values: Mapping[str, Any], *, chosen: bool) -> dict[str, Any]:
    """Return values by name; names that somebody chose may sound like a secret and be none."""
    return {
        name: HIDDEN if is_secret(name) and _is_told(value, alone=chosen) else plain(value)
        for name, value in values.items()
        if name not in _LEFT_OUT
    }


def _is_told(value: Any, *, alone: bool) -> bool:
    """Tell whether a value is a text, or texts by name: a secret, or several of them."""
    texts = value.values() if isinstance(value, Mapping) and not alone else [value]
    return bool(value) and all(isinstance(text, str) for text in texts)
