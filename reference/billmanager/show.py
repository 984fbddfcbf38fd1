"""What of a tariff is shown, and to whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["Page", "Shown", "show"]


@dataclass(frozen=True, slots=True)
class Page:
    """What a tariff says about itself: names by language, labels, and what is for staff."""

    names: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    notes: str | None = None
    site_information: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A tariff in a list, as one reader sees it."""

    tariff: str
    name: str
    notes: str | None = None
    site_information: str | None = None


def show(
    *, tariff: str, page: Page, by: str, language: str | None, labels: Collection[str]
) -> Shown | None:
    """Return what a reader sees of a tariff, or None where the labels asked for leave it out.

    ``billmanager.show`` (billmanager-hosting): notes and site information for staff only, the name
    in the reader's language. A tariff is listed that has all the labels; a language without a name
    shows the tariff's own (both ours).
    """
    if not set(labels) <= set(page.labels):
        return None
    name = page.names.get(language or "", tariff)
    if by != "staff":
        return Shown(tariff, name)
    return Shown(tariff, name, page.notes, page.site_information)
