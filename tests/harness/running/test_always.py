"""What always holds, each with a billing that is spoilt in it, and none where all is right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from by_hand import at, has, invoice, line, loaded, seen, service, stages

from prorata.harness.protocol import Done, RefusedAct, Result
from prorata.harness.running.always import StepViolation, violations

if TYPE_CHECKING:
    from prorata.harness.running.seen import Seen

# Anna has 10.00 and pays 5.00; a month is 3.10, so that 10.00 + 5.00 − 2 × 3.10 = 8.80 are left.
TEXT = """
title: A site that is renewed
rules: [billmanager.order.price]
source: ours
given:
  system: billmanager
  timezone: Europe/Berlin
  tariffs: {start: {prices: {1 month: "3.10"}}}
  clients: {anna: {balance: "10.00"}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: start, period: 1 month}
  - at: 2025-08-02
    pay: {client: anna, amount: "5.00"}
  - at: 2025-08-03
    renew: {service: site, period: 1 month}
    expect: {site: {status: active}}
"""
MONTH = "2025-07-31 22:00 .. 2025-08-31 22:00"
NEXT = "2025-08-31 22:00 .. 2025-09-30 22:00"
ENDS, LATER = at("2025-08-31 22:00"), at("2025-09-30 22:00")
USER = {"user1": has("user1")}
RIGHT = [
    seen(
        at=at("2025-07-31 22:00"),
        services={"site": service(user="user1", expires=ENDS)},
        lines=(line("period", "3.10", service="1", covers=MONTH),),
        balances={"anna": "6.90"},
        belongings=USER,
        invoice_numbers=("9", "10"),
        invoices=(invoice("1.00"), invoice("2.00")),
    ),
    seen(
        at=at("2025-08-01 22:00"),
        services={"site": service(user="user1", expires=ENDS)},
        answer=Result(Done()),
        balances={"anna": "11.90"},
        belongings=USER,
    ),
    seen(
        at=at("2025-08-02 22:00"),
        services={"site": service(user="user1", expires=LATER)},
        lines=(line("period", "3.10", service="1", covers=NEXT),),
        balances={"anna": "8.80"},
        belongings=USER,
    ),
]


def found(*changed: Seen, text: str = TEXT) -> list[tuple[str, int, str]]:
    """Return what goes against what always holds."""
    return [tuple(each) for each in violations(loaded(text), stages(*changed))]


def spoilt(step: int, **changes: Any) -> list[Seen]:
    """Return the right billing, in which one step shows something else."""
    return [replace(each, **changes) if n == step else each for n, each in enumerate(RIGHT)]


def test_nothing_is_said_of_a_right_billing() -> None:
    """Nor of one that tells next to nothing, nor of one that has not come to its end."""
    assert found(*RIGHT) == []
    assert found(RIGHT[0]) == []
    bare = [
        replace(each, services={"site": None}, lines=(), balances={}, belongings={})
        for each in RIGHT
    ]
    assert found(*bare) == []


@pytest.mark.parametrize(
    ("changes", "against", "sentence"),
    [
        (
            {"balances": {"anna": "8.81"}},
            "conservation",
            "anna has 8.81, 8.80 came in and stayed",
        ),
        ({"lines": ()}, "conservation", "anna has 8.80, 11.90 came in and stayed"),
        (
            {"lines": (line("refund", "3.10", service="1", covers=NEXT),)},
            "conservation",
            # 11.90 + 3.10, for a refund goes to the client.
            "anna has 8.80, 15.00 came in and stayed",
        ),
        (
            {"lines": (line("period", "3.10", service="1", covers=MONTH),)},
            "no overlap",
            "two lines of site pay for 2025-08-01",
        ),
        (
            {"services": {"site": service(user="user1", expires=at("2025-08-02 22:00"))}},
            "no gap",
            "site is active, and expired at 2025-08-03",
        ),
        (
            {"belongings": {"user1": None}},
            "agreement with the panel",
            "user1 is not on the panel, and its service is active",
        ),
        (
            {"belongings": {"user1": has("user1", active=False)}},
            "agreement with the panel",
            "user1 is suspended on the panel, and its service is active",
        ),
        (
            {"services": {"site": service(user="user1", status="suspended")}},
            "agreement with the panel",
            "user1 is active on the panel, and its service is suspended",
        ),
        (
            {"services": {"site": service(user="user1", status="deleted")}},
            "agreement with the panel",
            "user1 is on the panel, and its service is deleted",
        ),
        (
            {"unordered": {"7": service(client="boris")}},
            "services are those that were ordered",
            "service 7 of boris is there, and nobody ordered it",
        ),
        (
            {"strangers": ("user7",)},
            "agreement with the panel",
            "user7 is on the panel, and no service has this user",
        ),
        (
            {"invoice_numbers": ("10", "9")},
            "rising numbers of invoices",
            "invoice 9 was issued after 10",
        ),
    ],
)
def test_each_is_found_in_a_billing_that_is_spoilt_in_it(
    changes: dict[str, Any], against: str, sentence: str
) -> None:
    """And nothing else is said of it."""
    assert [(against, 2, sentence)] == found(*spoilt(2, **changes))


def test_the_first_of_each_kind_is_told() -> None:
    """Once, with its step."""
    wrong = [replace(each, balances={"anna": "0"}, belongings={"user1": None}) for each in RIGHT]
    assert [("conservation", 0), ("agreement with the panel", 0)] == [
        found[:2] for found in found(*wrong)
    ]
    assert next(violations(loaded(TEXT), stages(*wrong))) == StepViolation(
        "conservation", 0, "anna has 0, 6.90 came in and stayed"
    )


def test_an_order_of_several_may_answer_one_of_them() -> None:
    """What else it made is then no service that nobody ordered."""
    others = {"2": service(user="user2")}
    several = TEXT.replace("period: 1 month}\n  - at: 2025-08-02", "period: 1 month, quantity: 2}\n"
                           "  - at: 2025-08-02")  # fmt: skip
    assert found(*spoilt(0, unordered=others), text=several) == []
    assert found(*spoilt(0, unordered=others)) != []


def test_what_is_not_paid_does_not_come_in() -> None:
    """A payment that was refused leaves what there was."""
    refused = spoilt(1, answer=RefusedAct("no"), balances={"anna": "6.90"})
    assert found(*refused[:2]) == []


def test_a_tax_inside_a_line_takes_nothing() -> None:
    """It is in the price already."""
    lines = (*RIGHT[2].lines, line("tax", "0.50", service="1", included=True))
    assert found(*spoilt(2, lines=lines)) == []


def test_the_client_of_a_line_is_told_or_that_of_its_service() -> None:
    """Of a line that belongs to nobody nothing is known, nor of what comes after it."""
    mine = line("period", "3.10", client="anna", covers=NEXT)
    assert found(*spoilt(2, lines=(mine,))) == []
    nobodys = (line("period", "1.00"), *RIGHT[2].lines)
    assert found(*spoilt(2, lines=nobodys)) == []


def test_a_change_of_tariff_ends_a_paid_time_early() -> None:
    """What was paid for may be paid for again at another price."""
    text = TEXT.replace("renew: {service: site, period: 1 month}",
                        "change_tariff: {service: site, tariff: start}")  # fmt: skip
    again = (line("period", "3.10", service="1", covers=MONTH),)
    assert found(*spoilt(2, lines=again), text=text) == []


def test_a_deleted_user_may_have_a_new_service() -> None:
    """The name of one that is gone, at a service that lives."""
    both = {
        "site": service(user="user1", status="deleted"),
        "next": service(user="user1", expires=LATER),
    }
    assert found(*spoilt(2, services=both)) == []


def test_what_happens_to_the_panel_itself_is_no_fault_of_the_billing() -> None:
    """Where the panel is down, it may hold something else for a while."""
    text = TEXT.replace('pay: {client: anna, amount: "5.00"}', "panel: {state: down}")
    text = text.replace('balance: "10.00"', 'balance: "15.00"')
    gone = [replace(each, balances={}, belongings={"user1": None}) for each in RIGHT]
    assert found(*gone, text=text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{1 month: "3.10"}}', '{1 month: "3.10"}, weekend: do not suspend}'),
        ('pay: {client: anna, amount: "5.00"}', "set_tariff: {tariff: start, enabled: no}"),
    ],
)
def test_where_a_service_may_run_on_no_gap_is_looked_for(old: str, new: str) -> None:
    """Over a weekend, or where staff have changed a tariff."""
    text = TEXT.replace(old, new)
    expired = {"site": service(user="user1", expires=at("2025-08-02"))}
    assert "no gap" not in {each[0] for each in found(*spoilt(2, services=expired), text=text)}


def test_money_is_looked_at_where_charges_count_at_once() -> None:
    """In HostBill they count when they are paid: only the numbers of invoices are looked at."""
    text = TEXT[: TEXT.index("given:")].replace(
        "billmanager.order.price", "hostbill.upgrade.pro-rata"
    )
    text += """
