"""`prorata record`: a journal and a ledger of a real run become a scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from prorata.fakes.control import Panels
from prorata.harness.authoring.recording import Run, recorded
from prorata.harness.authoring.told import ToldError
from prorata.harness.protocol import Observation
from prorata.harness.running.selection import load_text, select
from prorata.harness.running.story import reference_story
from prorata.harness.scenario import bundled_root, discover
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from prorata.harness.scenario import Scenario

SEED = """\
tariffs:
  small: {prices: {1 month: "3.10"}, template: starter}
  large: {prices: {1 month: "9.00"}, template: starter}
clients:
  anna: {balance: "20.00", password: hers}
ispmanager: {presets: {starter: {limit_quota: "1024"}}}
"""


def call(number: int, at: str, func: str, *, answer: str = "", **told: Any) -> dict[str, Any]:
    """Return a call as the journal has it."""
    about = {key: told.pop(key) for key in ("panel", "who", "error", "status") if key in told}
    row = {"number": number, "at": at, "panel": "billmanager", "func": func, "params": told}
    return {**row, "who": "anna", "error": None, "status": 200, "answer": answer, **about}


#: Where a test takes the fixture that runs a command.
called = call
MADE = '{"doc":{"ok":{},"id":{"$":"7"}}}'
PAID = '{"doc":{"id":[{"$":"31"},{"$":"31"}]}}'
FIRST, MIDDLE, NEXT = (f"2025-{day}T00:00:00+00:00" for day in ("01-01", "01-16", "02-01"))
CALLS = [
    call(1, FIRST, "auth", username="anna"),
    call(2, FIRST, "payment.add", amount="5.00", answer=PAID),
    call(3, FIRST, "payment.setpaid", elid="31", who="admin"),
    call(4, FIRST, "v2.vhost.order.param", pricelist="1", order_period="1", answer=MADE),
    call(5, MIDDLE, "service.changepricelist", elid="7", pricelist="2"),
    call(6, MIDDLE, "vhost.edit", elid="7", autoprolong="1"),
    call(7, NEXT, "service.prolong", elid="7", period="1", error="access/denied"),
    call(8, NEXT, "user.suspend", elid="user7", panel="ispmanager", who="root"),
    call(9, NEXT, "user.suspend", elid="user7", panel="ispmanager", status=503),
]
LINES = [
    {"kind": "period", "amount": "3.10", "service": "7", "client": "anna", "at": FIRST,
     "covers": [FIRST, NEXT], "rule": "billmanager.order.price"},
    {"kind": "tariff change", "amount": "2.85", "service": "7", "at": MIDDLE},
]  # fmt: skip
SERVICE = {
    "client": "anna",
    "status": "suspended",
    "tariff": "large",
    "user": "user7",
    "expires": NEXT,
}
# 20.00 + 5.00 − 3.10 − 2.85 = 19.05.
TOLD = {"services": {"7": SERVICE}, "ledger": LINES, "balances": {"anna": "19.05"}}
WRITTEN = """\
# Recorded from journal.json and ledger.json.
# Not recorded: vhost.edit.
title: A dearer tariff
rules: [billmanager.order.price]
source: ours
given:
  system: billmanager
  currency: USD
  timezone: UTC
  tariffs:
    small: {prices: {1 month: "3.10"}, template: starter}
    large: {prices: {1 month: "9.00"}, template: starter}
  clients:
    anna: {balance: "20.00"}
timeline:
  - at: 2025-01-01
    pay: {client: anna, amount: "5.00"}
    expect:
      charged: []
  - at: 2025-01-01
    order: {as: site, client: anna, tariff: small, period: 1 month}
    expect:
      charged:
        - {kind: period, amount: "3.10", covers: 2025-01-01 .. 2025-02-01}     # period price 3.10
  - at: 2025-01-16
    change_tariff: {service: site, tariff: large}
    expect:
      charged:
        - {kind: tariff change, amount: "2.85"}
  # it was refused (access/denied); under which rule is not told
  - at: 2025-02-01
    renew: {service: site, period: 1 month}
    expect:
      site: {status: suspended, expires: 2025-02-01}
      charged: []
      ispmanager: {user: site, suspended: yes}
      balance: {anna: "19.05"}
