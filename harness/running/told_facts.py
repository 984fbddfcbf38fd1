"""Facts about what a billing tells beside its services and lines: lists, notices, accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.harness.protocol import Done, Result
from prorata.harness.running.texts import NOTHING, Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prorata.harness.running.play import Seen
    from prorata.harness.scenario import Expect

__all__ = ["seen", "wanted"]

_OPTIONAL = ("sender", "way", "at")


def wanted(expect: Expect, money: Callable[[Any], str], instant: Callable[[Any], str]) -> Facts:
    """Return what the file expects."""
    facts: Facts = {
        ("accounts", client, currency): money(held)
        for client, accounts in expect.accounts.items()
        for currency, held in accounts.items()
    }
    if expect.notifications is not None:
        facts["notifications",] = _notices(expect.notifications, _asked(expect), instant)
    if expect.tasks is not None:
        facts["tasks",] = _names(expect.tasks)
    if expect.tariffs is not None:
        facts |= _tariffs(expect.tariffs, {each.tariff for each in expect.tariffs if each.name})
    return facts


def seen(
    expect: Expect, seen: Seen, money: Callable[[Any], str], instant: Callable[[Any], str]
) -> Facts:
    """Return what was seen, at the places where the file expects something."""
    facts: Facts = {}
    for client, accounts in expect.accounts.items():
        held = seen.accounts.get(client, {})
        for currency in accounts:
            text = money(held[currency]) if currency in held else NOTHING
            facts["accounts", client, currency] = text
    if expect.notifications is not None:
        facts["notifications",] = _notices(seen.notifications, _asked(expect), instant)
    answer = seen.answer.body if isinstance(seen.answer, Result) else None
    done = answer if isinstance(answer, Done) else Done()
    if expect.tasks is not None:
        tasks = done.tasks
        facts["tasks",] = (
            NOTHING if tasks is None else _names(seen.labels.get(own, own) for own in tasks)
        )
    if expect.tariffs is not None:
        named = {each.tariff for each in expect.tariffs if each.name}
        facts |= _tariffs(done.tariffs or (), named)
    return facts


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _asked(expect: Expect) -> frozenset[str]:
    """Return the fields of notices that are compared: those that every expected one has."""
    notices = expect.notifications or ()
    return frozenset(
        name for name in _OPTIONAL if all(name in each.model_fields_set for each in notices)
    )


def _notices(notices: Iterable[Any], asked: frozenset[str], instant: Callable[[Any], str]) -> str:
    """Write notices, in no order."""
    return ", ".join(sorted(_notice(each, asked, instant) for each in notices)) or "none"


def _notice(notice: Any, asked: frozenset[str], instant: Callable[[Any], str]) -> str:
    text = f"{notice.kind} to {notice.to}"
    if "sender" in asked:
        text += f" from {notice.sender or NOTHING}"
    if "way" in asked:
        text += f" by {notice.way or NOTHING}"
    return f"{text} at {instant(notice.at)}" if "at" in asked else text


def _tariffs(tariffs: Iterable[Any], named: set[str]) -> Facts:
    """Write a list of tariffs in its order, and what it shows of them; names where expected."""
    listed = tuple(tariffs)
    facts: Facts = {("tariffs",): ", ".join(each.tariff for each in listed) or "none"}
    for each in listed:
        if each.tariff in named:
            facts["tariffs", each.tariff, "name"] = each.name or NOTHING
        for field in ("notes", "site_information"):
            facts["tariffs", each.tariff, field] = getattr(each, field) or NOTHING
    return facts
