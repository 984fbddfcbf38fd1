"""Host names of services: whether one is needed, what it may be, and how it is made."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from prorata.reference.provision import as_idn
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["LONGEST_LABEL", "LONGEST_NAME", "filled", "required", "validation"]

_VALIDATION: Final = "hostbill.hostname.validation"
_WORD: Final = re.compile(r"\{([^{}]*)\}")
_DNS_LABEL: Final = re.compile(r"[a-z0-9_-]+")
_HOST_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
#: What stands for the dot between labels in other writings.
_DOTS: Final = str.maketrans("\u3002\uff0e\uff61", "...")
#: How many characters a label and a whole name have at most, as they go over the wire.
LONGEST_LABEL: Final = 63
LONGEST_NAME: Final = 253
#: How many labels there are at least in a domain, and in one with a host before it.
_DOMAIN: Final = 2
_WITH_HOST: Final = 3


def required(*, hostname: str, wanted: bool, automatic: bool) -> Refusal | None:
    """Refuse an order without a host name where its product needs one.

    ``hostbill.hostname.required`` (hostbill-licences, hostbill-hosting): `wanted` by the product,
    or because its account on the panel is made by itself (`automatic`).
    """
    if hostname or not (wanted or automatic):
        return None
    why = "the product needs" if wanted else "an account that is made by itself needs"
    return Refusal("hostbill.hostname.required", f"{why} a host name")


def validation(*, hostname: str, check: str) -> str | Refusal:
    """Refuse a host name that its check does not take, or return it as it is kept.

    ``hostbill.hostname.validation`` (hostbill-licences, hostbill-hosting; what the checks mean:
    ours). It is kept in small letters and without the dot at its end. `check` is none (the name is
    kept as it was typed), DNS name (labels of letters, digits,
    hyphens and underscores), domain name (two labels or more that neither begin nor end with a
    hyphen, the last not of digits alone) or FQDN (a domain name of three labels or more). Letters
    other than Latin count as they go over the wire.
    """
    if check == "none" or not hostname:
        return hostname
    kept = hostname.translate(_DOTS).lower().removesuffix(".")
    try:
        sent = as_idn(kept)
    except ValueError:
        return Refusal(_VALIDATION, f"{hostname!r} has a label that no name can have")
    why = _too_long(sent) or _CHECKS[check](sent.split("."))
    return Refusal(_VALIDATION, f"{hostname!r} is no {check}: {why}") if why else kept


def _too_long(sent: str) -> str:
    if len(sent) > LONGEST_NAME:
        return f"it has more than {LONGEST_NAME} characters"
    long = any(len(label) > LONGEST_LABEL for label in sent.split("."))
    return f"a label has more than {LONGEST_LABEL} characters" if long else ""


def _dns(labels: Sequence[str]) -> str:
    fine = all(map(_DNS_LABEL.fullmatch, labels))
    return "" if fine else "its labels are letters, digits, hyphens and underscores"


def _domain(labels: Sequence[str], least: int = _DOMAIN) -> str:
    if len(labels) < least:
        return f"it has fewer than {least} labels"
    if not all(map(_HOST_LABEL.fullmatch, labels)):
        return "its labels are letters and digits, with hyphens between"
    return "its last label is a number" if labels[-1].isdigit() else ""


def _fqdn(labels: Sequence[str]) -> str:
    return _domain(labels, _WITH_HOST)


_CHECKS: Final[Mapping[str, Callable[[Sequence[str]], str]]] = MappingProxyType(
    {"DNS name": _dns, "domain name": _domain, "FQDN": _fqdn}
)


@beside(_VALIDATION)
def filled(*, pattern: str, words: Mapping[str, str]) -> str:
    """Return a pattern with what its words in braces stand for (ours)."""
    return _WORD.sub(lambda found: words[found[1]], pattern)
