"""`stdio:COMMAND`: a billing in a process of its own, asked over its stdin and stdout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from prorata.harness.clocks.outside import MESSAGES
from prorata.harness.implementations.base import CannotStart, ImplementationFault
from prorata.harness.implementations.declaration import objections
from prorata.harness.implementations.process import (
    LINE_LIMIT,
    BrokenOff,
    Child,
    exit_of,
    shown,
    start_child,
)
from prorata.harness.protocol import (
    PROTOCOL,
    Failed,
    MalformedError,
    Open,
    Perform,
    Result,
    Start,
    Started,
    Stop,
    ToldBefore,
    decode_answer,
    encode,
)
from prorata.harness.version import version

if TYPE_CHECKING:
    from pathlib import Path

    from prorata.harness.clocks.outside import OutsideClock
    from prorata.harness.implementations.base import Culprit, Direction, LineTrace, Readings
    from prorata.harness.protocol import Answer, Request

__all__ = [
    "START_FACTOR",
    "Launch",
    "StdioImplementation",
    "broken_off",
    "farewell",
]

START_FACTOR: Final = 4
"""`start` may take this many times as long as any other answer: interpreters load, caches fill."""

_GRACE: Final = 2.0  # seconds at most for the goodbye, whatever the time limit


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start an implementation; `timeout` in seconds for each message.

    `clock` is what its processes read beside the messages.
    """

    command: tuple[str, ...]
    shown: str
    cwd: Path | None = None
    timeout: float = 5.0
    readings: Readings | None = None
    trace: LineTrace | None = None
    clock: OutsideClock = MESSAGES

    def start(self) -> Child:
        """Start the process; raise `CannotStart`."""
        environment = {"PRORATA_PROTOCOL": str(PROTOCOL)}
        return start_child(self.command, cwd=self.cwd, environment=environment, clock=self.clock)


