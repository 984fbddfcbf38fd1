"""`explain`: each instant with its amounts and dates, why, and by which rule and reading."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from bundled import SCENARIOS

from prorata.harness.explaining import moments
from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.running.endings import LostError, UnsupportedError

FEE = "documented/late-fee-half-of-five-days"
PERCENT = "billmanager.renew.late-fee.percent"
AUTO = "edge/auto-renewal-at-expiry"
DAILY = "edge/daily-changed-to-another-tariff[the day of the new tariff]#dearer"
DELETED = "edge/deletion-refunds-nothing[on the first day]"


DOWN_FOR_WEEKS = """\
title: A panel that is down for two weeks
rules: [billmanager.lifecycle.status]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 month: "5.00"}}}
  clients: {anna: {balance: "20.00"}}
timeline:
  - at: 2025-06-01 09:00
    order: {as: site, client: anna, tariff: start, period: 1 month}
  - at: 2025-06-15
    panel: {state: down}
  - at: 2025-06-16
    suspend: {service: site, by: staff}
    expect: {site: {status: suspended}}
  - at: 2025-07-01 00:00
    expect: {site: {status: suspended}}
"""
DOWN = """\
title: A month for 10.00 instead of 20.00
rules: [hostbill.upgrade.available]
source: ours
given:
  system: hostbill
  products:
    small: {prices: {monthly: "10.00"}}
    large: {prices: {monthly: "20.00"}, upgrades: [small]}
  clients: {anna: {}}
timeline:
  - at: 2025-06-01
    order: {as: site, client: anna, product: large, cycle: monthly, hostname: anna.example.com}
  - at: 2025-06-01
    pay: {invoice: site}
  - at: 2025-06-11
    change_tariff: {service: site, product: small}
    expect: {charged: []}
"""


def told(call: Any, *words: str) -> str:
    """Return what an explanation says, without what ends its lines."""
    said = call("explain", *words)
    assert (said.code, said.err) == (0, "")
    text: str = said.out
    return text


def of(text: str, heading: str) -> str:
    """Return a moment by the beginning of its heading, with one space between words."""
    (block,) = [each for each in text.split("\n\n") if each.startswith(heading)]
    return " ".join(block.split())


def test_an_amount_is_derived_step_by_step(call: Any) -> None:
    """3.10 / 31 days × 5 days × 50 % = 0.25; September 1 and 5 and what is between are 5 days."""
    text = told(call, FEE)
    assert (
        """
  overdue     2025-09-05 − 2025-09-01 + 1                   5
              the first day and the last one count
  part        start 3.10 × 5 ÷ 31                           0.50
  late fee    0.50 × 50 ÷ 100                               0.25
  posted      late fee                                      0.25 USD
              billmanager.renew.late-fee.percent: BILLmanager, Policy / Late
              renewal fee / Percent from the price for late renewal
"""
        in text
    )
    assert 1 == text.count("0.25 USD")


def test_a_date_names_the_day_that_is_kept(call: Any) -> None:
    """January 31 and a month is February 28, and another month is March 31."""
    text = told(call, "worked/month-end-anchor")
    first = of(text, "2025-01-31 09:00  order site by anna at start for 1 month")
    assert (
        "expires start 2025-01-31 + 1 month 2025-02-28 counted from the first day of the service; "
        "day 31 kept, where the month has it (month: calendar, month_end: anchor)"
    ) in first
    second = of(text, "2025-02-20 09:00  renew site for 1 month")
    assert (
        "expires expiry 2025-02-28 + 1 month 2025-03-31 counted from the expiry, up to which it "
        "is renewed; day 31 kept (month: calendar, month_end: anchor) billmanager.renew.plain: "
    ) in second


def test_the_sides_of_a_change_have_their_names(call: Any) -> None:
    """15/30 of (20 + 2 × 3) − (10 + 2 × 1) is 7.00."""
    text = told(call, "edge/change-funds-with-a-resource")
    assert (
        """2025-09-16 00:00  change site from small to large
  days left   2025-10-01 − 2025-09-16                       15
  old         small 10.00 × 15 ÷ 30                         5.00
  old         databases 2.00 × 15 ÷ 30                      1.00
  old         5.00 + 1.00                                   6.00
  new         large 20.00 × 15 ÷ 30                         10.00
  new         databases 6.00 × 15 ÷ 30                      3.00
  new         10.00 + 3.00                                  13.00
  difference  13.00 − 6.00                                  7.00
  posted      tariff change                                 7.00 USD
