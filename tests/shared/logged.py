"""Logs of runs, written by hand: of one wrong late fee, and of what no log should hold."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prorata.harness.protocol import Started
from prorata.harness.report.reading import run_of
from prorata.harness.running.log import EventLog
from prorata.harness.running.verdict import Mismatch, Results, Verdict

if TYPE_CHECKING:
    from prorata.harness.report.reading import RunLog

__all__ = [
    "FEE",
    "HOSTILE",
    "RULE",
    "advised",
    "failed",
    "hostile_lines",
    "lines_of",
    "passed",
    "ran",
    "record",
]

RULE = "billmanager.renew.late-fee.percent"
FEE = Mismatch(
    RULE, "2025-09-05 12:00", "renew site for 1 month", ("charged", "late fee"), "0.25", "0.20",
    "a/b.yaml:24:16", derivation=("fee: 3.10 / 31 × 5 = 0.50", "late fee: 0.25 posted as 0.25"),
)  # fmt: skip

#: What an implementation may say anywhere, and no view may take for more than a text.
HOSTILE = (
    "<script>window.pwned=1</script>",
    "\"><img src=x onerror='window.pwned=1'>",
    "</svg></pre></details></title><script>window.pwned=1</script>",
    "' onload='window.pwned=1' x='",
    "javascript:window.pwned=1",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "]]></failure><!--",
    "&lt;b&gt;&amp;",
    "\x00\x1b[31m\x07\r\n# heading\u2028",
    "\u202egnirts\ud800\uffff",
    "`````\n```",
    "| a | [x](javascript:window.pwned=1) @someone #1 www.example.com <b> *b* _i_",
    "9" * 5000,
)


def record(**changes: Any) -> dict[str, Any]:
    """Return the record of a scenario in which a late fee of 0.25 is 0.20."""
    order, renewed = "2025-08-01T09:00+00:00", "2025-09-05T12:00+00:00"
    covers = ["2025-08-01T00:00+00:00", "2025-09-01T00:00+00:00"]
    bought = {"at": order, "what": "line", "kind": "period", "amount": "3.10", "service": "site",
              "client": "anna", "covers": covers}  # fmt: skip
    active = {"at": order, "what": "service", "service": "site", "status": "active",
              "tariff": "start", "expires": covers[1]}  # fmt: skip
    gone = {**active, "at": covers[1], "status": "suspended"}
    fee = {"at": renewed, "what": "line", "kind": "late fee", "service": "site", "client": "anna"}
    rest = [bought, active, gone]
    told = {
        "title": "Half of five overdue days",
        "system": "billmanager",
        "currency": "USD",
        "file": "a/b.yaml",
        "text": "title: Half of five overdue days\n",
        "steps": [
            {"at": order, "act": "order site at start", "verb": "order", "service": "site"},
            {"at": renewed, "act": "renew site for 1 month", "verb": "renew", "service": "site"},
        ],
        "got": [*rest, {**fee, "amount": "0.2000"}],
        "expected": [*rest, {**fee, "amount": "0.25"}],
        "derived": [{"at": renewed, "what": "late fee", "service": "site", "result": "0.25 USD",
                     "rule": RULE, "steps": ["late fee: 0.50 × 50 ÷ 100 = 0.25"]}],
        "calls": [{"at": order, "func": "user.add.finish", "params": {"name": "user1"}}],
    }  # fmt: skip
    return {**told, **changes}


def failed(scenario: str = "a/b", **changes: Any) -> Verdict:
    """Return a failure: a late fee of 0.20 for 0.25."""
    told = {"rules": (RULE,), "verdict": "fail", "seconds": 0.012, "first": FEE,
            "mismatches": (FEE,), "record": record()}  # fmt: skip
    return Verdict(scenario, **{**told, **changes})


def advised(scenario: str = "a/d") -> Verdict:
    """Return the verdict of a scenario that conforms, and should ask 0.25 for a late renewal."""
    return passed(scenario, advice=(replace(FEE, grade="should"),))


def passed(scenario: str = "a/c", **changes: Any) -> Verdict:
    """Return the verdict of a scenario that conforms."""
    told = record(file=f"{scenario}.yaml")
    del told["expected"]
    kept = {"rules": ("billmanager.order.price",), "verdict": "pass", "seconds": 0.0}
    return Verdict(scenario, **{**kept, "record": told, **changes})


def lines_of(
    *verdicts: Verdict,
    name: str = "mine",
    again: tuple[str, ...] = ("-i", "stdio:./mine"),
    **rest: Any,
) -> list[str]:
    """Return the lines of the log of a run of 1.5 seconds."""
    file = io.StringIO()
    log = EventLog(file)
    declared = Started(name=name, version="2.3", protocol=0, readings={"rounding": "half_up"})
    log.header(declared, "stdio:./mine", "socket", len(verdicts), again=again)
    for verdict in verdicts:
        log.verdict(verdict)
    log.footer(Results(name, "2.3", {}, verdicts, 1.5, **rest))
    return list(io.StringIO(file.getvalue()))


def ran(*verdicts: Verdict, **rest: Any) -> RunLog:
    """Return a run as its log tells it."""
    return run_of(lines_of(*verdicts, **rest), "run.jsonl")


def hostile_lines() -> list[str]:
    """Return the log of a run in which every text is a hostile one, each of them everywhere."""
    verdicts = []
    for number, evil in enumerate(HOSTILE):
        bad = Mismatch(*[evil] * 3, ("charged", evil), *[evil] * 4, (evil,), evil)
        told = _replaced(record(), evil)
        kept = {"rules": (evil,), "seconds": 0.0, "record": told}
        verdicts += [
            Verdict(f"{number}{evil}", verdict="fail", mismatches=(bad,), first=bad,
                    unreconciled=(evil,), file=evil, **kept),
            Verdict(f"e{number}{evil}", verdict="error", fault=evil, reason=evil, at=evil, act=evil,
                    place=evil, stderr=(evil,), traceback=(evil,), **kept),
            Verdict(f"k{number}{evil}", verdict="fail", first=bad, known=evil, **kept),
            Verdict(f"p{number}{evil}", verdict="pass", reason=evil, **kept),
            Verdict(f"s{number}{evil}", verdict="skipped", why=evil, reason=evil,
                    rules=(evil,), seconds=0.0),
        ]  # fmt: skip
    said = "".join(HOSTILE[:-1])
    lines = lines_of(*verdicts, again=("-i", said), complaints=HOSTILE, ended=HOSTILE)
    header = json.loads(lines[0])
    header["readings"] = {said: said}
    header["implementation"] = {"name": said, "version": said, "spec": said}
    header["panels"] = header["suite"]["hash"] = said
    return [json.dumps(header) + "\n", *lines[1:]]


_TIMES = frozenset({"at", "covers", "expires", "what", "verb"})


def _replaced(told: Any, evil: str) -> Any:
    """Put a text for every text of plain data, but for instants."""
    if isinstance(told, dict):
        return {
            key: value if key in _TIMES else _replaced(value, evil) for key, value in told.items()
        }
    if isinstance(told, list):
        return [_replaced(each, evil) for each in told]
    return evil if isinstance(told, str) else told
