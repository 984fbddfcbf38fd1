"""Floods: more of everything than anybody needs. The panels stay up and do not grow."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest
from fuzzing.asking import SEED
from fuzzing.serving import raise_open_files, served
from fuzzing.tally import figure, tried
from fuzzing.wire import exchange, read_answers

WHICH = "ispmanager"
MIB = 1024 * 1024
#: What the memory of the process may grow by, in MiB, over all floods of a kind.
GROWTH = 64
#: A hostile body keeps the panel from answering others for so many seconds at most.
SECONDS = 5
TIMES = 50

_LOGIN = b"authinfo=root:prorata&out=json&func=user"
#: Bodies, and how many of each are sent.
LARGE = [
    (_LOGIN + b"&x=" + b"a" * (10 * MIB), 10),
    (_LOGIN + b"&elid=" + b"%41" * (3 * MIB), 3),
    (b'{"a":"' + b"b" * (10 * MIB) + b'"}', 13),
    (b"func=" + b"c" * (10 * MIB), 12),
    (b"func=auth&username=root&password=" + b"d" * (10 * MIB), 12),
]


@pytest.fixture(scope="module")
def server():
    """Panels on real ports, which have seen large bodies: what one takes up is there for the next.

    Memory that a process once had is seldom given back, so growth is measured from there.
    """
    raise_open_files()
    with served(WHICH, {"ispmanager": SEED["ispmanager"]}) as started:
        is_up(started)
        at_first = started.mebibytes()
        flood(started, [body for body, _ in LARGE] * 2)
        warm = started.mebibytes()
        figure("memory, served", f"{at_first:.0f} MiB, {warm:.0f} MiB after ten bodies of 10 MB")
        yield started


def head_of(server, length, *headers):
    """Return the head of a POST to the panel."""
    lines = [b"POST %s HTTP/1.1" % server.path(WHICH).encode(), b"Content-Length: %d" % length]
    return b"\r\n".join([*lines, *headers, b"", b""])


def flood(server, bodies):
    """Post bodies one after the other, each on its own connection; return the statuses."""
    port, statuses = server.port(WHICH), []
    for body in bodies:
        head = head_of(server, len(body), b"Connection: close")
        raw = exchange(port, [head, body])
        statuses += [each.status for each in read_answers(raw, bodiless=False)]
    return statuses


def is_up(server):
    """Tell whether the panel answers another caller, and how soon, in milliseconds."""
    started = time.perf_counter()
    raw = exchange(
        server.port(WHICH), [b"GET /_prorata/clock HTTP/1.1\r\nConnection: close\r\n\r\n"]
    )
    assert 200 == read_answers(raw, bodiless=False)[0].status
    return (time.perf_counter() - started) * 1000


@pytest.fixture
def flat(server, request):
    """Check that the memory of the server is what it was before the test."""
    before = server.mebibytes()
    yield
    is_up(server)
    after = server.mebibytes()
    about = request.node.name.removeprefix("test_").replace("_", " ")
    figure(f"memory, {about}", f"{before:.0f} MiB before, {after:.0f} MiB after")
    assert after - before <= GROWTH


@pytest.mark.usefixtures("flat")
def test_large_bodies(server):
    """Fifty bodies of 10 MB are answered; what they hold is not kept."""
    bodies = [body for body, times in LARGE for _ in range(times)]
    assert {200} == set(flood(server, bodies))
    tried("floods: bodies of 10 MB", len(bodies))


@pytest.mark.usefixtures("flat")
def test_bodies_that_are_too_large(server):
    """Bodies of 20 MB are refused, whether their length is told or not."""
    statuses = flood(server, [b"a" * (20 * MIB)] * 5)
    assert {413} >= set(statuses)
    pieces = [b"%x\r\n" % MIB + b"a" * MIB + b"\r\n"] * 20
    for _ in range(5):
        head = (
            b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" % server.path(WHICH).encode()
        )
        raw = exchange(server.port(WHICH), [head, *pieces, b"0\r\n\r\n"])
        assert {413} >= {each.status for each in read_answers(raw, bodiless=False)}
    tried("floods: bodies of 20 MB", 10)


@pytest.mark.usefixtures("flat")
def test_hostile_bodies(server):
    """Bombs and depths of 10 MB: each is answered within seconds."""
    size = 10 * MIB
    part = b"--b\r\nContent-Disposition: form-data;"
    entities = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY e0 "ha">' + b"".join(
        b'<!ENTITY e%d "&e%d;&e%d;">' % (n + 1, n, n) for n in range(60)
    )
    bombs = {
        "JSON, deep": b'{"func":' + b"[" * size,
        "JSON, many names": b"{" + b",".join(b'"%d":1' % n for n in range(700_000)) + b"}",
        "JSON, digits": b'{"func":' + b"9" * size + b"}",
        "JSON, escapes": b'{"func":"' + b"\\ud83d\\ude00" * (size // 12) + b'"}',
        "JSON, a list": b'{"func":[' + b"1," * (size // 2) + b"1]}",
        "form, many names": b"&".join(b"a%d=" % n for n in range(1_000_000)),
        "form, separators": b"&" * size,
        "form, bad UTF-8": b"func=" + b"\xff" * size,
        "form, percent": b"func=" + b"%" * size,
        "multipart, boundaries": part + b"name=a\r\n\r\n" + b"--b" * (size // 3),
        "multipart, header": part + b" " * size,
        "XML, entities": entities + b"]><l>&e60;</l>",
        "zeros": b"\0" * size,
        "commas": b"authinfo=root:prorata&func=user.delete&elid=" + b"a," * (size // 2),
    }  # fmt: skip
    slowest = ("", 0.0)
    for name, bomb in bombs.items():
        started = time.perf_counter()
        assert [200] == flood(server, [bomb]), name
        took = time.perf_counter() - started
        slowest = max(slowest, (name, took), key=lambda pair: pair[1])
        assert took < SECONDS, name
    tried("floods: hostile bodies of 10 MB", len(bombs))
    figure("slowest hostile body", f"{slowest[0]}, {slowest[1] * 1000:.0f} ms")


@pytest.mark.usefixtures("flat")
def test_hostile_bodies_for_control(server):
    """The same for control: it says what is wrong."""
    size = 10 * MIB
    bombs = [
        b"[" * size,
        b'{"to":' + b"9" * size + b"}",
        b'{"to":"' + b"a" * size + b'"}',
        b"\xff" * size,
    ]
    bombs += [
        b'{"faults":[' + b'{"kind":"status"},' * (size // 18) + b"{}]}",
        b"{" + b'"a":1,' * (size // 6) + b'"b":2}',
    ]
    for name in (b"clock", b"faults", b"reset"):
        for bomb in bombs:
            head = (
                b"POST /_prorata/%s HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                % (name, len(bomb))
            )
            (said,) = read_answers(exchange(server.port(WHICH), [head, bomb]), bodiless=False)
            assert 400 <= said.status < 500
            assert len(said.body) < 64 * 1024
    tried("floods: hostile bodies of 10 MB", 3 * len(bombs))


@pytest.mark.usefixtures("flat")
def test_floods_of_headers(server):
    """Headers without an end are refused or cut."""
    line = b"GET %s HTTP/1.1\r\n" % server.path(WHICH).encode()
    floods = {
        "names": [b"".join(b"x-%d: 1\r\n" % n for n in range(40_000))] * 8,
        "values": [b"x: " + b"a" * MIB] * 8,
        "url": [b"a" * MIB] * 8,
        "cookies": [b"cookie: " + b"a=b; " * 200_000 + b"\r\n"] * 8,
    }
    for pieces in floods.values():
        for _ in range(TIMES):
            started = [b"GET /"] if pieces[0][:1] == b"a" else [line]
            raw = exchange(server.port(WHICH), started + pieces)
            statuses = [each.status for each in read_answers(raw, bodiless=False)]
            assert {400, 414, 431} >= set(statuses)
    tried("floods: 8 MB of headers or URL", TIMES * len(floods))


@pytest.mark.usefixtures("flat")
def test_half_open_connections(server):
    """Requests that never end are cut after five seconds; others are answered meanwhile."""
    host, port = "127.0.0.1", server.port(WHICH)
    halves = [
        b"",
        b"GET /ispm",
        b"POST /ispmgr HTTP/1.1\r\nContent-Len",
        head_of(server, 100) + b"func=us",
    ]

    async def cut(half):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(half)
        started = time.perf_counter()
        if half:
            with suppress(ConnectionError):
                assert b"" == await asyncio.wait_for(reader.read(), 15)
        writer.close()
        return time.perf_counter() - started

    async def drip():
        reader, writer = await asyncio.open_connection(host, port)
        started = time.perf_counter()
        with suppress(ConnectionError):
            for byte in b"GET /ispmgr?" + b"a" * 100:
                writer.write(bytes([byte]))
                await asyncio.sleep(0.2)
                if reader.at_eof():
                    break
        writer.close()
        return time.perf_counter() - started

    async def every():
        waiting = [asyncio.create_task(cut(half)) for half in halves * 100]
        waiting += [asyncio.create_task(drip()) for _ in range(50)]
        await asyncio.sleep(1)
        soon = await asyncio.to_thread(is_up, server)
        return soon, max(await asyncio.gather(*waiting))

    soon, longest = asyncio.run(every())
    tried("floods: half-open and dripping connections", 450)
    figure(
        "half-open connections", f"450, cut after {longest:.1f} s; others answered in {soon:.0f} ms"
    )
    assert longest < 8
    assert soon < 1000


@pytest.mark.usefixtures("flat")
def test_a_thousand_connections_at_once(server):
    """All are open before the first one asks, and each gets its answer."""
    host, port = "127.0.0.1", server.port(WHICH)
    form = b"authinfo=root:prorata&out=json&func=user"

    async def every():
        opened = [await asyncio.open_connection(host, port) for _ in range(1000)]
        started = time.perf_counter()
        for _, writer in opened:
            writer.write(head_of(server, len(form), b"Connection: close") + form)
        raws = await asyncio.gather(*(reader.read() for reader, _ in opened))
        took = time.perf_counter() - started
        for _, writer in opened:
            writer.close()
        return raws, took

    raws, took = asyncio.run(every())
    assert {200} == {each.status for raw in raws for each in read_answers(raw, bodiless=False)}
    assert 1000 == sum(bool(raw) for raw in raws)
    tried("floods: connections at once", 1000)
    figure("1,000 connections at once", f"all answered within {took * 1000:.0f} ms")


@pytest.mark.usefixtures("flat")
def test_many_calls(server):
    """Logins, refusals and calls that are all different leave nothing behind that grows."""
    asks = {
        "login": b"func=auth&out=json&username=root&password=prorata&x=%d",
        "refused": b"func=auth&out=json&username=u%d&password=x",
        "different": b"authinfo=root:prorata&func=user.edit&elid=nobody%d&out=json",
        "many names": b"&".join(b"%x%%d=" % n for n in range(150)) + b"&func=user",
    }
    many = 4000
    for form in asks.values():
        keep_asking(server, [form.replace(b"%d", b"%d" % n) for n in range(many)])
    tried("floods: calls that are all different", many * len(asks))


def keep_asking(server, forms):
    """Ask on one connection, in batches; check that all were answered."""

    async def every():
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port(WHICH))
        for form in forms:
            writer.write(head_of(server, len(form)) + form)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
            await reader.readexactly(int(length))
        writer.close()

    asyncio.run(every())
