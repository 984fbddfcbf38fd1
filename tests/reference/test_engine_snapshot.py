"""A snapshot is a billing as it stood; what goes on from it has a clock of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from prorata.reference.clock import Clock
from prorata.reference.engine.snapshot import Snapshot
from prorata.reference.money import Money

NOW = datetime(2025, 9, 1, 10, tzinfo=UTC)


class Listener:
    """Hears of turns; it is no state, and cannot be copied."""

    def __call__(self, turn):
        """Hear of a turn."""

    def __deepcopy__(self, _memo):
        """Refuse."""
        raise AssertionError


@pytest.fixture
def billing(with_clients):
    """A billing in which anna has 10.00, with somebody who listens."""
    made = with_clients(NOW, anna="10.00")
    made.heard = Listener()
    return made


def test_what_goes_on_changes_nothing_before_it(billing):
    """Each copy has its balances; nobody listens to it."""
    snapshot = Snapshot(billing)
    first, second = snapshot.restore(panel=None), snapshot.restore(panel=None)
    first.act("pay", client="anna", amount="5.00")
    assert Money.of("15.00", "USD") == first.book.clients["anna"].balance
    assert Money.of("10.00", "USD") == second.book.clients["anna"].balance
    assert Money.of("10.00", "USD") == billing.book.clients["anna"].balance
    assert first.heard is None
    assert isinstance(billing.heard, Listener)


def test_it_goes_on_by_the_clock_that_it_is_given(billing):
    """That clock stands where the snapshot was taken; without one there is a fresh one."""
    snapshot, clock = Snapshot(billing), Clock(NOW)
    assert clock is snapshot.restore(panel=None, clock=clock).clock
    fresh = snapshot.restore(panel=None).clock
    fresh.advance_to(NOW + timedelta(days=1))
    assert NOW == clock.now() == snapshot.at == billing.clock.now()


def test_a_clock_that_stands_elsewhere_is_refused(billing):
    """Time does not jump between a billing and its copy."""
    with pytest.raises(ValueError, match="the snapshot is of 2025-09-01T10:00:00"):
        Snapshot(billing).restore(panel=None, clock=Clock(NOW + timedelta(seconds=1)))


def test_one_without_a_listener_is_copied_too(billing):
    """Most billings are listened to by nobody."""
    billing.heard = None
    assert Snapshot(billing).restore(panel=None).heard is None
