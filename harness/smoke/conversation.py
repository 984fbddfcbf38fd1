"""Asking an adapter and noting whatever is wrong with its answers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeVar

from prorata.harness.clocks.timed import off, told_instant
from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.implementations.process import BrokenOff
from prorata.harness.implementations.stdio import broken_off
from prorata.harness.protocol import (
    OLDEST,
    Advance,
    Answer,
    Body,
    MalformedError,
    Nothing,
    Result,
    Stop,
    decode_answer,
    encode,
    unknown_keys,
)
from prorata.harness.smoke.report import CHECKS, Check, Finding

if TYPE_CHECKING:
    from prorata.harness.clocks.outside import OutsideClock
    from prorata.harness.implementations.channel import Channel
    from prorata.harness.protocol import Request

__all__ = ["Conversation", "OverError"]

B = TypeVar("B", bound=Body)

_OF_KIND: Final = {
    "json": "stdout",
    "seq": "seq",
    "amount": "amounts",
    "instant": "instants",
    "literal_error": "words",
}


class OverError(Exception):
    """The adapter cannot be asked any more; why is among the findings."""


class Conversation:
    """One conversation, the checks that it has reached and what was found.

    `clock` is what is read beside the messages.
    """

    def __init__(self, child: Channel, seconds: float, clock: OutsideClock) -> None:
        self._child = child
        self._clock = clock
        self._seconds = seconds
        self._seq = 0
        self._found: dict[str, list[Finding]] = defaultdict(list)
        self._reached: set[str] = set()
        self._last = ("", "")
        #: The version that is spoken, as far as that is known.
        self.protocol = OLDEST

    def reach(self, *checks: str) -> None:
        """Note that these checks have been made, so that they are ok if nothing is found."""
        self._reached.update(checks)

    def find(
        self,
        check: str,
        said: str,
        field: str = "",
        sent_got: tuple[str, str] = ("", ""),
    ) -> None:
        """Note what is wrong, with the last exchange unless another is given."""
        sent, got = sent_got if any(sent_got) else self._last
        self.reach(check)
        self._found[check].append(Finding(said, field, sent, got))

    def ask(self, request: Request, check: str, seconds: float | None = None) -> Answer | None:
        """Return the answer, or None for one that is not of the protocol.

        `check` is what fails when no answer comes; then `OverError` is raised.
        """
        numbered = self._numbered(request)
        self._set_clock(request, check)
        limit = seconds or self._seconds
        try:
            got = self._child.exchange(encode(numbered), limit)
        except BrokenOff as broken:
            name = "stdout" if broken.kind in ("early", "talkative") else check
            self.find(name, broken_off(broken, limit)[1])
            raise OverError from None
        self._last = (self._last[0], got.decode(errors="replace"))
        self.reach(check, "stdout")
        answer = self._read(got, numbered)
        if isinstance(request, Advance) and isinstance(answer, Result):
            for said in off(answer.body, request.to, self._clock.slack):
                self.find(check, said, "result.now")
        return answer

    def _set_clock(self, request: Request, check: str) -> None:
        at = told_instant(request)
        try:
            if at is not None:
                self._clock.stand_at(at)
        except ImplementationFault as fault:
            self.find(check, fault.reason)
            raise OverError from None

    def _numbered(self, request: Request) -> Request:
        self._seq += 1
        numbered = request.numbered(self._seq)
        self._last = (encode(numbered).decode().rstrip(), "")
        return numbered

    def _read(self, got: bytes, numbered: Request) -> Answer | None:
        try:
            answer = decode_answer(got, to=numbered, protocol=self.protocol)
        except MalformedError as error:
            if error.problems[0].kind != "json":
                self.reach("seq", "form")
            for problem in error.problems:
                self.find(_OF_KIND.get(problem.kind, "form"), problem.said, problem.field)
            return None
        self.reach("seq", "form")
        if isinstance(answer, Result):
            self.reach("keys")
            for place in unknown_keys(answer.body):
                self.find("keys", "is not a key of the protocol", place)
        return answer

    def expect(
        self, request: Request, check: str, kind: type[B], seconds: float | None = None
    ) -> B | None:
        """Return the body of a result; another answer is a finding, and the body is None."""
        answer = self.ask(request, check, seconds)
        if isinstance(answer, Result) and isinstance(answer.body, kind):
            return answer.body
        if answer is not None:
            self.find(check, f"answered {request.type} with {answer}")
        else:
            self.find(check, "the answer is not of the protocol")
        return None

    @property
    def last(self) -> tuple[str, str]:
        """The last message sent, and the answer got."""
        return self._last

    def stop(self) -> None:
        """Say `stop` and look how the process ends."""
        self.expect(Stop(), "stops", Nothing)
        complaint = self._child.farewell(self._seconds)
        if complaint:
            self.find("stops", complaint[1])

    def checks(self) -> tuple[Check, ...]:
        """Return every check with its verdict."""
        return tuple(self._check(name) for name in CHECKS)

    def _check(self, name: str) -> Check:
        if name in self._found:
            return Check(name, "failed", tuple(self._found[name]))
        return Check(name, "ok" if name in self._reached else "not reached")
