"""Groups, rights, notices, tasks and lists, as BILLmanager has them."""

from __future__ import annotations

import pytest

from prorata.reference.billmanager import currency, order
from prorata.reference.billmanager.group import rights as group_rights
from prorata.reference.billmanager.notify import activation, sender
from prorata.reference.billmanager.rights import rights
from prorata.reference.billmanager.show import Page, Shown, show
from prorata.reference.billmanager.sort import sort
from prorata.reference.billmanager.tariff import TYPES, resources
from prorata.reference.billmanager.task import Task, department


@pytest.mark.parametrize(
    ("group", "allow", "forbid", "refused"),
    [
        (None, (), (), False),
        ("a", (), (), False),
        ("a", ("a",), (), False),
        ("b", ("a",), (), True),
        (None, ("a",), (), True),
        ("a", (), ("a",), True),
        ("b", (), ("a",), False),
        (None, (), ("a",), False),
        ("a", ("a",), ("a",), True),
    ],
)
def test_groups_of_a_tariff(group, allow, forbid, refused):
    """Forbidden groups may not; where some are allowed, all others may not; forbidding wins."""
    found = order.groups(tariff="start", group=group, allow=allow, forbid=forbid)
    assert refused == (found is not None)


@pytest.mark.parametrize(
    ("granted", "has"), [((), False), (("delete",), False), (("suspend",), True)]
)
def test_rights_of_a_group(granted, has):
    """A group has a right only where it is set."""
    assert has == group_rights(granted=granted, right="suspend")


def test_addons_of_a_tariff():
    """There are twelve types, and three come by themselves with their amounts."""
    assert 12 == len(TYPES)
    assert set(TYPES) == resources(create_all=True).keys()
    assert {
        "traffic": (5120, 5120, None),
        "disk": (1024, 1024, 10240),
        "web domains": (10, 10, 100),
    } == resources(create_all=False)
    assert (0, 0, 0) == resources(create_all=True)["RAM"]


@pytest.mark.parametrize(
    ("act", "by", "refused"),
    [
        ("order", "client", False),
        ("set_tariff", "client", True),
        ("set_currency", "client", True),
        ("an act of later", "client", True),
        ("set_tariff", "staff", False),
    ],
)
def test_rights_of_client_and_staff(act, by, refused):
    """Clients do what is theirs, staff everything."""
    assert refused == (rights(act=act, by=by) is not None)


def test_currency_names_who_is_in_the_way():
    """Active payments and uncovered expenses are named with their clients."""
    refusal = currency.change(active=["ben", "anna"], uncovered=["carl"])
    assert refusal
    assert "payments are active: anna, ben" == refusal.reason
    refusal = currency.change(active=[], uncovered=["carl"])
    assert refusal
    assert "expenses are not covered: carl" == refusal.reason
    assert currency.change(active=[], uncovered=[]) is None
    assert currency.bought_in(currency="USD", now="USD") is None


def test_notice_of_activation():
    """It is ready, and the tariff's own notice goes by mail and in the billing."""
    assert [("service is ready for use", "billing")] == list(activation(template=None))
    assert [("Hello", "mail"), ("Hello", "billing")] == list(activation(template="Hello")[1:])


@pytest.mark.parametrize(
    ("kind", "support", "address"),
    [
        ("password recovery", "help@", "help@"),
        ("user activation", "help@", "help@"),
        ("payer activation", "help@", "help@"),
        ("password recovery", None, "all@"),
        ("service is ready for use", "help@", "all@"),
    ],
)
def test_sender_of_notices(kind, support, address):
    """Activations and password recovery come from the support address, where there is one."""
    assert address == sender(kind=kind, notifications="all@", support=support)


def test_tasks_are_seen_by_their_department():
    """A department sees its own tasks; those of no department are nobody's."""
    tasks = [Task("a", 1), Task("b", 2), Task(None, 3), Task("a", 4)]
    assert [1, 4] == [task.service for task in department(tasks=tasks, department="a")]
    assert () == department(tasks=tasks, department="c")


def test_order_of_a_list():
    """The lowest number first, then by name; without a number last."""
    tariffs = [("d", None), ("c", 10), ("b", 2), ("a", 2), ("e", 1)]
    assert ("e", "a", "b", "c", "d") == sort(tariffs=tariffs)


@pytest.mark.parametrize(
    ("by", "language", "labels", "shown"),
    [
        ("client", None, (), Shown("start", "start")),
        ("client", "de", ("ssd",), Shown("start", "Klein")),
        ("client", "fr", (), Shown("start", "start")),
        ("client", None, ("ssd", "tape"), None),
        ("staff", None, (), Shown("start", "start", "cheap", "box")),
    ],
)
def test_what_is_shown_of_a_tariff(by, language, labels, shown):
    """Notes and site information are for staff; labels filter; names follow the language."""
    page = Page({"de": "Klein"}, ("ssd", "large"), "cheap", "box")
    assert shown == show(tariff="start", page=page, by=by, language=language, labels=labels)
