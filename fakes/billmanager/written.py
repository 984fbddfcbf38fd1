"""From what the engine reckons with to the row that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.billmanager.texts import digits
from prorata.reference.vocabulary.kinds import Each, Plain
from prorata.reference.vocabulary.tariff_parts import PRICES, RESOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.reference.engine.billmanager.catalogue import Resource
    from prorata.reference.vocabulary.kinds import Kind

__all__ = ["resource_row", "written"]

_TEXTS: Final[Mapping[Any, Callable[[Any], str]]] = {Plain.AMOUNT: digits, Plain.PERIOD: str}


def written(kind: Kind, value: Any) -> Any:
    """Return a value of a kind as a row says it: amounts and periods as texts, others as is."""
    if isinstance(kind, Each) and value is not None:
        return {written(kind.key, key): written(kind.value, one) for key, one in value.items()}
    return _TEXTS[kind](value) if kind in _TEXTS and value is not None else value


def resource_row(resource: Resource) -> dict[str, Any]:
    """Return a resource as the catalogue writes it."""
    row = {
        field.name: written(field.kind, getattr(resource, field.name)) for field in RESOURCE.fields
    }
    rates = [
        {"up_to": up_to, "prices": written(PRICES, prices)} for up_to, prices in resource.rates
    ]
    return {**row, "rates": rates}
