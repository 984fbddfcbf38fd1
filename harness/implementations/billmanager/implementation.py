"""`billmanager:URL`: a BILLmanager that is played through its own API, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.implementations.billing import Refused, Unsupported
from prorata.harness.implementations.billmanager.acts import perform
from prorata.harness.implementations.billmanager.clocks import Control
from prorata.harness.implementations.billmanager.desk import Desk
from prorata.harness.implementations.billmanager.observing import Lists
from prorata.harness.implementations.billmanager.scene import Scene
from prorata.harness.implementations.billmanager.setting_up import set_up
from prorata.harness.protocol import (
    PROTOCOL,
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
    from collections.abc import Callable, Mapping

    from prorata.harness.implementations.billmanager.address import Target

__all__ = ["BillmanagerPanel"]


class BillmanagerPanel:
    """A BILLmanager behind its address."""

    name = "billmanager"

    def __init__(self, target: Target) -> None:
        self._target = target
        self._desk = Desk(target.url, target.login, target.password)
        self._control = Control(target.base)
        self.declared = Started(
            name=self.name,
            protocol=PROTOCOL,
            whole_days=True,
            supports=Supports(systems=["billmanager"]),
        )
        self._pinned: dict[str, str] = {}
        self._scene: Scene | None = None
        self._lists: Lists | None = None
        self._at: datetime | None = None

    def pin(self, readings: Mapping[str, str]) -> None:
        self._pinned = dict(readings)

    def ask(self, request: Request) -> Answer:
        try:
            return _ANSWERS[type(request)](self, request)
        except Unsupported as lacking:
            return Lacking(lacking.reason)

    def _open(self, request: Open) -> Answer:
        seed = {"tariffs": {}, "timezone": request.timezone, "currency": request.currency,
                "readings": self._pinned}
        if "tax" in request.settings:
            seed["tax"] = request.settings["tax"]
        if request.first_ids:
            seed["first_ids"] = {k: str(v) for k, v in request.first_ids.items()}
        now = datetime.fromisoformat(self._control.reset(seed))
        if now > request.at:
            raise Unsupported(f"the panel's time stands at {now}, and goes only forward")
        self._control.move(request.at)
        self._at = request.at
        self._scene = Scene(self._desk, ZoneInfo(request.timezone), request.currency, request.at,
                            self._target.invented)
        self._lists = Lists(self._scene)
        set_up(self._scene, request)
        return Result(Nothing())

    def _clock(self, request: Advance) -> Answer:
        if request.to > self._at:
            self._control.move(request.to)
            self._at = request.to
            self._lists.forget()
        return Result(Settled(settled=True, next=None))

    def _act(self, request: Perform) -> Answer:
        self._lists.forget()
        try:
            return Result(perform(self._scene, request.act, request.parameters))
        except Refused as refused:
            return RefusedAct(refused.reason)

    def _observe(self, request: Observe) -> Answer:
        return Result(self._lists.observation(request.of))

    def _closed(self, request: Any) -> Answer:
        return Result(Nothing())

    def abandon(self) -> tuple[str, ...]:
        return ()

    def restart(self) -> None:
        pass

    def close(self) -> None:
        self._desk.close()


_ANSWERS: dict[type, Callable[[BillmanagerPanel, Any], Answer]] = {
    Open: BillmanagerPanel._open,
    Advance: BillmanagerPanel._clock,
    Perform: BillmanagerPanel._act,
    Observe: BillmanagerPanel._observe,
    Close: BillmanagerPanel._closed,
    Stop: BillmanagerPanel._closed,
}
