"""What a seed says of BILLmanager, from the beginning and after a reset."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from prorata.fakes import transport
from prorata.fakes.billmanager import Billmanager
from prorata.fakes.control import ControlError, Panels
from prorata.reference.clock import Clock

_HOSTING = {"small": {"prices": {"1 month": "3.10"}}}
_SERVERS = {
    "kvm": {
        "id": 700,
        "itemtype": "vds",
        "prices": {"1 month": "4.95"},
        "resources": {"memory": {"maximum": 8, "prices": {"1 month": "1.00"}}},
        "addon_ids": {"memory": 701},
        "about": {"description": "fast"},
    },
    "metal": {"id": 710, "itemtype": "dedic", "prices": {"1 month": "49.50"}},
}
_EVERYTHING = {
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "tariffs": {**_HOSTING, **_SERVERS},
    "clients": {
        "anna": {
            "balance": "100.00",
            "group": "partners",
            "password": "her own",
            "realname": "Anna Anders",
            "email": "anna@example.org",
            "phone": "+1",
            "payments": [{"amount": "20.00", "status": "new"}, {"amount": "20.00"}],
        }
    },
    "groups": {"partners": {"suspend": True, "delete": True}},
    "product_type": {"auto_deletion": 3, "weekend": "do not suspend"},
    "tax": {"rate": "20"},
    "provider": {"notifications": "billing@example.org", "support": "help@example.org"},
    "modules": {"second": {"department": "Sales", "address": "192.0.2.9"}},
    "name_servers": {"ns": {"free_zones": ["free.example"]}},
    "readings": {"rounding": "down"},
    "first_ids": {"service": 510, "client": 42},
    "billmanager": {
        "password": "own",
        "tickets": [{"client": "anna", "name": "Where is my site?", "responsible": "Eve"}],
        "single_row_as_object": True,
        "keeps_unpaid_orders": True,
        "polls_for_key": 2,
    },
}


def _asking(panels, who):
    http = httpx.Client(transport=transport(panels.billmanager.app), base_url="http://billing")

    def ask(func, **params):
        sent = {"func": func, "out": "json", "authinfo": who, **params}
        return http.post("/billmgr", data=sent).json()["doc"]

    return ask


@pytest.fixture
def panels():
    """A billing with everything that a seed can say of it."""
    return Panels(seed=_EVERYTHING)


@pytest.fixture
def anna(panels):
    """Ask as Anna, whose lists are arrays."""
    panels.billmanager.single_row_as_object = False
    return _asking(panels, "anna:her own")


def _order(ask, itemtype, pricelist, **params):
    sent = {"pricelist": pricelist, "order_period": "1", "skipbasket": "on", "sok": "ok", **params}
    return ask(f"v2.{itemtype}.order.param", **sent)


def test_a_seed_says_the_password_of_the_administrator(panels):
    """It is the one that lets in, and the usual one does not."""
    assert "own" == panels.billmanager.password
    assert "elem" in _asking(panels, "admin:own")("account")
    assert "auth" == _asking(panels, "admin:prorata")("account")["error"]["$type"]


def test_a_seed_sells_servers(panels, anna):
    """Virtual and dedicated servers have lists and orders of their own, and no presets."""
    users = [*panels.ispmanager.users]
    assert "510" == _order(anna, "vds", "700", domain="a.example", addon_701="2")["id"]["$"]
    assert "511" == _order(anna, "dedic", "710", domain="b.example")["id"]["$"]
    (server,), (metal,) = anna("vds")["elem"], anna("dedic")["elem"]
    assert ("kvm", "a.example", "2") == tuple(
        server[name]["$"] for name in ("pricelist", "domain", "status")
    )
    assert ("metal", "b.example") == (metal["pricelist"]["$"], metal["domain"]["$"])
    rows = anna("v2.vds.order.pricelist")["list"][0]["elem"]
    assert "fast" == rows[0]["description"]["$"]
    assert ["small"] == [*panels.ispmanager.state.presets]
    assert users == [*panels.ispmanager.users]


def test_a_seed_has_payments(anna, panels):
    """What is credited is on the balance beside what stands there; what is new can be paid."""
    rows = [
        tuple(row[name].get("$", "") for name in ("status", "subaccountamount_iso", "pay_date"))
        for row in anna("payment")["elem"]
    ]
    # 2025-01-01 00:00 UTC is one o'clock in Berlin
    assert [("4", "20.00 EUR", "2025-01-01 01:00:00"), ("1", "20.00 EUR", "")] == rows
    assert "120.00 EUR" == anna("subaccount")["elem"][0]["balance"]["$"]
    assert "ok" in _asking(panels, "admin:own")("payment.setpaid", elid="2")
    assert "140.00 EUR" == anna("subaccount")["elem"][0]["balance"]["$"]


def test_a_seed_has_tickets(anna, panels):
    """Its client and staff see a ticket, other clients do not."""
    (row,) = anna("ticket")["elem"]
    assert ("1", "Where is my site?", "anna", "Eve", "Support", "2025-01-01 01:00:00") == tuple(
        row[name]["$"] for name in ("id", "name", "client", "responsible", "queue", "date_start")
    )
    staff = _asking(panels, "admin:own")
    assert "1" == staff("ticket")["p_elems"]["$"]
    staff("account.edit", sok="ok", email="ben@example.org", passwd="ben")
    assert "0" == _asking(panels, "ben@example.org:ben")("ticket")["p_elems"]["$"]


def test_a_seed_says_which_quirks_there_are(panels):
    """Switches that are set in Python otherwise: a row by itself, orders that wait, late keys."""
    ask = _asking(panels, "anna:her own")
    assert isinstance(ask("user")["elem"], dict)
    assert panels.billmanager.keeps_unpaid_orders
    assert 2 == panels.billmanager.polls_for_key


@pytest.mark.parametrize(
    ("seed", "field", "message"),
    [
        ({"clients": {"a": {"payments": [{}]}}}, "seed.clients.a.payments.0", "amount is missing"),
        ({"clients": {"a": {"payments": [{"amount": "1", "status": "newish"}]}}},
         "seed.clients.a.payments.0.status", 'did you mean "new"?'),
        ({"clients": {"a": {"payments": [{"amount": "0"}]}}}, "seed", "a payment is above zero"),
        ({"clients": {"a": {"group": "reseller"}}}, "seed.clients.a.group",
         'did you mean "resellers"?'),
        ({"clients": {"a": {"grup": "g"}}}, "seed.clients.a", 'did you mean "group"?'),
        ({"tariffs": _HOSTING, "clients": {"a": {"group": "resellers"}}}, "seed.clients.a.group",
         'there is no group "resellers"'),
        ({"clients": {"anna": {}}, "billmanager": {"tickets": [{"client": "ann", "name": "x"}]}},
         "seed.billmanager.tickets.0.client", 'did you mean "anna"?'),
        ({"billmanager": {"passwrd": "x"}}, "seed.billmanager", 'did you mean "password"?'),
        ({"billmanager": {"polls_for_key": -1}}, "seed.billmanager.polls_for_key", "-1 is not"),
        ({"tariffs": {"a": {"itemtype": "boat", "prices": {"1 month": "1"}}}},
         "seed.tariffs.a.itemtype", "'boat' is not a product type"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_seed_is_told_at_its_place(seed, field, message):
    """A mistake is one line with the path to it."""
    with pytest.raises(ControlError) as error:
        Panels("billmanager", seed=seed)
    assert field == error.value.field
    assert message in str(error.value)


def _stand(panels):
    """Return all that is to be the same of two sets."""
    billing = panels.billmanager
    switches = {name: getattr(billing, name) for name in billing.SWITCHES}
    settings = (billing.billing.book.settings, billing.billing.book.zone, billing.password)
    return panels.dump(), switches, settings, panels.now


@pytest.mark.parametrize("after", [{}, {"tariffs": _SERVERS, "clients": {}}, _EVERYTHING])
@pytest.mark.parametrize("before", [{}, {"tariffs": _HOSTING}, _EVERYTHING])
def test_a_reset_takes_all_of_another_seed(before, after):
    """Nothing is left of what was there, by the seed before or set since; and so after that."""
    panels = Panels(seed=before)
    panels.advance(days=3)
    panels.billmanager.polls_for_key = 9
    panels.billmanager.set_password("admin", "other")
    panels.reset(after)
    fresh = Panels(seed=after)
    assert _stand(fresh) == _stand(panels)
    for each in (panels, fresh):
        each.billmanager.single_row_as_object = False
    login = after.get("billmanager", {}).get("password", "prorata")
    for func in ("account", "pricelist", "user", "clientgroup", "payment", "ticket", "processing"):
        told = [_asking(each, f"admin:{login}")(func) for each in (fresh, panels)]
        assert "error" not in told[0]
        assert told[0] == told[1], func
    panels.advance(days=1)
    panels.reset()
    assert _stand(Panels(seed=after)) == _stand(panels)


def test_a_snapshot_keeps_the_switches():
    """They are how it stood as much as the data are."""
    panel = Billmanager(Clock(datetime(2025, 1, 1, tzinfo=UTC)))
    kept = panel.snapshot()
    panel.keeps_unpaid_orders = True
    panel.restore(kept)
    assert not panel.keeps_unpaid_orders
