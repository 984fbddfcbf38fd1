"""Operations beside those of a user's life: taken logins, presets, passwords and amounts."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from prorata.fakes import Ispmanager, transport
from prorata.fakes.faults import Faults
from prorata.reference.engine.turn import Turn
from prorata.reference.panels import IspmanagerClient, PanelRefusedError
from prorata.reference.refusal import Refusal

CATALOGUE = {
    "start": {
        "prices": {"1 month": "10"},
        "template": "small",
        "resources": {"databases": {"included": 1, "maximum": 9, "prices": {"1 month": "1"}}},
    },
    "big": {"prices": {"1 month": "10"}},
}


@pytest.fixture
def shop(house):
    """Sell two tariffs; it is September 1, 2025, 10:00 UTC, and nothing is on the panel."""
    return house(CATALOGUE, at="2025-09-01 10:00")


def order(shop, tariff="start"):
    """Order a tariff for a month."""
    return shop.do("order", client="anna", tariff=tariff, period="1 month")


def asked(shop, action):
    """Return what the panel was asked of one kind."""
    return [call[1:] for call in shop.panel.calls if call[0] == action]


@pytest.mark.parametrize(
    ("taken", "user"),
    [
        ({"user1"}, "user11"),
        ({"user1", "user11", "user12"}, "user13"),
    ],
)
def test_a_login_that_exists(shop, taken, user):
    """login1, login2 … follow a login that is taken, and the service is called so."""
    shop.panel.users = dict.fromkeys(taken, ("other", None))
    order(shop)
    assert ("active", user) == (shop.service().status, shop.service().user)
    assert user in shop.panel.users


def test_a_try_that_fails_goes_on_with_its_login(shop):
    """A lost answer for login1 is looked at under that name, and later logins count on."""
    shop.panel.users = {"user1": ("other", None)}
    shop.panel.refuse("exists", "user")
    shop.panel.fail(done=True)
    order(shop)
    assert ("processing", "user11") == (shop.service().status, shop.service().user)
    shop.to("2025-09-01 10:05")
    assert ("active", "user11") == (shop.service().status, shop.service().user)
    assert {"user1", "user11"} == shop.panel.users.keys()


def test_logins_come_to_an_end(shop):
    """A hundred logins that are taken are enough; the operation says so and stays."""
    shop.panel.refuse("exists", "user", times=100)
    order(shop)
    (operation,) = shop.book.operations.values()
    assert "none of 100 logins such as user1 is free" in operation.error
    assert "running" == operation.status


def test_a_missing_preset_is_made(shop):
    """BILLmanager makes the preset that the panel lacks, then the user."""
    shop.panel.refuse("missed", "preset")
    order(shop)
    assert (["small"], "active") == (shop.panel.presets, shop.service().status)


def test_a_missing_preset_of_a_change_is_made(shop):
    """The preset of another tariff is made too; any other refusal stays one."""
    order(shop)
    shop.panel.refuse("missed", "preset")
    shop.do("change_tariff", service="1", tariff="big")
    assert (["big"], {"user1": ("big", "anna.example.com")}) == (
        shop.panel.presets,
        shop.panel.users,
    )
    shop.panel.refuse("value", "preset")
    shop.do("change_tariff", service="1", tariff="start")
    assert "value/preset" in list(shop.book.operations.values())[-1].error


def test_a_missing_preset_is_an_error_in_hostbill(house):
    """HostBill makes no preset: the operation keeps the panel's words."""
    products = {"start": {"prices": {"monthly": "10"}}}
    shop = house(products, at="2025-09-01", system="hostbill", clients={"anna": "0"})
    shop.panel.refuse("missed", "preset")
    shop.do("order", client="anna", product="start", cycle="monthly", hostname="a.example.com")
    shop.do("pay", invoice="1")
    assert [] == shop.panel.presets
    assert "missed/preset" in shop.book.operations[1].error


def test_a_domain_and_a_login_that_exist(shop):
    """Both ways round are gone for one user."""
    shop.panel.refuse("exists", "name")
    shop.panel.refuse("exists", "user")
    order(shop)
    assert {"user11": ("small", None)} == shop.panel.users


