"""What was probably meant by a word that nobody knows."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LONGEST_NAME", "near", "no_attribute"]

LONGEST_NAME: Final = 64
"""What is longer is no mistyped name: names near to it are not looked for."""


def near(word: str, known: Iterable[str]) -> str:
    """Suggest what was probably meant: the tail of a message, or nothing.

    >>> near("ispmanger", ["billmanager", "ispmanager"])
    '; did you mean "ispmanager"?'
    """
    found = get_close_matches(word[:LONGEST_NAME], list(known), n=1)
    return f'; did you mean "{found[0]}"?' if found else ""


def no_attribute(owner: object, called: str, name: str) -> AttributeError:
    """Return the error for a name that something has not, with the one that was probably meant.

    >>> print(no_attribute("", "a text", "spilt"))
    a text has no attribute "spilt"; did you mean "split"?
    """
    # Python itself asks for private names, and wants no hint.
    public = [] if name.startswith("_") else [each for each in dir(owner) if each[0] != "_"]
    message = f'{called} has no attribute "{name}"{near(name, public)}'
    return AttributeError(message, name=name, obj=owner)
