"""The protocol: one question a line on stdin, one answer a line on stdout."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from small_reseller.billing import Refused, Reseller, Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable

ACTS = {
    "order": Reseller.order,
    "renew": Reseller.renew,
    "change_tariff": Reseller.change_tariff,
    "suspend": Reseller.suspend,
    "resume": Reseller.resume,
    "delete": Reseller.delete,
    "set_licence": Reseller.set_licence,
    "new_key": Reseller.new_key,
    "show_licence": Reseller.show_licence,
    "start_operation": Reseller.start_operation,
}
STARTED = {
    "name": "small-reseller",
    "version": "1.0",
    "protocol": 0,
    "supports": {"systems": ["billmanager"], "acts": list(ACTS), "rules": ["resell.*"]},
}
#: What a question says beside what it asks.
_ENVELOPE = ("seq", "type", "act")


class Adapter:
    """Answers questions about the reseller of the scenario that is open."""

    def __init__(self) -> None:
        self._reseller: Reseller | None = None

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Answer a question: with a result, a refusal, or why there is none."""
        try:
            return {"result": _ANSWERS[question["type"]](self, question)}
        except Refused as refused:
            return {"refusal": {"reason": refused.reason, "rule": refused.rule}}
        except Unsupported as lacking:
            return {"unsupported": str(lacking)}

    @property
    def _open(self) -> Reseller:
        if self._reseller is None:
            message = "no scenario is open"
            raise RuntimeError(message)
        return self._reseller

    def start(self, _question: dict[str, Any]) -> dict[str, Any]:
        """Say who this is."""
        return STARTED

    def open(self, question: dict[str, Any]) -> dict[str, Any]:
        """Begin a scenario, and forget the one before."""
        self._reseller = Reseller(question)
        return {}

    def clock(self, question: dict[str, Any]) -> dict[str, Any]:
        """Let time go on."""
        next_, polls = self._open.advance(question["to"])
        return {"settled": True, "next": next_, "polls": polls}

    def act(self, question: dict[str, Any]) -> dict[str, Any]:
        """Have something done."""
        name = question["act"]
        if name not in ACTS:
            reason = f"{name}: planned"
            raise Unsupported(reason)
        said = {key: value for key, value in question.items() if key not in _ENVELOPE}
        return ACTS[name](self._open, **said)

    def observe(self, question: dict[str, Any]) -> dict[str, Any]:
        """Tell what there is."""
        told = self._open.observe()
        return {part: told[part] for part in question["of"] if part in told}

    def end(self, _question: dict[str, Any]) -> dict[str, Any]:
        """End a scenario, or everything."""
        self._reseller = None
        return {}


_ANSWERS: dict[str, Callable[[Adapter, dict[str, Any]], dict[str, Any]]] = {
    "start": Adapter.start,
    "open": Adapter.open,
    "clock": Adapter.clock,
    "act": Adapter.act,
    "observe": Adapter.observe,
    "close": Adapter.end,
    "stop": Adapter.end,
}


def main() -> None:
    """Answer until the last question."""
    adapter = Adapter()
    for line in sys.stdin:
        question = json.loads(line)
        answer = {"seq": question["seq"], **adapter.answer(question)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
        if question["type"] == "stop":
            return


main()
