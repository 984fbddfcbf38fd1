"""Settings of a run from `prorata.toml`, or from `[tool.prorata]` in `pyproject.toml`.

They are looked for in the current folder and in those above it, as git looks for a repository: up
to the root of the file system. What they name is relative to where they stand.
"""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.harness.running.toml_files import TomlError, read_toml
from prorata.harness.scenario.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["LONGEST", "MOST_WORKERS", "PANELS", "RunSettings", "SettingsError", "read_settings"]

#: Where panels may answer.
PANELS = ("inprocess", "socket")

#: The longest time limit of a message, in seconds: a day.
LONGEST = 86_400

#: How many workers may judge a run.
MOST_WORKERS: Final = 64

#: The settings there are: their names as options, and the type that each has.
SETTINGS: dict[str, type | tuple[type, ...]] = {
    "selection": list,
    "implementation": str,
    "panels": str,
    "known-failures": str,
    "log": str,
    "timeout": (int, float),
    "max-failures": int,
    "strict": bool,
    "workers": (int, str),
    "readings": dict,
    "login": str,
    "password": str,
    "clock": str,
    "reset": str,
    "functions": str,
    "panel-timezone": str,
    "ispmanager": str,
    "allow-remote": bool,
    "start": str,
    "wait-for": str,
    "wait-limit": (int, float),
}
#: What each type is called.
_KINDS: Final[dict[type | tuple[type, ...], str]] = {
    str: "a text in quotes",
    list: 'a list of texts, as in ["documented"]',
    dict: 'a table of texts, as in {rounding = "down"}',
    bool: "true or false",
    int: "a whole number",
    (int, float): "a number of seconds",
    (int, str): f'"auto", or a number from 1 to {MOST_WORKERS}',
}
#: Those that are switches.
_SWITCHES: Final = frozenset({"strict", "allow-remote"})
#: Those that are seconds.
_SECONDS: Final = ("timeout", "wait-limit")
#: Those that are files.
_FILES: Final = ("known_failures", "log")


class SettingsError(ValueError):
    """A settings file that cannot be used."""


class RunSettings(NamedTuple):
    """The settings of a run, and the folder that they are of: the given one where there are none.

    `folder`, and the files among `values`, are named as seen from where they were asked for.
    """

    folder: Path
    values: dict[str, Any]


def read_settings(folder: Path) -> RunSettings:
    """Read the settings of `folder`, or of the first above it that has some.

    In one folder `prorata.toml` counts first. Raises `SettingsError`.
    """
    for above in _upwards(folder.absolute()):
        for name, table in (("prorata.toml", ()), ("pyproject.toml", ("tool", "prorata"))):
            path = above / name
            found = _read(_from_here(path, folder), table) if _is_there(path) else None
            if found is not None:
                return RunSettings(
                    _from_here(above, folder), {**found, **_files(found, above, folder)}
                )
    return RunSettings(folder, {})


def _from_here(path: Path, here: Path) -> Path:
    """Return how a path is named from the folder `here`: `../known.toml`."""
    return Path(os.path.relpath(path, here))


def _upwards(folder: Path) -> Iterator[Path]:
    """Yield a folder and those above it, as far as they are on the same file system."""
    device = folder.stat().st_dev
    for above in (folder, *folder.parents):
        if above.stat().st_dev != device:
            return
        yield above


def _is_there(path: Path) -> bool:
    """Tell whether there is such a file; in a folder that may not be looked into there is none."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def _files(values: dict[str, Any], folder: Path, here: Path) -> dict[str, str]:
    """Return the files among the settings that are named otherwise from `here`."""
    if folder == here.absolute():
        return {}
    named = {key: values[key] for key in _FILES if values.get(key, "-") != "-"}
    return {
        key: str(_from_here(folder / value, here))
        for key, value in named.items()
        if not Path(value).is_absolute()
    }


def _read(path: Path, table: tuple[str, ...]) -> dict[str, Any] | None:
    try:
        rows: Any = read_toml(path)[1]
    except TomlError as error:
        raise SettingsError(str(error)) from None
    for key in table:
        rows = rows.get(key)
        if not isinstance(rows, dict):
            return None
    for key, value in rows.items():
        if key not in SETTINGS:
            raise SettingsError(f"{path}: unknown setting {key}{nearest(key, SETTINGS)}")
        if not isinstance(value, SETTINGS[key]) or (
            key not in _SWITCHES and isinstance(value, bool)
        ):
            raise SettingsError(f"{path}: {key} cannot be {value!r}; it is {_KINDS[SETTINGS[key]]}")
        _check(path, key, value)
    return {key.replace("-", "_"): value for key, value in rows.items()}


def _check(path: Path, key: str, value: object) -> None:
    """Refuse what has the right type and still cannot be meant."""
    texts: Iterable[object] = ()
    if isinstance(value, list | dict):
        texts = value.values() if isinstance(value, dict) else value
    for text in texts:
        if not isinstance(text, str):
            raise SettingsError(f"{path}: {key} holds texts, not {text!r}")
    if isinstance(value, str) and (not value or "\0" in value):
        raise SettingsError(f"{path}: {key} cannot be {value!r}")
    if key == "panels" and value not in PANELS:
        raise SettingsError(f"{path}: panels is {' or '.join(PANELS)}, not {value}")
    if key == "workers" and value != "auto" and value not in range(1, MOST_WORKERS + 1):
        raise SettingsError(f"{path}: workers is auto, or a number from 1 to {MOST_WORKERS}")
    if key == "max-failures" and isinstance(value, int) and value < 1:
        raise SettingsError(f"{path}: max-failures is 1 at least")
    if key in _SECONDS and isinstance(value, int | float) and not 0 < value <= LONGEST:
        raise SettingsError(f"{path}: {key} is more than 0 and at most {LONGEST} seconds")
