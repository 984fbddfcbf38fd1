"""Tariffs as such."""

from __future__ import annotations

from prorata.reference.refusal import Refusal

__all__ = ["enabled"]


def enabled(*, tariff: str, is_enabled: bool) -> Refusal | None:
    """Refuse an order of, or a change to, a tariff that is not enabled.

    ``billmanager.tariff.enabled`` (billmanager-hosting); running services go on.
    """
    if is_enabled:
        return None
    return Refusal("billmanager.tariff.enabled", f"tariff {tariff} is not enabled")
