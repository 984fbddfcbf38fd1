"""A second way to the same sums: each day has its price, and every act is a sum over days.

It is written from the rules alone, by single civil days and default readings, for one service with
all the money that it needs. Whatever happens to that, the reference has the same dates, tariff,
resources, status and balance.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.sweep

MONTHS = {"1 month": 1, "3 months": 3, "1 year": 12}
NEVER = 10**9
#: What a tariff sells of resources that it does not name.
UNNAMED = {"disk": {"included": 1024, "minimum": 1024, "maximum": 10240}}
NONE = Fraction(0)


class RefusedError(Exception):
    """The rules say no."""


def days_in(day: date) -> int:
    """Return the days of the month of a day."""
    return monthrange(day.year, day.month)[1]


def later(day: date, months: int, anchor: int) -> date:
    """Return a date so many months later, on its day of the month or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(anchor, last))


def cents(exact: Fraction) -> Fraction:
    """Round to cents, halves away from zero."""
    units = (abs(exact) * 200 + 1) // 2
    return Fraction(units, 100) * (1 if exact > 0 else -1)


@dataclass
class Day:
    """A bought day: its period, how that was bought, what the day costs, what is paid for it."""

    full: int
    months: int
    renewal: bool
    calendar: bool
    costs: dict[str, Fraction]
    number: int = 0
    paid: Fraction = NONE


@dataclass
class Sold:
    """A line posted for a resource: the days that it pays for, and what is not given back.

    `shares` is what each day of it was sold for; where nothing is, days are alike.
    """

    item: str
    starts: date
    ends: date
    amount: Fraction
    shares: dict[date, Fraction] = field(default_factory=dict)

    def left(self, day: date) -> Fraction:
        """Return its part for the days from a day on, by their number."""
        rest = min(max((self.ends - day).days, 0), (self.ends - self.starts).days)
        return self.amount * rest / (self.ends - self.starts).days

    def priced_left(self, day: date) -> Fraction:
        """Return its part for the days from a day on, by what each was sold for."""
        if not self.shares:
            return self.left(day)
        return sum((share for date_, share in self.shares.items() if date_ >= day), NONE)


