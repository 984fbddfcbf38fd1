"""Places, one by one: what counts as equal there, and what says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from by_hand import at, has, invoice, line, loaded, notice, seen, service

from prorata.harness.protocol import Done, ListedTariff, RefusedAct, Result
from prorata.harness.running.comparing import differences
from prorata.harness.running.places import (
    NOT_TOLD,
    NOTHING,
    Wanted,
    Writer,
    at_places,
    everything,
    wanted_by_file,
)
from prorata.harness.running.places.common import period
from prorata.harness.running.seen import Rewritten
from prorata.harness.running.visit import Visit

if TYPE_CHECKING:
    from prorata.harness.running.seen import Seen

TEXT = """
title: A site
rules: [billmanager.order.price]
source: ours
given:
  system: billmanager
  timezone: Europe/Berlin
  tariffs:
    start:
      prices: {1 month: "3.10"}
      resources: {disk: {included: 10, maximum: 100, step: 1, prices: {1 month: "0.10"}}}
  clients: {anna: {balance: "100.00"}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: start, period: 1 month, domain: shop7.example.com}
    expect: EXPECTED
"""
ACTIVE = "{site: {status: active}}"
SITE = {"site": service(user="user1")}


def judged(
    expected: str, found: Seen, *, whole_days: bool = False
) -> dict[tuple[str, ...], tuple[str, str]]:
    """Return where something else was seen than a file expects, and what was expected and seen."""
    scenario = loaded(TEXT.replace("EXPECTED", expected))
    writer = Writer(scenario, whole_days=whole_days)
    wanted = wanted_by_file(scenario.steps[0], writer)
    got = differences(wanted.texts, at_places(wanted, found, writer))
    return {each.path: (each.wanted, each.seen) for each in got}


def whole(ours: Seen, others: Seen, more: str = "") -> dict[tuple[str, ...], tuple[str, str]]:
    """Return where two differ, compared at everything that the first shows.

    `more` are further steps of the scenario.
    """
    writer = Writer(loaded(TEXT.replace("EXPECTED", ACTIVE) + more))
    wanted = everything(ours, writer, others)
    got = differences(wanted.texts, at_places(wanted, others, writer))
    return {each.path: (each.wanted, each.seen) for each in got}


def shown(place: tuple[str, ...], found: Seen, hoped: str = "") -> str:
    """Return what stands at a place."""
    writer = Writer(loaded(TEXT.replace("EXPECTED", ACTIVE)))
    return at_places(Wanted({place: hoped}), found, writer)[place]


# Lines

FEE, MONTH = line("late fee", "0.25", service="1"), line("period", "3.10", service="1")
CHARGED = '{charged: [{kind: period, amount: "3.10"}, {kind: late fee, amount: "0.25"}]}'


def test_the_order_of_lines_never_counts() -> None:
    """Of one kind or of several."""
    for lines in ((FEE, MONTH), (MONTH, FEE)):
        assert judged(CHARGED, seen(services=SITE, lines=lines)) == {}
    twice = '{charged: [{kind: period, amount: "3.10"}, {kind: period, amount: "2.00"}]}'
    cheap = line("period", "2.00", service="1")
    for lines in ((cheap, MONTH), (MONTH, cheap)):
        assert judged(twice, seen(services=SITE, lines=lines)) == {}


def test_a_line_is_one_of_its_kind() -> None:
    """Too many, too few, of another amount: told of its kind alone."""
    period_place, fee = ("charged", "period"), ("charged", "late fee")
    assert judged(CHARGED, seen(lines=(MONTH,))) == {fee: ("0.25", NOTHING)}
    assert judged(CHARGED, seen(lines=(MONTH, MONTH, FEE))) == {
        period_place: ("3.10", "3.10, 3.10"),
    }
    tax = line("tax", "0.50", service="1")
    assert judged(CHARGED, seen(lines=(MONTH, FEE, tax))) == {("charged", "tax"): (NOTHING, "0.50")}


def test_a_tax_inside_a_line_is_another_kind() -> None:
    """It takes nothing from the balance."""
    inside = '{charged: [{kind: tax, amount: "0.50", included: yes}]}'
    assert judged(inside, seen(lines=(line("tax", "0.50", included=True),))) == {}
    assert judged(inside, seen(lines=(line("tax", "0.50"),))) == {
        ("charged", "tax inside"): ("0.50", NOTHING),
        ("charged", "tax"): (NOTHING, "0.50"),
    }


COVERS = "2025-08-01 .. 2025-09-01"


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"covers": "2025-07-31 22:00 .. 2025-08-31 22:00"}, {}),
        ({"covers": COVERS}, {("covers", "period"): (
            "3.10 for 2025-08-01 .. 2025-09-01",
            "3.10 for 2025-08-01 02:00 .. 2025-09-01 02:00",
        )}),
        ({"covers": None}, {("covers", "period"): (
            "3.10 for 2025-08-01 .. 2025-09-01", "3.10 for nothing",
        )}),
        ({}, {("covers", "period"): ("3.10 for 2025-08-01 .. 2025-09-01", NOT_TOLD)}),
    ],
)  # fmt: skip
def test_what_a_line_covers_are_instants(told: dict[str, Any], found: dict[Any, Any]) -> None:
    """A midnight of Berlin whatever its offset; null covers nothing, and left out says nothing."""
    expected = f'{{charged: [{{kind: period, amount: "3.10", covers: {COVERS}}}]}}'
    assert found == judged(expected, seen(lines=(line("period", "3.10", **told),)))


def test_covers_that_nobody_has_need_not_be_told() -> None:
    """A setup covers nothing: left out, it says the same."""
    ours = seen(services=SITE, lines=(line("setup", "1.00", service="1", covers=None),))
    others = seen(services=SITE, lines=(line("setup", "1.00", service="1"),))
    assert whole(ours, others) == {}


def test_whose_a_line_is_counts_by_label_and_where_there_are_several() -> None:
    """Another billing has other ids; a line that tells no service says nothing of it."""
    two = {"one": service(), "two": service()}
    ours = seen(services=two, lines=(line("period", "3.10", service="2"),))
    ids = {"s-1": "one", "s-2": "two"}
    for own, said in (
        ("s-2", {}),
        ("s-1", {("charged", "period"): ("3.10 of two", "3.10 of one")}),
    ):
        others = seen(services=two, labels=ids, lines=(line("period", "3.10", service=own),))
        assert said == whole(ours, others)
    bare = seen(services=two, labels=ids, lines=(line("period", "3.10"),))
    assert whole(ours, bare) == {("charged", "period"): ("3.10 of two", NOT_TOLD)}
    dearer = seen(services=two, labels=ids, lines=(line("period", "3.11"),))
    assert whole(ours, dearer) == {("charged", "period"): ("3.10 of two", "3.11")}


def test_lines_of_a_sum_are_counted() -> None:
    """What is given back counts against it."""
    expected = '{charged: [{kind: daily, amount: "0.30", lines: 3}]}'
    daily = line("daily", "0.10", service="1")
    assert judged(expected, seen(lines=(daily,) * 3)) == {}
    assert judged(expected, seen(lines=(line("daily", "0.30"),))) == {
        ("charged", "daily"): ("0.30 in 3 lines", "0.30 in 1 lines"),
    }


def test_a_rule_of_a_line_is_never_a_difference() -> None:
    """It is how a billing explains itself."""
    ours = seen(lines=(line("period", "3.10", rule="billmanager.order.price"),))
    assert whole(ours, seen(lines=(line("period", "3.10", rule="my.own"),))) == {}


def test_rewritten_lines_are_a_difference_of_their_own() -> None:
    """Whatever a file expects."""
    august = "of site for 2025-08-01 .. 2025-09-01"
    first = f"line 1 was period 3.10 {august}, and is period 4.10 {august}"
    covers = "2025-07-31 22:00 .. 2025-08-31 22:00"
    was, now = (line("period", amount, service="1", covers=covers) for amount in ("3.10", "4.10"))
    changed = (Rewritten(1, was, now), Rewritten(3, line("setup", "1"), None))
    assert judged(ACTIVE, seen(services=SITE, rewritten=changed)) == {
        ("ledger",): (
            "lines as they were posted",
            f"{first}; line 3 was setup 1.00, and is there no more",
        ),
    }


# Services


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"expires": at("2025-08-31 22:00")}, {}),
        ({"expires": at("2025-09-01")}, {("site", "expires"): ("2025-09-01", "2025-09-01 02:00")}),
        ({"expires": None}, {("site", "expires"): ("2025-09-01", NOTHING)}),
        ({}, {("site", "expires"): ("2025-09-01", NOT_TOLD)}),
    ],
)
def test_a_date_is_an_instant(told: dict[str, Any], found: dict[Any, Any]) -> None:
    """Null is a value; what is left out says neither this nor that."""
    services = {"site": service(**told)}
    assert found == judged("{site: {expires: 2025-09-01}}", seen(services=services))


def test_a_service_that_is_not_there_shows_nothing() -> None:
    """Though it was ordered."""
    assert judged("{site: {status: active}}", seen(services={"site": None})) == {
        ("site", "status"): ("active", NOTHING),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 months", "1 year"),
        ("annually", "1 year"),
        ("quarterly", "3 months"),
        ("24 months", "2 years"),
        ("1 month", "1 month"),
    ],
)
def test_a_period_is_its_length(one: str, other: str) -> None:
    """Twelve months are a year; words that are no length stay what they are."""
    assert period(one) == period(other)
    services = {"site": service(period=one)}
    assert whole(seen(services=services), seen(services={"site": service(period=other)})) == {}


def test_periods_of_other_lengths_differ() -> None:
    """Thirty days are no month."""
    assert period("30 days") != period("1 month")
    assert ("trial", "12 moons", NOTHING) == (period("trial"), period("12 moons"), period(None))


def test_a_resource_left_out_is_at_its_included_amount() -> None:
    """Where resources are told at all."""
    disk = ("site", "resources", "disk")
    expected = "{site: {resources: {disk: 10}}}"
    for resources in ({}, {"disk": 10}, {"disk": "10"}):
        services = {"site": service(tariff="start", resources=resources)}
        assert judged(expected, seen(services=services)) == {}
    more = {"site": service(tariff="start", resources={"disk": 12})}
    assert judged(expected, seen(services=more)) == {disk: ("10", "12")}
    assert judged(expected, seen(services={"site": service()})) == {disk: ("10", NOT_TOLD)}
    unknown = {"site": service(tariff="start", resources={})}
    assert shown(("site", "resources", "moons"), seen(services=unknown)) == NOTHING


def test_a_resource_that_only_the_other_has_is_compared() -> None:
    """Ordered where nobody ordered it."""
    ours = seen(services={"site": service(tariff="start", resources={})})
    others = seen(services={"site": service(tariff="start", resources={"disk": 99})})
    assert whole(ours, others) == {("site", "resources", "disk"): ("10", "99")}


@pytest.mark.parametrize(
    ("own", "found", "hoped", "same"),
    [
        ("7", "user7", "user1", True),
        ("7", "user1", "user1", True),
        ("7", "user8", "user1", False),
        ("7", "user71", "user1", False),
        ("7", "u7-7", "u1-1", True),
        ("7", "u7-8", "u1-1", False),
        ("s-7", "users-7", "user1", True),
        # What the client chose stays as it is, though its number is a service's.
        ("7", "shop7.example.com", "shop7.example.com", True),
        ("7", "shop1.example.com", "shop7.example.com", False),
        ("7", "u7.shop7.example.com", "u1.shop7.example.com", True),
        ("7", "u7.shop1.example.com", "u1.shop7.example.com", False),
        ("1", "shop1.example.com", "shop7.example.com", False),
    ],
)
def test_the_number_of_a_service_stands_for_the_reference_s(
    own: str, found: str, hoped: str, same: bool
) -> None:
    """At the very place where the reference has its own, and nowhere else."""
    services = {"site": service(domain=found)}
    there = seen(services=services, labels={own: "site"})
    assert (hoped if same else found) == shown(("site", "domain"), there, hoped)


# Money


def test_balances_are_exact_amounts() -> None:
    """3.1 is 3.10; a client who is not told says nothing."""
    expected = '{balance: {anna: "3.10"}}'
    for digits in ("3.1", "3.10", "03.1000"):
        assert judged(expected, seen(balances={"anna": digits})) == {}
    assert judged(expected, seen(balances={"anna": "-3.10"})) == {
        ("balance", "anna"): ("3.10", "-3.10"),
    }
    assert judged(expected, seen(balances={})) == {("balance", "anna"): ("3.10", NOT_TOLD)}
    assert judged(expected, seen(balances={"anna": "3.101"})) == {
        ("balance", "anna"): ("3.10", "3.101"),
    }


def test_accounts_are_of_a_currency() -> None:
    """Each with its own digits."""
    expected = '{accounts: {anna: {JPY: "5", USD: "3.10"}}}'
    held = {"anna": {"JPY": "5", "USD": "3.1"}}
    assert judged(expected, seen(accounts=held)) == {}
    less = {"anna": {"JPY": "4"}}
    assert judged(expected, seen(accounts=less)) == {
        ("accounts", "anna", "JPY"): ("5", "4"),
        ("accounts", "anna", "USD"): ("3.10", NOT_TOLD),
    }


def test_invoices_are_compared_by_service_in_the_order_of_their_issue() -> None:
    """Whatever their numbers are."""
    ours = seen(services=SITE, invoices=(invoice("3.10"), invoice("2.00", status="paid")))
    assert whole(ours, ours) == {}
    turned = seen(services=SITE, invoices=(invoice("2.00", status="paid"), invoice("3.10")))
    due = "of site due 2025-08-08 02:00"
    assert whole(ours, turned) == {
        ("invoices", "0"): (f"3.10 unpaid {due}", f"2.00 paid {due}"),
        ("invoices", "1"): (f"2.00 paid {due}", f"3.10 unpaid {due}"),
    }
    assert whole(seen(services=SITE), seen(services=SITE, invoices=(invoice("1.00"),))) == {
        ("invoices", "0"): (NOTHING, "1.00 unpaid of site"),
    }


# The panel

USER = has("user1", limits={"limit_db": "3"}, owned={"databases": ("b", "a")})


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (("exists",), "yes"),
        (("suspended",), "no"),
        (("preset",), "start"),
        (("backup",), "no"),
        (("level",), "16"),
        (("password",), "secret"),
        (("name",), "user1"),
        (("limits", "limit_db"), "3"),
        (("limits", "limit_quota"), NOTHING),
        (("has", "databases"), "a, b"),
        (("has", "sites"), NOTHING),
        (("address",), NOTHING),
    ],
)
def test_a_user_is_seen_on_the_panel_itself(place: tuple[str, ...], found: str) -> None:
    """By the label of the service that has it; what it owns in no order."""
    there = seen(services=SITE, belongings={"user1": USER})
    assert found == shown(("ispmanager", "site", *place), there)


@pytest.mark.parametrize(
    ("services", "exists", "preset"),
    [
        ({"site": service(user="user2")}, "no", NOTHING),
        ({"site": service(user=None)}, "no", NOTHING),
        ({"site": None}, "no", NOTHING),
        ({"site": service()}, NOT_TOLD, NOT_TOLD),
    ],
)
def test_a_user_that_is_not_on_the_panel(
    services: dict[str, Any], exists: str, preset: str
) -> None:
    """Does not exist; of a billing that tells no users nothing is known."""
    there = seen(services=services, belongings={"user2": None})
    assert exists == shown(("ispmanager", "site", "exists"), there)
    assert preset == shown(("ispmanager", "site", "preset"), there)


def test_what_a_panel_has_beside_is_never_compared() -> None:
    """When a user was made, a comment, a full name, an address, a password that nobody set."""
    other = has(
        "user1", created=at("2020-01-01"), comment="x", fullname="y", email="z", password="other",
        limits={"limit_db": "3"}, owned={"databases": ("a", "b")}, addresses=("192.0.2.1",),
    )  # fmt: skip
    ours = seen(services=SITE, belongings={"user1": USER})
    assert whole(ours, seen(services=SITE, belongings={"user1": other})) == {}
    off = has("user1", active=False, limits={"limit_db": "4"}, owned={"databases": ("a",)})
    assert whole(ours, seen(services=SITE, belongings={"user1": off})) == {
        ("ispmanager", "site", "suspended"): ("no", "yes"),
        ("ispmanager", "site", "limits", "limit_db"): ("3", "4"),
        ("ispmanager", "site", "has", "databases"): ("a, b", "a"),
    }


def test_a_link_is_where_it_leads() -> None:
    """To the user of which service, once or again, and where one comes back to."""
    expected = "{entered: {user: site, again: no, returns: yes}}"
    assert judged(expected, seen(services=SITE, visit=Visit("user1", back="https://b/"))) == {}
    assert judged(expected, seen(services=SITE, visit=Visit("root", again=True))) == {
        ("entered", "user"): ("site", NOTHING),
        ("entered", "again"): ("no", "yes"),
        ("entered", "returns"): ("yes", "no"),
    }
    assert judged("{entered: {user: site}}", seen(services=SITE)) == {
        ("entered", "user"): ("site", NOTHING),
    }
    nameless = seen(services={"site": service()}, visit=Visit("user1"))
    assert judged("{entered: {user: site}}", nameless) == {("entered", "user"): ("site", NOT_TOLD)}


def test_what_is_shown_is_compared_by_name() -> None:
    """As texts."""
    answer = Result(Done(shown={"disk": "1"}))
    assert judged('{shown: {disk: "1"}}', seen(answer=answer)) == {}
    assert judged('{shown: {disk: "2", mail: "0"}}', seen(answer=answer)) == {
        ("shown", "disk"): ("2", "1"),
        ("shown", "mail"): ("0", NOTHING),
    }


def test_what_went_wrong_is_said_in_a_billings_own_words() -> None:
    """They are compared where a file says them, and not of themselves."""
    told = {"1 Create": "Failed", "1 Create error": "no such preset", "Notice": "closed"}
    ours, theirs = (
        seen(answer=Result(Done(shown={**told, **other})))
        for other in ({}, {"1 Create error": "preset unknown", "Notice": "gone"})
    )
    assert {} == whole(ours, theirs)
    assert judged("{shown: {Notice: gone}}", ours) == {("shown", "Notice"): ("gone", "closed")}


# What is told

REFUSED = "{refused: billmanager.order.price}"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (RefusedAct("no", "billmanager.order.price"), {}),
        (RefusedAct("no"), {}),
        (
            RefusedAct("no", "billmanager.pay"),
            {("act",): ("refused by billmanager.order.price", "refused by billmanager.pay")},
        ),
        (Result(Done()), {("act",): ("refused by billmanager.order.price", "done")}),
    ],
)
def test_a_refusal_is_one_by_its_rule_or_by_none(answer: Any, found: dict[Any, Any]) -> None:
    """A billing need not name the rule; another one is another refusal."""
    assert found == judged(REFUSED, seen(answer=answer))


def test_what_is_refused_though_it_should_be_done() -> None:
    """With its own words where it names no rule."""
    assert judged(ACTIVE, seen(services=SITE, answer=RefusedAct("closed"))) == {
        ("act",): ("done", "refused: closed"),
    }


def test_notices_are_compared_in_no_order() -> None:
    """By whom they are for, their kind and their instant; told nowhere, they say nothing."""
    first = notice("anna", "activation", at="2025-08-01T00:00:00+00:00")
    other = notice("ben", "activation", at="2025-08-02T00:00:00+00:00")
    ours = seen(notifications=(first, other))
    assert whole(ours, seen(notifications=(other, first))) == {}
    assert whole(ours, seen(notifications=(first,))) == {
        ("notifications",): ("activation to anna, activation to ben", "activation to anna"),
    }
    later = notice("ben", "activation", at="2025-08-03T00:00:00+00:00")
    (found,) = whole(ours, seen(notifications=(first, later)))
    assert found == ("notifications", "at")
    bare = seen(notifications=tuple(notice(each.to, each.kind) for each in (first, other)))
    ((_, told),) = whole(ours, bare).values()
    assert told == NOT_TOLD
    assert whole(ours, seen(notifications=None)) == {
        ("notifications",): ("activation to anna, activation to ben", NOT_TOLD),
    }


def test_senders_are_compared_where_their_addresses_are_given() -> None:
    """Where a scenario says none, each billing has an address of its own."""
    ours, own = (
        seen(notifications=(notice("anna", "activation", **{"from": each}),))
        for each in ("help@example.com", "shop@example.org")
    )
    given = TEXT.replace("timeline:", "  provider: {support: help@example.com}\ntimeline:")
    for text, differs in ((TEXT, False), (given, True)):
        writer = Writer(loaded(text.replace("EXPECTED", ACTIVE)))
        wanted = everything(ours, writer, own)
        got = differences(wanted.texts, at_places(wanted, own, writer))
        assert [("notifications", "from")] * differs == [each.path for each in got]


def test_a_password_is_compared_where_an_act_has_set_it() -> None:
    """Each billing makes up its own; what an act says is the same in all."""
    acted = "  - {at: 2025-08-02, set_password: {service: site, password: sesame}}\n"
    ours, own = (
        seen(services=SITE, belongings={"user1": has("user1", password=each)})
        for each in ("sesame", "made up")
    )
    place = ("ispmanager", "site", "password")
    assert {place: ("sesame", "made up")} == whole(ours, own, acted)
    assert {} == whole(own, ours, acted)
    assert {} == whole(ours, own)


def test_tasks_are_of_services_by_label() -> None:
    """In no order."""
    two = {"one": service(), "two": service()}
    found = seen(
        services=two, labels={"8": "one", "9": "two"}, answer=Result(Done(tasks=["9", "8"]))
    )
    assert shown(("tasks",), found) == "one, two"
    assert shown(("tasks",), seen(answer=Result(Done(tasks=[])))) == "none"
    assert shown(("tasks",), seen()) == NOTHING


def test_tariffs_are_listed_in_their_order() -> None:
    """With what the reader may see of each."""
    listed = [ListedTariff(tariff="big", notes="new"), ListedTariff(tariff="start")]
    ours, turned = (seen(answer=Result(Done(tariffs=each))) for each in (listed, listed[::-1]))
    assert whole(ours, ours) == {}
    assert whole(ours, turned) == {("tariffs",): ("big, start", "start, big")}
    bare = [ListedTariff(tariff="big"), ListedTariff(tariff="start")]
    assert whole(ours, seen(answer=Result(Done(tariffs=bare)))) == {
        ("tariffs", "big", "notes"): ("new", NOTHING),
    }


def test_a_service_that_is_not_told_is_one_difference() -> None:
    """Of it nothing else is worth telling; an order may have answered an id that is not known."""
    gone = seen(services={"site": None})
    assert {("site",): ("a service", "nothing")} == {
        path: found for path, found in whole(seen(services=SITE), gone).items() if path[0] == "site"
    }
    lost = seen(services={"site": None}, answer=Result(Done(service="1")))
    assert whole(seen(services=SITE), lost)["site",] == (
        "a service",
        "nothing: the order answered 1, which observe does not have",
    )


def test_what_nobody_ordered_is_a_difference() -> None:
    """Services under whatever id, and users that no service has, where the reference has fewer."""
    more = seen(services=SITE, unordered={"7": service()}, strangers=("user7",))
    assert {
        ("services that nobody ordered",): ("nothing", "7 of anna"),
        ("users on the panel of no service",): ("nothing", "user7"),
    } == whole(seen(services=SITE), more)
    assert {} == whole(more, replace(more, unordered={}, strangers=("user8",)))


@pytest.mark.parametrize(
    ("tells", "hour", "differs"),
    [
        ("2025-08-31 22:00", "2025-09-01 12:00", False),
        ("2025-08-31 21:59", "2025-09-01 12:00", True),
        ("2025-08-31 22:00", "2025-09-02", True),
    ],
)
def test_who_tells_whole_days_is_compared_by_them(tells: str, hour: str, *, differs: bool) -> None:
    """A day begins at the midnight of the zone, here two hours before that of UTC."""
    found = seen(services={"site": service(expires=at(tells))})
    expected = f"{{site: {{expires: {hour}}}}}"
    assert bool(judged(expected, found, whole_days=True)) is differs
    # Who tells instants is compared by instants.
    assert judged(expected, found)
