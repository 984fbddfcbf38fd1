"""What a billing tells before it is done, and what staff change of it while it runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from prorata.reference.clock import Clock
from prorata.reference.engine import Billing, CatalogueError
from prorata.reference.engine.billmanager import BILLMANAGER
from prorata.reference.engine.ports import PanelRefusedError
from prorata.reference.readings import choose
from prorata.reference.refusal import Refusal


class Moody:
    """A panel that refuses to make users while it is in a mood."""

    def __init__(self) -> None:
        self.in_a_mood = False
        self.made: list[str] = []

    def create(self, account) -> None:
        if self.in_a_mood:
            raise PanelRefusedError("value", "mood", "not now", "user.edit")
        self.made.append(account.name)

    def capacity(self, accounts):
        return None


@pytest.fixture
def panel():
    """A panel in a good mood."""
    return Moody()


@pytest.fixture
def clock():
    """Time stands at nine in the morning of 1 August 2025, UTC."""
    return Clock(datetime(2025, 8, 1, 9, tzinfo=UTC))


@pytest.fixture
def billing(panel, clock):
    """A billing with one tariff and a client without money."""
    return Billing(
        BILLMANAGER,
        clock=clock,
        readings=choose({}),
        catalogue={"start": {"prices": {"1 month": "3.10"}, "setup_fee": "1.00"}},
        clients={"poor": "0"},
        panel=panel,
        settings={"groups": {"gold": {"suspend": True}}},
    )


_ORDER = {"client": "poor", "tariff": "start", "period": "1 month"}


def test_a_quote_asks_no_money_and_does_nothing(billing):
    """What an act would post is told to a client who cannot pay it."""
    turn = billing.quote("order", **_ORDER)
    assert ["3.10", "1.00"] == [str(entry.amount) for entry in turn.entries]
    assert (0, 0) == (len(billing.ledger), len(billing.book.services))
    # the number that the quoted service had is still free
    assert "1" == billing.act("order", **_ORDER)["service"]


def test_a_quote_is_refused_as_the_act_is(billing):
    """What money cannot help is refused."""
    refused = billing.quote("order", **{**_ORDER, "period": "1 year"})
    assert isinstance(refused, Refusal)
    assert "billmanager.order.price" == refused.rule


def test_clients_come_later_too(billing):
    """A client who comes while the billing runs has the next number; a name is taken once."""
    assert (2, "5.00") == (
        billing.enrol("rich", "5.00", group="gold").number,
        str(billing.book.clients["rich"].balance),
    )
    with pytest.raises(ValueError, match="a client rich already"):
        billing.enrol("rich")


def test_tariffs_come_later_too(billing):
    """A tariff that is added is sold at once."""
    billing.sell("free", {"prices": {"1 month": "0"}})
    assert "service" in billing.act("order", **{**_ORDER, "tariff": "free"})
    with pytest.raises(CatalogueError):
        billing.sell("odd", {"colour": "blue"})


def test_settings_change_part_by_part(billing):
    """A new group leaves the others; another part is replaced."""
    billing.configure({"groups": {"silver": {"delete": True}}})
    billing.configure({"product_type": {"auto_deletion": 9}})
    groups = billing.book.settings.groups
    assert (frozenset({"suspend"}), frozenset({"delete"})) == (groups["gold"], groups["silver"])
    assert 9 == billing.book.settings.product_type.auto_deletion


def test_a_payment_is_given_up_once(billing):
    """An opened payment that will not be paid is no longer active."""
    billing.act("open_payment", client="poor", amount="5.00")
    billing.act("open_payment", client="poor", amount="6.00")
    billing.give_up_payment("poor", "5.00")
    billing.give_up_payment("poor", "5.00")
    assert ["6.00"] == [str(each) for each in billing.book.clients["poor"].active]


def test_operations_wait_for_staff(billing, panel, clock):
    """Held, an operation is not tried again; started by staff, it is."""
    panel.in_a_mood = True
    billing.act("pay", client="poor", amount="4.10")
    billing.act("order", **_ORDER)
    billing.operations.hold(1)
    panel.in_a_mood = False
    billing.advance_to(datetime(2025, 8, 1, 10, tzinfo=UTC))
    assert [] == panel.made
    billing.operations.start(1)
    assert (["user1"], "active") == (panel.made, billing.book.services[1].status)


def test_operations_are_dropped(billing, panel):
    """A dropped operation is not done, and what waited behind it goes on."""
    panel.in_a_mood = True
    billing.act("pay", client="poor", amount="4.10")
    billing.act("order", **_ORDER)
    billing.operations.drop(1)
    assert ("dropped", {}) == (billing.book.operations[1].status, billing.book.running)
