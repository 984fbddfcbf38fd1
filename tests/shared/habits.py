"""The habits of billings that are right, each by itself."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, Final

from right_billing import Foreign, Habits, Spelt, Telling

from prorata.reference.hostbill.cycle import CYCLES
from prorata.reference.ledger import TO_CLIENT

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HABITS", "all_at_once", "lines_without"]


def lines(change: Callable[[Foreign, list[Any]], list[Any]]) -> Telling:
    """Tell the ledger in another way."""

    def tell(foreign: Foreign, told: dict[str, Any]) -> None:
        result = told.get("result", {})
        if "ledger" in result:
            result["ledger"] = change(foreign, result["ledger"])

    return tell


def new_lines(change: Callable[[Foreign, list[Any]], list[Any]]) -> Telling:
    """Tell the lines that have come since it was asked last in another way."""

    def tell(foreign: Foreign, told: list[Any]) -> list[Any]:
        new = told[foreign.known :]
        foreign.known = len(told)
        foreign.own_ledger += change(foreign, new)
        return list(foreign.own_ledger)

    return lines(tell)


def services(change: Callable[[Foreign, dict[str, Any]], object]) -> Telling:
    """Tell of each service in another way."""

    def tell(foreign: Foreign, told: dict[str, Any]) -> None:
        found = told.get("result", {}).get("services")
        for service in found.values() if isinstance(found, dict) else ():
            change(foreign, service)

    return tell


def without(name: str) -> Telling:
    """Leave a field of services out."""
    return services(lambda _foreign, service: service.pop(name, None))


def lines_without(name: str) -> Telling:
    """Leave a field of lines out."""
    return lines(
        lambda _foreign, told: [{k: v for k, v in line.items() if k != name} for line in told]
    )


def everywhere(change: Callable[[str], str], *fields: str) -> Telling:
    """Write texts in some fields in another way, wherever they are."""

    def again(value: Any, *, inside: bool = False) -> Any:
        if isinstance(value, dict):
            return {k: again(v, inside=inside or k in fields) for k, v in value.items()}
        if isinstance(value, list):
            return [again(each, inside=inside) for each in value]
        return change(value) if inside and isinstance(value, str) else value

    return lambda _foreign, told: told.update(again(told))


def part(name: str, change: Callable[[Foreign, Any], Any]) -> Telling:
    """Tell a part of the answer in another way."""

    def tell(foreign: Foreign, told: dict[str, Any]) -> None:
        result = told.get("result", {})
        if result.get(name) is not None:
            result[name] = change(foreign, result[name])

    return tell


def notices_without(name: str) -> Telling:
    """Leave a field of notices out."""
    return part(
        "notifications",
        lambda _foreign, told: [{k: v for k, v in each.items() if k != name} for each in told],
    )


def each_invoice(change: Callable[[Foreign, dict[str, Any]], object]) -> Telling:
    """Tell each invoice in another way."""

    def tell(foreign: Foreign, told: dict[str, Any]) -> None:
        for invoice in told.get("result", {}).get("invoices", {}).values():
            change(foreign, invoice)

    return tell


def lines_of_its_own(foreign: Foreign, invoice: dict[str, Any]) -> None:
    """Tell the lines of an invoice in no order, with one of nothing."""
    lines = [*invoice["lines"], {"kind": "tax", "amount": "0.00"}]
    invoice["lines"] = foreign.random.sample(lines, len(lines))


def a_day_at_most(foreign: Foreign, told: dict[str, Any]) -> None:
    """Tell of nothing that is due next later than in a day."""
    result = told.get("result", {})
    if result.get("next"):
        day = foreign.engine.billing.clock.now() + timedelta(days=1)
        result["next"] = min(day, datetime.fromisoformat(result["next"])).isoformat()


def refusals(words: str, *, rule: bool) -> Telling:
    """Refuse in its own words, with or without the id of the rule."""

    def tell(_foreign: Foreign, told: dict[str, Any]) -> None:
        if "refusal" in told:
            told["refusal"]["reason"] = words
            if not rule:
                told["refusal"].pop("rule", None)

    return tell


def answered_briefly(_foreign: Foreign, told: dict[str, Any]) -> None:
    """Answer an order with its service alone, in a list too, and with no invoice."""
    result = told.get("result", {})
    result.pop("invoice", None)
    if isinstance(result.get("service"), str):
        result.setdefault("services", [result["service"]])


def quoted_otherwise(foreign: Foreign, told: dict[str, Any]) -> None:
    """Quote the lines in another order, with one of nothing."""
    result = told.get("result", {})
    if "lines" in result:
        lines = [*result["lines"], {"kind": "tax", "amount": "0.00"}]
        result["lines"] = foreign.random.sample(lines, len(lines))


def next_elsewhere(_foreign: Foreign, told: dict[str, Any]) -> None:
    """Tell what is due next by the clocks of another zone."""
    result = told.get("result", {})
    for name in ("next", "polls"):
        if result.get(name):
            far = timezone(timedelta(hours=-9, minutes=-30))
            result[name] = datetime.fromisoformat(result[name]).astimezone(far).isoformat()


def six_hours_at_most(foreign: Foreign, told: dict[str, Any]) -> None:
    """Tell of something that is due next every six hours."""
    result = told.get("result", {})
    if result.get("next"):
        soon = foreign.engine.billing.clock.now() + timedelta(hours=6)
        result["next"] = min(soon, datetime.fromisoformat(result["next"])).isoformat()


def also_the_included(foreign: Foreign, service: dict[str, Any]) -> None:
    """Tell of the resources that a tariff includes as well."""
    if "resources" in service:
        tariff = foreign.engine.billing.book.catalogue[service["tariff"]]
        service["resources"] = {**getattr(tariff, "included_amounts", {}), **service["resources"]}


def below_nothing(text: str) -> str:
    """Write nothing with a minus, as sums of floats have it."""
    return text if Decimal(text) else f"-{text}"


def here_and_there(text: str) -> str:
    """Write an instant at an offset of its own."""
    hours = sum(map(ord, text)) % 25 - 12
    return datetime.fromisoformat(text).astimezone(timezone(timedelta(hours=hours))).isoformat()


def shuffled(foreign: Foreign, told: list[Any]) -> list[Any]:
    """Tell all in another order each time."""
    return foreign.random.sample(told, len(told))


def with_nothing(_foreign: Foreign, told: list[Any]) -> list[Any]:
    """Post a line of nothing after each line: its tax, for example."""
    nothing = ({"kind": "tax", "amount": "0.00", "service": each["service"]} for each in told)
    return [line for pair in zip(told, nothing, strict=True) for line in pair]


def summed(_foreign: Foreign, told: list[Any]) -> list[Any]:
    """Post one line a client, of what a step comes to."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for line in told:
        if not line.get("included"):
            sign = -1 if line["kind"] in TO_CLIENT else 1
            totals[line["client"]] += sign * Decimal(line["amount"])
    return [
        {"kind": "refund" if total < 0 else "period", "amount": f"{abs(total):f}", "client": client}
        for client, total in totals.items()
    ]


