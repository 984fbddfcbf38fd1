"""The reference as an implementation: the engine behind the protocol, in this process."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from prorata.harness.implementations.showing import Showing
from prorata.harness.implementations.yaml_forms import yaml_form
from prorata.harness.protocol import (
    PROTOCOL,
    Advance,
    Answer,
    Close,
    Done,
    Lacking,
    Nothing,
    Observe,
    Open,
    Perform,
    Quote,
    Quoted,
    QuotedLine,
    RefusedAct,
    Request,
    Result,
    Settled,
    Start,
    Started,
    Stop,
)
from prorata.reference import refusal
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing, CatalogueError, UnknownActError
from prorata.reference.engine.resell import Trade
from prorata.reference.engine.snapshot import Snapshot
from prorata.reference.panels import BillmanagerSeller, IspmanagerClient, Wire
from prorata.reference.panels.billmanager import ITEMTYPES
from prorata.reference.readings import choose
from prorata.reference.rules import AS_DOCUMENTED, Instead
from prorata.reference.vocabulary.settings import BUYING
from prorata.reference.vocabulary.tariff_parts import RESELLS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.protocol import PanelAccess
    from prorata.harness.protocol.words import Kind
    from prorata.reference.engine.turn import Entry
    from prorata.reference.panels import Sender

__all__ = ["Reference"]


class Reference:
    """The reference under chosen readings.

    `transport` gives the way to a panel's address: in process, or None for a socket; `instead` is
    what it does otherwise than any reading has it.
    """

    def __init__(
        self,
        *,
        version: str,
        readings: Mapping[str, str] | None = None,
        transport: Callable[[str], Sender | None] = lambda _url: None,
        instead: Instead = AS_DOCUMENTED,
    ) -> None:
        self.name = "reference"
        self.declared = Started(
            name=self.name,
            version=version,
            protocol=PROTOCOL,
            readings=dict(readings or {}),
        )
        self._readings = dict(readings or {})
        self._transport = transport
        self._instead = instead
        self._billing: Billing | None = None
        self._showing = Showing()
        self._panel: IspmanagerClient | None = None
        self._sellers: dict[str, BillmanagerSeller] = {}
        self._answered = _Answered()

    @classmethod
    def around(cls, billing: Billing) -> Reference:
        """Return an implementation whose billing is open already: one that a panel runs on."""
        made = cls(version="")
        made._billing = billing
        return made

    @property
    def billing(self) -> Billing:
        """The billing that is open, with its ledger; `RuntimeError` where none is."""
        if self._billing is None:
            message = "no billing is open"
            raise RuntimeError(message)
        return self._billing

    takes_readings = True

    def pin(self, readings: Mapping[str, str]) -> None:
        """Open the next billings under these readings as well."""
        self._readings = {**self.declared.readings, **readings}

    def ask(self, request: Request) -> Answer:
        """Answer a request.

        Raises whatever a rule or the engine raises: a fault of ours, and no answer of a billing.
        """
        try:
            return _ANSWERS[type(request)](self, request)
        except (CatalogueError, UnknownActError) as unbuilt:
            return Lacking(str(unbuilt))

    def abandon(self) -> tuple[str, ...]:
        """Forget everything; there is no stderr of its own."""
        self._close()
        return ()

    def restart(self) -> None:
        """Forget everything."""
        self._close()

    def close(self) -> None:
        """Close the connection to the panel."""
        self._close()

    def _close(self) -> None:
        if self._panel is not None:
            self._panel.close()
        for seller in self._sellers.values():
            seller.close_connection()
        self._sellers = {}
        self._billing = self._panel = None
        self._showing, self._answered = Showing(), _Answered()

    def _start(self, _request: Start) -> Answer:
        return Result(self.declared)

    def _open(self, request: Open) -> Answer:
        self._close()
        access = request.panels["ispmanager"]
        self._panel = IspmanagerClient(
            access.url,
            access.login,
            access.password,
            transport=self._transport(access.url),
            maximum=access.maximum_accounts,
            connection_name=access.name,
            addresses=self._addresses(request.panels.get("ipmanager")),
        )
        self._sellers = self._connected(request)
        self._billing = Billing(
            RULEBOOKS[request.system],
            clock=Clock(request.at),
            readings=choose(self._readings),
            catalogue=request.catalogue,
            clients={name: client.balance for name, client in request.clients.items()},
            panel=self._panel,
            currency=request.currency,
            timezone=request.timezone,
            first_ids=request.first_ids,
            settings=request.settings,
            groups={name: each.group for name, each in request.clients.items() if each.group},
            trade=partial(Trade, sellers=self._sellers) if self._sellers else None,
            instead=self._instead,
        )
        return Result(Nothing())

    def _connected(self, request: Open) -> dict[str, BillmanagerSeller]:
        """Return the sellers of the modules that buy from one, by the modules' names."""
        modules = request.settings.get("modules", {})
        found: dict[str, BillmanagerSeller] = {}
        for name, module in modules.items():
            access = request.panels.get(module.get("seller", ""))
            if module.get("type") in BUYING and access is not None:
                found[name] = BillmanagerSeller(
                    access.url,
                    module.get("username", access.login),
                    module.get("password", access.password),
                    transport=self._transport(access.url),
                    itemtype=ITEMTYPES[module.get("resells", RESELLS.words[0])],
                )
        return found

    def _addresses(self, access: PanelAccess | None) -> Wire | None:
        if access is None:
            return None
        transport = self._transport(access.url)
        return Wire(access.url, access.login, access.password, transport=transport)

    def _clock(self, request: Advance) -> Answer:
        self.billing.advance_to(request.to)
        next_, trade = self.billing.next_due(), self.billing.trade
        if trade is None:
            return Result(Settled(settled=True, next=next_))
        return Result(Settled(settled=True, next=next_, polls=trade.next))

    def _act(self, request: Perform) -> Answer:
        """Do an act, unless it was done before: what is delivered again is answered as it was."""
        if request.act == "restart":
            self._begin_again()
            return Result(Done())
        known = self._answered.before(request)
        if known is None:
            done = self.billing.act(request.act, **_parameters(request))
            known = _refused(done) if isinstance(done, refusal.Refusal) else Result(Done(**done))
        self._answered.keep(request, known)
        return known

    def _quote(self, request: Quote) -> Answer:
        quoted = self.billing.quote(request.act, **_parameters(request))
        if isinstance(quoted, refusal.Refusal):
            return _refused(quoted)
        now = (plan.what for plan in quoted.plans if plan.when <= quoted.now)
        if any(what.startswith(_CHARGING) for what in now):
            return Lacking(f"no quote of {request.act} where more falls due with it")
        return Result(Quoted(lines=[_quoted(entry) for entry in quoted.entries]))

    def _begin_again(self) -> None:
        """Go on from what is kept; who buys nothing has nothing under way."""
        billing = self.billing
        if billing.trade is not None:
            clock = Clock(billing.clock.now())
            self._billing = Snapshot(billing).restore(panel=billing.panel, clock=clock)

    def _observe(self, request: Observe) -> Answer:
        return Result(self._showing.of(self.billing, request.of))

    def _closed(self, _request: Close | Stop) -> Answer:
        self._close()
        return Result(Nothing())


