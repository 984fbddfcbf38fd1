"""A factory in Python that speaks protocol 1: deliveries, quotes, numbers of payments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

import pytest
from in_process import InProcess

from prorata.harness.implementations import Refused, Unsupported
from prorata.harness.protocol import (
    Failed,
    Lacking,
    MalformedError,
    Observe,
    Open,
    Perform,
    Quote,
    Quoted,
    QuotedLine,
    RefusedAct,
    Result,
)

BEGIN = datetime(2025, 8, 1, 9, tzinfo=UTC)
OPEN = Open(
    scenario=1, at=BEGIN, system="billmanager", currency="USD", timezone="UTC",
    catalogue={}, clients={},
)  # fmt: skip
RENEW = {"service": "1", "period": "1 month"}


class Renewing:
    """Renews, and tells what it was told of each delivery."""

    prorata: ClassVar = {"name": "renewing", "protocol": 1}

    def __init__(self, context):
        self.context, self.told, self.paid = context, [], []

    def renew(self, *, service, period):
        self.told.append(self.context.delivery())

    def pay(self, *, client, amount, payment):
        self.paid.append(payment)

    def quote(self, act, *, service, period):
        if period == "3 years":
            raise Refused("no price", "billmanager.order.price")
        return [{"kind": "period", "amount": "3.10"}] if act == "renew" else []

    def observe(self):
        return {"ledger": [{"kind": "period", "amount": "3.10"}]}


class Old:
    """Says nothing of the protocol, and has no quotes."""

    def __init__(self, context):
        self.context = context

    def renew(self, *, service, period):
        if self.context.delivery().id:
            raise Unsupported("it should have none")


def opened(factory):
    """Return the factory with an open scenario, and the billing inside."""
    implementation = InProcess(factory)
    implementation.ask(OPEN)
    return implementation, implementation._host._billing


def test_a_delivery_tells_its_id_and_whether_it_comes_again():
    """Beside the parameters, which stay those of the act."""
    implementation, billing = opened(Renewing)
    act = Perform.named("renew", **RENEW).delivered("7")
    for sent in (act, act.repeated()):
        assert isinstance(implementation.ask(sent), Result)
    assert [("7", False), ("7", True)] == [(each.id, each.again) for each in billing.told]
    implementation.ask(Perform.named("pay", client="anna", amount="1.00", payment="4"))
    assert ["4"] == billing.paid


def test_quotes_of_a_factory():
    """A list is its lines; a refusal is one; without such a method it is unsupported."""
    implementation, _ = opened(Renewing)
    lines = [QuotedLine(kind="period", amount="3.10")]
    assert Result(Quoted(lines=lines)) == implementation.ask(Quote.named("renew", **RENEW))
    refused = implementation.ask(Quote.named("renew", **{**RENEW, "period": "3 years"}))
    assert RefusedAct("no price", "billmanager.order.price") == refused
    unknown = implementation.ask(Quote.named("renew", **RENEW, method="account"))
    assert Lacking("no method in a quote of renew") == unknown
    old, _ = opened(Old)
    assert Lacking("no method quote") == old.ask(Quote.named("renew", **RENEW))


def test_quote_is_no_act():
    """The method that quotes is not called by an act of that name."""
    implementation, _ = opened(Renewing)
    assert Lacking("no method quote") == implementation.ask(Perform.named("quote", act_="renew"))


def test_a_factory_is_of_version_0_unless_it_says_so():
    """Then nothing of version 1 reaches it, nor is asked of its lines."""
    old, _ = opened(Old)
    assert (0, 1) == (old.declared.protocol, InProcess(Renewing).declared.protocol)
    assert not isinstance(old.ask(Perform.named("renew", **RENEW)), Failed | Lacking)


def test_a_line_without_its_instant_is_told():
    """By version 1 the adapter's author hears of it."""
    implementation, _ = opened(Renewing)
    with pytest.raises(MalformedError, match=r"result\.ledger\.0\.at: is missing"):
        implementation.ask(Observe(of=["ledger"]))
