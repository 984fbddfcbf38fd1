"""What public clients of ispmanager stumble over, each with the client's own call."""

import json
import os
import subprocess
import sys
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from prorata.fakes import Ispmanager, serve

LOGIN = {"authinfo": "root:prorata"}


@pytest.fixture(scope="module")
def served():
    """A panel on a port, as anybody starts one."""
    with serve("ispmanager") as panels:
        yield panels


@pytest.fixture
def call(served):
    """Call a function over a socket with a form; return the bytes of the answer."""
    served.reset(seed={})

    def asked(func, out="json", **params):
        form = urlencode({"func": func, "out": out, **LOGIN, **params}).encode()
        with urlopen(Request(served.urls["ispmanager"], form), timeout=10) as answer:  # noqa: S310  ours
            return answer.read()

    return asked


@pytest.fixture
def ask(call):
    """Call a function over a socket; return the document."""
    return lambda func, **params: json.loads(call(func, **params))["doc"]


def test_a_form_of_a_mailbox_shows_the_box_its_domain_and_a_hidden_password(ask):
    """`email.edit` shows the bare name, the domain's name and stars; sent back nothing changes."""
    ask("emaildomain.edit", name="example.com", sok="ok")
    made = {"name": "info", "domainname": "example.com", "passwd": "s3cret", "sok": "ok"}
    assert "info@example.com" == ask("email.edit", **made)["id"]["$"]
    doc = ask("email.edit", elid="info@example.com")
    shown = {name: doc[name].get("$", "") for name in ("elid", "name", "domainname", "passwd")}
    assert {
        "elid": "info@example.com",
        "name": "info",
        "domainname": "example.com",
        "passwd": "********",
    } == shown
    again = {**shown, "confirm": "", "note": "new", "sok": "ok"}
    assert "ok" in ask("email.edit", **again)
    assert "new" == ask("email.edit", elid="info@example.com")["note"]["$"]


def test_a_mailbox_is_switched_off_and_on(ask):
    """`email.suspend` and `email.resume` are what clients switch a mailbox by."""
    ask("emaildomain.edit", name="example.com", sok="ok")
    ask("email.edit", name="info@example.com", passwd="s3cret", sok="ok")
    assert "ok" in ask("email.suspend", elid="info@example.com")
    assert "off" == ask("email")["elem"][0]["active"]["$"]
    assert "ok" in ask("email.resume", elid="info@example.com")
    assert "on" == ask("email")["elem"][0]["active"]["$"]


def test_text_rows_are_as_captured(call):
    """`out=text` has the columns of the captured line in its order, codes where it has them."""
    call("webdomain.edit", name="site.example", sok="ok")
    line = call("webdomain", out="text").decode()
    assert line.startswith(
        "id=1 name=site.example owner=www-root docroot=/var/www/www-root/data/www/site.example "
        "php=on php_mode=php_mode_mod php_version=8.3 (native) handler=PHP Apache 8.3 (native) "
        "active=on analyzer=off ipaddr=192.0.2.1 webscript_status= database=db_not_assigned"
    )


@pytest.mark.parametrize(
    ("edition", "title"),
    [(name, f"ispmanager 6 {name.title()}") for name in ("lite", "pro", "host", "business")],
)
def test_the_licence_names_the_edition(served, ask, edition, title):
    """`license.info` names the edition in `mgr`, where clients look for Lite or Business."""
    served.reset(seed={"ispmanager": {"edition": edition}})
    assert (title, title) == tuple(ask("license.info")[name]["$"] for name in ("mgr", "panel_name"))


@pytest.mark.parametrize("kind", ["limit", "exists", "value", "odd"])
def test_a_fault_says_its_own_text(served, ask, kind):
    """An error that a fault plays says the text of the fault, whatever its type, and no `desc`."""
    served.faults.add("error", type=kind, object="user", text="Out of order.", times=1)
    error = ask("user")["error"]
    assert "Out of order." == error["msg"]["$"] == error["detail"]["$"]
    assert ["object", "value"] == [param["$name"] for param in error["param"]]


