"""The option `--clock`: how the time of an implementation moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["clock_option"]


def clock_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --clock HOW."""
    return click.option(
        "--clock", metavar="HOW",
        help="What clock it reads: none but messages (none); one that is stopped in a Python"
        " process (freezegun, time-machine) or in any that is started (libfaketime); a panel's"
        " (control); or one that command:CMD, which gets the instant, or a person (ask) moves.",
    )(command)  # fmt: skip
