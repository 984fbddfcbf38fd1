"""What a program does instead of answering: its name, the message at which it shows, and how.

Each is called with the good answer.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from copy import deepcopy

from right import send

HOUR = 3600
MIB = 1 << 20


def said(text):
    """Write text to stdout as it is."""
    return lambda _: send(text.encode() if isinstance(text, str) else text)


def repeated(piece, times, end=b""):
    """Write a piece to stdout so many times; only then is there so much of it."""
    return lambda _: send(piece * times + end)


def silent(*before):
    """Do some things, and sleep."""

    def hang(good):
        for each in before:
            each(good)
        time.sleep(HOUR)

    return hang


def first(*before):
    """Do some things, and answer well."""

    def well(good):
        for each in before:
            each(good)
        send(good)

    return well


def changed(value, *path):
    """Answer with another value at a place of the result."""

    def change(good):
        bad = deepcopy(good)
        place = bad["result"]
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        send(bad)

    return change


def service(**fields):
    """Observe the service with other fields."""

    def change(good):
        bad = deepcopy(good)
        for told in bad["result"].get("services", {}).values():
            told.update(fields)
        send(bad)

    return change


def posted(**fields):
    """Observe the lines of the ledger with other fields."""

    def change(good):
        bad = deepcopy(good)
        for told in bad["result"].get("ledger", []):
            told.update(fields)
        send(bad)

    return change


def half(good):
    """Write the first half of the answer."""
    text = json.dumps(good).encode()
    send(text[: len(text) // 2])


def drip(good):
    """Write a byte now and then, for ever."""
    while True:
        send(b" ")
        time.sleep(0.05)


#: What is written before the answer to a message of a scenario, as well.
WAITING = {}


def later(kind, scenario=3, text=None):
    """Answer well, and once more when the scenario after that is asked something."""

    def again(good):
        send(good)
        WAITING.setdefault((scenario, kind), [text or good])

    return again


def earlier(good):
    """Answer the question before."""
    send({**good, "seq": good["seq"] - 1})


def numbered(seq):
    """Answer under another number."""
    return lambda good: send({**good, "seq": seq})


def flood(size):
    """Fill stderr."""

    def write(_):
        for _ in range(size // MIB):
            os.write(2, b"x" * (MIB - 1) + b"\n")

    return write


def leave(**how):
    """Start a process that leaves for a session of its own, and whose parent has gone."""

    def start(_):
        code = "import os, time\nif os.fork():\n os._exit(0)\ntime.sleep(3600)"
        started = subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", code], start_new_session=True, **how
        )
        started.wait()

    return start


def deaf(_):
    """Ignore every signal that can be ignored."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1):
        signal.signal(number, signal.SIG_IGN)


def closed(*pipes):
    """Close pipes."""
    return lambda _: [os.closerange(pipe, pipe + 1) for pipe in pipes]


