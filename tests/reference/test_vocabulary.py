"""The vocabulary, and the classes of the engine that are filled by its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from fractions import Fraction
from types import UnionType
from typing import get_args, get_origin, get_type_hints

import pytest

from prorata.fakes.billmanager.codes import CODES
from prorata.reference.engine.billmanager.catalogue import Daily, Resource, Tariff
from prorata.reference.engine.hostbill.catalogue import Product
from prorata.reference.engine.rows import CatalogueError, read
from prorata.reference.engine.settings import (
    Cron,
    Invoicing,
    Module,
    ProductType,
    Provider,
    Settings,
    Tax,
)
from prorata.reference.hostbill.cycle import CYCLES, ONE_OFF
from prorata.reference.hostbill.upgrade import UNITS
from prorata.reference.vocabulary import words
from prorata.reference.vocabulary.kinds import Choice, Each, Field, Many, Plain, Record
from prorata.reference.vocabulary.product import BRACKET, PRODUCT, UPGRADE_UNIT
from prorata.reference.vocabulary.settings import (
    CRON,
    INVOICING,
    MODULE,
    PRODUCT_TYPE,
    PROVIDER,
    SETTINGS,
    TAX,
)
from prorata.reference.vocabulary.tariff import TARIFF
from prorata.reference.vocabulary.tariff_parts import DAILY, RESOURCE

#: Values of each kind, as a row says them.
SAID = {
    Plain.AMOUNT: ["1.50"],
    Plain.NUMBER: ["7.5"],
    Plain.WHOLE: [3],
    Plain.NATURAL: [3],
    Plain.DAYS: [3],
    Plain.SOME_DAYS: [3],
    Plain.SOME_MONTHS: [3],
    Plain.DAY_OF_MONTH: [9],
    Plain.DATE: ["2031-12-30"],
    Plain.TIME: ["03:00"],
    Plain.PERIOD: ["3 months"],
    Plain.TEXT: ["some"],
    Plain.YES_NO: [True, False],
}


def samples(kind):
    """Return what a field of this kind can say: of a choice, each of its options."""
    if isinstance(kind, Choice):
        alone = list(kind.words)
        return alone + [{word: one} for word, of in kind.valued.items() for one in samples(of)]
    if isinstance(kind, Each):
        return [{key: samples(kind.value)[0] for key in samples(kind.key)}]
    if isinstance(kind, Many):
        return [samples(kind.of)[:1]]
    if kind is BRACKET:
        return [{"above": "0", "price": "1.50"}]
    if isinstance(kind, Record):
        return [{field.name: samples(field.kind)[0] for field in kind.fields if field.built}]
    return SAID[kind]


def fits(value, hint):
    """Tell whether a value is of an annotated type, down to what mappings and sets hold."""
    origin, args = get_origin(hint) or hint, get_args(hint)
    if origin is UnionType:
        return any(fits(value, one) for one in args)
    if origin is int:
        return type(value) is int
    if not isinstance(value, origin):
        return False
    if origin is Mapping:
        return all(fits(key, args[0]) and fits(one, args[1]) for key, one in value.items())
    return all(fits(one, args[0]) for one in value) if args else True


def built(record):
    """Return the fields that the reference has."""
    return [field for field in record.fields if field.built]


def defaults(record):
    """Return the row that says every default there is."""
    said = {field.name: field.unsaid for field in built(record) if not field.needed}
    return {name: value for name, value in said.items() if value is not None}


SOLD = [
    pytest.param(kind, field, said, id=f"{kind.__name__} {field.name}: {said}")
    for kind, record in ((Tariff, TARIFF), (Product, PRODUCT))
    for field in built(record)
    for said in samples(field.kind)
]


def attributes(kind):
    """Return the names of a class's fields with their types."""
    hints = get_type_hints(kind, localns={"date": date, "Mapping": Mapping})
    return {each.name: hints[each.name] for each in fields(kind)}


def changed(kind, name, said):
    """Return the attributes that differ from the default where a row says something, by name."""
    sold, plain = kind.of("x", {name: said}), kind.of("x", {})
    values = {each: getattr(sold, each) for each in attributes(kind)}
    return {each: value for each, value in values.items() if value != getattr(plain, each)}


@pytest.mark.parametrize(("kind", "field", "said"), SOLD)
def test_every_field_is_kept_by_the_engine(kind, field, said):
    """Each field, and each word of a choice, changes attributes to values of their types."""
    values = changed(kind, field.name, said)
    assert bool(values) == (said != field.unsaid)
    assert all(fits(value, attributes(kind)[each]) for each, value in values.items()), values


@pytest.mark.parametrize(
    ("kind", "others"), [(Tariff, {"name", "overrides"}), (Product, {"name", "whole"})]
)
def test_the_engine_keeps_nothing_else(kind, others):
    """Each attribute is changed by a field of the vocabulary."""
    said = [
        (field.name, said) for one, field, said in (each.values for each in SOLD) if one is kind
    ]
    told = {attribute for name, value in said for attribute in changed(kind, name, value)}
    assert told == attributes(kind).keys() - others


