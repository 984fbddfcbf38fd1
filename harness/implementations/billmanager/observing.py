"""What the panel shows of a scenario, from its lists, as the protocol tells it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, cast

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.protocol import LedgerLine, Observation, ObservedService
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.periods import Length, midnight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prorata.harness.implementations.billmanager.desk import Columns
    from prorata.harness.implementations.billmanager.scene import PanelClient, PanelScene

__all__ = ["Lists", "amounts_of"]

STATUSES: Final = {
    "1": "ordered",
    "2": "active",
    "3": "suspended",
    "4": "deleted",
    "5": "processing",
}
#: What stands where a service is not renewed by itself, in words or as the code of the form.
_OFF: Final = frozenset({"", "null", "off", "no", "disable", "disabled"})


class Lists:
    """The lists of a scenario's clients: each is read once, until all are to be read anew."""

    def __init__(self, scene: PanelScene) -> None:
        self._scene = scene
        self._read: dict[tuple[str, str], list[Columns]] = {}
        self._amounts: dict[str, dict[str, int]] = {}

    def forget(self) -> None:
        """Read all anew: something was done, or time has moved on."""
        self._read.clear()
        self._amounts.clear()

    def of(self, func: str) -> Iterator[tuple[str, Columns]]:
        """Yield the rows of a list with the client whose they are."""
        for name, account in self._scene.clients.items():
            for row in self._rows(func, account):
                yield name, row

    def _rows(self, func: str, account: PanelClient) -> list[Columns]:
        known = func, account.id
        if known not in self._read:
            self._read[known] = account.desk.rows(func)
        return self._read[known]

    def services(self) -> dict[str, ObservedService]:
        """Return the services by number; what the lists do not show of one is not told."""
        return {row["id"]: self._service(name, row) for name, row in self.of("vhost")}

    def next_end(self, now: datetime) -> datetime | None:
        """Return when a service ends next that is not charged by the day, None for never."""
        by_day = {sold.id for sold in self._scene.tariffs.values() if sold.by_day}
        ends = (
            self._instant(row["real_expiredate"])
            for _, row in self.of("vhost")
            if row["pricelist_id"] not in by_day and _status(row) != "deleted"
        )
        return min((end for end in ends if end is not None and end > now), default=None)

    def _service(self, client: str, row: Columns) -> ObservedService:
        scene = self._scene
        tariff = next(
            (name for name, sold in scene.tariffs.items() if sold.id == row["pricelist_id"]), None
        )
        expires = self._instant(row["real_expiredate"])
        return ObservedService(
            client=client,
            status=cast("Any", _status(row)),
            tariff=tariff,
            period=_period(row["period"]),
            expires=expires,
            auto_renewal=row["autoprolong"].lower() not in _OFF,
            resources=dict(self._amounts_of(row["id"], tariff)),
            user=row["username"],
            domain=self._domain(client, row["domain"]),
        )

    def _domain(self, client: str, domain: str) -> str:
        """Return a domain with the client's name in it as the scenario has it."""
        return domain.replace(self._scene.own(client), client)

    def _amounts_of(self, service: str, tariff: str | None) -> Mapping[str, int]:
        """Return the amounts of a service's addons, of those that the scenario speaks of."""
        if tariff is None or not self._scene.tariffs[tariff].addons:
            return {}
        if service not in self._amounts:
            self._amounts[service] = amounts_of(self._scene, service, tariff)
        return self._amounts[service]

    def _instant(self, text: str) -> datetime | None:
        """Return the midnight at which a date begins in the panel's zone."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        return midnight(day, self._scene.zone).astimezone(UTC)

    def ledger(self) -> list[LedgerLine]:
        """Return the expenses in the order in which they came."""
        rows = sorted(self.of("expense"), key=lambda each: int(each[1]["id"]))
        following = [row for _, row in rows[1:]]
        found: list[LedgerLine] = []
        for (client, row), after in zip_longest(rows, following):
            line = _line(client, row, invented=self._scene.invented)
            found.append(line)
            found += _tax_inside(line, row, after)
        return found

    def balances(self) -> dict[str, str]:
        """Return what is on the account of each client in the scenario's currency."""
        scene = self._scene
        return {
            name: _digits(row["balance"])
            for name, row in self.of("subaccount")
            if row["currency"] == scene.currency
        }

    def accounts(self) -> dict[str, dict[str, str]]:
        """Return what is on the accounts of each client, by currency."""
        found: dict[str, dict[str, str]] = {}
        for name, row in self.of("subaccount"):
            found.setdefault(name, {})[row["currency"]] = _digits(row["balance"])
        return found

    def observation(self, of: Iterable[str]) -> Observation:
        """Return what was asked for, but for what no list shows."""
        shown = {part: _SHOWN[part](self) for part in of if part in _SHOWN}
        return Observation(**shown)


