"""From the bytes of a request to its parameters."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.mgr5.bodies import LONGEST, check_texts, read_beginning, read_body, read_form
from prorata.fakes.mgr5.errors import Mgr5Error, bad_value
from prorata.fakes.mgr5.rows import RowPiece
from prorata.fakes.mgr5.secrets import beginning, is_secret, masked
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prorata.fakes.asgi import Scope

__all__ = ["Mgr5Request", "Parsed", "read_request", "shown"]

_ELEMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")
#: Larger requests are read anew each time: they hardly come twice.
_REPEATED: Final = 1024
#: A parameter takes up about this many bytes beside its texts.
_EACH: Final = 200
#: What the journal keeps of a call that weighs more than this is cut to size.
_HEAVY: Final = 64 * 1024
_CUT: Final = 1024
_MANY: Final = 32


class Parsed:
    """All that a query and a body say, for as long as the same bytes come again.

    `params` is never changed. `trouble` is why the call cannot be run, where it cannot.
    """

    __slots__ = ("_echo", "_noted", "args", "func", "params", "trouble", "weight")

    def __init__(self, params: Mapping[str, str], trouble: Mgr5Error | None) -> None:
        self.params = params
        self.func = masked(_readable(params.get("func", "")))
        #: About how many bytes it takes up in memory.
        self.weight = sum(map(len, params)) + sum(map(len, params.values())) + _EACH * len(params)
        self.trouble = trouble or _text_trouble(params)
        #: What functions have read of the parameters, by function: it cannot come out otherwise.
        self.args: dict[Any, Any] = {}
        self._noted: Mapping[str, str] | None = None
        self._echo: RowPiece | None = None

    @property
    def noted(self) -> Mapping[str, str]:
        """The parameters for the journal: no secrets, and not the function's name."""
        if self._noted is None:
            known = shown(self.params)
            self._noted = {name: text for name, text in known.items() if name != "func"}
        return self._noted

    @property
    def kept(self) -> Parsed:
        """Itself, or what is left of a very large one: the first parameters, none of them long."""
        if self.weight <= _HEAVY:
            return self
        names = [name for name in self.params if len(name) <= _CUT][:_MANY]
        return Parsed({name: beginning(self.params[name], _CUT) for name in names}, None)

    @property
    def echo(self) -> RowPiece:
        """The end of every document: `saved_filters`, and `tparams`, what was sent."""
        if self._echo is None:
            # Logins are not repeated, though the journal has them.
            known = shown(self.params)
            echoed = {name: text for name, text in known.items() if name != "username"}
            tparams = Node("tparams", "", {}, fields(echoed))
            self._echo = RowPiece((Node("saved_filters"), tparams))
        return self._echo


class Mgr5Request:
    """One call: all its parameters, where it came from, and the address it was made to."""

    __slots__ = ("address", "cookies", "func", "host", "params", "parsed")

    def __init__(self, parsed: Parsed, cookies: Mapping[str, str], address: str, host: str) -> None:
        self.parsed = parsed
        self.params = parsed.params
        #: The function's name; empty when the caller named none.
        self.func = parsed.func
        self.cookies = cookies
        self.address = address
        self.host = host

    @property
    def noted(self) -> Mapping[str, str]:
        """The parameters for the journal."""
        return self.parsed.noted

    def check(self) -> None:
        """Raise a `value` error where the parameters are no text, too many or too deep."""
        if self.parsed.trouble is not None:
            raise self.parsed.trouble.again()


def read_request(scope: Scope, body: bytes) -> Mgr5Request:
    """Merge the query and the body. Which of them wins is not documented; here the body does."""
    host, cookie, kind, coding = b"localhost", b"", b"", b""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value
        elif name == b"cookie":
            cookie = cookie + b"; " + value if cookie else value
        elif name == b"content-type":
            kind = value
        elif name == b"content-encoding":
            coding = value.strip().lower()
    query = scope["query_string"]
    if not body:
        kind = b""
    read = _parsed if len(query) + len(body) + len(kind) <= _REPEATED else _parsed.__wrapped__
    client = scope.get("client")
    coded = body and coding not in {b"", b"identity"}
    return Mgr5Request(
        _unread(read(query, b"", b""), coding) if coded else read(query, body, kind),
        dict(_cookies(cookie.decode("latin-1"))) if cookie else _NO_COOKIES,
        client[0] if client else "",
        _host(scope.get("scheme", "http"), host),
    )


_NO_COOKIES: Mapping[str, str] = {}


@lru_cache(maxsize=64)
def _host(scheme: str, host: bytes) -> str:
    return f"{scheme}://{host.decode('latin-1')}"


@lru_cache(maxsize=1024)
def _parsed(query: bytes, body: bytes, kind: bytes) -> Parsed:
    params: dict[str, str] = {}
    trouble: Mgr5Error | None = None
    try:
        params |= read_form(query)
        params |= read_body(body, kind.decode("latin-1"))
        check_texts(params)
    except Mgr5Error as error:
        # Not the one that was raised: its traceback holds on to the whole body.
        trouble = error.again()
        if len(body) > LONGEST:
            params = {**read_beginning(body), **Parsed(params, trouble).kept.params}
    return Parsed(params, trouble)


def _unread(parsed: Parsed, coding: bytes) -> Parsed:
    """Return what the query says, where the body cannot be read."""
    why = "Bodies are read as they are; send it without content-encoding"
    error = bad_value("content-encoding", coding[:_CUT].decode("ascii", "replace"), why)
    return Parsed(parsed.params, parsed.trouble or error)


def shown(params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that may be repeated to people.

    These are neither credentials nor those with a name that no XML element can have, and in their
    texts what is secret is hidden.
    """
    names = (name for name in params if _ELEMENT_NAME.fullmatch(name) and not is_secret(name))
    return {name: masked(_readable(params[name])) for name in names}


def _cookies(header: str) -> Iterable[tuple[str, str]]:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        yield name, value.strip('"')


def _text_trouble(params: Mapping[str, str]) -> Mgr5Error | None:
    for name, value in params.items():
        if not (_is_text(name) and _is_text(value)):
            safe = "" if is_secret(name) else _readable(value)
            return bad_value(_readable(name), safe, "Not UTF-8 text")
    return None


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _readable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
