"""The rules of selling on what a seller sells, one by one."""

from __future__ import annotations

from fractions import Fraction

import pytest

from prorata.reference.resell.catalogue import catalogue
from prorata.reference.resell.connection import connection
from prorata.reference.resell.events import closed_there, events, held_there
from prorata.reference.resell.import_ import import_
from prorata.reference.resell.licence import for_client, on_panel, same_seller, separate
from prorata.reference.resell.notice import notice
from prorata.reference.resell.operation import FAILED_OPERATION_TASK, operation, unmade
from prorata.reference.resell.trial import trial


@pytest.mark.parametrize(
    ("known", "told", "last", "applied"),
    [
        (0, [], 0, ()),
        (0, [1, 2], 2, (1, 2)),
        (4, [6, 5], 6, (5, 6)),  # in the order of their numbers
        (4, [5, 5], 5, (5,)),  # once
        (4, [3, 5], 5, (5,)),  # what was applied is not applied again
        (4, [6], 6, None),  # 5 is missing
        (4, [], 5, None),  # the last one is missing
    ],
)
def test_events_are_applied_in_order_once(known, told, last, applied):
    """A missing number means a look at everything."""
    assert applied == events(known=known, told=told, last=last)


def test_a_failed_operation_has_its_task_by_reading():
    """While it runs there is a task, whatever the reading."""
    tasks = {
        (failed, reading): operation(failed=failed, failed_operation_task=stays)
        for failed in (False, True)
        for reading, stays in FAILED_OPERATION_TASK.items()
    }
    assert {
        (False, "task_stays"): True,
        (False, "no_task"): True,
        (True, "task_stays"): True,
        (True, "no_task"): False,
    } == tasks


def test_what_was_never_made_comes_back():
    """All that was paid for it."""
    assert Fraction(-7) == unmade(paid=Fraction(7))


def test_what_is_refused_is_refused_by_its_rule():
    """And what is in order is not."""
    refused = [
        connection(module="licences", connected=()),
        import_(tariff="2", offered={"1": "lite"}),
        catalogue(tariff="lite", number=""),
        separate(is_licence=False),
        separate(is_licence=True, is_known=False),
        same_seller(has="licences", wants=""),
        closed_there(closed=True),
        held_there(held=True),
        for_client(by="staff"),
        on_panel(is_there=False),
    ]
    assert [
        "resell.connection",
        "resell.import",
        "resell.catalogue",
        "resell.licence.separate",
        "resell.licence.separate",
        "resell.licence.separate",
        "resell.events",
        "resell.events",
        "resell.licence.separate",
        "resell.licence.separate",
    ] == [each.rule for each in refused if each]
    assert [None] * 9 == [
        connection(module="licences", connected=("licences",)),
        import_(tariff="1", offered={"1": "lite"}),
        catalogue(tariff="lite", number="55227"),
        separate(is_licence=True),
        same_seller(has="licences", wants="licences"),
        closed_there(closed=False),
        held_there(held=False),
        for_client(by="client"),
        on_panel(is_there=True),
    ]


def test_a_trial_has_a_number_of_its_own_or_is_asked_for():
    """55239 and 55240 are those of ispmanager 6."""
    numbers = ["55239", "55240", "55227"]
    assert [True, True, False] == [trial(number=number) for number in numbers]
    assert trial(number="55227", on_trial=True)


def test_the_number_of_a_licence_is_mailed():
    """The kind of the mail has it."""
    assert "licence number 12" == notice(number=12)
