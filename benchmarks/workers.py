"""What a second worker brings: 5,000 generated scenarios, whole processes, loading and all.

The ratio is the time of two workers to that of one. On a machine with two cores that nobody else
uses it is 0.59 at most: 1.7 times as fast.
"""

from __future__ import annotations

import shlex
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from benchmarks.child import prorata
from benchmarks.rows import beside, in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Row, Size

__all__ = ["generate", "measure"]

_SCENARIOS: Final = 5_000
_FEW: Final = 70
_TARGET: Final = 0.59
_EXAMPLES: Final = Path(__file__).parents[1] / "examples" / "python"
_CHILD: Final = (
    "env", f"PYTHONPATH={_EXAMPLES}", sys.executable, "-P", "-m",
    "prorata.harness.implementations.host", "small_billing:SmallBilling",
)  # fmt: skip
#: A month of 31 days for N × 3.10 is N × 0.10 a day; five days late, half of it: N × 0.25.
_SCENARIO: Final = """\
title: Half of five overdue days, {number}
rules: [billmanager.renew.late-fee.percent]
source: ours
given:
  system: billmanager
  currency: USD
  tariffs:
    start:
      prices: {{1 month: "{price}"}}
      late_renewal_fee: {{percent: 50}}
  clients: {{anna: {{balance: "1000.00"}}}}
timeline:
  - at: 2025-08-01 09:00
    order: {{as: site, client: anna, tariff: start, period: 1 month}}
    expect:
      site: {{status: active, expires: 2025-09-01}}
      charged: [{{kind: period, amount: "{price}", covers: 2025-08-01 .. 2025-09-01}}]
      ispmanager: {{user: site, suspended: no}}
  - at: 2025-09-01
    expect: {{site: {{status: suspended}}, ispmanager: {{user: site, suspended: yes}}}}
  - at: 2025-09-05 12:00
    renew: {{service: site, period: 1 month}}
    expect:
      charged: [{{kind: late fee, amount: "{fee}"}}, {{kind: period, amount: "{price}"}}]
"""


def measure(size: Size) -> Iterator[Row]:
    """Measure the reference, and a billing in a process of its own for each worker."""
    with TemporaryDirectory() as folder:
        generate(Path(folder), _FEW if size.tiny else _SCENARIOS)
        for name, implementation in (
            ("the reference", "reference"),
            ("a stdio billing", f"stdio:{shlex.join(_CHILD)}"),
        ):
            words = ("run", folder, "-q", "-i", implementation, "-n")
            two, one = (partial(prorata, *words, number) for number in "21")
            pairs = in_turns(size.runs, two, one)
            yield beside(f"{name}, 2 workers", "1 worker", pairs, target=_TARGET)


def generate(folder: Path, number: int) -> None:
    """Write so many scenarios, in a hundred prices."""
    for index in range(number):
        times = index % 100 + 1
        text = _SCENARIO.format(number=index, price=_amount(310 * times), fee=_amount(25 * times))
        (folder / f"s{index:05d}.yaml").write_text(text, encoding="utf-8")


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