def greedy(_):
    """Open every descriptor that there is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
    try:
        while True:
            os.open(os.devnull, os.O_RDONLY)
    except OSError:
        pass


def soon(good):
    """Say that something is due a second later, for ever."""
    now = soon.now = getattr(soon, "now", 0) + 1
    minute, second = divmod(now, 60)
    hour, minute = divmod(minute, 60)
    send(
        {
            **good,
            "result": {
                "settled": True,
                "next": f"2025-08-01T{9 + hour:02}:{minute:02}:{second:02}+00:00",
            },
        }
    )


ESCAPES = "\x1b[2J\x1b]0;owned\x07\r\nlog: all right\u202e"

VICES = {
    "exits at start": ("start", lambda _: sys.exit(3)),
    "hangs at start": ("start", silent()),
    "half a line at start": ("start", silent(half)),
    "binary at start": ("start", said(b"\x7fELF\x02\x01\x01\0\n")),
    "wrong version": ("start", changed(7, "protocol")),
    "escapes at start": ("start", lambda good: send({"seq": 1, "error": ESCAPES})),
    "escapes in the name": ("start", changed(ESCAPES, "name")),
    "exits": ("clock", lambda _: sys.exit(3)),
    "exits well": ("act", lambda _: sys.exit(0)),
    "is killed": ("observe", lambda _: os.kill(os.getpid(), signal.SIGKILL)),
    "hangs": ("clock", silent()),
    "stops itself": ("clock", lambda _: os.kill(os.getpid(), signal.SIGSTOP)),
    "drips": ("clock", drip),
    "half a line": ("act", silent(half)),
    "half a line and exits": ("act", lambda good: (half(good), sys.exit(0))),
    "half a line and closes": ("act", silent(half, closed(1))),
    "twice": ("clock", lambda good: send(good, good)),
    "twice at the end": ("close", lambda good: send(good, good)),
    "again when the next is opened": ("close", later("open")),
    "again when time goes on": ("act", later("clock")),
    "again when the next is over": ("open", later("close")),
    "a word when the next is opened": ("close", later("open", text=b"by the way\n")),
    "a word when time goes on": ("close", later("clock", text=b"by the way\n")),
    "out of order": ("clock", earlier),
    "wrong number": ("clock", numbered(99)),
    "number as text": ("clock", numbered("5")),
    "number as float": ("clock", numbered(5.0)),
    "number that is true": ("clock", numbered(True)),
    "number below nought": ("clock", numbered(-1)),
    "100 MB": ("observe", repeated(b"x" * MIB, 100, b"\n")),
    "100 MB without an end": ("observe", repeated(b"x" * MIB, 100)),
    "100 MB of lines": ("observe", repeated(b"x" * 99 + b"\n", MIB)),
    "binary": ("clock", said(bytes(range(256)) + b"\n")),
    "nulls": ("clock", said(b"\0" * 100 + b"\n")),
    "two bytes a letter": ("clock", lambda good: send(json.dumps(good).encode("utf-16") + b"\n")),
    "nothing": ("clock", said("\n")),
    "deep": ("clock", said("[" * 100_000 + "\n")),
    "a huge number": ("clock", said('{"seq":' + "9" * 10_000 + ',"result":{"settled":true}}\n')),
    "stderr flood": ("clock", first(flood(20 * MIB))),
    "stderr flood without lines": (
        "clock",
        first(lambda _: [os.write(2, b"x" * MIB) for _ in range(20)]),
    ),
    "stderr flood and exits": ("clock", lambda good: (flood(20 * MIB)(good), sys.exit(3))),
    "escapes on stderr": ("clock", lambda _: (os.write(2, ESCAPES.encode()), sys.exit(3))),
    "leaves one and hangs": ("clock", silent(leave())),
    "leaves one and exits": ("clock", lambda good: (leave()(good), sys.exit(3))),
    "leaves one and goes on": ("clock", first(leave())),
    "leaves one without environment": ("clock", first(leave(env={}))),
    "leaves one that is far away": ("clock", first(leave(cwd="/", stdin=-3, stdout=-3, stderr=-3))),
    "ignores SIGTERM": ("clock", silent(deaf)),
    "ignores SIGTERM at the end": ("stop", lambda good: (deaf(good), send(good), time.sleep(HOUR))),
    "naive time": ("observe", service(expires="2025-09-01T00:00:00")),
    "a date for a time": ("observe", service(expires="2025-09-01")),
    "float": ("observe", posted(amount=3.1)),
    "float balance": ("observe", changed({"anna": 96.9}, "balances")),
    "NaN": ("observe", posted(amount=float("nan"))),
    "NaN as text": ("observe", posted(amount="NaN")),
    "infinity": ("observe", changed({"anna": float("inf")}, "balances")),
    "exponent": ("observe", posted(amount="31e-1")),
    "negative amount": ("observe", posted(amount="-3.10")),
    "negative period": ("observe", service(period="-1 month")),
    "no period": ("observe", service(period="0 months")),
    "time that goes back": (
        "observe",
        posted(covers=["2025-09-01T00:00:00+00:00", "2025-08-01T00:00:00+00:00"]),
    ),
    "zero time of Go": ("observe", service(expires="0001-01-01T00:00:00Z")),
    "zero time of C": ("observe", service(expires="1970-01-01T00:00:00Z")),
    "zero time of OLE": ("observe", service(expires="1899-12-30T00:00:00+00:00")),
    "zero time of MySQL": ("observe", service(expires="0000-00-00 00:00:00")),
    "zero time of PHP": ("observe", service(expires="-0001-11-30T00:00:00+00:00")),
    "last time of Java": ("observe", service(expires="+292278994-08-17T07:12:55Z")),
    "last time of Python": ("observe", service(expires="9999-12-31T23:59:59-01:00")),
    "seconds for a time": ("observe", service(expires=0)),
    "escapes": ("act", lambda good: send({"seq": good["seq"], "error": ESCAPES})),
    "escapes in a refusal": (
        "act",
        lambda good: send({"seq": good["seq"], "refusal": {"reason": ESCAPES, "rule": ESCAPES}}),
    ),
    "escapes in an id": ("act", changed(ESCAPES, "service")),
    "escapes in a user": ("observe", service(user=ESCAPES)),
    "half a letter": ("observe", service(user="\ud800")),
    "a null in a name": ("observe", service(user="a\0b")),
    "due for ever": ("clock", soon),
    "closes stdin": ("clock", silent(closed(0))),
    "closes stdout": ("clock", silent(closed(1))),
    "closes stderr": ("clock", first(closed(2))),
    "closes its pipes": ("clock", silent(closed(0, 1, 2))),
    "opens every descriptor": ("clock", first(greedy)),
}
