"""`prorata diagnose`: what it prints, its exit codes, and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

#: A billing that sells by one price, and charges late fees of its own.
BILLING = """\
from prorata.harness import Refused


class Billing:
    prorata = {"name": "my-billing", "supports": {"systems": ["billmanager"], "acts": ["order"]}}

    def __init__(self, context):
        pass

    def order(self, **told):
        raise Refused("nothing is sold here", "billmanager.order.price")

    def observe(self):
        return {"services": {}, "ledger": [], "balances": {}, "invoices": {}}
"""


def test_a_table_with_the_evidence(call: Any) -> None:
    """What it follows, what tells it from the default, and a block to paste."""
    said = call("diagnose", "-i", "reference", "--reading", "overdue_days=started")
    assert (0, "") == (said.code, said.err)
    assert re.search(
        r"^overdue_days = started {11}by default inclusive\n"
        r"  edge/late-fee-of-started-days\S.*, at 2025-\S+ 00:00, renew site for 1 month\n"
        r"    late fee 0\.\d0   \(inclusive: 0\.\d\d\)\n",
        said.out,
        re.MULTILINE,
    )
    assert '\n  "readings": {"overdue_days": "started"}\n' in said.out
    first = said.out.splitlines()[0]
    assert first.startswith("reference ")
    assert " scenarios asked · " in first
    assert "\x1b" not in said.out


def test_all_the_evidence_and_each_probe(call: Any) -> None:
    """With -v, the probes on stderr as they are asked, the defaults with theirs."""
    said = call("diagnose", "-v", "-i", "reference")
    assert 0 == said.code
    assert "  1  a change in February" == said.err.splitlines()[0]
    assert "month = calendar                 the default\n  " in said.out
    assert '"readings": {}' in said.out
    asked = said.out.split(" of ")[0].rpartition(" ")[2]
    assert asked == str(len(said.err.splitlines()))


def test_json(call: Any) -> None:
    """All of it, as data."""
    said = call("diagnose", "--json", "-i", "reference", "--reading", "rounding=down")
    told = json.loads(said.out)
    assert (0, {"rounding": "down"}) == (said.code, told["declare"])
    (rounding,) = [each for each in told["readings"] if each["name"] == "rounding"]
    assert ("down", "half_up") == (rounding["value"], rounding["default"])
    assert {
        "scenario": "a change in February",
        "at": "2025-02-11 15:30",
        "act": "change tariff site at large",
        "place": "tariff change",
        "showed": "6.42",
        "others": {"half_up": "6.43", "half_even": "6.43"},
    } == rounding["evidence"][0]
    assert ([], [], []) == (told["conventions"], told["open"], told["unexplained"])
    assert told["asked"] < told["probes"]


def test_what_conforms_nowhere(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is concluded of a billing that refuses all, and where it differs is told."""
    monkeypatch.syspath_prepend(".")
    Path("my_billing.py").write_text(BILLING, encoding="utf-8")
    said = call("diagnose", "-i", "python:my_billing:Billing")
    assert 2 == said.code
    assert "  name_too_long: refused (first difference: edge/name-too-long-cut, at " in said.out
    assert re.search(
        r"\n  overdue_days, .*: unsupported \(does not support the act renew\)", said.out
    )
    assert "no reading and no convention explains\n" in said.out
    assert re.search(r"\n  … \d+ more: -v\n", said.out)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Error: Missing option '-i'"),
        (["-i", "python:nowhere:Billing"], "cannot start the implementation: "),
        (["-i", "reference", "--reading", "month=31"], '"31" is not a value of the reading month'),
        (["-i", "python:a:B", "--reading", "rounding=down"], "--reading is for the reference"),
        (["-i", "reference", "--timeout", "0"], "0 is not more than 0"),
    ],
)
def test_what_it_refuses(call: Any, words: list[str], message: str) -> None:
    """In one clear line, with exit code 2."""
    said = call("diagnose", *words)
    assert (2, "") == (said.code, said.out)
    assert message in said.err
