"""A panel as a raw ASGI 3 application that speaks mgr5."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.fakes.asgi import Said
from prorata.fakes.failing import enact
from prorata.fakes.mgr5.answers import EMPTY, Mgr5Answer, head
from prorata.fakes.mgr5.errors import (
    Mgr5Error,
    access_denied,
    bad_password,
    bad_value,
    no_session,
)
from prorata.fakes.mgr5.formats import AJAX, DEFAULT, FORMATS, Format
from prorata.fakes.mgr5.functions import CallContext, absent
from prorata.fakes.mgr5.request import Mgr5Request, read_request
from prorata.fakes.mgr5.rows import Kept, RowPiece
from prorata.fakes.mgr5.running import run
from prorata.fakes.mgr5.traffic import USER, Who

if TYPE_CHECKING:
    from datetime import datetime

    from prorata.fakes.asgi import App, Receive, Scope, Send
    from prorata.fakes.faults import Fault, Faults
    from prorata.fakes.mgr5.functions import Mgr5Panel
    from prorata.fakes.mgr5.journal import JournalEntry
    from prorata.fakes.mgr5.request import Parsed

__all__ = ["LARGEST_BODY", "TIME", "mgr5_app", "usual_paths"]

LARGEST_BODY: Final = 16 * 1024 * 1024
TIME: Final = b"x-prorata-time"
"""The header that tells the simulated instant of an answer."""

_NOBODY = Who("", 0)
_METHODS = frozenset({"GET", "HEAD", "POST"})
_NO_METHOD: Final = 405
_PLAIN: Final = b"text/plain"
#: Some installations have an address of their own for programs.
_MORE_PATHS: Final = {"billmgr": ("/billmgr-api",)}
#: The calls that never reach the panel, or never get to run there.
_UNREACHED: Final = frozenset({"refused", "reset_before", "status"})


#: How many answers are kept to be given again, and how long one of them may be.
_MOST_RECENT: Final = 256
_LONGEST_RECENT: Final = 64 * 1024


class _GoneError(Exception):
    """The caller left before the request was whole."""


def usual_paths(binary: str) -> tuple[str, ...]:
    """Return the addresses that a panel answers at, unless its `paths` say otherwise.

    >>> usual_paths("billmgr")
    ('/billmgr', '/manager/billmgr', '/', '/billmgr-api')
    """
    return f"/{binary}", f"/manager/{binary}", "/", *_MORE_PATHS.get(binary, ())


def mgr5_app(panel: Mgr5Panel) -> App:
    """Return the application that answers for `panel`."""
    return _App(panel)


class _App:
    """One panel on the wire: what it has written before, and how it answers."""

    def __init__(self, panel: Mgr5Panel) -> None:
        self._panel = panel
        self._usual = usual_paths(panel.binary)
        self._rows: defaultdict[str, Kept] = defaultdict(Kept)
        self._functions = panel.functions
        self._stamp: tuple[datetime | None, bytes] = (None, b"")
        self._recent: dict[tuple[Parsed, str, bool], _Recent] = {}

    def respond(self, scope: Scope, body: bytes) -> Said | None:
        """Answer a request that is there whole, at once; None where something stands in the way."""
        panel = self._panel
        faults: Faults | None = getattr(panel, "faults", None)
        if (
            scope["path"] not in getattr(panel, "paths", self._usual)
            or scope["method"] not in _METHODS
            or len(body) > LARGEST_BODY
            or (faults is not None and faults.rules)
            or getattr(panel, "down", False)
        ):
            return None
        request = read_request(scope, body)
        recent = self._repeated(request)
        return self._said(*self._answered(request, None)) if recent is None else recent.said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; other kinds of connection are left alone."""
        if scope["type"] != "http":
            return
        paths, path = getattr(self._panel, "paths", self._usual), scope["path"]
        # A slash at the end makes no difference.
        if path not in paths and path.removesuffix("/") not in paths:
            await self._send(send, b"Not Found\n", _PLAIN, status=404)
        elif scope["method"] not in _METHODS:
            await self._send(send, b"Method Not Allowed\n", _PLAIN, status=_NO_METHOD)
        elif getattr(self._panel, "down", False):
            # As what stands before a panel answers for it, which learns nothing of the call.
            await self._send(send, b"Service Unavailable\n", _PLAIN, status=503)
        else:
            with suppress(_GoneError):
                await self._call(scope, receive, send)

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            await self._too_large(read_request(scope, b""), send)
            return
        request = read_request(scope, body)
        faults: Faults | None = getattr(self._panel, "faults", None)
        fault = None if faults is None else faults.decide(request.func, self._panel.binary)
        if fault is None or fault.kind == "error":
            await self._send(send, *self._answered(request, fault))
            return
        if fault.kind in _UNREACHED:
            status = fault.status if fault.kind == "status" else 0
            now = self._panel.clock.now()
            binary, calls = self._panel.binary, self._panel.traffic.calls
            calls.note(now, binary, request, status=status, fault=fault.kind)

        async def late(to: Send) -> None:
            await self._send(to, *self._answered(request, fault))

        await enact(fault, scope, send, late)

    async def _too_large(self, request: Mgr5Request, send: Send) -> None:
        error = bad_value("body", "", f"At most {LARGEST_BODY} bytes")
        written = _format(request)
        content = written.render(self._framed(_refusal(error), request))
        await self._send(send, content, written.content_type, status=413)

    def _answered(self, request: Mgr5Request, fault: Fault | None) -> tuple[bytes, bytes, str]:
        """Run one call and note it; return the content, its type and the cookie to set."""
        panel, written = self._panel, _format(request)
        recent = self._repeated(request) if fault is None else None
        if recent is not None:
            return recent.said.content, written.content_type, ""
        now = panel.clock.now()
        context = CallContext(panel, request, _NOBODY, now)
        error: Mgr5Error | None = None
        try:
            if fault is not None and fault.kind == "error":
                raise Mgr5Error(fault.type, fault.object, text=fault.text)  # noqa: TRY301  as any refusal
            answer = self._run(context)
        except Mgr5Error as refusal:
            # With its traceback it would be a circle that keeps the request in memory.
            error, answer = refusal.with_traceback(None), _refusal(refusal)
        # A call that is refused at the door is answered by a document without attributes and echo.
        if error is None or error.kind != "auth" or request.func == "auth":
            self._framed(answer, request)
        content = written.render(answer)
        entry = panel.traffic.calls.note(
            context.now,
            panel.binary,
            request,
            who=context.who.name,
            error=None if error is None else str(error),
            answer=content,
            fault=None if fault is None else fault.kind,
        )
        if len(content) <= _LONGEST_RECENT and _stays(context, answer):
            if len(self._recent) >= _MOST_RECENT:
                self._recent.clear()
            said = self._said(content, written.content_type)
            made_from = _made_from(panel, request, context.who.name)
            self._recent[self._key(request)] = _Recent(panel.changed, now, said, entry, made_from)
        return content, written.content_type, context.cookie

    def _key(self, request: Mgr5Request) -> tuple[Parsed, str, bool]:
        return request.parsed, request.host, self._alone()

    def _repeated(self, request: Mgr5Request) -> _Recent | None:
        """Note a call that is answered as it was before, and return that; None for another one."""
        key, panel = self._key(request), self._panel
        recent, now = self._recent.get(key), panel.clock.now()
        if recent is None:
            return None
        if recent.made_from is None:
            if recent.changed != panel.changed or recent.at != now:
                return None
        elif recent.made_from != _made_from(panel, request, recent.entry.who):
            return None
        elif recent.at != now:
            # The answer stays, and the time that it is told with does not.
            said = self._said(recent.said.content, _format(request).content_type)
            recent = self._recent[key] = recent._replace(at=now, said=said)
        panel.traffic.calls.note_again(recent.entry, now)
        return recent

    def _run(self, context: CallContext[Mgr5Panel]) -> Mgr5Answer:
        request = context.request
        request.check()
        out = request.params.get("out")
        if out and out not in FORMATS:
            raise bad_value("out", out, f"Expected one of {', '.join(FORMATS)}")
        functions = context.panel.functions
        if functions is not self._functions:
            # Another edition, whose rows have other columns.
            self._functions = functions
            self._rows.clear()
        called = functions.get(request.func)
        if called is None or called.level > _NOBODY.level:
            context.who = _caller(context)
        return run(functions, context, self._rows)

    def _framed(self, answer: Mgr5Answer, request: Mgr5Request) -> Mgr5Answer:
        panel = self._panel
        answer.func = request.func
        answer.attrs = head(panel.binary, request.func, request.host)
        answer.echo = request.parsed.echo
        answer.alone = self._alone()
        return answer

    def _alone(self) -> bool:
        return getattr(self._panel, "single_row_as_object", False)

    async def _send(
        self, send: Send, content: bytes, kind: bytes, cookie: str = "", status: int = 200
    ) -> None:
        headers = self._headers(content, kind, cookie)
        if status == _NO_METHOD:
            headers.append((b"allow", b"GET, HEAD, POST"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _said(self, content: bytes, kind: bytes, cookie: str = "") -> Said:
        head = [b"%b: %b\r\n" % header for header in self._headers(content, kind, cookie)]
        return Said(200, b"".join(head), content)

    def _headers(self, content: bytes, kind: bytes, cookie: str) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"content-type", kind),
            (b"content-length", b"%d" % len(content)),
            (TIME, self._time()),
        ]
        if cookie:
            headers.append((b"set-cookie", cookie.encode()))
        return headers

    def _time(self) -> bytes:
        now = self._panel.clock.now()
        if now != self._stamp[0]:
            self._stamp = now, now.isoformat().encode()
        return self._stamp[1]


