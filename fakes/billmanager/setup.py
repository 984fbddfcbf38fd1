"""What staff set up around tariffs: data centres, modules, providers, departments, groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import act
from prorata.fakes.billmanager.catalogue import TYPES
from prorata.fakes.mgr5.errors import already_exists, bad_value, missed
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import ADMIN
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.vocabulary.settings import GROUP, PROVIDER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost

__all__ = ["FUNCTIONS", "furnish"]

_Thing = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of thing: its function, the parameters of its form, and what saving one tells on."""

    func: str
    title: str
    params: tuple[Param, ...]
    tell: Callable[[BillmanagerHost, _Thing], None] = field(default=lambda _panel, _thing: None)
    invented: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that are shown: all but secrets."""
        return tuple(param.name for param in self.params if not param.secret)


def _group(panel: BillmanagerHost, thing: _Thing) -> None:
    """Give the clients of a group their rights."""
    rights = {name: thing.get(name) == "on" for name in GROUP.names}
    panel.billing.configure({"groups": {thing["name"]: rights}})


def _module(panel: BillmanagerHost, thing: _Thing) -> None:
    departments = panel.state.things["department"]
    number = int(thing.get("department", "0") or 0)
    department = departments.get(number, {}).get("name")
    row = {"department": department, "address": thing.get("address")}
    panel.billing.configure({"modules": {thing["name"]: row}})


def _provider(panel: BillmanagerHost, thing: _Thing) -> None:
    """Take the addresses that notices come from, and the currency of accounts."""
    iso = thing.get("currency", panel.billing.book.currency)
    try:
        act(panel, "set_currency", currency=iso, by="staff")
    except (LookupError, ValueError):
        raise bad_value("currency", iso, "Expected an ISO code of a currency") from None
    notifications = thing.get("email") or PROVIDER.field("notifications").default
    support = thing.get("support_email") or None
    panel.billing.configure({"provider": {"notifications": notifications, "support": support}})


def _name_server(panel: BillmanagerHost, thing: _Thing) -> None:
    zones = [zone.strip() for zone in thing.get("free_zones", "").split(",") if zone.strip()]
    panel.billing.configure({"name_servers": {thing["name"]: {"free_zones": zones}}})


def _product_type(panel: BillmanagerHost, thing: _Thing) -> None:
    """Take what holds for tariffs of the type that say nothing themselves."""
    if thing.get("intname") != "vhost":
        return
    days = thing.get("autodeletion")
    weekend = "do not suspend" if thing.get("nostopholidays") == "on" else "suspend"
    row = {"auto_deletion": int(days) if days else None, "weekend": weekend}
    panel.billing.configure({"product_type": row})


_NAME = Param("name", required=True, longest=255)
_SORT = Param("orderpriority", "integer", least=1)
_URL = Param("url", longest=2048)
_LOGIN = (Param("username", longest=255), Param("password", secret=True, longest=255))
_EMAIL = Param("email", longest=255)

#: The names of the fields are ours where no document of the vendor has them.
_KINDS = (
    _Kind(
        "datacenter", "Data centres",
        (_NAME, Param("externalid", longest=255), _SORT),
    ),
    _Kind(
        "processing", "Processing modules",
        (
            _NAME, Param("itemtype", "choice", choices=tuple(TYPES.items())),
            Param("module", longest=64), _URL, *_LOGIN, Param("ipmanager", longest=15),
            Param("datacenter", longest=15), Param("department", "integer"),
            Param("address", longest=45), _SORT,
        ),
        _module,
    ),
    _Kind(
        "provider", "Providers",
        (
            _NAME, Param("icon", longest=65535), _EMAIL, Param("support_email", longest=255),
            Param("site", longest=2048), Param("billing_url", longest=2048),
            Param("help_url", longest=2048), Param("currency", longest=3),
            Param("country", longest=64), Param("phone_auth", "switch"),
            Param("code_attempts", "integer"), Param("code_requests", "integer"),
        ),
        _provider,
    ),
    _Kind(
        "department", "Departments",
        (
            _NAME, Param("workhours", longest=255), Param("show", "switch"),
            Param("lang", longest=15), Param("providers", longest=1024), Param("head", longest=255),
            Param("description", longest=4096), _SORT,
        ),
    ),
    _Kind(
        "clientgroup", "Client groups",
        (_NAME, *(Param(right, "switch") for right in GROUP.names)), _group, invented=True,
    ),
    _Kind(
        "nameserver", "Name servers",
        (_NAME, Param("provider", longest=15), _URL, *_LOGIN, Param("free_zones", longest=4096)),
        _name_server, invented=True,
    ),
    _Kind("ipmanager", "IPmanagers", (_NAME, _URL, *_LOGIN), invented=True),
    _Kind(
        "itemtype", "Product types",
        (
            _NAME, Param("intname", longest=64), Param("trialtype", longest=64),
            Param("splitexpense", "switch"), Param("nostopholidays", "switch"),
            Param("open_duration_limit", "integer"), Param("autodeletion", "integer", most=36500),
        ),
        _product_type,
    ),
    _Kind(
        "paymethod", "Ways to pay",
        (_NAME, Param("minamount", "amount"), Param("currency", longest=3)),
    ),
)  # fmt: skip


_REFERRED_TO = frozenset(
    {"datacenter", "processing", "provider", "department", "itemtype", "paymethod"}
)


def furnish(panel: BillmanagerHost) -> None:
    """Set up what a new billing has, and what the engine was told of."""
    settings, things = panel.billing.book.settings, panel.state.things
    for kind in _KINDS:
        things[kind.func] = {}
    currency, provider = panel.billing.book.currency, settings.provider
    support = {"support_email": provider.support} if provider.support else {}
    _put(panel, "datacenter", {"name": "Main", "orderpriority": "1"})
    _put(panel, "department", {"name": "Support", "show": "on"})
    known = {"name": "Provider", "email": provider.notifications, "currency": currency}
    _put(panel, "provider", {**known, **support})
    _put(panel, "processing", {"name": "ispmanager 6", "itemtype": "vhost", "department": "1"})
    for name, module in settings.modules.items():
        told = {"address": module.address} if module.address else {}
        _put(panel, "processing", {"name": name, "itemtype": "vhost", **told})
    for name, rights in settings.groups.items():
        granted = {right: "on" if right in rights else "off" for right in GROUP.names}
        _put(panel, "clientgroup", {"name": name, **granted})
    for intname, title in TYPES.items():
        _put(panel, "itemtype", {"name": title, "intname": intname, "splitexpense": "off"})
    _put(panel, "paymethod", {"name": "Bank card", "minamount": "0.01", "currency": currency})


def _put(panel: BillmanagerHost, func: str, thing: _Thing) -> int:
    number = panel.state.number(func)
    panel.state.things[func][number] = thing
    return number


def _list(kind: _Kind, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    things = context.panel.state.things[kind.func]
    blank = dict.fromkeys(kind.names, "")
    return [
        Node("elem", "", {}, fields({"id": str(number), **blank, **_shown(kind, thing)}))
        for number, thing in things.items()
    ]


def _shown(kind: _Kind, thing: _Thing) -> _Thing:
    return {name: thing[name] for name in kind.names if name in thing}


def _found(kind: _Kind, panel: BillmanagerHost, elid: str) -> int:
    known = {str(number): number for number in panel.state.things[kind.func]}
    if elid not in known:
        raise missed(kind.func, elid)
    return known[elid]


def _form(kind: _Kind, context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    elid, blank = context.args.get("elid", ""), dict.fromkeys(kind.names, "")
    if not elid:
        return blank
    thing = context.panel.state.things[kind.func][_found(kind, context.panel, elid)]
    return {"elid": elid, **blank, **_shown(kind, thing)}


def _save(kind: _Kind, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    panel, args = context.panel, context.args
    things = panel.state.things[kind.func]
    number = _found(kind, panel, args["elid"]) if args.get("elid") else 0
    told = {param.name: args[param.name] for param in kind.params if param.name in args}
    thing = {**things.get(number, {}), **told}
    if any(each["name"] == thing["name"] and other != number for other, each in things.items()):
        raise already_exists(kind.func, thing["name"])
    kind.tell(panel, thing)
    if number:
        things[number] = thing
    else:
        number = _put(panel, kind.func, thing)
    return saved(str(number))


def _delete(kind: _Kind, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    numbers = [_found(kind, context.panel, elid) for elid in context.ids]
    for number in numbers:
        if number == 1 and kind.func in _REFERRED_TO:
            raise bad_value("elid", "1", "The first one stays: others refer to it")
    things = context.panel.state.things[kind.func]
    for number in numbers:
        thing = things.pop(number)
        if kind.func == "clientgroup":
            _group(context.panel, {"name": thing["name"]})
    return [Node("ok")]


def _of(kind: _Kind) -> tuple[Function[BillmanagerHost], ...]:
    return (
        Function(
            kind.func, "list", kind.title, partial(_list, kind), level=ADMIN, key="id",
            columns=("id", *kind.names), invented=kind.invented,
        ),
        Function(
            f"{kind.func}.edit", "form", f"One of: {kind.title}", partial(_save, kind),
            (ELID, *kind.params), partial(_form, kind), level=ADMIN, invented=kind.invented,
        ),
        Function(
            f"{kind.func}.delete", "group", f"Delete: {kind.title}", partial(_delete, kind),
            (ELIDS,), level=ADMIN, invented=kind.invented,
        ),
    )  # fmt: skip


FUNCTIONS: tuple[Function[BillmanagerHost], ...] = tuple(
    function for kind in _KINDS for function in _of(kind)
)
