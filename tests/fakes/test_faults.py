from __future__ import annotations

import asyncio
import json
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest

from prorata.fakes import listen, transport
from prorata.fakes.failing import enact
from prorata.fakes.fault_files import FaultsError, load_faults, read_faults
from prorata.fakes.faults import CALLS, EVENTS, Delivery, Fault, FaultRule, Faults, deliver

CALL = {"func": "whoami", "out": "json", "authinfo": "root:prorata"}
ADD = {
    "func": "user.add.finish",
    "out": "json",
    "authinfo": "root:prorata",
    "name": "anna",
    "passwd": "pw",
    "sok": "ok",
}


@pytest.fixture
def faults(panel):
    """The panel's faults, none as yet."""
    panel.faults = Faults()
    return panel.faults


@pytest.fixture(params=["socket", "in process"])
def edge(request, panel, faults):
    """A client of the panel, on each of the two edges."""
    if request.param == "in process":
        with httpx.Client(transport=transport(panel.app), base_url="http://panel") as client:
            yield client
        return
    with listen(panel.app) as served, httpx.Client(base_url=served.url, trust_env=False) as client:
        yield client


def failing(faults, calls=6):
    """Return the numbers of the calls that fail."""
    return [number for number in range(1, calls + 1) if faults.decide("user.edit", "ispmgr")]


# Deciding


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"nth": 3}, [3]),
        ({"every": 2}, [2, 4, 6]),
        ({"first": 5}, [5, 6]),
        ({"last": 2}, [1, 2]),
        ({"first": 2, "last": 3}, [2, 3]),
        ({"first": 2, "every": 2, "times": 2}, [2, 4]),
        ({"times": 1}, [1]),
        ({"probability": 0}, []),
        ({"func": "user.*"}, [1, 2, 3, 4, 5, 6]),
        ({"func": "user"}, []),
        ({"panel": "ispmanager"}, [1, 2, 3, 4, 5, 6]),
        ({"panel": "ispmgr"}, [1, 2, 3, 4, 5, 6]),
        ({"panel": "billmanager"}, []),
    ],
)
def test_which_calls_fail(about, expected):
    """A rule says of which function, on which panel, and which of its calls."""
    faults = Faults()
    faults.add("slow", **about)
    assert expected == failing(faults)


def test_only_calls_concerned_are_counted():
    """The second call of a function is the second of that function."""
    faults = Faults([FaultRule(Fault("slow"), func="user.edit", nth=2)])
    called = ["user.edit", "whoami", "user.edit"]
    assert [False, False, True] == [bool(faults.decide(func)) for func in called]


def test_the_first_rule_decides_and_all_count():
    """Where two rules apply, the first one happens; the other has seen the call as well."""
    faults = Faults([FaultRule(Fault("slow"), nth=1), FaultRule(Fault("refused"), nth=1)])
    assert "slow" == faults.decide("user").kind
    assert faults.decide("user") is None
    assert [(2, 1), (2, 0)] == [
        (row["seen"], row["happened"]) for row in faults.describe()["faults"]
    ]


