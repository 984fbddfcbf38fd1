"""Known failures, the list of prorata.toml: expected to fail, and red when they pass or run out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prorata.harness.cli.common import today
from prorata.harness.pytest.options import settings
from prorata.harness.running.known import KnownError, complaints, excused, read_known

if TYPE_CHECKING:
    from prorata.harness.running.known import KnownFailure
    from prorata.harness.running.verdict import Verdict

__all__ = ["complaint", "known_reason"]

_KNOWN = pytest.StashKey[dict[str, "KnownFailure"]]()


def known_reason(config: pytest.Config, verdict: Verdict) -> str:
    """Return why a failure is known, nothing where it is not."""
    return excused(verdict, _list(config), today()).known


def complaint(config: pytest.Config, verdict: Verdict) -> str:
    """Return where the list no longer tells the truth of a scenario, nothing where it does."""
    found = complaints([verdict], _list(config), today(), complete=False)
    return next(found, "")


def _list(config: pytest.Config) -> dict[str, KnownFailure]:
    if _KNOWN not in config.stash:
        named = settings(config).values.get("known_failures")
        try:
            config.stash[_KNOWN] = read_known(config.invocation_params.dir / named) if named else {}
        except KnownError as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None
    return config.stash[_KNOWN]
