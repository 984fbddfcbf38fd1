"""Operations of a book, with a panel and a seller that are played by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from prorata.reference.clock import Clock
from prorata.reference.engine.operations import Operations, first_password, mark_of
from prorata.reference.engine.ports import PanelFailedError, PanelRefusedError
from prorata.reference.engine.state import Book, Operation, Service
from prorata.reference.periods import Length

NOW = datetime(2025, 9, 1, 10, tzinfo=UTC)
MINUTES = timedelta(minutes=1)


def refused(type="limit", object="user"):  # noqa: A002  the wire's words
    """Return what a panel says that does not want to."""
    return PanelRefusedError(type, object, "no", "func")


def lost(*, may=False):
    """Return that nothing came back; it `may` have happened."""
    return PanelFailedError("func", "no answer", may_have_happened=may)


class Panel:
    """A panel that keeps what it is asked, and raises what it is told to."""

    def __init__(self):
        """Begin with nothing."""
        self.asked = []
        self.errors = []
        self.there = True

    def __getattr__(self, action):
        """Return what takes note of an action."""

        def ask(*arguments):
            self.asked.append((action, *arguments))
            error = self.errors.pop(0) if self.errors else None
            if error is not None:
                raise error

        return ask

    def exists(self, name, mark):
        """Tell whether a user is there."""
        self.asked.append(("exists", name, mark))
        if self.errors:
            raise self.errors.pop(0)
        return self.there


class Trade:
    """The trade with a seller: it carries service 1, and shows what is named in `shown`."""

    tries = 2

    def __init__(self):
        """Begin with nothing."""
        self.asked = []
        self.errors = []
        self.shown = set()
        self.at_once = set()

    def carries(self, service):
        """Tell that of service 1."""
        return service.number == 1

    def carry(self, operation, _service):
        """Keep what is asked; nothing is done at once that is not named so."""
        self.asked.append(operation.action)
        if self.errors:
            raise self.errors.pop(0)
        return operation.action in self.at_once


class Shop:
    """Two services, whose operations are asked of a panel or, with a trade, of a seller."""

    def __init__(self, trade=None):
        """Begin with two active services."""
        sold = SimpleNamespace(own_resources={}, overrides={}, template="small", strict=False)
        self.book = Book("USD", ZoneInfo("UTC"), {"start": sold})
        for number in (1, 2):
            self.book.services[number] = Service(
                number, "anna", "start", Length(months=1), "active", user=f"user{number}"
            )
        self.panel, self.trade, self.clock = Panel(), trade, Clock(NOW)
        self.told = []
        self.made = []
        self.operations = Operations(
            self.book,
            self.panel,
            self.clock,
            self.made.append,
            lambda name, number: f"{name}{number}",
            performed=lambda action, how, _service: self.told.append((action, how)),
            trade=trade,
        )

    def add(self, action, *arguments, service=1, **fields):
        """Add an operation; return when it is tried again."""
        number = len(self.book.operations) + 1
        self.stands(action, service)
        return self.operations.add(Operation(number, service, action, arguments, **fields))

    def seen(self):
        """Go on behind what the seller shows of service 1; return when that is tried again."""
        return self.operations.seen(1, lambda operation: operation.action in self.trade.shown)

    def waits(self, *actions, service=1):
        """Have operations wait for staff or in a queue: those that end in an asterisk for staff."""
        for action in actions:
            number = len(self.book.operations) + 1
            name, manual = action.rstrip("*"), action.endswith("*")
            self.stands(name, service)
            arguments = ("small",) if name == "change_preset" else ()
            self.book.operations[number] = Operation(
                number, service, name, arguments, manual=manual
            )
            self.book.running.setdefault(service, []).append(number)

    def stands(self, action, service=1):
        """Have a service stand where it is to be suspended, and run where it is to be resumed."""
        if action in {"suspend", "resume"}:
            by = {"staff"} if action == "suspend" else set()
            self.book.services[service].suspended_by = frozenset(by)

    @property
    def queue(self):
        """What runs for service 1, in order: with an asterisk what waits for staff."""
        each = [self.book.operations[number] for number in self.book.running.get(1, [])]
        return [one.action + "*" * one.manual for one in each]


@pytest.fixture
def shop():
    """Return a shop with a panel alone."""
    return Shop()


@pytest.fixture
def trading():
    """Return a shop that buys service 1 from a seller."""
    return Shop(Trade())


def test_who_a_user_is():
    """The password is the same in every run, of 16 characters; the mark tells the service."""
    made = Service(7, "anna", "start", Length(months=1), "active")
    # printf '7 anna' | sha256sum | cut -c-16
    assert ("0cf0da254a176c3e", "service 7 of anna") == (first_password(made), mark_of(made))


@pytest.mark.parametrize("error", [refused(), lost()])
def test_a_service_s_operations_wait_for_each_other(shop, error):
    """What failed is tried again in five minutes, and what is behind it goes on then."""
    shop.panel.errors = [error]
    again = NOW + 5 * MINUTES
    assert again == shop.add("suspend")
    assert shop.add("resume") is None
    assert (["suspend", "resume"], [("suspend", "failed")]) == (shop.queue, shop.told)
    shop.operations.plan(1, again)
    assert not shop.operations.due(1)
    shop.clock.advance_to(again)
    assert shop.operations.due(1)
    assert not shop.operations.due(2)
    assert shop.operations.perform(1) is None
    assert [("suspend", "user1"), ("suspend", "user1"), ("resume", "user1")] == shop.panel.asked
    assert ([], {"done"}) == (shop.queue, {each.status for each in shop.book.operations.values()})
    assert [("suspend", "failed"), ("suspend", "done"), ("resume", "done")] == shop.told


def test_what_is_not_answered_is_asked_less_and_less_often(shop):
    """After 5, 10, 20, 40 and 60 minutes, and then every hour."""
    shop.panel.errors = [lost() for _ in range(7)]
    again = [shop.add("suspend"), *(shop.operations.perform(1) for _ in range(6))]
    assert [5, 10, 20, 40, 60, 60, 60] == [(when - NOW) // MINUTES for when in again]


def test_what_is_refused_five_times_is_left_to_staff(shop):
    """Staff start it again; what the panel says no to is asked five times before."""
    shop.panel.errors = [refused() for _ in range(5)]
    again = [shop.add("suspend"), *(shop.operations.perform(1) for _ in range(4))]
    assert [NOW + 5 * MINUTES] * 4 + [None] == again
    assert ["suspend*"] == shop.queue
    assert shop.operations.perform(1) is None
    assert 5 == len(shop.panel.asked)
    assert shop.operations.start(1) is None
    assert (6, []) == (len(shop.panel.asked), shop.queue)
    assert not shop.book.operations[1].manual


@pytest.mark.parametrize("action", ["suspend", "resume"])
def test_on_a_panel_too_it_passes_what_waits_for_staff(shop, action):
    """The change that was refused waits on: no renewal of its own has lacked it."""
    shop.waits("change_preset*", action)
    assert shop.operations.perform(1) is None
    assert ([(action, "user1")], ["change_preset*"]) == (shop.panel.asked, shop.queue)


@pytest.mark.parametrize(("refused", "undoes"), [("suspend", "resume"), ("resume", "suspend")])
def test_what_is_undone_before_it_came_about_is_given_up(shop, refused, undoes):
    """A suspension that waits for staff is not wanted where the service is to run again."""
    shop.waits(f"{refused}*")
    assert shop.add(undoes) is None
    assert ([(undoes, "user1")], []) == (shop.panel.asked, shop.queue)
    assert ["dropped", "done"] == [each.status for each in shop.book.operations.values()]


def test_what_only_a_seller_leaves_to_staff_holds_up_what_is_behind_it_on_a_panel(shop):
    """What comes then sets all that a user has."""
    shop.waits("resources*", "change_preset")
    assert shop.operations.perform(1) is None
    assert ([], ["resources*", "change_preset"]) == (shop.panel.asked, shop.queue)


@pytest.mark.parametrize("action", ["suspend", "delete"])
def test_nothing_passes_the_making_that_waits_for_staff(shop, action):
    """Staff may have made the account by hand, or not."""
    shop.waits("create*")
    assert shop.add(action) is None
    assert ([], ["create*", action]) == (shop.panel.asked, shop.queue)


def test_a_deletion_gives_up_what_waits_for_staff(shop):
    """And all beside it, also a suspension that passed it and was not answered."""
    shop.waits("suspend", "resources*", "change_preset")
    assert shop.add("delete") is None
    assert ([("delete", "user1")], []) == (shop.panel.asked, shop.queue)
    assert ["dropped"] * 3 + ["done"] == [e.status for e in shop.book.operations.values()]


def test_with_a_seller_beside_a_panel_is_one_all_the_same(trading):
    """Service 2 is on the panel: five tries, and nothing is given up that is tried again."""
    trading.panel.errors = [refused() for _ in range(3)]
    again = [trading.add("suspend", service=2)]
    again += [trading.operations.perform(2) for _ in range(2)]
    assert [NOW + 5 * MINUTES] * 3 == again
    trading.waits("delete", service=2)
    assert trading.add("delete", service=2) is None
    assert {"running"} == {each.status for each in trading.book.operations.values()}
    assert [1, 2, 3] == trading.book.running[2]
    assert [] == trading.trade.asked


def test_what_is_dropped_is_not_done(shop):
    """What waited behind it is."""
    shop.panel.errors = [refused()]
    shop.add("suspend")
    shop.add("resume")
    assert shop.operations.drop(1) is None
    assert ("dropped", "done") == tuple(each.status for each in shop.book.operations.values())
    assert {} == shop.book.running
    assert [("suspend", "user1"), ("resume", "user1")] == shop.panel.asked


@pytest.mark.parametrize(
    ("action", "status", "made"),
    [
        ("create", "processing", True),
        ("create", "suspended", False),
        ("suspend", "processing", False),
    ],
)
def test_a_service_is_active_when_it_is_made(shop, action, status, made):
    """Anything else that is done for it does not make it, and it is made once."""
    shop.book.services[1].status = status
    shop.add(action)
    assert made == (shop.book.services[1].status == "active")
    assert ([shop.book.services[1]] if made else []) == shop.made


@pytest.mark.parametrize(
    ("errors", "asked"),
    [
        ([lost(may=True)], ["create", "exists"]),
        ([lost(may=False), lost(may=True)], ["create", "create", "exists"]),
        ([lost(may=True), lost(may=False)], ["create", "exists", "exists"]),
    ],
)
def test_one_lost_answer_is_enough_to_look_first(shop, errors, asked):
    """A creation whose answer was lost may have happened, whatever the next try said."""
    shop.panel.errors = [*errors]
    shop.add("create")
    shop.operations.perform(1)
    shop.operations.perform(1)
    assert asked == [call[0] for call in shop.panel.asked]
    assert [] == shop.queue


@pytest.mark.parametrize(
    ("action", "there", "asked"),
    [
        ("create", True, ["create", "exists"]),
        ("create", False, ["create", "exists", "create"]),
        ("delete", False, ["delete", "exists"]),
        ("delete", True, ["delete", "exists", "delete"]),
        # What may be done twice is not looked for.
        ("suspend", True, ["suspend", "suspend"]),
    ],
)
def test_what_was_not_answered_is_looked_for(shop, action, there, asked):
    """Where it has happened it is not asked again."""
    shop.panel.errors, shop.panel.there = [lost(may=True)], there
    shop.add(action)
    shop.operations.perform(1)
    assert asked == [call[0] for call in shop.panel.asked]
    assert [] == shop.queue


def test_amounts_are_those_of_the_service(shop):
    """What the tariff includes, and over it what the service has."""
    shop.book.catalogue["start"].own_resources = {
        "disk": SimpleNamespace(included=1),
        "databases": SimpleNamespace(included=2),
    }
    shop.book.services[1].resources = {"databases": 5}
    shop.add("resources")
    assert [("resources", "user1", {"disk": 1, "databases": 5})] == shop.panel.asked


def test_what_was_cancelled_goes_back_to_what_is_included(shop):
    """Also where the tariff does not name it; what the service has again by then stays."""
    shop.book.catalogue["start"].included_amounts = {"disk": 1024, "mailboxes": 3}
    shop.book.services[1].resources = {"mailboxes": 5}
    shop.add("resources", "disk", "mailboxes", "IPv4 addresses")
    has = {"disk": 1024, "mailboxes": 5, "IPv4 addresses": 0}
    assert [("resources", "user1", has)] == shop.panel.asked


def test_an_account_has_what_its_service_has(shop):
    """A domain that was not ordered is none; where a login is taken the next one is kept."""
    shop.panel.errors = [refused("exists", "user"), lost()]
    shop.add("create")
    shop.operations.perform(1)
    accounts = [call[1] for call in shop.panel.asked]
    assert ["user1", "user11", "user11"] == [each.name for each in accounts]
    assert {(None, "small", "service 1 of anna", first_password(shop.book.services[1]))} == {
        (each.domain, each.preset, each.mark, each.password) for each in accounts
    }
    assert "user1" == shop.book.operations[1].login


@pytest.mark.parametrize(
    ("error", "domain", "strict", "tried"),
    [
        (("exists", "name"), "a.example.com", False, 2),
        (("exists", "name"), "", False, 1),
        (("limit", "name"), "a.example.com", False, 1),
        (("missed", "preset"), "", False, 2),
        (("missed", "preset"), "", True, 1),
        (("limit", "preset"), "", False, 1),
    ],
)
def test_what_stands_in_the_way_of_a_user(shop, error, domain, strict, tried):
    """A domain that is somebody's is left out, a preset that is missing is made, where it may be.

    All else is refused.
    """
    shop.book.services[1].domain = domain
    shop.book.catalogue["start"].strict = strict
    shop.panel.errors = [refused(*error)]
    shop.add("create")
    accounts = [call[1] for call in shop.panel.asked if call[0] == "create"]
    assert tried == len(accounts)
    assert (tried == 1) == (shop.queue == ["create"])
    made = error[0] == "missed" and not strict
    assert made == (("make_preset", "small") in shop.panel.asked)
    assert (domain or None if tried == 1 or made else None) == accounts[-1].domain


@pytest.mark.parametrize(
    ("error", "strict", "tried"),
    [
        (("missed", "preset"), False, 2),
        (("missed", "preset"), True, 1),
        (("missed", "user"), False, 1),
        (("value", "preset"), False, 1),
    ],
)
def test_a_change_to_a_preset_that_is_missing(shop, error, strict, tried):
    """It is made where it may be; all else is refused."""
    shop.book.catalogue["start"].strict = strict
    shop.panel.errors = [refused(*error)]
    shop.add("change_preset", "large")
    asked = [call[0] for call in shop.panel.asked]
    assert tried == asked.count("change_preset")
    assert (tried == 2) == (("make_preset", "large") in shop.panel.asked)
    assert (tried == 1) == (shop.queue == ["change_preset"])


def test_a_seller_is_asked_once_until_it_shows_that_it_is_done(trading):
    """The operation is open meanwhile; what is behind it is asked when it is done."""
    assert trading.add("create") is None
    assert trading.add("prolong") is None
    assert trading.operations.perform(1) is None
    assert trading.seen() is None
    assert ["create"] == trading.trade.asked
    assert trading.book.operations[1].asked
    trading.operations.hold(1)
    trading.trade.shown = {"create"}
    assert trading.seen() is None
    done = trading.book.operations[1]
    assert ("done", False, False) == (done.status, done.asked, done.manual)
    assert ["create", "prolong"] == trading.trade.asked
    assert ["prolong"] == trading.queue


def test_nothing_is_seen_where_nothing_waits(trading):
    """What is shown then was done before."""
    trading.trade.shown = {"suspend"}
    assert trading.seen() is None
    assert [] == trading.told


@pytest.mark.parametrize("action", ["suspend", "resume", "change_preset"])
def test_what_a_seller_has_undone_is_asked_anew(trading, action):
    """It was asked for, and is not so: it is asked again, and again later where that fails."""
    trading.add(action)
    trading.trade.errors = [refused()]
    assert NOW + 5 * MINUTES == trading.seen()
    assert [action, action] == trading.trade.asked
    assert not trading.book.operations[1].asked
    # What was not asked is not undone either: it is tried in its own time.
    assert trading.seen() is None
    assert [action, action] == trading.trade.asked


def test_what_lasts_is_not_asked_anew(trading):
    """An order may come later than it is looked for."""
    trading.add("create")
    assert trading.seen() is None
    assert ["create"] == trading.trade.asked


def test_what_a_seller_refuses_is_left_to_staff_when_it_says(trading):
    """This one is asked twice."""
    trading.trade.errors = [refused(), refused()]
    assert NOW + 5 * MINUTES == trading.add("create")
    assert trading.operations.perform(1) is None
    assert ["create*"] == trading.queue


@pytest.mark.parametrize(
    ("before", "asked", "after"),
    [
        # A suspension passes; a change that was refused is tried again after a resumption.
        (["change_preset*", "suspend"], ["suspend"], ["change_preset*"]),
        (["change_preset*", "resume"], ["resume", "change_preset"], []),
        (["change_preset*", "prolong"], ["prolong", "change_preset"], []),
        (["prolong*", "resume"], ["resume"], ["prolong*"]),
        (["prolong*", "suspend"], ["suspend"], ["prolong*"]),
        # Nothing passes an order, a renewal passes no other, nor does what waits for staff itself.
        (["create*", "suspend"], [], ["create*", "suspend"]),
        (["prolong*", "prolong"], [], ["prolong*", "prolong"]),
        (["prolong*", "suspend*"], [], ["prolong*", "suspend*"]),
        # What is not let do, or is for staff to do, holds up nothing that is paid for.
        (["suspend*", "prolong"], ["prolong"], ["suspend*"]),
        (["resources*", "change_preset"], ["change_preset"], ["resources*"]),
        (["resources*", "prolong", "resources"], ["prolong", "resources"], ["resources*"]),
        (["resources*", "create"], [], ["resources*", "create"]),
        (["delete*", "prolong"], [], ["delete*", "prolong"]),
        # Nor is it done any more where it is not wanted.
        (["suspend*", "resume", "change_preset"], ["resume", "change_preset"], []),
        (["resume*", "suspend"], ["suspend"], []),
        (["change_preset*", "change_preset"], ["change_preset"], []),
        (["change_preset*", "edit", "change_preset"], ["edit", "change_preset"], []),
        # The first that passes does, from wherever it stands.
        (["prolong*", "edit", "suspend"], ["suspend"], ["prolong*", "edit"]),
        (["prolong*", "suspend", "edit"], ["suspend"], ["prolong*", "edit"]),
    ],
)
def test_what_waits_for_staff_at_a_seller_holds_up_no_suspension(trading, before, asked, after):
    """What need not wait for it is done before it."""
    at_once = {"suspend", "resume", "prolong", "change_preset", "resources", "edit"}
    trading.trade.at_once = at_once
    trading.waits(*before)
    assert trading.operations.perform(1) is None
    assert (asked, after) == (trading.trade.asked, trading.queue)


def test_a_licence_that_is_closed_waits_for_nothing(trading):
    """What was to be done with it is given up."""
    trading.waits("prolong*", "suspend")
    trading.add("delete")
    assert ["dropped", "dropped", "running"] == [
        each.status for each in trading.book.operations.values()
    ]
    assert ["delete"] == trading.trade.asked == trading.queue
