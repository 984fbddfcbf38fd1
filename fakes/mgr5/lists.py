"""Lists: pages, order, filters, and the counts around them."""

from __future__ import annotations

import re
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.fakes.mgr5.answers import Mgr5Answer
from prorata.fakes.mgr5.params import Param, read
from prorata.fakes.mgr5.rows import RowPiece, Rows, RowsPage
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prorata.fakes.mgr5.functions import CallContext, Function
    from prorata.fakes.mgr5.rows import Kept

__all__ = ["PARAMS", "answer", "filter_form"]

PARAMS: Final = (
    Param("p_num", "integer", default="1", least=1),
    Param("p_cnt", "integer", default="1000", least=1, most=10_000),
)
_MOST_LABELS: Final = 100
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
#: Columns of these names cannot be filtered by in the list's own call: they mean something else.
_RESERVED: Final = frozenset({"auth", "authinfo", "elid", "filter", "func", "lang", "out", "su"})


class _Plan(NamedTuple):
    """What a request says about a list, read once for the same bytes."""

    args: Mapping[str, str]
    number: int
    size: int
    column: str
    order: str
    own: Mapping[str, str]
    filters: bool


def answer(function: Function[Any], context: CallContext[Any], kept: Kept) -> Mgr5Answer:
    """Return a page of a list. Clients send elid and sok to lists too: neither means anything."""
    args = context.request.parsed.args
    plan: _Plan = args.get(function) or args.setdefault(function, _plan(function, context))
    context.args = plan.args
    found = function.run(context)
    others: Sequence[Node] = ()
    if not isinstance(found, Rows):
        others = [node for node in found if node.name != "elem"]
        found = [node for node in found if node.name == "elem"] if others else found
    rows = _sorted(_filtered(function, context, found, plan), plan.column, plan.order)
    if isinstance(rows, Rows):
        page = rows.page(plan.number, plan.size, kept)
    else:
        shown = rows[(plan.number - 1) * plan.size : plan.number * plan.size]
        page = RowsPage([RowPiece((row,)) for row in shown])
    before, after = _kept_frame(function, rows, plan, kept)
    if others:
        before = RowPiece((*before.nodes, *others))
    return Mgr5Answer("list", before, page, after, function)


def _plan(function: Function[Any], context: CallContext[Any]) -> _Plan:
    given = context.request.params
    args = read((*PARAMS, *function.params), given, needed=True)
    column, order = _order(function, given)
    own = _own(function, given) if given.get("filter") == "on" else {}
    filters = given.get("filter") != "off"
    return _Plan(args, int(args["p_num"]), int(args["p_cnt"]), column, order, own, filters)


def _kept_frame(
    function: Function[Any], rows: Sequence[Node] | Rows[Any], plan: _Plan, kept: Kept
) -> tuple[RowPiece, RowPiece]:
    """Return what stands around the rows; the names of pages are kept for all pages of a size."""
    if not isinstance(rows, Rows) or not len(rows) or not isinstance(rows.keys[0], str):
        return _pages(plan, _labels(function, rows, plan.size)), _counts(plan, len(rows))
    # Keys that are the same object, as many as before and with the same last one, are the same.
    known = len(rows), rows.keys[-1], plan.size, plan.column, plan.order
    if kept.frame is None or kept.frame[0] is not rows.keys or kept.frame[1] != known:
        labels = _labels_of_keys(rows.keys, plan.size)
        kept.frame = rows.keys, known, _pages(plan, labels)
        kept.counts = {}
    if plan.number not in kept.counts:
        if len(kept.counts) >= _MOST_LABELS:
            kept.counts.clear()
        kept.counts[plan.number] = _counts(plan, len(rows))
    return kept.frame[2], kept.counts[plan.number]


def _pages(plan: _Plan, labels: Iterable[str]) -> RowPiece:
    pages = [Node("page", label) for label in labels]
    by = fields({"p_sort": plan.column, "p_order": plan.order}) if plan.column else []
    return RowPiece((*by, *pages))


def _counts(plan: _Plan, total: int) -> RowPiece:
    counts = {"p_cnt": str(plan.size), "p_num": str(plan.number), "p_elems": str(total)}
    return RowPiece(fields(counts))


def _labels(function: Function[Any], rows: Sequence[Node] | Rows[Any], size: int) -> Iterable[str]:
    """Name the pages by their first and last rows; of very many only the first ones."""
    total = len(rows)
    for at in range(0, min(total, size * _MOST_LABELS), size):
        first, last = rows[at], rows[min(at + size, total) - 1]
        yield f"{_text(first, function.key)} - {_text(last, function.key)}"


def _labels_of_keys(keys: Sequence[str], size: int) -> Iterable[str]:
    """Name the pages by their first and last keys, without building a row."""
    end = size * _MOST_LABELS
    firsts, lasts = keys[0:end:size], list(keys[size - 1 : end : size])
    if len(lasts) < len(firsts):
        lasts.append(keys[-1])
    return [f"{first} - {last}" for first, last in zip(firsts, lasts, strict=True)]


def _text(row: Node, column: str) -> str:
    return next((each.text for each in row.children if each.name == column), "")


