"""What a panel is asked for at all: a login and a domain that it can take, room for one more.

The rules ``provision.*`` themselves are the clients of panels; what billing decides before it asks
stands here.
"""

from __future__ import annotations

import re
from typing import Final

from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

__all__ = ["as_idn", "domain_taken", "login_taken", "password_taken", "room"]

_CREATE: Final = "provision.ispmanager.create"
_LOGIN: Final = re.compile(r"[!-~]+")
_NOT_IN_LOGINS: Final = frozenset(":,/")
_NOT_IN_DOMAINS: Final = frozenset(",:/")
_LONGEST_PASSWORD: Final = 128


@beside(_CREATE)
def login_taken(*, login: str) -> Refusal | None:
    """Refuse a login that no panel takes (ours).

    Beside ``provision.ispmanager.create``: printable ASCII without blank, ``:``, ``,`` and ``/``.
    """
    if _LOGIN.fullmatch(login) and _NOT_IN_LOGINS.isdisjoint(login):
        return None
    return Refusal(_CREATE, f"no panel takes {login!r} for a login")


@beside(_CREATE)
def domain_taken(*, domain: str) -> Refusal | None:
    """Refuse a domain that no panel takes (ours).

    Beside ``provision.ispmanager.create``: two or more labels joined by dots, none of them empty,
    without blank, ``,``, ``:`` and ``/``. Other letters than Latin are taken: they are sent as IDN.
    """
    labels = domain.split(".")
    plain = domain.isprintable() and not any(map(str.isspace, domain))
    if len(labels) > 1 and all(labels) and plain and _NOT_IN_DOMAINS.isdisjoint(domain):
        try:
            as_idn(domain)
        except ValueError:
            pass
        else:
            return None
    return Refusal(_CREATE, f"no panel takes {domain!r} for a domain")


@beside(_CREATE)
def as_idn(domain: str) -> str:
    """Return a domain as it goes over the wire: labels of other letters than Latin as IDN.

    Raises `ValueError` for a label that has no such form.
    """
    return ".".join(
        label if label.isascii() else label.encode("idna").decode("ascii")
        for label in domain.split(".")
    )


@beside("provision.ispmanager.password")
def password_taken(*, password: str) -> Refusal | None:
    """Refuse a password that no panel takes: asking for it would fail for ever.

    Beside ``provision.ispmanager.password`` (vendor: at most 128 characters of ASCII).
    """
    if len(password) <= _LONGEST_PASSWORD and password.isascii() and password.isprintable():
        return None
    why = f"a password of the panel has at most {_LONGEST_PASSWORD} characters, all of them ASCII"
    return Refusal("provision.ispmanager.password", why)


@beside("provision.ispmanager.capacity")
def room(*, full: str | None) -> Refusal | None:
    """Refuse what the server has no room for; `full` is why, None where there is room.

    Beside ``provision.ispmanager.capacity`` (ours).
    """
    return Refusal("provision.ispmanager.capacity", full) if full else None
