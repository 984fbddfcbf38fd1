"""Load on a server: wrk, which the benchmarks install where the machine lets them."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["requests_per_second"]

_CONNECTIONS = 8
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_WRONG = re.compile(r"Non-2xx or 3xx responses|Socket errors")


def requests_per_second(url: str, seconds: int, headers: Mapping[str, str] | None = None) -> float:
    """Ask for `url` on a few connections for some seconds; RuntimeError where an answer fails."""
    named = [part for name, text in (headers or {}).items() for part in ("-H", f"{name}: {text}")]
    told = _run(_wrk(), "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", *named, url)
    found = _RATE.search(told)
    if found is None or _WRONG.search(told):
        message = f"wrk on {url}: {told.strip()}"
        raise RuntimeError(message)
    return float(found[1])


def _wrk() -> str:
    if shutil.which("wrk") is None and shutil.which("apt-get"):
        _run("apt-get", "install", "-qq", "--no-install-recommends", "wrk")
    found = shutil.which("wrk")
    if found is None:
        message = "wrk, which asks the servers, is not installed here and could not be"
        raise RuntimeError(message)
    return found


def _run(*command: str) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  words of ours
    if ran.returncode:
        message = f"{' '.join(command)}: {ran.stderr.strip()}"
        raise RuntimeError(message)
    return ran.stdout