"""


@pytest.fixture(name="files")
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a journal, a ledger and a seed there."""
    monkeypatch.chdir(tmp_path)
    Path("journal.json").write_text(json.dumps({"calls": CALLS, "last": 9}), encoding="utf-8")
    lines = "".join(f"{json.dumps(each)}\n" for each in CALLS)
    Path("journal.jsonl").write_text(lines, encoding="utf-8")
    Path("ledger.json").write_text(json.dumps(TOLD), encoding="utf-8")
    Path("seed.yaml").write_text(SEED, encoding="utf-8")
    Path("ledger.csv").write_text(
        "kind,amount,service,client,at,covers\n"
        f"period,3.10,7,anna,{FIRST},{FIRST} .. {NEXT}\n"
        f"period,3.10,7,anna,{NEXT},\n"
        "late fee,0.50,7,anna,,\n",
        encoding="utf-8",
    )


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("journal", ["journal.json", "journal.jsonl"])
def test_a_journal_and_a_ledger_become_a_scenario(call: Any, journal: str) -> None:
    """Acts from the one, amounts from the other; what cannot be known is said."""
    words = ("--journal", journal, "--ledger", "ledger.json", "--seed", "seed.yaml")
    said = call("record", "it.yaml", *words, "--title", "A dearer tariff")
    assert (0, "it.yaml is written; next: prorata run it.yaml\n") == (said.code, said.out)
    assert WRITTEN.replace("journal.json", journal) == Path("it.yaml").read_text(encoding="utf-8")
    assert 0 == call("check", "it.yaml").code


@pytest.mark.usefixtures("files")
def test_a_ledger_alone_suggests_what_was_done(call: Any) -> None:
    """As CSV, with prices that were paid, and on stdout where no file is named."""
    said = call("record", "--ledger", "ledger.csv")
    assert 0 == said.code
    for line in (
        "# Recorded from ledger.csv.",
        "# Prices are those that were paid; what tariffs say beside them is not told.",
        "# No journal tells all acts: orders and renewals are those that the ledger suggests.",
        "# Balances are not told: at the start clients have what was charged.",
        '    recorded: {prices: {1 month: "3.10"}}',
        # 3.10 twice and 0.50.
        '    anna: {balance: "6.70"}',
        "    order: {as: site, client: anna, tariff: recorded, period: 1 month}",
        "  # whether it was renewed by hand or by itself is not told",
        "  # when the late fee of 0.50 was posted is not told",
        "    renew: {service: site, period: 1 month}",
        '        - {kind: late fee, amount: "0.50"}',
    ):
        assert line in said.out.splitlines()
    assert 1 == len(load_text(said.out.encode(), "it.yaml"))


PANEL_SEED = """\
currency: EUR
timezone: Europe/Berlin
tariffs:
  kvm: {id: 700, itemtype: vds, about: {description: Fast}, prices: {1 month: "4.95"}}
  small: {prices: {1 month: "3.10"}, template: starter}
clients:
  anna:
    {balance: "1.00", email: a@b.c, payments: [{amount: "20.00"}, {amount: "5.00", status: new}]}
  ben: {}
"""
PANEL_CALLS = [
    call(1, FIRST, "vds.order.param", pricelist="700", period="1", answer=MADE),
    call(2, FIRST, "vhost.order.param", pricelist="1", period="1", answer=MADE.replace("7", "8")),
]


@pytest.mark.usefixtures("files")
def test_a_seed_of_a_panel_is_given_in_the_words_of_a_scenario(call: Any) -> None:
    """Tariffs without their numbers, which calls have; money that was paid in; the currency."""
    Path("panel.yaml").write_text(PANEL_SEED, encoding="utf-8")
    lines = [
        {"kind": "period", "amount": amount, "service": number, "client": "anna", "at": FIRST}
        for number, amount in (("7", "4.95"), ("8", "3.10"))
    ]
    Path("lines.json").write_text(json.dumps(lines), encoding="utf-8")
    Path("calls.json").write_text(json.dumps({"calls": PANEL_CALLS}), encoding="utf-8")
    words = ("--journal", "calls.json", "--ledger", "lines.json", "--seed", "panel.yaml")
    said = call("record", "it.yaml", *words)
    assert (0, "") == (said.code, said.err)
    written = Path("it.yaml").read_text(encoding="utf-8").splitlines()
    for line in (
        "  currency: EUR",
        "  timezone: Europe/Berlin",
        # 1.00 and the payment of 20.00 that is credited.
        '    anna: {balance: "21.00"}',
        "    order: {as: service 7, client: anna, tariff: kvm, period: 1 month}",
        "    order: {as: service 8, client: anna, tariff: small, period: 1 month}",
    ):
        assert line in written
    assert 0 == call("run", "it.yaml").code
    said = call("record", "-", *words, "--currency", "USD")
    assert "  currency: USD" in said.out.splitlines()
    assert not Path("-").exists()


