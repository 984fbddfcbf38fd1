"""`billmanager:URL`: a BILLmanager that is played through its own API, and nothing else."""

from __future__ import annotations

import re
from copy import copy
from functools import cached_property
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from prorata.harness.implementations.base import CannotStart, ImplementationFault
from prorata.harness.implementations.billing import Refused, Unsupported
from prorata.harness.implementations.billmanager.acts import perform
from prorata.harness.implementations.billmanager.address import FORM
from prorata.harness.implementations.billmanager.clocks import PanelTime, clock_of
from prorata.harness.implementations.billmanager.control import PanelControl
from prorata.harness.implementations.billmanager.desk import Desk
from prorata.harness.implementations.billmanager.observing import Lists
from prorata.harness.implementations.billmanager.resets import reset_of
from prorata.harness.implementations.billmanager.scene import PanelScene
from prorata.harness.implementations.billmanager.setting_up import end_services, set_up
from prorata.harness.protocol import (
    OLDEST,
    Advance,
    Answer,
    Close,
    Lacking,
    Nothing,
    Observe,
    Open,
    Perform,
    RefusedAct,
    Request,
    Result,
    Settled,
    Started,
    Stop,
    Supports,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from prorata.harness.implementations.billmanager.address import Target

__all__ = ["PAUSE", "SECONDS", "BillmanagerPanel", "runs"]

#: How long operations may run after time has moved, in seconds, and how often that is looked at.
SECONDS: Final = 30.0
PAUSE: Final = 0.5
_RUNNING: Final = "running"
#: What the names of a scenario have behind them that shares its panel: the run, and its number.
_OF_A_RUN: Final = re.compile(r"\.r([0-9]+)s[0-9]+(?:@|$)")


class BillmanagerPanel:
    """A BILLmanager behind its address; `timeout` is in seconds for each call.

    Making one raises `CannotStart` where there is none.
    """

    name = FORM

    def __init__(self, target: Target, timeout: float = SECONDS) -> None:
        self._target = target
        self._desk = Desk(target.url, target.login, target.password, timeout)
        self.time = PanelTime(clock_of(target.clock, target.url, lambda: self._control))
        self._reset = reset_of(target, lambda: self._control)
        #: What names of a scenario have behind them, where others are played beside it.
        self._mark = ""
        self._readings: dict[str, str] = {}
        self._scene: PanelScene | None = None
        self._lists: Lists | None = None
        #: When a service ends next, as it was read last.
        self._end: datetime | None = None
        #: Whether something was done since the operations were looked at.
        self._stale = True
        try:
            self.declared = self._started()
        except CannotStart:
            self.close()
            raise

    @cached_property
    def _control(self) -> PanelControl:
        return PanelControl(self._target.base, self._target.token)

    @cached_property
    def _run(self) -> int:
        """How many runs the panel has seen that did not put it back, this one included."""
        found = (_OF_A_RUN.search(row["email"]) for row in self._desk.staff.rows("account"))
        return max((int(mark[1]) for mark in found if mark), default=0) + 1

    @property
    def takes_readings(self) -> bool:
        """Whether the panel can be told how to read the rules."""
        return self._reset.readings

    @property
    def merges(self) -> bool:
        """Whether nothing puts the panel back, so that all scenarios share its one timeline."""
        return self._target.reset == "none"

    def lane(self, number: int) -> BillmanagerPanel:
        """Return a way to the same panel for one scenario beside others."""
        other = copy(self)
        other._mark = f".r{self._run}s{number}"  # noqa: SLF001  it is one of this class
        other._forget()  # noqa: SLF001  the same
        return other

    def pin(self, readings: Mapping[str, str]) -> None:
        """Make the next installation read the rules so."""
        self._readings = dict(readings)

    def ask(self, request: Request) -> Answer:
        """Answer a request by calls of the panel; raise `ImplementationFault`."""
        try:
            return _ANSWERS[type(request)](self, request)
        except Unsupported as lacking:
            return Lacking(lacking.reason)
        except Refused as refused:
            return RefusedAct(refused.reason)
        except (ArithmeticError, ValueError) as error:
            said = f"{request.type}: it tells what cannot be read: {error}"
            raise ImplementationFault("implementation", said) from None

    def abandon(self) -> tuple[str, ...]:
        """Forget the scenario; there is no stderr."""
        self._forget()
        return ()

    def restart(self) -> None:
        """Forget the scenario, and see whether the panel still answers."""
        self._forget()
        self.declared = self._started()

    def close(self) -> None:
        """Close the connections; what was made on the panel stays there."""
        self._forget()
        self._desk.close()
        if "_control" in self.__dict__:
            self._control.close()

    def _forget(self) -> None:
        if self._scene is not None and self._mark:
            end_services(self._scene)
        self._scene = self._lists = self._end = None

    def _started(self) -> Started:
        """See who answers."""
        try:
            known = self._desk.staff.show("whoami")
            self._desk.staff.rows("pricelist")
        except Refused as refused:
            raise CannotStart(f"{self._target.url}: as {self._target.login}: {refused}") from None
        except Unsupported as lacking:
            raise CannotStart(f"{self._target.url} is no BILLmanager: {lacking}") from None
        except ImplementationFault as fault:
            said = re.sub(r"^\[Errno -?\d+\] ", "", fault.reason.removeprefix("whoami: "))
            raise CannotStart(f"no BILLmanager answers at {self._target.url}: {said}") from None
        version = known.get("version", {}).get("$", "")
        return Started(
            name=FORM,
            version=str(version),
            protocol=OLDEST,  # no call of the API is told apart from its repetition
            whole_days=True,
            itemised=self._target.invented,
            supports=Supports(systems=["billmanager"]),
        )

    def _open(self, request: Open) -> Answer:
        self._forget()
        if request.panels.keys() - {"ispmanager", "ipmanager"}:
            raise Unsupported("what is bought from another billing: the API has no function for it")
        stands = self._reset.put_back(request, self._readings)
        if not self.merges:
            self.time.begin_anew(stands)
        now = self.time.now()
        if now is not None and now > request.at:
            why = f"the panel's time stands at {now:%Y-%m-%d %H:%M}, and goes forward only"
            raise Unsupported(f"a beginning at {request.at:%Y-%m-%d %H:%M}: {why}")
        self.time.move(request.at)
        scene = PanelScene(
            desk=self._desk,
            zone=ZoneInfo(request.timezone),
            currency=request.currency,
            now=request.at,
            invented=self._target.invented,
            mark=self._mark,
            as_it_is=not self._reset.readings,
        )
        self._scene, self._lists, self._stale = scene, Lists(scene), True
        set_up(scene, request)
        return Result(Nothing())

    @property
    def _there(self) -> tuple[PanelScene, Lists]:
        if self._scene is None or self._lists is None:
            message = "asked before a scenario was opened"
            raise RuntimeError(message)
        return self._scene, self._lists

    def _clock(self, request: Advance) -> Answer:
        scene, lists = self._there
        if request.to > scene.now:
            self.time.move(request.to)
            scene.now, self._stale = request.to, True
        if self._stale:
            lists.forget()
            self._wait()
            self._stale = False
        if self.time.by_midnights:
            return Result(Settled(settled=True))
        # Until the end that is known nothing falls due; what moves an end on makes it too early.
        if self._end is None or not self._end > scene.now:
            self._end = lists.next_end(scene.now)
        return Result(Settled(settled=True, next=self._end))

    def _wait(self) -> None:
        """Wait until no operation runs."""
        until = monotonic() + SECONDS
        while runs(self._desk.staff.rows("runningoperation")):
            if monotonic() > until:
                reason = f"operations still run after {SECONDS:g} s"
                raise ImplementationFault("implementation", reason)
            sleep(PAUSE)

    def _act(self, request: Perform) -> Answer:
        scene, _ = self._there
        self._stale, self._end = True, None
        return Result(perform(scene, request.act, request.parameters))

    def _observe(self, request: Observe) -> Answer:
        _, lists = self._there
        if self._stale:
            lists.forget()
        return Result(lists.observation(request.of))

    def _closed(self, _request: Close | Stop) -> Answer:
        self._forget()
        return Result(Nothing())


def runs(operations: Sequence[Mapping[str, str]]) -> bool:
    """Tell whether something is being done.

    An operation that failed waits for time to move, or for staff, and so do those behind it.
    """
    failed = {row["item"] for row in operations if row["status"] != _RUNNING}
    return any(row["item"] not in failed for row in operations)


_ANSWERS: dict[type, Callable[[BillmanagerPanel, Any], Answer]] = {
    Open: BillmanagerPanel._open,  # noqa: SLF001  the table of the class's own methods
    Advance: BillmanagerPanel._clock,  # noqa: SLF001
    Perform: BillmanagerPanel._act,  # noqa: SLF001
    Observe: BillmanagerPanel._observe,  # noqa: SLF001
    Close: BillmanagerPanel._closed,  # noqa: SLF001
    Stop: BillmanagerPanel._closed,  # noqa: SLF001
}
