"""Sites, their PHP and what the user's permissions leave of it; zones and their records."""

from __future__ import annotations

import pytest

SITE = "anna.example.com"
PHP_MODES = (
    "php_mode_mod", "php_mode_cgi", "php_mode_fcgi_apache", "php_mode_fcgi_nginxfpm",
    "php_mode_lsapi",
)  # fmt: skip


def error_of(doc):
    """Return type and object of the error in an answer."""
    return doc["error"]["$type"], doc["error"]["$object"]


def row_of(ask):
    """Return the first site of the list."""
    return ask("webdomain")["elem"][0]


def keys(ask, zone=SITE):
    """Return the keys of a zone's records."""
    return [row["rkey"]["$"] for row in ask("domain.record", elid=zone).get("elem", ())]


@pytest.mark.parametrize(
    ("asked", "permission"),
    [
        ({"php": "on"}, "php_enable"),
        ({"secure": "on"}, "limit_ssl"),
        ({"cgi": "on"}, "limit_cgi"),
        ({"ssi": "on"}, "limit_ssi"),
        *(({"php_mode": mode}, f"limit_{mode}") for mode in PHP_MODES),
    ],
)
def test_permissions_are_kept(ask, anna, asked, permission):
    """What a permission says off to is refused, naming the permission; else it is done."""
    assert {} == ask("webdomain.edit", elid=SITE, sok="ok", **asked)["ok"]
    ask("user.edit", elid=anna, sok="ok", **{permission: "off"})
    assert ("limit", permission) == error_of(ask("webdomain.edit", elid=SITE, sok="ok", **asked))


def test_first_mode_that_is_allowed(ask, anna):
    """A site whose mode nobody chose has the first one that the permissions leave."""
    assert "php_mode_mod" == row_of(ask)["php_mode"]["$"]
    ask("user.edit", elid=anna, limit_php_mode_mod="off", sok="ok")
    assert "php_mode_cgi" == row_of(ask)["php_mode"]["$"]
    ask("user.edit", elid=anna, limit_php_mode="php_mode_lsapi", sok="ok")
    assert "php_mode_lsapi" == row_of(ask)["php_mode"]["$"]


def test_no_mode_is_allowed(ask, anna):
    """Without PHP, or any mode of it, a site has none."""
    ask("user.edit", elid=anna, sok="ok", **{f"limit_{mode}": "off" for mode in PHP_MODES})
    row = row_of(ask)
    assert ("off", {}, "Handler not used") == (
        row["php"]["$"],
        row["php_mode"],
        row["handler"]["$"],
    )


def test_no_php_at_all(ask, anna):
    """Without the permission for PHP a new site has none of its modes."""
    ask("user.edit", elid=anna, php_enable="off", sok="ok")
    row = row_of(ask)
    assert ("off", {}) == (row["php"]["$"], row["php_mode"])
    lists = {one["$name"]: one.get("val") for one in ask("webdomain.edit", elid=SITE)["slist"]}
    assert lists["php_mode"] is None


def test_room_for_sites(ask, anna):
    """With limit_webdomains 1 the second site is refused, for the user and for root."""
    ask("user.edit", elid=anna, limit_webdomains="1", sok="ok")
    site = {"name": "b.example.com", "sok": "ok"}
    for who in ({"su": anna}, {"owner": anna}):
        for func, field in (
            ("webdomain.edit", site),
            ("site.edit", {"site_name": "b.org", "sok": "ok"}),
        ):
            owner = {"site_owner": anna} if func == "site.edit" and "owner" in who else who
            assert ("limit", "limit_webdomains") == error_of(ask(func, **field, **owner))


def test_mode_that_is_none(ask, anna):
    """A mode of PHP that does not exist is a bad value."""
    doc = ask("webdomain.edit", elid=SITE, php_mode="php_mode_magic", sok="ok")
    assert ("value", "php_mode") == error_of(doc)


