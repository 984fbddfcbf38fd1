"""The bundled scenarios: they hold on the reference, and their numbers can be told apart."""

from __future__ import annotations

import re
from collections import Counter
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from bundled import FILES, SCENARIOS, by_file, judged

from prorata.harness.reconciling import ONCE
from prorata.harness.running.agreeing import alone_at_the_end
from prorata.harness.running.always import violations
from prorata.harness.running.comparing import differences
from prorata.harness.running.endings import LostError
from prorata.harness.running.places import Writer, at_places, wanted_by_file
from prorata.harness.running.play import Stage
from prorata.harness.running.story import play_reference
from prorata.harness.scenario import bundled_root
from prorata.reference.money import minor_digits
from prorata.reference.readings import READINGS, choose
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.harness.running.seen import Seen
    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario

#: In so many parts all of them are run, each by whoever is free.
PARTS = 8
#: Every row of worked numbers: what it is about, and the scenarios for its results.
ROWS = {
    "calendar months from July 12 and 17": (
        "calendar-before-the-pro-rata-day",
        "calendar-after-the-pro-rata-day",
    ),
    "a late fee where a year was paid": ("late-fee-of-a-year",),
    "funds": ("change-funds", "change-funds-old-day", "change-funds-refund"),
    "change of the period": (
        "change-period",
        "change-period-exact",
        "change-period-nearest",
        "change-period-longer",
    ),
    "full payment": (
        "change-full-payment-from-the-current-date",
        "change-full-payment-from-the-expiration-date",
    ),
    "a resource until the expiry": ("resource-until-expiry", "resource-until-expiry-nominal"),
    "the tariff's end": ("tariff-end", "tariff-end-nominal"),
    "days of January": ("daily", "daily-by-order-period"),
    "upgrades by unit": ("upgrade-by-days", "upgrade-by-hours", "upgrade-by-seconds"),
    "two paid months": ("stretches-of-a-renewed-service",),
    "two calendar months": ("stretches-of-calendar-months",),
    "a period cut short": ("stretches-cut-by-the-tariff-end",),
    "weekend days": ("weekend-days-and-late-fee",),
    "month ends": ("month-end-anchor", "month-end-clamp-and-stay", "month-end-overflow"),
    "a month after a moved expiry": ("renewal-after-a-moved-expiry",),
    "days by the order period, changed": ("daily-by-order-period-changed",),
    "a refund by the days paid for": ("resource-refund-of-a-full-price",),
    "a weekend from the suspension": ("weekend-from-the-suspension",),
    "a late fee of an invoice": ("late-fee-of-an-invoice", "late-fee-of-the-subtotal"),
    "a full month": ("full-month", "full-month-of-a-whole-month"),
    "a post-paid month": ("postpaid-month",),
    "when an invoice is due": (
        "invoice-schedule[on the due date]",
        "invoice-schedule[expected two days before]",
        "invoice-schedule[moved five days on]",
        "invoice-of-an-order",
    ),
    "an upgrade that waits": ("upgrade-queued", "upgrade-hybrid"),
    "a downgrade that is credited": ("downgrade-credited", "downgrade-credited-later"),
    "a cancellation by the part": ("cancelled-prepaid", "cancelled-postpaid"),
    "a change of the cycle": ("cycle-changed-at-once", "cycle-changed-on-the-next-due-date"),
    "the published tables of metered usage": (
        "hostbill-metered-tiered-table",
        "hostbill-metered-overage-table",
        "hostbill-metered-volume-table",
        "hostbill-metered-volume-table-exclusive",
        "hostbill-metered-cloudstack[tiered]",
        "hostbill-metered-cloudstack[volume]",
        "hostbill-metered-cloudstack[overage]",
    ),
    "a volume of twenty units": (
        "hostbill-metered-volume-of-twenty",
        "hostbill-metered-volume-of-twenty-exclusive",
    ),
    "a bundle": (
        "hostbill-bundle#sum of the parts",
        "hostbill-bundle#fixed",
        "hostbill-bundle-merged",
    ),
}

#: The examples of the documents: by their rule, in how many scenarios.
EXAMPLES = {
    "billmanager.order.tariff-end": 1,
    "billmanager.charge.calendar": 2,
    "billmanager.charge.daily": 3,
    "billmanager.renew.from-suspension": 1,
    "billmanager.renew.late-fee.percent": 1,
    "billmanager.resource.until-expiry": 1,
    "billmanager.resource.full-price": 2,
    "billmanager.name.username": 1,
    "billmanager.name.domain": 1,
    "hostbill.initial-period.adjust": 4,
}

_AMOUNT = re.compile(r"(amount|total): \"|balance: \{\w+: \"")
_ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}


def ids(folder: str) -> set[str]:
    """Return the names of the scenarios in a folder."""
    return {name.partition("/")[2] for name in SCENARIOS if name.startswith(f"{folder}/")}


def played(scenario: Scenario) -> Story:
    """Return what the reference does under the defaults and what the scenario pins."""
    return play_reference(scenario, choose(scenario.readings))


def differs(scenario: Scenario, readings: Mapping[str, str]) -> bool:
    """Tell whether the reference under `readings` shows something else than the file says."""
    try:
        story = play_reference(scenario, readings)
    except LostError:
        return True
    return any(_differences(scenario, story.whole))


def _differences(scenario: Scenario, seen: Iterable[Seen]) -> Iterator[str]:
    writer = Writer(scenario)
    for step, shown in zip(scenario.steps, seen, strict=True):
        wanted = wanted_by_file(step, writer)
        for found in differences(wanted.texts, at_places(wanted, shown, writer)):
            yield f"{step.place} {found.path}: {found.wanted} / {found.seen}"


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(PARTS))
def test_the_reference_conforms(part: int) -> None:
    """A run of every bundled scenario on the reference finds nothing to report."""
    scenarios = list(SCENARIOS.values())[part::PARTS]
    verdicts = judged("reference", scenarios).verdicts
    assert [each.id for each in scenarios] == [verdict.scenario for verdict in verdicts]
    assert [] == [verdict for verdict in verdicts if verdict.verdict != "pass"]


