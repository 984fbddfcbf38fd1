from __future__ import annotations

from datetime import UTC, datetime

import pytest

NEW = {"name": "bob", "passwd": "pw", "sok": "ok"}


def error_of(doc):
    """Return type, object and value of the error in an answer."""
    error = doc["error"]
    return error["$type"], error["$object"], error["param"][1].get("$", "")


def test_user_is_made_from_a_preset(ask, panel, anna):
    """A new user is active, has the preset's limits, and is as old as the clock says."""
    user = panel.users["anna"]
    assert ("small", True) == (user.preset, user.active)
    assert {"limit_quota": "1024", "limit_db": "1"} == user.limits
    assert datetime(2025, 8, 1, 9, tzinfo=UTC) == user.created


def test_creating_answers_ok_and_the_id(ask):
    """The answer is `ok`, and the new element's id, which is the login."""
    doc = ask("user.add.finish", **NEW)
    assert ({}, {"$": "bob"}) == (doc["ok"], doc["id"])


@pytest.mark.parametrize("func", ["user.add.finish", "user.add", "user.edit"])
def test_three_ways_to_make_a_user(ask, panel, func):
    """The wizard's last page, the wizard in one go, and the form without an element."""
    assert {} == ask(func, **NEW)["ok"]
    assert {"bob"} == panel.users.keys()


def test_explicit_limits_override_the_preset(ask, panel):
    """Quota 5 and 3 FTP users are the caller's, 1 database is the preset's."""
    ask("user.add.finish", preset="small", limit_quota="5", limit_ftp_users="3", **NEW)
    expected = {"limit_quota": "5", "limit_db": "1", "limit_ftp_users": "3"}
    assert expected == panel.users["bob"].limits
    assert "1024" == panel.presets["small"]["limit_quota"]


@pytest.mark.parametrize("preset", [{}, {"preset": "#custom"}, {"preset": ""}])
def test_no_preset(ask, panel, preset):
    """A user may be made without a preset: #custom, and only the limits given."""
    ask("user.add.finish", limit_db="7", **NEW, **preset)
    assert ("#custom", {"limit_db": "7"}) == (panel.users["bob"].preset, panel.users["bob"].limits)


def test_unknown_preset(ask, panel):
    """A preset that does not exist is missed, and no user is made."""
    answer = ask("user.add.finish", preset="huge", domain="b.example.com", **NEW)
    assert ("missed", "preset", "huge") == error_of(answer)
    assert ({}, {}) == (panel.users, panel.sites)


@pytest.mark.parametrize("name", ["anna", "root"])
def test_login_is_taken(ask, anna, name):
    """A second user of a name, and one called as the administrator, is exists/user."""
    answer = ask("user.add.finish", **NEW | {"name": name})
    assert ("exists", "user", name) == error_of(answer)


@pytest.mark.parametrize("domain", ["anna.example.com", "ANNA.example.com"])
def test_domain_is_taken(ask, panel, anna, domain):
    """A taken domain is exists/name, in any case of letters, and no user is made."""
    answer = ask("user.add.finish", domain=domain, **NEW)
    assert ("exists", "name", "anna.example.com") == error_of(answer)
    assert {"anna"} == panel.users.keys()


def test_login_is_checked_before_the_domain(ask, anna):
    """With both taken the login is what the error names."""
    answer = ask("user.add.finish", **NEW | {"name": "anna"}, domain="anna.example.com")
    assert ("exists", "user", "anna") == error_of(answer)


def test_domain_makes_site_zone_and_mail_domain(panel, anna):
    """A domain becomes a site, a DNS zone and a mail domain of the user."""
    state = panel.state
    for made in (panel.sites, state.zones, state.mail_domains):
        assert {"anna.example.com": "anna"} == {name: domain.owner for name, domain in made.items()}


def test_no_room_for_a_site(ask, panel):
    """With limit_webdomains 0 there is no site, but the zone and the mail domain are made."""
    ask("user.add.finish", preset="no sites", domain="b.example.com", **NEW)
    state = panel.state
    assert ({}, {"b.example.com"}, {"b.example.com"}) == (
        panel.sites,
        state.zones.keys(),
        state.mail_domains.keys(),
    )
    again = ask("user.add.finish", **NEW | {"name": "eve"}, domain="b.example.com")
    assert ("exists", "name", "b.example.com") == error_of(again)


def test_site_and_mail_domain_can_be_left_out(ask, panel):
    """With webdomain=off and emaildomain=off only the zone is made."""
    ask("user.add.finish", domain="b.example.com", webdomain="off", emaildomain="off", **NEW)
    assert {"b.example.com"} == panel.state.zones.keys()
    assert ({}, {}) == (panel.sites, panel.state.mail_domains)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a" * 33),
        ("name", "anna maria"),
        ("name", "a:b"),
        ("name", "a,b"),
        ("name", "a/b"),
        ("name", "änna"),
        ("domain", "nodots"),
        ("domain", "two words.example.com"),
        ("domain", ".example.com"),
        ("domain", "a" * 250 + ".com"),
        ("limit_quota", "unlimited"),
        ("limit_quota", "-1"),
        ("limit_quota", "1.5"),
        ("limit_quota", "2147483648"),
        ("limit_ssl", "yes"),
        ("webdomain", "maybe"),
        ("fullname", "x" * 256),
    ],
)
def test_bad_values(ask, panel, field, value):
    """A value outside of what is declared is a `value` error that names the field."""
    answer = ask("user.add.finish", **NEW | {field: value})
    assert ("value", field, value) == error_of(answer)
    assert {} == panel.users


