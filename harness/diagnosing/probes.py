"""Probes: small scenarios in which billings that read otherwise show other amounts or dates.

Each reading has bundled scenarios that tell its values apart, since they pin it; the smallest of
each system are asked. Those of conventions stand here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.diagnosing.hypothesis import BY_DEFAULT
from prorata.harness.diagnosing.playing import Stories
from prorata.harness.running.selection import load_files, load_text
from prorata.harness.scenario.files import bundled_root, files_in
from prorata.reference.readings import READINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.scenario import Scenario

__all__ = ["Probe", "probes"]

#: Scenarios of which tell a value apart, by system: so many of the smallest are kept.
_EACH: Final = 2
_PINS: Final = b"\nreadings:"
_TWO_TARIFFS: Final = """
title: {title}
rules: [billmanager.change.funds]
source: ours
given:
  system: billmanager
  tariffs:
    small: {{prices: {{{period}: "{small}"}}, tariff_change: add funds}}
    large: {{prices: {{{period}: "{large}"}}, tariff_change: add funds}}
  clients: {{anna: {{balance: "90000.00"}}}}
timeline:
  - at: {begins}
    order: {{as: site, client: anna, tariff: small, period: {period}}}
  - at: {changed}
    change_tariff: {{service: site, tariff: large}}
    expect: {{site: {{tariff: large}}}}
"""
_UPGRADE: Final = """
title: {title}
rules: [hostbill.upgrade.pro-rata]
source: ours
given:
  system: hostbill
  products:
    small: {{prices: {{{cycle}: "{small}"}}, upgrade_pro_rata: {unit}, upgrades: [large]}}
    large: {{prices: {{{cycle}: "{large}"}}, upgrade_pro_rata: {unit}}}
  clients: {{anna: {{}}}}
timeline:
  - at: {begins}
    order: {{as: site, client: anna, product: small, cycle: {cycle}, hostname: a.example.com}}
  - at: {begins} 01:00
    pay: {{invoice: site}}
  - at: {changed}
    change_tariff: {{service: site, product: large}}
    expect: {{site: {{status: active}}}}
"""
_LATE: Final = """
title: {title}
rules: [billmanager.renew.late-fee.percent]
source: ours
given:
  system: billmanager
  tariffs:
    start: {{prices: {{1 month: "31.00"}}, late_renewal_fee: {{percent: 50}}}}
  clients: {{anna: {{balance: "100.00"}}}}
timeline:
  - at: 2025-08-01 09:00
    order: {{as: site, client: anna, tariff: start, period: 1 month}}
  - at: 2025-09-{renewed}
    renew: {{service: site, period: 1 month}}
    expect: {{site: {{status: active}}}}
"""
_OWN: Final = {
    "a change in February": _TWO_TARIFFS.format(
        title="A change in the middle of February", period="1 month",
        small="10.00", large="20.00", begins="2025-02-01", changed="2025-02-11 15:30",
    ),
    "a change in July": _TWO_TARIFFS.format(
        title="A change late in July", period="1 month",
        small="100.15", large="333.33", begins="2025-07-01", changed="2025-07-09 00:00",
    ),
    "a change in a leap year": _TWO_TARIFFS.format(
        title="A change of a year over a leap day", period="1 year",
        small="1234.56", large="2345.67", begins="2024-01-10", changed="2024-05-20 00:00",
    ),
    "a day of an order period": """
title: The days of an order period
rules: [billmanager.charge.daily]
source: ours
given:
  system: billmanager
  tariffs:
    start: {prices: {1 month: "3.00"}, daily: {price: "0.1", by_order_period: yes}}
  clients: {anna: {balance: "10.00"}}
timeline:
  - at: 2025-01-01
    order: {as: site, client: anna, tariff: start, period: 1 month}
  - at: 2025-01-31 23:59
    expect: {site: {status: active}}
