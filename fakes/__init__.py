"""Panels that a billing talks to: ispmanager and BILLmanager over mgr5, in process or on a socket.

>>> from prorata.fakes import Ispmanager, listen, serve, transport
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.lazy import lazily

if TYPE_CHECKING:
    from prorata.fakes.billmanager import Billmanager
    from prorata.fakes.control import Panels, serve
    from prorata.fakes.inprocess import transport
    from prorata.fakes.ispmanager import Ispmanager
    from prorata.fakes.mounting import mount
    from prorata.fakes.serving import Served, listen

__all__ = [
    "Billmanager",
    "Ispmanager",
    "Panels",
    "Served",
    "listen",
    "mount",
    "serve",
    "transport",
]

# Looked up when asked for: a panel alone needs neither httpx nor httptools. No module here is
# called as one of these names, since importing it would put the module in the name's place.
_HOMES = {
    "Billmanager": "billmanager",
    "Ispmanager": "ispmanager",
    "Panels": "control",
    "Served": "serving",
    "listen": "serving",
    "mount": "mounting",
    "serve": "control",
    "transport": "inprocess",
}

__getattr__ = lazily(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
