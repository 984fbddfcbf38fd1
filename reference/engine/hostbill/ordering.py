"""What an order asks beside its product and cycle, and whether one service more is sold at all."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from prorata.reference.engine.hostbill.invoices import ENDED, service_of
from prorata.reference.engine.provisioning import nameable
from prorata.reference.engine.state import Wishes
from prorata.reference.hostbill import hostname as names
from prorata.reference.hostbill import order as rules
from prorata.reference.hostbill.limit_per_customer import limit_per_customer
from prorata.reference.hostbill.product import preconditions
from prorata.reference.hostbill.upgrade import out_of_stock
from prorata.reference.hostbill.username import pattern
from prorata.reference.provision import as_idn, login_taken
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["Ordered", "answered", "enough", "holding", "offered", "wish", "within_limit"]

#: The ways by which a domain is registered here.
_HERE = frozenset({"register", "transfer"})


class Ordered(NamedTuple):
    """What an order says beside its product and cycle; of a licence its address and name."""

    hostname: str = ""
    domain_option: str = ""
    answers: Mapping[str, str] | None = None
    consent: bool = False
    ip: str = ""
    licence_name: str = ""


def offered(turn: Turn, product: Product) -> Refusal | None:
    """Refuse a product that lacks what it is sold with."""
    return turn.rule(
        preconditions,
        product=product.name,
        order_page=product.order_page,
        order_pages=turn.book.settings.order_pages,
        template="" if product.licence else product.template,
        templates=turn.book.templates,
    )


def enough(
    turn: Turn, client: str, product: Product, *, beside: int, by_change: bool
) -> Refusal | None:
    """Refuse one service more of a product than there are, or than each client may have.

    So many are taken `beside` it by the same order.
    """
    if product.stock is None and product.limit_per_customer is None:
        return None
    return turn.rule(
        out_of_stock,
        product=product.name,
        taken=beside + sum(1 for _ in holding(turn, product)),
        stock=product.stock,
        allowed=by_change and product.upgrade_out_of_stock,
    ) or within_limit(turn, product, client, beside=beside)


def within_limit(turn: Turn, product: Product, client: str, *, beside: int) -> Refusal | None:
    """Refuse a client one service more of a product than each may have, with those `beside` it."""
    own = beside + sum(service.client == client for service in holding(turn, product))
    limit = product.limit_per_customer
    return turn.rule(limit_per_customer, product=product.name, has=own, limit=limit)


def holding(turn: Turn, product: Product) -> Iterator[Service]:
    """Yield the services of a product that have not ended, and those that are to become it.

    Of a bundle it is one for each order, as long as a part of it runs.
    """
    # As a part of one, a product is told to be of the bundle.
    if turn.book.catalogue[product.name].bundle:
        yield from _bundles(turn, product)
        return
    for service in (*turn.book.services.values(), *turn.services):
        if service.tariff == product.name and service.status not in ENDED:
            yield service
    invoices = {number for numbers in turn.book.unpaid.values() for number in numbers}
    for number in sorted(invoices):
        for grant in turn.book.invoices[number].grants:
            service = service_of(turn, grant.service)
            changes = grant.what == "change" and grant.product == product.name
            if changes and service.status not in ENDED:
                yield service


def _bundles(turn: Turn, product: Product) -> Iterator[Service]:
    seen: set[int] = set()
    for service in (*turn.book.services.values(), *turn.services):
        to = service.belongs
        if to is None or to.bundle != product.name or to.to in seen or service.status in ENDED:
            continue
        seen.add(to.to)
        yield service


def wish(turn: Turn, service: Service, product: Product, said: Ordered) -> Refusal | None:
    """Give a new service what its order says beside: names, answers and consent."""
    answers = {name: told for name, told in (said.answers or {}).items() if told}
    refusal = turn.rule(
        rules.agreement, document=product.agreement, consent=said.consent
    ) or answered(turn, product, said.answers or {})
    if refusal:
        return refusal
    option = _option(product, said)
    domain = _domain(turn, service, option, said.hostname)
    if isinstance(domain, Refusal):
        return domain
    service.wishes = Wishes(option, tuple(answers.items()), product.agreement or "")
    service.domain = domain
    if service.resold is not None:
        return None
    service.user = turn.rule(
        pattern,
        pattern=product.username_pattern,
        words={**_words(turn, service), "hostname": _on_the_wire(domain)},
    )
    if domain:
        return nameable(turn, service)
    return turn.rule(login_taken, login=service.user)


def answered(
    turn: Turn,
    product: Product,
    answers: Mapping[str, str],
    before: Mapping[str, str] = MappingProxyType({}),
) -> Refusal | None:
    """Refuse answers to a form that are none; what was answered before may be asked no more."""
    refusal = turn.rule(rules.asked, answers=tuple(answers), form=tuple(product.form))
    for name, field in product.form.items():
        answer = answers.get(name, before.get(name, ""))
        refusal = refusal or turn.rule(rules.forms, name=name, answer=answer, field=field)
    return refusal


def _option(product: Product, said: Ordered) -> str:
    """Return how a client comes by the domain: it is their own where they say nothing else."""
    chooses = product.domain_options or product.subdomains_of
    return said.domain_option or ("own" if chooses and said.hostname else "")


def _domain(turn: Turn, service: Service, option: str, hostname: str) -> str | Refusal:
    """Return the host name of a service: named by its order, or made by a pattern."""
    product: Product = turn.tariff(service)
    name: str | Refusal = hostname
    if option:
        name = turn.rule(rules.domain, option=option, name=hostname, **_known(turn, service))
    elif not name and product.hostname_pattern:
        words = _words(turn, service)
        name = turn.rule(names.filled, pattern=product.hostname_pattern, words=words)
    if isinstance(name, Refusal):
        return name
    refusal = turn.rule(
        names.required,
        hostname=name,
        wanted=product.hostname_required,
        # A bundle is no account, and its parts are named by none.
        automatic=product.automatic and service.belongs is None,
    )
    return refusal or turn.rule(names.validation, hostname=name, check=product.hostname_validation)


def _known(turn: Turn, service: Service) -> dict[str, object]:
    """Return what the rule of domains asks of what there is: all names, and the client's own."""
    product: Product = turn.tariff(service)
    running = tuple(
        each for each in (*turn.book.services.values(), *turn.services) if each.status not in ENDED
    )
    here = tuple(each for each in running if each.wishes.domain_option in _HERE)
    return {
        "offered": product.domain_options,
        "subdomains_of": product.subdomains_of,
        "here": tuple(each.domain for each in here),
        "own": tuple(each.domain for each in here if each.client == service.client),
        "taken": tuple(each.domain.lower() for each in running),
    }


def _words(turn: Turn, service: Service) -> dict[str, str]:
    """Return what the words of patterns stand for."""
    return {
        "client": service.client,
        "client number": str(turn.book.clients[service.client].number),
        "product": service.tariff,
        "service": str(service.number),
    }


def _on_the_wire(name: str) -> str:
    """Return a name with its letters other than Latin as the panel knows them, where it can."""
    try:
        return as_idn(name)
    except ValueError:
        return name
