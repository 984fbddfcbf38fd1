"""What a log holds of a scenario for its report, and that nobody pays for it who wants none."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from prorata.harness.implementations.reference import Reference
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.recording.events import told_instant
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import select

FEE = "documented/late-fee-half-of-five-days"


def judged(scenario=FEE, *, records=True, readings=None):
    """Return the verdict of the reference on a bundled scenario."""
    panels = ScenarioPanels()
    reference = Reference(version="1", readings=readings, transport=panels.transport)
    (verdict,) = judge_all(select([scenario]), reference, panels, records=records)
    return verdict


@pytest.fixture(name="record", scope="module")
def _record():
    return judged().record


def test_nothing_is_recorded_where_no_report_is_wanted():
    """A plain run has verdicts alone."""
    assert {} == judged(records=False).record


def test_a_record_is_plain_data(record):
    """It goes through JSON, and so between processes, unchanged."""
    assert record == json.loads(json.dumps(record))


def test_the_steps(record):
    """Each act with its instant, its service and its line in the file."""
    assert [("2025-08-01T09:00+00:00", "order", "site"), ("2025-09-01T00:00+00:00", None, None),
            ("2025-09-05T12:00+00:00", "renew", "site")] == [
        (each["at"], each.get("verb"), each.get("service")) for each in record["steps"]
    ]  # fmt: skip
    assert record["steps"][2]["act"] == "renew site for 1 month"
    assert record["steps"][2]["line"] > record["steps"][0]["line"] > 1


def test_lines_states_and_calls(record):
    """What was bought and charged, when the service was suspended, what the panel was asked."""
    lines = [(e["at"][:10], e["kind"], e["amount"]) for e in record["got"] if e["what"] == "line"]
    states = [(e["at"][:10], e["status"]) for e in record["got"] if e["what"] == "service"]

    # 3.10 / 31 = 0.10 a day; Sep 1..5 = 5 days; × 50 %
    assert [("2025-08-01", "period", "3.10"), ("2025-09-05", "late fee", "0.25"),
            ("2025-09-05", "period", "3.10")] == sorted(lines)  # fmt: skip
    assert [
        ("2025-08-01", "active"),
        ("2025-09-01", "suspended"),
        ("2025-09-05", "active"),
    ] == states
    assert ["user.add.finish", "user.suspend", "user.resume"] == [
        each["func"] for each in record["calls"]
    ]


def test_amounts_and_dates_are_derived(record):
    """The late fee with its steps, and the end of each period."""
    told = {(each["what"], each["result"]): each for each in record["derived"]}
    fee = told["late fee", "0.25 USD"]

    assert fee["rule"] == "billmanager.renew.late-fee.percent"
    assert "late fee: 0.50 × 50 ÷ 100 = 0.25" in fee["steps"]
    assert ("expires", "2025-09-01") in told
    assert ("expires", "2025-10-05") in told


def test_what_comes_again_and_again_is_derived_once():
    """Thirty-one days at the same price have one derivation, with how often it came."""
    record = judged("documented/daily-charges-each-day-of-january").record
    daily = [each for each in record["derived"] if each["what"] == "daily"]

    assert [31] == [each["alike"] for each in daily]


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("2025-09-05T10:00:00+00:00", "2025-09-05T12:00+02:00"),
        ("0001-01-01T00:00:00+00:00", "0001-01-01T00:00+00:00"),
        ("9999-12-31T23:59:00+00:00", "9999-12-31T23:59+00:00"),
        ("1800-01-01T00:00:00+00:00", "1800-01-01T00:00+00:00"),
    ],
)
def test_instants_are_iso_8601(told, written):
    """In the zone of the scenario, and in UTC where that had no standard time or time ends."""
    assert written == told_instant(datetime.fromisoformat(told), ZoneInfo("Europe/Berlin"))


def test_the_text_and_the_file(record):
    """The scenario's own text, by the name of its file."""
    assert record["file"] == f"{FEE}.yaml"
    assert record["text"].startswith("title: ")
    assert record["title"] in record["text"]


def test_what_conforms_has_no_second_side(record):
    """What was expected is what was seen, as far as it was judged."""
    assert "expected" not in record


def test_expected_stands_beside_got_where_they_part(wrong_fee):
    """Of a failure both sides are kept, the reference's as far as it comes."""
    record = wrong_fee.record
    fees = [
        [each["amount"] for each in record[side] if each.get("kind") == "late fee"]
        for side in ("expected", "got")
    ]

    assert [["0.25"], ["0.20"]] == fees


@pytest.fixture(name="wrong_fee")
def _wrong_fee():
    """Return the verdict on a billing whose late fee is 0.05 too low."""
    panels = ScenarioPanels()
    (verdict,) = judge_all(select([FEE]), Lower(panels), panels, records=True)
    assert verdict.verdict == "fail"
    return verdict


class Lower:
    """The reference, as another billing, which tells a late fee of 0.25 as 0.20."""

    name = "lower"

    def __init__(self, panels):
        self._inner = Reference(version="1", transport=panels.transport)
        self.declared = self._inner.declared

    def ask(self, request):
        """Answer as the reference does, but for the fee."""
        answer = self._inner.ask(request)
        lines = getattr(getattr(answer, "body", None), "ledger", None)
        if lines:
            cut = [
                e.model_copy(update={"amount": "0.20"}) if e.amount == "0.25" else e for e in lines
            ]
            answer = type(answer)(answer.body.model_copy(update={"ledger": cut}))
        return answer

    def abandon(self):
        """Forget everything."""
        return self._inner.abandon()

    def restart(self):
        """Begin afresh."""

    close = restart
