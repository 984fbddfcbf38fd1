"""Clients' accounts, their users and payers, and registering."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prorata.fakes.billmanager.acts import act, own_client
from prorata.fakes.billmanager.money import clients_seen
from prorata.fakes.billmanager.texts import with_currency
from prorata.fakes.mgr5.errors import already_exists, bad_value, missed
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import ADMIN, USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.fakes.billmanager.state import Login
    from prorata.reference.engine.state import Client

__all__ = ["FUNCTIONS", "profile"]

#: A login or an address, as the name of a client; a colon would end it in authinfo.
_EMAIL = Param(
    "email",
    longest=255,
    pattern=r"[!-+\-.0-9;-~]+",
    hint="an address without blanks, ':', ',' and '/'",
)
_SECRETS = (
    Param("passwd", secret=True, longest=128),
    Param("confirm", secret=True, longest=128),
)
_PERSON = (
    _EMAIL,
    Param("realname", longest=255, blank=True),
    Param("phone", longest=64, blank=True),
    Param("country", longest=64, blank=True),
    Param("notify", longest=255),
)
_ABOUT = ("email", "realname", "phone", "country", "notify")


def _accounts(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    return [
        Node("elem", "", {}, fields(_row(context.panel, each))) for each in clients_seen(context)
    ]


def _row(panel: BillmanagerHost, client: Client) -> dict[str, str]:
    login = panel.state.logins[client.name]
    return {
        "id": str(client.number),
        "name": login.realname or client.name,
        "email": login.email,
        "realname": login.realname,
        "balance": with_currency(client.balance),
        "currency": client.currency,
        "group": client.group or "",
        "country": login.country,
        "project": "1",
        "services": str(len(panel.index.of("", client.name))),
        "active": "on" if login.active else "off",
    }


def _client(context: CallContext[BillmanagerHost], elid: str) -> Client:
    found = next((each for each in clients_seen(context) if str(each.number) == elid), None)
    if found is None:
        raise missed("account", elid)
    return found


def _form(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    elid = context.args.get("elid", "")
    if not elid:
        return {**dict.fromkeys(_ABOUT, ""), "group": ""}
    client = _client(context, elid)
    row = _row(context.panel, client)
    login = context.panel.state.logins[client.name]
    return {"elid": elid, **{name: getattr(login, name) for name in _ABOUT}, **row}


def _confirmed(args: Mapping[str, str]) -> None:
    if args.get("confirm", args.get("passwd")) != args.get("passwd"):
        raise bad_value("confirm", "", "The passwords differ")


def _save(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    elid = context.args.get("elid", "")
    if not elid:
        return _new(context)
    client = _client(context, elid)
    _confirmed(context.args)
    _change(context, client.name)
    if "group" in context.args:
        client.group = _group(context)
    return saved(elid)


def _change(context: CallContext[BillmanagerHost], name: str) -> None:
    state, args = context.panel.state, context.args
    login = state.logins[name]
    told: dict[str, Any] = {key: args[key] for key in _ABOUT if key in args}
    state.logins[name] = replace(login, **told, password=args.get("passwd", login.password))


def _group(context: CallContext[BillmanagerHost]) -> str | None:
    name = context.args["group"]
    groups = context.panel.billing.book.settings.groups
    if name != "null" and name not in groups:
        raise missed("clientgroup", name)
    return None if name == "null" else name


def _new(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Take a new client, who logs in by the address, with nothing on the account."""
    panel, args = context.panel, context.args
    _confirmed(args)
    name = args.get("email", "")
    if not name or not args.get("passwd"):
        raise bad_value("passwd" if name else "email", "", "It is required")
    if panel.account(name) is not None:
        raise already_exists("email", name)
    group = _group(context) if "group" in args else None
    client = panel.billing.enrol(name, group=group)
    told = {key: args[key] for key in _ABOUT if key in args}
    panel.add_login(name, password=args["passwd"], **told)
    return saved(str(client.number))


