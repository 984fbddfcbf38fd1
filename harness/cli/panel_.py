"""`prorata panel`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from prorata.harness.cli.common import Mistake

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TOKEN", "command"]

_DEFAULT: Final = "http://127.0.0.1:1500"
_VARIABLE: Final = "PRORATA_PANEL"
TOKEN: Final = "PRORATA_TOKEN"  # noqa: S105  the variable's name
"""The variable with the token that control is asked with."""

_SECONDS: Final = 600.0  # moving a large billing on by years takes its time
_FAILED: Final = 1


class _Refused(click.ClickException):
    """The panel said no: exit code 1."""

    exit_code = _FAILED

    def show(self, file: IO[str] | None = None) -> None:
        """Print the message as it is."""
        click.echo(self.message, err=True)


@click.group("panel")
@click.option(
    "--url",
    metavar="URL",
    help=f"The panel, with the name of a fork where one is meant; {_VARIABLE} or {_DEFAULT}.",
)
@click.option("--ca", metavar="FILE", help="The authority to trust, as serve --tls-ca wrote it.")
@click.option(
    "--token", envvar=TOKEN, metavar="TOKEN", help=f"What serve --token was given; or {TOKEN}."
)
@click.pass_context
def command(ctx: click.Context, url: str | None, ca: str | None, token: str | None) -> None:
    """Ask a served panel to move time, to keep and restore its state, or what was called.

    Exit codes: 0 done, 1 the panel refused, 2 usage, or no panel there.
    """
    ctx.obj = _Remote(url or os.environ.get(_VARIABLE) or _DEFAULT, ca, token)


class _Remote:
    """The control of a set of panels, behind an address."""

    def __init__(self, url: str, ca: str | None, token: str | None) -> None:
        if "://" not in url:
            url = f"http://{url}"
        base = url.split("/_prorata")[0].rstrip("/")
        for binary in ("/ispmgr", "/billmgr"):
            base = base.removesuffix(binary)
        self._base = base
        self._ca = ca
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, name: str, method: str = "POST", /, **given: Any) -> dict[str, Any]:
        """Call a control function; raise what ends the command where that fails."""
        from http.client import HTTPException
        from urllib.error import HTTPError, URLError

        try:
            with self._opener()(self._request(name, method, given), timeout=_SECONDS) as answer:
                found: dict[str, Any] = json.loads(answer.read())
        except HTTPError as error:
            raise self._refused(error.code, error.read()) from None
        except (URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            said = getattr(reason, "strerror", None) or str(reason)
            raise Mistake(
                f"no panel at {self._base}: {said.lower()}; start one with `prorata serve`"
                f" or name it with --url"
            ) from None
        except (ValueError, HTTPException):
            raise Mistake(f"{self._base} is no panel of prorata, or no address") from None
        return found

    def _request(self, name: str, method: str, given: dict[str, Any]) -> Any:
        from urllib.parse import urlencode
        from urllib.request import Request

        address = f"{self._base}/_prorata/{name}"
        given = {key: value for key, value in given.items() if value is not None}
        if method == "GET":
            if given:
                address += f"?{urlencode(given)}"
            return Request(address, headers=self._headers)  # noqa: S310  theirs
        headers = {"Content-Type": "application/json", **self._headers}
        return Request(address, json.dumps(given).encode(), headers, method=method)  # noqa: S310  theirs

    def _opener(self) -> Callable[..., Any]:
        from urllib.request import HTTPSHandler, ProxyHandler, build_opener

        if not self._base.startswith(("http://", "https://")):
            raise Mistake(f"{self._base} is no address; write {_DEFAULT}")
        handlers: list[Any] = [ProxyHandler({})]
        if self._ca is not None:
            from ssl import SSLError, create_default_context

            try:
                handlers.append(HTTPSHandler(context=create_default_context(cafile=self._ca)))
            except (OSError, SSLError) as error:
                raise Mistake(f"{self._ca}: {error.strerror or 'no certificate'}") from None
        return build_opener(*handlers).open

    def _refused(self, status: int, body: bytes) -> click.ClickException:
        try:
            error = json.loads(body)["error"]
            field = f"{error['field']}: " if error.get("field") else ""
            expected = f"; expected {error['expected']}" if error.get("expected") else ""
            return _Refused(f"{field}{error['message']}{expected}")
        except (ValueError, KeyError, TypeError):
            return Mistake(f"{self._base} is no panel of prorata: it answers {status}")


_json = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


def _tell(answer: dict[str, Any], said: str, *, as_json: bool) -> int:
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else said)
    return 0


@command.command("clock")
@click.argument("instant", nargs=-1)
@_json
@click.pass_obj
def _clock(remote: _Remote, instant: tuple[str, ...], as_json: bool) -> int:
    """Say where time stands, or move it on to INSTANT: 2025-03-01, 2025-03-01T00:00Z."""
    to = " ".join(instant)
    answer = remote.call("clock", to=to) if to else remote.call("clock", "GET")
    return _tell(answer, answer["said"], as_json=as_json)


@command.command("advance")
@click.argument("span", nargs=-1, required=True)
@_json
@click.pass_obj
def _advance(remote: _Remote, span: tuple[str, ...], as_json: bool) -> int:
    """Move time on by SPAN: 1 month; 3 days 2 hours."""
    from prorata.fakes.control.errors import ControlError
    from prorata.fakes.control.moments import span as read

    try:
        counts = read(span)
    except ControlError as error:
        raise Mistake(f"{error.message}; write {error.expected}") from None
    answer = remote.call("advance", **counts)
    return _tell(answer, answer["said"], as_json=as_json)


@command.command("snapshot")
@click.argument("name")
@_json
@click.pass_obj
def _snapshot(remote: _Remote, name: str, as_json: bool) -> int:
    """Keep how everything stands as NAME."""
    answer = remote.call("snapshot", name=name)
    return _tell(answer, f"kept as {name}", as_json=as_json)


@command.command("restore")
@click.argument("name")
@_json
@click.pass_obj
def _restore(remote: _Remote, name: str, as_json: bool) -> int:
    """Go back to the snapshot NAME, time included."""
    answer = remote.call("restore", name=name)
    return _tell(answer, answer["said"], as_json=as_json)


@command.command("fork")
@click.argument("name")
@click.option("--drop", is_flag=True, help="Drop the fork of that name instead.")
@_json
@click.pass_obj
def _fork(remote: _Remote, name: str, drop: bool, as_json: bool) -> int:
    """Make a second set of panels, NAME, that begins as a copy and goes its own way."""
    if drop:
        return _tell(remote.call("drop", name=name), f"dropped {name}", as_json=as_json)
    answer = remote.call("fork", name=name)
    return _tell(answer, "\n".join(answer["urls"].values()), as_json=as_json)


@command.command("journal")
@click.option("--func", metavar="F", help="Calls of this function; * stands for any characters.")
@click.option("--who", metavar="W", help="Calls of this account.")
@click.option("--panel", type=click.Choice(["ispmanager", "billmanager"]), help="Of one panel.")
@click.option("--errors", is_flag=True, help="Only calls that were refused.")
@click.option("--since", metavar="N", type=click.IntRange(min=0), help="Only calls after number N.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(1, 10_000), help="At most so many; 1000 by default."
)
@click.pass_obj
def _journal(remote: _Remote, /, errors: bool, **options: Any) -> int:
    """Print what was called, a line of JSON for each call, secrets hidden."""
    answer = remote.call("journal", "GET", errors="on" if errors else None, **options)
    for call in answer["calls"]:
        click.echo(json.dumps(call, ensure_ascii=False))
    return 0


@command.command("faults")
@click.argument("file", required=False)
@click.option("--clear", is_flag=True, help="Let nothing go wrong any more.")
@_json
@click.pass_obj
def _faults(remote: _Remote, file: str | None, clear: bool, as_json: bool) -> int:
    """List what goes wrong, or let what FILE says go wrong instead."""
    if clear and file:
        raise click.UsageError("either FILE or --clear")
    if clear or file:
        answer = remote.call("faults", **(_rules(file) if file else {"faults": []}))
    else:
        answer = remote.call("faults", "GET")
    rows = [json.dumps(row, ensure_ascii=False) for row in answer["faults"]]
    return _tell(answer, "\n".join(rows) or "nothing goes wrong", as_json=as_json)


def _rules(file: str) -> dict[str, Any]:
    from prorata.fakes.fault_files import FaultsError, load_faults

    try:
        found = load_faults(Path(file)).describe()
    except OSError as error:
        raise Mistake(f"{file}: {error.strerror}") from None
    except FaultsError as error:
        raise Mistake(str(error)) from None
    return found


@command.command("dump")
@click.pass_obj
def _dump(remote: _Remote) -> int:
    """Print all that the panels hold as JSON, without secrets."""
    click.echo(json.dumps(remote.call("dump", "GET"), indent=2, ensure_ascii=False))
    return 0


@command.command("reset")
@click.option("--seed", metavar="FILE", help="Begin with this instead.")
@_json
@click.pass_obj
def _reset(remote: _Remote, seed: str | None, as_json: bool) -> int:
    """Go back to the beginning: the seed, the first instant, no faults, an empty journal."""
    from prorata.harness.cli.serve_ import read_seed

    answer = remote.call("reset", seed=read_seed(seed))
    return _tell(answer, answer["said"], as_json=as_json)


@command.command("usage")
@click.argument("name")
@click.option("--disk", metavar="MIB", type=click.IntRange(min=0), help="Disk space by now.")
@click.option("--traffic", metavar="MIB", type=click.IntRange(min=0), help="Traffic by now.")
@click.option("--disk-per-day", metavar="MIB", type=click.IntRange(min=0), help="Each day more.")
@click.option("--traffic-per-day", metavar="MIB", type=click.IntRange(min=0), help="The same.")
@_json
@click.pass_obj
def _usage(remote: _Remote, /, name: str, as_json: bool, **options: Any) -> int:
    """Say what the user NAME of ispmanager has taken up, and takes up each day."""
    answer = remote.call("usage", name=name, **options)
    used = [f"{key.replace('_', ' ')} {answer[key]} MiB" for key in answer if key != "name"]
    return _tell(answer, f"{name}: {', '.join(used)}", as_json=as_json)
