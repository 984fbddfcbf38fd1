"""For suites of tests: a billing judged by scenarios, and the types of the fixtures.

    from prorata.harness.pytest import conforms

    @conforms("documented/*", implementation="python:my_billing:Billing")
    def test_documented() -> None: ...

PYTEST_DONT_REWRITE: nothing is asserted here, and it may be imported before pytest looks at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.lazy import lazily

if TYPE_CHECKING:
    from prorata.harness.pytest.clients import Clients, FakeClient
    from prorata.harness.pytest.conforming import conforms
    from prorata.harness.pytest.timeline import Timeline

__all__ = ["Clients", "FakeClient", "Timeline", "conforms"]

_HOMES = {
    "FakeClient": "clients",
    "Clients": "clients",
    "Timeline": "timeline",
    "conforms": "conforming",
}

__getattr__ = lazily(__name__, _HOMES)
