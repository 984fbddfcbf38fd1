"""What may stand behind --clock, and for which implementation."""

from __future__ import annotations

import pytest

from prorata.harness.clocks.wishes import ClockWish, clock_wish, fitting
from prorata.harness.implementations.base import CannotStart

PYTHON = "python:shop:Billing"
STDIO = "stdio:php billing.php"
HTTP = "http://127.0.0.1:8080/"
PANEL = "billmanager:http://127.0.0.1:1501/billmgr"


@pytest.mark.parametrize("word", ["none", "control", "ask", "freezegun", "time-machine"])
def test_a_word(word):
    """Each clock has a word."""
    assert ClockWish(word) == clock_wish(word)


def test_a_command():
    """A command has words of its own, as in a shell."""
    assert ClockWish("command", ("./set time", "-q")) == clock_wish("command:'./set time' -q")


def test_nothing_said():
    """Without --clock time is told by messages alone, and a panel has its own default."""
    assert ClockWish("none") == clock_wish(None)
    assert ClockWish("none") == fitting(None, PANEL)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("soon", "--clock soon: write none, control, command:CMD, ask, freezegun, time-machine or"),
        ("command:", "--clock command:: write none, control"),
        ("command", "--clock command: write none, control"),
        ("control:now", "--clock control:now: write none, control"),
        ("command:'", "--clock command:': no closing quotation"),
    ],
)
def test_what_is_no_clock(text, said):
    """Is told in one line, with what may be written."""
    with pytest.raises(CannotStart) as raised:
        clock_wish(text)
    assert raised.value.reason.startswith(said)
    assert "\n" not in raised.value.reason


FITS = {
    "reference": {"none"},
    STDIO: {"none", "command:true", "ask", "libfaketime"},
    HTTP: {"none", "command:true", "ask", "libfaketime"},
    PYTHON: {"none", "command:true", "ask", "libfaketime", "freezegun", "time-machine"},
    PANEL: {"control", "command:true", "ask"},
}
ALL = ("none", "control", "command:true", "ask", "freezegun", "time-machine", "libfaketime")


@pytest.mark.parametrize("implementation", FITS)
@pytest.mark.parametrize("clock", ALL)
def test_which_clock_fits(implementation, clock):
    """Another one is refused in one line, which says what it is for and what it is not."""
    if clock in FITS[implementation]:
        assert clock.partition(":")[0] == fitting(clock, implementation).word
        return
    with pytest.raises(CannotStart) as raised:
        fitting(clock, implementation)
    assert raised.value.reason.startswith(f"--clock {clock.partition(':')[0]} is for ")
    assert raised.value.reason.endswith(f"; {implementation} is none")


def test_a_server_that_somebody_else_started():
    """Is not reached by what is loaded at the start."""
    with pytest.raises(CannotStart, match=r"a program that prorata starts \(.*--start"):
        fitting("libfaketime", HTTP, started=False)
    assert "command" == fitting("command:true", HTTP, started=False).word
