"""libfaketime: the wall clock of any program that prorata starts, and of all that it starts.

The library is loaded into each of them before anything else, and reads the time from a file. Not
reached are programs that are linked statically or ask the kernel themselves (Go), and those that
run with another user's rights; `reaching` finds them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prorata.harness.clocks import sleeping
from prorata.harness.clocks.outside import STANDS
from prorata.harness.clocks.reaching import unreached
from prorata.harness.implementations.base import CannotStart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Libfaketime", "library"]

_NAME: Final = "libfaketime.so.1"
#: Where Debian has it (by architecture), Fedora, and who builds it.
_FOLDERS: Final = ("/usr/lib/{}/faketime", "/usr/lib64/faketime", "/usr/local/lib/faketime",
                   "/usr/lib/faketime")  # fmt: skip
#: Where each process that loads it has a semaphore and a page, which stay when it is killed.
_SHARED: Final = Path("/dev/shm")  # noqa: S108  # not a place for our files
_SECONDS: Final = 10.0
#: Where it stands while programs start.
_BEGINS: Final = datetime(2025, 1, 1, tzinfo=UTC)


def library() -> Path | None:
    """Return the library as this machine has it, None where it has none."""
    here = sysconfig.get_config_var("MULTIARCH") or "x86_64-linux-gnu"
    found = (Path(folder.format(here), _NAME) for folder in _FOLDERS)
    return next((path for path in found if path.is_file()), None)


class Libfaketime:
    """A clock that stands in all processes that have its environment; raises `CannotStart`."""

    slack = STANDS

    def __init__(self) -> None:
        found = library()
        if found is None:
            raise CannotStart(
                "--clock libfaketime: libfaketime is not installed: apt-get install libfaketime"
            )
        self._processes: list[int] = []
        self._stands: datetime | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="prorata-clock-"))
        self._file = self._folder / "now"
        self.environment: Mapping[str, str] = {
            "LD_PRELOAD": _before("LD_PRELOAD", str(found), " "),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            # Seconds since 1970 leave TZ alone, and tell the two 02:30s of an autumn night apart.
            "FAKETIME_FMT": "%s",
            # Else timers of Node, Python and Java never end.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": _before("PYTHONPATH", self._sitecustomize(), os.pathsep),
        }
        self.stand_at(_BEGINS)
        try:
            self._probe()
        except BaseException:
            self.close()
            raise

    def _sitecustomize(self) -> str:
        """Return a folder in which every Python finds how it is to sleep."""
        folder = self._folder / "python"
        folder.mkdir()
        shutil.copyfile(sleeping.__file__, folder / "sitecustomize.py")
        return str(folder)

    def started(self, process: int) -> None:
        """Take note of a process, for what it leaves behind."""
        self._processes.append(process)

    def stand_at(self, instant: datetime) -> None:
        """Write where time stands, so that nobody reads half of it."""
        if instant == self._stands:
            return
        fresh = self._folder / "next"
        fresh.write_text(f"{int(instant.timestamp())}\n", encoding="ascii")
        fresh.replace(self._file)
        self._stands = instant

    def unreached(self) -> Sequence[str]:
        """Return the processes into which the library was not loaded."""
        return unreached(self._processes, f"FAKETIME_TIMESTAMP_FILE={self._file}")

    def close(self) -> None:
        """Remove the file, and what killed processes left in the shared memory."""
        shutil.rmtree(self._folder, ignore_errors=True)
        # A number that is in use again is another's by now.
        ended = (each for each in self._processes if not Path(f"/proc/{each}").exists())
        for process in ended:
            for name in (f"faketime_shm_{process}", f"sem.faketime_sem_{process}"):
                with suppress(OSError):
                    (_SHARED / name).unlink()
        self._processes.clear()

    def _probe(self) -> None:
        """Have a program of this machine ask a child of its own what time it is."""
        try:
            shell = subprocess.Popen(
                ["/bin/sh", "-c", "date +%s; :"], env={**os.environ, **self.environment},
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        except OSError as error:
            raise CannotStart(f"--clock libfaketime: it cannot be tried out: {error}") from None
        self.started(shell.pid)
        with shell:
            try:
                said, _ = shell.communicate(timeout=_SECONDS)
            except subprocess.TimeoutExpired:
                shell.kill()
                said = f"/bin/sh does not end within {_SECONDS:g} s"
        if said.strip() != str(int(_BEGINS.timestamp())):
            first = said.strip().partition("\n")[0] or "date tells nothing"
            raise CannotStart(f"--clock libfaketime: it has no effect here: {first}")


def _before(name: str, first: str, separator: str) -> str:
    """Return what a variable has, with something before it."""
    return separator.join(filter(None, [first, os.environ.get(name)]))
