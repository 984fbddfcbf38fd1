"""In CI hypothesis draws the same examples each time, and nothing else is other than at a desk."""

from __future__ import annotations

import gc
import os
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

settings.register_profile("dev", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


#: What a file has in which some tests are sweeps, and one in which all are.
SOME, ALL = (
    re.compile(rb"mark\.sweep\b"),
    re.compile(rb"^pytestmark = pytest\.mark\.sweep$", re.MULTILINE),
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave alone, of the sweeps and of all others, the files that have none of them.

    To import them for tests that are all deselected takes each worker longer than many a sweep.
    """
    wanted = config.option.markexpr
    if wanted not in {"sweep", "not sweep"} or not collection_path.match("test_*.py"):
        return None
    text = collection_path.read_bytes()
    has_any = SOME.search(text) if wanted == "sweep" else not ALL.search(text)
    return None if has_any else True


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave what collecting makes to the end: thousands of items and each bundled scenario.

    Going through all that for garbage, again and again, takes longer than collecting it.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _nobody_is_ci() -> Iterator[None]:
    """Let commands tell what they tell anybody: in CI a long run says how far it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CI", raising=False)
        yield
