"""What is done on the panel for a service: password, login, domains, databases, mail and FTP."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from prorata.reference import provision
from prorata.reference.engine.ports import PanelFailedError, PanelRefusedError
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

    Active = Callable[[Turn, Service], Refusal | None]

__all__ = ["import_presets", "nameable", "no_room", "panel_acts"]

#: Where the client area of this billing would answer: a session on the panel goes back there.
_HOME: Final = "https://billing.example.com/billmgr"
_HAVE_ACCOUNTS: Final = frozenset({"processing", "active", "suspended"})


@dataclass(frozen=True, slots=True)
class _Acts:
    """The acts on a panel; `active` refuses them for a service that is not active."""

    active: Active

    def _of(self, turn: Turn, service: str) -> tuple[Service, Refusal | None]:
        found = turn.book.services[int(service)]
        return found, self.active(turn, found)

    def set_password(self, turn: Turn, /, *, service: str, password: str = "") -> Refusal | None:
        """Give the user on the panel another password, made up where none is named."""
        changed, refusal = self._of(turn, service)
        refusal = refusal or turn.rule(provision.password_taken, password=password)
        if refusal is None:
            turn.panel("password", changed, password or _secret(turn, changed, "password"))
        return refusal

    def open_panel(self, turn: Turn, /, *, service: str) -> Refusal | None:
        """Answer a link that logs in on the panel, once, and leads back when the session ends."""
        opened, refusal = self._of(turn, service)
        if refusal is not None:
            return refusal
        key = _secret(turn, opened, "key")

        def link() -> None:
            url = turn.port.login(opened.user, key)
            home = f"{_HOME}?func=vhost&elid={opened.number}"
            turn.answer["url"] = turn.port.return_(url, home)

        return _at_once("provision.ispmanager.login", link)

    def create_on_panel(
        self, turn: Turn, /, *, service: str, what: str, name: str, by: str = "client"
    ) -> Refusal | None:
        """Make a domain, database, mailbox or FTP user for a service."""
        return self._manage(turn, ("create", what, name), service, by)

    def delete_on_panel(
        self, turn: Turn, /, *, service: str, what: str, name: str, by: str = "client"
    ) -> Refusal | None:
        """Delete a domain, database, mailbox or FTP user of a service."""
        return self._manage(turn, ("delete", what, name), service, by)

    def _manage(
        self, turn: Turn, wish: tuple[str, str, str], service: str, by: str
    ) -> Refusal | None:
        (verb, what, name), (owner, refusal) = wish, self._of(turn, service)
        if refusal is not None:
            return refusal
        if what == "domain":
            return _at_once(
                "provision.ispmanager.domain",
                lambda: turn.port.domain(verb, owner.user, name, by=by),
            )
        return _at_once(
            "provision.ispmanager.manage", lambda: turn.port.manage(verb, what, owner.user, name)
        )

    def show_on_panel(self, turn: Turn, /, *, service: str, what: str) -> Refusal | None:
        """Answer what a service has of a kind, its login details, or its usage in MiB."""
        shown, refusal = self._of(turn, service)
        if refusal is not None:
            return refusal

        def show() -> None:
            if what == "login details":
                domain = {"domain": shown.domain} if shown.domain else {}
                turn.answer["shown"] = {"user": shown.user, **domain}
            elif what == "usage":
                used = turn.port.usage(shown.user)
                turn.answer["shown"] = {name: str(amount) for name, amount in used.items()}
            else:
                turn.answer["shown"] = dict.fromkeys(turn.port.listed(what, shown.user), what)

        return _at_once("provision.ispmanager.manage", show)


def test_connection(turn: Turn, /) -> Refusal | None:
    """Answer as whom the panel knows this billing, and that it is reached."""

    def ask() -> None:
        turn.answer["shown"] = {"status": "Success", **turn.port.connection()}

    return _at_once("provision.ispmanager.connection", ask)


def import_presets(turn: Turn, /) -> Refusal | None:
    """Answer the presets that a tariff or product can be given."""

    def ask() -> None:
        turn.answer["shown"] = dict.fromkeys(turn.port.presets(), "preset")

    return _at_once("provision.ispmanager.presets", ask)


def no_room(turn: Turn, more: int, template: str = "") -> Refusal | None:
    """Refuse services that the server has no room for, beside the accounts it has.

    Services that have no account there need no room: licences, told by the `template` of the names
    of their users.
    """
    hosts = getattr(turn.port, "hosts", _every)
    if not hosts(template):
        return None
    services = turn.book.services
    # Where there is room beside all that were ever ordered, the accounts need no counting.
    if turn.port.capacity(len(services) + more - 1) is None:
        return None
    has = sum(
        service.status in _HAVE_ACCOUNTS and _is_there(service) and hosts(service.user)
        for service in services.values()
    )
    return turn.rule(provision.room, full=turn.port.capacity(has + more - 1))


def _is_there(service: Service) -> bool:
    """Tell whether a service is something on the panel: an addon and a bought licence are not."""
    return service.has_account and service.resold is None


def nameable(turn: Turn, service: Service) -> Refusal | None:
    """Refuse a service whose login or domain no panel can take."""
    return turn.rule(provision.login_taken, login=service.user) or turn.rule(
        provision.domain_taken, domain=service.domain
    )


def _every(_name: str) -> bool:
    """Tell that a user has an account on the panel, where all of them do."""
    return True


def _secret(turn: Turn, service: Service, what: str) -> str:
    """Make up a secret of 32 characters, another one each time and the same in every run."""
    number = turn.number(what)
    return sha256(f"{what} {number} of {service.number}".encode()).hexdigest()[:32]


def _at_once(rule: str, do: Callable[[], None]) -> Refusal | None:
    """Ask the panel while the client waits: what it refuses is refused."""
    try:
        do()
    except PanelRefusedError as error:
        return Refusal(rule, error.message or str(error))
    except PanelFailedError as error:
        return Refusal(rule, f"the panel does not answer: {error}")
    return None


def panel_acts(active: Active) -> Mapping[str, Callable[..., Refusal | None]]:
    """Return the acts that every billing has; `active` refuses a service that is not active."""
    acts = _Acts(active)
    return {
        "set_password": acts.set_password,
        "open_panel": acts.open_panel,
        "create_on_panel": acts.create_on_panel,
        "delete_on_panel": acts.delete_on_panel,
        "show_on_panel": acts.show_on_panel,
        "test_connection": test_connection,
        "import_presets": import_presets,
    }
