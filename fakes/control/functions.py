"""What can be asked of a set of panels, each declared once: for Python, HTTP and command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.control.declaring import CHANGES, READS, Control, Document
from prorata.fakes.control.errors import UNKNOWN, ControlError
from prorata.fakes.control.moments import UNITS, end_of, instant, shown
from prorata.fakes.control.seed import schema as seed_schema
from prorata.fakes.meant import near
from prorata.fakes.mgr5.params import Param

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.control.panels import Panels

__all__ = ["CONTROLS", "control"]


def control(name: str, method: str) -> Control:
    """Find a control function; ControlError where there is none of that name and method."""
    found = CONTROLS.get((method, name))
    if found is not None:
        return found
    every = sorted({each for _, each in CONTROLS})
    raise ControlError(
        "function",
        f'there is no control function "{name}"{near(name, every)}',
        f"one of {', '.join(every)}",
        status=UNKNOWN,
    )


def _clock(panels: Panels, _args: Mapping[str, Any]) -> dict[str, Any]:
    return {"now": panels.now.isoformat(), "said": shown(panels.now)}


def _set_clock(panels: Panels, args: Mapping[str, Any]) -> dict[str, Any]:
    return panels.move_to(instant(args["to"]))


def _advance(panels: Panels, args: Mapping[str, Any]) -> dict[str, Any]:
    counts = {unit: int(count) for unit, count in args.items()}
    if not any(counts.values()):
        expected = "how far: years, months, weeks, days, hours, minutes or seconds"
        raise ControlError("", "there is no way to go", expected)
    return panels.move_to(end_of(panels.now, counts))


def _snapshot(panels: Panels, args: Mapping[str, Any]) -> dict[str, Any]:
    panels.keep(args["name"])
    return _snapshots(panels, args)


def _snapshots(panels: Panels, _args: Mapping[str, Any]) -> dict[str, Any]:
    return {"now": panels.now.isoformat(), "snapshots": list(panels.snapshots)}


def _restore(panels: Panels, args: Mapping[str, Any]) -> dict[str, Any]:
    panels.go_back(args["name"])
    return _clock(panels, args)


def _fork(panels: Panels, args: Mapping[str, Any]) -> dict[str, Any]:
    return _described(panels.split(args["name"]))


def _sets(panels: Panels, _args: Mapping[str, Any]) -> dict[str, Any]:
    return {"sets": [_described(each) for each in list(panels.sets.values())]}


def _described(panels: Panels) -> dict[str, Any]:
    return {
        "name": panels.name,
        "now": panels.now.isoformat(),
        "panels": list(panels.which),
        "urls": dict(panels.urls),
        "snapshots": list(panels.snapshots),
    }


def _drop(panels: Panels, args: Mapping[str, Any]) -> dict[str, Any]:
    panels.forget(args["name"])
    return _sets(panels, args)


def _journal(panels: Panels, args: Mapping[str, Any]) -> dict[str, Any]:
    from prorata.fakes.control.journals import rows

    return rows(panels, args)


def _faults(panels: Panels, _args: Mapping[str, Any]) -> dict[str, Any]:
    return panels.faults.describe()


def _set_faults(panels: Panels, args: Mapping[str, Any]) -> dict[str, Any]:
    from prorata.fakes.fault_files import FaultsError, read_faults

    try:
        found = read_faults({"faults": args["faults"], "seed": int(args.get("seed", "0"))})
    except FaultsError as error:
        expected = "rules such as {kind: status, status: 503, func: user.*, times: 1}"
        raise ControlError("faults", str(error), expected) from None
    panels.faults.replace(found.rules, found.seed)
    return _faults(panels, args)


def _dump(panels: Panels, _args: Mapping[str, Any]) -> dict[str, Any]:
    from prorata.fakes.control.dumping import dump

    return dump(panels)


def _reset(panels: Panels, args: Mapping[str, Any]) -> dict[str, Any]:
    panels.begin_anew(args.get("seed"))
    return _clock(panels, args)


_USED: Final = ("disk", "traffic", "disk_per_day", "traffic_per_day")


def _usage(panels: Panels, args: Mapping[str, Any]) -> dict[str, Any]:
    if panels.ispmanager is None:
        raise ControlError("name", "there is no ispmanager in this set", status=UNKNOWN)
    name = args["name"]
    if name not in panels.ispmanager.users:
        raise ControlError("name", f'no user "{name}"', "the login of a user", status=UNKNOWN)
    used = {key: int(args.get(key, "0")) for key in _USED}
    per_day = {key.removesuffix("_per_day"): used[key] for key in _USED[2:]}
    panels.ispmanager.set_usage(name, disk=used["disk"], traffic=used["traffic"], per_day=per_day)
    return {"name": name, **used}


def _functions(panels: Panels, _args: Mapping[str, Any]) -> dict[str, Any]:
    from prorata.fakes.control.listing import listed

    return {"functions": listed(panels.which)}


_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_NOW: Final[Mapping[str, Mapping[str, Any]]] = {
    "now": {"type": "string", "format": "date-time"},
    "said": _TEXT,
}
_COUNTS: Final = {"type": "object", "additionalProperties": {"type": "integer"}}
_SET: Final[Mapping[str, Mapping[str, Any]]] = {
    "name": _TEXT,
    "now": _NOW["now"],
    "panels": _TEXTS,
    "urls": {"type": "object", "additionalProperties": _TEXT},
    "snapshots": _TEXTS,
}
_SETS: Final[Mapping[str, Mapping[str, Any]]] = {
    "sets": {"type": "array", "items": {"type": "object", "properties": _SET}},
}
_ROWS: Final = {"type": "array", "items": {"type": "object"}}
_RULES: Final[Mapping[str, Mapping[str, Any]]] = {"seed": {"type": "integer"}, "faults": _ROWS}

_NAME: Final = Param("name", required=True, longest=64, hint="a name")
_MOST: Final = 1_000_000
_MIB: Final = 2**31 - 1

_TABLE: Final = (
    Control("clock", READS, "Where time stands", _clock, answer=_NOW),
    Control(
        "clock",
        CHANGES,
        "Move time on to an instant",
        _set_clock,
        (Param("to", required=True, longest=40, hint="an instant, such as 2025-03-01T00:00Z"),),
        answer={**_NOW, "happened": _COUNTS},
    ),
    Control(
        "advance",
        CHANGES,
        "Move time on by a span",
        _advance,
        tuple(Param(unit, "integer", most=_MOST) for unit in UNITS),
        answer={**_NOW, "happened": _COUNTS},
    ),
    Control(
        "snapshot",
        CHANGES,
        "Keep how everything stands under a name",
        _snapshot,
        (_NAME,),
        answer={"now": _NOW["now"], "snapshots": _TEXTS},
    ),
    Control(
        "snapshots",
        READS,
        "The names of the snapshots",
        _snapshots,
        answer={"now": _NOW["now"], "snapshots": _TEXTS},
    ),
    Control(
        "restore",
        CHANGES,
        "Go back to a snapshot, time included",
        _restore,
        (_NAME,),
        answer=_NOW,
    ),
    Control(
        "fork",
        CHANGES,
        "A second set that begins as a copy and goes its own way, below /NAME/",
        _fork,
        (_NAME,),
        answer=_SET,
        keeps=True,
    ),
    Control("drop", CHANGES, "Drop a fork", _drop, (_NAME,), answer=_SETS, keeps=True),
    Control("sets", READS, "All sets: the first one and its forks", _sets, answer=_SETS),
    Control(
        "journal",
        READS,
        "The calls that the panels answered: the newest, or those after a number",
        _journal,
        (
            Param("func", longest=255, hint="a function's name; * stands for any characters"),
            Param("who", longest=255, hint="the account that called"),
            Param("panel", pattern="ispmanager|billmanager", hint="ispmanager or billmanager"),
            Param("errors", "switch", hint="only calls that were refused"),
            Param("since", "integer", hint="only calls after the one of this number"),
            Param("limit", "integer", default="1000", least=1, most=10_000),
        ),
        answer={"calls": _ROWS, "last": {"type": "integer"}},
    ),
    Control("faults", READS, "What goes wrong, and how often it did", _faults, answer=_RULES),
    Control(
        "faults",
        CHANGES,
        "Let other things go wrong, or, with an empty list, nothing",
        _set_faults,
        (Param("seed", "integer", hint="of what happens with a probability"),),
        (Document("faults", _ROWS, "a list of rules", required=True),),
        answer=_RULES,
    ),
    Control(
        "usage",
        CHANGES,
        "Say what a user of ispmanager has taken up by now, and takes up each day, in MiB",
        _usage,
        (
            _NAME,
            *(Param(name, "integer", most=_MIB) for name in _USED),
        ),
        answer={
            "name": _TEXT,
            **{name: {"type": "integer"} for name in _USED},
        },
    ),
    Control(
        "dump",
        READS,
        "All that the panels hold, without secrets",
        _dump,
        answer={"now": _NOW["now"], "panels": {"type": "object"}},
    ),
    Control(
        "reset",
        CHANGES,
        "Back to the beginning: the seed or another one, the first instant, no faults",
        _reset,
        (),
        (Document("seed", seed_schema(), "what the panels begin with"),),
        answer=_NOW,
    ),
    Control(
        "functions",
        READS,
        "The functions of the panels, with their parameters",
        _functions,
        answer={"functions": {"type": "object"}},
    ),
)

CONTROLS: Final[Mapping[tuple[str, str], Control]] = {
    (each.method, each.name): each for each in _TABLE
}
"""Every control function by method and name."""
