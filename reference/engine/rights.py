"""Who does an act: it is done only by those who have the right to."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["permitted"]


def permitted(
    acts: Mapping[str, Callable[..., Refusal | None]],
    rights: Callable[..., Refusal | None],
    clients: Collection[str],
) -> dict[str, Any]:
    """Return acts that take `by`, client or staff, and refuse those who may not.

    `rights` is the rule that says so. Where nobody is named, `clients` has the acts that clients
    do; the rest is for staff.
    """
    return {
        verb: _permitted(verb, act, rights, "client" if verb in clients else "staff")
        for verb, act in acts.items()
    }


def _permitted(
    verb: str,
    act: Callable[..., Refusal | None],
    rights: Callable[..., Refusal | None],
    usual: str,
) -> Callable[..., Refusal | None]:
    tells_by = "by" in signature(act).parameters

    def asked(turn: Turn, /, *, by: str = usual, **parameters: Any) -> Refusal | None:
        told = {**parameters, "by": by} if tells_by else parameters
        return turn.rule(rights, act=verb, by=by) or act(turn, **told)

    asked.__doc__ = act.__doc__
    return asked
