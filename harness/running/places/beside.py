"""What is answered beside an act: to a quote of it before, and when it comes a second time.

An implementation is held to its own word: a quote to what the act then charges, the second answer
to the first.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from prorata.harness.protocol import Quoted, RefusedAct, Result
from prorata.harness.running.places.common import DONE, NOTHING, QUOTED, SECOND, names
from prorata.harness.running.places.lines import kind_of
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.harness.protocol import Answer, LedgerLine, QuotedLine
    from prorata.harness.running.places.common import Path, Writer
    from prorata.harness.running.seen import Seen

    Texts = dict[Path, str]
    Lines = Iterable[LedgerLine | QuotedLine]

__all__ = ["own_word"]

_AS_BEFORE: Final = "the answer that was given before"
_AGAIN: Final = (SECOND,)
_WHOLE: Final = (QUOTED,)


def own_word(seen: Seen, writer: Writer, *, itemised: bool = True) -> tuple[Texts, Texts]:
    """Return what an implementation's own word wants of it, and what was seen at these places."""
    if seen.beside is None:
        return {}, {}
    wanted: Texts = {}
    found: Texts = {}
    if seen.beside.repeated is not None:
        wanted[_AGAIN], found[_AGAIN] = _AS_BEFORE, _repeated(seen.answer, seen.beside.repeated)
    quote = seen.beside.quote
    if quote is not None:
        charged = _come(seen.answer, seen.beside.charged, writer, itemised=itemised)
        quoted = _come(quote, _quoted(quote), writer, itemised=itemised)
        if _same_refusal(seen.answer, quote):
            quoted = charged
        places = dict.fromkeys((*charged, *quoted), NOTHING)
        wanted, found = {**wanted, **places, **charged}, {**found, **places, **quoted}
    return wanted, found


def _same_refusal(first: Answer | None, second: Answer) -> bool:
    """Tell whether both refuse, under one rule where both name one; words do not matter."""
    if not (isinstance(first, RefusedAct) and isinstance(second, RefusedAct)):
        return False
    return None in {first.rule, second.rule} or first.rule == second.rule


def _repeated(first: Answer | None, second: Answer) -> str:
    """Write whether what was delivered twice was answered alike."""
    if first == second or _same_refusal(first, second):
        return _AS_BEFORE
    if isinstance(second, Result):
        told = second.body.model_dump(exclude_none=True)
        return ", ".join(f"{key} {value}" for key, value in told.items()) or DONE
    return _refused(second)


def _refused(answer: Answer | None) -> str:
    rule = answer.rule if isinstance(answer, RefusedAct) else None
    return f"refused by {rule}" if rule else "refused"


def _quoted(answer: Answer) -> Lines:
    body = answer.body if isinstance(answer, Result) else None
    return body.lines if isinstance(body, Quoted) else ()


def _come(answer: Answer | None, lines: Lines, writer: Writer, *, itemised: bool) -> Texts:
    """Write lines by their kinds, those of nothing left out; or what they come to; or a refusal."""
    if isinstance(answer, RefusedAct):
        return {_WHOLE: _refused(answer)}
    if not itemised:
        return {(*_WHOLE, "in all"): str(_sum(lines, writer))}
    by_kind: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        if Decimal(line.amount):
            by_kind[kind_of(line.kind, line.included)].append(writer.money(line.amount))
    return {(*_WHOLE, kind): names(amounts) for kind, amounts in by_kind.items()}


def _sum(lines: Lines, writer: Writer) -> Money:
    total = Money.of("0", writer.currency)
    for line in lines:
        amount = Money.of(line.amount, writer.currency)
        if not line.included:
            total += -amount if line.kind in TO_CLIENT else amount
    return total
