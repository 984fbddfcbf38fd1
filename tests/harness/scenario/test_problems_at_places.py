"""Every kind of mistake in a scenario file, with its exact line and column.

The expected places are counted by hand in the file below; its lines are numbered from 1.
"""

# ruff: noqa: E501 - a table with one mistake a line reads best

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from prorata.harness.scenario.checks import KnownNames
from prorata.harness.scenario.loader import loads
from prorata.harness.scenario.problems import ScenarioErrors

if TYPE_CHECKING:
    from collections.abc import Mapping

FEE = """\
title: Half of five overdue days
rules: [billmanager.renew.late-fee.percent]
source: {document: billmanager-hosting, section: Policy / Late renewal fee}
readings: {overdue_days: inclusive}
given:
  system: billmanager
  currency: USD
  timezone: Europe/Berlin
  tariffs:
    start:
      prices: {1 month: "3.10"}
      late_renewal_fee: {percent: 50}
  clients: {anna: {balance: "100.00"}}
timeline:
  - at: 2025-08-01 09:00
    order: {as: site, client: anna, tariff: start, period: 1 month}
    expect:
      site: {status: active, expires: 2025-09-01}
      charged: [{kind: period, amount: "3.10", covers: 2025-08-01 .. 2025-09-01}]
      ispmanager: {user: site, suspended: no}
  - at: 2025-09-05 12:00
    renew: {service: site, period: 1 month}
    expect:
      charged: [{kind: late fee, amount: "0.25"}]
      balance: {anna: "93.55"}
"""
UPGRADE = """\
title: An upgrade by seconds
rules: [hostbill.upgrade.pro-rata]
source: ours
given:
  system: hostbill
  products:
    small: {prices: {monthly: "10.00"}, upgrades: [large], upgrade_pro_rata: seconds}
    large: {prices: {monthly: "20.00"}}
  clients: {anna: {}}
timeline:
  - at: 2025-06-01
    order: {as: site, client: anna, product: small, cycle: monthly}
    expect:
      invoices: [{of: site, total: "10.00", status: unpaid}]
  - at: 2025-06-01
    pay: {invoice: site}
    expect: {site: {status: active, next_due: 2025-07-01}}
"""
DIGITS: Mapping[str, int] = MappingProxyType({"USD": 2, "JPY": 0})
KNOWN = KnownNames(
    rules=frozenset(
        {
            "billmanager.renew.late-fee.percent",
            "billmanager.renew.late-fee.fixed",
            "hostbill.upgrade.pro-rata",
        }
    ),
    readings={
        "overdue_days": ("inclusive", "started"),
        "posting_digits": ("daily_four", "minor_unit", "four_decimals"),
    },
    digits=DIGITS.__getitem__,
)


def problems(text: str, changes: Mapping[str, str] | None = None) -> list[str]:
    """Load a text; return its problems as lines, without the file's name."""
    try:
        loads(text.encode(), file="fee.yaml", id="fee", known=KNOWN, changes=changes or {})
    except ScenarioErrors as errors:
        return [str(problem).removeprefix("fee.yaml:") for problem in errors.problems]
    return []


def changed(text: str, old: str, new: str) -> str:
    """Replace the one occurrence of a text."""
    assert 1 == text.count(old), old
    return text.replace(old, new)


def test_good_scenarios_load() -> None:
    """The two files that all others here are made from have no problem."""
    assert [] == problems(FEE)
    assert [] == problems(UPGRADE)