@by_file
def test_what_is_bundled_holds(file: str) -> None:
    """Under the defaults the reference shows what a file expects, at every place in it.

    Nothing is said of it that must never be, and every line is derived. What two billings have of
    each other parts in money alone, for which one side only was asked.
    """
    for scenario in FILES[file]:
        story = played(scenario)
        assert [] == list(_differences(scenario, story.whole))
        stages = [Stage(seen, ()) for seen in story.whole]
        assert [] == list(violations(scenario, stages)), scenario.id
        assert [] == list(_bought_wrongly(scenario, story)), scenario.id
        _derived(scenario, story)


def _bought_wrongly(scenario: Scenario, story: Story) -> Iterator[object]:
    """Yield what was bought twice, and licences that are nobody's."""
    found = alone_at_the_end(scenario, story.whole) if scenario.others else ()
    return (each for each in found if each.breaks == ONCE or each.service == "nobody")


def _derived(scenario: Scenario, story: Story) -> None:
    """A posted amount is the exact result of its derivation, rounded once as the readings say."""
    readings = choose(scenario.readings)
    kind = ""
    lines = (line for step in story.steps for moment in step for line in moment.lines)
    for line in lines:
        derivation = story.derive(line)
        assert line.rule == derivation.rule
        assert derivation.steps, line
        # A tax is rounded like the line before it, which it is on.
        kind = line.kind if line.kind != "tax" else kind
        digits = minor_digits(scenario.given.currency)
        if readings["posting_digits"] == "four_decimals" or (
            readings["posting_digits"] == "daily_four" and kind == "daily"
        ):
            digits = max(digits, 4)
        exact = abs(derivation.result)
        assert _rounded(exact, digits, readings["rounding"]) == line.amount.exact, line


def _rounded(exact: Fraction, digits: int, rounding: str) -> Fraction:
    """Round by the decimal module; 60 digits and a last one for what remains decide every half."""
    with localcontext() as context:
        context.prec = 80
        context.rounding = ROUND_DOWN
        scaled, rest = divmod(exact.numerator * 10**60, exact.denominator)
        number = Decimal(scaled).scaleb(-60)
        if rest:
            number += Decimal(1).scaleb(-61)
        return Fraction(number.quantize(Decimal(1).scaleb(-digits), _ROUNDING[rounding]))


def test_rules_are_built() -> None:
    """Every scenario is about rules that the reference computes."""
    about = {rule for scenario in SCENARIOS.values() for rule in scenario.rules}
    assert [] == sorted(rule for rule in about if not rules()[rule].built)


def test_readings_exist() -> None:
    """Every scenario pins readings of the closed list, each with one of its values."""
    pinned = {pair for scenario in SCENARIOS.values() for pair in scenario.readings.items()}
    known = {(name, value) for name, reading in READINGS.items() for value in reading.values}
    assert set() == pinned - known


def test_every_amount_says_where_it_comes_from() -> None:
    """Beside an expected amount, or in the two lines above it, a comment has its derivation."""
    assert [] == [f"{file}:{line}" for file in FILES for line in _silent(file)]


def _silent(file: str) -> Iterator[int]:
    """Yield the numbers of the lines of a file that expect an amount of nobody knows where."""
    text = (bundled_root() / file).read_text(encoding="utf-8").splitlines()
    expected = text.index("timeline:") + 1
    for number, line in enumerate(text[expected:], start=expected + 1):
        if (
            _AMOUNT.search(line)
            and not re.match(r"\s+(pay|order_resource|report_usage):", line)
            and not any("#" in near for near in text[number - 3 : number])
        ):
            yield number


PAIRS = [
    (name, *pair) for name, reading in READINGS.items() for pair in combinations(reading.values, 2)
]


@pytest.mark.parametrize(("reading", "one", "other"), PAIRS)
def test_readings_are_told_apart(reading: str, one: str, other: str) -> None:
    """Of any two values of a reading, one is pinned by a scenario that the other does not meet."""
    pinned = [
        (scenario, {one, other} - {scenario.readings[reading]})
        for scenario in SCENARIOS.values()
        if scenario.readings.get(reading) in {one, other}
    ]
    assert any(
        differs(scenario, choose(scenario.readings, {reading: another}))
        for scenario, (another,) in pinned
    )


def test_every_built_rule_has_a_scenario() -> None:
    """Each rule that the reference computes is what some scenario is about."""
    about = {rule for scenario in SCENARIOS.values() for rule in scenario.rules}
    assert set() == {name for name, rule in rules().items() if rule.built} - about


def test_every_example_of_the_documents_has_its_scenario() -> None:
    """Fourteen examples, and three of them again under their other reading."""
    about = [SCENARIOS[f"documented/{name}"].rules for name in ids("documented")]
    assert EXAMPLES == Counter(rule for (rule,) in about)
    assert 17 == len(about)


def test_documented_numbers_name_their_document() -> None:
    """A number of a document says which one, and where in it."""
    for name in ids("documented"):
        source = SCENARIOS[f"documented/{name}"].source
        assert source.document not in {"ours", "vendor"}, name
        assert source.section, name


def test_every_worked_row_has_its_scenarios() -> None:
    """The worked numbers are all there, and nothing else is among them."""
    assert {name for row in ROWS.values() for name in row} == ids("worked")


def test_there_are_edges() -> None:
    """There are at least twelve scenarios for corners."""
    assert 12 <= len(ids("edge"))
