"""What protocol 1 asks beyond protocol 0, and that protocol 0 is still spoken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from prorata.harness.protocol import (
    MalformedError,
    Observe,
    Perform,
    Quote,
    Quoted,
    QuotedLine,
    Result,
    Start,
    ToldBefore,
    decode,
    decode_answer,
    encode,
    encode_answer,
)

LEDGER = Observe(of=["ledger"]).numbered(3)
AT = '"at":"2025-08-01T09:00:00+00:00"'
LINE = '{"kind":"period","amount":"3.10"%s}'


def answer(*lines):
    """Return an answer with these lines, each with what is added to it."""
    told = ",".join(LINE % (f",{each}" if each else "") for each in lines)
    return f'{{"seq":3,"result":{{"ledger":[{told}]}}}}'.encode()


def wrong(line, to=LEDGER, **options):
    """Return what is wrong with an answer by protocol 1."""
    with pytest.raises(MalformedError) as raised:
        decode_answer(line, to=to, protocol=1, **options)
    return str(raised.value)


def test_start_tells_the_oldest_and_the_newest_version():
    """An adapter of protocol 0 sees the number that it knows, one of protocol 1 the newest."""
    line = b'{"seq":1,"type":"start","protocol":0,"newest":1,"suite":"9"}\n'
    assert line == encode(Start(suite="9").numbered(1))


def test_a_line_tells_when_it_was_posted():
    """By protocol 1 every line has `at`; by protocol 0 it may."""
    said = "result.ledger.1.at: is missing; from protocol 1 on a line tells when it was posted"
    assert said == wrong(answer(AT, ""))
    assert isinstance(decode_answer(answer(AT, ""), to=LEDGER), Result)
    assert isinstance(decode_answer(answer(AT, AT), to=LEDGER, protocol=1), Result)


def test_new_lines_are_looked_at_though_old_ones_were():
    """A ledger is told as a whole, and what was read is not read again."""
    before = ToldBefore()
    decode_answer(answer(AT), to=LEDGER, protocol=1, before=before)
    assert wrong(answer(AT, ""), before=before).startswith("result.ledger.1.at: is missing")
    assert wrong(answer("", AT), before=before).startswith("result.ledger.0.at: is missing")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (answer('"at":null'), "result.ledger.0.at"),
        (b'{"seq":3,"result":{"ledger":[],"accounts":null}}', "result.accounts"),
        (
            b'{"seq":3,"result":{"notifications":[{"to":"anna","kind":"new","at":null}]}}',
            "result.notifications.0.at",
        ),
    ],
)
def test_null_where_there_always_is_one(line, place):
    """Null says that there is none, which cannot be said of everything; absent says nothing."""
    said = f"{place}: must not be null, there always is one; what is not told is left out"
    asked = Observe(of=["notifications"]).numbered(3) if "notif" in place else LEDGER
    assert said == wrong(line, to=asked)
    assert isinstance(decode_answer(line, to=asked), Result)


def test_an_act_has_an_id_and_may_come_again():
    """The id and the repetition are no parameters, and left out where protocol 0 is spoken."""
    act = Perform.named("renew", service="1", period="1 month").numbered(4)
    assert b'{"seq":4,"type":"act","act":"renew","service":"1","period":"1 month"}\n' == encode(act)
    sent = act.delivered("7").repeated()
    line = (
        b'{"seq":4,"type":"act","act":"renew","id":"7","again":true,"service":"1",'
        b'"period":"1 month"}\n'
    )
    assert line == encode(sent)
    assert sent == decode(line)
    assert {"service": "1", "period": "1 month"} == sent.parameters
    with pytest.raises(ValueError, match="again is no parameter"):
        Perform.named("renew", again=True)


def test_a_quote_there_and_back():
    """A quote asks what an act asks, and is answered with lines."""
    quote = Quote.named("renew", service="1", period="1 month").numbered(5)
    line = b'{"seq":5,"type":"quote","act":"renew","service":"1","period":"1 month"}\n'
    assert line == encode(quote)
    assert quote == decode(line)
    covers = (datetime(2025, 8, 1, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC))
    told = Result(Quoted(lines=[QuotedLine(kind="period", amount="3.10", covers=covers)]))
    assert told == decode_answer(encode_answer(5, told), to=quote, protocol=1)
    assert "result.lines: is missing" == wrong(b'{"seq":5,"result":{}}', to=quote)
    signed = b'{"seq":5,"result":{"lines":[{"kind":"refund","amount":"-1.00"}]}}'
    assert wrong(signed, to=quote).startswith("result.lines.0.amount: an amount here is")
