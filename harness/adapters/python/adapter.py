"""An adapter for prorata: it translates between the protocol and your billing.

    prorata smoke -i python:adapter:Billing
    prorata run -i python:adapter:Billing

It has no act yet. Write one method for each, in the words of docs/protocol.md; until then scenarios
that need them are skipped. No act is called `advance`, `quote`, `observe` or `close`.
"""

from prorata.harness import Unsupported


class Billing:
    """Your billing in one scenario: it begins empty, with the catalogue and clients of `context`."""

    prorata = {"name": "my-billing", "version": "0.1", "protocol": 1}

    def __init__(self, context):
        self.context = context

    def order(self, *, client, tariff=None, period=None, **rest):
        """Order a service; return its id. Amounts are strings of digits: never make floats of them.

        What the rules forbid raises `prorata.harness.Refused(reason, rule)`.
        """
        if self.context.delivery().again:
            # The same id was sent before: answer as you did then, and do it if you have not.
            raise Unsupported("acts that arrive twice: planned")
        raise Unsupported("order: planned")

    def quote(self, act, **parameters):
        """Return the lines that an act would post, without doing it."""
        raise Unsupported("quotes: planned")

    def advance(self, to):
        """Do all that falls due up to `to`; return when something does next, None for never."""
        return None

    def observe(self):
        """Tell all that there is, as it stands now."""
        return {"services": {}, "ledger": [], "balances": {}, "invoices": {}}
