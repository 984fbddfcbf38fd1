"""What smoke found, check by check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CHECKS", "Check", "Finding", "Outcome", "SmokeReport"]

Outcome: TypeAlias = Literal["ok", "failed", "not reached"]

CHECKS: Final = {
    "starts": "starts and answers start",
    "declares": "declares itself",
    "seq": "answers repeat seq",
    "form": "answers are of the protocol",
    "amounts": "amounts are strings of digits",
    "instants": "instants have an offset",
    "words": "statuses and kinds are words of their lists",
    "keys": "no keys that the protocol does not know",
    "stdout": "stdout carries answers and nothing else",
    "opens": "opens a scenario",
    "settles": "the clock settles",
    "forward": "what is due next lies ahead",
    "unknown act": "an unknown act is unsupported or an error",
    "observes": "observes what was asked",
    "closes": "closes the scenario",
    "second": "opens a second time",
    "same": "answers the same questions alike",
    "stops": "stops with exit code 0",
}
"""The checks in the order in which they are reached, and how they are shown."""

_FIRST: Final = 3
_WIDTH: Final = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, in which field, in the answer `got` to the message `sent`."""

    said: str
    field: str = ""
    sent: str = ""
    got: str = ""

    def lines(self) -> Iterator[str]:
        """Yield the finding as text."""
        yield f"{self.field}: {self.said}" if self.field else self.said
        for word, message in (("sent", self.sent), ("got ", self.got)):
            if message:
                cut = message if len(message) <= _WIDTH else f"{message[:_WIDTH]}…"
                yield f"  {word}  {cut}"


@dataclass(frozen=True, slots=True)
class Check:
    """One of `CHECKS`, its verdict and all that was found."""

    name: str
    verdict: Outcome
    findings: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """The check as it is shown."""
        return CHECKS[self.name]

    def lines(self) -> Iterator[str]:
        """Yield the check, and its first findings below it."""
        yield f"{self.verdict:<11}  {self.title}"
        for finding in self.findings[:_FIRST]:
            yield from (f"{'':13}{line}" for line in finding.lines())
        if len(self.findings) > _FIRST:
            yield f"{'':13}and {len(self.findings) - _FIRST} more"


@dataclass(frozen=True, slots=True)
class SmokeReport:
    """All checks of one adapter; `name` is its own name for itself, or the spec."""

    spec: str
    name: str
    checks: tuple[Check, ...]
    stderr_tail: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every check was reached and nothing was found."""
        return all(check.verdict == "ok" for check in self.checks)

    def lines(self) -> tuple[str, ...]:
        """Return the report as plain text; the tail of stderr only when something is wrong."""
        good = sum(check.verdict == "ok" for check in self.checks)
        tail = () if self.ok else tuple(f"stderr       {line}" for line in self.stderr_tail)
        return (
            *(line for check in self.checks for line in check.lines()),
            *tail,
            f"{self.name}: {good} of {len(self.checks)} checks ok",
        )