class StdioImplementation:
    """A billing behind a pipe; making one starts its process, or raises `CannotStart`."""

    def __init__(self, launch: Launch) -> None:
        self._launch = launch
        self._child: Child | None = None
        self._seq = 0
        self._before = ToldBefore()
        self._waiting = False
        self.declared = self._started()

    @property
    def name(self) -> str:
        """The name that the implementation gave itself."""
        return self.declared.name

    def ask(self, request: Request) -> Answer:
        """Send `request` under the next number and return its answer.

        Raises `ImplementationFault` where nothing comes, or nothing that the protocol knows.
        """
        if self._child is None:
            raise ImplementationFault("suite", "asked after a fault or after closing")
        return self._ask(self._child, request, self._launch.timeout)

    def restart(self) -> None:
        """End what there is, without ceremony, and start a fresh process; raise `CannotStart`."""
        self.abandon()
        self.declared = self._started()

    def close(self) -> None:
        """Say `stop`, then end the process and all that it has started."""
        if self._child is None:
            return
        try:
            # After Ctrl-C in the middle of a question there is nobody to talk to.
            if not self._waiting:
                self._goodbye(self._child)
        finally:
            self.abandon()

    def _goodbye(self, child: Child) -> None:
        seconds = min(self._launch.timeout, _GRACE)
        self._ask(child, Stop(), seconds)
        complaint = farewell(child, seconds)
        if complaint:
            self._fail(*complaint)

    def _started(self) -> Started:
        child = self._child = self._launch.start()
        self._seq, self._before = 0, ToldBefore()
        stderr: tuple[str, ...] = ()
        try:
            answer = self._ask(child, Start(suite=version()), START_FACTOR * self._launch.timeout)
            found = self._introduced(answer)
        except ImplementationFault as fault:
            stderr = fault.stderr_tail
            found = [" | ".join([fault.reason, *stderr[-1:]])]
        except BaseException:
            self.abandon()
            raise
        if isinstance(found, Started):
            return found
        raise CannotStart(self._told(found), stderr or self.abandon())

    def _told(self, reasons: list[str]) -> str:
        """Return why it cannot start: one reason on its line, several below one that says so."""
        first, *more = (" ".join(each.split()) for each in reasons)
        if not more:
            return f"{self._launch.shown}: {first}"
        return "\n  ".join([f"{self._launch.shown}: what it declares will not do", first, *more])

    def _introduced(self, answer: Answer) -> Started | list[str]:
        """Return the declaration, or why the answer to `start` will not do."""
        if isinstance(answer, Result) and isinstance(answer.body, Started):
            wrong = objections(answer.body, self._launch.readings)
            return list(map(str, wrong)) if wrong else answer.body
        if isinstance(answer, Failed):
            return [answer.error.partition("\n")[0]]
        return [f"answered start with {answer}"]

    def _ask(self, child: Child, request: Request, seconds: float) -> Answer:
        self._seq += 1
        numbered = request.numbered(self._seq)
        line = encode(numbered)
        self._trace(">", line)
        self._waiting = True
        try:
            got = child.exchange(line, seconds)
        except BrokenOff as broken:
            self._broken(broken, numbered, seconds)
        self._trace("<", got)
        self._waiting = False
        try:
            return decode_answer(got, to=numbered, before=self._before)
        except MalformedError as error:
            late = isinstance(numbered, Open) and error.problems[0].kind == "seq"
            self._fail("adapter", f"{_asked(numbered)}: {error}", late=late)

    def _trace(self, direction: Direction, line: bytes) -> None:
        if self._launch.trace is not None:
            self._launch.trace(direction, line)

    def _broken(self, broken: BrokenOff, request: Request, seconds: float) -> NoReturn:
        fault, said = broken_off(broken, seconds)
        late = isinstance(request, Open) and broken.kind in _UNASKED
        self._fail(fault, f"{_asked(request)}: {said}", late=late)

    def _fail(self, fault: Culprit, reason: str, *, late: bool = False) -> NoReturn:
        """End the process and raise; its stderr has then been read to the end."""
        raise ImplementationFault(fault, reason, self.abandon(), late=late)

    def abandon(self) -> tuple[str, ...]:
        """End the process and all that it has started; return the last lines of its stderr."""
        child, self._child = self._child, None
        self._waiting = False
        if child is None:
            return ()
        child.kill()
        return child.tail.lines()


#: How an exchange breaks off where something came that was not asked for.
_UNASKED: Final = frozenset({"early", "talkative"})

_SAID: Final[dict[str, tuple[Culprit, str]]] = {
    "early": ("adapter", "wrote to stdout before it was asked: {it}"),
    "talkative": ("adapter", "wrote more than one line for one question: {it}"),
    "silent": ("implementation", "no answer within {seconds:g} s; it was killed"),
    "ended": ("implementation", "no answer: the process {it}"),
    "endless": ("adapter", f"the answer is longer than {LINE_LIMIT >> 20} MiB: {{it}}"),
}


def broken_off(broken: BrokenOff, seconds: float) -> tuple[Culprit, str]:
    """Return whose fault a broken exchange is, and what happened."""
    fault, said = _SAID[broken.kind]
    return fault, said.format(seconds=seconds, it=broken.detail)


def farewell(child: Child, seconds: float) -> tuple[Culprit, str] | None:
    """After the answer to `stop`, return what is wrong with the way the process ends."""
    rest = child.finish(seconds)
    if rest:
        return "adapter", f"wrote to stdout after its answer to stop: {shown(rest)}"
    code = child.wait(seconds)
    if code is None:
        return "adapter", f"did not exit within {seconds:g} s of its answer to stop"
    return ("implementation", f"after stop it {exit_of(code)}") if code else None


def _asked(request: Request) -> str:
    name = f"act {request.act}" if isinstance(request, Perform) else request.type
    return f"{name} (seq {request.seq})"