"""
        in text
    )


def test_a_side_has_the_tariff_whose_price_it_is(call: Any) -> None:
    """After a downgrade that gave nothing back it is still the dearer tariff that is paid for."""
    text = told(call, "edge/extra-charge-only-and-back")
    back = of(text, "2025-09-16 00:00  change site from small to large")
    assert "old large 20.00 × 15 ÷ 30 10.00 new large 20.00 × 15 ÷ 30 10.00" in back


def test_what_falls_due_on_the_way_stands_at_its_own_instant(call: Any) -> None:
    """The renewals of September and October come before a step in the middle of October."""
    days = enumerate(range(15, 20), 1)
    later = [f"timeline.{step}.at=2025-10-{day}" for step, day in days]
    text = told(call, AUTO, *(word for change in later for word in ("--set", change)))
    headings = [line for line in text.splitlines() if re.match(r"\d{4}", line)]
    assert headings[:4] == [
        "2025-08-01 09:00  order site by anna at start for 1 month auto renewal yes",
        "2025-09-01 00:00  renewal of site by itself",
        "2025-10-01 00:00  no renewal of site, suspension",
        "2025-10-15 00:00  wait",
    ]
    renewal = of(text, headings[1])
    assert "period special price 3.00 USD for 2025-09-01 .. 2025-10-01" in renewal


def test_services_that_fall_due_together_have_a_heading_each(call: Any) -> None:
    """In the order in which they were ordered."""
    text = told(call, "edge/two-services-expire-together")
    expiries = [line for line in text.splitlines() if "renewal of" in line]
    names = [re.search(r"renewal of (\w+)", line) for line in expiries]
    assert len({line[:16] for line in expiries}) == 1
    assert len({name[1] for name in names if name}) == 2


#: Scenario, moment, and what is said there of nothing.
_NOTHING = (
    # A month of a tariff whose price is 0.00.
    ("edge/free-tariff-without-a-balance", "2025-08-01 09:00", "the period price is 0.00 nothing"),
    # 3.10 for a month and 2.00 for the setup; 3.10 is on the balance.
    ("edge/order-waits-for-its-payment", "2025-08-01 09:00", "5.10 − 3.10 2.00 the balance does"),
    ("edge/trial-becomes-paid", "2025-08-01 09:00", "nothing a trial costs nothing"),
    # 20/30 of 10 − 20 is below nothing.
    ("edge/extra-charge-only-and-back", "2025-09-11", "0.00 a downgrade gives nothing back"),
    ("edge/extra-charge-only-and-back", "2025-09-11", "no tariff change: it comes to nothing"),
    ("edge/downgrade-waits-for-the-expiry", "2025-09-11", "until the expiry 2025-10-01"),
    ("worked/change-period", "2025-09-16", "nothing no money moves: what is left pays for days"),
    # 0.10 − 0.10 / 1.05 = 0.0048.
    ("edge/tax-included-that-is-nothing[less than half a cent]", "2025-09-01", "rounds to 0.00"),
    # 5,120 GiB are ordered, and included.
    ("edge/traffic-by-steps", "2025-08-01 09:00", "5,120 − 5,120 0 no more than is included"),
    ("edge/resource-cancelled-without-a-refund", "2025-11-15", "refund the tariff gives nothing"),
    (DELETED, "2025-08-01 09:30  delete site", "a deleted service gives nothing back"),
    ("edge/daily-downtime-is-free", "2025-01-04", "charges no day of downtime not charged"),
    (AUTO, "2025-10-01", "renewal the balance is 2.99 USD, 3.00 USD is asked nothing"),
    ("documented/renewed-from-the-suspension-date", "2025-08-03", "automatic renewal is not on"),
    ("edge/change-forbidden", "2025-09-16", "refused the tariff cannot be changed billmanager."),
    ("worked/upgrade-by-seconds", "2025-06-11 06:45", "nothing the lines of the invoice were"),
    ("edge/trial-becomes-paid", "2025-08-11 10:00", "a trial goes on as that of the new tariff"),
    (DAILY, "2025-08-31 12:00", "the next day is charged at the new tariff"),
)


@pytest.mark.parametrize(("scenario", "at", "why"), _NOTHING)
def test_what_costs_nothing_says_why(call: Any, scenario: str, at: str, why: str) -> None:
    """A price of nothing, a trial, a downgrade, too little, what is included, a refusal."""
    assert why in of(told(call, scenario), at)


def test_a_product_that_costs_less_is_changed_to_for_nothing(call: Any) -> None:
    """HostBill: no line, no invoice, and nothing back."""
    Path("down.yaml").write_text(DOWN, encoding="utf-8")
    down = of(told(call, "down.yaml"), "2025-06-11 00:00  change site from large to small")
    assert "nothing a product that costs no more is changed to at once, and gives nothing" in down


def test_several_services_of_one_order_are_told_apart(call: Any) -> None:
    """Two are paid, 3.00 each of 7.00; the third waits."""
    order = of(told(call, "edge/several-services-of-one-order"), "2025-08-01")
    first, second, third = re.split(r" service site(?: \d)? ", order)[1:]
    assert "3.00 USD" in first
    assert "3.00 USD" in second
    assert third.startswith("missing 3.00 − 1.00 2.00 ")


def test_what_the_panel_did_not_do_is_told_until_it_does(call: Any) -> None:
    """With what went wrong; what is asked again stands at its own instant."""
    text = told(call, "faults/panel-down-at-the-order")
    down = of(text, "2025-09-01 09:05  the panel is asked again for site")
    assert "panel create not done yet user.add.finish: " in down
    made = of(text, "2025-09-01 09:15  creation of site")
    assert "panel create done notice service is ready for use, to anna in the billing" in made


def test_readings_are_named_where_they_decide(call: Any) -> None:
    """Half up or down is the same for 3.10; of 1,704,600 seconds of 2,592,000 it is not."""
    text = told(call, "worked/upgrade-by-seconds")
    upgrade = of(text, "2025-06-11 06:30  change site from small to large")
    assert "6.576388… half up to 2 digits 6.58 USD" in upgrade
    assert "rounding: half_up" in upgrade
    assert "rounding" not in text.split("2025-06-11 06:30")[0]
    # What is left are whole seconds.
    assert "pro_rata_unit_remainder" not in text


def test_a_reading_is_no_decision_where_every_value_agrees(call: Any) -> None:
    """From September 1 to September 5 at 12:00 are five days, begun or with both ends."""
    assert "overdue_days" not in told(call, FEE)
    # From September 1 to September 5 at 00:00 only four have begun.
    other = told(call, FEE, "--set", "timeline.2.at=2025-09-05")
    assert "overdue_days: inclusive" in other


def test_other_values_and_readings_are_taken(call: Any) -> None:
    """A month for 6.20 makes the fee 0.50; begun days are told by the hours that passed."""
    text = told(call, FEE, "--set", "given.tariffs.start.prices.1 month=6.20")
    assert "  posted      late fee                                      0.50 USD\n" in text
    text = told(call, FEE, "--reading", "overdue_days=started")
    # Four days and a half are 108 hours.
    assert "  overdue     ⌈108 ÷ 24⌉                                    5\n" in text


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("scenario", [FEE, AUTO, "worked/upgrade-by-seconds", "worked/daily"])
def test_lines_fit_the_screen_without_colour(
    call: Any, monkeypatch: pytest.MonkeyPatch, columns: int, scenario: str
) -> None:
    """Piped there is no style, and no line ends with blanks."""
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = told(call, scenario).splitlines()
    assert max(map(len, lines)) <= columns
    assert [] == [line for line in lines if "\x1b" in line or line != line.rstrip()]


def strings(value: Any) -> list[str]:
    """Return every text in data."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


