"""A scenario as somebody typed it, and as `prorata check --fix` leaves it."""

from __future__ import annotations

__all__ = ["TIDY", "UNTIDY"]

UNTIDY = """\
# yaml-language-server: $schema=scenario.schema.json
rules: [billmanager.renew.late-fee.percent]
title: Half of five overdue days        # as the document has it
source: ours
timeline:
  # the order
  - order: {client: anna, as: site, tariff: start, period: 1 month}
    at: 2025-08-01 09:00
    expect:
      site: {status: active, expires: 2025-09-01}
      charged: [{amount: 3.10, covers: 2025-08-01 .. 2025-09-01, kind: period}]
      balance: {anna: 96.90}
  - at: 2025-09-05 12:00
    expect:
      charged:
        - {kind: late fee, amount: 0.25}
        - {kind: period, amount: 3.10}   # mine
    # he comes late
    renew: {service: site, period: 1 month}

given:
  tariffs:
    start:
      prices: {1 month: 3.10}
      late_renewal_fee: {percent: 50}
  system: billmanager
  clients: {anna: {balance: 100.00}}   # rich
"""
# 3.10 / 31 = 0.10 a day, September 1 to 5 are five days, of which half is charged: 0.25.
TIDY = """\
# yaml-language-server: $schema=scenario.schema.json
title: Half of five overdue days        # as the document has it
rules: [billmanager.renew.late-fee.percent]
source: ours
given:
  system: billmanager
  tariffs:
    start:
      prices: {1 month: "3.10"}
      late_renewal_fee: {percent: 50}
  clients: {anna: {balance: "100.00"}}   # rich

timeline:
  # the order
  - at: 2025-08-01 09:00
    order: {as: site, client: anna, tariff: start, period: 1 month}
    expect:
      site: {status: active, expires: 2025-09-01}
      charged: [{kind: period, amount: "3.10", covers: 2025-08-01 .. 2025-09-01}]     # period price 3.10
      balance: {anna: "96.90"}     # 100.00 − 3.10 = 96.90
  - at: 2025-09-05 12:00
    # he comes late
    renew: {service: site, period: 1 month}
    expect:
      charged:
        - {kind: late fee, amount: "0.25"}     # 2025-09-05 − 2025-09-01 + 1 = 5; start 3.10 × 5 ÷ 31 = 0.50; 0.50 × 50 ÷ 100 = 0.25
        - {kind: period, amount: "3.10"}   # mine
"""  # noqa: E501  a sum stands on the line of its amount
