"""Logging in and out, and what `whoami` tells of a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.mgr5 import login

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.mgr5.functions import Function

__all__ = ["FUNCTIONS"]


def _active(panel: IspmanagerHost, name: str) -> bool:
    user = panel.state.account(name)
    return user is None or user.active


def _profile(panel: IspmanagerHost, name: str) -> Mapping[str, str]:
    user = panel.state.account(name)
    return {} if user is None else {"realname": user.fullname, "email": user.email}


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = login.functions(active=_active, profile=_profile)
