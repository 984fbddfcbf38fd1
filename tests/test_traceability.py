"""Every statement of the documents points to what there is, and every rule is in one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bundled import SCENARIOS

from prorata.fakes.control.listing import listed
from prorata.harness.scenario.variants import parted
from prorata.harness.tracing import Statement, documents, statements
from prorata.harness.tracing.page import page
from prorata.harness.tracing.statements import UNDOCUMENTED
from prorata.reference.rules import DOCUMENTS, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prorata.harness.scenario import Scenario

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[1]
WRITTEN = [each for each in statements() if each.document not in UNDOCUMENTED]
FUNCTIONS = {
    f"{panel} {row['name']}"
    for panel, rows in listed(("ispmanager", "billmanager")).items()
    for row in rows
}
RIGHT = Statement(
    "billmanager-hosting",
    "Policy / Late renewal fee / Fixed amount",
    "A fixed amount comes on top.",
    ("billmanager.renew.late-fee.fixed",),
    ("billmanager service.prolong",),
    ("edge/late-fee-fixed",),
)


@pytest.fixture(name="scenarios", scope="module")
def _scenarios() -> Sequence[Scenario]:
    return [*SCENARIOS.values()]


@pytest.fixture(name="about", scope="module")
def _about(scenarios: Sequence[Scenario]) -> Mapping[str, set[str]]:
    """Return the rules that each scenario's file is about."""
    found: dict[str, set[str]] = defaultdict(set)
    for scenario in scenarios:
        found[parted(scenario.id)[0]].update(scenario.rules)
    return found


def nothing(each: Statement, about: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield what a statement points to and is not there."""
    if each.document not in documents():
        yield f"no document {each.document}"
    elif each.section not in documents()[each.document].sections:
        yield f"no section {each.section}"
    yield from (f"no rule {rule}" for rule in each.rules if rule not in rules())
    yield from (f"no function {name}" for name in each.functions if name not in FUNCTIONS)
    shown: set[str] = set()
    for name in each.scenarios:
        files = [name] if name in about else [file for file in about if fnmatchcase(file, name)]
        named = set().union(*(about[file] for file in files))
        if not named & {*each.rules}:
            yield f"no scenario {name} about it"
        shown |= named
    if each.verdict != "outside":
        yield from (f"no scenario shows {rule}" for rule in each.rules if rule not in shown)
        if not each.rules and not each.functions:
            yield "neither a rule nor a function"
    if bool(each.reason) != (each.verdict != "built"):
        yield f"{each.verdict} for no reason"


def unsaid(among: Sequence[Statement]) -> list[tuple[str, str]]:
    """Return each rule with a document that it comes from and that no statement is about."""
    said = {(rule, each.document) for each in among for rule in each.rules}
    wanted = [(rule.id, name) for rule in rules().values() for name in rule.documents]
    return [pair for pair in wanted if pair not in said]


def test_every_statement_points_to_what_there_is(about):
    """Document, section, rules, panel functions, and scenarios that are about the rule."""
    wrong = {each: [*nothing(each, about)] for each in WRITTEN}
    assert not {each: what for each, what in wrong.items() if what}
    assert len(WRITTEN) > 500


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"document": "hosting"}, ["no document hosting"]),
        ({"section": "Policy / Fee"}, ["no section Policy / Fee"]),
        ({"functions": ("billmanager fee",)}, ["no function billmanager fee"]),
        (
            {"scenarios": ("edge/late-fee-fixed", "edge/fee*")},
            ["no scenario edge/fee* about it"],
        ),
        (
            {"scenarios": ("edge/order-needs-consent",)},
            [
                "no scenario edge/order-needs-consent about it",
                "no scenario shows billmanager.renew.late-fee.fixed",
            ],
        ),
        (
            {"rules": ("billmanager.fee",), "scenarios": ()},
            ["no rule billmanager.fee", "no scenario shows billmanager.fee"],
        ),
        ({"rules": (), "scenarios": (), "functions": ()}, ["neither a rule nor a function"]),
        ({"verdict": "differs"}, ["differs for no reason"]),
        ({"reason": "because"}, ["built for no reason"]),
    ],
)
def test_what_points_to_nothing_is_told(about, change, said):
    """Each kind of it, in a row that is right but for that."""
    assert said == [*nothing(replace(RIGHT, **change), about)]


def test_every_rule_is_in_a_statement_of_each_of_its_documents():
    """Those that no document has are in what the registry says of them."""
    assert [] == unsaid(statements())
    assert ("billmanager.pay", "ours") in unsaid(WRITTEN)


def test_every_section_has_a_statement_or_only_tells_where_to_click():
    """And none has both."""
    said = {(each.document, each.section) for each in WRITTEN}
    for name, document in documents().items():
        assert {*document.clicking} <= {*document.sections}
        for section in document.sections:
            assert ((name, section) in said) != (section in document.clicking), (name, section)


def is_a_place(document: str, section: str) -> bool:
    """Tell whether a section is one of a document, a part of one, or a part of one's name."""
    known = [f" / {name} / ".casefold() for name in documents()[document].sections]
    wanted = f" / {section} / ".casefold()
    return any(wanted.startswith(name) or wanted in name for name in known)


def test_the_sections_of_rules_are_those_of_their_documents():
    """Each of the first document that it comes from."""
    named = {rule.id: (rule.documents[0], rule.section) for rule in rules().values()}
    assert not {rule: place for rule, place in named.items() if place[1] and not is_a_place(*place)}


def test_the_sections_of_scenarios_are_those_of_their_documents(scenarios):
    """Each that names one, but those of the vendor's other pages."""
    named = {
        each.id: (each.source.document, each.source.section)
        for each in scenarios
        if each.source.document not in UNDOCUMENTED and each.source.section
    }
    assert len(named) > 100
    assert not {name: place for name, place in named.items() if not is_a_place(*place)}


def test_the_documents_are_those_of_the_rules():
    """By the same names, in the same order."""
    assert DOCUMENTS == tuple(documents())


def test_no_statement_stands_twice_in_a_section():
    """Each is said once."""
    places = [(each.document, each.section, each.says) for each in statements()]
    assert len(places) == len({*places})


def test_the_page_is_current():
    """docs/traceability.md is what the command prints: make it anew with --markdown."""
    assert (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8") == page()
