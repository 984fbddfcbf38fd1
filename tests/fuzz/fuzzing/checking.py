"""What every answer must be, whatever was asked, and every state, whatever was done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from fuzzing.asking import SECRET

from prorata.reference.engine.invariants import check

if TYPE_CHECKING:
    from fuzzing.asking import Answer, Asked

    from prorata.fakes.control import Panels

__all__ = ["check_answer", "check_control", "check_journal", "check_state"]

#: A byte of a request comes back in an error and in the echo, several times, and escaped.
_TIMES = 48
_KIB = 1024


def check_answer(asked: Asked, answer: Answer) -> str:
    """Check a panel's answer; return the `type/object` of its error, or nothing."""
    _check_size(asked, answer)
    assert SECRET.encode() not in answer.body
    if answer.status != 200:
        assert 400 <= answer.status < 500, answer.status
        assert len(answer.body) < _KIB
        return f"http/{answer.status}"
    kind = answer.headers[b"content-type"].partition(b";")[0].decode()
    return _READ[kind](answer.body)


def check_control(asked: Asked, answer: Answer) -> dict[str, Any]:
    """Check an answer of control; return what it says."""
    _check_size(asked, answer)
    assert b"application/json" == answer.headers[b"content-type"]
    assert 200 <= answer.status < 500, answer.status
    said: dict[str, Any] = _json(answer.body)
    assert isinstance(said, dict)
    if answer.status == 200:
        assert "error" not in said
    else:
        assert said["error"]["message"]
    return said


def check_journal(panels: Panels) -> None:
    """Nothing that is secret is in the journal or in the dump, and all of it is JSON."""
    for line in panels.journal.lines():
        assert SECRET not in line
        _json(line.encode("utf-8"))
    dumped = json.dumps(panels.dump())
    assert SECRET not in dumped


def check_state(panels: Panels) -> None:
    """Whatever somebody owns, there is such a user; and the books of the billing are right."""
    panel = panels.ispmanager
    users: Mapping[str, Any] = {} if panel is None else panel.users
    if panel is not None:
        known = {"", panel.login, *users}
        for name, user in users.items():
            assert name == user.name
        for kind, key, owner in _owned(panel.state):
            assert owner in known, (kind, key, owner)
    if panels.billmanager is not None:
        panels.billmanager.catch_up()
        assert [] == check(panels.billmanager.billing, users)


def _owned(state: Any) -> list[tuple[str, str, str]]:
    found = []
    for kind in type(state).__dataclass_fields__:
        things = getattr(state, kind)
        if isinstance(things, Mapping):
            found += [
                (kind, str(key), thing.owner)
                for key, thing in things.items()
                if hasattr(thing, "owner")
            ]
    return found


def _check_size(asked: Asked, answer: Answer) -> None:
    """Check that an answer is not of another order of size than its request."""
    sent = len(asked.query) + len(asked.body) + len(asked.path)
    assert len(answer.body) <= _TIMES * sent + 512 * _KIB
    length = answer.headers.get(b"content-length")
    assert length is None or asked.method == "HEAD" or int(length) == len(answer.body)


def _refuse(text: str) -> Any:
    raise AssertionError(f"{text} is no JSON")


def _json(raw: bytes) -> Any:
    return json.loads(raw.decode("utf-8"), parse_constant=_refuse)


def _xml(raw: bytes) -> str:
    root = ET.fromstring(raw)
    error = root.find("error")
    if error is None:
        return ""
    # Where a function is not about anything the object is empty; the rest never is.
    assert error.attrib["type"]
    assert "object" in error.attrib
    for name in ("msg", "detail"):
        assert error.findtext(name), name
    assert any(param.get("name") == "object" for param in error.iter("param"))
    return f"{error.attrib['type']}/{error.attrib['object']}"


def _tree(raw: bytes) -> str:
    said = _json(raw)
    if not isinstance(said, dict):
        assert isinstance(said, list)
        return ""
    doc = said.get("doc", said)
    error = doc.get("error")
    if error is None:
        return ""
    assert ("ok" in doc) is False
    if "code" in error:
        assert error["code"]
        assert error["msg"]
        return f"{error['code']}/{error.get('object', '')}"
    for name in ("msg", "detail"):
        assert error[name]["$"], name
    assert isinstance(error["param"], list)
    return f"{error['$type']}/{error['$object']}"


def _text(raw: bytes) -> str:
    raw.decode("utf-8")
    return ""


_READ: Mapping[str, Any] = {
    "text/xml": _xml,
    "application/json": _tree,
    "text/plain": _text,
    "text/html": _text,
}
