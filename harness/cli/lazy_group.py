"""A group of commands, each imported when it is used: help needs only click."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LazyGroup"]


class LazyGroup(click.Group):
    """Commands by their names; `sentences` has what help says of each.

    `where` is the module of a command, whose name stands for the braces.
    """

    sentences: ClassVar[Mapping[str, str]]
    where: ClassVar[str]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names."""
        return list(self.sentences)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.sentences:
            return None
        command: click.Command = import_module(self.where.format(cmd_name)).command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command without a look at any of them, or an option."""
        named = [
            CompletionItem(name, help=said)
            for name, said in self.sentences.items()
            if name.startswith(incomplete)
        ]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.sentences.items()))

    def resolve_command(
        self,
        ctx: click.Context,
        args: list[str],
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; what is misspelt is refused with the nearest one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.sentences, n=1)
            if near:
                said = f"{error.message} Did you mean '{near[0]}'?"
                raise click.UsageError(said, ctx) from None
            raise
