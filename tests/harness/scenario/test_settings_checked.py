"""What a billing is set to, and what tariffs and clients name of it, is checked."""

from __future__ import annotations

import pytest

from prorata.harness.scenario.checks import KnownNames
from prorata.harness.scenario.loader import loads
from prorata.harness.scenario.problems import ScenarioErrors

KNOWN = KnownNames(frozenset({"a.rule"}), {}, lambda _currency: 2)
TEXT = """\
title: Settings
rules: [a.rule]
source: ours
given:
  system: billmanager
  groups: {partners: {suspend: yes}}
  modules: {hosting: {department: technical}}
  name_servers: {free: {free_zones: [example.com]}}
  tariffs:
    start:
      prices: {1 month: "1"}
      maximum_quantity: 2
      module: hosting
      name_server: free
      resources:
        traffic: {rates: [{up_to: 5, prices: {1 month: "2"}}, {prices: {1 month: "1"}}]}
  clients: {anna: {group: partners}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: start, period: 1 month, quantity: 2}
  - at: 2025-08-02
    tasks_for: {department: technical}
    expect: {tasks: [site 2], accounts: {anna: {USD: "0"}}, site 2: {status: active}}
"""


def problems(text):
    """Return what is wrong with a text, without places."""
    try:
        loads(text.encode(), file="it.yaml", id="it", known=KNOWN, changes={})
    except ScenarioErrors as errors:
        return [problem.message for problem in errors.problems]
    return []


def test_settings_are_read():
    """What is well set has no problem; the second of two services has a label."""
    assert [] == problems(TEXT)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("group: partners", "group: guests", 'unknown group "guests"'),
        ("module: hosting", "module: host", 'unknown module "host"'),
        ("name_server: free", "name_server: dear", 'unknown name_server "dear"'),
        ("traffic: {", "disk: {", "only traffic has rates"),
        ("up_to: 5, ", "", "up_to must rise"),
        (', {prices: {1 month: "1"}}]', "]", "up_to must rise"),
        ('{prices: {1 month: "1"}}', '{prices: {1 year: "1"}}', "the same periods"),
        ("tasks: [site 2]", "tasks: [site 3]", 'no service is called "site 3"'),
        ("accounts: {anna", "accounts: {bob", 'unknown client "bob"'),
        (", quantity: 2", "", 'no service is called "site 2"'),
    ],
)
def test_what_is_not_there_is_told(old, new, said):
    """A name that nothing has, and rates that do not rise, are reported."""
    assert 1 == TEXT.count(old)
    found = problems(TEXT.replace(old, new))
    assert found
    assert any(said in message for message in found), found
