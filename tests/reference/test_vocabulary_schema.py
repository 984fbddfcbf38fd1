"""What the vocabulary declares is what protocol 1 has, and its schemas let nothing else through."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from prorata.reference.vocabulary.kinds import Choice, Each, Field, Many, Plain, Record
from prorata.reference.vocabulary.product import PRODUCT
from prorata.reference.vocabulary.product_order import PATTERNS, unknown_words
from prorata.reference.vocabulary.schema import schema_of
from prorata.reference.vocabulary.settings import SETTINGS
from prorata.reference.vocabulary.tariff import TARIFF

PROTOCOL = json.loads(
    (Path(__file__).parents[2] / "docs" / "protocol-schemas" / "open.json").read_text("utf-8")
)
#: What the records above are put together from.
PARTS = (
    "prorata.reference.vocabulary.functions",
    "prorata.reference.vocabulary.notices",
    "prorata.reference.vocabulary.product_licence",
    "prorata.reference.vocabulary.product_order",
    "prorata.reference.vocabulary.tariff_parts",
    "prorata.reference.vocabulary.together",
)


def within(kind, *path):
    """Yield each field of a kind with the names that lead to it."""
    if isinstance(kind, Record):
        for field in kind.fields:
            yield ".".join([*path, field.name]), field
            yield from within(field.kind, *path, field.name)
    elif isinstance(kind, Each | Many):
        yield from within(kind.value if isinstance(kind, Each) else kind.of, *path)
    elif isinstance(kind, Choice):
        for word, valued in kind.valued.items():
            yield from within(valued, *path, word)


@pytest.mark.parametrize("record", [TARIFF, PRODUCT], ids=lambda record: record.name)
def test_what_is_sold_has_the_fields_of_the_protocol(record):
    """Protocol 1 is frozen: a field that goes, or is needed or means something else, breaks it."""
    assert PROTOCOL["$defs"][record.name] == schema_of(record)
    assert json.dumps(PROTOCOL["$defs"][record.name]) == json.dumps(schema_of(record))  # in order


def test_the_settings_have_the_fields_of_the_protocol():
    """Those of the whole billing stand beside the catalogue."""
    declared = {**PROTOCOL["properties"]["settings"]}
    assert "Settings" == declared.pop("title")
    assert declared == schema_of(SETTINGS)
    assert json.dumps(declared["properties"]) == json.dumps(schema_of(SETTINGS)["properties"])


@pytest.mark.parametrize(
    ("record", "names"),
    [
        (
            TARIFF,
            {
                "control_panel.enumeration": "enumerations",
                "module": "modules",
                "name_server": "name_servers",
            },
        ),
        (
            PRODUCT,
            {
                "addons": "products",
                "bundle": "products",
                "module": "modules",
                "order_page": "order_pages",
                "sub_products": "products",
                "upgrades": "products",
            },
        ),
        (SETTINGS, {"modules.licence_server": "modules"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_fields_that_name_something_else_say_what(record, names):
    """A name that the billing does not know is refused where it stands."""
    assert names == {path: field.names for path, field in within(record) if field.names}


def test_the_reference_has_all_that_is_declared():
    """Nothing is checked and then answered with: unsupported."""
    found = [path for record in (TARIFF, PRODUCT, SETTINGS) for path, _ in within(record)]
    missing = [
        path
        for record in (TARIFF, PRODUCT, SETTINGS)
        for path, field in within(record)
        if not field.built
    ]
    assert len(found) > 150
    assert [] == missing


@pytest.mark.parametrize(
    ("field", "pattern", "unknown"),
    [
        ("username_pattern", "{client}-{hostname}", ()),
        ("hostname_pattern", "{product}{service}.{client number}.example.com", ()),
        ("hostname_pattern", "{hostname}.example.com", ("hostname",)),
        ("username_pattern", "{login}{day}", ("login", "day")),
    ],
)
def test_a_pattern_has_words_that_an_order_has(field, pattern, unknown):
    """A login can have the host name, which is made first; no other word is put in."""
    assert unknown == unknown_words(field, pattern)


def test_the_words_of_patterns_in_the_order_of_their_page():
    """Who orders, what is ordered, and then what was made of that."""
    assert ("client", "client number", "product", "service") == PATTERNS["hostname_pattern"]
    assert (*PATTERNS["hostname_pattern"], "hostname") == PATTERNS["username_pattern"]


@pytest.mark.parametrize("name", PARTS)
def test_each_part_is_declared_for_something(name):
    """Fields, records and words that a module gives on are parts of what is sold or set."""
    fields = [field for record in (TARIFF, PRODUCT, SETTINGS) for _, field in within(record)]
    parts = [*fields, *(kind for field in fields for kind in (field.kind, *_inner(field.kind)))]
    given = [getattr(import_module(name), each) for each in import_module(name).__all__]
    declared = [part for each in given for part in (each if isinstance(each, tuple) else [each])
                if isinstance(part, Field | Record)]  # fmt: skip
    assert [] == [part.name for part in declared if not any(part is each for each in parts)]
    words = [part for each in given if type(each) is tuple for part in each if type(part) is str]
    told = json.dumps(PROTOCOL)
    assert declared or words
    assert [] == [word for word in words if json.dumps(word) not in told]


def _inner(kind):
    """Return the kinds that a list or a mapping holds."""
    return [kind.of] if isinstance(kind, Many) else [kind.value] if isinstance(kind, Each) else []


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (Plain.AMOUNT, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}),
        (Plain.NUMBER, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}),
        (Plain.WHOLE, {"type": "integer", "minimum": 0}),
        (Plain.NATURAL, {"type": "integer", "minimum": 1}),
        (Plain.DAYS, {"type": "integer", "minimum": 0, "maximum": 36525}),  # a hundred years
        (Plain.SOME_DAYS, {"type": "integer", "minimum": 1, "maximum": 36525}),
        (Plain.SOME_MONTHS, {"type": "integer", "minimum": 1, "maximum": 1200}),
        (Plain.DAY_OF_MONTH, {"type": "integer", "minimum": 1, "maximum": 31}),
        (Plain.DATE, {"type": "string", "format": "date"}),
        (Plain.TIME, {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}),
        (Plain.PERIOD, {"type": "string", "pattern": "^[1-9][0-9]{0,3} (day|month|year)s?$"}),
        (Plain.TEXT, {"type": "string", "minLength": 1}),
        (Plain.YES_NO, {"type": "boolean"}),
        (Choice.of("a policy", "none", "some"), {"type": "string", "enum": ["none", "some"]}),
        (
            Choice.of("a fee", ("fixed", Plain.AMOUNT), ("days", Plain.NATURAL)),
            {
                "type": "object",
                "properties": {
                    "fixed": {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"},
                    "days": {"type": "integer", "minimum": 1},
                },
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ),
        (
            Choice.of("a fee", "none", ("days", Plain.NATURAL)),
            {
                "anyOf": [
                    {"type": "string", "enum": ["none"]},
                    {
                        "type": "object",
                        "properties": {"days": {"type": "integer", "minimum": 1}},
                        "additionalProperties": False,
                        "minProperties": 1,
                        "maxProperties": 1,
                    },
                ]
            },
        ),
        (
            Each(Plain.TEXT, Plain.YES_NO),
            {
                "type": "object",
                "propertyNames": {"type": "string", "minLength": 1},
                "additionalProperties": {"type": "boolean"},
            },
        ),
        (Many(Plain.YES_NO), {"type": "array", "items": {"type": "boolean"}}),
        (
            Record(
                "Tax",
                "A tax.",
                (
                    Field("rate", Plain.NATURAL, "How much.", needed=True),
                    Field("included", Plain.YES_NO, "Whether prices have it.", default=False),
                ),
            ),
            {
                "description": "A tax.",
                "type": "object",
                "properties": {
                    "rate": {"type": "integer", "minimum": 1, "description": "How much."},
                    "included": {
                        "type": "boolean",
                        "description": "Whether prices have it.",
                        "default": False,
                    },
                },
                "required": ["rate"],
            },
        ),
        (
            Record("Any", "Anything.", (Field("text", Plain.TEXT, "What."),)),
            {
                "description": "Anything.",
                "type": "object",
                "properties": {"text": {"type": "string", "minLength": 1, "description": "What."}},
            },
        ),
    ],
    ids=str,
)
def test_the_schema_of_each_kind(kind, schema):
    """A schema says of a value what the reader of rows takes, and nothing more."""
    assert schema == schema_of(kind)
