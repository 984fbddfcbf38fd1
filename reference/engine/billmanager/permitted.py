"""Who does an act: it is done only by those who have the right to."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

from prorata.reference.billmanager.rights import CLIENTS, rights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["permitted"]


def permitted(acts: Mapping[str, Callable[..., Refusal | None]]) -> dict[str, Any]:
    """Return acts that take `by`, client or staff, and refuse those who may not.

    Where nobody is named, clients do what they have a right to, and staff the rest.
    """
    return {verb: _permitted(verb, act) for verb, act in acts.items()}


def _permitted(verb: str, act: Callable[..., Refusal | None]) -> Callable[..., Refusal | None]:
    usual = "client" if verb in CLIENTS else "staff"
    tells_by = "by" in signature(act).parameters

    def asked(turn: Turn, /, *, by: str = usual, **parameters: Any) -> Refusal | None:
        told = {**parameters, "by": by} if tells_by else parameters
        return rights(act=verb, by=by) or act(turn, **told)

    return asked
