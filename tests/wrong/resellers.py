"""Wrong resellers: each the reference but for one thing that it does with its seller."""

from __future__ import annotations

from fractions import Fraction

from seams import Wrong
from ways import answers, nothing, then

from prorata.reference.engine.ports import PanelFailedError
from prorata.reference.money import Money
from prorata.reference.resell import (
    catalogue,
    connection,
    import_,
    ispmanager5,
    licence,
    notice,
    operation,
    trial,
)
from prorata.reference.resell.events import events

__all__ = ["RESELLERS"]

OPERATION, EVENTS, UNMADE = "resell.operation", "resell.events", "resell.operation.unmade"
BUNDLED = "resell.licence.bundled"
RENEWED, LATE = "billmanager.renew.plain", "billmanager.renew.late-policy"
SEPARATE, END = "resell.licence.separate", "resell.ispmanager5.end-of-sale"
ALLOWED = answers(None)


# What is asked of the seller


def _twice(right):
    def ask(seller, *arguments):
        right(seller, *arguments)
        right(seller, *arguments)

    return ask


def _ordering(**other):
    """Order a licence otherwise."""
    return lambda right: lambda seller, wish: right(seller, wish._replace(**other))


def _sending(**other):
    """Send other parameters with an order."""

    def instead(right):
        def order(seller, wish):
            act = seller._wire.act
            seller._wire.act = lambda func, params: act(func, {**params, **other})
            try:
                return right(seller, wish)
            finally:
                seller._wire.act = act

        return order

    return instead


def _nobody(_right):
    return lambda _seller: {}


def _nothing_offered(_right):
    return lambda _seller: {}


def _deaf_after_silence(right):
    def ask(seller, row):
        if getattr(seller, "deaf", False):
            raise PanelFailedError("itemevent", "never asked again", may_have_happened=False)
        try:
            return right(seller, row)
        except PanelFailedError:
            seller.deaf = True
            raise

    return ask


# What the trade does


def _known_alone(_right):
    """Know a licence by its number alone, and not by what it was ordered for."""

    def whose(trade, module, number, _remote):
        known = trade._shelf.services.get((module, number))
        return None if known is None else trade._billing.book.services[known]

    return whose


def _done_when_asked(right):
    def carry(trade, task, service):
        right(trade, task, service)
        return True

    return carry


def _once_a_row(right):
    """Charge for each row of the list, also for one that tells of the same event."""

    def hear(trade, module, seller, news, cursor):
        right(trade, module, seller, news, cursor)
        numbers = [each.number for each in news.events]
        for each in news.events:
            number = trade._shelf.services.get((module, each.licence))
            if number is not None and numbers.count(each.number) > 1:
                _charge_again(trade._billing, number)
                return

    return hear


def _charge_again(billing, number):
    """Post the last line of a service again."""
    line = [each for each in billing.ledger if each.service == number][-1]
    row = line.client, number, line.covers, line.rule, line.arguments
    billing.ledger.append(billing.clock.now(), line.kind, line.amount, *row)
    billing.book.clients[line.client].balance -= line.amount


# What a licence means


def _as_if(change):
    """Take a licence for another one: from it and its service."""
    return lambda right: (
        lambda turn, service, licence: right(turn, service, change(turn, service, licence))
    )


def _its_own_expiry(right):
    def seen(turn, service, licence):
        right(turn, service, licence)
        if licence.expires is not None:
            turn.set(service, expires=turn.midnight(licence.expires))

    return seen


def _licence_alone(turn, *, service, **_rest):
    """Renew no server: nothing is charged, and its dates are as they were."""
    server = turn.book.services[int(service)]
    if server.is_server:
        turn.entries.clear()
        turn.set(server, expires=server.expires, bought=server.bought, stretches=server.stretches)


def _server_alone(right):
    """Renew the licence of no server."""

    def ask(turn, action, service, *arguments):
        if action != "prolong" or not service.is_server:
            right(turn, action, service, *arguments)

    return ask


def _money_again(turn, *, service):
    owner = turn.book.services[int(service)]
    amount = Money.of("7.00", turn.book.currency)
    turn._enter("period", amount, owner, None, "billmanager.order.price", {})


def _whole_sale(row):
    return {name: value for name, value in row.items() if name != "tariff_end"}


