"""What is wrong in a seed: a value with a place, and how it is found that a key is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.control.errors import ControlError
from prorata.fakes.meant import near
from prorata.fakes.mgr5.secrets import is_secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "Kinds",
    "Path",
    "SeedError",
    "UnknownError",
    "either",
    "keys",
]

Path = tuple[str, ...]
Kinds = type | tuple[type, ...]

_WORDS: Final[Mapping[Kinds, str]] = {
    dict: "a mapping", str: "a text", bool: "true or false", list: "a list", (list, dict): "a list",
}  # fmt: skip


class SeedError(ControlError):
    """Something in a seed cannot be; `path` leads to it, `at_key` tells that its name is wrong."""

    def __init__(
        self, path: Path, message: str, expected: str = "", *, at_key: bool = False
    ) -> None:
        super().__init__(".".join(("seed", *path)), message, expected)
        self.path = path
        self.at_key = at_key


def keys(path: Path, found: Any, known: Mapping[str, Kinds]) -> Iterator[SeedError]:
    """Find what is wrong with a mapping's keys, and with what kind of thing each leads to."""
    if not isinstance(found, dict):
        yield SeedError(path, f"{found!r} is not a mapping", "a mapping")
        return
    for key, value in found.items():
        place = (*path, str(key))
        if key not in known:
            message = f'unknown key "{key}"{near(str(key), known)}'
            yield UnknownError(place, message, either(known))
        elif not isinstance(value, known[key]):
            words = _WORDS[known[key]]
            said = "it" if is_secret(str(key)) else repr(value)
            yield SeedError(place, f"{said} is not {words}", words)


class UnknownError(SeedError):
    """A key that is none: the field that is told of is the mapping that has it."""

    def __init__(self, path: Path, message: str, expected: str) -> None:
        super().__init__(path, message, expected, at_key=True)
        self.field = ".".join(("seed", *path[:-1]))
        self.args = (f"{self.field}: {self.message}",)


def either(words: Iterable[str]) -> str:
    """Say which words there are."""
    return f"one of {', '.join(words)}"
