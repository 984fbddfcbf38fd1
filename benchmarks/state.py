"""A panel with a file: how soon it goes on after many changes, and what a change costs more."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.child import python
from benchmarks.rows import beside, in_turns
from prorata.fakes.control.guarding import step
from prorata.fakes.control.opening import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Row, Size
    from prorata.fakes.asgi import App

__all__ = ["measure"]

#: One less than what is packed: the 500 changes are all done again.
_FEW, _MANY = 499, 20_499
_USERS = 10
_RESTART = """
import sys
from prorata.fakes.control import serve
with serve("ispmanager", state=sys.argv[1]) as panels:
    assert panels.urls
"""
_SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "scheme": "http",
    "path": "/ispmgr",
    "raw_path": b"/ispmgr",
    "query_string": b"",
    "headers": [(b"host", b"panel:1500"), (b"content-type", b"application/x-www-form-urlencoded")],
    "client": ("127.0.0.1", 40000),
}


def measure(size: Size) -> Iterator[Row]:
    """Measure whole processes from start to end, then changes in process."""
    few, many = (20, 60) if size.tiny else (_FEW, _MANY)
    with TemporaryDirectory() as folder, ExitStack() as stack:
        young, old = Path(folder, "young.db"), Path(folder, "old.db")
        for file, count in ((young, few), (old, many)):
            with ExitStack() as served:
                _change(_panel(served, file), count)
        pairs = in_turns(
            size.runs, lambda: python(_RESTART, str(old)), lambda: python(_RESTART, str(young))
        )
        yield beside(f"a restart after {many:,} changes", f"after {few:,}", pairs, target=2.0)
        kept, gone = _panel(stack, Path(folder, "kept.db")), _panel(stack, None)
        count = 50 if size.tiny else 1_000
        pairs = in_turns(size.runs, lambda: _change(kept, count), lambda: _change(gone, count))
        name = f"{count:,} changes of users, kept in a file"
        yield beside(name, "in memory", pairs, target=3.0)


def _panel(stack: ExitStack, file: Path | None) -> App:
    """Return an ispmanager with some users, kept in a file if there is one."""
    users = {f"u{number}": {"preset": "start"} for number in range(_USERS)}
    seed = {"ispmanager": {"presets": {"start": {}}, "users": users}}
    panels = opened(stack, "ispmanager", clock=None, seed=seed, state=file, faults=None)
    return panels.apps["/ispmgr"]


def _change(app: App, count: int) -> None:
    """Change users, each call another one."""
    for number in range(count):
        form = b"func=user.edit&sok=ok&elid=u%d&comment=c%d&authinfo=root:prorata"
        body = form % (number % _USERS, number)
        step(app, dict(_SCOPE), [{"type": "http.request", "body": body, "more_body": False}])
