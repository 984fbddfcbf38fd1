"""A minimal adapter with good manners: orders are all it has, no panels, no rules.

Run with the name of a vice it has that vice instead; see `VICES`.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

MONTH = ["2025-08-01T00:00:00+00:00", "2025-09-01T00:00:00+00:00"]
PRICE = "3.10"
LONG = 9 * 1024 * 1024

books: dict[str, Any] = {}


def opened(message: dict[str, Any]) -> dict[str, Any]:
    """Begin with empty books and the clients' balances."""
    balances = {name: client["balance"] for name, client in message["clients"].items()}
    books.update(services={}, ledger=[], invoices={}, balances=balances)
    return {}


def ordered(message: dict[str, Any]) -> dict[str, Any]:
    """Make a service for one month, and charge it."""
    service = str(len(books["services"]) + 1)
    line = {"kind": "period", "amount": PRICE, "service": service, "covers": MONTH}
    books["ledger"].append(line)
    books["services"][service] = {
        "client": message["client"],
        "status": "active",
        "starts": MONTH[0],
        "expires": MONTH[1],
    }
    return {"service": service}


ANSWERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "start": lambda _: {"name": "polite", "version": "1", "protocol": 0},
    "open": opened,
    "clock": lambda _: {"settled": True, "next": None},
    "act": ordered,
    "observe": lambda message: {part: books[part] for part in message["of"] if part in books},
    "close": lambda _: {},
    "stop": lambda _: {},
}


