"""The fields of a product of HostBill that is a licence."""

from __future__ import annotations

from typing import Final

from prorata.reference.vocabulary.kinds import Field, Plain

__all__ = ["LICENCE"]

LICENCE: Final = (
    Field(
        "licence",
        Plain.YES_NO,
        "It is a licence, which is sold monthly, annually, once or free.",
        default=False,
    ),
    Field(
        "module",
        Plain.TEXT,
        "The connection by which it is bought from a seller.",
        names="modules",
    ),
    Field("seller_tariff", Plain.TEXT, "Of a licence: the number of its tariff at the seller."),
)
