"""The fields of a product that override a preset, by hand."""

from __future__ import annotations

import pytest

from prorata.reference.panels.limits import NOT_APPLICABLE, OVERRIDES, overrides


def test_what_ispmanager_has_not_is_passed_over_and_the_rest_is_sent():
    """A field of other panels stands before one that there is."""
    passed, sent = min(NOT_APPLICABLE), min(OVERRIDES)
    found = overrides({passed: "yes", sent: "5"}, new=True)
    assert {OVERRIDES[sent]: "5"} == found


def test_a_field_that_no_panel_has_is_refused():
    """It is named."""
    with pytest.raises(ValueError, match="ispmanager has no weather to override"):
        overrides({"weather": "fine"}, new=True)


@pytest.mark.parametrize("name", ["webdomain", "ip"])
def test_a_site_and_an_address_are_made_with_the_user_only(name):
    """A user who is there keeps the site and the address of the beginning."""
    field = next(field for field, sent in OVERRIDES.items() if sent == name)
    assert {name: "on"} == overrides({field: "yes"}, new=True)
    assert {} == overrides({field: "yes"}, new=False)
