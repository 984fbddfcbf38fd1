"""The judge under declared readings: pins, the reference's own numbers, and what a report says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.protocol import RefusedAct
from prorata.harness.running import story as story_module
from prorata.harness.running.endings import LostError, UnsupportedError

if TYPE_CHECKING:
    from prorata.harness.running.verdict import Verdict

DOWN = {"rounding": "down"}
FEE = ("charged", "late fee")


def shown(verdict: Verdict) -> dict[Any, tuple[str, str, str]]:
    """Return what was expected, got and by whom, at each place that is wanted."""
    found = (each for each in verdict.mismatches if each.path != ("always",))
    return {each.path: (each.expected, each.got, each.by) for each in found}


def test_a_billing_that_does_as_the_reference_conforms(judged: Any) -> None:
    """Nothing declared: the numbers of the file hold."""
    assert judged().verdict == "pass"


def test_a_pin_that_a_declaration_contradicts_is_skipped(judged: Any, late: str) -> None:
    """A pinned reading of which another value is declared: skipped, declares X."""
    pinned = late.replace("readings: {}", "readings: {rounding: half_up}")
    verdict = judged(pinned, declares={"readings": DOWN}, reads=DOWN)
    assert ("skipped", "reading", "declares rounding: down") == (
        verdict.verdict,
        verdict.why,
        verdict.reason,
    )


def test_a_pin_against_an_undeclared_default_is_skipped(judged: Any, late: str) -> None:
    """What is not declared is read by default, which a pin may contradict as well."""
    pinned = late.replace("readings: {}", "readings: {rounding: down}").replace("0.26", "0.25")
    verdict = judged(pinned)
    assert ("skipped", "reading") == (verdict.verdict, verdict.why)
    assert verdict.reason == "rounding: half_up, the default"


def test_a_pin_that_is_declared_is_judged_by_the_file(judged: Any, late: str) -> None:
    """Pinned and declared alike: the numbers of the file hold."""
    pinned = late.replace("readings: {}", "readings: {rounding: down}")
    pinned = pinned.replace("0.26", "0.25").replace("93.40", "93.41")
    assert judged(pinned, declares={"readings": DOWN}, reads=DOWN).verdict == "pass"
    # Rounded half up all the same: the file's own number is what is missed.
    verdict = judged(pinned, declares={"readings": DOWN})
    assert shown(verdict)[FEE] == ("0.25", "0.26", "")


def test_unpinned_the_reference_under_the_declared_readings_says_what_is_expected(
    judged: Any,
) -> None:
    """The file says 0.26, by half up; under rounding: down the reference shows 0.25."""
    assert judged(declares={"readings": DOWN}, reads=DOWN).verdict == "pass"


def test_where_the_reference_differs_from_the_file_the_report_says_so(judged: Any) -> None:
    """Expected by the reference under rounding: down, where that is not the file's number."""
    verdict = judged(declares={"readings": DOWN})
    by = "by the reference under rounding: down"
    # 100 − 3.17 − 0.25 − 3.17 = 93.41 where the fee is 0.25.
    assert {FEE: ("0.25", "0.26", by), ("balance", "anna"): ("93.41", "93.40", by)} == shown(
        verdict,
    )


def test_where_the_reference_agrees_with_the_file_the_report_is_silent(
    judged: Any,
    on: Any,
) -> None:
    """A mismatch of a number that no declared reading touches stands against the file."""
    alter = on("observe", lambda body: body.model_copy(update={"balances": {"anna": "1"}}))
    verdict = judged(declares={"readings": DOWN}, reads=DOWN, alter=alter)
    assert shown(verdict) == {
        ("balance", "anna"): ("93.41", "1.00", "by the reference under rounding: down"),
    }
    verdict = judged(alter=alter)
    assert shown(verdict) == {("balance", "anna"): ("93.40", "1.00", "")}


