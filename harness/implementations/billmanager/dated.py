"""Whether the panel's machine stands where its time was moved to, by the date of its answers."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

import httpx

from prorata.harness.clocks.outside import GOES_ON, STANDS
from prorata.harness.implementations.base import ImplementationFault
from prorata.reference.panels.http import socket_transport

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["dated_by"]

_SECONDS: Final = 10.0


def dated_by(url: str) -> Callable[[datetime], None]:
    """Return what compares the date of the panel's answers with where its time was moved to.

    That raises `ImplementationFault` where the two part. An answer without a date tells nothing.
    """

    def check(told: datetime) -> None:
        shows = _shown(url)
        if shows is not None and not -STANDS < shows - told < GOES_ON:
            said = f"{url} dates its answers {shows.isoformat()}, and it is {told.isoformat()}"
            raise ImplementationFault("implementation", f"the clocks are split: {said}")

    return check


def _shown(url: str) -> datetime | None:
    with httpx.Client(transport=socket_transport(url), timeout=_SECONDS, trust_env=False) as client:
        try:
            date = client.head(url).headers.get("date", "")
        except httpx.HTTPError:
            return None  # the next call of the panel tells what is wrong with it
    try:
        return parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        return None
