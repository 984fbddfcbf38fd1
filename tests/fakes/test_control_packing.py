"""What a set holds as bytes: everything, of this version only, and nothing that does anything."""

from __future__ import annotations

import json
import os
import pickle
import sqlite3
from contextlib import closing

import pytest

from prorata.fakes.control import Panels, serve
from prorata.fakes.control.database import sum_of
from prorata.fakes.control.files import StoreError, make
from prorata.fakes.control.packing import OtherShapeError, pack, unpack
from prorata.reference.billmanager.renew import late_fee_percent

SEED = {
    "tariffs": {
        "small": {
            "prices": {"1 month": "3.10"},
            "late_renewal_fee": {"percent": "50"},
            "resources": {"disk": {"included": 1, "prices": {"1 month": "1.30"}}},
        },
        "days": {"daily": {"price": "0.10"}},
    },
    "clients": {"anna": {"balance": "100.00"}, "boris": {"balance": "0.50"}},
    "timezone": "Europe/Berlin",
}


def again(panels):
    """Return a set that has taken up what another one holds, by way of bytes."""
    other = Panels(panels.which, panels.start, panels.seed)
    other.take_up(*unpack(*pack(panels.held())))
    return other


def test_everything_is_there():
    """A billing with open orders, suspensions and resources goes on as the one it was."""
    panels = Panels(seed=SEED)
    act = panels.billmanager.billing.act
    act("order", client="anna", tariff="small", period="1 month", resources={"disk": 3})
    act("order", client="boris", tariff="days", period="1 day")
    panels.advance(days=40)
    panels.billmanager.polls_for_key = 3
    other = again(panels)
    assert 3 == other.billmanager.polls_for_key
    for _ in range(3):
        assert panels.dump() == other.dump()
        for each in (panels, other):
            each.billmanager.billing.act("renew", service=1, period="1 month")
            each.advance(days=20)
    assert "billmanager.renew.late-fee.percent" in {x.rule for x in other.billmanager.ledger}
    first, second = (
        [each.billmanager.billing.derive(line) for line in each.billmanager.ledger]
        for each in (panels, other)
    )
    assert first == second
    # It is the other set's ispmanager that it suspends on.
    assert panels.ispmanager.users.keys() == other.ispmanager.users.keys()
    assert panels.ispmanager.users["user1"] is not other.ispmanager.users["user1"]


def test_hosting_that_is_nowhere():
    """A BILLmanager by itself still knows whom it has made."""
    panels = Panels("billmanager", seed=SEED)
    panels.billmanager.billing.act("order", client="anna", tariff="small", period="1 month")
    other = again(panels)
    assert panels.dump() == other.dump()
    assert other.billmanager.billing.panel.exists("user1")
    assert not other.billmanager.billing.panel.exists("user2")
    other.snapshot("kept")
    other.restore("kept")
    assert other.billmanager.billing.panel.exists("user1")


def test_what_stands_for_itself():
    """A rule and a rulebook are this version's own; a journal begins anew."""
    panels = Panels(seed=SEED)
    rule, book = unpack(*pack((late_fee_percent, panels.billmanager.billing.rulebook)))
    assert late_fee_percent is rule
    assert panels.billmanager.billing.rulebook is book
    with pytest.raises(TypeError):
        pack(panels.lock)


class Does:
    """Does something when it is taken out of its bytes."""

    def __init__(self, function, *arguments):
        self.made = function, arguments

    def __reduce__(self):
        """Say what."""
        return self.made


@pytest.mark.parametrize(
    "does",
    [Does(os.mkdir, "made"), Does(eval, "1"), Does(make, "made", []), Does(getattr, "", "x")],
)
def test_nothing_is_done(tmp_path, monkeypatch, does):
    """Bytes of somebody else are looked at, not obeyed."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OtherShapeError):
        unpack(pickle.dumps(does), "{}")
    assert [] == list(tmp_path.iterdir())


def test_another_shape(tmp_path):
    """A file of classes that have changed since is of another version."""
    file = tmp_path / "panels.db"
    with serve("ispmanager", state=file) as panels:
        panels.fork("other")
    with closing(sqlite3.connect(file)) as db, db:
        (number,) = db.execute("SELECT packed FROM sets").fetchone()
        found = db.execute("SELECT data, shapes FROM packed WHERE number = ?", (number,))
        data, shapes = found.fetchone()
        old = json.loads(shapes)
        old["prorata.fakes.ispmanager.state:IspmanagerState"].remove("domains_made")
        row = json.dumps(old), sum_of(data, json.dumps(old)), number
        db.execute("UPDATE packed SET shapes = ?, sum = ? WHERE number = ?", row)
    before = file.read_bytes()
    refused = pytest.raises(StoreError, match="made by another version of prorata; go on with that")
    with refused, serve("ispmanager", state=file):
        pass
    assert before == file.read_bytes()
