"""What a set keeps in a file, also when its process is killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from threading import Barrier, Event

import httpx
import pytest

from prorata.fakes.control import ControlError, serve
from prorata.fakes.control import store as stores
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


def test_a_set_that_is_gone(file, http):
    """What a fork was still doing while it was dropped is not done to the next one of its name."""
    with serve("ispmanager", state=file) as panels:
        first = panels.fork("other")
        panels.call("drop", name="other")
        panels.fork("other")
        first.call("advance", days=5)
        panels.sets["other"].advance(days=1)
    with serve("ispmanager", state=file) as panels:
        assert datetime(2025, 1, 2, tzinfo=UTC) == panels.sets["other"].now


@pytest.fixture
def few(monkeypatch):
    """Sets are packed after each four changes."""
    monkeypatch.setattr(stores, "_CHANGES", 4)
    monkeypatch.setattr(stores, "_BYTES", 1_000_000)


def rows(file, table):
    """Return how many rows a table of a file has."""
    with closing(sqlite3.connect(file)) as db:
        return db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  a table of ours


def test_the_log_stays_short(file, few, http):
    """However much is done, a restart does no more again than since the last packing."""
    with serve(seed=SEED, state=file) as panels:
        for number in range(23):
            assert add(http, panels.urls["ispmanager"], f"u{number}")
        panels.faults.add("slow", func="user.delete")
        panels.reset({"ispmanager": {"edition": "business"}})
        panels.advance(months=1)
        before = state(panels)
    assert 1 == rows(file, "log")
    with serve(state=file) as panels:
        assert before == state(panels)
        assert {"ispmanager": {"edition": "business"}} == panels.seed
        assert 0 == len(panels.journal)


def test_large_changes_count_for_more(file, few, http):
    """A log of a few large requests is as long as one of many."""
    with serve("ispmanager", state=file) as panels:
        made = {"func": "user.edit", "sok": "ok", "authinfo": "root:prorata", "passwd": "pw"}
        for name in ("a", "b"):
            filled = {**made, "name": name, "filler": "long " * 2000}
            assert 200 == http.post(panels.urls["ispmanager"], data=filled).status_code
    assert 0 == rows(file, "log")
    with serve("ispmanager", state=file) as panels:
        assert {"a", "b"} == set(panels.ispmanager.users) - {"www-root"}


def test_forks_and_snapshots_are_kept_once(file, few, http):
    """A snapshot is packed once, however many sets have it and however much is done later."""
    users = {f"u{number}": {"preset": "start"} for number in range(300)}
    seed = {"ispmanager": {"presets": {"start": {}}, "users": users}}
    with serve("ispmanager", seed=seed, state=file) as panels:
        panels.snapshot("early")
        for name in ("a", "b", "c"):
            panels.fork(name)
        small = file.stat().st_size + file.with_name("panels.db-wal").stat().st_size
        panels.restore("early")
        for number in range(40):
            add(http, panels.urls["ispmanager"], f"n{number}")
        before = state(panels), state(panels.sets["b"])
    # The snapshot, and of each set its faults and how it stands.
    assert (1 + 4 + 4, 4, 4) == (rows(file, "packed"), rows(file, "sets"), rows(file, "snapshots"))
    assert file.stat().st_size < 2 * small
    with serve("ispmanager", state=file) as panels:
        assert before == (state(panels), state(panels.sets["b"]))
        assert panels.taken["early"] is panels.sets["c"].taken["early"]
        for name in ("a", "b", "c"):
            panels.call("drop", name=name)
        for _ in range(8):
            panels.snapshot("early")
    # The set and its faults, and its snapshot, which is another one now.
    assert 3 == rows(file, "packed")


def test_packed_as_it_stood(file, few, http):
    """What was packed goes on as it would have: orders, faults with their luck, events."""
    rules = [{"kind": "status", "func": "user.edit", "probability": 0.5}, {"kind": "event_lost"}]
    with serve(seed=SEED, state=file) as panels:
        panels.billmanager.billing.act(
            "order", client="anna", tariff="start", period="1 month", domain="a.example.com"
        )
        panels.call("faults", faults=rules, seed=3)
        for _ in range(5):
            panels.advance(days=6)
        panels.snapshot("before")
        panels.advance(days=1)
        told = [panels.faults.decide("user.edit", "ispmgr") for _ in range(20)]
        panels.advance(months=2)
        expected = state(panels)
    with serve(state=file) as panels:
        panels.restore("before")
        panels.advance(days=1)
        assert told == [panels.faults.decide("user.edit", "ispmgr") for _ in range(20)]
        panels.advance(months=2)
        assert expected == state(panels)


def test_only_its_owner_reads_it(file):
    """There are passwords in it: nobody else may read it, whatever it was before."""
    with serve("ispmanager", state=file):
        modes = {0o777 & each.stat().st_mode for each in file.parent.iterdir()}
        assert {0o600} == modes
    file.chmod(0o644)
    with serve("ispmanager", state=file) as panels:
        panels.advance(days=1)
        assert {0o600} == {0o777 & each.stat().st_mode for each in file.parent.iterdir()}


def test_a_link(file, tmp_path):
    """A link is followed, to a file and to where one will be; the lock is the file's."""
    (tmp_path / "deep").mkdir()
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "deep" / "panels.db")
    with serve("ispmanager", state=link) as panels:
        panels.advance(days=1)
        in_use = pytest.raises(StoreError, match="in use by another server")
        with in_use, serve("ispmanager", state=tmp_path / "deep" / "panels.db"):
            pass
    assert link.is_symlink()
    with serve("ispmanager", state=tmp_path / "deep" / "panels.db") as panels:
        assert datetime(2025, 1, 2, tzinfo=UTC) == panels.now
    loop = tmp_path / "loop.db"
    loop.symlink_to(loop)
    with pytest.raises(StoreError, match=r"loop.db: unable to open"), serve(state=loop):
        pass


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


