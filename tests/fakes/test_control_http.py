"""Control over HTTP, and its description."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier, Event, Thread

import httpx
import pytest

from prorata.fakes import transport
from prorata.fakes.control import CONTROLS, ControlError, Panels, serve
from prorata.fakes.control import http as control_http
from prorata.fakes.control.http import LARGEST_BODY, Front, control_app
from prorata.fakes.control.openapi import document

SEED = {"ispmanager": {"presets": {"small": {}}, "users": {"olga": {}}}}


@pytest.fixture
def panels():
    """An ispmanager with a user."""
    return Panels("ispmanager", seed=SEED)


@pytest.fixture
def http(panels):
    """A client of the port of that panel."""
    front = transport(Front(panels, "ispmanager"))
    with httpx.Client(transport=front, base_url="http://panel") as client:
        yield client


JSON = {"Content-Type": "application/json"}


def users(http, path="/ispmgr"):
    """List the users by name."""
    params = {"func": "user", "out": "json", "authinfo": "root:prorata"}
    rows = http.get(path, params=params).json()["doc"].get("elem", [])
    return [row["name"]["$"] for row in rows]


def test_json_in_and_out(http):
    """A function is called by POST with a JSON object, or read by GET; the answer is JSON."""
    moved = http.post("/_prorata/advance", json={"months": 1})
    assert (200, "application/json") == (moved.status_code, moved.headers["content-type"])
    assert "2025-02-01T00:00:00+00:00" == moved.json()["now"]
    assert "2025-02-01 00:00 UTC" == http.get("/_prorata/clock").json()["said"]
    assert (
        "2025-03-01T00:00:00+00:00"
        == http.post("/_prorata/clock", json={"to": "2025-03-01"}).json()["now"]
    )


def test_time_in_every_answer(http):
    """Control and panel say where time stands, errors included."""
    http.post("/_prorata/advance", json={"days": 1})
    answers = [
        http.get("/_prorata/clock"),
        http.get("/_prorata/nothing"),
        http.get("/ispmgr", params={"func": "user", "authinfo": "root:prorata"}),
        http.get("/ispmgr"),
    ]
    times = {datetime.fromisoformat(each.headers["x-prorata-time"]) for each in answers}
    assert {datetime(2025, 1, 2, tzinfo=UTC)} == times


def test_forks_below_their_names(http):
    """A fork answers below its name, panel and control alike, and can be dropped."""
    assert 200 == http.post("/_prorata/fork", json={"name": "other"}).status_code
    http.post("/other/_prorata/advance", json={"days": 1})
    made = {"func": "user.edit", "name": "boris", "passwd": "pw", "sok": "ok"}
    http.post("/other/ispmgr", data={**made, "authinfo": "root:prorata"})
    assert (["www-root", "olga"], ["www-root", "olga", "boris"]) == (
        users(http),
        users(http, "/other/ispmgr"),
    )
    described = http.get("/other/_prorata/").json()["sets"]
    assert [("", "2025-01-01"), ("other", "2025-01-02")] == [
        (each["name"], each["now"][:10]) for each in described
    ]
    http.post("/_prorata/drop", json={"name": "other"})
    assert 404 == http.get("/other/ispmgr").status_code


def test_all_ways_into_a_set(panels):
    """Where a set is mounted as a whole, each path leads to its panel, forks included."""
    panels.fork("other")
    apps = panels.apps
    assert ["/ispmgr", "/_prorata", "/other"] == list(apps)
    with httpx.Client(transport=transport(apps["/other"]), base_url="http://panel") as http:
        assert ["www-root", "olga"] == users(http, "/other/ispmgr")
        assert 200 == http.get("/other/_prorata/clock").status_code
        assert 404 == http.get("/other/nothing").status_code


def test_nothing_but_http(panels):
    """Other kinds of scopes, such as those of web sockets, are let go."""
    app = Front(panels, "ispmanager")({"type": "websocket"}, None, None)
    with pytest.raises(StopIteration):
        app.send(None)


@pytest.mark.parametrize(
    ("asked", "body", "status", "field"),
    [
        ("POST clok", {}, 404, "function"),
        ("GET advance", None, 405, "method"),
        ("DELETE clock", None, 405, "method"),
        ("POST advance", {"months": "one"}, 400, "months"),
        ("POST advance", {"months": -1}, 400, "months"),
        ("POST advance", {"months": 1.5}, 400, "months"),
        ("POST advance", {"months": [1]}, 400, "months"),
        ("POST advance", {"month": 1}, 400, "month"),
        ("POST advance", {"years": 5000}, 400, None),
        ("POST advance", {"years": 1_000_000}, 400, None),
        ("POST advance", {"years": 975}, 400, None),
        ("POST advance", {}, 400, None),
        ("POST advance", [1], 400, None),
        ("POST clock", {"to": "soon"}, 400, "to"),
        ("POST clock", {}, 400, "to"),
        ("POST clock", {"to": "2024-01-01"}, 409, "to"),
        ("POST snapshot", {"name": "a/b"}, 400, "name"),
        ("POST restore", {"name": "none"}, 404, "name"),
        ("POST faults", {"faults": {}}, 400, "faults"),
        ("POST faults", {}, 400, "faults"),
        ("POST faults", {"faults": [{"kind": "moon"}]}, 400, "faults"),
        ("POST reset", {"seed": {"moon": 1}}, 400, "seed"),
    ],
)
def test_errors(http, asked, body, status, field):
    """What cannot be is a 4xx with the field that is wrong and what belongs there."""
    before = http.get("/_prorata/").json()
    method, name = asked.split()
    answer = http.request(method, f"/_prorata/{name}", json=body)
    error = answer.json()["error"]
    assert (status, field) == (answer.status_code, error.get("field"))
    assert error["message"]
    assert error["expected"]
    assert before == http.get("/_prorata/").json()


def test_what_was_meant(http):
    """A mistyped word of a seed is told with the one that was probably meant, as from a file."""
    answer = http.post("/_prorata/reset", json={"seed": {"tariffs": {"x": {"price": {}}}}})
    error = answer.json()["error"]
    assert (400, "seed.tariffs.x") == (answer.status_code, error["field"])
    assert 'unknown key "price"; did you mean "prices"?' == error["message"]


@pytest.mark.parametrize(
    ("asked", "body", "expected"),
    [
        ("advance", {"months": "x"}, "a whole number from 0 to 1000000"),
        ("advance", {"months": -1}, "a whole number from 0 to 1000000"),
        (
            "reset",
            {"seed": {"ispmanager": {"presets": {"a": {"limit_ssl": "yes"}}}}},
            "on or off",
        ),
    ],
)
def test_expected_once(http, asked, body, expected):
    """What belongs in a field is said without the word that names it."""
    assert expected == http.post(f"/_prorata/{asked}", json=body).json()["error"]["expected"]


def test_a_slash_at_the_end():
    """Panels, forks and control answer with and without it."""
    panels = Panels()
    panels.fork("other")
    for panel, path in (("ispmanager", "/ispmgr"), ("billmanager", "/billmgr")):
        login = f"{panels.panels[panel].login}:prorata"
        asked = {"func": "whoami", "out": "json", "authinfo": login}
        front = transport(Front(panels, panel))
        with httpx.Client(transport=front, base_url="http://panel") as client:
            for found in (path, f"/manager{path}", f"/other{path}", ""):
                answer = client.get(f"{found}/", params=asked)
                assert (200, "user" in answer.json()["doc"]) == (answer.status_code, True)
            assert 404 == client.get(f"{path}/more", params=asked).status_code
            assert 404 == client.get(f"{path}//", params=asked).status_code
            assert 200 == client.get("/_prorata/clock/").status_code


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'"' * 9])
def test_no_json(http, body):
    """A body that is no JSON is refused."""
    answer = http.post("/_prorata/advance", content=body, headers=JSON)
    assert (400, True) == (answer.status_code, "message" in answer.json()["error"])


def test_large_body(http):
    """A body has at most 2 MiB."""
    answer = http.post("/_prorata/advance", content=b" " * (LARGEST_BODY + 1))
    assert 413 == answer.status_code


def test_half_a_request(panels):
    """A caller who leaves in the middle of a request moves nothing."""
    coming = iter([{"type": "http.request", "body": b"{", "more_body": True}])
    scope = {"type": "http", "method": "POST", "path": "/_prorata/reset", "query_string": b""}
    panels.advance(days=1)

    async def receive():
        return next(coming, {"type": "http.disconnect"})

    async def send(_message):
        """Send nowhere."""

    with pytest.raises(StopIteration):
        control_app(panels)(scope, receive, send).send(None)
    assert datetime(2025, 1, 2, tzinfo=UTC) == panels.now


def test_too_many_rules(http):
    """A list has bounds."""
    rules = [{"kind": "slow"}] * 100_000
    answer = http.post("/_prorata/faults", json={"faults": rules})
    assert (400, "faults") == (answer.status_code, answer.json()["error"]["field"])


def test_faults(http):
    """Faults are read, set and cleared; a panel enacts them."""
    rules = [{"kind": "status", "status": 429, "func": "user", "times": 1}]
    assert rules[0] == {
        name: value
        for name, value in http.post("/_prorata/faults", json={"faults": rules})
        .json()["faults"][0]
        .items()
        if name in rules[0]
    }
    query = {"func": "user", "out": "json", "authinfo": "root:prorata"}
    assert [429, 200] == [http.get("/ispmgr", params=query).status_code for _ in range(2)]
    assert 1 == http.get("/_prorata/faults").json()["faults"][0]["happened"]
    assert [] == http.post("/_prorata/faults", json={"faults": []}).json()["faults"]


def test_functions(http):
    """The functions of the panels are told with their parameters."""
    told = http.get("/_prorata/functions").json()["functions"]
    edit = next(each for each in told["ispmanager"] if each["name"] == "user.edit")
    assert ("form", "reseller", False) == (edit["kind"], edit["level"], edit["invented"])
    assert "name" in [param["name"] for param in edit["params"]]


# Declared once


EXAMPLES = {
    ("POST", "clock"): {"to": "2025-06-01"},
    ("POST", "advance"): {"days": 1},
    ("POST", "snapshot"): {"name": "kept"},
    ("POST", "restore"): {"name": "kept"},
    ("POST", "fork"): {"name": "other"},
    ("POST", "drop"): {"name": "other"},
    ("POST", "faults"): {"faults": []},
    ("POST", "usage"): {"name": "olga", "disk": 1, "traffic": 2},
}


def test_answers_are_as_declared(http):
    """What a function answers has the properties that the description names, and no others."""
    for (method, name), control in CONTROLS.items():
        body = {"json": EXAMPLES.get((method, name), {})} if method == "POST" else {}
        answer = http.request(method, f"/_prorata/{name}", **body)
        assert 200 == answer.status_code, (name, answer.text)
        assert set(control.answer) == set(answer.json()), name


def test_openapi_is_served(http):
    """The description is at openapi.json."""
    assert document() == http.get("/_prorata/openapi.json").json()


TYPES = {"object", "array", "string", "integer", "boolean", "number"}


def check_schema(schema):
    """Check the structure of a JSON Schema as OpenAPI 3.1 has it."""
    if "$ref" in schema:
        assert ["$ref"] == list(schema)
        return
    if "anyOf" in schema:
        for inner in schema["anyOf"]:
            check_schema(inner)
        return
    assert schema["type"] in TYPES
    properties = schema.get("properties", {})
    assert set(schema.get("required", ())) <= set(properties)
    for inner in properties.values():
        check_schema(inner)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            check_schema(schema[key])


def check_content(content):
    """Check a body or an answer."""
    assert ["application/json"] == list(content)
    check_schema(content["application/json"]["schema"])


def test_openapi_structure():
    """The document is an OpenAPI 3.1 document of all functions."""
    found = document()
    assert "3.1.0" == found["openapi"]
    assert {"title", "summary", "version"} == set(found["info"])
    for server in found["servers"]:
        names = {part.partition("}")[0] for part in server["url"].split("{")[1:]}
        assert names == set(server.get("variables", {}))
    operations = {
        (method.upper(), path[1:]): operation
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
    }
    assert set(CONTROLS) == set(operations)
    ids = [operation["operationId"] for operation in operations.values()]
    assert len(set(ids)) == len(ids)
    for (method, _), operation in operations.items():
        assert ("requestBody" in operation) == (method == "POST")
        for parameter in operation.get("parameters", ()):
            assert "query" == parameter["in"]
            check_schema(parameter["schema"])
        if method == "POST":
            check_content(operation["requestBody"]["content"])
        assert {"200", "4XX", "503"} == set(operation["responses"])
        check_content(operation["responses"]["200"]["content"])
        assert "#/components/responses/Error" == operation["responses"]["4XX"]["$ref"]
    error = found["components"]["responses"]["Error"]
    assert "#/components/schemas/Error" == error["content"]["application/json"]["schema"]["$ref"]
    check_schema(found["components"]["schemas"]["Error"])
    assert found == json.loads(json.dumps(found))


# On a socket


def test_served_on_two_ports():
    """Each panel has a port of its own; control is on both and means the same set."""
    with serve("all") as panels, httpx.Client(trust_env=False) as http:
        ports = {name: url.rpartition("/")[0] for name, url in panels.urls.items()}
        http.post(f"{ports['ispmanager']}/_prorata/advance", json={"days": 1})
        told = http.get(f"{ports['billmanager']}/_prorata/clock").json()
        assert "2025-01-02T00:00:00+00:00" == told["now"]
        found = http.get(f"{ports['billmanager']}/_prorata/").json()["sets"][0]
        assert dict(panels.urls) == found["urls"]
        assert 404 == http.get(f"{ports['billmanager']}/ispmgr").status_code
        assert 200 == http.get(f"{ports['ispmanager']}/?func=user").status_code
        fork = panels.fork("other")
        assert f"{ports['billmanager']}/other/billmgr" == fork.urls["billmanager"]
        assert 200 == http.get(fork.urls["billmanager"]).status_code


def test_python_and_requests_take_turns():
    """Time that is moved in Python meets no request that is half done."""
    with serve("ispmanager", seed=SEED) as panels, httpx.Client(trust_env=False) as http:
        with panels.lock:
            assert panels.lock.acquire(timeout=1)
            panels.lock.release()
        panels.advance(days=1)
        assert "2025-01-02" == http.get(panels.urls["ispmanager"]).headers["x-prorata-time"][:10]


def test_a_dump_and_its_time_are_of_one_instant(panels, http, monkeypatch):
    """Who moves time meanwhile waits until the answer says at which instant it was."""
    answered = control_http._answer
    movers = []

    def meanwhile(*asked):
        found = answered(*asked)
        movers.append(Thread(target=panels.advance, kwargs={"days": 1}))
        movers[0].start()
        movers[0].join(0.2)
        return found

    monkeypatch.setattr(control_http, "_answer", meanwhile)
    told = http.get("/_prorata/dump")
    movers[0].join(5)
    assert told.json()["now"] == told.headers["x-prorata-time"]
    assert panels.now.isoformat() > told.json()["now"]


@pytest.mark.parametrize("kept", [False, True])
def test_a_fork_waits_its_turn(tmp_path, kept):
    """A fork that is asked for while somebody else has the set is made when that one is done."""
    with serve(state=tmp_path / "panels.db" if kept else None) as panels:
        bases = [url.rpartition("/")[0] for url in panels.urls.values()]
        panels.fork("first")
        begun, done = Event(), Event()

        def hold():
            with panels.lock, panels.sets["first"].lock:
                begun.set()
                done.wait(5)

        def fork(name):
            asked = f"{bases[name % 2]}{'/first' if name > 1 else ''}/_prorata/fork"
            return httpx.post(asked, json={"name": f"f{name}"}, trust_env=False, timeout=10)

        with ThreadPoolExecutor(6) as pool:
            holder = pool.submit(hold)
            assert begun.wait(5)
            forks = [pool.submit(fork, name) for name in range(4)]
            forks.append(pool.submit(panels.fork, "python"))
            assert not wait(forks, timeout=0.2).done
            done.set()
            assert not wait([holder, *forks], timeout=10).not_done
        assert [200] * 4 == [each.result().status_code for each in forks[:4]]
        assert 7 == len(panels.sets)


def test_one_of_two_forks_of_a_name():
    """Two sets of which each is to be forked by one name at once: one is told that it is taken."""
    panels = Panels("ispmanager")
    sets = panels, panels.fork("first")
    together = Barrier(2)

    def fork(each):
        together.wait(5)
        with suppress(ControlError):
            return each.fork("taken")

    for _ in range(50):
        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(fork, sets))
        assert 1 == sum(each is panels.sets["taken"] for each in made)
        panels.call("drop", name="taken")
