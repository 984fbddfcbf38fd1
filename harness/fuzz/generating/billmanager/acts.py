"""Single acts of a BILLmanager that several deeds have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.harness.fuzz.generating.billmanager.ordering import periods_of
from prorata.harness.fuzz.generating.billmanager.standing import row_of
from prorata.harness.fuzz.generating.billmanager.tariffs import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

__all__ = ["WHO", "by_hand", "change", "resource_of", "terms_of"]

#: Who does what either may.
WHO: Final = ("client", "staff")


def change(draft: HistoryDraft, service: Known, *, to: str | None = None) -> None:
    """Change the tariff of a service: to one that is named, or to any other."""
    choose = draft.choose
    others = [name for name in draft.sold if name != service.sold]
    tariff = to or choose.one(others or [service.sold])
    period = choose.one((*[None] * 5, *periods_of(draft.sold[tariff])))
    if draft.do("change_tariff", service=service.label, tariff=tariff, period=period):
        service.sold = tariff


def resource_of(draft: HistoryDraft, service: Known) -> str:
    """Return a resource of the tariff; one that is not sold where it has none."""
    own: tuple[str, ...] = tuple(row_of(draft, service).get("resources", {}))
    return draft.choose.one(own or RESOURCES)


def terms_of(draft: HistoryDraft, service: Known, name: str) -> Mapping[str, Any]:
    """Return on which terms the tariff of a service sells a resource."""
    terms: Mapping[str, Any] = row_of(draft, service).get("resources", {}).get(name, {})
    return terms


def by_hand(draft: HistoryDraft, service: Known) -> None:
    """Have nobody renew a service by itself."""
    if service.auto:
        draft.do("set_auto_renewal", service=service.label, period="no")
        service.auto = False