def _order(function: Function[Any], given: Mapping[str, str]) -> tuple[str, str]:
    """Return the column to sort by, and the direction: asked for as `+name`, `-name` or `name`.

    What is no column sorts nothing.
    """
    # A plus that is not escaped arrives as a blank.
    asked = given.get("p_col", "").strip()
    column = asked[1:] if asked[:1] in {"+", "-"} else asked
    if not column or (function.columns and column not in function.columns):
        return "", ""
    return column, "desc" if asked[0] == "-" else "asc"


def _sorted(
    rows: Sequence[Node] | Rows[Any], column: str, order: str
) -> Sequence[Node] | Rows[Any]:
    """Sort by a column: as numbers where all of its values are."""
    if not column:
        return rows
    texts = [_text(row, column) for row in rows]
    ranks: list[Any] = [text.casefold() for text in texts]
    if all(map(_NUMBER.fullmatch, texts)):
        ranks = [Decimal(text) for text in texts]
    places = sorted(range(len(texts)), key=ranks.__getitem__, reverse=order == "desc")
    return _chosen(rows, places)


def _chosen(rows: Sequence[Node] | Rows[Any], places: Iterable[int]) -> Sequence[Node] | Rows[Any]:
    if isinstance(rows, Rows):
        return Rows([rows.keys[at] for at in places], rows.row, rows.of)
    return [rows[at] for at in places]


def _filtered(
    function: Function[Any],
    context: CallContext[Any],
    rows: Sequence[Node] | Rows[Any],
    plan: _Plan,
) -> Sequence[Node] | Rows[Any]:
    """Filter by the call's own values, else by what the account has set before."""
    wanted, saved = plan.own, context.panel.traffic.filters
    if not wanted and plan.filters and saved:
        wanted = saved.get((context.who.name, function.name), {})
    if not wanted:
        return rows
    days = _days(function.columns)

    def fits(row: Node, name: str, value: str) -> bool:
        return _lies(row, days[name], name, value) if name in days else _fits(row, name, value)

    places = [
        at
        for at, row in enumerate(rows)
        if all(fits(row, name, value) for name, value in wanted.items())
    ]
    return _chosen(rows, places)


def _own(function: Function[Any], given: Mapping[str, str]) -> Mapping[str, str]:
    return _wanted(function, given, _RESERVED)


def _wanted(
    function: Function[Any], given: Mapping[str, str], other: frozenset[str]
) -> Mapping[str, str]:
    """Return what a call wants to see: values of columns, and first and last days of dates."""
    days = _days(function.columns)
    columns = function.columns or tuple(name for name in given if name not in other)
    wanted = {name: given[name] for name in columns if given.get(name) and name not in other}
    for name, column in days.items():
        # `createdate` is that of `create_date` too, and says whether there is a period at all.
        chosen = given.get(_compact(column), "")
        if given.get(name) and chosen in {"", _OTHER}:
            wanted[name] = given[name]
        if chosen in {_OTHER, _NO_DATE}:
            wanted.pop(_compact(column), None)
    return wanted


#: That a period has a first and a last day of its own, and that all days are wanted.
_OTHER: Final = "other"
_NO_DATE: Final = "nodate"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@lru_cache(maxsize=256)
def _days(columns: Sequence[str]) -> Mapping[str, str]:
    """Return the parameters with the first and the last day of each date, and its column."""
    dates = [column for column in columns if column.endswith("date")]
    return {f"{_compact(column)}{end}": column for column in dates for end in ("start", "end")}


def _compact(column: str) -> str:
    return column.replace("_", "")


def _lies(row: Node, column: str, name: str, day: str) -> bool:
    """Tell whether the date of a row is no earlier, or no later, than a day."""
    found = _DAY.match(_text(row, column))
    if found is None:
        return False
    return found[0] >= day if name.endswith("start") else found[0] <= day


def _fits(row: Node, column: str, value: str) -> bool:
    """Compare without regard to case: a value with * or ? is a pattern, else a part of the text.

    A coded column, such as a status, is found by its code as well.
    """
    cell = next((each for each in row.children if each.name == column), None)
    if cell is None:
        # What a list does not show, it cannot be filtered by.
        return True
    texts = [text.casefold() for text in (cell.text, cell.attrs.get("orig", ""))]
    folded = value.casefold()
    if "*" in value or "?" in value:
        return any(fnmatchcase(text, folded) for text in texts)
    return folded in texts[0] or folded == texts[1]


@lru_cache(maxsize=1024)
def filter_form(base: Function[Any], name: str) -> Function[Any]:
    """Return the form of a list's filter: what is saved stays until an empty one is saved."""
    from prorata.fakes.mgr5.functions import Function

    def view(context: CallContext[Any]) -> Mapping[str, str]:
        kept = context.panel.traffic.filters.get((context.who.name, base.name), {})
        return {column: kept.get(column, "") for column in base.columns} | dict(kept)

    def save(context: CallContext[Any]) -> Sequence[Node]:
        filters = context.panel.traffic.filters
        wanted = _wanted(base, context.request.params, _NO_COLUMNS)
        filters.pop((context.who.name, base.name), None)
        if wanted:
            filters[context.who.name, base.name] = wanted
        return [Node("ok")]

    return Function(name, "form", f"What is shown of: {base.summary}", save, (), view, base.level)


_NO_COLUMNS: Final = _RESERVED | {"sok", "clicked_button", "sfrom", "plid", "elname"}
