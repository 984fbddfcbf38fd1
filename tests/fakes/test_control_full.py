"""A file that takes no more: nobody is told of a change that a restart would forget."""

from __future__ import annotations

import httpx
import pytest
from tight import Limited, SmallDisk, small_disk

from prorata.fakes.control import ControlError, dumping, serve
from prorata.fakes.control import store as stores
from prorata.fakes.control.store import StoreError

SEED = {
    "ispmanager": {"presets": {"start": {}}, "users": {"olga": {"preset": "start"}}},
    "tariffs": {"start": {"prices": {"1 month": "3.10"}}},
    "clients": {"anna": {"balance": "100.00"}},
}
ROOT = {"authinfo": "root:prorata", "out": "json"}


@pytest.fixture(params=["disk", "limit"])
def tight(request, tmp_path):
    """A folder that can be full: on a small file system, and by a limit on the size of files."""
    if request.param == "disk":
        with small_disk(tmp_path) as disk:
            yield disk
        return
    limited = Limited(tmp_path)
    yield limited
    limited.free()


@pytest.fixture
def http():
    """A plain HTTP client."""
    with httpx.Client(trust_env=False, timeout=10) as client:
        yield client


def call(http, url, func, **params):
    """Call a function of a panel; return its document."""
    answer = http.post(url, data={"func": func, **ROOT, **params})
    assert 200 == answer.status_code
    return answer.json()["doc"]


def control(http, panels, function, **fields):
    """Call a control function by HTTP; return the answer."""
    base = panels.urls["ispmanager"].rpartition("/")[0]
    return http.post(f"{base}/_prorata/{function}", json=fields)


def order(http, panels):
    """Order hosting as a client; return the document."""
    number = str(panels.billmanager.listings.by_name["start"].id)
    asked = {"pricelist": number, "order_period": "1", "domain": "anna.example.com"}
    asked |= {"skipbasket": "on", "sok": "ok", "authinfo": "anna:prorata"}
    return call(http, panels.urls["billmanager"], "v2.vhost.order.param", **asked)


def refused(document):
    """Return whether a panel says that its state cannot be written."""
    return "state" == document.get("error", {}).get("$type")


def add(http, panels, name="boris"):
    """Make a user of ispmanager."""
    made = {"name": name, "passwd": "secret", "sok": "ok"}
    return call(http, panels.urls["ispmanager"], "user.edit", **made)


#: Every kind of write, each with whether it was refused as it should be.
KINDS = {
    "panel": lambda http, panels: refused(add(http, panels)),
    "login": lambda http, panels: refused(
        call(http, panels.urls["ispmanager"], "auth", username="root", password="prorata")
    ),
    "order": lambda http, panels: refused(order(http, panels)),
    "fork's panel": lambda http, panels: refused(add(http, panels.sets["other"])),
    **{
        name: lambda http, panels, name=name, fields=fields: (
            503 == control(http, panels, name, **fields).status_code
        )
        for name, fields in {
            "advance": {"days": 40},
            "clock": {"to": "2025-03-01"},
            "snapshot": {"name": "late"},
            "restore": {"name": "early"},
            "fork": {"name": "late"},
            "drop": {"name": "other"},
            "faults": {"faults": [{"kind": "slow"}]},
            "usage": {"name": "olga", "disk": 5},
            "reset": {},
        }.items()
    },
}


