"""A set of panels in Python: time, snapshots, forks, the beginning."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from prorata.fakes import control, transport
from prorata.fakes.control import ControlError, Panels
from prorata.fakes.control.guarding import Guarded, step
from prorata.fakes.control.happened import told
from prorata.fakes.control.http import LARGEST_BODY
from prorata.fakes.control.moments import SetClock, instant, shown, span
from prorata.fakes.faults import Fault, FaultRule, Faults
from prorata.reference.clock import BackwardsError, Clock

SEED = {
    "ispmanager": {
        "presets": {"start": {"limit_quota": "1024"}},
        "users": {"olga": {"preset": "start", "fullname": "Olga", "domain": "olga.example.com"}},
        "addresses": ["192.0.2.7", "2001:db8::7"],
    },
    "tariffs": {"start": {"prices": {"1 month": "3.10"}, "late_renewal_fee": {"percent": "50"}}},
    "clients": {"anna": {"balance": "4.00"}},
}


@pytest.fixture
def panels():
    """Both panels at the beginning of January 2025."""
    return Panels(seed=SEED)


def ask(panels, panel, func, **params):
    """Call a function of a panel as its administrator."""
    found = panels.panels[panel]
    login = f"{found.login}:prorata"
    with httpx.Client(transport=transport(panels.apps[found.path])) as client:
        sent = {"func": func, "out": "json", "authinfo": login, **params}
        answer = client.post(f"http://panel{found.path}", data=sent)
    return answer.json()["doc"]


def order(panels, **more):
    """Let anna order a month of start."""
    return panels.billmanager.billing.act(
        "order", client="anna", tariff="start", period="1 month", **more
    )


def add(panels, name):
    """Make a user on ispmanager."""
    return ask(panels, "ispmanager", "user.edit", name=name, passwd="pw", preset="start", sok="ok")


# The beginning


def test_seed(panels):
    """A set begins with the presets, users, addresses, tariffs and clients of its seed."""
    olga = panels.ispmanager.users["olga"]
    assert ("start", "Olga") == (olga.preset, olga.fullname)
    assert {"olga.example.com"} == set(panels.ispmanager.sites)
    assert {"192.0.2.1", "192.0.2.7", "2001:db8::7"} == set(panels.ispmanager.state.addresses)
    assert "4.00" == panels.billmanager.balance("anna")


def test_presets_of_the_tariffs():
    """Where a seed names no presets there is one for each template that is sold."""
    tariffs = {"start": {"prices": {}}, "big": {"prices": {}, "template": "large"}}
    assert ["start", "large"] == list(
        Panels("ispmanager", seed={"tariffs": tariffs}).ispmanager.presets
    )


def test_panels_of_a_set():
    """A set has the panels that were asked for, in the order of their ports."""
    assert ("ispmanager", "billmanager") == Panels("all").which
    assert ("ispmanager", "billmanager") == Panels(["billmanager", "ispmanager"]).which
    alone = Panels("billmanager")
    assert (None, ["/billmgr", "/_prorata"]) == (alone.ispmanager, list(alone.apps))


@pytest.mark.parametrize(
    ("seed", "field"),
    [
        ({"tarifs": {}}, "seed"),
        ({"tariffs": []}, "seed.tariffs"),
        ({"tariffs": {"a": 7}}, "seed.tariffs.a"),
        ({"clients": {"a": {"ballance": "1"}}}, "seed.clients.a"),
        ({"readings": {"moon": "full"}}, "seed.readings"),
        ({"readings": {"rounding": "sideways"}}, "seed.readings.rounding"),
        ({"ispmanager": {"users": {"a": {"presett": "x"}}}}, "seed.ispmanager.users.a"),
        ({"ispmanager": {"users": {"a": 7}}}, "seed.ispmanager.users.a"),
        (
            {"ispmanager": {"users": {"a": {"suspended": "yes"}}}},
            "seed.ispmanager.users.a.suspended",
        ),
        ({"ispmanager": {"users": {"a": {"limits": []}}}}, "seed.ispmanager.users.a.limits"),
        ({"ispmanager": {"users": {"a": {"password": "é"}}}}, "seed.ispmanager.users.a.password"),
        ({"ispmanager": {"users": {"b:c": {}}}}, "seed.ispmanager.users.b:c"),
        ({"ispmanager": {"users": {"": {}}}}, "seed.ispmanager.users."),
        ({"ispmanager": {"users": {"a": {"owner": "b"}}}}, "seed.ispmanager.users.a.owner"),
        ({"ispmanager": {"users": {"root": {}}}}, "seed.ispmanager.users.root"),
        ({"ispmanager": {"resellers": {"b,c": {}}}}, "seed.ispmanager.resellers.b,c"),
        ({"ispmanager": {"edition": "moon"}}, "seed.ispmanager.edition"),
        ({"ispmanager": {"presets": {"a": []}}}, "seed.ispmanager.presets.a"),
        ({"ispmanager": {"presets": {"a": {"limit_db": 1}}}}, "seed.ispmanager.presets.a.limit_db"),
        (
            {"ispmanager": {"presets": {"a": {"limit_db": "x"}}}},
            "seed.ispmanager.presets.a.limit_db",
        ),
        ({"ispmanager": []}, "seed.ispmanager"),
        ([], "seed"),
        ({"ispmanager": {"presets": {"a": {"limit_moon": "1"}}}}, "seed.ispmanager.presets.a"),
        ({"ispmanager": {"users": {"a": {"preset": "none"}}}}, "seed.ispmanager.users.a.preset"),
        ({"tariffs": {"a": {"pricess": {}}}}, "seed.tariffs.a"),
        ({"timezone": "Europe/Atlantis"}, "seed"),
        ({"first_ids": {"service": "one"}}, "seed"),
    ],
)
def test_bad_seed(seed, field):
    """A seed that cannot be used is refused with the place in it."""
    with pytest.raises(ControlError) as refused:
        Panels(seed=seed)
    assert field == refused.value.field


def test_a_seed_of_any_depth():
    """A seed that is nested without end is refused as any other."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ControlError, match="nested too deep"):
        Panels(seed={"tariffs": deep})


