"""A billing to be tested: it sells months and suspends at night whose month is over."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode
from urllib.request import urlopen

from prorata.harness import Context, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

MONTH = timedelta(days=30)


class Shop:
    """Hosting on an ispmanager: a user for each order, until it is over."""

    def __init__(self, panel: str, login: str, now: Callable[[], datetime]) -> None:
        self.panel, self.login, self.now = panel, login, now
        self.until: dict[str, datetime] = {}

    def order(self, name: str, preset: str) -> None:
        """Have a user made for a month."""
        self._call("user.add.finish", name=name, passwd="a-Pass-word-1", preset=preset)
        self.until[name] = self.now() + MONTH

    def nightly(self) -> None:
        """Suspend whose time is over."""
        for name, end in self.until.items():
            if end <= self.now():
                self._call("user.suspend", elid=name)

    def _call(self, func: str, **params: str) -> None:
        form = {"func": func, "out": "json", "sok": "ok", "authinfo": self.login, **params}
        with urlopen(self.panel, urlencode(form).encode()) as answer:
            doc = json.load(answer)["doc"]
        if "error" in doc:
            raise RuntimeError(doc["error"])


class Billing:
    """The same shop, as scenarios ask it: it sells, and does not renew yet."""

    prorata: ClassVar[dict[str, Any]] = {
        "name": "my-billing",
        "supports": {"systems": ["billmanager"], "acts": ["order"]},
    }

    def __init__(self, context: Context) -> None:
        self.context = context
        self.lines: list[dict[str, str]] = []
        self.services: dict[str, dict[str, str]] = {}

    def order(self, client: str, tariff: str, period: str, **_rest: Any) -> str:
        """Sell a service at the price of its period."""
        prices = self.context.catalogue[tariff].get("prices", {})
        if period not in prices:
            raise Refused(f"no price for {period}", "billmanager.order.price")
        number = str(len(self.services) + 1)
        self.services[number] = {
            "client": client,
            "tariff": tariff,
            "status": "active",
            "period": period,
        }
        self.lines.append({"kind": "period", "amount": prices[period], "service": number})
        return number

    def observe(self) -> dict[str, Any]:
        """Tell how everything stands."""
        return {"services": self.services, "ledger": self.lines, "balances": {}, "invoices": {}}
