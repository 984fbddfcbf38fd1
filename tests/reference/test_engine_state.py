"""The state of a billing."""

from __future__ import annotations

import pytest

from prorata.reference.engine.state import Service
from prorata.reference.periods import Length


def test_a_service_that_has_not_started_does_not_end():
    """Before it starts, a service has no expiry to speak of."""
    service = Service(7, "anna", "start", Length(months=1), "ordered")
    with pytest.raises(ValueError, match="service 7 has not started"):
        _ = service.ends
