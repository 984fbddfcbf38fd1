"""A panel with a wrong rule is caught, and told by that rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.fakes.billmanager import tariff_form
from prorata.fakes.billmanager.tariff_policy import LATE
from prorata.fakes.control import panels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

    from prorata.harness.running.verdict import Verdict

FEE = "documented/late-fee-half-of-five-days"


def forms(monkeypatch: pytest.MonkeyPatch, told: Callable[..., Any]) -> None:
    """Have the panel read the late fee of a tariff in another way."""
    wrong = LATE._replace(told=told)
    entries = (wrong if each is LATE else each for each in tariff_form.ENTRIES)
    monkeypatch.setattr(tariff_form, "ENTRIES", tuple(entries))


def test_a_wrong_late_fee(
    judge: Callable[..., list[Verdict]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """3.10 / 31 × 5 overdue days = 0.50, of which 40 % are taken and not 50: 0.20 for 0.25."""
    forms(monkeypatch, lambda _args, _tariff: {"late_renewal_fee": {"percent": "40"}})
    (verdict,) = judge([FEE])
    assert verdict.verdict == "fail"
    assert verdict.rule == "billmanager.renew.late-fee.percent"
    first = verdict.mismatches[0]
    assert (first.path, first.expected, first.got) == (("charged", "late fee"), "0.25", "0.20")


def test_a_late_fee_that_is_lost(
    judge: Callable[..., list[Verdict]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A panel that takes the field and charges nothing differs as well."""
    forms(monkeypatch, lambda _args, _tariff: {})
    (verdict,) = judge([FEE])
    assert verdict.verdict == "fail"
    assert verdict.rule == "billmanager.renew.late-fee.percent"
    assert verdict.mismatches[0].got == "nothing"


def test_a_wrong_rounding(
    judge: Callable[..., list[Verdict]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A panel that cuts amounts off, whatever it is told, is told by the rule of the line."""
    right = panels.billmanager_of

    def cuts(seed: Mapping[str, Any], *rest: Any) -> Any:
        readings = {**seed.get("readings", {}), "rounding": "down"}
        return right({**seed, "readings": readings}, *rest)

    monkeypatch.setattr(panels, "billmanager_of", cuts)
    (verdict,) = judge(["worked/tariff-end"])
    assert verdict.verdict == "fail"
    assert verdict.rule == "billmanager.order.tariff-end"
    first = verdict.mismatches[0]
    assert (first.path, first.expected, first.got) == (("charged", "period"), "1.94", "1.93")
