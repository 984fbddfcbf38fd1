"""What is new in what is told as a whole, again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from by_hand import at, invoice, line, notice, service

from prorata.fakes import Ispmanager
from prorata.harness.protocol import Observation
from prorata.harness.running.observing import Observing
from prorata.reference.clock import Clock

if TYPE_CHECKING:
    from prorata.harness.protocol import LedgerLine

A, B, C = (line("period", amount, service="1") for amount in ("1.00", "2.00", "3.00"))
NOTHING = line("setup", "0.00", service="1")


@pytest.fixture(name="observing")
def _observing() -> Observing:
    """Return one that has seen nothing yet, of a panel with the user `user1`."""
    panel = Ispmanager(Clock(at("2025-08-01")), presets={"start": {}})
    panel.add_user("user1")
    return Observing(panel, 510)


def lines(observing: Observing, *told: LedgerLine) -> tuple[list[str], bool]:
    """Return the amounts of the lines that are new, and whether others were rewritten."""
    of = ("ledger",)
    seen = observing.see(Observation(ledger=list(told)), of, {}, at("2025-08-01"))
    return [each.amount for each in seen.lines], bool(seen.rewritten)


def test_what_nobody_ordered_is_seen_apart(observing: Observing) -> None:
    """A service without a label, and a user of none: not of the scenario, nor of a reseller."""
    observing.panel.add_user("given")
    observing.given = frozenset({"www-root", "given"})
    told = {"7": service(user=None), "8": service(user="user8")}
    ids = {"site": "7"}
    seen = observing.see(Observation(services=told), ("services",), ids, at("2025-08-01"))
    assert {"8": told["8"]} == seen.unordered
    assert ("user1",) == seen.strangers
    told["7"] = service(user="user1")
    seen = observing.see(Observation(services=told), ("services",), ids, at("2025-08-01"))
    assert () == seen.strangers
    told = {"7": service()}
    seen = observing.see(Observation(services=told), ("services",), ids, at("2025-08-01"))
    assert () == seen.strangers, "who the user of a service is was not told"


def test_lines_are_new_once(observing: Observing) -> None:
    """A ledger is appended to."""
    assert lines(observing, A) == (["1.00"], False)
    assert lines(observing, A) == ([], False)
    assert lines(observing, A, B, C) == (["2.00", "3.00"], False)


def test_the_order_in_which_lines_are_told_is_free(observing: Observing) -> None:
    """The newest first, or in none; equal lines are counted."""
    assert lines(observing, A, B) == (["1.00", "2.00"], False)
    assert lines(observing, C, B, A) == (["3.00"], False)
    assert lines(observing, A, A, C, B) == (["1.00"], False)


def test_lines_of_nothing_are_none(observing: Observing) -> None:
    """Wherever they come or go."""
    assert lines(observing, NOTHING, A) == (["1.00"], False)
    assert lines(observing, A, NOTHING) == ([], False)
    assert lines(observing, A) == ([], False)
    assert lines(observing, A, B, NOTHING) == (["2.00"], False)


def test_a_line_that_is_changed_in_its_place_is_not_new(observing: Observing) -> None:
    """It is rewritten; what comes behind it is new."""
    assert lines(observing, A, B) == (["1.00", "2.00"], False)
    assert lines(observing, C, B) == ([], True)
    # From now on this is what was told before.
    assert lines(observing, C, B) == ([], False)
    changed = A.model_copy(update={"covers": (at("2025-08-01"), at("2025-09-01"))})
    assert lines(observing, C, A, changed) == (["1.00"], True)


def test_a_rewritten_line_is_known(observing: Observing) -> None:
    """Which line it is, what it was and what it is now."""
    lines(observing, A, B)
    of, now = ("ledger",), at("2025-08-01")
    seen = observing.see(Observation(ledger=[A, C, C]), of, {}, now)
    assert ((2, B, C),) == seen.rewritten
    assert (C,) == seen.lines
    seen = observing.see(Observation(ledger=[C, C]), of, {}, now)
    assert ((1, A, None),) == seen.rewritten


def test_a_line_that_is_gone_is_rewritten(observing: Observing) -> None:
    """What is told beside the rest is new."""
    assert lines(observing, A, B) == (["1.00", "2.00"], False)
    assert lines(observing, B) == ([], True)
    assert lines(observing, B, C) == (["3.00"], False)


def test_other_words_for_one_line_change_nothing(observing: Observing) -> None:
    """1 is 1.00, and the rule that a line names is not part of it."""
    assert lines(observing, A) == (["1.00"], False)
    same = A.model_copy(update={"amount": "1", "rule": "my.own"})
    assert lines(observing, same) == ([], False)


def test_notices_are_new_once_and_untold_where_none_are_asked_for(observing: Observing) -> None:
    """None is not the empty list."""
    first, other = notice("anna", "activation"), notice("ben", "activation")

    def told(*notices: object) -> object:
        seen = Observation.model_construct(notifications=list(notices))
        return observing.see(seen, ("notifications",), {}, at("2025-08-01")).notifications

    assert told(first) == (first,)
    assert told(other, first) == (other,)
    assert told(other, first) == ()
    untold = observing.see(Observation(), ("ledger",), {}, at("2025-08-01"))
    assert untold.notifications is None


def test_services_are_seen_by_label_and_users_on_the_panel(observing: Observing) -> None:
    """Ids are the implementation's own; numbers count from the first that the reference has."""
    ids = {"site": "a-7", "shop": "a-8", "gone": "a-9"}
    told = Observation(
        services={"a-7": service(user="user1"), "a-8": service(user="user2"), "a-1": service()},
        invoices={
            "10": invoice("2.00", issued=at("2025-08-02")),
            "9": invoice("3.00", issued=at("2025-08-02")),
            "11": invoice("1.00"),
        },
        balances={"anna": "1.00"},
    )
    seen = observing.see(told, ("services",), ids, at("2025-08-03"))
    assert ["user1", "user2", None] == [each and each.user for each in seen.services.values()]
    assert {"a-7": "site", "a-8": "shop", "a-9": "gone"} == seen.labels
    assert {"a-7": "510", "a-8": "511", "a-9": "512"} == seen.numbers
    assert seen.belongings["user1"] is not None
    assert seen.belongings["user2"] is None
    # In the order of their issue, those of one instant by their numbers.
    assert ("11", "9", "10") == seen.invoice_numbers
    assert ["1.00", "3.00", "2.00"] == [each.total for each in seen.invoices]
    assert {"services"} == seen.asked