def stands(panels):
    """Return all that is told of every set."""
    return {
        name: (each.dump(), each.snapshots, each.faults.describe())
        for name, each in panels.sets.items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_write_that_fails(tight, http, capsys, kind):
    """It is told at once; then nothing is answered, and a restart has all that was acknowledged."""
    file = tight.folder / "panels.db"
    with serve(seed=SEED, state=file) as panels:
        panels.snapshot("early")
        order(http, panels)
        panels.fork("other")
        add(http, panels.sets["other"], "vera")
        before = stands(panels)
        capsys.readouterr()
        tight.fill()
        assert KINDS[kind](http, panels)
        assert 1 == capsys.readouterr().err.count(f"{file}: a change could not be written down: ")
        tight.free()
        # There is room again, but what is in memory is not what was kept.
        for each in panels.sets.values():
            assert refused(call(http, each.urls["ispmanager"], "user"))
            assert refused(call(http, each.urls["billmanager"], "tariff"))
        assert 503 == control(http, panels, "snapshot", name="again").status_code
        answer = http.get(f"{panels.urls['ispmanager'].rpartition('/')[0]}/_prorata/dump")
        assert 503 == answer.status_code
        assert "a restart" == answer.json()["error"]["expected"]
        with pytest.raises(ControlError, match="nothing is answered until a restart"):
            panels.dump()
        assert "" == capsys.readouterr().err
        tight.fill()
    tight.free()
    with serve(state=file) as panels:
        assert before == stands(panels)
        assert "ok" in add(http, panels)


def test_full_from_the_start(tight, http):
    """What cannot be written is no file to begin with; when there is room it goes on."""
    file = tight.folder / "panels.db"
    with serve(seed=SEED, state=file) as panels:
        panels.advance(days=1)
        before = stands(panels)
    tight.fill()
    with pytest.raises(StoreError, match="mend that, or name another file"), serve(state=file):
        pass
    other = tight.folder / "other.db"
    with pytest.raises(StoreError, match=r"other.db: unable to open"), serve(state=other):
        pass
    assert not other.exists()
    tight.free()
    with serve(state=file) as panels:
        assert before == stands(panels)
    assert ["panels.db"] == [each.name for each in tight.folder.iterdir()]


def test_no_room_to_pack(tmp_path, http, capsys, monkeypatch):
    """Where the state has no room beside its changes, they are kept on, and it is told."""
    monkeypatch.setattr(stores, "_CHANGES", 4)
    file, limited = tmp_path / "panels.db", Limited(tmp_path)
    users = {f"u{number}": {"preset": "start"} for number in range(900)}
    with serve(
        "ispmanager", seed={"ispmanager": {"presets": {"start": {}}, "users": users}}, state=file
    ) as panels:
        for number in range(3):
            add(http, panels, f"a{number}")
        limited.fill(left=(tmp_path / "panels.db-wal").stat().st_size + 5 * 4096)
        assert "ok" in add(http, panels, "a3")
        assert "every change is kept" in capsys.readouterr().err
        limited.free()
        assert "ok" in add(http, panels, "a4")
        before = stands(panels)
    with serve(state=file, which="ispmanager") as panels:
        assert before == stands(panels)
        assert {"a3", "a4"} <= set(panels.ispmanager.users)


@pytest.mark.parametrize("away", ["moved", "removed", "another"])
def test_the_file_is_gone(tmp_path, http, capsys, away):
    """What would be written to a file that nobody finds again is not acknowledged."""
    file = tmp_path / "panels.db"
    with serve("ispmanager", state=file) as panels:
        panels.advance(days=1)
        file.rename(tmp_path / "elsewhere.db")
        if away == "removed":
            (tmp_path / "elsewhere.db").unlink()
        if away == "another":
            file.write_text("mine")
        assert refused(add(http, panels))
        assert "the file was moved or removed" in capsys.readouterr().err
    assert away != "another" or "mine" == file.read_text()


def test_a_folder_for_reading(tmp_path):
    """A file that cannot be written is refused, not begun anew."""
    with small_disk(tmp_path) as disk:
        file = tmp_path / "panels.db"
        with serve("ispmanager", state=file) as panels:
            panels.advance(days=1)
        if isinstance(disk, SmallDisk):
            disk.close_for_writing()
        else:
            tmp_path.chmod(0o500)
        for name in ("panels.db", "new.db"):
            wrong = pytest.raises(StoreError, match=rf"{name}: unable to open the file")
            with wrong, serve("ispmanager", state=tmp_path / name):
                pass
        if not isinstance(disk, SmallDisk):
            tmp_path.chmod(0o700)


def test_a_call_that_breaks_off(tmp_path, capsys, monkeypatch):
    """What a fault of ours leaves half done is not built on: a restart does not know of it."""
    file = tmp_path / "panels.db"
    with serve("ispmanager", state=file) as panels:

        def broken(*_, **__):
            raise ZeroDivisionError

        panels.ispmanager.add_user("olga")
        monkeypatch.setattr(dumping, "dump", broken)
        with pytest.raises(ZeroDivisionError):
            panels.dump()
        assert "2025-01-02" == panels.advance(days=1)["now"][:10]
        monkeypatch.setattr(panels.ispmanager, "set_usage", broken)
        with pytest.raises(ZeroDivisionError):
            panels.call("usage", name="olga")
        assert "a call broke off: ZeroDivisionError()" in capsys.readouterr().err
        with pytest.raises(ControlError, match="nothing is answered"):
            panels.advance(days=1)


def test_closed_under_way(tmp_path):
    """What comes while the server ends is not acknowledged, and no noise."""
    with serve("ispmanager", state=tmp_path / "panels.db") as panels:
        panels.store.close()
        with pytest.raises(ControlError, match="closed"):
            panels.advance(days=1)
