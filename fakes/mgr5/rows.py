"""The rows of a list, built only when they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prorata.fakes.mgr5.tree import Node

__all__ = ["Kept", "RowPiece", "Rows", "RowsPage"]

K = TypeVar("K")
V = TypeVar("V")

_ROWS: Final = 20_000
_PAGES: Final = 64
#: Pages of up to so many rows are kept whole.
_WHOLE: Final = 100


class RowPiece:
    """Elements beside each other, and the bytes they were written as, by format.

    `source` is what they were made from.
    """

    __slots__ = ("nodes", "source", "written")

    def __init__(self, nodes: Sequence[Node], source: object = None) -> None:
        self.nodes = nodes
        self.source = source
        self.written: dict[str, bytes] = {}


class RowsPage:
    """The rows of a page, what they were made from, and the bytes of all of them, by format."""

    __slots__ = ("rows", "sources", "written")

    def __init__(self, rows: list[RowPiece], sources: list[object] | None = None) -> None:
        self.rows = rows
        self.sources = sources
        self.written: dict[str, bytes] = {}


class Kept:
    """Rows of one list that were written before, by key, and pages of it, by keys.

    `frame` is what stands before them, with the keys and all else that it came from; `counts` what
    stands behind them, by the number of the page.
    """

    __slots__ = ("counts", "frame", "pages", "rows")

    def __init__(self) -> None:
        self.frame: tuple[Sequence[Any], object, RowPiece] | None = None
        self.counts: dict[int, RowPiece] = {}
        self.rows: dict[Any, RowPiece] = {}
        self.pages: dict[Any, RowsPage] = {}


class Rows(Generic[K]):
    """A list's rows by their keys: `row` builds the one of a key when it is needed.

    Keys that are texts are what the list's `key` column shows. `of` returns what the row of a key
    is made from: one immutable object, or a tuple of them. As long as it returns the same, the row
    is written once and kept; without it a row is built anew for each call. A reading of the clock
    or a number that changes belongs to it, and so does whatever two callers see differently.

    >>> from prorata.fakes.mgr5.tree import Node
    >>> users = {"anna": "Anna", "bob": "Bob"}
    >>> rows = Rows(list(users), lambda name: Node("elem", name), of=users.__getitem__)
    >>> len(rows), rows[1].text
    (2, 'bob')
    """

    __slots__ = ("keys", "of", "row")

    def __init__(
        self,
        keys: Sequence[K],
        row: Callable[[K], Node],
        of: Callable[[K], object] | None = None,
    ) -> None:
        self.keys = keys
        self.row = row
        self.of = of

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.keys)

    def __iter__(self) -> Iterator[Node]:
        """Build all rows, one after the other."""
        return map(self.row, self.keys)

    def __getitem__(self, at: int) -> Node:
        """Build the row of a place."""
        return self.row(self.keys[at])

    def page(self, number: int, size: int, kept: Kept) -> RowsPage:
        """Return the rows of a page, counted from 1: those of `kept` where they are still true."""
        keys, of = self.keys[(number - 1) * size : number * size], self.of
        if of is None:
            return RowsPage([RowPiece((self.row(key),)) for key in keys])
        sources, place = list(map(of, keys)), tuple(keys[:_WHOLE])
        page = kept.pages.get(place)
        # Of two that are equal, the rows are: and that the very same are takes no time to find out.
        if page is not None and page.sources == sources:
            return page
        pairs = zip(keys, sources, strict=True)
        page = RowsPage([self._piece(key, source, kept.rows) for key, source in pairs], sources)
        if len(keys) <= _WHOLE:
            _keep(kept.pages, place, page, _PAGES)
        return page

    def _piece(self, key: K, source: object, kept: dict[Any, RowPiece]) -> RowPiece:
        piece = kept.get(key)
        if piece is None or piece.source != source:
            piece = RowPiece((self.row(key),), source)
            _keep(kept, key, piece, _ROWS)
        return piece


def _keep(kept: dict[Any, V], key: Any, value: V, most: int) -> None:
    if len(kept) >= most:
        kept.clear()
    kept[key] = value