def test_names_near_to_those_of_a_seed():
    """A mistyped key is told with the one that was probably meant, and with all that there are."""
    with pytest.raises(ControlError) as refused:
        Panels(seed={"tariffs": {"x": {"price": {}}}})
    assert 'unknown key "price"; did you mean "prices"?' == refused.value.message
    assert refused.value.expected.startswith("one of prices, renewal_prices, ")


@pytest.mark.parametrize(
    ("where", "said", "field", "message"),
    [
        ("weekend", "suspended", "weekend",
         """'suspended' is not a weekend policy; did you mean "suspend"?"""),
        ("late_renewal_fee", {"fixed": "1", "percent": "2"}, "late_renewal_fee",
         "{'fixed': '1', 'percent': '2'} is not a late renewal fee"),
        ("late_renewal_fee", {"percent": 50}, "late_renewal_fee.percent",
         "50 is not an amount; digits with an optional point are, as in 3.10"),
        ("daily", {"prize": "1"}, "daily", 'unknown key "prize"; did you mean "price"?'),
        ("resources", {"disk": {"prices": {"monthly": "1"}}}, "resources.disk.prices.monthly",
         "'monthly' is not a period; 1 month, 3 months, 1 year, 10 days are"),
        ("resources", {"disk": []}, "resources.disk", "[] is not a mapping"),
        ("prices", "3.10", "prices", "'3.10' is not a mapping"),
        ("labels", "web", "labels", "'web' is not a list"),
        ("labels", ["web", 7], "labels.1", "7 is not a text"),
        ("itemtype", "vps", "itemtype", """'vps' is not a product type; did you mean "vds"?"""),
    ],
)  # fmt: skip
def test_a_value_of_a_tariff(where, said, field, message):
    """What is no value of its field is told at its place, at any depth."""
    with pytest.raises(ControlError) as refused:
        Panels(seed={"tariffs": {"x": {"prices": {"1 month": "1"}, where: said}}})
    assert (f"seed.tariffs.x.{field}", message) == (refused.value.field, refused.value.message)


def test_a_value_of_a_setting():
    """Settings are checked alike."""
    with pytest.raises(ControlError) as refused:
        Panels(seed={"groups": {"partners": {"suspend": "yes"}}})
    assert "seed.groups.partners.suspend" == refused.value.field


