"""Requests and answers as lines: what goes in comes out, what is wrong is named by its field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from prorata.harness.protocol import (
    PROTOCOL,
    Advance,
    Answer,
    Close,
    Done,
    Failed,
    Lacking,
    MalformedError,
    Nothing,
    Observation,
    Observe,
    Open,
    OpeningClient,
    Perform,
    RefusedAct,
    Request,
    Result,
    Settled,
    Start,
    Started,
    Stop,
    decode,
    decode_answer,
    encode,
    encode_answer,
    unknown_keys,
)

BEGIN = datetime(2025, 8, 1, 9, tzinfo=UTC)
OPEN: dict[str, Any] = {
    "scenario": 1,
    "at": BEGIN,
    "system": "billmanager",
    "currency": "USD",
    "timezone": "UTC",
    "catalogue": {"start": {"prices": {"1 month": "3.10"}}},
    "clients": {"anna": OpeningClient(balance="100.00")},
}
ALL = Observe(seq=5, of=["services", "ledger", "balances", "invoices"])
CLOCK = Advance(seq=3, to=BEGIN)
SEEN = '{"seq":5,"result":{"services":{%s},"ledger":[%s],"balances":{%s},"invoices":{%s}}}'


def problem_with(line: str, to: Request | None = None) -> str:
    """Return the sentence about a line: an answer if it answers something, else a request."""
    with pytest.raises(MalformedError) as caught:
        decode_answer(line.encode(), to=to) if to else decode(line.encode())
    return str(caught.value)


@pytest.mark.parametrize(
    "request_",
    [
        Start(seq=1, suite="0.1.0"),
        Open(seq=2, **OPEN),
        Advance(seq=3, to=datetime(2025, 8, 1, 11, tzinfo=timezone(timedelta(hours=2)))),
        Perform.named("order", client="anna", tariff="start", resources={"disk": 2}, note=None),
        ALL,
        Close(seq=6),
        Stop(seq=7),
    ],
)
def test_requests_there_and_back(request_: Request) -> None:
    """A request is one line, and reads back as what it was."""
    line = encode(request_)
    assert 1 == line.count(b"\n")
    assert line.endswith(b"\n")
    assert request_ == decode(line)


@pytest.mark.parametrize(
    ("request_", "answer", "line"),
    [
        (
            Start(seq=1, suite="x"),
            Result(Started(name="n", protocol=PROTOCOL)),
            b'{"seq":1,"result":{"name":"n","protocol":1}}\n',
        ),
        (Close(seq=6), Result(Nothing()), b'{"seq":6,"result":{}}\n'),
        (CLOCK, Result(Settled(settled=True)), b'{"seq":3,"result":{"settled":true}}\n'),
        (
            CLOCK,
            Result(Settled(settled=True, next=None)),
            b'{"seq":3,"result":{"settled":true,"next":null}}\n',
        ),
        (
            CLOCK,
            Result(Settled(settled=True, next=BEGIN)),
            b'{"seq":3,"result":{"settled":true,"next":"2025-08-01T09:00:00+00:00"}}\n',
        ),
        (CLOCK, RefusedAct("no"), b'{"seq":3,"refusal":{"reason":"no"}}\n'),
        (CLOCK, RefusedAct("no", "a.b"), b'{"seq":3,"refusal":{"reason":"no","rule":"a.b"}}\n'),
        (CLOCK, Lacking("later"), b'{"seq":3,"unsupported":"later"}\n'),
        (CLOCK, Failed("füße\n"), '{"seq":3,"error":"füße\\n"}\n'.encode()),
    ],
)
def test_answers_there_and_back(request_: Request, answer: Answer, line: bytes) -> None:
    """An answer is one line, and what was not set is not in it."""
    assert line == encode_answer(request_.seq, answer)
    assert answer == decode_answer(line, to=request_)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ('"2025-08-01T09:00:00+00:00"', {"its clock": BEGIN}),
        ('{"php":"2025-08-01T09:00:00+00:00"}', {"php": BEGIN}),
        ("null", None),
    ],
)
def test_now_is_one_clock_or_several(now: str, shown: object) -> None:
    """An instant, or instants by the names of clocks; it is written as it was told."""
    line = f'{{"seq":3,"result":{{"settled":true,"now":{now}}}}}\n'.encode()
    answer = decode_answer(line, to=CLOCK)
    assert isinstance(answer, Result)
    assert isinstance(answer.body, Settled)
    assert shown == answer.body.now
    assert line == encode_answer(3, answer)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ('"2025-08-01T09:00:00"', "result.now: an instant has date, time and offset"),
        ("5", "result.now: an instant has date, time and offset"),
        ('{"php":"noon"}', "result.now.php: an instant has date, time and offset"),
    ],
)
def test_a_clock_that_shows_no_instant(now: str, said: str) -> None:
    """Is named with its place."""
    told = problem_with(f'{{"seq":3,"result":{{"settled":true,"now":{now}}}}}', CLOCK)
    assert told.startswith(said)


def test_next_may_be_unknown() -> None:
    """No `next` is not the same as `next: null`."""
    told, never = Settled(settled=True), Settled(settled=True, next=None)
    assert not told.knows_next
    assert never.knows_next


def test_an_observation() -> None:
    """All fields of all four parts are read, optional ones may be null."""
    line = SEEN % (
        (
            '"1":{"client":"anna","status":"active","tariff":null,"resources":{"disk":3,'
            '"cpu":"0.5"},"auto_renewal":"1 month","expires":"2025-09-01T00:00:00Z"}'
        ),
        (
            '{"kind":"late fee","amount":"0.25","covers":null},{"kind":"period","amount":"3.10",'
            '"covers":["2025-08-01T00:00:00+02:00","2025-09-01T00:00:00+02:00"]}'
        ),
        '"anna":"-96.90"',
        (
            '"9":{"client":"anna","issued":"2025-08-01T00:00:00Z","due":"2025-08-08T00:00:00Z",'
            '"status":"unpaid","total":"3.10","lines":[{"kind":"period","amount":"3.10"}]}'
        ),
    )
    answer = decode_answer(line.encode(), to=ALL)
    assert isinstance(answer, Result)
    seen = answer.body
    assert isinstance(seen, Observation)
    assert seen.services is not None
    assert seen.ledger is not None
    assert seen.invoices is not None
    assert {"disk": 3, "cpu": "0.5"} == seen.services["1"].resources
    assert datetime(2025, 9, 1, tzinfo=UTC) == seen.services["1"].expires
    # Midnight at +02:00 is 22:00 UTC of the day before.
    covered = seen.ledger[1].covers
    assert covered is not None
    assert datetime(2025, 7, 31, 22, tzinfo=UTC) == covered[0]
    assert {"anna": "-96.90"} == seen.balances
    assert "3.10" == seen.invoices["9"].lines[0].amount
    assert [] == list(unknown_keys(seen))


def test_unknown_keys() -> None:
    """Keys that the protocol does not know are kept aside, with their places."""
    line = SEEN % (
        '"1":{"client":"anna","status":"active","colour":1}',
        '{"kind":"period","amount":"1","service_id":"1"}',
        "",
        "",
    )
    answer = decode_answer(line.replace('"result":{', '"result":{"mood":1,').encode(), to=ALL)
    assert isinstance(answer, Result)
    expected = ["result.mood", "result.services.1.colour", "result.ledger.0.service_id"]
    assert expected == list(unknown_keys(answer.body))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "not JSON: 'nonsense'"),
        ('{"seq":3,"result":{"settled":NaN}}', "not JSON"),
        ("[" * 300, "not JSON"),
        ("[]", "a message is a JSON object, not []"),
        ('{"result":{}}', "seq: is missing"),
        ('{"seq":"3","result":{}}', 'seq: is "3", asked was 3'),
        ('{"seq":true,"result":{}}', "seq: is true, asked was 3"),
        ('{"seq":3.0,"result":{}}', "seq: is 3.0, asked was 3"),
        ('{"seq":3}', "an answer has exactly one of result, refusal, unsupported, error, not none"),
        ('{"seq":3,"result":{},"error":null}', "not result and error"),
        ('{"seq":3,"result":null}', "result: must be an object, not null"),
        ('{"seq":3,"result":[]}', "result: must be an object, not [] (an empty object is {}"),
        ('{"seq":3,"result":{}}', "result.settled: is missing"),
        (
            '{"seq":3,"result":{"settled":"yes"}}',
            'result.settled: must be true or false, not "yes"',
        ),
        ('{"seq":3,"refusal":"no"}', 'refusal: must be an object, not "no"'),
        ('{"seq":3,"refusal":{"rule":"a"}}', "refusal.reason: must be a text, not null"),
        ('{"seq":3,"refusal":{"reason":"a","rule":1}}', "refusal.rule: must be a text, not 1"),
        ('{"seq":3,"unsupported":""}', 'unsupported: must be a text, not ""'),
        ('{"seq":3,"error":false}', "error: must be a text, not false"),
    ],
)
def test_malformed_answers(line: str, said: str) -> None:
    """The form of an answer is exact, and what is wrong is said with its field."""
    assert said in problem_with(line, CLOCK)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            ("", "", '"anna":96.9', ""),
            'result.balances.anna: an amount is a string of digits such as "3.10", not 96.9',
        ),
        (("", "", '"anna":"1e3"', ""), "result.balances.anna: an amount"),
        (("", "", '"anna":"\u0661"', ""), "result.balances.anna: an amount"),
        (("", "", '"anna":"1.0\\n"', ""), "result.balances.anna: an amount"),
        (("", "", '"anna":".5"', ""), "result.balances.anna: an amount"),
        (
            ("", '{"kind":"period","amount":"-1"}', "", ""),
            "result.ledger.0.amount: an amount here is a string of digits without sign",
        ),
        (
            ("", '{"kind":"fee","amount":"1"}', "", ""),
            'result.ledger.0.kind: unknown word "',
        ),
        (
            ("", '{"kind":"period","amount":"1","service":1}', "", ""),
            "result.ledger.0.service: must be a string, not 1",
        ),
        (
            ("", '{"kind":"period","amount":"1","covers":"August"}', "", ""),
            "result.ledger.0.covers: must be a list of two instants",
        ),
        (
            ("", '{"kind":"period","amount":"1","covers":["2025-08-01T00:00:00Z"]}', "", ""),
            "result.ledger.0.covers.1: is missing",
        ),
        (("", "7", "", ""), "result.ledger.0: must be an object, not 7"),
        (
            ('"1":{"client":"a","status":"on"}', "", "", ""),
            'result.services.1.status: unknown word "',
        ),
        (
            ('"1":{"client":"a","status":"active","resources":{"disk":1.5}}', "", "", ""),
            "resources.disk: a quantity is a whole number or a string of digits, not 1.5",
        ),
        (
            ('"1":{"client":"a","status":"active","resources":{"disk":true}}', "", "", ""),
            "resources.disk: a quantity",
        ),
    ],
)
def test_malformed_observations(parts: tuple[str, str, str, str], said: str) -> None:
    """Money is never a number, and every word is one of the protocol's."""
    assert said in problem_with(SEEN % parts, ALL)


