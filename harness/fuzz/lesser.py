"""Ways in which a history can be less: each yields lesser ones of it, the least first."""

from __future__ import annotations

import re
from copy import deepcopy
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.plain import at, places, said, with_other, without

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.fuzz.plain import Plain

__all__ = ["fewer_clients", "fewer_fields", "fewer_steps", "lesser_values", "one_billing"]

_AMOUNT: Final = re.compile(r"[0-9]{1,9}\.[0-9]{1,4}")
_COUNT: Final = re.compile(r"[0-9]{1,6}")
_PERIOD: Final = re.compile(r"[0-9]+ (month|year|day)s?")
#: What no file can do without.
_KEPT: Final = frozenset({"title", "rules", "source", "system", "timeline", "at"})


def fewer_steps(plain: Plain) -> Iterator[Plain]:
    """Yield a history without some steps: halves, quarters and so on, the last ones first."""
    steps = plain["timeline"]
    size = len(steps) // 2
    while size:
        for end in range(len(steps), size - 1, -size):
            if size < len(steps):
                yield {**plain, "timeline": steps[: end - size] + steps[end:]}
        size //= 2


def one_billing(plain: Plain) -> Iterator[Plain]:
    """Yield a history of one of several billings, as if there were no other."""
    billings = plain["given"].get("billings", {})
    judged = next((name for name, row in billings.items() if "sellers" in row), "")
    for name, row in billings.items():
        given = {key: value for key, value in row.items() if key != "sellers"}
        own = [step for step in plain["timeline"] if step.get("on", judged) == name]
        steps = [{key: each for key, each in step.items() if key != "on"} for step in own]
        if steps:
            yield {**plain, "given": given, "timeline": steps}


def fewer_clients(plain: Plain) -> Iterator[Plain]:
    """Yield a history without a client, a service or something sold, and all that is theirs."""
    names = [str(place[-1]) for place in places(plain["given"]) if _names_one(place)]
    names += [step["order"]["as"] for step in plain["timeline"] if "order" in step]
    for name in dict.fromkeys(names):
        found = deepcopy(plain)
        found["timeline"] = [each for each in found["timeline"] if not _mentions(each, name)]
        for place in [place for place in places(plain["given"]) if place[-1] == name]:
            del at(found["given"], place[:-1])[name]
        if found["timeline"]:
            yield found


def _names_one(place: tuple[str | int, ...]) -> bool:
    return len(place) > 1 and place[-2] in {"clients", "tariffs", "products"}


def _mentions(step: Any, name: str) -> bool:
    """Tell whether a value stands anywhere in a step's act."""
    act = step.get(said(step), {})
    return any(at(act, place) == name for place in places(act))


def fewer_fields(plain: Plain) -> Iterator[Plain]:
    """Yield a history without something that is given, or that an act says."""
    for key in ("readings", "given"):
        for place in places(plain.get(key, {})):
            if place[-1] not in _KEPT:
                yield without(plain, (key, *place))
        if key == "readings" and key in plain:
            yield without(plain, (key,))
    for number, step in enumerate(plain["timeline"]):
        for place in places(step):
            if place[-1] not in _KEPT and place != (said(step),):
                yield without(plain, ("timeline", number, *place))


def lesser_values(plain: Plain) -> Iterator[Plain]:
    """Yield a history with a rounder amount, a smaller number or a shorter period."""
    for place in places({key: plain[key] for key in ("given", "timeline")}):
        value = at(plain, place)
        if isinstance(value, str) and place[-1] != "at":
            yield from (with_other(plain, place, each) for each in _lesser(value))


def _lesser(text: str) -> Iterator[str]:
    """Yield simpler texts in the place of one."""
    if _AMOUNT.fullmatch(text):
        exact = Decimal(text)
        digits = f".{len(text.partition('.')[2])}f"
        for each in (Decimal(1), Decimal(10), Decimal(100), Decimal(round(exact))):
            if each < exact or (each != exact and exact != int(exact)):
                yield format(each, digits)
    elif _COUNT.fullmatch(text):
        yield from (str(each) for each in (1, 2, 10, int(text) // 2) if 0 < each < int(text))
    elif _PERIOD.fullmatch(text) and text != "1 month":
        yield "1 month"
