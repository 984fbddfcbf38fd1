"""Control by its OpenAPI document, and the panels by one made from the functions' declarations."""

from __future__ import annotations

import json
from random import Random

import pytest
import requests
import schemathesis
from fuzzing.asking import SECRET, Answer, Asked, new_set
from fuzzing.budget import SEED, examples
from fuzzing.checking import check_answer, check_journal, check_state
from fuzzing.tally import tried
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks

from prorata.fakes import listen
from prorata.fakes.control.openapi import document, schema_of

PATHS = {"ispmanager": "/ispmgr", "billmanager": "/billmgr"}
#: After so many requests a set is made anew: snapshots and forks are meant to be kept.
_RENEWED = 50
PATIENT = settings(
    max_examples=examples(20),
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


class Renewed:
    """Answers for one place of a set of panels that is replaced from time to time."""

    def __init__(self, place):
        self.place = place
        self.left = 0
        self.app = None

    async def __call__(self, scope, receive, send):
        """Pass a request on."""
        if not self.left:
            self.left = _RENEWED
            self.panels = new_set()
            self.app = self.panels.apps[self.place]
        self.left -= 1
        await self.app(scope, receive, send)


class Named(Renewed):
    """Answers `/NAME/FUNCTION` as the panel does `func=FUNCTION`, since paths name operations."""

    def __init__(self, name):
        super().__init__(PATHS[name])
        self.name = name

    async def __call__(self, scope, receive, send):
        """Put the function's name into the query, and ask as the panel's master."""
        if scope["type"] != "http":
            return
        login = {"ispmanager": "root", "billmanager": "admin"}[self.name]
        func = scope["path"].rpartition("/")[2]
        added = f"func={func}&out=json&authinfo={login}:prorata".encode()
        query = b"&".join(filter(None, [scope["query_string"], added]))
        await super().__call__({**scope, "path": self.place, "query_string": query}, receive, send)


def panel_document(panel, functions):
    """Return an OpenAPI document of a panel's functions, as many as there is time for.

    Parameters are fields of a form.
    """
    names = sorted(functions)
    chosen = Random(SEED).sample(names, min(len(names), examples(12)))
    return {
        "openapi": "3.1.0",
        "info": {"title": "panel", "version": "6"},
        "paths": {f"/{panel}/{name}": {"post": operation(functions[name])} for name in chosen},
    }


def operation(function):
    """Return a function as an operation: any answer is a document."""
    fields = {param.name: schema_of(param) for param in function.params}
    for param in function.params:
        if param.secret:
            fields[param.name] = {"type": "string", "enum": [SECRET, f"{SECRET} &<>"]}
    fields["sok"] = {"type": "string", "enum": ["", "ok"]}
    form = {
        "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": fields}}
    }
    answer = {"application/json": {"schema": {"type": ["object", "array"]}}}
    return {
        "operationId": function.name,
        "requestBody": {"content": form},
        "responses": {"200": {"description": "An answer", "content": answer}},
    }


CONTROL = Renewed("/_prorata")
NAMED = {f"/{name}": Named(name) for name in PATHS}
control_schema = schemathesis.openapi.from_dict(document() | {"servers": [{"url": "/_prorata"}]})


@pytest.fixture(scope="module")
def url():
    """Where all three are served."""
    with listen({"/_prorata": CONTROL, **NAMED}) as server:
        yield server.url


@pytest.fixture(scope="module")
def session():
    """Connections that are used again."""
    with requests.Session() as opened:
        yield opened


@control_schema.parametrize()
@PATIENT
def test_control(case, url, session):
    """Control answers as its document says, and refuses what the document does not admit."""
    tried("control: by its OpenAPI document")
    # What is well-formed may still be refused: an instant in the past, a name that is not there.
    # A number may come as a text, and null or nothing for what is left out.
    case.call_and_validate(
        base_url=f"{url}/_prorata",
        session=session,
        excluded_checks=[
            checks.negative_data_rejection,
            checks.positive_data_acceptance,
            checks.unsupported_method,
        ],
    )


def panel_tests(name):
    """Return the test of a panel's functions."""
    app = NAMED[f"/{name}"]
    schema = schemathesis.openapi.from_dict(panel_document(name, new_set().panels[name].functions))

    @schema.parametrize()
    @PATIENT
    def test(case, url, session):
        """A panel answers each function's parameters, good and bad, by a document."""
        tried(f"{name}: by an OpenAPI document of its functions")
        said = case.call(base_url=url, session=session)
        sent = json.dumps(case.body, default=str).encode() if case.body else b""
        content = {b"content-type": said.headers["content-type"][0].encode()}
        check_answer(Asked(app.place, b"", sent), Answer(said.status_code, content, said.content))
        if app.left == 0:
            check_state(app.panels)
            check_journal(app.panels)

    return test


test_ispmanager = panel_tests("ispmanager")
test_billmanager = panel_tests("billmanager")