def test_same_seed_same_faults():
    """Chance is repeated with its seed, and differs with another."""
    rule = FaultRule(Fault("slow"), probability=0.5)
    drawn = [failing(Faults([rule], seed), 64) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    # 64 draws of one half: fewer than 16 or more than 48 come once in some 20,000 seeds.
    assert 16 <= len(drawn[0]) <= 48


def test_rules_do_not_share_their_luck():
    """A rule beside another, on other calls, changes nothing for it."""
    rule = FaultRule(Fault("slow"), func="user.*", probability=0.5)
    alone, beside = (
        Faults([rule]),
        Faults([rule, FaultRule(Fault("slow"), func="x", probability=0.5)]),
    )
    beside.decide("x")
    assert failing(alone, 32) == failing(beside, 32)


def test_rules_come_and_go():
    """Rules are added, taken away one by one, and cleared."""
    faults = Faults()
    first = faults.add("status", status=429)
    assert 429 == faults.decide("user").status
    faults.remove(first)
    assert faults.decide("user") is None
    with pytest.raises(ValueError, match="no such rule"):
        faults.remove(first)
    faults.add("slow")
    faults.clear()
    assert faults.decide("user") is None
    assert {"seed": 0, "faults": []} == faults.describe()


def test_a_description_can_be_read():
    """What the rules say of themselves makes the same rules."""
    data = {
        "seed": 7,
        "faults": [
            {"kind": "slow", "milliseconds": 50, "func": "user.*", "probability": 0.5},
            {"kind": "error", "type": "limit", "object": "user", "text": "No", "every": 3},
            {"kind": "event_late", "seconds": 60},
        ],
    }
    faults = read_faults(data)
    described = faults.describe()
    assert [{**row, "seen": 0, "happened": 0} for row in data["faults"]] == described["faults"]
    again = read_faults(described)
    assert (faults.rules, faults.seed) == (again.rules, again.seed)


@pytest.mark.parametrize(
    ("kind", "about", "expected"),
    [
        ("statsu", {}, "kind: no such kind as 'statsu'; did you mean 'status'?"),
        ("status", {"stauts": 503}, "stauts: unknown key 'stauts'; did you mean 'status'?"),
        ("status", {"status": 200}, "status: status is from 400 to 599, not 200"),
        ("status", {"status": "503"}, "status: status is a whole number, not '503'"),
        (
            "slow",
            {"func": "user.edti"},
            "func: no such function as 'user.edti'; did you mean 'user",
        ),
        ("slow", {"func": "usr.*"}, "func: no such function as 'usr.*'; did you mean 'user.*'?"),
        ("slow", {"func": "zzz"}, "func: no such function as 'zzz'; prorata functions lists them"),
        ("slow", {"panel": "billmanger"}, "panel: no such panel as 'billmanger'; did you mean"),
        ("slow", {"first": 3, "last": 2}, "last: 2 is before first, which is 3"),
        ("slow", {"nth": -1}, "nth: nth is from 1 to "),
    ],
)
def test_a_rule_that_cannot_be_is_not_added(kind, about, expected):
    """What is misspelt is told with what was probably meant, and nothing is added."""
    faults = Faults()
    with pytest.raises(FaultsError) as refused:
        faults.add(kind, **about)
    assert expected in str(refused.value)
    assert () == faults.rules


def test_all_that_is_wrong_in_a_rule_is_told():
    """A line for each."""
    with pytest.raises(ValueError, match=r"^kind: .*\nnht: .*\nfunc: func is text, not 3$"):
        Faults().add("slwo", nht=1, func=3)


@pytest.mark.parametrize(
    "about",
    [
        {"func": "user.*", "panel": "ispmgr"},
        {"func": "vhost.*", "panel": "billmanager"},
        {"func": "*"},
        {"func": "reseller.edit"},
        {"nth": 0, "every": 0, "last": 0, "times": 0},
    ],
)
def test_a_rule_that_can_be_is_added(about):
    """By the names of panels or of their binaries; 0 sets no condition."""
    faults = Faults()
    assert (faults.add("status", **about),) == faults.rules


# Reading


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([], "expected `faults`, a list of rules"),
        ({"fault": []}, "fault: unknown key 'fault'; there are seed and faults"),
        ({"seed": "7"}, "seed: expected a whole number"),
        ({"faults": {}}, "faults: expected a list of rules"),
        ({"faults": ["slow"]}, "faults[0]: expected a rule, such as"),
        ({"faults": [{}]}, "faults[0]: a rule needs a kind: one of status, refused, "),
        ({"faults": [{"kind": "late"}]}, "faults[0].kind: no such kind as 'late'; there are "),
        ({"faults": [{"kind": 3}]}, "faults[0].kind: kind is text, not 3"),
        (
            {"faults": [{"kind": "slow", "nht": 1}]},
            "faults[0].nht: unknown key 'nht'; did you mean 'nth'?",
        ),
        ({"faults": [{"kind": "slow", "colour": 1}]}, "unknown key 'colour'; there are kind, "),
        ({"faults": [{"kind": "slwo"}]}, "faults[0].kind: no such kind as 'slwo'; did you mean"),
        (
            {"faults": [{"kind": "slow", "panel": "ispmanger"}]},
            "faults[0].panel: no such panel as 'ispmanger'; did you mean 'ispmanager'?",
        ),
        (
            {"faults": [{"kind": "slow", "func": "user.ad"}]},
            "faults[0].func: no such function as 'user.ad'; did you mean 'user.add'?",
        ),
        (
            {"faults": [{"kind": "slow", "func": "order.*", "panel": "ispmanager"}]},
            "faults[0].func: no such function as 'order.*'; ",
        ),
        ({"faults": [{"kind": "slow", "nth": 0}]}, "nth is from 1 to 1e+09, not 0"),
        ({"faults": [{"kind": "slow", "nth": True}]}, "nth is a whole number, not True"),
        ({"faults": [{"kind": "slow", "probability": 2}]}, "probability is from 0 to 1, not 2"),
        ({"faults": [{"kind": "slow", "probability": "x"}]}, "probability is a number, not 'x'"),
        ({"faults": [{"kind": "status", "status": 200}]}, "status is from 400 to 599, not 200"),
        (
            {"faults": [{"kind": "slow", "first": 5, "last": 4}]},
            "faults[0].last: 4 is before first, which is 5",
        ),
    ],
)
def test_rules_that_are_none(data, expected):
    """Each problem is named with its place and with what is expected."""
    with pytest.raises(FaultsError) as refused:
        read_faults(data)
    assert expected in str(refused.value)


