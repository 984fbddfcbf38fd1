"""From what an implementation tells to what was seen: labels for ids, new lines, the panel."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from prorata.harness.running.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from prorata.fakes.ispmanager import Ispmanager
    from prorata.harness.protocol import Answer, LedgerLine, Observation
    from prorata.harness.running.visit import Visit

__all__ = ["Observing"]


@dataclass(slots=True)
class Observing:
    """Keeps what was told before, so that what is new is known; `first` numbers the services."""

    panel: Ispmanager
    first: int
    posted: list[LedgerLine] = field(default_factory=list)
    notices: int = 0

    def see(
        self,
        told: Observation,
        ids: Mapping[str, str],
        at: datetime,
        answer: Answer | None = None,
        visit: Visit | None = None,
    ) -> Seen:
        """Return what was seen, with the lines and notices that were not told before."""
        lines, notices = told.ledger or [], told.notifications
        new, rewritten = _since(self.posted, lines)
        fresh = None if notices is None else tuple(notices[self.notices :])
        self.notices += len(fresh or ())
        self.posted = lines
        services = {label: (told.services or {}).get(own) for label, own in ids.items()}
        logins = {service.user for service in services.values() if service and service.user}
        return Seen(
            at=at,
            answer=answer,
            services=services,
            lines=new,
            rewritten=rewritten,
            balances=told.balances or {},
            invoices=tuple((told.invoices or {}).values()),
            labels={own: label for label, own in ids.items()},
            numbers={own: str(self.first + index) for index, own in enumerate(ids.values())},
            notifications=fresh,
            accounts=told.accounts or {},
            belongings={login: self.panel.belongings(login) for login in logins},
            visit=visit,
        )


def _since(
    before: Sequence[LedgerLine], lines: Sequence[LedgerLine]
) -> tuple[tuple[LedgerLine, ...], bool]:
    """Return the new lines, in whatever order all are told, and whether old ones have changed.

    A line in the place of one that is no longer told is that one changed, and not new. Lines of
    nothing are none.
    """
    if lines[: len(before)] == before:
        return tuple(_of_something(lines[len(before) :])), False
    before, lines = list(_of_something(before)), list(_of_something(lines))
    left = Counter(map(_key, before))
    left.subtract(map(_key, lines))
    changed = {index for index, line in enumerate(before) if left[_key(line)] > 0}
    known = Counter(map(_key, before))
    new = []
    for index, line in enumerate(lines):
        key = _key(line)
        if known[key]:
            known[key] -= 1
        elif index not in changed:
            new.append(line)
    return tuple(new), bool(changed)


def _of_something(lines: Iterable[LedgerLine]) -> Iterator[LedgerLine]:
    return (line for line in lines if Decimal(line.amount))


def _key(line: LedgerLine) -> Hashable:
    return (
        line.kind,
        Decimal(line.amount),
        line.service,
        line.client,
        line.covers,
        line.included,
    )
