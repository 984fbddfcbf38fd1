"""What is wrong in a seed, each at its place in it, before any panel is made of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.control.declared import wrong
from prorata.fakes.control.mistakes import SeedError, UnknownError, either, keys
from prorata.fakes.meant import near
from prorata.fakes.mgr5.errors import Mgr5Error
from prorata.fakes.mgr5.params import Param, read
from prorata.reference.vocabulary.settings import SETTINGS
from prorata.reference.vocabulary.tariff import TARIFF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.fakes.control.mistakes import Kinds, Path
    from prorata.reference.vocabulary.kinds import Record

__all__ = [
    "ISPMANAGER",
    "SEED",
    "expectation",
    "problems",
]

SEED: Final[Mapping[str, type]] = {
    "ispmanager": dict,
    "billmanager": dict,
    "currency": str,
    "timezone": str,
    "tariffs": dict,
    "clients": dict,
    "readings": dict,
    "first_ids": dict,
    **dict.fromkeys(SETTINGS.names, dict),
}
"""The keys of a seed and what stands there."""

ISPMANAGER: Final[Mapping[str, Kinds]] = {
    "edition": str,
    "password": str,
    "php_versions": dict,
    "shared_addresses": list,
    "presets": dict,
    "resellers": dict,
    "users": dict,
    "addresses": (list, dict),
}
"""The keys of its ispmanager."""

_RESELLER: Final[Mapping[str, Kinds]] = {
    "password": str, "limits": dict, "fullname": str, "email": str,
}  # fmt: skip
_USER: Final[Mapping[str, Kinds]] = {
    **_RESELLER, "domain": str, "preset": str, "comment": str, "owner": str, "suspended": bool,
}  # fmt: skip
_ADDRESS: Final[Mapping[str, Kinds]] = {"iptype": str, "shared": bool}
#: What a field of an account is called in the panel's own form.
_FORM: Final = {"password": "passwd"}


def problems(seed: Any) -> Iterator[SeedError]:
    """Find what is wrong in a seed by itself, in its order.

    What its parts make of each other, such as a domain of two users, is seen when it is sown.
    """
    yield from keys((), seed, SEED)
    if not isinstance(seed, dict):
        return
    for name, row in _rows(seed, "tariffs"):
        yield from wrong(("tariffs", name), _tariff(), row)
    yield from wrong((), SETTINGS, {name: seed[name] for name in SETTINGS.names if name in seed})
    for name, row in _rows(seed, "clients"):
        if not isinstance(row, str):
            yield from wrong(("clients", name), _billmanager("CLIENT"), row)
    if "billmanager" in seed:
        yield from wrong(("billmanager",), _billmanager("BILLMANAGER"), seed["billmanager"])
    if seed.keys() & {"clients", "billmanager"}:
        yield from _unknown(seed)
    yield from _readings(_rows(seed, "readings"))
    yield from _ispmanager(seed)


@cache
def _tariff() -> Record:
    """Return what a tariff of a seed may say: also what the wire tells of it beside."""
    from prorata.fakes.billmanager.catalogue import OWN

    return replace(TARIFF, fields=(*TARIFF.fields, *OWN))


def _billmanager(name: str) -> Record:
    """Return what a seed may say of a part of BILLmanager, which is imported when it says so."""
    from prorata.fakes.billmanager import seeds

    found: Record = getattr(seeds, name)
    return found


def _unknown(seed: Mapping[str, Any]) -> Iterator[SeedError]:
    """Find groups and clients that are named and not there."""
    from prorata.fakes.billmanager.catalogue import RESELLERS

    clients = _rows(seed, "clients")
    groups = [name for name, _ in _rows(seed, "groups")]
    known = {"group": groups if "tariffs" in seed else [RESELLERS, *groups]}
    known["client"] = [name for name, _ in clients]
    billing = seed.get("billmanager")
    tickets = billing.get("tickets") if isinstance(billing, dict) else None
    naming: list[tuple[Path, str, Any]] = [
        (("clients", name), "group", row) for name, row in clients
    ]
    for at, row in enumerate(tickets if isinstance(tickets, list | tuple) else ()):
        naming.append((("billmanager", "tickets", str(at)), "client", row))
    for path, key, row in naming:
        said = row.get(key) if isinstance(row, dict) else None
        if isinstance(said, str) and said and said not in known[key]:
            message = f'there is no {key} "{said}"{near(said, known[key])}'
            yield SeedError((*path, key), message, _one_of(known[key]))


def _rows(holder: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    rows = holder.get(key)
    return [(str(name), row) for name, row in rows.items()] if isinstance(rows, dict) else []


def _readings(rows: Iterable[tuple[str, Any]]) -> Iterator[SeedError]:
    for name, value in rows:
        from prorata.reference.readings import READINGS

        if name not in READINGS:
            message = f'unknown reading "{name}"{near(name, READINGS)}'
            yield UnknownError(("readings", name), message, either(READINGS))
        elif value not in READINGS[name].values:
            known = READINGS[name].values
            message = f'"{value}" is not a value of the reading {name}{near(str(value), known)}'
            yield SeedError(("readings", name), message, either(known))


def _ispmanager(seed: Mapping[str, Any]) -> Iterator[SeedError]:
    found = seed.get("ispmanager", {})
    if not isinstance(found, dict):
        return
    yield from keys(("ispmanager",), found, ISPMANAGER)
    edition = found.get("edition")
    if isinstance(edition, str):
        from prorata.fakes.ispmanager.editions import EDITIONS

        if edition not in EDITIONS:
            message = f'no edition "{edition}"{near(edition, EDITIONS)}'
            yield SeedError(("ispmanager", "edition"), message, either(EDITIONS))
    yield from _server(found)
    for name, limits in _rows(found, "presets"):
        yield from _limits(("ispmanager", "presets", name), limits)
    sold = [str(row.get("template", name)) for name, row in _rows(seed, "tariffs")
            if isinstance(row, dict)]  # fmt: skip
    known = {
        "preset": [name for name, _ in _rows(found, "presets")] if "presets" in found else sold,
        "owner": [name for name, _ in _rows(found, "resellers")],
    }
    for kind, words in (("resellers", _RESELLER), ("users", _USER)):
        for name, row in _rows(found, kind):
            yield from _account(("ispmanager", kind, name), row or {}, words, known)


def _server(found: Mapping[str, Any]) -> Iterator[SeedError]:
    """Find what is wrong with the password, the versions of PHP and the addresses."""
    from prorata.fakes.ispmanager.owned import PASSWORD

    password = found.get("password")
    if isinstance(password, str) and (_refused(PASSWORD, password) or not password):
        yield SeedError(("ispmanager", "password"), "it will not do", PASSWORD.hint)
    if found.get("php_versions") == {}:
        message, expected = "there is no version of PHP", 'one at least, such as {native: "8.3"}'
        yield SeedError(("ispmanager", "php_versions"), message, expected)
    for key, title in _rows(found, "php_versions"):
        if not isinstance(title, str) or not title:
            expected = 'the title of a version, such as "8.3 (native)"'
            yield SeedError(("ispmanager", "php_versions", key), f"{title!r} is no text", expected)
    for kind in ("shared_addresses", "addresses"):
        for name in found.get(kind) or ():
            yield from _address(("ispmanager", kind), name)
    for name, row in _rows(found, "addresses"):
        yield from keys(("ispmanager", "addresses", name), row or {}, _ADDRESS)


def _address(path: Path, name: Any) -> Iterator[SeedError]:
    try:
        ip_address(str(name))
    except ValueError:
        yield SeedError(path, f"{name!r} is no IP address", "such as 192.0.2.7 or 2001:db8::7")


def _account(
    path: Path, row: Any, words: Mapping[str, Kinds], known: Mapping[str, list[str]]
) -> Iterator[SeedError]:
    from prorata.fakes.ispmanager.accounts import ACCOUNT, LOGIN

    wrong = list(keys(path, row, words))
    yield from wrong
    why = _refused(LOGIN, path[-1])
    if why:
        yield SeedError(path, f'"{path[-1]}" is no login', why, at_key=True)
    if wrong:
        return
    form = {param.name: param for param in ACCOUNT}
    for name, value in row.items():
        if name in known and value and value not in known[name]:
            message = f'there is no {_CALLED[name]} "{value}"{near(value, known[name])}'
            yield SeedError((*path, name), message, _one_of(known[name]))
        param = form.get(_FORM.get(name, name))
        why = _refused(param, value) if param is not None else ""
        if why:
            said = "it" if param is not None and param.secret else f'"{value}"'
            yield SeedError((*path, name), f"{said} will not do", why)
    yield from _limits((*path, "limits"), row.get("limits", {}))


_CALLED: Final = {"preset": "preset", "owner": "reseller"}


def _limits(path: Path, limits: Any) -> Iterator[SeedError]:
    from prorata.fakes.ispmanager.limits import LIMITS

    if not isinstance(limits, dict):
        yield SeedError(path, f"{limits!r} is not a mapping", "limits, such as {limit_quota: 1024}")
        return
    params = {param.name: param for param in LIMITS}
    for name, value in limits.items():
        if name not in params:
            message = f'ispmanager has no limit "{name}"{near(str(name), params)}'
            yield UnknownError((*path, str(name)), message, either(params))
        elif not isinstance(value, str):
            yield SeedError((*path, name), f"{value!r} is not a text", 'a text, such as "1024"')
        elif why := _refused(params[name], value):
            yield SeedError((*path, name), f'"{value}" will not do', why)


def _refused(param: Param, value: str) -> str:
    """Return what a form expects in place of a value, nothing where it takes it."""
    try:
        read((param,), {param.name: value}, needed=False)
    except Mgr5Error as error:
        return expectation(error)
    return "" if value or not param.required else param.hint


def expectation(error: Mgr5Error) -> str:
    """Return what a refusal says belongs there, without the word that says so."""
    return error.why.removeprefix("Expected ")


def _one_of(words: Iterable[str]) -> str:
    return either(words) if words else "none: there are none"
