"""Small parts of the ground floor and of the engine, each by itself."""

from __future__ import annotations

from fractions import Fraction

import pytest

from prorata.reference import hostbill, provision
from prorata.reference.engine.licences import Cursor, Resold
from prorata.reference.engine.ports import PanelFailedError
from prorata.reference.engine.rights import permitted
from prorata.reference.engine.state import Client, Service
from prorata.reference.money import Money
from prorata.reference.ondemand import OnDemand
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal
from prorata.reference.rules import Rule, returns_amount


def test_a_table_on_demand_knows_its_keys_without_loading():
    """What stands in a module that there is not is a key all the same, until it is asked for."""
    table = OnDemand({"hostbill": (hostbill.__name__, "__doc__"), "lost": ("no.such.module", "x")})
    assert "lost" in table
    assert "billmanager" not in table
    assert hostbill.__doc__ == table["hostbill"]
    with pytest.raises(ModuleNotFoundError):
        table["lost"]


def test_what_was_never_bought_cost_nothing():
    """A licence before its purchase, and a seller before its first event."""
    resold = Resold("licences")
    assert (Fraction(0), Fraction(0)) == (resold.paid, resold.back)
    assert (0, 0) == Cursor()


def test_a_failure_tells_what_failed_and_why():
    """The function that was asked, the reason, and whether it may have happened."""
    error = PanelFailedError("user.edit", "no answer", may_have_happened=True)
    assert ("user.edit", "no answer", True) == (error.func, error.reason, error.may_have_happened)
    assert "user.edit: no answer" == str(error)


def test_a_new_client_has_nothing_in_four_decimals():
    """Daily rows have four decimals: a balance counts in units of 0.0001."""
    client = Client("anna", 1, "USD")
    assert Money.of("0.00", "USD") == client.balance
    client.balance = Money.of("3.10", "USD")
    assert 31_000 == client.units


@pytest.mark.parametrize(("owners", "orderer"), [((), "ben"), (("anna", "carl"), "anna")])
def test_who_ordered_a_service_is_its_first_owner(owners, orderer):
    """A user on the panel is known by the client who ordered, whoever has the service now."""
    service = Service(1, "ben", "start", Length(months=1), "active", owners=owners)
    assert orderer == service.orderer


@pytest.mark.parametrize("action", ["create", "delete", "suspend"])
def test_a_server_without_a_licence_asks_nothing(action):
    """A server is on no panel: it asks its seller for its control panel, where it has one."""
    server = Service(1, "anna", "vds", Length(months=1), "active", address="192.0.2.7")
    assert not server.asks(action)


def test_acts_keep_what_they_say_of_themselves():
    """An act that asks for rights first has the words of the act."""

    def accept(_turn, /, *, service):
        """Accept an order."""

    (asked,) = permitted({"accept": accept}, lambda **_: None, ()).values()
    assert "Accept an order." == asked.__doc__


@pytest.mark.parametrize(
    ("money", "told"), [(True, "7.00 are asked"), (False, "7.00 are asked (ours.short)")]
)
def test_a_refusal_names_its_rule_unless_money_lacks(money, told):
    """Who has too little on the balance needs no rule to know why."""
    assert told == Refusal("ours.short", "7.00 are asked", short_of_money=money).told


def test_it_is_a_rule_that_refuses_where_nothing_else_is_said():
    """Then its id is told."""
    assert "7.00 are asked (ours.short)" == Refusal("ours.short", "7.00 are asked").told


@pytest.mark.parametrize("domain", ["a\x00b.example.com", f"{'ä' * 64}.example.com"])
def test_domains_that_no_panel_takes(domain):
    """What cannot be printed, and a label that has no form of Latin letters: 63 are the most."""
    refusal = provision.domain_taken(domain=domain)
    assert refusal is not None
    assert "provision.ispmanager.create" == refusal.rule
    assert provision.domain_taken(domain="bücher.example.com") is None


@pytest.mark.parametrize("password", ["a\tb", "a" * 129, "pässword"])
def test_passwords_that_no_panel_takes(password):
    """At most 128 characters of ASCII, all of which can be printed."""
    assert provision.password_taken(password=password) is not None
    assert provision.password_taken(password="a" * 128) is None


def test_a_rule_that_is_annotated_by_the_type_returns_an_amount():
    """Annotations are text in most modules, and the type itself in others."""

    def by_text() -> Fraction:
        return Fraction(1)

    def by_type():
        return Fraction(1)

    by_type.__annotations__["return"] = Fraction
    assert returns_amount(by_text)
    assert returns_amount(by_type)
    assert not returns_amount(test_acts_keep_what_they_say_of_themselves)


def test_a_rule_that_is_not_built_asks_for_no_reading():
    """It has no function whose parameters could name one."""
    assert () == Rule("ours.later", ("ours",), "It comes later.", built=False).readings
