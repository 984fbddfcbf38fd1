"""`prorata explain`."""

from __future__ import annotations

import json
import shlex
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from prorata.harness.cli.common import Mistake, bold, mistakes, reading_option, set_option

if TYPE_CHECKING:
    from prorata.harness.scenario import Scenario

__all__ = ["command"]

_WIDEST = 100  # beyond it, a result is too far from what it is of


@click.command("explain")
@click.argument("scenario")
@set_option()
@reading_option()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    scenario: str,
    changes: dict[str, str],
    readings: dict[str, str],
    as_json: bool,
) -> int:
    """Derive every amount and date of SCENARIO, step by step with numbers.

    SCENARIO is a bundled scenario's id or a file; its values and readings may be changed. A reading
    is named where it decides: where another value of it would change this very amount or date. Of
    one that cannot be played to its end, what went before is derived.
    """
    from prorata.harness.explaining import Heading, data, explained, texts
    from prorata.harness.running import breakage
    from prorata.harness.running.endings import LostError, UnsupportedError
    from prorata.harness.running.selection import select
    from prorata.reference.readings import choose

    with mistakes():
        found = select([scenario], changes)
        if len(found) != 1:
            raise Mistake(_several(scenario, found))
        chosen = choose(found[0].readings, readings)
        moments, ended = [], ""
        try:
            for each in explained(found[0], chosen):
                moments.append(each)  # noqa: PERF402  what came before an exception stays
        except UnsupportedError as lacking:
            ended = f"the reference does not have this yet: {lacking}"
        except LostError as lost:
            ended = f"{lost}, so the rest cannot be played"
        except Exception as error:
            raise Mistake(f"a fault of prorata itself: {breakage.told(error)}") from error
    zone = found[0].given.timezone
    if as_json:
        told = {"scenario": found[0].id, "title": found[0].title, "moments": data(moments, zone)}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for line in texts(moments, zone, min(get_terminal_size().columns, _WIDEST)):
            click.echo(bold(line) if isinstance(line, Heading) else line)
    if ended:
        raise Mistake(ended)
    return 0


def _several(said: str, found: list[Scenario]) -> str:
    message = f"{said} names {len(found)} scenarios; explain takes one"
    if len({each.place(()).file for each in found}) > 1:
        return message
    from prorata.harness.running.selection import own_file

    names = [own_file(each) or each.id for each in found]
    listed = "".join(f"\n  prorata explain {shlex.quote(name)}" for name in names)
    return f"{message} of its rows and branches:{listed}"
