"""What a user says after `--clock`, for every implementation in the same words.

>>> clock_wish("command:./set-time --quiet").command
('./set-time', '--quiet')
"""

from __future__ import annotations

import shlex
from typing import Final, NamedTuple

from prorata.harness.implementations.base import CannotStart

__all__ = ["FORMS", "MOVED", "ClockWish", "clock_wish", "fitting", "words_of"]

COMMAND: Final = "command"
FORMS: Final = "none, control, command:CMD, ask, freezegun, time-machine or libfaketime"

#: Those that are moved by somebody, and then go on by themselves.
MOVED: Final = frozenset({COMMAND, "ask"})
_IN_PYTHON: Final = frozenset({"freezegun", "time-machine"})
_PROCESS: Final = MOVED | {"none", "libfaketime"}

#: Which clocks an implementation may have, by the form that it is named in.
_FITS: Final[dict[str, frozenset[str]]] = {
    "reference": frozenset({"none"}),
    "stdio": _PROCESS,
    "python": _PROCESS | _IN_PYTHON,
    "http": _PROCESS,
    "https": _PROCESS,
    "billmanager": MOVED | {"control"},
}
_A_PYTHON: Final = "a billing in Python, python:MODULE:FACTORY"
_A_CLOCK: Final = "a billing that reads a clock"
#: What each is for.
_FOR: Final[dict[str, str]] = {
    "none": "an adapter, which speaks the protocol",
    "control": "a panel of ours, billmanager:URL",
    COMMAND: _A_CLOCK,
    "ask": _A_CLOCK,
    "freezegun": _A_PYTHON,
    "time-machine": _A_PYTHON,
    "libfaketime": "a program that prorata starts (stdio:, python:, http: with --start)",
}


class ClockWish(NamedTuple):
    """Which clock is meant; `command` are the words of ``command:CMD``."""

    word: str = "none"
    command: tuple[str, ...] = ()

    @property
    def said(self) -> bool:
        """Whether there is a clock beside the messages."""
        return self.word != "none"

    @property
    def for_python(self) -> str:
        """What the host of a billing in Python is told, nothing where its factory decides."""
        return self.word if self.said else ""


def clock_wish(text: str | None) -> ClockWish:
    """Read what stands after `--clock`, nothing for ``none``; raise `CannotStart`."""
    if text is None:
        return ClockWish()
    form, colon, _ = text.partition(":")
    if colon and form == COMMAND:
        return ClockWish(COMMAND, tuple(words_of("--clock", text, FORMS)))
    if colon or form == COMMAND or form not in _FOR:
        raise CannotStart(f"--clock {text}: write {FORMS}")
    return ClockWish(form)


def fitting(text: str | None, implementation: str, *, started: bool = True) -> ClockWish:
    """Read a wish for an implementation, as `-i` names it; raise `CannotStart` where none fits.

    `started` tells whether prorata itself starts what answers at an ``http:`` address.
    """
    wish = clock_wish(text)
    form = implementation.partition(":")[0]
    fits = _FITS.get(form, _PROCESS)
    unreached = wish.word == "libfaketime" and form in {"http", "https"} and not started
    if text is None or (wish.word in fits and not unreached):
        return wish
    raise CannotStart(f"--clock {wish.word} is for {_FOR[wish.word]}; {implementation} is none")


def words_of(option: str, wish: str, forms: str) -> list[str]:
    """Return the words of a ``command:CMD``; raise `CannotStart`, which names the `forms`."""
    form, _, text = wish.partition(":")
    try:
        words = shlex.split(text) if form == COMMAND else []
    except ValueError as error:
        raise CannotStart(f"{option} {wish}: {str(error).lower()}") from None
    if not words:
        raise CannotStart(f"{option} {wish}: write {forms}")
    return words
