"""In CI hypothesis draws the same examples each time, and nothing else is other than at a desk."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("dev", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# All that collecting makes (thousands of items, each bundled scenario) is there until the end: a
# collector that looks through it again and again takes a tenth of the time of all tests.
gc.disable()


def pytest_collection_finish() -> None:
    """Leave what there is by now alone."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _nobody_is_ci() -> Iterator[None]:
    """Let commands tell what they tell anybody: in CI a long run says how far it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CI", raising=False)
        yield
