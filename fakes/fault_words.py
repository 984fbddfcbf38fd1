"""The words of a rule of faults: its kind, its panel, its function; and what was probably meant."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from prorata.fakes.faults import BINARIES, CALLS, EVENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["meant", "wrong_function", "wrong_kind", "wrong_panel"]

_LONGEST = 64  # what is longer is no mistyped word


def meant(word: str, known: Collection[str]) -> str:
    """Say which word was probably meant, or which there are: the tail of a message."""
    found = get_close_matches(word[:_LONGEST], known, n=1)
    return f"; did you mean {found[0]!r}?" if found else f"; there are {', '.join(known)}"


def wrong_kind(kind: str) -> str:
    """Return what is wrong with a kind, or nothing."""
    known = (*CALLS, *EVENTS)
    return "" if kind in known else f"no such kind as {kind!r}{meant(kind, known)}"


def wrong_panel(panel: str) -> str:
    """Return what is wrong with the panel of a rule, or nothing."""
    return "" if _panels(panel) else f"no such panel as {panel!r}{meant(panel, BINARIES)}"


def wrong_function(about: Mapping[Any, Any]) -> str:
    """Return what is wrong with the function of a rule for calls, or nothing: events have none."""
    func, panel = about.get("func", "*"), about.get("panel", "*")
    if about.get("kind") not in CALLS or func == "*":
        return ""
    if not (isinstance(func, str) and isinstance(panel, str)):
        return ""  # told of each by itself
    # Whoever names a function waits for the declarations of the panels.
    from prorata.fakes.control.listing import names_of

    known = {name for each in _panels(panel) for name in names_of(each)}
    if not known or any(fnmatchcase(name, func) for name in known):
        return ""
    globs = {f"{name.rpartition('.')[0]}.*" for name in known if "." in name}
    near = get_close_matches(func[:_LONGEST], sorted(known | globs), n=1)
    hint = f"did you mean {near[0]!r}?" if near else "prorata functions lists them"
    return f"no such function as {func!r}; {hint}"


def _panels(glob: str) -> list[str]:
    """Return the panels that a rule is about."""
    wanted = BINARIES.get(glob, glob)
    return [name for name, binary in BINARIES.items() if fnmatchcase(binary, wanted)]
