"""An explanation as text: a heading for each moment, a row for each number, why below it."""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from prorata.harness.explaining.documents import origin
from prorata.reference.derivation import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from prorata.harness.explaining.deciding import Explained
    from prorata.harness.explaining.moments import ExplainedMoment, ToldService
    from prorata.harness.explaining.sides import Resale
    from prorata.reference.derivation import Step
    from prorata.reference.engine.decisions import Decision
    from prorata.reference.engine.state import Notification, Operation
    from prorata.reference.ledger import Line
    from prorata.reference.money import Money

__all__ = ["Heading", "texts"]

_LABEL = 14  # where the text of a row begins
_RESULT = 20  # what a result takes at the right
_TIMES = 6  # moments that are alike are written so often: what is refused is tried five times
_ROUNDED = {"half_up": "half up", "half_even": "half to even", "down": "down"}


class Heading(str):
    """A line that heads what follows."""

    __slots__ = ()


def texts(moments: Iterable[ExplainedMoment], zone: ZoneInfo, width: int) -> Iterator[str]:
    """Write moments as lines of at most `width` columns, where their words allow it.

    What comes alone and as it was, as the tries of a panel that is down do, is written some times.
    """
    page = _Page(width)
    written = ((each, tuple(_moment(each, page, zone))) for each in moments)
    for number, (_, alike) in enumerate(groupby(written, _same)):
        if number:
            yield ""
        yield from _alike([*alike], page, zone)


def _same(written: tuple[ExplainedMoment, tuple[str, ...]]) -> tuple[object, ...]:
    """Return what moments have in common that are alike; an act is like no other."""
    moment, lines = written
    return moment.step, moment.title, lines


def _alike(
    written: Sequence[tuple[ExplainedMoment, tuple[str, ...]]], page: _Page, zone: ZoneInfo
) -> Iterator[str]:
    """Write moments that are alike: the first of them, and how often it was so again."""
    for number, (moment, lines) in enumerate(written[:_TIMES]):
        if number:
            yield ""
        at = _at(moment, zone)
        yield from map(Heading, page.wrapped(f"{at}  {moment.title}", len(at) + 2, first=0))
        yield from lines
    more = len(written) - _TIMES
    if more > 0:
        yield ""
        times = "once" if more == 1 else f"{more:,} times"
        yield from page.wrapped(f"… and {times} more until {_at(written[-1][0], zone)}", 0)


def _at(moment: ExplainedMoment, zone: ZoneInfo) -> str:
    return f"{moment.at.astimezone(zone):%Y-%m-%d %H:%M}"


