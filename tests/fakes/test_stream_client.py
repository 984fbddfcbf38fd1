"""A client that speaks HTTP by itself, over asyncio's streams, in all the ways that are allowed."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from prorata.fakes import serve

_SEED = {
    "tariffs": {"start": {"id": 10, "prices": {"1 month": "3.10"}, "template": "starter"}},
    "clients": {"Анна": {"balance": "100.00", "realname": "Анна"}},
    "ispmanager": {"presets": {"starter": {}}},
}
_BOUNDARY = b"a-boundary"


class Stream:
    """One connection, which is kept: requests are sent, answers are read, each by itself."""

    def __init__(self, reader, writer, path):
        self.reader, self.writer, self.path = reader, writer, path
        self.cookie = ""

    def send(self, method, query="", body=b"", **headers):
        """Send a request, whatever was not answered yet."""
        lines = [f"{method} {self.path}{query and '?'}{query} HTTP/1.1", "hOsT: localhost"]
        lines += [f"{name.replace('_', '-')}:  {value} " for name, value in headers.items()]
        lines += [f'Cookie: theme=x; {self.cookie}; b="c"'] if self.cookie else []
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    def send_form(self, form, **headers):
        """Send a form by POST."""
        body = form.encode()
        self.send("POST", "", body, content_length=len(body), **headers)

    def send_parts(self, size, **fields):
        """Send a multipart form in chunks of a size, as who does not know its length."""
        head = b"--%b\r\ncontent-disposition: form-data; name=%b\r\nContent-Type: text/plain"
        parts = b"".join(
            (head + b"\r\n\r\n%b\r\n") % (_BOUNDARY, name.encode(), value.encode())
            for name, value in fields.items()
        )
        whole = b"a preamble\r\n" + parts + b"--%b--\r\n" % _BOUNDARY
        pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
        body = b"".join(b"%X;x=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
        kind = f'Multipart/Form-Data; charset=utf-8; boundary="{_BOUNDARY.decode()}"'
        ends = b"0\r\nX-Trailer: 1\r\n\r\n"
        self.send("POST", "", body + ends, content_type=kind, transfer_encoding="chunked")

    async def head(self):
        """Read the head of an answer; keep its cookie."""
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        if "set-cookie" in headers:
            self.cookie = headers["set-cookie"].partition(";")[0]
        return int(lines[0].split(" ")[1]), headers

    async def answer(self):
        """Read an answer whole, as bytes."""
        status, headers = await self.head()
        assert (200, False) == (status, "transfer-encoding" in headers)
        return await self.reader.readexactly(int(headers["content-length"]))

    async def doc(self):
        """Read an answer in JSON."""
        return json.loads(await self.answer())["doc"]


@pytest.fixture
def panels():
    """Both panels on ports."""
    with serve("all", seed=_SEED) as there:
        yield there


@asynccontextmanager
async def _open(panels, which):
    url = urlsplit(panels.urls[which])
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    try:
        yield Stream(reader, writer, url.path)
    finally:
        writer.close()
        await writer.wait_closed()


def _talk(panels, which, story):
    async def told():
        async with _open(panels, which) as stream:
            await asyncio.wait_for(story(stream), 20)

    asyncio.run(told())


@pytest.mark.parametrize("size", [1, 13, 10_000])
def test_a_login_in_chunks_and_a_cookie(panels, size):
    """A multipart form in chunks opens a session, whose cookie stands among others."""

    async def story(stream):
        stream.send_parts(size, func="auth", username="Анна", password="prorata", out="xjson")
        assert (await stream.doc())["auth"]["$id"] in stream.cookie
        stream.send("GET", "func=whoami&out=json")
        assert "Анна" == (await stream.doc())["user"]["$name"]
        stream.send_parts(size, func="vhost.order.param", pricelist="10", period="1",
                          domain="пример.рф", skipbasket="on", sok="ok", out="json")  # fmt: skip
        assert "1" == (await stream.doc())["id"]["$"]
        stream.send("GET", "func=vhost&out=json")
        assert "пример.рф" == (await stream.doc())["elem"][0]["domain"]["$"]

    _talk(panels, "billmanager", story)
    assert "96.90" == panels.billmanager.balance("Анна")  # 100.00 − 3.10


def test_answers_come_in_the_order_of_their_requests(panels):
    """Forms, queries and HEAD, in all formats, sent in one go: each is answered in its turn."""
    login = "authinfo=%d0%90%D0%BD%d0%BD%D0%B0:prorata"

    async def story(stream):
        stream.send_form(f"{login}&func=usrparam&out=devel", content_type="text/plain")
        stream.send("HEAD", f"{login}&func=usrparam&out=text")
        stream.send("GET", f"{login}&func=usrparam&out=bjson", accept_encoding="gzip, br")
        stream.send("GET", f"func=nothing&func=usrparam&{login}&out=text&out=JSONdata")
        stream.send("GET", f"{login}&out=text", b"func=usrparam", Content_Length=13)
        stream.send_form("func=usrparam&out=text")
        await stream.writer.drain()
        assert "Анна" == ET.fromstring(await stream.answer()).findtext("realname")
        status, headers = await stream.head()
        assert 200 == status
        assert "Анна" == json.loads(await stream.answer())["realname"]
        assert "Анна" == json.loads(await stream.answer())["realname"]
        text = await stream.answer()
        assert int(headers["content-length"]) == len(text)
        assert "realname=Анна\n" in text.decode()
        assert (await stream.answer()).startswith(b"ERROR auth(session)")

    _talk(panels, "billmanager", story)


def test_a_body_waits_until_it_is_asked_for(panels):
    """Who says so is told to go on before the body is sent, time after time."""

    async def story(stream):
        for number in range(3):
            form = (
                f"authinfo=root:prorata&func=user.add&name=u{number}&passwd=a%2Bb+c&sok=ok&out=json"
            )
            stream.send("POST", "", content_length=len(form), expect="100-continue")
            assert b"HTTP/1.1 100 " == (await stream.reader.readuntil(b"\r\n\r\n"))[:13]
            stream.writer.write(form.encode())
            assert f"u{number}" == (await stream.doc())["id"]["$"]
            # A plus is a blank, unless it is escaped; in both cases of the escape's digits.
            stream.send("GET", f"authinfo=u{number}:a%2bb%20c&func=whoami&out=json")
            assert "16" == (await stream.doc())["user"]["$level"]

    _talk(panels, "ispmanager", story)


def test_hundreds_of_calls_on_one_connection(panels):
    """They are all noted, and the connection is still there."""

    async def story(stream):
        for _ in range(300):
            stream.send("GET", "authinfo=root:prorata&func=user&out=json&p_cnt=1")
        names = [(await stream.doc())["elem"][0]["name"]["$"] for _ in range(300)]
        assert ["www-root"] * 300 == names

    _talk(panels, "ispmanager", story)
    assert 300 == len(panels.journal.find(func="user"))


@pytest.mark.parametrize("escaped", [True, False])
def test_names_of_another_script(panels, escaped):
    """UTF-8 is read, escaped or as it is; what is none is refused, by the name of the field."""

    async def story(stream):
        for kind, bad in (("utf-8", False), ("cp1251", True)):
            name = "Пётр".encode(kind)
            text = "".join(f"%{byte:02x}" for byte in name).encode() if escaped else name
            line = b"GET /ispmgr?authinfo=root:prorata&out=json&sok=ok&passwd=secret&func=user.add"
            stream.writer.write(
                line
                + b"&name=%b&fullname=%b HTTP/1.1\r\nHost: localhost\r\n\r\n"
                % (kind.replace("-", "").encode(), text)
            )
            doc = await stream.doc()
            assert bad == ("error" in doc)
            assert not bad or "fullname" == doc["error"]["$object"]

    _talk(panels, "ispmanager", story)
    assert "Пётр" == panels.ispmanager.users["utf8"].fullname
    assert "cp1251" not in panels.ispmanager.users
