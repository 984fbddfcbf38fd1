"""`prorata try`."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from prorata.harness.cli.arguments import ArgumentError, described, read_arguments
from prorata.harness.cli.common import Mistake, mistakes, reading_option
from prorata.harness.scenario.problems import nearest
from prorata.reference.derivation import shown
from prorata.reference.money import POSTING_DIGITS, ROUNDING, Money, minor_digits
from prorata.reference.readings import choose
from prorata.reference.rules import Rulings, function_of, rules

if TYPE_CHECKING:
    from prorata.reference.rules import Derivation

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
        raise Mistake(f"no rule is called {rule}{nearest(rule, rules())}")
    if not known.built or rule.startswith("provision."):
        why = "acts on a panel; run its scenarios" if known.built else "is not built yet"
        raise Mistake(f"{rule} {why}")
    function = function_of(rule)
    if not arguments and described(function):
        click.echo(f"{rule}: {known.sentence}")
        for name, example, needed in described(function):
            click.echo(f"  {name}={example}{'' if needed else '   (optional)'}")
        return 0
    if not all("=" in argument.strip("=") for argument in arguments):
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
            raise Mistake(f"{rule} cannot be evaluated with these: {error}") from None
    _tell(derivation, currency, chosen)
    return 0


def _tell(derivation: Derivation, currency: str, chosen: Any) -> None:
    for step in derivation.steps:
        click.echo(f"{step.label:<14} {step.numbers}  =  {step.result}")
    result = derivation.result
    if isinstance(result, Fraction):
        kind = "daily" if derivation.rule == "billmanager.charge.daily" else "period"
        digits = POSTING_DIGITS[chosen["posting_digits"]](kind, minor_digits(currency))
        posted = Money.post(result, currency, digits, ROUNDING[chosen["rounding"]])
        click.echo(f"{'posted':<14} {shown(result)}  as  {posted} {currency}")
        return
    click.echo(f"{'result':<14} {_result(result)}")


def _result(result: object) -> str:
    if isinstance(result, tuple):
        return " .. ".join(map(shown, result))
    if isinstance(result, date | bool | type(None)):
        return {None: "nothing is refused", True: "yes", False: "no"}.get(result, shown(result))  # type: ignore[arg-type]
    return shown(result)
