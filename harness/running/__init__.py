"""Running scenarios: playing them through time, judging what was seen, telling of it."""
