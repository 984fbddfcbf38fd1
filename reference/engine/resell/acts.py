"""What is done with sellers and licences whatever system sells them on: each act asks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.reference.engine.ports import PanelFailedError, PanelRefusedError
from prorata.reference.refusal import Refusal
from prorata.reference.resell.connection import connection
from prorata.reference.resell.import_ import import_
from prorata.reference.resell.licence import at_its_server, for_client, separate

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.reference.engine.turn import Turn

__all__ = [
    "import_tariffs",
    "new_key",
    "set_licence",
    "show_licence",
    "start_operation",
    "test_seller",
]


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


def show_licence(turn: Turn, /, *, service: str, by: str = "client") -> Refusal | None:
    """Answer the name, the key and the address of a licence, to its client."""
    resold, refusal = _licence(turn, service)
    refusal = turn.rule(for_client, by=by) or refusal
    if refusal is None:
        licence = resold.licence
        told = {"name": licence.name, "key": licence.key, "ip": licence.ip}
        turn.answer["shown"] = {name: text for name, text in told.items() if text}
    return refusal


def set_licence(
    turn: Turn, /, *, service: str, ip: str | None = None, licence_name: str | None = None
) -> Refusal | None:
    """Give a licence another address or name; what the seller refuses changes nothing."""
    bundled = ip is not None and turn.book.services[int(service)].is_server
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
