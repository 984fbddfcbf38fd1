"""Whole histories that no file has, played on the reference and on a billing, and held together."""
