"""A small billing, to learn from: BILLmanager's rules for hosting on an ispmanager.

Judge it from the folder above this one:

    prorata run -i python:small_billing:SmallBilling

Every amount is a `Fraction` until it is posted, every date comes from the clock that the harness
tells, and each rule is a method of `Rules`. What the billing does not have it says, with a reason.
"""

from __future__ import annotations

from small_billing.billing import SmallBilling
from small_billing.rules import Rules

__all__ = ["Rules", "SmallBilling"]
