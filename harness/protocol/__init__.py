"""The protocol: the JSON lines between the harness and an implementation.

>>> from prorata.harness.protocol import decode
>>> decode(b'{"seq":3,"type":"clock","to":"2025-09-01T00:00:00+00:00"}').to.isoformat()
'2025-09-01T00:00:00+00:00'
"""

from importlib import import_module
from typing import TYPE_CHECKING

from prorata.harness.protocol.answers import Answer, Failed, Lacking, RefusedAct, Result
from prorata.harness.protocol.bodies import (
    BODIES,
    Body,
    Done,
    LedgerLine,
    ListedTariff,
    Nothing,
    Observation,
    ObservedInvoice,
    ObservedInvoiceLine,
    ObservedNotification,
    ObservedService,
    Quoted,
    QuotedLine,
    Settled,
    Started,
    Supports,
    unknown_keys,
)
from prorata.harness.protocol.requests import (
    Advance,
    Close,
    Observe,
    Open,
    OpeningClient,
    PanelAccess,
    Perform,
    Quote,
    Request,
    Start,
    Stop,
)
from prorata.harness.protocol.schemas import schemas
from prorata.harness.protocol.words import OLDEST, PROTOCOL

if TYPE_CHECKING:
    from prorata.harness.protocol.codec import (
        ToldBefore,
        decode,
        decode_answer,
        encode,
        encode_answer,
    )
    from prorata.harness.protocol.problems import FieldProblem, MalformedError

__all__ = [
    "BODIES",
    "OLDEST",
    "PROTOCOL",
    "Advance",
    "Answer",
    "Body",
    "Close",
    "Done",
    "Failed",
    "FieldProblem",
    "Lacking",
    "LedgerLine",
    "ListedTariff",
    "MalformedError",
    "Nothing",
    "Observation",
    "Observe",
    "ObservedInvoice",
    "ObservedInvoiceLine",
    "ObservedNotification",
    "ObservedService",
    "Open",
    "OpeningClient",
    "PanelAccess",
    "Perform",
    "Quote",
    "Quoted",
    "QuotedLine",
    "RefusedAct",
    "Request",
    "Result",
    "Settled",
    "Start",
    "Started",
    "Stop",
    "Supports",
    "ToldBefore",
    "decode",
    "decode_answer",
    "encode",
    "encode_answer",
    "schemas",
    "unknown_keys",
]

# Only for what goes over a wire: in process, requests and answers stay what they are.
_HOMES = {
    "MalformedError": "problems",
    "FieldProblem": "problems",
    "ToldBefore": "codec",
    "decode": "codec",
    "decode_answer": "codec",
    "encode": "codec",
    "encode_answer": "codec",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
