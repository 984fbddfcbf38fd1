"""What was called: bounded, searchable, and with every secret hidden."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.mgr5.secrets import beginning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prorata.fakes.mgr5.request import Mgr5Request, Parsed

__all__ = ["Call", "Journal", "JournalEntry"]

_LONGEST: Final = 2048
#: What the calls of a journal may take up, in bytes: where they are large, fewer are kept.
_HEAVIEST: Final = 48 * 1024 * 1024
#: The answers of these hold ids of sessions, which open a panel like a password.
_SECRET_ANSWERS: Final = frozenset({"auth", "session"})


@dataclass(frozen=True, slots=True)
class Call:
    """What was called and what came of it, to compare entries of a journal with."""

    at: datetime
    func: str
    params: Mapping[str, str]
    error: str | None


class JournalEntry:
    """One call that a panel answered.

    `number` counts the calls of a journal from 1, `at` is simulated time, `panel` the binary,
    `params` what the caller sent less credentials, `who` the account that called (empty where
    nobody was let in), `error` the `type/object` of the error that was answered, or None, `status`
    that of HTTP, `fault` the kind of a fault that was played, or None, and `answer_bytes` the
    length of the answer.
    """

    __slots__ = (
        "_answer",
        "_parsed",
        "answer_bytes",
        "at",
        "error",
        "fault",
        "number",
        "panel",
        "status",
        "weight",
        "who",
    )

    def __init__(
        self,
        number: int,
        at: datetime,
        panel: str,
        parsed: Parsed,
        *,
        who: str,
        error: str | None,
        status: int,
        fault: str | None,
        answer: bytes,
    ) -> None:
        self.number = number
        self.at = at
        self.panel = panel
        self._parsed = parsed
        self.who = who
        self.error = error
        self.status = status
        self.fault = fault
        self.answer_bytes = len(answer)
        # With one byte more it is known to be cut.
        self._answer = answer if len(answer) <= _LONGEST else answer[: _LONGEST + 1]
        #: About how many bytes it takes up in memory.
        self.weight = parsed.weight + len(self._answer)

    def again(self, number: int, at: datetime) -> JournalEntry:
        """Return the entry of the same call, answered the same at an instant."""
        made = JournalEntry.__new__(JournalEntry)
        made.number = number
        made.at, made.panel, made.who = at, self.panel, self.who
        made.error, made.status, made.fault = self.error, self.status, self.fault
        made.answer_bytes, made.weight = self.answer_bytes, self.weight
        made._parsed, made._answer = self._parsed, self._answer  # noqa: SLF001  one of its own
        return made

    @property
    def func(self) -> str:
        """The function's name; empty where the caller named none."""
        return self._parsed.func

    @property
    def params(self) -> Mapping[str, str]:
        """What was sent, less the function's name and every secret; a very large call is cut."""
        return self._parsed.noted

    @property
    def answer(self) -> str:
        """The beginning of what was answered, less secrets; of a login, nothing but an error."""
        if self.error is None and self.func in _SECRET_ANSWERS:
            return ""
        text = self._answer.decode("utf-8", "ignore")
        return beginning(text, len(text) - (self.answer_bytes > _LONGEST), keys=False)

    def __eq__(self, other: object) -> bool:
        """Compare with another entry, or with a `Call`, by what was called and what came of it."""
        if not isinstance(other, Call | JournalEntry):
            return NotImplemented
        mine = self.at, self.func, self.params, self.error
        return mine == (other.at, other.func, other.params, other.error)

    __hash__ = None  # type: ignore[assignment]  # `params` is a mapping

    def __deepcopy__(self, _memo: object) -> JournalEntry:
        """Return itself: nothing of it ever changes."""
        return self

    def __repr__(self) -> str:
        """Say what was called and what came of it."""
        return f"<{self.number} {self.panel} {self.func} {_line(self)}>"

    def row(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "panel": self.panel,
            "func": self.func,
            "params": dict(self.params),
            "who": self.who,
            "error": self.error,
            "status": self.status,
            "fault": self.fault,
            "answer_bytes": self.answer_bytes,
            "answer": self.answer,
        }