@pytest.mark.parametrize("done", [True, False])
def test_a_password_is_sent_until_it_is_there(shop, done):
    """A password whose answer was lost is sent again, the same one."""
    order(shop)
    shop.panel.fail(done=done, may_have_happened=True)
    shop.do("set_password", service="1", password="correct horse")
    shop.to("2025-09-01 10:30")
    assert [("user1", "correct horse")] * 2 == asked(shop, "password")
    assert {"user1": "correct horse"} == shop.panel.passwords


@pytest.mark.parametrize("password", ["p" * 129, "pässword", "two\nlines"])
def test_a_password_that_no_panel_takes(shop, password):
    """It is refused, and nothing is asked of the panel that would fail for ever."""
    order(shop)
    refusal = shop.billing.act("set_password", service="1", password=password)
    assert "provision.ispmanager.password" == refusal.rule
    assert [] == asked(shop, "password")
    shop.do("set_password", service="1", password="p" * 128)
    assert {"user1": "p" * 128} == shop.panel.passwords


def test_a_password_is_made_up(shop):
    """Without a password one is made up, another one each time."""
    order(shop)
    shop.do("set_password", service="1")
    first = shop.panel.passwords["user1"]
    shop.do("set_password", service="1")
    assert (32, True) == (len(first), first != shop.panel.passwords["user1"])


def test_amounts_are_sent_as_they_are_now(shop):
    """A change of amounts is sent whole: what is included, and what was ordered and cancelled."""
    order(shop)
    shop.do("order_resource", service="1", resource="databases", amount=2)
    shop.do("set_resource", service="1", resource="databases", amount=2)
    shop.do("cancel_resource", service="1", resource="databases")
    assert [("user1", {"databases": n}) for n in (3, 2, 1)] == asked(shop, "resources")


def test_amounts_wait_for_the_panel(shop):
    """Amounts that could not be set are set later, as they are then."""
    order(shop)
    shop.panel.down = True
    shop.do("order_resource", service="1", resource="databases", amount=2)
    shop.to("2025-09-01 10:02").do("order_resource", service="1", resource="databases", amount=1)
    shop.panel.down = False
    shop.to("2025-09-01 10:05")
    assert ("user1", {"databases": 4}) == asked(shop, "resources")[-1]


class Wired:
    """A billing whose panel is the real client of a panel in process; its calls can fail."""

    def __init__(self, house, **settings):
        shop = house(CATALOGUE, at="2025-09-01 10:00")
        self.panel = Ispmanager(shop.clock, presets={"small": {}})
        self.panel.faults = Faults()
        client = IspmanagerClient(
            "http://panel/ispmgr",
            "root",
            "prorata",
            transport=transport(self.panel.app),
            **settings,
        )
        shop.billing.panel = shop.billing.operations._panel = client
        self.shop = shop
        self.client = client

    def lose(self, how):
        """Let the next answer be lost in a way, after the effect of its call."""
        self.panel.faults.add(how, nth=1, milliseconds=60_000)

    def ask(self, verb, **parameters):
        """Do an act and return what it answers."""
        return self.shop.billing.act(verb, **parameters)


@pytest.fixture
def wired(house):
    """A billing with a service, on a panel."""
    made = Wired(house)
    order(made.shop)
    yield made
    made.client.close()


@pytest.mark.parametrize("fault", ["reset_after", "slow"])
def test_a_stranger_is_not_taken_for_the_user(house, fault):
    """A user who was there before carries no mark of the service: the next login is tried."""
    wired = Wired(house)
    wired.panel.add_user("user1")
    wired.lose(fault)
    order(wired.shop)
    assert "processing" == wired.shop.service().status
    wired.shop.to("2025-09-01 10:05")
    assert ("active", "user11") == (wired.shop.service().status, wired.shop.service().user)
    marks = {name: user.comment for name, user in wired.panel.users.items() if name != "www-root"}
    assert {"user1": "", "user11": "service 1 of anna"} == marks
    wired.client.close()


@pytest.mark.parametrize("fault", ["reset_after", "slow"])
def test_the_user_is_known_by_its_mark(house, fault):
    """A user whose creation was not answered is found, and no other is made."""
    wired = Wired(house)
    wired.lose(fault)
    order(wired.shop)
    wired.shop.to("2025-09-01 10:05")
    assert ("active", {"www-root", "user1"}) == (
        wired.shop.service().status,
        wired.panel.users.keys(),
    )
    wired.client.close()


