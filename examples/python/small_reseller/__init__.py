"""A small reseller, to learn from: it sells licences that it buys from a BILLmanager, over HTTP.

It speaks the protocol itself, on stdin and stdout, with nothing but the standard library. Judge it
from the folder above this one:

    prorata run -i "stdio:python -m small_reseller"
"""
