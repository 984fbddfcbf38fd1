"""What is told beside services and money: the answer of an act, lists, notices."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.protocol import Done, RefusedAct, Result
from prorata.harness.running.places.common import DONE, NOT_TOLD, NOTHING, names, text
from prorata.reference.resell.notice import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prorata.harness.running.places.common import Path, Wanted, Writer
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Expect

__all__ = ["NUMBER", "WORDS", "compared", "details", "everything", "seen", "wanted"]

#: What is optional in a notice, and how it is called.
WORDS: Final = {"sender": "from", "way": "by", "at": "at"}
#: What the kind of a notice begins with that tells the number of a licence.
NUMBER: Final = notice(number=0).removesuffix("0")
_AS_IN_FILES: Final[Mapping[str, str]] = MappingProxyType({})


def details(expect: Expect) -> frozenset[str]:
    """Return what is compared of notices: what every expected one has."""
    notices = expect.notifications or ()
    return frozenset(
        name for name in WORDS if all(name in each.model_fields_set for each in notices)
    )


def compared(ours: Seen, writer: Writer) -> frozenset[str]:
    """Return what is compared of notices where all is: when they come, and from a given address."""
    senders = {each.sender or "" for each in ours.notifications or ()}
    return frozenset({"at", "sender"} if senders and senders <= writer.addresses else {"at"})


def wanted(expect: Expect, writer: Writer) -> dict[Path, str]:
    """Return what a file expects."""
    refused = expect.refused
    texts: dict[Path, str] = {("act",): f"refused by {refused.rule}" if refused else DONE}
    if refused and refused.reason:
        texts["act", "reason"] = refused.reason
    if expect.notifications is not None:
        texts |= _notices(expect.notifications, details(expect), writer)
    if expect.tasks is not None:
        texts["tasks",] = names(expect.tasks, "none")
    if expect.functions is not None:
        texts["functions",] = names(expect.functions, "none")
    if expect.tariffs is not None:
        texts |= _tariffs(expect.tariffs, {each.tariff for each in expect.tariffs if each.name})
    return texts


def everything(ours: Seen, others: Seen, writer: Writer) -> Iterator[Path]:
    """Yield every place of what is told."""
    yield ("act",)
    if "notifications" in others.asked and (ours.notifications or others.notifications):
        yield ("notifications",)
        yield from (("notifications", WORDS[name]) for name in compared(ours, writer))
    body = _answered(ours)
    if body.tasks is not None:
        yield ("tasks",)
    if body.functions is not None:
        yield ("functions",)
    if body.tariffs is not None:
        yield from _tariffs(body.tariffs, {each.tariff for each in body.tariffs if each.name})


def seen(wanted: Wanted, shown: Seen, writer: Writer) -> dict[Path, str]:
    """Return what was seen at the places that are wanted."""
    texts = _act(wanted, shown)
    if ("notifications",) in wanted.texts:
        if shown.notifications is None:
            texts["notifications",] = NOT_TOLD
        else:
            texts |= _notices(shown.notifications, wanted.details, writer, shown.numbers)
    body = _answered(shown)
    if ("tasks",) in wanted.texts:
        tasks = body.tasks
        texts["tasks",] = (
            NOTHING
            if tasks is None
            else names((shown.labels.get(own, own) for own in tasks), "none")
        )
    if ("functions",) in wanted.texts:
        functions = body.functions
        texts["functions",] = NOTHING if functions is None else names(functions, "none")
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
        texts["act", "reason"] = reason if reason in answer.reason else answer.reason
    return texts


def _notices(
    notices: Sequence[Any],
    asked: frozenset[str],
    writer: Writer,
    numbers: Mapping[str, str] = _AS_IN_FILES,
) -> Iterator[tuple[Path, str]]:
    """Yield what notices there are, in no order, and each detail of them at a place of its own.

    `numbers` are those of the reference for the services, by what they are called here.
    """
    told = [(each, _notice(each, numbers)) for each in notices]
    yield ("notifications",), names((said for _, said in told), "none")
    for name in asked:
        untold = any(name not in each.model_fields_set for each in notices)
        details = (f"{said} {WORDS[name]} {_detail(each, name, writer)}" for each, said in told)
        yield ("notifications", WORDS[name]), NOT_TOLD if untold else names(details)


def _notice(told: Any, numbers: Mapping[str, str]) -> str:
    kind, own = told.kind, told.kind.removeprefix(NUMBER)
    return f"{f'{NUMBER}{numbers.get(own, own)}' if own != kind else kind} to {told.to}"


def _detail(notice: Any, name: str, writer: Writer) -> str:
    return writer.instant(notice.at) if name == "at" else text(getattr(notice, name))


def _tariffs(tariffs: Iterable[Any], named: set[str]) -> dict[Path, str]:
    """Write a list of tariffs in its order, and what it shows of them; names where expected."""
    listed = tuple(tariffs)
    texts: dict[Path, str] = {("tariffs",): ", ".join(each.tariff for each in listed) or "none"}
    for each in listed:
        if each.tariff in named:
            texts["tariffs", each.tariff, "name"] = each.name or NOTHING
        for field in ("notes", "site_information", "code", "connection"):
            texts["tariffs", each.tariff, field] = getattr(each, field) or NOTHING
        texts["tariffs", each.tariff, "tags"] = names(each.tags or ())
    return texts
