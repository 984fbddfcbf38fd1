"""A billing by itself: what it is given, what it tells beforehand, and how time goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace

import pytest

from prorata.reference.clock import Clock
from prorata.reference.engine.billing import Billing, UnknownActError
from prorata.reference.engine.billmanager import BILLMANAGER
from prorata.reference.engine.decisions import Decision
from prorata.reference.engine.hostbill import HOSTBILL
from prorata.reference.engine.ports import PanelRefusedError
from prorata.reference.money import Money
from prorata.reference.readings import choose
from prorata.reference.refusal import Refusal

START = datetime(2025, 8, 1, 9, tzinfo=UTC)
MONTH = {"start": {"prices": {"1 month": "3.10"}}}
ORDER = {"client": "anna", "tariff": "start", "period": "1 month"}


class Panel:
    """A panel that refuses so often to make a user, and does all else."""

    def __init__(self, refusals=0):
        """Take how often."""
        self.refusals = refusals
        self.made = []

    def create(self, account):
        """Make a user, or refuse to."""
        if self.refusals:
            self.refusals -= 1
            raise PanelRefusedError("limit", "user", "full", "user.add.finish")
        self.made.append(account.name)

    def capacity(self, _accounts):
        """Have room for any number."""

    def presets(self):
        """Have one preset."""
        return ("small",)

    def __getattr__(self, name):
        """Do anything else."""
        return lambda *_: None


class Trade:
    """A trade whose sellers are asked every five minutes; each poll is kept with its instant."""

    sellers = {}  # noqa: RUF012  nobody changes it

    def __init__(self, billing):
        """Be asked first five minutes after the start."""
        self.billing = billing
        self.next = START + timedelta(minutes=5)
        self.open = False
        self.polls = []
        self.skips = []

    def waits(self):
        """Tell whether an answer is awaited."""
        return self.open

    def carries(self, _service):
        """Carry nothing."""
        return False

    def poll(self):
        """Ask now, and next in five minutes."""
        self.polls.append(self.billing.clock.now())
        self.next += timedelta(minutes=5)

    def skip_to(self, until):
        """Ask next at the last instant up to another."""
        self.skips.append(("to", until))
        while self.next + timedelta(minutes=5) <= until:
            self.next += timedelta(minutes=5)

    def skip_past(self, since):
        """Ask at none before another."""
        self.skips.append(("past", since))
        while self.next < since:
            self.next += timedelta(minutes=5)


def opened(rulebook=BILLMANAGER, *, panel=None, clients=None, catalogue=MONTH, **more):
    """Open a billing with a client who has 10.00."""
    return Billing(
        rulebook,
        clock=Clock(START),
        readings=choose({}),
        catalogue=catalogue,
        clients={"anna": "10.00"} if clients is None else clients,
        panel=panel or Panel(),
        **more,
    )


def amounts(billing):
    """Return what was posted."""
    return [str(line.amount) for line in billing.ledger]


def test_what_came_in_is_kept():
    """The balances at the start, then payments; a group is known of those that have one."""
    billing = opened(clients={"anna": "10.00", "bob": "0"}, groups={"bob": "gold"})
    assert [(None, 1), ("gold", 2)] == [
        (client.group, client.number) for client in billing.book.clients.values()
    ]
    billing.act("pay", client="bob", amount="5.00")
    came = [("anna", "10.00"), ("bob", "0.00"), ("bob", "5.00")]
    assert came == [(name, str(money)) for name, money in billing.receipts]
    assert 3 == billing.enrol("carol", "1.00").number
    assert ("carol", "1.00") == (billing.receipts[-1][0], str(billing.receipts[-1][1]))
    assert "0.00" == str(billing.enrol("dora").balance)
    with pytest.raises(ValueError, match="a client bob already"):
        billing.enrol("bob")


def test_an_act_that_there_is_not():
    """The rulebook says what can be done."""
    with pytest.raises(UnknownActError, match="billmanager has no act fly yet"):
        opened().act("fly")


def test_a_quote_is_of_who_can_pay_anything():
    """The client's balance decides nothing: named, or known by the service, or nobody's."""
    billing = opened(clients={"anna": "3.10"})
    billing.act("order", **ORDER)
    assert "0.00" == str(billing.book.clients["anna"].balance)
    assert ["3.10"] == [str(entry.amount) for entry in billing.quote("order", **ORDER).entries]
    renewal = billing.quote("renew", service="1", period="1 month")
    assert ["3.10"] == [str(entry.amount) for entry in renewal.entries]
    assert isinstance(billing.act("renew", service="1", period="1 month"), Refusal)
    assert ["3.10"] == amounts(billing)
    shown = billing.quote("import_presets")
    assert ([], {}) == (shown.entries, shown.received)
    most = billing.affordable("anna").received["anna"]
    assert (10**15, "USD") == (most.exact, most.currency)


def test_a_quote_is_of_the_client_who_is_named():
    """Also where a service of another client is named beside."""
    acts = {**BILLMANAGER.acts, "look": lambda _turn, **_told: None}
    billing = opened(replace(BILLMANAGER, acts=acts), clients={"anna": "10.00", "bob": "0"})
    billing.act("order", **ORDER)
    assert {"bob"} == billing.quote("look", client="bob", service="1").received.keys()
    assert {"anna"} == billing.quote("look", service="1").received.keys()


@pytest.mark.parametrize("how", ["start", "drop"])
def test_what_falls_due_at_once_is_done_with_an_operation(how):
    """What is decided for a service that staff have made, or let go on, does not wait."""
    seen = []
    rulebook = replace(
        BILLMANAGER,
        activated=(lambda turn, service: turn.plan(turn.now, "change", service),),
        due={**BILLMANAGER.due, "change": lambda turn, _service: seen.append(turn.now)},
    )
    billing = opened(rulebook, panel=Panel(refusals=1))
    billing.act("order", **ORDER)
    assert [] == seen
    if how == "start":
        billing.start_operation(1)
    else:
        billing.book.operations[2] = replace(billing.book.operations[1], number=2, tries=0)
        billing.book.running[1].append(2)
        billing.drop_operation(1)
    assert [START] == seen


def test_a_quote_by_invoice_takes_the_account_as_it_is():
    """Nothing is received for it."""
    products = {"start": {"prices": {"monthly": "10.00"}}}
    billing = opened(HOSTBILL, clients={"anna": "0"}, catalogue=products)
    asked = {"client": "anna", "product": "start", "cycle": "monthly", "hostname": "a.example.com"}
    assert {} == billing.quote("order", **asked).received
    assert {"anna"} == opened().quote("order", **ORDER).received.keys()


def test_what_staff_sell_and_set_later():
    """Another tariff beside the first, a group beside the others, a part in place of one."""
    billing = opened(settings={"groups": {"gold": {"suspend": True}}})
    billing.sell("other", {"prices": {"1 month": "1.00"}})
    assert ["start", "other"] == [*billing.book.catalogue]
    assert "service" in billing.act("order", **{**ORDER, "tariff": "other"})
    billing.configure({"groups": {"silver": {"delete": True}}})
    billing.configure({"product_type": {"auto_deletion": 9}})
    assert {"gold": frozenset({"suspend"}), "silver": frozenset({"delete"})} == (
        billing.book.settings.groups
    )
    assert 9 == billing.book.settings.product_type.auto_deletion


def test_a_payment_that_is_given_up():
    """The first of that sum is active no longer; one that was never opened changes nothing."""
    billing = opened()
    client = billing.book.clients["anna"]
    client.active = tuple(Money.of(text, "USD") for text in ("4.00", "5.00", "6.00", "5.00"))
    billing.give_up_payment("anna", "7.00")
    billing.give_up_payment("anna", "5.00")
    assert ["4.00", "6.00", "5.00"] == [str(each) for each in client.active]


def test_staff_start_an_operation_and_it_is_tried_again_when_it_fails():
    """Refused at nine and at one past, the user is made six past: five minutes after."""
    billing = opened(panel=Panel(refusals=2))
    billing.act("order", **ORDER)
    assert START + timedelta(minutes=5) == billing.next_due()
    billing.advance_to(START + timedelta(minutes=1))
    billing.start_operation(1)
    billing.advance_to(START + timedelta(minutes=5))
    assert [] == billing.panel.made
    billing.advance_to(START + timedelta(minutes=6))
    assert (["user1"], "active") == (billing.panel.made, billing.book.services[1].status)
    assert (1, "done") == (billing.book.operations[1].number, billing.book.operations[1].status)


def test_what_waits_behind_a_dropped_operation_goes_on_and_is_tried_again():
    """The second creation is refused too, and made five minutes later."""
    billing = opened(panel=Panel(refusals=2))
    billing.act("order", **ORDER)
    billing.book.operations[2] = replace(billing.book.operations[1], number=2)
    billing.book.running[1].append(2)
    billing.advance_to(START + timedelta(minutes=1))
    billing.drop_operation(1)
    assert ("dropped", [2]) == (billing.book.operations[1].status, billing.book.running[1])
    billing.advance_to(START + timedelta(minutes=5))
    assert [] == billing.panel.made
    billing.advance_to(START + timedelta(minutes=6))
    assert ["user1"] == billing.panel.made


def test_what_falls_due_at_once_is_done_with_the_act():
    """A tariff without auto-deletion days: what is planned for now does not wait for time."""
    billing = opened()
    seen = []
    billing.rulebook = SimpleNamespace(
        **{name: getattr(BILLMANAGER, name) for name in BILLMANAGER.__slots__}
    )
    billing.rulebook.due = {"change": lambda turn, _service: seen.append(turn.now)}
    billing.rulebook.acts = {
        **BILLMANAGER.acts,
        "plan": lambda turn: turn.plan(turn.now, "change", billing.book.services[1]),
    }
    billing.act("order", **ORDER)
    billing.act("plan")
    assert [START] == seen


def test_who_listens_is_told_of_each_turn():
    """Of the order and of the renewal, which else would be decided at once with others."""
    billing = opened()
    heard = []
    billing.heard = heard.append
    billing.act("order", **ORDER)
    billing.act("set_auto_renewal", service="1", period="1 month")
    number = len(heard)
    billing.advance_to(START + timedelta(days=40))
    assert ["3.10", "3.10"] == amounts(billing)
    assert number < len(heard)
    assert ["3.10"] == [str(entry.amount) for turn in heard[number:] for entry in turn.entries]


@pytest.mark.parametrize("services", [1, 3])
def test_many_are_decided_at_once_where_nobody_listens(services):
    """What makes the deciders is asked once for all services that have a phase of an instant."""
    billing = opened()
    asked = []

    def maker(what):
        def quick(_billing, now):
            asked.append((what, now))
            return lambda _service: False

        return quick

    rulebook = {name: getattr(BILLMANAGER, name) for name in BILLMANAGER.__slots__}
    rulebook["at_once"] = {what: maker(what) for what in BILLMANAGER.due}
    billing.rulebook = SimpleNamespace(**rulebook)
    for _ in range(services):
        billing.act("order", **ORDER)
    billing.advance_to(datetime(2025, 9, 1, tzinfo=UTC))
    assert ("renewal", datetime(2025, 9, 1, tzinfo=UTC)) in asked
    assert len({*asked}) == len(asked)


def test_lines_are_of_the_instants_at_which_they_fell_due():
    """The renewal of September 1 is of its midnight, in however long a step time goes."""
    billing = opened()
    billing.act("order", **ORDER)
    billing.act("set_auto_renewal", service="1", period="1 month")
    billing.advance_to(datetime(2025, 9, 20, tzinfo=UTC))
    instants = [START, datetime(2025, 9, 1, tzinfo=UTC)]
    assert instants == [line.at for line in billing.ledger]
    assert datetime(2025, 9, 20, tzinfo=UTC) == billing.clock.now()


def test_numbers_count_up():
    """From 1, or from where they were named first."""
    billing = opened(first_ids={"service": 7})
    assert [7, 8, 1, 2] == [
        billing.number(what) for what in ("service", "service", "invoice", "invoice")
    ]


def test_lines_and_dates_are_derived():
    """By their rules: 3.10 for the month, and the expiry on September 1."""
    billing = opened()
    billing.act("order", **ORDER)
    (line,) = billing.ledger
    assert ("billmanager.order.price", Fraction("3.10")) == (
        billing.derive(line).rule,
        billing.derive(line).result,
    )
    (made,) = (each for each in billing.decisions if each.what == "expires")
    assert isinstance(made, Decision)
    assert datetime(2025, 9, 1, tzinfo=UTC).date() == billing.derive(made).result


def trading(due=None):
    """Open a billing that buys from sellers, with something due."""
    billing = opened(trade=Trade)
    done = []
    billing.rulebook = SimpleNamespace(
        **{name: getattr(BILLMANAGER, name) for name in BILLMANAGER.__slots__}
    )
    billing.rulebook.at_once = {}
    billing.rulebook.due = {"change": lambda turn, _service: done.append(turn.now)}
    billing.book.services[1] = SimpleNamespace(number=1)
    if due is not None:
        billing.schedule.add(due, 1, "change", 1)
    return billing, done


def after(minutes):
    """Return the instant so many minutes after nine."""
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("due", "waits", "next_"),
    [
        (None, False, None),
        (None, True, 5),
        (3, False, 3),
        (3, True, 3),
        (8, False, 8),
        (8, True, 5),
    ],
)
def test_what_is_due_next_beside_an_answer(due, waits, next_):
    """Where an answer is awaited the seller is asked at five past, if nothing is due before."""
    billing, _ = trading(None if due is None else after(due))
    billing.trade.open = waits
    assert (None if next_ is None else after(next_)) == billing.next_due()


def test_sellers_are_asked_on_the_way_where_something_waits():
    """At each of their instants, and what is due is done between them."""
    billing, done = trading(after(7))
    billing.trade.open = True
    billing.advance_to(after(12))
    assert ([after(5), after(10)], [after(7)]) == (billing.trade.polls, done)
    assert ([], after(12)) == (billing.trade.skips, billing.clock.now())


@pytest.mark.parametrize("minutes", [12, 22])
def test_sellers_are_asked_last_where_nothing_waits(minutes):
    """What is due is done first, also at the last instant; then they are asked once."""
    billing, done = trading(after(12))
    billing.advance_to(after(minutes))
    last = after(15 if minutes == 12 else 20)
    assert [after(12)] == done
    asked = [] if minutes == 12 else [last]
    assert asked == billing.trade.polls
    skips = [("past", after(12))]
    assert skips + ([] if minutes == 12 else [("to", after(22))]) == billing.trade.skips


def test_sellers_are_not_asked_before_their_instant():
    """Four minutes are too short."""
    billing, _ = trading()
    billing.advance_to(after(4))
    assert ([], []) == (billing.trade.polls, billing.trade.skips)
    billing.advance_to(after(5))
    assert [after(5)] == billing.trade.polls
