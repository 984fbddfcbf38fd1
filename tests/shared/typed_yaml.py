"""YAML as an editor reads it: by the core schema of YAML 1.2, with numbers and switches."""

from __future__ import annotations

import re
from typing import Any

import yaml

__all__ = ["typed"]

_KINDS = {
    "null": (r"~|null|Null|NULL|", ("~", "n", "N", "")),
    "bool": (r"true|True|TRUE|false|False|FALSE", tuple("tTfF")),
    "int": (r"[-+]?[0-9]+", tuple("-+0123456789")),
    "float": (r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", tuple("-+0123456789.")),
}


class _Core(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Knows none of the types of YAML 1.1, to which `no` is a switch and 12:30 a number."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  the library's own name


for _kind, (_pattern, _first) in _KINDS.items():
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"^({_pattern})$"), _first)


def typed(text: str) -> Any:
    """Return what a text says."""
    return yaml.load(text, _Core)  # noqa: S506  it makes nothing but plain data