_ANSWERS: dict[type, Callable[[Reference, Any], Answer]] = {
    Start: Reference._start,  # noqa: SLF001  the table of the class's own methods
    Open: Reference._open,  # noqa: SLF001
    Advance: Reference._clock,  # noqa: SLF001
    Perform: Reference._act,  # noqa: SLF001
    Quote: Reference._quote,  # noqa: SLF001
    Observe: Reference._observe,  # noqa: SLF001
    Close: Reference._closed,  # noqa: SLF001
    Stop: Reference._closed,  # noqa: SLF001
}


#: What falls due with an act and may charge as well: a turn knows only what it charges itself.
_CHARGING = ("invoice", "change: to be cancelled")


class _Answered:
    """What acts were answered, by their ids, and payments that were booked, by theirs."""

    def __init__(self) -> None:
        self._acts: dict[str, Answer] = {}
        self._payments: dict[str, Answer] = {}

    def before(self, request: Perform) -> Answer | None:
        """Return what was answered before, None for what is new."""
        known = self._acts.get(request.id or "") if request.again else None
        paid = request.parameters.get("payment") if request.act == "pay" else None
        return known or self._payments.get(str(paid))

    def keep(self, request: Perform, answer: Answer) -> None:
        """Keep the answer of an act; a payment that is refused is not booked."""
        if request.id is not None:
            self._acts[request.id] = answer
        paid = request.parameters.get("payment") if request.act == "pay" else None
        if paid is not None and isinstance(answer, Result):
            self._payments[str(paid)] = answer


def _parameters(request: Perform | Quote) -> dict[str, Any]:
    """Return the parameters of an act as the engine takes them; it knows payments by no id."""
    parameters = {key: each for key, each in request.parameters.items() if key != "payment"}
    if request.act == "import_form" and "yaml" in parameters:
        parameters |= yaml_form(str(parameters.pop("yaml")))
    return parameters


def _refused(found: refusal.Refusal) -> RefusedAct:
    return RefusedAct(found.reason, found.rule)


def _quoted(entry: Entry) -> QuotedLine:
    return QuotedLine(
        kind=cast("Kind", entry.kind),
        amount=str(entry.amount),
        service=str(entry.service.number),
        covers=entry.covers,
        **({"included": True} if entry.inside else {}),
    )
