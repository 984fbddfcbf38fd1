"""`prorata new`."""

from __future__ import annotations

import click

from prorata.harness.cli.lazy_group import LazyGroup

__all__ = ["command"]


class _Beginnings(LazyGroup):
    """What there is to begin."""

    where = "prorata.harness.cli.new_{}"
    sentences = {  # noqa: RUF012  # declared by the group
        "adapter": "Write an adapter that answers unsupported to everything, to begin with.",
        "scenario": "Write a scenario that conforms.",
    }


@click.command("new", cls=_Beginnings)
def command() -> None:
    """Write the beginning of something of your own; nothing is ever written over."""