class _Page:
    """Lays out rows in so many columns: a label, what it is, and its result at the right."""

    def __init__(self, width: int) -> None:
        self._width = max(width, _LABEL + 2 * _RESULT)

    def wrapped(self, text: str, indent: int, first: int | None = None) -> Iterator[str]:
        """Yield a text as lines, indented."""
        before = " " * (indent if first is None else first)
        yield from wrap(
            text,
            self._width,
            initial_indent=before,
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def row(self, label: str, text: str, result: str) -> Iterator[str]:
        """Yield a row; a text that is too long for its column goes on below."""
        *above, last = list(self.wrapped(text, _LABEL)) or [" " * _LABEL]
        column = self._width - _RESULT
        lines = [*above, last]
        if len(last) < column:
            lines[-1] = f"{last:<{column}}{result}"
        elif result:
            lines.append(f"{'':<{column}}{result}")
        lines[0] = f"  {label:<{_LABEL - 3}} {lines[0][_LABEL:]}"
        yield from (line.rstrip() for line in lines)

    def below(self, text: str) -> Iterator[str]:
        """Yield what is said below a row."""
        yield from self.wrapped(text, _LABEL)


def _moment(moment: ExplainedMoment, page: _Page, zone: ZoneInfo) -> Iterator[str]:
    refused = moment.refused
    if refused is not None:
        yield from page.row("refused", refused.reason, "")
        if refused.rule:
            yield from page.below(_source(refused.rule))
    elif not moment.told and moment.step is not None and moment.title == "wait":
        yield from page.row("", "nothing is due", "")
    several = len(moment.told) > 1
    for told in moment.told:
        if several:
            yield from page.row("service", told.service, "")
        yield from _told(told, page, zone)
    for purchase in moment.purchases:
        yield from _purchase(purchase, page, zone)
    for notice in moment.notices:
        yield from page.row("notice", _notice(notice), "")


def _told(told: ToldService, page: _Page, zone: ZoneInfo) -> Iterator[str]:
    for each in told.decided:
        if not each.no_line:
            yield from _decided(each, page)
    for posted in told.lines:
        yield from _line(posted, page, zone)
    for each in told.decided:
        if each.no_line:
            yield from _no_line(each, page)
    if told.waits is not None:
        yield from _waits(told.waits, page)
    if told.unposted is not None:
        yield from page.row("nothing", told.unposted.why, "")
        if all(each.derivation.rule != told.unposted.rule for each in told.decided):
            yield from page.below(_source(told.unposted.rule))
    for operation in told.operations:
        yield from _operation(operation, page, bought=told.bought)


def _decided(each: Explained[Decision], page: _Page) -> Iterator[str]:
    """Write a date, or why something did not happen: how, why, and by which rule."""
    yield from _steps(each.derivation.steps, page, each.deciding)
    yield from page.below(_source(each.derivation.rule))


def _steps(
    steps: Iterable[Step], page: _Page, deciding: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Write the steps of a derivation; readings that decide stand behind the last reason."""
    steps = tuple(steps)
    for step in steps:
        why, text = step.why, _numbers(step)
        if not text:
            why, text = "", why
        yield from page.row(step.label, text, step.result)
        said = _readings(deciding) if step is steps[-1] else ""
        if why or said:
            yield from page.below(f"{why} {said}".strip())


def _numbers(step: Step) -> str:
    """Write what a step is of and its numbers; where it only names one, what that is."""
    numbers = step.formula if step.numbers == step.result and not step.of else step.numbers
    return f"{step.of} {numbers}".strip()


def _line(each: Explained[Line], page: _Page, zone: ZoneInfo) -> Iterator[str]:
    """Write a posted line: its steps, then what is posted for which time, and by which rule."""
    made = each.made
    amount = made.amount
    steps, exact = each.derivation.steps, abs(each.derivation.result)
    money = f"{amount} {amount.currency}"
    if len(steps) == 1 and exact == amount.exact and len(each.kind) < _LABEL - 3:
        yield from page.row(each.kind, _numbers(steps[0]), money)
        if steps[0].why:
            yield from page.below(steps[0].why)
    else:
        yield from _steps(steps, page)
        rounded = "" if exact == amount.exact else f", {shown(exact)} {_rounding(each, amount)}"
        yield from page.row("posted", f"{each.kind}{rounded}", money)
    if made.covers:
        yield from page.below("for " + " .. ".join(shown(m.astimezone(zone)) for m in made.covers))
    yield from page.below(_source(each.derivation.rule, each.deciding))


def _purchase(purchase: Resale, page: _Page, zone: ZoneInfo) -> Iterator[str]:
    """Write the other side of a purchase: what the seller charged for it, and what is left."""
    yield from page.row("bought", f"for {purchase.service} at {purchase.seller}", "")
    for posted in purchase.lines:
        yield from _line(posted, page, zone)
    here, cost, margin = purchase.here, purchase.cost, purchase.margin
    charged = _signed(here.amount) if here else "nothing"
    left = "in two currencies" if margin is None else f"{_signed(margin)} {cost.currency}"
    yield from page.row("margin", f"{charged} − {_signed(cost.amount, inside=True)}", left)
    if here is None:
        yield from page.below("nothing was charged here for it")
    elif here.at != cost.at:
        yield from page.below(f"charged here on {here.at.astimezone(zone):%Y-%m-%d %H:%M}")


def _signed(amount: Decimal, *, inside: bool = False) -> str:
    text = str(amount).replace("-", "−")
    return f"({text})" if inside and amount < 0 else text


def _rounding(each: Explained[Line], amount: Money) -> str:
    said = _ROUNDED[each.derivation.readings["rounding"]]
    return f"{said} to {amount.digits} digits" if amount.digits else f"{said} to whole units"


def _no_line(each: Explained[Decision], page: _Page) -> Iterator[str]:
    """Write a line that there is not: its steps, and why they come to nothing."""
    steps, exact = each.derivation.steps, each.derivation.result
    if len(steps) == 1 and steps[0].numbers == steps[0].result and not exact:
        text = f"the {steps[0].formula} is {steps[0].result}"
        yield from page.row(each.kind[: _LABEL - 3], text, "nothing")
    else:
        yield from _steps(steps, page)
        said = f"{shown(exact)} rounds to {each.posted}" if exact else "it comes to nothing"
        yield from page.row("posted", f"no {each.kind}: {said}", "nothing")
    yield from page.below(_source(each.derivation.rule, each.deciding))


def _waits(waits: tuple[str, datetime], page: _Page) -> Iterator[str]:
    tariff, until = waits
    yield from page.row("waits", f"for the tariff {tariff} until the expiry", shown(until))
    yield from page.below("(downgrade_extra_charge_only: keep_until_expiry)")


#: What operations are called at a seller.
_AT_SELLER = {"create": "order", "prolong": "renew", "change_preset": "change tariff"}


def _operation(operation: Operation, page: _Page, *, bought: bool) -> Iterator[str]:
    said = {"done": "done", "dropped": "dropped"}.get(operation.status, "not done yet")
    action = _AT_SELLER.get(operation.action, operation.action) if bought else operation.action
    yield from page.row("seller" if bought else "panel", action.replace("_", " "), said)
    if operation.error:
        yield from page.below(operation.error)


def _notice(notice: Notification) -> str:
    way = {"mail": "by mail", "mobile": "on the mobile"}.get(notice.way, "in the billing")
    return f"{notice.kind}, to {notice.to} {way}"


def _source(rule: str, deciding: Mapping[str, str] | None = None) -> str:
    return f"{rule}: {origin(rule)} {_readings(deciding)}".strip()


def _readings(deciding: Mapping[str, str] | None) -> str:
    told = ", ".join(f"{name}: {value}" for name, value in (deciding or {}).items())
    return f"({told})" if told else ""
