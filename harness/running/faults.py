"""What a scenario lets go wrong on the way to its panel, as rules of the panel's own faults.

A billing cannot tell from what it gets whether the call had its effect: it has to look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.billmanager import Billmanager
    from prorata.fakes.faults import CallKind, EventKind, Faults
    from prorata.fakes.ispmanager import Ispmanager
    from prorata.harness.scenario.acts import PanelItself

__all__ = ["Trouble"]

#: Longer than any caller waits; in process nobody waits at all.
_TOO_LATE: Final = 3_600_000


_EVENTS: Final[Mapping[str, EventKind]] = {
    "lost": "event_lost",
    "repeated": "event_repeated",
    "late": "event_late",
    "out of order": "event_out_of_order",
}


class Trouble:
    """The troubles of one panel. `waits` says that a slow answer takes its real time: on a socket.

    There an answer that is too late breaks off at once: no test can wait for every caller's limit.
    """

    def __init__(self, panel: Ispmanager | Billmanager, *, waits: bool) -> None:
        self._panel = panel
        self._waits = waits

    @property
    def _faults(self) -> Faults:
        if self._panel.faults is None:
            # Few scenarios break anything.
            from prorata.fakes.faults import Faults

            self._panel.faults = Faults()
        return self._panel.faults

    def begin(self, act: PanelItself) -> None:
        """Let happen what the scenario says: the panel goes down or up, a call fails or is slow."""
        if act.state is not None:
            self._panel.down = act.state == "down"
        if act.fail is not None:
            self._fail("reset_after" if act.effect else "status", act, nth=act.fail)
        if act.slow is not None and self._waits:
            self._fail("reset_after", act, nth=act.slow)
        elif act.slow is not None:
            self._fail("slow", act, nth=act.slow, milliseconds=_TOO_LATE)
        if act.event is not None:
            # It is the next one, whatever call brought it about.
            late = {"seconds": 60 * (act.minutes or 0)} if act.event == "late" else {}
            self._faults.add(_EVENTS[act.event], times=1, **late)

    def _fail(self, kind: CallKind, act: PanelItself, **rule: int) -> None:
        self._faults.add(kind, **({"func": act.func} if act.func else {}), **rule)
