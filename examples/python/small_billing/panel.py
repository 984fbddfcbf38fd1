"""Provisioning: a hosting service is a user of an ispmanager, made from a preset."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

if TYPE_CHECKING:
    from prorata.harness.implementations import Panel
    from small_billing.model import Service

__all__ = ["Ispmanager"]

# Once for all billings: from Python 3.12 on an opener reads the authorities' certificates.
_OPENER = build_opener(ProxyHandler({}))


class Ispmanager:
    """The panel over HTTP. What it does not do is an error, which the harness shows."""

    def __init__(self, panel: Panel | None) -> None:
        self._panel = panel

    def create(self, service: Service, preset: str) -> None:
        """Make a user from a preset, without the domain where somebody has that already."""
        password = sha256(f"{service.number} {service.user}".encode()).hexdigest()[:16]
        user = {"name": service.user, "preset": preset, "passwd": password}
        taken = self._ask("user.add.finish", **user, domain=service.domain)
        if taken == "name":
            taken = self._ask("user.add.finish", **user)
        if taken:
            message = f"user.add.finish: {service.user} exists already"
            raise RuntimeError(message)

    def suspend(self, service: Service) -> None:
        """Switch the user off."""
        self._ask("user.suspend", elid=service.user)

    def resume(self, service: Service) -> None:
        """Switch the user on."""
        self._ask("user.resume", elid=service.user)

    def delete(self, service: Service) -> None:
        """Delete the user with all that is theirs."""
        self._ask("user.delete", elid=service.user)

    def change_preset(self, service: Service, preset: str) -> None:
        """Give the user the limits of another preset."""
        self._ask("user.edit", elid=service.user, preset=preset)

    def _ask(self, func: str, **params: str) -> str | None:
        """Call a function; return what it says is there already, if anything."""
        if self._panel is None:  # smoke looks at manners alone, and has no panels
            return None
        authinfo = f"{self._panel.login}:{self._panel.password}"
        form = {"func": func, "out": "json", "authinfo": authinfo, "sok": "ok", **params}
        with _OPENER.open(self._panel.url, urlencode(form).encode(), timeout=5) as answer:
            error = json.load(answer)["doc"].get("error")
        if error and error["$type"] != "exists":
            message = f"{func}: {error['msg']['$']}"
            raise RuntimeError(message)
        return error["$object"] if error else None
