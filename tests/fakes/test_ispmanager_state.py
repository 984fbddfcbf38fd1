"""What a panel holds: seeds, usage that grows, history, snapshots, and many users at once."""

from __future__ import annotations

import copy

import pytest

from prorata.fakes import Ispmanager
from prorata.fakes.ispmanager import SEED, Thing, Usage
from prorata.fakes.ispmanager.book import Register

NEW = {"name": "bob", "passwd": "pw", "sok": "ok"}


def error_of(doc):
    """Return type and object of the error in an answer."""
    return doc["error"]["$type"], doc["error"]["$object"]


def names(doc):
    """Return the names in a list."""
    return [row["name"]["$"] for row in doc.get("elem", ())]


def test_book_knows_what_each_owner_has():
    """Keys are listed in the order of making, for all and for each owner, through every change."""
    book = Register({"a": Thing("a", "anna"), "b": Thing("b", "bob"), "c": Thing("c", "anna")})
    assert (["a", "b", "c"], ["a", "c"], 2) == (
        book.listed(),
        book.listed("anna"),
        book.count("anna"),
    )
    assert book.listed("anna") is book.listed("anna")
    book["a"] = Thing("a", "anna", {"x": "y"})
    book["d"] = Thing("d", "anna")
    assert (["a", "b", "c", "d"], ["a", "c", "d"]) == (book.listed(), book.listed("anna"))
    book["a"] = Thing("a", "bob")
    assert (["c", "d"], ["b", "a"]) == (book.listed("anna"), book.listed("bob"))
    for key in book.listed("anna"):
        del book[key]
    assert ([], 0, ["a", "b"]) == (book.listed("anna"), book.count("anna"), book.listed())
    assert (2, True, None) == (len(book), "a" in book, book.get("c"))
    with pytest.raises(KeyError):
        del book["c"]


def test_copy_of_a_book_goes_its_own_way():
    """What happens to a copy does not happen to the book."""
    book = Register({"a": Thing("a", "anna")})
    other = copy.deepcopy(book)
    del other["a"]
    other["b"] = Thing("b", "anna")
    assert (["a"], ["a"]) == (book.listed(), book.listed("anna"))
    assert {"b": Thing("b", "anna")} == other


def test_seed_of_its_own(clock):
    """Without a seed a panel has two presets, two users with domains, and addresses."""
    panel = Ispmanager.seeded(clock)
    assert ["www-root", *SEED["users"]] == list(panel.users)
    assert ("small", "1024") == (
        panel.users["anna"].preset,
        panel.users["anna"].limits["limit_quota"],
    )
    assert "anna" == panel.sites["anna.example.com"].owner
    assert "ipv6" == panel.state.addresses["2001:db8::10"].about["iptype"]


def test_seed_of_a_test(clock):
    """A seed has presets, resellers, users and addresses, by name and with their keywords."""
    seed = {
        "presets": {"tiny": {"limit_quota": "1"}},
        "resellers": {"rita": {"limits": {"limit_users": "1"}}},
        "users": {
            "carl": {
                "preset": "tiny",
                "limits": {"limit_webdomains": "0"},
                "owner": "rita",
                "domain": "c.org",
            }
        },
        "addresses": {"192.0.2.50": None},
    }
    panel = Ispmanager.seeded(clock, seed, edition="business", login="admin")
    user = panel.users["carl"]
    assert ({"limit_quota": "1", "limit_webdomains": "0"}, "rita") == (user.limits, user.owner)
    assert ({}, ["c.org"], "admin") == (panel.sites, list(panel.state.zones), panel.login)


