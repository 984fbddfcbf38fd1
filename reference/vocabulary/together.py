"""The fields of a product of HostBill that is sold with others: addons, sub-products, bundles."""

from __future__ import annotations

from typing import Final

from prorata.reference.vocabulary.kinds import Choice, Each, Field, Many, Plain
from prorata.reference.vocabulary.words import CYCLES

__all__ = ["TOGETHER"]

TOGETHER: Final = (
    Field(
        "addon",
        Plain.YES_NO,
        "It is sold with products that list it, and else billed and automated as they are.",
        default=False,
    ),
    Field("addons", Many(Plain.TEXT), "Addons that can be ordered with it.", names="products"),
    Field(
        "sub_products",
        Many(Plain.TEXT),
        "Products that can be ordered with it, each as an order of its own.",
        names="products",
    ),
    Field(
        "bundle",
        Many(Plain.TEXT),
        "Products that it is made of: it costs what they do, or its own price where it has one.",
        names="products",
    ),
    Field(
        "part_cycles",
        Each(Plain.TEXT, Choice.of("a cycle", *CYCLES)),
        "Cycles of parts of the bundle that are not the one which is ordered.",
    ),
)