def test_a_new_file_for_many_at_once(file):
    """Of several that make one file at one moment one has it, and the others are told so."""
    together, done = Barrier(4), Event()

    def begin(_):
        together.wait(10)
        try:
            with serve("ispmanager", state=file) as panels:
                panels.advance(days=1)
                return done.wait(10)
        except StoreError as error:
            return str(error)

    with ThreadPoolExecutor(4) as pool:
        told = [pool.submit(begin, each) for each in range(4)]
        refused = [str(each.result()) for each in islice(as_completed(told, timeout=20), 3)]
        done.set()
    assert [True] == [each.result() for each in told if each.result() is True]
    assert all("in use by another server" in each for each in refused)
    with serve("ispmanager", state=file) as panels:
        assert datetime(2025, 1, 2, tzinfo=UTC) == panels.now
    assert [file] == list(file.parent.iterdir())


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


def old_version(file):
    """Make a file as the first version did, and kill it before anything is moved into it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE beginning (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        db.execute("CREATE TABLE log (number INTEGER PRIMARY KEY)")
        kept = {each: each.read_bytes() for each in file.parent.iterdir()}
    for each, content in kept.items():
        if "shm" not in each.name:
            each.write_bytes(content)


def other_sqlite(file):
    """Make somebody else's database."""
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("CREATE TABLE notes (text)")


def kept_before(file, change):
    """Make a state with a packed set, a snapshot and a log, and change its bytes."""
    with serve("ispmanager", state=file) as panels:
        panels.snapshot("early")
        panels.fork("other")
        panels.advance(days=1)
    file.write_bytes(change(file.read_bytes()))


def without(file, table):
    """Make a state that lacks the rows of a table."""
    kept_before(file, bytes)
    with closing(sqlite3.connect(file)) as db, db:
        db.execute(f"DELETE FROM {table}")  # noqa: S608  a table of ours


