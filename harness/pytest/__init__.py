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
    from prorata.harness.pytest.clients import Client, Clients
    from prorata.harness.pytest.conforming import conforms
    from prorata.harness.pytest.timeline import Timeline

__all__ = ["Client", "Clients", "Timeline", "conforms"]

_HOMES = {
    "Client": "clients",
    "Clients": "clients",
    "Timeline": "timeline",
    "conforms": "conforming",
}

__getattr__ = lazily(__name__, _HOMES)
