"""Text from outside, as it may be printed."""

from __future__ import annotations

import pytest

from prorata.harness.report.clean import clean


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("late fee 0.25", "late fee 0.25"),
        ("Grüße, 5 × 3", "Grüße, 5 × 3"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("one\ntwo\r\tthree", r"one\ntwo\r\tthree"),
        ("abc\u202efed\u2028", r"abc\u202efed\u2028"),
        ("\udcff", r"\udcff"),
        ("\x85\x9b2J", r"\x85\x9b2J"),
        ("", ""),
    ],
)
def test_what_cannot_be_printed_is_its_escape(text: str, shown: str) -> None:
    """Colours, jumps of the cursor, turned directions, half characters; all else stays."""
    assert shown == clean(text)
    assert shown == clean(shown)


def test_nothing_goes_on_without_end() -> None:
    """The end is an ellipsis."""
    assert "x" * 400 == clean("x" * 400)
    assert f"{'x' * 400}…" == clean("x" * 401)
    assert "abc…" == clean("abcd", 3)
