"""Things by name and by owner: what one user has is found without looking at everything."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Owned", "Register"]


class Owned(Protocol):
    """What belongs to somebody."""

    @property
    def owner(self) -> str:
        """The name of the account it belongs to."""


T = TypeVar("T", bound=Owned)


class Register(MutableMapping[str, T]):
    """A mapping in the order of making, with the keys of each owner beside it.

    The things themselves are frozen, so a copy shares them: `copy.deepcopy` costs as little.
    """

    __slots__ = ("_keys", "_listed", "_things")

    def __init__(self, things: Mapping[str, T] | None = None) -> None:
        self._things: dict[str, T] = {}
        self._keys: dict[str, dict[str, None]] = {}
        self._listed: dict[str | None, list[str]] = {}
        for key, thing in (things or {}).items():
            self[key] = thing

    def __getitem__(self, key: str) -> T:
        """Return the thing of that name; raise KeyError where there is none."""
        return self._things[key]

    def __setitem__(self, key: str, thing: T) -> None:
        """Keep a thing, in the place of the one of that name."""
        old = self._things.get(key)
        self._things[key] = thing
        if old is None:
            self._list(key, None)
        elif old.owner == thing.owner:
            return
        else:
            self._disown(key, old.owner)
        self._keys.setdefault(thing.owner, {})[key] = None
        self._list(key, thing.owner)

    def __delitem__(self, key: str) -> None:
        """Forget a thing; raise KeyError where there is none."""
        self._disown(key, self._things.pop(key).owner)
        self._listed.pop(None, None)

    def __iter__(self) -> Iterator[str]:
        """Go through the names in the order of making."""
        return iter(self._things)

    def __len__(self) -> int:
        """Return how many things there are."""
        return len(self._things)

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a thing of that name."""
        return key in self._things

    def get(self, key: str, default: Any = None) -> Any:
        """Return the thing of that name."""
        return self._things.get(key, default)

    @property
    def finder(self) -> Callable[[str], T]:
        """What finds a thing by its name, as `[]` does, and without a step between."""
        return self._things.__getitem__

    def count(self, owner: str) -> int:
        """Return how many things an owner has."""
        return len(self._keys.get(owner, ()))

    def listed(self, owner: str | None = None) -> Sequence[str]:
        """Return the keys of an owner's things, or of all.

        The list grows with the book, and is another one after something was deleted: whoever goes
        through it may delete what is in it.
        """
        if owner not in self._listed:
            keys = self._things if owner is None else self._keys.get(owner, ())
            self._listed[owner] = list(keys)
        return self._listed[owner]

    def __deepcopy__(self, _memo: object) -> Register[T]:
        """Return a copy that shares the things."""
        made: Register[T] = Register()
        made._things = dict(self._things)
        made._keys = {owner: dict(keys) for owner, keys in self._keys.items()}
        return made

    def _list(self, key: str, owner: str | None) -> None:
        if owner in self._listed:
            self._listed[owner].append(key)

    def _disown(self, key: str, owner: str) -> None:
        del self._keys[owner][key]
        if not self._keys[owner]:
            del self._keys[owner]
        self._listed.pop(owner, None)