def without_nulls(value: Any) -> Any:
    """Leave out whatever is null."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list) else value


def nulls_left_out(_foreign: Foreign, told: dict[str, Any]) -> None:
    """Leave out whatever is null, but for `next`."""
    if "settled" not in told.get("result", ()):
        told.update(without_nulls(told))


def without_included(foreign: Foreign, service: dict[str, Any]) -> None:
    """Tell of a resource only where there is another amount than the tariff includes."""
    included = foreign.engine.billing.book.catalogue[service["tariff"]].included_amounts
    amounts = service.get("resources", {}).items()
    service["resources"] = {n: amount for n, amount in amounts if amount != included.get(n)}


def renewal_period(_foreign: Foreign, service: dict[str, Any]) -> None:
    """Tell for which period a service renews by itself."""
    service["auto_renewal"] = service["period"] if service["auto_renewal"] else "no"


def cycle(text: str) -> str:
    """Write a cycle as its length."""
    return str(CYCLES.get(text) or text)


def with_fractions(text: str) -> str:
    """Write an instant with parts of a second, and Z for UTC."""
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def length(text: str) -> str:
    """Write years as months."""
    found = re.fullmatch(r"(\d+) years?", text)
    return f"{12 * int(found[1])} months" if found else text


def stripped(text: str) -> str:
    """Write an amount without the noughts at its end."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def padded(text: str) -> str:
    """Write an amount with four decimals at least."""
    return f"{text}." + "0000" if "." not in text else text + "0" * (4 - len(text.split(".")[1]))


def instants(zone: Any) -> Telling:
    """Write instants in a zone."""

    def write(text: str) -> str:
        return datetime.fromisoformat(text).astimezone(zone).isoformat()

    return everywhere(write, *_INSTANTS)


def as_long(first: int) -> int:
    """Return another number of as many digits."""
    step = 10 ** (len(str(first)) - 1)
    return first - step if first + 5 * step >= 10 * step else first + step


_INSTANTS: Final = ("starts", "expires", "next_due", "covers", "issued", "due", "at")
_AMOUNTS: Final = ("amount", "total", "balances", "accounts")
_WORDS: Final = "das geht leider nicht"
_OPTIONAL: Final = (
    "starts", "expires", "next_due", "period", "tariff", "user", "domain", "points_to",
    "auto_renewal", "resources",
)  # fmt: skip