WORDS = [
    ("late_renewal_fee", "late_fees", '12:7: unknown key "late_fees" in tariff "start"; did you mean "late_renewal_fee"?'),
    ("title: Half", "titel: Half", '1:1: unknown key "titel" in the scenario; did you mean "title"?'),
    ("currency: USD", "currensy: USD", '7:3: unknown key "currensy" in given; did you mean "currency"?'),
    ("{percent: 50}", "{percentage: 50, percent: 50}", '12:26: unknown key "percentage" in late_renewal_fee of tariff "start"; did you mean "percent"?'),
    ("client: anna, ", "client: anna, colour: red, ", '16:37: unknown key "colour" in step 1 (order); known here: as, auto_renewal, by, client, consent, control_panel, domain, ip, licence_name, period, quantity, resources, tariff'),
    ("{service: site, ", "{sevice: site, service: site, ", '22:13: unknown key "sevice" in step 2 (renew); did you mean "service"?'),
    ("renew: {", "refused: billmanager.renew.plain\n    renew: {", '22:5: "refused" in step 2 (refused) is what is expected; write it below "expect"'),
    ("renew: {service: site, period: 1 month}", "set_auto_renewal: {service: site, period: {percent: 5}}", "22:47: a mapping is not a period; write 1 month, 3 months, 1 year, 10 days"),
    ("renew: {", "renews: {", '22:5: unknown key "renews" in step 2 (renews); did you mean "renew"?'),
    ("{kind: late fee, ", "{kinds: tax, kind: late fee, ", '24:18: unknown key "kinds" in charged of step 2 (expect); did you mean "kind"?'),
    ("      balance: {anna", "      balanc: {anna", '25:7: unknown key "balanc" in step 2 (expect); did you mean "balance"?'),
    ("{balance: ", "{balnce: ", '13:20: unknown key "balnce" in client "anna"; did you mean "balance"?'),
    ("percent: 50", "percent: 5e1", "12:35: 5e1 is not a number; write digits such as 50 or 7.5"),
    ('1 month: "3.10"', '1 month: "-3.10"', "11:25: -3.10 is not an amount; write digits such as 3.10"),
    ('1 month: "3.10"', '1 month: "3,10"', '11:25: "3,10" is not an amount; write digits such as 3.10'),
    ('1 month: "3.10"', "1 month: NaN", "11:25: NaN is not an amount; write digits such as 3.10"),
    ('1 month: "3.10"', "1 month: [3.10]", "11:25: a list is not an amount; write digits such as 3.10"),
    ('1 month: "3.10"', "1 month: ", "11:25: nothing is not an amount; write digits such as 3.10"),
    ('1 month: "3.10"', "1 month:", '11:23: a ":" without a space after it'),
    ('1 month: "3.10"', '1 months: "3.10"', '11:16: "1 months" is not a period; write 1 month, 3 months, 1 year, 10 days'),
    ('1 month: "3.10"', '101 years: "3.10"', "11:16: 101 years is longer than 100 years"),
    ('1 month: "3.10"', '1201 months: "3.10"', "11:16: 1201 months is longer than 100 years"),
    ('1 month: "3.10"', '1 month: "' + "9" * 31 + '"', "11:25: " + "9" * 30 + "... has more than 30 digits"),
    ('"100.00"', '"-' + "9" * 31 + '"', "13:29: " + "9" * 30 + "... has more than 30 digits"),
    ('"100.00"', "+1", "13:29: +1 is not a balance; write digits such as 100.00 or -3.10"),
    ("{percent: 50}", "all of it", '12:25: "all of it" is not a late renewal fee; known here: from suspension, none'),
    ("{percent: 50}", "nonee", '12:25: nonee is not a late renewal fee; did you mean "none"?'),
    ("{percent: 50}", "[percent]", "12:25: a list is not a late renewal fee; known here: from suspension, none"),
    ("late_renewal_fee: {percent: 50}", "minimum_period: {}", "12:23: expected either days or months"),
    ("suspended: no", "suspended: nope", "20:43: nope is neither yes nor no"),
    ("late_renewal_fee: {percent: 50}", "calendar: {pro_rata_day: 32}", "12:32: 32 is not a day of the month"),
    ("late_renewal_fee: {percent: 50}", "auto_deletion: 36526", "12:22: 36526 is more than 36525 days"),
    ("late_renewal_fee: {percent: 50}", "minimum_period: {days: 36526}", "12:30: 36526 is more than 36525 days"),
    ("late_renewal_fee: {percent: 50}", "minimum_period: {months: 1201}", "12:32: 1201 is more than 1200 months"),
    ("late_renewal_fee: {percent: 50}", "trial: {days: 36526}", "12:21: 36526 is more than 36525 days"),
    ("late_renewal_fee: {percent: 50}", "maximum_quantity: 0", "12:25: 0 is too few; expected a whole number from 1"),
    ("late_renewal_fee: {percent: 50}", "auto_deletion: 5 days", '12:22: "5 days" is not a whole number of at most nine digits'),
    ("late_renewal_fee: {percent: 50}", "tariff_end: 2025-02-30", "12:19: 2025-02-30 is not a date"),
    ("late_renewal_fee: {percent: 50}", "tariff_end: 1.1.2025", "12:19: 1.1.2025 is not a date; write it as 2025-08-01"),
    ("late_renewal_fee: {percent: 50}", "tariff_end: 0999-01-01", "12:19: 0999-01-01 is outside the years 1900 to 2999"),
    ("late_renewal_fee: {percent: 50}", "minimum_period: {days: 3, months: 1}", "12:23: expected either days or months"),
    ("late_renewal_fee: {percent: 50}", "resources: {disk: {minimum: 9, maximum: 8}}", "12:35: the minimum 9 is above the maximum 8"),
    ("late_renewal_fee: {percent: 50}", "tariff_change: {full payment: now}", "12:37: now is not a date to count from; known here: current date, service expiration date"),
    ("late_renewal_fee: {percent: 50}", "upgrade_fee: 1.00", '12:7: "upgrade_fee" in tariff "start" is a word of hostbill, and this is a billmanager scenario'),
    ("title: Half of five overdue days", 'title: ""', "1:8: expected a text, found nothing"),
    ("kind: late fee", "kind: lte fee", '24:24: "lte fee" is not a kind of line; did you mean "late fee"?'),
    ("status: active", "status: terminated", "18:22: terminated is not a status of billmanager; ordered, processing, active, suspended, deleted are"),
    ("document: billmanager-hosting", "document: billmanager-hostin", '3:20: billmanager-hostin is not a document; did you mean "billmanager-hosting"?'),
    ("system: billmanager", "system: billmanger", '6:11: billmanger is not a system; did you mean "billmanager"?'),
]  # fmt: skip
SHAPES = [
    ('    expect:\n      charged: [{kind: late fee, amount: "0.25"}]\n      balance: {anna: "93.55"}', "    expect: soon", "23:13: expected a mapping, found soon"),
    ("title: Half of five overdue days\n", "", '1:1: missing "title" in the scenario'),
    (", tariff: start", "", '16:12: missing "tariff" in step 1 (order)'),
    ("  - at: 2025-09-05 12:00\n    renew", "  - renew", '21:5: missing "at" in step 2 (renew): the date, or the date and time, of the step'),
    ("{service: site, period: 1 month}", "site", "22:12: expected a mapping, found site"),
    ("rules: [billmanager.renew.late-fee.percent]", "rules: some", "2:8: expected a list, found some"),
    ("rules: [billmanager.renew.late-fee.percent]", "rules: []", "2:8: expected the id of at least one rule"),
    ("{status: active, expires: 2025-09-01}", "active", "18:13: expected a mapping, found active"),
    ("{status: active, expires: 2025-09-01}", "{}", '18:13: nothing is expected of "site"; status, for instance'),
    ('prices: {1 month: "3.10"}', "prices: {}", '11:7: tariff "start" sells nothing; give it prices, daily or trial'),
    ("  - at: 2025-09-05", "  - at: 2025-09-03\n  - at: 2025-09-05", "21:5: step 2 does nothing; give it an act, expect, or wait: {}"),
    ("  - at: 2025-09-05", "  - later\n  - at: 2025-09-05", "21:5: expected a step with at, found later"),
    ("    renew: {", "    wait: {}\n    renew: {", '23:5: "renew" is a second act in step 2; give it a step of its own'),
    ("    renew: {", "    quote: maybe\n    renew: {", "22:12: maybe is neither yes nor no"),
    ("    renew: {", "    agein: yes\n    renew: {", '22:5: unknown key "agein" in step 2 (agein); did you mean "again"?'),
    ('    expect:\n      charged: [{kind: late fee, amount: "0.25"}]\n      balance: {anna: "93.55"}', "    expect: {}", "23:13: expected a label or one of accounts, balance, calls, charged, credit_notes, entered, functions, invoices, ispmanager, licences, notifications, refused, shown, tariffs, tasks"),
    ("  clients: {", "  products: {}\n  clients: {", '13:3: "products" in given; a billmanager scenario has tariffs'),
]  # fmt: skip
NAMES = [
    ("late-fee.percent]", "late-fee.percnt]", '2:9: unknown rule "billmanager.renew.late-fee.percnt"; did you mean "billmanager.renew.late-fee.percent"?'),
    ("late-fee.percent]", "late-fee.percent, x]", '2:45: unknown rule "x"'),
    ("{overdue_days", "{overdue", '4:12: unknown reading "overdue"; did you mean "overdue_days"?'),
    ("inclusive", "elapsed", '4:26: "elapsed" is not a value of the reading overdue_days; known here: inclusive, started'),
    ("tariff: start", "tariff: strat", '16:45: unknown tariff "strat"; did you mean "start"?'),
    ("client: anna", "client: bob", '16:31: unknown client "bob"; known here: anna'),
    ("{service: site", "{service: sight", '22:22: no service is called "sight"; did you mean "site"?'),
    ("user: site", "user: web", '20:26: no service is called "web"; known here: site'),
    ("      site: {status", "      web: {status", '18:7: no service is called "web"; known here: site'),
    ("{status: active", "{tariff: big, status: active", '18:22: unknown tariff "big"; known here: start'),
    ("late_renewal_fee: {percent: 50}", "control_panel: {enumeration: panels}", '12:36: unknown enumeration "panels"; there are none here'),
    ("  currency: USD", "  modules: {servers: {licence_server: licences}}", '7:39: unknown module "licences"; known here: servers'),
    ("{kind: late fee, ", "{kind: late fee, service: web, ", '24:43: no service is called "web"; known here: site'),
    ('{anna: "93.55"}', '{bob: "93.55"}', '25:17: unknown client "bob"; known here: anna'),
    ("as: site", "as: charged", '16:17: "charged" is a word of expectations; choose another label'),
    ("USD", "EUX", '7:13: "EUX" is not a currency that is known'),
    ("Europe/Berlin", "Europe/Berlim", '8:13: Europe/Berlim is not a time zone; did you mean "Europe/Berlin"?'),
    ("Europe/Berlin", "Europe", "8:13: Europe is not a time zone; write one such as Europe/Berlin"),
    ("Europe/Berlin", "localtime", "8:13: localtime is not a time zone; write one such as Europe/Berlin"),
]  # fmt: skip
TIMES = [
    ("2025-09-05 12:00", "2025-02-30", "21:9: 2025-02-30 is not a date"),
    ("2025-09-05 12:00", "2026-02-30 12:00", "21:9: 2026-02-30 is not a date"),
    ("2025-09-05 12:00", "noon", "21:9: noon is not a date or time; write 2025-08-01 or 2025-08-01 09:00"),
    ("2025-09-05 12:00", "2025-09-05 24:00", '21:9: "2025-09-05 24:00" is not a date or time; write 2025-08-01 or 2025-08-01 09:00'),
    ("2025-09-05 12:00", "2025-07-01", "21:9: 2025-07-01 is earlier than the step before"),
    # Berlin's clocks go from 02:00 to 03:00 on March 29, 2026, and from 03:00 back on October 25.
    ("2025-09-05 12:00", "2026-03-29 02:30", "21:9: 2026-03-29 02:30 does not exist in Europe/Berlin: its clocks skip that time"),
    ("2025-09-05 12:00", "2026-10-25 02:30", "21:9: 2026-10-25 02:30 happens twice in Europe/Berlin; write 2026-10-25 02:30+02:00 or 2026-10-25 02:30+01:00"),
    ("2025-08-01 .. 2025-09-01", "2025-08-01", "19:56: 2025-08-01 is not a range; write 2025-08-01 .. 2025-09-01"),
    ("2025-08-01 .. 2025-09-01", "2025-09-01 .. 2025-08-01", '19:56: "2025-09-01 .. 2025-08-01" covers nothing: its end is not after its start'),
    ("2025-08-01 .. 2025-09-01", "2025-08-01 .. 2025-08-32", "19:56: 2025-08-32 is not a date"),
    ("expires: 2025-09-01", "expires: soon", "18:39: soon is not a date or time; write 2025-08-01 or 2025-08-01 09:00"),
]  # fmt: skip
SUMS = [
    ('"0.25"', '"0.2500"', "24:42: 0.2500 is never posted: USD has 2 digits after the point here"),
    ('"93.55"', '"93.5555"', "25:23: 93.5555 is never posted: USD has 2 digits after the point here"),
    ('late fee, amount: "0.25"', 'daily, amount: "0.10000"', "24:39: 0.10000 is never posted: USD has 4 digits after the point here"),
]  # fmt: skip
YAML = [
    ("{status: active", "{status: &a active", '18:22: "&a" is an anchor; write the value out, or quote it'),
    ("client: anna", "client: *anna", '16:31: "*anna" is an alias; write the value out, or quote it'),
    ("client: anna", "*anna : anna", '16:23: "*anna" is an alias; write the value out, or quote it'),
    ("client: anna", "client: !who anna", '16:31: "!who" is a tag; tags are not used in scenarios'),
    ("tariffs:\n", "tariffs: &all !!map\n", '9:12: "&all" is an anchor; write the value out, or quote it'),
    ("client: anna", "<<: {client: anna}", "16:23: merge keys are not used in scenarios; write the keys out"),
    ("client: anna", "client: anna, client: bob", '16:37: "client" is given twice; the first is on line 16'),
    ("client: anna", "[client]: anna", "16:23: a key is a text; this one is a mapping or a list"),
    ("client: anna", '"": anna', "16:23: a key without a text"),
    ("timeline:\n", "---\ntimeline:\n", "14:1: a second document; a file holds one scenario"),
    ("  currency: USD", "\tcurrency: USD", "7:1: a tab; scenarios are written with spaces"),
    ("  currency: USD", "  currency: U\x00D", "7:14: character U+0000 cannot be in a scenario"),
    ("  currency: USD", "   currency: USD", '7:12: a ":" too many on this line; quote a text with ": " in it'),
    ("  currency: USD", " currency: USD", "7:2: expected a key: this line is not indented like the lines above it"),
    ('"93.55"', '"93.55', "25:23: a quote that is never closed"),
    ("title: Half", "title: @Half", "1:8: a character that no text begins with; quote the text"),
    ('balance: {anna: "93.55"}', 'balance: {anna: "93.55"', '26:1: expected "," or "}": a mapping in braces is not closed'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line"), [*WORDS, *SHAPES, *NAMES, *TIMES, *SUMS, *YAML])
def test_a_mistake_is_reported_where_it_stands(old: str, new: str, line: str) -> None:
    """Each mistake has its line, its column, and a message that says what was expected."""
    assert line in problems(changed(FEE, old, new))


HOSTBILL = [
    ("product: small", "product: smal", '12:46: unknown product "smal"; did you mean "small"?'),
    ("upgrades: [large]", "upgrades: [huge]", '7:52: unknown product "huge"; known here: large, small'),
    ('prices: {monthly: "20.00"}', "template: big", '8:12: product "large" sells nothing; give it prices'),
    ('{monthly: "20.00"}', '{montly: "20.00"}', '8:22: montly is not a cycle; did you mean "monthly"?'),
    ('"10.00"}, upg', '"10.00"}, tariff_end: 2025-01-01, upg', '7:41: "tariff_end" in product "small" is a word of billmanager, and this is a hostbill scenario'),
    ("product: small", "tariff: small", '12:37: "tariff" in step 1 (order) is a word of billmanager, and this is a hostbill scenario'),
    ("pay: {invoice: site}", "set_currency: {}", '16:5: "set_currency" in step 2 (set_currency) is a word of billmanager, and this is a hostbill scenario'),
    ("pay: {invoice: site}", "pay: {invoice: web}", '16:20: no service is called "web"; known here: site'),
    ("cycle: monthly}", "cycle: monthly, addons: {ipp: monthly}}", '12:78: unknown product "ipp"; known here: large, small'),
    ("cycle: monthly}", "cycle: monthly, sub_products: {large: montly}}", '12:91: montly is not a cycle; did you mean "monthly"?'),
    ('prices: {monthly: "20.00"}', "bundle: [small, small], part_cycles: {huge: monthly}", '8:51: "huge" is no part of the bundle; known here: small'),
    ("of: site", "of: web", '14:23: no service is called "web"; known here: site'),
    ('total: "10.00"', 'total: "10.001"', "14:36: 10.001 is never posted: USD has 2 digits after the point here"),
    ('"10.00"}, upg', '"10.00"}, client_functions: {database: no}, upg', '7:60: database is not a client function; did you mean "databases"?'),
    ('"10.00"}, upg', '"10.00"}, client_functions: {databases: off}, upg', "7:71: off is neither yes nor no"),
    ("pay: {invoice: site}", "reset_password: {service: site}", '16:21: missing "password" in step 2 (reset_password)'),
    ("pay: {invoice: site}", "functions_for: {service: shop}", '16:30: no service is called "shop"; known here: site'),
    ("expect: {site: {status: active,", "expect: {functions: [ftp user], site: {status: active,", '17:26: "ftp user" is not a client function; did you mean "ftp users"?'),
    ('"10.00"}, upg', '"10.00"}, messages: {ordered: Hello}, upg', '7:52: unknown key "ordered" in messages of product "small"; did you mean "order"?'),
    ('"10.00"}, upg', '"10.00"}, messages: {order: {}}, upg', "7:59: expected a text, found a mapping"),
    ('"10.00"}, upg', '"10.00"}, reminders: {before: soon}, upg', "7:61: soon is not a whole number of at most nine digits"),
    ('"10.00"}, upg', '"10.00"}, reminders: {after: [0]}, upg', "7:61: 0 is too few; expected a whole number from 1"),
    ('"10.00"}, upg', '"10.00"}, reminders: {own: [{when: on, days: 1, template: A}]}, upg', "7:66: on is not a side of a date; known here: after, before"),
    ('"10.00"}, upg', '"10.00"}, expiry_notices: {own: [{when: before, days: 1}]}, upg', '7:64: missing "template" in own of expiry_notices of product "small"'),
    ("  products:\n", "  goods:\n", '5:3: missing "products" in given'),
    ("upgrades: [large]", 'username_pattern: "{clint}"', '7:59: "{clint}" is no word of a pattern; did you mean "client"?'),
    ("upgrades: [large]", 'hostname_pattern: "{hostname}.example.com"', '7:59: "{hostname}" is no word of a pattern; known here: client, client number, product, service'),
    ("upgrades: [large]", "order_page: shop", '7:53: unknown order_page "shop"; there are none here'),
    ("upgrades: [large]", "hostname_validation: fqdn", '7:62: fqdn is not a check of host names; did you mean "FQDN"?'),
    ("upgrades: [large]", "domain_options: [subdomain]", "7:58: subdomain is not a way to a domain; known here: own, register, registered here, transfer"),
    ("upgrades: [large]", "form: {seats: {kind: numbr}}", '7:62: numbr is not a kind of field; did you mean "number"?'),
    ("upgrades: [large]", "form: {seats: {required: perhaps}}", "7:66: perhaps is neither yes nor no"),
    ("upgrades: [large]", "limit_per_customer: 0", "7:61: 0 is too few; expected a whole number from 1"),
    ("cycle: monthly}", "cycle: monthly, domain_option: buy}", "12:84: buy is not a way to a domain; known here: own, register, registered here, subdomain, transfer"),
    ("cycle: monthly}", "cycle: monthly, answers: [a]}", "12:78: expected a mapping, found a list"),
    ("status: active", "status: deleted", "17:29: deleted is not a status of hostbill; pending, active, suspended, terminated, cancelled are"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line"), HOSTBILL)
def test_the_other_system_has_its_own_words(old: str, new: str, line: str) -> None:
    """A HostBill scenario is read with HostBill's words, and hears which are BILLmanager's."""
    assert line in problems(changed(UPGRADE, old, new))


SECOND = "    renew: {service: site, period: 1 month}\n"


def test_a_label_is_given_once() -> None:
    """Two orders cannot make the same label."""
    again = "    order: {as: site, client: anna, tariff: start, period: 1 month}\n"
    # Two orders of one line each now: the second is on line 22, its label after "    order: {as: ".
    expected = ['22:17: label "site" is given twice; step 1 has it already']
    assert expected == problems(changed(FEE, SECOND, again))


def test_a_label_begins_with_its_order() -> None:
    """A label that a later order makes does not exist yet."""
    early = (
        "  - at: 2025-07-01\n    suspend: {service: site, by: staff}\n  - at: 2025-08-01 09:00\n"
    )
    expected = ['16:24: no service is called "site" yet; its order comes later']
    assert expected == problems(changed(FEE, "  - at: 2025-08-01 09:00\n", early))


def test_a_refused_order_makes_no_service() -> None:
    """The label of a refused order names nothing, and may be given again."""
    text = changed(
        FEE,
        "      ispmanager: {user: site,",
        "      refused: billmanager.renew.late-fee.fixed\n      ispmanager: {user: site,",
    )
    refused = 'there is no service "site": its order in step 1 is refused'
    assert [f"18:7: {refused}", f"21:26: {refused}", f"23:22: {refused}"] == problems(text)
    again = "    order: {as: site, client: anna, tariff: start, period: 1 month}\n"
    assert [f"18:7: {refused}", f"21:26: {refused}"] == problems(changed(text, SECOND, again))


def test_a_refusal_names_a_rule() -> None:
    """The rule of a refusal exists, in either way to write it."""
    refused = '; did you mean "hostbill.upgrade.pro-rata"?'
    short = changed(
        FEE, '      balance: {anna: "93.55"}', "      refused: hostbill.upgrade.prorata"
    )
    assert [f'25:16: unknown rule "hostbill.upgrade.prorata"{refused}'] == problems(short)
    long = changed(
        FEE, '      balance: {anna: "93.55"}', "      refused: {rule: hostbill.upgrade.prorata}"
    )
    assert [f'25:23: unknown rule "hostbill.upgrade.prorata"{refused}'] == problems(long)


def test_a_scenario_can_fail() -> None:
    """Where nothing is expected, nothing is shown."""
    expected = ["14:3: nothing is expected in any step; a scenario that cannot fail shows nothing"]
    head = FEE[: FEE.index("  - at: ")].replace("timezone: Europe/Berlin\n  ", "")
    assert expected == problems(f"{head}  - at: 2025-01-01\n    wait: {{}}\n")
    assert ["13:11" + expected[0][4:]] == problems(head.replace("timeline:\n", "timeline: []\n"))
    assert ["13:11: expected a list of steps, found soon"] == problems(
        head.replace("timeline:\n", "timeline: soon\n")
    )


def test_a_day_that_a_zone_skips() -> None:
    """Apia went from December 29, 2011, to December 31."""
    text = changed(FEE, "Europe/Berlin", "Pacific/Apia").replace("2025-08-01 09:00", "2011-12-30")
    message = "2011-12-30 does not exist in Pacific/Apia: its clocks skip that day"
    assert [f"15:9: {message}"] == problems(text)


def test_a_midnight_that_a_zone_skips() -> None:
    """Havana's March 9, 2025, begins at 01:00; a date is legal there, its 00:00 is not."""
    havana = changed(FEE, "Europe/Berlin", "America/Havana")
    assert [] == problems(havana.replace("2025-08-01 09:00", "2025-03-09"))
    message = "2025-03-09 00:00 does not exist in America/Havana: its clocks skip that time"
    assert [f"15:9: {message}"] == problems(havana.replace("2025-08-01 09:00", "2025-03-09 00:00"))


def test_time_goes_forward_though_clocks_go_back() -> None:
    """02:45 at +02:00 comes before 02:30 at +01:00 in the night that has both."""
    first, second = "2025-10-26 02:45+02:00", "2025-10-26 02:30+01:00"
    text = changed(FEE, "2025-09-05 12:00", second).replace("2025-08-01 09:00", first)
    assert [] == problems(text)
    text = changed(FEE, "2025-09-05 12:00", first).replace("2025-08-01 09:00", second)
    assert [f"21:9: {first} is earlier than the step before"] == problems(text)
    covers = changed(FEE, "2025-08-01 .. 2025-09-01", f"{first} .. {second}")
    assert [] == problems(covers)


def test_the_pinned_digits_decide() -> None:
    """Lines of kind daily have four digits; `minor_unit` leaves them the currency's two."""
    daily = changed(FEE, 'late fee, amount: "0.25"', 'daily, amount: "0.1000"')
    assert [] == problems(daily)
    pin = "readings: {posting_digits: minor_unit}"
    pinned = changed(daily, "readings: {overdue_days: inclusive}", pin)
    assert ["24:39: 0.1000 is never posted: USD has 2 digits after the point here"] == problems(
        pinned
    )
    four = changed(FEE, '"0.25"', '"0.2500"')
    four = changed(
        four, "readings: {overdue_days: inclusive}", "readings: {posting_digits: four_decimals}"
    )
    assert [] == problems(four)


def test_a_currency_without_a_minor_unit() -> None:
    """Yen have no digits after the point: three amounts and a balance are too exact."""
    assert [
        "19:40: 3.10 is never posted: JPY has no digits after the point here",
        "24:42: 0.25 is never posted: JPY has no digits after the point here",
        "25:23: 93.55 is never posted: JPY has no digits after the point here",
    ] == problems(changed(FEE, "USD", "JPY"))


def test_refusable_files_are_legal() -> None:
    """A period that nobody sells, or calendar with daily charging, may be what is refused."""
    assert [] == problems(
        changed(FEE, "tariff: start, period: 1 month", "tariff: start, period: 2 years")
    )
    both = 'calendar: {pro_rata_day: 15}\n      daily: {price: "0.1"}'
    assert [] == problems(changed(FEE, "late_renewal_fee: {percent: 50}", both))


def test_new_values_of_a_tariff_are_checked_alike() -> None:
    """Staff can set no fee that is both fixed and a percentage."""
    staff = "    set_tariff: {tariff: start, late_renewal_fee: {fixed: 1, percent: 2}}\n"
    (problem,) = problems(changed(FEE, SECOND, staff))
    assert problem.startswith("22:51: expected either fixed")


def test_a_service_shows_its_cycle() -> None:
    """A HostBill service runs for a cycle, a BILLmanager service for a period."""
    assert [] == problems(changed(UPGRADE, "{status: active", "{period: monthly, status: active"))
    assert [] == problems(changed(FEE, "{status: active", "{period: 1 month, status: active"))


def test_everything_is_reported_at_once() -> None:
    """Problems of words, of names and of sums come together, from top to bottom."""
    text = changed(FEE, "late_renewal_fee", "late_fees")
    text = changed(text, "{service: site", "{service: sight")
    text = changed(text, "2025-09-05 12:00", "2025-02-30")
    text = changed(text, '"93.55"', '"93.5"5')
    assert ["25:29"] == [problem.split(": ", 1)[0] for problem in problems(text)]
    assert ["12:7", "21:9", "22:22"] == [
        problem.split(": ", 1)[0] for problem in problems(text.replace('"93.5"5', '"93.55"'))
    ]
