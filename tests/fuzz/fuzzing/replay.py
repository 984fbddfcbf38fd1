"""Play sequences of calls again in other processes, whose sets and hashes are in another order."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fuzzing.asking import Asked, ask, new_set

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["digests"]


def digests(path: str, which: str, sequences: Sequence[Sequence[Asked]]) -> set[str]:
    """Return the digests of all answers, one for each process: they should be one."""
    written = json.dumps([path, which, [[_row(asked) for asked in each] for each in sequences]])
    return {_elsewhere(written, seed) for seed in ("1", "2")}


def _elsewhere(written: str, seed: str) -> str:
    command = [sys.executable, "-m", "fuzzing.replay"]
    place = Path(__file__).parents[1]
    env = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(
        command, input=written, cwd=place, env=env, text=True, capture_output=True, check=True
    )
    return done.stdout


def _row(asked: Asked) -> list[Any]:
    return [asked.path, asked.query.decode("latin-1"), asked.body.decode("latin-1"), asked.method]


def _main() -> None:
    path, which, sequences = json.load(sys.stdin)
    digest = hashlib.sha256()
    for sequence in sequences:
        app = new_set(which).apps[path]
        for place, query, body, method in sequence:
            asked = Asked(place, query.encode("latin-1"), body.encode("latin-1"), method)
            digest.update(repr(ask(app, asked)).encode())
    sys.stdout.write(digest.hexdigest())


if __name__ == "__main__":
    _main()
