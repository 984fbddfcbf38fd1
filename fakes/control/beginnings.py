"""What a set in a file began with, and how it goes on from there."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from prorata.fakes.control.database import VERSION, sum_of, sum_of_beginning
from prorata.fakes.control.errors import ControlError
from prorata.fakes.control.files import (
    DAMAGED,
    OTHER_VERSION,
    BeginningError,
    StoreError,
    make,
    real,
)
from prorata.fakes.control.moments import instant
from prorata.fakes.control.packing import OtherShapeError, unpack
from prorata.fakes.control.panels import Panels, Standing
from prorata.fakes.control.requests import do_again
from prorata.fakes.fault_files import read_faults

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from prorata.fakes.control.database import Database
    from prorata.fakes.control.store import Store
    from prorata.fakes.faults import Faults

__all__ = ["Beginning", "begin"]


def begin(path: Path, panels: Panels) -> bool:
    """Make the file of a new set; False where there is one by now, StoreError where none can be."""
    values: dict[str, Any] = {
        "version": VERSION,
        "which": list(panels.which),
        "clock": panels.now.isoformat(),
        "seed": panels.seed,
        "faults": panels.faults.describe(),
        "starts": 0,
    }
    values["sum"] = sum_of_beginning(json.loads(json.dumps(values)))
    rows = [(name, json.dumps(value)) for name, value in values.items()]
    try:
        return make(real(path), rows)
    except OSError as error:
        raise StoreError(path, f"unable to open the file: {error.strerror}") from None


class Beginning(NamedTuple):
    """What the first set of a file began with: the arguments of `Panels`, and the file."""

    path: Path
    which: tuple[str, ...]
    clock: datetime
    seed: Mapping[str, Any]
    faults: Faults

    @classmethod
    def of(cls, store: Store) -> Self:
        """Read it."""
        found = store.database.beginning()
        faults = read_faults(found["faults"])
        which = tuple(found["which"])
        return cls(store.path, which, instant(found["clock"]), found["seed"], faults)

    def check(
        self,
        which: tuple[str, ...],
        *,
        clock: datetime | None,
        seed: Mapping[str, Any] | None,
        faults: Faults | None,
    ) -> None:
        """Raise StoreError for other panels, BeginningError for what else is given otherwise."""
        if which != self.which:
            own = " and ".join(self.which)
            raise StoreError(self.path, f"holds {own}; serve the same, or name another file")
        known = tuple(self.faults.rules), self.faults.seed
        differs = {
            "clock": clock is not None and clock != self.clock,
            "seed": seed is not None and json.loads(json.dumps(seed)) != self.seed,
            "faults": faults is not None and (tuple(faults.rules), faults.seed) != known,
        }
        given = [name for name, other in differs.items() if other]
        if given:
            raise BeginningError(self.path, given)

    def go_on(self, store: Store) -> Panels:
        """Return the first set as everything stood at last."""
        panels = Panels(self.which, self.clock, self.seed, faults=self.faults)
        with store.database.readable():
            _take_up(store.database, panels)
            _catch_up(store.database, panels.sets)
        for each in panels.sets.values():
            # The journal tells what was called since the start, whatever was done again for it.
            each.journal.clear()
        return panels.sets[""]


def _take_up(database: Database, first: Panels) -> None:
    """Put sets in their places that hold what they held when they were packed."""
    taken = _taken(database)
    for name, number, about in database.each("SELECT name, packed, about FROM sets ORDER BY rowid"):
        found = first.like(name, *_packed(database, about))
        found.take_up(*_packed(database, number))
        found.taken = taken[name]
        first.sets[name] = found


def _taken(database: Database) -> Mapping[str, dict[str, Standing]]:
    """Return the snapshots of each set by name; what several sets have is there once."""
    found: defaultdict[str, dict[str, Standing]] = defaultdict(dict)
    known: dict[int, Standing] = {}
    for of, name, number in database.each(
        "SELECT in_set, name, packed FROM snapshots ORDER BY place"
    ):
        if number not in known:
            at, states = _packed(database, number)
            known[number] = Standing(at, states, number)
        found[of][name] = known[number]
    return found


def _packed(database: Database, number: int) -> Any:
    statement = "SELECT data, shapes, sum FROM packed WHERE number = ?"
    ((data, shapes, told),) = database.ask(statement, (number,))
    if sum_of(data, shapes) != told:
        raise StoreError(database.path, DAMAGED)
    try:
        return unpack(data, shapes)
    except OtherShapeError:
        raise StoreError(database.path, OTHER_VERSION) from None


def _catch_up(database: Database, sets: Mapping[str, Panels]) -> None:
    """Do again what was done since."""
    for name, panel, request, body, told in database.each(
        "SELECT in_set, panel, request, body, sum FROM log ORDER BY number"
    ):
        if sum_of(name, panel, request, body) != told:
            raise StoreError(database.path, DAMAGED)
        try:
            do_again(sets[name], panel, json.loads(request), body)
        except (ControlError, LookupError):
            raise StoreError(database.path, OTHER_VERSION) from None
