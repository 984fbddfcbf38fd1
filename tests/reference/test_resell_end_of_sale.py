"""The end of sale of ISPmanager 5, trials, the seller's notice, and servers' control panels."""

from __future__ import annotations

from datetime import date

import pytest

from prorata.reference.refusal import Refusal
from prorata.reference.resell.ispmanager5 import ISPMANAGER5_LAST_SALE, end_of_sale, sold_today
from prorata.reference.resell.licence import addressed, at_its_server, bundled, by_value
from prorata.reference.resell.notice import notice
from prorata.reference.resell.trial import trial


def sold(today, expires, *, starts=None, number=3541, reading="tariff_end"):
    """Return until when a period is sold, or the id of the rule that refuses it."""
    last = ISPMANAGER5_LAST_SALE[reading]
    found = end_of_sale(
        number=number,
        today=date.fromisoformat(today),
        starts=date.fromisoformat(starts or today),
        expires=date.fromisoformat(expires),
        ispmanager5_last_sale=last,
    )
    return found.rule if isinstance(found, Refusal) else found.isoformat()


@pytest.mark.parametrize(
    ("today", "expires", "until"),
    [
        ("2021-04-07", "2022-04-07", "2022-04-07"),  # kept until it expires
        ("2021-04-08", "2022-04-08", "2021-12-31"),
        ("2021-04-08", "2021-05-08", "2021-05-08"),  # it passes no end
        ("2021-12-01", "2021-12-31", "2021-12-31"),  # up to the end itself
        ("2021-12-30", "2022-01-30", "2021-12-31"),
        ("2021-12-31", "2022-01-31", "resell.ispmanager5.end-of-sale"),  # no day is left
        ("2022-01-01", "2022-02-01", "resell.ispmanager5.end-of-sale"),
    ],
)
def test_a_period_is_cut_by_the_day_on_which_it_is_bought(today, expires, until):
    """Before April 8 any, from then on none beyond the end of the year."""
    assert until == sold(today, expires)


@pytest.mark.parametrize("number", [3541, 4601])
def test_both_licences_of_version_5_end(number):
    """Lite and Business."""
    assert "2021-12-31" == sold("2021-06-20", "2022-06-20", number=number)


@pytest.mark.parametrize("number", [None, 55227, 9001])
def test_nothing_else_ends(number):
    """Version 6, a certificate, what has no number."""
    assert "2022-06-20" == sold("2021-06-20", "2022-06-20", number=number)


def test_a_licence_that_runs_beyond_the_end_is_renewed_before_april_8_alone():
    """Its next period would begin after the end."""
    beyond = {"starts": "2022-03-01", "expires": "2022-04-01"}
    assert "2022-04-01" == sold("2021-04-07", **beyond)
    assert "resell.ispmanager5.end-of-sale" == sold("2021-04-08", **beyond)


@pytest.mark.parametrize(
    ("today", "reading", "refused"),
    [
        ("2021-06-14", "june_15", False),
        ("2021-06-15", "june_15", True),
        ("2021-06-15", "tariff_end", False),
        ("2021-12-30", "tariff_end", False),
        ("2021-12-31", "tariff_end", True),
    ],
)
def test_the_last_day_of_sale_is_by_reading(today, reading, refused):
    """An order, a renewal and a change to it alike."""
    last = ISPMANAGER5_LAST_SALE[reading]
    told = {"number": 4601, "today": date.fromisoformat(today), "ispmanager5_last_sale": last}
    assert refused == (sold_today(**told) is not None)
    until = sold(today, "2021-12-31", number=4601, reading=reading)
    assert until == ("resell.ispmanager5.end-of-sale" if refused else "2021-12-31")


def test_a_trial_is_one_by_its_number_or_its_client():
    """Those of ispmanager 6 have numbers of their own."""
    told = [("55239", False), ("55240", False), ("55227", True), ("55227", False), ("3541", False)]
    assert [True, True, True, False, False] == [trial(number=n, on_trial=t) for n, t in told]


def test_the_notice_has_the_number():
    """The seller mails the number of the licence."""
    assert "licence number 12" == notice(number=12)


def test_a_control_panel_is_known_numbered_and_priced():
    """What is refused says why."""
    values = {"lite": "55227", "odd": "lite"}
    told = {"tariff": "vps", "priced": True}
    asked = [
        bundled(value="lite", values=values, **told),
        bundled(value="lite", values=None, **told),
        bundled(value="pro", values=values, **told),
        bundled(value="odd", values=values, **told),
        bundled(value="lite", values=values, tariff="vps", priced=False),
        by_value(named=False),
        by_value(named=True),
        addressed(free=True),
        addressed(free=False),
        at_its_server(is_bundled=False),
        at_its_server(is_bundled=True),
    ]
    rule = "resell.licence.bundled"
    why = [
        None, "tariff vps has no control panels",
        "there is no control panel pro; there are lite, odd",
        "control panel odd names no tariff of the seller by a number",
        "control panel lite has no price for this period", None,
        "a control panel is chosen by its value", None, "no address is left for the server", None,
        "the licence of a server has the address of its server",
    ]  # fmt: skip
    assert why == [each and each.reason for each in asked]
    assert {rule} == {each.rule for each in asked if each}
