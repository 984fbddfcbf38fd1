"""What clients and staff are told of a service: to whom, and in what way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Message", "messages", "of_account"]


class Message(NamedTuple):
    """A message: its template, whether it goes to the client or staff, by mail or to a mobile."""

    template: str
    to: str
    way: str


def messages(*, event: str, templates: Mapping[str, str]) -> tuple[Message, ...]:
    """Return what is sent when something happened to a service; nothing without a template.

    ``hostbill.messages`` (hostbill-licences, hostbill-hosting): `templates` are those of the
    product, by the name of the message.
    """
    return tuple(
        Message(templates[name], to, way) for name, to, way in _SENT[event] if name in templates
    )


@beside("hostbill.messages")
def of_account(*, has: str) -> bool:
    """Tell whether a service has an account whose end is told: one that was made (ours)."""
    return has in {"active", "suspended"}


#: The messages of an event, each with who gets it and how.
_SENT: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {
    "order": (("order", "client", "mail"),),
    "created": (("created", "client", "mail"), ("mobile_created", "client", "mobile")),
    "suspended": (("suspended", "client", "mail"),),
    "unsuspended": (("unsuspended", "client", "mail"),),
    "terminated": (("terminated", "client", "mail"),),
    "upgraded": (("upgraded", "client", "mail"), ("staff_upgraded", "staff", "mail")),
    "upgrade failed": (("staff_upgrade_failed", "staff", "mail"),),
}
