"""`prorata try`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from inspect import signature
from typing import TYPE_CHECKING, Any

import click

from prorata.harness.cli.arguments import ArgumentError, described, read_arguments
from prorata.harness.cli.common import Mistake, mistakes, reading_option
from prorata.harness.cli.examples import EXAMPLES
from prorata.harness.scenario.problems import meant
from prorata.reference.derivation import shown
from prorata.reference.money import POSTING_DIGITS, ROUNDING, Money, minor_digits
from prorata.reference.readings import choose
from prorata.reference.refusal import Refusal
from prorata.reference.rules import Rulings, function_of, rules

if TYPE_CHECKING:
    from prorata.reference.rules import Derivation, Rule

__all__ = ["command"]


@click.command("try")
@click.argument("rule")
@click.argument("arguments", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--currency", default="USD", show_default=True, help="Whose digits are posted.")
@reading_option()
def command(rule: str, arguments: tuple[str, ...], currency: str, readings: dict[str, str]) -> int:
    """Evaluate one RULE and show its derivation; without arguments, what it takes.

    For example: prorata try billmanager.renew.late-fee.fixed amount=2.00
    """
    known = rules().get(rule)
    if known is None:
        near = meant(rule, rules()) or "; prorata rules lists them"
        raise Mistake(f"no rule is called {rule}{near}")
    if not known.built or rule.startswith("provision."):
        why = "acts on a panel; run its scenarios" if known.built else "is not built yet"
        raise Mistake(f"{rule} {why}")
    function = function_of(rule)
    if not arguments and described(function):
        _describe(known)
        return 0
    if not all("=" in argument[1:] for argument in arguments):
        raise Mistake("arguments are KEY=VALUE")
    with mistakes():
        chosen = choose(readings)
        try:
            given = read_arguments(function, dict(each.split("=", 1) for each in arguments))
            digits = minor_digits(currency)
        except ArgumentError as error:
            raise Mistake(str(error)) from None
        except KeyError:
            raise Mistake(f"no currency is called {currency}") from None
        try:
            derivation = Rulings(chosen, digits).derive(rule, given)
        except (ValueError, ArithmeticError, LookupError, TypeError) as error:
            raise Mistake(f"{rule} cannot be evaluated with these: {_why(error)}") from None
    try:
        _tell(derivation, currency, chosen)
    except (ValueError, OverflowError) as error:
        raise Mistake(f"what {rule} comes to cannot be shown: {_why(error)}") from None
    return 0


def _why(error: Exception) -> str:
    """Say what was wrong with arguments; what Python says of it is for nobody."""
    if isinstance(error, ZeroDivisionError):
        return "something is divided by 0"
    if isinstance(error, OverflowError) or "digits" in str(error):
        return "a number or a date is too large"
    if isinstance(error, LookupError | TypeError):
        return "one of them does not go with the others, or is missing"
    return str(error)


def _describe(rule: Rule) -> None:
    """Say what a rule takes, with arguments that are ready to be tried."""
    click.echo(f"{rule.id}: {rule.sentence}")
    for name, example, needed in described(function_of(rule.id)):
        click.echo(f"  {name}={example}{'' if needed else '   (optional)'}")
    click.echo(f"for example: {shlex.join(['prorata', 'try', rule.id, *EXAMPLES[rule.id]])}")


def _tell(derivation: Derivation, currency: str, chosen: Any) -> None:
    for step in derivation.steps:
        numbers = f"{step.of} {step.numbers}".strip()
        click.echo(f"{step.label:<14} {f'{numbers}  =  ' if numbers else ''}{step.result}")
        if step.why:
            click.echo(f"{'':<14} {step.why}")
    result = derivation.result
    if isinstance(result, Fraction):
        kind = "daily" if derivation.rule == "billmanager.charge.daily" else "period"
        digits = POSTING_DIGITS[chosen["posting_digits"]](kind, minor_digits(currency))
        posted = Money.post(result, currency, digits, ROUNDING[chosen["rounding"]])
        click.echo(f"{'posted':<14} {shown(result)}  as  {posted} {currency}")
        return
    click.echo(f"{'result':<14} {_result(derivation)}")


def _result(derivation: Derivation) -> str:
    result = derivation.result
    if result is None:
        refuses = "Refusal" in str(signature(function_of(derivation.rule)).return_annotation)
        return "nothing is refused" if refuses else "nothing"
    if isinstance(result, tuple) and all(isinstance(each, date) for each in result):
        return " .. ".join(map(shown, result))
    return _written(result)


def _written(value: object) -> str:
    """Write what a rule returned: a value object by its fields, several with semicolons between."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Refusal):
        return str(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_written(each)}" for name, each in value.items())
    named = _fields(value)
    if named:
        return ", ".join(
            f"{name} {_written(each)}" for name, each in named.items() if each not in (None, ())
        )
    if isinstance(value, tuple):
        return "; ".join(map(_written, value))
    return shown(value)


def _fields(value: object) -> dict[str, Any]:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return value._asdict() if hasattr(value, "_asdict") else {}