#: What the text says in words of its own around what the data has.
_OWN = re.compile(
    r"[a-z ]+, \S+ half up to 2 digits|for \S+ \.\. \S+|no [a-z ]+: it comes to nothing|nothing"
    r"|nothing is due|[a-z.-]+: (BILLmanager|HostBill|the vendor's other pages|no document).*"
    r"|change preset|service is ready.*"
)


@pytest.mark.parametrize(
    "scenario",
    [FEE, AUTO, "edge/change-funds-with-a-resource", "worked/upgrade-by-seconds",
     "edge/extra-charge-only-and-back", "edge/change-forbidden"],
)  # fmt: skip
def test_the_data_has_all_that_the_text_has(
    call: Any, monkeypatch: pytest.MonkeyPatch, scenario: str
) -> None:
    """Each heading, each row's numbers and result, and each reason."""
    monkeypatch.setenv("COLUMNS", "100")
    found = json.loads(call("explain", scenario, "--json").out)
    assert (scenario, SCENARIOS[scenario].title) == (found["scenario"], found["title"])
    has = " ".join(strings(found["moments"]))
    lines = told(call, scenario).splitlines()
    headings = [line for line in lines if re.match(r"\d{4}", line)]
    moments = [f"{each['at'][:16].replace('T', ' ')}  {each['title']}" for each in found["moments"]]
    assert headings == moments
    rows = (re.split(r" {2,}", line[14:].strip()) for line in lines if line not in headings)
    pieces = [piece for row in rows for piece in row if piece and not _OWN.fullmatch(piece)]
    words = {word.strip("();,:") for piece in pieces for word in piece.split()}
    assert set() == {word for word in words if word not in has}
    assert len(words) > 10


