"""The limits and permissions that a preset fills in and a user carries, declared once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.mgr5.errors import Mgr5Error
from prorata.fakes.mgr5.params import Param, read

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LIMITS", "chosen", "preset_limits"]

# `lve_cpu` is the load that CloudLinux allows; the documents give no name for it.
# Sizes and traffic in MiB, the rest counts. There is no value for "unlimited".
_COUNTS = (
    "quota", "traff", "db", "dbsize", "db_users", "ftp_users", "webdomains", "domains",
    "emaildomains", "emails", "email_quota", "cpu", "memory", "process", "mailrate",
    "scheduler", "nginxlimitconn", "maxclientsvhost", "users", "ipv4addrs", "ipv6addrs",
    "mysql_maxuserconn", "mysql_maxconn", "mysql_query", "mysql_update", "lve_cpu",
)  # fmt: skip
_PERMISSIONS = (
    "ssl", "cgi", "shell", "ssi", "php_mode_mod", "php_mode_cgi", "php_mode_fcgi_apache",
    "php_mode_fcgi_nginxfpm", "php_mode_lsapi",
)  # fmt: skip
_TEXTS = (
    "php_mode", "php_apache_version", "php_cgi_version", "php_fpm_version", "php_lsapi_version",
    "charset", "dirindex", "techdomain",
)  # fmt: skip

LIMITS: tuple[Param, ...] = (
    *(Param(f"limit_{name}", "integer") for name in _COUNTS),
    *(Param(f"limit_{name}", "switch") for name in _PERMISSIONS),
    *(Param(f"limit_{name}") for name in _TEXTS),
    Param("php_enable", "switch"),
)
_NAMES = frozenset(param.name for param in LIMITS)


def chosen(args: Mapping[str, str]) -> dict[str, str]:
    """Return the limits among the parameters of a call."""
    return {name: value for name, value in args.items() if name in _NAMES}


def preset_limits(preset: str, limits: Mapping[str, str]) -> dict[str, str]:
    """Check a preset's limits as those of a call; raise ValueError naming the wrong one."""
    unknown = sorted(limits.keys() - _NAMES)
    if unknown:
        message = f"preset {preset!r}: ispmanager has no limit {unknown[0]!r}"
        raise ValueError(message)
    try:
        return read(LIMITS, limits, needed=False)
    except Mgr5Error as error:
        message = f"preset {preset!r}: {error.about} cannot be {error.value!r}: {error.why}"
        raise ValueError(message) from error
