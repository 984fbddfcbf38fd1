"""Logging in and out, and what `whoami` tells of a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.account import profile
from prorata.fakes.mgr5 import login

if TYPE_CHECKING:
    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.fakes.mgr5.functions import Function

__all__ = ["FUNCTIONS"]


def _active(panel: BillmanagerHost, name: str) -> bool:
    return panel.state.logins[name].active


FUNCTIONS: tuple[Function[BillmanagerHost], ...] = login.functions(active=_active, profile=profile)
