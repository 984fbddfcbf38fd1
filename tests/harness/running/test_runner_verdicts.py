"""Verdicts of a run: whose fault an error is, what is skipped and why, and what is seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.implementations.base import CannotStart, ImplementationFault
from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import Done, Failed, Lacking, LedgerLine, RefusedAct, Result
from prorata.harness.running import batches
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all

if TYPE_CHECKING:
    from prorata.harness.running.verdict import Verdict


def told(verdict: Verdict) -> tuple[str, str, str]:
    """Return the verdict, whose fault it is, and the reason."""
    return verdict.verdict, verdict.fault, verdict.reason


def replaced(kind: str, answer: Any, act: str = "") -> Any:
    """Answer every message of a type, or every such act, with something else."""

    def alter(request: Any, honest: Any) -> Any:
        this = request.type == kind and (not act or request.act == act)
        return answer if this else honest

    return alter


def broken(kind: str, fault: Any = "implementation") -> Any:
    """Break at the first message of a type, and at no later one."""
    done: list[bool] = []

    def alter(request: Any, honest: Any) -> Any:
        if request.type == kind and not done:
            done.append(True)
            raise ImplementationFault(fault, "fell over", ("line 1", "out of memory"))
        return honest

    return alter


@pytest.mark.parametrize(
    ("alter", "expected"),
    [
        (replaced("clock", Failed("KeyError: 'anna'")),
         ("error", "implementation", "answered clock with an error: KeyError: 'anna'")),
        (replaced("observe", RefusedAct("closed")),
         ("error", "adapter", "refused observe, which only an act can be: closed")),
        (replaced("act", Result(Done())),
         ("error", "adapter", "result.service: an order answers the service")),
        (replaced("act", Lacking("planned for 2.4"), "renew"),
         ("skipped", "", "planned for 2.4")),
        (replaced("open", Lacking("no euros")), ("skipped", "", "no euros")),
        (broken("act", "adapter"), ("error", "adapter", "fell over")),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_has_someone_at_fault(
    judged: Any,
    alter: Any,
    expected: tuple[str, str, str],
) -> None:
    """An error is the billing's fault, a wrong message the adapter's; unsupported is legal."""
    assert expected == told(judged(alter=alter))


def test_an_error_carries_the_last_lines_of_stderr(judged: Any) -> None:
    """What the process wrote before it fell is in the verdict."""
    assert ("line 1", "out of memory") == judged(alter=broken("clock")).stderr


def test_unsupported_later_does_not_hide_what_was_wrong_before(judged: Any, on: Any) -> None:
    """A wrong number in the first step fails, though the second is answered unsupported."""
    wrong = on("observe", lambda body: body.model_copy(update={"ledger": []}))

    def alter(request: Any, answer: Any) -> Any:
        if request.type == "act" and request.act == "renew":
            return Lacking("planned")
        return wrong(request, answer)

    verdict = judged(alter=alter)
    assert verdict.verdict == "fail"
    # Money went that no line tells of.
    assert [("charged", "period"), ("always",)] == [each.path for each in verdict.mismatches]


def test_an_error_keeps_what_was_wrong_before(judged: Any, on: Any) -> None:
    """An error after a mismatch is an error, and shows both."""
    wrong = on("observe", lambda body: body.model_copy(update={"ledger": []}))
    fall = broken("act")

    def alter(request: Any, answer: Any) -> Any:
        if request.type == "act" and request.act == "order":
            return answer
        return fall(request, wrong(request, answer))

    verdict = judged(alter=alter)
    assert told(verdict) == ("error", "implementation", "fell over")
    assert ("charged", "period") == verdict.mismatches[0].path
    assert ("2025-09-05 12:00", "renew site for 1 month") == (verdict.at, verdict.act)
    assert verdict.place.endswith("/own.yaml:17")


def test_after_an_error_the_next_scenario_starts_afresh(
    bench: Any, written: Any, late: str
) -> None:
    """One crash costs one scenario; behind the last one nothing is started any more."""
    scenarios = [written(late, f"{name}.yaml") for name in ("one", "two")]
    near = bench(alter=broken("clock"))
    assert ["error", "pass"] == [each.verdict for each in judge_all(scenarios, near, near.panels)]
    assert near.restarts == 1
    near = bench(alter=replaced("clock", Failed("no")))
    assert ["error"] == [each.verdict for each in judge_all(scenarios[:1], near, near.panels)]
    assert near.restarts == 0


def spoke_late(at: int) -> Any:
    """Break where the scenario with this number is opened, by what was said before, once."""
    done: list[int] = []

    def alter(request: Any, honest: Any) -> Any:
        if request.type == "open" and request.scenario == at and not done:
            done.append(at)
            raise ImplementationFault("adapter", "wrote unasked", ("by the way",), late=True)
        return honest

    return alter


def test_what_is_said_at_the_end_of_a_batch_is_the_fault_of_its_last_scenario(
    bench: Any, written: Any, late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is listened to there, as the next scenario may be another worker's."""
    monkeypatch.setattr(batches, "_SCENARIOS", 2)
    near = bench()
    said = ImplementationFault("adapter", "wrote unasked", late=True)
    near.overheard = lambda: said
    scenarios = [written(late, f"{number}.yaml") for number in range(3)]
    verdicts = list(judge_all(scenarios, near, near.panels))
    assert ["pass", "error", "pass"] == [each.verdict for each in verdicts]
    assert "when the scenario was over: wrote unasked" == verdicts[1].reason
    assert near.restarts == 1


