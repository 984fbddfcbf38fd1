"""`conforms`: a test that is a scenario's verdict, once for each scenario that is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pytest

from prorata.harness.pytest.names import CONFORMS, SCENARIO

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Conforming", "conforms"]

Test = TypeVar("Test", bound="Callable[..., Any]")


class Conforming(NamedTuple):
    """What `conforms` was given."""

    selection: tuple[str, ...]
    implementation: str | None


def conforms(*selection: str, implementation: str | None = None) -> Callable[[Test], Test]:
    """Let a test, or each one of a class, be run for each scenario, and pass where it conforms.

    `selection` is as behind `prorata run`: ids, globs, rules, own files; all bundled scenarios
    where it is empty. `implementation` is as behind `-i`, and runs in pytest's root folder; without
    it that of ``--prorata-implementation``, the ini file or prorata.toml is judged. What the test
    itself does comes first, in the same process as ever:

        @conforms("billmanager.renew.*", implementation="python:my_billing:Billing")
        def test_renewals(database) -> None: ...
    """
    asked = Conforming(selection, implementation)

    def decorate(test: Test) -> Test:
        needing = pytest.mark.usefixtures(SCENARIO)(test)
        marked: Test = getattr(pytest.mark, CONFORMS)(asked)(needing)
        return marked

    return decorate
