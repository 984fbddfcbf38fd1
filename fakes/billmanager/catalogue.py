"""What is sold: the engine's tariffs by name, and their numbers on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.panels.billmanager import ITEMTYPES
from prorata.reference.vocabulary.kinds import Choice, Each, Field, Plain
from prorata.reference.vocabulary.tariff_parts import RESELLS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "LICENCES", "OWN", "RESELLERS", "RESOLD", "TYPES", "Listing", "Listings", "Row", "as_listed",
    "built_in",
    "engine_row",
]  # fmt: skip

Row = Mapping[str, Any]
"""A tariff, or a client, as a seed has it."""

#: The product types, with their names in lists. Only shared hosting is made on a panel.
TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "vhost": "Shared hosting",
        "soft": "Licences",
        "vds": "Virtual private servers",
        "dedic": "Dedicated servers",
        "certificate": "SSL certificates",
        "softexternal": "Licences of modules",
    }
)
#: Those that others buy by a number, to sell them on; the rest are made here.
RESOLD: Final = frozenset({"soft", "certificate", "softexternal"})
#: What a row of a catalogue says beside the engine's fields.
OWN: Final = (
    Field("id", Plain.WHOLE, "Its number on the wire."),
    Field("itemtype", Choice.of("a product type", *TYPES), "Its product type.", default="vhost"),
    Field("addon_ids", Each(Plain.TEXT, Plain.WHOLE), "The numbers of its addons, by resource."),
    Field("about", Each(Plain.TEXT, Plain.TEXT), "What staff entered and no rule reads."),
)
_OWN: Final = frozenset(field.name for field in OWN)
#: Tariffs without a number of their own are counted from the first of these on, addons from the
#: second: how many addons a tariff has does not move the number of the next tariff.
_FIRST: Final = 1
_FIRST_ADDON: Final = 10_001


@dataclass(frozen=True, slots=True)
class Listing:
    """A tariff on the wire: its number, its product type, the numbers of its addons by resource.

    `about` has the fields that staff entered and no rule reads, such as ``description``.
    """

    id: int
    name: str
    itemtype: str = "vhost"
    addons: Mapping[str, int] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Listings:
    """The tariffs by name and by number; plain data.

    Tariffs and addons share no number, and none is used twice.
    """

    by_name: dict[str, Listing] = field(default_factory=dict)
    by_id: dict[int, str] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    next_id: int = _FIRST
    next_addon: int = _FIRST_ADDON

    def reserve(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep the numbers that rows name from being given to others."""
        for row in rows:
            named = [row["id"]] if "id" in row else []
            self.taken |= {int(n) for n in (*named, *row.get("addon_ids", {}).values())}

    def add(self, name: str, row: Mapping[str, Any], resources: Iterable[str]) -> Listing:
        """List a tariff; `ValueError` for a name or number that is taken."""
        number = int(row["id"]) if "id" in row else self.number()
        if name in self.by_name or number in self.by_id:
            raise ValueError(f"tariff {name} or its number {number} is there already")
        named = row.get("addon_ids", {})
        addons = {what: int(named.get(what) or self.addon_number()) for what in resources}
        itemtype = row.get("itemtype", "vhost")
        if itemtype not in TYPES:
            raise ValueError(
                f"tariff {name}: product type {itemtype} is none of {', '.join(TYPES)}"
            )
        listing = Listing(number, name, itemtype, addons, dict(row.get("about", {})))
        self.by_name[name] = listing
        self.by_id[number] = name
        return listing

    def with_addons(self, name: str, resources: Iterable[str]) -> Listing:
        """Return a tariff whose addons all have numbers: those of `resources` that had none too."""
        listing = self.by_name[name]
        fresh = {each: self.addon_number() for each in resources if each not in listing.addons}
        if fresh:
            listing = replace(listing, addons={**listing.addons, **fresh})
            self.by_name[name] = listing
        return listing

    def number(self) -> int:
        """Return a number for a tariff that nothing has."""
        self.next_id = self._free(self.next_id)
        return self.next_id

    def addon_number(self) -> int:
        """Return a number for an addon that nothing has."""
        self.next_addon = self._free(self.next_addon)
        return self.next_addon

    def _free(self, number: int) -> int:
        while number in self.taken:
            number += 1
        self.taken.add(number)
        return number