def test_rules_in_a_file(tmp_path):
    """Rules are read from YAML, and from JSON."""
    row = {"kind": "reset_after", "func": "user.*", "nth": 3}
    yaml, plain = tmp_path / "faults.yaml", tmp_path / "faults.json"
    yaml.write_text("seed: 7\nfaults:\n  - {kind: reset_after, func: user.*, nth: 3}\n")
    plain.write_text(json.dumps({"seed": 7, "faults": [row]}))
    expected = (FaultRule(Fault("reset_after"), func="user.*", nth=3),), 7
    for path in (yaml, plain):
        faults = load_faults(path)
        assert expected == (faults.rules, faults.seed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("faults:\n  - kind: slow\n    nht: 3\n", "3:5: unknown key 'nht'"),
        ("faults:\n  - kind: slow\n    3: x\n", "3:5: unknown key '3'"),
        ("faults:\n  - kind: slow\n  - nth: 1\n", "3:5: a rule needs a kind"),
        ("seed: x\n", "1:1: expected a whole number"),
        ("", "1:1: expected `faults`"),
        ("faults: [\n", "2:1: "),
        ("faults: !x []\n", "1:9: "),
        ("\x00", "1:1: "),
        ("faults:\n  - kind: late\n    nth: 0\n", "2:5: no such kind as 'late'"),
        ("faults:\n  - kind: late\n    nth: 0\n", "\n{path}:3:5: nth is from 1"),
    ],
)
def test_problems_have_lines(tmp_path, text, expected):
    """A problem in a file is told with its line and column, all problems at once."""
    path = tmp_path / "faults.yaml"
    path.write_text(text)
    with pytest.raises(FaultsError) as refused:
        load_faults(path)
    said = str(refused.value)
    assert expected.replace("{path}", str(path)) in said
    assert said.startswith(f"{path}:")


def test_no_such_file():
    """A file that is not there is an OSError."""
    with pytest.raises(FileNotFoundError):
        load_faults(Path("nowhere.yaml"))


# Enacting, on both edges


