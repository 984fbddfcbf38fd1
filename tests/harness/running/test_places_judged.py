"""Places of a file: what it expects and what was seen there, as texts that can be compared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from prorata.harness.running.places import Writer
from prorata.harness.running.places.common import period, text, yes
from prorata.harness.running.runner import judge_all

HOSTED = """
title: A month with an invoice
rules: [hostbill.upgrade.pro-rata]
source: ours
given:
  system: hostbill
  products: {small: {prices: {monthly: "10.00"}}}
  clients: {anna: {}}
timeline:
  - at: 2025-06-01
    order: {as: site, client: anna, product: small, cycle: monthly, hostname: anna.example.com}
    expect:
      invoices: [{of: site, total: "10.00", status: unpaid, due: 2025-06-08}]
"""
PARTS = """
title: Two services, their lines and resources
rules: [billmanager.order.price]
source: ours
given:
  system: billmanager
  tariffs:
    start:
      prices: {1 month: "3.10"}
      resources: {disk: {included: 10, maximum: 100, step: 1, prices: {1 month: "0.10"}}}
  clients: {anna: {balance: "100.00"}}
timeline:
  - at: 2025-08-01
    order: {as: one, client: anna, tariff: start, period: 1 month}
  - at: 2025-08-01
    order: {as: two, client: anna, tariff: start, period: 1 month, auto_renewal: yes,
            resources: {disk: 10}}
    expect:
      two: {tariff: start, period: 1 month, starts: 2025-08-01, next_due: 2025-09-01,
            auto_renewal: yes, resources: {disk: 10}}
      charged:
        - {kind: period, amount: "3.10", service: two, covers: 2025-08-01 .. 2025-09-01}
      ispmanager:
        - {user: one, preset: start}
        - {user: two, exists: yes}
  - at: 2025-09-01
    expect:
      two: {status: active}
      charged: [{kind: period, amount: "3.10", lines: 1}]
