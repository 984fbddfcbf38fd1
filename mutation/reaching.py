"""What runs on a Dask worker, which has neither this package nor its files: they are put there.

This module travels whole, and so imports nothing of ours; all that comes and goes are bytes.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from pathlib import Path

__all__ = ["Sent", "begin", "end", "judged"]


#: A run and a task of it, pickled: plain data, which a scheduler can read that has nothing of ours.
Sent = tuple[str, bytes]


def _folder(run: str) -> Path:
    return Path(tempfile.gettempdir()) / f"prorata-mutation-{run}"


def begin(run: str, packed: bytes) -> str:
    """Put the package and what was recorded on the machine of this worker, each once."""
    folder = _folder(run)
    if not folder.exists():
        unpacked = Path(tempfile.mkdtemp(prefix="prorata-mutation-"))
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            archive.extractall(unpacked)
        try:
            unpacked.rename(folder)
        except OSError:
            """Another worker of this machine was there before."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    from mutation.elsewhere import about

    return about()


def judged(sent: Sent) -> bytes:
    """Judge a task in a process beside this worker."""
    run, task = sent
    folder = _folder(run)
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    from mutation.elsewhere import outcome_of

    return outcome_of(run, folder, task)


def end(run: str) -> None:
    """End what a run has here."""
    from mutation.elsewhere import end as end_here

    end_here(run)
