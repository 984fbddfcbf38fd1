"""What clients of ispmanager send and read, function by function: one test for each habit."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from prorata.fakes import Ispmanager, transport

NEW = {"name": "bob", "passwd": "pw", "sok": "ok"}
ROOT = "root:prorata"
ZONE = "anna.example.com"


def error_of(doc):
    """Return type and object of the error in an answer."""
    return doc["error"]["$type"], doc["error"]["$object"]


def texts(row):
    """Return a row's fields as texts, an empty one as None."""
    return {name: value.get("$") for name, value in row.items()}


def asking(panel):
    """Return a way to ask a panel as root, by GET, for XML or JSON."""
    client = httpx.Client(transport=transport(panel.app), base_url="https://panel:1500")

    def call(func, **params):
        query = {"authinfo": ROOT, "out": "json", "func": func, **params}
        return json.loads(client.get("/ispmgr", params=query).content)["doc"]

    return call


# 460s, modules of WHMCS


def test_460s_creates_in_its_order_of_calls(ask_xml, panel, anna):
    """Lists, the template's limits copied over, the user with its names, then the address."""
    panel.add_address("192.0.2.10")
    assert not ask_xml("user").findall("elem[level='16'][name='bob']")
    assert "small" == ask_xml("preset").findtext("elem[name='small']/name")
    form = ask_xml("preset.edit", elid="small")
    limits = {one.tag: one.text or "" for one in form if one.tag.startswith("limit_")}
    assert ("1024", "1", "") == tuple(limits[f"limit_{n}"] for n in ("quota", "db", "emails"))
    for func in ("webdomain", "emaildomain", "domain"):
        assert not ask_xml(func).findall("elem[name='bob.example.com']")
    made = ask_xml(
        "user.add.finish",
        preset="small",
        ftp_user_name="bob",
        fullname="Brown Bob",
        webdomain_name="bob.example.com",
        emaildomain_name="bob.example.com",
        ipsrc="auto",
        iptype="ipv4",
        **NEW,
        **limits | {"limit_quota": "2048"},
    )
    assert made.find("error") is None
    assert "192.0.2.10" == ask_xml("ipaddr", su="bob").findtext("elem[iprole='assigned']/name")
    has = panel.belongings("bob")
    assert ("2048", "1") == (has.user.limits["limit_quota"], has.user.limits["limit_db"])
    assert ("192.0.2.10",) == has.domain_addresses
    expected = {
        "sites": ("bob.example.com",),
        "zones": ("bob.example.com",),
        "mail domains": ("bob.example.com",),
        "ftp users": ("bob",),
    }
    assert expected == {kind: has.has[kind] for kind in expected}


def test_460s_reads_the_first_address_of_a_user_without_one(clock):
    """Without an address of their own a user's list begins with the one that all share."""
    panel = Ispmanager.seeded(clock)
    ask = asking(panel)
    ask("user.add.finish", ipsrc="do_not_assign", **NEW)
    row = texts(ask("ipaddr", su="bob")["elem"][0])
    assert ("192.0.2.1", "shared") == (row["name"], row["iprole"])


def test_460s_asks_for_an_address_where_none_is_free(ask, panel):
    """With no address left the user is not made either."""
    doc = ask("user.add.finish", domain="b.example.com", ipsrc="auto", **NEW)
    assert ("limit", "ipaddr") == error_of(doc)
    assert ({}, {}) == (panel.users, panel.state.zones)


def test_460s_leaves_both_domains_out(ask, panel):
    """A client that found the name taken sends both switches as off, and no name."""
    ask("user.add.finish", webdomain="off", emaildomain="off", **NEW)
    assert ({"bob"}, {}, {}) == (panel.users.keys(), panel.sites, panel.state.mail_domains)


def test_460s_deletes_a_missing_user(ask):
    """Whatever error it is, the client says "Error"."""
    assert "error" in ask("user.delete", elid="nobody")


def test_460s_changes_a_password_without_confirmation(ask, anna):
    """The function usrparam with `su` and `passwd` alone is enough."""
    assert {} == ask("usrparam", su=anna, passwd="new", sok="ok")["ok"]
    assert anna == ask("whoami", authinfo="anna:new")["user"]["$name"]


