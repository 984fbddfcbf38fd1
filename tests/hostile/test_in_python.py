"""`python:` billings that do what they should not: the exact verdict, and whose fault it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fault_words import SILENT, TWICE, ended, not_json, plain

from prorata.harness.implementations import CannotStart

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.sweep

WRITE = "the protocol has no way to write "
AWARE = "; an instant is an aware datetime"
AMOUNT = "observe: result.ledger.0.amount: an amount here is a string of digits without sign, "
ANSWERED = "answered observe with an error: "
ESCAPES = "\x1b[2J\x1b]0;owned\x07"

IMPLEMENTATION: Mapping[str, str] = {
    "exits": ended("clock", "exited with code 3"),
    "raises SystemExit": ended("clock", "exited with code 4"),
    "raises KeyboardInterrupt": ended("clock", "was killed by SIGINT"),
    "is killed": ended("clock", "was killed by SIGKILL"),
    "hangs": f"clock: {SILENT}",
    "stops itself": f"clock: {SILENT}",
    "calls itself": "answered clock with an error: RecursionError: maximum recursion ",
    "leaves one and hangs": f"clock: {SILENT}",
    "ignores SIGTERM": f"clock: {SILENT}",
    "closes its pipes": ended("clock", "exited with code 1"),
    "escapes": f"answered clock with an error: ValueError: {ESCAPES} log: all right\u202e (",
    "due for ever": "has something due 2,000 times within a day, "
    "from 2025-08-01T09:00:01+00:00 to 2025-08-01T09:33:20+00:00",
    "due in the past": "is never done at 2025-08-01T09:00:00+00:00: something stays due at "
    "2025-07-31 09:00:00+00:00",
    "naive next": "answered clock with an error: TypeError: result.next: "
    f"{WRITE}the datetime 2025-08-02 09:00:00{AWARE}",
    "a date as next": f"answered clock with an error: TypeError: result.next: {WRITE}a date{AWARE}",
    "naive time": f"{ANSWERED}TypeError: result.services.1.expires: "
    f"{WRITE}the datetime 2025-09-01 00:00:00{AWARE}",
    "bytes": f"{ANSWERED}TypeError: result.services.1.user: {WRITE}a bytes",
    "NaN": f"{ANSWERED}TypeError: result.ledger.0.amount: NaN is no amount",
    "float NaN": f"{ANSWERED}ValueError: result.ledger.0.amount: Out of range float values are not",
    "infinity": f"{ANSWERED}TypeError: result.ledger.0.amount: Infinity is no amount",
    "cycle": f"{ANSWERED}ValueError: Circular reference detected",
}
ADAPTER: Mapping[str, str] = {
    "forges an answer": f'clock: {TWICE}\'{{"seq": N, "result": {{}}}}\', then ',
    "writes half a line": 'clock: not JSON: \'{"seq":{"seq": N',
    "binary": (f"clock: {TWICE}'\x7fELF\x00\ufffd', then ", "clock: not JSON: '\x7fELF"),
    "seconds as next": "clock: result.next: an instant has date, time and offset, ",
    "half a letter": not_json('{"seq": N, "result": ', "observe"),
    "12 MB": "observe: the answer is longer than 8 MiB: ",
    "float": f'{AMOUNT}"3.10", not 3.1',
    "negative amount": f'{AMOUNT}"3.10", not "-3.10"',
}
FAILING: Mapping[str, tuple[tuple[str, ...], str]] = {
    "zero time": (("site", "expires"), "0001-01-01"),
    "negative period": (("site", "period"), "-1 month"),
    "escapes in a user": (
        ("always",),
        f"{ESCAPES}\r\nlog: all right\u202e is not on the panel, and its service is active",
    ),
    "strange dict": (("always",), "x is not on the panel, and its service is active"),
}
HARMLESS = [
    "none", "stderr flood", "stdout flood", "leaves one and goes on",
    "leaves one without environment", "opens every descriptor", "the last time as next",
    "exponent",
]  # fmt: skip
AT_START: Mapping[str, str] = {
    "exits at start": ended("start", "exited with code 3"),
    "hangs at start": "start: no answer within 4 s; it was killed",
    "leaves while it is imported": ended("start", "exited with code 0"),
}
ERRORS = [
    *(("implementation", vice, said) for vice, said in IMPLEMENTATION.items()),
    *(("adapter", vice, said) for vice, said in ADAPTER.items()),
]


@pytest.mark.parametrize(("fault", "vice", "said"), ERRORS, ids=[vice for _, vice, _ in ERRORS])
def test_who_gives_no_proper_answer_is_named(judged: Any, fault: str, vice: str, said: str) -> None:
    """One scenario is an error, with its culprit and a sentence; the others are judged."""
    verdicts, goodbye = judged(vice, "python")
    assert ["pass", "error", "pass"] == [each.verdict for each in verdicts]
    assert fault == verdicts[1].fault
    assert plain(verdicts[1].reason).startswith(said)
    assert "" == goodbye


@pytest.mark.parametrize(("vice", "differs"), FAILING.items(), ids=FAILING)
def test_what_can_be_compared_fails(judged: Any, vice: str, differs: Any) -> None:
    """At the place where it is, with what is there."""
    verdicts, goodbye = judged(vice, "python")
    assert ["pass", "fail", "pass"] == [each.verdict for each in verdicts]
    first = verdicts[1].mismatches[0]
    assert differs == (first.path, first.got)
    assert "" == goodbye


@pytest.mark.parametrize("vice", HARMLESS)
def test_what_harms_nobody_conforms(judged: Any, vice: str) -> None:
    """And is not left behind either."""
    verdicts, goodbye = judged(vice, "python")
    assert ["pass"] * 3 == [each.verdict for each in verdicts]
    assert "" == goodbye


@pytest.mark.parametrize(("vice", "said"), AT_START.items(), ids=AT_START)
def test_who_does_not_start_cannot_be_judged(judged: Any, vice: str, said: str) -> None:
    """Nothing is judged, and nothing is left of it."""
    with pytest.raises(CannotStart) as caught:
        judged(vice, "python")
    assert f"python:in_python:Hostile: {said}" == plain(caught.value.reason)