def test_what_is_said_too_late_is_the_fault_of_its_own_scenario(
    bench: Any, written: Any, late: str
) -> None:
    """The next scenario, in which it is found, is played afresh; order is kept."""
    hosted = late.replace("billmanager.renew", "hostbill.upgrade")
    rules = {"rules": ["billmanager.*"]}
    scenarios = [written(late, "one.yaml"), written(late, "two.yaml"), written(late, "three.yaml")]
    scenarios.insert(1, written(hosted.replace("late-fee.percent", "pro-rata"), "skipped.yaml"))
    near = bench(alter=spoke_late(3), declares={"supports": rules})
    verdicts = list(judge_all(scenarios, near, near.panels))
    assert [("one", "error"), ("skipped", "skipped"), ("two", "pass"), ("three", "pass")] == [
        (each.scenario, each.verdict) for each in verdicts
    ]
    first = verdicts[0]
    assert ("error", "adapter", "when the scenario was over: wrote unasked") == told(first)
    assert (("by the way",), "renew site for 1 month") == (first.stderr, first.act)
    assert first.place.endswith("one.yaml:17")
    assert near.restarts == 1


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (1, ["error", "pass", "pass"]),
        (2, ["pass", "error", "pass"]),
        # Nobody knows that one: it is the error of the scenario in which it came.
        (9, ["pass", "pass", "error"]),
    ],
)
def test_what_answers_a_question_of_long_ago_is_the_fault_of_that_scenario(
    bench: Any, written: Any, late: str, of: int, expected: list[str]
) -> None:
    """However many have been played since, and whatever is asked then."""
    scenarios = [written(late, f"{name}.yaml") for name in ("one", "two", "three")]
    done: list[int] = []
    opened: list[int] = []

    def alter(request: Any, honest: Any) -> Any:
        if request.type == "open":
            opened.append(request.scenario)
        if request.type == "clock" and opened[-1] == 3 and not done:
            done.append(of)
            raise ImplementationFault("adapter", "wrote unasked", late=True, of=of)
        return honest

    near = bench(alter=alter)
    verdicts = list(judge_all(scenarios, near, near.panels))
    assert expected == [each.verdict for each in verdicts]
    assert near.restarts == (1 if of < 3 else 0)


def test_where_there_is_no_scenario_before_it_is_its_own_fault(
    bench: Any, written: Any, late: str
) -> None:
    """The first one of a process, which starts afresh after an error, answers for itself."""
    scenarios = [written(late, f"{name}.yaml") for name in ("one", "two")]
    near = bench(alter=spoke_late(1))
    assert ["error", "pass"] == [each.verdict for each in judge_all(scenarios, near, near.panels)]
    near = bench(alter=broken("clock"))
    fall, speak = near.alter, spoke_late(2)
    near.alter = lambda request, answer: speak(request, fall(request, answer))
    assert ["error", "error"] == [each.verdict for each in judge_all(scenarios, near, near.panels)]


def test_a_billing_that_does_not_start_again_ends_the_run(
    bench: Any,
    written: Any,
    late: str,
) -> None:
    """The verdict of the crash is told before the run ends."""
    scenarios = [written(late, f"{name}.yaml") for name in ("one", "two")]
    near = bench(alter=broken("clock"), cannot_restart=True)
    verdicts = judge_all(scenarios, near, near.panels)
    assert next(verdicts).verdict == "error"
    with pytest.raises(CannotStart, match="gone"):
        next(verdicts)


@pytest.mark.parametrize(
    ("supports", "reason"),
    [
        ({"systems": ["hostbill"]}, "does not support billmanager"),
        ({"acts": ["order"]}, "does not support the act renew"),
        ({"rules": ["hostbill.*", "billmanager.order.*"]},
         "does not support the rule billmanager.renew.late-fee.percent"),
    ],
)  # fmt: skip
def test_what_is_declared_as_lacking_is_skipped_unasked(
    bench: Any,
    written: Any,
    late: str,
    supports: dict[str, list[str]],
    reason: str,
) -> None:
    """Declared support is believed: nothing is asked."""
    near = bench(declares={"supports": supports})
    verdict = next(judge_all([written(late)], near, near.panels))
    assert ("skipped", "unsupported", reason) == (verdict.verdict, verdict.why, verdict.reason)
    assert near.asked == []


