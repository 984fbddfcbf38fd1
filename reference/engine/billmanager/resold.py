"""Licences that are bought from a seller: ordered, asked for, and as the seller shows them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.billmanager.bundle import forget_licence, server_module, value_of
from prorata.reference.engine.billmanager.catalogue import ControlPanel
from prorata.reference.engine.billmanager.life import held_by_seller
from prorata.reference.engine.billmanager.resources import renamed
from prorata.reference.engine.licences import Resold
from prorata.reference.engine.ports import PanelFailedError, PanelRefusedError
from prorata.reference.refusal import Refusal
from prorata.reference.resell.catalogue import catalogue
from prorata.reference.resell.connection import connection
from prorata.reference.resell.import_ import import_
from prorata.reference.resell.licence import at_its_server, separate
from prorata.reference.resell.operation import unmade

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.licences import Licence
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = [
    "import_tariffs",
    "licence_gone",
    "made_by",
    "new_key",
    "seen_at_seller",
    "seller_module",
    "set_licence",
    "show_licence",
    "sold_on",
    "start_operation",
    "test_seller",
]


#: What is running while a server has not the licence that it is to have.
_SETTING: Final = frozenset({"create", "delete", "change_preset"})


def seller_module(turn: Turn, tariff: Tariff) -> str:
    """Return the module by which a tariff is bought from a seller, nothing where it is not."""
    module = turn.book.settings.modules.get(tariff.module or "")
    return tariff.module or "" if module is not None and module.type == "billmanager" else ""


def sold_on(turn: Turn, tariff: Tariff, *, ip: str, licence_name: str) -> Resold | Refusal | None:
    """Return what an order of a tariff has of its seller; None where it has none."""
    module = seller_module(turn, tariff)
    if not module:
        told = ip or licence_name
        return turn.rule(separate, is_licence=False) if told else None
    refusal = turn.rule(connection, module=module, connected=tuple(turn.sellers)) or turn.rule(
        catalogue, tariff=tariff.name, number=tariff.seller_tariff or ""
    )
    return refusal or Resold(module, ip, licence_name)


def made_by(turn: Turn, tariff: Tariff) -> str:
    """Return what tells who makes the services of a tariff: they are changed to no other's."""
    servers = server_module(turn, tariff)
    return f"servers with {servers.licence_server}" if servers else seller_module(turn, tariff)


def licence_gone(turn: Turn, service: Service) -> None:
    """Settle what is left of a licence that is closed."""
    (forget_licence if service.is_server else give_back_unmade)(turn, service)


def give_back_unmade(turn: Turn, service: Service) -> None:
    """Give back what was paid for a licence that was never there, when its service is deleted."""
    resold = service.resold
    if resold is not None and resold.licence is None and resold.paid:
        turn.post("period", unmade, service, None, paid=resold.paid)
        turn.set(service, resold=replace(resold, paid=Fraction(0)))


def seen_at_seller(turn: Turn, service: Service, licence: Licence) -> None:
    """Have a service be as its licence is: its tariff, and what the seller did to it.

    Money and the client's own dates stay as they are.
    """
    resold = service.resold
    if resold is None:
        return
    if service.is_server:
        _seen_on_server(turn, service, licence)
        return
    running = {
        turn.book.operations[each].action for each in turn.book.running.get(service.number, ())
    }
    if service.status == "deleted":
        if not licence.closed and not running:
            turn.panel("delete", service)
        return
    name = None if "change_preset" in running else _tariff_of(turn, service, licence)
    odd = "the seller has closed the licence" if licence.closed else ""
    if name == "":
        odd = f"no tariff here is {licence.tariff} at the seller"
    changed = {"tariff": name} if name else {}
    ended = {"auto_renewal": None} if licence.closed else {}
    turn.set(service, resold=replace(resold, odd=odd), **changed, **ended)
    held_by_seller(turn, service, held=licence.held or licence.closed)
    if not running and not licence.closed and service.status in {"active", "suspended"}:
        _agree(turn, service, licence)


def _seen_on_server(turn: Turn, service: Service, licence: Licence) -> None:
    """Have a server be as its licence is; the server itself runs on, whatever becomes of that."""
    resold = service.resold
    if resold is None or licence.number in resold.past:
        return
    operations = turn.book.operations
    running = {operations[each].action for each in turn.book.running.get(service.number, ())}
    if service.status == "deleted" or not resold.tariff:
        if not licence.closed and not running:
            turn.panel("delete", service)
        return
    if running & _SETTING:
        return  # what is there is not yet what was asked for
    odd, number = "", resold.tariff
    if licence.closed:
        odd = "the seller has closed the licence"
    elif licence.tariff != number:
        odd = _another_panel(turn, service, licence.tariff)
        number = number if odd else licence.tariff
    turn.set(service, resold=replace(resold, odd=odd, tariff=number))
    if not running and not licence.closed and service.status in {"active", "suspended"}:
        _agree(turn, service, licence)


