"""`prorata simulate`: one book for any number of workers, totals that add up, clear mistakes."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from click.testing import CliRunner
from pyarrow import parquet

from prorata.harness.cli.simulate_ import command
from prorata.harness.scenario import ScenarioErrors
from prorata.harness.simulate import SimulationPlan, load_catalogue, shard, simulate

SOLD = "title: x\ngiven: {system: billmanager, tariffs: {a: {prices: {1 year: '1'}}}}\n"
HELD = "title: x\ngiven: {system: hostbill, products: {a: {prices: {monthly: '1'}}}}\n"


@pytest.fixture
def small_shards(monkeypatch):
    """Make shards of 20 services, so that a small book has several."""
    monkeypatch.setattr("prorata.harness.simulate.run.SHARD", 20)


def plan(**more):
    """Return a plan for fifty services of the bundled catalogue over a quarter."""
    wanted = {"services": 50, "starts": date(2025, 1, 1), "ends": date(2025, 4, 1), "seed": 7}
    return SimulationPlan(load_catalogue("shared-hosting"), **(wanted | more))


def rows(folder):
    """Read the ledger."""
    with (folder / "ledger.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_totals_are_those_of_the_ledger(tmp_path, small_shards):
    """Each kind's sum and count in the totals is that of its lines."""
    totals = simulate(plan(), tmp_path)
    sums, counts = Counter(), Counter()
    for row in rows(tmp_path):
        sums[row["kind"]] += Fraction(row["amount"])
        counts[row["kind"]] += 1
    assert {kind: Fraction(amount) for kind, amount in totals["amounts"].items()} == sums
    assert totals["lines"] == counts
    assert 50 == sum(totals["statuses"].values())
    assert totals == json.loads((tmp_path / "totals.json").read_text(encoding="utf-8"))


def test_every_service_is_paid_from_its_order_on(tmp_path, small_shards):
    """Every service begins with a period line, and its periods follow each other without a gap."""
    simulate(plan(), tmp_path)
    covered = {}
    for row in rows(tmp_path):
        if row["kind"] == "period":
            covered.setdefault(int(row["service"]), []).append(
                (row["covers_from"], row["covers_to"])
            )
    assert set(range(1, 51)) == covered.keys()
    for periods in covered.values():
        assert [end for _, end in periods[:-1]] == [start for start, _ in periods[1:]]


def test_the_same_for_any_number_of_workers(tmp_path, small_shards):
    """One worker or two, the same seed gives the same bytes, and another seed others."""
    books = {name: tmp_path / name for name in ("one", "two", "other")}
    simulate(plan(), books["one"])
    simulate(plan(), books["two"], workers=2)
    simulate(plan(seed=8), books["other"])
    for file in ("ledger.csv", "totals.json"):
        assert (books["one"] / file).read_bytes() == (books["two"] / file).read_bytes()
    ledgers = {(book / "ledger.csv").read_bytes() for book in books.values()}
    assert 2 == len(ledgers)


def test_parquet_has_the_same_rows(tmp_path, small_shards):
    """The ledger as Parquet has the rows of the CSV, with exact decimals, twice the same bytes."""
    for name in ("a", "b"):
        simulate(plan(), tmp_path / name, parquet=True)
    simulate(plan(), tmp_path / "csv")
    read = parquet.read_table(tmp_path / "a" / "ledger.parquet").to_pylist()
    wanted = rows(tmp_path / "csv")
    assert [(row["client"], int(row["service"]), Fraction(row["amount"])) for row in wanted] == [
        (row["client"], row["service"], Fraction(row["amount"])) for row in read
    ]
    a, b = (tmp_path / name / "ledger.parquet" for name in "ab")
    assert a.read_bytes() == b.read_bytes()
    assert not list((tmp_path / "a").glob("part-*"))


def test_progress_is_told_by_shard(tmp_path, small_shards):
    """As shards end, the number of their services is told."""
    told = []
    simulate(plan(), tmp_path, progress=told.append)
    assert [20, 20, 10] == told


def hostbill(**more):
    """Return a plan for sixty services of HostBill over five months."""
    wanted = {"services": 60, "starts": date(2025, 1, 1), "ends": date(2025, 6, 1), "seed": 7}
    return SimulationPlan(load_catalogue("hostbill-hosting"), **(wanted | more))


def test_a_book_of_hostbill(tmp_path, small_shards):
    """Its totals are those of its ledger, it has all that becomes of services, and is the same."""
    books = {name: tmp_path / name for name in ("one", "two")}
    totals = simulate(hostbill(), books["one"])
    simulate(hostbill(), books["two"], workers=2)
    for file in ("ledger.csv", "totals.json"):
        assert (books["one"] / file).read_bytes() == (books["two"] / file).read_bytes()
    lines = rows(books["one"])
    assert totals["lines"] == Counter(row["kind"] for row in lines)
    assert {"period", "setup", "tax", "late fee"} == totals["lines"].keys()
    assert 60 == sum(totals["statuses"].values())
    assert {"active", "suspended", "terminated"} == totals["statuses"].keys()
    assert {row["rule"] for row in lines} == {
        "hostbill.billing-type.prepaid",
        "hostbill.billing-type.postpaid",
        "hostbill.late-fee",
        "hostbill.tax",
    }


