"""What the command line and the ini file say: which implementation, and which scenarios."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from prorata.harness.running.settings import RunSettings

__all__ = ["NamedImplementation", "add_options", "root", "selected", "settings", "wanted"]

_IMPLEMENTATION = "prorata_implementation"
_SELECT = "prorata_select"
_SETTINGS = pytest.StashKey["RunSettings"]()
_HELP = {
    _IMPLEMENTATION: "What scenarios are judged on where a test names nothing: as behind "
    "`prorata run -i`, such as python:my_billing:Billing.",
    _SELECT: "Of all scenarios that are collected only these: ids, globs or rules, as behind "
    "`prorata run`",
}


class NamedImplementation(NamedTuple):
    """An implementation: where it runs, its seconds for each message, where it finds modules."""

    spec: str
    folder: Path
    timeout: float = 5.0
    path: tuple[Path, ...] = ()


def add_options(parser: pytest.Parser) -> None:
    """Make the options known."""
    group = parser.getgroup("prorata", "prorata")
    name = _option(_IMPLEMENTATION)
    group.addoption(name, metavar="IMPLEMENTATION", help=_HELP[_IMPLEMENTATION])
    more = f"{_HELP[_SELECT]}; may be repeated."
    group.addoption(_option(_SELECT), action="append", metavar="SELECTION", help=more)
    parser.addini(_IMPLEMENTATION, _HELP[_IMPLEMENTATION])
    parser.addini(_SELECT, f"{_HELP[_SELECT]}, one a line.", type="linelist")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def root(config: pytest.Config) -> Path:
    """Return the folder that names are counted from, pytest's, as it is called from here."""
    return Path(os.path.relpath(config.rootpath))


def selected(config: pytest.Config) -> list[str]:
    """Return the selection: of the command line, else of the ini file."""
    found: list[str] = config.getoption(_SELECT) or config.getini(_SELECT)
    return found


def wanted(config: pytest.Config, named: str | None = None) -> NamedImplementation | None:
    """Return the implementation that a test names, else the first that is named elsewhere.

    That is on the command line, in the ini file, in prorata.toml; None where it is nowhere. Raises
    `UsageError` for a prorata.toml that cannot be used.
    """
    found = settings(config)
    above, here = config.rootpath, config.invocation_params.dir
    places = (
        (named, above),
        (config.getoption(_IMPLEMENTATION), here),
        (config.getini(_IMPLEMENTATION), above),
        (found.values.get("implementation"), here / found.folder),
    )
    timeout = float(found.values.get("timeout", 5.0))
    path = tuple(config.getini("pythonpath"))
    return next(
        (NamedImplementation(spec, folder, timeout, path) for spec, folder in places if spec), None
    )


def settings(config: pytest.Config) -> RunSettings:
    """Return what prorata.toml says, of the folder where pytest was called, or above.

    Files are named as seen from there. Raises `UsageError`.
    """
    from prorata.harness.running.settings import SettingsError, read_settings

    if _SETTINGS not in config.stash:
        try:
            config.stash[_SETTINGS] = read_settings(Path())
        except SettingsError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[_SETTINGS]
