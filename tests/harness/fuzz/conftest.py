"""Histories on a billing that reads a rule otherwise and does not say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from secretly import secretly

from prorata.harness.fuzz.court import HistoryCourt, OneDesk
from prorata.harness.fuzz.suiting import suiting
from prorata.harness.workers.job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

JOB = Job("reference", "inprocess", {}, 5.0, 60.0, whole=True)


@pytest.fixture(name="court")
def _court() -> Iterator[Callable[..., HistoryCourt]]:
    """Return what makes a court for the reference under secret readings."""
    bars = []

    def court(**secret: str) -> HistoryCourt:
        bars.append(OneDesk(JOB, secretly(**secret)))
        return HistoryCourt(bars[-1])

    yield court
    for bar in bars:
        bar.close()


@pytest.fixture(name="late")
def _late() -> dict[str, Any]:
    """Return a history with a late renewal, and much that does not matter."""
    return {
        "title": "What happens",
        "rules": ["billmanager.renew.late-fee.percent"],
        "source": {"document": "ours"},
        "given": {
            "system": "billmanager",
            "timezone": "Europe/Berlin",
            "tariffs": {
                "small": {
                    "prices": {"1 month": "31.00", "1 year": "99.00"},
                    "setup_fee": "1.17",
                    "late_renewal_fee": {"percent": "50"},
                },
                "large": {"prices": {"1 month": "62.00"}},
            },
            "clients": {"anna": {"balance": "812.34"}, "ben": {"balance": "9.00"}},
        },
        "timeline": [
            {"at": "2025-08-01 09:00", "order": {
                "as": "s1", "client": "anna", "tariff": "small", "period": "1 month"}},
            {"at": "2025-08-01 09:30", "order": {
                "as": "s2", "client": "ben", "tariff": "small", "period": "1 month"}},
            {"at": "2025-08-02", "pay": {"client": "ben", "amount": "3.00"}},
            {"at": "2025-09-05", "renew": {"service": "s1", "period": "1 month"}},
            {"at": "2025-09-06", "pay": {"client": "anna", "amount": "3.00"}},
        ],
    }  # fmt: skip


@pytest.fixture(name="focus")
def _focus(court: Callable[..., HistoryCourt]) -> Any:
    """Return what histories are about that suit the reference."""
    return suiting(court().bar.declared)
