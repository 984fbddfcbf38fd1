"""Explaining a scenario: what happened at each instant, and how each amount and date came about."""

from __future__ import annotations

from prorata.harness.explaining.data import data
from prorata.harness.explaining.moments import explained
from prorata.harness.explaining.text import Heading, texts

__all__ = ["Heading", "data", "explained", "texts"]
