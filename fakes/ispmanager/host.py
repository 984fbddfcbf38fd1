"""What the functions ask of the panel that they belong to; they know nothing else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from prorata.fakes.mgr5.functions import Mgr5Panel

if TYPE_CHECKING:
    from prorata.fakes.ispmanager.editions import Edition
    from prorata.fakes.ispmanager.state import IspmanagerState

__all__ = ["IspmanagerHost"]


class IspmanagerHost(Mgr5Panel, Protocol):
    """An ispmanager as its functions see it."""

    @property
    def login(self) -> str:
        """The administrator's name."""

    @property
    def edition(self) -> Edition:
        """Which edition it is."""

    @property
    def state(self) -> IspmanagerState:
        """All that it holds."""
