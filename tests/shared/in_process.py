"""A factory of Python without a process of its own."""

from __future__ import annotations

import json

from prorata.harness.implementations.factory import declared
from prorata.harness.implementations.host import Host, line_of
from prorata.harness.protocol import Start, decode_answer, encode


class InProcess:
    """A factory in this process, asked through the very lines that a child would read and write."""

    def __init__(self, factory):
        self.name, self._factory = factory.__name__, factory
        self.restart()

    def restart(self):
        """Begin afresh."""
        self._host, self._seq = Host(lambda: declared(self.name, self._factory)), 0
        self._protocol = 0
        self.declared = self.ask(Start(suite="")).body
        self._protocol = self.declared.protocol

    def abandon(self):
        """Leave nothing."""
        return ()

    def ask(self, request):
        self._seq += 1
        numbered = request.numbered(self._seq)
        answer = self._host.answer(json.loads(encode(numbered)))
        line = line_of(self._seq, answer).rstrip(b"\n")
        return decode_answer(line, to=numbered, protocol=self._protocol)
