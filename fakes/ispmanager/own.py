"""A user's own settings: the password; and what the user has taken up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.state import Usage
from prorata.fakes.mgr5.errors import access_denied, bad_value
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager
    from prorata.fakes.ispmanager.state import User

__all__ = ["FUNCTIONS"]

_PASSWORD = Param("passwd", secret=True, longest=128, pattern=r"[ -~]+", hint="a password")


def _user(context: Context[Ispmanager]) -> User:
    user = context.panel.users.get(context.who.name)
    if user is None:
        raise access_denied(context.request.func, "It belongs to users")
    return user


def _form(context: Context[Ispmanager]) -> Mapping[str, str]:
    user = _user(context)
    return {"name": user.name, "fullname": user.fullname, "email": user.email}


def _save(context: Context[Ispmanager]) -> Sequence[Node]:
    args, user = context.args, _user(context)
    if "confirm" in args and args["confirm"] != args.get("passwd"):
        raise bad_value("confirm", "", "The passwords differ")
    password, email = args.get("passwd", user.password), args.get("email", user.email)
    context.panel.state.users[user.name] = replace(user, password=password, email=email)
    return [Node("ok")]


def _userstat(context: Context[Ispmanager]) -> Sequence[Node]:
    """List what the user has taken up of disk and traffic, in MiB, and how much there is."""
    user = _user(context)
    used = context.panel.state.usage.get(user.name, Usage())
    shown = (("quota", "Disk space", used.disk), ("traff", "Traffic", used.traffic))
    return [_row(user, name, title, taken) for name, title, taken in shown]


def _row(user: User, name: str, title: str, used: int) -> Node:
    total = user.limits.get(f"limit_{name}", "")
    counts = {"units": "MiB", "usages_used": str(used), "usages_total": total}
    return Node("elem", children=[Node("name", title, {"orig": name}), *fields(counts)])


FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    Function(
        "usrparam",
        "form",
        "The caller's own settings",
        _save,
        (_PASSWORD, Param("confirm", secret=True, longest=128), Param("email", longest=255)),
        _form,
        level=USER,
    ),
    Function("userstat", "list", "What the caller has taken up", _userstat, level=USER),
)
