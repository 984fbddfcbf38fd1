"""What an expectation says about one system's money, statuses and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.harness.scenario.acts import SetCurrency, SetTariff
from prorata.harness.scenario.checks import check_currency, check_rule, check_terms, digits_of
from prorata.harness.scenario.expect import WORDS
from prorata.harness.scenario.problems import nearest
from prorata.reference.vocabulary.words import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from prorata.harness.scenario.checks import KnownNames
    from prorata.harness.scenario.draft import Draft
    from prorata.harness.scenario.expect import Expect
    from prorata.harness.scenario.places import TreePath

__all__ = ["check_expectations"]

#: Decimals of what is posted a day at a time, and of everything under `four_decimals`.
_FOUR = 4


def check_expectations(draft: Draft, known: KnownNames) -> None:
    """Check every expectation that could be read."""
    minor = digits_of(draft, known)
    for step in draft.steps:
        path = (*step.path, "expect")
        if isinstance(step.act, SetTariff):
            check_terms(draft, (*step.path, "set_tariff"), step.act)
        if isinstance(step.act, SetCurrency):
            where = (*step.path, "set_currency", "currency")
            check_currency(draft, where, step.act.currency, known)
        if not step.expect:
            continue
        if not step.expect.model_fields_set:
            draft.report(path, f"expected a label or one of {', '.join(sorted(WORDS))}")
        if step.expect.refused:
            rule = draft.tree.existing((*path, "refused", "rule"))
            check_rule(draft, rule, step.expect.refused.rule, known)
        _check_services(draft, path, step.expect)
        _check_calls(draft, path, step.expect, known)
        if minor is not None:
            _check_digits(draft, path, step.expect, minor)


def _check_services(draft: Draft, path: TreePath, expect: Expect) -> None:
    statuses = STATUSES[draft.system]
    for label, service in expect.services.items():
        if not service.model_fields_set:
            draft.report((*path, label), f'nothing is expected of "{label}"; status, for instance')
        if service.status and service.status not in statuses:
            message = (
                f"{service.status} is not a status of {draft.system}; {', '.join(statuses)} are"
            )
            draft.report((*path, label, "status"), message)


def _check_calls(draft: Draft, path: TreePath, expect: Expect, known: KnownNames) -> None:
    for func in expect.calls:
        if func not in known.counted():
            near = nearest(func, known.counted())
            message = f'no function "{func}" of a billing changes anything{near}'
            draft.report_key((*path, "calls", func), message)


def _check_digits(draft: Draft, path: TreePath, expect: Expect, minor: int) -> None:
    for where, money, most in _posted(draft, path, expect, minor):
        exponent = money.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > most:
            currency = draft.given.currency if draft.given else ""
            digits = f"{most} digit{'' if most == 1 else 's'}" if most else "no digits"
            message = f"{money:f} is never posted: {currency} has {digits} after the point here"
            draft.report(where, message)


def _posted(
    draft: Draft,
    path: TreePath,
    expect: Expect,
    minor: int,
) -> Iterator[tuple[TreePath, Decimal, int]]:
    """Yield each expected amount with its path and the digits that it may have after the point."""
    pinned = draft.head.readings.get("posting_digits") if draft.head else None
    four = max(minor, _FOUR)
    most = four if pinned == "four_decimals" else minor
    daily = minor if pinned == "minor_unit" else four
    tariffs = draft.given.tariffs.values() if draft.given else ()
    by_day = any(tariff.daily for tariff in tariffs)
    # A tax is rounded like the line that it is on, which may be a day's.
    days = {"daily", "tax"} if by_day else {"daily"}
    for index, line in enumerate(expect.charged or ()):
        amount = (*path, "charged", index, "amount")
        yield amount, line.amount, daily if line.kind in days else most
    for index, invoice in enumerate(expect.invoices or ()):
        yield (*path, "invoices", index, "total"), invoice.total, most
    for client, money in expect.balance.items():
        yield (*path, "balance", client), money, daily if by_day else most
