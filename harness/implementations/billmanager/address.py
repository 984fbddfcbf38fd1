"""What a user says of the BILLmanager that is to be judged: where it is, and how it is treated."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from prorata.harness.implementations.base import CannotStart

__all__ = ["FORM", "PanelWishes", "Target", "target_of"]

FORM: Final = "billmanager"
_PATH: Final = "/billmgr"
_FUNCTIONS: Final = ("documented", "invented")
_LOGIN, _PASSWORD = "admin", "prorata"


@dataclass(frozen=True, slots=True)
class PanelWishes:
    """What is said beside the address; None where nothing is, which is then by the address.

    `clock`, `reset` and `functions` are as on the command line; `timezone` is the panel's own, and
    `token` what its control asks for.
    """

    login: str | None = None
    password: str | None = field(default=None, repr=False)
    clock: str | None = None
    reset: str | None = None
    functions: str | None = None
    timezone: str | None = None
    token: str | None = field(default=None, repr=False)
    allow_remote: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A BILLmanager, its staff's login, and how its time moves and it is put back.

    `invented`: what no document of the vendor has may be used.
    """

    url: str
    login: str
    password: str = field(repr=False)
    clock: str
    reset: str
    invented: bool
    timezone: str
    token: str = field(default="", repr=False)

    @property
    def base(self) -> str:
        """Its address without the path."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def told(self) -> list[str]:
        """Return what will be done there, a line for each thing."""
        moves = {"control": "its control", "ask": "a person who is asked here"}
        resets = {
            "control": "before each scenario its control empties it",
            "none": "it is never put back: all scenarios run in one timeline",
        }
        time = f"its time moves forward, by {moves.get(self.clock, self.clock)}"
        before = f"before each scenario it is put back by {self.reset}"
        made = "tariffs, modules, groups, clients, payments and services"
        return [
            f"{self.url}: as {self.login}, {made} are made there",
            f"{time}; {resets.get(self.reset, before)}",
            "nothing is cleaned up afterwards",
        ]


def target_of(text: str, wishes: PanelWishes | None = None) -> Target:
    """Return the panel at an address; raise `CannotStart`."""
    wishes = wishes or PanelWishes()
    url = _url(text)
    ours = _is_loopback(url)
    if not ours and not wishes.allow_remote:
        raise CannotStart(
            f"{url} is another machine, and the suite fills and bills what it judges; add"
            " --allow-remote if that is a BILLmanager for tests"
        )
    clock = wishes.clock or ("control" if ours else "")
    if not clock:
        raise CannotStart(f"{url}: say how its time moves: --clock command:CMD or --clock ask")
    if not (ours or (wishes.login and wishes.password)):
        raise CannotStart(f"{url}: name the staff's login: --login, and PRORATA_PASSWORD")
    functions = wishes.functions or ("invented" if ours and clock == "control" else "documented")
    if functions not in _FUNCTIONS:
        raise CannotStart(f"functions: {functions} is not {' or '.join(_FUNCTIONS)}")
    return Target(
        url=url,
        login=wishes.login or _LOGIN,
        password=wishes.password or _PASSWORD,
        clock=clock,
        reset=wishes.reset or ("control" if clock == "control" else "none"),
        invented=functions == "invented",
        timezone=_zone(wishes.timezone or "UTC"),
        token=wishes.token or "",
    )


def _url(text: str) -> str:
    parts = _parts(text)
    if parts is None:
        example = "billmanager:http://127.0.0.1:1501/billmgr"
        raise CannotStart(f"{FORM}:{text}: write the panel's address, such as {example}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise CannotStart(
            f"{FORM}:URL is host, port and path alone; the login is --login and PRORATA_PASSWORD"
        )
    return text if parts.path not in {"", "/"} else f"{text.rstrip('/')}{_PATH}"


def _parts(text: str) -> SplitResult | None:
    """Return the parts of an address over HTTP, None for what is none."""
    try:
        parts = urlsplit(text)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if whole and parts.scheme in {"http", "https"} else None


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise CannotStart(f"--panel-timezone: there is no zone {name}") from None
    return name
