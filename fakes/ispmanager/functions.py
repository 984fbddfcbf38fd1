"""Every function of the panel, by name."""

from __future__ import annotations

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
from prorata.fakes.mgr5.functions import Function, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.ispmanager.host import IspmanagerHost

__all__ = ["FUNCTIONS"]

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