@pytest.mark.usefixtures("files")
def test_the_ledger_of_a_panel_is_one(call: Any) -> None:
    """`prorata panel dump` has services as numbers, and what a line has not as null."""
    panels = Panels("billmanager", seed={"tariffs": {"small": {"prices": {"1 month": "3.10"}}},
                                         "clients": {"anna": {"balance": "20.00"}}})  # fmt: skip
    panels.billmanager.billing.act("order", client="anna", tariff="small", period="1 month")
    ledger = panels.dump()["panels"]["billmanager"]["ledger"]
    Path("dump.json").write_text(json.dumps(ledger), encoding="utf-8")
    assert 1 == ledger[0]["service"]
    said = call("record", "it.yaml", "--ledger", "dump.json")
    assert (0, "") == (said.code, said.err)
    assert 0 == call("run", "it.yaml").code


@pytest.mark.usefixtures("files")
def test_what_is_paid_later_is_not_there_at_the_start(call: Any) -> None:
    """Without balances clients have as much as was charged before they paid: 3.00."""
    lines = [
        {"kind": "period", "amount": amount, "service": "7", "client": "anna", "at": at}
        for at, amount in ((FIRST, "3.00"), (NEXT, "1.00"))
    ]
    Path("lines.json").write_text(json.dumps(lines), encoding="utf-8")
    calls = [
        called(1, FIRST, "vhost.order.param", pricelist="1", period="1", answer=MADE),
        called(5, MIDDLE, "payment.add", amount="5.00", answer=PAID),
        called(6, MIDDLE, "payment.setpaid", elid="31", who="admin"),
        called(7, NEXT, "service.prolong", elid="7", period="1"),
    ]
    Path("calls.json").write_text(json.dumps({"calls": calls}), encoding="utf-8")
    said = call("record", "--journal", "calls.json", "--ledger", "lines.json")
    assert '    anna: {balance: "3.00"}' in said.out.splitlines()


@pytest.mark.usefixtures("files")
def test_a_catalogue_names_the_tariffs(call: Any) -> None:
    """By their numbers, and is named itself."""
    Path("catalogues").mkdir()
    given = "".join(f"  {line}\n" for line in SEED.splitlines()[:3])
    text = f"title: A shop\ngiven:\n  system: billmanager\n{given}"
    Path("catalogues/shop.yaml").write_text(text, encoding="utf-8")
    words = ("--journal", "journal.json", "--ledger", "ledger.json", "--catalogue", "shop")
    out = call("record", *words).out
    assert "\n  catalogue: shop\n" in out
    assert "tariff: small, period: 1 month}" in out
    assert "prices" not in out
    said = call("record", "--ledger", "ledger.csv", "--catalogue", "none")
    assert (2, "--catalogue: no catalogue is called none\n") == (said.code, said.err)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("ledger.json", '{"services": {}}', "ledger.json: there is no ledger in it"),
        ("ledger.json", '{"ledger": [{"kind": "fee", "amount": "1"}]}', "ledger.0.kind"),
        ("ledger.json", '{"ledger": [{"kind": "period", "amount": 1}]}', "ledger.0.amount"),
        ("ledger.json", "[]", "journal.json and ledger.json: nothing was ordered"),
        ("ledger.json", "date,sum\n1,2\n", "expected JSON, or CSV with the columns kind"),
        ("ledger.json", "kind,amount,sum\n", "ledger.json: unknown column sum; there are amount,"),
        ("journal.json", '{"calls": [{}]}', "journal.json: call 1: expected a call with at"),
        ("journal.json", '{"calls": 1}', "journal.json: expected calls, as"),
        ("journal.json", '[{"func": "a", "params": {}, "at": "2025-01-01"}]', "not 2025-01-01"),
        ("journal.json", "{}\n{", "journal.json:2:2: expected JSON"),
        ("ledger.json", '{"ledger":\n[}', "ledger.json:2:2: expected JSON: expecting value"),
        ("ledger.json", "[" * 100_000, "ledger.json:1: expected JSON"),
        ("ledger.json", "kind,amount\nperiod,3.10\nperod,1.00\n", "ledger.json:3: kind unknown"),
        ("ledger.json", "kind,amount\nperiod,3,10\n", "ledger.json:2: more fields than columns"),
    ],
)  # fmt: skip
def test_what_tells_nothing_is_one_clear_line(call: Any, file: str, text: str, said: str) -> None:
    """With its file and its place."""
    if text == "[]":
        Path("journal.json").write_text('{"calls": []}', encoding="utf-8")
    Path(file).write_text(text, encoding="utf-8")
    ended = call("record", "it.yaml", "--journal", "journal.json", "--ledger", "ledger.json")
    assert 2 == ended.code
    assert said in ended.err
    assert 1 == len(ended.err.splitlines())
    assert not Path("it.yaml").exists()


