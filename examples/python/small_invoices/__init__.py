"""A small billing of HostBill's kind, to learn from: everything goes by invoices.

Judge it from the folder above this one:

    prorata run -i python:small_invoices:SmallInvoices

An order, and each further cycle, is an invoice; what that is for comes with its payment. Amounts
are a `Fraction` until they are posted, and time is what the harness tells.
"""

from __future__ import annotations

from small_invoices.billing import SmallInvoices
from small_invoices.rules import Rules

__all__ = ["Rules", "SmallInvoices"]
