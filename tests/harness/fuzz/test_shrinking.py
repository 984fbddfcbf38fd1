"""A history becomes as small as it can be, and goes on to fail in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.fuzz.earlier import earlier, later
from prorata.harness.fuzz.lesser import fewer_clients, fewer_fields, fewer_steps, lesser_values
from prorata.harness.fuzz.plain import text_of
from prorata.harness.fuzz.shrinking import Shrinking
from prorata.harness.fuzz.sources import head_of_text
from prorata.harness.report.blocks import alike

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.fuzz.court import HistoryCourt


def whens(plain: Any) -> list[str]:
    """Return when the steps of a history are."""
    return [step["at"] for step in plain["timeline"]]


@pytest.fixture(name="shrunk")
def _shrunk(court: Callable[..., HistoryCourt]) -> Callable[..., Any]:
    """Return what shrinks a history that fails where overdue days are counted as begun ones."""

    def shrunk(plain: Any, seconds: float = 60.0, said: str = "") -> Any:
        judge = court(overdue_days="started")
        verdict = next(judge.judged([head_of_text("first", text_of(plain))]))
        return Shrinking(judge, alike(verdict), said, seconds, "least").shrink(plain)

    return shrunk


def test_the_least_history_has_what_matters_alone(shrunk: Any, late: Any) -> None:
    """One client, one tariff, one order, one late renewal; amounts are round.

    Of the fee nothing else can go: neither the percentage nor the balance that pays for it.
    """
    found = shrunk(late)

    assert found.in_time
    assert [["order"], ["renew"]] == [
        [key for key in step if key != "at"] for step in found.plain["timeline"]
    ]
    assert ["anna"] == list(found.plain["given"]["clients"])
    assert {"system", "tariffs", "clients"} == found.plain["given"].keys()
    (tariff,) = found.plain["given"]["tariffs"].values()
    assert {"prices", "late_renewal_fee"} == tariff.keys()
    assert "2025-01-01" == whens(found.plain)[0]


def test_it_fails_by_the_same_rule_at_the_same_kind_of_place(shrunk: Any, late: Any) -> None:
    """The rule of the fee, and its line."""
    found = shrunk(late)

    assert "billmanager.renew.late-fee.percent" == found.verdict.rule
    assert ("charged", "late fee") == found.verdict.first.path


def test_what_is_said_of_the_gap_stays(shrunk: Any, late: Any) -> None:
    """5 days by dates and 4.5, so 5, of 24 hours: a renewal at midnight is what differs by one.

    September 1 to 5 are 5 days, from midnight to midnight 4: one day too few of them.
    """
    found = shrunk(late, said="one day too few")

    wanted, got = found.verdict.first.expected, found.verdict.first.got
    assert float(got) < float(wanted)


def test_the_same_history_shrinks_to_the_same(shrunk: Any, late: Any) -> None:
    """What is tried depends on the history alone."""
    assert shrunk(late).plain == shrunk(late).plain


def test_time_runs_out(shrunk: Any, late: Any) -> None:
    """Then the least history so far is told, and that it is not the least."""
    found = shrunk(late, seconds=0.0)

    assert (late, False) == (found.plain, found.in_time)


def test_what_does_not_fail_alone_is_not_shrunk(court: Any, late: Any) -> None:
    """The reference itself does as the reference does."""
    shrinking = Shrinking(court(), ("fail",), "", 10.0, "least")

    assert shrinking.shrink(late) is None


def test_steps_go_by_halves_then_one_by_one_from_the_last(late: Any) -> None:
    """Of five steps two go at first, those at the end; then each alone."""
    found = [[step["at"][:10] for step in plain["timeline"]] for plain in fewer_steps(late)]

    assert ["2025-08-01", "2025-08-01", "2025-08-02"] == found[0]
    assert [5 - 2] * 2 + [4] * 5 == [len(each) for each in found]


def test_with_a_client_goes_all_that_is_theirs(late: Any) -> None:
    """Without ben there is neither his order nor his payment."""
    found = next(each for each in fewer_clients(late) if "ben" not in each["given"]["clients"])

    assert ["order", "renew", "pay"] == [
        next(key for key in step if key != "at") for step in found["timeline"]
    ]
    assert all("ben" not in str(step) for step in found["timeline"])


def test_each_field_goes_alone(late: Any) -> None:
    """Of what is given, and of what an act says; never the system."""
    found = list(fewer_fields(late))

    tariffs = [each["given"].get("tariffs", {}) for each in found]
    assert any("setup_fee" not in rows.get("small", {"setup_fee"}) for rows in tariffs)
    assert any("timezone" not in each["given"] for each in found)
    renewals = [each["timeline"][3].get("renew", {}) for each in found]
    assert any("period" not in renewal for renewal in renewals)
    assert all("system" in each["given"] for each in found)


def test_amounts_become_rounder_and_periods_shorter(late: Any) -> None:
    """812.34 may be 1.00, 10.00, 100.00 or 812.00."""
    late["timeline"][0]["order"]["period"] = "1 year"
    found = list(lesser_values(late))

    assert ["1.00", "10.00", "100.00", "812.00"] == [
        each["given"]["clients"]["anna"]["balance"]
        for each in found
        if each["given"]["clients"]["anna"]["balance"] != "812.34"
    ]
    assert any("1 month" == each["timeline"][0]["order"]["period"] for each in found)


def test_steps_come_sooner(late: Any) -> None:
    """The whole history on a plainer day, and a step at the instant of the one before it."""
    found = [whens(each) for each in earlier(late)]

    assert "2025-01-01" == found[0][0]
    assert any(each[3] == "2025-08-02" for each in found)


def test_a_history_some_days_later(late: Any) -> None:
    """Each step is, whatever its time."""
    assert ["2025-08-02 09:00", "2025-08-02 09:30", "2025-08-03", "2025-09-06"] == whens(
        later(late, 1)
    )[:4]
