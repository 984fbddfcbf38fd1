"""What billing sells, in the panel's words: resources and overrides become parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ADDRESSES",
    "NOT_APPLICABLE",
    "OVERRIDES",
    "RESOURCES",
    "Limit",
    "overrides",
    "resources",
]


class Limit(NamedTuple):
    """A limit of a user: the panel's parameter, and how many of its units make one of billing's."""

    name: str
    units: int = 1


#: The ten resource types that are limits of a user. Disk and memory are MiB on both sides, traffic
#: is sold in GiB and limited in MiB. The load under CloudLinux has no documented name.
RESOURCES: Final[Mapping[str, Limit]] = {
    "databases": Limit("limit_db"),
    "disk": Limit("limit_quota"),
    "web domains": Limit("limit_webdomains"),
    "domains": Limit("limit_domains"),
    "mail domains": Limit("limit_emaildomains"),
    "CPU load": Limit("limit_lve_cpu"),
    "RAM": Limit("limit_memory"),
    "mailboxes": Limit("limit_emails"),
    "CPU time": Limit("limit_cpu"),
    "traffic": Limit("limit_traff", 1024),
}

#: The two resource types that are addresses, assigned one by one.
ADDRESSES: Final[Mapping[str, str]] = {"IPv4 addresses": "ipv4", "IPv6 addresses": "ipv6"}

#: The twenty limits, nine permissions, site, address and backup that a product sets for its users.
OVERRIDES: Final[Mapping[str, str]] = {
    "ftp users": "limit_ftp_users",
    "mailboxes": "limit_emails",
    "mail domains": "limit_emaildomains",
    "mailbox size": "limit_email_quota",
    "mails per hour": "limit_mailrate",
    "domains": "limit_domains",
    "web domains": "limit_webdomains",
    "databases": "limit_db",
    "database users": "limit_db_users",
    "database size": "limit_dbsize",
    "apache handlers": "limit_maxclientsvhost",
    "mysql queries": "limit_mysql_query",
    "mysql connections per user": "limit_mysql_maxuserconn",
    "mysql connections per hour": "limit_mysql_maxconn",
    "mysql updates": "limit_mysql_update",
    "connections per address": "limit_nginxlimitconn",
    "cron jobs": "limit_scheduler",
    "cpu time": "limit_cpu",
    "ram": "limit_memory",
    "processes": "limit_process",
    "php": "php_enable",
    "shell": "limit_shell",
    "ssl": "limit_ssl",
    "cgi": "limit_cgi",
    "php as cgi": "limit_php_mode_cgi",
    "ssi": "limit_ssi",
    "php as apache module": "limit_php_mode_mod",
    "php fastcgi apache": "limit_php_mode_fcgi_apache",
    "php fastcgi nginx": "limit_php_mode_fcgi_nginxfpm",
    "site": "webdomain",
    "ip": "ip",
    "backup": "backup",
}

#: Fields that a product keeps though shared hosting has no use for them: they are never sent.
NOT_APPLICABLE: Final = frozenset(
    {
        "mail domain",
        "mail domain ip",
        "greylisting",
        "spamassassin",
        "mail virus scanning",
        "dkim",
        "dmarc",
        "mail secure connection",
        "web domains directory",
        "web domains parameters",
        "php safe mode",
        "virus scanning",
    }
)

_ONCE = frozenset({"webdomain", "ip"})
_SWITCH: Final[Mapping[str, str]] = {"yes": "on", "no": "off"}


def overrides(fields: Mapping[str, str], *, new: bool) -> dict[str, str]:
    """Return the parameters for a product's fields; site and address are for a `new` user only.

    Raises ValueError for a field that there is not.
    """
    sent: dict[str, str] = {}
    for field, value in fields.items():
        if field in NOT_APPLICABLE:
            continue
        if field not in OVERRIDES:
            message = f"ispmanager has no {field} to override"
            raise ValueError(message)
        name = OVERRIDES[field]
        if new or name not in _ONCE:
            sent[name] = _SWITCH.get(value, value)
    return sent


def resources(amounts: Mapping[str, int]) -> dict[str, str]:
    """Return the limits for amounts of resources, in the panel's units; others are not sent."""
    limits = {name: RESOURCES[name] for name in amounts if name in RESOURCES}
    return {limit.name: str(amounts[name] * limit.units) for name, limit in limits.items()}
