"""A set of panels: an ispmanager, a BILLmanager, or both, under one clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, NoReturn, Unpack

from prorata.fakes.control import happened
from prorata.fakes.control.declaring import CHANGES, arguments_of
from prorata.fakes.control.errors import BAD, CONFLICT, UNKNOWN, ControlError
from prorata.fakes.control.functions import control
from prorata.fakes.control.moments import BEGINS, SetClock, Span, backwards, shown
from prorata.fakes.control.seed import billmanager_of, check, ispmanager_of
from prorata.fakes.faults import Faults
from prorata.fakes.meant import near, no_attribute
from prorata.fakes.mgr5.journal import Journal
from prorata.reference.clock import BackwardsError, Clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from prorata.fakes.asgi import App
    from prorata.fakes.control.store import Store
    from prorata.reference.engine.ports import Panel

__all__ = ["PANELS", "Panels", "Standing", "which_of"]

PANELS: Final = ("ispmanager", "billmanager")
"""The panels that a set may have, in the order of their ports."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
#: What a fork cannot be called: the first words of the paths that panels answer at.
_TAKEN: Final = frozenset({"ispmgr", "billmgr", "manager", "billmgr-api", "manimg"})


@dataclass(slots=True)
class Standing:
    """How a set stood: the instant, and the state of each panel.

    `kept` is its number in a store, 0 where it is in none.
    """

    at: datetime
    states: Mapping[str, object]
    kept: int = 0