class Journal:
    """The last calls, at most `limit` of them; several panels may write into one.

    Where calls are so large that they would fill the memory, fewer are kept.

    >>> Journal().lines()
    []
    """

    __slots__ = ("_entries", "_number", "_weight")

    def __init__(self, limit: int = 10_000) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=limit)
        self._number = 0
        self._weight = 0

    def note(
        self,
        at: datetime,
        panel: str,
        request: Mgr5Request,
        *,
        who: str = "",
        error: str | None = None,
        answer: bytes = b"",
        status: int = 200,
        fault: str | None = None,
    ) -> JournalEntry:
        """Add a call, and return its entry."""
        entry = JournalEntry(
            self._number + 1,
            at,
            panel,
            request.parsed.kept,
            who=who,
            error=error,
            status=status,
            fault=fault,
            answer=answer,
        )
        self._add(entry)
        return entry

    def note_again(self, entry: JournalEntry, at: datetime) -> None:
        """Add a call, now, that is otherwise the one of an entry, which may be forgotten by now."""
        self._add(entry.again(self._number + 1, at))

    def _add(self, entry: JournalEntry) -> None:
        self._number = entry.number
        entries = self._entries
        if len(entries) == entries.maxlen:
            self._weight -= entries.popleft().weight
        entries.append(entry)
        self._weight += entry.weight
        while self._weight > _HEAVIEST:
            self._weight -= entries.popleft().weight

    def __iter__(self) -> Iterator[JournalEntry]:
        """Go through the calls, oldest first."""
        return iter(list(self._entries))

    def __len__(self) -> int:
        """Count the calls that are kept."""
        return len(self._entries)

    def __getitem__(self, at: int) -> JournalEntry:
        """Return a call by its place among those that are kept."""
        return self._entries[at]

    def __deepcopy__(self, _memo: object) -> Journal:
        """Return a journal of the same calls."""
        copied = Journal(self._entries.maxlen or 0)
        copied._entries.extend(self._entries)
        copied._number = self._number
        copied._weight = self._weight
        return copied

    def clear(self) -> None:
        """Forget all calls; the numbers go on."""
        self._entries.clear()
        self._weight = 0

    def find(
        self,
        func: str | None = None,
        *,
        who: str | None = None,
        error: str | None = None,
        since: int = 0,
        panel: str | None = None,
        **params: str,
    ) -> list[JournalEntry]:
        """Return the calls that match all that is given, oldest first.

        `error` is `type/object`, or a type alone; `since` leaves out calls up to that number.
        """
        wanted = {"func": func, "who": who, "panel": panel}
        fixed = {name: value for name, value in wanted.items() if value is not None}
        return [
            entry
            for entry in self._after(since)
            if all(getattr(entry, name) == value for name, value in fixed.items())
            and (error is None or _is(entry.error, error))
            and params.items() <= entry.params.items()
        ]

    def _after(self, since: int) -> Iterator[JournalEntry]:
        passed = len(self._entries) - (self._number - since) if since else 0
        return islice(list(self._entries), max(passed, 0), None)

    def lines(self, **matching: Any) -> list[str]:
        """Return the calls that `find` finds as JSON, one to a line."""
        found = self.find(**matching)
        return [json.dumps(entry.row(), ensure_ascii=False) for entry in found]

    def assert_called(self, func: str, **params: str) -> None:
        """Raise AssertionError unless `func` was called with (at least) these parameters.

        A call that the panel refused counts: it was made.
        """
        if not self._made(func, params):
            raise AssertionError(self._explained(func, params, "was not called"))

    def assert_never(self, func: str, **params: str) -> None:
        """Raise AssertionError where `func` was called with these parameters."""
        if self._made(func, params):
            raise AssertionError(self._explained(func, params, "was called"))

    def assert_order(self, *funcs: str) -> None:
        """Raise AssertionError unless calls of these functions came in this order.

        Others may have come before, between and after them.
        """
        left = iter([entry.func for entry in self])
        for place, func in enumerate(funcs):
            if func not in left:
                before = f" after {', '.join(funcs[:place])}" if place else ""
                called = ", ".join(entry.func for entry in self) or "nothing"
                raise AssertionError(f"{func} was not called{before}; called were: {called}")

    def _made(self, func: str, params: Mapping[str, str]) -> list[JournalEntry]:
        items = params.items()
        return [call for call in self if call.func == func and items <= call.params.items()]

    def _explained(self, func: str, params: Mapping[str, str], what: str) -> str:
        said = f"{func} {what}" + (f" with {_written(params)}" if params else "")
        made = self.find(func)
        if made:
            return "\n".join([f"{said}; its calls were:", *(f"  {_line(call)}" for call in made)])
        others = ", ".join(dict.fromkeys(call.func for call in self)) or "nothing"
        return f"{said}; called were: {others}"


def _is(error: str | None, wanted: str) -> bool:
    return error is not None and wanted in {error, error.partition("/")[0]}


def _line(call: JournalEntry) -> str:
    outcome = f"refused: {call.error}" if call.error else "ok"
    return f"{call.at:%Y-%m-%d %H:%M:%S} {_written(call.params) or '(no parameters)'} - {outcome}"


def _written(params: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in params.items())