@pytest.mark.parametrize("name", ["a" * 32, "a.b-c_d@e", "!#~"])
def test_good_logins(ask, panel, name):
    """A login has up to 32 ASCII characters."""
    ask("user.add.finish", **NEW | {"name": name})
    assert {name} == panel.users.keys()


@pytest.mark.parametrize("password", ["", "p" * 129, "pässword", "a\tb"])
def test_bad_passwords(ask, password):
    """A password has up to 128 ASCII characters; the error does not repeat it."""
    answer = ask("user.add.finish", **NEW | {"passwd": password})
    assert ("value", "passwd", "") == error_of(answer)
    assert not password or password not in str(answer)


def test_longest_password(ask):
    """128 characters, among them blanks and signs, are a password."""
    password = "p &+%:" + "x" * 122
    ask("user.add.finish", **NEW | {"passwd": password})
    assert "bob" == ask("whoami", authinfo=f"bob:{password}")["user"]["$name"]


def test_passwords_differ(ask):
    """A confirmation that is there has to agree."""
    answer = ask("user.add.finish", confirm="other", **NEW)
    assert ("value", "confirm", "") == error_of(answer)
    assert {} == ask("user.add.finish", confirm="pw", **NEW)["ok"]


def test_form_of_a_user(ask, anna):
    """Without sok a user's form has its current values directly below the root, and no ok."""
    doc = ask("user.edit", elid="anna")
    values = tuple(doc[name].get("$") for name in ("elid", "name", "preset", "limit_quota"))
    assert ("anna", "anna", "small", "1024") == values
    assert ({}, False, False) == (doc["fullname"], "ok" in doc, "passwd" in doc)


@pytest.mark.parametrize("func", ["user.edit", "user.add", "user.add.finish"])
def test_form_of_a_new_user(ask, panel, func):
    """Without sok and element the form is empty, and nothing is made."""
    doc = ask(func, name="bob", passwd="pw", elid="")
    assert ({}, {"$": "#custom"}, {"$": "root"}) == (doc["name"], doc["preset"], doc["owner"])
    assert {} == panel.users


def test_empty_sok_is_no_sok(ask, panel):
    """Any sok that is not empty submits; an empty one shows the form."""
    ask("user.add.finish", **NEW | {"sok": ""})
    assert {} == panel.users
    ask("user.add.finish", **NEW | {"sok": "yes"})
    assert {"bob"} == panel.users.keys()


def test_omitted_limits_stay(ask, panel, anna):
    """Changing one limit leaves the others, the preset, and the password."""
    assert {} == ask("user.edit", elid="anna", limit_db="2", limit_quota="", sok="ok")["ok"]
    user = panel.users["anna"]
    assert ("small", {"limit_quota": "1024", "limit_db": "2"}) == (user.preset, user.limits)
    assert "anna" == ask("whoami", authinfo="anna:pw")["user"]["$name"]


def test_other_preset_fills_the_limits_anew(ask, panel, anna):
    """A change of preset brings its limits; a limit in the same call overrides them."""
    ask("user.edit", elid="anna", preset="large", limit_db="3", sok="ok")
    expected = {"limit_quota": "8192", "limit_db": "3", "limit_ssl": "on"}
    assert ("large", expected) == (panel.users["anna"].preset, panel.users["anna"].limits)


@pytest.mark.parametrize("preset", ["small", "#custom"])
def test_same_preset_or_none_keeps_the_limits(ask, panel, anna, preset):
    """Naming the preset that a user has, or none, changes no limit."""
    ask("user.edit", elid="anna", limit_db="9", sok="ok")
    ask("user.edit", elid="anna", preset=preset, sok="ok")
    assert (preset, "9") == (panel.users["anna"].preset, panel.users["anna"].limits["limit_db"])


def test_unknown_preset_changes_nothing(ask, panel, anna):
    """A preset that does not exist is missed, and the user stays as it was."""
    before = panel.users["anna"]
    answer = ask("user.edit", elid="anna", preset="huge", fullname="A", sok="ok")
    assert ("missed", "preset", "huge") == error_of(answer)
    assert before == panel.users["anna"]


def test_password_change(ask, anna):
    """A new password with its confirmation is good, and the old one is refused."""
    ask("user.edit", elid="anna", passwd="new", confirm="new", sok="ok")
    assert "anna" == ask("whoami", authinfo="anna:new")["user"]["$name"]
    assert "error" in ask("whoami", authinfo="anna:pw")


def test_confirmation_alone_is_refused(ask, anna):
    """A confirmation without its password confirms nothing."""
    assert ("value", "confirm", "") == error_of(
        ask("user.edit", elid="anna", confirm="x", sok="ok")
    )


