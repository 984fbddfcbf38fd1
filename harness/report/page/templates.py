"""The templates of the page, and what of a text makes it safe to stand there."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from prorata.harness.report.clean import clean

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["environment", "macros", "made_here", "resource"]


def resource(name: str) -> str:
    """Return the text of a file beside this one."""
    return files("prorata.harness.report.page").joinpath(name).read_text(encoding="utf-8")


def made_here(text: str) -> Markup:
    """Mark a text as HTML of our own, with every word from outside escaped."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704  of resources, and of shapes that escape what they are given


@cache
def environment() -> Environment:
    """Return what renders templates: whatever they are given is escaped."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(
        autoescape=True,
        loader=FunctionLoader(resource),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters["clean"] = clean
    return made


@cache
def macros() -> Any:
    """Return the macros of a scenario's parts."""
    return environment().get_template("scenario.html.j2").module
