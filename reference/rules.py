"""The registry of rules: each rule's id, documents and sentence, and the function that it is.

A rule's function is found by its id: the first segment is the package, the second the module, the
rest the function's name (or the module's again). ``billmanager.renew.late-fee.percent`` is
``late_fee_percent`` in ``billmanager/renew.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from importlib import import_module
from inspect import signature
from keyword import iskeyword
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from prorata.reference.derivation import Recorder, Step
from prorata.reference.proration import Counting, Pricing
from prorata.reference.readings import READINGS, asked_by, bind, bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "DOCUMENTS",
    "Derivation",
    "Rule",
    "Rulings",
    "function_of",
    "ids",
    "returns_amount",
    "rules",
]

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
    """One rule of the registry."""

    id: str
    documents: tuple[str, ...]
    sentence: str
    built: bool
    asked_beside: tuple[str, ...] = ()

    @property
    def readings(self) -> tuple[str, ...]:
        """The readings that the rule asks for, those of posting where it returns an amount.

        `asked_beside` are those that the engine asks for on behalf of the rule.
        """
        if not self.built:
            return ()
        function = function_of(self.id)
        asked = asked_by(function) + self.asked_beside
        asked += _POSTING if returns_amount(function) else ()
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
                tuple(row.get("readings", ())),
            )
            for name, row in tomllib.loads(_registry()).items()
        },
    )


@cache
def function_of(rule: str) -> Callable[..., Any]:
    """Return the function of the rule with this id; `LookupError` where there is none."""
    system, family, *rest = rule.replace("-", "_").split(".")
    name = "_".join(rest) or family
    name += "_" * iskeyword(name)
    try:
        if system == "provision":
            module, client = _PROVISION[family]
            return getattr(getattr(import_module(module), client), name)  # type: ignore[no-any-return]
        module = f"prorata.reference.{system}.{family}"
        return getattr(import_module(module), name)  # type: ignore[no-any-return]
    except (ImportError, AttributeError, KeyError) as error:
        message = f"no function for the rule {rule}"
        raise LookupError(message) from error


def returns_amount(function: Callable[..., Any]) -> bool:
    """Tell whether a rule returns an exact amount."""
    return signature(function).return_annotation in {"Fraction", Fraction}


class Rulings:
    """The rules under chosen readings, for a currency with so many minor `digits`."""

    def __init__(self, chosen: Mapping[str, str], digits: int) -> None:
        self.chosen = chosen
        self.digits = digits
        self._ready: dict[str, Callable[..., Any]] = {}

    def __call__(self, rule: str, /, **arguments: Any) -> Any:
        """Ask a rule, by its id."""
        return self.ready(rule)(**arguments)

    def ready(self, rule: str) -> Callable[..., Any]:
        """Return the function of a rule with its readings put in."""
        ready = self._ready.get(rule)
        if ready is None:
            function = function_of(rule)
            ready = partial(function, **bind(function, self.chosen, self.digits))
            self._ready[rule] = ready
        return ready

    @property
    def counting(self) -> Counting:
        """How parts of a bought time are counted under these readings."""
        counting: Counting = bind(_counted, self.chosen, self.digits)["counting"]
        return counting

    def derive(self, rule: str, arguments: Mapping[str, Any]) -> Derivation:
        """Run a rule again with a recorder."""
        ready, recorder = self.ready(rule), Recorder()
        noting = {"note": recorder} if "note" in signature(ready).parameters else {}
        result = ready(**arguments, **noting)
        asked = {name: self.chosen[name] for name in rules()[rule].readings}
        return Derivation(rule, tuple(recorder.steps), result, MappingProxyType(asked))