def test_texts_change(ask, panel, anna):
    """Full name, address and comment are changed where they are sent."""
    texts = {"fullname": "Anna A <&>", "email": "a@example.com", "comment": "a\nb"}
    ask("user.edit", elid="anna", sok="ok", **texts)
    ask("user.edit", elid="anna", sok="ok")
    user = panel.users["anna"]
    assert tuple(texts.values()) == (user.fullname, user.email, user.comment)


@pytest.mark.parametrize("field", ["name", "owner"])
def test_name_and_owner_are_for_ever(ask, panel, anna, field):
    """A user can be neither renamed nor given away; sending the current value is fine."""
    assert ("value", field, "bob") == error_of(
        ask("user.edit", elid="anna", sok="ok", **{field: "bob"})
    )
    current = {"name": "anna", "owner": "root"}[field]
    assert {} == ask("user.edit", elid="anna", sok="ok", **{field: current})["ok"]
    assert {"anna"} == panel.users.keys()


def test_owner_is_set_at_creation(ask, panel):
    """A user's owner is the administrator, unless another one is named."""
    panel.add_reseller("reseller1")
    ask("user.add.finish", **NEW)
    ask("user.add.finish", owner="reseller1", **NEW | {"name": "eve"})
    assert ("root", "reseller1") == (panel.users["bob"].owner, panel.users["eve"].owner)


@pytest.mark.parametrize("func", ["user.edit", "user.suspend", "user.resume", "user.delete"])
@pytest.mark.parametrize("elid", ["nobody", "root", "ANNA"])
def test_missing_user(ask, anna, func, elid):
    """An element that does not exist is missed/user; the administrator is no user."""
    assert ("missed", "user", elid) == error_of(ask(func, elid=elid, sok="ok"))


@pytest.mark.parametrize("func", ["user.suspend", "user.resume", "user.delete"])
@pytest.mark.parametrize("elid", [{}, {"elid": ""}])
def test_group_function_needs_an_element(ask, func, elid):
    """A group function without an element is value/elid."""
    assert ("value", "elid", "") == error_of(ask(func, **elid))


def test_suspending_switches_the_user_and_its_sites_off(ask, panel, anna):
    """A suspended user is active=off in the list, and so are its sites; resuming undoes both."""
    for func, active, shown in [("user.suspend", False, "off"), ("user.resume", True, "on")]:
        assert {} == ask(func, elid="anna")["ok"]
        assert active is panel.users["anna"].active
        assert shown == ask("user")["elem"][0]["active"]["$"]
        assert shown == ask("webdomain")["elem"][0]["active"]["$"]


def test_suspending_twice_is_fine(ask, panel, anna):
    """What is off may be switched off again."""
    ask("user.suspend", elid="anna")
    assert {} == ask("user.suspend", elid="anna")["ok"]


def test_several_elements(ask, panel, anna):
    """Several ids joined by a comma and a blank are acted on together."""
    ask("user.add.finish", **NEW)
    ask("user.suspend", elid="anna, bob")
    assert [False, False] == [user.active for user in panel.users.values()]
    ask("user.delete", elid="bob,anna, anna")
    assert {} == panel.users


def test_several_elements_or_none(ask, panel, anna):
    """If one of several elements is missing nothing happens to the others."""
    assert ("missed", "user", "bob") == error_of(ask("user.delete", elid="anna, bob"))
    assert {"anna"} == panel.users.keys()


def test_deleting_takes_the_domains_along(ask, panel, anna):
    """Deleting a user deletes its domains and nobody else's, and frees both names."""
    ask("user.add.finish", domain="b.example.com", **NEW)
    ask("user.delete", elid="anna")
    state = panel.state
    for domains in (panel.sites, state.zones, state.mail_domains):
        assert {"b.example.com"} == domains.keys()
    again = ask("user.add.finish", **NEW | {"name": "anna"}, domain="anna.example.com")
    assert {} == again["ok"]


def test_list_of_users(ask, anna):
    """A row has name, owner, level 16, state, preset, quota and the limits."""
    row = ask("user")["elem"][0]
    expected = ("anna", "root", "16", "on", "small", "1024", "1", "0")
    names = ("name", "owner", "level", "active", "preset", "quota_total", "limit_db", "quota_used")
    assert expected == tuple(row[name]["$"] for name in names)


def test_list_of_presets(ask):
    """A row has the preset's name and level."""
    rows = [(row["name"]["$"], row["level"]["$"]) for row in ask("preset")["elem"]]
    assert [("small", "16"), ("large", "16"), ("no sites", "16")] == rows


def test_list_of_web_domains(ask, ask_xml, anna):
    """A row has id, name, owner and state, a field with an attribute, and empty fields."""
    row = ask("webdomain")["elem"][0]
    assert ("1", "anna.example.com", "anna", "on") == tuple(
        row[name]["$"] for name in ("id", "name", "owner", "active")
    )
    assert {"$orig": "db_not_assigned", "$": "Not used"} == row["database"]
    assert ({}, {}) == (row["ssl_issued_success"], row["webscript_status"])
    assert "db_not_assigned" == ask_xml("webdomain").find("elem/database").get("orig")
