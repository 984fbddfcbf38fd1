"""Writing scenarios: files mended, begun, and recorded from what a billing did."""