@pytest.mark.parametrize(("kind", "record"), [(Tariff, TARIFF), (Product, PRODUCT)])
def test_defaults_are_those_of_the_engine(kind, record):
    """A row that says every default is the row that says nothing."""
    assert kind.of("x", {}) == kind.of("x", defaults(record))


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        (Daily, DAILY), (ProductType, PRODUCT_TYPE), (Provider, PROVIDER), (Module, MODULE),
        (Tax, TAX), (Resource, RESOURCE), (Cron, CRON), (Invoicing, INVOICING),
    ],
)  # fmt: skip
def test_parts_have_the_fields_of_the_vocabulary(kind, record):
    """The class of a part has the fields of its record, with the same defaults."""
    assert {each.name for each in fields(kind)} == set(record.names)
    needed = {field.name: samples(field.kind)[0] for field in record.fields if field.needed}
    told = read(record, {**defaults(record), **needed})
    optional = {
        each.name
        for each in fields(kind)
        if (each.default, each.default_factory) != (MISSING, MISSING)
    } - needed.keys()
    assert kind(**told) == kind(**{name: told[name] for name in told.keys() - optional})


def test_settings_have_the_fields_of_the_vocabulary():
    """Each setting is read into the attribute of its name."""
    assert {each.name for each in fields(Settings)} == set(SETTINGS.names)
    for field in SETTINGS.fields:
        said = samples(field.kind)[-1]
        settings = Settings.of({field.name: said})
        assert getattr(settings, field.name) != getattr(Settings(), field.name)


def test_a_resource_has_a_day_price():
    """The day price of a resource is an amount per unit, none where it is not said."""
    rows = {"disk": {"daily": "0.02"}, "databases": {}}
    sold = Tariff.of("days", {"daily": {"price": "0.10"}, "resources": rows})
    assert Fraction("0.02") == sold.resources["disk"].daily
    assert sold.resources["databases"].daily is None


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"late_renewal_fee": "nonee"}, "x: 'nonee' is not a late renewal fee"),
        ({"late_renewal_fee": {"fixed": "1", "percent": "2"}}, "is not a late renewal fee"),
        ({"late_renewal_fee": "fixed"}, "'fixed' is not a late renewal fee"),
        ({"tariff_change": {"full payment": "now"}}, "'now' is not a date to count from"),
        ({"daily": {"price": "1", "hours": 3}}, "hours is not built yet"),
        ({"calendar": {"pro_rata_day": 32}}, "32 is not a day of the month"),
        ({"maximum_quantity": 0}, "0 is not a whole number from 1"),
        ({"service_limit": True}, "True is not a whole number"),
        ({"enabled": "yes"}, "'yes' is not yes or no"),
        ({"module": 3}, "3 is not a text"),
    ],
)
def test_what_is_no_value_of_its_kind(row, why):
    """A word that is none, and a value of another kind, are told."""
    with pytest.raises(CatalogueError, match=why):
        Tariff.of("x", row)


def records(kind):
    """Return the records that are in a kind of value, itself first."""
    own = [kind] if isinstance(kind, Record) else []
    inside = {Each: lambda: [kind.value], Many: lambda: [kind.of]}
    inside[Record] = lambda: [field.kind for field in kind.fields]
    parts = inside.get(type(kind), list)()
    return own + [record for part in parts for record in records(part)]


@pytest.mark.parametrize(
    "record",
    [*records(TARIFF), *records(PRODUCT), *records(SETTINGS)],
    ids=lambda record: record.name,
)
def test_a_field_is_declared_once(record):
    """No record has two fields of one name; what is said of them are sentences."""
    assert len(record.names) == len(set(record.names))
    assert all(
        said.endswith(".") for said in (record.sentence, *(f.sentence for f in record.fields))
    )


def test_a_field_is_found_by_its_name():
    """A record gives one of its fields."""
    assert Plain.AMOUNT is TARIFF.field("setup_fee").kind
    assert Field("a", Plain.TEXT, "A.").unsaid is None


def test_words_of_the_rules():
    """Cycles, upgrade units and statuses are those that the rules have."""
    assert {*UNITS, "none"} == set(UPGRADE_UNIT.words)
    assert {*CYCLES, *ONE_OFF, "hourly"} == set(words.CYCLES)
    assert set(CODES) == set(words.STATUSES["billmanager"])


def test_cycles_are_told_in_one_order():
    """Those of months first, as most sell them, then of days, of years, and what has no length."""
    months = ("monthly", "quarterly", "semi-annually", "annually")
    days = ("daily", "weekly", "hourly")
    assert (*months, *days, "biennially", "triennially", "metered", "once", "free") == words.CYCLES
