"""Verdicts: what a run says of a scenario."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from prorata.harness.scenario.grades import REQUIRED, SHOULD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.running.places import Path
    from prorata.harness.scenario.grades import Grade

__all__ = ["Mismatch", "Results", "Verdict"]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One place where what was seen is not what is expected.

    `by` says where the expectation comes from when it is not the file's own; `derivation` are the
    lines in which the reference explains the amount; `place` is the file, line and column.
    """

    rule: str
    at: str
    act: str
    path: Path
    expected: str
    got: str
    place: str
    by: str = ""
    derivation: tuple[str, ...] = ()
    #: What the reference shows there, where that is not what is expected.
    reference: str = ""
    #: Whether it has to be so (required), should be, or may be.
    grade: Grade = REQUIRED


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run says of one scenario.

    `fault` goes with error: implementation, adapter or suite. `why` goes with skipped: unsupported,
    reading or selection. `reason` is a sentence for both. `known` tells that the failure is known.
    """

    scenario: str
    rules: tuple[str, ...]
    verdict: Literal["pass", "fail", "error", "skipped"]
    seconds: float
    mismatches: tuple[Mismatch, ...] = ()
    #: What should be, or may be, and is not: no failure.
    advice: tuple[Mismatch, ...] = ()
    #: Where the run first parts from the reference's, which the file need not check.
    first: Mismatch | None = None
    #: What the implementation tells nowhere, once for each place that was not judged.
    not_told: tuple[str, ...] = ()
    #: What one of several billings has at the end without its counterpart on the other side.
    unreconciled: tuple[str, ...] = ()
    fault: str = ""
    why: str = ""
    reason: str = ""
    #: Of an error: the instant, the act, and where the step stands in the file.
    at: str = ""
    act: str = ""
    place: str = ""
    stderr: tuple[str, ...] = ()
    #: Of an exception in prorata itself, where that is the fault.
    traceback: tuple[str, ...] = ()
    known: str = ""
    #: Under which other reading, or convention of others, all is as the reference has it: told of
    #: the first of failures that are alike.
    agrees: str = ""
    #: The scenario's own file, where it is not a bundled one.
    file: str = ""
    #: What a report needs beside all that (`recording`), where one is wanted; plain data.
    record: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def rule(self) -> str:
        """The rule under which a failure is told."""
        if self.first is not None:
            return self.first.rule
        return self.mismatches[0].rule if self.mismatches else self.rules[0]

    @property
    def target(self) -> str:
        """What selects the scenario on the command line."""
        return self.file or self.scenario


@dataclass(frozen=True, slots=True)
class Results:
    """Every verdict of a run, in the order in which the scenarios ran."""

    implementation: str
    version: str
    readings: Mapping[str, str]
    verdicts: tuple[Verdict, ...]
    seconds: float
    #: What turns a run red beside its failures: a known failure that passed, or has run out.
    complaints: tuple[str, ...] = ()
    #: Why the run ended before its end, line by line; nothing where it did not.
    ended: tuple[str, ...] = ()

    def count(self, verdict: str) -> int:
        """Return how many scenarios have this verdict."""
        return sum(each.verdict == verdict for each in self.verdicts)

    @property
    def unexpected(self) -> tuple[Verdict, ...]:
        """The failures and errors that no list of known failures names."""
        bad = (each for each in self.verdicts if each.verdict in {"fail", "error"})
        return tuple(each for each in bad if not each.known)

    @property
    def advised(self) -> tuple[Verdict, ...]:
        """The scenarios that conform, and should do something otherwise."""
        graded = ((each, {m.grade for m in each.advice}) for each in self.verdicts)
        return tuple(each for each, grades in graded if each.verdict == "pass" and SHOULD in grades)

    @property
    def exit_code(self) -> int:
        """0: nothing unexpected; 1: something; 2: nothing was judged."""
        if self.unexpected or self.complaints:
            return 1
        judged = any(each.verdict != "skipped" for each in self.verdicts)
        return 0 if judged else 2
