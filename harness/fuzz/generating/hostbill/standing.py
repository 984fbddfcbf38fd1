"""What makes services of a HostBill run that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

__all__ = ["WHO", "mend"]

#: Who does what either may; None is not said.
WHO: Final = (None, "client", "staff")


def mend(draft: HistoryDraft, service: Known) -> None:
    """Make a service run that does not: its order is paid, or accepted; or staff resume it."""
    if service.waits and service.invoiced:
        draft.do("pay", invoice=service.label)
        service.waits = False
        if draft.sold[service.sold].get("create_account") == "by hand":
            draft.do("accept", service=service.label)
    elif service.suspended:
        draft.do("resume", service=service.label, by="staff")
        service.suspended = ""