def test_460s_logs_a_client_in_by_a_key(client, ask, anna):
    """The key is 64 digits; a form then posts it with the login and `checkcookie=no`."""
    key = "0123456789abcdef" * 4
    assert {} == ask("session.newkey", username=anna, key=key)["ok"]
    form = {"func": "auth", "username": anna, "checkcookie": "no", "key": key, "out": "json"}
    first, second = (client.post("/ispmgr", data=form).json()["doc"] for _ in range(2))
    assert ("16", "badpassword") == (first["auth"]["$level"], second["error"]["$object"])


def test_460s_assigns_more_addresses(ask_xml, panel, anna):
    """With an empty name the first free address is taken, and its name is the answer's id."""
    panel.add_address("2001:db8::1")
    made = ask_xml("ipaddr.edit", iprole="assigned", iptype="ipv6", name="", owner=anna, sok="ok")
    assert "2001:db8::1" == made.findtext("id")


def test_460s_makes_a_reseller(ask, panel):
    """A reseller is made with limits of users and addresses, switched off, on and deleted."""
    params = {"limit_users": "3", "limit_ipv4addrs": "2", "limit_ipv6addrs": "0"}
    ask("reseller.edit", **NEW, **params)
    assert params == panel.resellers["bob"].limits
    for func, active in (("reseller.suspend", False), ("reseller.resume", True)):
        ask(func, elid="bob")
        assert active is panel.resellers["bob"].active
    ask("reseller.delete", elid="bob")
    assert {} == panel.resellers


# Blesta


def test_blesta_posts_the_wizard_in_one_go(ask, panel):
    """The function user.add with everything and sok makes the user."""
    ask(
        "user.add", preset="small", confirm="pw", limit_ftp_users="2", domain="b.example.com", **NEW
    )
    assert ("small", "2") == (
        panel.users["bob"].preset,
        panel.users["bob"].limits["limit_ftp_users"],
    )
    assert ["b.example.com"] == list(panel.sites)


# jbs


@pytest.mark.parametrize(
    ("edition", "word"),
    [("lite", "Lite"), ("pro", "Pro"), ("host", "Host"), ("business", "Business")],
)
def test_jbs_tells_the_edition_by_the_licence(clock, edition, word):
    """The edition's name is in the text of the licence."""
    doc = asking(Ispmanager(clock, edition=edition))("license.info")
    assert re.search(word, doc["panel_name"]["$"])


def test_jbs_saves_settings_of_a_user(ask, panel, anna):
    """It sends a dozen settings with the password; they are kept and shown."""
    settings = {"atype": "atany", "experience": "expert", "secureip": "off", "disable_totp": "on"}
    ask("usrparam", su=anna, passwd="n", confirm="n", email="a@b.c", sok="ok", **settings)
    form = ask("usrparam", su=anna)
    assert settings == {name: form[name]["$"] for name in settings}
    assert ("n", "a@b.c") == (panel.users[anna].password, panel.users[anna].email)


def test_jbs_reads_usage(ask, panel, anna):
    """A row of userstat has a name with its code, units, what is used and what there is."""
    panel.set_usage(anna, disk=10)
    row = ask("userstat", su=anna)["elem"][0]
    assert {"$orig": "quota", "$": "Disk space"} == row["name"]
    assert ("MiB", "10", "1024") == tuple(
        row[name]["$"] for name in ("units", "usages_used", "usages_total")
    )


def test_jbs_edits_ftp_users_as_their_owner(ask, panel, anna):
    """With `su` the FTP user is found, changed, switched off and on."""
    ask("ftp.user.edit", su=anna, name="upload", passwd="p", confirm="p", sok="ok")
    ask("ftp.user.edit", su=anna, elid="upload", home="/www", passwd="q", confirm="q", sok="ok")
    assert "/www" == panel.state.ftp_users["upload"].about["home"]
    for func, shown in (("ftp.user.suspend", "off"), ("ftp.user.resume", "on")):
        ask(func, su=anna, elid="upload")
        assert shown == ask("ftp.user", su=anna)["elem"][0]["active"]["$"]


# Deployer


def test_deployer_reads_aliases_and_versions(ask, anna):
    """A site's form has its aliases, a user's form its version of PHP."""
    ask("user.edit", elid=anna, limit_php_fpm_version="isp-php82", sok="ok")
    assert f"www.{ZONE}" == ask("webdomain.edit", elid=ZONE)["aliases"]["$"]
    assert "isp-php82" == ask("user.edit", elid=anna)["limit_php_fpm_version"]["$"]