def test_what_the_wire_tells_beside():
    """A tariff of a seed may also have a number, a product type, addons and descriptions."""
    beside = {"id": 7, "itemtype": "vds", "addon_ids": {"disk": 9}, "about": {"icon": "x"}}
    row = {"prices": {"1 month": "1"}, "resources": {"disk": {}}, **beside}
    listing = Panels(seed={"tariffs": {"x": row}}).billmanager.listings.by_name["x"]
    assert (7, "vds", {"disk": 9}) == (listing.id, listing.itemtype, listing.addons)


def test_accounts_of_a_seed():
    """Clients have the passwords of the seed, users may be suspended, readings are chosen."""
    seed = {
        "clients": {"anna": {"balance": "1.00", "password": "her own"}, "boris": "2.00"},
        "readings": {"rounding": "down"},
        "ispmanager": {"users": {"olga": {"suspended": True}, "pavel": {"suspended": False}}},
    }
    panels = Panels(seed=seed)
    assert panels.billmanager.check("anna", "prorata") is None
    assert "anna" == panels.billmanager.check("anna", "her own").name
    assert "2.00" == panels.billmanager.balance("boris")
    users = panels.ispmanager.users
    assert (False, True) == (users["olga"].active, users["pavel"].active)
    assert panels.ispmanager.check("olga", "prorata") is None


def test_readings_of_a_seed():
    """A reading of the seed decides: 10.00 / 31 × 30 = 9.677... is 9.68, rounded down 9.67."""
    tariff = {"prices": {"1 month": "10.00"}, "calendar": {}}
    charged = {
        rounding: Panels(
            seed={
                "tariffs": {"start": tariff},
                "clients": {"anna": "100.00"},
                "readings": {"rounding": rounding},
            },
            clock=datetime(2025, 1, 2, tzinfo=UTC),
        )
        for rounding in ("half_up", "down")
    }
    for panels in charged.values():
        order(panels)
    assert {"half_up": "90.32", "down": "90.33"} == {
        rounding: panels.billmanager.balance("anna") for rounding, panels in charged.items()
    }


@pytest.mark.parametrize("which", ["plesk", [], ["ispmanager", "plesk"]])
def test_no_such_panel(which):
    """Another panel is refused."""
    with pytest.raises(ControlError, match="there is no panel"):
        Panels(which)


# Time


def test_advance(panels):
    """Time moves by a span; months keep the day of the month where there is one."""
    panels.advance_to(datetime(2025, 1, 31, tzinfo=UTC))
    assert "2025-02-28T00:00:00+00:00" == panels.advance(months=1)["now"]
    # A year and a week on, 2026-03-07; then two hours.
    assert datetime(2026, 3, 7, 2, tzinfo=UTC) == instant(
        panels.advance(years=1, weeks=1, hours=2)["now"]
    )


def test_backwards(panels):
    """Time goes forward only, and a step back is told with both instants."""
    panels.advance(days=1)
    with pytest.raises(ControlError, match="it is 2025-01-02 00:00 UTC, and 2025-01-01") as refused:
        panels.advance_to(datetime(2025, 1, 1, tzinfo=UTC))
    assert ("to", 409) == (refused.value.field, refused.value.status)
    with pytest.raises(BackwardsError):
        panels.clock.advance_to(datetime(2025, 1, 1, tzinfo=UTC))


def test_what_happened(panels):
    """Advancing tells what was posted and asked of panels on the way.

    Of 4.00, 3.10 pay January; the rest does not renew it, so on 1 February it is suspended.
    """
    order(panels)
    told = panels.advance(months=1)
    assert {"renewals": 0, "suspensions": 1, "errors": 0} == told["happened"]
    assert "2025-02-01 00:00 UTC · 0 renewals, 1 suspension, 0 errors" == told["said"]
    assert ["2025-02-01T00:00:00+00:00"] == [
        call.at.isoformat() for call in panels.journal if call.func == "user.suspend"
    ]


def test_stops_where_something_falls_due(panels):
    """What falls due on the way happens at its moment, also where the clock itself is moved."""
    order(panels)
    panels.clock.advance(months=1, days=15)
    calls = panels.journal.find("user.suspend")
    assert [datetime(2025, 2, 1, tzinfo=UTC)] == [call.at for call in calls]
    assert datetime(2025, 2, 16, tzinfo=UTC) == panels.now


