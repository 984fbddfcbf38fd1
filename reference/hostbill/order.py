"""What an order asks and tells beside its product, and how it ends without being paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from prorata.reference.derivation import Note, silent
from prorata.reference.hostbill.hostname import validation
from prorata.reference.money import exact
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "FormField",
    "addon_sells",
    "addons",
    "agreement",
    "asked",
    "auto_cancel",
    "delete",
    "domain",
    "forms",
    "goes_along",
    "not_alone",
    "sub_products",
]

_FORMS: Final = "hostbill.order.forms"
_DOMAIN: Final = "hostbill.order.domain"


def auto_cancel(*, ordered: date, days: int | None, note: Note = silent) -> date | None:
    """Return the day on which an unpaid order is cancelled, None for never.

    ``hostbill.order.auto-cancel`` (hostbill-licences, hostbill-hosting): days from the civil day of
    the order.
    """
    if days is None:
        return None
    day = ordered + timedelta(days=days)
    note("cancelled", "ordered + days", day, of="ordered", ordered=ordered, days=Length(days=days))
    return day


def agreement(*, document: str | None, consent: bool) -> Refusal | None:
    """Refuse an order without the consent that its product needs.

    ``hostbill.order.agreement`` (hostbill-licences, hostbill-hosting).
    """
    if document is None or consent:
        return None
    return Refusal("hostbill.order.agreement", f"the order needs your consent to: {document}")


@dataclass(frozen=True, slots=True)
class FormField:
    """What one field of a form asks: a text, a number, or a choice of `options`."""

    kind: str = "text"
    options: tuple[str, ...] = ()
    required: bool = False


def forms(*, name: str, answer: str, field: FormField) -> Refusal | None:
    """Refuse the answer to a field of a form that is none, an empty one being no answer.

    ``hostbill.order.forms`` (hostbill-licences, hostbill-hosting; the kinds: ours).
    """
    if not answer:
        return Refusal(_FORMS, f"{name} must be answered") if field.required else None
    if field.kind == "number" and not _is_number(answer):
        return Refusal(_FORMS, f"{name} is answered by a number, not by {answer!r}")
    if field.kind == "choice" and answer not in field.options:
        known = ", ".join(field.options)
        return Refusal(_FORMS, f"{name} is answered by one of {known}, not by {answer!r}")
    return None


def _is_number(answer: str) -> bool:
    try:
        exact(answer)
    except ValueError:
        return False
    return True


@beside(_FORMS)
def asked(*, answers: Collection[str], form: Collection[str]) -> Refusal | None:
    """Refuse an answer to what a form does not ask."""
    for name in answers:
        if name not in form:
            return Refusal(_FORMS, f"the form has no field {name}")
    return None


def domain(
    *,
    option: str,
    name: str,
    offered: Collection[str],
    subdomains_of: str | None = None,
    here: Collection[str] = (),
    own: Collection[str] = (),
    taken: Collection[str] = (),
) -> str | Refusal:
    """Refuse a host name to which no way leads that the product offers, or return it as it is kept.

    ``hostbill.order.domain`` (hostbill-licences, hostbill-hosting; when a name is refused: ours).
    What is registered or transferred is a domain name that is not registered `here` yet; what is
    registered here is one of the client's `own`, or lies below it; a subdomain is one label below
    `subdomains_of`, which no service has `taken`.
    """
    known = (*offered, *((_SUBDOMAIN,) if subdomains_of else ()))
    if option not in known:
        why = f"no way to a domain is to {option} it; there are: {', '.join(known) or 'none'}"
        return Refusal(_DOMAIN, why)
    if not name:
        return Refusal(_DOMAIN, f"to {option} a domain takes its name")
    if option == "own":
        return name
    full = f"{name}.{subdomains_of}" if option == _SUBDOMAIN else name
    kept = validation(hostname=full, check="domain name")
    if isinstance(kept, Refusal):
        return Refusal(_DOMAIN, kept.reason)
    there = (kept in here, f"{kept} is registered here already")
    hindered, why = {
        "register": there,
        "transfer": there,
        "registered here": (
            not any(kept == one or kept.endswith(f".{one}") for one in own),
            f"{kept} is not registered here for the client",
        ),
        _SUBDOMAIN: ("." in name or kept in taken, f"{kept} is taken, or {name} is not one label"),
    }[option]
    return Refusal(_DOMAIN, why) if hindered else kept


_SUBDOMAIN: Final = "subdomain"


def delete(*, deleted: bool) -> Refusal | None:
    """Refuse to do anything with an order that is deleted already.

    ``hostbill.order.delete`` (hostbill-licences, hostbill-hosting): staff delete it, with all its
    data and its account, or the order alone; then its service and its invoices go on (ours).
    """
    return Refusal("hostbill.order.delete", "the order is deleted") if deleted else None


def addons(
    *,
    addon_price: Fraction = Fraction(0),
    setup_fee: Fraction = Fraction(0),
    note: Note = silent,
) -> Fraction:
    """Return what one line of an addon asks: a cycle of it, or its setup fee.

    ``hostbill.order.addons`` (hostbill-licences, hostbill-hosting): it is a line with an extra fee
    on the invoice of its service; of another cycle it is invoiced when that is due (ours).
    """
    if setup_fee:
        note("setup fee", "setup_fee", setup_fee, setup_fee=setup_fee)
        return setup_fee
    note("addon price", "addon_price", addon_price, addon_price=addon_price)
    return addon_price


@beside("hostbill.order.addons")
def addon_sells(
    *, name: str, cycle: str, listed: Collection[str], is_addon: bool, sold: Collection[str]
) -> Refusal | None:
    """Refuse an addon that the product does not list, that is none, or not sold for the cycle."""
    if name not in listed:
        why = f"the product has no addon {name}; it has {', '.join(listed) or 'none'}"
    elif not is_addon:
        why = f"{name} is a product of its own, and no addon"
    elif cycle not in sold:
        why = f"the addon {name} is not sold {cycle}; it is sold {', '.join(sold)}"
    else:
        return None
    return Refusal("hostbill.order.addons", why)


@beside("hostbill.order.addons")
def not_alone(*, product: str, is_addon: bool) -> Refusal | None:
    """Refuse to order an addon without a product that it belongs to."""
    if not is_addon:
        return None
    return Refusal("hostbill.order.addons", f"{product} is an addon: order a product with it")


@beside("hostbill.order.addons")
def goes_along(*, is_addon: bool) -> Refusal | None:
    """Refuse to change an addon, or to use it on the panel, apart from its service (ours)."""
    if not is_addon:
        return None
    return Refusal("hostbill.order.addons", "an addon has no account or product but its service's")


def sub_products(*, name: str, listed: Collection[str], is_bundle: bool = False) -> Refusal | None:
    """Refuse a further product that the product which is ordered does not offer.

    ``hostbill.order.sub-products`` (hostbill-licences): it is an order of its own, with its own
    service, invoice and dates; a bundle is not ordered beside another product (ours).
    """
    if name not in listed:
        why = f"the product has no sub-product {name}; it has {', '.join(listed) or 'none'}"
    elif is_bundle:
        why = f"{name} is a bundle, which is ordered by itself"
    else:
        return None
    return Refusal("hostbill.order.sub-products", why)