def test_site_is_switched_off_and_on(ask, anna):
    """A site alone can be off, and stays off through its user's suspension."""
    ask("webdomain.suspend", su=anna, elid=SITE)
    assert "off" == row_of(ask)["active"]["$"]
    ask("user.suspend", elid=anna)
    ask("user.resume", elid=anna)
    assert "off" == row_of(ask)["active"]["$"]
    ask("webdomain.resume", su=anna, elid=SITE)
    assert "on" == row_of(ask)["active"]["$"]
    assert ("missed", "webdomain") == error_of(ask("webdomain.suspend", elid=f"{SITE}, none"))


def test_all_of_a_suspended_user_is_off(ask, anna):
    """Sites, mail domains and FTP users of a suspended user are off, and on again after it."""
    ask("ftp.user.edit", owner=anna, name="up", sok="ok")
    for func, shown in (("user.suspend", "off"), ("user.resume", "on")):
        ask(func, elid=anna)
        lists = ("webdomain", "emaildomain", "ftp.user")
        assert [shown] * 3 == [ask(name)["elem"][0]["active"]["$"] for name in lists]


@pytest.mark.parametrize("func", ["webdomain", "domain", "emaildomain"])
@pytest.mark.parametrize("field", ["name", "owner"])
def test_domains_are_neither_renamed_nor_given_away(ask, anna, func, field):
    """Another name or owner is a bad value; the current one, in any case of letters, is fine."""
    doc = ask(f"{func}.edit", elid=SITE, sok="ok", **{field: "other.example.com"[:20]})
    assert ("value", field) == error_of(doc)
    same = {"name": SITE.upper(), "owner": anna}[field]
    assert {} == ask(f"{func}.edit", elid=SITE, sok="ok", **{field: same})["ok"]


@pytest.mark.parametrize(
    ("func", "elid", "field"),
    [("ftp.user", "up", "name"), ("db", "shop->MySQL", "name"), ("db", "shop->MySQL", "server")],
)
def test_things_are_not_renamed(ask, anna, func, elid, field):
    """Neither are FTP users and databases."""
    ask("ftp.user.edit", owner=anna, name="up", sok="ok")
    ask("db.edit", owner=anna, name="shop", sok="ok")
    assert ("value", field) == error_of(ask(f"{func}.edit", elid=elid, sok="ok", **{field: "x"}))


def test_site_takes_the_parts_that_there_is_room_for(ask, anna, panel):
    """With no room for zone or mail domain a new site comes without them."""
    ask("user.edit", elid=anna, limit_domains="1", limit_emaildomains="1", sok="ok")
    assert {} == ask("webdomain.edit", owner=anna, name="b.example.com", sok="ok")["ok"]
    has = panel.belongings(anna).has
    assert (2, 1, 1) == tuple(len(has[kind]) for kind in ("sites", "zones", "mail domains"))


def test_confirmation_names_a_site(ask, anna):
    """Without an element, or with one that is not there, there is nothing to confirm."""
    for params in ({}, {"sok": "ok"}):
        assert ("value", "elid") == error_of(ask("webdomain.delete.confirm", **params))
    assert ("missed", "webdomain") == error_of(ask("webdomain.delete.confirm", elid="none"))


def test_select_lists_of_a_site(ask, anna):
    """The form offers the modes that the owner may use, and no others."""
    ask("user.edit", elid=anna, limit_php_mode_cgi="off", sok="ok")
    lists = {one["$name"]: one["val"] for one in ask("webdomain.edit", elid=SITE)["slist"]}
    modes = [each["$key"] for each in lists["php_mode"]]
    assert [mode for mode in PHP_MODES if mode != "php_mode_cgi"] == modes
    assert [anna] == [each["$key"] for each in lists["owner"]]
    assert "native" == lists["php_fpm_version"][0]["$key"]
    # A user's own form has the same modes for a new site, and offers no other owner.
    lists = {one["$name"]: one.get("val", []) for one in ask("webdomain.edit", su=anna)["slist"]}
    assert (len(modes), []) == (len(lists["php_mode"]), lists["owner"])


