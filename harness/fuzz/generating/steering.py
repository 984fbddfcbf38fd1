"""What a history is steered to: the rules that it is to meet, by what is given and what is done."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

__all__ = ["Steer", "System", "fitting"]


class Steer(NamedTuple):
    """What a rule needs to be met: fields of what is sold, deeds, settings of the whole billing.

    The `deeds` are done one after the other, with others between them; `order` says what the first
    order is of: a period or a cycle. What is `asked` for alone is a corner of a rule, left out of
    histories that are steered to nothing.
    """

    rule: str
    fields: tuple[str, ...] = ()
    deeds: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    order: str | None = None
    asked: bool = False


class System(NamedTuple):
    """What histories of a system are made of.

    `begin` gives a billing what it sells and has a first service ordered; `deeds` are what happens
    to a service, `often` their names as often as they happen; `order` orders one service more.
    `rule` is that of a history which is steered to none, and `judged` whose rules the billing goes
    by that is judged.
    """

    steers: tuple[Steer, ...]
    begin: Callable[[HistoryDraft, Sequence[Steer]], None]
    order: Callable[[HistoryDraft], object]
    deeds: Mapping[str, Callable[[HistoryDraft, Known], None]]
    often: tuple[str, ...]
    rule: str
    judged: str

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that its histories are steered to."""
        return tuple(dict.fromkeys(each.rule for each in self.steers))


def fitting(steers: Sequence[Steer], globs: Sequence[str]) -> tuple[Steer, ...]:
    """Return the steers whose rules are among those that globs name.

    Where there is none, all that are not for asking alone.
    """
    if not globs:
        return tuple(each for each in steers if not each.asked)
    return tuple(each for each in steers if any(fnmatchcase(each.rule, glob) for glob in globs))
