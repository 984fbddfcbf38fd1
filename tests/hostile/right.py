"""A right billing for the scenarios of this folder: one order of a month, for 3.10.

Run as a program it speaks the protocol; `Billing` is the same for `python:`. In the scenario whose
number the environment variable HOSTILE_AT says, it has the vice that HOSTILE names.
"""

import json
import os
import sys
from decimal import Decimal
from importlib import import_module
from typing import ClassVar

VICE, AT = os.environ.get("HOSTILE", ""), int(os.environ.get("HOSTILE_AT", "2"))


def vice(table):
    """Return when the vice shows and what is done then; never and nothing for good manners."""
    return import_module(table).VICES.get(VICE, (None, None))


class Billing:
    """What is the same however it is reached."""

    prorata: ClassVar = {"name": "right", "version": "1"}

    def __init__(self, clients, at):
        self.at = at
        self.services, self.ledger = {}, []
        self.balances = {name: Decimal(balance) for name, balance in clients.items()}

    def order(self, *, client, tariff, period):
        number = str(len(self.services) + 1)
        self.services[number] = {
            "client": client,
            "status": "active",
            "tariff": tariff,
            "period": period,
            "expires": "2025-09-01T00:00:00+00:00",
        }
        self.ledger.append(
            {
                "kind": "period",
                "amount": "3.10",
                "service": number,
                "client": client,
                "covers": ["2025-08-01T09:00:00+00:00", "2025-09-01T00:00:00+00:00"],
            }
        )
        self.balances[client] -= Decimal("3.10")
        return {"service": number}

    def observe(self):
        balances = {name: format(left, "f") for name, left in self.balances.items()}
        return {
            "services": self.services,
            "ledger": self.ledger,
            "balances": balances,
            "invoices": {},
        }


class Program:
    """Answers one message after the other."""

    def __init__(self):
        self.billing, self.scenario, self.seq = None, 0, 0

    def answer(self, message):
        """Return the answer of good manners."""
        self.seq = message["seq"]
        return {"seq": self.seq, "result": getattr(self, f"on_{message['type']}")(message)}

    def on_start(self, _):
        return {**Billing.prorata, "protocol": 0}

    def on_open(self, message):
        self.scenario = message["scenario"]
        clients = {name: client["balance"] for name, client in message["clients"].items()}
        self.billing = Billing(clients, message["at"])
        return {}

    def on_clock(self, _):
        return {"settled": True, "next": None}

    def on_act(self, message):
        return self.billing.order(
            **{name: message[name] for name in ("client", "tariff", "period")}
        )

    def on_observe(self, message):
        seen = self.billing.observe()
        return {part: seen[part] for part in message["of"] if part in seen}

    def on_close(self, _):
        return {}

    def on_stop(self, _):
        return {}


def written(message):
    """Return a message in one line."""
    return message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n"


def send(*messages):
    """Write messages at once: whoever reads has all of them."""
    data = b"".join(map(written, messages))
    while data:
        data = data[os.write(1, data) :]


def main():
    """Answer until `stop`; where the vice shows, it is done with the answer in hand."""
    where, instead = vice("vices")
    waiting = import_module("vices").WAITING
    program = Program()
    for line in sys.stdin:
        message = json.loads(line)
        good = program.answer(message)
        early = message["type"] in {"start", "stop"}
        unasked = waiting.pop((program.scenario, message["type"]), ())
        if message["type"] == where and (early or program.scenario == AT):
            instead(good)
        else:
            send(*unasked, good)
        if message["type"] == "stop":
            return


if __name__ == "__main__":
    main()
