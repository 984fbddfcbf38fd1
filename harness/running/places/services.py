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
    return writer.instant(value)


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
}
#: What is seen where a service is told, whatever is told of it.
_THERE: Final = "a service"
_NAMES: Final = frozenset({"user", "domain"})
#: What is told of usage, and how it is written.
_USAGE: Final[Mapping[str, Callable[[Writer, Any], str]]] = {
    "usage": lambda _writer, value: quantity(value),
    "usage_costs": lambda writer, value: writer.money(value),
}


def wanted(expect: Expect, writer: Writer) -> dict[Path, str]:
    """Return what a file expects of services."""
    texts: dict[Path, str] = {}
    for label, service in expect.services.items():
        for name, write in FIELDS.items():
            if name in service.model_fields_set:
                texts[label, name] = write(writer, getattr(service, name))
        for resource, amount in (service.resources or {}).items():
            texts[label, "resources", resource] = quantity(amount)
        for name, write in _USAGE.items():
            for variable, told in (getattr(service, name) or {}).items():
                texts[label, name, variable] = write(writer, told)
    return texts


def everything(ours: Seen, others: Seen) -> Iterator[Path]:
    """Yield every place of the services of two, but what is told of neither."""
    if others.unordered:
        yield (UNORDERED,)
    for label, service in ours.services.items():
        if service is not None:
            yield (label,)
        for name in FIELDS:
            if service is not None and name in service.model_fields_set:
                yield label, name
        other = others.services.get(label)
        amounts = {**(service.resources if service else {}), **(other.resources if other else {})}
        for resource in amounts:
            yield label, "resources", resource
        for name in _USAGE:
            for variable in getattr(service, name, {}):
                yield label, name, variable


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


def _counted(place: Path, wanted: Wanted, service: ObservedService, writer: Writer) -> str:
    """Write how much is told of a resource or of usage."""
    label, name, counted = place
    told = getattr(service, name).get(counted)
    if name in _USAGE:
        return NOTHING if told is None else _USAGE[name](writer, told)
    tariff = wanted.tariffs.get(label, service.tariff)
    return quantity(writer.included(tariff, counted) if told is None else told)


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
    if len(name_of) > 1:
        return _counted(place, wanted, service, writer)
    found = FIELDS[name](writer, getattr(service, name))
    if name not in _NAMES:
        return found
    return renumbered(found, wanted.texts[place], label, shown, writer.chosen(label))
