"""What a set holds as bytes, and back: from this version's bytes only, and running nothing else."""

from __future__ import annotations

import json
import pickle
from dataclasses import fields, is_dataclass
from importlib import import_module
from io import BytesIO
from types import FunctionType, MappingProxyType, MethodType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.reference.engine.rulebook import Rulebook

__all__ = ["OtherShapeError", "pack", "unpack"]

#: Values of Python itself; what else there may be is of the panels and of billing.
_PLAIN: Final = frozenset(
    {
        ("builtins", "frozenset"),
        ("builtins", "set"),
        ("collections", "defaultdict"),
        ("collections", "deque"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
        ("fractions", "Fraction"),
        ("random", "Random"),
        ("zoneinfo", "ZoneInfo"),
    }
)
_OURS: Final = ("prorata.fakes.", "prorata.reference.")
_DO_NOTHING: Final = (__name__, "prorata.reference.")


class OtherShapeError(ValueError):
    """The bytes are of classes that look otherwise in this version."""


def pack(value: Any) -> tuple[bytes, str]:
    """Return a value as bytes, and the shapes of its classes as JSON."""
    file = BytesIO()
    packer = _Packer(file, protocol=5)
    packer.dump(value)
    return file.getvalue(), json.dumps(packer.shapes())


def unpack(data: bytes, shapes: str) -> Any:
    """Return a value from what `pack` returned; OtherShapeError where it is of another version."""
    try:
        for name, shape in json.loads(shapes).items():
            if _shape(_found(*name.split(":"))) != shape:
                raise OtherShapeError(name)
        return _Unpacker(BytesIO(data)).load()
    except (pickle.UnpicklingError, ImportError, AttributeError, LookupError, TypeError) as error:
        raise OtherShapeError(str(error)) from None


class _Packer(pickle.Pickler):
    """Writes the state; of what it stands on, the clock or the rules, no more than which it is."""

    def __init__(self, file: BytesIO, protocol: int) -> None:
        super().__init__(file, protocol)
        self._ways = _Ways()

    def reducer_override(self, value: Any) -> Any:
        """Return how to make a value again, NotImplemented where there is nothing to say of it."""
        way = self._ways[type(value)]
        return NotImplemented if way is None else way(value)

    def shapes(self) -> dict[str, list[str]]:
        """Return the shapes of our classes that were met."""
        ours = [kind for kind in self._ways if kind.__module__.startswith(_OURS)]
        return {f"{kind.__module__}:{kind.__qualname__}": _shape(kind) for kind in ours}


class _Ways(dict[type, "Callable[[Any], Any] | None"]):
    """The special way of each class; they are known by name, so that none is imported for it."""

    def __missing__(self, kind: type) -> Callable[[Any], Any] | None:
        """Look it up, once."""
        way = self[kind] = _BY_NAME.get(f"{kind.__module__}.{kind.__qualname__}")
        return way


def rulebook() -> Rulebook:
    """Return the rulebook of BILLmanager, which the panel has."""
    from prorata.reference.engine.billmanager import BILLMANAGER

    return BILLMANAGER


def blank(kind: type) -> Any:
    """Return an object of a class, without anything of its own yet."""
    return object.__new__(kind)


def proxy(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """Return a mapping that cannot be changed."""
    return MappingProxyType(values)


def method(owner: Any, name: str) -> Any:
    """Return a method of an object of ours."""
    function = vars(type(owner))[name]
    if not isinstance(function, FunctionType) or not function.__module__.startswith(_OURS):
        raise TypeError(name)
    return MethodType(function, owner)


_BY_NAME: Final[Mapping[str, Callable[[Any], Any]]] = {
    "builtins.mappingproxy": lambda mapping: (proxy, (dict(mapping),)),
    "builtins.method": lambda bound: (method, (bound.__self__, bound.__name__)),
    # A hosting panel that is not of the billing's own has its own place in the set.
    "prorata.fakes.billmanager.port.Ports": lambda ports: (
        type(ports),
        (ports.own_hosting, ports.elsewhere, ports.types),
    ),
    "prorata.fakes.mgr5.journal.Journal": lambda journal: (type(journal), ()),
    "prorata.reference.clock.Clock": lambda clock: (type(clock), (clock.now(),)),
    # What it has found out of its rules is found out again.
    "prorata.reference.engine.billing.Billing": lambda billing: (
        blank,
        (type(billing),),
        {**vars(billing), "_rulings": {}},
    ),
    "prorata.reference.engine.rulebook.Rulebook": lambda _book: (rulebook, ()),
    "zoneinfo.ZoneInfo": lambda zone: (type(zone), (zone.key,)),
}


class _Unpacker(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Return a class or a rule of ours, or a plain value's class; nothing else is looked up."""
        return _found(module, name)


def _found(module: str, name: str) -> Any:
    if (module, name) in _PLAIN or module.startswith(_OURS):
        found = getattr(import_module(module), name)
        # A module leads to everything that it imports, and functions to what they do: of those
        # there are the rules, which do nothing, and the ways above.
        kinds = (type, FunctionType) if module.startswith(_DO_NOTHING) else (type,)
        if isinstance(found, kinds) and found.__module__ == module:
            return found
    raise pickle.UnpicklingError(f"{module}.{name} is no part of a state")


def _shape(kind: type) -> list[str]:
    """Return the names of what an object of a class has, where the class says so."""
    if is_dataclass(kind):
        return [each.name for each in fields(kind)]
    return list(getattr(kind, "_fields", ()) or getattr(kind, "__slots__", ()))