def test_failures_are_told(panels):
    """A panel that does not answer is tried again, less and less often, and each time is told.

    5, 10, 20, 40 minutes after a try, then 60: at 00:00 on 1 February, 00:05, 00:15, 00:35, 01:15,
    02:15, 03:15 and 04:15.
    """
    order(panels)
    panels.faults.replace([FaultRule(Fault("status"), panel="ispmanager")])
    told = panels.advance_to(datetime(2025, 2, 1, 0, 14, tzinfo=UTC))
    assert 2 == told["happened"]["errors"]
    told = panels.advance_to(datetime(2025, 2, 1, 3, 14, tzinfo=UTC))
    assert 4 == told["happened"]["errors"]
    assert 1 == panels.advance(minutes=1)["happened"]["errors"]
    panels.faults.clear()
    assert 0 == panels.advance(minutes=60)["happened"]["errors"]
    assert not panels.ispmanager.users["user1"].active


def test_clock_of_ones_own():
    """A clock can be shared; then what falls due is done when a panel is next asked."""
    clock = Clock(datetime(2025, 8, 1, tzinfo=UTC))
    panels = Panels(clock=clock, seed=SEED)
    order(panels)
    clock.advance(months=2)
    assert "suspended" == panels.billmanager.services[1].status
    assert datetime(2025, 10, 1, tzinfo=UTC) == panels.now


def test_no_clock_goes_back():
    """A set that is put back has another clock; the one that was shared stays where it is."""
    clock = Clock(datetime(2025, 8, 1, tzinfo=UTC))
    panels = Panels(clock=clock, seed=SEED)
    held = panels.clock
    panels.snapshot("start")
    panels.advance(months=1)
    assert datetime(2025, 9, 1, tzinfo=UTC) == clock.now()
    panels.restore("start")
    held.advance(days=2)
    standing = {panel.clock.now() for panel in panels.panels.values()} | {panels.now}
    assert {datetime(2025, 8, 3, tzinfo=UTC)} == standing
    assert datetime(2025, 9, 1, tzinfo=UTC) == clock.now()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-01", "2025-03-01 00:00 UTC"),
        ("2025-03-01T09:30Z", "2025-03-01 09:30 UTC"),
        ("2025-03-01 09:30 UTC", "2025-03-01 09:30 UTC"),
        ("2025-03-01T09:30:05+02:00", "2025-03-01 07:30:05 UTC"),
    ],
)
def test_instants(text, expected):
    """An instant is UTC unless it has an offset."""
    assert expected == shown(instant(text))


@pytest.mark.parametrize("text", ["", "tomorrow", "2025-02-30", "1899-12-31", "9999-12-31"])
def test_no_instant(text):
    """What is no instant, or beyond the years of scenarios, is refused."""
    with pytest.raises(ControlError) as refused:
        instant(text)
    assert "to" == refused.value.field


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["1", "month"], {"months": "1"}),
        (["3", "days", "2", "hours"], {"days": "3", "hours": "2"}),
        (["1 Year, 2 weeks"], {"years": "1", "weeks": "2"}),
        (["90minutes"], {"minutes": "90"}),
    ],
)
def test_spans(words, expected):
    """A span is counts with units, in any split into words."""
    assert expected == span(words)


@pytest.mark.parametrize(
    "words", [[], ["month"], ["1", "moon"], ["-1", "day"], ["1", "day", "2", "days"]]
)
def test_no_span(words):
    """Anything else is refused."""
    with pytest.raises(ControlError, match="is no span of time"):
        span(words)


def test_set_clock_alone():
    """A clock of a set with nothing due moves as any clock."""
    clock = SetClock(Clock(datetime(2025, 1, 1, tzinfo=UTC)))
    clock.advance(days=1)
    assert datetime(2025, 1, 2, tzinfo=UTC) == clock.now()


# Snapshots and forks


def test_restore(panels):
    """A snapshot brings back both panels and the time, as often as one likes."""
    order(panels)
    panels.snapshot("ordered")
    for _ in range(2):
        panels.advance(months=2)
        add(panels, "boris")
        panels.restore("ordered")
        assert datetime(2025, 1, 1, tzinfo=UTC) == panels.now
        assert {"www-root", "olga", "user1"} == set(panels.ispmanager.users)
        assert "active" == panels.billmanager.services[1].status
    assert 1 == panels.advance(months=1)["happened"]["suspensions"]


