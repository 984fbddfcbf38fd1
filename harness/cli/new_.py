"""`prorata new`."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

__all__ = ["command"]

#: What there is to begin, and where its command is.
_COMMANDS: Final = {
    "adapter": (
        "prorata.harness.cli.new_adapter",
        "Write an adapter that answers unsupported to everything, to begin with.",
    ),
    "scenario": ("prorata.harness.cli.new_scenario", "Write a scenario that conforms."),
}


class _Beginnings(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in _COMMANDS.items()])


@click.command("new", cls=_Beginnings)
def command() -> None:
    """Write the beginning of something of your own; nothing is ever written over."""
