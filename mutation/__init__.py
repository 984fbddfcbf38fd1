"""Machine mutants of the reference: each is the rules with one small mistake, and is to be caught.

``python -m mutation`` makes them from the syntax trees of `prorata.reference`, judges each against
the scenarios that pass through it, and tells how many are caught, by file.
"""
