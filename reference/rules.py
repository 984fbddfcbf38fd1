"""The registry of rules: each rule's id, documents and sentence, and the function that it is.

A rule's function is found by its id: the first segment is the package, the second the module, the
rest the function's name (or the module's again). ``billmanager.renew.late-fee.percent`` is
``late_fee_percent`` in ``billmanager/renew.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, partial
from importlib import import_module
from inspect import signature
from keyword import iskeyword
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from prorata.reference.derivation import Recorder, Step
from prorata.reference.proration import Counting, Pricing
from prorata.reference.readings import (
    READINGS,
    asked_by,
    bind,
    bundle,
    meaning,
    parameters_of,
)
from prorata.reference.ruling import owner, standing_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

__all__ = [
    "AS_DOCUMENTED",
    "DOCUMENTS",
    "Derivation",
    "Instead",
    "Rule",
    "Rulings",
    "function_of",
    "id_of",
    "ids",
    "returns_amount",
    "rules",
]

_Result = TypeVar("_Result")

#: The five documents by the names that the product gives them, and the two other sources.
DOCUMENTS = (
    "hostbill-licences",
    "hostbill-hosting",
    "billmanager-hosting",
    "billmanager-reselling",
    "billmanager-reselling-2021",
    "vendor",
    "ours",
)
_POSTING = ("rounding", "posting_digits")
_TABLE = re.compile(r'^\["(.+)"\]$', re.MULTILINE)
_PROVISION = {
    "ispmanager": ("prorata.reference.panels.ispmanager", "IspmanagerClient"),
    "ipmanager": ("prorata.reference.panels", "ipmanager"),
}


def _counting(*, digits: int, period_days: Any, rounding: Any, rounding_place: Any) -> Counting:
    return Counting(Pricing(digits, rounding, rounding_place), period_days)


def _counted(counting: Counting) -> Counting:
    return counting


bundle("pricing", Pricing, ("rounding", "rounding_place"))
bundle("counting", _counting, ("period_days", "rounding", "rounding_place"))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the registry; `section` is that of its first document, where it has one."""

    id: str
    documents: tuple[str, ...]
    sentence: str
    built: bool
    section: str = ""

    @property
    def readings(self) -> tuple[str, ...]:
        """The readings that the rule and what stands beside it ask for.

        Those of posting are among them where the rule returns an amount.
        """
        if not self.built:
            return ()
        function = function_of(self.id)
        asked: tuple[str, ...] = _POSTING if returns_amount(function) else ()
        for each in (function, *standing_beside(self.id)):
            asked += asked_by(each)
        return tuple(name for name in READINGS if name in asked)


@dataclass(frozen=True, slots=True)
class Derivation:
    """An amount or date explained: the rule, its steps, the exact result, the readings used."""

    rule: str
    steps: tuple[Step, ...]
    result: Any
    readings: Mapping[str, str]


def _registry() -> str:
    return Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")


@cache
def ids() -> frozenset[str]:
    """Return the ids of all rules: without reading what is said of them, which takes longer."""
    return frozenset(_TABLE.findall(_registry()))


@cache
def rules() -> Mapping[str, Rule]:
    """Return every rule by its id."""
    import tomllib  # noqa: PLC0415  whoever wants ids alone does without

    return MappingProxyType(
        {
            name: Rule(
                name,
                tuple(row["documents"]),
                row["sentence"],
                row.get("built", True),
                row.get("section", ""),
            )
            for name, row in tomllib.loads(_registry()).items()
        },
    )


@cache
def function_of(rule: str) -> Callable[..., Any]:
    """Return the function of the rule with this id; `LookupError` where there is none."""
    module, name = _place(rule)
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        message = f"no function for the rule {rule}"
        raise LookupError(message) from error
    return found  # type: ignore[no-any-return]


def _place(rule: str) -> tuple[str, str]:
    """Return the module and the name of the function of a rule."""
    system, family, *rest = rule.replace("-", "_").split(".")
    family += "_" * iskeyword(family)
    name = "_".join(rest) or family
    name += "_" * iskeyword(name)
    if system == "provision" and family in _PROVISION:
        module, client = _PROVISION[family]
        return module, f"{client}.{name}"
    return f"prorata.reference.{system}.{family}", name


