"""The right billing behind `python:`, with a vice in the second scenario of its process."""

import os
import resource
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from right import VICE, Billing

MIB = 1 << 20
HOUR = 3600
ESCAPES = "\x1b[2J\x1b]0;owned\x07\r\nlog: all right\u202e"

if VICE == "exits at start":
    os._exit(3)
if VICE == "hangs at start":
    time.sleep(HOUR)
if VICE == "leaves while it is imported":
    sys.exit(0)


def leave(**how):
    """Start a process that leaves for a session of its own, and whose parent has gone."""
    code = "import os, time\nif os.fork():\n os._exit(0)\ntime.sleep(3600)"
    subprocess.run(
        [sys.executable, "-S", "-E", "-c", code], start_new_session=True, check=True, **how
    )


def deaf():
    """Ignore what can be ignored, and sleep."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(HOUR)


def forge(text):
    """Write to whatever is open, the way back to who asks as well."""
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, text)
        except OSError:
            continue


def greedy():
    """Open every descriptor that there is."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        while True:
            os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return


def rise(error):
    """Raise an error."""
    raise error


def deep():
    """Never come back."""
    return deep()


class Strange(dict):
    """Raises when it is looked through by its pairs."""

    def items(self):
        raise RuntimeError("no")


#: What is done when time goes on.
ADVANCING = {
    "exits": lambda: os._exit(3),
    "raises SystemExit": lambda: sys.exit(4),
    "raises KeyboardInterrupt": lambda: rise(KeyboardInterrupt()),
    "is killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "hangs": lambda: time.sleep(HOUR),
    "stops itself": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "calls itself": deep,
    "stderr flood": lambda: [os.write(2, b"x" * MIB) for _ in range(20)] and None,
    "stdout flood": lambda: sys.stdout.write("x" * (20 * MIB)) and None,
    "leaves one and hangs": lambda: (leave(), time.sleep(HOUR)),
    "leaves one and goes on": leave,
    "leaves one without environment": lambda: leave(env={}),
    "ignores SIGTERM": deaf,
    "forges an answer": lambda: forge(b'{"seq": 99, "result": {}}\n' * 2),
    "writes half a line": lambda: forge(b'{"seq":'),
    "binary": lambda: forge(b"\x7fELF\x00\xff\n"),
    "closes its pipes": lambda: os.closerange(0, 64),
    "opens every descriptor": greedy,
    "escapes": lambda: rise(ValueError(ESCAPES)),
}
#: What is told to be due next.
NEXT = {
    "due for ever": lambda to: to + timedelta(seconds=1),
    "due in the past": lambda to: to - timedelta(days=1),
    "naive next": lambda to: (to + timedelta(days=1)).replace(tzinfo=None),
    "a date as next": lambda to: to.date(),
    "seconds as next": lambda to: 86_400,
    "the last time as next": lambda _: datetime.max.replace(tzinfo=UTC),
}
#: What a service has otherwise.
SERVICE = {
    "naive time": {"expires": datetime(2025, 9, 1, tzinfo=UTC).replace(tzinfo=None)},
    "zero time": {"expires": datetime.min.replace(tzinfo=UTC)},
    "negative period": {"period": "-1 month"},
    "escapes in a user": {"user": ESCAPES},
    "half a letter": {"user": "\ud800"},
    "bytes": {"user": b"anna"},
    "12 MB": {"user": "x" * (12 * MIB)},
    "strange dict": Strange(user="x"),
}
#: What a line has otherwise.
LINE = {
    "float": {"amount": 3.1},
    "NaN": {"amount": Decimal("NaN")},
    "float NaN": {"amount": float("nan")},
    "infinity": {"amount": Decimal("Infinity")},
    "negative amount": {"amount": Decimal("-3.10")},
    "exponent": {"amount": Decimal("31E-1")},
}


class Hostile(Billing):
    """As right as `Billing`, but for the vice."""

    made = 0

    def __init__(self, context):
        Hostile.made += 1
        self.vicious = Hostile.made == int(os.environ["HOSTILE_AT"])
        balances = {name: client["balance"] for name, client in context.clients.items()}
        super().__init__(balances, context.now())

    def advance(self, to):
        if self.vicious and VICE in ADVANCING:
            ADVANCING[VICE]()
        return NEXT[VICE](to) if self.vicious and VICE in NEXT else None

    def observe(self):
        seen = super().observe()
        if self.vicious:
            services = {n: {**s, **SERVICE.get(VICE, {})} for n, s in self.services.items()}
            ledger = [{**line, **LINE.get(VICE, {})} for line in self.ledger]
            seen = {**seen, "services": services, "ledger": ledger}
        if self.vicious and VICE == "cycle":
            seen["services"]["1"] = seen
        return seen
