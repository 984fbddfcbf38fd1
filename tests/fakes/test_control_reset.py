"""Beginning again with another seed: nothing of the one before is left."""

import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from prorata.fakes import serve
from prorata.fakes.control import Panels

BEFORE = {"ispmanager": {"edition": "business", "addresses": ["192.0.2.7"], "resellers": {"r": {}}}}
AFTER = {
    "ispmanager": {
        "edition": "lite",
        "password": "r00t",
        "php_versions": {"isp-php84": "8.4 (alt)"},
        "shared_addresses": ["203.0.113.1"],
        "addresses": ["203.0.113.7"],
        "presets": {"small": {}},
        "users": {"anna": {"preset": "small", "domain": "anna.example"}},
    },
    "tariffs": {"small": {"prices": {"1 month": "1.00"}}},
    "clients": {"anna": {"balance": "10.00"}},
}


@pytest.fixture
def panels():
    """Both panels on ports, begun with the first seed."""
    with serve("all", seed=BEFORE) as made:
        yield made


def asked(panels, func, password, **params):
    """Call a function of the ispmanager over a socket as root; return the document."""
    form = {"func": func, "out": "json", "authinfo": f"root:{password}", **params}
    request = Request(panels.urls["ispmanager"], urlencode(form).encode())  # noqa: S310  ours
    with urlopen(request, timeout=10) as answer:  # noqa: S310  ours
        return json.load(answer)["doc"]


def reset(panels, seed):
    """Reset by HTTP, as `prorata panel reset --seed` does."""
    url = panels.urls["ispmanager"].replace("/ispmgr", "/_prorata/reset")
    body = json.dumps({"seed": seed}).encode()
    request = Request(url, body, {"Content-Type": "application/json"})  # noqa: S310  ours
    with urlopen(request, timeout=10) as answer:  # noqa: S310  ours
        assert answer.status == 200


def names(doc, column="name"):
    """Return a column of a list."""
    return [row[column]["$"] for row in doc.get("elem", [])]


def test_all_of_the_new_seed_is_taken(panels):
    """Edition, functions, password, versions of PHP and addresses are those of the new seed."""
    assert "error" not in asked(panels, "reseller", "prorata")
    assert "error" in asked(panels, "ipaddrlist", "prorata")
    reset(panels, AFTER)
    assert "auth" == asked(panels, "user", "prorata")["error"]["$type"]
    assert "ispmanager 6 Lite" == asked(panels, "license.info", "r00t")["mgr"]["$"]
    assert "error" in asked(panels, "reseller", "r00t")
    assert ["203.0.113.1", "203.0.113.7"] == names(asked(panels, "ipaddrlist", "r00t"))
    assert ["isp-php84"] == names(asked(panels, "phpversions", "r00t"), "key")
    assert ["www-root", "anna"] == names(asked(panels, "user", "r00t"))
    assert ["203.0.113.1"] == names(asked(panels, "webdomain", "r00t"), "ipaddr")
    assert "owner" not in asked(panels, "webdomain", "r00t")["elem"][0]


def test_rows_that_were_written_before_are_not_shown_again(panels):
    """The same user and site are listed as the new edition does, and PHP by its new name."""
    same = {"users": {"anna": {"domain": "anna.example"}}, "php_versions": {"native": "8.3"}}
    reset(panels, {"ispmanager": same})
    assert "owner" in asked(panels, "user", "prorata")["elem"][0]
    site = asked(panels, "webdomain", "prorata")["elem"][0]
    assert ("anna", "8.3") == (site["owner"]["$"], site["php_version"]["$"])
    reset(panels, {"ispmanager": {**same, "edition": "lite", "php_versions": {"native": "8.4"}}})
    assert "owner" not in asked(panels, "user", "prorata")["elem"][0]
    site = asked(panels, "webdomain", "prorata")["elem"][0]
    assert ("owner" in site, "8.4") == (False, site["php_version"]["$"])
    panels.ispmanager.set_php({"native": "8.5"})
    assert ["8.5"] == names(asked(panels, "webdomain", "prorata"), "php_version")


def test_billing_goes_on_with_the_new_password(panels):
    """What is ordered after a reset is made on the panel, whose root has another password."""
    reset(panels, AFTER)
    form = {
        "func": "v2.vhost.order.param", "pricelist": "1", "order_period": "1", "skipbasket": "on",
        "sok": "ok", "out": "json", "authinfo": "anna:prorata", "domain": "new.example",
    }  # fmt: skip
    request = Request(panels.urls["billmanager"], urlencode(form).encode())  # noqa: S310  ours
    with urlopen(request, timeout=10) as answer:  # noqa: S310  ours
        assert "error" not in json.load(answer)["doc"]
    assert "user1" in names(asked(panels, "user", "r00t"))


def test_a_snapshot_from_before_brings_the_old_edition_back(panels):
    """A snapshot is all of a panel: its edition, its functions and its password too."""
    panels.snapshot("before")
    reset(panels, AFTER)
    panels.restore("before")
    assert "ispmanager 6 Business" == asked(panels, "license.info", "prorata")["mgr"]["$"]
    assert ["r"] == names(asked(panels, "reseller", "prorata"))


def test_a_fork_is_of_the_edition_of_now():
    """A fork that is taken after a reset is as the panel stands."""
    panels = Panels("ispmanager", seed=BEFORE)
    panels.reset(AFTER)
    assert "ispmanager 6 Lite" == panels.fork("other").ispmanager.edition.title


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"password": ""}, "seed.ispmanager.password"),
        ({"password": "ü"}, "seed.ispmanager.password"),
        ({"php_versions": {}}, "seed.ispmanager.php_versions"),
        ({"php_versions": {"a": ""}}, "seed.ispmanager.php_versions.a"),
        ({"shared_addresses": ["nowhere"]}, "seed.ispmanager.shared_addresses"),
        ({"addresses": ["1.2.3"]}, "seed.ispmanager.addresses"),
        ({"addresses": {"192.0.2.7": {"shared": "yes"}}}, "seed.ispmanager.addresses.192.0.2.7"),
    ],
)
def test_what_no_panel_can_have_is_told_with_its_place(wrong, field):
    """What is wrong in what a seed says of the server is refused, and nothing is changed."""
    panels = Panels("ispmanager", seed=BEFORE)
    with pytest.raises(Exception, match=r"seed\.ispmanager") as raised:
        panels.reset({"ispmanager": wrong})
    assert raised.value.field.startswith(field)
    assert "ispmanager 6 Business" == panels.ispmanager.edition.title
