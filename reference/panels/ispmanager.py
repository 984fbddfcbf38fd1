"""Provisioning hosting on ispmanager 6: a hosting service is a user made from a preset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from prorata.reference.engine.ports import Account, Grants, PanelFailedError, PanelRefusedError
from prorata.reference.panels import limits
from prorata.reference.panels.ipmanager import give_back, ipmanager
from prorata.reference.panels.wire import Wire, field, having
from prorata.reference.provision import as_idn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from prorata.reference.panels.sending import Sender

__all__ = ["Account", "IspmanagerClient", "PanelFailedError", "PanelRefusedError"]

#: What a client manages of their own: the functions' name, and what belongs to it.
_MANAGED: Final[Mapping[str, str]] = {
    "database": "db",
    "mailbox": "email",
    "ftp user": "ftp.user",
}
#: The user of the server's own sites, who is there before any billing and is no account of one.
_WWW_ROOT: Final = "www-root"
_SWITCHES: Final = {"webdomain": "on", "maildomain": "on"}
_USAGE: Final = {"quota": "disk", "traff": "bandwidth"}


def _wired(domain: str) -> str:
    """Return a domain as IDN; one that has no such form as it is, for the panel to refuse."""
    try:
        return as_idn(domain)
    except ValueError:
        return domain


class IspmanagerClient:
    """A client of one ispmanager, with the login of its administrator.

    `url` is the panel's full address, such as `https://panel.example.com:1500/ispmgr`; `timeout`
    is in seconds, for connecting, sending and each part of the answer. `maximum` is how many users
    the server takes; `addresses` reaches an IPmanager. Every method raises `PanelRefusedError` or
    `PanelFailedError`, and nothing else. An https address is verified.

    >>> client = IspmanagerClient("http://127.0.0.1:1500/ispmgr", "root", "prorata")
    >>> client.close()
    """

    def __init__(
        self,
        url: str,
        login: str,
        password: str,
        *,
        transport: Sender | httpx.BaseTransport | None = None,
        timeout: float = 5.0,
        maximum: int | None = None,
        addresses: Wire | None = None,
        connection_name: str | None = None,
    ) -> None:
        self.connection_name = connection_name
        self._wire = Wire(url, login, password, transport=transport, timeout=timeout)
        self._maximum = maximum
        self._addresses = addresses

    def create(self, account: Account) -> None:
        """Make a user from a preset and, with a domain, its site, all of it or nothing."""
        if self._maximum is not None:
            self._check_room()
        params = {
            "name": account.name,
            "preset": account.preset,
            "passwd": account.password,
            "confirm": account.password,
            **limits.resources(account.grants.resources),
            **self.overrides(account.grants.overrides, new=True),
        }
        if account.mark:
            params["comment"] = account.mark
        if account.domain is not None:
            params["domain"] = _wired(account.domain)
        if self._addresses is not None and "ip" not in params:
            address = ipmanager(self._addresses, account.name)
            params |= {"ip": address} if address else {}
        try:
            self._wire.act("user.add.finish", params)
        except PanelRefusedError:
            self._give_back(account.name)
            raise

    def suspend(self, name: str) -> None:
        """Switch a user off: nobody can log in as it."""
        self._wire.act("user.suspend", {"elid": name})

    def resume(self, name: str) -> None:
        """Switch a user on again."""
        self._wire.act("user.resume", {"elid": name})

    def delete(self, name: str) -> None:
        """Delete a user and all that belongs to it."""
        self._give_back(name)
        self._wire.act("user.delete", {"elid": name})

    def change_preset(self, name: str, preset: str, grants: Grants | None = None) -> None:
        """Give a user the limits of another preset, and over them what is granted apart."""
        over = grants or Grants()
        params = {**limits.resources(over.resources), **self.overrides(over.overrides, new=False)}
        self._wire.act("user.edit", {"elid": name, "preset": preset, **params})
        self._assign(name, over.resources)

    def exists(self, name: str, mark: str = "") -> bool:
        """Return whether the panel has a user of that name, made with that mark if one is named."""
        func = "user.edit"
        try:
            doc = self._wire.call(func, {"elid": name})
        except PanelRefusedError as refusal:
            if (refusal.type, refusal.object) == ("missed", "user"):
                return False
            raise
        if mark and having(doc, "comment", func):
            return bool(field(doc["comment"]) == mark)
        return having(doc, "elid", func)

    def password(self, name: str, password: str) -> None:
        """Change the password with which a user logs in to the panel."""
        self._wire.act("user.edit", {"elid": name, "passwd": password, "confirm": password})

    def login(self, name: str, key: str) -> str:
        """Return a link that logs in as a user, once; the key has at least 16 characters."""
        self._wire.act("session.newkey", {"username": name, "key": key})
        login = {"func": "auth", "username": name, "key": key, "checkcookie": "no"}
        return f"{self._wire.url}?{urlencode(login)}"

    def return_(self, link: str, address: str) -> str:
        """Return a login link that carries where the session goes back to when it ends.

        The documents name no parameter for it: it is `backurl` here, and the panel answers the
        logout (`session.delete`) with that address.
        """
        return f"{link}&{urlencode({'backurl': address})}"

    def domain(self, verb: str, owner: str, name: str, *, by: str) -> None:
        """Make or delete a domain of a user: DNS zone, site and mail domain at once.

        A client acts as their own user, so the panel lets them delete what is theirs only.
        """
        whose, wired = {"su": owner} if by == "client" else {}, _wired(name)
        if verb == "create":
            self._wire.act("webdomain.edit", {"name": wired, "owner": owner, **whose})
        else:
            self._wire.act("domain.delete", {"elid": wired, **_SWITCHES, **whose})

    def manage(self, verb: str, kind: str, owner: str, name: str) -> None:
        """Make or delete a database, a mailbox or an FTP user, as the user whose it is."""
        func = _MANAGED[kind]
        if verb == "create":
            self._wire.act(f"{func}.edit", {"name": name, "su": owner})
        else:
            self._wire.act(f"{func}.delete", {"elid": self._key(func, owner, name), "su": owner})

    def listed(self, kind: str, owner: str) -> tuple[str, ...]:
        """Return the names of the databases, mailboxes, FTP users or domains of a user."""
        func = _MANAGED.get(kind, "domain")
        return tuple(row["name"] for row in self._wire.rows(func, {"su": owner}))

    def usage(self, owner: str) -> Mapping[str, int]:
        """Return the disk space and the bandwidth that a user has taken up, in MiB."""
        rows = self._wire.rows("userstat", {"su": owner})
        return {
            _USAGE[row["name"]]: int(row["usages_used"]) for row in rows if row["name"] in _USAGE
        }

    def connection(self) -> Mapping[str, str]:
        """Test the connection: return as whom billing speaks to the panel, and with what level."""
        func = "whoami"
        user = self._wire.call(func, {}).get("user", {})
        return {"login": str(user.get("$name", "")), "level": str(user.get("$level", ""))}

    def capacity(self, accounts: int) -> str | None:
        """Return why a server with so many accounts takes no other; None where it does."""
        if self._maximum is None or accounts < self._maximum:
            return None
        return f"the server has {accounts} accounts, and takes at most {self._maximum}"

    def presets(self) -> tuple[str, ...]:
        """Return the names of the presets, to choose from."""
        return tuple(row["name"] for row in self._wire.rows("preset"))

    def make_preset(self, name: str) -> None:
        """Make a preset without limits: what is sold as resources stands over it."""
        self._wire.act("preset.edit", {"name": name})

    @staticmethod
    def overrides(fields: Mapping[str, str], *, new: bool) -> dict[str, str]:
        """Return the parameters for the fields of a product that stand over the preset.

        The twelve fields that shared hosting has no use for are left out.
        """
        return limits.overrides(fields, new=new)

    def resources(self, name: str, amounts: Mapping[str, int]) -> None:
        """Set a user's limits and addresses to what was bought."""
        params = limits.resources(amounts)
        if params:
            self._wire.act("user.edit", {"elid": name, **params})
        self._assign(name, amounts)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()
        if self._addresses is not None:
            self._addresses.close()

    def _check_room(self) -> None:
        made = [row for row in self._wire.rows("user") if row.get("name") != _WWW_ROOT]
        full = self.capacity(len(made))
        if full:
            raise PanelRefusedError("limit", "user", full, "user.add.finish")

    def _give_back(self, name: str) -> None:
        if self._addresses is not None:
            give_back(self._addresses, name)

    def _key(self, func: str, owner: str, name: str) -> str:
        """Return the key of a thing by its name: that of a database has its server in it."""
        rows = self._wire.rows(func, {"su": owner})
        return next((row.get("key", name) for row in rows if row["name"] == name), name)

    def _assign(self, name: str, amounts: Mapping[str, int]) -> None:
        """Assign addresses to a user, or take some away, until it has what was bought."""
        wanted = {
            limits.ADDRESSES[what]: n for what, n in amounts.items() if what in limits.ADDRESSES
        }
        if not wanted:
            return
        # Those that are shared with others are no user's own.
        rows = [
            row for row in self._wire.rows("ipaddr", {"su": name}) if row.get("iprole") != "shared"
        ]
        for iptype, amount in wanted.items():
            has = [row["name"] for row in rows if row["iptype"] == iptype]
            for _ in range(amount - len(has)):
                params = {"iprole": "assigned", "owner": name, "iptype": iptype}
                self._wire.act("ipaddr.edit", params)
            for address in has[amount:]:
                self._wire.act("ipaddr.delete", {"elid": address})
