"""The documentation of the protocol is true: its session is read by the models."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from prorata.harness.protocol import (
    Answer,
    Failed,
    Lacking,
    LedgerLine,
    Observation,
    ObservedInvoice,
    ObservedService,
    Open,
    RefusedAct,
    Request,
    Result,
    Settled,
    Started,
    decode,
    decode_answer,
    encode,
    encode_answer,
    unknown_keys,
)
from prorata.harness.protocol.words import InvoiceStatus, Kind, Observable, Status, System

DOC = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text(encoding="utf-8")


def session() -> list[tuple[Request, str, str]]:
    """Return each question of the session, its line and the line of its answer."""
    (block,) = re.findall(r"```session\n(.*?)```", DOC, re.DOTALL)
    lines = block.splitlines()
    assert ["> ", "< "] * (len(lines) // 2) == [line[:2] for line in lines]
    return [
        (decode(asked[2:].encode()), asked[2:], got[2:])
        for asked, got in zip(lines[::2], lines[1::2], strict=True)
    ]


def test_every_line_of_the_session_is_of_the_protocol() -> None:
    """Each line reads as a message, and writes as the very same line."""
    seen: list[Answer] = []
    for number, (question, asked, got) in enumerate(session(), 1):
        assert number == question.seq
        assert asked == encode(question).decode().rstrip()
        answer = decode_answer(got.encode(), to=question)
        if isinstance(answer, Result):
            assert [] == list(unknown_keys(answer.body))
        else:
            assert got == encode_answer(question.seq, answer).decode().rstrip()
        seen.append(answer)
    assert {Result, RefusedAct, Lacking, Failed} == {type(answer) for answer in seen}


def test_the_session_shows_every_type() -> None:
    """No type of question is missing from the example, nor from the chapters."""
    types = ["start", "open", "clock", "quote", "act", "observe", "close", "stop"]
    assert types == list(dict.fromkeys(question.type for question, _, _ in session()))
    assert types == re.findall(r"^### (\w+)$", DOC, re.MULTILINE)


def test_every_word_is_documented() -> None:
    """All statuses, kinds and the rest stand in the text, in code."""
    for words in (System, Observable, Status, InvoiceStatus, Kind):
        for word in get_args(words):
            assert f"`{word}`" in DOC


def test_every_field_is_documented() -> None:
    """All fields of all results and questions stand in the text, in code."""
    for model in (
        ObservedInvoice,
        LedgerLine,
        Observation,
        Open,
        ObservedService,
        Settled,
        Started,
    ):
        for field in model.model_fields:
            assert f"`{field}`" in DOC, (model, field)
