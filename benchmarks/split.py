"""Time of the processor, in parts: what runs inside of another counts for the inner one alone."""

from __future__ import annotations

from collections.abc import Iterator as Lazy
from contextlib import ExitStack, contextmanager
from functools import wraps
from time import process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Split"]


class Split:
    """Seconds by part; `spent` has every part from the start."""

    def __init__(self, *parts: str) -> None:
        self.spent = dict.fromkeys(parts, 0.0)
        self._open: list[str] = []
        self._since = 0.0

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time of the block for a part."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def _turn(self) -> None:
        now = process_time()
        if self._open:
            self.spent[self._open[-1]] += now - self._since
        self._since = now

    @contextmanager
    def watch(self, *methods: tuple[type, str, str]) -> Iterator[None]:
        """Count the calls of methods for their parts, within the block."""
        with ExitStack() as stack:
            for owner, name, part in methods:
                original = getattr(owner, name)
                setattr(owner, name, self._watched(original, part))
                stack.callback(setattr, owner, name, original)
            yield

    def _watched(self, original: Any, part: str) -> Any:
        @wraps(original)
        def watched(*arguments: Any, **named: Any) -> Any:
            with self.part(part):
                result = original(*arguments, **named)
                # What is lazy does its work here, not where it is read.
                return list(result) if isinstance(result, Lazy) else result

        return watched
