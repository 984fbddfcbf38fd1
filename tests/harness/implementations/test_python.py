"""`python:`: a billing in Python, hosted in a child process."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.implementations import (
    CannotStart,
    ImplementationFault,
    StdioImplementation,
    open_implementation,
)
from prorata.harness.protocol import (
    Advance,
    Close,
    Done,
    Failed,
    Lacking,
    Nothing,
    Observation,
    Observe,
    Open,
    OpeningClient,
    PanelAccess,
    Perform,
    RefusedAct,
    Result,
    Settled,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BEGIN = datetime(2025, 8, 1, 9, tzinfo=UTC)
OPEN = Open(
    scenario=1,
    at=BEGIN,
    system="billmanager",
    currency="USD",
    timezone="Europe/Berlin",
    catalogue={"start": {"prices": {"1 month": "3.10"}}},
    clients={"anna": OpeningClient(balance="100.00")},
    first_ids={"service": 510},
    panels={"ispmanager": PanelAccess(url="http://127.0.0.1/ispmgr", login="root", password="x")},
)
ORDER = Perform.named("order", client="anna", tariff="start", period="1 month")

BILLING = dedent(
    '''
    """A billing that has every kind of answer."""
    import os
    import sys
    from datetime import datetime, timedelta
    from decimal import Decimal
    from prorata.harness.implementations import Refused, Unsupported

    print("a print while importing")

    class Billing:
        prorata = {"name": "mine", "version": "2.3", "readings": {"month_end": "overflow"},
                   "supports": {"acts": ["order"]}, "itemised": False}

        def __init__(self, context):
            self.context = context
            self.closed = False
            print("a print")
            os.system("echo a print of a child")

        def order(self, *, client, tariff, period, quantity=1):
            if quantity > 1:
                raise Refused("one at a time", rule="billmanager.order.quantity")
            if period != "1 month":
                raise Unsupported("only months yet")
            return str(self.context.first_ids["service"])

        def renew(self, *, service):
            return {"service": service, "invoice": "7"}

        def pay(self, *, amount):
            return amount if amount == "0" else None

        def suspend(self, *, service):
            return 7

        def delete(self, *, service):
            return {"service": datetime(2025, 1, 1)}

        def resume(self, *, service):
            raise KeyError("who")

        def cancel(self):
            os._exit(9)

        def transfer(self):
            return {"service": {1, 2}}

        def accept(self):
            return input("more? ")

        def advance(self, to):
            assert to == self.context.now()
            return to + timedelta(days=1)

        def observe(self):
            now = self.context.now()
            line = {"kind": "period", "amount": Decimal("3.10"), "covers": [now, now]}
            panel = self.context.panels["ispmanager"]
            return {"services": {}, "ledger": [line], "invoices": {}, "more": 1,
                    "balances": {"anna": self.context.clients["anna"]["balance"],
                                 panel.login: "0"}}

        def close(self):
            self.closed = True
            print("closed", file=sys.stderr)

    def bare(context):
        return object()

    class Sparse:
        def __init__(self, context):
            raise RuntimeError("no licence")

    class NotImplementedYet:
        def __init__(self, context): pass
        def advance(self, to): return NotImplemented
        def observe(self): return {"services": {}}

    class Wrong:
        prorata = {"wallclock": True}

    class Odd:
        prorata = ["name"]

    class Strange:
        prorata = {"colour": "red"}

    text = "no factory"
    '''
)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., StdioImplementation]]:
    """Return a function that opens a factory of the module; all are closed in the end."""
    (tmp_path / "mine.py").write_text(BILLING)
    all_of_them: list[StdioImplementation] = []

    def start(factory: str, **options: Any) -> StdioImplementation:
        found = open_implementation(f"python:{factory}", cwd=tmp_path, **options)
        all_of_them.append(found)
        return found

    yield start
    for implementation in all_of_them:
        implementation.close()


def test_a_billing_answers(opened: Callable[..., StdioImplementation]) -> None:
    """Methods are acts, exceptions are refusals, and prints never reach the protocol."""
    billing = opened("mine:Billing")
    assert ("mine", "2.3", False) == (
        billing.name,
        billing.declared.version,
        billing.declared.itemised,
    )
    assert {"month_end": "overflow"} == billing.declared.readings
    assert ["order"] == billing.declared.supports.acts
    assert Failed("no scenario is open") == billing.ask(ORDER)
    assert Result(Nothing()) == billing.ask(OPEN)
    assert Result(Done(service="510")) == billing.ask(ORDER)
    many = Perform.named("order", client="anna", tariff="start", period="1 month", quantity=2)
    assert RefusedAct("one at a time", "billmanager.order.quantity") == billing.ask(many)
    year = Perform.named("order", client="anna", tariff="start", period="1 year")
    assert Lacking("only months yet") == billing.ask(year)
    renewal = Perform.named("renew", service="510")
    assert Result(Done(service="510", invoice="7")) == billing.ask(renewal)
    assert Result(Done()) == billing.ask(Perform.named("pay", amount="3.10"))
    # 09:00 UTC on Sep 1, and a day.
    later = Advance(to=datetime(2025, 9, 1, 9, tzinfo=UTC))
    due = datetime(2025, 9, 2, 9, tzinfo=UTC)
    assert Result(Settled(settled=True, next=due)) == billing.ask(later)
    seen = billing.ask(Observe(of=["services", "ledger", "balances", "invoices"]))
    assert isinstance(seen, Result)
    assert isinstance(seen.body, Observation)
    assert {"anna": "100.00", "root": "0"} == seen.body.balances
    assert seen.body.ledger is not None
    assert ("3.10", (later.to, later.to)) == (
        seen.body.ledger[0].amount,
        seen.body.ledger[0].covers,
    )
    assert Result(Nothing()) == billing.ask(Close())


def test_what_a_billing_does_wrong(opened: Callable[..., StdioImplementation]) -> None:
    """An exception is an error with its last line; a wrong return value says what is right."""
    billing = opened("mine:Billing")
    billing.ask(OPEN)
    for act, said in {
        "resume": "KeyError: 'who' (mine.py:",
        "suspend": "TypeError: suspend returned a value of type int; an act returns an id, a dict",
        "delete": "TypeError: result.service: the protocol has no way to write the datetime 2025-",
    }.items():
        answer = billing.ask(Perform.named(act, service="1"))
        assert isinstance(answer, Failed)
        assert said in answer.error
    answer = billing.ask(Perform.named("transfer"))
    assert Failed("TypeError: result.service: the protocol has no way to write a set") == answer
    ended = billing.ask(Perform.named("accept"))
    assert isinstance(ended, Failed)
    assert ended.error.startswith("EOFError: EOF when reading a line (mine.py:")
    for act in ("upgrade", "observe", "advance", "close", "__class__", "context"):
        assert Lacking(f"no method {act}") == billing.ask(Perform.named(act))
    with pytest.raises(ImplementationFault, match="exited with code 9") as caught:
        billing.ask(Perform.named("cancel"))
    assert "implementation" == caught.value.fault
    assert any("EOFError" in line for line in caught.value.stderr_tail)


def test_what_a_method_does_not_take(opened: Callable[..., StdioImplementation]) -> None:
    """It makes the act unsupported, unless something that it needs is missing as well."""
    billing = opened("mine:Billing")
    billing.ask(OPEN)
    told = {"client": "anna", "tariff": "start", "period": "1 month"}
    assert Lacking("no consent in order") == billing.ask(
        Perform.named("order", **told, quantity=1, consent=True)
    )
    assert Lacking("no period in renew") == billing.ask(
        Perform.named("renew", service="1", period="1 month")
    )
    told.pop("client")
    misspelt = billing.ask(Perform.named("order", customer="anna", **told))
    assert isinstance(misspelt, Failed)
    assert "order() got an unexpected keyword argument 'customer'" in misspelt.error


def test_a_bare_billing(opened: Callable[..., StdioImplementation]) -> None:
    """Everything is optional: then nothing is supported and what is due next is not known."""
    billing = opened("mine:bare")
    assert "mine:bare" == billing.name
    billing.ask(OPEN)
    assert Lacking("no method order") == billing.ask(ORDER)
    answer = billing.ask(Advance(to=BEGIN))
    assert isinstance(answer, Result)
    assert isinstance(answer.body, Settled)
    assert not answer.body.knows_next
    assert Result(Nothing()) == billing.ask(Close())
    silent = opened("mine:NotImplementedYet")
    silent.ask(OPEN)
    answer = silent.ask(Advance(to=BEGIN))
    assert isinstance(answer, Result)
    assert isinstance(answer.body, Settled)
    assert not answer.body.knows_next
    with pytest.raises(ImplementationFault, match=r"result\.ledger: was asked for and is missing"):
        silent.ask(Observe(of=["services", "ledger"]))


RAISING = """
from fees import fee
from prorata.harness import Refused, Unsupported
def breaks(context):
    return fee("none")