def _register(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    done = _new(context)
    act(context.panel, "send_activation", client=context.args["email"], of="user", by="staff")
    return done


def _recover(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Send what recovers a password; who does not exist is not told apart."""
    who = context.panel.account(context.args["email"])
    client = context.panel.state.logins[who.name].client if who else ""
    if client:
        act(context.panel, "recover_password", client=client)
    return [Node("ok")]


def _users_seen(context: CallContext[BillmanagerHost]) -> Iterator[Login]:
    own = own_client(context)
    return (each for each in context.panel.state.logins.values() if own in {"", each.client})


def _users(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    return [Node("elem", "", {}, fields(_user_row(context, each))) for each in _users_seen(context)]


def _user_row(context: CallContext[BillmanagerHost], login: Login) -> dict[str, str]:
    clients = context.panel.billing.book.clients
    return {
        "id": str(login.id),
        "name": login.name,
        "email": login.email,
        "realname": login.realname,
        "phone": login.phone,
        "level": str(login.level),
        "account": str(clients[login.client].number) if login.client else "",
        "active": "on" if login.active else "off",
    }


def _user(context: CallContext[BillmanagerHost]) -> Login:
    elid = context.args.get("elid", "")
    found = next((each for each in _users_seen(context) if str(each.id) == elid), None)
    if found is None:
        raise missed("user", elid)
    return found


def _user_form(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    login = _user(context)
    about = {name: getattr(login, name) for name in _ABOUT}
    return {"elid": str(login.id), **about, **_user_row(context, login)}


def _user_save(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    login = _user(context)
    _confirmed(context.args)
    _change(context, login.name)
    return saved(str(login.id))


def _switched(context: CallContext[BillmanagerHost], *, active: bool) -> Sequence[Node]:
    panel = context.panel
    names = [_client(context, elid).name for elid in context.ids]
    for name in names:
        panel.state.logins[name] = replace(panel.state.logins[name], active=active)
        if not active:
            panel.traffic.close_all(name)
    return [Node("ok")]


def _discounts(_context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Return no promotions: no rule of the reference gives a discount."""
    return [Node("list", "", {"name": "promotion"})]


def profile(panel: BillmanagerHost, name: str) -> Mapping[str, str]:
    """Return what a user is told about themselves, beside name and level."""
    login = panel.state.logins[name]
    client = panel.billing.book.clients.get(login.client)
    balance = {} if client is None else {
        "balance": str(client.balance), "currency": client.balance.currency,
    }  # fmt: skip
    return {
        "id": str(login.id),
        "realname": login.realname,
        "email": login.email,
        "phone": login.phone,
        "account": str(client.number) if client else "",
        "email_verified": "on",
        "need_phone_validate": "off",
        **balance,
    }


_ACCOUNT = (
    "id", "name", "email", "realname", "balance", "currency", "group", "country", "project",
    "services", "active",
)  # fmt: skip
_USER = ("id", "name", "email", "realname", "phone", "level", "account", "active")
_GROUP = Param("group", longest=255)

FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function("account", "list", "Clients", _accounts, level=USER, key="id", columns=_ACCOUNT),
    Function(
        "account.edit", "form", "A client", _save, (ELID, *_PERSON, *_SECRETS, _GROUP), _form,
        level=ADMIN,
    ),
    Function(
        "account.suspend", "group", "Keep clients out",
        lambda context: _switched(context, active=False), (ELIDS,), level=ADMIN,
    ),
    Function(
        "account.resume", "group", "Let clients in",
        lambda context: _switched(context, active=True), (ELIDS,), level=ADMIN,
    ),
    Function("account.discountinfo", "list", "Discounts", _discounts, level=USER, key="id",
             columns=("id", "name", "value")),
    Function(
        "register", "form", "Become a client", _register, (*_PERSON, *_SECRETS),
        lambda _: dict.fromkeys(_ABOUT, ""), level=0,
    ),
    Function("recovery", "action", "Send what recovers a password", _recover,
             (_EMAIL._replace(required=True),), level=0),
    Function("user", "list", "Users", _users, level=USER, key="id", columns=_USER),
    Function("user.edit", "form", "A user", _user_save, (ELID, *_PERSON, *_SECRETS), _user_form,
             level=USER),
)  # fmt: skip
