"""Histories of a billing that buys licences from another one, to sell them on."""