@dataclass
class ByDays:
    """One service of a client, by days; `now` is civil time."""

    catalogue: dict[str, Any]
    now: datetime
    balance: Fraction
    tariff: str = ""
    months: int = 1
    expires: date = date.max
    anchor: int = 1
    status: str = "none"
    auto: int | None = None
    resources: dict[str, int] = field(default_factory=dict)
    days: dict[date, Day] = field(default_factory=dict)
    lines: list[Sold] = field(default_factory=list)
    bought: int = 0

    @property
    def today(self) -> date:
        """The civil date."""
        return self.now.date()

    def post(self, exact: Fraction) -> Fraction:
        """Pay what is asked, rounded; below zero it comes back."""
        amount = cents(exact)
        self.balance -= amount
        return amount

    # What a tariff asks.

    def row(self, tariff: str = "") -> dict[str, Any]:
        """Return a tariff's row of the catalogue."""
        found: dict[str, Any] = self.catalogue[tariff or self.tariff]
        return found

    def price(self, tariff: str, months: int, *, renewal: bool) -> Fraction:
        """Return the price of a period, or refuse one that is not sold."""
        row = self.row(tariff)
        prices = {MONTHS[name]: Fraction(price) for name, price in row["prices"].items()}
        special = {MONTHS[name]: price for name, price in row.get("renewal_prices", {}).items()}
        if months not in prices:
            raise RefusedError
        return Fraction(special.get(months, prices[months])) if renewal else prices[months]

    def offer(self, tariff: str, item: str) -> dict[str, Any]:
        """Return what a tariff says of a resource, or refuse one that it lacks."""
        found: dict[str, Any] | None = {**UNNAMED, **self.row(tariff).get("resources", {})}.get(
            item
        )
        if found is None:
            raise RefusedError
        return found

    def asked(self, tariff: str, item: str, amount: int, months: int) -> Fraction:
        """Return what an amount of a resource costs for a period, or refuse it."""
        offer = self.offer(tariff, item)
        self.in_bounds(offer, amount)
        above = max(amount - offer.get("included", 0), 0)
        prices = {MONTHS[name]: price for name, price in offer.get("prices", {}).items()}
        if above and months not in prices:
            raise RefusedError
        return above * Fraction(prices.get(months, "0"))

    @staticmethod
    def in_bounds(offer: dict[str, Any], amount: int) -> None:
        """Refuse an amount that is not sold."""
        if not offer.get("minimum", 0) <= amount <= offer.get("maximum", NEVER):
            raise RefusedError

    def kept(self, tariff: str) -> dict[str, int]:
        """Return what a tariff has too of what the service has; the rest ends with a change."""
        has = {**UNNAMED, **self.row(tariff).get("resources", {})}
        return {item: amount for item, amount in self.resources.items() if item in has}

    def costs(
        self, tariff: str, day: date, bought: Day, resources: dict[str, int]
    ) -> dict[str, Fraction]:
        """Return what a day costs at a tariff: a part of its period, or of its calendar month."""
        months = bought.months
        by_month = "calendar" in self.row(tariff) or bought.calendar
        parts = months * days_in(day) if by_month else bought.full
        items = {"tariff": self.price(tariff, months, renewal=bought.renewal)}
        items |= {item: self.asked(tariff, item, has, months) for item, has in resources.items()}
        return {item: price / parts for item, price in items.items()}

    # Buying a period.

    def buy(self, tariff: str, months: int, starts: date, anchor: int, *, renewal: bool) -> date:
        """Pay a period from a date on, with its resources, and return its end."""
        ends = self.end(tariff, months, starts, anchor)
        calendar = "calendar" in self.row(tariff)
        self.bought += 1
        dates = [starts + timedelta(days=n) for n in range((ends - starts).days)]
        new: dict[date, Day] = {}
        for day in dates:
            plain = Day(len(dates), months, renewal, calendar, {}, self.bought)
            plain.costs = self.costs(tariff, day, plain, self.resources)
            new[day] = plain
        self.lines = [line for line in self.lines if line.ends > self.today]
        self.share(new, self.post(sum(day.costs["tariff"] for day in new.values())), tariff)
        for item in self.resources:
            costs = {date_: day.costs[item] for date_, day in new.items()}
            amount = self.post(sum(costs.values()))
            shares = self.parts(new, costs, amount, tariff)
            self.lines.append(Sold(item, starts, ends, amount, shares))
        self.days |= new
        self.expires, self.months, self.tariff = ends, months, tariff
        self.anchor = anchor if ends.day < anchor and ends.day == days_in(ends) else ends.day
        return ends

    def end(self, tariff: str, months: int, starts: date, anchor: int) -> date:
        """Return when a period ends: so many months later, or on a first of the calendar."""
        row = self.row(tariff)
        if "calendar" not in row:
            return later(starts, months, anchor)
        whole = starts.day >= row["calendar"].get("pro_rata_day", 15)
        return later(starts.replace(day=1), months + whole, 1)

    def share(self, days: dict[date, Day], amount: Fraction, tariff: str) -> None:
        """Share what was paid for the tariff out over days."""
        costs = {date_: day.costs["tariff"] for date_, day in days.items()}
        for date_, part in self.parts(days, costs, amount, tariff).items():
            days[date_].paid = part

    def parts(
        self, days: dict[date, Day], costs: dict[date, Fraction], amount: Fraction, tariff: str
    ) -> dict[date, Fraction]:
        """Share an amount out over days: each stretch its exact part, the last one the rest."""
        by_month = "calendar" in self.row(tariff)
        stretches: dict[tuple[Any, ...], list[date]] = {}
        for date_, day in sorted(days.items()):
            month = date_.replace(day=1) if by_month or day.calendar else None
            stretches.setdefault((day.number, month), []).append(date_)
        parts = {}
        for place, stretch in enumerate(stretches.values(), 1):
            cost = sum((costs[date_] for date_ in stretch), NONE)
            part = cost if place < len(stretches) else amount
            amount -= cost
            parts |= dict.fromkeys(stretch, part / len(stretch))
        return parts

    # What clients do.

    def order(self, tariff: str, period: str, *, auto: bool, resources: dict[str, int]) -> None:
        """Order and start the service."""
        self.resources, self.status = resources, "active"
        self.auto = MONTHS[period] if auto else None
        self.buy(tariff, MONTHS[period], self.today, self.today.day, renewal=False)
        self.post(Fraction(self.row().get("setup_fee", "0")))

    def renew(self, period: str) -> None:
        """Renew by hand, perhaps late."""
        if self.status == "deleted":
            raise RefusedError
        self._renew(MONTHS[period])

    def _renew(self, months: int) -> None:
        policy, starts, anchor = self.row().get("late_renewal_fee"), self.expires, self.anchor
        late, before = self.today > self.expires, self.balance
        if late and policy != "from suspension":
            starts, anchor = self.today, self.today.day
        ends = self.end(self.tariff, months, starts, anchor)
        if ends <= self.today:
            raise RefusedError
        unpaid = self.penalty(policy) if late and isinstance(policy, dict) else []
        days = self.days
        self.days = {} if late else days
        try:
            self.buy(self.tariff, months, starts, anchor, renewal=True)
        except RefusedError:
            self.days, self.balance = days, before
            raise
        for exact in unpaid:
            self.post(exact)
        self.status = "active"

    def penalty(self, policy: dict[str, str]) -> list[Fraction]:
        """Return what a late renewal asks: the days that it ran over a weekend, and the fee."""
        day_price = sum(self.days[max(self.days)].costs.values())
        until = self.runs_until()
        extra = (min(until, self.today) - self.expires).days * day_price
        if self.today < until:
            return [extra]
        overdue = (self.today - until).days + 1
        percent = Fraction(policy.get("percent", "0")) / 100
        return [extra, Fraction(policy.get("fixed", "0")) + overdue * day_price * percent]

    def runs_until(self) -> date:
        """Return when the service is suspended unless it is renewed."""
        until = self.expires
        while self.row().get("weekend") == "do not suspend" and until.weekday() > 4:
            until += timedelta(days=1)
        return until

    def set_auto_renewal(self, period: str) -> None:
        """Choose the period to renew by."""
        self.price(self.tariff, MONTHS[period], renewal=True)
        for item, amount in self.resources.items():
            self.asked(self.tariff, item, amount, MONTHS[period])
        self.auto = MONTHS[period]

    def changeable(self) -> None:
        """Refuse to change what is not active or not paid."""
        if self.status != "active" or self.today >= self.expires:
            raise RefusedError

    def left(self) -> dict[date, Day]:
        """Return the days from today on."""
        return {date_: day for date_, day in self.days.items() if date_ >= self.today}

    def change_tariff(self, tariff: str, period: str) -> None:
        """Change the tariff by the policy of the one that it has."""
        self.changeable()
        policy = self.row().get("tariff_change", "add funds")
        if policy == "forbidden" or tariff == self.tariff:
            raise RefusedError
        if isinstance(policy, dict):
            self.pay_whole(tariff, MONTHS[period], policy["full payment"])
        elif policy == "change period":
            self.move(tariff)
        else:
            self.pay_difference(tariff, refunds=policy == "add funds")

    def cut(self, day: date, *, but: dict[str, int] | None = None) -> None:
        """End what was posted for resources, but for those that go on."""
        going = but or {}
        self.lines = [
            line
            if line.item in going
            else Sold(
                line.item,
                line.starts,
                min(line.ends, day),
                line.amount - line.left(day),
                {date_: share for date_, share in line.shares.items() if date_ < day},
            )
            for line in self.lines
            if line.item in going or line.starts < day
        ]

    def held(self) -> Fraction:
        """Return what is paid for the days left."""
        tariff = sum((day.paid for day in self.left().values()), NONE)
        return tariff + sum(line.priced_left(self.today) for line in self.lines)

    def pay_difference(self, tariff: str, *, refunds: bool) -> None:
        """Charge what the days left cost more, or refund what they cost less."""
        kept, left = self.kept(tariff), self.left()
        new = {date_: self.costs(tariff, date_, day, kept) for date_, day in left.items()}
        cost = sum(sum(costs.values()) for costs in new.values())
        old = sum((sum(day.costs.values()) for day in left.values()), NONE)
        difference, paid = cost - old, self.held()
        if difference < 0 and not refunds:
            self.tariff, self.resources = tariff, kept
            return
        posted = self.post(max(difference, min(cost - paid, NONE)))
        self.cut(self.today, but=kept)
        for item in kept:
            shares = {
                date_: costs[item] - left[date_].costs.get(item, NONE)
                for date_, costs in new.items()
            }
            more = sum(shares.values())
            if more:
                self.lines.append(Sold(item, self.today, self.expires, more, shares))
        for date_, day in left.items():
            day.costs = new[date_]
        rest = paid + posted - sum(line.priced_left(self.today) for line in self.lines)
        self.share(left, rest, tariff)
        self.tariff, self.resources = tariff, kept

    def move(self, tariff: str) -> None:
        """Spend what is left on days at the new tariff."""
        kept, left, last = self.kept(tariff), self.left(), self.days[max(self.days)]
        full = (later(self.today, self.months, self.today.day) - self.today).days
        self.bought += 1
        one = Day(full, self.months, last.renewal, calendar=False, costs={}, number=self.bought)
        one.costs = self.costs(tariff, self.today, one, kept)
        if not one.costs["tariff"] or not last.costs["tariff"]:
            raise RefusedError
        worth = sum(sum(day.costs.values()) for day in left.values())
        count = int(worth / sum(one.costs.values()))
        if count < 1:
            raise RefusedError
        spent = dict.fromkeys(kept, NONE)
        for line in self.lines:
            if line.item in kept:
                spent[line.item] += line.priced_left(self.today)
        paid = self.held() - sum(spent.values())
        self.days = {date_: day for date_, day in self.days.items() if date_ < self.today}
        for n in range(count):
            day = Day(full, self.months, last.renewal, False, one.costs, self.bought, paid / count)
            self.days[self.today + timedelta(days=n)] = day
        self.expires = self.today + timedelta(days=count)
        self.lines = [Sold(item, self.today, self.expires, has) for item, has in spent.items()]
        self.tariff, self.resources, self.anchor = tariff, kept, self.expires.day

    def pay_whole(self, tariff: str, months: int, renew_from: str) -> None:
        """Pay a whole period of the new tariff, from today or from the expiry."""
        starts = self.today if renew_from == "current date" else self.expires
        anchor = self.anchor if starts == self.expires else starts.day
        had, before, lines, days = self.resources, self.balance, self.lines, self.days
        self.resources = self.kept(tariff)
        self.cut(starts)
        self.days = {date_: day for date_, day in days.items() if date_ < starts}
        try:
            self.buy(tariff, months, starts, anchor, renewal=False)
        except RefusedError:
            self.resources, self.balance, self.lines, self.days = had, before, lines, days
            raise
        self.auto = months if self.auto else None

    def has(self, item: str) -> int:
        """Return the amount of a resource."""
        offered = {**UNNAMED, **self.row().get("resources", {})}.get(item, {})
        return self.resources.get(item, int(offered.get("included", 0)))

    def order_resource(self, item: str, amount: int) -> None:
        """Order further units, for their part of the time or for the price of the last period."""
        self.changeable()
        wants, left, tariff = self.has(item) + amount, self.left(), self.tariff
        last = self.days[max(self.days)]
        whole = self.row().get("resource_order") == "full price"
        more: dict[date, Fraction] = {}
        for date_, day in left.items():
            told = last if whole else day
            price = self.more(item, wants, self.months if whole else told.months)
            by_month = told.calendar or ("calendar" in self.row() and not whole)
            month = max(self.days) if whole else date_
            more[date_] = price / (told.months * days_in(month) if by_month else told.full)
        exact = self.more(item, wants, self.months) if whole else sum(more.values())
        if whole and sum(more.values()) > exact:  # more days than the price is of share it
            more = dict.fromkeys(left, exact / len(left))
        self.in_bounds(self.offer(tariff, item), wants)
        amount_posted = self.post(exact)
        for date_, day in left.items():
            day.costs = {**day.costs, item: day.costs.get(item, NONE) + more[date_]}
        if amount_posted:
            shares = self.parts(left, more, amount_posted, tariff)
            self.lines.append(Sold(item, self.today, self.expires, amount_posted, shares))
        self.resources = {**self.resources, item: wants}

    def more(self, item: str, wants: int, months: int) -> Fraction:
        """Return what an amount costs more for a period than what the service has."""
        has = self.has(item)
        offer = self.offer(self.tariff, item)
        prices = {MONTHS[name]: price for name, price in offer.get("prices", {}).items()}
        included = offer.get("included", 0)
        before = max(has - included, 0) * Fraction(prices.get(months, "0"))
        return self.asked(self.tariff, item, wants, months) - before

    def cancel_resource(self, item: str) -> None:
        """Cancel a resource, back to what is included."""
        self.changeable()
        if item not in self.resources:
            raise RefusedError
        own = [line for line in self.lines if line.item == item]
        unused = sum((line.left(self.today) for line in own), NONE)
        if self.row().get("resource_cancel") == "refund":
            self.post(-max(unused, NONE))
        self.lines = [line for line in self.lines if line.item != item]
        for day in self.left().values():
            day.costs = {name: cost for name, cost in day.costs.items() if name != item}
        self.resources = {name: has for name, has in self.resources.items() if name != item}

    # What time does.

    def midnight(self, day: date) -> None:
        """Do what falls due as a day begins."""
        self.now = datetime.combine(day, datetime.min.time())
        unpaid = self.status == "active" and day >= self.expires
        if unpaid and day == self.expires and self.auto:
            try:
                self._renew(self.auto)
            except RefusedError:
                pass
            else:
                return
        if unpaid and day >= self.runs_until():
            self.status = "suspended"
        keeps = self.row().get("auto_deletion", NEVER)
        if self.status == "suspended" and (day - self.expires).days >= keeps:
            self.status = "deleted"