@pytest.mark.parametrize(
    ("seed", "complaint"),
    [
        ({"user": {}}, "a seed of ispmanager has no 'user'"),
        ({"users": {"a": {"plan": "x"}}}, "users: 'a': .* unexpected keyword argument 'plan'"),
        ({"users": {"a": {"preset": "none"}}}, "'a': there is no preset 'none'"),
        ({"users": {"root": {}}}, "'root' is the login of another account"),
        ({"users": {"a": {"limits": {"limit_x": "1"}}}}, "ispmanager has no limit 'limit_x'"),
        ({"users": {"a": {"domain": "a.org"}, "b": {"domain": "a.org"}}}, "'a.org' is taken"),
    ],
)
def test_seeds_that_cannot_be(clock, seed, complaint):
    """A mistake in a seed is an error that names its place."""
    with pytest.raises(ValueError, match=complaint):
        Ispmanager.seeded(clock, seed)


def test_user_is_replaced(panel):
    """A user who is added again is as new, and keeps the domain."""
    for _ in range(2):
        panel.add_user("anna", domain="a.org", fullname="Anna A")
    assert ("Anna A", ["a.org"]) == (panel.users["anna"].fullname, list(panel.sites))


def test_edition_that_is_none(clock):
    """There are four editions."""
    with pytest.raises(ValueError, match="no edition 'gold', but lite, pro, host, business"):
        Ispmanager(clock, edition="gold")


def test_usage_grows_with_time(ask, panel, clock, anna):
    """From the instant it was set, so many MiB come with each day, and with half a day the half."""
    clock.advance(days=3)
    panel.set_usage(anna, disk=100, traffic=10, per_day={"disk": 3, "traffic": 100})
    assert ("100", "10") == shown(ask)
    # 12 hours: 3 / 2 = 1.5, rounded down to 1; 100 / 2 = 50.
    clock.advance(hours=12)
    assert ("101", "60") == shown(ask)
    # 30 days and 12 hours: 91.5 and 3050.
    clock.advance(days=30)
    assert ("191", "3060") == shown(ask)
    assert (191, 3060) == panel.usage(anna)[:2]
    row = ask("userstat", su=anna)["elem"][1]
    assert "3060" == row["usages_used"]["$"]


def shown(ask):
    """Return disk and traffic of the first user in the list."""
    row = ask("user")["elem"][0]
    return row["quota_used"]["$"], row["traff_used"]["$"]


def test_usage_that_is_set_stands(panel, clock, anna):
    """Without a rate nothing grows, and the same object tells so."""
    panel.set_usage(anna, disk=7)
    clock.advance(days=99)
    assert (7, 0) == panel.usage(anna)[:2]
    assert Usage() == panel.usage("nobody")


def test_usage_that_cannot_be(panel, anna):
    """There are rates of disk and traffic only."""
    with pytest.raises(ValueError, match="usage has no 'cpu'"):
        panel.set_usage(anna, per_day={"cpu": 1})


def test_usage_before_the_user(ask, panel):
    """Usage may be set for a user who is made later."""
    panel.set_usage("bob", disk=5)
    ask("user.add.finish", **NEW)
    assert "5" == ask("user")["elem"][0]["quota_used"]["$"]


def test_users_over_their_quota(ask, panel, clock, anna):
    """Who has more on the disk than the limit is listed, from the day it is more."""
    ask("user.add.finish", **NEW)
    panel.set_usage(anna, disk=1024, per_day={"disk": 1})
    panel.set_usage("bob", disk=9999)
    assert [] == names(ask("user_quota_exceeded"))
    clock.advance(days=1)
    # 1025 of 1024 MiB; bob has no limit.
    assert [anna] == names(ask("user_quota_exceeded"))
    assert [anna, "bob"] == names(ask("user_disk_report"))
    row = ask("diskusage", su=anna)["elem"][0]
    assert ("/var/www/anna", "1025") == (row["name"]["$"], row["size"]["$"])


