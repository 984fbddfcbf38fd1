"""Names of users on the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.hostbill.hostname import filled
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["numbered", "pattern"]


def pattern(*, pattern: str, words: Mapping[str, str]) -> str:
    """Return the name of the user made on the panel.

    ``hostbill.username.pattern`` (hostbill-licences, hostbill-hosting; the words: ours). Words in
    braces stand for the client, the client's number, the product, the service and its host name.
    """
    return filled(pattern=pattern, words=words)


@beside("hostbill.username.pattern")
def numbered(*, name: str, number: int) -> str:
    """Return a name with the number that tells it from a taken one (ours)."""
    return f"{name}{number}"
