"""`prorata functions`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from prorata.fakes.control.listing import listed
from prorata.harness.cli.common import bold, fitted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["command", "page"]

_PANELS: Final = ("ispmanager", "billmanager")
_TITLES: Final = {"ispmanager": "ispmanager", "billmanager": "BILLmanager"}
_INTRODUCTION: Final = """\
# Functions of the panels

What the panels of `prorata serve` answer to, as they declare it.
This page is made by `prorata functions --markdown`.

- **list** answers rows, in pages, sorted and filtered as asked;
  **form** shows values, and with `sok=ok` saves them;
  **group** acts on the elements that `elid` names;
  **action** changes something at once; **report** only reads.
- *Who* is the lowest level that may call.
- A parameter in **bold** is needed where something is made.
- What is *invented* has no document of the vendor: the panel has it so that a flow is whole, under
  a name that may differ from the vendor's.
"""


@click.command("functions")
@click.argument("panel", required=False, type=click.Choice(_PANELS))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, help="Print the page of the documentation.")
@click.option(
    "--acts",
    is_flag=True,
    help="What a run does and sees on a BILLmanager, and by which functions.",
)
def command(panel: str | None, as_json: bool, markdown: bool, acts: bool) -> int:
    """List the functions of the panels with their kind, level and parameters."""
    if as_json and (markdown or acts):
        raise click.UsageError(f"either --json or --{'acts' if acts else 'markdown'}")
    if acts:
        from prorata.harness.cli.acts_page import acts_page

        click.echo(acts_page(), nl=False)
        return 0
    which = (panel,) if panel else _PANELS
    if markdown:
        click.echo(page(which), nl=False)
        return 0
    found = listed(which)
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    for name, functions in found.items():
        click.echo(bold(_TITLES[name]))
        for function in functions:
            _tell(function)
    click.echo(", ".join(f"{_TITLES[name]} {len(rows)}" for name, rows in found.items()))
    return 0


def _tell(function: Mapping[str, Any]) -> None:
    invented = "  (invented)" if function["invented"] else ""
    about = f"{function['kind']}, {function['level']}{invented}"
    click.echo(f"  {bold(function['name'])}  {about}")
    click.echo(fitted(function["summary"], "    "))
    for param in function["params"]:
        needed = ", required" if param["required"] else ""
        click.echo(fitted(f"{param['name']}  {param['type']}: {param['range']}{needed}", "      "))


def page(which: Sequence[str] = _PANELS) -> str:
    """Return the page of the documentation."""
    found = listed(which)
    return "\n".join([_INTRODUCTION, *(line for each in found.items() for line in _section(*each))])


def _section(panel: str, functions: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"## {_TITLES[panel]}"
    yield ""
    yield "| function | kind | who | what | parameters |"
    yield "|---|---|---|---|---|"
    for function in functions:
        name = f"`{function['name']}`" + (" (*invented*)" if function["invented"] else "")
        params = "; ".join(_param(param) for param in function["params"])
        cells = (name, function["kind"], function["level"], function["summary"], params or "-")
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


def _param(param: Mapping[str, Any]) -> str:
    name = f"**`{param['name']}`**" if param["required"] else f"`{param['name']}`"
    return (
        f"{name} {param['type']}: {param['range']}" if param["range"] else f"{name} {param['type']}"
    )
