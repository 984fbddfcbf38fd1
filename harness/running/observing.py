"""From what an implementation tells to what was seen: labels for ids, new lines, the panel."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeVar

from prorata.harness.running.seen import Rewritten, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
    from datetime import datetime

    from prorata.fakes.ispmanager import Ispmanager
    from prorata.harness.protocol import (
        Answer,
        LedgerLine,
        Observation,
        ObservedInvoice,
        ObservedNotification,
    )
    from prorata.harness.running.visit import Visit

__all__ = ["Observing", "new_lines", "rank"]

_Told = TypeVar("_Told")
_NOBODY: Final[Mapping[str, Seen]] = {}


@dataclass(slots=True)
class Observing:
    """Keeps what was told before, so that what is new is known; `first` numbers the services.

    `given` are the users who were on the panel before the billing made any.
    """

    panel: Ispmanager
    first: int
    given: frozenset[str] = frozenset()
    posted: list[LedgerLine] = field(default_factory=list)
    notices: list[ObservedNotification] = field(default_factory=list)

    def see(
        self,
        told: Observation,
        of: Collection[str],
        ids: Mapping[str, str],
        at: datetime,
        *,
        answer: Answer | None = None,
        visit: Visit | None = None,
        others: Mapping[str, Seen] = _NOBODY,
    ) -> Seen:
        """Return what was seen when it was asked for `of`, with what was not told before.

        `others` is what was seen of the other billings of the scenario.
        """
        lines, notices = told.ledger or [], told.notifications or []
        new, rewritten = new_lines(self.posted, lines)
        fresh, _ = _since(self.notices, notices, _notice)
        self.posted, self.notices = lines, notices
        invoices = sorted((told.invoices or {}).items(), key=_issue)
        services = {label: (told.services or {}).get(own) for label, own in ids.items()}
        logins = {service.user for service in services.values() if service and service.user}
        labels = {own: label for label, own in ids.items()}
        return Seen(
            # In UTC: instants of one zone are compared by clocks that may skip an hour.
            at=at.astimezone(UTC),
            asked=frozenset(of),
            answer=answer,
            services=services,
            lines=tuple(new),
            rewritten=tuple(rewritten),
            balances=told.balances or {},
            invoices=tuple(invoice for _, invoice in invoices),
            invoice_numbers=tuple(number for number, _ in invoices),
            labels=labels,
            numbers={own: str(self.first + index) for index, own in enumerate(ids.values())},
            notifications=None if told.notifications is None else tuple(fresh),
            accounts=told.accounts or {},
            credit_notes=told.credit_notes,
            belongings={login: self.panel.belongings(login) for login in logins},
            visit=visit,
            unordered={n: each for n, each in (told.services or {}).items() if n not in labels},
            strangers=self._strangers(told),
            others=others,
        )

    def _strangers(self, told: Observation) -> tuple[str, ...]:
        """Return the users on the panel that belong to no service that is told.

        Where a service does not tell its user nobody knows; what a reseller makes is theirs.
        """
        if told.services is None:
            return ()
        services = told.services.values()
        known = self.given | {service.user for service in services}
        users = self.panel.users
        if users.keys() <= known or any("user" not in each.model_fields_set for each in services):
            return ()
        return tuple(n for n, user in users.items() if n not in known and user.owner not in known)


def new_lines(
    before: list[LedgerLine], now: list[LedgerLine]
) -> tuple[list[LedgerLine], list[Rewritten]]:
    """Return the new lines, and old ones that have changed; lines of nothing are none."""
    if now[: len(before)] == before:  # by far the most, and a ledger may be long
        return of_something(now[len(before) :]), []
    there, told = of_something(before), of_something(now)
    new, changed = _since(there, told, _line)
    known = set(map(_line, there))
    return new, [
        Rewritten(index + 1, there[index], _in_place(told, index, known)) for index in changed
    ]


def _in_place(told: list[LedgerLine], index: int, known: set[Hashable]) -> LedgerLine | None:
    """Return the line that stands at a place, None where that is another one that was known."""
    there = told[index] if index < len(told) else None
    return there if there is not None and _line(there) not in known else None


def of_something(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """Return the lines without those of nothing."""
    return [line for line in lines if Decimal(line.amount)]


def _since(
    before: list[_Told], now: list[_Told], key: Callable[[_Told], Hashable]
) -> tuple[list[_Told], list[int]]:
    """Return what is new, in whatever order all is told, and which of what was told has changed.

    What stands in the place of something that is no longer told is that one changed, and not new.
    """
    if now[: len(before)] == before:
        return now[len(before) :], []
    known = Counter(map(key, before))
    left = known.copy()
    left.subtract(map(key, now))
    changed = [index for index, each in enumerate(before) if left[key(each)] > 0]
    new = []
    for index, each in enumerate(now):
        if known[key(each)]:
            known[key(each)] -= 1
        elif index not in changed:
            new.append(each)
    return new, changed


def _issue(invoice: tuple[str, ObservedInvoice]) -> tuple[datetime, tuple[tuple[int, str], ...]]:
    """Return what puts invoices in the order of their issue, those of one instant by number."""
    number, told = invoice
    return told.issued, rank(number)


def rank(number: str) -> tuple[tuple[int, str], ...]:
    """Return what puts the numbers of invoices in order: 10 comes after 9, 2025/1 after 2024/10.

    Between digits longer words come after shorter ones: AA after Z.
    """
    parts = re.split(r"([0-9]+)", number)
    return tuple((int(p), "") if odd % 2 else (len(p), p) for odd, p in enumerate(parts))


def _notice(notice: ObservedNotification) -> Hashable:
    return notice.to, notice.kind, notice.sender, notice.way, notice.at


def _line(line: LedgerLine) -> Hashable:
    return (
        line.kind,
        Decimal(line.amount),
        line.service,
        line.client,
        line.covers,
        line.at,
        line.included,
    )
