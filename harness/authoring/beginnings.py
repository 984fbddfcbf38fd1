"""Stories that a new scenario can begin with, each on the reference what it says it is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.harness.authoring.commenting import commented
from prorata.harness.authoring.expecting import played, with_expectations
from prorata.harness.authoring.text import SourceText
from prorata.harness.authoring.writing import WrittenStep, scenario_text, shown_instant
from prorata.harness.running.selection import load_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

__all__ = ["PERIODS", "STORIES", "NewScenario", "begun"]

_CYCLES: Final = {"1 month": "monthly", "3 months": "quarterly", "1 year": "annually"}
#: What a service may be bought for.
PERIODS: Final = tuple(_CYCLES)
_ENOUGH: Final = 10  # times the price that a client has


class NewScenario(NamedTuple):
    """What is asked of a new scenario; `rules` are those of the story unless said."""

    story: str
    system: str
    price: Decimal
    period: str
    begins: date
    title: str = ""
    rules: tuple[str, ...] = ()


class _Story(NamedTuple):
    """A story by system: its title, its rules, what the tariff says more, and its later steps.

    The steps are told the days on which the bought time begins and ends.
    """

    title: str
    rules: Mapping[str, str]
    fields: Mapping[str, Mapping[str, Any]]
    later: Mapping[str, Callable[[date, date, str], list[WrittenStep]]]


def begun(asked: NewScenario, line: str = "") -> str:
    """Return the text of a scenario that conforms on the reference; `line` stands above it.

    Each amount has its sum in a comment. Raises `ScenarioErrors` for what cannot be asked.
    """
    story = STORIES[asked.story]
    rules = asked.rules or (story.rules[asked.system],)
    head = {
        "title": asked.title or story.title,
        "rules": list(rules),
        "source": "ours",
        "given": _GIVEN[asked.system](asked, story.fields.get(asked.system, {})),
    }
    first = _ORDER[asked.system](asked)
    _, seen = played(head, first)
    service = seen[-1].services["site"]
    assert service is not None  # noqa: S101  an order of the reference makes a service
    assert service.expires is not None  # noqa: S101  and one that has been paid for
    steps = [*first, *story.later[asked.system](asked.begins, service.expires.date(), asked.period)]
    text = scenario_text(head, with_expectations(head, steps), line)
    told = commented(SourceText(text), "new.yaml").text
    load_text(told.encode(), "new.yaml")
    return told


def _tariffs(asked: NewScenario, fields: Mapping[str, Any]) -> dict[str, Any]:
    dearer = {"large": {"prices": {asked.period: 2 * asked.price}}}
    return {
        "system": "billmanager",
        "tariffs": {
            "small": {"prices": {asked.period: asked.price}, **fields},
            **(dearer if asked.story == "change" else {}),
        },
        "clients": {"anna": {"balance": _ENOUGH * asked.price}},
    }


def _products(asked: NewScenario, fields: Mapping[str, Any]) -> dict[str, Any]:
    cycle = _CYCLES[asked.period]
    dearer = {"large": {"prices": {cycle: 2 * asked.price}}}
    return {
        "system": "hostbill",
        "products": {
            "small": {"prices": {cycle: asked.price}, **fields},
            **(dearer if asked.story == "change" else {}),
        },
        "clients": {"anna": {}},
    }


def _order(asked: NewScenario) -> list[WrittenStep]:
    bought = {"as": "site", "client": "anna", "tariff": "small", "period": asked.period}
    return [WrittenStep(asked.begins.isoformat(), ("order", bought))]


def _order_product(asked: NewScenario) -> list[WrittenStep]:
    bought = {"as": "site", "client": "anna", "product": "small", "cycle": _CYCLES[asked.period]}
    at = asked.begins.isoformat()
    order = WrittenStep(at, ("order", {**bought, "hostname": "anna.example.com"}))
    return [order, WrittenStep(at, ("pay", {"invoice": "site"}))]


def _at(day: date, days: int = 0, hour: int = 0) -> str:
    return shown_instant(datetime.combine(day + timedelta(days), time(hour)))


def _later_than(day: date, period: str) -> list[WrittenStep]:
    renewal = {"service": "site", "period": period}
    return [WrittenStep(_at(day)), WrittenStep(_at(day, 4, 12), ("renew", renewal))]


def _middle(begins: date, ends: date) -> int:
    return (ends - begins).days // 2


_GIVEN: Final = {"billmanager": _tariffs, "hostbill": _products}
_ORDER: Final = {"billmanager": _order, "hostbill": _order_product}
_PAID: Final = ("pay", {"invoice": "site"})

STORIES: Final[Mapping[str, _Story]] = {
    "order": _Story(
        "A service is ordered, and paid for one period",
        {"billmanager": "billmanager.order.price", "hostbill": "hostbill.cycle"},
        {},
        {"billmanager": lambda *_: [], "hostbill": lambda *_: []},
    ),
    "renewal": _Story(
        "A service is renewed on the day on which it ends",
        {"billmanager": "billmanager.charge.periodic", "hostbill": "hostbill.renew"},
        {},
        {
            "billmanager": lambda _begins, ends, period: [
                WrittenStep(_at(ends), ("renew", {"service": "site", "period": period}))
            ],
            "hostbill": lambda _begins, ends, _period: [
                WrittenStep(_at(ends)),
                WrittenStep(_at(ends, 0, 12), _PAID),
            ],
        },
    ),
    "late": _Story(
        "Who pays late pays a late fee",
        {"billmanager": "billmanager.renew.late-fee.percent", "hostbill": "hostbill.late-fee"},
        {
            "billmanager": {"late_renewal_fee": {"percent": 50}},
            "hostbill": {"late_fee": {"percent": 50, "after": 2}, "suspend_after": 3},
        },
        {
            "billmanager": lambda _begins, ends, period: _later_than(ends, period),
            "hostbill": lambda _begins, ends, _period: [
                WrittenStep(_at(ends)),
                WrittenStep(_at(ends, 3)),
                WrittenStep(_at(ends, 4, 12), _PAID),
            ],
        },
    ),
    "change": _Story(
        "A dearer tariff in the middle of a period costs a part of the difference",
        {"billmanager": "billmanager.change.funds", "hostbill": "hostbill.upgrade.pro-rata"},
        {
            "billmanager": {"tariff_change": "add funds"},
            "hostbill": {"upgrade_pro_rata": "days", "upgrades": ["large"]},
        },
        {
            "billmanager": lambda begins, ends, _period: [
                WrittenStep(
                    _at(begins, _middle(begins, ends)),
                    ("change_tariff", {"service": "site", "tariff": "large"}),
                )
            ],
            "hostbill": lambda begins, ends, _period: [
                WrittenStep(
                    _at(begins, _middle(begins, ends)),
                    ("change_tariff", {"service": "site", "product": "large"}),
                ),
                WrittenStep(_at(begins, _middle(begins, ends), 12), _PAID),
            ],
        },
    ),
}
