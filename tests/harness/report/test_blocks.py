"""Which failures are the same, and how many scenarios of a family conform."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prorata.harness.report.blocks import blocks, families
from prorata.harness.running.verdict import Mismatch, Verdict

RULE = "billmanager.renew.late-fee.percent"


def failed(scenario: str = "a/b", *, known: str = "", **changes: Any) -> Verdict:
    """Return a failure at one place."""
    fields = {"rule": RULE, "at": "2025-09-05 12:00", "act": "wait", "path": ("site", "expires"),
              "expected": "2025-09-01", "got": "2025-09-02", "place": "a/b.yaml:1:1"}  # fmt: skip
    mismatch = Mismatch(**{**fields, **changes})
    return Verdict(scenario, (RULE,), "fail", 0.0, (mismatch,), known=known)


def error(scenario: str, **changes: Any) -> Verdict:
    """Return an error."""
    fields = {"fault": "implementation", "reason": "no answer", **changes}
    return Verdict(scenario, (RULE,), "error", 0.0, **fields)


def together(*verdicts: Verdict) -> list[int]:
    """Return how many verdicts each block has."""
    return [len(block.verdicts) for block in blocks(verdicts)]


@pytest.mark.parametrize(
    "changes",
    [
        {"at": "2025-10-01 00:00", "act": "renew site"},
        {"expected": "2026-09-01", "got": "2026-09-02"},
        {"path": ("shop", "expires")},
        {"place": "c/d.yaml:9:9"},
        {"derivation": ("expiry: 2025-08-01 + 1 month = 2025-09-01",)},
    ],
)
def test_the_same_failure_is_one_block(changes: dict[str, Any]) -> None:
    """Whenever it was, at whichever service, whatever the numbers."""
    assert [2] == together(failed(), failed("a/c", **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "billmanager.renew.plain"},
        {"path": ("site", "status")},
        {"got": "nothing"},
        {"expected": "nothing"},
        {"reference": "2025-09-02"},
    ],
)
def test_another_failure_is_another_block(changes: dict[str, Any]) -> None:
    """Another rule, another kind of place, too much or too little, and a file that is wrong."""
    assert [1, 1] == together(failed(), failed("a/c", **changes))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (("charged", "late fee"), ("charged", "late fee"), True),
        (("charged", "late fee"), ("charged", "period"), False),
        (("balance", "anna"), ("balance", "ben"), True),
        (("ispmanager", "site", "preset"), ("ispmanager", "shop", "preset"), True),
        (("ispmanager", "site", "preset"), ("ispmanager", "site", "suspended"), False),
        (("invoices", "0"), ("invoices", "3"), True),
        (("accounts", "anna", "EUR"), ("accounts", "ben", "EUR"), True),
        (("site", "resources", "disk"), ("shop", "resources", "disk"), True),
        (("site", "resources", "disk"), ("site", "resources", "mail"), False),
    ],
)
def test_places_of_a_kind(one: tuple[str, ...], other: tuple[str, ...], alike: bool) -> None:
    """Which service, client or invoice it is about does not matter; what of it does."""
    assert ([2] if alike else [1, 1]) == together(failed(path=one), failed("a/c", path=other))


def test_where_a_run_parts_first_says_which_failures_are_the_same() -> None:
    """Not what the files found later."""
    first = failed(path=("charged", "period")).mismatches[0]
    one = Verdict("a/b", (RULE,), "fail", 0.0, failed().mismatches, first=first)
    other = Verdict("a/c", (RULE,), "fail", 0.0, first=first)
    assert [2] == together(one, other)
    assert [1, 1] == together(one, failed("a/d"))


def test_what_agrees_under_one_reading_is_one_block() -> None:
    """A charge that is another and a refund that is too much have one cause, by one rule."""
    legs = (
        {"path": ("charged", "tariff change")},
        {"path": ("charged", "refund"), "expected": "nothing"},
    )
    charge, refund = (
        replace(failed(f"a/{n}", **each), agrees="legs") for n, each in enumerate(legs)
    )
    assert [2] == together(charge, refund)
    assert [1, 1] == together(charge, replace(refund, agrees="an inclusive end"))
    assert [1, 1] == together(replace(charge, agrees=""), replace(refund, agrees=""))


def test_errors_are_the_same_by_whose_fault_and_why() -> None:
    """An error is no failure, and what is known is told by itself."""
    assert [2] == together(error("a/b"), error("a/c"))
    assert [1, 1, 1] == together(
        error("a/b"), error("a/c", fault="adapter"), error("a/d", reason="fell over")
    )
    assert [1, 1] == together(error("a/b"), failed("a/c"))
    assert [1, 1, 1] == together(failed(known="x"), failed("a/c", known="x"), failed("a/d"))


def test_the_greatest_block_comes_first() -> None:
    """Then they come in the order of their first scenarios; what conforms is in none."""
    other = {"path": ("site", "status")}
    passed = Verdict("a/p", (RULE,), "pass", 0.0)
    found = blocks([passed, failed(), error("a/e"), failed("a/c", **other), failed("a/d", **other)])
    assert ["a/c", "a/b", "a/e"] == [block.example.scenario for block in found]
    assert ("a/c", "a/d") == tuple(verdict.scenario for verdict in found[0].verdicts)


def test_families_count_what_was_judged() -> None:
    """By the second word of the first rule; of the panel all is one family."""
    verdicts = [
        Verdict("a", (RULE,), "pass", 0.0),
        Verdict("b", (RULE, "billmanager.pay"), "error", 0.0),
        Verdict("c", ("hostbill.renew.plain",), "fail", 0.0),
        Verdict("d", (RULE,), "skipped", 0.0),
        Verdict("e", ("billmanager.pay",), "pass", 0.0),
        Verdict("f", ("provision.ispmanager.create",), "fail", 0.0),
        Verdict("g", ("provision.ispmanager.login",), "pass", 0.0),
    ]
    assert {"renew": (1, 3), "pay": (1, 1), "provision": (1, 2)} == families(verdicts)
