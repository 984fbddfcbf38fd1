"""Billings under a clock, for tests: what they need, and what they tell."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from prorata.harness.clocks.libfaketime import library
from prorata.harness.implementations.billmanager import PanelWishes
from prorata.harness.protocol import Advance, Open, Result, Settled
from prorata.harness.running.api import open_any
from prorata.harness.running.panels import open_panels

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["NOON", "SPRING", "needs", "needs_libfaketime", "opening", "shown"]

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
SPRING = datetime(2024, 5, 1, tzinfo=UTC)


def needs(program: str, package: str) -> pytest.MarkDecorator:
    """Skip a test where there is no such program; where it has to be, that is a failure."""
    return pytest.mark.skipif(
        not shutil.which(program) and os.environ.get("CI") != "true",
        reason=f"{program} is not installed: apt-get install {package}",
    )


needs_libfaketime = pytest.mark.skipif(
    library() is None and os.environ.get("CI") != "true",
    reason="libfaketime is not installed: apt-get install libfaketime",
)


def opening(at: datetime) -> Open:
    """Return the beginning of a scenario without anything in it."""
    return Open(
        scenario=1, at=at, system="billmanager", currency="USD", timezone="UTC",
        catalogue={}, clients={}, panels={},
    )  # fmt: skip


def shown(implementation: str, clock: str, to: Sequence[datetime]) -> list[dict[str, datetime]]:
    """Return what the clocks of an implementation show at each instant; raise `CannotStart`."""
    wishes = PanelWishes(clock=clock)
    with (
        open_panels("socket") as panels,
        closing(open_any(implementation, panels, wishes=wishes, timeout=30)) as opened,
    ):
        opened.ask(opening(to[0]))
        answers = [opened.ask(Advance(to=instant)) for instant in to]
    bodies = [answer.body for answer in answers if isinstance(answer, Result)]
    return [body.now or {} for body in bodies if isinstance(body, Settled)]
