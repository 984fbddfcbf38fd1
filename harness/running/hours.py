"""Whether two runs do the same on one day, at different hours of it."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from prorata.harness.running.places import SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.running.comparing import Parted

__all__ = ["at_another_hour"]

_DAY: Final = timedelta(days=1)
#: The hour of an instant.
_HOUR: Final = re.compile(r"(?<=\d{4}-\d{2}-\d{2}) \d{2}:\d{2}(:\d{2})?")


def at_another_hour(first: Parted, seen: Sequence[Parted]) -> bool:
    """Tell whether what differs first is but another hour of the day at which something falls due.

    It is when one run has posted or told at another hour what the other has, or is within a day as
    the other is. `seen` are all moments, also those at which nothing differs.
    """
    found, at = first.differences[0], first.scene.theirs.at
    if not first.scene.by_itself:
        return False
    is_line = found.path[0] in SUBJECTS
    if is_line and _HOUR.sub("", found.wanted) == _HOUR.sub("", found.seen):
        return True
    soon = (each for each in seen if timedelta() < each.scene.theirs.at - at < _DAY)
    for each in takewhile(lambda one: one.scene.by_itself, soon):
        now = {one.path: one for one in each.differences}.get(found.path)
        if not is_line:
            return now is None
        if now is not None:
            return (now.wanted, now.seen) == (found.seen, found.wanted)
    return False