""",
    "a late renewal at noon": _LATE.format(title="Renewed late at noon", renewed="05 12:00"),
    "a late renewal at midnight": _LATE.format(title="Renewed late at 00:00", renewed="08 00:00"),
    "an upgrade in February": _UPGRADE.format(
        title="An upgrade in the middle of February", cycle="monthly", unit="hours",
        small="10.00", large="20.00", begins="2025-02-01", changed="2025-02-11 15:30",
    ),
    "an upgrade in a leap year": _UPGRADE.format(
        title="An upgrade of a year over a leap day", cycle="annually", unit="days",
        small="1234.56", large="2345.67", begins="2024-01-10", changed="2024-05-20 00:00",
    ),
    "a cent of tax": """
title: Tax of half a cent and of nearly a cent
rules: [hostbill.tax]
source: ours
given:
  system: hostbill
  products:
    half: {prices: {monthly: "1.25"}, tax: {rate: 10}}
    most: {prices: {monthly: "1.39"}, tax: {rate: 10}}
  clients: {anna: {}}
timeline:
  - at: 2025-06-01
    order: {as: one, client: anna, product: half, cycle: monthly, hostname: a.example.com}
  - at: 2025-06-02
    order: {as: two, client: anna, product: most, cycle: monthly, hostname: b.example.com}
    expect: {two: {status: pending}}
""",
    "the end of a month": """
title: Cycles from the last day of a month
rules: [hostbill.renew]
source: ours
given:
  system: hostbill
  products: {small: {prices: {monthly: "10.00"}}}
  clients: {anna: {}}
timeline:
  - at: 2025-01-31
    order: {as: site, client: anna, product: small, cycle: monthly, hostname: a.example.com}
  - at: 2025-01-31
    pay: {invoice: site}
  - at: 2025-02-27
    pay: {invoice: site}
  - at: 2025-03-30
    pay: {invoice: site}
    expect: {site: {status: active}}
""",
}  # fmt: skip


class Probe(NamedTuple):
    """A scenario that pins nothing any more, and the readings that it was written to tell of.

    `stories` are the reference's runs of it, which hang on no billing; `own` tells that it was
    written for conventions.
    """

    scenario: Scenario
    tells: frozenset[str]
    stories: Stories
    own: bool = False


#: What else than their conventions scenarios of these rules tell of.
_TELLS: Final = {
    "billmanager.change.funds": "month day_count period_days rounding rounding_place"
    " posting_digits change_day",
    "hostbill.upgrade.pro-rata": "rounding rounding_place posting_digits",
    "hostbill.tax": "rounding posting_digits",
    "hostbill.renew": "month month_end",
}


@cache
def probes() -> tuple[Probe, ...]:
    """Return what may be asked."""
    found: dict[str, Probe] = {}
    for name, text in _OWN.items():
        (scenario,) = load_text(text.encode(), name)
        tells = _TELLS.get(scenario.rules[0], "").split()
        found[name] = Probe(scenario, frozenset(tells), Stories(scenario), own=True)
    found |= {each.scenario.id: each for each in _pinning()}
    return tuple(found.values())


def _pinning() -> Iterator[Probe]:
    """Yield the smallest bundled scenarios that tell each value of a reading, by system."""
    root = bundled_root()
    files = [Path(each) for each in files_in(str(root))]
    pinning = load_files([each for each in files if _PINS in each.read_bytes()], root)
    kept: Counter[tuple[str, ...]] = Counter()
    for each in sorted(pinning, key=_size):
        free = replace(each, readings={})
        probe = Probe(free, frozenset(each.readings), Stories(free))
        values = [(*reading, each.given.system) for reading in each.readings.items()]
        wanted = [value for value in values if kept[value] < _EACH]
        told = [value for value in wanted if _tells(probe.stories, *value[:2])]
        kept.update(told)
        if told:
            yield probe


def _tells(stories: Stories, name: str, value: str) -> bool:
    """Tell whether a value shows otherwise than any other one: a row of a file may not."""
    own = BY_DEFAULT.but(name, value)
    others = (BY_DEFAULT.but(name, each) for each in READINGS[name].values if each != value)
    return any(stories.between(own, other, None) is not None for other in others)


def _size(scenario: Scenario) -> tuple[int, int, float]:
    """Return how much is played: other billings, steps, and the time that passes."""
    first, last = scenario.steps[0].at, scenario.steps[-1].at
    return len(scenario.others), len(scenario.steps), (last - first).total_seconds()