@pytest.mark.usefixtures("files")
def test_what_the_journal_does_not_number_is_found_by_the_ledger(call: Any) -> None:
    """An order is that of the service charged at its instant; one that was refused made none."""
    calls = [dict(each) for each in CALLS]
    calls[3]["answer"] = "OK"
    refused = {**calls[3], "error": "money/lack"}
    other = {**calls[4], "params": {"elid": "5", "pricelist": "2"}}
    Path("journal.json").write_text(json.dumps([refused, *calls, other]), encoding="utf-8")
    out = call("record", "--journal", "journal.json", "--ledger", "ledger.json").out
    assert "    order: {as: order 1, client: anna, tariff: tariff 1, period: 1 month}" in out
    assert "  # it was refused (money/lack); under which rule is not told" in out
    assert "    order: {as: site, client: anna, tariff: large, period: 1 month}" in out
    assert "# Not recorded: change_tariff of the service 5." in out
    assert 1 == len(load_text(out.encode(), "it.yaml"))


@pytest.mark.usefixtures("files")
def test_nothing_is_written_over(call: Any) -> None:
    """Nor is a zone guessed, or two catalogues used."""
    Path("it.yaml").write_text("mine", encoding="utf-8")
    assert 2 == call("record", "it.yaml", "--ledger", "ledger.csv").code
    assert "mine" == Path("it.yaml").read_text(encoding="utf-8")
    said = call("record", "--ledger", "ledger.csv", "--timezone", "Mars").err
    assert said.startswith("--timezone: Mars is not a time zone")
    assert 2 == call("record", "--ledger", "ledger.csv", "--currency", "XYZ").code
    assert (
        2
        == call("record", "--ledger", "ledger.csv", "--seed", "seed.yaml", "--catalogue", "a").code
    )
    assert 2 == call("record", "--ledger", "none.json").code


def observed(scenario: Scenario) -> Observation | None:
    """Return what the reference tells in the end, with when each line was posted."""
    story = reference_story(scenario, choose(scenario.readings, {}))
    if not story.whole:
        return None
    last = story.whole[-1]
    numbers = {label: number for number, label in last.labels.items()}
    lines = []
    for step, seen in enumerate(story.whole):
        posted = [line for line in story.of_step(step)[0] if line.amount.exact]
        for line, told in zip(posted, seen.lines, strict=False):
            row = json.loads(told.model_dump_json(exclude_unset=True))
            lines.append({**row, "at": line.at.isoformat()})
    services = {
        numbers.get(label, label): json.loads(each.model_dump_json(exclude_unset=True))
        for label, each in last.services.items()
        if each is not None
    }
    told = {"services": services, "ledger": lines, "balances": dict(last.balances)}
    return Observation.model_validate(told)


@pytest.mark.parametrize(
    ("kind", "amount", "readings"),
    [
        ("period", "3.10", {}),
        ("daily", "0.1033", {}),
        ("period", "3.1033", {"posting_digits": "four_decimals"}),
    ],
)
def test_more_digits_than_are_posted_are_a_reading(
    kind: str, amount: str, readings: dict[str, str]
) -> None:
    """Where only another reading posts so many digits, the file has that one."""
    told = Observation.model_validate({"ledger": [{**LINES[0], "kind": kind, "amount": amount}]})
    known = Run("it", [], told, {}, {}, "billmanager", "USD", ZoneInfo("UTC"))
    (scenario,) = load_text(recorded(known).encode(), "it.yaml")
    assert scenario.readings == readings


@pytest.mark.parametrize(
    "file",
    [*discover(bundled_root())[::29], bundled_root() / "edge" / "trial-becomes-paid.yaml"],
    ids=lambda path: path.stem,
)
def test_whatever_a_ledger_tells_is_accepted(file: Path) -> None:
    """The file that is made of it has no problem; of what nobody began there is none."""
    for scenario in select([str(file.relative_to(bundled_root()).with_suffix(""))]):
        told = None if scenario.others else observed(scenario)
        if told is None:
            continue
        given = scenario.given
        known = Run("it", [], told, {}, {}, given.system, given.currency, given.timezone)
        try:
            text = recorded(known)
        except ToldError:
            assert not any(line.service for line in told.ledger or ())
            continue
        assert 1 == len(load_text(text.encode(), "it.yaml"))