def test_fork(panels):
    """A fork begins as a copy and goes its own way, with a clock of its own."""
    order(panels)
    panels.snapshot("ordered")
    panels.faults.add("status", func="sysinfo")
    other = panels.fork("other")
    other.advance(months=1)
    add(other, "boris")
    assert datetime(2025, 1, 1, tzinfo=UTC) == panels.now
    assert {"www-root", "olga", "user1"} == set(panels.ispmanager.users)
    assert [True, False] == [each.ispmanager.users["user1"].active for each in (panels, other)]
    assert ["active", "suspended"] == [
        each.billmanager.services[1].status for each in (panels, other)
    ]
    other.restore("ordered")
    assert 1 == len(other.faults.rules)
    assert ["/ispmgr", "/billmgr", "/_prorata", "/other"] == list(panels.apps)


def test_fork_of_a_fork(panels):
    """All sets are beside each other, whichever they were made from."""
    panels.fork("one").fork("two")
    assert ["", "one", "two"] == list(panels.sets)
    panels.call("drop", name="one")
    assert ["", "two"] == list(panels.sets["two"].sets)


def test_reset(panels):
    """A reset goes back to the first instant and the seed, with no faults and an empty journal."""
    order(panels)
    panels.advance(months=1)
    panels.faults.add("status")
    panels.reset()
    assert datetime(2025, 1, 1, tzinfo=UTC) == panels.now
    assert {"www-root", "olga"} == set(panels.ispmanager.users)
    assert ({}, 0, ()) == (
        dict(panels.billmanager.services),
        len(panels.journal),
        panels.faults.rules,
    )


def test_reset_to_another_seed(panels):
    """A reset may begin with other things; after that they are what is gone back to."""
    panels.reset({"ispmanager": {"presets": {"other": {}}}})
    add(panels, "boris")
    panels.reset()
    assert ({"other"}, {"www-root"}) == (
        set(panels.ispmanager.presets),
        set(panels.ispmanager.users),
    )
    with pytest.raises(ControlError):
        panels.reset({"moon": {}})


@pytest.mark.parametrize(
    ("function", "name", "status"),
    [
        ("fork", "ispmgr", 400),
        ("fork", "a b", 400),
        ("fork", "x" * 65, 400),
        ("fork", "_prorata", 400),
        ("fork", "there", 409),
        ("restore", "nothing", 404),
        ("drop", "nothing", 404),
        ("snapshot", "/", 400),
    ],
)
def test_names(panels, function, name, status):
    """A name that cannot be, is taken or is not there is refused, and nothing changes."""
    panels.fork("there")
    with pytest.raises(ControlError) as refused:
        panels.call(function, name=name)
    assert ("name", status) == (refused.value.field, refused.value.status)
    assert (["", "there"], ()) == (list(panels.sets), panels.snapshots)


# What there is


def test_public_names():
    """The names of the package are there when they are asked for, and others are not."""
    assert {"CONTROLS", "ControlError", "Panels", "serve"} <= set(dir(control))
    with pytest.raises(AttributeError, match="nothing"):
        control.nothing  # noqa: B018  asking is the test


