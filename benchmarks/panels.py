"""The fake ispmanager as a server: how many lists of users it answers, beside its peers."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from benchmarks.load import requests_per_second
from benchmarks.peers.running import asked, free_port, running
from benchmarks.rows import Row, beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmarks.rows import Size

__all__ = ["measure"]

_USERS = 10
_AUTHINFO = "root:prorata"
_STRIPE = {"Authorization": "Bearer sk_test_prorata"}
#: moto finds out by the signature which of its services is meant.
_AWS = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=x/20250101/us-east-1/iam/aws4_request,"
    " SignedHeaders=host, Signature=x"
}
_MAIN = "from prorata.harness.cli import main; main()"


def measure(size: Size) -> Iterator[Row]:
    """Measure our server and each peer in turns, then how soon each of them is there."""
    with _ours() as ours, TemporaryDirectory() as folder:
        answer = Path(folder, "answer.json")
        answer.write_bytes(asked(ours))
        for name, peer, target in (
            ("Starlette and orjson, the same bytes", lambda: _bare(answer), 2.2),
            ("asyncio and httptools, the same bytes", lambda: _parser(ours, answer), 0.6),
            ("localstripe, ten customers", _localstripe, 50.0),
            ("moto, ten users", _moto, 150.0),
        ):
            with peer() as (url, headers):
                yield _beside(size, ours, (url, headers), name, target)
    pairs = [(_first_answer(_serve), _first_answer(_bare_command)) for _ in range(size.runs + 1)]
    yield beside("first answer of prorata serve", "a bare Starlette app", pairs[1:], target=1.0)


def _beside(
    size: Size,
    ours: str,
    peer: tuple[str, Mapping[str, str]],
    name: str,
    target: float,
) -> Row:
    seconds = 1 if size.tiny else 3
    pairs = [
        (requests_per_second(ours, seconds), requests_per_second(peer[0], seconds, peer[1]))
        for _ in range(size.runs + 1)
    ][1:]
    ratios = [our / their for our, their in pairs]
    return Row(
        "lists of ten users",
        median(our for our, _ in pairs),
        (min(ratios), max(ratios)),
        peer_name=name,
        peer=median(their for _, their in pairs),
        ratio=median(ratios),
        target=target,
        unit="/s",
    )


def _serve(port: int) -> tuple[list[str], str]:
    place = f"127.0.0.1:{port}"
    command = [sys.executable, "-c", _MAIN, "serve", "ispmanager", "--listen", place]
    return command, f"http://{place}/ispmgr?" + urlencode({"func": "whoami"})


def _bare_command(port: int, *arguments: str) -> tuple[list[str], str]:
    command = [sys.executable, "-m", "benchmarks.peers.bare", str(port), *arguments]
    return command, f"http://127.0.0.1:{port}/ispmgr"


def _first_answer(made: Callable[[int], tuple[list[str], str]]) -> float:
    with running(*made(free_port())) as seconds:
        return seconds


@contextmanager
def _ours() -> Iterator[str]:
    port = free_port()
    with running(*_serve(port)):
        panel = f"http://127.0.0.1:{port}/ispmgr?"
        login = {"authinfo": _AUTHINFO, "out": "json"}
        for number in range(_USERS):
            user = {"func": "user.edit", "name": f"user{number}", "passwd": "secret", "sok": "ok"}
            asked(panel + urlencode(login | user))
        # Ten are ten without the user who is there from the start.
        asked(panel + urlencode(login | {"func": "user.delete", "elid": "www-root"}))
        yield panel + urlencode(login | {"func": "user"})


@contextmanager
def _bare(answer: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    command, url = _bare_command(free_port(), str(answer))
    with running(command, url):
        yield url, {}


@contextmanager
def _parser(ours: str, answer: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.peers.parser", str(port), str(answer)]
    url = urlsplit(ours)._replace(netloc=f"127.0.0.1:{port}").geturl()
    with running(command, url):
        yield url, {}


@contextmanager
def _localstripe() -> Iterator[tuple[str, Mapping[str, str]]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/v1/customers"
    with running([sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"], url):
        for number in range(_USERS):
            asked(url, urlencode({"email": f"user{number}@example.com"}).encode(), _STRIPE)
        yield url, _STRIPE


@contextmanager
def _moto() -> Iterator[tuple[str, Mapping[str, str]]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/?Version=2010-05-08&Action="
    code = "from moto.server import main; main()"
    with running(
        [sys.executable, "-c", code, "-p", str(port)], f"http://127.0.0.1:{port}/moto-api"
    ):
        for number in range(_USERS):
            asked(f"{url}CreateUser&UserName=user{number}", headers=_AWS)
        yield f"{url}ListUsers", _AWS