def test_deployer_chooses_php(ask, panel, anna):
    """It looks the version up by name and mode, and sets both with all that the form has."""
    rows = [texts(row) for row in ask("phpversions")["elem"]]
    key = next(row["key"] for row in rows if row["fpm"] == "on" and row["name"].startswith("8.2"))
    ask(
        "webdomain.edit",
        elid=ZONE,
        name=ZONE,
        owner=anna,
        aliases=f"www.{ZONE} shop.{ZONE}",
        php="on",
        php_mode="php_mode_fcgi_nginxfpm",
        php_fpm_version=key,
        sok="ok",
    )
    row = texts(ask("webdomain")["elem"][0] | {"database": {}})
    assert ("php_mode_fcgi_nginxfpm", "8.2 (alt)") == (row["php_mode"], row["php_version"])
    assert f"www.{ZONE} shop.{ZONE}" == ask("webdomain.edit", elid=ZONE)["aliases"]["$"]


def test_deployer_deletes_a_site_by_the_confirmation(ask, panel, anna):
    """The form webdomain.delete.confirm deletes with sok, and only shows itself without."""
    shown = ask("webdomain.delete.confirm", elid=ZONE)
    assert (ZONE, "off") == (shown["elid"]["$"], shown["remove_directory"]["$"])
    assert [ZONE] == list(panel.sites)
    ask("webdomain.delete.confirm", elid=ZONE, remove_directory="on", sok="ok")
    assert {} == panel.sites


def test_deployer_makes_a_database_with_its_user(ask, anna):
    """A star makes a user; the key is found as `pair`, and deletes the database."""
    made = {"name": "shop", "owner": anna, "server": "MySQL", "charset": "utf8", "user": "*"}
    ask("db.edit", username="shop_user", password="p", confirm="p", sok="ok", **made)
    assert "shop->MySQL" == ask("db")["elem"][0]["pair"]["$"]
    ask("db.delete", elid="shop->MySQL")
    assert "elem" not in ask("db")


# grant436


def test_grant436_makes_a_site_in_the_wizard(ask, panel, anna):
    """The function site.edit as the user makes a site with PHP and a certificate."""
    ask("user.edit", elid=anna, limit_webdomains="5", sok="ok")
    done = ask(
        "site.edit",
        su=anna,
        site_name="new.example.com",
        php="on",
        ssl="on",
        email="a@b.c",
        site_ssl_cert="letsencrypt",
        sok="ok",
    )
    assert {} == done["ok"]
    form = ask("webdomain.edit", elid="new.example.com")
    assert ("on", "on", "letsencrypt", "a@b.c") == tuple(
        form[name]["$"] for name in ("php", "secure", "ssl_cert", "email")
    )


def test_grant436_cannot_rename_a_user(ask, anna):
    """A login is for ever."""
    doc = ask("user.edit", elid=anna, name="eve", sok="ok")
    assert ("value", "name") == error_of(doc)


# vladmany


def test_vladmany_fills_the_wizard(ask, panel, anna):
    """All that the wizard has in fields with their prefix is kept."""
    fields = {
        "site_name": "w.example.com",
        "site_owner": anna,
        "site_home": "www/w",
        "site_aliases": "www.w.example.com",
        "site_ipaddrs": "192.0.2.9",
        "site_ipsrc": "manual",
        "site_php_mode": "php_mode_cgi",
        "site_php_cgi_version": "isp-php74",
        "site_secure": "on",
        "site_ssl_cert": "selfsigned",
        "site_redirect_http": "on",
        "site_email": "w@example.com",
    }
    ask("site.edit", lp_db_source="no", sok="ok", **fields)
    form = ask("site.edit", elid="w.example.com")
    kept = {name: text for name, text in fields.items() if name != "site_ipsrc"}
    assert kept == {name: form[name]["$"] for name in kept}
    ask("site.edit", elid="w.example.com", site_secure="off", site_ssl_cert="", sok="ok")
    assert "off" == ask("site.edit", elid="w.example.com")["site_secure"]["$"]


# bi-work, vasyakrg, GlobalArtInc, ksa242


