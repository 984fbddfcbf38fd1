"""A test harness for hosting billing."""