def refuses(context):
    raise Refused("closed", "billmanager.tariff.enabled")
def lacks(context):
    raise Unsupported("no euros")
"""


def test_a_factory_that_raises(opened: Callable[..., StdioImplementation], tmp_path: Path) -> None:
    """It is told which factory, what it raised, and in which line of the user's code."""
    (tmp_path / "raising.py").write_text(RAISING)
    (tmp_path / "fees.py").write_text("from decimal import Decimal\n\nfee = {}.__getitem__\n")
    broken = opened("raising:breaks")
    assert Failed("the factory raising:breaks raised KeyError: 'none' (raising.py:5)") == (
        broken.ask(OPEN)
    )
    assert any('raising.py", line 5' in line for line in broken.abandon())
    assert RefusedAct("closed", "billmanager.tariff.enabled") == opened("raising:refuses").ask(OPEN)
    assert Lacking("no euros") == opened("raising:lacks").ask(OPEN)


NOTHERE = "ModuleNotFoundError: No module named 'nothere'"
#: A package whose modules cannot be imported, each for another reason.
SHOP = {
    "__init__": "",
    "late": "from shop.fees import fee\n",
    "fees": "import os\nimport nothere\n",
    "itself": "import shop.itself.nothere\n",
    "named": "from importlib import import_module\nimport_module('nothere')\n",
    "names": "from shop import fee\n",
    "typo": "\n\nclass Billing\n",
    "sums": "1 / 0\n",
}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("mine:nothing", "python:mine:nothing: mine has no nothing"),
        ("mine:Billing.order.nothing", "mine has no Billing.order.nothing"),
        ("absent:Billing", "python:absent:Billing: there is no module absent in FOLDER or on"),
        ("mine.absent:Billing", "there is no module mine.absent in FOLDER or on PYTHONPATH"),
        ("shop.billing:Billing", "there is no module shop.billing in FOLDER or on PYTHONPATH"),
        ("shop.late:Billing", f"cannot import shop.late: {NOTHERE} (shop/fees.py:2)"),
        ("shop.named:Billing", f"cannot import shop.named: {NOTHERE} (shop/named.py:2)"),
        ("shop.itself:Billing", "'shop.itself' is not a package (shop/itself.py:1)"),
        ("shop.names:Billing", "ImportError: cannot import name 'fee' from 'shop' (FOLDER/shop/"),
        ("shop.names:Billing", "(shop/names.py:1)"),
        ("shop.typo:Billing", "cannot import shop.typo: SyntaxError: "),
        ("shop.typo:Billing", " (shop/typo.py:3)"),
        ("shop.sums:Billing", "cannot import shop.sums: ZeroDivisionError: "),
        ("shop.sums:Billing", " (shop/sums.py:1)"),
        ("mine:text", "mine:text cannot be called"),
        ("mine:Wrong", "mine:Wrong.prorata: unknown key 'wallclock'; did you mean 'wall_clock'?"),
        ("mine:Strange", "mine:Strange.prorata: unknown key 'colour'; it may have name, version"),
        ("mine:Odd", "mine:Odd.prorata is no dict"),
    ],
)
def test_factories_that_cannot_be_used(
    opened: Callable[..., StdioImplementation], tmp_path: Path, spec: str, said: str
) -> None:
    """What is wrong with a factory is said in one line before anything is judged.

    A module that is not there is told apart from one that imports what is not there.
    """
    (tmp_path / "shop").mkdir()
    for name, text in SHOP.items():
        (tmp_path / "shop" / f"{name}.py").write_text(text)
    with pytest.raises(CannotStart) as caught:
        opened(spec)
    assert said.replace("FOLDER", str(tmp_path)) in caught.value.reason
    assert "\n" not in caught.value.reason


