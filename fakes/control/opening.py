"""Serve sets of panels on ports of this machine."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prorata.fakes.control.panels import Panels, which_of
from prorata.fakes.gates import Gate
from prorata.reference.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from ssl import SSLContext

    from prorata.fakes.faults import Faults

__all__ = ["PortTakenError", "opened", "serve"]


class PortTakenError(OSError):
    """Somebody else listens on a port; `host` and `port` say where."""

    def __init__(self, host: str, port: int, reason: OSError) -> None:
        super().__init__(reason.errno, reason.strerror)
        self.host = host
        self.port = port


@contextmanager
def serve(
    which: str | Iterable[str] = "all",
    *,
    clock: Clock | datetime | None = None,
    seed: Mapping[str, Any] | None = None,
    state: str | Path | None = None,
    sync: bool = False,
    faults: Faults | None = None,
    host: str = "127.0.0.1",
    ports: Sequence[int] = (),
    tls: SSLContext | None = None,
    tls_host: str = "",
    tls_ports: Sequence[int] = (),
    allow_hosts: Iterable[str] = (),
    token: str = "",
) -> Iterator[Panels]:
    """Serve a set of panels, each on a port of its own; without `ports` on free ones.

    `panels.urls` has the addresses. With `state`, a file, a later call with the same file goes on
    where this one ended, however it ended; what HTTP and the control functions did is kept, and
    with `sync` also where the machine loses its power. What it began with cannot be another then:
    `clock`, `seed` and `faults` are left out, or the same.
    With `tls` they speak HTTPS; where there are `tls_ports` they do so on those (of `tls_host` or
    the same host), plain HTTP is beside it, and `panels.tls_urls` has the addresses. Answered is
    what is asked of a host that is listened on, or of `allow_hosts`, and not by other sites' pages;
    control is asked with the `token`, if there is one.
    Raises ControlError for a seed, StoreError for a state, PortTakenError for a port that cannot
    be used.

    >>> with serve("ispmanager") as panels:
    ...     panels.urls["ispmanager"].rpartition(":")[0]
    'http://127.0.0.1'
    """
    with ExitStack() as stack:
        panels = opened(stack, which, clock=clock, seed=seed, state=state, faults=faults, sync=sync)
        allowed = tuple(allow_hosts)

        def listen(host: str, ports: Sequence[int], tls: SSLContext | None) -> dict[str, str]:
            gate = Gate(host, allowed, token)
            return _listen(stack, panels, gate, host, ports, tls=tls)

        panels.urls = listen(host, ports, None if tls_ports else tls)
        if tls_ports:
            panels.tls_urls = listen(tls_host or host, tls_ports, tls)
        for each in panels.sets.values():
            each.serve_at(panels.urls)
        yield panels


def opened(
    stack: ExitStack,
    which: str | Iterable[str],
    *,
    clock: Clock | datetime | None,
    seed: Mapping[str, Any] | None,
    state: str | Path | None,
    faults: Faults | None,
    sync: bool = False,
) -> Panels:
    """Return a set as it was left in a state file, or a new one; raise `StoreError`."""
    if state is None:
        return Panels(which, clock, seed, faults=faults)
    from prorata.fakes.control.beginnings import Beginning, begin
    from prorata.fakes.control.store import Store

    path, panels = Path(state), None
    if not path.exists():
        made = Panels(which, clock, seed, faults=faults)
        panels = made if begin(path, made) else None
    store = Store(path)
    stack.callback(store.close)
    if panels is None:
        beginning = Beginning.of(store)
        start = clock.now() if isinstance(clock, Clock) else clock
        beginning.check(which_of(which), clock=start, seed=seed, faults=faults)
        panels = beginning.go_on(store)
    store.begin(panels, sync=sync)
    return panels


def _listen(
    stack: ExitStack,
    panels: Panels,
    gate: Gate,
    host: str,
    ports: Sequence[int],
    *,
    tls: SSLContext | None,
) -> dict[str, str]:
    """Serve each panel on a port, and return their addresses by name."""
    from prorata.fakes.control.http import Front
    from prorata.fakes.serving import listen

    asked = list(ports) or [0] * len(panels.which)
    urls = {}
    for name, port in zip(panels.which, asked, strict=True):
        try:
            served = stack.enter_context(listen(Front(panels, name, gate), host, port, tls=tls))
        except OSError as error:
            raise PortTakenError(host, port, error) from None
        urls[name] = f"{served.url}{panels.panels[name].path}"
    return urls
