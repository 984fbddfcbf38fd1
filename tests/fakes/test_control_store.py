"""What a set keeps in a file, also when its process is killed."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from threading import Event

import httpx
import pytest

from prorata.fakes.control import ControlError, serve
from prorata.fakes.control.store import BeginningError, Store, StoreError
from prorata.fakes.faults import Fault, FaultRule, Faults
from prorata.reference.clock import Clock

SEED = {
    "ispmanager": {"presets": {"start": {}}},
    "tariffs": {"start": {"prices": {"1 month": "3.10"}}},
    "clients": {"anna": {"balance": "100.00"}},
}
MAIN = [sys.executable, "-c", "from prorata.harness.cli import main; main()"]


@pytest.fixture
def file(tmp_path):
    """A file for the state."""
    return tmp_path / "panels.db"


@pytest.fixture
def http():
    """A plain HTTP client."""
    with httpx.Client(trust_env=False, timeout=10) as client:
        yield client


def add(http, url, name):
    """Make a user and return whether it was acknowledged."""
    made = {"func": "user.edit", "name": name, "passwd": "pw", "sok": "ok", "out": "json"}
    answer = http.post(url, data={**made, "authinfo": "root:prorata"})
    return "ok" in answer.json()["doc"]


def state(panels):
    """Return what both panels hold, and where time stands."""
    return panels.dump()


def test_goes_on(file, http):
    """After a restart everything is as it was: users, services, time, snapshots, forks, faults."""
    with serve(seed=SEED, state=file) as panels:
        url = panels.urls["ispmanager"]
        assert add(http, url, "olga")
        control = f"{url.rpartition('/')[0]}/_prorata"
        http.post(f"{control}/advance", json={"days": 10})
        http.post(f"{control}/snapshot", json={"name": "tenth"})
        http.post(f"{control}/fork", json={"name": "other"})
        other = panels.sets["other"]
        assert add(http, other.urls["ispmanager"], "boris")
        panels.advance(months=1)
        http.post(
            f"{control}/faults", json={"seed": 7, "faults": [{"kind": "status", "func": "none"}]}
        )
        panels.fork("dropped")
        panels.call("drop", name="dropped")
        before = state(panels), state(other), panels.faults.describe()
    with serve(state=file) as panels:
        other = panels.sets["other"]
        assert before == (state(panels), state(other), panels.faults.describe())
        assert (("tenth",), ["", "other"]) == (panels.snapshots, list(panels.sets))
        assert "/other/ispmgr" == other.urls["ispmanager"][-len("/other/ispmgr") :]
        panels.restore("tenth")
        assert datetime(2025, 1, 11, tzinfo=UTC) == panels.now
    with serve(state=file) as panels:
        assert datetime(2025, 1, 11, tzinfo=UTC) == panels.now


def test_orders_are_done_again(file, http):
    """What billing did on the other panel is done again with what made billing do it."""
    with serve(seed=SEED, state=file) as panels:
        url = panels.urls["billmanager"]
        asked = {
            "func": "v2.vhost.order.param",
            "order_period": "1",
            "skipbasket": "on",
            "sok": "ok",
        }
        number = str(panels.billmanager.listings.by_name["start"].id)
        more = {"pricelist": number, "domain": "anna.example.com"}
        http.post(url, data={**asked, **more, "authinfo": "anna:prorata"})
        panels.advance(months=1)
        before = state(panels)
        assert ["www-root", "user1"] == list(panels.ispmanager.users)
    with serve(state=file) as panels:
        assert before == state(panels)


def test_only_changes_are_kept(file, http):
    """What only reads is not kept, unless a fault counts it."""
    with serve("ispmanager", seed=SEED, state=file) as panels:
        query = {"func": "user", "authinfo": "root:prorata"}
        http.get(panels.urls["ispmanager"], params=query)
        panels.call("clock", "GET")
        panels.faults.add("status", nth=2)
        http.get(panels.urls["ispmanager"], params=query)
    with closing(sqlite3.connect(file)) as db, db:
        assert [(1,)] == db.execute("SELECT count(*) FROM log").fetchall()


def test_faults_count_on(file, http):
    """The faults that a set began with have seen as many calls as before."""
    faults = Faults([FaultRule(Fault("status", status=418), func="user.edit", nth=3)])
    with serve("ispmanager", seed=SEED, state=file, faults=faults) as panels:
        assert add(http, panels.urls["ispmanager"], "a")
        assert add(http, panels.urls["ispmanager"], "b")
    with serve("ispmanager", state=file) as panels:
        refused = http.get(panels.urls["ispmanager"], params={"func": "user.edit"})
        assert 418 == refused.status_code
        assert add(http, panels.urls["ispmanager"], "c")
        assert {"www-root", "a", "b", "c"} == set(panels.ispmanager.users)


def test_what_is_refused_is_not_kept(file):
    """A control call that was refused is not done again."""
    with serve("ispmanager", state=file) as panels:
        with pytest.raises(ControlError):
            panels.restore("nothing")
        panels.advance(days=1)
    with serve("ispmanager", state=file) as panels:
        assert datetime(2025, 1, 2, tzinfo=UTC) == panels.now


def test_a_set_that_is_gone(file):
    """What was kept of a fork while it was being dropped is passed over."""
    with serve("ispmanager", state=file) as panels:
        panels.advance(days=1)
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("INSERT INTO log (at, in_set, panel, request) VALUES ('', 'gone', '', '{}')")
    db.close()
    with serve("ispmanager", state=file) as panels:
        assert datetime(2025, 1, 2, tzinfo=UTC) == panels.now


def test_one_server_at_a_time(file):
    """A file that another server has is refused, and is free when that one has ended."""
    with (
        serve("ispmanager", state=file),
        pytest.raises(StoreError, match="in use by another server"),
        serve("ispmanager", state=file),
    ):
        pass
    with serve("ispmanager", state=file) as panels:
        assert ("ispmanager",) == panels.which


def test_another_beginning(file):
    """What a set of a file began with may be given again, but not something else."""
    faults = Faults([FaultRule(Fault("status"), func="sysinfo")], 7)
    clock = datetime(2025, 3, 1, tzinfo=UTC)
    with serve(clock=clock, seed=SEED, state=file, faults=faults) as panels:
        panels.advance(days=1)
    with serve(clock=Clock(clock), seed=SEED, state=file, faults=faults) as panels:
        assert datetime(2025, 3, 2, tzinfo=UTC) == panels.now
    others = {"clock": datetime(2025, 3, 2, tzinfo=UTC), "seed": {}, "faults": Faults()}
    for name, other in others.items():
        refused = pytest.raises(BeginningError, match=f"has its own beginning; leave out {name}$")
        with refused, serve(state=file, **{name: other}):
            pass


def test_other_panels(file):
    """A file of other panels is refused."""
    with serve("ispmanager", state=file):
        pass
    with pytest.raises(StoreError, match="holds ispmanager"), serve("all", state=file):
        pass


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be one" * 9, None])
def test_no_state(file, content):
    """A file that is something else is refused and stays as it is."""
    if content is None:
        with closing(sqlite3.connect(file)) as db, db:
            db.execute("CREATE TABLE notes (text)")
    else:
        file.write_bytes(content)
    with pytest.raises(StoreError, match="this is no state of panels"), serve(state=file):
        pass
    assert content is None or content == file.read_bytes()


def test_no_folder(tmp_path):
    """A file that cannot be made is refused."""
    with pytest.raises(StoreError, match="unable to open"):
        Store(tmp_path / "no" / "file.db")


def test_another_version(file):
    """A file of another version of prorata is refused."""
    with serve("ispmanager", state=file):
        pass
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE beginning SET value = '\"0\"' WHERE name = 'version'")
    db.close()
    with pytest.raises(StoreError, match="another version"), serve("ispmanager", state=file):
        pass


def start(file, *more):
    """Start a server process and return it with the address of its panel."""
    words = ["serve", "ispmanager", "--listen", "127.0.0.1:0", "--state", str(file), "--json"]
    process = subprocess.Popen([*MAIN, *words, *more], stdout=subprocess.PIPE, text=True)
    ready = json.loads(process.stdout.readline())
    return process, ready["panels"]["ispmanager"]["url"]


def test_killed(file):
    """Every user whose making was acknowledged is there after SIGKILL among concurrent writes."""
    process, url = start(file)
    acknowledged = []
    enough = Event()

    def write(worker):
        with httpx.Client(trust_env=False, timeout=10) as client:
            for number in range(10_000):
                name = f"u{worker}x{number}"
                try:
                    if not add(client, url, name):
                        raise AssertionError(name)
                except httpx.TransportError:
                    return
                acknowledged.append(name)
                if len(acknowledged) >= 60:
                    enough.set()

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(write, worker) for worker in range(4)]
        assert enough.wait(30)
        process.send_signal(signal.SIGKILL)
        for each in done:
            each.result()
    process.wait(10)
    process.stdout.close()
    process, url = start(file)
    try:
        query = {"func": "user", "out": "json", "authinfo": "root:prorata", "p_cnt": "10000"}
        rows = httpx.get(url, params=query, trust_env=False).json()["doc"]["elem"]
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
    there = {row["name"]["$"] for row in rows}
    assert len(acknowledged) >= 60
    assert set(acknowledged) <= there
    # Of each writer at most one user was made that nobody heard of.
    assert len(there) <= len(acknowledged) + 4