@pytest.mark.parametrize(
    ("params", "key"),
    [
        ({"name": "test", "rtype": "a", "ip": "1.2.3.4"}, f"test.{ZONE}. A  1.2.3.4"),
        (
            {"name": f"full.{ZONE}.", "rtype": "aaaa", "ip": "2001:DB8::1"},
            f"full.{ZONE}. AAAA  2001:db8::1",
        ),
        ({"name": "c", "rtype": "cname", "domain": "x.org."}, f"c.{ZONE}. CNAME  x.org."),
        (
            {"name": "", "rtype": "mx", "domain": "mx", "priority": "20"},
            f"{ZONE}. MX  20 mx.{ZONE}.",
        ),
        (
            {"name": "_acme-challenge", "rtype": "txt", "value": "xyz"},
            f"_acme-challenge.{ZONE}. TXT  xyz",
        ),
        ({"name": "@", "rtype": "ns", "domain": "ns9.x.org."}, f"{ZONE}. NS  ns9.x.org."),
        (
            {
                "name": "_sip",
                "rtype": "srv",
                "domain": "s.org.",
                "priority": "1",
                "weight": "2",
                "port": "3",
            },
            f"_sip.{ZONE}. SRV  1 2 3 s.org.",
        ),
        (
            {"name": "", "rtype": "caa", "value": '0 issue "ca.org"'},
            f'{ZONE}. CAA  0 issue "ca.org"',
        ),
        # Some send every kind of value as `value`.
        ({"name": "v", "rtype": "a", "value": "1.2.3.5"}, f"v.{ZONE}. A  1.2.3.5"),
    ],
)
def test_record_keys_have_two_blanks(ask, anna, params, key):
    """The name with its last dot, the type in capitals, two blanks, the value."""
    made = ask("domain.record.edit", plid=ZONE, ttl="600", sok="ok", **params)
    assert ({}, key) == (made["ok"], made["id"]["$"])
    row = next(texts(r) for r in ask("domain.record", elid=ZONE)["elem"] if r["rkey"]["$"] == key)
    # Fakunator looks for the priority of a mail server in `info`.
    info = "priority= 20" if params["rtype"] == "mx" else None
    assert ("600", key.split()[1], info) == (row["ttl"], row["rtype"], row["info"])
    assert {} == ask("domain.record.delete", plid=ZONE, elid=key, elname=key)["ok"]
    left = [one["rkey"]["$"] for one in ask("domain.record", elid=ZONE)["elem"]]
    assert key not in left


def test_vasyakrg_makes_a_record_twice(ask, anna):
    """The second time it exists, which the client takes for a success by the group's text."""
    record = {"plid": ZONE, "name": "test", "rtype": "a", "ip": "1.2.3.4", "sok": "ok"}
    ask("domain.record.edit", **record)
    error = ask("domain.record.edit", **record)["error"]
    assert ("exists", "__object__ with '__value__' already exists") == (
        error["$type"],
        error["group"]["$"],
    )


def test_ksa242_challenges_with_several_records(ask, anna):
    """Two TXT records of one name stand side by side, and are deleted each by its key."""
    name = f"_acme-challenge.{ZONE}."
    for value in ("one", "two"):
        ask("domain.record.edit", plid=ZONE, name=name, rtype="txt", value=value, sok="ok")
    ask("domain.record.delete", plid=ZONE, elid=f"{name} TXT  one")
    rows = [one["rkey"]["$"] for one in ask("domain.record", elid=ZONE)["elem"]]
    assert [f"{name} TXT  two"] == [key for key in rows if "_acme" in key]


def test_globalartinc_takes_any_error_for_a_failure(ask, anna):
    """A success has an id and no `error` at all."""
    made = ask("domain.record.edit", plid=ZONE, name="x", rtype="txt", value="v", sok="ok")
    assert ("id" in made, "error" in made) == (True, False)


# nagnit4enko, StereoFlo


def test_nagnit4enko_reads_zones(ask, anna):
    """A zone's row has its name, its name to show, and whose it is."""
    expected = {"name": ZONE, "displayname": ZONE, "user": anna}
    assert expected == texts(ask("domain")["elem"][0])


def test_stereoflo_makes_a_zone_with_name_servers(ask, anna):
    """The zone keeps the servers it was given, and they are its NS records."""
    servers = "ns1.x.org. ns2.x.org."
    zone = {
        "name": "z.example.com",
        "owner": anna,
        "dtype": "master",
        "ip": "192.0.2.5",
        "ns": servers,
    }
    ask("domain.edit", sok="ok", **zone)
    assert servers == ask("domain.edit", elid="z.example.com")["ns"]["$"]
    rows = [texts(row) for row in ask("domain.record", elid="z.example.com")["elem"]]
    assert servers.split() == [row["value"] for row in rows if row["rtype"] == "NS"]


