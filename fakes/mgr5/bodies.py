"""Queries and bodies: forms, multipart forms and JSON, whatever the request says they are."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from prorata.fakes.mgr5.errors import bad_value

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DEEPEST",
    "LONGEST",
    "MOST",
    "check_texts",
    "read_beginning",
    "read_body",
    "read_form",
]

MOST: Final = 10_000
"""How many parameters a query or a body may have."""

DEEPEST: Final = 16
"""How deep the lists and objects of a JSON body may lie in each other."""

LONGEST: Final = 256 * 1024
"""How long a form, or all texts of a body, may be: to read more would hold up others."""

#: How long a body is that is looked at at all: a multipart form says much beside its texts.
_LARGEST: Final = 8 * LONGEST
#: What is looked at of a larger one, to tell what was called.
_BEGINNING: Final = 64 * 1024
_FIRST: Final = 32
#: A body that has more of these, in texts or between them, is not even read: millions of small
#: values take up a hundred times the room that they took in the body.
_MOST_COMMAS: Final = 12_000
_DIGITS = "0123456789ABCDEFabcdef"
_BYTES = {(a + b).encode(): bytes([int(a + b, 16)]) for a in _DIGITS for b in _DIGITS}
#: Made once: to make it takes longer than to write what is small.
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode
_LONGEST_HEAD: Final = 8 * 1024
_BOUNDARY = re.compile(r'multipart/form-data\b.*?;\s*boundary="?([^";,]+)', re.IGNORECASE)
#: Some libraries, .NET's among them, leave out the quotes around a name.
_DISPOSITION = re.compile(
    rb"^content-disposition:[^;\r\n]*+"
    rb'(?:;[ \t]*+(?!name=)[^;="\r\n]++=(?:"[^"\r\n]*+"|[^;"\r\n]*+)[ \t]*+)*+'
    rb';[ \t]*+name=(?:"([^"\r\n]*+)"|([^;"\s]++))',
    re.IGNORECASE | re.MULTILINE,
)


def read_form(raw: bytes) -> dict[str, str]:
    """Return the parameters of a query or of a form's body; of one sent twice the last value.

    Bytes that are no UTF-8 become surrogates here. Raises a `value` error for too many.
    """
    if len(raw) > LONGEST:
        raise _too_large()
    if raw.count(b"&") >= MOST:
        raise _too_many()
    found = {}
    for pair in raw.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            found[_unquoted(name)] = _unquoted(value)
    return found


def read_beginning(raw: bytes) -> dict[str, str]:
    """Return the first parameters of a form that is too large to be read."""
    return read_form(b"&".join(raw[:_BEGINNING].split(b"&", _FIRST)[:_FIRST]))


def check_texts(params: Mapping[str, str]) -> None:
    """Raise a `value` error for parameters that are too long together."""
    if sum(map(len, params)) + sum(map(len, params.values())) > LONGEST:
        raise _too_large()


def _unquoted(raw: bytes) -> str:
    # The standard library's takes seconds for what is large and not ASCII.
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        first, *others = raw.split(b"%")
        known = _BYTES.get
        undone = [byte + each[2:] if (byte := known(each[:2])) else b"%" + each for each in others]
        raw = first + b"".join(undone)
    return _decoded(raw)


def read_body(raw: bytes, kind: str) -> dict[str, str]:
    """Return the parameters of a body.

    Clients send forms without saying so, and JSON under any content type: the bytes tell. Only
    where they do not, because JSON is broken, the content type decides: without one it is a form.
    Raises a `value` error for JSON that is broken or too deep, and for too many parameters.
    """
    if not raw:
        return {}
    if len(raw) > _LARGEST:
        raise _too_large()
    start = raw[:64].lstrip()
    if start[:1] == b"{":
        return _json(raw, kind)
    boundary = _boundary(start, raw, kind)
    return _multipart(raw, boundary) if boundary else read_form(raw)


def _too_many() -> Exception:
    return bad_value("params", "", f"At most {MOST} parameters")


def _too_large() -> Exception:
    return bad_value("body", "", f"At most {LONGEST} bytes of parameters")


def _json(raw: bytes, kind: str) -> dict[str, str]:
    if raw.count(b",") > _MOST_COMMAS:
        raise _too_many()
    try:
        values = json.loads(raw.decode("utf-8", "surrogateescape"))
        texts = {name: _text(value, DEEPEST) for name, value in values.items()}
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        if "json" in kind.lower():
            raise bad_value("body", "", f"Not JSON: {error}") from None
        return read_form(raw)
    if len(texts) > MOST:
        raise _too_many()
    return texts


def _too_deep() -> Exception:
    return bad_value("body", "", f"At most {DEEPEST} lists and objects in each other")


def _text(value: object, left: int) -> str:
    """Return a value as a form would have it: on and off, and elements joined by ', '."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        if not left:
            raise _too_deep()
        return ", ".join([_text(each, left - 1) for each in value])
    if isinstance(value, dict):
        _measure(value, left)
    return _ENCODE(value)


def _measure(value: object, left: int) -> None:
    if not isinstance(value, dict | list):
        return
    if not left:
        raise _too_deep()
    for each in value.values() if isinstance(value, dict) else value:
        _measure(each, left - 1)


def _boundary(start: bytes, raw: bytes, kind: str) -> bytes:
    named = _BOUNDARY.search(kind)
    if named:
        return named[1].encode("latin-1")
    if start[:2] != b"--":
        return b""
    first, _, rest = raw.lstrip().partition(b"\r\n")
    return first[2:] if rest[:512].lower().startswith(b"content-disposition: form-data") else b""


def _multipart(raw: bytes, boundary: bytes) -> dict[str, str]:
    """Return the fields of a multipart form; a file counts as the text that it holds."""
    # A boundary stands at the beginning of a line, and is all of it: elsewhere it is text.
    line = re.compile(rb"\r\n--" + re.escape(boundary) + rb"(?=--|[ \t]*+\r\n)")
    parts = line.split(b"\r\n" + raw.lstrip(), MOST + 2)[1:]
    if len(parts) > MOST + 1:
        raise _too_many()
    found = {}
    for part in parts:
        head, gap, value = part.partition(b"\r\n\r\n")
        name = _DISPOSITION.search(head, 0, _LONGEST_HEAD)
        if gap and name:
            found[_decoded(name[1] or name[2] or b"")] = _decoded(value)
    return found


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
