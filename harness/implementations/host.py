"""The child process of `python:package.module:factory`: the protocol around a Python billing.

Standard library only, beside the light modules next to it: the child starts in a moment, and what
the billing imports is its own affair. See `prorata.harness.implementations.billing` for what a
factory gives.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final, Required, TypedDict

from prorata.harness.implementations.billing import (
    ActInHand,
    Context,
    PanelLogin,
    Refused,
    Unsupported,
)
from prorata.harness.implementations.factory import (
    FactoryError,
    Loaded,
    load,
    made,
    print_of,
    said_of,
    stopped_by,
)
from prorata.harness.implementations.freeze import WallClock, WallClockError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["Host", "line_of", "main"]

#: The version that a factory speaks which names none.
OLDEST: Final = 0
_NO_ACTS: Final = frozenset({"advance", "clocks", "close", "observe", "quote"})
_NO_PARAMETERS: Final = frozenset({"seq", "type", "act", "id", "again"})


class Question(TypedDict, total=False):
    """A request as it is read: `type` and `seq`, and what its type has beside them.

    The parameters of an act lie beside these keys.
    """

    seq: int
    type: Required[str]
    at: str
    to: str
    act: str
    id: str
    again: bool
    of: list[str]
    system: str
    currency: str
    timezone: str
    catalogue: dict[str, dict[str, Any]]
    clients: dict[str, dict[str, str]]
    first_ids: dict[str, int]
    panels: dict[str, PanelLogged]
    settings: dict[str, Any]


class PanelLogged(TypedDict, total=False):
    """A panel as `open` tells of it: the fields of `PanelLogin`."""

    url: Required[str]
    login: Required[str]
    password: Required[str]
    name: str
    hostname: str
    monthly_cost: str
    maximum_accounts: int


class Host:
    """Answers requests with what a billing does.

    `clock` is the clock that was asked for, beside the messages; nothing where the factory decides.
    """

    def __init__(self, load_factory: Callable[[], Loaded], clock: str = "") -> None:
        self._load = load_factory
        self._loaded: Loaded | None = None
        self._clock_of = clock
        self._wall: WallClock | None = None
        #: Whether this process reads a clock of its own, and so tells what that shows.
        self._tells_now = False
        self._now = datetime.min.replace(tzinfo=UTC)
        self._billing: Any = None
        self._delivery = ActInHand()

    def answer(self, request: Question) -> dict[str, object]:
        """Return what goes beside `seq` in the answer."""
        try:
            return {"result": _ANSWERS[request["type"]](self, request)}
        except Refused as refused:
            rule = {} if refused.rule is None else {"rule": refused.rule}
            return {"refusal": {"reason": refused.reason, **rule}}
        except Unsupported as unsupported:
            return {"unsupported": unsupported.reason}
        except (FactoryError, WallClockError) as problem:
            return {"error": str(problem)}
        except Exception as error:  # noqa: BLE001  # whatever the billing raises is its answer
            print_of(error)
            return {"error": said_of(error)}

    def _start(self, _request: Question) -> Mapping[str, object]:
        loaded = self._loaded = self._load()
        tool = stopped_by(loaded, self._clock_of)
        self._wall = WallClock(tool) if tool else None
        self._tells_now = bool(tool or loaded.wall_clock or self._clock_of == "libfaketime")
        return {"protocol": OLDEST, **loaded.declaration}

    def _open(self, request: Question) -> Mapping[str, object]:
        self._billing = None
        _KNOWN.clear()
        _TOLD.clear()
        loaded = self._loaded
        if loaded is None:
            problem = "open came before start"
            raise FactoryError(problem)
        self._stand_at(request["at"])
        self._delivery = ActInHand()
        context = _context(request, lambda: self._now, lambda: self._delivery)
        self._billing = made(loaded, context)
        return {}

    def _stand_at(self, instant: str) -> None:
        self._now = datetime.fromisoformat(instant).astimezone(UTC)
        if self._wall is not None:
            self._wall.move_to(self._now)

    def _clock(self, request: Question) -> Mapping[str, object]:
        billing = self._open_billing()
        self._stand_at(request["to"])
        advance = getattr(billing, "advance", None)
        due = NotImplemented if advance is None else advance(self._now)
        told = {"settled": True} if due is NotImplemented else {"settled": True, "next": due}
        return {**told, **self._shown(billing)}

    def _shown(self, billing: Any) -> Mapping[str, object]:
        """Return what the clocks show, where there are any beside the messages."""
        own = {"its process": datetime.now(UTC)} if self._tells_now else {}  # noqa: TID251  # the clock that it reads
        clocks = {**own, **billing.clocks()} if hasattr(billing, "clocks") else own
        return {"now": clocks} if clocks else {}

    def _act(self, request: Question) -> Mapping[str, object]:
        act = request["act"]
        method = None if act in _NO_ACTS or act.startswith("_") else self._method(act)
        if method is None:
            problem = f"no method {act}"
            raise Unsupported(problem)
        self._delivery = ActInHand(request.get("id", ""), again=request.get("again", False))
        parameters = _parameters(request)
        _takes(method, act, parameters)
        return _done(act, method(**parameters))

    def _quote(self, request: Question) -> Mapping[str, object]:
        quote = self._method("quote")
        if quote is None:
            raise Unsupported("no method quote")
        of_act = partial(quote, request["act"])
        parameters = _parameters(request)
        _takes(of_act, f"a quote of {request['act']}", parameters)
        lines = of_act(**parameters)
        return lines if isinstance(lines, dict) else {"lines": lines}

    def _method(self, act: str) -> Callable[..., Any] | None:
        method = getattr(self._open_billing(), act, None)
        return method if callable(method) else None

    def _observe(self, request: Question) -> Mapping[str, object]:
        seen = self._open_billing().observe()
        return {part: seen[part] for part in request["of"] if part in seen}

    def _close(self, _request: Question) -> Mapping[str, object]:
        billing, self._billing = self._billing, None
        if hasattr(billing, "close"):
            billing.close()
        return {}

    def _stop(self, _request: Question) -> Mapping[str, object]:
        return {}

    def _open_billing(self) -> Any:  # the user's own class
        if self._billing is None:
            problem = "no scenario is open"
            raise FactoryError(problem)
        return self._billing


_ANSWERS: Final[Mapping[str, Callable[[Host, Question], Mapping[str, object]]]] = {
    "start": Host._start,  # noqa: SLF001  the table of the class's own methods
    "open": Host._open,  # noqa: SLF001
    "clock": Host._clock,  # noqa: SLF001
    "act": Host._act,  # noqa: SLF001
    "quote": Host._quote,  # noqa: SLF001
    "observe": Host._observe,  # noqa: SLF001
    "close": Host._close,  # noqa: SLF001
    "stop": Host._stop,  # noqa: SLF001
}


def _parameters(request: Question) -> dict[str, Any]:
    return {key: each for key, each in request.items() if key not in _NO_PARAMETERS}


def _takes(method: Callable[..., Any], act: str, parameters: Mapping[str, Any]) -> None:
    """Raise `Unsupported` where a method has all that it needs, and does not know the rest."""
    try:
        signature = inspect.signature(method)
    except (TypeError, ValueError):
        return  # it tells nothing of itself
    if any(each.kind is each.VAR_KEYWORD for each in signature.parameters.values()):
        return
    known = {name: each for name, each in parameters.items() if name in signature.parameters}
    unknown = [name for name in parameters if name not in known]
    if not unknown:
        return
    try:
        signature.bind(**known)
    except TypeError:
        return  # one that is spelt otherwise, perhaps: the call says what is missing
    problem = f"no {unknown[0]} in {act}"
    raise Unsupported(problem)


def _context(
    request: Question, now: Callable[[], datetime], delivery: Callable[[], ActInHand]
) -> Context:
    return Context(
        system=request["system"],
        currency=request["currency"],
        timezone=request["timezone"],
        catalogue=request["catalogue"],
        clients=request["clients"],
        panels={name: PanelLogin(**access) for name, access in request["panels"].items()},
        first_ids=request["first_ids"],
        now=now,
        settings=request.get("settings", {}),
        delivery=delivery,
    )


def _done(act: str, returned: object) -> Mapping[str, object]:
    if returned is None:
        return {}
    if isinstance(returned, str):
        return {"service": returned}
    if isinstance(returned, dict):
        return returned
    kind = type(returned).__name__
    problem = f"{act} returned a value of type {kind}; an act returns an id, a dict or None"
    raise TypeError(problem)


#: How amounts and instants are written that have been told in this scenario, by identity: neither
#: can change, and a ledger is told again and again.
_KNOWN: Final[dict[int, tuple[object, str]]] = {}


def _written(value: object) -> str:
    """Return how the protocol writes an amount or an instant of Python."""
    known = _KNOWN.get(id(value))
    if known is None:
        known = _KNOWN[id(value)] = value, _text(value)
    return known[1]


def _text(value: object) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return value.isoformat()
    hint = "; an instant is an aware datetime" if isinstance(value, date) else ""
    if isinstance(value, Decimal):
        problem = f"{value} is no amount"
        raise TypeError(problem)
    said = f"the datetime {value}" if isinstance(value, datetime) else f"a {type(value).__name__}"
    problem = f"the protocol has no way to write {said}{hint}"
    raise TypeError(problem)


def _unwritable(value: object, place: str) -> Iterator[str]:
    """Yield the place of each value that the protocol has no way to write."""
    parts: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list | tuple):
        parts = enumerate(value)
    elif isinstance(value, float):
        if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124  not a number
            yield place
    elif not isinstance(value, str | int | None):
        try:
            _text(value)
        except TypeError:
            yield place
    for key, part in parts:
        yield from _unwritable(part, f"{place}.{key}" if place else str(key))


def _first_unwritable(answer: Mapping[str, object]) -> str:
    """Return the place of the first such value; nothing where what is told holds itself."""
    try:
        return next(_unwritable(answer, ""), "")
    except RecursionError:
        return ""


_ENCODER: Final = json.JSONEncoder(default=_written, allow_nan=False)
#: The lines of the ledger as they were told last, each with its text: of a long ledger nearly all
#: are told again as they were.
_TOLD: Final[list[tuple[object, str]]] = []


def _told(line: object, number: int) -> str:
    """Return the text of a line of the ledger, by its number from 0."""
    if number < len(_TOLD) and _TOLD[number][0] == line:
        return _TOLD[number][1]
    text = _ENCODER.encode(line)
    _TOLD[number:] = [(deepcopy(line), text)]
    return text


def _encoded(seq: object, answer: Mapping[str, object]) -> str:
    """Return an answer as JSON; the lines of a ledger are written one by one."""
    result = answer.get("result")
    ledger = result.get("ledger") if isinstance(result, dict) else None
    if not isinstance(result, dict) or not isinstance(ledger, list | tuple):
        return _ENCODER.encode({"seq": seq, **answer})
    lines = ", ".join([_told(line, number) for number, line in enumerate(ledger)])
    rest = {part: told for part, told in result.items() if part != "ledger"}
    open_ended = _ENCODER.encode({"seq": seq, "result": rest}).removesuffix("}}")
    return f'{open_ended}{", " if rest else ""}"ledger": [{lines}]}}}}'


def line_of(seq: object, answer: Mapping[str, object]) -> bytes:
    """Return an answer as one line; what cannot be written becomes an error."""
    try:
        text = _encoded(seq, answer)
    except (TypeError, ValueError, RecursionError) as error:
        place = _first_unwritable(answer)
        said = f"{place}: {error}" if place else str(error)
        text = json.dumps({"seq": seq, "error": f"{type(error).__name__}: {said}"})
    return text.encode() + b"\n"


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keep stdin and stdout for the protocol; what the billing prints goes to stderr."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def main(factory: str, clock: str = "") -> None:
    """Answer until `stop`, or until the harness has gone."""
    requests, answers = _take_pipes()
    sys.path.insert(0, os.getcwd())  # noqa: PTH109  # a text, as sys.path has it
    host = Host(lambda: load(factory), clock)
    for line in requests:
        request = json.loads(line)
        answers.write(line_of(request["seq"], host.answer(request)))
        if request["type"] == "stop":
            break


if __name__ == "__main__":
    main(*sys.argv[1:])