# ipanshin91, Lordnekron, afterlogic, ispcli


def test_ipanshin91_makes_a_mailbox(ask, anna):
    """Name and domain apart, or together; the form shows size, forward and note."""
    box = {"passwd": "p", "confirm": "p", "maxsize": "100", "forward": "f@x.org", "note": "n"}
    ask("email.edit", name="info", domainname=ZONE, sok="ok", **box)
    form = ask("email.edit", elid=f"info@{ZONE}")
    shown = tuple(form[name]["$"] for name in ("elid", "maxsize", "forward", "note"))
    assert (f"info@{ZONE}", "100", "f@x.org", "n") == shown


def test_lordnekron_adds_a_forward(ask, panel, anna):
    """It reads the form, and saves it with one address more; the rest stays."""
    ask("email.edit", name=f"info@{ZONE}", passwd="p", note="n", sok="ok")
    ask("email.edit", elid=f"info@{ZONE}", forward="a@x.org b@x.org", dontsave="on", sok="ok")
    about = panel.state.mailboxes[f"info@{ZONE}"].about
    assert ("a@x.org b@x.org", "on", "n") == (about["forward"], about["dontsave"], about["note"])


def test_ispcli_reads_children_that_are_empty(ask_xml, ask, anna):
    """An empty value is an empty element, not one that is left out."""
    ask("email.edit", name=f"info@{ZONE}", passwd="p", sok="ok")
    row = ask_xml("email").find("elem")
    assert ["", ""] == [row.findtext("forward"), row.findtext("note")]


# p0n0marev


def test_p0n0marev_needs_two_users_with_full_names(clock):
    """The panel's own seed has two users at least, and nobody without a full name."""
    rows = [texts(row) for row in asking(Ispmanager.seeded(clock))("user")["elem"]]
    assert len(rows) >= 2
    assert all(row["fullname"] for row in rows)


# IronButterfly


def test_ironbutterfly_reads_services_and_load(ask_xml):
    """Services have a name and a state; the load is below `server_stat`."""
    service = ask_xml("services").find("elem")
    assert all(service.findtext(name) for name in ("name", "state"))
    load = ask_xml("server_capacity").find("server_stat/elem")
    assert ("0", "0") == (load.findtext("cpu"), load.findtext("us_mem"))


# BILLmanager


def test_billmanager_tries_other_logins(ask, anna):
    """A taken login is exists/user with the login as its value, and login1 is free."""
    error = ask("user.add.finish", **NEW | {"name": anna})["error"]
    assert ("exists", "user", anna) == (error["$type"], error["$object"], error["param"][1]["$"])
    assert {} == ask("user.add.finish", **NEW | {"name": f"{anna}1"})["ok"]


def test_billmanager_tries_without_the_domain(ask, panel, anna):
    """A taken domain is exists/name; without it the same user is made."""
    assert ("exists", "name") == error_of(ask("user.add.finish", domain=ZONE, **NEW))
    assert "bob" not in panel.users
    assert {} == ask("user.add.finish", **NEW)["ok"]


@pytest.mark.parametrize(
    ("limit", "left"),
    [
        ("limit_webdomains", (0, 1, 1)),
        ("limit_domains", (1, 0, 1)),
        ("limit_emaildomains", (1, 1, 0)),
    ],
)
def test_billmanager_sells_no_room_for_a_part(ask, panel, limit, left):
    """What a limit of 0 forbids is left out, and the rest of the domain is made."""
    ask("user.add.finish", domain="b.example.com", **{limit: "0"}, **NEW)
    has = panel.belongings("bob").has
    assert left == tuple(len(has[kind]) for kind in ("sites", "zones", "mail domains"))


# HostBill

LIMITS = (
    "ftp_users", "emails", "emaildomains", "email_quota", "mailrate", "domains", "webdomains", "db",
    "db_users", "dbsize", "maxclientsvhost", "mysql_query", "mysql_maxuserconn", "mysql_maxconn",
    "mysql_update", "nginxlimitconn", "scheduler", "cpu", "memory", "process",
)  # fmt: skip
PERMISSIONS = (
    "limit_shell", "limit_ssl", "limit_cgi", "limit_ssi", "limit_php_mode_cgi",
    "limit_php_mode_mod", "limit_php_mode_fcgi_apache", "limit_php_mode_fcgi_nginxfpm",
    "php_enable",
)  # fmt: skip


