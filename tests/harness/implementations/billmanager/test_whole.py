"""The suite judges the panel of `serve all` through its API: nothing that is compared differs."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from bundled import SCENARIOS

from prorata.harness.implementations.billmanager.scene import PanelScene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prorata.fakes.control import Panels
    from prorata.harness.running.verdict import Verdict


def _needs_protocol_1(scenario):
    """Tell whether it is about what a BILLmanager's API has not: quotes, acts sent again."""
    return any(
        step.quote or step.again or getattr((step.act or ("", None))[1], "payment", None)
        for step in scenario.steps
    )


#: What one BILLmanager does by itself: what is bought from another one it cannot be asked for.
OWN = [
    name
    for name, each in SCENARIOS.items()
    if each.given.system == "billmanager" and not each.others and not _needs_protocol_1(each)
]
SHARDS = 4
#: The shares of each fourth of the scenarios that are played, are judged in every place, and take
#: functions that the vendor documents and no others.
PLAYED, EVERYWHERE, DOCUMENTED = 0.83, 0.55, 0.65

#: Why a scenario cannot be played: what the table says that the API cannot.
REASONS = re.compile(
    r"a price for a period of |an? (order|renewal|change of tariff)\b.* of .* no number on the wire"
    r"|an order that waits for its payment: |rates of traffic: |names by language: "
    r"|how many accounts a server takes: |a balance below zero: |setting up: "
    r"|\w+_\w+: (the API has no function|a user is sent one)"
    r"|set_(tariff|currency) by a client: |\w+ without .*: the form takes nothing away"
    r"|.* as it is: a form that repeats|.*: a form has no field for what its tariff"
    r"|speaks protocol 0, which has no (quotes|ids of (acts|payments))"
    r"|a call that fails on the panel: |tariffs_for (with|by staff)|set_password without a password"
)
#: What it says besides of a panel whose invented functions are not to be used.
OURS = re.compile(r".*: no document of the vendor has it \(--functions invented\)$")
#: And of one that is never put back.
SHARED = re.compile(
    r".*, while other scenarios share the panel|a billing in |tax: it holds for"
    r"|users on the panel already"
)


def differing(verdicts: Iterable[Verdict]) -> list[str]:
    """Return what is neither conform nor skipped, with why."""
    return [
        f"{each.scenario}: {each.reason or each.mismatches[:1] or each.first}"
        for each in verdicts
        if each.verdict not in {"pass", "skipped"}
    ]


def unexplained(verdicts: Iterable[Verdict], *known: re.Pattern[str]) -> list[str]:
    """Return the reasons of scenarios that were not played and that are not known ones."""
    reasons = (each.reason for each in verdicts if each.why == "unsupported")
    return [each for each in reasons if not any(one.match(each) for one in known)]


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> list[PanelScene]:
    """Return the scenarios that used what no document of the vendor has, once for each use."""
    used: list[PanelScene] = []
    needs = PanelScene.needs

    def noted(scene: PanelScene, what: str) -> None:
        used.append(scene)
        needs(scene, what)

    monkeypatch.setattr(PanelScene, "needs", noted)
    return used


@pytest.mark.sweep
@pytest.mark.parametrize("shard", range(SHARDS))
def test_all_scenarios_over_a_socket(
    judge: Callable[..., list[Verdict]], ours: Sequence[PanelScene], shard: int
) -> None:
    """No place that is compared differs; enough are played, and enough of them in every place."""
    verdicts = judge(OWN[shard::SHARDS])
    assert differing(verdicts) == []
    assert unexplained(verdicts, REASONS) == []
    played = [each for each in verdicts if each.verdict == "pass"]
    assert len(played) >= PLAYED * len(verdicts)
    everywhere = [each for each in played if not each.not_told]
    assert len(everywhere) >= EVERYWHERE * len(verdicts)
    assert len(played) - len({id(each) for each in ours}) >= DOCUMENTED * len(verdicts)


def test_a_spread_with_documented_functions_alone(judge: Callable[..., list[Verdict]]) -> None:
    """Steps are compared by their sums; what no document has is named as the reason."""
    verdicts = judge(OWN[3::17], functions="documented")
    assert differing(verdicts) == []
    assert unexplained(verdicts, REASONS, OURS) == []
    assert any(OURS.match(each.reason) for each in verdicts)
    assert sum(each.verdict == "pass" for each in verdicts) >= DOCUMENTED * len(verdicts)


def test_a_spread_compared_as_a_whole(judge: Callable[..., list[Verdict]]) -> None:
    """What is not told is counted by what it is, and is no pass of its own."""
    verdicts = judge(OWN[5::41], whole=True)
    assert differing(verdicts) == []
    untold = Counter(name for each in verdicts for name in set(each.not_told))
    assert set(untold) <= {
        "starts", "next_due", "points_to", "notifications", "instants of lines",
    }  # fmt: skip
    # Wherever there is a service; not where an order is refused and nothing else happens.
    assert untold["starts"] >= 0.9 * sum(each.verdict == "pass" for each in verdicts)


def test_scenarios_in_one_timeline(judge: Callable[..., list[Verdict]]) -> None:
    """A panel that is never put back plays them by instant, under names of their own."""
    verdicts = judge(OWN[7::23], reset="none")
    assert [each.scenario for each in verdicts if each.verdict == "pass"]
    assert differing(verdicts) == []
    assert unexplained(verdicts, REASONS, SHARED) == []
    assert sorted(each.scenario for each in verdicts) == sorted(OWN[7::23])
    assert sum(each.verdict == "pass" for each in verdicts) >= len(verdicts) / 2


def test_a_second_run_on_the_same_panel_has_names_of_its_own(
    judge: Callable[..., list[Verdict]], served: Panels
) -> None:
    """What the first one made stays there; the second one begins where its time stands."""
    assert [each.verdict for each in judge(["worked/daily"], reset="none")] == ["pass"]
    later = "documented/late-fee-half-of-five-days"
    assert [each.verdict for each in judge([later], reset="none")] == ["pass"]
    clients = served.billmanager.billing.book.clients
    assert {"anna.r1s1", "anna.r2s1"} <= set(clients)


def test_what_is_bought_from_another_billing_is_not_asked_for(
    judge: Callable[..., list[Verdict]],
) -> None:
    """A scenario of several billings is skipped, with the reason."""
    (verdict,) = judge(["reselling/ordered-and-active-by-event"])
    assert ("skipped", "what is bought from another billing: the API has no function for it") == (
        verdict.verdict,
        verdict.reason,
    )
