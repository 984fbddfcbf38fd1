r"""One message, one line: requests and answers to bytes and back.

>>> from prorata.harness.protocol import Close
>>> encode(Close(seq=6))
b'{"seq":6,"type":"close"}\n'
>>> decode(b'{"seq":6,"type":"close"}')
Close(seq=6, type='close')
>>> decode_answer(b'{"seq":6,"unsupported":"planned"}', to=Close(seq=6))
Lacking(reason='planned')
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from prorata.harness.protocol.answers import Answer, Failed, Lacking, RefusedAct, Result
from prorata.harness.protocol.bodies import BODIES, Body, Done, LedgerLine, Observation
from prorata.harness.protocol.fields import quoted, shown
from prorata.harness.protocol.problems import FieldProblem, MalformedError, problems_of
from prorata.harness.protocol.requests import Observe, Perform, Request
from prorata.harness.protocol.strict import lacking
from prorata.harness.protocol.words import OLDEST

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ToldBefore", "decode", "decode_answer", "encode", "encode_answer"]

KEYS: Final = ("result", "refusal", "unsupported", "error")


def encode(message: Request) -> bytes:
    """Return a request as one line."""
    return message.model_dump_json().encode() + b"\n"


def encode_answer(seq: int, answer: Answer) -> bytes:
    """Return the answer to request `seq` as one line; what was never set is left out."""
    if isinstance(answer, Result):
        body = answer.body.model_dump_json(exclude_unset=True, by_alias=True)
        return b'{"seq":%d,"result":%s}\n' % (seq, body.encode())
    return to_json({"seq": seq, **_PLAIN[type(answer)](answer)}) + b"\n"


def _plain_refusal(refusal: RefusedAct) -> dict[str, object]:
    rule = {} if refusal.rule is None else {"rule": refusal.rule}
    return {"refusal": {"reason": refusal.reason, **rule}}


_PLAIN: Final[dict[type[Answer], Callable[[Any], dict[str, object]]]] = {
    RefusedAct: _plain_refusal,
    Lacking: lambda answer: {"unsupported": answer.reason},
    Failed: lambda answer: {"error": answer.error},
}


@cache
def _requests() -> TypeAdapter[Request]:
    return TypeAdapter(Request)


def decode(line: bytes) -> Request:
    """Return the request in a line; raise `MalformedError`, which names the fields."""
    data = _object(line)
    try:
        return _requests().validate_python(data)
    except ValidationError as error:
        # The first part of a place is the request's type, which is no field.
        found = (_without_tag(problem, data.get("type")) for problem in problems_of(error))
        raise MalformedError(found) from None


def _without_tag(problem: FieldProblem, tag: object) -> FieldProblem:
    return FieldProblem(problem.field.removeprefix(f"{tag}."), problem.said, problem.kind)


class ToldBefore:
    """The lines of a ledger that were told last: those that are told again are read once.

    A ledger is appended to and told as a whole, at every observation.
    """

    def __init__(self) -> None:
        self._told: list[object] = []
        self._lines: list[LedgerLine] = []

    def read(self, value: object) -> object:
        """Return a result with the lines in it that have been read already."""
        told = value.get("ledger") if isinstance(value, dict) else None
        before = len(self._told)
        if not (isinstance(value, dict) and isinstance(told, list) and told[:before] == self._told):
            return value
        return {**value, "ledger": [*self._lines, *told[before:]]}

    @property
    def count(self) -> int:
        """How many lines have been read."""
        return len(self._lines)

    def keep(self, value: object, body: Body) -> None:
        """Keep what was told, and what was read of it."""
        if isinstance(value, dict) and isinstance(body, Observation) and body.ledger is not None:
            self._told, self._lines = value["ledger"], body.ledger


def decode_answer(
    line: bytes, *, to: Request, before: ToldBefore | None = None, protocol: int = OLDEST
) -> Answer:
    """Return the answer in a line; raise `MalformedError`, which names the fields.

    `before` remembers the ledger from one answer to the next; `protocol` is the version that is
    spoken.
    """
    data = _object(line)
    _check_seq(data, to.seq)
    given = [key for key in KEYS if key in data]
    if len(given) != 1:
        said = (
            f"an answer has exactly one of {', '.join(KEYS)}, not {' and '.join(given) or 'none'}"
        )
        raise MalformedError([FieldProblem("", said, "keys")])
    value = data[given[0]]
    known = None if before is None else before.read(value)
    answer = _READ[given[0]](value if known is None else known, to)
    if protocol > OLDEST and isinstance(answer, Result):
        again = 0 if before is None or known is value else before.count
        problems = list(lacking(answer.body, read=again))
        if problems:
            raise MalformedError(problems)
    if before is not None and isinstance(answer, Result):
        before.keep(value, answer.body)
    return answer


def _object(line: bytes) -> dict[str, object]:
    try:
        data = from_json(line, allow_inf_nan=False)
    except ValueError:
        said = f"not JSON: {quoted(line)}"
        raise MalformedError([FieldProblem("", said, "json")]) from None
    if not isinstance(data, dict):
        said = f"a message is a JSON object, not {shown(data)}"
        raise MalformedError([FieldProblem("", said, "json")])
    return data


def _check_seq(data: dict[str, object], asked: int) -> None:
    if "seq" not in data:
        raise MalformedError([FieldProblem("seq", "is missing", "seq")])
    seq = data["seq"]
    if type(seq) is not int or seq != asked:
        raise MalformedError([FieldProblem("seq", f"is {shown(seq)}, asked was {asked}", "seq")])


def _read_result(value: object, to: Request) -> Answer:
    try:
        body = BODIES[to.type].model_validate(value)
    except ValidationError as error:
        hint = _EMPTY if value == [] else ""
        found = problems_of(error, "result")
        raise MalformedError(
            [FieldProblem(p.field, p.said + hint, p.kind) for p in found]
        ) from None
    missing = [
        FieldProblem(f"result.{part}", "was asked for and is missing", "missing")
        for part in _lacking(body, to)
    ]
    if missing:
        raise MalformedError(missing)
    return Result(body)


_EMPTY = " (an empty object is {}; some languages write an empty map as [])"


def _lacking(body: Body, to: Request) -> list[str]:
    if isinstance(to, Observe) and isinstance(body, Observation):
        return list(body.lacks(to.of))
    if isinstance(to, Perform) and to.act == "order":
        return [] if isinstance(body, Done) and body.service else ["service"]
    return []


def _read_refusal(value: object, _to: Request) -> Answer:
    if not isinstance(value, dict):
        raise MalformedError(
            [FieldProblem("refusal", f"must be an object, not {shown(value)}", "model_type")],
        )
    rule = value.get("rule")
    return RefusedAct(
        _text(value.get("reason"), "refusal.reason"),
        None if rule is None else _text(rule, "refusal.rule"),
    )


def _text(value: object, field: str) -> str:
    if isinstance(value, str) and value:
        return value
    raise MalformedError(
        [FieldProblem(field, f"must be a text, not {shown(value)}", "string_type")]
    )


_READ: Final[dict[str, Callable[[object, Request], Answer]]] = {
    "result": _read_result,
    "refusal": _read_refusal,
    "unsupported": lambda value, _to: Lacking(_text(value, "unsupported")),
    "error": lambda value, _to: Failed(_text(value, "error")),
}