def test_hostbill_overrides_all_that_a_template_says(ask, panel):
    """Twenty limits and nine permissions of a product stand over those of its template."""
    said = {f"limit_{name}": "7" for name in LIMITS} | dict.fromkeys(PERMISSIONS, "off")
    sold = {f"limit_{name}": "8" for name in LIMITS} | dict.fromkeys(PERMISSIONS, "on")
    panel.add_preset("all", said)
    ask("user.add.finish", preset="all", **NEW)
    assert said == panel.users["bob"].limits
    ask("user.add.finish", preset="all", backup="on", **NEW | {"name": "eve"}, **sold)
    assert (sold, True) == (panel.users["eve"].limits, panel.users["eve"].backup)
    form = ask("user.edit", elid="eve")
    assert sold == {name: form[name]["$"] for name in sold}
    assert "8" == ask("user")["elem"][1]["limit_emails"]["$"]


# What a suspended user can and cannot do


def test_suspended_user_is_locked_out(ask, panel, anna):
    """No login by password or key, and no session that goes on; root may still act as the user."""
    key = "0123456789abcdef"
    sid = ask("auth", authinfo=None, username=anna, password="pw")["auth"]["$id"]
    ask("user.suspend", elid=anna)
    assert ("auth", "session") == error_of(ask("whoami", authinfo=None, auth=sid))
    for login in ({"password": "pw"}, {"key": key}):
        ask("session.newkey", username=anna, key=key)
        refused = ask("auth", authinfo=None, username=anna, **login)
        assert ("auth", "badpassword") == error_of(refused)
    assert {} == ask("db.edit", su=anna, name="shop", sok="ok")["ok"]
    assert {} == ask("user.edit", elid=anna, preset="large", sok="ok")["ok"]
    assert not panel.users[anna].active


def test_suspended_user_keeps_all(ask, panel, anna):
    """Suspending takes nothing away: after resuming everything is as it was."""
    before = panel.belongings(anna)
    ask("user.suspend", elid=anna)
    assert before.has == panel.belongings(anna).has
    ask("user.resume", elid=anna)
    assert before == panel.belongings(anna)


# Functions that are not there


@pytest.mark.parametrize(
    "func",
    [
        "domain.sublist", "email.box.edit", "email.domain", "user.enable", "user.disable",
        "wwwdomain", "soa.edit", "stat",
    ],
)  # fmt: skip
def test_functions_of_version_4_are_missed(ask, func):
    """A function of an older panel, or one that somebody made up, is an error and never ok."""
    doc = ask(func, elid="x", sok="ok")
    assert (("missed", "func"), False) == (error_of(doc), "ok" in doc)


@pytest.mark.parametrize("edition", ["lite", "pro"])
@pytest.mark.parametrize("func", ["reseller", "reseller.edit", "ipaddr", "ipaddr.edit"])
def test_lite_has_neither_resellers_nor_ipaddr(clock, edition, func):
    """There the list of addresses is ipaddrlist, and the rest is missed."""
    ask = asking(Ispmanager.seeded(clock, edition=edition))
    assert ("missed", "func") == error_of(ask(func))
    assert "192.0.2.1" == ask("ipaddrlist")["elem"][0]["name"]["$"]


@pytest.mark.parametrize(("edition", "has"), [("lite", False), ("pro", False), ("business", True)])
def test_lite_has_no_owner(clock, edition, has):
    """The owner's column is there in Business, and not in Lite."""
    ask = asking(Ispmanager.seeded(clock, edition=edition))
    seen = ["owner" in ask(func)["elem"][0] for func in ("user", "webdomain", "emaildomain")]
    assert [has] * 3 == seen
    assert has is ("owner" in ask("user.edit", elid="anna"))


def test_business_has_ipaddr_alone(clock):
    """In Business the list of addresses has its longer name no more."""
    ask = asking(Ispmanager.seeded(clock, edition="business"))
    assert ("missed", "func") == error_of(ask("ipaddrlist"))
    assert "elem" in ask("ipaddr")
