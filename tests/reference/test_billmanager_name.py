"""Names made from templates."""

from __future__ import annotations

import pytest

from prorata.reference.billmanager import name as names
from prorata.reference.billmanager.name import filled


@pytest.mark.parametrize(
    ("template", "name"),
    [
        # The document's example: user and the user's number.
        ("user@ID@", "user510"),
        ("@USERNAME@@ACCOUNT_ID@", "anna7"),
        ("@DOMAIN@", "a.example.com"),
        ("x@NONE@", "x@NONE@"),
    ],
)
def test_a_user_name_comes_from_its_template(ruled, template, name):
    """The macros are the client's login and number, the domain and the user's number."""
    named = ruled()(
        names.username,
        user=510,
        client="anna",
        account=7,
        domain="a.example.com",
        template=template,
    )
    assert name == named


@pytest.mark.parametrize(("length", "fits"), [(16, True), (17, False)])
def test_sixteen_characters(ruled, length, fits):
    """A user name of more than sixteen characters is refused, or cut."""
    asked = {
        "user": 1,
        "client": "a" * length,
        "account": 1,
        "domain": "",
        "template": "@USERNAME@",
    }
    cut = ruled(name_too_long="cut")(names.username, **asked)
    kept = ruled()(names.username, **asked)
    assert "a" * 16 == cut
    assert fits == (kept == "a" * 16)
    assert fits or "billmanager.name.username" == kept.rule


@pytest.mark.parametrize(
    ("template", "name"),
    # The document's example: the client admin.
    [("@USERNAME@.example.com", "admin.example.com"), ("@TYPE@@ID@.test", "vhost3.test")],
)
def test_a_domain_comes_from_its_template(ruled, template, name):
    """The macros are the client's login, the type of the product and the service's number."""
    named = ruled()(
        names.domain,
        client="admin",
        product_type="vhost",
        service=3,
        template=template,
    )
    assert name == named


def test_a_value_is_not_a_template():
    """What is put in for a macro is not read for macros again."""
    assert "@ID@-5" == filled("@USERNAME@-@ID@", {"USERNAME": "@ID@", "ID": "5"})
