"""Every function of the panel, by name."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from prorata.fakes.ispmanager import (
    access,
    addresses,
    databases,
    dns,
    ftp,
    mail,
    own,
    php,
    presets,
    records,
    reports,
    resellers,
    server,
    sites,
    users,
    webdomains,
)
from prorata.fakes.ispmanager.editions import EDITIONS, Edition, had_by
from prorata.fakes.ispmanager.owned import SEEDS
from prorata.fakes.mgr5.functions import Function, table
from prorata.fakes.mgr5.traffic import RESELLER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.ispmanager.host import IspmanagerHost

__all__ = ["FUNCTIONS", "functions_of", "where_in_seed"]

FUNCTIONS: Mapping[str, Function[IspmanagerHost]] = table(
    access,
    users,
    presets,
    resellers,
    webdomains,
    sites,
    php,
    dns,
    records,
    mail,
    ftp,
    databases,
    addresses,
    own,
    reports,
    server,
)


@cache
def functions_of(edition: Edition) -> Mapping[str, Function[IspmanagerHost]]:
    """Return the functions that an edition has, as it has them."""
    return MappingProxyType(had_by(edition, FUNCTIONS))


def where_in_seed(functions: Mapping[str, Function[IspmanagerHost]], about: str, value: str) -> str:
    """Return where a seed could have what there is not, or the right to call what there is."""
    if about == "access":
        called = functions.get(value)
        return SEEDS["reseller"] if called is not None and called.level == RESELLER else ""
    if about == "func":
        able = [name for name, edition in EDITIONS.items() if value in functions_of(edition)]
        return f"ispmanager.edition: {' or '.join(able)}" if able else ""
    return SEEDS.get(about, "")
