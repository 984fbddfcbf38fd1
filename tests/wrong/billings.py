"""The wrong billings as implementations, for whoever plays something else than scenarios."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seams import WrongBilling
from table import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prorata.reference.panels import Sender

    #: Makes a billing from the way to its panels, as `ScenarioPanels.transport` is one.
    Factory = Callable[[Callable[[str], Sender | None]], WrongBilling]

__all__ = ["wrong_billings"]


def wrong_billings() -> Iterator[tuple[str, Factory]]:
    """Yield the name of each wrong billing, and what makes it in this process."""
    for wrong in TABLE:
        yield wrong.name, partial(WrongBilling, wrong)
