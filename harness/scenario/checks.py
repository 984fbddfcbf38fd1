"""What makes a well-formed scenario a meaningful one: names, rules, sums of digits, order."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from prorata.harness.scenario.brackets import check_brackets, check_metered
from prorata.harness.scenario.instants import is_before
from prorata.harness.scenario.nodes import mapping
from prorata.harness.scenario.problems import meant, nearest
from prorata.reference.vocabulary.kinds import Record
from prorata.reference.vocabulary.product import PRODUCT
from prorata.reference.vocabulary.product_order import PATTERNS, unknown_words
from prorata.reference.vocabulary.settings import MODULE
from prorata.reference.vocabulary.tariff import TARIFF

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from prorata.harness.scenario.draft import Draft
    from prorata.harness.scenario.given import Given, Product, Resource, Tariff
    from prorata.harness.scenario.nodes import Tree
    from prorata.harness.scenario.places import TreePath

__all__ = ["KnownNames", "check_given", "check_head", "check_sellers", "check_timeline"]


class KnownNames(NamedTuple):
    """What lies outside of the file: ids of rules, readings with their values, digits of money.

    `digits` gives the decimals of a currency, and raises KeyError for one that is not known;
    `counted` the functions of a billing that others buy from whose calls are counted.
    """

    rules: frozenset[str]
    readings: Mapping[str, tuple[str, ...]]
    digits: Callable[[str], int]
    counted: Callable[[], Collection[str]] = frozenset


def check_head(draft: Draft, known: KnownNames) -> None:
    """Check rules and readings."""
    if not draft.head:
        return
    if not draft.head.rules:
        draft.report(("rules",), "expected the id of at least one rule")
    for index, rule in enumerate(draft.head.rules):
        check_rule(draft, ("rules", index), rule, known)
    for reading, value in draft.head.readings.items():
        _check_reading(draft, reading, value, known)


def check_rule(draft: Draft, path: TreePath, rule: str, known: KnownNames) -> None:
    """Check that a rule exists."""
    if rule not in known.rules:
        draft.report(path, f'unknown rule "{rule}"{meant(rule, known.rules)}')


def _check_reading(draft: Draft, reading: str, value: str, known: KnownNames) -> None:
    path = ("readings", reading)
    if reading not in known.readings:
        message = f'unknown reading "{reading}"{nearest(reading, known.readings)}'
        draft.report_key(path, message)
    elif value not in known.readings[reading]:
        near = nearest(value, known.readings[reading])
        draft.report(path, f'"{value}" is not a value of the reading {reading}{near}')


def check_given(draft: Draft, known: KnownNames) -> None:
    """Check currency, catalogue, what each tariff and product sells, and what is named."""
    if not isinstance(draft.plain.get("given"), dict):
        return
    _check_system(draft)
    given = draft.given
    if not given:
        return
    check_currency(draft, ("given", "currency"), given.currency, known)
    for name, tariff in given.tariffs.items():
        _check_tariff(draft, name, tariff)
    for name, product in given.products.items():
        path: TreePath = ("given", "products", name)
        check_metered(draft, path, product)
        _check_cycles(draft, name, product)
        if not product.prices and not product.bundle:
            draft.report(path, f'product "{name}" sells nothing; give it prices')
        _check_patterns(draft, path, product)
    _check_names(draft, given)


def _check_patterns(draft: Draft, path: TreePath, product: Product) -> None:
    """Check that the patterns of names have only words that they know."""
    for key, known in PATTERNS.items():
        for word in unknown_words(key, getattr(product, key) or ""):
            draft.report(
                (*path, key), f'"{{{word}}}" is no word of a pattern{nearest(word, known)}'
            )


def _check_cycles(draft: Draft, name: str, product: Product) -> None:
    """Check that cycles of parts are those of parts that a bundle has."""
    for part in product.part_cycles:
        if part not in product.bundle:
            path = ("given", "products", name, "part_cycles", part)
            near = nearest(part, product.bundle)
            draft.report_key(path, f'"{part}" is no part of the bundle{near}')


def _check_names(draft: Draft, given: Given) -> None:
    """Check what clients, tariffs and products name of the billing: groups, modules and so on."""
    for path, said, where in _named(given):
        known = getattr(given, where)
        if said not in known:
            what = where.removesuffix("s")
            draft.report(path, f'unknown {what} "{said}"{nearest(said, known)}')


def _named(given: Given) -> Iterator[tuple[TreePath, str, str]]:
    """Yield each name with its path and the mapping of the billing that should have it."""
    for name, client in given.clients.items():
        if client.group is not None:
            yield ("given", "clients", name, "group"), client.group, "groups"
    for head, naming in _NAMING.items():
        for name, row in getattr(given, head).items():
            for keys, where in naming:
                value = reduce(lambda part, key: part and getattr(part, key), keys, row)
                for tail, said in _said(value):
                    yield ("given", head, name, *keys, *tail), said, where


def _naming(record: Record) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the fields of a record that name something of the billing, and what has the names."""
    for field in record.fields:
        if field.names:
            yield (field.name,), field.names
        elif isinstance(field.kind, Record):
            yield from (((field.name, *keys), where) for keys, where in _naming(field.kind))


