"""What an exception says and where it was raised: in one line, or with its traceback.

Standard library only, and nothing that takes long to import: the child of `python:` uses it.
"""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["passed", "print_of", "told"]

_IMPORTING: Final = ("<frozen importlib", os.path.dirname(traceback.__file__) + "/importlib/")  # noqa: PTH120  pathlib is slow to import


def passed(error: BaseException) -> list[tuple[str, int]]:
    """Return the files and lines through which an exception passed, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [(frame.filename, frame.lineno or 0) for frame in frames]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno or 0))
    return [place for place in places if not place[0].startswith(_IMPORTING)]


def print_of(error: BaseException, ours: str) -> None:
    """Print a traceback to stderr, from where it leaves imports and the files in `ours`."""
    begins = error.__traceback__
    while begins is not None and begins.tb_frame.f_code.co_filename.startswith((ours, *_IMPORTING)):
        begins = begins.tb_next
    traceback.print_exception(type(error), error, begins)


def told(error: BaseException, places: Iterable[tuple[str, int]], folder: str) -> str:
    """Return an exception with its place: ``KeyError: 9 (my_billing.py:41)``.

    That is the innermost of `places` inside `folder`; where none is, the innermost of all.
    """
    said = " ".join(traceback.format_exception_only(error)[-1].split())
    inside = folder.rstrip(os.sep) + os.sep
    all_of_them = list(places)
    near = [place for place in all_of_them if place[0].startswith(inside)] or all_of_them
    return f"{said} ({near[-1][0].removeprefix(inside)}:{near[-1][1]})" if near else said
