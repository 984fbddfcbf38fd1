"""What others buy to sell it on: licences, certificates and licences of modules, by their type."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from prorata.fakes.billmanager import LICENCES, Billmanager
from prorata.fakes.direct import Direct
from prorata.reference.clock import Clock
from prorata.reference.engine.ports import PanelRefusedError
from prorata.reference.engine.resell import LicenceOrder
from prorata.reference.panels import Wire
from prorata.reference.panels.billmanager import ITEMTYPES, BillmanagerSeller
from prorata.reference.periods import Length

YEAR = Length(months=12)
NUMBERS = {
    "ispmanager 6 trial": "55239",
    "ispmanager 6 business trial": "55240",
    "ispmanager 6 lite": "55227",
    "ispmanager 6 pro": "55228",
    "ispmanager 6 host": "55229",
    "ispmanager 6 business": "55230",
    "ISPmanager 5 Lite": "3541",
    "ISPmanager 5 Business": "4601",
}
ROWS = {
    "certificate": {"id": 9001, "itemtype": "certificate", "prices": {"1 year": "10.00"}},
    "module": {"id": 7001, "itemtype": "softexternal", "prices": {"1 year": "20.00"}},
}


@pytest.fixture
def panel():
    """Return a seller in the last year of version 5, with a buyer."""
    clock = Clock(datetime(2021, 3, 1, 12, tzinfo=UTC))
    return Billmanager(clock, catalogue={**LICENCES, **ROWS}, clients={"partner": "500.00"})


def buyer(panel, itemtype="soft"):
    """Return a client of the seller who buys things of a type."""
    transport = Direct(panel)
    url = "http://seller/billmgr"
    return BillmanagerSeller(url, "partner", "prorata", transport=transport, itemtype=itemtype)


def test_the_catalogue_has_the_documented_numbers(panel):
    """And some that the vendor alone has."""
    numbers = {name: str(panel.listings.by_name[name].id) for name in LICENCES}
    assert NUMBERS.items() <= numbers.items()


@pytest.mark.parametrize(
    ("itemtype", "number"), [("certificate", "9001"), ("softexternal", "7001")]
)
def test_each_type_has_its_own_functions(panel, itemtype, number):
    """It is ordered, looked at, named, suspended, resumed and closed by them."""
    seller = buyer(panel, itemtype)
    licence = seller.order(LicenceOrder("12", number, YEAR, name="www.example.com"))
    seller.edit(licence, ip=None, name="other.example.com")
    found = seller.look(licence)
    assert ("active", number, "other.example.com") == (found.status, found.tariff, found.name)
    assert licence == seller.find("12")
    assert None is seller.find("12", but=(licence,))
    assert {licence: "12"} == dict(seller.licences())
    assert itemtype in ITEMTYPES.values()


def test_what_is_of_another_type_is_not_there(panel):
    """A module of licences knows no certificate, though both hear of all."""
    licence = buyer(panel, "certificate").order(LicenceOrder("12", "9001", YEAR))
    assert None is buyer(panel).look(licence)
    with pytest.raises(PanelRefusedError, match="missed"):
        buyer(panel).order(LicenceOrder("13", "9001", YEAR))


def test_a_licence_of_version_5_tells_the_end_of_its_updates(panel):
    """Bought in time it runs until it expires, and is updated until 2022 at most."""
    seller = buyer(panel)
    numbers = [seller.order(LicenceOrder(n, t, YEAR)) for n, t in (("1", "3541"), ("2", "55227"))]
    form = [panel.billing.book.services[int(each)].expires.date() for each in numbers]
    assert ["2022-03-01", "2022-03-01"] == [each.isoformat() for each in form]
    wire = Wire("http://seller/billmgr", "partner", "prorata", transport=Direct(panel))
    shown = [wire.call("soft.edit", {"elid": each}) for each in numbers]
    told = [each["update_expiredate"]["$"] for each in shown]
    assert ["2022-01-01", "2022-03-01"] == told


def test_who_buys_is_mailed_the_number(panel):
    """Of what is bought to be sold on, whatever its type."""
    buyer(panel, "certificate").order(LicenceOrder("12", "9001", YEAR))
    kinds = [told.kind for told in panel.billing.book.notifications if told.to == "partner"]
    assert ["service is ready for use", "licence number 1"] == kinds
