"""The mgr5 protocol: one address, functions by name, one tree in several formats."""
