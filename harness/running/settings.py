"""Settings of a run from `prorata.toml`, or from `[tool.prorata]` in `pyproject.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.harness.scenario.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["LONGEST", "PANELS", "SettingsError", "read_settings"]

#: Where panels may answer.
PANELS = ("inprocess", "socket")

#: The longest time limit of a message, in seconds: a day.
LONGEST = 86_400

#: The settings there are: their names as options, and the type that each has.
SETTINGS: dict[str, type | tuple[type, ...]] = {
    "selection": list,
    "implementation": str,
    "panels": str,
    "known-failures": str,
    "log": str,
    "timeout": (int, float),
    "strict": bool,
    "readings": dict,
}


class SettingsError(ValueError):
    """A settings file that cannot be used."""


def read_settings(folder: Path) -> dict[str, Any]:
    """Read the settings in `folder`: `prorata.toml` where there is one; raises `SettingsError`."""
    for name, table in (("prorata.toml", ()), ("pyproject.toml", ("tool", "prorata"))):
        path = folder / name
        if path.is_file():
            found = _read(path, table)
            if found is not None:
                return found
    return {}


def _read(path: Path, table: tuple[str, ...]) -> dict[str, Any] | None:
    import tomllib

    try:
        rows: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path.name}: {getattr(error, 'strerror', None) or error}") from None
    for key in table:
        rows = rows.get(key)
        if not isinstance(rows, dict):
            return None
    for key, value in rows.items():
        if key not in SETTINGS:
            raise SettingsError(f"{path.name}: unknown setting {key}{nearest(key, SETTINGS)}")
        if not isinstance(value, SETTINGS[key]) or (key != "strict" and isinstance(value, bool)):
            raise SettingsError(f"{path.name}: {key} cannot be {value!r}")
        _check(path, key, value)
    return {key.replace("-", "_"): value for key, value in rows.items()}


def _check(path: Path, key: str, value: object) -> None:
    """Refuse what has the right type and still cannot be meant."""
    texts: Iterable[object] = ()
    if isinstance(value, list | dict):
        texts = value.values() if isinstance(value, dict) else value
    for text in texts:
        if not isinstance(text, str):
            raise SettingsError(f"{path.name}: {key} holds texts, not {text!r}")
    if key == "panels" and value not in PANELS:
        raise SettingsError(f"{path.name}: panels is {' or '.join(PANELS)}, not {value}")
    if key == "timeout" and isinstance(value, int | float) and not 0 < value <= LONGEST:
        raise SettingsError(f"{path.name}: timeout is more than 0 and at most {LONGEST} seconds")