class _Recent(NamedTuple):
    """An answer that is given again as long as nothing has changed and time stands.

    Where it is known what it was made from, it is as long as that is the same.
    """

    changed: int
    at: datetime
    said: Said
    entry: JournalEntry
    #: What it was made from, whatever else has changed, where that is known.
    made_from: object = None


def _made_from(panel: Mgr5Panel, request: Mgr5Request, who: str) -> object:
    """Return what an answer to an account is made from, None where its function does not tell."""
    function = panel.functions.get(request.func)
    if function is None or function.made_from is None or not who:
        return None
    return function.made_from(panel, who)


def _stays(context: CallContext[Mgr5Panel], answer: Mgr5Answer) -> bool:
    """Tell whether an answer depends on nothing but what the panel says when it changes.

    That is a page whose rows tell what they are made from, asked for without a session, which each
    call keeps alive.
    """
    page = answer.rows
    by_password = "authinfo" in context.request.params
    if by_password and _made_from(context.panel, context.request, context.who.name) is not None:
        return answer.shape == "list"
    return (
        page is not None
        and page.sources is not None
        and by_password
        and getattr(context.panel, "tells_changes", False)
    )


def _format(request: Mgr5Request) -> Format:
    out = request.params.get("out")
    if not out and request.params.get("sfrom") == "ajax":
        return AJAX
    return FORMATS.get(out or DEFAULT, FORMATS[DEFAULT])


