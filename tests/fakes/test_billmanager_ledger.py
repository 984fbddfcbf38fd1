"""A client that orders over the wire leaves the ledger that the same acts leave in the engine."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

import pytest
from bundled import SCENARIOS

from prorata.fakes.billmanager import Billmanager, Obliging
from prorata.harness.running.play import opening
from prorata.reference.clock import Clock
from prorata.reference.engine import Billing
from prorata.reference.engine.billmanager import BILLMANAGER
from prorata.reference.money import Money
from prorata.reference.periods import Length
from prorata.reference.readings import choose
from prorata.reference.refusal import Refusal

pytestmark = pytest.mark.sweep

#: Acts that have no call of their own: both sides do them in the engine.
_INSIDE = {
    "wait", "tariffs_for", "tasks_for", "set_currency", "panel", "import_presets",
    "test_connection", "send_activation", "recover_password", "show_on_panel", "create_on_panel",
    "delete_on_panel", "open_panel",
}  # fmt: skip

_FOLDERS = ("worked/", "documented/", "edge/")


#: Acts that name a period.
_OF_A_PERIOD = ("order", "renew", "set_auto_renewal", "change_tariff")
#: What the wire cannot say: periods have numbers of months, -50 for a day and -100 for a trial, so
#: that there is none for several days.
_SEVERAL_DAYS = {
    "edge/calendar-months-and-days-where-each-month-has-its-price": "the row of ten days",
    "edge/calendar-months-and-days-where-months-are-nominal": "the row of ten days",
    "edge/calendar-months-are-no-days": "an order of ten days, which is refused",
    "edge/calendar-year-not-chosen-to-renew-by": "ten days that are no months",
    "edge/change-to-calendar-months-refused": "ten days that are no months",
    "edge/days-that-end-with-a-month": "28 days before the month",
    "edge/from-suspension-names-the-periods": "ten days",
    "edge/midnight-that-is-skipped": "the row of 30 days",
    "edge/minimum-period-of-thirty-day-months": "29 and 30 days, and eleven months",
    "edge/month-after-a-moved-expiry": "ten days before the month",
    "edge/parts-of-a-period-in-days": "10 and 14 days",
    "edge/period-of-many-years-and-of-twelve-days": "the row of twelve days",
    "edge/periods-in-days": "all rows but the day",
    "edge/periods-of-other-lengths": "the row of two weeks",
    "edge/resource-of-two-times-after-a-full-payment": "ten days after a month",
    "edge/unpaid-and-what-was-planned-before": "ten days that are unpaid twice",
    "edge/weekend-of-other-periods": "ten days before the weekend",
}


def _scenarios():
    """Yield each file's scenarios: its rows and branches are one test, which starts only once."""
    for file, ours in _FILES.items():
        said = [each for each in ours if not _names_several_days(each)]
        if said:
            yield pytest.param(said, id=file)


def _files():
    """Return the scenarios of BILLmanager by their files."""
    files = defaultdict(list)
    for scenario in SCENARIOS.values():
        name = scenario.id.removesuffix(scenario.variant)
        billmanager = scenario.given.system == "billmanager"
        if name.startswith(_FOLDERS) and billmanager and not _numbers_payments(scenario):
            files[name].append(scenario)
    return files


def _numbers_payments(scenario):
    """Tell whether payments have numbers of whoever took the money: the panel gives its own."""
    return any(getattr(act, "payment", None) for _, act in _acts(scenario))


def _acts(scenario):
    return (step.act for step in scenario.steps if step.act)


_FILES = _files()


def _names_several_days(scenario):
    """Tell whether an act names a period of several days, of a tariff that is sold by periods."""
    told = (act.message(str) for verb, act in _acts(scenario) if verb in _OF_A_PERIOD)
    periods = {
        given["period"]
        for given in told
        if given.get("period") and not _by_day(scenario, given.get("tariff"))
    }
    return any(Length.of(each).days > 1 for each in periods - {"no", "trial"})


