"""Simulating a book: many services of a catalogue, moved through time, their ledger written out."""

from __future__ import annotations

from prorata.harness.simulate.catalogue import Catalogue, load_catalogue
from prorata.harness.simulate.run import SimulationPlan, simulate

__all__ = ["Catalogue", "SimulationPlan", "load_catalogue", "simulate"]
