"""The table of what is done and seen by which function, and the page that is made of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prorata.fakes.billmanager import Billmanager
from prorata.harness.cli.acts_page import acts_page
from prorata.harness.implementations.billmanager.ability import NOT_SAID, OURS, SEEN, SET_UP
from prorata.harness.implementations.billmanager.acts import ACTS
from prorata.harness.scenario.acts import ACTS as OF_SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[4] / "docs" / "acts.md"


def named() -> Iterator[str]:
    """Yield every function that the table names, with the parameters of it that are ours."""
    for use in (*SET_UP, *SEEN, *ACTS.values()):
        yield from use.functions


def test_every_act_of_a_scenario_is_said_or_named_as_one_that_cannot_be() -> None:
    """What nobody asks of a billing, to wait and what happens to the panel, is not among them."""
    asked = set(OF_SCENARIOS["billmanager"]) - {"wait", "panel"}
    assert asked == {*ACTS, *NOT_SAID}
    assert not ACTS.keys() & NOT_SAID.keys()


def test_every_function_of_the_table_is_one_of_the_panel() -> None:
    """So a name that is misspelt shows."""
    assert {each.partition(" ")[0] for each in named()} <= Billmanager.functions.keys()


def test_what_the_panel_calls_invented_is_ours_in_the_table() -> None:
    """And what is ours in the table is invented, or a parameter or column of a documented one."""
    invented = {name for name, each in Billmanager.functions.items() if each.invented}
    whole = {each for each in OURS if " " not in each}
    assert whole <= invented
    assert {each for each in named() if each in invented} <= whole
    assert OURS.keys() == {each for each in named() if each in OURS}


def test_the_columns_of_ours_are_there() -> None:
    """A list has the columns that the table names."""
    for each in OURS:
        name, _, more = each.partition(" ")
        function = Billmanager.functions[name]
        known = {*function.columns, *(param.name for param in function.params)}
        assert set(more.split(", ") if more else ()) <= known, each


def test_the_page_of_acts_is_current() -> None:
    """docs/acts.md is what the command prints: make it anew with --acts --markdown."""
    assert PAGE.read_text("utf-8") == acts_page()
