"""Suspension, deletion and status."""

from __future__ import annotations

from datetime import date

import pytest

from prorata.reference.billmanager import delete, suspend
from prorata.reference.billmanager.lifecycle import status


def test_clients_suspend_where_they_may():
    """A client suspends and resumes only where that is allowed."""
    assert suspend.client(allowed=True) is None
    assert "billmanager.suspend.client" == suspend.client(allowed=False).rule


@pytest.mark.parametrize(
    ("kind", "rule"), [("staff", suspend.staff), ("non-payment", suspend.non_payment)]
)
def test_each_suspension_is_lifted_by_its_own_kind(kind, rule):
    """What staff suspended, or non-payment, is not lifted by another."""
    assert rule(suspended_by={"client"}) is None
    assert f"billmanager.suspend.{kind}" == rule(suspended_by={"client", kind}).rule


def test_clients_delete_where_they_may():
    """A client deletes only where the group may."""
    assert delete.client(allowed=True) is None
    assert "billmanager.delete.client" == delete.client(allowed=False).rule


@pytest.mark.parametrize(
    ("days", "when"), [(10, date(2025, 9, 11)), (0, date(2025, 9, 1)), (None, None)]
)
def test_when_an_unpaid_service_is_deleted(days, when):
    """So many days after the expiry, or never."""
    assert when == delete.auto(expires=date(2025, 9, 1), days=days)


def test_a_status_allows_or_refuses():
    """A service does what its status allows, else the refusal names both."""
    assert status(has="active", needs=("active", "suspended")) is None
    refusal = status(has="deleted", needs=("active", "suspended"))
    assert "billmanager.lifecycle.status" == refusal.rule
    assert "the service is deleted, not active or suspended" == refusal.reason


def test_staff_lift_what_a_client_may_not_lift_any_more():
    """Everyone lifts their own kind; staff also that of a client who lost the right to."""
    assert {"client"} == suspend.lifts(by="client", client_may=True)
    assert {"staff"} == suspend.lifts(by="staff", client_may=True)
    assert {"staff", "client"} == suspend.lifts(by="staff", client_may=False)