@cache
def _ids() -> Mapping[tuple[str, str], str]:
    return {_place(rule): rule for rule in ids()}


@cache
def id_of(function: Callable[..., Any]) -> str:
    """Return the id of the rule that a function is, or beside which it stands.

    Raises `LookupError` for a function that belongs to no rule.
    """
    found = owner(function) or _ids().get((function.__module__, function.__qualname__))
    if found is None:
        message = f"{function.__module__}.{function.__qualname__} belongs to no rule"
        raise LookupError(message)
    return found


def returns_amount(function: Callable[..., Any]) -> bool:
    """Tell whether a rule returns an exact amount."""
    return signature(function).return_annotation in {"Fraction", Fraction}


@dataclass(frozen=True, slots=True)
class Instead:
    """What is done otherwise than any reading has it: the one seam for another convention.

    `readings` are other meanings, whichever value is chosen; `rules` other answers of rules, from
    the right rule with its readings, and its arguments; `legs` has the exact amounts, posted and
    taxed each by itself, that are in place of the one of a rule, in the same way.
    """

    readings: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[Callable[..., Any], Callable[..., Any]] = field(default_factory=dict)
    legs: Mapping[Callable[..., Any], Callable[..., Sequence[Fraction]]] = field(
        default_factory=dict
    )


AS_DOCUMENTED = Instead()


class Rulings:
    """The rules under chosen readings, for a currency with so many minor `digits`.

    `instead` is what is done otherwise.
    """

    def __init__(
        self, chosen: Mapping[str, str], digits: int, instead: Instead = AS_DOCUMENTED
    ) -> None:
        self.chosen = chosen
        self.digits = digits
        self._instead = instead
        self._ready: dict[Callable[..., Any], Callable[..., Any]] = {}

    def __call__(self, rule: Callable[..., _Result], /, **arguments: Any) -> _Result:
        """Ask a rule, by its function: the readings that it asks for are put in.

        Raises what the rule raises, and `TypeError` for arguments that it does not take.
        """
        # Looked up here: no other line of the engine runs as often.
        ready = self._ready.get(rule) or self._with_readings(rule)
        result: _Result = ready(**arguments)
        return result

    def _with_readings(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        ready = self._ready.get(rule)
        if ready is None:
            ready = rule
            if asked_by(rule):
                ready = partial(rule, **bind(rule, self.meaning, self.digits))
            if rule in self._instead.rules:
                ready = partial(self._instead.rules[rule], ready)
            self._ready[rule] = ready
        return ready

    def meaning(self, name: str) -> Any:
        """Return what the reading `name` means here."""
        other = self._instead.readings.get(name)
        return meaning(name, self.chosen[name]) if other is None else other

    def legs(
        self, rule: Callable[..., Fraction], arguments: Mapping[str, Any], /
    ) -> Sequence[Fraction]:
        """Return the exact amounts that a rule comes to, each posted by itself: mostly one."""
        split = self._instead.legs.get(rule)
        if split is None:
            return (self(rule, **arguments),)
        return split(self._with_readings(rule), **arguments)

    @property
    def asked(self) -> Collection[Callable[..., Any]]:
        """The functions of rules that were asked so far."""
        return self._ready.keys()

    @property
    def readings_asked(self) -> frozenset[str]:
        """The readings that those rules ask for; those of posting are not among them."""
        return frozenset(name for rule in self._ready for name in asked_by(rule))

    @property
    def counting(self) -> Counting:
        """How parts of a bought time are counted under these readings."""
        return self(_counted)

    def derive(self, rule: Callable[..., Any] | str, arguments: Mapping[str, Any], /) -> Derivation:
        """Run a rule, given by its id or function, again with a recorder."""
        function = function_of(rule) if isinstance(rule, str) else rule
        name, recorder = id_of(function), Recorder()
        noting = {"note": recorder} if "note" in parameters_of(function) else {}
        result = self._with_readings(function)(**arguments, **noting)
        asked = asked_by(function) + (_POSTING if returns_amount(function) else ())
        readings = {each: self.chosen[each] for each in READINGS if each in asked}
        return Derivation(name, tuple(recorder.steps), result, MappingProxyType(readings))