_RECORDS: Final = {"tariffs": TARIFF, "products": PRODUCT, "modules": MODULE}
_NAMING: Final = {head: tuple(_naming(record)) for head, record in _RECORDS.items()}


def _said(value: str | tuple[str, ...] | None) -> list[tuple[TreePath, str]]:
    """Return the names in a value, each with the end of its path."""
    if isinstance(value, str):
        return [((), value)]
    return [((index,), one) for index, one in enumerate(value or ())]


def check_currency(draft: Draft, path: TreePath, currency: str, known: KnownNames) -> None:
    """Check that a currency is one that is known."""
    try:
        known.digits(currency)
    except KeyError:
        draft.report(path, f'"{currency}" is not a currency that is known')


def digits_of(draft: Draft, known: KnownNames) -> int | None:
    """Return the decimals of the scenario's currency; nothing for an unknown one."""
    try:
        return known.digits(draft.given.currency) if draft.given else None
    except KeyError:
        return None


def _check_system(draft: Draft) -> None:
    keys = mapping(draft.plain.get("given"))
    mine, others = (
        ("tariffs", "products") if draft.system == "billmanager" else ("products", "tariffs")
    )
    if others in keys:
        message = f'"{others}" in given; a {draft.system} scenario has {mine}'
        draft.report_key(("given", others), message)
    if mine not in keys:
        draft.report(("given",), f'missing "{mine}" in given')


def _check_tariff(draft: Draft, name: str, tariff: Tariff) -> None:
    path = ("given", "tariffs", name)
    if not (tariff.prices or tariff.daily or tariff.trial):
        draft.report(path, f'tariff "{name}" sells nothing; give it prices, daily or trial')
    check_terms(draft, path, tariff)


def check_terms(draft: Draft, path: TreePath, tariff: Tariff) -> None:
    """Check the parts of a tariff that contradict themselves: of a new one, or of new values."""
    for resource, terms in tariff.resources.items():
        low, high = terms.minimum, terms.maximum
        if high is not None and low > high:
            message = f"the minimum {low} is above the maximum {high}"
            draft.report((*path, "resources", resource, "minimum"), message)
        _check_rates(draft, (*path, "resources", resource), resource, terms)


def _check_rates(draft: Draft, path: TreePath, resource: str, terms: Resource) -> None:
    """Check a table of rates: of traffic, rising to a last step without end."""
    if not terms.rates:
        return
    *steps, last = (rate.up_to for rate in terms.rates)
    rising = None not in steps and last is None and steps == sorted({step or 0 for step in steps})
    if resource != "traffic" or terms.prices:
        draft.report((*path, "rates"), "only traffic has rates, and then no prices")
    elif not rising:
        draft.report((*path, "rates"), "up_to must rise from step to step, and the last has none")
    elif len({frozenset(rate.prices) for rate in terms.rates}) > 1:
        draft.report((*path, "rates"), "every step needs prices for the same periods")


def check_sellers(draft: Draft, tree: Tree) -> None:
    """Check that the billings that one buys from are there, and know it as a client.

    Who is bought from is a BILLmanager, a panel of the world, which asks nobody else.
    """
    given = mapping(tree.plain.get("given"))
    billings = mapping(given.get("billings"))
    for seller, client in draft.given.sellers.items() if draft.given else ():
        path: TreePath = ("given", "sellers", seller)
        if seller not in billings:
            draft.report_key(path, f'unknown billing "{seller}"{nearest(seller, billings)}')
            continue
        row = mapping(billings[seller])
        if row.get("sellers"):
            draft.report_key(path, f"{seller} buys from others itself, and so nobody buys from it")
        if row.get("system") == "hostbill":
            draft.report_key(path, f"{seller} is a HostBill; others buy from a BILLmanager")
        known = mapping(row.get("clients"))
        if client not in known:
            draft.report(path, f'unknown client "{client}"{nearest(client, known)}')


def check_timeline(draft: Draft, whole: Tree) -> None:
    """Check that time goes forward, what products become, and that the scenario can fail.

    `whole` is the file, of whose billings the draft may be of one.
    """
    before = None
    for step in draft.steps:
        if step.at and before and is_before(step.at, before):
            said = step.plain["at"]
            draft.report((*step.path, "at"), f"{said} is earlier than the step before")
        before = step.at or before
        if step.act and (draft.system, step.verb) == ("hostbill", "set_tariff"):
            path, product = (*step.path, "set_tariff"), cast("Product", step.act)
            check_brackets(draft, path, product)
            _check_patterns(draft, path, product)
    timeline = whole.plain.get("timeline")
    steps = [mapping(step) for step in timeline] if isinstance(timeline, list) else []
    for index, row in enumerate(steps):
        if "grade" in row and "expect" not in row:
            draft.report(("timeline", index, "grade"), "grades nothing: the step has no expect")
    if isinstance(timeline, list) and not any("expect" in row for row in steps):
        message = "nothing is expected in any step; a scenario that cannot fail shows nothing"
        draft.report(("timeline",), message)
