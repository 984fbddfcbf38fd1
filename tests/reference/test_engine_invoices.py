"""Invoices by number; those that many services have alike are made when they are read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from dollars import usd

from prorata.reference.engine.invoices import Invoices
from prorata.reference.engine.state import Grant, Invoice, InvoiceLine

ISSUED = datetime(2025, 9, 24, tzinfo=UTC)
DUE = datetime(2025, 10, 1, tzinfo=UTC)


def invoice(number, client, service, **fields):
    """Return an invoice of one line over 10.00."""
    line = InvoiceLine("period", usd("10.00"), service, None, "hostbill.renew", {})
    return Invoice(
        number, client, service, ISSUED, DUE, (line,), usd("10.00"), usd("0.00"), **fields
    )


def test_an_invoice_of_a_row_is_of_its_service_in_every_part():
    """Number, client, lines, grants and the dates that it moved are those of the row."""
    kept = Invoices()
    grant = Grant("renew", 1)
    like = kept.alike(invoice(1, "anna", 1, grants=(grant,), moved=((1, DUE),)))
    kept.rows[7] = (like, "ben", 4)
    made = kept[7]
    assert (7, "ben", 4) == (made.number, made.client, made.service)
    assert [4] == [line.service for line in made.lines]
    assert [4] == [each.service for each in made.grants]
    assert ((4, DUE),) == made.moved
    assert (4,) == made.services
    assert made is kept[7]


def test_an_invoice_is_kept_until_it_is_taken_away():
    """It is no longer there then, under its number or any other."""
    kept = Invoices()
    kept[1] = invoice(1, "anna", 1)
    del kept[1]
    assert 1 not in kept
    assert 0 == len(kept)
    with pytest.raises(KeyError):
        kept[1]


def test_an_invoice_is_for_its_service_also_where_no_line_is_of_it():
    """What an invoice is of stands beside what its lines ask for."""
    merged = invoice(1, "anna", 2)
    assert (2, 3) == Invoice(
        1, "anna", 3, ISSUED, DUE, merged.lines, merged.total, merged.paid
    ).services
