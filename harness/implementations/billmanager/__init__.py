"""A BILLmanager, judged through its own API."""
