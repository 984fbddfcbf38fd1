"""Whatever clients do and however time is cut, money is conserved and the same is seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from prorata.reference.clock import Clock
from prorata.reference.engine.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

BOTH = ("databases", "disk")
#: The tariffs, each with the resources that it sells.
SOLD: dict[str, tuple[str, ...]] = {
    "month": ("disk",),
    "turned": BOTH,
    "anew": BOTH,
    "behind": BOTH,
    "upward": ("disk",),
    "calendar": BOTH,
    "dates": BOTH,
    "fixed": (),
    "day": BOTH,
    "hour": BOTH,
    "free": ("disk",),
}
TARIFFS = st.sampled_from(sorted(SOLD))
PERIODS = st.sampled_from(["1 month", "1 month", "3 months", "1 year"])
WHO = st.sampled_from(["client", "staff"])
RESOURCES = st.sampled_from(["disk", "disk", "databases"])
TAXES: tuple[dict[str, Any], ...] = (
    {},
    {"tax": {"rate": "19"}},
    {"tax": {"rate": "7.7", "included": True}},
)
READINGS = (
    {},
    {"auto_retry": "daily", "weekend_end": "next_charge", "month_end": "clamp_and_stay"},
    {"change_period_rounding": "exact", "day_count": "elapsed_exact", "rounding": "half_even"},
    {"downgrade_extra_charge_only": "keep_until_expiry", "change_day": "old", "rounding": "down"},
    {"month_end": "overflow", "posting_digits": "four_decimals", "period_days": "nominal"},
    {"month": "thirty_days", "period_days": "calendar_month", "rounding_place": "day_rate"},
    {"change_period_rounding": "nearest", "daily_charge": "rate_from_month"},
)
#: How long until the next act, in hours: often to a month's end, where things fall due.
HOURS = st.one_of(
    st.integers(0, 72), st.sampled_from([24, 168, 28 * 24, 30 * 24, 31 * 24, 32 * 24, 45 * 24])
)
SPLITS = st.one_of(st.sampled_from(["due", "days"]), st.sampled_from([61, 360, 1439, 10_000]))
ACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "order": {},
    "pay": {"amount": st.sampled_from(["0.07", "3.10", "12.00", "50.00", "0", "-3.10", "0.001"])},
    "renew": {"period": PERIODS},
    "change_tariff": {"tariff": TARIFFS, "period": st.one_of(st.none(), PERIODS)},
    "order_resource": {"resource": RESOURCES, "amount": st.integers(1, 3)},
    "cancel_resource": {"resource": RESOURCES},
    "set_resource": {"resource": RESOURCES, "amount": st.integers(0, 6)},
    "suspend": {"by": WHO},
    "resume": {"by": WHO},
    "delete": {"by": st.just("staff")},
    "set_auto_renewal": {"period": st.one_of(st.just("no"), PERIODS)},
}
#: Acts by how often they are drawn: deletions end a story.
OFTEN = [
    "order",
    "renew",
    "renew",
    "change_tariff",
    "change_tariff",
    "order_resource",
    "cancel_resource",
    "set_resource",
    *ACTS,
]
CLIENTS = {"anna": "400.00", "ben": "25.00"}
#: What staff make of a tariff.
FIELDS = (
    {"prices": {"1 month": "2.22", "3 months": "6.60"}},
    {"prices": {"1 month": "13.13", "3 months": "40.00", "1 year": "99.00"}},
    {"renewal_prices": {"1 month": "1.11"}},
    {"resources": {"disk": {"included": 2, "maximum": 4, "prices": {"1 month": "0.99"}}}},
    {"resources": {"disk": {"minimum": 1, "step": 2, "daily": "0.05", "prices": {}}}},
    {"daily": {"price": "0.2"}},
    {"weekend": "do not suspend"},
    {"weekend": "suspend", "late_renewal_fee": "from suspension"},
    {"late_renewal_fee": {"percent": "33"}},
    {"resource_cancel": "refund", "resource_order": "full price"},
    {"tariff_change": "change period"},
    {"tariff_change": "extra charge only", "auto_deletion": 3},
    {"tariff_end": "2025-03-20"},
    {"tariff_end": "2026-02-10"},
    {"enabled": False},
    {"minimum_period": {"days": 40}},
)


@st.composite
def orders(draw: Any, periods: Sequence[str] = ("1 month", "3 months", "1 year", "trial")) -> Any:
    """Draw the parameters of an order, of resources that the tariff has."""
    tariff = draw(TARIFFS)
    names = SOLD[tariff]
    amounts = st.dictionaries(st.sampled_from(names), st.integers(1, 4)) if names else st.just({})
    return {
        "tariff": tariff,
        "period": draw(st.sampled_from(periods)),
        "auto_renewal": draw(st.booleans()),
        "resources": draw(amounts),
    }


@st.composite
def deeds(draw: Any) -> tuple[str, dict[str, Any]]:
    """Draw an act with its parameters."""
    verb = draw(st.sampled_from(OFTEN))
    if verb == "order":
        return verb, draw(orders())
    parameters = {name: draw(values) for name, values in ACTS[verb].items()}
    if verb != "pay":
        parameters["nth"] = draw(st.integers(0, 2))
    return verb, parameters


class Histories(RuleBasedStateMachine):
    """Two worlds with one history: one goes in jumps and snapshots, the other in small steps."""

    open: Any
    starts: Any

    @initialize(data=st.data(), readings=st.sampled_from(READINGS), taxed=st.sampled_from(TAXES))
    def begin(self, data: Any, readings: Any, taxed: Any) -> None:
        """Open both."""
        start = data.draw(st.sampled_from(self.starts))
        self.jumping, self.stepping = (
            type(self).open(start, clients=CLIENTS, readings=readings, settings=taxed)
            for _ in range(2)
        )
        self.left: list[tuple[Any, str]] = []
        self.changed = 0
        for client in ("anna", "anna", "ben"):
            order = data.draw(orders(["1 month", "3 months"]))
            self.act(client, ("order", order))

    @rule(client=st.sampled_from(sorted(CLIENTS)), deed=deeds())
    def act(self, client: str, deed: tuple[str, dict[str, Any]]) -> None:
        """Do the same in both."""
        verb, parameters = deed
        answers = {world.act(client, verb, **parameters) for world in (self.jumping, self.stepping)}
        assert len(answers) == 1

    @rule(hours=HOURS, split=SPLITS)
    def time_passes(self, hours: int, split: Any) -> None:
        """Go to the same instant, in one jump and in many steps."""
        to = self.jumping.clock.now() + timedelta(hours=hours)
        self.jumping.go(to)
        self.stepping.go(to, split)

    @rule(
        client=st.sampled_from(sorted(CLIENTS)), several=st.lists(deeds(), min_size=1, max_size=4)
    )
    def act_and_wait(self, client: str, several: list[tuple[str, dict[str, Any]]]) -> None:
        """Do some acts of a client, a few days after one another."""
        for deed in several:
            self.act(client, deed)
            self.time_passes(77, None)
            self.what_always_holds()

    @precondition(lambda self: self.changed < 3)
    @rule(tariff=TARIFFS, fields=st.sampled_from(FIELDS))
    def staff_change_a_tariff(self, tariff: str, fields: dict[str, Any]) -> None:
        """Give a tariff other prices, amounts, policies or an end."""
        self.changed += 1
        self.act("anna", ("set_tariff", {"tariff": tariff, **fields}))

    @rule(broken=st.sampled_from(["cut", "full", "lost"]), split=SPLITS,
          hours=st.one_of(st.integers(0, 3), HOURS), client=st.sampled_from(sorted(CLIENTS)),
          deed=deeds())  # fmt: skip
    def the_panel_is_away(
        self, broken: str, split: Any, hours: int, client: str, deed: Any
    ) -> None:
        """Nothing reaches the panels for a while, all is refused, or no answer comes back."""
        for world in (self.jumping, self.stepping):
            world.wire.broken = broken
        self.act(client, deed)
        self.time_passes(hours, split)
        for world in (self.jumping, self.stepping):
            world.wire.broken = None

    @rule()
    def staff_see_to_their_tasks(self) -> None:
        """Start what the panels refused five times."""
        for world in (self.jumping, self.stepping):
            world.start_all()

    @precondition(lambda self: len(self.left) < 2)
    @rule()
    def go_on_from_a_snapshot(self) -> None:
        """Leave the billing as it is and go on from a copy."""
        self.left.append((self.jumping, self.jumping.seen()))
        self.jumping = self.jumping.twin()
        assert self.left[-1][1] == self.jumping.seen()

    @invariant()
    def what_always_holds(self) -> None:
        """Money, covered time and panel are right, and in both worlds the same."""
        assert [] == self.jumping.wrong()
        assert [] == self.jumping.astray()
        seen = self.jumping.seen()
        assert seen == self.stepping.seen()
        # What was due has been done: asked for once more, nothing happens.
        self.jumping.billing.advance_to(self.jumping.clock.now())
        assert seen == self.jumping.seen()

    def teardown(self) -> None:
        """What was left behind has not changed."""
        for world, seen in getattr(self, "left", ()):
            assert seen == world.seen()


@pytest.mark.sweep
def test_any_history(world: Any, starts: Any) -> None:
    """Ledgers, books and panels do not depend on how time is cut; what always holds, holds."""
    machine = type("AnyHistory", (Histories,), {"open": staticmethod(world), "starts": starts})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            suppress_health_check=list(HealthCheck),
        ),
    )


STORIES = st.tuples(TARIFFS, st.lists(st.tuples(HOURS, deeds()), min_size=1, max_size=8))


def told(world: Any, start: Any, stories: dict[str, Any], readings: Any) -> Any:
    """Play the stories of some clients together, to an end that is the same for all."""
    played = world(start, clients={name: CLIENTS[name] for name in stories}, readings=readings)
    events = []
    for order, (client, (_, story)) in enumerate(stories.items()):
        when = played.clock.now()
        for number, (hours, deed) in enumerate(story):
            when += timedelta(hours=hours)
            events.append((when, order, number, client, deed))
    end = played.clock.now() + timedelta(days=400)
    answers: dict[str, list[str]] = {
        client: [played.act(client, "order", tariff=first, period="1 month")]
        for client, (first, _) in stories.items()
    }
    for when, _, _, client, (verb, parameters) in sorted(events, key=lambda event: event[:3]):
        played.go(when)
        answers[client].append(played.act(client, verb, **parameters))
    played.go(end)
    return played, answers


@settings(max_examples=10)
@given(
    data=st.data(),
    stories=st.fixed_dictionaries({"anna": STORIES, "ben": STORIES}),
    readings=st.sampled_from(READINGS),
)
def test_clients_do_not_meet(
    world: Any,
    starts: Any,
    data: Any,
    stories: Any,
    readings: Any,
) -> None:
    """What happens to a client is what would happen if there were no other."""
    start = data.draw(st.sampled_from(starts))
    together, answers = told(world, start, stories, readings)
    for client, story in stories.items():
        alone, answered = told(world, start, {client: story}, readings)
        assert answered[client] == answers[client]
        assert alone.story(client) == together.story(client)


def test_a_snapshot_needs_its_instant(world: Any, starts: Any) -> None:
    """A clock that stands elsewhere is refused: time would be lost or come twice."""
    opened = world(starts[0], clients=CLIENTS)
    snapshot = Snapshot(opened.billing)
    opened.go(opened.clock.now() + timedelta(days=1))
    with pytest.raises(ValueError, match=r"the snapshot is of 2025-01-31T12:00:00\+00:00, not"):
        snapshot.restore(panel=opened.billing.panel, clock=opened.clock)
    assert snapshot.at == snapshot.restore(panel=opened.billing.panel).clock.now()
    assert (
        snapshot.at
        == snapshot.restore(panel=opened.billing.panel, clock=Clock(snapshot.at)).clock.now()
    )
