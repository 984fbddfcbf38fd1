"""The host in this process: what it answers, without the pipes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.implementations.factory import FactoryError, load
from prorata.harness.implementations.host import Host, line_of

if TYPE_CHECKING:
    from pathlib import Path

MODULE = """
class Billing:
    prorata = {"name": "hosted"}
    def __init__(self, context): self.context = context
    def order(self, **_): return self.context.now()
class Odd: prorata = "odd"
class Strange: prorata = {"reading": {}}
class Stranger: prorata = {"colour": {}}
text = ""
"""
OPEN: dict[str, Any] = {
    "seq": 2,
    "type": "open",
    "at": "2025-08-01T11:00:00+02:00",
    "system": "billmanager",
    "currency": "USD",
    "timezone": "UTC",
    "catalogue": {},
    "clients": {},
    "first_ids": {},
    "panels": {},
}


@pytest.fixture
def _hosted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hosted_billing.py").write_text(MODULE)
    (tmp_path / "broken_billing.py").write_text("import nothing_of_that_name")
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("_hosted")
@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("broken_billing:Billing", "cannot import broken_billing: ModuleNotFoundError"),
        ("hosted_billing:Absent", "hosted_billing has no Absent"),
        ("hosted_billing:text", "hosted_billing:text cannot be called"),
        ("hosted_billing:Odd", "hosted_billing:Odd.prorata is no dict"),
        ("hosted_billing:Strange", "unknown key 'reading'; did you mean 'readings'?"),
        ("hosted_billing:Stranger", "unknown key 'colour'; it may have name, version"),
    ],
)
def test_what_cannot_be_loaded(spec: str, said: str) -> None:
    """A factory that cannot be used is one line, and the answer to `start` is an error."""
    with pytest.raises(FactoryError) as caught:
        load(spec)
    assert said in str(caught.value)
    assert {"error": str(caught.value)} == Host(lambda: load(spec)).answer({"type": "start"})


@pytest.mark.usefixtures("_hosted")
def test_open_before_start() -> None:
    """A host that has loaded nothing has nothing to open."""
    host = Host(lambda: load("hosted_billing:Billing"))
    assert {"error": "open came before start"} == host.answer(OPEN)
    assert {"result": {"protocol": 0, "name": "hosted"}} == host.answer({"type": "start"})
    assert {"result": {}} == host.answer(OPEN)


@pytest.mark.usefixtures("_hosted")
def test_a_wrong_return_value() -> None:
    """An act returns an id, a dict or None; 11:00 at +02:00 is 09:00 UTC."""
    host = Host(lambda: load("hosted_billing:Billing"))
    host.answer({"type": "start"})
    host.answer(OPEN)
    said = host.answer({"seq": 3, "type": "act", "act": "order"})["error"]
    assert said.startswith("TypeError: order returned a value of type datetime; an act")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({1}, b"TypeError: result: the protocol has no way to write a set"),
        (
            {"balances": {"anna": Decimal("NaN")}},
            b"TypeError: result.balances.anna: NaN is no amount",
        ),
        ([{"at": datetime(2025, 8, 1)}], b"TypeError: result.0.at: the protocol has no way"),  # noqa: DTZ001
        (float("nan"), b"ValueError: result: "),
    ],
)
def test_what_cannot_be_written(value: object, said: bytes) -> None:
    """A value that JSON or the protocol has not makes the answer an error."""
    line = line_of(4, {"result": value})
    assert line.startswith(b'{"seq": 4, "error": "' + said)
    assert line.endswith(b"}\n")


def test_a_line_of_the_ledger_that_is_changed_is_told_as_it_is_now() -> None:
    """Lines are written once, but for those that are no longer what they were, or are gone."""
    month = [datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)]
    ledger = [{"kind": "period", "amount": Decimal("3.10"), "covers": month}, {"kind": "setup"}]

    def told() -> Any:
        return json.loads(line_of(4, {"result": {"ledger": ledger}}))["result"]["ledger"]

    first = {"kind": "period", "amount": "3.10", "covers": [each.isoformat() for each in month]}
    assert told() == [first, {"kind": "setup"}]
    month[1] = datetime(2025, 3, 1, tzinfo=UTC)
    assert told() == [first | {"covers": [each.isoformat() for each in month]}, {"kind": "setup"}]
    del ledger[0]
    assert told() == [{"kind": "setup"}]


def test_a_ledger_is_told_beside_whatever_else_there_is() -> None:
    """Alone, empty, or among other parts, an answer is one JSON object."""
    parts: list[dict[str, Any]] = [
        {"ledger": []},
        {"ledger": ({"kind": "setup"},), "balances": {}},
        {"services": {}, "ledger": [{"kind": "setup"}], "invoices": {}},
    ]
    for result in parts:
        told = {**result, "ledger": list(result["ledger"])}
        assert json.loads(line_of(4, {"result": result})) == {"seq": 4, "result": told}
