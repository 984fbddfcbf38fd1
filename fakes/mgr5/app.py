"""A panel as a raw ASGI 3 application that speaks mgr5."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from prorata.fakes.asgi import reply
from prorata.fakes.mgr5.errors import (
    Mgr5Error,
    access_denied,
    bad_password,
    bad_value,
    missed,
    no_session,
)
from prorata.fakes.mgr5.formats import DEFAULT, FORMATS, Format
from prorata.fakes.mgr5.functions import Context, run
from prorata.fakes.mgr5.request import Request, read_request, shown
from prorata.fakes.mgr5.traffic import ADMIN, Call, Who
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.asgi import App, Receive, Scope, Send
    from prorata.fakes.mgr5.functions import Panel

__all__ = ["LARGEST_BODY", "mgr5_app"]

LARGEST_BODY = 16 * 1024 * 1024
_NOBODY = Who("", 0)
_METHODS = frozenset({"GET", "HEAD", "POST"})


class _GoneError(Exception):
    """The caller left before the request was whole."""


def mgr5_app(panel: Panel) -> App:
    """Return the application that answers for `panel` below `/BINARY` and `/manager/BINARY`."""
    paths = {f"/{panel.binary}", f"/manager/{panel.binary}"}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] not in paths:
            await reply(send, 404, b"Not Found\n", "text/plain")
        elif scope["method"] not in _METHODS:
            await reply(send, 405, b"Method Not Allowed\n", "text/plain")
        else:
            with suppress(_GoneError):
                await _answer(panel, scope, receive, send)

    return app


async def _answer(panel: Panel, scope: Scope, receive: Receive, send: Send) -> None:
    body = await _body(receive)
    request = read_request(scope, body or b"")
    written = FORMATS.get(request.params.get("out") or DEFAULT, FORMATS[DEFAULT])
    if body is None:
        error = bad_value("body", "", f"At most {LARGEST_BODY} bytes")
        await _send(send, 413, _document(panel, request, [error.node()]), written)
        return
    root, cookie = _call(panel, request)
    await _send(send, 200, root, written, cookie)


async def _send(send: Send, status: int, root: Node, written: Format, cookie: str = "") -> None:
    await reply(send, status, written.render(root), written.content_type, cookie)


async def _body(receive: Receive) -> bytes | None:
    """Return the body, or None where it is too large: then the rest of it is not read.

    A caller who leaves in the middle raises `_GoneError`: half a request must not be carried out.
    """
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            return None
        more = message.get("more_body", False)
    return b"".join(parts)


def _call(panel: Panel, request: Request) -> tuple[Node, str]:
    """Run one call, note it, and return the answer's root and the cookie to set."""
    context = Context(panel, request, _NOBODY, panel.clock.now())
    error: Mgr5Error | None = None
    try:
        nodes = _run(context)
    except Mgr5Error as refusal:
        error, nodes = refusal, [refusal.node()]
    _note(context, error)
    # A call that is refused at the door is answered by a document without attributes and echo.
    bare = error is not None and error.kind == "auth" and request.func != "auth"
    root = Node("doc", "", {}, nodes) if bare else _document(panel, request, nodes)
    return root, context.cookie


def _run(context: Context[Panel]) -> Sequence[Node]:
    request = context.request
    request.check_text()
    if request.params.get("out", DEFAULT) not in FORMATS:
        raise bad_value("out", request.params["out"], f"Expected one of {', '.join(FORMATS)}")
    if request.func != "auth":
        context.who = _caller(context)
    return run(context.panel.functions, context)


def _caller(context: Context[Panel]) -> Who:
    """Return who calls: by `authinfo`, else by the `auth` parameter, else by the cookie."""
    request, panel = context.request, context.panel
    who = _by_password(context) if "authinfo" in request.params else _by_session(context)
    other = request.params.get("su")
    return who if not other else _as(panel, who, other)


def _by_password(context: Context[Panel]) -> Who:
    # The first colon ends the login: logins hold none, passwords may.
    login, _, password = context.request.params["authinfo"].partition(":")
    who = context.panel.check(login, password)
    if who is None:
        raise bad_password(context.request.address)
    return who


def _by_session(context: Context[Panel]) -> Who:
    request, panel = context.request, context.panel
    sid = request.params.get("auth") or request.cookies.get(f"{panel.binary}ses5", "")
    if not sid:
        raise no_session("Log in first")
    name = panel.traffic.use(sid, request.address, context.now)
    who = panel.account(name) if name is not None else None
    if who is None:
        raise no_session("The session is over")
    return who


def _as(panel: Panel, who: Who, other: str) -> Who:
    """Return the account that an administrator acts as."""
    if who.level < ADMIN:
        raise access_denied("su")
    account = panel.account(other)
    if account is None:
        raise missed("user", other)
    return account


def _note(context: Context[Panel], error: Mgr5Error | None) -> None:
    request = context.request
    params = {name: text for name, text in shown(request.params).items() if name != "func"}
    call = Call(context.now, request.func, params, None if error is None else str(error))
    context.panel.traffic.calls.append(call)


def _document(panel: Panel, request: Request, nodes: Sequence[Node]) -> Node:
    # Logins are not repeated, though the list of calls has them.
    echoed = {name: text for name, text in shown(request.params).items() if name != "username"}
    echo = Node("tparams", "", {}, fields(echoed))
    return Node("doc", "", _attributes(panel, request), [*nodes, Node("saved_filters"), echo])


def _attributes(panel: Panel, request: Request) -> Mapping[str, str]:
    return {
        "lang": "en",
        "func": request.func,
        "binary": f"/{panel.binary}",
        "host": request.host,
        "themename": "dragon",
        "features": "d41d8cd98f00b204e9800998ecf8427e",
        "notify": "",
        "theme": "/manimg/dragon/",
        "css": "main.css",
        "logo": "logo.png",
        "logolink": "",
        "favicon": "favicon.ico",
        "localdir": "default",
    }