def as_listed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tariff of a scenario as a row of a catalogue.

    One with a number is a licence, or what else is resold.
    """
    if "number" not in row:
        return dict(row)
    itemtype = ITEMTYPES[row.get("resells", RESELLS.words[0])]
    return {**row, "id": row["number"], "itemtype": itemtype}


def engine_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a row that the engine reads.

    What is not shared hosting has no user on a panel: its name tells the product type, and it has
    only the resources that its row names. What others buy, they buy by its number.
    """
    itemtype = row.get("itemtype", "vhost")
    own = {name: value for name, value in row.items() if name not in _OWN}
    if itemtype == "vhost":
        return own
    number = {"number": int(row["id"])} if itemtype in RESOLD and "id" in row else {}
    made = {"username_template": f"{itemtype}-@ID@", "create_all_addons": False}
    return {**made, **number, **own}


def _licence(number: int, month: str, quarter: str, half: str, year: str, **more: Any) -> Row:
    prices = {"1 month": month, "3 months": quarter, "6 months": half, "1 year": year}
    late = {"late_renewal_fee": "none", "tariff_change": "add funds"}
    return {"id": number, "itemtype": "soft", "prices": prices, **late, **more}


def _trial(number: int) -> Row:
    return {"id": number, "itemtype": "soft", "trial": {"days": 14}}


_LITE: Final = ("5.00", "14.00", "27.00", "50.00")
_PRO: Final = ("10.00", "28.00", "54.00", "100.00")
_HOST: Final = ("15.00", "42.00", "81.00", "150.00")
_BUSINESS: Final = ("20.00", "56.00", "108.00", "200.00")
_NODES: Final = {"nodes": {"included": 1, "minimum": 1, "maximum": 100, "prices": {
    "1 month": "5.00", "3 months": "14.00", "6 months": "27.00", "1 year": "50.00",
}}}  # fmt: skip

#: The licences of ispmanager by their documented numbers, of which version 6 has two sets. The
#: prices, and the fourteen days of a trial, are ours: price lists change, and no rule depends on
#: them.
LICENCES: Final[Mapping[str, Row]] = MappingProxyType(
    {
        "ispmanager 6 trial": _trial(55239),
        "ispmanager 6 business trial": _trial(55240),
        "ispmanager 6 lite": _licence(55227, *_LITE),
        "ispmanager 6 pro": _licence(55228, *_PRO),
        "ispmanager 6 host": _licence(55229, *_HOST),
        "ispmanager 6 business": _licence(
            55230, *_BUSINESS, resources=_NODES, addon_ids={"nodes": 55236}
        ),
        "ispmanager 6 lite, second set": _licence(55231, *_LITE),
        "ispmanager 6 pro, second set": _licence(55232, *_PRO),
        "ispmanager 6 host, second set": _licence(55233, *_HOST),
        "ispmanager 6 business, second set": _licence(55234, *_BUSINESS, resources=_NODES),
        "ispmanager 6 trial, second set": _trial(55235),
        "ISPmanager 5 Lite": _licence(3541, "4.00", "11.00", "21.00", "40.00"),
        "ISPmanager 5 Business": _licence(
            4601, "12.00", "34.00", "65.00", "120.00",
            resources=_NODES, addon_ids={"nodes": 4602},
        ),
    }
)  # fmt: skip
#: The group that comes with the licences: whoever sells them on switches them off and on again.
RESELLERS: Final = "resellers"
_RESELLER: Final[Mapping[str, Row]] = {"reseller": {"balance": "1000.00"}}


def built_in(
    settings: Mapping[str, Any], clients: Mapping[str, Row] | None
) -> tuple[dict[str, Any], dict[str, Row]]:
    """Return settings and clients as they are where the licences are sold, and no other tariffs.

    Clients who say nothing of their group are resellers; where no clients are named there is one.
    """
    groups = {RESELLERS: {"suspend": True, "delete": True}, **settings.get("groups", {})}
    rows = _RESELLER if clients is None else clients
    members: dict[str, Row] = {name: {"group": RESELLERS, **row} for name, row in rows.items()}
    return {**settings, "groups": groups}, members
