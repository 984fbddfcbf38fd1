"""Histories of a HostBill: its products, what is done, and what its rules are steered by."""