TARIFFS = ["month", "turned", "anew", "behind", "upward", "calendar", "dates", "fixed", "free"]
ITEMS = st.sampled_from(["disk", "databases"])
PERIODS = st.sampled_from(sorted(MONTHS))
ACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "renew": {"period": PERIODS},
    "change_tariff": {"tariff": st.sampled_from(TARIFFS), "period": PERIODS},
    "order_resource": {"item": ITEMS, "amount": st.integers(1, 3)},
    "cancel_resource": {"item": ITEMS},
    "set_auto_renewal": {"period": PERIODS},
}
EVENTS = st.one_of(
    st.sampled_from(sorted(ACTS)).flatmap(
        lambda verb: st.tuples(st.just(verb), st.fixed_dictionaries(ACTS[verb]))
    ),
    st.tuples(st.just("wait"), st.sampled_from([1, 3, 5, 11, 28, 30, 31, 33, 61])),
)


@st.composite
def orders(draw: Any) -> dict[str, Any]:
    """Draw an order of a service, of resources that may not be sold."""
    return {
        "tariff": draw(st.sampled_from(TARIFFS)),
        "period": draw(st.sampled_from(["1 month", "3 months"])),
        "resources": draw(st.dictionaries(ITEMS, st.integers(1, 4))),
    }


