"""What is seen of a scenario, written by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from prorata.fakes.ispmanager.state import Belongings, User
from prorata.harness.protocol import (
    LedgerLine,
    ObservedInvoice,
    ObservedNotification,
    ObservedService,
)
from prorata.harness.running.play import Stage
from prorata.harness.running.seen import Seen
from prorata.harness.running.selection import load_files

if TYPE_CHECKING:
    from prorata.harness.scenario import Scenario

__all__ = ["at", "has", "invoice", "line", "loaded", "notice", "seen", "service", "stages"]


def loaded(text: str) -> Scenario:
    """Return the scenario of a text."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "own.yaml")
        path.write_text(dedent(text).lstrip(), encoding="utf-8")
        return load_files([path], Path(folder))[0]


def at(text: str) -> datetime:
    """Return an instant of UTC: ``2025-08-01`` or ``2025-08-01 09:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def service(**told: Any) -> ObservedService:
    """Return an active service of anna that tells these fields."""
    return ObservedService(**{"client": "anna", "status": "active", **told})


def line(kind: str, amount: str, **told: Any) -> LedgerLine:
    """Return a line that tells these fields."""
    if told.get("covers"):
        told["covers"] = tuple(map(at, told["covers"].split(" .. ")))
    return LedgerLine(kind=kind, amount=amount, **told)  # type: ignore[arg-type]


def notice(to: str, kind: str, **told: Any) -> ObservedNotification:
    """Return a notice that tells these fields."""
    return ObservedNotification.model_validate({"to": to, "kind": kind, **told})


def invoice(total: str, **told: Any) -> ObservedInvoice:
    """Return an unpaid invoice of the first service."""
    first = {"client": "anna", "service": "1", "status": "unpaid", "lines": []}
    days = {"issued": at("2025-08-01"), "due": at("2025-08-08")}
    return ObservedInvoice(**{**first, **days, "total": total, **told})


def has(name: str, **told: Any) -> Belongings:
    """Return a user of the panel, with what is theirs as `owned`."""
    owned, addresses = told.pop("owned", {}), told.pop("addresses", ())
    made = {"created": at("2025-08-01"), "password": "secret", "limits": {}}
    first = {"preset": "start", "active": True, **made}
    return Belongings(User(name, **{**first, **told}), owned, addresses)


def seen(**told: Any) -> Seen:
    """Return what was there at an instant, of one service `site` with the number 1."""
    services = told.pop("services", {})
    labels = told.pop("labels", {str(n): label for n, label in enumerate(services, 1)})
    asked = {"services", "ledger", "balances", "invoices", "notifications", "accounts"}
    empty: dict[str, Any] = {
        "at": at("2025-08-01"),
        "asked": frozenset(asked),
        "answer": None,
        "lines": (),
        "rewritten": (),
        "balances": {},
        "invoices": (),
        "numbers": {own: str(n) for n, own in enumerate(labels, 1)},
    }
    return Seen(**{**empty, "services": services, "labels": labels, **told})


def stages(*found: Seen) -> list[Stage]:
    """Return what was seen of each step, with nothing between them."""
    return [Stage(each, (each,)) for each in found]
