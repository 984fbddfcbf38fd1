"""The page of the documentation on what is done and seen through BILLmanager's API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.fakes.control.listing import listed
from prorata.harness.implementations.billmanager.ability import (
    NOT_SAID,
    NOT_SEEN,
    OURS,
    SEEN,
    SET_UP,
    Use,
)
from prorata.harness.implementations.billmanager.acts import ACTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

__all__ = ["acts_page"]

_INTRODUCTION: Final = """\
# Acts on a BILLmanager

What `prorata run -i billmanager:URL` does and sees there, and by which functions;
[A BILLmanager of your own](real-billmanager.md) says how to run it.
This page is made by `prorata functions --acts --markdown`.

What is *ours* no document of the vendor has: functions that [Functions](functions.md) calls
invented, and parameters and columns of others. They are used with `--functions invented` alone,
which is the default for a panel of ours. The names of fields in the forms of tariffs and modules
are ours as well: the vendor's documents have these fields as the pages call them.
"""


def acts_page() -> str:
    """Return the page."""
    acts = [Use(f"`{name}`", deed.functions, deed.lacks) for name, deed in ACTS.items()]
    unsaid = [Use(f"`{name}`", (), why) for name, why in NOT_SAID.items()]
    unseen = [Use(what, (), "not told, and counted") for what in NOT_SEEN]
    invented = _invented()
    parts = (
        _part("Setting up", "set up", SET_UP, invented),
        _part("Acts", "act", [*acts, *unsaid], invented),
        _part("What is seen", "seen", [*SEEN, *unseen], invented),
    )
    return "\n".join([_INTRODUCTION, *(line for part in parts for line in part)])


def _invented() -> frozenset[str]:
    functions = listed(("billmanager",))["billmanager"]
    return frozenset(each["name"] for each in functions if each["invented"])


def _part(title: str, what: str, uses: Iterable[Use], invented: Collection[str]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield f"| {what} | by | what it cannot say |"
    yield "|---|---|---|"
    for use in uses:
        functions = ", ".join(_named(each, invented) for each in use.functions)
        yield f"| {use.what} | {functions or '-'} | {use.lacks or '-'} |"
    yield ""


def _named(function: str, invented: Collection[str]) -> str:
    name, _, more = function.partition(" ")
    ours = " (*ours*)" if function in OURS or name in invented else ""
    return f"`{name}`{f' {more}' if more else ''}{ours}"
