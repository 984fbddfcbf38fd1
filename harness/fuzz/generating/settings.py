"""What holds for a whole billing, of either system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.fuzz.generating.draft import HistoryDraft

__all__ = ["put", "shared"]


def put(name: str, *values: Any) -> Callable[[HistoryDraft], None]:
    """Return what gives a billing one of some values of a setting."""

    def give(draft: HistoryDraft) -> None:
        draft.given[name] = draft.choose.one(values)

    return give


def _server(draft: HistoryDraft) -> None:
    connection = draft.choose.one(
        (
            {"maximum_accounts": "2"},
            {"maximum_accounts": "1"},
            {"password": "wrong"},
            {"name": "web1", "hostname": "web1.example.com", "monthly_cost": "5.00"},
        )
    )
    draft.given.setdefault("ispmanager", {})["connection"] = connection


def _presets(draft: HistoryDraft) -> None:
    draft.given.setdefault("ispmanager", {})["presets"] = draft.choose.one(
        ({"small": {"limit_db": "3"}}, {"shared": {}}, {})
    )


def shared() -> Mapping[str, Callable[[HistoryDraft], None]]:
    """Return what holds for billings of either system, by name."""
    return {
        "currency": put("currency", "JPY", "EUR", "KWD", "USD"),
        "server": _server,
        "presets": _presets,
        "first ids": put("first_ids", {"service": "510"}, {"service": "99", "client": "7"}),
        "a clock that is ahead": put("clock_ahead", "3 minutes", "-7 minutes"),
    }
