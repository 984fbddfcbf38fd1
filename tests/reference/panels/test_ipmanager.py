"""Addresses of an IPmanager, asked for by hand-made answers."""

from __future__ import annotations

import pytest

from prorata.reference.engine.ports import PanelRefusedError
from prorata.reference.panels.ipmanager import give_back, ipmanager


class Addresses:
    """A wire to an IPmanager that gives 192.0.2.10 and on, or refuses by a type of error."""

    def __init__(self, refusing=None, **noted):
        self.refusing = refusing
        self.rows_there = [{"name": name, "note": note} for note, name in noted.items()]
        self.acts = []

    def rows(self, func):
        """Return the addresses that were given."""
        assert "ipaddr" == func
        if self.refusing:
            raise PanelRefusedError(self.refusing, "ipaddr", "no", func)
        return list(self.rows_there)

    def act(self, func, asked):
        """Give an address or take one back."""
        self.acts.append((func, dict(asked)))
        if func == "ipaddr.edit":
            name = f"192.0.2.{10 + len(self.rows_there)}"
            self.rows_there.append({"name": name, "note": asked["note"]})


def test_a_user_who_has_an_address_gets_no_second_one():
    """A try that follows another finds what that one took."""
    wire = Addresses(anna="192.0.2.7")
    assert "192.0.2.7" == ipmanager(wire, "anna")
    assert [] == wire.acts


def test_a_new_user_gets_one_that_is_assigned_and_noted():
    """The note says whose it is; it is assigned, not one that all share."""
    wire = Addresses(anna="192.0.2.7")
    assert "192.0.2.11" == ipmanager(wire, "ben")
    assert [("ipaddr.edit", {"iprole": "assigned", "note": "ben"})] == wire.acts


def test_who_has_no_access_gives_none():
    """An account that stands in for an IPmanager: the server's own address is used."""
    assert ipmanager(Addresses("access"), "anna") is None
    give_back(Addresses("access"), "anna")


@pytest.mark.parametrize("ask", [ipmanager, give_back])
def test_any_other_refusal_is_one(ask):
    """What is wrong with the connection is not passed over."""
    with pytest.raises(PanelRefusedError):
        ask(Addresses("badpassword"), "anna")


def test_only_ones_own_address_is_given_back():
    """Of a user who has none, nothing is."""
    wire = Addresses(anna="192.0.2.7")
    give_back(wire, "ben")
    give_back(wire, "anna")
    assert [("ipaddr.delete", {"elid": "192.0.2.7"})] == wire.acts
