"""An answer as bytes: one writer for each value of `out`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.fakes.mgr5.arrays import is_array
from prorata.fakes.mgr5.flat import as_ajax, as_bjson, as_flat_json, as_text
from prorata.fakes.mgr5.metadata import described
from prorata.fakes.mgr5.tree import Node, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.fakes.mgr5.answers import Mgr5Answer
    from prorata.fakes.mgr5.rows import RowPiece, RowsPage

__all__ = ["AJAX", "DEFAULT", "FORMATS", "Format", "as_json", "as_xml", "plain"]

_SPECIAL = re.compile('[&<>"\t\n\r]')
# Unescaped, a parser would turn a carriage return into a line feed, and all blanks of an attribute
# into spaces.
_ESCAPES = {ord(char): f"&#{ord(char)};" for char in "\t\n\r"} | {
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord('"'): "&quot;",
}


class Format(NamedTuple):
    """How one value of `out` is written, and the content type it is sent with."""

    content_type: bytes
    render: Callable[[Mgr5Answer], bytes]


def as_xml(root: Node) -> bytes:
    """Return the XML declaration and, on the line below it, the whole tree."""
    parts: list[str] = [_DECLARATION]
    _write(root, parts.append)
    parts.append("\n")
    return "".join(parts).encode()


_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _write(node: Node, put: Callable[[str], None]) -> None:
    put(f"<{node.name}")
    for name, value in node.attrs.items():
        put(f' {name}="{_escape(value)}"')
    if not node.text and not node.children:
        put("/>")
        return
    put(f">{_escape(node.text)}")
    for child in node.children:
        _write(child, put)
    put(f"</{node.name}>")


def _escape(text: str) -> str:
    text = clean(text)
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def as_json(root: Node) -> bytes:
    """Return the tree as one JSON object whose only key is the root's name."""
    return _dumped({root.name: plain(root)})


def _dumped(value: object) -> bytes:
    return _ENCODE(value).encode()


_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def plain(node: Node) -> dict[str, object]:
    """Map a node: attributes to `$name`, text to `$`, nothing at all to `{}`."""
    mapped: dict[str, object] = {f"${name}": clean(text) for name, text in node.attrs.items()}
    if node.text:
        mapped["$"] = clean(node.text)
    mapped |= _by_name(node.children, node.name)
    return mapped


def _by_name(nodes: Sequence[Node], within: str = "doc") -> Mapping[str, Any]:
    groups: dict[str, list[dict[str, object]]] = {}
    for child in nodes:
        groups.setdefault(child.name, []).append(plain(child))
    return {
        name: several if len(several) > 1 or is_array(name, within) else several[0]
        for name, several in groups.items()
    }


def _xml(answer: Mgr5Answer) -> bytes:
    rows = b"" if answer.rows is None else _xml_rows(answer.rows)
    before, after, echo = map(_xml_of, (answer.before, answer.after, answer.echo))
    parts = (_DECLARATION.encode(), _start(answer.attrs), before, rows, after, echo)
    return b"%b%b%b%b%b%b</doc>\n" % parts


def _xml_rows(page: RowsPage) -> bytes:
    """Return all rows of a page, written once as long as it is kept."""
    written = page.written.get("xml")
    if written is None:
        written = page.written["xml"] = b"".join(map(_xml_of, page.rows))
    return written


def _xml_of(piece: RowPiece) -> bytes:
    written = piece.written.get("xml")
    if written is None:
        parts: list[str] = []
        for node in piece.nodes:
            _write(node, parts.append)
        written = piece.written["xml"] = "".join(parts).encode()
    return written


def _start(attrs: RowPiece) -> bytes:
    """Return the root's start tag."""
    written = attrs.written.get("start")
    if written is None:
        named = attrs.nodes[0].attrs.items() if attrs.nodes else ()
        inside = "".join([f' {name}="{_escape(value)}"' for name, value in named])
        written = attrs.written["start"] = f"<doc{inside}>".encode()
    return written


def _json(answer: Mgr5Answer) -> bytes:
    parts = [answer.attrs.written.get("root") or _root_of(answer.attrs), _inside(answer.before)]
    if answer.rows is not None and answer.rows.rows:
        parts.append(_json_rows(answer.rows, alone=answer.alone))
    parts += (_inside(answer.after), _inside(answer.echo))
    return b'{"doc":{%b}}' % b",".join([part for part in parts if part])


def _json_rows(page: RowsPage, *, alone: bool) -> bytes:
    """Return all rows of a page as the member `elem`, written once as long as it is kept."""
    if alone and len(page.rows) == 1:
        return b'"elem":' + _row_of(page.rows[0])
    written = page.written.get("json")
    if written is None:
        rows = b",".join(map(_row_of, page.rows))
        written = page.written["json"] = b'"elem":[%b]' % rows
    return written


def _inside(piece: RowPiece) -> bytes:
    """Return the elements as members of an object, without its braces."""
    written = piece.written.get("json")
    if written is None:
        written = piece.written["json"] = _dumped(_by_name(piece.nodes))[1:-1]
    return written


def _row_of(row: RowPiece) -> bytes:
    written = row.written.get("json")
    if written is None:
        written = row.written["json"] = _dumped(plain(row.nodes[0]))
    return written


def _root_of(attrs: RowPiece) -> bytes:
    mapped = plain(attrs.nodes[0]) if attrs.nodes else {}
    written = attrs.written["root"] = _dumped(mapped)[1:-1]
    return written


def _devel(answer: Mgr5Answer) -> bytes:
    """Return the XML with what describes it: columns or fields, and their titles."""
    return _xml(described(answer))


# The documents leave the content types open; clients do not look at them.
_XML: Final = b"text/xml; charset=UTF-8"
_JSON: Final = b"application/json; charset=UTF-8"
_TEXT: Final = b"text/plain; charset=UTF-8"

#: Without `out` a real panel shows its pages for people. Here is none, and XML tells as much.
DEFAULT: Final = "xml"
#: What calls with `sfrom=ajax` and no `out` are answered in, as a panel's own pages make them.
AJAX: Final = Format(_JSON, as_ajax)
FORMATS: Mapping[str, Format] = {
    "xml": Format(_XML, _xml),
    "devel": Format(_XML, _devel),
    "json": Format(_JSON, _json),
    "sjson": Format(_JSON, _json),
    # The panel's own pages use it; of its shape only `doc."item.id".$` is known, which JSON has.
    "xjson": Format(_JSON, _json),
    "bjson": Format(_JSON, as_bjson),
    "JSONdata": Format(_JSON, as_flat_json),
    "text": Format(_TEXT, as_text),
}
