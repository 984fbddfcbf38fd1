"""The fields of a product of HostBill that say who orders it, and what an order must tell."""

from __future__ import annotations

import re
from typing import Final

from prorata.reference.vocabulary.kinds import Choice, Each, Field, Many, Plain, Record

__all__ = [
    "DOMAIN_OPTION",
    "FORM_FIELD",
    "HOSTNAME_CHECK",
    "ORDERING",
    "PATTERNS",
    "SUBDOMAIN",
    "unknown_words",
]

#: How a host name is checked.
HOSTNAME_CHECK: Final = Choice.of(
    "a check of host names", "none", "DNS name", "domain name", "FQDN"
)
_OPTIONS: Final = ("register", "transfer", "own", "registered here")
#: The way to a domain that a product offers by naming the domain above.
SUBDOMAIN: Final = "subdomain"
#: How a client comes by the domain of a service.
DOMAIN_OPTION: Final = Choice.of("a way to a domain", *_OPTIONS, SUBDOMAIN)

FORM_FIELD: Final = Record(
    "FormField",
    "What the form of an order asks.",
    (
        Field(
            "kind",
            Choice.of("a kind of field", "text", "number", ("choice", Many(Plain.TEXT))),
            "Whether it is answered by a text, a number or one of some words.",
            default="text",
        ),
        Field("required", Plain.YES_NO, "An order must answer it.", default=False),
    ),
)

_NAMED: Final = ("client", "client number", "product", "service")
#: The fields that are patterns, and the words that each of them may have in braces.
PATTERNS: Final = {"hostname_pattern": _NAMED, "username_pattern": (*_NAMED, "hostname")}

ORDERING: Final = (
    Field(
        "order_page",
        Plain.TEXT,
        "The order page that it is on; where the billing has pages, it is sold on one.",
        names="order_pages",
    ),
    Field(
        "limit_per_customer",
        Plain.NATURAL,
        "How many services a client has of it at most; any number if none.",
    ),
    Field("stock", Plain.WHOLE, "How many services there are of it at most; any number if none."),
    Field(
        "upgrade_out_of_stock",
        Plain.YES_NO,
        "Services become it also when it is out of stock.",
        default=False,
    ),
    Field(
        "hostname_required", Plain.YES_NO, "An order without a host name is refused.", default=False
    ),
    Field(
        "hostname_validation",
        HOSTNAME_CHECK,
        "How a host name is checked.",
        default="none",
    ),
    Field(
        "hostname_pattern",
        Plain.TEXT,
        "What a host name is made by where an order names none; none is made if none.",
    ),
    Field(
        "username_pattern",
        Plain.TEXT,
        "What the name of the user on the panel is made by.",
        default="user{service}",
    ),
    Field(
        "domain_options",
        Many(Choice.of(DOMAIN_OPTION.what, *_OPTIONS)),
        "How a client comes by the domain; it may be any host name where nothing is said.",
    ),
    Field("subdomains_of", Plain.TEXT, "The domain below which it offers names; none if none."),
    Field("agreement", Plain.TEXT, "What an order needs the client's consent to."),
    Field("form", Each(Plain.TEXT, FORM_FIELD), "What an order asks beside, by name."),
    Field("code", Plain.TEXT, "A code of its own, which staff alone see."),
    Field("tags", Many(Plain.TEXT), "Tags that staff alone see."),
)

_WORD: Final = re.compile(r"\{([^{}]*)\}")


def unknown_words(field: str, pattern: str) -> tuple[str, ...]:
    """Return the words in the braces of a pattern that the field of this name does not know.

    >>> unknown_words("hostname_pattern", "{client}-{day}.example.com")
    ('day',)
    """
    return tuple(word for word in _WORD.findall(pattern) if word not in PATTERNS[field])
