"""The fixtures timeline and clients; those of panels are in test_pytest_plugin.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from prorata.fakes.control import Panels
from prorata.harness.pytest import Clients, Timeline
from prorata.reference.clock import BackwardsError

pytest_plugins = ["pytester"]


@pytest.fixture
def timeline():
    """The time of panels that stand at the first of January 2025."""
    return Timeline(Panels("ispmanager").clock)


def instants(timeline):
    """Return a list, and what writes the instant into it."""
    noted = []
    return noted, lambda: noted.append(f"{timeline.now():%m-%d %H:%M}")


def test_it_stands_where_it_is_put(timeline):
    """At an instant as text, in UTC, or as a datetime; a span further on."""
    assert datetime(2025, 2, 1, 9, 30, tzinfo=UTC) == timeline.at("2025-02-01 09:30")
    noon = datetime(2025, 2, 1, 12, tzinfo=UTC)
    assert noon == timeline.at(noon) == timeline.now()
    assert datetime(2025, 3, 2, 12, tzinfo=UTC) == timeline.advance(months=1, days=1)
    with pytest.raises(BackwardsError):
        timeline.at("2025-02-01")
    with pytest.raises(ValueError, match="'soon' is no instant"):
        timeline.at("soon")


def test_what_is_done_every_day(timeline):
    """Each midnight on the way, and the one that it stops at."""
    noted, note = instants(timeline)
    timeline.every(note, days=1)
    timeline.at("2025-01-03 12:00")
    assert ["01-02 00:00", "01-03 00:00"] == noted
    timeline.at("2025-01-04")
    assert ["01-02 00:00", "01-03 00:00", "01-04 00:00"] == noted


def test_months_keep_their_day(timeline):
    """The 31st is back after the short month."""
    timeline.at("2025-01-31")
    noted, note = instants(timeline)
    timeline.every(note, months=1)
    timeline.at("2025-03-31")
    assert ["02-28 00:00", "03-31 00:00"] == noted


def test_what_falls_due_is_done_in_its_order(timeline):
    """By instant, then as it was said; the panels have stopped there before."""
    noted = []
    due = {"a": [datetime(2025, 1, 5, tzinfo=UTC)], "b": [datetime(2025, 1, 3, tzinfo=UTC)]}
    due["c"] = [*due["a"]]
    for name in ("c", "a", "b"):

        def do(name=name):
            noted.append((name, timeline.now().day))
            due[name].pop()

        timeline.due(lambda name=name: next(iter(due[name]), None), do)
    timeline.at("2025-02-01")
    assert [("b", 3), ("c", 5), ("a", 5)] == noted


def test_panels_come_first(suite):
    """What a BILLmanager does at an instant is done when the billing looks."""
    suite.write(
        "test_time.py",
        "def test_it(timeline, billmanager, panels):\n"
        "    seen = []\n"
        "    timeline.every(lambda: seen.append(panels.now.day), days=1)\n"
        "    timeline.advance(days=3)\n"
        "    assert [2, 3, 4] == seen\n",
    )
    suite.run().assert_outcomes(passed=1)


def test_a_clock_that_was_moved_past(timeline):
    """What was missed is not made up for: it goes on with the next."""
    clock = Panels("ispmanager").clock
    timeline = Timeline(clock)
    noted, note = instants(timeline)
    timeline.every(note, days=1)
    clock.advance(days=2, hours=1)
    timeline.advance(days=1)
    assert ["01-04 00:00"] == noted


def test_work_that_is_never_done(timeline):
    """It is told, instead of waiting for it for ever."""
    timeline.due(timeline.now, lambda: None)
    with pytest.raises(RuntimeError, match="still due at 2025-01-01T00:00:00"):
        timeline.advance(days=1)


@pytest.mark.parametrize("span", [{}, {"days": 0}])
def test_every_needs_a_span(timeline, span):
    """Else it would be done without end."""
    with pytest.raises(ValueError, match="every: say how often, as in days=1"):
        timeline.every(print, **span)


def test_clients_repeat():
    """The same for the same test, others for another; each login is there once."""
    first, again, other = (Clients(seed).some(50) for seed in ("a", "a", "b"))
    assert first == again
    assert first != other
    assert 50 == len({each.login for each in first})
    assert all(f"{each.login}@example.com" == each.email for each in first)
    assert first[0] == next(iter(Clients("a"))) == Clients("a").one()


def test_clients_of_a_test(suite):
    """Faker is there once they are asked for, not before."""
    suite.write(
        "test_clients.py",
        "import sys\n"
        "def test_before(): assert 'faker' not in sys.modules\n"
        "def test_clients(clients): assert clients.one() != clients.one()\n"
        "def test_after(): assert 'faker' in sys.modules\n",
    )
    suite.run_apart().assert_outcomes(passed=3)


def test_clients_without_faker(suite, monkeypatch):
    """One line says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "faker", None)
    suite.write("test_clients.py", "def test_clients(clients): ...\n")
    ran = suite.run()
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["the fixture clients needs faker: pip install 'prorata[[]faker]'"])