def test_the_reference_under_every_default_is_the_file(judged: Any) -> None:
    """Declaring the defaults changes nothing."""
    declared = {"rounding": "half_up", "month_end": "anchor"}
    assert judged(declares={"readings": declared}).verdict == "pass"


# Half a cent is one, or nothing where it is rounded down.
HALF = """
title: Half a cent
rules: [hostbill.billing-type.prepaid]
source: ours
given:
  system: hostbill
  products: {small: {prices: {monthly: "0.005"}}}
  clients: {anna: {}}
timeline:
  - at: 2025-06-01
    order: {as: site, client: anna, product: small, cycle: monthly, hostname: anna.example.com}
  - at: 2025-06-01 01:00
    pay: {invoice: site}
    expect: {site: {status: active}}
"""


def test_what_the_reference_cannot_go_on_with_either_is_judged_up_to_there(judged: Any) -> None:
    """A scenario pays an invoice that is not issued when what it asks comes to nothing."""
    verdict = judged(HALF, declares={"readings": DOWN}, reads=DOWN)
    assert (verdict.verdict, verdict.reason) == ("pass", "judged up to where site has no invoice")


@pytest.mark.parametrize("played", [0, 1])
def test_a_billing_that_goes_on_where_the_reference_could_not_does_not_conform(
    judged: Any,
    monkeypatch: pytest.MonkeyPatch,
    played: int,
) -> None:
    """Where the reference loses its ground under the declared readings, nothing may be done."""
    original = story_module.play

    def play(*arguments: Any, **options: Any) -> Any:
        for number, seen in enumerate(original(*arguments, **options)):
            if number == played:
                raise LostError("no order made site")
            yield seen

    monkeypatch.setattr(story_module, "play", play)
    verdict = judged(declares={"readings": DOWN}, reads=DOWN)
    assert verdict.verdict == "fail"
    assert verdict.mismatches[0].path == ("act",)
    assert verdict.mismatches[0].expected == "nothing: no order made site"
    assert verdict.mismatches[0].got == "done"
    assert verdict.mismatches[0].act.startswith(["order", "renew"][played])


def test_what_the_reference_lacks_is_the_fault_of_the_suite(
    judged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an expectation nobody else is to blame, and nothing is skipped silently."""

    def play(*_: Any, **__: Any) -> Any:
        raise UnsupportedError("no such act")

    monkeypatch.setattr(story_module, "play", play)
    verdict = judged(declares={"readings": DOWN}, reads=DOWN)
    assert (verdict.verdict, verdict.fault) == ("error", "suite")
    assert verdict.reason.startswith("no expectation by the reference under rounding: down: ")
    # By the file alone there is an expectation; only the derivation is missing.
    wrong = judged(reads=DOWN)
    assert (wrong.verdict, wrong.mismatches[0].derivation) == ("fail", ())


CLOSED = """
title: Years under calendar charging
rules: [billmanager.charge.calendar]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 year: "36.00"}, calendar: {}}}
  clients: {anna: {balance: "100.00"}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: start, period: 1 year}
  - at: 2025-08-02
    renew: {service: site, period: 1 year}
    expect: {site: {status: active}}
