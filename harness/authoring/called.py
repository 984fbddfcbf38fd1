"""Calls of a BILLmanager as acts of a scenario."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from prorata.harness.authoring.told import Called

__all__ = ["NamesByNumber", "RecordedAct", "deeds"]


class RecordedAct(NamedTuple):
    """An act at an instant, of a service by its number; `said` is what could not be known of it.

    `refused` is what it was refused with, "" where it was done.
    """

    at: datetime
    verb: str
    words: Mapping[str, Any]
    service: str = ""
    said: tuple[str, ...] = ()
    refused: str = ""


class NamesByNumber(NamedTuple):
    """What the numbers in calls are called: tariffs, and services."""

    tariff: Callable[[str, str], str]
    service: Callable[[str], str]


_ID: Final = re.compile(r'"id":\[?\{"\$":"(\d+)"|<id>(\d+)</id>')


def deeds(
    calls: Iterable[Called], names: NamesByNumber
) -> tuple[list[RecordedAct], dict[str, int]]:
    """Return the acts in a journal, and how often what was called that is none of them.

    What only looks is neither; whoever looks changes nothing.
    """
    found: list[RecordedAct] = []
    others: dict[str, int] = {}
    payments: dict[str, tuple[str, str]] = {}
    for call in calls:
        func = call.func.removeprefix("v2.")
        if call.panel != "billmanager":
            continue
        if func.startswith("payment.add") and call.params.get("amount"):
            payments[_number(call)] = call.who, call.params["amount"]
        elif func == "payment.setpaid":
            found += _paid(call, payments)
        elif func in _ACTS:
            found.append(_ACTS[func](call, names))
        elif _changes(func):
            others[call.func] = others.get(call.func, 0) + 1
    return found, others


def _number(call: Called) -> str:
    """Return the number of what a call made."""
    found = _ID.search(call.answer)
    return (found[1] or found[2]) if found else ""


_LOOKS: Final = ("auth", "logon", "whoami")
_DOES: Final = re.compile(r"\.(edit|delete|add|open|reboot|hardreboot|param|finish)$")


def _changes(func: str) -> bool:
    return func not in _LOOKS and _DOES.search(func) is not None


def _paid(call: Called, payments: Mapping[str, tuple[str, str]]) -> list[RecordedAct]:
    found = []
    for number in call.params.get("elid", "").split(", "):
        client, amount = payments.get(number, ("", ""))
        try:
            words = {"client": client, "amount": Decimal(amount)}
        except InvalidOperation:
            continue
        found.append(RecordedAct(call.at, "pay", words, refused=call.error))
    return found


def _order(call: Called, names: NamesByNumber) -> RecordedAct:
    number = _number(call)
    tariff = names.tariff(number, call.params.get("pricelist", ""))
    words: dict[str, Any] = {
        "as": names.service(number),
        "client": call.who,
        "tariff": tariff,
        "period": _period(call.params.get("order_period", "1")),
    }
    if call.params.get("domain"):
        words["domain"] = call.params["domain"]
    return RecordedAct(call.at, "order", words, number, refused=call.error)


def _renew(call: Called, names: NamesByNumber) -> RecordedAct:
    period = _period(call.params.get("period", "1"))
    return _on_service(call, names, "renew", {"period": period})


def _change(call: Called, names: NamesByNumber) -> RecordedAct:
    tariff = names.tariff("", call.params.get("pricelist", ""))
    return _on_service(call, names, "change_tariff", {"tariff": tariff})


def _by(verb: str) -> Callable[[Called, NamesByNumber], RecordedAct]:
    def done(call: Called, names: NamesByNumber) -> RecordedAct:
        staff = call.who in {"admin", "root"}
        return _on_service(call, names, verb, {"by": "staff" if staff else "client"})

    return done


def _password(call: Called, names: NamesByNumber) -> RecordedAct:
    deed = _on_service(call, names, "set_password", {"password": "not told"})
    return deed._replace(said=("which password it was no journal tells",))


def _on_service(
    call: Called, names: NamesByNumber, verb: str, words: Mapping[str, Any]
) -> RecordedAct:
    number = call.params.get("elid", "")
    service = {"service": names.service(number)}
    return RecordedAct(call.at, verb, {**service, **words}, number, refused=call.error)


def _period(code: str) -> str:
    """Return a period by its number: so many months."""
    months = int(code) if code.isdigit() and int(code) else 1
    years, rest = divmod(months, 12)
    count, unit = (years, "year") if not rest else (months, "month")
    return f"{count} {unit}{'' if count == 1 else 's'}"


_OF_KINDS: Final[Sequence[str]] = ("vhost", "soft", "vds", "dedic")
_ACTS: Final[Mapping[str, Callable[[Called, NamesByNumber], RecordedAct]]] = {
    **{f"{kind}.order.param": _order for kind in _OF_KINDS},
    **{
        f"{kind}.{verb}": _by(verb)
        for kind in _OF_KINDS
        for verb in ("suspend", "resume", "delete")
    },
    "service.prolong": _renew,
    "service.changepricelist": _change,
    "service.changepassword": _password,
}