def test_select_lists_of_a_user(ask, anna):
    """The form of a user offers templates and owners."""
    lists = {one["$name"]: one["val"] for one in ask("user.add")["slist"]}
    assert ["#custom", "small", "large", "no sites"] == [e["$key"] for e in lists["preset"]]
    assert ["root"] == [each["$key"] for each in lists["owner"]]


def test_usual_records(ask, anna):
    """A new zone has name servers, addresses, mail and the senders' rule, all at its address."""
    assert [
        f"{SITE}. NS  ns1.example.com.",
        f"{SITE}. NS  ns2.example.com.",
        f"{SITE}. A  192.0.2.1",
        f"mail.{SITE}. A  192.0.2.1",
        f"www.{SITE}. A  192.0.2.1",
        f"{SITE}. MX  10 mail.{SITE}.",
        f"{SITE}. TXT  v=spf1 ip4:192.0.2.1 a mx ~all",
    ] == keys(ask)


@pytest.mark.parametrize("changed_before", [True, False])
def test_records_follow_the_zone(ask, anna, changed_before):
    """Another address of the zone is that of its records too, whether one was changed before."""
    if changed_before:
        ask("domain.record.edit", plid=SITE, name="x", rtype="a", ip="192.0.2.77", sok="ok")
    ask("domain.edit", elid=SITE, ip="192.0.2.9", sok="ok")
    assert f"www.{SITE}. A  192.0.2.9" in keys(ask)
    assert changed_before is (f"x.{SITE}. A  192.0.2.77" in keys(ask))
    ask("domain.edit", elid=SITE, ip="2001:db8::9", sok="ok")
    assert f"www.{SITE}. AAAA  2001:db8::9" in keys(ask)


def test_record_is_changed(ask, anna):
    """A record keeps its place, and what is not sent of it; its key is another one."""
    at = keys(ask).index(f"www.{SITE}. A  192.0.2.1")
    changed = ask(
        "domain.record.edit",
        plid=SITE,
        elid=f"www.{SITE}. A  192.0.2.1",
        ip="192.0.2.9",
        sok="ok",
    )
    assert (f"www.{SITE}. A  192.0.2.9", at) == (
        changed["id"]["$"],
        keys(ask).index(changed["id"]["$"]),
    )
    ask("domain.record.edit", plid=SITE, elid=changed["id"]["$"], ttl="60", sok="ok")
    row = ask("domain.record", elid=SITE)["elem"][at]
    assert ("60", "192.0.2.9") == (row["ttl"]["$"], row["value"]["$"])
    form = ask("domain.record.edit", plid=SITE, elid=changed["id"]["$"])
    assert (f"www.{SITE}.", "a", "60") == tuple(form[n]["$"] for n in ("name", "rtype", "ttl"))


RECORDS = [
    ({"rtype": "a", "ip": "192.0.2.7"}, "A  192.0.2.7"),
    ({"rtype": "aaaa", "ip": "2001:db8::1"}, "AAAA  2001:db8::1"),
    ({"rtype": "cname", "domain": "y.example.org."}, "CNAME  y.example.org."),
    ({"rtype": "ns", "domain": "ns.example.org."}, "NS  ns.example.org."),
    ({"rtype": "mx", "domain": "y.example.org.", "priority": "20"}, "MX  20 y.example.org."),
    (
        {"rtype": "srv", "domain": "y.org.", "priority": "1", "weight": "2", "port": "5060"},
        "SRV  1 2 5060 y.org.",
    ),
    ({"rtype": "txt", "value": "one two"}, "TXT  one two"),
    ({"rtype": "caa", "value": "0 issue example.org"}, "CAA  0 issue example.org"),
]


