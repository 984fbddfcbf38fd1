"""The part of a bought time: one function for every amount that pays for some of its days.

Such an amount is the sum, over the stretches that its days fall in, of the price of the stretch ×
the days in it ÷ the days of the full stretch. Tariff changes, resources, cancellations, the end of
a tariff, weekend days and late fees all ask here.

Days are whole numbers (`date.toordinal`), or fractions of one where a reading counts hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Final, NamedTuple

from prorata.reference.derivation import Note, Told, shown, silent
from prorata.reference.money import rounded
from prorata.reference.periods import (
    Length,
    days_in_month,
    elapsed,
    first_of_next_month,
    nominal_days,
)
from prorata.reference.readings import table

__all__ = [
    "DAY_COUNT",
    "PERIOD_DAYS",
    "ROUNDING_PLACE",
    "Counting",
    "Day",
    "DayCount",
    "Paid",
    "Piece",
    "Pricing",
    "Stretch",
    "day_of",
    "day_price",
    "moment_of",
    "noted_days",
    "noted_sum",
    "part",
    "whole_days",
]

Day = int | Fraction
_SECONDS: Final = 86_400


def day_of(moment: date) -> Day:
    """Return the number of a civil day, with its fraction where `moment` has an hour."""
    number = moment.toordinal()
    if isinstance(moment, datetime):
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        if seconds:
            return number + Fraction(seconds, _SECONDS)
    return number


def moment_of(day: Day) -> tuple[date, timedelta]:
    """Return the civil date of a day number and the time into it, in whole seconds."""
    whole = int(day // 1)
    return date.fromordinal(whole), timedelta(seconds=int((day - whole) * _SECONDS))


class Stretch(NamedTuple):
    """A bought time, as it was bought.

    `starts` to `expires` are the days granted, half-open. `full_starts` to `full_expires` are the
    days of the stretch at its unshortened length, which `price` pays for. `months` is the length
    of the period that was bought, or `days` where that is given in days; `calendar` marks a
    calendar month under calendar charging, whose days are counted as they are. `item` is what was
    bought: the tariff, or a resource by its name. `renewal` tells the kind of purchase. `paid` is
    what was posted for the days granted and not given back, `tax` the tax that was posted for each
    unit of it. `tariff` is the one whose price it is.
    """

    starts: Day
    expires: Day
    price: Fraction
    full_starts: Day
    full_expires: Day
    months: int = 1
    calendar: bool = False
    item: str = "tariff"
    renewal: bool = False
    paid: Fraction = Fraction(0)
    days: int = 0
    tariff: str = ""
    tax: Fraction = Fraction(0)

    def __str__(self) -> str:
        """Write the price and the full days that it pays for."""
        first, last = (moment_of(day)[0] for day in (self.full_starts, self.full_expires))
        return f"{shown(self.price)} for {first} .. {last}"

    @property
    def name(self) -> str:
        """What was bought by its name: the tariff, or the resource."""
        return self.tariff if self.item == "tariff" else self.item

    @property
    def period(self) -> Length:
        """The period that was bought."""
        return Length(days=self.days) if self.days else Length(months=self.months)

    def within(self, first: Day, last: Day, counting: Counting) -> Stretch | None:
        """Return the part granted within ``[first, last)`` with what is paid for it, or None."""
        starts, expires = max(self.starts, first), min(self.expires, last)
        if starts >= expires:
            return None
        if (starts, expires) == (self.starts, self.expires):
            return self
        paid = self.paid_within(starts, expires, counting)
        return self._replace(starts=starts, expires=expires, paid=paid)

    def paid_within(self, first: Day, last: Day, counting: Counting) -> Fraction:
        """Return what is paid for the days granted in ``[first, last)``, by their price.

        Days before others hold what those leave of all that is paid.
        """
        whole = self._sold_for(part((self,), self.starts, self.expires, counting))
        return self._paid_from(first, whole, counting) - self._paid_from(last, whole, counting)

    def _paid_from(self, first: Day, whole: Fraction, counting: Counting) -> Fraction:
        """Return what is paid for the days from `first` on, where the `whole` costs so much."""
        first = max(first, self.starts)
        if first >= self.expires:
            return Fraction(0)
        if not whole:
            return self.paid * (self.expires - first) / (self.expires - self.starts)
        return self.paid * min(part((self,), first, self.expires, counting) / whole, Fraction(1))

    def _sold_for(self, days: Fraction) -> Fraction:
        """Return what is paid for by `paid`, of what all `days` of the stretch cost by themselves.

        A period that was sold whole cost its price, though a reading may count fewer days in it
        than it has.
        """
        full = self.full_starts, self.full_expires
        if self.calendar or (self.starts, self.expires) != full:
            return days
        return min(days, max(self.price, abs(self.paid)))


#: Some days at one day price: the price of the full days, the days, the full days.
Piece = tuple[Fraction, Day, Day]
PeriodDays = Callable[[Stretch, Day, Day], Iterable[Piece]]


def _actual(stretch: Stretch, first: Day, last: Day) -> Iterable[Piece]:
    return ((stretch.price, last - first, stretch.full_expires - stretch.full_starts),)


def _nominal(stretch: Stretch, first: Day, last: Day) -> Iterable[Piece]:
    if stretch.calendar or not stretch.months:
        return _actual(stretch, first, last)
    return ((stretch.price, last - first, nominal_days(stretch.months)),)


def _calendar_month(stretch: Stretch, first: Day, last: Day) -> Iterable[Piece]:
    if stretch.calendar or not stretch.months:
        return _actual(stretch, first, last)
    return _by_month(stretch.price / stretch.months, first, last)


def _by_month(price: Fraction, first: Day, last: Day) -> Iterator[Piece]:
    while first < last:
        day = moment_of(first)[0]
        upto = min(last, first_of_next_month(day).toordinal())
        yield price, upto - first, days_in_month(day)
        first = upto


#: How many days the full stretch has: from a stretch and days of it to pieces.
PERIOD_DAYS = table(
    "period_days",
    {"actual": _actual, "nominal": _nominal, "calendar_month": _calendar_month},
)

Cent = Callable[[Fraction], Fraction]


def _line(price: Fraction, days: Day, full: Day, _cent: Cent) -> Fraction:
    return price * days / full


def _day_rate(price: Fraction, days: Day, full: Day, cent: Cent) -> Fraction:
    return cent(price / full) * days


def _ratio_9(price: Fraction, days: Day, full: Day, _cent: Cent) -> Fraction:
    ratio = Fraction(days) / full
    return price * Fraction((2 * ratio.numerator * 10**9 + ratio.denominator)
                            // (2 * ratio.denominator), 10**9)  # fmt: skip


#: What is rounded before posting: from a price, days, full days and a rounding to the minor unit.
ROUNDING_PLACE = table(
    "rounding_place",
    {"line": _line, "day_rate": _day_rate, "ratio_9": _ratio_9},
)


def _line_told(price: Fraction, days: Day, full: Day, _cent: Cent) -> Told:
    numbers = {"price": price, "days": whole_days(days), "full_days": whole_days(full)}
    return "price × days ÷ full_days", numbers, ""


def _day_rate_told(price: Fraction, days: Day, full: Day, cent: Cent) -> Told:
    rate = cent(price / full)
    why = f"a day is {shown(price)} ÷ {shown(whole_days(full))}, rounded"
    return "day_price × days", {"day_price": rate, "days": whole_days(days)}, why


def _nine(ratio: Fraction) -> str:
    whole, part = divmod(int(ratio * 10**9), 10**9)
    return f"{whole}.{part:09}"


def _ratio_9_told(price: Fraction, days: Day, full: Day, cent: Cent) -> Told:
    ratio = _ratio_9(Fraction(1), days, full, cent)
    sides = " ÷ ".join(shown(whole_days(each)) for each in (days, full))
    why = f"the ratio is {sides}, to nine decimals"
    return "price × ratio", {"price": price, "ratio": _nine(ratio)}, why


#: How the price of some days is written, by what of it is rounded.
_TOLD: Final[Mapping[Callable[..., Fraction], Callable[..., Told]]] = {
    _line: _line_told,
    _day_rate: _day_rate_told,
    _ratio_9: _ratio_9_told,
}


class Pricing(NamedTuple):
    """How the price of some days is worked out: the readings for it, and the minor digits."""

    digits: int
    rounding: Callable[[int, int], int]
    rounding_place: Callable[[Fraction, Day, Day, Cent], Fraction]

    def cost(self, piece: Piece) -> Fraction:
        """Return what the days of one piece cost, exactly."""
        return self.rounding_place(*piece, self._cent)

    def tell(self, note: Note, label: str, piece: Piece, of: str = "") -> None:
        """Note how one piece, `of` a tariff or a resource, is priced."""
        if note is not silent:
            formula, numbers, why = _TOLD[self.rounding_place](*piece, self._cent)
            note(label, formula, self.cost(piece), of=of, why=why, **numbers)

    def _cent(self, amount: Fraction) -> Fraction:
        return rounded(amount, self.digits, self.rounding)


class Counting(NamedTuple):
    """How parts of a bought time are counted and priced."""

    pricing: Pricing
    period_days: PeriodDays

    def cost(self, piece: Piece) -> Fraction:
        """Return what the days of one piece cost, exactly."""
        return self.pricing.cost(piece)


def part(
    stretches: Iterable[Stretch],
    first: Day,
    last: Day,
    counting: Counting,
    note: Note = silent,
    *,
    side: str = "",
) -> Fraction:
    """Return what the days ``[first, last)`` of the bought `stretches` cost, exactly.

    Days after the last expiry cost what a day of the last stretch costs. `side` is that of a
    change in the notes: the old tariff's or the new one's.
    """
    stretches = tuple(stretches)
    end = max((stretch.expires for stretch in stretches), default=last)
    costs: list[Fraction] = []
    for stretch in stretches:
        begins = max(first, stretch.starts)
        until = last if stretch.expires == end else min(last, stretch.expires)
        if begins >= until:
            continue
        for price, days, full in counting.period_days(stretch, begins, until):
            piece = price, days, full
            costs.append(counting.cost(piece))
            if note is not silent:
                counting.pricing.tell(note, side or "part", piece, stretch.name)
    return noted_sum(costs, note, side or "sum")


def noted_days(first: Day, last: Day, note: Note) -> None:
    """Note how many days are left from the first to the last, half-open."""
    left = {"last": _civil(last), "first": _civil(first)}
    note("days left", "last − first", whole_days(last - first), **left)


def whole_days(days: Day) -> Day:
    """Return days as a whole number where they are one, which is then written so."""
    return int(days) if days == days // 1 else days


def _civil(day: Day) -> date:
    date_of, into = moment_of(day)
    return datetime.combine(date_of, time()) + into if into else date_of


def noted_sum(amounts: Sequence[Fraction], note: Note, label: str = "sum") -> Fraction:
    """Return a sum, and note how it came about where it is of more than one."""
    total = sum(amounts, Fraction(0))
    if len(amounts) > 1 and note is not silent:
        named = {f"part_{number}": amount for number, amount in enumerate(amounts, 1)}
        note(label, " + ".join(named), total, **named)
    return total


def day_price(stretch: Stretch, counting: Counting) -> tuple[Fraction, Stretch]:
    """Return what the first day of `stretch` costs, and the stretch of which every day costs that.

    Where the day price would follow the calendar, that of the first day holds for all.
    """
    price, _, full = next(
        iter(counting.period_days(stretch, stretch.starts, stretch.starts + 1)),
    )
    even = stretch._replace(
        price=price,
        full_starts=stretch.starts,
        full_expires=stretch.starts + full,
        calendar=True,
    )
    return counting.cost((price, 1, full)), even


class Paid(NamedTuple):
    """What was posted for a resource (`item`) and the days that it pays for, half-open.

    `amount` is what is not given back of it, below zero for what a change gave back; `tax` the tax
    that was posted for each unit of it. `stretches` are the times that it was posted for, each with
    its part of the amount; where there are none, every day costs the same. `units` is of how many
    units of the resource all is that is paid for these days.
    """

    item: str
    starts: Day
    expires: Day
    amount: Fraction
    tax: Fraction = Fraction(0)
    stretches: tuple[Stretch, ...] = ()
    units: int = 0

    def __str__(self) -> str:
        """Write the amount and its days."""
        first, last = (moment_of(day)[0] for day in (self.starts, self.expires))
        return f"{shown(self.amount)} for {first} .. {last}"

    def left(self, first: Day) -> Fraction:
        """Return what is paid of it for the days from `first` on, by their number."""
        days = min(self.expires - first, self.expires - self.starts)
        return self.amount * max(days, 0) / (self.expires - self.starts)

    def priced_left(self, first: Day, counting: Counting) -> Fraction:
        """Return what is paid of it for the days from `first` on, by what each costs."""
        if not self.stretches:
            return self.left(first)
        times = (each.paid_within(first, each.expires, counting) for each in self.stretches)
        return sum(times, Fraction(0))


DayCount = Callable[[datetime, datetime, int], Day]


def _civil_dates(now: datetime, expires: datetime, old_days: int) -> Day:
    return day_of(expires) - now.toordinal() - old_days


def _elapsed_exact(now: datetime, expires: datetime, _old_days: int) -> Fraction:
    return Fraction(int(elapsed(now, expires).total_seconds()), _SECONDS)


def _elapsed_ceil(now: datetime, expires: datetime, old_days: int) -> Day:
    return -(-_elapsed_exact(now, expires, old_days) // 1)


def _elapsed_floor(now: datetime, expires: datetime, old_days: int) -> Day:
    return _elapsed_exact(now, expires, old_days) // 1


#: How many days are left: from now, the expiry and the days from today on that count as gone.
DAY_COUNT = table(
    "day_count",
    {
        "civil_dates": _civil_dates,
        "elapsed_ceil": _elapsed_ceil,
        "elapsed_floor": _elapsed_floor,
        "elapsed_exact": _elapsed_exact,
    },
)
