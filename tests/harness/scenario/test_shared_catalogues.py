"""Several scenarios use one catalogue: below their own rows, each mistake in its own file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prorata.harness.cli.seeds import load_seed
from prorata.harness.running.api import run
from prorata.harness.running.selection import load_files, select
from prorata.harness.scenario import ScenarioErrors
from prorata.harness.simulate.catalogue import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.scenario import Scenario

SHOP = """\
title: A shop
given:
  system: billmanager
  currency: EUR
  tax: {rate: 20}
  tariffs:
    start: {prices: {1 month: "3.10"}, setup_fee: "1.00"}
    large: {prices: {1 month: "9.00"}}
  clients: {boris: {balance: "1.00"}}
"""
TEXT = """\
title: From a catalogue
rules: [billmanager.order.price]
source: ours
given:
  catalogue: shop
  clients: {anna: {balance: "100.00"}}
timeline:
  - at: 2025-08-01
    order: {as: site, client: anna, tariff: start, period: 1 month}
    expect: {balance: {anna: "95.08"}}     # 100.00 − (3.10 + 1.00) × 1.2
"""


@pytest.fixture(name="write")
def _write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return what writes a scenario in a folder below the one with the catalogues."""
    monkeypatch.chdir(tmp_path)
    Path("catalogues").mkdir()
    Path("fees").mkdir()

    def write(text: str = TEXT, shop: str = SHOP) -> Path:
        Path("catalogues/shop.yaml").write_text(shop, encoding="utf-8")
        Path("fees/it.yaml").write_text(text, encoding="utf-8")
        return Path("fees/it.yaml")

    return write


MEANT = '; did you mean "setup_fee"?'
INDENTED = "expected a key: this line is not indented like the lines above it"


def load(path: Path) -> Scenario:
    """Load the only scenario of a file."""
    (found,) = load_files([path], Path())
    return found


def problems(path: Path) -> list[str]:
    """Return what is wrong with a file."""
    with pytest.raises(ScenarioErrors) as caught:
        load(path)
    return list(map(str, caught.value.problems))


def test_a_catalogue_stands_below_the_rows_of_a_file(write: Callable[..., Path]) -> None:
    """Its clients beside the file's, its currency and tax where the file says none."""
    scenario = load(write())
    assert ("EUR", ["start", "large"]) == (scenario.given.currency, list(scenario.given.tariffs))
    assert ["boris", "anna"] == list(scenario.given.clients)
    assert 0 == run(str(write())).exit_code


def test_a_row_of_the_file_takes_the_place_of_the_catalogues(write: Callable[..., Path]) -> None:
    """Whole: the tariff of the file has no setup fee, and a tax of the file is the tax."""
    own = '  tax: {rate: 10}\n  tariffs: {start: {prices: {1 month: "3.10"}}}\n'
    given = load(write(TEXT.replace("  clients: {anna", f"{own}  clients: {{anna"))).given
    assert (0, 10) == (given.tariffs["start"].setup_fee, given.tax.rate)
    assert "large" in given.tariffs


@pytest.mark.parametrize(
    "said", ["shop", "catalogues/shop", "../catalogues/shop.yaml", "./../catalogues/shop.yaml"]
)
def test_a_catalogue_is_called_by_its_name_or_its_path(
    write: Callable[..., Path], said: str
) -> None:
    """A name is looked for in the folders above, a path is as seen from the file."""
    assert (
        "large" in load(write(TEXT.replace("catalogue: shop", f"catalogue: {said}"))).given.tariffs
    )


def test_a_bundled_catalogue_is_found_from_anywhere(write: Callable[..., Path]) -> None:
    """Where no folder above has one of that name; the book that it is simulated by is left out."""
    scenario = load(write(TEXT.replace("catalogue: shop", "catalogue: shared-hosting")))
    assert ["start", "pro", "business"] == list(scenario.given.tariffs)
    assert "Europe/Berlin" == str(scenario.given.timezone)


