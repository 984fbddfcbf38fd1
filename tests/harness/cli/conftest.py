"""The command line, called in this process as a user calls it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

# 3.10 / 31 × 5 overdue days × 50 % = 0.25; this file wrongly expects 0.20.
WRONG = """\
title: Half of five overdue days, wrongly
rules: [billmanager.renew.late-fee.percent]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 month: "3.10"}, late_renewal_fee: {percent: 50}}}
  clients: {anna: {balance: "100.00"}}
timeline:
  - at: 2025-08-01 09:00
    order: {as: site, client: anna, tariff: start, period: 1 month}
  - at: 2025-09-05 12:00
    renew: {service: site, period: 1 month}
    expect:
      charged: [{kind: late fee, amount: "0.20"}, {kind: period, amount: "3.10"}]
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a call of the command line wrote, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # it would hide what fails at the end
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture(name="call")
def _call(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Said]:
    """Return what calls `prorata` with these words; a traceback is only one of a billing's own."""

    def call(*words: Any, traceback: bool = False) -> Said:
        monkeypatch.setattr(sys, "argv", ["prorata", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert traceback or "Traceback" not in out + err
        code = ended.value.code
        assert isinstance(code, int)
        return Said(code, out, err)

    return call


@pytest.fixture(name="wrong")
def _wrong() -> Path:
    """Return the file of a scenario that the reference does not conform to."""
    path = Path("my fee's.yaml")
    path.write_text(WRONG, encoding="utf-8")
    return path


@pytest.fixture(name="polite")
def _polite() -> Callable[[str], str]:
    """Return what names a small billing that has the vice given, or none."""
    script = Path(__file__).parents[1] / "implementations" / "polite.py"
    return lambda vice="": f"stdio:'{sys.executable}' '{script}' '{vice}'"
