"""FTP users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import (
    CONFIRM,
    PASSWORD,
    check_confirm,
    check_fixed,
    owner_of,
    switch,
)
from prorata.fakes.ispmanager.state import IspmanagerState, Thing
from prorata.fakes.ispmanager.things import DataKind, changed_about, functions
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.tree import fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.mgr5.functions import CallContext, Function

__all__ = ["FUNCTIONS", "new_ftp_user"]


def new_ftp_user(name: str, owner: str, home: str = "") -> Thing:
    """Return an FTP user whose home, where none is named, is all that its owner has."""
    return Thing(name, owner, {"home": home or f"/var/www/{owner}/data"})


def _named(context: CallContext[IspmanagerHost]) -> tuple[str, str]:
    check_confirm(context.args)
    return context.args["name"], owner_of(context)


def _made(context: CallContext[IspmanagerHost], name: str, owner: str) -> Thing:
    return new_ftp_user(name, owner, context.args.get("home", ""))


def _changed(context: CallContext[IspmanagerHost], user: Thing) -> Thing:
    args = context.args
    check_confirm(args)
    check_fixed("name", user.name, args)
    check_fixed("owner", user.owner, args)
    return changed_about(user, args, {})


def _known(state: IspmanagerState, user: Thing) -> dict[str, str]:
    # A suspended user's FTP users get in as little as the user.
    active = user.active and state.users[user.owner].active
    return {"name": user.name, "owner": user.owner, "active": switch(on=active), **user.about}


def _shown(context: CallContext[IspmanagerHost], user: Thing | None) -> Mapping[str, str]:
    empty = {"name": "", "owner": "", "home": ""}
    return empty | (_known(context.panel.state, user) if user else {})


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    *functions(
        DataKind(
            func="ftp.user",
            what="FTP users",
            limit="limit_ftp_users",
            kept=lambda state: state.ftp_users,
            named=_named,
            made=_made,
            changed=_changed,
            row=lambda state, user: fields(_known(state, user)),
            shown=_shown,
            params=(
                Param(
                    "name", required=True, longest=32, pattern=r"[!-+\-.0-9;-~]+", hint="a login"
                ),
                Param("owner", longest=32),
                PASSWORD,
                CONFIRM,
                Param("home", longest=1024),
            ),
            columns=("name", "owner", "active", "home"),
            switched=True,
        )
    ),
)
