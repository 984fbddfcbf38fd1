"""`prorata serve`."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final

import click

from prorata.fakes.gates import is_loopback
from prorata.harness.cli.common import Mistake, reason_of
from prorata.harness.cli.ending import ended_by
from prorata.harness.cli.panel_ import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from ssl import SSLContext

    from prorata.fakes.control import Panels
    from prorata.fakes.control.store import BeginningError
    from prorata.fakes.faults import Faults
    from prorata.harness.cli.ending import Ended

__all__ = ["command", "read_seed"]

_HERE: Final = "127.0.0.1"
_NOWHERE: Final = ("", None)
_PORTS: Final = {"ispmanager": 1500, "billmanager": 1501}
_HIGHEST: Final = 65535
#: More than any client opens at once; systems without a limit refuse larger numbers.
_OPEN_FILES: Final = 65536
_TITLES: Final = {"ispmanager": "ispmanager", "billmanager": "BILLmanager"}


def _address(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> tuple[str, int | None]:
    """Read HOST:PORT, HOST or :PORT."""
    if text is None:
        return "", None
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, colon, port = text, "", ""
    number = int(port) if port.isascii() and port.isdecimal() and len(port) < len("100000") else -1
    if (port and not 0 <= number <= _HIGHEST) or (not port and colon):
        raise click.BadParameter(f"{text} is not HOST:PORT, such as 127.0.0.1:1500")
    return host.strip("[]"), number if port else None


@click.command("serve")
@click.argument("which", type=click.Choice(["ispmanager", "billmanager", "all"]))
@click.option(
    "--listen",
    "address",
    callback=_address,
    metavar="HOST:PORT",
    help="127.0.0.1:1500 by default, BILLmanager by itself 1501; the second of two panels has the"
    " port after it. Port 0 takes free ones.",
)
@click.option("--tls", is_flag=True, help="HTTPS; needs the extra tls.")
@click.option(
    "--tls-listen",
    "tls_address",
    callback=_address,
    metavar="HOST:PORT",
    help="HTTPS there, beside plain HTTP.",
)
@click.option("--tls-ca", metavar="FILE", help="Where to write the authority to trust.")
@click.option("--seed", metavar="FILE", help="What is there at the beginning, as YAML.")
@click.option("--state", metavar="FILE", help="Keep every change; go on after a restart.")
@click.option(
    "--state-sync", is_flag=True, help="Have each change on the disk: survives a power cut as well."
)
@click.option(
    "--clock", "begins", metavar="INSTANT", help="Where time stands; 2025-01-01 by default."
)
@click.option("--faults", metavar="FILE", help="What goes wrong, as YAML or JSON.")
@click.option("--allow-remote", is_flag=True, help="Listen where other machines can reach it.")
@click.option(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="HOST",
    help="Answer to this name too, and to its pages in a browser; may be repeated.",
)
@click.option(
    "--token",
    envvar=TOKEN,
    metavar="TOKEN",
    help=f"What control is to be asked with, on a machine that others use; or {TOKEN}.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when ready.")
def command(**options: Any) -> int:
    """Serve panels that behave like ispmanager 6 and BILLmanager 6, until Ctrl-C.

    Time stands still and moves with: prorata panel advance 1 month
    """
    for host in dict.fromkeys(options[name][0] for name in ("address", "tls_address")):
        _check_reach(host, allow_remote=options["allow_remote"])
    _allow_many_connections()
    with _served(options) as panels:
        ended = _until_ended(panels, as_json=options["as_json"])
    click.echo(ended.said, err=True)
    return ended.code


def _check_reach(host: str, *, allow_remote: bool) -> None:
    if not host or is_loopback(host.lower()):
        return
    if not allow_remote:
        raise Mistake(
            f"{host} is reachable from other machines, and the passwords of these panels are"
            " public; add --allow-remote if that is meant"
        )
    click.echo(f"warning: everybody who reaches {host} can use these panels", err=True)


def _until_ended(panels: Panels, *, as_json: bool) -> Ended:
    """Say where everything is, and wait until somebody ends this."""
    try:
        _tell(panels, as_json=as_json)
        while True:
            Event().wait()
    except KeyboardInterrupt as error:
        return ended_by(error)


@contextmanager
def _served(options: dict[str, Any]) -> Iterator[Panels]:
    from prorata.fakes.control import ControlError, serve
    from prorata.fakes.control.opening import PortTakenError

    host, port = options["address"]
    tls_host, tls_port = options["tls_address"]
    which = tuple(_PORTS) if options["which"] == "all" else (options["which"],)
    with ExitStack() as stack, _clear_mistakes():
        try:
            panels = stack.enter_context(
                serve(
                    which,
                    clock=_instant(options["begins"]),
                    seed=read_seed(options["seed"]),
                    state=options["state"],
                    sync=_sync(options),
                    faults=_faults(options["faults"]),
                    host=host or _HERE,
                    ports=_ports(which, port),
                    tls=_tls(options, tls_host or host),
                    tls_host=tls_host,
                    tls_ports=() if tls_port is None else _ports(which, tls_port),
                    allow_hosts=options["allow_hosts"],
                    token=options["token"] or "",
                )
            )
        except ControlError as error:
            raise Mistake(f"{options['seed'] or 'serve'}: {error}") from None
        except PortTakenError as error:
            raise Mistake(_taken(error.host, error.port, error.strerror)) from None
        yield panels


@contextmanager
def _clear_mistakes() -> Iterator[None]:
    from prorata.fakes.unusable import UnusableError

    try:
        yield
    except OSError as error:
        raise Mistake(reason_of(error)) from None
    except UnusableError as error:
        from prorata.fakes.control.store import BeginningError

        said = _other_beginning(error) if isinstance(error, BeginningError) else str(error)
        raise Mistake(said) from None


def _other_beginning(error: BeginningError) -> str:
    options = " and ".join(f"--{name}" for name in error.given)
    return f"{error.path} has its own beginning; leave out {options}"


def _allow_many_connections() -> None:
    """Take as many open files as this process may have: each connection is one.

    Where the system has no such limits, or keeps to the one it has set, it stays as it is.
    """
    try:
        resource = import_module("resource")
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _ports(which: tuple[str, ...], first: int | None) -> list[int]:
    if first is None:
        return [_PORTS[name] for name in which]
    if first == 0:
        return [0] * len(which)
    last = first + len(which) - 1
    if last > _HIGHEST:
        raise Mistake(f"there is no port {last} for the second panel")
    return list(range(first, last + 1))


def _taken(host: str, port: int, reason: str | None) -> str:
    why = (reason or "it cannot be had").lower()
    return (
        f"cannot listen on {host}:{port}: {why}; choose another address with"
        " --listen HOST:PORT (port 0 takes a free one)"
    )


def _sync(options: dict[str, Any]) -> bool:
    if options["state_sync"] and options["state"] is None:
        raise Mistake("--state-sync is for --state")
    return bool(options["state_sync"])


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    from prorata.fakes.control import ControlError
    from prorata.fakes.control.moments import instant

    try:
        return instant(text, "--clock")
    except ControlError as error:
        raise Mistake(f"{error}; write {error.expected}") from None


def read_seed(file: str | None) -> dict[str, Any] | None:
    """Read a seed file, or nothing; Mistake with all that is wrong in it."""
    if file is None:
        return None
    from prorata.harness.cli.seeds import load_seed
    from prorata.harness.scenario import ScenarioErrors

    try:
        return load_seed(Path(file))
    except OSError as error:
        raise Mistake(reason_of(error)) from None
    except ScenarioErrors as errors:
        raise Mistake(str(errors)) from None


def _faults(file: str | None) -> Faults | None:
    if file is None:
        return None
    from prorata.fakes.fault_files import load_faults

    return load_faults(Path(file))


def _tls(options: dict[str, Any], host: str) -> SSLContext | None:
    beside = options["tls_address"] != _NOWHERE
    if options["tls"] and beside:
        raise Mistake("--tls or --tls-listen: the latter is for HTTPS beside plain HTTP")
    if beside and options["tls_address"][1] is None:
        raise Mistake("--tls-listen takes a port of its own, such as 127.0.0.1:1510")
    if not options["tls"] and not beside:
        if options["tls_ca"]:
            raise Mistake("--tls-ca is for --tls and --tls-listen")
        return None
    from prorata.fakes.tls import server_context

    hosts = [each for each in (host, *options["allow_hosts"]) if each]
    return server_context(*hosts, ca=Path(options["tls_ca"]) if options["tls_ca"] else None)


def _tell(panels: Panels, *, as_json: bool) -> None:
    """Say where everything is, as soon as it is there."""
    if as_json:
        click.echo(json.dumps(_described(panels)))
    else:
        from prorata.fakes.control.moments import shown

        rows = []
        for name, panel in panels.panels.items():
            rows.append((_TITLES[name], panels.urls[name], f"{panel.login} : {panel.password}"))
            if name in panels.tls_urls:
                rows.append(("", panels.tls_urls[name], ""))
        either = "/_prorata/ on either" if len(panels.panels) > 1 else "/_prorata/ there"
        rows.append(("control", either, f"time stands at {shown(panels.now)}"))
        widest = max(len(row[1]) for row in rows)
        for title, where, more in rows:
            click.echo(f"{title:<11}  {where:<{widest}}    {more}".rstrip())
    sys.stdout.flush()


def _described(panels: Panels) -> dict[str, object]:
    found = {
        name: {"url": panels.urls[name], "login": panel.login, "password": panel.password}
        for name, panel in panels.panels.items()
    }
    for name, url in panels.tls_urls.items():
        found[name]["tls_url"] = url
    control = {name: f"{url.rpartition('/')[0]}/_prorata/" for name, url in panels.urls.items()}
    return {"panels": found, "control": next(iter(control.values())), "now": panels.now.isoformat()}
