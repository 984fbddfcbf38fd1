"""How the panel is put back before a scenario: by its control, by a command, or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from prorata.harness.clocks.moving import run_command
from prorata.harness.clocks.wishes import words_of
from prorata.harness.implementations.billing import Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.implementations.billmanager.address import Target
    from prorata.harness.implementations.billmanager.control import PanelControl
    from prorata.harness.protocol import Open

__all__ = ["Reset", "reset_of"]


class Reset(Protocol):
    """Puts the panel back. `readings`: it can be told how to read the rules."""

    readings: bool

    def put_back(self, request: Open, readings: Mapping[str, str]) -> datetime | None:
        """Make an installation for a scenario; return where its time stands, None if not known.

        Raises `Unsupported` where it cannot be one.
        """


class _Controlled:
    """A panel of ours begins as an installation in the scenario's zone and currency."""

    readings = True

    def __init__(self, control: PanelControl) -> None:
        self._control = control

    def put_back(self, request: Open, readings: Mapping[str, str]) -> datetime | None:
        """Put it back to nothing but what holds for the whole installation."""
        seed: dict[str, Any] = {
            "timezone": request.timezone,
            "currency": request.currency,
            "readings": dict(readings),
            "first_ids": {kind: str(number) for kind, number in request.first_ids.items()},
            "tax": request.settings.get("tax"),
        }
        told = {key: said for key, said in seed.items() if said}
        # Without tariffs of its own it would begin with those that are built in.
        answer = self._control.call("reset", {"seed": {"tariffs": {}, **told}})
        return datetime.fromisoformat(str(answer["now"]))


class _AsItIs:
    """A panel that nobody puts back: it is in its own zone, and in a currency of its own."""

    readings = False

    def __init__(self, timezone: str) -> None:
        self._timezone = timezone

    def put_back(self, request: Open, readings: Mapping[str, str]) -> datetime | None:  # noqa: ARG002  it reads the rules as it does
        """See whether the panel can be an installation for the scenario."""
        if request.timezone != self._timezone:
            told = f"the panel's zone is {self._timezone} (--panel-timezone)"
            raise Unsupported(f"a billing in {request.timezone}: {told}")
        if "tax" in request.settings:
            raise Unsupported("tax: it holds for the whole installation, and has no function")
        return None


class _Commanded(_AsItIs):
    """A command that puts a snapshot back."""

    def __init__(self, words: list[str], timezone: str) -> None:
        super().__init__(timezone)
        self._words = words

    def put_back(self, request: Open, readings: Mapping[str, str]) -> datetime | None:
        """Run the command; it returns when the panel answers again."""
        stands = super().put_back(request, readings)
        run_command(self._words, {"PRORATA_INSTANT": request.at.isoformat()})
        return stands


def reset_of(target: Target, control: Callable[[], PanelControl]) -> Reset:
    """Return the reset that ``control``, ``command:CMD`` or ``none`` names; raise `CannotStart`."""
    if target.reset == "control":
        return _Controlled(control())
    if target.reset == "none":
        return _AsItIs(target.timezone)
    return _Commanded(
        words_of("--reset", target.reset, "control, command:CMD or none"), target.timezone
    )