@pytest.mark.parametrize(
    "text",
    [
        '"2025-08-01T00:00:00"',
        '"2025-08-01"',
        '"2025-02-30T00:00:00Z"',
        '"20250801T000000Z"',
        '"tomorrow"',
        "1754006400",
        '"1754006400"',
        "{}",
    ],
)
def test_instants_that_are_none(text: str) -> None:
    """An instant has date, time and offset; a number of seconds is not taken for one."""
    said = problem_with(f'{{"seq":3,"result":{{"settled":true,"next":{text}}}}}', CLOCK)
    assert "result.next: an instant has date, time and offset" in said


def test_a_naive_instant_in_python() -> None:
    """A request with a naive instant cannot be made."""
    with pytest.raises(ValidationError, match="an instant has date, time and offset"):
        Advance(to=BEGIN.replace(tzinfo=None))


def test_what_was_asked_for_must_come() -> None:
    """An observation has all that was asked for, and an order has its service."""
    said = problem_with('{"seq":5,"result":{"services":{},"balances":{}}}', ALL)
    assert (
        "result.ledger: was asked for and is missing; result.invoices: was asked for and is missing"
        == said
    )
    only = Observe(seq=5, of=["balances"])
    answer = decode_answer(b'{"seq":5,"result":{"balances":{}}}', to=only)
    assert Result(Observation(balances={})) == answer
    order = Perform.named("order", client="anna").numbered(4)
    assert "result.service: was asked for and is missing" == problem_with(
        '{"seq":4,"result":{}}', order
    )
    renewal = Perform.named("renew", service="1").numbered(4)
    assert Result(Done()) == decode_answer(b'{"seq":4,"result":{}}', to=renewal)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON: '{'"),
        ('{"seq":1}', "type is missing"),
        ('{"seq":1,"type":"jump"}', "'jump'"),
        ('{"seq":-1,"type":"close"}', "seq: input should be greater than or equal to 0"),
        ('{"seq":1,"type":"close","why":1}', "why: is not a field of this message"),
        ('{"seq":1,"type":"clock","to":"now"}', "to: an instant has date, time and offset"),
        ('{"seq":1,"type":"observe","of":[]}', "of: "),
        (
            '{"seq":1,"type":"observe","of":["mood"]}',
            'of.0: unknown word "mood"; known here: accounts, ',
        ),
        (
            '{"seq":1,"type":"act","act":"order","amounts":{"disk":[1.5]}}',
            "amounts.disk.0: a number with a fraction",
        ),
        ('{"seq":1,"type":"act"}', "act: is missing"),
    ],
)
def test_malformed_requests(line: str, said: str) -> None:
    """A request that is none is named by its field, without the union's tag."""
    assert problem_with(line).startswith(said) or said in problem_with(line)