def test_a_body_in_pieces(panels):
    """A request is answered when it is whole; one that is too large is not waited for."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/ispmgr",
        "query_string": b"",
        "headers": [],
    }
    app = Guarded(panels, "ispmanager")
    pieces = iter([b"func=whoami&out=json&auth", b"info=root:prorata"])
    statuses = []

    async def receive():
        body = next(pieces, None)
        if body is None:
            return {"type": "http.request", "body": b" " * LARGEST_BODY, "more_body": True}
        return {"type": "http.request", "body": body, "more_body": body.startswith(b"func")}

    async def send(message):
        statuses.append(message.get("status"))

    for _ in range(2):
        with pytest.raises(StopIteration):
            app({**scope}, receive, send).send(None)
    assert [200, 413] == [status for status in statuses if status]


def test_an_application_that_waits():
    """An application of a set cannot wait for anything but its request."""

    async def waits(_scope, _receive, _send):
        await Sleep()

    with pytest.raises(RuntimeError, match="only an event loop can bring"):
        step(waits, {}, [])


class Sleep:
    """Waits for an event loop."""

    def __await__(self):
        """Yield, which only a loop answers."""
        yield


def test_counts_are_told_for_people():
    """One of a kind is told as one."""
    assert "1 change of preset, 2 changes of preset, 0 errors" == ", ".join(
        [told({"changes of preset": 1}), told({"changes of preset": 2, "errors": 0})]
    )


def test_what_billing_does_by_itself():
    """A renewal on the way is told: 3.10 of 10.00 for January, 3.10 for February."""
    panels = Panels(seed={**SEED, "clients": {"anna": {"balance": "10.00"}}})
    number = order(panels)["service"]
    panels.billmanager.billing.act("set_auto_renewal", service=number, period="1 month")
    answer = panels.advance(months=1)
    assert {"renewals": 1, "suspensions": 0, "errors": 0} == answer["happened"]
    assert "1 renewal, 0 suspensions, 0 errors" in answer["said"]


# Journal, usage, dump


def test_one_journal(panels):
    """Both panels write into one journal, in order; a snapshot does not take it back."""
    panels.snapshot("before")
    ask(panels, "ispmanager", "whoami")
    ask(panels, "billmanager", "whoami")
    panels.restore("before")
    ask(panels, "ispmanager", "user")
    told = panels.call("journal", "GET")
    assert [("ispmanager", "whoami"), ("billmanager", "whoami"), ("ispmanager", "user")] == [
        (call["panel"], call["func"]) for call in told["calls"]
    ]
    assert [1, 2, 3] == [call["number"] for call in told["calls"]]
    assert 3 == told["last"]


def test_journal_filters(panels):
    """Calls are found by function, account, panel, refusal and number; the newest ones first."""
    ask(panels, "ispmanager", "user.suspend", elid="nobody")
    ask(panels, "ispmanager", "user")
    ask(panels, "billmanager", "whoami")

    def numbers(**given):
        return [call["number"] for call in panels.call("journal", "GET", **given)["calls"]]

    assert [1, 2] == numbers(func="user*")
    assert [1, 2] == numbers(who="root")
    assert [3] == numbers(panel="billmanager")
    assert [1] == numbers(errors=True)
    assert [1, 2, 3] == numbers(errors=False)
    assert [3] == numbers(limit=1)
    # With a number to go on from, none is missed.
    assert [2] == numbers(since=1, limit=1)


def test_no_secrets(panels):
    """Neither journal nor dump repeats a password, a session or a key."""
    add(panels, "boris")
    session = ask(panels, "ispmanager", "auth", username="root", password="prorata")
    told = json.dumps([panels.dump(), panels.call("journal", "GET")])
    assert "pw" not in told.split('"')
    assert "prorata" not in told.split('"')
    assert session["auth"]["$id"] not in told


def test_dump(panels):
    """A dump is all that the panels hold, amounts and instants as texts."""
    order(panels)
    told = panels.dump()["panels"]
    assert "start" == told["ispmanager"]["users"]["user1"]["preset"]
    assert "***" == told["ispmanager"]["users"]["user1"]["password"]
    assert [("period", "3.10")] == [
        (line["kind"], line["amount"]) for line in told["billmanager"]["ledger"]
    ]
    assert "2025-02-01T00:00:00+00:00" == told["billmanager"]["services"]["1"]["expires"]


def test_usage(panels):
    """What a user has taken up is said from outside."""
    panels.call("usage", name="olga", disk=100, traffic_per_day=30)
    panels.advance(days=2)
    used = panels.ispmanager.usage("olga")
    assert (100, 60) == (used.disk, used.traffic)
    with pytest.raises(ControlError, match='no user "nobody"'):
        panels.call("usage", name="nobody")
    with pytest.raises(ControlError, match="there is no ispmanager"):
        Panels("billmanager").call("usage", name="olga")


def test_faults_of_a_set():
    """A set may begin with faults; both panels look at them."""
    panels = Panels(
        "ispmanager", faults=Faults([FaultRule(Fault("error", type="limit"), func="user")])
    )
    assert "limit" == ask(panels, "ispmanager", "user")["error"]["$type"]


def test_links_lead_into_the_set(panels):
    """A link that billing gives leads to the panel of the set that it belongs to."""
    order(panels)
    panels.serve_at({"ispmanager": "http://127.0.0.1:1500/ispmgr"})
    other = panels.fork("other")
    links = [each.billmanager.billing.panel.login("user1", "k" * 24) for each in (panels, other)]
    assert links[0].startswith("http://127.0.0.1:1500/ispmgr")
    assert links[1].startswith("http://127.0.0.1:1500/other/ispmgr")
