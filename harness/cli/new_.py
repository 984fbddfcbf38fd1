"""`prorata new`: files to begin with."""

from __future__ import annotations

from importlib import import_module

import click

__all__ = ["command"]

_COMMANDS = {
    "adapter": "Write an adapter that answers unsupported to everything, to begin with.",
}


class _New(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"prorata.harness.cli.new_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command("new", cls=_New)
def command() -> None:
    """Write files to begin with."""