RESELLERS = [
    # At the seller
    Wrong("buys again when the answer is lost", (OPERATION, UNMADE), seller={"find": nothing}),
    Wrong("renews at the seller twice", (OPERATION,), seller={"prolong": _twice}),
    Wrong("never renews at the seller", (OPERATION,), seller={"prolong": nothing}),
    Wrong("never suspends at the seller", (OPERATION,), seller={"suspend": nothing}),
    Wrong("never resumes at the seller", (OPERATION,), seller={"resume": nothing}),
    Wrong("leaves the licence of what is deleted", (OPERATION,), seller={"close": nothing}),
    Wrong("keeps the old tariff's code", (OPERATION,), seller={"change": nothing}),
    Wrong("orders by another code", (OPERATION,), seller={"order": _ordering(tariff="55228")}),
    Wrong("orders for no address", (OPERATION,), seller={"order": _ordering(ip="")}),
    Wrong("orders under no name of its own", (OPERATION,),
          seller={"order": _ordering(remote="")}),
    Wrong("has the seller renew by itself", (OPERATION,),
          seller={"order": _sending(autoprolong="1")}),
    Wrong("asks again by itself for what is refused", (OPERATION,),
          trade={"tries": lambda _right: 5}),
    Wrong("active before it is there", (OPERATION,), trade={"carry": _done_when_asked}),
    Wrong("renews the licence but not the server", (BUNDLED, RENEWED, LATE),
          acts={"renew": then(_licence_alone)}),
    Wrong("renews the server but not its licence", (OPERATION, BUNDLED),
          turn={"panel": _server_alone}),
    # What is heard of it
    Wrong("polls never again after an outage", (EVENTS,), seller={"events": _deaf_after_silence}),
    Wrong("forgets an event that came early", (EVENTS,), trade={"_whose": _known_alone}),
    Wrong("forgets an event that was lost", (EVENTS,),
          rules={events: lambda _right, a: tuple(sorted(n for n in a["told"] if n > a["known"]))}),
    Wrong("applies the same event twice", (EVENTS,), trade={"_hear": _once_a_row}),
    Wrong("takes the seller's expiry as the client's", (EVENTS,), seen=_its_own_expiry),
    Wrong("sells on what the seller suspended", (EVENTS,),
          seen=_as_if(lambda _turn, _service, seen: seen._replace(
              suspended_by=seen.suspended_by & {"client"}))),
    Wrong("sells on what the seller closed", (EVENTS,),
          seen=_as_if(lambda _turn, _service, seen: seen._replace(
              status="active" if seen.closed else seen.status))),
    Wrong("keeps a tariff that the seller changed", (EVENTS,),
          seen=_as_if(lambda turn, service, seen: seen._replace(
              tariff=turn.tariff(service).seller_tariff))),
    # Money
    Wrong("charges again though the seller refused", (OPERATION,),
          acts={"start_operation": then(_money_again)}),
    Wrong("gives nothing back for what was never made", (UNMADE,),
          rules={operation.unmade: answers(Fraction(0))}),
    Wrong("sells past the end of sale", ("billmanager.order.tariff-end",), rows=_whole_sale),
    Wrong("ISPmanager 5 beyond the year", (END,),
          {ispmanager5.end_of_sale: lambda _right, a: a["expires"]}),
    Wrong("ISPmanager 5 whenever", (END,), {ispmanager5.sold_today: ALLOWED}),
    Wrong("trials of a month", ("resell.trial",), {trial.trial: answers(False)}),
    Wrong("every licence is a trial", ("resell.trial",), {trial.trial: answers(True)}),
    # Sellers, what they sell, and to whom it is shown
    Wrong("a seller that knows nobody", ("resell.connection",), seller={"connection": _nobody}),
    Wrong("buys where nothing is connected", ("resell.connection",),
          {connection.connection: ALLOWED}),
    Wrong("a seller that offers nothing", ("resell.import",),
          seller={"tariffs": _nothing_offered}),
    Wrong("imports what is not offered", ("resell.import",), {import_.import_: ALLOWED}),
    Wrong("licences by any name", ("resell.catalogue",), {catalogue.catalogue: ALLOWED}),
    Wrong("mails no number", ("resell.notice",), {notice.notice: answers("")}),
    Wrong("shows anyone a licence", (SEPARATE,), {licence.for_client: ALLOWED}),
    Wrong("changes to another seller's", (SEPARATE,), {licence.same_seller: ALLOWED}),
    Wrong("a licence is on a panel", (SEPARATE,), {licence.on_panel: ALLOWED}),
    Wrong("a licence keeps its address and name", (SEPARATE,), seller={"edit": nothing}),
    Wrong("a licence keeps its key", (SEPARATE,), seller={"new_key": nothing}),
    # Servers
    Wrong("any control panel", (BUNDLED,), {licence.bundled: ALLOWED}),
    Wrong("a control panel as a resource", (BUNDLED,), {licence.by_value: ALLOWED}),
    Wrong("moves the licence of a server", (BUNDLED,), {licence.at_its_server: ALLOWED}),
]  # fmt: skip