WALL = dedent(
    """
    import threading
    import time
    from datetime import datetime, timezone

    class Billing:
        prorata = {"name": "wall", "wall_clock": True}

        def __init__(self, context):
            self.context = context
            self.begun = datetime.now(timezone.utc)

        def order(self):
            seen = []
            worker = threading.Thread(target=lambda: seen.append(time.time()))
            worker.start()
            worker.join()
            shown = [datetime.now(timezone.utc).timestamp(), time.time(), seen[0]]
            return {"service": self.begun.isoformat(), "invoice": repr(shown)}
    """
)


def test_the_wall_clock_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A billing that reads the wall clock sees the scenario's instant, in worker threads too."""
    monkeypatch.setenv("TZ", "UTC")
    (tmp_path / "wall.py").write_text(WALL)
    billing = open_implementation("python:wall:Billing", cwd=tmp_path)
    try:
        assert Result(Nothing()) == billing.ask(OPEN)
        # 2025-09-01T00:00:00Z is 1756684800 seconds after 1970.
        billing.ask(Advance(to=datetime(2025, 9, 1, tzinfo=UTC)))
        begun, shown = "2025-08-01T09:00:00+00:00", "[1756684800.0, 1756684800.0, 1756684800.0]"
        assert Result(Done(service=begun, invoice=shown)) == billing.ask(Perform.named("order"))
        billing.ask(Close())
        earlier = OPEN.model_copy(update={"at": datetime(2024, 2, 29, tzinfo=UTC)})
        assert Result(Nothing()) == billing.ask(earlier)
        answer = billing.ask(Perform.named("order"))
        assert isinstance(answer, Result)
        assert "2024-02-29T00:00:00+00:00" == answer.body.service  # type: ignore[union-attr]
    finally:
        billing.close()


def test_the_child_imports_little() -> None:
    """The host loads neither pydantic nor freezegun: it must start in a moment."""
    code = (
        "import sys, prorata.harness.implementations.host; "
        "print(sorted({'asyncio', 'pydantic', 'freezegun', 'click', 'rich'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()