def _refusal(error: Mgr5Error) -> Mgr5Answer:
    return Mgr5Answer("error", RowPiece((error.node(),)), None, EMPTY)


async def _body(receive: Receive) -> bytes | None:
    """Return the body, or None where it is too large: then the rest of it is not read.

    A caller who leaves in the middle raises `_GoneError`: half a request must not be carried out.
    """
    message = await receive()
    if message["type"] == "http.disconnect":
        raise _GoneError
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return None if len(body) > LARGEST_BODY else body
    parts, size = [body], len(body)
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            return None
    return b"".join(parts)


def _caller(context: CallContext[Mgr5Panel]) -> Who:
    """Return who calls: by `authinfo`, else by the `auth` parameter, else by the cookie."""
    params = context.request.params
    who = _by_password(context) if "authinfo" in params else _by_session(context)
    other = params.get("su")
    return who if not other else _as(context.panel, who, other)


def _by_password(context: CallContext[Mgr5Panel]) -> Who:
    # The first colon ends the login: logins hold none, passwords may.
    login, _, password = context.request.params["authinfo"].partition(":")
    who = context.panel.check(login, password)
    if who is None:
        raise bad_password(context.request.address)
    return who


def _by_session(context: CallContext[Mgr5Panel]) -> Who:
    request, panel = context.request, context.panel
    # The value of a cookie may have a skin and a language in front of the id: sirius:en:ID.
    cookie = request.cookies.get(f"{panel.binary}ses5", "").rpartition(":")[2]
    sid = request.params.get("auth") or cookie
    if not sid:
        raise no_session("Log in first")
    kept = panel.traffic.sessions.get(sid)
    name = panel.traffic.use(sid, request.address, context.now)
    who = panel.account(name) if name is not None else None
    if who is None:
        raise no_session("The session is over")
    if kept is not None and kept.used != context.now:
        panel.changed += 1
    context.session = sid
    return who


def _as(panel: Mgr5Panel, who: Who, other: str) -> Who:
    """Return the account that the caller acts as, where they may."""
    if who.level <= USER:
        # Who may act as nobody does not learn who there is.
        raise access_denied("su")
    account = panel.account(other)
    if account is None:
        raise absent(panel, "user", other)
    if account != who and not panel.may(who, account):
        raise access_denied("su")
    return account