def killed_before(file, change):
    """Make the same and kill its server: most of it lies in a second file. Change the first."""
    folder = file.parent / "served"
    folder.mkdir()
    with serve("ispmanager", state=folder / file.name) as panels:
        panels.advance(days=1)
        for each in folder.iterdir():
            (file.parent / each.name).write_bytes(each.read_bytes())
    file.write_bytes(change(file.read_bytes()))


def turned(content, found):
    """Turn one bit of some bytes, also where SQLite has left them and reads them no more."""
    assert found in content
    return content.replace(found, found[:-1] + bytes([found[-1] ^ 1]))


UNUSABLE = {
    "text": (lambda file: file.write_text("no database" * 99), "this is no state of panels"),
    "empty": (lambda file: file.touch(), "it is empty: this is no state of panels"),
    "folder": (lambda file: file.mkdir(), "it is a folder; name a file"),
    "pipe": (os.mkfifo, "it is no regular file"),
    "SQLite": (other_sqlite, "this is no state of panels"),
    "older": (old_version, "made by another version of prorata"),
    "half": (lambda file: kept_before(file, lambda old: old[: len(old) // 2]), "it is damaged"),
    "one page": (lambda file: kept_before(file, lambda old: old[:4096]), "it is damaged"),
    "a header": (lambda file: kept_before(file, lambda old: old[:100]), "it is damaged"),
    "zeros": (
        lambda file: kept_before(file, lambda old: old[:4096] + bytes(len(old) - 4096)),
        "it is damaged",
    ),
    "a bit of what was packed": (
        lambda file: kept_before(file, lambda old: turned(old, b"IspmanagerState")),
        "it is damaged",
    ),
    "a bit of the beginning": (
        lambda file: kept_before(file, lambda old: turned(old, b'"2025')),
        "it is damaged",
    ),
    "a bit of the log": (
        lambda file: kept_before(file, lambda old: turned(old, b'"days": 1')),
        "it is damaged",
    ),
    "nothing packed": (lambda file: without(file, "packed"), "it is damaged"),
    "no beginning": (lambda file: without(file, "beginning"), "it is damaged"),
    "killed, then half": (
        lambda file: killed_before(file, lambda old: old[: len(old) // 2]),
        "it is damaged",
    ),
    "killed, then zeros": (
        lambda file: killed_before(file, lambda old: old[:4096] + bytes(len(old) - 4096)),
        "it is damaged",
    ),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_no_state(file, what):
    """A file that is something else, damaged or older is refused in a line, and stays as it is."""
    make, reason = UNUSABLE[what]
    make(file)
    before = {each: each.read_bytes() for each in file.parent.iterdir() if each.is_file()}
    for _ in range(2):
        with pytest.raises(StoreError, match=reason) as refused, serve("ispmanager", state=file):
            pass
        assert 1 == len(str(refused.value).splitlines())
        assert str(refused.value).startswith(f"{file}: ")
    assert before == {each: each.read_bytes() for each in file.parent.iterdir() if each.is_file()}


def test_no_folder(tmp_path):
    """A file that cannot be made is refused."""
    with pytest.raises(StoreError, match="unable to open"):
        Store(tmp_path / "no" / "file.db")
    missing = pytest.raises(StoreError, match="unable to open the file: No such file or directory")
    with missing, serve("ispmanager", state=tmp_path / "no" / "file.db"):
        pass


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


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_killed(file, how):
    """Every user whose making was acknowledged is there, however it ended among many writes."""
    process, url = start(file)
    acknowledged = []
    enough = Event()

    def write(worker):
        with httpx.Client(trust_env=False, timeout=10) as client:
            for number in range(10_000):
                name = f"u{worker}x{number}"
                try:
                    if not add(client, url, name):
                        # Told to end, it has closed its file.
                        assert signal.SIGTERM == how
                        return
                except httpx.TransportError:
                    return
                acknowledged.append(name)
                if len(acknowledged) >= 60:
                    enough.set()

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(write, worker) for worker in range(4)]
        assert enough.wait(30)
        process.send_signal(how)
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