def test_nothing_fails(edge, panel):
    """Without a rule that applies the panel answers."""
    panel.faults.add("refused", func="user.*")
    assert 200 == edge.post("/ispmgr", data=CALL).status_code
    assert "root" == edge.post("/ispmgr", data=CALL).json()["doc"]["user"]["$name"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_status(edge, panel, status):
    """The answer has an HTTP status of its own, and the call no effect."""
    panel.faults.add("status", status=status, times=1)
    assert status == edge.post("/ispmgr", data=ADD).status_code
    assert {} == panel.users
    assert 200 == edge.post("/ispmgr", data=ADD).status_code


def test_error(edge, panel):
    """The panel answers an error document of the rule's, and the call has no effect."""
    panel.faults.add("error", type="licence", object="ispmgr", text="The licence is over", times=1)
    answer = edge.post("/ispmgr", data=ADD)
    error = answer.json()["doc"]["error"]
    assert (200, "licence", "ispmgr") == (answer.status_code, error["$type"], error["$object"])
    assert "The licence is over" == error["msg"]["$"]
    assert {} == panel.users


@pytest.mark.parametrize(("kind", "made"), [("reset_before", False), ("reset_after", True)])
def test_reset(edge, panel, kind, made):
    """The connection is reset, before the call has its effect or after it."""
    panel.faults.add(kind, times=1)
    with pytest.raises(httpx.ReadError):
        edge.post("/ispmgr", data=ADD)
    assert made == ("anna" in panel.users)
    assert 200 == edge.post("/ispmgr", data=CALL).status_code


def test_refused_in_process(panel, faults):
    """In process, a refused call is one that could not connect."""
    faults.add("refused", times=1)
    with httpx.Client(transport=transport(panel.app)) as client:
        with pytest.raises(httpx.ConnectError, match="refused"):
            client.post("http://panel/ispmgr", data=ADD)
        assert {} == panel.users
        assert 200 == client.post("http://panel/ispmgr", data=ADD).status_code


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_refused_on_a_socket(panel, faults, host):
    """On a socket the call is reset, and the port refuses connections for the milliseconds."""
    faults.add("refused", milliseconds=150, times=2)
    with listen(panel.app, host) as served, httpx.Client(trust_env=False) as client:
        for _ in range(2):
            with pytest.raises(httpx.ReadError):
                client.post(f"{served.url}/ispmgr", data=ADD)
            with pytest.raises(httpx.ConnectError):
                client.post(f"{served.url}/ispmgr", data=ADD)
            time.sleep(0.3)
        assert {} == panel.users
        assert 200 == client.post(f"{served.url}/ispmgr", data=ADD).status_code


def test_leaving_while_the_port_refuses(panel, faults):
    """A server ends as ever while its port is shut."""
    faults.add("refused", milliseconds=60_000)
    with listen(panel.app) as served, pytest.raises(httpx.ReadError):
        httpx.post(f"{served.url}/ispmgr", data=ADD, trust_env=False)
    with pytest.raises(httpx.ConnectError):
        httpx.post(f"{served.url}/ispmgr", data=ADD, trust_env=False)


def test_slower_than_the_caller_waits(edge, panel):
    """An answer beyond the time limit is a ReadTimeout; the call had its effect."""
    panel.faults.add("slow", milliseconds=400, times=1)
    with pytest.raises(httpx.ReadTimeout):
        edge.post("/ispmgr", data=ADD, timeout=0.1)
    assert "anna" in panel.users
    assert 200 == edge.post("/ispmgr", data=CALL).status_code


def test_slow_in_process_takes_no_time(panel, faults):
    """In process nobody waits, neither for the answer nor for the time limit."""
    faults.add("slow", milliseconds=3_000_000)
    with httpx.Client(transport=transport(panel.app)) as client:
        started = time.monotonic()
        with pytest.raises(httpx.ReadTimeout):
            client.post("http://panel/ispmgr", data=CALL)
        answer = client.post("http://panel/ispmgr", data=CALL, timeout=None)
    assert (200, True) == (answer.status_code, time.monotonic() - started < 2)


def test_slow_on_a_socket_takes_real_time(panel, faults, clock):
    """On a socket the answer comes after the milliseconds; the scenario's clock stands."""
    faults.add("slow", milliseconds=100)
    before = clock.now()
    with listen(panel.app) as served:
        started = time.monotonic()
        assert 200 == httpx.post(f"{served.url}/ispmgr", data=CALL, trust_env=False).status_code
        assert 0.1 <= time.monotonic() - started < 2
    assert before == clock.now()


def test_truncated(edge, panel):
    """The connection ends in the middle of the body; the call had its effect."""
    panel.faults.add("truncated", times=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        edge.post("/ispmgr", data=ADD)
    assert "anna" in panel.users
    assert 200 == edge.post("/ispmgr", data=CALL).status_code


@pytest.mark.parametrize("out", ["json", "xml"])
def test_malformed(edge, panel, out):
    """The answer is whole as HTTP, but its body cannot be read; the call had its effect."""
    panel.faults.add("malformed", times=1)
    answer = edge.post("/ispmgr", data=ADD | {"out": out})
    assert 200 == answer.status_code
    read = json.loads if out == "json" else ET.fromstring
    with pytest.raises((UnicodeDecodeError, ET.ParseError)):
        read(answer.content)
    assert "anna" in panel.users


def test_repeated(edge, panel):
    """The second of the two answers is taken for that of the next call."""
    panel.faults.add("repeated", times=1)
    assert "user.add.finish" == edge.post("/ispmgr", data=ADD).json()["doc"]["$func"]
    assert "user.add.finish" == edge.post("/ispmgr", data=CALL).json()["doc"]["$func"]
    assert "whoami" == edge.post("/ispmgr", data=CALL).json()["doc"]["$func"]
    # The last answer was there before its call was: the panel may still be at it.
    deadline = time.monotonic() + 5
    while len(panel.calls) < 3 and time.monotonic() < deadline:
        time.sleep(0.005)
    assert ["user.add.finish", "whoami", "whoami"] == [call.func for call in panel.calls]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_repeated_on_the_wire(panel, faults, method):
    """Both answers are there, byte by byte the same but for the end of the connection."""
    faults.add("repeated")
    query = b"/ispmgr?func=whoami&out=json&authinfo=root:prorata"
    with listen(panel.app) as served:
        place = urlsplit(served.url)
        with socket.create_connection((place.hostname, place.port), timeout=5) as connection:
            connection.sendall(method.encode() + b" " + query + b" HTTP/1.0\r\n\r\n")
            said = b"".join(iter(lambda: connection.recv(65536), b""))
    first, second = said.replace(b"connection: close\r\n", b"").split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert first == second
    assert method == "HEAD" or first.endswith(b"}")


def test_an_edge_that_enacts_nothing():
    """Any other server says 503 for a call that was not reached and 502 for a lost answer."""
    had = []

    async def answer(send):
        had.append(True)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def call(kind):
        sent = []

        async def send(message):
            sent.append(message)

        await enact(Fault(kind), {"type": "http"}, send, answer)
        return sent[0]["status"]

    statuses = [asyncio.run(call(kind)) for kind in ("refused", "reset_before", "reset_after")]
    assert ([503, 503, 502], [True]) == (statuses, had)


# Events


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"kind": "event_lost", "func": "b"}, "a c"),
        ({"kind": "event_repeated", "func": "b"}, "a b b c"),
        ({"kind": "event_out_of_order", "func": "b"}, "a c b"),
        ({"kind": "event_out_of_order", "func": "[ab]"}, "c a b"),
        ({"kind": "event_out_of_order", "func": "c"}, "a b c"),
        ({"kind": "event_late", "func": "b", "seconds": 60}, "a b+60 c"),
        ({"kind": "event_lost", "nth": 3}, "a b"),
        ({"kind": "slow"}, "a b c"),
    ],
)
def test_events(about, expected):
    """Events are lost, repeated, late or out of order, as the rules say."""
    faults = Faults()
    faults.add(**about)
    arrived = [
        each.event + (f"+{each.seconds_late}" if each.seconds_late else "")
        for each in deliver("abc", faults, str)
    ]
    assert expected.split() == arrived


def test_out_of_order_behind_a_lost_event():
    """An event waits for the next one that arrives at all."""
    faults = Faults()
    faults.add("event_out_of_order", func="a")
    faults.add("event_lost", func="b")
    assert [Delivery("c"), Delivery("a")] == deliver("abc", faults, str)


def test_calls_and_events_are_apart():
    """A rule for events lets no call fail, nor counts it."""
    faults = Faults([FaultRule(Fault(kind)) for kind in EVENTS])
    assert faults.decide("user") is None
    assert {0} == {row["seen"] for row in faults.describe()["faults"]}
    assert not set(CALLS) & set(EVENTS)