def answer(message: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of good manners."""
    if message["type"] == "act" and message["act"] != "order":
        return {"seq": message["seq"], "unsupported": f"no act {message['act']}"}
    return {"seq": message["seq"], "result": ANSWERS[message["type"]](message)}


def write(text: str) -> None:
    """Write to stdout at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def send(message: object) -> None:
    """Write one line of JSON."""
    write(json.dumps(message) + "\n")


def amend(**changes: Any) -> Any:
    """Return a vice that changes the result."""

    def vice(message: dict[str, Any]) -> None:
        good = answer(message)
        send({**good, "result": {**good["result"], **changes}})

    return vice


def replace(**parts: Any) -> Any:
    """Return a vice that answers with something else."""
    return lambda message: send({"seq": message["seq"], **parts})


def misspell_at_first(message: dict[str, Any]) -> None:
    """Tell another status while a service is new, and the right one when it was seen."""
    good = answer(message)
    new = {name: {**each, "status": "actve"} for name, each in books["services"].items()}
    if not books.get("seen"):
        good["result"] = {**good["result"], "services": new}
    books["seen"] = not books.get("seen")
    send(good)


def without_notices(message: dict[str, Any]) -> None:
    """Say that there are no notices, where they are asked for."""
    lacks = {"seq": message["seq"], "unsupported": "no notifications"}
    send(lacks if "notifications" in message["of"] else answer(message))


def crash(_message: object) -> None:
    """Say why on stderr, and die."""
    for number in range(30):
        sys.stderr.write(f"line {number}\n")
    sys.stderr.write("out of memory\n")
    sys.exit(3)


def hang(_message: object) -> None:
    """Start a grandchild, tell its id, and sleep, both."""
    grandchild = os.fork()
    if grandchild:
        sys.stderr.write(f"grandchild {grandchild}\n")
        sys.stderr.flush()
    time.sleep(60)


def leave(_message: object) -> None:
    """Start a process that leaves for a session of its own, and whose parent has gone; sleep."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            sys.stderr.write(f"grandchild {os.getpid()}\n")
            sys.stderr.flush()
            time.sleep(60)
        os._exit(0)
    time.sleep(60)


def stop_with(code: int) -> Any:
    """Return a vice that exits with `code` after the answer."""

    def vice(message: dict[str, Any]) -> None:
        send(answer(message))
        sys.exit(code)

    return vice


def after(message: dict[str, Any], text: str) -> None:
    """Answer, then say more."""
    write(json.dumps(answer(message)) + "\n" + text)


def late(message: dict[str, Any]) -> None:
    """Answer, and speak again a little later."""
    send(answer(message))
    time.sleep(0.05)
    write("by the way\n")


def unasked(message: dict[str, Any]) -> None:
    """Answer, and what is asked next has an answer already, to another question."""
    send(answer(message))
    sys.stdin.readline()
    send({"seq": 99, "result": {}})


def wait_for_more(message: dict[str, Any]) -> None:
    """Answer, and what is asked next has two lines, of which the first is for nobody."""
    send(answer(message))
    asked = json.loads(sys.stdin.readline())
    write("by the way\n" + json.dumps(answer(asked)) + "\n")


def linger(message: dict[str, Any]) -> None:
    """Answer, close stdout, and stay."""
    send(answer(message))
    os.close(1)
    time.sleep(60)


def close_stdout(_message: object) -> None:
    """Close stdout instead of answering, and stay."""
    os.close(1)
    time.sleep(60)


def changing(message: dict[str, Any]) -> None:
    """Answer with the seq as a balance: never twice the same."""
    books["balances"]["anna"] = str(message["seq"])
    send(answer(message))


OLD = {"client": "anna", "status": "active", "starts": "2025-08-01T00:00:00"}
LINE = {"kind": "period", "amount": PRICE}

# vice: the type of the message at which it shows, and what is done instead of the good answer.
VICES: dict[str, tuple[str, Any]] = {
    "chatty start": ("start", lambda message: after(message, "ready to serve\n")),
    "crash at start": ("start", crash),
    "error at start": ("start", replace(error="no database")),
    "refusal at start": ("start", replace(refusal={"reason": "closed today"})),
    "other protocol": ("start", amend(protocol=2)),
    "no name": ("start", replace(result={"protocol": 0})),
    "empty name": ("start", amend(name="")),
    "unknown reading": ("start", amend(readings={"overdue_day": "inclusive"})),
    "unknown value": ("start", amend(readings={"overdue_days": "exclusive"})),
    "good reading": ("start", amend(readings={"overdue_days": "started"})),
    "hang at start": ("start", hang),
    "unknown system": ("start", amend(supports={"systems": ["whmcs"]})),
    "misspelt support": (
        "start",
        amend(
            supports={
                "systems": ["Billmanagr"],
                "acts": ["order", "renue"],
                "rules": [
                    "billmanager.renw.*",
                    "provision.*",
                    "billmanager.renew.late-fee.percents",
                ],
            }
        ),
    ),
    "hostbill only": ("start", amend(supports={"systems": ["hostbill"]})),
    "hang": ("clock", hang),
    "leave": ("clock", leave),
    "crash": ("clock", crash),
    "killed": ("clock", lambda _: os.kill(os.getpid(), signal.SIGTERM)),
    "close stdout": ("clock", close_stdout),
    "garbage": ("clock", lambda _: write("settled, thanks\n")),
    "not an object": ("clock", lambda _: write("[]\n")),
    "not text": ("clock", lambda _: os.write(1, b"\xff\xfe\n")),
    "wrong seq": ("clock", lambda _: send({"seq": 99, "result": {"settled": True}})),
    "no seq": ("clock", lambda _: send({"result": {"settled": True}})),
    "no key": ("clock", replace()),
    "two keys": ("clock", replace(result={"settled": True}, error="none")),
    "no field": ("clock", replace(result={})),
    "list": ("open", replace(result=[])),
    "two lines": ("clock", lambda message: after(message, "done\n")),
    "late line": ("open", late),
    "line after close": ("close", wait_for_more),
    "late answer after close": ("close", unasked),
    "answers open twice": ("open", lambda message: after(message, "done\n")),
    "endless": ("clock", lambda _: write("x" * LONG)),
    "long": ("clock", lambda _: write("x" * LONG + "\n")),
    "never settles": ("clock", amend(settled=False)),
    "due before": ("clock", amend(next="2025-07-01T00:00:00+00:00")),
    "naive next": ("clock", amend(next="2025-09-01T00:00:00")),
    "broken": ("clock", replace(error="KeyError: 'anna'")),
    "obliging": ("act", replace(result={})),
    "obliging but mute": ("act", replace(result={"service": ""})),
    "bad refusal": ("act", replace(refusal="no")),
    "refusal": ("act", replace(refusal={"reason": "closed", "rule": "billmanager.tariff.enabled"})),
    "number": ("observe", amend(balances={"anna": 96.9})),
    "signed line": ("observe", amend(ledger=[{**LINE, "amount": "-3.10"}])),
    "misspelt status": ("observe", amend(services={"1": {"client": "anna", "status": "actve"}})),
    "misspelt at first": ("observe", misspell_at_first),
    "status elsewhere": ("observe", amend(services={"1": {"client": "anna", "status": "pending"}})),
    "misspelt kind": ("observe", amend(ledger=[{**LINE, "kind": "perod"}])),
    "naive": ("observe", amend(services={"1": OLD})),
    "more keys": ("observe", amend(ledger=[{**LINE, "colour": "red"}], mood="good")),
    "changing": ("observe", changing),
    "nothing": ("observe", replace(result={})),
    "tells no notices": ("observe", without_notices),
    "exit 7": ("stop", stop_with(7)),
    "after stop": ("stop", late),
    "linger": ("stop", linger),
    "hang at stop": ("stop", hang),
}


def main(vice: str) -> None:
    """Answer until `stop`."""
    where, instead = VICES.get(vice, ("", None))
    if vice == "early":
        write("hello\n")
    for text in sys.stdin:
        message = json.loads(text)
        if message["type"] == where and instead:
            instead(message)
        else:
            send(answer(message))
        if message["type"] == "stop":
            break


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