def _by_day(scenario, tariff):
    return tariff is not None and scenario.given.tariffs[tariff].daily is not None


def test_only_periods_of_several_days_are_left_out():
    """Of all that is bundled the wire says everything but these, which stay reckoned by acts."""
    left_out = {file for file, ours in _FILES.items() if any(map(_names_several_days, ours))}
    assert left_out == set(_SEVERAL_DAYS)


#: A POST of a form, as the server hands it on: a client of its own would cost more than the panel.
_SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/billmgr",
    "query_string": b"",
    "headers": [(b"content-type", b"application/x-www-form-urlencoded"), (b"host", b"billing")],
    "client": ("192.0.2.1", 40000),
}


class Wire:
    """Does the acts of a scenario by calls over HTTP."""

    def __init__(self, panel: Billmanager) -> None:
        self.panel = panel

    def call(self, func: str, who: str, **params: Any) -> Any:
        data = {"func": func, "out": "json", "authinfo": f"{who}:prorata", "sok": "ok", **params}
        body, sent = urlencode(data).encode(), []

        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            sent.append(message)

        # The panel waits for nothing, so that one step is the whole call.
        with pytest.raises(StopIteration):
            self.panel.app(_SCOPE, receive, send).send(None)
        assert [200, b""] == [sent[0]["status"], sent[0].get("body", b"")]
        return json.loads(sent[1]["body"])["doc"]

    def _owner(self, service: str) -> str:
        return self.panel.services[int(service)].client

    def _by(self, given: dict[str, Any], service: str) -> str:
        return "admin" if given.get("by") == "staff" else self._owner(service)

    def _tariff(self, name: str) -> int:
        return self.panel.listings.by_name[name].id

    def _addon(self, service: str, resource: str) -> str:
        tariff = self.panel.services[int(service)].tariff
        return f"addon_{self.panel.listings.by_name[tariff].addons.get(resource, 0)}"

    def order(self, given: dict[str, Any]) -> Any:
        listing = self.panel.listings.by_name[given["tariff"]]
        amounts = {
            f"addon_{listing.addons.get(name, 0)}": amount
            for name, amount in (given.get("resources") or {}).items()
        }
        code = _code(given["period"])
        return self.call(
            "v2.vhost.order.param",
            given["client"],
            pricelist=listing.id,
            order_period=code,
            skipbasket="on",
            autoprolong=code if given.get("auto_renewal") else "null",
            order_count=given.get("quantity", 1),
            domain=given.get("domain") or "",
            licence_agreement="on" if given.get("consent") else "off",
            **amounts,
        )

    def open_payment(self, given: dict[str, Any]) -> Any:
        return self.call("payment.add", given["client"], amount=given["amount"])

    def pay(self, given: dict[str, Any]) -> Any:
        opened = self.call("payment", given["client"]).get("elem", [])
        currency = self.panel.billing.book.currency
        wanted = f"{Money.of(given['amount'], currency)} {currency}"
        mine = [
            each["id"]["$"]
            for each in opened
            if each["status"]["$"] == "1" and each["subaccountamount_iso"]["$"] == wanted
        ]
        if mine:
            return self.call("payment.setpaid", "admin", elid=mine[0])
        begun = self.open_payment(given)
        if "error" in begun:
            return begun
        return self.call("payment.setpaid", "admin", elid=begun["id"]["$"])

    def renew(self, given: dict[str, Any]) -> Any:
        period = _code(given["period"])
        who = self._by(given, given["service"])
        return self.call("service.prolong", who, elid=given["service"], period=period)

    def change_tariff(self, given: dict[str, Any]) -> Any:
        period = {"period": _code(given["period"])} if given.get("period") else {}
        number, tariff = given["service"], self._tariff(given["tariff"])
        who = self._by(given, number)
        return self.call("service.changepricelist", who, elid=number, pricelist=tariff, **period)

    def order_resource(self, given: dict[str, Any]) -> Any:
        service = self.panel.services[int(given["service"])]
        tariff = self.panel.billing.book.catalogue[service.tariff]
        has = {**tariff.included_amounts, **service.resources}.get(given["resource"], 0)
        return self.set_resource({**given, "amount": has + int(given["amount"])})

    def set_resource(self, given: dict[str, Any]) -> Any:
        number = given["service"]
        addon = {self._addon(number, given["resource"]): given["amount"]}
        return self.call("vhost.edit", self._by(given, number), elid=number, **addon)

    def set_auto_renewal(self, given: dict[str, Any]) -> Any:
        number = given["service"]
        code = "null" if given["period"] == "no" else _code(given["period"])
        return self.call("vhost.edit", self._owner(number), elid=number, autoprolong=code)

    def _group(self, verb: str, given: dict[str, Any]) -> Any:
        who = self._by(given, given["service"])
        return self.call(f"vhost.{verb}", who, elid=given["service"])

    def suspend(self, given: dict[str, Any]) -> Any:
        return self._group("suspend", given)

    def resume(self, given: dict[str, Any]) -> Any:
        return self._group("resume", given)

    def delete(self, given: dict[str, Any]) -> Any:
        return self._group("delete", given)


