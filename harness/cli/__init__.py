"""The command line."""

from __future__ import annotations

import signal
import sys
from io import TextIOWrapper

from prorata.harness.cli.quick import start_quickly

__all__ = ["main"]


def main() -> None:
    """Run the command line; every mistake is one clear line, never a traceback."""
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
        # Ctrl-C before anything has begun: there is nothing to end, and no traceback to show.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    start_quickly()
    # After that: nothing that is imported here is looked through for garbage.
    from prorata.harness.cli.commands import exit_code
    from prorata.harness.cli.ending import listen

    listen()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # None where it was closed from the start
            stream.reconfigure(errors="replace")
    sys.exit(exit_code())
