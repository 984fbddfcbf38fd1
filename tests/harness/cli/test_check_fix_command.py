"""`prorata check --fix` and `--diff`, and catalogues checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from untidy import TIDY, UNTIDY

from prorata.harness.running.api import run


def test_the_command_writes_what_it_mends(call: Any) -> None:
    """And says so; twice, nothing is left to mend."""
    Path("it.yaml").write_text(UNTIDY, encoding="utf-8")
    said = call("check", "--fix", "it.yaml")
    assert (0, "it.yaml: mended\n1 file is fine\n") == (said.code, said.out)
    assert TIDY.splitlines() == Path("it.yaml").read_text(encoding="utf-8").splitlines()
    assert "1 file is fine\n" == call("check", "--fix", "it.yaml").out
    assert 0 == run("it.yaml").exit_code


def test_the_diff_shows_it_and_writes_nothing(call: Any) -> None:
    """On stdout alone, for `patch`; with --fix too."""
    Path("it.yaml").write_text(UNTIDY, encoding="utf-8")
    for words in (("--diff",), ("--fix", "--diff")):
        said = call("check", *words, "it.yaml")
        assert said.out.startswith("--- it.yaml\n+++ it.yaml\n@@ -1,27 +1,27 @@\n")
        assert '\n+      balance: {anna: "96.90"}     # 100.00 − 3.10 = 96.90\n' in said.out
        assert (0, "1 file is fine\n") == (said.code, said.err)
    assert UNTIDY == Path("it.yaml").read_text(encoding="utf-8")


def test_what_cannot_be_mended_is_told(call: Any) -> None:
    """After what can be is written; stdin and what is not there cannot be written."""
    Path("it.yaml").write_text(UNTIDY.replace("0.25", "a quarter"), encoding="utf-8")
    said = call("check", "--fix", "it.yaml")
    assert (2, "it.yaml: mended") == (said.code, said.out.splitlines()[0])
    assert 'it.yaml:26:36: "a quarter" is not an amount; write digits such as 3.10' in said.out
    assert 2 == call("check", "--fix", "-").code
    assert "none.yaml:1:1: cannot be read" in call("check", "--fix", "none.yaml").out


def test_a_shared_catalogue_is_checked_as_one(call: Any) -> None:
    """Where it lies in a folder of that name."""
    Path("catalogues").mkdir()
    shop = Path("catalogues/shop.yaml")
    fine = "title: A shop\ngiven: {system: hostbill, products: {a: {prices: {monthly: 1}}}}\n"
    shop.write_text(fine, encoding="utf-8")
    assert "1 file is fine\n" == call("check", "catalogues/shop.yaml").out
    shop.write_text(fine.replace("monthly: 1", ""), encoding="utf-8")
    said = call("check", "catalogues/shop.yaml")
    assert 'catalogues/shop.yaml:2:41: product "a" sells nothing; give it prices' in said.out
    shop.write_text(f"{fine}book: {{}}\n", encoding="utf-8")
    assert 2 == call("check", "catalogues/shop.yaml").code
