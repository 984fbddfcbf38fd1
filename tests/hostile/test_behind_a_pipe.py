"""`stdio:` programs that do what they should not: the exact verdict, and whose fault it is.

The vice shows in the second of three scenarios. The first and the third conform, and when all is
over nothing is left behind: the fixture sees to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fault_words import LATE, SILENT, TWICE, ended, not_json, plain

from prorata.harness.implementations import CannotStart

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.sweep

ESCAPES = "\x1b[2J\x1b]0;owned\x07\r\nlog: all right\u202e"
INSTANT = 'an instant has date, time and offset, "2025-08-01T09:00:00+00:00", not '
EXPIRES = f"observe: result.services.1.expires: {INSTANT}"
AMOUNT = (
    'observe: result.ledger.0.amount: an amount here is a string of digits without sign, "3.10", '
    "not "
)

#: What is no answer at all, or none in time.
IMPLEMENTATION: Mapping[str, str] = {
    "exits": ended("clock", "exited with code 3"),
    "exits well": ended("act order", "exited with code 0"),
    "is killed": ended("observe", "was killed by SIGKILL"),
    "hangs": f"clock: {SILENT}",
    "stops itself": f"clock: {SILENT}",
    "drips": f"clock: {SILENT}",
    "half a line": f"act order: {SILENT}",
    "half a line and exits": ended("act order", "exited with code 0"),
    "half a line and closes": ended("act order", "closed its output and runs on"),
    "stderr flood and exits": ended("clock", "exited with code 3"),
    "escapes on stderr": ended("clock", "exited with code 3"),
    "leaves one and hangs": f"clock: {SILENT}",
    # Who was left has the output still.
    "leaves one and exits": ended("clock", "exited with code 3"),
    "ignores SIGTERM": f"clock: {SILENT}",
    "closes stdin": f"clock: {SILENT}",
    "closes stdout": ended("clock", "closed its output and runs on"),
    "closes its pipes": ended("clock", "closed its output and runs on"),
    "escapes": f"answered act with an error: {ESCAPES}",
    "last time of Python": "told what cannot be compared: services.site.expires is "
    "9999-12-31T23:59:59-01:00, which no calendar holds",
    # Two thousand times after it was asked thrice in the first minute.
    "due for ever": "has something due 2,000 times within a day, "
    "from 2025-08-01T09:00:03+00:00 to 2025-08-01T10:06:41+00:00",
}

#: What is an answer, and not of the protocol.
ADAPTER: Mapping[str, str] = {
    "twice": f'clock: {TWICE}\'{{"seq": N, "result": {{"settled": true, "next": null}}}}\', then ',
    "twice at the end": f'close: {TWICE}\'{{"seq": N, "result": {{}}}}\', then ',
    "out of order": "clock: seq: is 12, asked was 13",
    "wrong number": "clock: seq: is 99, asked was 13",
    "number as text": 'clock: seq: is "5", asked was 13',
    "number as float": "clock: seq: is 5.0, asked was 13",
    "number that is true": "clock: seq: is true, asked was 13",
    "number below nought": "clock: seq: is -1, asked was 13",
    "100 MB": "observe: the answer is longer than 8 MiB: 'xxxx",
    "100 MB without an end": "observe: the answer is longer than 8 MiB: 'xxxx",
    "100 MB of lines": f"observe: {TWICE}'xxxx",
    "binary": f"clock: {TWICE}'\x00\x01\x02",
    "nulls": not_json("\x00\x00\x00"),
    "two bytes a letter": not_json("\ufffd\ufffd{\x00"),
    "nothing": not_json("'"),
    "deep": not_json("[[[["),
    "a huge number": not_json('{"seq":9999'),
    "naive time": f'{EXPIRES}"2025-09-01T00:00:00"',
    "a date for a time": f'{EXPIRES}"2025-09-01"',
    "zero time of MySQL": f'{EXPIRES}"0000-00-00 00:00:00"',
    "zero time of PHP": f'{EXPIRES}"-0001-11-30T00:00:00+00:00"',
    "last time of Java": f'{EXPIRES}"+292278994-08-17T07:12:55Z"',
    "seconds for a time": f"{EXPIRES}0",
    "float": f"{AMOUNT}3.1",
    "float balance": "observe: result.balances.anna: an amount is a string of digits such as ",
    "NaN": not_json('{"seq": N, "result": ', "observe"),
    "NaN as text": f'{AMOUNT}"NaN"',
    "infinity": not_json('{"seq": N, "result": ', "observe"),
    "exponent": f'{AMOUNT}"31e-1"',
    "negative amount": f'{AMOUNT}"-3.10"',
    "half a letter": not_json('{"seq": N, "result": ', "observe"),
}

#: What comes when the scenario is over is its own fault, whatever is asked then.
TOO_LATE: Mapping[str, str] = {
    "again when the next is opened": f"{LATE}open: {TWICE}",
    "again when time goes on": f"{LATE}clock: {TWICE}",
    "again when the next is over": f"{LATE}close: {TWICE}",
    "a word when the next is opened": f"{LATE}open: {TWICE}'by the way', then ",
}

#: What is wrong and can be compared: where it differs, and what is there.
FAILING: Mapping[str, tuple[tuple[str, ...], str]] = {
    "negative period": (("site", "period"), "-1 month"),
    "no period": (("site", "period"), "0 months"),
    "time that goes back": (("covers", "period"), "3.10 for 2025-09-01 .. 2025-08-01"),
    "zero time of Go": (("site", "expires"), "0001-01-01"),
    "zero time of C": (("site", "expires"), "1970-01-01"),
    "zero time of OLE": (("site", "expires"), "1899-12-30"),
    "escapes in a refusal": (
        ("act",), f"refused by {ESCAPES}",
    ),
    "escapes in an id": (("site", "expires"), "nothing"),
    "escapes in a user": (
        ("always",),
        f"{ESCAPES} is not on the panel, and its service is active",
    ),
    "a null in a name": (
        ("always",), "a\0b is not on the panel, and its service is active",
    ),
}  # fmt: skip

#: What nobody has to mind.
HARMLESS = [
    "none", "escapes in the name", "stderr flood", "stderr flood without lines",
    "leaves one and goes on", "leaves one without environment", "leaves one that is far away",
    "closes stderr", "opens every descriptor",
]  # fmt: skip

#: What cannot be asked at all.
AT_START: Mapping[str, str] = {
    "exits at start": ended("start", "exited with code 3"),
    "hangs at start": "start: no answer within 4 s; it was killed",
    "half a line at start": "start: no answer within 4 s; it was killed",
    "binary at start": not_json("\x7fELF\x02\x01\x01\x00'", "start"),
    "wrong version": "speaks protocol 7, this suite speaks ",
    "escapes at start": "\x1b[2J\x1b]0;owned\x07",
}

ERRORS = [
    *(("implementation", vice, said) for vice, said in IMPLEMENTATION.items()),
    *(("adapter", vice, said) for vice, said in (ADAPTER | TOO_LATE).items()),
]


@pytest.mark.parametrize(("fault", "vice", "said"), ERRORS, ids=[vice for _, vice, _ in ERRORS])
def test_who_gives_no_proper_answer_is_named(judged: Any, fault: str, vice: str, said: str) -> None:
    """One scenario is an error, with its culprit and a sentence; the others are judged."""
    verdicts, goodbye = judged(vice)
    assert ["pass", "error", "pass"] == [each.verdict for each in verdicts]
    assert fault == verdicts[1].fault
    assert plain(verdicts[1].reason).startswith(said)
    assert "" == goodbye


@pytest.mark.parametrize(("vice", "differs"), FAILING.items(), ids=FAILING)
def test_what_can_be_compared_fails(judged: Any, vice: str, differs: Any) -> None:
    """At the place where it is, with what is there."""
    verdicts, goodbye = judged(vice)
    assert ["pass", "fail", "pass"] == [each.verdict for each in verdicts]
    first = verdicts[1].mismatches[0]
    assert differs == (first.path, first.got)
    assert "" == goodbye


@pytest.mark.parametrize("vice", HARMLESS)
def test_what_harms_nobody_conforms(judged: Any, vice: str) -> None:
    """And is not left behind either."""
    verdicts, goodbye = judged(vice)
    assert ["pass"] * 3 == [each.verdict for each in verdicts]
    assert "" == goodbye


@pytest.mark.parametrize(("vice", "said"), AT_START.items(), ids=AT_START)
def test_who_does_not_start_cannot_be_judged(judged: Any, vice: str, said: str) -> None:
    """Nothing is judged, and nothing is left of it."""
    with pytest.raises(CannotStart) as caught:
        judged(vice)
    assert f"right.py: {said}" in plain(caught.value.reason)


def test_a_word_of_which_nobody_knows_whose_it_is_is_blamed_on_where_it_came(judged: Any) -> None:
    """It carries no number, and came in the middle of the third."""
    verdicts, _ = judged("a word when time goes on")
    assert ["pass", "pass", "error"] == [each.verdict for each in verdicts]
    assert f"clock: {TWICE}'by the way', then " in plain(verdicts[2].reason)


def test_who_ignores_the_end_is_ended(judged: Any) -> None:
    """All conform, and the goodbye is told."""
    verdicts, goodbye = judged("ignores SIGTERM at the end")
    assert ["pass"] * 3 == [each.verdict for each in verdicts]
    assert "did not exit within 1 s of its answer to stop" == goodbye
