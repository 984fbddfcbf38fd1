"""What happens to a BILLmanager only where a history is asked for the rule that it shows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from prorata.harness.fuzz.generating.billmanager.acts import by_hand
from prorata.harness.fuzz.generating.billmanager.ordering import order
from prorata.harness.fuzz.generating.billmanager.standing import come, ready, renew
from prorata.harness.fuzz.generating.moments import pass_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

__all__ = ["CORNERS"]


def _forbid(draft: HistoryDraft, service: Known) -> None:
    """Forbid a tariff to the groups of its clients, and renew a service that has it."""
    ready(draft, service, "the same day")
    groups = draft.choose.one(({"forbid": ["partners", "guests"]}, {"allow": ["others"]}))
    draft.do("set_tariff", tariff=service.sold, by="staff", groups=groups)
    come(draft, service, draft.choose.one(("some days", "the expiry")))
    renew(draft, service)


def _run_out(draft: HistoryDraft, service: Known) -> None:
    """Let days use up what a client has; pay and renew when some have been missed."""
    by_hand(draft, service)
    draft.now += timedelta(days=draft.choose.integer(10, 40), hours=9)
    draft.do("wait")
    draft.do("pay", client=service.client, amount="100.00")
    draft.now += timedelta(hours=draft.choose.integer(0, 2))
    renew(draft, service)
    draft.now += timedelta(days=1)
    draft.do("wait")


def _tasks(draft: HistoryDraft, service: Known) -> None:
    """List the tasks of departments while an order waits for a panel that is down."""
    pass_time(draft, service)
    draft.do("panel", state="down")
    order(draft, service.sold)
    for department in ("support", "sales"):
        draft.now += timedelta(minutes=1)
        draft.do("tasks_for", department=department)
    draft.do("panel", state="up")


def _stranger(draft: HistoryDraft, service: Known) -> None:
    """Lose the answer to an order whose login somebody has, and delete what is made of it."""
    pass_time(draft, service)
    fault = draft.choose.one(("fail", "slow"))
    draft.do("panel", **{fault: "1"}, effect="yes")
    made = order(draft, service.sold)
    draft.now += timedelta(minutes=draft.choose.one((1, 6)))
    draft.do("wait")
    if made is not None:
        draft.do("delete", service=made.label, by="staff")
        made.ended = True
    draft.now += timedelta(hours=1)
    draft.do("wait")


#: What happens to a service, by name.
CORNERS: Final[Mapping[str, Callable[[HistoryDraft, Known], None]]] = {
    "forbid the group": _forbid,
    "list tasks while the panel is down": _tasks,
    "lose an answer where a stranger is": _stranger,
    "run out of money": _run_out,
}