class Panels:
    """One set of panels: its clock, its journal, its faults, its snapshots and its forks.

    `which` names the panels, "all" both; `clock` is where time stands at the beginning, or the
    clock to share until the set is put back; `seed` is what there is (see
    `prorata.fakes.control.seed`). A BILLmanager of the set provisions on the ispmanager of the set.
    Raises ControlError for a seed that cannot be used.

    >>> panels = Panels("ispmanager", seed={"ispmanager": {"presets": {"small": {}}}})
    >>> panels.advance(months=1)["now"]
    '2025-02-01T00:00:00+00:00'
    >>> panels.fork("other").ispmanager is panels.ispmanager
    False
    """

    def __init__(
        self,
        which: str | Iterable[str] = PANELS,
        clock: Clock | datetime | None = None,
        seed: Mapping[str, Any] | None = None,
        *,
        faults: Faults | None = None,
    ) -> None:
        self.name = ""
        self.which = which_of(which)
        self.clock = SetClock(clock if isinstance(clock, Clock) else Clock(clock or BEGINS))
        self.start = self.clock.now()
        self.faults = faults or Faults()
        self.journal = Journal()
        #: The panels' addresses by name, where they are served.
        self.urls: Mapping[str, str] = {}
        #: The same over TLS, where they are served both ways.
        self.tls_urls: Mapping[str, str] = {}
        #: All sets that came of one, by name; the first one's is empty.
        self.sets: dict[str, Panels] = {"": self}
        #: Whoever acts on the set holds it: requests, on any port, and those who move time.
        self.lock = RLock()
        self.store: Store | None = None
        #: What answers for it on each panel's port, once it has answered there.
        self.mounted: dict[str, Mapping[str, App]] = {}
        self.taken: dict[str, Standing] = {}
        self.seed = {} if seed is None else seed
        check(self.seed)
        self.ispmanager: Any = None
        self.billmanager: Any = None
        if "ispmanager" in self.which:
            self.ispmanager = ispmanager_of(self.seed, self.clock)
        if "billmanager" in self.which:
            self.billmanager = billmanager_of(self.seed, self.clock, self._port())
            self.clock.stop_at(self.billmanager.next_due, self._settle)
        self._join()

    @property
    def panels(self) -> Mapping[str, Any]:
        """The panels by name."""
        each = {"ispmanager": self.ispmanager, "billmanager": self.billmanager}
        return {name: panel for name, panel in each.items() if panel is not None}

    @property
    def apps(self) -> Mapping[str, App]:
        """The applications by path, forks below their names included.

        >>> list(Panels("ispmanager").apps)
        ['/ispmgr', '/_prorata']
        """
        from prorata.fakes.control.http import apps_of

        return apps_of(self)

    @property
    def snapshots(self) -> tuple[str, ...]:
        """The names of the snapshots, in the order in which they were taken."""
        return tuple(self.taken)

    @property
    def now(self) -> datetime:
        """Where time stands, in UTC."""
        return self.clock.now()

    def call(self, name: str, method: str = CHANGES, /, **given: Any) -> dict[str, Any]:
        """Call a control function as HTTP does, by its name; raise ControlError where it says no.

        >>> Panels("ispmanager").call("clock", to="2025-03-01")["now"]
        '2025-03-01T00:00:00+00:00'
        """
        function = control(name, method)
        arguments = arguments_of(function, given)
        with self.lock:
            if self.store is None:
                return function.run(self, arguments)
            self.store.check()
            try:
                answer = function.run(self, arguments)
                if function.changes and not function.keeps:
                    self.store.keep_control(self, name, given)
            except ControlError:
                raise
            except BaseException as error:
                if function.changes:
                    self.store.give_up(error)
                raise
            return answer

    def advance(self, **span: Unpack[Span]) -> dict[str, Any]:
        """Move time on by `years`, `months`, `weeks`, `days`, `hours`, `minutes`, `seconds`."""
        return self.call("advance", **span)

    def advance_to(self, instant: datetime) -> dict[str, Any]:
        """Move time on to an instant."""
        return self.call("clock", to=instant.isoformat())

    def snapshot(self, name: str) -> dict[str, Any]:
        """Keep how everything stands under a name; one of that name is replaced."""
        return self.call("snapshot", name=name)

    def restore(self, name: str) -> dict[str, Any]:
        """Go back to how everything stood, time included."""
        return self.call("restore", name=name)

    def fork(self, name: str) -> Panels:
        """Return a set that begins as a copy of this one and goes its own way."""
        self.call("fork", name=name)
        return self.sets[name]

    def dump(self) -> dict[str, Any]:
        """Return all that the panels hold as JSON, without secrets."""
        return self.call("dump", "GET")

    def reset(self, seed: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Go back to the beginning: the seed, or another one, the first instant, no faults."""
        return self.call("reset", **({} if seed is None else {"seed": seed}))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            """Say what was probably meant."""
            raise no_attribute(self, "a set of panels", name)

    # What the control functions are made of.

    def move_to(self, instant: datetime) -> dict[str, Any]:
        """Move time on, and tell what happened on the way."""
        billing = self.billmanager.billing if self.billmanager is not None else None
        mark = happened.Mark.of(billing) if billing is not None else None
        try:
            self.clock.advance_to(instant)
        except BackwardsError as error:
            raise backwards(error) from None
        said, counts = shown(self.now), {}
        if billing is not None and mark is not None:
            self.billmanager.catch_up()
            counts = happened.counted(billing, mark)
            said += f" · {happened.told(counts)}"
        return {"now": self.now.isoformat(), "happened": counts, "said": said}

    def _settle(self) -> None:
        """Let billing do what is due at this instant, and note at which instant it was."""
        from prorata.fakes.billmanager.events import note

        self.billmanager.catch_up()
        note(self.billmanager)

    def keep(self, name: str) -> None:
        """Take a snapshot."""
        _check_name(name)
        self.taken[name] = self._standing()

    def go_back(self, name: str) -> None:
        """Restore a snapshot; ControlError where there is none of that name."""
        if name not in self.taken:
            known = ", ".join(self.taken) or "none yet"
            expected = f"the name of a snapshot: {known}"
            raise ControlError("name", f'no snapshot "{name}"', expected, status=UNKNOWN)
        self.put(self.taken[name])

    def split(self, name: str) -> Panels:
        """Make a fork, and return it; ControlError for a name that cannot be, or is taken."""
        _check_name(name)
        if name in _TAKEN:
            raise ControlError("name", f'"{name}" is the path of a panel', _A_NAME)
        other = self.like(name, self.seed, _copy(self.faults))
        other.put(self._standing())
        other.taken = dict(self.taken)
        # Nobody asks it anything before it is kept.
        with other.lock:
            if self.sets.setdefault(name, other) is not other:
                expected = "a name that no set has; drop that one first"
                raise ControlError("name", f'there is a set "{name}"', expected, status=CONFLICT)
            if self.store is not None:
                self.store.keep_fork(self, other)
        return other

    def like(self, name: str, seed: Mapping[str, Any], faults: Faults) -> Panels:
        """Return a set of another name beside this one, as it begins; it is not there yet."""
        other = Panels(self.which, self.start, seed, faults=faults)
        other.name, other.sets, other.store = name, self.sets, self.store
        other.serve_at(self.sets[""].urls)
        return other

    def serve_at(self, urls: Mapping[str, str]) -> None:
        """Note where the panels of the first set are served: a fork is below its name there."""
        self.urls = {panel: _below(url, self.name) for panel, url in urls.items()}

    def forget(self, name: str) -> None:
        """Drop a fork; ControlError where there is none of that name."""
        if not name or self.sets.pop(name, None) is None:
            known = ", ".join(filter(None, self.sets)) or "none yet"
            raise ControlError("name", f'no fork "{name}"', f"a fork: {known}", status=UNKNOWN)
        if self.store is not None:
            self.store.keep_drop(self, name)

    def begin_anew(self, seed: Mapping[str, Any] | None) -> None:
        """Put the panels back to a seed."""
        fresh = Panels(self.which, self.start, self.seed if seed is None else seed)
        self.seed = fresh.seed
        self.put(fresh._standing())
        self.faults.clear()
        self.journal.clear()

    def _standing(self) -> Standing:
        states = {name: panel.snapshot() for name, panel in self.panels.items()}
        return Standing(self.now, states)

    def put(self, snapshot: Standing) -> None:
        """Stand as a snapshot does, which stays as it is."""
        self.clock.begin_at(snapshot.at)
        for name, panel in self.panels.items():
            panel.restore(snapshot.states[name])
        self._join()

    def held(self) -> tuple[datetime, Mapping[str, object]]:
        """Return how it stands, itself and no copy: to be written down at once."""
        return self.now, {name: panel.held() for name, panel in self.panels.items()}

    def take_up(self, at: datetime, states: Mapping[str, object]) -> None:
        """Go on with what a set held that began with the same seed."""
        self.clock.begin_at(at)
        for name, panel in self.panels.items():
            panel.take_up(states[name])
        self._join()

    def _join(self) -> None:
        """Give the panels what they share: the journal and the faults."""
        for panel in self.panels.values():
            panel.traffic.calls = self.journal
            panel.faults = self.faults

    def _port(self) -> Panel | None:
        if self.ispmanager is None:
            return None
        from prorata.fakes.control.provisioning import Provisioning

        return Provisioning(self)


_A_NAME: Final = "a name of letters, digits, - and _, up to 64 of them"


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ControlError("name", f"{name!r} is no name", _A_NAME, status=BAD)


def which_of(which: str | Iterable[str]) -> tuple[str, ...]:
    """Return the names of panels in the order of their ports; ControlError for others."""
    asked = PANELS if which == "all" else (which,) if isinstance(which, str) else tuple(which)
    unknown = [name for name in asked if name not in PANELS]
    if unknown or not asked:
        expected = f"all, {' or '.join(PANELS)}"
        named = str(unknown[0]) if unknown else ""
        hint = near(named, ("all", *PANELS)) or f"; there are {expected}"
        raise ControlError("which", f'there is no panel "{named}"{hint}', expected)
    return tuple(name for name in PANELS if name in asked)


def _copy(faults: Faults) -> Faults:
    return Faults(faults.rules, faults.seed)


def _below(url: str, name: str) -> str:
    """Return a panel's address in the set of a name: http://HOST:PORT/NAME/ispmgr."""
    base, _, path = url.rpartition("/")
    return f"{base}/{name}/{path}" if name else url
