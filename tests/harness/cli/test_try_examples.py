"""Every rule that can be tried from text has an example, and each of them comes to its result."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from prorata.harness.cli.examples import EXAMPLES
from prorata.reference.rules import rules

#: What the last line says after its label, worked out by hand.
RESULTS = {
    "billmanager.tariff.enabled": "tariff start is not enabled (billmanager.tariff.enabled)",
    "billmanager.tariff.resources": "traffic: included 5,120, minimum 5,120; disk: included 1,024, "
    "minimum 1,024, maximum 10,240; web domains: included 10, minimum 10, maximum 100",
    "billmanager.order.price": "3.10  as  3.10 USD",
    "billmanager.order.renewal-price": "3.00  as  3.00 USD",
    "billmanager.order.groups": "tariff start is not sold to clients without a group "
    "(billmanager.order.groups)",
    "billmanager.group.rights": "yes",
    "billmanager.order.service-limit": "the client has 1 of at most 1 services of this tariff "
    "(billmanager.order.service-limit)",
    "billmanager.order.quantity": "the tariff sells 1 to 1 services at once, not 2 "
    "(billmanager.order.quantity)",
    "billmanager.order.quick": "tariff start is ordered without parameters, not with domain "
    "(billmanager.order.quick)",
    "billmanager.order.agreement": "the order needs your consent to: Terms of use "
    "(billmanager.order.agreement)",
    "billmanager.order.minimum-period": "the service is sold for 3 months at least, to 2025-11-01 "
    "(billmanager.order.minimum-period)",
    # 2 units above the 10 included, 0.50 each.
    "billmanager.order.resources": "1.00  as  1.00 USD",
    # 90 units up to 100 for 0.05, and 150 above it for 0.03.
    "billmanager.resource.traffic": "9.00  as  9.00 USD",
    # 15 of the 31 days from December 16 for 4.00.
    "billmanager.order.tariff-end": "1.935483…  as  1.94 USD",
    "billmanager.order.trial": "2025-08-15",
    "billmanager.pay": "a payment has at most 2 decimal places, not those of 10.001 "
    "(billmanager.pay)",
    # 3.72 is 3.10 and a fifth.
    "billmanager.tax.included": "0.62  as  0.62 USD",
    "billmanager.tax.on-top": "0.62  as  0.62 USD",
    "billmanager.currency.change": "payments are active: anna (billmanager.currency.change)",
    "billmanager.charge.periodic": "2025-02-28",
    # 10 × 15/31 + 10.
    "billmanager.charge.calendar": "14.838709…  as  14.84 USD",
    "billmanager.charge.daily": "0.10  as  0.10 USD",
    "billmanager.charge.daily.suspension": "no",
    "billmanager.renew.plain": "2025-03-31",
    "billmanager.renew.auto": "no",
    "billmanager.renew.late-policy": "2025-10-05",
    "billmanager.renew.from-suspension": "2025-09-03",
    "billmanager.renew.late-fee.fixed": "2.00  as  2.00 USD",
    # 3.10/31 × 5 days × 50 %.
    "billmanager.renew.late-fee.percent": "0.25  as  0.25 USD",
    # Two days for 0.10.
    "billmanager.renew.weekend": "0.20  as  0.20 USD",
    "billmanager.suspend.client": "clients may not suspend or resume this service "
    "(billmanager.suspend.client)",
    "billmanager.suspend.staff": "the service was suspended by staff (billmanager.suspend.staff)",
    "billmanager.suspend.non-payment": "the service is suspended for non-payment: renew it "
    "(billmanager.suspend.non-payment)",
    "billmanager.delete.client": "clients of this group may not delete services "
    "(billmanager.delete.client)",
    "billmanager.delete.auto": "2025-08-31",
    # 15 × 10/20 = 7.5 days.
    "billmanager.change.period": "2025-09-23",
    "billmanager.change.free": "the period cannot be recalculated from or to a free tariff "
    "(billmanager.change.free)",
    # 15 × (20 − 10)/30.
    "billmanager.change.funds": "5.00  as  5.00 USD",
    "billmanager.change.forbidden": "the tariff cannot be changed (billmanager.change.forbidden)",
    "billmanager.change.extra-charge-only": "0.00  as  0.00 USD",
    "billmanager.change.full-payment": "20.00  as  20.00 USD",
    # 15 of 31 days for 3.10.
    "billmanager.resource.until-expiry": "1.50  as  1.50 USD",
    "billmanager.resource.full-price": "3.10  as  3.10 USD",
    # 5 of 10 days for 3.00.
    "billmanager.resource.cancel.refund": "−1.50  as  -1.50 USD",
    "billmanager.resource.cancel.no-refund": "0.00  as  0.00 USD",
    "billmanager.rights": "clients have no right to set tariff; staff do that (billmanager.rights)",
    "billmanager.name.username": "user510",
    "billmanager.name.domain": "anna.example.com",
    "billmanager.name.free-zone": "192.0.2.1",
    "billmanager.lifecycle.status": "the service is deleted, not active or suspended "
    "(billmanager.lifecycle.status)",
    "billmanager.notify.activation": "kind service is ready for use, way billing; kind Welcome, "
    "way mail; kind Welcome, way billing",
    "billmanager.notify.sender": "help@example.com",
    "billmanager.task.department": "department support, service 2",
    "billmanager.sort": "pro; start; other",
    "billmanager.show": "tariff start, name Anfang",
    "hostbill.cycle": "the product is not sold weekly; it is sold monthly, annually "
    "(hostbill.cycle)",
    "hostbill.billing-type.prepaid": "10.00  as  10.00 USD",
    "hostbill.initial-period.adjust": "2025-01-05 .. 2025-02-05",
    "hostbill.upgrade.available": "no change to large is offered; offered: medium "
    "(hostbill.upgrade.available)",
    # 1,704,600 of 2,592,000 seconds × 10.
    "hostbill.upgrade.pro-rata": "6.576388…  as  6.58 USD",
    "hostbill.billing-type.postpaid": "10.00  as  10.00 USD",
    "hostbill.billing-type.hybrid": "10.00  as  10.00 USD",
    # A fifth of 10.98.
    "hostbill.tax": "2.196  as  2.20 USD",
    "hostbill.full-month": "2025-10-01",
    "hostbill.renew": "2025-03-31",
    "hostbill.renew.manual": "an invoice of the service is unpaid (hostbill.renew.manual)",
    "hostbill.auto-renewal": "no",
    # 4.00 and 25.00 are 19.00 more than 10.00.
    "hostbill.invoice.pay": "credit 19.00, paid 10.00",
    "hostbill.invoice.zero": "paid",
    "hostbill.invoice.schedule": "2025-09-24",
    "hostbill.invoice.continue": "no",
    "hostbill.invoice.merge": "no",
    # No clock shows 02:30 on that day.
    "hostbill.cron": "2025-03-30 03:00",
    "hostbill.late-fee": "2.40  as  2.40 USD",
    "hostbill.reminders": "2025-09-28",
    "hostbill.messages": "template Welcome, to client, way mail; "
    "template Hello, to client, way mobile",
    # Of a licence that goes on with a cycle, but is not renewed by itself.
    "hostbill.client-functions": "change ownership; domain logs; license details; "
    "manual service renew; new direct link; related emails; related invoices; related services; "
    "service notes; status updates",
    "hostbill.client.password": "nothing is refused",
    "hostbill.suspend": "2025-10-04",
    "hostbill.unsuspend": "no",
    "hostbill.terminate": "2025-10-11",
    "hostbill.ownership": "an unpaid invoice of the service is for other services too "
    "(hostbill.ownership)",
    "hostbill.import": "line 3, column 5: unknown key pirces (hostbill.import)",
    "hostbill.order.delete": "the order is deleted (hostbill.order.delete)",
    "hostbill.terminate.licence": "0.00  as  0.00 USD",
    "hostbill.order.addons": "2.00  as  2.00 USD",
    "hostbill.order.sub-products": "the product has no sub-product mail; it has panel "
    "(hostbill.order.sub-products)",
    "hostbill.bundle": "35.00  as  35.00 USD",
    "hostbill.order.auto-cancel": "2025-09-06",
    "hostbill.automation.create": "no",
    "hostbill.automation.renew": "no",
    "hostbill.automation.upgrade": "yes",
    "hostbill.upgrade.queue": "yes",
    "hostbill.downgrade.credit": "5.00  as  5.00 USD",
    "hostbill.downgrade.credit-note": "yes",
    "hostbill.cancel": "clients cancel the product after 10 days from its order (hostbill.cancel)",
    "hostbill.limit-per-customer": "the client has 2 of at most 2 services of small "
    "(hostbill.limit-per-customer)",
    "hostbill.upgrade.out-of-stock": "large is out of stock (hostbill.upgrade.out-of-stock)",
    "hostbill.hostname.required": "the product needs a host name (hostbill.hostname.required)",
    "hostbill.hostname.validation": "www.example.com",
    "hostbill.username.pattern": "anna-7",
    "hostbill.order.agreement": "the order needs your consent to: Terms of use "
    "(hostbill.order.agreement)",
    "hostbill.order.forms": "seats is answered by a number, not by 'many' (hostbill.order.forms)",
    "hostbill.order.domain": "anna.example.com",
    "hostbill.product.preconditions": "small is on no order page (hostbill.product.preconditions)",
    "hostbill.show": "tariff small, code SH-1",
    "hostbill.cancel.auto": "no",
    # 20 of 30 days of 30.00, then 15.
    "hostbill.cancel.pro-rata": "20.00  as  20.00 USD",
    "hostbill.metered": "1.10  as  1.10 USD",
    "hostbill.cycle.change": "15.00  as  15.00 USD",
    "resell.connection": "module licences is connected to no seller (resell.connection)",
    "resell.import": "the seller has no tariff 55229; there are 55227 (resell.import)",
    "resell.operation": "yes",
    "resell.operation.unmade": "−7.00  as  -7.00 USD",
    "resell.events": "5; 6",
    "resell.licence.separate": "the service is no licence (resell.licence.separate)",
    "resell.licence.bundled": "there is no control panel b; there are a (resell.licence.bundled)",
    "resell.ispmanager5.end-of-sale": "2021-12-31",
    "resell.catalogue": "tariff lite names no tariff of the seller by a number (resell.catalogue)",
    "resell.trial": "yes",
    "resell.notice": "licence number 5",
}


def test_every_rule_that_can_be_tried_has_an_example() -> None:
    """Those that act on a panel cannot."""
    tried = {each.id for each in rules().values() if each.built and "provision" not in each.id}
    assert tried == set(EXAMPLES) == set(RESULTS)


@pytest.mark.parametrize("rule", EXAMPLES)
def test_an_example_comes_to_its_result(call: Any, rule: str) -> None:
    """As it stands in the table."""
    said = call("try", rule, *EXAMPLES[rule])
    assert (0, "") == (said.code, said.err)
    label, _, result = said.out.splitlines()[-1].partition(" ")
    assert label in {"posted", "result"}
    assert RESULTS[rule] == result.strip()


@pytest.mark.parametrize("rule", [rule for rule, arguments in EXAMPLES.items() if arguments])
def test_a_rule_without_arguments_gives_the_command_to_run(call: Any, rule: str) -> None:
    """The last line, which a shell reads as it is."""
    shown = call("try", rule).out.splitlines()[-1]
    program, command, *words = shlex.split(shown.removeprefix("for example: "))
    assert ("prorata", "try", rule, *EXAMPLES[rule]) == (program, command, *words)


def test_what_may_be_nothing_is_none(call: Any) -> None:
    """Only there; and a list may be empty."""
    said = call("try", "billmanager.order.quantity", "wants=1", "maximum=none")
    assert said.out.split() == ["result", "nothing", "is", "refused"]
    said = call("try", "billmanager.order.quantity", "wants=none", "maximum=1")
    assert said.err.startswith("wants: 'none' is not a whole number")
    said = call("try", "billmanager.order.groups", "tariff=a", "group=b", "allow=", "forbid=")
    assert said.out.split() == ["result", "nothing", "is", "refused"]


def test_no_date_is_nothing(call: Any) -> None:
    """A service that nobody deletes by itself."""
    said = call("try", "billmanager.delete.auto", "expires=2025-08-01", "days=none")
    assert said.out.splitlines()[-1].split() == ["result", "nothing"]
    assert "neither tariff nor product type says when" in said.out


def test_steps_name_what_they_are_of_and_why(call: Any) -> None:
    """As an explanation does."""
    said = call("try", "billmanager.renew.plain", *EXAMPLES["billmanager.renew.plain"])
    assert said.out.splitlines()[:2] == [
        "expires        expiry 2025-02-28 + 1 month  =  2025-03-31",
        "               counted from the expiry, up to which it is renewed; day 31 kept",
    ]