def test_no_error_has_an_empty_desc(ask):
    """An error that has nothing to add has no `desc`, and no place for it in its group."""
    error = ask("preset.edit", elid="nobody")["error"]
    assert ["object", "value", "seed"] == [param["$name"] for param in error["param"]]
    assert "__desc__" not in error["group"]["$"]
    # One that has something to add says it in both.
    error = ask("user.edit", name="a b", passwd="x", sok="ok")["error"]
    assert ["object", "value", "desc"] == [param["$name"] for param in error["param"]]


@pytest.mark.parametrize(
    "params", [{"func": "user", "authinfo": "root:no"}, {"func": "auth", "username": "root"}]
)
@pytest.mark.parametrize("which", ["ispmanager", "billmanager"])
def test_a_wrong_login_says_what_was_captured(which, params):
    """The words of a wrong login are the vendor's, with the blank at their end."""
    with serve(which) as panels:
        form = urlencode({"out": "json", "password": "no", **params}).encode()
        with urlopen(Request(panels.urls[which], form), timeout=10) as answer:  # noqa: S310  ours
            error = json.load(answer)["doc"]["error"]
    assert ("auth", "badpassword", "en") == (error["$type"], error["$object"], error["$lang"])
    assert "Invalid username or password " == error["detail"]["$"] == error["msg"]["$"]
    assert [
        {"$name": "object", "$type": "msg", "$": "badpassword"},
        {"$name": "value", "$": "remote_addr: [127.0.0.1]"},
    ] == error["param"]


def test_an_address_is_freed_as_clients_free_it(served, ask):
    """`ipaddr.free` gives the named address back; without one it lists those that nobody has."""
    served.reset(seed={"ispmanager": {"addresses": ["192.0.2.7"], "users": {"anna": {}}}})
    assert "192.0.2.7" == ask("ipaddr.edit", owner="anna", name="", sok="ok")["id"]["$"]
    assert "elem" not in ask("ipaddr.free")
    assert "ok" in ask("ipaddr.free", elid="192.0.2.7", sok="ok")
    assert ["192.0.2.7"] == [row["name"]["$"] for row in ask("ipaddr.free")["elem"]]
    assert "missed" == ask("ipaddr.free", elid="192.0.2.99")["error"]["$type"]


def test_www_root_is_there_and_has_what_root_makes(ask):
    """Root names no owner: the site, its zone and what else is made are those of `www-root`."""
    assert ["www-root"] == [row["name"]["$"] for row in ask("user")["elem"]]
    made = {"webdomain.edit": "a.example", "ftp.user.edit": "files", "db.edit": "shop"}
    for func, name in made.items():
        assert "ok" in ask(func, name=name, passwd="x", sok="ok")
    for func in ("webdomain", "ftp.user", "db", "emaildomain"):
        assert ["www-root"] == [row["owner"]["$"] for row in ask(func)["elem"]]
    assert "www-root" == ask("webdomain", su="www-root")["elem"][0]["owner"]["$"]


def test_without_www_root_an_owner_is_named(ask):
    """Where the user was deleted, root is told that an owner is needed, and how one comes."""
    ask("user.delete", elid="www-root")
    error = ask("webdomain.edit", name="a.example", sok="ok")["error"]
    assert ("value", "owner") == (error["$type"], error["$object"])
    assert "ispmanager.users.www-root" in error["msg"]["$"]


EDITS = {
    "user.edit": ({"elid": "nobody", "limit_db": "many"}, "user"),
    "preset.edit": ({"elid": "nobody", "limit_db": "many"}, "preset"),
    "reseller.edit": ({"elid": "nobody", "limit_db": "many"}, "reseller"),
    "webdomain.edit": ({"elid": "nobody", "php": "maybe"}, "webdomain"),
    "site.edit": ({"elid": "nobody", "php": "maybe"}, "webdomain"),
    "webdomain.delete.confirm": ({"elid": "nobody", "remove_directory": "maybe"}, "webdomain"),
    "domain.edit": ({"elid": "nobody", "dtype": "other"}, "domain"),
    "domain.record.edit": ({"elid": "x", "plid": "nobody", "ttl": "long"}, "domain"),
    "emaildomain.edit": ({"elid": "nobody", "dkim": "maybe"}, "emaildomain"),
    "email.edit": ({"elid": "nobody", "maxsize": "large"}, "email"),
    "ftp.user.edit": ({"elid": "nobody", "name": "a b"}, "ftp.user"),
    "db.edit": ({"elid": "nobody", "name": "a b"}, "db"),
    "ipaddr.edit": ({"elid": "nobody", "iptype": "ipv5"}, "ipaddr"),
}


