"""A child process that speaks lines: started, written to, read from, and surely ended.

The child leads a session of its own. Ctrl-C in the terminal does not reach it, and ending it ends
whatever it has started, in this session or in others.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from prorata.harness.clocks.outside import MESSAGES
from prorata.harness.implementations.base import CannotStart
from prorata.harness.implementations.family import MARK, Family, fresh_mark
from prorata.harness.implementations.tail import Tail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from prorata.harness.clocks.outside import OutsideClock
    from prorata.harness.implementations.base import Culprit

__all__ = ["LINE_LIMIT", "BrokenOff", "Child", "exit_of", "shown", "start_child", "why"]

LINE_LIMIT: Final = 8 * 1024 * 1024
"""The longest answer, in bytes."""

_CHUNK: Final = 1 << 16
_PAUSE: Final = 0.002  # seconds between two looks at whether a child has exited
_GRACE: Final = 0.5  # seconds that a child which closed its stdout gets to exit


class BrokenOff(Exception):  # noqa: N818  # an event, made a fault by who asked
    """The exchange of lines broke off; `kind` says how, `detail` shows what there was.

    `lines` are those that came though nobody waited for so many.
    """

    def __init__(self, kind: str, detail: str = "", lines: Sequence[bytes] = ()) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail
        self.lines = lines


def start_child(
    command: Sequence[str],
    *,
    cwd: Path | None,
    environment: Mapping[str, str],
    clock: OutsideClock = MESSAGES,
) -> Child:
    """Start `command` without a shell, under a clock; raise `CannotStart`."""
    if cwd is not None and not cwd.is_dir():
        problem = f"cannot start {command[0]!r}: {cwd} is not a folder"
        raise CannotStart(problem)
    mark = fresh_mark()
    try:
        process = subprocess.Popen(  # the command is the user's own
            command,
            bufsize=0,
            cwd=cwd,
            env={**os.environ, **environment, **clock.environment, MARK: mark},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise CannotStart(f"cannot start {command[0]!r}: {why(error)}") from None
    clock.started(process.pid)
    pipes = (process.stdin, process.stdout, process.stderr)
    ends = [pipe.fileno() for pipe in pipes if pipe is not None]
    return Child(process, Family(process.pid, mark, ends))


def why(error: OSError | ValueError) -> str:
    """Return why a command cannot be started."""
    known: dict[type[OSError], str] = {
        FileNotFoundError: "not found (the command, or the interpreter that its first line names)",
        PermissionError: "not executable",
    }
    if isinstance(error, ValueError):  # a NUL byte
        return str(error)
    return known.get(type(error), error.strerror or str(error))


class Child:
    """A started process, its pipes and the tail of its stderr."""

    def __init__(self, process: subprocess.Popen[bytes], family: Family) -> None:
        assert process.stdin is not None  # noqa: S101  # for the type checker: all are pipes
        assert process.stdout is not None  # noqa: S101
        assert process.stderr is not None  # noqa: S101
        self._process = process
        self._family = family
        self._stdin = process.stdin.fileno()
        self._stdout = process.stdout.fileno()
        os.set_blocking(self._stdin, False)
        self._reading = select.poll()
        self._reading.register(self._stdout, select.POLLIN)
        self._buffer = bytearray()
        self.tail = Tail(process.stderr.fileno())

    def exchange(self, line: bytes, seconds: float) -> bytes:
        """Send a line and return the one that comes back; raise `BrokenOff`.

        Kinds: ``early`` (output before the question), ``silent``, ``ended``, ``endless`` and
        ``talkative`` (more than one line).
        """
        self._refuse_early()
        deadline = time.monotonic() + seconds
        self._write(line, deadline)
        return self._read_line(deadline)

    def _refuse_early(self) -> None:
        if self._readable(0):
            self._take()
        if self._buffer:
            raise BrokenOff("early", shown(self._buffer), bytes(self._buffer).splitlines())

    def _write(self, line: bytes, deadline: float) -> None:
        """Write all of it, though the pipe holds less, reading meanwhile."""
        rest = memoryview(line)
        while rest:
            try:
                rest = rest[os.write(self._stdin, rest) :]
            except BlockingIOError:
                self._wait_for_room(deadline)
            except BrokenPipeError:
                raise self._ended() from None

    def _wait_for_room(self, deadline: float) -> None:
        both = select.poll()
        both.register(self._stdin, select.POLLOUT)
        both.register(self._stdout, select.POLLIN)
        ready = dict(both.poll(_milliseconds(deadline)))
        if not ready:
            raise self._silent()
        if self._stdout in ready and not self._take():
            raise self._ended()
        if self._buffer:
            raise BrokenOff("early", shown(self._buffer))

    def _read_line(self, deadline: float) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > LINE_LIMIT:
                raise BrokenOff("endless", shown(self._buffer))
            left = _milliseconds(deadline)
            if not left or not self._readable(left):
                raise self._silent()
            if not self._take():
                raise self._ended()
        if end > LINE_LIMIT:
            raise BrokenOff("endless", shown(self._buffer))
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        if self._buffer:
            more = f"{shown(line)}, then {shown(self._buffer)}"
            raise BrokenOff("talkative", more, [line, *bytes(self._buffer).splitlines()])
        return line

    def _readable(self, milliseconds: float) -> bool:
        return bool(self._reading.poll(milliseconds))

    def _take(self) -> bool:
        """Move what has arrived, as `_readable` said, into the buffer; False at its end."""
        chunk = os.read(self._stdout, _CHUNK)
        self._buffer += chunk
        return bool(chunk)

    def _silent(self) -> BrokenOff:
        """Say that nothing came; of a process that has ended others may still have the output."""
        code = self._process.poll()
        return BrokenOff("silent") if code is None else BrokenOff("ended", exit_of(code))

    def _ended(self) -> BrokenOff:
        code = self.wait(_GRACE)
        return BrokenOff(
            "ended",
            "closed its output and runs on" if code is None else exit_of(code),
        )

    def overheard(self, seconds: float) -> str:
        """Return what it says within `seconds` though nothing is asked, as a fault shows it."""
        if self._readable(seconds * 1000):
            self._take()
        return shown(self._buffer) if self._buffer else ""

    def finish(self, seconds: float) -> bytes:
        """Close the child's stdin and return what it still writes until its output ends."""
        deadline = time.monotonic() + seconds
        self._close_stdin()
        # One look is enough: whatever comes is wrong, and the end of the output comes as nothing.
        if self._readable(_milliseconds(deadline)):
            self._take()
        return bytes(self._buffer)

    def farewell(self, seconds: float) -> tuple[Culprit, str] | None:
        """After the answer to `stop`, return what is wrong with the way the process ends."""
        rest = self.finish(seconds)
        if rest:
            return "adapter", f"wrote to stdout after its answer to stop: {shown(rest)}"
        code = self.wait(seconds)
        if code is None:
            return "adapter", f"did not exit within {seconds:g} s of its answer to stop"
        return ("implementation", f"after stop it {exit_of(code)}") if code else None

    def last_lines(self) -> tuple[str, ...]:
        """Return the last lines of its stderr."""
        return self.tail.lines()

    def wait(self, seconds: float) -> int | None:
        """Return the exit code (negative: the signal) within `seconds`, or None."""
        deadline = time.monotonic() + seconds
        while (code := self._process.poll()) is None and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        return code

    def kill(self) -> None:
        """End the process and all that it has started, and reap it; again, does nothing."""
        if self._process.stderr is None or self._process.stderr.closed:
            return
        self._family.end()
        with suppress(subprocess.TimeoutExpired):  # only while the kernel itself holds it
            self._process.wait(_GRACE)
        self.tail.end()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _close_stdin(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()


def _milliseconds(deadline: float) -> float:
    return max(0.0, (deadline - time.monotonic()) * 1000)


def exit_of(code: int) -> str:
    """Return how a process ended."""
    if code >= 0:
        return f"exited with code {code}"
    return f"was killed by {signal.Signals(-code).name}"


_SHOWN: Final = 80


def shown(data: bytes | bytearray) -> str:
    """Return the first line of `data` as a fault shows it: in quotes, cut when long."""
    first = bytes(data[: _SHOWN + 1]).split(b"\n", 1)[0].decode(errors="replace")
    return f"'{first}'" if len(data) <= _SHOWN else f"'{first[:_SHOWN]}…'"
