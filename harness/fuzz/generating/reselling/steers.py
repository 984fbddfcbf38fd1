"""What each rule of reselling needs to be met."""

from __future__ import annotations

from typing import Final

from prorata.harness.fuzz.generating.steering import Steer

__all__ = ["BUNDLED", "SEPARATE", "SOLD_BY_HOSTBILL"]

_ANY: Final = (
    Steer("resell.connection", (), ("test the seller", "the seller fails")),
    Steer("resell.import", (), ("test the seller",)),
    Steer("resell.operation", (), ("the seller fails", "order", "start an operation")),
    Steer("resell.operation", (), ("delete there too", "suspend there too", "order")),
    Steer("resell.operation", (), ("an order beside a neighbour's",), ("a neighbour",), asked=True),
    Steer("resell.operation.unmade", (), ("give up", "give up")),
    Steer("resell.events", (), ("an event", "behind the back", "an event")),
    Steer("resell.events", (), ("closed there", "an event", "an event")),
    Steer("resell.events", (), ("an event before its answer",) * 2, asked=True),
    Steer("resell.licence.separate", (), ("show the licence", "behind the back")),
    Steer("resell.catalogue", (), ("order", "order", "order"), ("odd numbers",)),
    Steer("resell.trial", ("trial",), ("order", "change", "expire"), ("trial",)),
    Steer("resell.notice", (), ("order", "behind the back")),
)  # fmt: skip
_VERSION_5: Final = Steer(
    "resell.ispmanager5.end-of-sale", (), ("renew", "order", "renew"), ("version 5",),
)  # fmt: skip
_TWICE: Final = Steer("resell.operation", (), ("renew twice while the seller is down",), asked=True)
SEPARATE: Final = (
    *_ANY,
    _TWICE,
    _VERSION_5,
    Steer("billmanager.task.department", (), ("the seller fails", "list tasks", "list tasks")),
    Steer("resell.licence.separate", (), ("set the licence", "a new key", "set a password")),
    Steer("resell.licence.separate", (), ("change", "enter the panel", "change"), ("elsewhere",)),
)
BUNDLED: Final = (
    *_ANY,
    _TWICE,
    Steer("resell.licence.bundled", (), ("set the control panel", "change", "renew")),
    Steer("resell.licence.bundled", (), ("set the licence", "delete there too", "set the licence")),
    Steer("resell.licence.bundled", (), ("suspend there too", "renew", "delete there too")),
    Steer("resell.licence.bundled", ("resource_order", "resource_cancel"),
          ("set the control panel", "set the control panel")),
)  # fmt: skip
SOLD_BY_HOSTBILL: Final = (
    *_ANY,
    Steer("hostbill.terminate.licence", (), ("delete", "cancel")),
    Steer("hostbill.automation.upgrade", ("upgrade_account",), ("change", "pay")),
    Steer("hostbill.automation.renew", ("renew_account",), ("pay for the next cycle", "expire")),
    Steer("hostbill.messages", ("messages",), ("change", "the seller fails")),
)