@settings(max_examples=60)
@given(
    start=st.sampled_from([0, 1, 5, 9]),
    order=orders(),
    auto=st.booleans(),
    events=st.lists(EVENTS, max_size=12),
)
def test_it_is_the_same_by_days(
    world: Any, starts: Any, catalogue: Any, *, start: int, order: Any, auto: bool, events: Any
) -> None:
    """Dates, status, resources and balance are those that single days add up to."""
    sold = catalogue[order["tariff"]].get("resources", ())
    order["resources"] = {item: n for item, n in order["resources"].items() if item in sold}
    opened = world(starts[start], clients={"anna": "9000.00"})
    zone = opened.billing.book.zone
    model = ByDays(catalogue, starts[start].replace(tzinfo=None), Fraction(9000))
    opened.act("anna", "order", auto_renewal=auto, **order)
    model.order(auto=auto, **order)
    for verb, told in events:
        if verb == "wait":
            opened.go(opened.clock.now() + timedelta(days=told))
            civil = opened.clock.now().astimezone(zone).replace(tzinfo=None)
            while model.today < civil.date():
                model.midnight(model.today + timedelta(days=1))
            model.now = civil
        else:
            parameters = {"resource" if name == "item" else name: v for name, v in told.items()}
            answer = opened.act("anna", verb, **parameters)
            assert done(model, verb, told) == (answer == "done"), (verb, told, answer)
        (service,) = opened.billing.book.services.values()
        assert (model.tariff, model.status, model.expires, model.resources, model.balance) == (
            service.tariff,
            service.status,
            service.ends.date(),
            service.resources,
            opened.billing.book.clients["anna"].balance.exact,
        )


def done(model: ByDays, verb: str, told: dict[str, Any]) -> bool:
    """Do an act; tell whether it was not refused."""
    try:
        getattr(model, verb)(**told)
    except RefusedError:
        return False
    return True
