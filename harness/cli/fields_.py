"""`prorata fields`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from prorata.harness.cli.common import Mistake, bold, fitted
from prorata.harness.scenario.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.reference.vocabulary.kinds import Kind, Record

__all__ = ["command", "page"]

_OF: Final = ("tariff", "product", "settings")
_TITLES: Final = {
    "tariff": "A tariff of BILLmanager",
    "product": "A product of HostBill",
    "settings": "The whole billing",
}
_INTRODUCTION: Final = """\
# Fields

What the `tariffs` and `products` of a scenario can say, and what its `given` can say of the whole
billing. An implementation is sent it in `open`, and what staff change of a tariff in `set_tariff`.
This page is made by `prorata fields --markdown`.

- `resources.NAME.step` is the field `step` of each of the `resources`, whose names are yours.
- `{fixed: an amount}` is a word with a value; the other words of a list stand alone.
- A field in **bold** is needed in what holds it. One without a default says nothing if not said.
- *Not built* is what the reference does not have yet: it skips a scenario that says it.
"""


class _Row(NamedTuple):
    """A field on a line: its path, what it can say, its default, what it means."""

    name: str
    type: str
    default: Any
    sentence: str
    needed: bool
    built: bool


@click.command("fields")
@click.argument("of", required=False, metavar=f"[{'|'.join(_OF)}]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, help="Print the page of the documentation.")
def command(of: str | None, as_json: bool, markdown: bool) -> int:
    """List the fields of tariffs, products and settings: what each can say, and what it means."""
    if of is not None and of not in _OF:
        raise Mistake(f"no fields of {of}{nearest(of, _OF) or '; there are ' + ', '.join(_OF)}")
    if as_json and markdown:
        raise click.UsageError("either --json or --markdown")
    which = (of,) if of else _OF
    if markdown:
        click.echo(page(which), nl=False)
    elif as_json:
        rows = {name: [row._asdict() for row in _rows(_record(name))] for name in which}
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for name in which:
            _tell(name)
    return 0


def _tell(name: str) -> None:
    click.echo(bold(_TITLES[name]))
    for row in _rows(_record(name)):
        head = fitted(f"{row.name}  {row.type}{_beside(row)}")
        click.echo(head.replace(row.name, bold(row.name), 1))
        click.echo(fitted(row.sentence, "    "))


def _beside(row: _Row) -> str:
    default = [] if row.default is None else [f"default {_word(row.default)}"]
    marks = ["needed"] * row.needed + default + ["not built"] * (not row.built)
    return f"  ({', '.join(marks)})" if marks else ""


def page(which: Sequence[str] = _OF) -> str:
    """Return the page of the documentation."""
    return "\n".join([_INTRODUCTION, *(line for name in which for line in _section(name))])


def _section(name: str) -> Iterator[str]:
    yield f"## {_TITLES[name]}"
    yield ""
    yield "| field | what it can say | default | what it means |"
    yield "|---|---|---|---|"
    for row in _rows(_record(name)):
        field = f"**`{row.name}`**" if row.needed else f"`{row.name}`"
        default = "" if row.default is None else f"`{_word(row.default)}`"
        sentence = row.sentence if row.built else f"{row.sentence} *Not built.*"
        yield f"| {field} | {row.type} | {default} | {sentence} |"
    yield ""


def _record(name: str) -> Record:
    from prorata.reference.vocabulary.product import PRODUCT
    from prorata.reference.vocabulary.settings import SETTINGS
    from prorata.reference.vocabulary.tariff import TARIFF

    return {"tariff": TARIFF, "product": PRODUCT, "settings": SETTINGS}[name]


def _rows(record: Record, prefix: str = "") -> Iterator[_Row]:
    """Yield the fields of a record, each followed by those that are in it."""
    for field in record.fields:
        name, said = f"{prefix}{field.name}", _type(field.kind)
        yield _Row(name, said, field.default, field.sentence, field.needed, field.built)
        yield from _inside(field.kind, f"{name}.")


def _inside(kind: Kind, prefix: str) -> Iterator[_Row]:
    from prorata.reference.vocabulary.kinds import Each, Many, Record

    if isinstance(kind, Record):
        yield from _rows(kind, prefix)
    elif isinstance(kind, Each):
        yield from _inside(kind.value, f"{prefix}NAME.")
    elif isinstance(kind, Many):
        yield from _inside(kind.of, prefix)


def _type(kind: Kind) -> str:
    """Say what a value of a kind can be."""
    from prorata.reference.vocabulary.kinds import Choice, Each, Many, Plain

    if isinstance(kind, Plain):
        return kind.value
    if isinstance(kind, Choice):
        return ", ".join(word if of is None else _pair(word, of) for word, of in kind.options)
    if isinstance(kind, Each):
        return _pair(kind.key.what if isinstance(kind.key, Choice) else _type(kind.key), kind.value)
    return f"[{_type(kind.of)}]" if isinstance(kind, Many) else "a mapping"


def _pair(key: str, value: Kind) -> str:
    return f"{{{key}: {_type(value)}}}"


def _word(default: Any) -> str:
    """Return a default as a file says it."""
    return {True: "yes", False: "no"}[default] if isinstance(default, bool) else str(default)
