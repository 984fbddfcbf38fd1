"""Before a run all have to stand at one time; who does not is named."""

from __future__ import annotations

import shlex
import sys
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from clocked import NOON, SPRING, opening, shown

from prorata.harness.clocks.agreeing import agree
from prorata.harness.clocks.moving import run_command
from prorata.harness.clocks.outside import MESSAGES
from prorata.harness.clocks.timed import UnderClock
from prorata.harness.implementations import open_implementation
from prorata.harness.implementations.base import CannotStart, ImplementationFault
from prorata.harness.protocol import Advance, Result, Settled
from prorata.harness.running.api import run
from prorata.harness.running.panels import ScenarioPanels, open_panels
from prorata.harness.smoke import smoke
from prorata.reference.clock import Clock

pytestmark = pytest.mark.sweep

EXAMPLES = Path(__file__).parents[3] / "examples" / "python"

#: A billing whose clock is a file, in which a command writes the instant that it is given.
BILLING = """
    from datetime import datetime, timedelta
    from pathlib import Path

    class Billing:
        ahead = timedelta()

        def __init__(self, context):
            pass

        def clocks(self):
            return {"the file": datetime.fromisoformat(Path("now").read_text()) + self.ahead}

        def observe(self):
            return {"services": {}, "ledger": [], "balances": {}, "invoices": {}}

    class Slow(Billing):
        ahead = timedelta(minutes=40)

    class Elsewhere(Billing):
        ahead = timedelta(hours=2)

    class Broken(Billing):
        def clocks(self):
            raise OSError("no file")

    class Unable(Billing):
        def order(self, **asked):
            raise OSError("no database")
"""
WRITE = "import sys; open('now', 'w').write(sys.argv[-1])"
COMMAND = f"command:{shlex.join([sys.executable, '-c', WRITE])}"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path, monkeypatch):
    (tmp_path / "filed.py").write_text(dedent(BILLING), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_a_command_moves_the_clock_of_a_billing():
    """It gets the instant as its last word, before the billing is asked."""
    seen = shown("python:filed:Billing", COMMAND, [NOON, SPRING])
    assert [{"the file": NOON}, {"the file": SPRING}] == seen


def test_a_machine_goes_on():
    """The clock of a machine may be some minutes on when it is read, and no more."""
    late = timedelta(minutes=40)
    assert [{"the file": NOON + late}] == shown("python:filed:Slow", COMMAND, [NOON])
    with pytest.raises(CannotStart) as raised:
        shown("python:filed:Elsewhere", COMMAND, [NOON])
    first, said = raised.value.reason.splitlines()
    assert "the clocks are split, and nothing is judged" == first
    assert "  the file shows 2025-08-01T11:00:00+00:00, and it is 2025-08-01T09:00:00+00:00" == said


def test_a_billing_that_breaks_while_it_is_compared():
    """Is not judged either."""
    with pytest.raises(CannotStart) as raised:
        shown("python:filed:Broken", COMMAND, [NOON])
    said = "while its clocks were compared: answered clock with an error: OSError: no file"
    assert raised.value.reason.startswith(said)


def test_a_billing_that_breaks_over_an_order():
    """It is started afresh, and the run tells of it where a scenario orders."""
    assert [{"the file": NOON}] == shown("python:filed:Unable", COMMAND, [NOON])
    (verdict,) = run("worked/daily", "python:filed:Unable", clock=COMMAND).verdicts
    assert ("error", "answered act with an error: OSError: no database (filed.py:29)") == (
        verdict.verdict,
        verdict.reason,
    )


def test_a_command_that_fails():
    """Is told by its last line."""
    words = [sys.executable, "-c", "import sys; sys.exit('no such machine')"]
    with pytest.raises(ImplementationFault, match="ended with 1: no such machine"):
        run_command(words, {})
    with pytest.raises(CannotStart, match=r"while its clocks were compared: .* no such machine"):
        shown("python:filed:Billing", f"command:{shlex.join(words)}", [NOON])


class Split(ScenarioPanels):
    """Panels that stand in another year than the scenario."""

    def place(self, clock, presets):
        """Put a panel under a clock of its own."""
        del clock
        return super().place(Clock(NOON), presets)


def test_a_panel_that_is_off_is_named(monkeypatch):
    """When a billing calls it, it notes its own time."""
    monkeypatch.chdir(EXAMPLES)
    billing = open_implementation("python:small_billing:SmallBilling")
    with open_panels("socket") as panels, pytest.raises(CannotStart) as raised:
        agree(billing, MESSAGES, Split(panels._served))
    billing.close()
    first, *found = raised.value.reason.splitlines()
    assert "the clocks are split, and nothing is judged" == first
    assert "  the panel took user.add.finish at 2024-02-29T12:00:00+00:00" in found


def test_a_clock_that_is_off_later_is_an_error_of_the_scenario():
    """Whoever tells `now` is compared at every answer, also where no clock was wished."""
    Path("now").write_text("2024-03-01T00:00:00+00:00", encoding="utf-8")
    billing = UnderClock(open_implementation("python:filed:Billing"), MESSAGES)
    billing.ask(opening(NOON))
    with pytest.raises(ImplementationFault) as raised:
        billing.ask(Advance(to=NOON))
    billing.close()
    said = "the file shows 2024-03-01T00:00:00+00:00, and it is 2024-02-29T12:00:00+00:00"
    assert ("implementation", f"the clocks are split: {said}") == (
        raised.value.fault,
        raised.value.reason,
    )
    (verdict,) = run("worked/daily", "python:filed:Billing").verdicts
    assert ("error", "implementation") == (verdict.verdict, verdict.fault)
    assert verdict.reason.startswith("the clocks are split: the file shows 2024-03-01")


class Behind:
    """A billing that shows the time before at its first answer, or at its first ones."""

    def __init__(self, late):
        self.late = late

    def ask(self, request):
        """Tell its clock."""
        self.late -= 1
        now = request.to - timedelta(days=self.late >= 0)
        return Result(Settled(settled=True, now={"its clock": now}))


def test_a_clock_that_was_read_while_it_was_set_is_asked_once_more():
    """One of many threads may hold back what it read; twice it does not."""
    assert UnderClock(Behind(1), MESSAGES).ask(Advance(to=NOON)).body.now == {"its clock": NOON}
    with pytest.raises(ImplementationFault, match="the clocks are split: its clock shows"):
        UnderClock(Behind(2), MESSAGES).ask(Advance(to=NOON))


def test_smoke_sees_it():
    """A clock that is off is a finding, and so is one that cannot be moved."""
    assert smoke("python:filed:Billing", clock=COMMAND).ok
    for factory, clock, said in [
        ("Elsewhere", COMMAND, "the file shows 2025-08-01T11:00:00+00:00"),
        ("Billing", "command:./no-such-command", "./no-such-command: "),
        ("Billing", "control", "--clock control is for a panel of ours"),
    ]:
        report = smoke(f"python:filed:{factory}", clock=clock)
        assert not report.ok
        assert said in "\n".join(report.lines())
