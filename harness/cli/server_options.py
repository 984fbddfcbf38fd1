"""The options for a server that is started for a run: its command, and when it is up."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from prorata.harness.cli.common import Mistake, say, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from prorata.harness.implementations.server import StartedServer

__all__ = ["Starting", "server_options", "started", "starting"]

_ADDRESSES: Final = ("http://", "https://")
_LIMIT: Final = 60.0
#: Every so many seconds a line is written where there is no terminal.
_EVERY: Final = 5


def server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options for a server that is to be started."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: Final = (
    click.option(
        "--start", metavar="CMD",
        help="Start this server first, without a shell, and end it with all its children.",
    ),
    click.option(
        "--wait-for", metavar="URL",
        help="The server is up when this address answers; that of the implementation by default.",
    ),
    click.option(
        "--wait-limit", type=float, callback=seconds, metavar="S",
        help=f"Seconds until it must be up; {_LIMIT:g} by default.",
    ),
)  # fmt: skip


class Starting(NamedTuple):
    """What is started for a run, when it is up, and how long that may take."""

    command: str
    url: str
    limit: float
    told: Mapping[str, Any]

    @property
    def again(self) -> list[str]:
        """The words that say the same again."""
        said = {f"--{name.replace('_', '-')}": value for name, value in self.told.items()}
        return [str(word) for option in said.items() if option[1] is not None for word in option]


def starting(implementation: str, told: Callable[[str], Any]) -> Starting | None:
    """Return what is to be started, None where nothing is; `Mistake` for what cannot be meant."""
    said = {name: told(name) for name in ("start", "wait_for", "wait_limit")}
    command, url = said["start"], said["wait_for"]
    if command is None:
        named = [name for name, value in said.items() if value is not None]
        if named:
            raise Mistake(f"--{named[0].replace('_', '-')} is for --start, which is not there")
        return None
    if not command.strip():
        raise Mistake("--start has no command")
    if url is None and not implementation.startswith(_ADDRESSES):
        raise Mistake("--start needs --wait-for URL, which answers when the server is up")
    url = url or implementation
    if not url.startswith(_ADDRESSES):
        raise Mistake(f"--wait-for: {url} is no address; http://127.0.0.1:8080/ is")
    return Starting(command, url, float(said["wait_limit"] or _LIMIT), said)


@contextmanager
def started(wanted: Starting | None, cwd: Path | None = None) -> Iterator[StartedServer | None]:
    """Start what is wanted, tell how long it is waited for, and end it at last.

    Raises `CannotStart`.
    """
    if wanted is None:
        yield None
        return
    from prorata.harness.implementations.server import StartedServer

    waiting = _Waiting(wanted)
    server = StartedServer(wanted.command, wanted.url, wanted.limit, cwd, waiting)
    try:
        try:
            server.start()
        finally:
            waiting.wipe()
        yield server
    finally:
        server.end()


class _Waiting:
    """Tells how long a server is waited for: in one place on a terminal, else now and then."""

    def __init__(self, wanted: Starting) -> None:
        self._wanted = wanted
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._told = 0

    def __call__(self, gone: float) -> None:
        """Tell it, where a second more has gone."""
        now = int(gone)
        if now == self._told or (now % _EVERY and not self._terminal):
            return
        self._told = now
        text = f"waiting for {self._wanted.url}: {now} s of {self._wanted.limit:g}"
        if self._terminal:
            click.echo(f"\r{text} ", nl=False, err=True)
        else:
            say(text)

    def wipe(self) -> None:
        """Wipe what a terminal shows."""
        if self._terminal and self._told:
            click.echo("\r\x1b[K", nl=False, err=True)