@pytest.mark.parametrize("func", EDITS)
def test_what_is_edited_is_looked_up_first(ask, func):
    """An edit of what is not there says so, whatever else is wrong with it."""
    params, about = EDITS[func]
    error = ask(func, sok="ok", **params)["error"]
    assert ("missed", about) == (error["$type"], error["$object"])


def test_several_sites_are_deleted_by_one_form(ask):
    """`webdomain.delete.confirm` looks up all that are named, and deletes all or none."""
    for name in ("a.example", "b.example"):
        ask("webdomain.edit", name=name, sok="ok")
    confirm = "webdomain.delete.confirm"
    assert "missed" == ask(confirm, elid="a.example, x.example", sok="ok")["error"]["$type"]
    assert 2 == len(ask("webdomain")["elem"])
    assert "ok" in ask(confirm, elid="a.example, b.example", sok="ok")
    assert "elem" not in ask("webdomain")


def test_every_form_that_changes_something_looks_it_up_first():
    """No function with an element is left out of the table above, but the caller's own."""
    forms = {
        function.name
        for function in Ispmanager.functions.values()
        if function.kind == "form" and any(param.name == "elid" for param in function.params)
    }
    assert forms == {*EDITS}


def test_a_shared_address_is_there_from_the_start(ask):
    """Root and users see the shared address as shared; one that can be assigned is not."""
    ask("user.edit", name="anna", passwd="secret", sok="ok")
    mine = {"name": "192.0.2.1", "iprole": "shared", "owner": "", "iptype": "ipv4", "note": ""}
    for caller in ({}, {"su": "anna"}):
        rows = [
            {name: cell.get("$", "") for name, cell in row.items()}
            for row in ask("ipaddr", **caller)["elem"]
        ]
        assert [mine] == rows
    assert "limit" == ask("ipaddr.edit", owner="anna", name="192.0.2.1", sok="ok")["error"]["$type"]


