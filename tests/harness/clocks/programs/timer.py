"""An adapter in Python that waits in every way before each answer, and tells what clocks show."""

from __future__ import annotations

import asyncio
import json
import queue
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime


def wait() -> None:
    """Wait by each of the ways in which Python waits."""
    time.sleep(0.002)
    asyncio.run(asyncio.sleep(0.002))
    threading.Event().wait(0.002)
    with suppress(queue.Empty):
        queue.Queue[int]().get(timeout=0.002)
    timer = threading.Timer(0.002, int)
    timer.start()
    timer.join()


def shown() -> dict[str, str]:
    """Return what the clocks show, in this thread and in another one."""
    seen = {"Python": datetime.now(UTC).isoformat()}  # noqa: TID251  # the clock under test
    thread = threading.Thread(
        target=lambda: seen.update({"a thread": datetime.now(UTC).isoformat()}),  # noqa: TID251
    )
    thread.start()
    thread.join()
    return seen


RESULTS = {
    "start": lambda: {"name": "timer", "protocol": 0},
    "clock": lambda: {"settled": True, "next": None, "now": shown()},
    "observe": lambda: {"services": {}, "ledger": [], "balances": {}, "invoices": {}},
}

for line in sys.stdin:
    asked = json.loads(line)
    wait()
    result = {"result": RESULTS.get(asked["type"], dict)()}
    answer = {"unsupported": "none"} if asked["type"] == "act" else result
    sys.stdout.write(json.dumps({"seq": asked["seq"], **answer}) + "\n")
    sys.stdout.flush()
    if asked["type"] == "stop":
        break