def _another_panel(turn: Turn, service: Service, number: str) -> str:
    """Set the control panel that has a number at the seller; return what is odd about it."""
    tariff: Tariff = turn.tariff(service)
    value = value_of(turn, tariff, number)
    if not value:
        return f"no control panel here is {number} at the seller"
    old = ControlPanel.addon(ControlPanel.value(service.resources))
    new = ControlPanel.addon(value)
    rest = {name: has for name, has in service.resources.items() if name != old}
    held = renamed(service, old, new)
    fields = {"stretches": held.stretches, "paid": held.paid}
    turn.set(service, resources={**rest, new: 1}, **fields)
    return ""


def _agree(turn: Turn, service: Service, licence: Licence) -> None:
    """Suspend or resume at the seller what is here, where that was not done yet."""
    has = service.suspended_by
    for what, fields in turn.changes:
        if what is service:
            has = fields.get("suspended_by", has)
    wish = bool(has - {"seller"})
    if wish != ("client" in licence.suspended_by):
        turn.panel("suspend" if wish else "resume", service)


def _tariff_of(turn: Turn, service: Service, licence: Licence) -> str | None:
    """Return the tariff that a licence has by now, '' where none here is; None for the same."""
    has: Tariff = turn.tariff(service)
    if has.seller_tariff == licence.tariff:
        return None
    sold: dict[str, Tariff] = dict(turn.book.catalogue)
    alike = (
        name
        for name, each in sold.items()
        if each.seller_tariff == licence.tariff and each.module == has.module
    )
    return next(alike, "")


def start_operation(turn: Turn, /, *, service: str) -> Refusal | None:
    """Try what runs for a service again, now."""
    turn.starts += turn.book.running.get(int(service), [])[:1]
    return None


def import_tariffs(turn: Turn, /, *, module: str, number: str = "") -> Refusal | None:
    """Answer what the seller of a module sells, by number; refuse a tariff that it has not."""

    def ask() -> Refusal | None:
        offered = turn.sellers[module].tariffs()
        turn.answer["shown"] = dict(offered)
        return turn.rule(import_, tariff=number, offered=offered) if number else None

    return _connected(turn, module) or _ask("resell.import", ask)


def test_seller(turn: Turn, /, *, module: str) -> Refusal | None:
    """Answer as whom the seller of a module knows this billing."""

    def ask() -> None:
        told = turn.sellers[module].connection()
        turn.answer["shown"] = {"status": "Success", **told}

    return _connected(turn, module) or _ask("resell.connection", ask)


def _connected(turn: Turn, module: str) -> Refusal | None:
    return turn.rule(connection, module=module, connected=tuple(turn.sellers))


def show_licence(turn: Turn, /, *, service: str) -> Refusal | None:
    """Answer the name, the key and the address of a licence."""
    resold, refusal = _licence(turn, service)
    if refusal is None:
        licence = resold.licence
        told = {"name": licence.name, "key": licence.key, "ip": licence.ip}
        turn.answer["shown"] = {name: text for name, text in told.items() if text}
    return refusal


def set_licence(
    turn: Turn, /, *, service: str, ip: str | None = None, licence_name: str | None = None
) -> Refusal | None:
    """Give a licence another address or name; what the seller refuses changes nothing."""
    found = turn.book.services[int(service)]
    bundled = ip is not None and found.is_server
    return turn.rule(at_its_server, is_bundled=bundled) or _at_seller(
        turn, service, lambda seller, number: seller.edit(number, ip=ip, name=licence_name)
    )


def new_key(turn: Turn, /, *, service: str) -> Refusal | None:
    """Give a licence another key."""
    return _at_seller(turn, service, lambda seller, number: seller.new_key(number))


def _at_seller(turn: Turn, service: str, do: Callable[[Any, str], None]) -> Refusal | None:
    """Do something to a licence while its client waits, and keep how it is then."""
    resold, refusal = _licence(turn, service)
    if refusal is not None:
        return refusal
    found, number = turn.book.services[int(service)], resold.licence.number

    def ask() -> None:
        seller = turn.sellers[resold.module]
        do(seller, number)
        licence = seller.look(number)
        if licence is not None:
            turn.set(found, resold=resold.seen(licence))

    return _ask("resell.licence.separate", ask)


def _licence(turn: Turn, service: str) -> tuple[Any, Refusal | None]:
    resold = turn.book.services[int(service)].resold
    known = resold is not None and resold.licence is not None
    return resold, turn.rule(separate, is_licence=resold is not None, is_known=known)


def _ask(rule: str, do: Callable[[], Refusal | None]) -> Refusal | None:
    """Ask the seller while somebody waits: what it refuses is refused."""
    try:
        return do()
    except PanelRefusedError as error:
        return Refusal(rule, error.message or str(error))
    except PanelFailedError as error:
        return Refusal(rule, f"the seller does not answer: {error}")