"""
REFUSED = {"calendar_long_period": "refused"}


@pytest.mark.parametrize("rule", ["same", None])
def test_a_refusal_under_a_declared_reading_is_expected_with_or_without_its_rule(
    judged: Any,
    rule: str | None,
) -> None:
    """Under calendar_long_period: refused the order is refused, and the renewal has no ground."""

    def alter(_request: Any, answer: Any) -> Any:
        return (
            RefusedAct(answer.reason) if isinstance(answer, RefusedAct) and rule is None else answer
        )

    verdict = judged(CLOSED, declares={"readings": REFUSED}, reads=REFUSED, alter=alter)
    assert (verdict.verdict, verdict.reason) == ("pass", "judged up to where no order made site")


def test_an_order_that_a_declared_reading_refuses_may_not_be_done(judged: Any) -> None:
    """Declares to refuse, and takes the order."""
    verdict = judged(CLOSED, declares={"readings": REFUSED})
    assert verdict.verdict == "fail"
    assert verdict.mismatches[0].expected.startswith("refused by billmanager.")
    assert verdict.mismatches[0].got == "done"


def test_the_file_alone_loses_its_ground_by_the_fault_of_the_suite(
    judged: Any,
    on: Any,
) -> None:
    """A scenario that under its own readings pays what is not due is a broken scenario."""
    text = """
    title: Nothing to pay
    rules: [hostbill.upgrade.pro-rata]
    source: ours
    given:
      system: hostbill
      products: {small: {prices: {monthly: "10.00"}}, gift: {prices: {monthly: "0.00"}}}
      clients: {anna: {}}
    timeline:
      - at: 2025-06-01
        order: {as: site, client: anna, product: small, cycle: monthly, hostname: anna.example.com}
      - at: 2025-06-01 01:00
        pay: {invoice: site}
      - at: 2025-06-01 01:00
        order: {as: shop, client: anna, product: gift, cycle: monthly, hostname: anna.example.com}
      - at: 2025-06-01 02:00
        pay: {invoice: shop}
        expect: {site: {status: active}}
    """
    verdict = judged(text)
    assert (verdict.verdict, verdict.fault, verdict.reason) == (
        "error",
        "suite",
        "shop has no invoice",
    )
    # A billing that hides an invoice which the reference has is itself at fault.
    verdict = judged(
        text,
        alter=on("observe", lambda body: body.model_copy(update={"invoices": {}})),
    )
    assert (verdict.verdict, verdict.fault) == ("error", "implementation")
    # The reference under another reading is lost in the fourth step, this one in the second.
    verdict = judged(
        text,
        declares={"readings": DOWN},
        alter=on("observe", lambda body: body.model_copy(update={"invoices": {}})),
    )
    assert (verdict.verdict, verdict.fault) == ("error", "implementation")


def test_the_sum_of_a_step_is_judged_where_lines_are_not_itemised(judged: Any, on: Any) -> None:
    """itemised: no compares 0.26 + 3.17 = 3.43, in whatever lines it comes."""

    def one_line(body: Any) -> Any:
        first, *rest = body.ledger
        if not rest:
            return body
        whole = first.model_copy(update={"amount": "3.43", "covers": None})
        return body.model_copy(update={"ledger": [first, whole]})

    alter = on("observe", one_line)
    assert judged(declares={"itemised": False}, alter=alter).verdict == "pass"
    assert {FEE, ("charged", "period")} == set(shown(judged(alter=alter)))


def test_a_wrong_sum_is_shown_as_a_sum(judged: Any, on: Any) -> None:
    """A refund counts against the sum: 3.17 − 0.26 = 2.91, where 3.43 is expected."""

    def refunded(body: Any) -> Any:
        lines = [
            line.model_copy(update={"kind": "refund"}) if line.kind == "late fee" else line
            for line in body.ledger
        ]
        return body.model_copy(update={"ledger": lines})

    options = {"declares": {"itemised": False}, "alter": on("observe", refunded)}
    verdict = judged(**options)
    assert {("charged",): ("3.43", "2.91", "")} == shown(verdict)
    assert any("late fee" in line for line in verdict.mismatches[0].derivation)
    # Another reading that changes nothing here is not named.
    options["declares"] = {"itemised": False, "readings": {"month_end": "overflow"}}
    assert {("charged",): ("3.43", "2.91", "")} == shown(judged(**options))


def test_steps_that_say_nothing_of_lines_have_no_sum(judged: Any, late: str) -> None:
    """What the file does not expect is not judged, summed or not."""
    text = late.replace('charged: [{kind: period, amount: "3.17"}]', "")
    assert judged(text, declares={"itemised": False}).verdict == "pass"
    none = late.replace('charged: [{kind: period, amount: "3.17"}]', "charged: []")
    verdict = judged(none, declares={"itemised": False})
    assert {("charged",): ("0.00", "3.17", "")} == shown(verdict)