def test_a_catalogue_has_no_fractions() -> None:
    """A price or percentage in a catalogue is a string; a float cannot get in."""
    with pytest.raises(ValidationError, match="a number with a fraction"):
        Open(**{**OPEN, "catalogue": {"start": {"prices": {"1 month": 3.1}}}})
    with pytest.raises(ValidationError, match="must be an object"):
        Open(**{**OPEN, "catalogue": {"start": []}})


def test_many_problems_are_counted() -> None:
    """Three problems are told, the rest are counted."""
    lines = ",".join(['{"kind":"period","amount":1}'] * 5)
    assert problem_with(SEEN % ("", lines, "", ""), ALL).endswith("; and 2 more")


def test_long_values_are_cut() -> None:
    """A message about a value shows its beginning."""
    assert problem_with('{"seq":3,"error":["' + "x" * 500 + '"]}', CLOCK).endswith("xxx…")


def test_parameters_lie_beside_the_act() -> None:
    """An act's parameters are its other keys; the message's own words cannot be parameters."""
    act = Perform.named("pay", client="anna", amount="10.00")
    assert {"client": "anna", "amount": "10.00"} == act.parameters
    assert b'{"seq":4,"type":"act","act":"pay","client":"anna","amount":"10.00"}\n' == encode(
        act.numbered(4)
    )
    with pytest.raises(ValueError, match="seq is no parameter"):
        Perform.named("pay", seq=1)
