"""What a set of panels begins with: a mapping in the words of a scenario's `given`.

ispmanager: {edition, password, php_versions: {KEY: TITLE}, shared_addresses: [ADDRESS, ...],
    presets: {NAME: {LIMIT: VALUE}}, resellers: {NAME: {...}},
    users: {NAME: {preset, limits, domain, password, fullname, email, comment, owner, suspended}},
    addresses: [ADDRESS, ...] or {ADDRESS: {iptype, shared}}}
billmanager: {password, tickets: [{client, name}], and switches such as keeps_unpaid_orders}
currency, timezone, tariffs, clients, readings, groups, product_type, tax, provider, modules,
name_servers, first_ids: as in a scenario, for BILLmanager; a tariff may have a product type and
numbers, a client a password and payments
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.control.checking import ISPMANAGER, SEED, problems
from prorata.fakes.control.errors import ControlError
from prorata.fakes.control.mistakes import SeedError
from prorata.fakes.control.moments import BEGINS
from prorata.reference.clock import Clock
from prorata.reference.vocabulary.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prorata.fakes.ispmanager import Ispmanager
    from prorata.fakes.mgr5.functions import Time
    from prorata.reference.engine.ports import Panel

__all__ = ["PASSWORD", "SEED", "billmanager_of", "check", "ispmanager_of", "mistakes_of", "schema"]

PASSWORD: Final = "prorata"
"""That of the administrator of every panel; whoever reaches a panel may know it."""

#: What comes of a seed in which anything may stand anywhere: it is looked at by whoever uses it.
_UNUSABLE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
#: What a seed says of its ispmanager as a whole, as the class of it takes it.
_ITSELF: Final = ("edition", "password")
_WHOLE: Final = ("php_versions", "shared_addresses")
_KINDS: Final = ("presets", "resellers", "users", "addresses")
_AS_IN_PYTHON: Final = "what Ispmanager.add_user, add_reseller and add_address take"


def check(seed: Mapping[str, Any]) -> None:
    """Raise ControlError for the first thing that is wrong in a seed."""
    try:
        first = next(problems(seed), None)
    except RecursionError:
        raise ControlError("seed", "it is nested too deep") from None
    if first is not None:
        raise first


def mistakes_of(seed: Mapping[str, Any]) -> list[SeedError]:
    """Return all that is wrong in a seed by itself; else what its ispmanager cannot have of it."""
    found = list(problems(seed))
    if found or "ispmanager" not in seed:
        return found
    try:
        ispmanager_of(seed, Clock(BEGINS))
    except SeedError as error:
        return [error]
    return []


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a seed."""
    return {**_schema(SEED), "properties": {**_properties(SEED), "ispmanager": _schema(ISPMANAGER)}}


_JSON: Final[Mapping[Any, Mapping[str, Any]]] = {
    dict: {"type": "object"},
    str: {"type": "string"},
    list: {"type": "array", "items": {"type": "string"}},
    (list, dict): {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "object"}]},
}


def _schema(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": _properties(keys), "additionalProperties": False}


def _properties(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _JSON[kind] for key, kind in keys.items()}


def ispmanager_of(seed: Mapping[str, Any], clock: Time) -> Ispmanager:
    """Return an ispmanager with the presets, resellers, users and addresses of a seed.

    Where the seed names no presets there is one for each template that its tariffs sell.
    Raises SeedError.
    """
    from prorata.fakes.ispmanager import Ispmanager
    from prorata.fakes.ispmanager.seeds import sow

    given = seed.get("ispmanager", {})
    itself = {"password": PASSWORD, **{key: given[key] for key in _ITSELF if key in given}}
    try:
        panel = Ispmanager(clock, **itself)
        sow(panel, {key: given[key] for key in _WHOLE if key in given})
        for kind, name, row in _to_sow({"presets": _sold(seed), **given}):
            _sow(panel, kind, name, row)
    except ControlError:
        raise
    except _UNUSABLE as error:
        raise SeedError((), str(error), _AS_IN_PYTHON) from None
    return panel


def _to_sow(given: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for kind in _KINDS:
        rows = given.get(kind, {})
        named = dict.fromkeys(rows) if isinstance(rows, list) else rows
        for name, row in named.items():
            yield kind, name, row or {}


def _sow(panel: Ispmanager, kind: str, name: str, row: Mapping[str, Any]) -> None:
    from prorata.fakes.ispmanager.accounts import with_active
    from prorata.fakes.ispmanager.seeds import sow

    about = {key: value for key, value in row.items() if key != "suspended"}
    try:
        sow(panel, {kind: {name: about}})
    except _UNUSABLE as error:
        path = ("ispmanager", kind, str(name))
        raise SeedError(path, str(error), _AS_IN_PYTHON, at_key=True) from None
    if row.get("suspended"):
        user = panel.state.users[name]
        panel.state.users[name] = with_active(panel.state, user, active=False)


def _sold(seed: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the presets that shared hosting is made from; what else is sold is made elsewhere."""
    hosting = {
        name: row
        for name, row in seed.get("tariffs", {}).items()
        if row.get("itemtype", "vhost") == "vhost"
    }
    return {row.get("template", name): {} for name, row in hosting.items()}


def billmanager_of(seed: Mapping[str, Any], clock: Time, port: Panel | None) -> Any:
    """Return a BILLmanager with the tariffs, clients and settings of a seed.

    `port` is where it provisions. Raises ControlError for what this billing does not have.
    """
    from prorata.fakes.billmanager import Billmanager
    from prorata.fakes.billmanager.catalogue import as_listed
    from prorata.reference.engine import CatalogueError

    said = seed.get("billmanager", {})
    settings = {name: seed[name] for name in SETTINGS.names if name in seed}
    known = {name: seed[name] for name in ("currency", "timezone") if name in seed}
    # Without tariffs of its own it sells licences, and without clients there is a reseller.
    if "tariffs" in seed:
        known["catalogue"] = {name: as_listed(row) for name, row in seed["tariffs"].items()}
    if "clients" in seed:
        known["clients"] = seed["clients"]
    try:
        return Billmanager(
            clock,
            readings=seed.get("readings"),
            settings=settings,
            first_ids={name: int(text) for name, text in seed.get("first_ids", {}).items()},
            panel=port,
            password=said.get("password") or PASSWORD,
            said=said,
            **known,
        )
    except (CatalogueError, *_UNUSABLE) as error:
        raise ControlError("seed", str(error), "what a scenario is given") from None
