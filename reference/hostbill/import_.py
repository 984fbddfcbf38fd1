"""Importing products and forms."""

from __future__ import annotations

from prorata.reference.refusal import Refusal

__all__ = ["import_"]


def import_(*, line: int, column: int, wrong: str) -> Refusal | None:
    """Refuse a text in which something is wrong, at the place of the first mistake.

    ``hostbill.import`` (hostbill-licences, hostbill-hosting): products come from a JSON text,
    a form from JSON or YAML, all of it or nothing (ours). Lines and columns count from 1; nothing
    is `wrong` in a right one.
    """
    if not wrong:
        return None
    return Refusal("hostbill.import", f"line {line}, column {column}: {wrong}")
