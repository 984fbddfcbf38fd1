"""FTP users."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import (
    check_confirm,
    check_fixed,
    owner_of,
    set_active,
    switch,
)
from prorata.fakes.ispmanager.state import IspmanagerState, Thing
from prorata.fakes.ispmanager.things import ThingKind, functions
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.params import ELIDS, Param
from prorata.fakes.mgr5.traffic import USER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.mgr5.tree import Node

__all__ = ["FUNCTIONS", "new_ftp_user"]

_FUNC = "ftp.user"


def new_ftp_user(name: str, owner: str, home: str = "") -> Thing:
    """Return an FTP user whose home, where none is named, is all that its owner has."""
    return Thing(name, owner, {"home": home or f"/var/www/{owner}/data"})


def _made(context: CallContext[IspmanagerHost]) -> Thing:
    args, owner = context.args, owner_of(context)
    check_confirm(args)
    return new_ftp_user(args["name"], owner, args.get("home", ""))


def _changed(context: CallContext[IspmanagerHost], user: Thing) -> Thing:
    args = context.args
    check_confirm(args)
    check_fixed("name", user.name, args)
    check_fixed("owner", user.owner, args)
    return user._replace(about={"home": args.get("home", user.about["home"])})


def _row(state: IspmanagerState, user: Thing) -> Mapping[str, str]:
    # A suspended user's FTP users get in as little as the user.
    active = user.active and state.users[user.owner].active
    return {"name": user.name, "owner": user.owner, "active": switch(on=active), **user.about}


def _switch(context: CallContext[IspmanagerHost], *, active: bool) -> Sequence[Node]:
    return set_active(context, context.panel.state.ftp_users, _FUNC, active=active)


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    *functions(
        ThingKind(
            _FUNC,
            "FTP users",
            "limit_ftp_users",
            lambda state: state.ftp_users,
            _made,
            _changed,
            _row,
            (
                Param(
                    "name", required=True, longest=32, pattern=r"[!-+\-.0-9;-~]+", hint="a login"
                ),
                Param("owner", longest=32),
                Param(
                    "passwd", secret=True, longest=128, pattern=r"[ -~]+", hint="ASCII characters"
                ),
                Param("confirm", secret=True, longest=128),
                Param("home", longest=1024),
            ),
            ("name", "owner", "active", "home"),
        )
    ),
    Function(
        "ftp.user.suspend",
        "group",
        "Switch FTP users off",
        partial(_switch, active=False),
        (ELIDS,),
        level=USER,
    ),
    Function(
        "ftp.user.resume",
        "group",
        "Switch FTP users on",
        partial(_switch, active=True),
        (ELIDS,),
        level=USER,
    ),
)
