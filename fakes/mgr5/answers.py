"""What a call is answered with, before it is written in any format."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from prorata.fakes.mgr5.rows import RowPiece
from prorata.fakes.mgr5.secrets import masked
from prorata.fakes.mgr5.tree import Node

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.mgr5.functions import Function
    from prorata.fakes.mgr5.rows import RowsPage

__all__ = ["EMPTY", "Mgr5Answer", "Shape", "head"]

Shape = Literal["done", "error", "form", "list"]

EMPTY = RowPiece(())


class Mgr5Answer:
    """An answer's parts in their order: what stands before the rows, the rows, what stands after.

    `rows` is None but for a list. `attrs` and `echo` are the frame of the document, which an answer
    at the door does not have. `alone` says that an only row is written as an object, not an array.
    """

    __slots__ = ("after", "alone", "attrs", "before", "echo", "func", "function", "rows", "shape")

    def __init__(
        self,
        shape: Shape,
        before: RowPiece,
        rows: RowsPage | None = None,
        after: RowPiece = EMPTY,
        function: Function[Any] | None = None,
    ) -> None:
        self.shape = shape
        self.before = before
        self.rows = rows
        self.after = after
        self.function = function
        self.func = ""
        self.attrs = EMPTY
        self.echo = EMPTY
        self.alone = False

    @classmethod
    def of(cls, shape: Shape, nodes: Sequence[Node], function: Function[Any]) -> Mgr5Answer:
        """Return an answer that is just these elements."""
        return cls(shape, RowPiece(nodes), function=function)


def head(binary: str, func: str, host: str) -> RowPiece:
    """Return the root's attributes, as those of one element."""
    return (_head if len(func) + len(host) <= _USUAL else _head.__wrapped__)(binary, func, host)


_USUAL = 512


@lru_cache(maxsize=1024)
def _head(binary: str, func: str, host: str) -> RowPiece:
    attrs: Mapping[str, str] = {
        "lang": "en",
        "func": func,
        "binary": f"/{binary}",
        "host": masked(host),
        "themename": "dragon",
        "features": "d41d8cd98f00b204e9800998ecf8427e",
        "notify": "",
        "theme": "/manimg/dragon/",
        "css": "main.css",
        "logo": "logo.png",
        "logolink": "",
        "favicon": "favicon.ico",
        "localdir": "default",
    }
    return RowPiece((Node("doc", "", attrs),))
