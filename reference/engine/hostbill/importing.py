"""Importing products, and the form of one: all that a text has, or none."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.hostbill.catalogue import Product
from prorata.reference.engine.placed_json import MistakeError, pairs, read_json
from prorata.reference.engine.rows import CatalogueError
from prorata.reference.hostbill.import_ import import_
from prorata.reference.vocabulary.kinds import Each, Plain
from prorata.reference.vocabulary.product import PRODUCT
from prorata.reference.vocabulary.product_order import FORM_FIELD

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["import_form", "import_products"]

_PRODUCTS: Final = Each(Plain.TEXT, PRODUCT)
#: The fields that name other products.
_NAMING: Final = tuple(field.name for field in PRODUCT.fields if field.names == "products")
_FORM: Final = Each(Plain.TEXT, FORM_FIELD)
_AS_IT_STANDS: Final[Mapping[int, tuple[int, int]]] = MappingProxyType({})


def import_products(turn: Turn, /, *, json: str) -> Refusal | None:
    """Take the products of a JSON text, by their names; they are sold from now on."""
    try:
        rows = read_json(_PRODUCTS, json)
        new = _check(json, rows, turn.book.catalogue)
    except MistakeError as error:
        return turn.rule(import_, line=error.line, column=error.column, wrong=error.wrong)
    turn.set(turn.book, catalogue={**turn.book.catalogue, **new})
    return None


def import_form(
    turn: Turn,
    /,
    *,
    product: str,
    json: str,
    places: Mapping[int, tuple[int, int]] = _AS_IT_STANDS,
    wrong: str = "",
) -> Refusal | None:
    """Take a product's form from a JSON or YAML text, in place of the one it had.

    Orders that were made keep their answers. Of a text that was made from another, `places` are
    the lines and columns there by the places here, and `wrong` is what the other could not be
    read for, at the place of 0.
    """
    line, column = places.get(0, (1, 1))
    form: Mapping[str, Any] = {}
    try:
        form = {} if wrong else read_json(_FORM, json)
    except MistakeError as error:
        wrong = error.wrong
        line, column = places.get(error.at, (error.line, error.column))
    refusal = turn.rule(import_, line=line, column=column, wrong=wrong)
    if refusal is None:
        changed = turn.book.catalogue[product].changed({"form": form})
        turn.set(turn.book, catalogue={**turn.book.catalogue, product: changed})
    return refusal


def _check(
    text: str, rows: Mapping[str, Mapping[str, Any]], sold: Mapping[str, Any]
) -> Mapping[str, Product]:
    """Return the products; what is wrong with one is told at the place of its name."""
    for name, row in rows.items():
        said = _wrong(name, row, rows.keys() | sold.keys(), already=name in sold)
        if said:
            raise MistakeError(text, _place_of(text, name), said)
    return {name: _made(text, name, row) for name, row in rows.items()}


def _wrong(name: str, row: Mapping[str, Any], known: Collection[str], *, already: bool) -> str:
    """Return what is wrong with what a product says of others, the first thing of it, or ""."""
    lacking = [each for key in _NAMING for each in row.get(key, ()) if each not in known]
    strange = [part for part in row.get("part_cycles", ()) if part not in row.get("bundle", ())]
    wrong = {
        f'there is a product "{name}" already': already,
        f'product "{name}" sells nothing; give it prices': not (
            row.get("prices") or row.get("bundle")
        ),
        f'unknown product "{next(iter(lacking), "")}"': bool(lacking),
        f'"{next(iter(strange), "")}" is no part of the bundle': bool(strange),
    }
    return next((sentence for sentence, holds in wrong.items() if holds), "")


def _made(text: str, name: str, row: Mapping[str, Any]) -> Product:
    try:
        return Product.of(name, row)
    except CatalogueError as error:
        raise MistakeError(text, _place_of(text, name), str(error)) from None


def _place_of(text: str, name: str) -> int:
    return next(at for key, at, _ in pairs(text) if key == name)
