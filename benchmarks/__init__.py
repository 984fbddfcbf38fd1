"""Benchmarks: what prorata costs, beside a peer measured in the same run."""
