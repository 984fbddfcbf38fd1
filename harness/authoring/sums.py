"""How an expected amount comes about, in one line, by the reference."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.reference.ledger import TO_CLIENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario, TreePath
    from prorata.harness.scenario.expect import Charged, ExpectedInvoice
    from prorata.reference.ledger import Line

__all__ = ["Sum", "sum_of", "sums"]


#: So many letters of a sum fit beside an amount: of a longer one the end is told.
_LONGEST: Final = 120


class Sum(NamedTuple):
    """An expected amount at its path: what it is of, and how it comes about; None: by no sum.

    A sum is told only where it comes to what is expected.
    """

    path: TreePath
    of: str
    text: str | None


def sums(scenario: Scenario, story: Story) -> Iterator[Sum]:
    """Yield a sum for each amount that a scenario expects of lines, balances and invoices."""
    before = {name: client.balance for name, client in scenario.given.clients.items()}
    for number, step in enumerate(scenario.steps):
        played = number < len(story.whole)
        lines = story.of_step(number)[0] if played else ()
        path: TreePath = ("timeline", number, "expect")
        if step.expect is not None:
            yield from _charged(story, number, path, step.expect.charged or (), lines)
            yield from _invoices(story, number, path, step.expect.invoices or ())
            for client, wanted in step.expect.balance.items():
                paid = _paid(step.act, client)
                text = _balance(before.get(client), paid, client, lines, wanted)
                yield Sum((*path, "balance", client), f"balance of {client}", text)
        if played:
            told = story.whole[number].balances
            before |= {client: Decimal(amount) for client, amount in told.items()}


def sum_of(line: Line, story: Story) -> str:
    """Return how a line comes about: its steps with their results, and what is posted."""
    derivation = story.derive(line)
    posted = str(line.amount)
    told = []
    for step in derivation.steps:
        numbers = f"{step.of} {step.numbers}".strip()
        result = f" = {step.result}" if step.numbers != step.result else ""
        # A number that comes from nowhere else is told by its name.
        told.append(f"{numbers}{result}" if result else f"{step.formula} {step.result}")
    last = derivation.steps[-1].result if derivation.steps else ""
    rounded = "" if last in {posted, f"−{posted}"} else f", posted as {posted}"
    while len(told) > 1 and sum(map(len, told)) > _LONGEST:
        told = ["…", *told[2:]] if told[0] == "…" else ["…", *told[1:]]
    return "; ".join(told) + rounded


def _charged(
    story: Story,
    number: int,
    path: TreePath,
    expected: Sequence[Charged],
    lines: Sequence[Line],
) -> Iterator[Sum]:
    left = [line for line in lines if line.amount.exact]
    for index, each in enumerate(expected):
        text = _line_sum(story, number, each, left)
        yield Sum((*path, "charged", index, "amount"), each.kind, text)


def _line_sum(story: Story, number: int, wanted: Charged, left: list[Line]) -> str | None:
    """Return the sum of the first lines left that fit, and take these out."""
    labels = story.whole[number].labels if number < len(story.whole) else {}
    fitting = [
        line
        for line in left
        if line.kind == wanted.kind
        and wanted.service in {None, labels.get(str(line.service))}
        and (wanted.lines is not None or Decimal(str(line.amount)) == wanted.amount)
    ][: wanted.lines or 1]
    if len(fitting) != (wanted.lines or 1):
        return None
    for line in fitting:
        left.remove(line)
    if wanted.lines is None:
        return sum_of(fitting[0], story)
    amounts = [Decimal(str(line.amount)) for line in fitting]
    return f"{_added(amounts)} = {wanted.amount}" if sum(amounts) == wanted.amount else None


def _added(amounts: Sequence[Decimal]) -> str:
    """Write a sum: ``3 × 0.10 + 0.20``."""
    return " + ".join(_times(count, amount) for amount, count in Counter(amounts).items())


def _times(count: int, amount: Decimal) -> str:
    return f"{count} × {amount}" if count > 1 else str(amount)


def _balance(
    before: Decimal | None, paid: Decimal, client: str, lines: Sequence[Line], wanted: Decimal
) -> str | None:
    if before is None:
        return None
    # What an invoice asks for is not taken from the balance.
    own = [each for each in lines if each.client == client and not each.inside]
    moved = [
        (each.kind in TO_CLIENT, Decimal(str(each.amount))) for each in own if not each.invoice
    ]
    moved = [(True, paid), *moved] if paid else moved
    terms = [
        f"{'+' if back else '−'} {_times(count, amount)}"
        for (back, amount), count in Counter(each for each in moved if each[1]).items()
    ]
    total = before + sum((amount if back else -amount) for back, amount in moved)
    if total != wanted:
        return None
    return f"{before} {' '.join(terms)} = {wanted}".replace("-", "−") if terms else "as before"


def _paid(act: tuple[str, Any] | None, client: str) -> Decimal:
    verb, done = act or ("", None)
    own = verb == "pay" and getattr(done, "client", None) == client
    return done.amount if own and done is not None else Decimal(0)


def _invoices(
    story: Story, number: int, path: TreePath, expected: Sequence[ExpectedInvoice]
) -> Iterator[Sum]:
    seen = story.whole[number].invoices if number < len(story.whole) else ()
    for index, each in enumerate(expected):
        amounts = [Decimal(line.amount) for line in seen[index].lines] if index < len(seen) else []
        fits = amounts and sum(amounts) == each.total
        text = f"{_added(amounts)} = {each.total}" if len(amounts) > 1 else "its only line"
        yield Sum(
            (*path, "invoices", index, "total"), f"invoice of {each.of}", text if fits else None
        )
