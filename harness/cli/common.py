"""What the commands share: options, mistakes that end with exit code 2, reading NAME=VALUE."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import date
from errno import EDQUOT, EFBIG, EIO, ENOSPC
from typing import IO, TYPE_CHECKING, Any, Final

import click

from prorata.harness.report.clean import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prorata.harness.implementations.base import CannotStart

__all__ = [
    "Mistake",
    "bold",
    "fitted",
    "mistakes",
    "not_started",
    "pairs",
    "reading_option",
    "reason_of",
    "say",
    "seconds",
    "set_option",
    "styled",
    "today",
]

_NARROWEST: Final = 40
_FULL: Final = frozenset({ENOSPC, EDQUOT, EFBIG, EIO})


#: How long a line of a message may be.
_LONGEST = 1000


class Mistake(click.ClickException):
    """Something that the user can mend: told without a traceback, exit code 2."""

    exit_code = 2

    def show(self, file: IO[str] | None = None) -> None:
        """Print the message, whatever it quotes, without control characters."""
        say(self.message)


def say(message: str) -> None:
    """Print a message to stderr, each line without control characters and within a length."""
    for line in message.split("\n"):
        click.echo(clean(line, _LONGEST), err=True)


def not_started(error: CannotStart, said: str = "cannot start the implementation") -> str:
    """Say why an implementation cannot be started, with the last lines of its stderr."""
    return "\n".join([f"{said}: {error.reason}", *map("  stderr  {}".format, error.stderr_tail)])


@contextmanager
def mistakes() -> Iterator[None]:
    """Turn what a user can mend into one clear message: a `Mistake`."""
    from prorata.harness.implementations.base import CannotStart
    from prorata.harness.running.crew import CrewError
    from prorata.harness.running.selection import SelectionError
    from prorata.harness.scenario import ScenarioErrors
    from prorata.reference.readings import ReadingError

    try:
        yield
    except CannotStart as error:
        raise Mistake(not_started(error)) from None
    except (CrewError, SelectionError, ScenarioErrors, ReadingError) as error:
        raise Mistake(str(error)) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Mistake(reason_of(error)) from None


def reason_of(error: OSError) -> str:
    """Return what the system has against it, in one line, with the file where it names one."""
    said = error.strerror or str(error)
    if error.filename:
        return f"{error.filename}: {said}"
    return f"cannot write: {said}" if error.errno in _FULL else said


def pairs(
    _context: click.Context,
    parameter: click.Parameter,
    values: tuple[str, ...],
) -> dict[str, str]:
    """Read NAME=VALUE or PATH=VALUE options; `BadParameter` for one without a name or without =."""
    for value in values:
        if "=" not in value.strip("="):
            raise click.BadParameter(f"{value!r} is not {parameter.metavar}")
    return dict(value.split("=", 1) for value in values)


def seconds(
    _context: click.Context,
    _parameter: click.Parameter,
    value: float | None,
) -> float | None:
    """Check a time limit; `BadParameter` for one that is not above 0, or too long."""
    from prorata.harness.running.settings import LONGEST

    if value is None or 0 < value <= LONGEST:
        return value
    raise click.BadParameter(f"{value:g} is not more than 0 and at most {LONGEST} seconds")


def today() -> date:
    """Return the day on which a command is run: what known failures run out by, and nothing else.

    A billing never sees it.
    """
    return date.today()  # noqa: DTZ011, TID251  # an entry runs out where people live, by their day


def styled() -> bool:
    """Tell whether stdout is a terminal whose user wants style."""
    # There is no stdout at all where it was closed from the start.
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return terminal and not os.environ.get("NO_COLOR")


def fitted(text: str, indent: str = "  ") -> str:
    """Return a text behind an indent, on as many lines as a terminal needs; elsewhere on one."""
    if sys.stdout is None or not sys.stdout.isatty():
        return f"{indent}{text}"
    from shutil import get_terminal_size
    from textwrap import wrap

    lines = wrap(
        text,
        max(get_terminal_size().columns, _NARROWEST),
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def bold(text: str) -> str:
    """Make a text bold where it is shown with style."""
    return click.style(text, bold=True) if styled() else text


def reading_option() -> Callable[[Any], Any]:
    """Return the option --reading NAME=VALUE."""
    return click.option(
        "--reading", "readings", multiple=True, metavar="NAME=VALUE", callback=pairs,
        help="Choose a reading for the reference; may be repeated.",
    )  # fmt: skip


def set_option() -> Callable[[Any], Any]:
    """Return the option --set PATH=VALUE."""
    return click.option(
        "--set", "changes", multiple=True, metavar="PATH=VALUE", callback=pairs,
        help="Change a value of the scenario, as in given.tariffs.start.setup_fee=1.00.",
    )  # fmt: skip
