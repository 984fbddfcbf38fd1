"""The options of `prorata run` for a panel behind a URL: its login, its clock, its reset."""

from __future__ import annotations

import os
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

import click

from prorata.harness.cli.common import Mistake
from prorata.harness.clocks.wishes import fitting
from prorata.harness.running.api import PANEL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.implementations.billmanager import PanelWishes, Target

__all__ = ["again", "listening", "panel_options", "target", "wishes_of"]

#: What may be said of the panel, by the names of the options; a password is repeated nowhere.
_SAID: Final = ("login", "reset", "functions", "panel_timezone")
_ALL: Final = (*_SAID, "clock", "password", "ispmanager", "allow_remote")


def panel_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options for a panel behind a URL."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: Final = (
    click.option(
        "--login", metavar="NAME", help="Of billmanager:URL: the staff's login; admin by default."
    ),
    click.option(
        "--password", envvar="PRORATA_PASSWORD", metavar="TEXT",
        help="The staff's password, better in PRORATA_PASSWORD; that of our panels.",
    ),
    click.option(
        "--reset", metavar="HOW",
        help="How it is put back before each scenario: control, command:CMD, or none, which plays"
        " all in one timeline.",
    ),
    click.option(
        "--functions", type=click.Choice(["documented", "invented"]),
        help="Whether what no document of the vendor has may be used; on a panel of ours it may.",
    ),
    click.option("--panel-timezone", metavar="ZONE", help="The panel's own zone; UTC by default."),
    click.option(
        "--ispmanager", metavar="HOST[:PORT]",
        help="Where the panel reaches the suite's own ispmanager; 127.0.0.1 and a free port.",
    ),
    click.option(
        "--allow-remote", is_flag=True, default=None,
        help="Judge a panel on another machine, or be reached by one.",
    ),
)  # fmt: skip


def wishes_of(implementation: str, told: Callable[[str], Any]) -> PanelWishes:
    """Return what is said of the panel; `Mistake` where it is no panel that is judged.

    The clock is for every implementation: `CannotStart` where this one cannot have it.
    """
    fitting(told("clock"), implementation)
    said = {name: told(name) for name in _ALL}
    if not implementation.startswith(f"{PANEL}:"):
        named = [name for name in (*_SAID, "ispmanager", "allow_remote") if said[name]]
        if named:
            option = named[0].replace("_", "-")
            raise Mistake(f"--{option} is for {PANEL}:URL, and {implementation} is no panel")
    from prorata.harness.implementations.billmanager import PanelWishes

    return PanelWishes(
        login=said["login"], password=said["password"], clock=said["clock"], reset=said["reset"],
        functions=said["functions"], timezone=said["panel_timezone"],
        allow_remote=bool(said["allow_remote"]), token=os.environ.get("PRORATA_TOKEN"),
    )  # fmt: skip


def target(implementation: str, wishes: PanelWishes) -> Target | None:
    """Return the panel that is to be judged, None where none is; raise `CannotStart`."""
    form, _, url = implementation.partition(":")
    if form != PANEL or not url:
        return None
    from prorata.harness.implementations.billmanager import target_of

    return target_of(url, wishes)


def again(wishes: PanelWishes) -> list[str]:
    """Return the words that say the same again; the password is not among them."""
    told: Mapping[str, Any] = {
        "--login": wishes.login,
        "--clock": wishes.clock,
        "--reset": wishes.reset,
        "--functions": wishes.functions,
        "--panel-timezone": wishes.timezone,
    }
    words = [word for option, value in told.items() if value for word in (option, value)]
    return [*words, "--allow-remote"] if wishes.allow_remote else words


def listening(text: str | None, *, allow_remote: bool) -> tuple[str, int]:
    """Return host and port of the suite's own ispmanager; `Mistake` for what cannot be one."""
    host, colon, port = (text or "127.0.0.1").rpartition(":")
    if not colon or (text or "").endswith("]"):
        host, port = text or "127.0.0.1", "0"
    if not (port.isascii() and port.isdecimal() and int(port) < 1 << 16):
        raise Mistake(f"--ispmanager: {text} is not HOST or HOST:PORT")
    host = host.strip("[]")
    if not allow_remote and not _local(host):
        raise Mistake(f"--ispmanager: {host} is reachable from other machines; add --allow-remote")
    return host, int(port)


def _local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