def test_what_is_declared_as_supported_is_judged(judged: Any, late: str) -> None:
    """Every list may name what the scenario needs; waiting is no act."""
    supports = {
        "systems": ["billmanager"],
        "acts": ["order", "renew"],
        "rules": ["billmanager.renew.late-fee.*"],
    }
    text = late + "  - at: 2025-09-06\n    wait: {}\n    expect: {site: {status: active}}\n"
    assert judged(text, declares={"supports": supports}).verdict == "pass"


def test_an_unexpected_refusal_fails_though_the_step_expects_nothing(
    judged: Any,
    late: str,
) -> None:
    """An act is expected to be done where the file says nothing of it."""
    text = late[: late.index("    expect:")] + late[late.index("  - at: 2025-09-05") :]
    verdict = judged(
        text, alter=replaced("act", RefusedAct("closed", "billmanager.tariff.enabled"))
    )
    assert verdict.verdict == "fail"
    # It made the service all the same.
    found, made = verdict.mismatches
    assert made.got == "service 1 of anna is there, and nobody ordered it"
    assert (("act",), "done", "refused by billmanager.tariff.enabled") == (
        found.path,
        found.expected,
        found.got,
    )
    assert found.act == "order site by anna at start for 1 month"
    assert found.at == "2025-08-01 09:00"
    refused = judged(text, alter=replaced("act", RefusedAct("closed")))
    assert refused.mismatches[0].got == "refused: closed"


REFUSED = """
title: A period without a price
rules: [billmanager.order.price]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 month: "3.10"}, disabled_periods: [1 month]}}
  clients: {anna: {balance: "100.00"}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: start, period: 1 month}
    expect: {refused: RULE}
"""


@pytest.fixture(name="refusal")
def _refusal(bench: Any, written: Any) -> RefusedAct:
    """Return what the reference answers to that order."""
    found: list[Any] = []
    near = bench(alter=lambda request, answer: found.append(answer) or answer)
    scenario = written(REFUSED.replace("RULE", "billmanager.order.price"))
    list(judge_all([scenario], near, near.panels))
    return next(each for each in found if isinstance(each, RefusedAct))


def test_a_refusal_is_judged_by_its_rule_alone(
    judged: Any,
    refusal: RefusedAct,
) -> None:
    """The words are its own; one that names no rule is taken as the one expected."""
    words = refusal.reason.split()[0]
    expected = f"{{rule: {refusal.rule}, reason: {words}}}"
    text = REFUSED.replace("RULE", expected)
    assert judged(text).verdict == "pass"
    assert judged(text, alter=replaced("act", RefusedAct("no"))).verdict == "pass"
    assert judged(text, alter=replaced("act", RefusedAct("no", refusal.rule))).verdict == "pass"
    verdict = judged(text, alter=replaced("act", RefusedAct(refusal.reason, "billmanager.order.x")))
    assert [(f"refused by {refusal.rule}", "refused by billmanager.order.x")] == [
        (each.expected, each.got) for each in verdict.mismatches
    ]
    assert verdict.mismatches[0].rule == refusal.rule
    done = judged(text, alter=replaced("act", Result(Done(service="1"))))
    assert [(f"refused by {refusal.rule}", "done")] == [
        (each.expected, each.got) for each in done.mismatches
    ]


def test_files_quote_the_words_of_the_reference(written: Any, refusal: RefusedAct) -> None:
    """A reason that a file names is looked for in what the reference says, and there only."""
    text = REFUSED.replace("RULE", f"{{rule: {refusal.rule}, reason: because}}")
    panels = ScenarioPanels()
    reference = Reference(version="1", transport=panels.transport)
    (verdict,) = judge_all([written(text)], reference, panels)
    assert [("because", refusal.reason)] == [
        (each.expected, each.got) for each in verdict.mismatches
    ]


def test_a_mismatch_says_all_that_is_known(judged: Any, on: Any) -> None:
    """Rule, step, place, both amounts and how the reference comes to its own."""

    def cheaper(body: Any) -> Any:
        lines = [
            line.model_copy(update={"amount": "0.21"}) if line.kind == "late fee" else line
            for line in body.ledger
        ]
        return body.model_copy(update={"ledger": lines})

    verdict = judged(alter=on("observe", cheaper))
    found, always = verdict.mismatches
    # The balance has the 0.26 that no line tells of: 100.00 − 3.17 − 0.21 − 3.17 = 93.45.
    assert ("always: conservation", "anna has 93.40, 93.45 came in and stayed") == (
        always.rule,
        always.got,
    )
    assert found == replace(verdict.first, place=found.place)
    assert found.rule == "billmanager.renew.late-fee.percent"
    assert (found.at, found.act) == ("2025-09-05 12:00", "renew site for 1 month")
    assert (found.path, found.expected, found.got) == (("charged", "late fee"), "0.26", "0.21")
    # `      charged: [` of the second step stands in line 20 and has 16 characters.
    assert found.place.endswith("/own.yaml:20:17")
    assert any("3.17" in text and "31" in text for text in found.derivation)
    assert found.derivation[-1].endswith("posted as 0.26")