@pytest.mark.parametrize(("params", "value"), RECORDS)
def test_record_is_read_as_it_is_said(ask, anna, params, value):
    """A form that is sent back as it was read changes nothing, and neither does the life alone."""
    key = f"x.{SITE}. {value}"
    asked = {"plid": SITE, "sok": "ok"}
    assert key == ask("domain.record.edit", name="x", **params, **asked)["id"]["$"]
    form = ask("domain.record.edit", plid=SITE, elid=key)
    names = ("name", "rtype", "ttl", "ip", "domain", "value", "priority", "weight", "port")
    read = {name: form[name].get("$", "") for name in names}
    assert params == {name: text for name, text in read.items() if text and name in params}
    assert key == ask("domain.record.edit", elid=key, **read, **asked)["id"]["$"]
    assert key == ask("domain.record.edit", elid=key, ttl="60", **asked)["id"]["$"]


@pytest.mark.parametrize(
    ("params", "value"),
    [
        ({"priority": "5"}, "5 y.example.org."),
        ({"domain": "z.example.org."}, "20 z.example.org."),
        ({"value": "z.example.org."}, "20 z.example.org."),
        ({"value": "30 z.example.org."}, "30 z.example.org."),
    ],
)
def test_part_of_a_record_is_changed(ask, anna, params, value):
    """What is not sent of a mail exchanger stays: its priority, or its host."""
    asked = {"plid": SITE, "sok": "ok"}
    made = {"name": "x", "rtype": "mx", "domain": "y.example.org.", "priority": "20"}
    key = ask("domain.record.edit", **made, **asked)["id"]["$"]
    changed = ask("domain.record.edit", elid=key, **params, **asked)
    assert f"x.{SITE}. MX  {value}" == changed["id"]["$"]


def test_form_of_a_new_record(ask, anna):
    """Without an element the form starts with an address record."""
    form = ask("domain.record.edit", plid=SITE)
    assert ("a", "3600", {}) == (form["rtype"]["$"], form["ttl"]["$"], form["name"])


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"name": "x", "rtype": "a"}, ("value", "ip")),
        ({"name": "x", "rtype": "a", "ip": "2001:db8::1"}, ("value", "ip")),
        ({"name": "x", "rtype": "aaaa", "ip": "1.2.3.4"}, ("value", "ip")),
        ({"name": "x", "rtype": "mx"}, ("value", "domain")),
        ({"name": "x", "rtype": "txt"}, ("value", "value")),
        ({"name": "x", "rtype": "hinfo", "value": "x"}, ("value", "rtype")),
        ({"name": "x", "value": "x"}, ("value", "rtype")),
        ({"name": "x.other.org.", "rtype": "txt", "value": "x"}, ("value", "name")),
        ({"elid": "none", "rtype": "txt", "value": "x"}, ("missed", "record")),
        ({"elid": f"www.{SITE}. A  192.0.2.1", "name": "mail"}, ("exists", "record")),
        ({"plid": "none.example.com", "rtype": "txt", "value": "x"}, ("missed", "domain")),
        ({"plid": "", "rtype": "txt", "value": "x"}, ("value", "plid")),
        ({"plid": "", "elid": f"www.{SITE}. A  192.0.2.1", "ttl": "1"}, ("value", "plid")),
    ],
)
def test_records_that_cannot_be(ask, anna, params, expected):
    """A record has a type, a value that fits it, and a name in the zone, once."""
    before = keys(ask)
    assert expected == error_of(ask("domain.record.edit", sok="ok", **{"plid": SITE, **params}))
    assert before == keys(ask)


def test_records_are_listed_for_a_zone(ask, anna):
    """The zone is needed, comes as elid or plid, and has to be the caller's."""
    assert ("value", "elid") == error_of(ask("domain.record"))
    assert "elem" in ask("domain.record", plid=SITE)
    assert ("value", "plid") == error_of(ask("domain.record.edit"))
    ask("user.add.finish", name="bob", passwd="pw", sok="ok")
    assert ("access", "domain") == error_of(ask("domain.record", su="bob", elid=SITE))


def test_record_with_a_comma(ask, anna):
    """A value may hold commas, though they part elements; several keys go at once or not at all."""
    key = f"x.{SITE}. TXT  one, two,three"
    ask("domain.record.edit", plid=SITE, name="x", rtype="txt", value="one, two,three", sok="ok")
    before = keys(ask)
    assert key in before
    refused = ask("domain.record.delete", plid=SITE, elid=f"{before[0]}, none")
    assert ("missed", "record") == error_of(refused)
    assert before == keys(ask)
    ask("domain.record.delete", plid=SITE, elid=key)
    ask("domain.record.delete", plid=SITE, elid=", ".join(before[:2]))
    assert before[2:-1] == keys(ask)


