"""The flat formats: `JSONdata`, `bjson`, `text`, and what the panel's own pages ask for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prorata.fakes.mgr5.arrays import is_array
from prorata.fakes.mgr5.metadata import described
from prorata.fakes.mgr5.tree import Node, clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.fakes.mgr5.answers import Mgr5Answer

__all__ = ["as_ajax", "as_bjson", "as_flat_json", "as_text"]


def flat(nodes: Sequence[Node], within: str = "doc") -> dict[str, Any]:
    """Map elements to texts: an attribute of `x` is `x_attribute`, what comes twice an array."""
    mapped: dict[str, Any] = {}
    for node in nodes:
        value = flat(node.children, node.name) if node.children else clean(node.text)
        if node.name not in mapped:
            mapped[node.name] = [value] if is_array(node.name, within) else value
        elif isinstance(mapped[node.name], list):
            mapped[node.name].append(value)
        else:
            mapped[node.name] = [mapped[node.name], value]
        mapped |= {f"{node.name}_{name}": clean(text) for name, text in node.attrs.items()}
    return mapped


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _rows(answer: Mgr5Answer) -> list[dict[str, Any]]:
    return [flat(row.nodes[0].children, "elem") for row in answer.rows.rows] if answer.rows else []


def _told(error: Node) -> dict[str, str]:
    """Return the parts of an error that clients read."""
    texts = {each.name: clean(each.text) for each in error.children if each.name != "param"}
    kind, about = error.attrs["type"], error.attrs.get("object", "")
    value = next((each.text for each in error.children if each.attrs.get("name") == "value"), "")
    return {"code": kind, "type": kind, "object": about, "value": clean(value)} | texts


def _values(answer: Mgr5Answer) -> Sequence[Node]:
    return [node for node in answer.before.nodes if node.name != "slist"]


def as_flat_json(answer: Mgr5Answer) -> bytes:
    """Return a list as an array of objects, and anything else as one object."""
    if answer.shape == "error":
        return _dumped({"error": _told(answer.before.nodes[0])})
    return _dumped(_rows(answer) if answer.rows is not None else flat(_values(answer)))


def as_bjson(answer: Mgr5Answer) -> bytes:
    """Return what the installations that speak `bjson` do, as far as a client of theirs reads it.

    An id is `{"v": "100"}`, a form's values are the `model`, and a coded column `item_status` has
    its code beside it as `item_status_orig`.
    """
    return _dumped({"func": clean(answer.func), **_BJSON[answer.shape](answer)})


def _bjson_error(answer: Mgr5Answer) -> dict[str, Any]:
    return {"error": _told(answer.before.nodes[0])}


def _bjson_list(answer: Mgr5Answer) -> dict[str, Any]:
    return {"elem": _rows(answer), **flat(answer.after.nodes)}


def _bjson_form(answer: Mgr5Answer) -> dict[str, Any]:
    titles = [
        {"name": each.attrs["name"], "msg": clean(each.text)}
        for node in described(answer).before.nodes
        if node.name == "messages"
        for each in node.children
    ]
    lists = {
        node.attrs["name"]: [{"k": v.attrs["key"], "v": clean(v.text)} for v in node.children]
        for node in answer.before.nodes
        if node.name == "slist"
    }
    return {"model": flat(_values(answer)), "slist": lists, "messages": titles}


def _bjson_done(answer: Mgr5Answer) -> dict[str, Any]:
    ids = {
        node.name: {"v": clean(node.text)}
        for node in reversed(answer.before.nodes)  # of several the first: clients read one
        if node.name in {"id", "item.id"}
    }
    return flat(answer.before.nodes) | ids


_BJSON = {
    "done": _bjson_done,
    "error": _bjson_error,
    "form": _bjson_form,
    "list": _bjson_list,
}


def as_ajax(answer: Mgr5Answer) -> bytes:
    """Return what a panel's own pages are answered, as far as clients that pose as one read it.

    The rows of a list are the `content`, a value is `{"v": "100"}`; that something went wrong is
    told by the status of the `message`, and why by the `warning` of the element.
    """
    return _dumped({"func": clean(answer.func), **_AJAX[answer.shape](answer)})


def _ajax_error(answer: Mgr5Answer) -> dict[str, Any]:
    told = _told(answer.before.nodes[0])
    sent = {each.name: each.text for node in answer.echo.nodes for each in node.children}
    why = {"msg": told["msg"]}
    warning = {"warning": {clean(sent["elid"]): why}} if sent.get("elid") else {}
    return {"message": [{"status": "error", **why}], **warning, "error": told}


def _ajax_list(answer: Mgr5Answer) -> dict[str, Any]:
    rows = answer.rows.rows if answer.rows else ()
    return {"content": [_cells(row.nodes[0]) for row in rows], **flat(answer.after.nodes)}


def _cells(row: Node) -> dict[str, Any]:
    return {
        node.name: {"v": flat(node.children, node.name) if node.children else clean(node.text)}
        | {name: clean(text) for name, text in node.attrs.items()}
        for node in row.children
    }


def _ajax_done(answer: Mgr5Answer) -> dict[str, Any]:
    return {"message": [{"status": "ok"}], **_bjson_done(answer)}


_AJAX = {
    "done": _ajax_done,
    "error": _ajax_error,
    "form": _bjson_form,
    "list": _ajax_list,
}


def as_text(answer: Mgr5Answer) -> bytes:
    """Return a list as one line for each row, a form as one line for each value.

    In a row stands the code of what has a code and a title, as captures show. An error begins with
    its type and, in brackets, its object, which clients look for; success no document spells.
    """
    if answer.shape == "error":
        told = _told(answer.before.nodes[0])
        about = f"({told['object']})" if told["object"] else ""
        lines = [f"ERROR {told['type']}{about}: {told['msg']}"]
    elif answer.rows is not None:
        lines = [" ".join(map(_cell, row.nodes[0].children)) for row in answer.rows.rows]
    else:
        lines = _pairs(_values(answer))
    return "".join([f"{_one_line(line)}\n" for line in lines]).encode()


def _pairs(nodes: Sequence[Node]) -> list[str]:
    return ["OK" if node.name == "ok" and not node.text else _pair(node) for node in nodes]


def _cell(node: Node) -> str:
    return f"{node.name}={node.attrs['orig']}" if "orig" in node.attrs else _pair(node)


def _pair(node: Node) -> str:
    text = node.text or " ".join(_pairs(node.children))
    shown = text or " ".join([f"{name}={value}" for name, value in node.attrs.items()])
    return f"{node.name}={shown}"


def _one_line(text: str) -> str:
    return " ".join(clean(text).splitlines())