def test_a_mistake_is_told_in_the_file_that_it_is_in(write: Callable[..., Path]) -> None:
    """Once, whichever scenarios use the catalogue."""
    shop = SHOP.replace('setup_fee: "1.00"', 'setup_fe: "1.00"').replace('"9.00"', "nine")
    path = write(TEXT.replace("1 month}", "1 months}"), shop)
    assert [
        f'catalogues/shop.yaml:7:40: unknown key "setup_fe" in tariff "start"{MEANT}',
        "catalogues/shop.yaml:8:31: nine is not an amount; write digits such as 3.10",
        'fees/it.yaml:9:60: "1 months" is not a period; write 1 month, 3 months, 1 year, 10 days',
    ] == problems(path)
    Path("fees/other.yaml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(ScenarioErrors) as caught:
        load_files([path, Path("fees/other.yaml")], Path())
    assert 3 == len(caught.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", 'fees/it.yaml:5:14: no catalogue is called "shpo"; did you mean "shop"?'),
        ("shpo", "x/y", "fees/it.yaml:5:14: x/y cannot be read: No such file or directory"),
        ("shpo", "[shop]", "fees/it.yaml:5:14: expected a text, found a list"),
        ("shpo", "''", "fees/it.yaml:5:14: expected a text, found nothing"),
        ("catalogue: shpo", "catalog: shop",
         'fees/it.yaml:5:3: unknown key "catalog" in given; did you mean "catalogue"?'),
    ],
)  # fmt: skip
def test_a_catalogue_that_is_not_there(
    write: Callable[..., Path], old: str, new: str, said: str
) -> None:
    """Is told where it is named."""
    text = TEXT.replace("catalogue: shop", "catalogue: shpo")
    assert said in problems(write(text.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("given:", "givn:", 'catalogues/shop.yaml:2:1: unknown key "givn" in a catalogue'),
        ("  currency", "  catalogue: more\n  currency",
         "catalogues/shop.yaml:4:3: a catalogue stands on no other catalogue"),
        ("  tax", " tax", f"catalogues/shop.yaml:5:2: {INDENTED}"),
    ],
)  # fmt: skip
def test_what_is_no_catalogue(write: Callable[..., Path], old: str, new: str, said: str) -> None:
    """Is told in that file."""
    assert said in problems(write(shop=SHOP.replace(old, new, 1)))


def test_each_of_several_billings_may_have_one(write: Callable[..., Path]) -> None:
    """Its own."""
    text = TEXT.replace(
        "  catalogue: shop\n  clients:", "  billings: {only: {catalogue: shop, clients:"
    )
    text = text.replace('"100.00"}}', '"100.00"}}}}').replace("expect: {", "expect: {only: {")
    scenario = load(write(text.replace('"95.08"}}  ', '"95.08"}}}  ')))
    assert "large" in scenario.given.tariffs


def test_a_value_of_a_catalogue_can_be_set_from_outside(write: Callable[..., Path]) -> None:
    """As one of the file can, and the next load has the catalogue's again."""
    (changed,) = select([str(write())], {"given.tariffs.start.setup_fee": "2.00"})
    assert ("2.00", "1.00") == tuple(
        str(each.given.tariffs["start"].setup_fee) for each in (changed, load(write()))
    )


def test_products_of_a_catalogue_may_stand_in_a_json_file_beside_it(
    write: Callable[..., Path],
) -> None:
    """A mistake there is told there."""
    shop = "title: A shop\ngiven: {system: hostbill, products: ours.json}\n"
    Path("catalogues/ours.json").write_text('{"start": {"prices": {"month": 1}}}', encoding="utf-8")
    said = problems(write(shop=shop))
    assert [each for each in said if each.startswith("catalogues/ours.json:1:23: month is not a")]


def test_seeds_and_simulated_books_use_the_same_word(write: Callable[..., Path]) -> None:
    """A seed stands on a catalogue as a scenario does, and a book is made of one by its name."""
    write(shop=f"{SHOP}book: {{tariffs: {{start: 1}}, periods: {{1 month: 1}}}}\n")
    seed = Path("fees/seed.yaml")
    seed.write_text("catalogue: shop\nclients: {anna: {}}\n", encoding="utf-8")
    found = load_seed(seed)
    assert (["start", "large"], ["boris", "anna"]) == tuple(
        map(list, (found["tariffs"], found["clients"]))
    )
    assert "catalogue" not in found
    assert {"start": 1} == load_catalogue("shop").shares
