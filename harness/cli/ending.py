"""How a command is ended from outside: by Ctrl-C, or told to, as `timeout` and CI jobs do."""

from __future__ import annotations

import signal
from typing import Final, NamedTuple, NoReturn

__all__ = ["Ended", "TerminatedError", "ended_by", "listen"]


class TerminatedError(KeyboardInterrupt):
    """The process was told to end, by SIGTERM: it ends as it does after Ctrl-C."""


class HungUpError(TerminatedError):
    """The terminal has gone, or whoever started us says so, by SIGHUP."""


class Ended(NamedTuple):
    """What is said of an end from outside, and the exit code that a shell expects of it."""

    said: str
    code: int


_BY_CTRL_C: Final = Ended("interrupted", 130)
_BY_SIGHUP: Final = Ended("hung up", 129)
_BY_SIGTERM: Final = Ended("terminated", 143)


def ended_by(error: BaseException | None) -> Ended:
    """Return how a command ends that this ended."""
    if isinstance(error, HungUpError):
        return _BY_SIGHUP
    return _BY_SIGTERM if isinstance(error, TerminatedError) else _BY_CTRL_C


def listen() -> None:
    """Take Ctrl-C, SIGTERM and SIGHUP, and let logs end with their footer.

    Ctrl-C also where whoever started us ignores it, as a shell does for `prorata &`: Python would
    leave it ignored, and a server that is told to end would go on for ever.
    """
    if signal.getsignal(signal.SIGINT) in {signal.SIG_IGN, signal.SIG_DFL}:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _terminate)
    # Under nohup it stays ignored.
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _hang_up)


def _terminate(*_: object) -> NoReturn:
    # Who says it twice does not want to wait for the end of anything.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise TerminatedError


def _hang_up(*_: object) -> NoReturn:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    raise HungUpError
