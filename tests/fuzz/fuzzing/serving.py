"""Panels served by a process of their own, and what it takes up."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Server", "raise_open_files", "served"]

_PROGRAM = """
import json, resource, sys
from prorata.fakes import serve
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
with serve(sys.argv[1], seed=json.loads(sys.argv[2])) as panels:
    print(json.dumps(dict(panels.urls)), flush=True)
    sys.stdin.read()
"""


class Server(NamedTuple):
    """A process and its panels' addresses."""

    pid: int
    urls: dict[str, str]

    def port(self, name: str) -> int:
        """Return the port of a panel."""
        return urlsplit(self.urls[name]).port or 0

    def path(self, name: str) -> str:
        """Return the path of a panel."""
        return urlsplit(self.urls[name]).path

    def mebibytes(self) -> float:
        """Return what it has in memory now, in MiB."""
        status = Path(f"/proc/{self.pid}/status")
        with suppress(OSError):
            line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
            return int(line.split()[1]) / 1024
        asked = ["/bin/ps", "-o", "rss=", "-p", str(self.pid)]
        return int(subprocess.check_output(asked, text=True)) / 1024


@contextmanager
def served(which: str, seed: dict[str, Any]) -> Iterator[Server]:
    """Serve panels in another process for as long as the context lasts."""
    command = [sys.executable, "-c", _PROGRAM, which, json.dumps(seed)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        urls = json.loads(process.stdout.readline() or "{}")
        try:
            assert urls, process.communicate()[1]
            yield Server(process.pid, urls)
            assert process.poll() is None, "the server has died"
        finally:
            said = process.communicate()[1]
        assert "Traceback" not in said, said


def raise_open_files() -> None:
    """Allow this process as many open files as it may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