def test_zone_without_records(ask, anna):
    """A zone whose last record is deleted stays empty."""
    ask("domain.record.delete", plid=SITE, elid=", ".join(keys(ask)))
    assert [] == keys(ask)


def test_records_go_with_the_zone(ask, anna, panel):
    """A zone made again under the same name has the usual records."""
    ask("domain.record.edit", plid=SITE, name="x", rtype="txt", value="v", sok="ok")
    ask("domain.delete", elid=SITE, webdomain="on", maildomain="on")
    assert {} == panel.state.records
    ask("domain.edit", name=SITE, owner=anna, sok="ok")
    assert f"x.{SITE}. TXT  v" not in keys(ask)


def test_mailbox_has_the_size_that_the_limit_allows(ask, anna):
    """A new box is as large as the limit, and none is larger."""
    ask("user.edit", elid=anna, limit_email_quota="100", sok="ok")
    ask("email.edit", name=f"a@{SITE}", sok="ok")
    assert "100" == ask("email")["elem"][0]["size_total"]["$"]
    for params in ({"name": f"b@{SITE}"}, {"elid": f"a@{SITE}"}):
        doc = ask("email.edit", maxsize="101", sok="ok", **params)
        assert ("limit", "limit_email_quota") == error_of(doc)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"name": "b", "server": "Oracle"}, ("missed", "server")),
        ({"name": "b", "user": "nobody"}, ("missed", "user")),
        ({"name": "b", "username": "shop"}, ("exists", "username")),
        ({"name": "b", "username": "new"}, ("limit", "limit_db_users")),
        ({"name": "shop"}, ("exists", "name")),
        ({"name": "b", "password": "a", "confirm": "b"}, ("value", "confirm")),
    ],
)
def test_databases_that_cannot_be(ask, anna, params, expected):
    """A database has a server, and a user of the owner's or a new one within the limit."""
    ask("user.edit", elid=anna, limit_db="5", limit_db_users="1", sok="ok")
    ask("db.edit", owner=anna, name="shop", sok="ok")
    assert expected == error_of(ask("db.edit", owner=anna, sok="ok", **params))


def test_databases_share_a_user(ask, anna):
    """A second database can be given to the user of the first one, and its charset changed."""
    ask("user.edit", elid=anna, limit_db="5", limit_db_users="1", sok="ok")
    ask("db.edit", owner=anna, name="shop", sok="ok")
    assert {} == ask("db.edit", owner=anna, name="blog", user="shop", sok="ok")["ok"]
    ask("db.edit", elid="blog->MySQL", charset="utf8", sok="ok")
    assert "utf8" == ask("db.edit", elid="blog->MySQL")["charset"]["$"]
    assert ("value", "elid") == error_of(ask("db.users"))


def test_ftp_user_of_a_new_user_is_taken(ask, anna, panel):
    """A taken name of an FTP user is an error of that field, and nobody is made."""
    new = {"passwd": "pw", "ftp_user_name": "up", "sok": "ok"}
    ask("user.add.finish", name="bob", **new)
    assert ("exists", "ftp_user_name") == error_of(ask("user.add.finish", name="eve", **new))
    ask("user.add.finish", limit_ftp_users="0", name="fred", **new | {"ftp_user_name": "up2"})
    assert ({"anna", "bob", "fred"}, ["up"]) == (panel.users.keys(), list(panel.state.ftp_users))


def test_template_is_deleted(ask, panel, anna):
    """Users made from a deleted template keep their limits."""
    ask("preset.delete", elid="small")
    assert ("small" in panel.presets, "1024") == (False, panel.users[anna].limits["limit_quota"])
    assert ("missed", "preset") == error_of(ask("preset.delete", elid="small"))