def test_history_of_a_user(ask, clock, anna):
    """What was done to a user is listed with its instant and who did it."""
    clock.advance(days=1)
    ask("user.suspend", elid=anna)
    rows = [
        tuple(row[name]["$"] for name in ("date", "action", "user"))
        for row in ask("user.history", elid=anna)["elem"]
    ]
    assert [
        ("2025-08-01 09:00:00", "user.add.finish", "root"),
        ("2025-08-02 09:00:00", "user.suspend", "root"),
    ] == rows
    assert ("missed", "user") == error_of(ask("user.history", elid="nobody"))
    assert ("value", "elid") == error_of(ask("user.history"))


def test_history_is_for_the_owner(ask, anna):
    """A reseller does not read what was done to somebody else's user."""
    ask("reseller.edit", **NEW)
    assert ("access", "user") == error_of(ask("user.history", authinfo="bob:pw", elid=anna))
    assert "elem" in ask("user.history", authinfo="bob:pw", elid="bob")


def test_history_is_bounded(ask, panel, anna):
    """Of very much that was done the last hundred things are kept."""
    for _ in range(101):
        ask("user.resume", elid=anna)
    events = panel.state.history[anna]
    assert (100, "user.resume") == (len(events), events[0].func)


@pytest.mark.parametrize(("name", "taken"), [("anna", "on"), ("root", "on"), ("bob", "off")])
def test_user_exists(ask, anna, name, taken):
    """A login can be asked for, without a list of all users."""
    assert taken == ask("user.exists", name=name)["exists"]["$"]


def test_functions_that_no_document_shows(panel):
    """Names that are documented without a shape are marked, and documented ones are not."""
    marked = {name for name, function in panel.functions.items() if function.invented}
    assert {"user.exists", "user.history", "sysinfo", "diskusage"} <= marked
    assert not {"user", "user.edit", "webdomain", "userstat", "license.info"} & marked


def test_server_tells_of_itself(ask, panel):
    """Version, system and administrators."""
    assert panel.version == ask("version.actual")["version"]["$"]
    assert "users" in names(ask("sysinfo"))
    assert ["root"] == names(ask("admin"))


def test_journal_of_the_panel(ask, anna):
    """What was called is listed, the last call first, with who called and what was refused."""
    ask("user.edit", elid="nobody")
    rows = [
        tuple(row[name].get("$") for name in ("id", "date", "user", "action", "error"))
        for row in ask("journal")["elem"]
    ]
    assert [
        ("2", "2025-08-01 09:00:00", "root", "user.edit", "missed/user"),
        ("1", "2025-08-01 09:00:00", "root", "user.add.finish", None),
    ] == rows


def test_addresses_that_nobody_has(ask, panel, anna):
    """Free addresses are listed, without those that all users share."""
    panel.add_address("192.0.2.1", shared=True)
    panel.add_address("192.0.2.10")
    panel.add_address("192.0.2.11")
    ask("ipaddr.edit", owner=anna, name="192.0.2.11", sok="ok")
    assert ["192.0.2.10"] == names(ask("ipaddr.free"))
    assert ["192.0.2.11", "192.0.2.1"] == names(ask("ipaddr", su=anna))
    taken = ask("ipaddr.edit", owner=anna, name="192.0.2.1", sok="ok")
    assert ("limit", "ipaddr") == error_of(taken)


def test_mail_domain_of_another_user(ask, anna, panel):
    """A name that somebody has a site of is no mail domain for anybody else."""
    ask("user.add.finish", **NEW)
    ask("emaildomain.delete", elid="anna.example.com")
    mail = {"name": "anna.example.com", "sok": "ok"}
    assert ("exists", "name") == error_of(ask("emaildomain.edit", owner="bob", **mail))
    assert {} == ask("emaildomain.edit", owner=anna, **mail)["ok"]


def test_mailboxes_of_other_domains_stay(ask, anna):
    """With a mail domain go the boxes in it, and not those of the owner's other domains."""
    ask("emaildomain.edit", owner=anna, name="b.example.com", sok="ok")
    for domain in ("anna.example.com", "b.example.com"):
        ask("email.edit", name=f"info@{domain}", sok="ok")
    ask("domain.delete", elid="anna.example.com", maildomain="on")
    assert ["info@b.example.com"] == names(ask("email"))