def test_lines_that_were_posted_before_may_not_change(judged: Any, on: Any, late: str) -> None:
    """The ledger is append-only: a correction is a new line, whatever the step expects."""

    def rewritten(body: Any) -> Any:
        if len(body.ledger) < 2:
            return body
        first = body.ledger[0].model_copy(update={"amount": "3.18"})
        return body.model_copy(update={"ledger": [first, *body.ledger[1:]]})

    verdict = judged(alter=on("observe", rewritten))
    (found,) = verdict.mismatches
    assert (("ledger",), "lines as they were posted") == (found.path, found.expected)
    assert found.got.startswith("line 1 was period 3.17 of site")
    assert "and is period 3.18 of site" in found.got
    assert found.by == ""
    silent = late[: late.rindex("    expect:")]
    assert judged(silent, alter=on("observe", rewritten)).verdict == "fail"

    def shorter(body: Any) -> Any:
        return body.model_copy(update={"ledger": body.ledger[1:]})

    assert judged(silent, alter=on("observe", shorter)).verdict == "fail"


def test_names_are_judged_with_the_numbers_that_were_reported(
    judged: Any,
    late: str,
) -> None:
    """A billing that counts from 42 calls the user user42, which stands for user1."""

    def count_from_42(request: Any) -> Any:
        if request.type != "open":
            return request
        return request.model_copy(update={"first_ids": {"service": 42}})

    assert judged(late, before=count_from_42).verdict == "pass"
    verdict = judged(late.replace("user: user1}", "user: user2}"), before=count_from_42)
    assert [(("site", "user"), "user2", "user42")] == [
        (each.path, each.expected, each.got) for each in verdict.mismatches
    ]


def test_the_reference_counts_from_the_first_id_that_is_given(judged: Any, late: str) -> None:
    """Given first_ids {service: 510}, names carry 510; a billing may count from 1 all the same."""
    text = late.replace("  clients:", "  first_ids: {service: 510}\n  clients:")
    text = text.replace("user1", "user510")
    assert judged(text).verdict == "pass"
    from_one = judged(
        text,
        before=lambda request: (
            request.model_copy(update={"first_ids": {}}) if request.type == "open" else request
        ),
    )
    assert from_one.verdict == "pass"


def test_a_service_that_is_not_there_shows_nothing(judged: Any, on: Any) -> None:
    """Every field of a service that the billing does not know is nothing."""
    verdict = judged(alter=on("observe", lambda body: body.model_copy(update={"services": {}})))
    found = {each.path: each.got for each in verdict.mismatches}
    assert {
        ("site", "status"): "nothing",
        ("site", "expires"): "nothing",
        ("site", "user"): "nothing",
        ("ispmanager", "site", "exists"): "no",
        ("ispmanager", "site", "suspended"): "nothing",
        ("ispmanager", "site", "name"): "nothing",
        ("always",): "user1 is on the panel, and no service has this user",
    } == found


def test_a_verdict_carries_the_file_of_a_scenario_that_is_not_bundled(
    judged: Any,
    tmp_path: Any,
) -> None:
    """What is not bundled is selected by its file."""
    verdict = judged()
    assert verdict.scenario == "own"
    assert verdict.file == verdict.target == str(tmp_path / "own.yaml")


def test_what_comes_of_asking_again_is_told_as_that(judged: Any) -> None:
    """A billing that charges a cent whenever its cron runs twice at an instant."""
    asked: list[Any] = []

    def cron(request: Any, answer: Any) -> Any:
        if request.type == "open":
            asked.clear()
        elif request.type == "clock":
            asked.append(request.to)
        elif request.type == "observe" and answer.body.ledger:
            again = [LedgerLine(kind="period", amount="0.01", service="1", client="anna")]
            extra = again * (len(asked) - len(set(asked)))
            ledger = [*answer.body.ledger, *extra]
            return Result(answer.body.model_copy(update={"ledger": ledger}))
        return answer

    verdict = judged(alter=cron)
    assert verdict.verdict == "fail"
    assert verdict.first is not None
    assert verdict.rule == "always: asking clock again at an instant changes nothing"
    assert ("charged", "period") == verdict.first.path
    assert verdict.first.by == "when clock was asked again at the same instant"