def test_what_holds_for_the_whole_billing_holds_for_its_book(tmp_path, small_shards):
    """With a scheduler, HostBill invoices at its hour."""
    file = tmp_path / "catalogue.yaml"
    text = (
        "title: x\ngiven: {system: hostbill, cron: {daily_at: '03:30'}, "
        "products: {a: {prices: {monthly: '1'}}}}\n"
        "book: {products: {a: 1}, cycles: {monthly: 1}}\n"
    )
    file.write_text(text, encoding="utf-8")
    days = {"starts": date(2025, 1, 1), "ends": date(2025, 3, 1)}
    simulate(SimulationPlan(load_catalogue(str(file)), services=9, **days), tmp_path / "book")
    hours = {row["at"][11:16] for row in rows(tmp_path / "book")}
    assert {"03:30", "09:00"} == hours


def run(*arguments):
    """Run the command."""
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_the_command(tmp_path):
    """The command writes the ledger and prints what it comes to."""
    days = ("--from", "2025-01-01", "--to", "2025-02-01")
    done = run("shared-hosting", "--services", 5, *days, "--out", tmp_path, "--format", "csv")
    assert 0 == done.exit_code, done.output
    assert "Shared hosting of a provider with three tariffs: 5 services, seed 0" in done.output
    assert str(tmp_path / "ledger.csv") in done.output
    again = run("shared-hosting", "--services", 5, *days, "--out", tmp_path / "p", "--json")
    assert 5 == json.loads(again.output)["services"]
    assert (tmp_path / "p" / "ledger.parquet").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2025-02-01", "--to", "2025-01-01"), "--from must be before --to"),
        (("--from", "2025-02-30", "--to", "2025-03-01"), "2025-02-30 is not a date"),
    ],
    ids=["backwards", "no date"],
)
def test_mistakes(tmp_path, arguments, said):
    """A mistake is one clear line and exit code 2."""
    done = run("shared-hosting", "--services", 5, *arguments, "--out", tmp_path)
    assert (2, True) == (done.exit_code, said in done.output)


def test_what_is_ended_on_its_way_leaves_nothing(tmp_path, small_shards):
    """No folder that was not there, no half of a ledger; what was there stays as it was."""

    def ended(_services):
        raise KeyboardInterrupt

    there, new = tmp_path / "there", tmp_path / "new"
    simulate(plan(), there)
    before = {each.name: each.read_bytes() for each in there.iterdir()}
    for out in (there, new):
        with pytest.raises(KeyboardInterrupt):
            simulate(plan(seed=8), out, progress=ended)
    assert before == {each.name: each.read_bytes() for each in there.iterdir()}
    assert not new.exists()


def test_a_file_is_no_folder_for_a_ledger(tmp_path):
    """It is told so, and stays."""
    days = ("--from", "2025-01-01", "--to", "2025-02-01")
    (tmp_path / "book").write_text("mine", encoding="utf-8")
    done = run("shared-hosting", "--services", 5, *days, "--out", tmp_path / "book")
    assert (2, True) == (done.exit_code, "is a file" in done.output)
    assert "mine" == (tmp_path / "book").read_text(encoding="utf-8")


@pytest.mark.parametrize("lacking", ["faker", "pyarrow"])
def test_what_the_extra_brings(tmp_path, monkeypatch, lacking):
    """Without the extra the command says which one it needs."""
    monkeypatch.setattr(
        "prorata.harness.cli.simulate_.find_spec", lambda name: None if name == lacking else name
    )
    days = ("--from", "2025-01-01", "--to", "2025-02-01", "--format", "parquet")
    done = run("shared-hosting", "--services", 5, *days, "--out", tmp_path)
    assert (2, True) == (done.exit_code, "the extra bulk: " in done.output)
    assert done.output.rstrip().removesuffix("'").endswith("[bulk]")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "title: x\ngiven: {system: hostbill, products: {}}\nbook: {tariffs: {}, cycles: {}}\n",
            'unknown key "tariffs"',
        ),
        (
            f"{HELD}book: {{products: {{a: 1, b: 1}}, cycles: {{monthly: 1}}}}\n",
            'unknown product "b"',
        ),
        (
            f"{HELD}book: {{products: {{a: 1}}, cycles: {{annually: 1}}}}\n",
            'product "a" has no price for any of the cycles',
        ),
        ("title: x\ngiven: {system: billmanager}\n", "tariffs"),
        (
            f"{SOLD}book: {{tariffs: {{a: 1, b: 1}}, periods: {{1 month: 1}}}}\n",
            'unknown tariff "b"',
        ),
        (
            f"{SOLD}book: {{tariffs: {{a: 1}}, periods: {{1 month: 1}}}}\n",
            'tariff "a" has no price for any of the periods',
        ),
    ],
    ids=["words", "product", "cycle", "book", "tariff", "period"],
)
def test_a_catalogue_that_is_wrong(tmp_path, text, said):
    """What is wrong with a catalogue is said at its place."""
    file = tmp_path / "catalogue.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioErrors, match=said):
        load_catalogue(str(file))


def test_a_catalogue_that_is_not_there():
    """The bundled catalogues are named."""
    with pytest.raises(ScenarioErrors, match="catalogues are hostbill-hosting, shared-hosting"):
        load_catalogue("nothing")


def test_the_panel_of_a_book_does_everything():
    """A simulated book has a panel that never fails."""
    panel = shard._NoPanel()
    assert panel.exists("anna")
    for act in (panel.create, panel.suspend, panel.resume, panel.delete):
        assert act("anna") is None
    assert panel.change_preset("anna", "small", None) is None
