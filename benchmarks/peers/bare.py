"""A Starlette application with one route, which writes one document by orjson: ``PORT [FILE]``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

PORT, FILE = sys.argv[1], sys.argv[2:]
DOCUMENT = orjson.loads(Path(FILE[0]).read_bytes()) if FILE else {}


async def users(_request: Request) -> Response:
    """Answer the document."""
    return Response(orjson.dumps(DOCUMENT), media_type="application/json")


uvicorn.run(
    Starlette(routes=[Route("/ispmgr", users)]),
    host="127.0.0.1",
    port=int(PORT),
    http="httptools",
    loop="uvloop",
    ws="none",
    lifespan="off",
    log_level="critical",
    access_log=False,
)