def test_a_line_as_data(call: Any) -> None:
    """Exact result, covers, each step with its formula, what decides, and all that was asked."""
    found = json.loads(call("explain", FEE, "--json").out)
    lines = [
        line for moment in found["moments"] for each in moment["services"] for line in each["lines"]
    ]
    fee = next(line for line in lines if line["kind"] == "late fee")
    # 3.10 / 31 × 5 × 50 % is a quarter exactly.
    assert ("0.25", "USD", PERCENT, "1/4") == tuple(
        fee[key] for key in ("amount", "currency", "rule", "exact")
    )
    part = fee["steps"][1]
    assert ("part", "start", "price × days ÷ full days", "3.10 × 5 ÷ 31") == tuple(
        part[key] for key in ("label", "of", "formula", "numbers")
    )
    # Nominal days are 30; a day for 0.10 is exact, and so nothing else would be another.
    assert {"period_days": "actual"}.items() <= fee["readings"].items()
    assert "period_days" in fee["deciding"]
    assert "posting_digits" in set(fee["readings"]) - set(fee["deciding"])
    last = lines[-1]
    assert ["2025-09-05T00:00:00+00:00", "2025-10-05T00:00:00+00:00"] == last["covers"]


def test_a_date_as_data(call: Any) -> None:
    """What it is, from when, which day is kept, and the sides of a change by their names."""
    found = json.loads(call("explain", "worked/month-end-anchor", "--json").out)
    expires = found["moments"][1]["services"][0]["dates"][0]
    assert ("expires", "2025-02-28", 31, "2025-03-31") == tuple(
        expires[key] for key in ("what", "start", "anchor", "result")
    )
    assert ["month", "month_end"] == expires["deciding"]
    assert ["vendor"] == found["moments"][0]["services"][0]["dates"][0]["documents"]
    found = json.loads(call("explain", "worked/change-funds", "--json").out)
    steps = found["moments"][-1]["services"][0]["lines"][0]["steps"]
    assert [("old", "small"), ("new", "large")] == [
        (step["side"], step["of"]) for step in steps if "side" in step
    ]