REFUSALS = {
    "a user": ("user.edit", {"elid": "nobody"}, "ispmanager.users"),
    "whom to act as": ("user", {"su": "nobody"}, "ispmanager.users"),
    "whose key": ("session.newkey", {"username": "x", "key": "k" * 16}, "ispmanager.users"),
    "an owner": ("ftp.user.edit", {"name": "f", "owner": "nobody"}, "ispmanager.users"),
    "a history": ("user.history", {"elid": "nobody"}, "ispmanager.users"),
    "a preset": ("user.edit", {"name": "x", "passwd": "x", "preset": "p"}, "ispmanager.presets"),
    "a reseller": ("user.edit", {"name": "x", "passwd": "x", "owner": "r"}, "ispmanager.resellers"),
    "a site": ("webdomain.delete", {"elid": "x.example"}, "ispmanager.users.NAME.domain"),
    "a limit": (
        "db.edit",
        {"name": "b", "owner": "anna"},
        "ispmanager.users.anna.limits.limit_db",
    ),
    "a size": (
        "email.edit",
        {"name": "a@anna.example", "maxsize": "11"},
        "ispmanager.users.anna.limits.limit_email_quota",
    ),
    "a permission": (
        "webdomain.edit",
        {"name": "b.example", "owner": "anna", "cgi": "on"},
        "ispmanager.users.anna.limits.limit_cgi",
    ),
    "a mode": (
        "webdomain.edit",
        {"name": "b.example", "owner": "anna", "php_mode": "php_mode_cgi"},
        "ispmanager.users.anna.limits.limit_php_mode_cgi",
    ),
    "a version": (
        "webdomain.edit",
        {"name": "b.example", "php_fpm_version": "isp-php55"},
        "ispmanager.php_versions",
    ),
    "an address": ("ipaddr.edit", {"owner": "anna"}, "ispmanager.addresses"),
    "more users": (
        "user.edit",
        {"name": "x", "passwd": "x", "owner": "rita"},
        "ispmanager.resellers.rita.limits.limit_users",
    ),
    "a level": ("user", {"su": "anna"}, "ispmanager.resellers"),
    "whose user": ("user.suspend", {"su": "rita", "elid": "anna"}, "ispmanager.users.anna.owner"),
    "whose zone": (
        "domain.delete",
        {"su": "rita", "elid": "anna.example"},
        "ispmanager.users.anna.owner",
    ),
    "whose history": (
        "user.history",
        {"su": "rita", "elid": "anna"},
        "ispmanager.users.anna.owner",
    ),
    "for whom": (
        "db.edit",
        {"su": "rita", "name": "b", "owner": "anna"},
        "ispmanager.users.anna.owner",
    ),
    "a function": ("ipaddrlist", {}, "ispmanager.edition: lite or pro or host"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_refusal_names_what_a_seed_would_say(served, ask, what):
    """What a seed could have allowed is named by the place in the seed."""
    limits = {
        "limit_db": "0", "limit_cgi": "off", "limit_email_quota": "10",
        "limit_php_mode_cgi": "off",
    }  # fmt: skip
    users = {"anna": {"domain": "anna.example", "limits": limits}}
    resellers = {"rita": {"limits": {"limit_users": "0"}}}
    seed = {"users": users, "resellers": resellers, "edition": "business"}
    served.reset(seed={"ispmanager": seed})
    func, params, where = REFUSALS[what]
    error = ask(func, sok="ok", **params)["error"]
    told = {param["$name"]: param.get("$", "") for param in error["param"]}
    assert where == told["seed"]
    assert error["msg"]["$"].endswith(f"(a seed allows it: {where})")


def test_what_no_seed_allows_names_none(ask):
    """Root's own functions are nobody else's, whatever a seed says."""
    ask("user.edit", name="anna", passwd="secret", sok="ok")
    error = ask("services", su="anna")["error"]
    assert ("access", ["object", "value", "desc"]) == (
        error["$type"],
        [param["$name"] for param in error["param"]],
    )


def test_a_function_that_no_edition_has_names_no_seed(ask):
    """What nobody can have is missing, and that is all."""
    assert "func with 'nope' is missing" == ask("nope")["error"]["msg"]["$"]


def test_a_stranger_starts_a_panel_with_a_seed_of_its_own(tmp_path):
    """`prorata serve` with a seed shows root's password, and is what the seed says."""
    seed = {
        "ispmanager": {
            "edition": "lite",
            "password": "r00t",
            "php_versions": {"isp-php84": "8.4 (alt)", "isp-php83": "8.3 (alt)"},
            "shared_addresses": ["203.0.113.1", "2001:db8::1"],
        }
    }
    (tmp_path / "seed.yaml").write_text(json.dumps(seed), encoding="utf-8")
    command = [sys.executable, "-c", "from prorata.harness.cli import main; main()", "serve"]
    place = ["ispmanager", "--listen", "127.0.0.1:0", "--json", "--seed", "seed.yaml"]
    with subprocess.Popen(
        [*command, *place], cwd=tmp_path, stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as process:
        try:
            said = json.loads(process.stdout.readline())["panels"]["ispmanager"]
            assert ("root", "r00t") == (said["login"], said["password"])

            def asked(func, **params):
                form = {"func": func, "out": "json", "authinfo": "root:r00t", **params}
                data = urlencode(form).encode()
                with urlopen(Request(said["url"], data), timeout=10) as answer:  # noqa: S310  ours
                    return json.load(answer)["doc"]

            assert "ispmanager 6 Lite" == asked("license.info")["mgr"]["$"]
            assert "error" in asked("reseller")
            versions = [row["key"]["$"] for row in asked("phpversions")["elem"]]
            assert ["isp-php84", "isp-php83"] == versions
            shared = [row["name"]["$"] for row in asked("ipaddrlist")["elem"]]
            assert ["203.0.113.1", "2001:db8::1"] == shared
            asked("webdomain.edit", name="a.example", sok="ok")
            site = asked("webdomain")["elem"][0]
            assert ("203.0.113.1", "8.4 (alt)") == (site["ipaddr"]["$"], site["php_version"]["$"])
        finally:
            process.terminate()
            process.wait(10)
