"""A whole history, from the choices of a source."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from prorata.harness.fuzz.generating.billmanager.history import BILLMANAGER
from prorata.harness.fuzz.generating.choosing import Choosing
from prorata.harness.fuzz.generating.draft import HistoryDraft
from prorata.harness.fuzz.generating.files import scenario_of
from prorata.harness.fuzz.generating.hostbill.history import HOSTBILL
from prorata.harness.fuzz.generating.moments import BEGINNINGS, BEGINS
from prorata.harness.fuzz.generating.readings import readings_of
from prorata.harness.fuzz.generating.reselling.history import RESELLING
from prorata.harness.fuzz.generating.reselling.words import NEIGHBOUR, SELLER
from prorata.harness.fuzz.generating.steering import fitting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.harness.fuzz.generating.focus import Focus
    from prorata.harness.fuzz.generating.source import ChoiceSource
    from prorata.harness.fuzz.generating.steering import Steer, System
    from prorata.harness.scenario import Scenario

__all__ = ["Generated", "history"]

_SYSTEMS: Final[Mapping[str, tuple[System, ...]]] = {
    "billmanager": (BILLMANAGER,),
    "hostbill": (HOSTBILL,),
    "reselling": RESELLING,
}
#: A history ends by itself after one deed in so many.
_ENDS: Final = 64


class Generated(NamedTuple):
    """A history; `classes` are the boundaries at which rules were steered to be met.

    Each is the id of a rule with the class of a boundary, such as ``the expiry``.
    """

    scenario: Scenario
    classes: frozenset[tuple[str, str]]


def history(source: ChoiceSource, *, name: str, focus: Focus) -> Generated:
    """Return the history that the choices of a source make; `name` becomes its id.

    The same choices make the same history. Its file stands in ``scenario.tree.plain``.
    """
    choose = Choosing(source)
    system, steers = _steered(choose, focus)
    wanted = [BEGINS[name] for each in steers for name in each.settings if name in BEGINS]
    begins, zone = choose.one(wanted[0] if wanted else BEGINNINGS)
    given = {} if zone == "UTC" else {"timezone": zone}
    draft = HistoryDraft(choose, focus, given, datetime.fromisoformat(f"{begins}Z"), ZoneInfo(zone))
    rules = list(dict.fromkeys(each.rule for each in steers)) or [system.rule]
    draft.readings = readings_of(choose, focus, rules, system.rules)
    system.begin(draft, steers)
    _go_on(draft, system, steers)
    plain = {
        "title": f"What happens in the history {name}",
        "rules": rules,
        "source": {"document": "ours"},
        **({"readings": draft.readings} if draft.readings else {}),
        "given": _given(draft),
        "timeline": draft.steps,
    }
    return Generated(scenario_of(plain, draft.at, name), frozenset(draft.classes))


def _given(draft: HistoryDraft) -> dict[str, Any]:
    if draft.seller is None:
        return draft.given
    beside = {NEIGHBOUR: draft.neighbour} if draft.neighbour else {}
    return {"billings": {SELLER: draft.seller, "reseller": draft.given, **beside}}


def _steered(choose: Choosing, focus: Focus) -> tuple[System, Sequence[Steer]]:
    """Return what a history is of, and the two rules that are to meet in it, if any fits.

    Each of all that fit is as likely as any, and what the history is of goes by it.
    """
    systems, fit = _fitting(focus.systems, focus.judged, focus.rules)
    if not fit:
        return choose.one(systems), []
    system, first = choose.one(fit)
    return system, [first, choose.one([each for other, each in fit if other is system])]


@cache
def _fitting(
    names: tuple[str, ...], judged: tuple[str, ...] | None, rules: tuple[str, ...]
) -> tuple[list[System], list[tuple[System, Steer]]]:
    """Return the kinds of histories in which a billing is judged that can be, and what they meet.

    That are the steers of each whose rules are among those that globs name.
    """
    every = [system for name in names for system in _SYSTEMS[name]]
    systems = [each for each in every if judged is None or each.judged in judged]
    return systems, [(each, fit) for each in systems for fit in fitting(each.steers, rules)]


def _go_on(draft: HistoryDraft, system: System, steers: Sequence[Steer]) -> None:
    """Have one thing happen after the other: what the rules need, and whatever else."""
    choose = draft.choose
    waiting = [[(each.rule, deed) for deed in each.deeds] for each in steers]
    while len(draft.steps) < draft.focus.steps and choose.integer(0, _ENDS - 1):
        nth = choose.integer(0, 3)
        wanted = waiting[nth % 2] if nth < 3 and waiting else []  # noqa: PLR2004
        rule, deed = wanted.pop(0) if wanted else ("", choose.one(system.often))
        draft.steered = (rule,) if rule else tuple(each.rule for each in steers)
        known = draft.known(ended=choose.chance(1, 12))
        if known:
            system.deeds[deed](draft, choose.one(known))
        else:
            system.order(draft)
    if not draft.steps:
        draft.do("wait")
