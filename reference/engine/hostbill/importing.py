"""Importing products: all that a text has, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.hostbill.catalogue import Product
from prorata.reference.engine.placed_json import MistakeError, pairs, read_json
from prorata.reference.hostbill.import_ import import_
from prorata.reference.vocabulary.kinds import Each, Plain
from prorata.reference.vocabulary.product import PRODUCT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["import_products"]

_PRODUCTS: Final = Each(Plain.TEXT, PRODUCT)


def import_products(turn: Turn, /, *, json: str) -> Refusal | None:
    """Take the products of a JSON text, by their names; they are sold from now on."""
    try:
        rows = read_json(_PRODUCTS, json)
        _check(json, rows, turn.book.catalogue)
    except MistakeError as error:
        return turn.rule(import_, line=error.line, column=error.column, wrong=error.wrong)
    new = {name: Product.of(name, row) for name, row in rows.items()}
    turn.set(turn.book, catalogue={**turn.book.catalogue, **new})
    return None


def _check(text: str, rows: Mapping[str, Mapping[str, Any]], sold: Mapping[str, Any]) -> None:
    """Check what products say of each other, at the places of their names."""
    for name, row in rows.items():
        lacking = [each for each in row.get("upgrades", ()) if each not in {*rows, *sold}]
        wrong = {
            f'there is a product "{name}" already': name in sold,
            f'product "{name}" sells nothing; give it prices': not row.get("prices"),
            f'unknown product "{next(iter(lacking), "")}"': bool(lacking),
        }
        said = next((sentence for sentence, holds in wrong.items() if holds), "")
        if said:
            raise MistakeError(text, _place_of(text, name), said)


def _place_of(text: str, name: str) -> int:
    return next(at for key, at, _ in pairs(text) if key == name)
