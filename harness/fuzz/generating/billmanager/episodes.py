"""What takes a BILLmanager days or weeks: each has an end that one act alone does not come to."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from prorata.harness.fuzz.generating.billmanager.acts import (
    WHO,
    by_hand,
    change,
    resource_of,
    terms_of,
)
from prorata.harness.fuzz.generating.billmanager.ordering import minimum_over, order, periods_of
from prorata.harness.fuzz.generating.billmanager.standing import come, ready, renew, row_of
from prorata.harness.fuzz.generating.moments import SOON, pass_time
from prorata.reference.periods import midnight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

    Deed = Callable[[HistoryDraft, Known], None]

__all__ = ["EPISODES"]


def _weekend(draft: HistoryDraft, service: Known) -> None:
    """Order what expires on a weekend, do something while that is not paid, and renew it."""
    choose = draft.choose
    pass_time(draft, service, "a weekend")
    made = order(draft, service.sold, period="7 days")
    if made is None or not made.sure:
        return
    by_hand(draft, made)
    _reach(draft, made.expires + timedelta(hours=choose.one((1, 9, 23, 26))))
    choose.one(_WHILE_UNPAID)(draft, made)
    draft.now += timedelta(days=choose.integer(1, 3), hours=choose.one((0, 9)))
    renew(draft, made)


def _asked(verb: str, **said: str) -> Deed:
    def deed(draft: HistoryDraft, service: Known) -> None:
        draft.do(verb, service=service.label, **said)

    return deed


def _by_either(verb: str) -> Deed:
    def deed(draft: HistoryDraft, service: Known) -> None:
        draft.do(verb, service=service.label, by=draft.choose.one(WHO))

    return deed


def _one_more(draft: HistoryDraft, service: Known) -> None:
    resource = resource_of(draft, service)
    draft.do("order_resource", service=service.label, resource=resource, amount="1")


def _look(draft: HistoryDraft, _service: Known) -> None:
    draft.do("wait")


#: What is done to a service while a weekend is unpaid.
_WHILE_UNPAID: Final[tuple[Deed, ...]] = (
    _look,
    change,
    _one_more,
    _asked("renew", period="7 days"),
    _by_either("suspend"),
    _asked("set_auto_renewal", period="7 days"),
    _by_either("delete"),
)


def _reach(draft: HistoryDraft, moment: datetime) -> None:
    """Go to a moment; where that is too far ahead, as far as anybody waits."""
    draft.reach(min(moment, draft.now + SOON), "")


def _much_later(draft: HistoryDraft, service: Known) -> None:
    """Renew a service weeks after its expiry, by more than a period perhaps."""
    by_hand(draft, service)
    come(draft, service, "the expiry")
    draft.do("wait")
    days = timedelta(days=draft.choose.integer(13, 38), hours=draft.choose.one((9, 0)))
    _reach(draft, service.expires + days)
    renew(draft, service)


def _stand_still(draft: HistoryDraft, service: Known) -> None:
    """Suspend a service for some days, and have it run again: resumed, or renewed."""
    choose = draft.choose
    ready(draft, service, choose.one(("the same day", "midnight")))
    by = choose.one(WHO)
    draft.do("suspend", service=service.label, by=by)
    draft.now += timedelta(days=choose.integer(0, 4), hours=choose.one((1, 9)))
    if choose.chance(1, 3):
        renew(draft, service)
    draft.do("resume", service=service.label, by=by)
    draft.now += timedelta(days=choose.integer(0, 3), hours=1)
    draft.do("wait")


def _to_the_cent(draft: HistoryDraft, service: Known) -> None:
    """Have just enough for an automatic renewal, or get the last cent when it was refused."""
    come(draft, service, "the same instant")
    period = service.period if service.period in periods_of(row_of(draft, service)) else None
    price = Decimal(row_of(draft, service).get("prices", {}).get(period, "1"))
    draft.do("set_auto_renewal", service=service.label, period=period or "1 month")
    service.auto = True
    late = draft.choose.chance(1, 2) and price > 0
    draft.do("pay", client=service.client, amount=str(price - Decimal("0.01") * late))
    draft.mark("exactly enough money")
    pass_time(draft, service, "the expiry")
    draft.do("wait")
    if late:
        draft.now += timedelta(hours=draft.choose.one((1, 9, 50)))
        draft.do("pay", client=service.client, amount="0.01")
    draft.now += timedelta(days=draft.choose.integer(0, 2), hours=2)
    draft.do("wait")


def _make_late(draft: HistoryDraft, service: Known) -> None:
    """Order while the panel is down, which answers again when the first period is over."""
    pass_time(draft, service)
    draft.do("panel", state="down")
    made = order(draft, service.sold, period=draft.choose.one(periods_of(row_of(draft, service))))
    if made is not None:
        days = timedelta(days=draft.choose.one((-1, 0, 0, 1, 3)), hours=3)
        _reach(draft, min(made.expires, draft.now + timedelta(days=10)) + days)
    draft.do("panel", state="up")
    draft.now += timedelta(hours=draft.choose.one((1, 30)))
    draft.do("wait")


def _give_up_in_time(draft: HistoryDraft, service: Known) -> None:
    """Delete a service about when its minimum period is over."""
    choose = draft.choose
    ordered = service.ordered.astimezone(draft.zone).date()
    ends = minimum_over({"minimum_period": {"days": "10"}, **row_of(draft, service)}, ordered)
    over = midnight(ends, draft.zone).astimezone(UTC)
    hours = choose.one((-1, 0, 9, -25, 25))
    _reach(draft, over + timedelta(hours=hours))
    draft.do("delete", service=service.label, by=choose.one(WHO))
    service.ended = hours >= 0


def _less(draft: HistoryDraft, service: Known) -> None:
    """Order some of a resource, and days later set less of it."""
    ready(draft, service, draft.choose.one(("the same instant", "the same day")))
    name = resource_of(draft, service)
    step = int(terms_of(draft, service, name).get("step", 1))
    same = {"service": service.label, "resource": name}
    draft.do("order_resource", **same, amount=str(3 * step))
    ready(draft, service, draft.choose.one(("half of what is bought", "some days", "midnight")))
    low = int(terms_of(draft, service, name).get("minimum", 0))
    draft.do("set_resource", **same, amount=str(low + step * draft.choose.integer(1, 2)))


def _wait_for_downgrade(draft: HistoryDraft, service: Known) -> None:
    """Change to what is cheaper, and have the next period bought by itself."""
    ready(draft, service, "the same day")
    service.period = periods_of(row_of(draft, service))[0]
    draft.do("set_auto_renewal", service=service.label, period=service.period)
    service.auto = True
    prices = {name: row.get("prices", {}).get(service.period) for name, row in draft.sold.items()}
    own = Decimal(prices[service.sold] or "0")
    cheaper = [name for name, price in prices.items() if price and Decimal(price) < own]
    change(draft, service, to=draft.choose.one(cheaper) if cheaper else None)
    pass_time(draft, service, draft.choose.one(("the expiry", "days after the expiry")))
    draft.do("wait")
    come(draft, service, "some days")
    draft.do("wait")


#: What happens to a service, by name.
EPISODES: Final[Mapping[str, Deed]] = {
    "renew much later": _much_later,
    "renew to the cent": _to_the_cent,
    "leave a weekend unpaid": _weekend,
    "make late": _make_late,
    "stand still": _stand_still,
    "give up in time": _give_up_in_time,
    "wait for a downgrade": _wait_for_downgrade,
    "less of a resource": _less,
}