given:
  system: hostbill
  products: {small: {prices: {monthly: "10.00"}}}
  clients: {anna: {}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, product: small, cycle: monthly, hostname: anna.example.com}
    expect: {site: {status: active}}
"""
    wrong = replace(RIGHT[0], balances={"anna": "1"}, invoice_numbers=("10", "9"))
    assert ["rising numbers of invoices"] == [each[0] for each in found(wrong, text=text)]


@pytest.mark.parametrize(
    ("one", "other", "rises"),
    [
        ("9", "10", True),
        ("INV-9", "INV-10", True),
        ("2024/10", "2025/1", True),  # from 1 each year
        ("Z9", "AA1", True),
        ("2025/10", "2025/9", False),
        ("2025/1", "2024/10", False),
        ("007", "6", False),
    ],
)
def test_numbers_of_invoices_rise_part_by_part(one: str, other: str, *, rises: bool) -> None:
    """A year comes before the number in it, and words may be longer."""
    expected = [] if rises else ["rising numbers of invoices"]
    wrong = replace(RIGHT[0], invoice_numbers=(one, other))
    assert expected == [each[0] for each in found(wrong)]


def test_an_end_that_is_told_by_the_day_may_be_any_hour_of_it() -> None:
    """A service that is active on its last day has not expired before that day is over."""
    scenario = loaded(TEXT)
    on_its_day = service(user="user1", expires=at("2025-08-02 22:00"))
    shown = [*RIGHT[:-1], replace(RIGHT[-1], services={"site": on_its_day})]
    gap = "no gap"
    assert gap in {each.against for each in violations(scenario, stages(*shown))}
    by_days = violations(scenario, stages(*shown), whole_days=True)
    assert gap not in {each.against for each in by_days}
    over = [*shown[:-1], replace(shown[-1], at=at("2025-08-03 22:00"))]
    late = violations(scenario, stages(*over), whole_days=True)
    assert gap in {each.against for each in late}


@pytest.mark.parametrize(("ahead", "gap"), [("-7 minutes", False), ("7 minutes", True)])
def test_an_end_has_come_when_the_clock_of_the_billing_says_so(ahead: str, *, gap: bool) -> None:
    """At 22:00 a clock that is seven minutes behind shows 21:53, and one ahead 22:07."""
    text = TEXT.replace("timezone: Europe", f"clock_ahead: {ahead}\n  timezone: Europe")
    soon = {
        "site": service(user="user1", expires=at("2025-08-02 22:05" if gap else "2025-08-02 22:00"))
    }
    assert gap == ("no gap" in {each[0] for each in found(*spoilt(2, services=soon), text=text)})
