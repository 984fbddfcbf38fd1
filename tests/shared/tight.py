"""Folders in which nothing more can be written from one moment on, and then again."""

from __future__ import annotations

import os
import resource
import subprocess
from contextlib import contextmanager, suppress

__all__ = ["Limited", "SmallDisk", "small_disk"]


class Limited:
    """A folder of a process that may make no file any larger."""

    def __init__(self, folder):
        self.folder = folder
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self, *, left=0):
        """Let no file grow beyond so many bytes."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (left, self._before[1]))

    def free(self):
        """Let everything grow again."""
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


class SmallDisk:
    """A file system of its own, of 2 MiB."""

    def __init__(self, folder):
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self):
        """Fill it to the last byte."""
        with suppress(OSError), self._filler.open("ab", buffering=0) as file:
            while True:
                file.write(b"0" * 4096)

    def free(self):
        """Make room again."""
        self._filler.unlink(missing_ok=True)

    def close_for_writing(self):
        """Let nothing be written to it, whoever asks."""
        mounted("-o", "remount,ro", str(self.folder))


def mounted(*words):
    """Run mount; return whether it could."""
    with suppress(OSError):
        return not subprocess.run(
            ["/bin/mount", *words], capture_output=True, check=False
        ).returncode
    return False


@contextmanager
def small_disk(folder):
    """Return a small disk, or where this user may mount none a folder with a limit."""
    if os.getuid() or not mounted("-t", "tmpfs", "-o", "size=2m", "prorata", str(folder)):
        limited = Limited(folder)
        try:
            yield limited
        finally:
            limited.free()
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["/bin/umount", "--lazy", str(folder)], check=True)
