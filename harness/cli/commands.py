"""The commands, each imported when it is used: `--help` needs only click."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

import click

from prorata.harness.cli.common import Mistake, reason_of, say
from prorata.harness.cli.completing import stand_in
from prorata.harness.cli.ending import ended_by
from prorata.harness.cli.lazy_group import LazyGroup

__all__ = ["exit_code"]

_STDOUT, _STDERR = 1, 2
_UNREAD = 141  # what a shell says of a program that wrote to a closed pipe

_COMMANDS = {
    "run": "Run scenarios on an implementation and judge it rule by rule.",
    "fuzz": "Search for histories in which an implementation does other than the reference.",
    "diagnose": "Find out which readings and conventions a billing follows.",
    "report": "Show runs from their logs: a page, JUnit, Markdown, a badge; compare two.",
    "explain": "Derive every amount of a scenario, step by step.",
    "try": "Evaluate one rule.",
    "scenarios": "List the scenarios, or show the file of one.",
    "rules": "List every rule with its documents, readings and scenarios.",
    "readings": "List the readings, or explain the values of one.",
    "trace": "Show what the documents say, by which rules it is built, and what shows it.",
    "fields": "List the fields of tariffs, products and settings.",
    "check": "Validate scenario files.",
    "new": "Write the beginning of a scenario, or of an adapter.",
    "record": "Turn what was called and charged into a scenario.",
    "schema": "Print the JSON Schema of a file, for editors.",
    "serve": "Serve panels that behave like ispmanager 6 and BILLmanager 6.",
    "panel": "Move time in a served panel, keep its state, see what was called.",
    "functions": "List the functions of the panels.",
    "simulate": "Move a large book of services through time and write its ledger.",
    "smoke": "Check an adapter's manners before any billing.",
}


class _Commands(LazyGroup):
    """All commands."""

    where = "prorata.harness.cli.{}_"
    sentences = _COMMANDS

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of our output has gone, as `| head` does: nothing is left to say.
            _give_up(_STDOUT)
            ctx.exit(_UNREAD)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        quick = stand_in(cmd_name) if cmd_name in _COMMANDS else None
        return quick or super().get_command(ctx, cmd_name)


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from prorata.harness.version import version

        click.echo(f"prorata {version()}")
        ctx.exit()


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
    help="Show the version and exit.",
)  # fmt: skip
def _group() -> None:
    """Run any hosting billing through time and judge it rule by rule.

    Start with: prorata run
    """


def exit_code() -> int:
    """Do what the words of the command line say; return the exit code."""
    return _written(_done())


def _done() -> int:
    try:
        code = _group.main(prog_name="prorata", standalone_mode=False)
    except click.exceptions.Abort as abort:
        ended = ended_by(abort.__cause__)
        return _told(ended.said, ended.code)
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return error.exit_code
    except OSError as error:  # what is written to is full
        return _told(reason_of(error), Mistake.exit_code)
    return code if isinstance(code, int) else 0


def _written(code: int) -> int:
    """Write what is still to be written while it can be told, and return the exit code."""
    for stream, descriptor in ((sys.stdout, _STDOUT), (sys.stderr, _STDERR)):
        if stream is None:  # it was closed from the start
            continue
        try:
            stream.flush()
        except OSError as error:
            _give_up(descriptor)
            if isinstance(error, BrokenPipeError):
                code = _UNREAD
            elif code == 0:
                code = _told(reason_of(error), Mistake.exit_code)
    return code


def _told(said: str, code: int) -> int:
    with suppress(OSError):
        say(said)
    return code


def _give_up(descriptor: int) -> None:
    """Write nowhere any more: what is left would fail again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
