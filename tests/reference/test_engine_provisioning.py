"""What is done on the panel: room beside the accounts that it has, and passwords made up."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from prorata.reference.engine.provisioning import no_room

CATALOGUE = {"start": {"prices": {"1 month": "10"}}}


class Server:
    """A server that takes so many accounts, and none of users whose names begin with `lic`."""

    def __init__(self, most):
        self.most, self.asked = most, []

    def capacity(self, accounts):
        self.asked.append(accounts)
        return None if accounts < self.most else f"{self.most} accounts are there"

    def hosts(self, name):
        return not name.startswith("lic")


def service(*, status="active", has_account=True, resold=None, user="u1"):
    """Return a service as far as room is asked for it."""
    return SimpleNamespace(status=status, has_account=has_account, resold=resold, user=user)


def refused(server, *services, more=1, template=""):
    """Tell whether so many more services are refused beside those that there are."""
    turn = SimpleNamespace(
        port=server,
        book=SimpleNamespace(services=dict(enumerate(services, 1))),
        rule=lambda rule, **facts: rule(**facts),
    )
    return no_room(turn, more, template) is not None


def test_room_beside_all_that_was_ordered():
    """The last of 2 more beside 3 finds 4 there; where it has room, no account is counted."""
    server = Server(5)
    assert not refused(server, service(), service(), service(status="deleted"), more=2)
    assert [4] == server.asked


def test_a_full_server():
    """Of 2 more beside 3 accounts, the second finds 4 of at most 4."""
    server = Server(4)
    assert refused(server, service(), service(), service(), more=2)
    assert [4, 4] == server.asked


@pytest.mark.parametrize("status", ["processing", "active", "suspended"])
def test_what_has_an_account_or_waits_for_one(status):
    """Beside one account there is no room for another on a server of one, whatever its status."""
    server = Server(1)
    assert refused(server, service(status=status))
    assert [1, 1] == server.asked


@pytest.mark.parametrize(
    "other",
    [
        {"status": "deleted"},
        {"has_account": False},
        {"resold": "licence"},
        {"has_account": False, "resold": "licence"},
        {"user": "lic1"},
    ],
)
def test_what_has_no_account_takes_no_room(other):
    """Beside one account and what has none there is room for the second of two."""
    server = Server(2)
    assert not refused(server, service(), service(**other))
    assert [2, 1] == server.asked


def test_what_needs_no_account_needs_no_room():
    """A licence is taken beside a server that is full."""
    server = Server(1)
    assert not refused(server, service(), template="lic{number}")
    assert [] == server.asked


def test_a_password_that_is_made_up(house):
    """Where none is named, the panel gets one of 32 characters, another each time."""
    shop = house(CATALOGUE, at="2025-09-01 10:00")
    shop.do("order", client="anna", tariff="start", period="1 month")
    made = []
    for _ in range(2):
        shop.do("set_password", service="1")
        made.append(shop.panel.passwords[shop.service().user])
    assert [32, 32] == [len(each) for each in made]
    assert made[0] != made[1]


def test_a_password_that_is_named(house):
    """The panel gets the one that is named."""
    shop = house(CATALOGUE, at="2025-09-01 10:00")
    shop.do("order", client="anna", tariff="start", period="1 month")
    shop.do("set_password", service="1", password="s3cret-word")
    assert "s3cret-word" == shop.panel.passwords[shop.service().user]