def test_zone_takes_its_owners_domains_only(ask, anna, panel):
    """A mail domain of the same name that is somebody else's stays, where there is one."""
    ask("user.add.finish", **NEW)
    ask("domain.delete", elid="anna.example.com", webdomain="on", maildomain="on")
    ask("emaildomain.edit", owner="bob", name="anna.example.com", sok="ok")
    ask("email.edit", name="info@anna.example.com", sok="ok")
    panel.state.zones["anna.example.com"] = panel.state.mail_domains["anna.example.com"]._replace(
        owner=anna
    )
    ask("domain.delete", su=anna, elid="anna.example.com", webdomain="on", maildomain="on")
    assert ("anna.example.com",) == panel.belongings("bob").has["mail domains"]
    assert ("info@anna.example.com",) == panel.belongings("bob").has["mailboxes"]


def test_snapshot_and_restore(ask, panel, anna):
    """A panel goes back to a snapshot, as often as one likes."""
    panel.add_address("192.0.2.10")
    before = panel.snapshot()
    for _ in range(2):
        ask("ipaddr.edit", owner=anna, sok="ok")
        ask(
            "domain.record.edit",
            plid="anna.example.com",
            name="x",
            rtype="txt",
            value="v",
            sok="ok",
        )
        ask("user.add.finish", **NEW)
        ask("preset.edit", elid="small", limit_db="9", sok="ok")
        assert ("192.0.2.10",) == panel.belongings(anna).has["addresses"]
        panel.restore(before)
        assert ({anna}, ()) == (panel.users.keys(), panel.belongings(anna).has["addresses"])
        assert ({}, "1") == (panel.state.records, panel.presets["small"]["limit_db"])
        assert [anna] == names(ask("user"))
    with pytest.raises(TypeError, match="expected a snapshot of ispmanager, got dict"):
        panel.restore({})


def test_changes_are_counted(ask, panel, anna):
    """The counter rises with what may have changed something, and not with what only reads."""
    before = panel.changed
    for func in ("user", "user.edit", "whoami", "license.info", "user.exists"):
        ask(func, elid=anna)
    assert before == panel.changed
    ask("user.edit", elid=anna, sok="ok")
    ask("user.suspend", elid=anna)
    assert before + 2 == panel.changed
    panel.add_preset("tiny", {})
    panel.set_usage(anna, disk=1)
    panel.add_address("192.0.2.10")
    panel.deny(anna, "ipaddr")
    panel.add_user("carl")
    panel.add_reseller("rita")
    panel.restore(panel.snapshot())
    assert before + 9 == panel.changed


def test_rows_are_made_for_the_page_only(ask, panel, monkeypatch):
    """Of many users a page looks at its own, and an edit at one."""
    for number in range(300):
        panel.add_user(f"u{number:03}")
    looked_at = []

    class Watched(dict):
        def __getitem__(self, key):
            looked_at.append(key)
            return super().__getitem__(key)

    users = panel.state.users
    monkeypatch.setattr(users, "_things", Watched(users._things))
    assert 10 == len(ask("user", p_cnt="10", p_num="3")["elem"])
    # Pages count from 1: the third one of ten has the users 20 to 29.
    assert {f"u{number:03}" for number in range(20, 30)} == set(looked_at)


def test_order_of_calls(ask, panel, anna):
    """A test asserts in which order calls came, and that one never did."""
    ask("user.suspend", elid=anna)
    panel.assert_order("user.add.finish", "user.suspend")
    panel.assert_never("user.delete")
    with pytest.raises(AssertionError):
        panel.assert_order("user.suspend", "user.add.finish")
    with pytest.raises(AssertionError):
        panel.assert_never("user.suspend", elid=anna)
