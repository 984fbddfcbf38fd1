"""Services: each field of each service, by the scenario's label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.harness.protocol import Done, Result
from prorata.harness.running.places.common import (
    NOT_TOLD,
    NOTHING,
    SUBJECTS,
    UNORDERED,
    names,
    period,
    quantity,
    text,
    yes,
)
from prorata.harness.running.places.naming import renumbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prorata.harness.protocol import ObservedService
    from prorata.harness.running.places.common import Path, Wanted, Writer
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Expect

__all__ = ["FIELDS", "answered", "everything", "seen", "tariffs", "wanted"]


def _instant(writer: Writer, value: Any) -> str:
    return writer.day(value)


#: The fields of a service, in the order in which they are told, and how each is written.
FIELDS: Final[Mapping[str, Callable[[Writer, Any], str]]] = {
    "starts": _instant,
    "expires": _instant,
    "next_due": _instant,
    "tariff": lambda _writer, value: text(value),
    "period": lambda _writer, value: period(value),
    "status": lambda _writer, value: text(value),
    "auto_renewal": lambda _writer, value: yes(value),
    "user": lambda _writer, value: text(value),
    "domain": lambda _writer, value: text(value),
    "points_to": lambda _writer, value: text(value),
    "client": lambda _writer, value: text(value),
    "domain_option": lambda _writer, value: text(value),
    "agreement": lambda _writer, value: text(value),
}


def _amount(writer: Writer, amount: object, tariff: str | None, resource: str) -> str:
    """Write how much there is of a resource: what its tariff includes, where nothing is said."""
    return quantity(writer.included(tariff, resource) if amount is None else amount)


def _answer(_writer: Writer, answer: object, _tariff: str | None, _field: str) -> str:
    return text(answer)


def _used(_writer: Writer, units: object, _tariff: str | None, _variable: str) -> str:
    return NOTHING if units is None else quantity(units)


def _costs(writer: Writer, cost: str | None, _tariff: str | None, _variable: str) -> str:
    return NOTHING if cost is None else writer.money(cost)


#: What a service has any number of, by name, and how each is written for the tariff that it has.
_PARTS: Final[Mapping[str, Callable[[Writer, Any, str | None, str], str]]] = {
    "resources": _amount,
    "answers": _answer,
    "usage": _used,
    "usage_costs": _costs,
}
#: What is seen where a service is told, whatever is told of it.
_THERE: Final = "a service"
_NAMES: Final = frozenset({"user", "domain"})


def wanted(expect: Expect, writer: Writer) -> dict[Path, str]:
    """Return what a file expects of services."""
    texts: dict[Path, str] = {}
    for label, service in expect.services.items():
        expected = service.model_fields_set
        for name, write in FIELDS.items():
            if name in expected:
                texts[label, name] = write(writer, getattr(service, name))
        for name, write_part in _PARTS.items():
            for part, told in (getattr(service, name) or {}).items():
                texts[label, name, part] = write_part(writer, told, None, part)
    return texts


def everything(ours: Seen, others: Seen, writer: Writer) -> Iterator[Path]:
    """Yield every place of the services of two at which they may differ."""
    if others.unordered:
        yield (UNORDERED,)
    for label, service in ours.services.items():
        other = others.services.get(label)
        if service is not None and other is None:
            yield (label,)
            continue
        if service is not None and other is not None:
            yield from ((label, name) for name in FIELDS if not _alike(service, other, name))
        yield from ((label, *place) for place in _parts_that_differ(service, other, writer))


def _parts_that_differ(
    service: ObservedService | None, other: ObservedService | None, writer: Writer
) -> Iterator[Path]:
    tariff = service.tariff if service else None
    for name, write in _PARTS.items():
        mine, theirs = _parts(service, name), _parts(other, name)
        told = other is None or name in other.model_fields_set
        for part in {**mine, **theirs}:
            own, found = (write(writer, each.get(part), tariff, part) for each in (mine, theirs))
            if not told or own != found:
                yield name, part


def _parts(service: ObservedService | None, name: str) -> Mapping[str, Any]:
    parts: Mapping[str, Any] = getattr(service, name) if service else {}
    return parts


def _alike(service: ObservedService, other: ObservedService, name: str) -> bool:
    """Tell whether another shows the very same of a field, or there is nothing to show."""
    shown = getattr(service, name) if name in service.model_fields_set else None
    return shown == getattr(other, name) and (shown is None or name in other.model_fields_set)


def seen(wanted: Wanted, shown: Seen, writer: Writer) -> dict[Path, str]:
    """Return what was seen at the places of services that are wanted."""
    texts = {
        place: _at(place, wanted, shown, writer)
        for place in wanted.texts
        if place[0] not in SUBJECTS
    }
    if (UNORDERED,) in wanted.texts:
        told = (f"{own} of {each.client}" for own, each in shown.unordered.items())
        texts[UNORDERED,] = names(told)
    return texts


def answered(label: str, shown: Seen) -> str:
    """Return the id that an order has just answered for a service, nothing where none has."""
    body = shown.answer.body if isinstance(shown.answer, Result) else None
    own = next((own for own, known in shown.labels.items() if known == label), None)
    made = (body.service, *(body.services or ())) if isinstance(body, Done) else ()
    if own is None or own not in made:
        return ""
    return own


def tariffs(ours: Seen) -> dict[str, str | None]:
    """Return the tariff of each service that the reference shows."""
    return {label: each.tariff for label, each in ours.services.items() if each is not None}


def _at(place: Path, wanted: Wanted, shown: Seen, writer: Writer) -> str:
    label, *name_of = place
    service = shown.services.get(label)
    if service is None:
        own = "" if name_of else answered(label, shown)
        said = f": the order answered {own}, which observe does not have"
        return f"{NOTHING}{said}" if own else NOTHING
    if not name_of:
        return _THERE
    name = name_of[0]
    if name not in service.model_fields_set:
        return NOT_TOLD
    if name in _PARTS:
        tariff = wanted.tariffs.get(label, service.tariff)
        return _PARTS[name](writer, getattr(service, name).get(place[2]), tariff, place[2])
    found = FIELDS[name](writer, getattr(service, name))
    hoped, chosen = wanted.texts[place], writer.chosen(label)
    return renumbered(found, hoped, label, shown, chosen) if name in _NAMES else found
