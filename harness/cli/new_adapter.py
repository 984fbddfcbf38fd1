"""`prorata new adapter`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from prorata.harness.cli.common import Mistake, mistakes

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SKELETONS", "command"]

#: What follows the name of a file that is no module of ours, though it is Python.
_TEXT: Final = ".txt"
_FOLDER: Final = Path(__file__).parents[1] / "adapters"


class Skeleton(NamedTuple):
    """An adapter in a language: what builds it, and the options that ask it."""

    what: str
    options: str
    build: str = ""


SKELETONS: Final = {
    "php": Skeleton("in PHP, on stdin and stdout", '-i "stdio:php adapter.php"'),
    "node": Skeleton(
        "in JavaScript for Node, over HTTP",
        '-i http://127.0.0.1:8080/ --start "node adapter.mjs 8080"',
    ),
    "python": Skeleton("a factory in Python", "-i python:adapter:Billing"),
    "java": Skeleton("in Java, on stdin and stdout", '-i "stdio:java Adapter.java"'),
    "go": Skeleton("in Go, on stdin and stdout", "-i stdio:./adapter", "go build -o adapter ."),
}


def _languages(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command a flag for each language."""
    for name, skeleton in reversed(SKELETONS.items()):
        said = f"{skeleton.what[:1].upper()}{skeleton.what[1:]}."
        command = click.option(f"--{name}", is_flag=True, help=said)(command)
    return command


@click.command("adapter")
@_languages
@click.argument("folder", default=".", metavar="[DIR]")
def command(folder: str, **languages: bool) -> int:
    """Write an adapter that answers unsupported to everything, into DIR or here.

    It passes `prorata smoke`. Nothing that is there is written over.
    """
    named = [name for name in SKELETONS if languages[name]]
    if len(named) != 1:
        one = "one language" if named else "the language"
        raise Mistake(f"say {one}: {', '.join(f'--{name}' for name in named or SKELETONS)}")
    language = named[0]
    target = Path(folder)
    with mistakes():
        for name in _write(_FOLDER / language, target):
            click.echo(f"wrote {name}")
    for line in _next(SKELETONS[language], target):
        click.echo(line)
    return 0


def _write(source: Path, target: Path) -> list[Path]:
    """Copy the files of a skeleton, all or none; raise `Mistake` where one is there already."""
    files = sorted(each for each in source.iterdir() if each.is_file())
    written = [target / each.name.removesuffix(_TEXT) for each in files]
    there = [str(each) for each in written if each.exists() or each.is_symlink()]
    if there:
        raise Mistake(f"{there[0]} is there already, and is not written over; name another DIR")
    target.mkdir(parents=True, exist_ok=True)
    for file, copy in zip(files, written, strict=True):
        copy.write_bytes(file.read_bytes())
    return written


def _next(skeleton: Skeleton, target: Path) -> list[str]:
    """Return what to do next, as commands."""
    folder = [] if target == Path() else [f"cd {shlex.quote(str(target))}"]
    build = [skeleton.build] if skeleton.build else []
    commands = (*folder, *build, f"prorata smoke {skeleton.options}")
    return ["next:", *(f"  {each}" for each in commands)]