HABITS: Final[dict[str, Habits]] = {
    "ids that say nothing": Habits(
        ids=lambda number: f"{Random(int(number)).getrandbits(128):032x}"
    ),
    "other numbers": Habits(first=as_long),
    "numbers in letters": Habits(first=lambda first: Spelt(as_long(first))),
    "the lines of a step backwards": Habits((new_lines(lambda _foreign, new: new[::-1]),)),
    "lines of nothing": Habits((new_lines(with_nothing),)),
    "lines in another order each time": Habits((lines(shuffled),)),
    "one line a step": Habits((new_lines(summed),), itemised=False),
    "whether lines are inside others": Habits(
        (lines(lambda _f, told: [{"included": False, **line} for line in told]),)
    ),
    **{
        f"lines without {name}": Habits((lines_without(name),))
        for name in ("covers", "service", "client", "at")
    },
    "lines without their rule": Habits((lines_without("rule"),)),
    **{f"services without {name}": Habits((without(name),)) for name in _OPTIONAL},
    "no resources that are included": Habits((services(without_included),)),
    "neither tariff nor included resources": Habits(
        (services(without_included), without("tariff"))
    ),
    "nothing that is null": Habits((nulls_left_out,)),
    "the period of the renewal": Habits((services(renewal_period),)),
    "refusals in its own words": Habits((refusals(_WORDS, rule=True),)),
    "refusals without a rule": Habits((refusals(_WORDS, rule=False),)),
    "years as months": Habits((everywhere(length, "period"),)),
    "amounts without noughts": Habits((everywhere(stripped, *_AMOUNTS),)),
    "amounts of four decimals": Habits((everywhere(padded, *_AMOUNTS),)),
    "quantities as texts": Habits(
        (
            services(
                lambda _f, s: s.update(resources={n: str(a) for n, a in s["resources"].items()})
            ),
        )
    ),
    "quantities with a decimal": Habits(
        (
            services(
                lambda _f, s: s.update(resources={n: f"{a}.0" for n, a in s["resources"].items()})
            ),
        )
    ),
    "instants in UTC": Habits((instants(UTC),)),
    "instants far away": Habits((instants(timezone(timedelta(hours=5, minutes=45))),)),
    "notices in another order": Habits((part("notifications", shuffled),)),
    **{
        f"notices without {name}": Habits((notices_without(name),))
        for name in ("from", "way", "at")
    },
    "no notices": Habits((lambda _f, told: told.get("result", {}).pop("notifications", None),)),
    "no accounts": Habits((lambda _f, told: told.get("result", {}).pop("accounts", None),)),
    "invoices backwards": Habits(
        (part("invoices", lambda _f, told: dict(reversed(told.items()))),)
    ),
    "what is due next is not known": Habits(
        (lambda _f, told: told.get("result", {}).pop("next", None),)
    ),
    "work in the background": Habits(waits=2),
    "words of its own": Habits(
        (
            lambda _f, told: told.get("result", {}).update(colour="red"),
            services(lambda _f, service: service.update(node="n7")),
            lines(lambda _f, told: [{**line, "text": "Hosting"} for line in told]),
        )
    ),
    "invoices without their service": Habits(
        (each_invoice(lambda _f, invoice: invoice.pop("service", None)),)
    ),
    "lines of invoices in another order": Habits((each_invoice(lines_of_its_own),)),
    "cycles by their length": Habits((everywhere(cycle, "period"),)),
    "instants with fractions": Habits((everywhere(with_fractions, *_INSTANTS),)),
    "another rule on each line": Habits(
        (lines(lambda _f, told: [{**line, "rule": "billmanager.sort"} for line in told]),)
    ),
    "ids of other letters": Habits(ids=lambda number: f"Договор № {number}/é"),
    "due within a day": Habits((a_day_at_most,)),
    "due within six hours": Habits((six_hours_at_most,)),
    "due next in another zone": Habits((next_elsewhere,)),
    "instants at any offset": Habits((everywhere(here_and_there, *_INSTANTS),)),
    "null for what there is not": Habits(
        (lines(lambda _f, told: [{"covers": None, **line, "rule": None} for line in told]),)
    ),
    "included resources as well": Habits((services(also_the_included),)),
    "nothing with a minus": Habits((everywhere(below_nothing, "balances", "accounts"),)),
    "ids with noughts": Habits(ids=lambda number: number.zfill(6)),
    "answers of a service alone": Habits((answered_briefly,)),
    "quotes in another order": Habits((quoted_otherwise,)),
    "invoices by the year": Habits(yearly=True),
}


def all_at_once(*others: str) -> Habits:
    """Return a billing that leaves out all that is optional and tells the rest in its own way.

    It has no habit of these `others`.
    """
    # Some exclude each other; to wait for every midnight takes long.
    clash = {
        "what is due next is not known", "work in the background",
        "numbers in letters", "other numbers", "the lines of a step backwards", "one line a step",
        "no resources that are included", "the period of the renewal", "quantities as texts",
        "quantities with a decimal", "neither tariff nor included resources",
        "amounts of four decimals", "instants far away", "refusals in its own words",
        "whether lines are inside others", "words of its own", "ids of other letters",
        "due within a day", "another rule on each line", "cycles by their length",
        "due within six hours", "instants at any offset", "null for what there is not",
        "included resources as well", "ids with noughts", "invoices by the year",
    }  # fmt: skip
    chosen = [habits for name, habits in HABITS.items() if name not in {*clash, *others}]
    return sum(chosen, Habits())
