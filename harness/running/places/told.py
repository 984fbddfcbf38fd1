"""What is told beside services and money: the answer of an act, lists, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.harness.protocol import Done, RefusedAct, Result
from prorata.harness.running.places.common import DONE, NOT_TOLD, NOTHING, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prorata.harness.running.places.common import Path, Wanted, Writer
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Expect

__all__ = ["ALL", "details", "everything", "seen", "wanted"]

_OPTIONAL: Final = ("sender", "way", "at")
#: What is compared of notices where all is.
ALL: Final = frozenset({"at"})


def details(expect: Expect) -> frozenset[str]:
    """Return what is compared of notices: what every expected one has."""
    notices = expect.notifications or ()
    return frozenset(
        name for name in _OPTIONAL if all(name in each.model_fields_set for each in notices)
    )


def wanted(expect: Expect, writer: Writer) -> dict[Path, str]:
    """Return what a file expects."""
    refused = expect.refused
    texts: dict[Path, str] = {("act",): f"refused by {refused.rule}" if refused else DONE}
    if refused and refused.reason:
        texts["act", "reason"] = refused.reason
    if expect.notifications is not None:
        texts["notifications",] = _notices(expect.notifications, details(expect), writer)
    if expect.tasks is not None:
        texts["tasks",] = names(expect.tasks, "none")
    if expect.tariffs is not None:
        texts |= _tariffs(expect.tariffs, {each.tariff for each in expect.tariffs if each.name})
    return texts


def everything(ours: Seen, _others: Seen) -> Iterator[Path]:
    """Yield every place of what is told."""
    yield ("act",)
    if ours.notifications:
        yield ("notifications",)
    body = _answered(ours)
    if body.tasks is not None:
        yield ("tasks",)
    if body.tariffs is not None:
        yield from _tariffs(body.tariffs, {each.tariff for each in body.tariffs if each.name})


def seen(wanted: Wanted, shown: Seen, writer: Writer) -> dict[Path, str]:
    """Return what was seen at the places that are wanted."""
    texts = _act(wanted, shown)
    if ("notifications",) in wanted.texts:
        notices = shown.notifications
        texts["notifications",] = (
            NOT_TOLD if notices is None else _notices(notices, wanted.details, writer)
        )
    body = _answered(shown)
    if ("tasks",) in wanted.texts:
        tasks = body.tasks
        texts["tasks",] = (
            NOTHING
            if tasks is None
            else names((shown.labels.get(own, own) for own in tasks), "none")
        )
    if ("tariffs",) in wanted.texts:
        places = (place for place in wanted.texts if place[0] == "tariffs")
        named = {place[1] for place in places if place[2:] == ("name",)}
        texts |= _tariffs(body.tariffs or (), named)
    return texts


def _answered(shown: Seen) -> Done:
    body = shown.answer.body if isinstance(shown.answer, Result) else None
    return body if isinstance(body, Done) else Done()


def _act(wanted: Wanted, shown: Seen) -> dict[Path, str]:
    """Return whether an act was done or refused; by which rule only where the billing names one."""
    answer, hoped = shown.answer, wanted.texts.get(("act",), DONE)
    if not isinstance(answer, RefusedAct):
        return {("act",): DONE}
    refused = hoped if hoped != DONE else f"refused: {answer.reason}"
    texts: dict[Path, str] = {("act",): f"refused by {answer.rule}" if answer.rule else refused}
    reason = wanted.texts.get(("act", "reason"))
    if reason is not None:
        known = reason in answer.reason or answer.rule is None
        texts["act", "reason"] = reason if known else answer.reason
    return texts


def _notices(notices: Iterable[Any], asked: frozenset[str], writer: Writer) -> str:
    """Write notices, in no order."""
    return names((_notice(each, asked, writer) for each in notices), "none")


def _notice(notice: Any, asked: frozenset[str], writer: Writer) -> str:
    text = f"{notice.kind} to {notice.to}"
    if "sender" in asked:
        text += f" from {notice.sender or NOTHING}"
    if "way" in asked:
        text += f" by {notice.way or NOTHING}"
    return f"{text} at {writer.instant(notice.at)}" if "at" in asked else text


def _tariffs(tariffs: Iterable[Any], named: set[str]) -> dict[Path, str]:
    """Write a list of tariffs in its order, and what it shows of them; names where expected."""
    listed = tuple(tariffs)
    texts: dict[Path, str] = {("tariffs",): ", ".join(each.tariff for each in listed) or "none"}
    for each in listed:
        if each.tariff in named:
            texts["tariffs", each.tariff, "name"] = each.name or NOTHING
        for field in ("notes", "site_information"):
            texts["tariffs", each.tariff, field] = getattr(each, field) or NOTHING
    return texts
