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
    "client": lambda _writer, value: text(value),
}
#: What is seen where a service is told, whatever is told of it.
_THERE: Final = "a service"
_NAMES: Final = frozenset({"user", "domain"})


def wanted(expect: Expect, writer: Writer) -> dict[Path, str]:
    """Return what a file expects of services."""
    texts: dict[Path, str] = {}
    for label, service in expect.services.items():
        for name, write in FIELDS.items():
            if name in service.model_fields_set:
                texts[label, name] = write(writer, getattr(service, name))
        for resource, amount in (service.resources or {}).items():
            texts[label, "resources", resource] = quantity(amount)
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
    if name == "resources":
        amount = service.resources.get(place[2])
        tariff = wanted.tariffs.get(label, service.tariff)
        return quantity(writer.included(tariff, place[2]) if amount is None else amount)
    found = FIELDS[name](writer, getattr(service, name))
    if name not in _NAMES:
        return found
    return renumbered(found, wanted.texts[place], label, shown, writer.chosen(label))
