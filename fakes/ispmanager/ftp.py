"""FTP users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import owner_of
from prorata.fakes.ispmanager.state import Thing
from prorata.fakes.ispmanager.things import Kind, functions
from prorata.fakes.mgr5.params import Param

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.ispmanager.panel import Ispmanager
    from prorata.fakes.mgr5.functions import Context, Function

__all__ = ["FUNCTIONS"]


def _made(context: Context[Ispmanager]) -> Thing:
    args, owner = context.args, owner_of(context)
    return Thing(args["name"], owner, {"home": args.get("home", f"/var/www/{owner}/data")})


def _row(user: Thing) -> Mapping[str, str]:
    return {"name": user.name, "owner": user.owner, "active": "on", **user.about}


FUNCTIONS: tuple[Function[Ispmanager], ...] = functions(
    Kind(
        "ftp.user",
        "FTP users",
        "limit_ftp_users",
        lambda state: state.ftp_users,
        _made,
        _row,
        (
            Param("name", required=True, longest=32, pattern=r"[!-+\-.0-9;-~]+", hint="a login"),
            Param("owner", longest=32),
            Param("passwd", secret=True, longest=128),
            Param("confirm", secret=True, longest=128),
            Param("home", longest=1024),
        ),
    )
)