"""


def shown(verdict: Any) -> dict[Any, tuple[str, str]]:
    """Return expected and got at each place that the file names."""
    return {
        each.path: (each.expected, each.got)
        for each in verdict.mismatches
        if each.path != ("always",)
    }


def invoice(judged: Any, on: Any, text: str = HOSTED, **changes: Any) -> Any:
    """Judge a billing whose invoice differs; say what it expects and shows."""

    def change(body: Any) -> Any:
        invoices = {
            number: each.model_copy(update=changes)
            for number, each in (body.invoices or {}).items()
        }
        return body.model_copy(update={"invoices": invoices})

    return shown(judged(text, alter=on("observe", change)))


def test_invoices_are_compared_in_order(judged: Any, on: Any) -> None:
    """Total, status and service; what is due only where the file says it."""
    found = judged(HOSTED).mismatches
    wanted = "10.00 unpaid of site due 2025-06-08"
    due = found[0].got.removeprefix("10.00 unpaid of site due ") if found else "2025-06-08"
    assert all(each.expected == wanted for each in found)
    text = HOSTED.replace("2025-06-08", due)
    honest = f"10.00 unpaid of site due {due}"
    first = ("invoices", "0")
    assert invoice(judged, on, text) == {}
    assert invoice(judged, on, text, total="9.99") == {
        first: (honest, f"9.99 unpaid of site due {due}"),
    }
    assert invoice(judged, on, text, service="77") == {
        first: (honest, f"10.00 unpaid of nothing due {due}"),
    }
    late = invoice(judged, on, text, due=datetime(2025, 6, 30, 1, 2, 3, tzinfo=UTC))
    assert late == {first: (honest, "10.00 unpaid of site due 2025-06-30 01:02:03")}
    silent = text.replace(f", due: {due}", "")
    assert invoice(judged, on, silent, due=datetime(2025, 6, 30, tzinfo=UTC)) == {}
    none = silent[: silent.index("[{of:")] + "[]\n"
    assert invoice(judged, on, none) == {first: ("nothing", honest)}


def test_every_field_that_the_file_names_is_compared(judged: Any) -> None:
    """Services, lines with what they cover and whose they are, users of the panel."""
    verdict = judged(PARTS)
    assert shown(verdict) == {}
    assert verdict.verdict == "pass"


@pytest.mark.parametrize(
    ("changes", "path", "got"),
    [
        ({"tariff": "big"}, ("two", "tariff"), "big"),
        ({"tariff": None}, ("two", "tariff"), "nothing"),
        ({"period": "1 year"}, ("two", "period"), "1 year"),
        ({"period": "a while"}, ("two", "period"), "a while"),
        ({"starts": None}, ("two", "starts"), "nothing"),
        ({"starts": datetime(2025, 8, 1, 6, 30, tzinfo=UTC)}, ("two", "starts"),
         "2025-08-01 06:30"),
        ({"auto_renewal": None}, ("two", "auto_renewal"), "nothing"),
        ({"auto_renewal": "no"}, ("two", "auto_renewal"), "no"),
        ({"auto_renewal": False}, ("two", "auto_renewal"), "no"),
        ({"resources": {"disk": 20}}, ("two", "resources", "disk"), "20"),
    ],
)  # fmt: skip
def test_a_field_that_differs_is_shown(
    judged: Any,
    on: Any,
    changes: dict[str, Any],
    path: tuple[str, ...],
    got: str,
) -> None:
    """What is not there is nothing."""

    def change(body: Any) -> Any:
        services = {
            number: each.model_copy(update=changes)
            for number, each in (body.services or {}).items()
        }
        return body.model_copy(update={"services": services})

    found = shown(judged(PARTS, alter=on("observe", change)))
    assert got == found[path][1]
    assert {path} == set(found)


COVERED = ("covers", "period"), "3.10 for 2025-08-01 .. 2025-09-01"
LINE = ("charged", "period"), "3.10 of two"


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (timedelta(), None),
        (
            timedelta(minutes=30),
            (("posted", "period"), "3.10 at 2025-08-01", "3.10 at 2025-08-01 00:30"),
        ),
    ],
)
def test_a_line_is_posted_at_its_instant(
    written: Any, bench: Any, on: Any, later: timedelta, expected: Any
) -> None:
    """Where it is told, and everything is judged."""

    def change(body: Any) -> Any:
        lines = [each.model_copy(update={"at": each.at + later}) for each in body.ledger]
        return body.model_copy(update={"ledger": lines})

    near = bench(alter=on("observe", change))
    verdict = next(judge_all([written(PARTS)], near, near.panels, whole=True))
    first = verdict.first
    assert (first and (first.path, first.expected, first.got)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"service": "1"}, {LINE[0]: (LINE[1], "3.10 of one")}),
        ({"service": None}, {LINE[0]: (LINE[1], "3.10 of nothing")}),
        ({"covers": None}, {COVERED[0]: (COVERED[1], "3.10 for nothing")}),
        # What lines cover is looked at where the lines are the same.
        ({"covers": None, "amount": "3.11"}, {LINE[0]: (LINE[1], "3.11 of two")}),
        ({"amount": "3.1"}, {}),
    ],
)
def test_a_line_is_its_amount_its_service_and_what_it_covers(
    judged: Any,
    on: Any,
    changes: dict[str, Any],
    expected: dict[Any, tuple[str, str]],
) -> None:
    """As far as the file names them; 3.1 and 3.10 are one amount."""

    def change(body: Any) -> Any:
        lines = [each.model_copy(update=changes) for each in body.ledger]
        return body.model_copy(update={"ledger": lines})

    verdict = judged(PARTS, alter=on("observe", change))
    assert expected == {
        each.path: (each.expected, each.got)
        for each in verdict.mismatches
        if each.at == "2025-08-01 00:00" and each.path != ("always",)
    }


def test_a_sum_counts_its_lines(judged: Any, on: Any) -> None:
    """3.10 in one line is not 3.10 in two; a refund counts against a sum."""

    def split(body: Any) -> Any:
        if len(body.ledger) < 3:
            return body
        *before, last = body.ledger
        halves = [last.model_copy(update={"amount": each}) for each in ("3.00", "0.10")]
        return body.model_copy(update={"ledger": [*before, *halves]})

    found = shown(judged(PARTS, alter=on("observe", split)))
    assert found == {("charged", "period"): ("3.10 in 1 lines", "3.10 in 2 lines")}

    def refund(body: Any) -> Any:
        if len(body.ledger) < 3:
            return body
        *before, last = body.ledger
        return body.model_copy(
            update={"ledger": [*before, last.model_copy(update={"kind": "refund"})]},
        )

    text = PARTS.replace('{kind: period, amount: "3.10", lines: 1}',
                         '{kind: refund, amount: "3.10", lines: 1}')  # fmt: skip
    assert shown(judged(text, alter=on("observe", refund))) == {}
    assert shown(judged(text)) == {
        ("charged", "refund"): ("-3.10 in 1 lines", "nothing"),
        ("charged", "period"): ("nothing", "3.10"),
    }


def test_a_client_without_a_balance_is_not_told(judged: Any, on: Any, late: str) -> None:
    """An implementation may not know balances: told nowhere, they are not judged, and counted."""
    alter = on("observe", lambda body: body.model_copy(update={"balances": {}}))
    verdict = judged(late, alter=alter)
    assert ("pass", ("balances",)) == (verdict.verdict, verdict.not_told)


def test_a_resource_left_out_is_at_its_included_amount(judged: Any, on: Any) -> None:
    """Ten are included: an order of ten says nothing that leaving it out does not say."""

    def bare(body: Any) -> Any:
        services = {
            number: each.model_copy(update={"resources": {}})
            for number, each in (body.services or {}).items()
        }
        return body.model_copy(update={"services": services})

    assert shown(judged(PARTS, alter=on("observe", bare))) == {}
    more = PARTS.replace("resources: {disk: 10}", "resources: {disk: 20}")
    disk = ("two", "resources", "disk")
    assert disk not in shown(judged(more))
    assert ("20", "10") == shown(judged(more, alter=on("observe", bare)))[disk]


def test_instants_are_written_as_civil_time(written: Any, late: str) -> None:
    """A midnight in Berlin is its date, whatever offset it came with."""
    writer = Writer(written(late))
    midnight = datetime(2025, 8, 31, 22, tzinfo=UTC)
    assert writer.instant(midnight) == "2025-09-01"
    assert writer.instant(midnight + timedelta(minutes=5)) == "2025-09-01 00:05"
    assert writer.instant(midnight + timedelta(seconds=5)) == "2025-09-01 00:00:05"
    assert writer.instant(None) == writer.covers(None) == "nothing"
    assert writer.covers((midnight, midnight)) == "2025-09-01 .. 2025-09-01"


def test_plain_values_as_texts() -> None:
    """Yes and no are words, lengths have one spelling, nothing is nothing."""
    assert ["yes", "yes", "no", "no", "nothing"] == [
        yes(each) for each in (True, "1 month", False, "no", None)
    ]
    assert period("12 months") == period("1 year")
    assert (period("soon"), period(None)) == ("soon", "nothing")
    assert (text(""), text(None), text(5)) == ("nothing", "nothing", "5")