def _rule(error: dict[str, Any]) -> str:
    """Return the rule that an error names; one found before any rule was asked names none."""
    return next((each["$"] for each in error["param"] if each["$name"] == "rule"), "")


def _code(period: str) -> str:
    return "-100" if period == "trial" else str(Length.of(period).months or -50)


def _lines(billing: Billing) -> list[tuple[Any, ...]]:
    return [
        (line.at, line.kind, str(line.amount), line.client, line.service, line.covers, line.rule)
        for line in billing.ledger
    ]


@pytest.mark.parametrize("scenarios", list(_scenarios()))
def test_the_wire_leaves_the_ledger_that_the_engine_leaves(scenarios):
    """Each worked and documented example gives the same lines by HTTP and by acts."""
    for scenario in scenarios:
        _compare(scenario)


def _compare(scenario):
    start = scenario.steps[0].at
    began = opening(scenario, {}, 1, start)
    readings = dict(scenario.readings or {})
    common = {
        "catalogue": began.catalogue,
        "currency": began.currency,
        "timezone": began.timezone,
        "settings": began.settings,
        "first_ids": began.first_ids,
    }
    clients = {
        name: {"balance": each.balance, **({"group": each.group} if each.group else {})}
        for name, each in began.clients.items()
    }
    engine = Billing(
        BILLMANAGER,
        clock=Clock(start),
        readings=choose(readings),
        panel=Obliging(),
        clients={name: each["balance"] for name, each in clients.items()},
        groups={name: each["group"] for name, each in clients.items() if "group" in each},
        **common,
    )
    clock = Clock(start)
    panel = Billmanager(clock, clients=clients, readings=readings, **common)
    panel.keeps_unpaid_orders = True
    wire = Wire(panel)
    ids: dict[str, str] = {}
    for step in scenario.steps:
        engine.advance_to(step.at)
        clock.advance_to(step.at)
        panel.catch_up()
        if step.act is None:
            continue
        verb, act = step.act
        if verb == "panel":
            continue
        given = act.message(ids.__getitem__)
        done = engine.act(verb, **given)
        if verb in _INSIDE or not hasattr(Wire, verb):
            panel.billing.act(verb, **given)
            continue
        answer = getattr(wire, verb)(given)
        if isinstance(done, Refusal):
            assert _rule(answer["error"]) in {done.rule, ""}
            continue
        assert "error" not in answer, (scenario.id, answer["error"])
        if verb == "order":
            assert done["service"] == answer["id"]["$"]
            made = done.get("services", [done["service"]])
            ids |= {f"{act.label} {n}" if n > 1 else act.label: m for n, m in enumerate(made, 1)}
    assert (scenario.id, _lines(engine)) == (scenario.id, _lines(panel.billing))
    assert {n: str(c.balance) for n, c in engine.book.clients.items()} == {
        n: panel.balance(n) for n in engine.book.clients
    }
