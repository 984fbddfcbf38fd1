"""What is wrong in tariffs and settings of a seed, by what the vocabulary says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.control.mistakes import SeedError, either, keys
from prorata.fakes.meant import near
from prorata.reference.vocabulary.kinds import Choice, Each, Many, Plain, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prorata.fakes.control.mistakes import Path
    from prorata.reference.vocabulary.kinds import Kind

__all__ = ["wrong"]


def wrong(path: Path, kind: Kind, said: Any) -> Iterator[SeedError]:
    """Find what is wrong in a value, each at its place; null is as good as nothing."""
    if said is not None:
        yield from _FINDS[type(kind)](path, kind, said)


def _plain(path: Path, kind: Plain, said: Any) -> Iterator[SeedError]:
    from prorata.reference.engine.rows import of_kind

    try:
        of_kind(kind, said)
    except (TypeError, ValueError) as error:
        yield SeedError(path, str(error), kind.value)


def _choice(path: Path, choice: Choice, said: Any) -> Iterator[SeedError]:
    if isinstance(said, dict) and len(said) == 1 and said.keys() <= choice.valued.keys():
        ((word, chosen),) = said.items()
        yield from wrong((*path, word), choice.valued[word], chosen)
    elif said not in choice.words:
        words = [word for word, _ in choice.options]
        message = f"{said!r} is not {choice.what}{near(str(said), words)}"
        yield SeedError(path, message, either(words))


def _record(path: Path, record: Record, said: Any) -> Iterator[SeedError]:
    yield from keys(path, said, dict.fromkeys(record.names, object))
    if isinstance(said, dict):
        missing = (each for each in record.fields if each.needed and each.name not in said)
        yield from (SeedError(path, f"{each.name} is missing", each.sentence) for each in missing)
    for field in record.fields if isinstance(said, dict) else ():
        yield from wrong((*path, field.name), field.kind, said.get(field.name))


def _each(path: Path, each: Each, said: Any) -> Iterator[SeedError]:
    if not isinstance(said, dict):
        yield SeedError(path, f"{said!r} is not a mapping", "a mapping")
        return
    for key, one in said.items():
        yield from wrong((*path, str(key)), each.key, key)
        yield from wrong((*path, str(key)), each.value, one)


def _many(path: Path, many: Many, said: Any) -> Iterator[SeedError]:
    if not isinstance(said, list | tuple):
        yield SeedError(path, f"{said!r} is not a list", "a list")
        return
    for index, one in enumerate(said):
        yield from wrong((*path, str(index)), many.of, one)


_FINDS: Final[Mapping[type, Callable[[Path, Any, Any], Iterator[SeedError]]]] = {
    Plain: _plain,
    Choice: _choice,
    Record: _record,
    Each: _each,
    Many: _many,
}
