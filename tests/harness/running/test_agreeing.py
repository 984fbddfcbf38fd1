"""What a billing sold and what it bought for that agree at the end of a scenario, whoever it is."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
from bundled import SCENARIOS

from prorata.harness.implementations.reference import Reference
from prorata.harness.reconciling import MONEY, NOT_SOLD, ONCE
from prorata.harness.report.console import failures, summary
from prorata.harness.running.agreeing import alone_at_the_end
from prorata.harness.running.always import violations
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.play import play
from prorata.harness.running.player import Watch
from prorata.harness.running.selection import load_files
from prorata.harness.running.story import play_reference
from prorata.harness.running.trial import Bench, judged
from prorata.harness.running.verdict import Results
from prorata.harness.scenario.loader import bundled_root
from prorata.harness.scenario.problems import ScenarioErrors
from prorata.reference.engine.resell import carrying
from prorata.reference.engine.resell.port import LicenceOrder
from prorata.reference.periods import Length


class Wrong:
    """The reference with one thing about licences done wrong, as a stranger."""

    def __init__(self, panels, **wrong):
        self._own = Reference(version="", readings={}, transport=panels.transport)
        self._wrong = {**carrying._CARRY, **wrong}
        self.name, self.declared = "wrong", self._own.declared
        self.abandon, self.restart = self._own.abandon, self._own.restart

    def ask(self, request):
        """Ask, and do it wrong."""
        with patch.object(carrying, "_CARRY", self._wrong):
            return self._own.ask(request)


def doubling(errand):
    """Order twice."""
    errand.seller.order(LicenceOrder(errand.remote, errand.tariff, errand.service.period))
    return carrying._create(errand)


def eager(errand):
    """Renew twice."""
    done = carrying._prolong(errand)
    errand.seller.prolong(errand.look().number, Length.of(errand.operation.arguments[0]))
    return done


def idle(errand):
    """Close nothing."""
    return errand.operation is not None


def verdict(scenario, **wrong):
    """Judge a wrong reseller by a scenario."""
    panels = ScenarioPanels()
    own = Wrong(panels, **wrong)
    return judged(SCENARIOS[scenario], Bench(own, panels, None, False, Watch(moments=True)), 1)[1]


@pytest.mark.parametrize(
    ("wrong", "scenario", "rule", "line"),
    [
        ({"create": doubling}, "reselling/life-of-a-licence#nobody pays", ONCE,
         "bought: licence of panel: there are 2 of it"),
        ({"prolong": eager}, "reselling/life-of-a-licence#renewed by hand",
         NOT_SOLD, "bought: period 5.00 of panel: not sold"),
        ({"delete": idle}, "reselling/life-of-a-licence#deleted",
         NOT_SOLD,
         "bought: licence of panel: it is there, and a service that is deleted has it"),
    ],
)  # fmt: skip
def test_a_wrong_reseller_is_told_what_it_has_alone(wrong, scenario, rule, line):
    """What always holds is named, and the licences and charges are listed."""
    found = verdict(scenario, **wrong)
    assert "fail" == found.verdict
    assert f"always: {rule}" in [each.rule for each in found.mismatches]
    assert line in found.unreconciled
    told = ["".join(text for _, text in row).strip() for row in failures([found])]
    assert line in told[told.index("without a counterpart at the end:") :]


def test_what_is_to_part_is_told_and_no_failure():
    """The seller did something by itself: that is what the scenario is about."""
    scenario = "reselling/what-the-seller-does#the dearer tariff"
    found = verdict(scenario)
    assert ("pass", ("bought: tariff change 2.50 of panel: not sold",)) == (
        found.verdict, found.unreconciled,
    )  # fmt: skip
    told = ["".join(text for _, text in row) for row in summary(Results("", "", {}, (found,), 0.0))]
    assert [
        "both sides part at the end of 1 scenario, as expected there",
        f"  {scenario}",
        "    bought: tariff change 2.50 of panel: not sold",
    ] == told[:3]


def test_money_that_a_seller_has_and_nobody_paid_is_told():
    """It came in as 50.00, less 5.00 for a month; the seller shows 44.00."""
    scenario = SCENARIOS["faults/reselling-answer-lost#of an order"]
    panels = ScenarioPanels()
    own = Reference(version="", transport=panels.transport)
    stages = list(play(scenario, own, panels))
    assert [] == list(violations(scenario, stages))
    last = stages[-1].seen
    odd = replace(last.others["seller"], balances={"partner": "44.00"})
    stages[-1] = stages[-1]._replace(seen=replace(last, others={"seller": odd}))
    (found,) = violations(scenario, stages)
    assert (MONEY, "seller: partner has 44.00, 45.00 came in and stayed") == (
        found.against, found.sentence,
    )  # fmt: skip


def test_a_licence_that_no_service_has_is_told():
    """Its buyer calls it as no service is called."""
    scenario = SCENARIOS["reselling/ordered-and-active-by-event"]
    seen = play_reference(scenario, scenario.readings).whole
    assert () == alone_at_the_end(scenario, seen)
    odd = replace(seen[-1].others["seller"], unsold=2)
    seen[-1] = replace(seen[-1], others={"seller": odd})
    assert ["bought: licence of nobody: there are 2 that no service has"] == [
        str(each) for each in alone_at_the_end(scenario, seen)
    ]


def test_a_licence_is_moved_of_a_service(tmp_path):
    """Which one is to be said."""
    file = tmp_path / "moved.yaml"
    text = (bundled_root() / "faults" / "reselling-behind-the-back.yaml").read_text("utf-8")
    file.write_text(text.replace("{service: panel, ip:", "{ip:", 1), encoding="utf-8")
    with pytest.raises(ScenarioErrors) as raised:
        load_files([file], tmp_path)
    assert {"say of which service the licence is moved"} == {
        each.message for each in raised.value.problems
    }