def amounts_of(scene: PanelScene, service: str, tariff: str) -> dict[str, int]:
    """Return how much a service has of the resources that its tariff has in the scenario."""
    form = scene.account(service).desk.show("vhost.edit", elid=service)
    return {
        name: int(form[f"addon_{number}"]["$"])
        for name, number in scene.tariffs[tariff].addons.items()
        if f"addon_{number}" in form
    }


def _digits(amount: str) -> str:
    """Return the digits of an amount, which its currency may follow."""
    return amount.partition(" ")[0]


def _line(client: str, row: Columns, *, invented: bool) -> LedgerLine:
    amount = Decimal(_digits(row["amount"]))
    told: dict[str, Any] = {"service": row["item"], "client": client}
    if invented and row.get("paidto"):
        told["covers"] = tuple(map(datetime.fromisoformat, (row["paidfrom"], row["paidto"])))
    return LedgerLine(kind=_kind(row, amount), amount=str(abs(amount)), **told)


def _tax_inside(line: LedgerLine, row: Columns, after: Columns | None) -> Iterator[LedgerLine]:
    """Yield the tax that an expense includes: a tax on top is the next expense."""
    tax = abs(Decimal(row.get("taxamount") or "0"))
    if tax and (after is None or _title(after) not in _TAXES):
        kind = "tax refund" if line.kind in TO_CLIENT else "tax"
        told = {"service": line.service, "client": line.client, "included": True}
        yield LedgerLine.model_validate({"kind": kind, "amount": str(tax), **told})


def _status(row: Columns) -> str:
    code = row["item_status"] if row["item_status"] in STATUSES else row.get("status", "")
    if code not in STATUSES:
        reason = f"vhost: service {row['id']} has the status {row['item_status']!r}"
        raise ImplementationFault("implementation", reason)
    return STATUSES[code]


def _period(code: str) -> str:
    if code == "-100":
        return "trial"
    return "1 day" if code == "-50" else str(Length(months=int(code)))


def _kind(row: Columns, amount: Decimal) -> Any:
    """Return the kind of a line by the first word of its name."""
    return _KINDS.get(_title(row), "refund" if amount < 0 else "period")


def _title(row: Columns) -> str:
    return row["locale_name"].partition(":")[0]


_TAXES: Final = frozenset({"Tax", "Tax refund"})

_KINDS: Final = {
    "Service": "period",
    "Setup fee": "setup",
    "Addon": "resource",
    "Daily charge": "daily",
    "Late renewal fee": "late fee",
    "Tariff change": "tariff change",
    "Tax": "tax",
    "Refund": "refund",
    "Tax refund": "tax refund",
    "Credit": "credit",
}
_SHOWN: Final[Mapping[str, Callable[[Lists], Any]]] = {
    "services": Lists.services,
    "ledger": Lists.ledger,
    "balances": Lists.balances,
    "accounts": Lists.accounts,
    "invoices": lambda _lists: {},
}
