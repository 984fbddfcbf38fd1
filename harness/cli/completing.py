"""Words that a shell completes: ids of scenarios and rules, without loading either."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import CompletionItem, get_completion_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["VARIABLE", "stand_in"]

#: What a shell sets when it asks.
VARIABLE: Final = "_PRORATA_COMPLETE"
_ASKED: Final = "_complete"


def stand_in(name: str) -> click.Command | None:
    """Return what completes the words of a command, where a shell asks for one of them.

    The command itself takes ten times as long to load, and knows no more of its words than this;
    it is asked for its options, and for what follows one.
    """
    shell, _, asked = os.environ.get(VARIABLE, "").partition("_")
    found = get_completion_class(shell) if f"_{asked}" == _ASKED and name in _WORDS else None
    if found is None:
        return None
    before, word = found(click.Command(name), {}, name, VARIABLE).get_completion_args()
    if word.startswith("-") or before[-1].startswith("-"):
        return None
    return click.Command(name, params=[click.Argument(["words"], nargs=-1, shell_complete=_items)])


def _items(ctx: click.Context, _parameter: click.Parameter, word: str) -> list[CompletionItem]:
    """Return the words that begin so; where there are none it may be a file."""
    name = str(ctx.command.name)
    fitting = [each for of in _WORDS[name] for each in of() if each.startswith(word)]
    return list(map(CompletionItem, fitting)) or [CompletionItem(word, type="file")]


def _scenarios() -> Iterable[str]:
    from prorata.harness.scenario.files import bundled_root, files_in

    root = f"{bundled_root()}{os.sep}"
    names = (file.removeprefix(root).removesuffix(".yaml") for file in files_in(root))
    return (name.replace(os.sep, "/") for name in names)


def _rules() -> Iterable[str]:
    from prorata.reference.rules import ids

    return sorted(ids())


def _readings() -> Iterable[str]:
    from prorata.reference.readings import READINGS

    return READINGS


def _catalogues() -> Iterable[str]:
    from prorata.harness.scenario.files import bundled_root

    return sorted(each.stem for each in (bundled_root() / "catalogues").glob("*.yaml"))


#: What the words of a command may be.
_WORDS: Final[Mapping[str, tuple[Callable[[], Iterable[Any]], ...]]] = {
    "run": (_scenarios, _rules),
    "scenarios": (_scenarios, _rules),
    "explain": (_scenarios,),
    "try": (_rules,),
    "rules": (_rules,),
    "readings": (_readings,),
    "trace": (_rules, _scenarios),
    "simulate": (_catalogues,),
}
