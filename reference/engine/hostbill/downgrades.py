"""What a downgrade gives back: never, now, or once its client owes nothing."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from prorata.reference.engine.state import CreditNote, Owed
from prorata.reference.hostbill import downgrade as rules
from prorata.reference.hostbill.upgrade import pro_rata
from prorata.reference.rules import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = [
    "costs_less",
    "credited",
    "give_back_rest",
    "give_credit",
    "gives_back",
    "pay_client",
    "pay_owed",
    "posted",
]


def give_credit(
    turn: Turn, service: Service, product: Product, less: Mapping[str, Fraction]
) -> None:
    """Credit what the time left costs `less`, as the product that is left behind says."""
    _give(turn, service, product, less["difference"], less["paid"])


def costs_less(
    turn: Turn, counted: Mapping[str, Any], paid: Mapping[str, Any]
) -> dict[str, Fraction]:
    """Return what the time left costs less, and what was paid for it.

    It is `counted` at the prices of both products; `paid` has what was paid in place of the old.
    """
    left = -turn.rule(pro_rata, **{**paid, "new_price": Fraction(0), "later": ()})
    most = min(left, paid["old_price"])
    most += sum((each.old_price for each in paid.get("later", ())), Fraction(0))
    return {"difference": turn.rule(pro_rata, **counted), "paid": most}


def posted(turn: Turn, less: Mapping[str, Fraction]) -> Fraction:
    """Return what is given back as it is posted, now or later."""
    return turn.money("credit", turn.rule(rules.credit, **less)).exact


def gives_back(turn: Turn, product: Product) -> bool:
    """Tell whether a downgrade from a product gives anything back, now or later."""
    system = turn.book.settings.downgrade_credit
    policy = product.downgrade_credit
    return turn.rule(rules.credited, policy=policy, system=system, has_unpaid=False) != "never"


def give_back_rest(turn: Turn, service: Service, product: Product, total: Fraction) -> None:
    """Credit what is left of an old cycle when it has paid a new one, as of a downgrade."""
    _give(turn, service, product, total, -total)


def _give(
    turn: Turn, service: Service, product: Product, difference: Fraction, paid: Fraction
) -> None:
    arguments = {"difference": difference, "paid": paid}
    exact = turn.rule(rules.credit, **arguments)
    when = turn.rule(
        rules.credited,
        policy=product.downgrade_credit,
        system=turn.book.settings.downgrade_credit,
        has_unpaid=_owes(turn, service.client),
    )
    if when == "now":
        credited(turn, service, rules.credit, arguments)
    elif when == "later":
        owner = turn.book.clients[service.client]
        turn.set(owner, owed=(*owner.owed, Owed(service.number, arguments)))
    if turn.rule(rules.credit_note, wanted=product.credit_note, amount=exact):
        _note(turn, service, exact)


def credited(
    turn: Turn,
    service: Service,
    rule: Callable[..., Fraction],
    arguments: Mapping[str, Any],
    to: str = "",
) -> Fraction:
    """Credit what a rule gives back for a service, and return it; nothing is kept as such."""
    exact = turn.rule(rule, **arguments)
    amount = turn.money("credit", exact)
    if amount:
        turn.enter("credit", amount, service, None, id_of(rule), arguments, None, to)
    else:
        turn.no_line("credit", exact, service, rule, arguments)
    return amount.exact


def _note(turn: Turn, service: Service, exact: Fraction) -> None:
    number, amount = turn.number("credit note"), turn.money("credit", exact)
    note = CreditNote(number, service.client, service.number, turn.now, amount)
    turn.set(turn.book, credit_notes=[*turn.book.credit_notes, note])


def _owes(turn: Turn, client: str) -> bool:
    """Tell whether a client has an unpaid invoice."""
    services = turn.book.services
    return any(services[number].client == client for number in turn.book.unpaid)


def pay_owed(turn: Turn, service: Service) -> None:
    """Credit what downgrades owe the client of a service, once no invoice of theirs is unpaid."""
    pay_client(turn, service.client)


def pay_client(turn: Turn, client: str) -> None:
    """Credit what downgrades owe a client, whoever has the services now, once none is unpaid."""
    owner = turn.book.clients[client]
    if owner.owed and not _owes(turn, owner.name):
        for owed in owner.owed:
            sold = turn.book.services[owed.service]
            credited(turn, sold, rules.credit, owed.arguments, owner.name)
        turn.set(owner, owed=())