def test_a_refusal_as_data(call: Any) -> None:
    """With the rule that refuses, its documents and its section."""
    found = json.loads(call("explain", "edge/change-forbidden", "--json").out)
    (refused,) = [each["refused"] for each in found["moments"] if each["refused"]]
    assert refused == {
        "reason": "the tariff cannot be changed",
        "rule": "billmanager.change.forbidden",
        "documents": ["billmanager-hosting"],
        "section": "Policy / Tariff change policy / Tariff cannot be changed",
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["worked"], "worked names "),
        (["zzz"], "nothing is called zzz"),
        (
            ["edge/change-period-on-each-day"],
            "explain takes one of its rows and branches:\n  prorata explain '",
        ),
        (["none.yaml"], "no such file: none.yaml"),
        ([FEE, "--reading", "rounding=up"], '"up" is not a value of the reading rounding'),
        ([FEE, "--set", "given.zone=x"], f"{FEE}.yaml:"),
        ([FEE, "--set", "x"], "'x' is not PATH=VALUE"),
    ],
)
def test_explain_says_what_is_wrong(call: Any, words: list[str], message: str) -> None:
    """Exit code 2."""
    said = call("explain", *words)
    assert said.code == 2
    assert message in said.err


def test_tries_that_are_alike_are_written_six_times(call: Any) -> None:
    """After 5, 10, 20, 40, 60 and 60 minutes; more follow each hour, until something else is."""
    file = Path("down.yaml")
    file.write_text(DOWN_FOR_WEEKS, encoding="utf-8")
    text = told(call, str(file))
    tries = re.findall(r"(\S+ \S+)  the panel is asked again for site\n", text)
    first = ["00:05", "00:15", "00:35", "01:15", "02:15", "03:15"]
    assert [f"2025-06-16 {at}" for at in first] == tries
    # From 04:15 on June 16 to 23:15 on the 30th, as this month ends: 20 hours and 14 × 24.
    assert "\n\n… and 356 times more until 2025-06-30 23:15\n\n" in text


def test_what_went_before_is_told_of_what_cannot_be_played_to_its_end(call: Any) -> None:
    """The order that was refused says why no later act finds its service."""
    file = Path(SCENARIOS[FEE].place(()).file).read_text(encoding="utf-8")
    odd = file.replace("tariff: start, period: 1 month", "tariff: start, period: 2 years")
    Path("odd.yaml").write_text(odd, encoding="utf-8")
    said = call("explain", "odd.yaml")
    assert 2 == said.code
    assert "refused" in said.out
    assert "billmanager.order.price" in said.out
    assert said.err == "no order made site, so the rest cannot be played\n"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (UnsupportedError("no trials"), "the reference does not have this yet: no trials"),
        (LostError("no order made site"), "no order made site, so the rest cannot be played"),
        (
            ImplementationFault("implementation", "has not settled"),
            "a fault of prorata itself: prorata.harness.implementations.base.ImplementationFault: ",
        ),
    ],
)
def test_explain_says_why_a_scenario_cannot_be_played(
    call: Any,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    message: str,
) -> None:
    """One line, exit code 2."""

    def play(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(moments, "play", play)
    said = call("explain", FEE)
    assert (2, 1) == (said.code, said.err.count("\n"))
    assert said.err.startswith(message)
