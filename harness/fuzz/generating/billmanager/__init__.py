"""Histories of a BILLmanager: its tariffs, what is done, and what its rules are steered by."""
