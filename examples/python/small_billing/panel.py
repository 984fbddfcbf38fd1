"""Provisioning: a hosting service is a user of an ispmanager, made from a preset."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

from prorata.harness import Refused, Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.implementations import PanelLogin
    from small_billing.model import Service

__all__ = ["LIMITS", "Ispmanager", "refuse_names"]

#: What a user may have of each resource that is sold; ispmanager counts traffic in MiB, not GiB.
LIMITS = {
    "databases": ("limit_db", 1),
    "disk": ("limit_quota", 1),
    "web domains": ("limit_webdomains", 1),
    "domains": ("limit_domains", 1),
    "mail domains": ("limit_emaildomains", 1),
    "CPU load": ("limit_lve_cpu", 1),
    "RAM": ("limit_memory", 1),
    "mailboxes": ("limit_emails", 1),
    "CPU time": ("limit_cpu", 1),
    "traffic": ("limit_traff", 1024),
}
# Once for all billings: from Python 3.12 on an opener reads the authorities' certificates.
_OPENER = build_opener(ProxyHandler({}))
_LOGIN = re.compile(r"[!-~]+")
_NEVER = set(",:/")


def refuse_names(login: str, domain: str) -> None:
    """Refuse a login or a domain that no panel takes, before anything is charged."""
    rule, labels = "provision.ispmanager.create", domain.split(".")
    if not _LOGIN.fullmatch(login) or _NEVER & set(login):
        raise Refused(f"{login!r} is no login", rule)
    plain = domain.isprintable() and " " not in domain and not _NEVER & set(domain)
    if len(labels) == 1 or not all(labels) or not plain or _idn(domain) is None:
        raise Refused(f"{domain!r} is no domain", rule)


def _idn(domain: str) -> str | None:
    """Return a domain as it is sent, other letters than Latin as IDN; None where it has none."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return None


def _limits(amounts: Mapping[str, int]) -> dict[str, str]:
    sold = {item: LIMITS[item] for item in amounts}
    return {name: str(amounts[item] * units) for item, (name, units) in sold.items()}


class Ispmanager:
    """The panel over HTTP. What it refuses is an error, which the harness shows."""

    def __init__(self, panel: PanelLogin | None) -> None:
        self._panel = panel

    def create(self, service: Service, preset: str, amounts: Mapping[str, int]) -> None:
        """Make a user from a preset, without the domain where somebody has that already.

        What is granted of resources stands over the preset from the beginning.
        """
        password = sha256(f"{service.number} {service.user}".encode()).hexdigest()[:16]
        user = {"name": service.user, "preset": preset, "passwd": password, **_limits(amounts)}
        taken = self._ask("user.add.finish", **user, domain=_idn(service.domain) or "")
        if taken == "name":
            taken = self._ask("user.add.finish", **user)
        if taken:
            reason = "another login where one is taken: planned"
            raise Unsupported(reason)

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

    def set_limits(self, service: Service, amounts: Mapping[str, int]) -> None:
        """Give the user what was bought of resources, over the limits of the preset."""
        if amounts:
            self._ask("user.edit", elid=service.user, **_limits(amounts))

    def _ask(self, func: str, **params: str) -> str | None:
        """Call a function; return what it says is there already, if anything."""
        if self._panel is None:  # smoke looks at manners alone, and has no panels
            return None
        authinfo = f"{self._panel.login}:{self._panel.password}"
        form = {"func": func, "out": "json", "authinfo": authinfo, "sok": "ok", **params}
        try:
            with _OPENER.open(self._panel.url, urlencode(form).encode(), timeout=5) as answer:
                error = json.load(answer)["doc"].get("error")
        except (OSError, HTTPException, ValueError) as silence:
            reason = "trying again what the panel did not answer: planned"
            raise Unsupported(reason) from silence
        if error and error["$type"] != "exists":
            reason = "trying again what the panel refused: planned"
            raise Unsupported(reason)
        return error["$object"] if error else None
