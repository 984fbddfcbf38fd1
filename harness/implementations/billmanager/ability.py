"""What is done and seen through which function, and what of that no document of the vendor has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NOT_SAID", "NOT_SEEN", "OURS", "SEEN", "SET_UP", "Use"]


class Use(NamedTuple):
    """Something of a scenario, the functions that it takes, and what they leave out."""

    what: str
    functions: tuple[str, ...]
    lacks: str = ""


#: What no document of the vendor has: functions, and parameters and columns of others.
OURS: Final[Mapping[str, str]] = {
    "clientgroup.edit": "client groups",
    "nameserver.edit": "name servers",
    "ipmanager.edit": "an IPmanager",
    "account.edit group": "the group of a client",
    "provider.edit currency": "the currency of accounts",
    "service.stat name, value": "what a service uses",
    "expense locale_name": "the kind of an expense, told by its name",
    "expense paidfrom, paidto": "the time that an expense pays for",
}

SET_UP: Final = (
    Use("a tariff, its addons", ("pricelist.edit",), "prices for days, for 2 months and the like;"
        " rates; names by language"),
    Use("where services are made", ("processing.edit",), "how many accounts a server takes"),
    Use("`modules`: a department", ("department.edit",)),
    Use("`clients`", ("account.edit",), "logins that are no address or name"),
    Use("a client's group", ("account.edit group",)),
    Use("`balance`", ("payment.add", "payment.setpaid"), "a balance below zero"),
    Use("`groups`", ("clientgroup.edit",)),
    Use("`provider`", ("provider.edit",)),
    Use("`product_type`", ("itemtype.edit",)),
    Use("`name_servers`", ("nameserver.edit",)),
    Use("`ipmanager`", ("ipmanager.edit",)),
    Use("`timezone`, `currency`, `tax`, `first_ids`, readings", (),
        "they are the installation's own: `--reset control` makes it so"),
)  # fmt: skip
SEEN: Final = (
    Use("a service: client, status, tariff, period, expiry, renewal by itself, user, domain",
        ("vhost",), "the hour of an expiry"),
    Use("a service: resources", ("vhost.edit",)),
    Use("lines: amount, service, client, tax inside", ("expense",)),
    Use("lines: kind", ("expense locale_name",), "without it a step is compared by its sum"),
    Use("lines: time covered", ("expense paidfrom, paidto",)),
    Use("balances, accounts by currency", ("subaccount",)),
    Use("whether operations still run", ("runningoperation",)),
)  # fmt: skip
#: What no list shows: it is not told, counted, and never a pass of its own.
NOT_SEEN: Final = (
    "when a service starts",
    "when its next payment is due",
    "the address that a domain points to",
    "the instants of lines",
    "notices and mails",
)
#: Acts for which there is no function.
NOT_SAID: Final[Mapping[str, str]] = {
    "send_activation": "a user is sent one as a client registers, and by nothing else",
    "test_connection": "the API has no function for it",
    "import_presets": "the API has no function for it",
    "restart": "an installation is restarted by its staff",
    **dict.fromkeys(
        (
            "import_tariffs",
            "new_key",
            "set_control_panel",
            "set_licence",
            "show_licence",
            "start_operation",
            "test_seller",
        ),
        "what is bought from another billing is not asked for through the API",
    ),
}