def test_a_stranger_is_not_deleted(wired):
    """A login that somebody else got while the answer to its deletion was lost is left alone."""
    wired.lose("slow")
    wired.ask("delete", service="1", by="staff")
    wired.panel.add_user("user1")
    wired.shop.to("2025-09-01 10:05")
    assert {"www-root", "user1"} == wired.panel.users.keys()
    assert {"done"} == {each.status for each in wired.shop.book.operations.values()}


def test_a_creation_is_one_call(wired):
    """Nobody is looked for where the panel answers."""
    assert ["user.add.finish"] == [call.func for call in wired.panel.calls]


def test_into_the_panel(wired):
    """The link is for the service's user, its key is another each time, and it leads back."""
    links = [wired.ask("open_panel", service="1")["url"] for _ in range(2)]
    queries = [parse_qs(urlsplit(link).query) for link in links]
    assert [["user1"], ["user1"]] == [query["username"] for query in queries]
    keys = {query["key"][0] for query in queries}
    assert {32} == {len(key) for key in keys}
    assert 2 == len(keys)
    assert ["https://billing.example.com/billmgr?func=vhost&elid=1"] == queries[0]["backurl"]


def test_managed_at_once(wired):
    """Domains and databases are made, shown and deleted while the client waits."""
    for what, name in (("domain", "new.example.com"), ("database", "shop")):
        assert {} == wired.ask("create_on_panel", service="1", what=what, name=name)
        shown = wired.ask("show_on_panel", service="1", what=what)["shown"]
        assert what == shown[name]
        assert {} == wired.ask("delete_on_panel", service="1", what=what, name=name)
        assert name not in wired.ask("show_on_panel", service="1", what=what)["shown"]
    wired.panel.set_usage("user1", disk=3)
    shown = wired.ask("show_on_panel", service="1", what="usage")
    assert {"shown": {"disk": "3", "bandwidth": "0"}} == shown


@pytest.mark.parametrize(
    ("verb", "parameters"),
    [
        ("open_panel", {}),
        ("set_password", {}),
        ("create_on_panel", {"what": "database", "name": "shop"}),
        ("show_on_panel", {"what": "usage"}),
    ],
)
def test_only_active_services(wired, verb, parameters):
    """A suspended service is not managed."""
    wired.ask("suspend", service="1", by="staff")
    refusal = wired.ask(verb, service="1", **parameters)
    assert "billmanager.lifecycle.status" == refusal.rule


def test_a_panel_that_does_not_answer(wired):
    """What is asked at once is refused where the panel gives no answer, and nothing is kept."""
    wired.panel.faults.add("status")
    refusal = wired.ask("test_connection")
    assert "provision.ispmanager.connection" == refusal.rule
    assert refusal.reason.startswith("the panel does not answer: whoami: HTTP 503")


def test_presets_are_imported(wired):
    """The presets of the panel are shown."""
    assert {"shown": {"small": "preset"}} == wired.ask("import_presets")


def test_no_room(house):
    """An order for more than there is room for is refused before anything is charged."""
    wired = Wired(house, maximum=2)
    order(wired.shop)
    refusal = wired.ask("order", client="anna", tariff="start", period="1 month", quantity=1)
    assert {"service": "2"} == refusal
    refusal = wired.ask("order", client="anna", tariff="big", period="1 month")
    assert isinstance(refusal, Refusal)
    assert ("provision.ispmanager.capacity", "the server has 2 accounts, and takes at most 2") == (
        refusal.rule,
        refusal.reason,
    )
    wired.client.close()


def test_a_turn_without_a_panel(shop):
    """A turn of its own has no panel to ask."""
    billing = shop.billing
    turn = Turn(billing.rulebook, shop.book, billing.rulings, shop.clock.now())
    with pytest.raises(LookupError, match="no panel"):
        _ = turn.port


def test_refusals_are_errors_of_the_panel():
    """What the panel refuses names its function, type, object and words."""
    error = PanelRefusedError("limit", "user", "full", "user.add.finish")
    assert "user.add.finish: limit/user: full" == str(error)
