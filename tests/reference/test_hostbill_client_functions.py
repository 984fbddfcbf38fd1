"""What HostBill offers clients for a service, and what it refuses them."""

from __future__ import annotations

import pytest

from prorata.reference.hostbill.client import password
from prorata.reference.hostbill.client_functions import (
    FUNCTIONS,
    client_functions,
    staff_only,
    switched_on,
)
from prorata.reference.vocabulary.functions import CLIENT_FUNCTIONS

NEVER = {"access webmail", "graphs", "reverse dns", "update epp code"}
NEEDS = {row.needs for row in FUNCTIONS.values()} - {""}


def offered(**told):
    """Return what is offered for active hosting of which everything is set up, but for `told`."""
    return set(
        client_functions(
            **{"has": "active", "licence": False, "switches": {}, "there": NEEDS, **told}
        )
    )


def test_each_function_of_a_product_is_known():
    """What a product can switch is what clients are offered, but to cancel and to upgrade."""
    assert {"cancel", "upgrade"} == set(FUNCTIONS) - set(CLIENT_FUNCTIONS)
    assert set(CLIENT_FUNCTIONS) <= set(FUNCTIONS)


def test_all_that_is_applicable_is_offered():
    """Hosting has all functions but those of licences and those that are never applicable."""
    assert set(FUNCTIONS) - NEVER - {"domain logs", "license details"} == offered()


@pytest.mark.parametrize(
    "name",
    ["downloads", "graphs", "login details", "manage ip", "metered billing details",
     "reverse dns", "update epp code", "databases", "ftp users", "emails"],
)  # fmt: skip
def test_a_licence_has_no_function_of_hosting(name):
    """What the document calls not applicable for licences is not offered, though switched on."""
    assert name not in offered(licence=True, switches={name: True})


@pytest.mark.parametrize("has", ["pending", "processing", "suspended", "terminated", "cancelled"])
def test_nothing_is_offered_of_what_is_not_active(has):
    """Functions are for active services only."""
    assert set() == offered(has=has)


@pytest.mark.parametrize("name", sorted(NEVER))
def test_what_is_not_applicable_is_never_offered(name):
    """Switched on or not, and for whatever product."""
    assert name not in offered(switches={name: True}) | offered(licence=True, switches={name: True})
    refusal = switched_on(function=name, licence=False, switches={name: True})
    assert "hostbill.client-functions" == refusal.rule
    assert refusal.reason.endswith("not applicable for hosting")


@pytest.mark.parametrize(
    ("name", "needs"), [(name, row.needs) for name, row in FUNCTIONS.items() if row.needs]
)
def test_a_function_needs_what_it_works_with(name, needs):
    """Without a further cycle, an agreement, a form and so on its function is not offered."""
    assert {name} == offered() - offered(there=NEEDS - {needs})


def test_a_function_is_switched_off():
    """What a product switches off is refused, and nothing else is."""
    assert {"databases"} == offered() - offered(switches={"databases": False, "emails": True})
    refusal = switched_on(function="databases", licence=False, switches={"databases": False})
    assert "the product has the function databases switched off" == refusal.reason
    assert switched_on(function="emails", licence=False, switches={"databases": False}) is None


def test_the_password_of_the_panel_is_for_staff():
    """No function of clients changes it."""
    assert staff_only(act="reset_password", by="client") is None
    assert staff_only(act="set_password", by="staff") is None
    assert "hostbill.client-functions" == staff_only(act="set_password", by="client").rule


def test_a_password_is_not_blank():
    """Whatever else a client chooses is taken."""
    assert "hostbill.client.password" == password(password=" ").rule
    assert password(password="пароль") is None
