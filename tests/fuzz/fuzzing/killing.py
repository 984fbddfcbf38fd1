"""Who changes panels while their server is killed, and what must be there after it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

__all__ = ["Orders", "Sets", "Users", "Writer"]

_SEVERAL = 3
_EACH = {"out": "json", "sok": "ok"}


class Writer(ABC):
    """Makes one change after another. `stands` is what it was told of, `next` what it asks for.

    After a kill its part of the panels looks like the one or the other.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.stands: Any = {}
        self.next: Any = {}
        self.acknowledged = 0
        self.made = 0

    def write(self, base: Mapping[str, str]) -> None:
        """Change something until nobody answers any more; `base` has the panels' addresses."""
        with httpx.Client(trust_env=False, timeout=20) as client:
            while True:
                self.made += 1
                ask = self.change(base)
                try:
                    answer = client.post(**ask)
                except httpx.TransportError:
                    return
                assert 200 == answer.status_code, answer.text
                assert "error" not in answer.json().get("doc", {}), answer.text
                self.stands = self.next
                self.acknowledged += 1

    @abstractmethod
    def change(self, base: Mapping[str, str]) -> dict[str, Any]:
        """Set `next`; return the request that brings it about."""

    @abstractmethod
    def seen(self, dumps: Mapping[str, Any]) -> Any:
        """Return its part of what every set holds, by the name of the set."""

    def check(self, dumps: Mapping[str, Any]) -> None:
        """Fail where something is lost, or nobody asked for it; go on from what is there."""
        seen = self.seen(dumps)
        assert seen in (self.stands, self.next), (seen, self.stands, self.next)
        self.stands = self.next = seen


class Users(Writer):
    """Makes users of ispmanager, and gives them comments."""

    def change(self, base: Mapping[str, str]) -> dict[str, Any]:
        """Make a user, or change one."""
        form = {"func": "user.edit", "authinfo": "root:prorata", **_EACH}
        if self.stands and self.random.random() < 0.5:
            name = self.random.choice(sorted(self.stands))
            form["elid"] = name
        else:
            name = f"a{self.made}"
            form |= {"name": name, "passwd": "secret"}
        self.next = {**self.stands, name: f"the {self.made}th"}
        return {"url": base["ispmanager"], "data": {**form, "comment": self.next[name]}}

    def seen(self, dumps: Mapping[str, Any]) -> Any:
        """Return the comment of each of its users."""
        users = dumps[""]["ispmanager"]["users"]
        return {name: user["comment"] for name, user in users.items() if name[0] == "a"}


class Orders(Writer):
    """Orders hosting of BILLmanager, which makes a user of ispmanager for it."""

    def change(self, base: Mapping[str, str]) -> dict[str, Any]:
        """Order for another domain."""
        domain = f"b{self.made}.example.com"
        self.next = {**self.stands, domain: "active"}
        form = {"func": "v2.vhost.order.param", "authinfo": "anna:prorata", **_EACH}
        form |= {"pricelist": "1", "order_period": "1", "skipbasket": "on", "domain": domain}
        return {"url": base["billmanager"], "data": form}

    def seen(self, dumps: Mapping[str, Any]) -> Any:
        """Return the status of the service of each domain, whose user must be there."""
        services = dumps[""]["billmanager"]["services"].values()
        assert {each["user"] for each in services} <= dumps[""]["ispmanager"]["users"].keys()
        return {each["domain"]: each["status"] for each in services}


class Sets(Writer):
    """Moves time, makes forks and drops them; in a fork makes users, snapshots, and goes back.

    A fork stands as its users, and its snapshots with theirs.
    """

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.stands = self.next = {"seconds": 0}

    def change(self, base: Mapping[str, str]) -> dict[str, Any]:
        """Do one of these things."""
        forks = [name for name in self.stands if name != "seconds"]
        if len(forks) < _SEVERAL or self.random.random() < 0.1:
            return self.random.choice((self._advance, self._fork))(base)
        name = self.random.choice(forks)
        users, snapshots = self.stands[name]
        does = [self._user, self._user, self._snapshot, self._drop]
        if snapshots:
            does.append(self._restore)
        return self.random.choice(does)(base, name, users, snapshots)

    def _control(self, base: Mapping[str, str], function: str, **fields: Any) -> dict[str, Any]:
        return {"url": f"{base['control']}/_prorata/{function}", "json": fields}

    def _advance(self, base: Mapping[str, str]) -> dict[str, Any]:
        self.next = {**self.stands, "seconds": self.stands["seconds"] + 1}
        return self._control(base, "advance", seconds=1)

    def _fork(self, base: Mapping[str, str]) -> dict[str, Any]:
        name = f"f{self.made}"
        self.next = {**self.stands, name: ([], {})}
        return self._control(base, "fork", name=name)

    def _drop(self, base: Mapping[str, str], name: str, *_: Any) -> dict[str, Any]:
        self.next = {fork: stands for fork, stands in self.stands.items() if fork != name}
        return self._control(base, "drop", name=name)

    def _user(
        self, base: Mapping[str, str], name: str, users: list[str], snapshots: Any
    ) -> dict[str, Any]:
        made = f"c{self.made}"
        self.next = {**self.stands, name: ([*users, made], snapshots)}
        form = {"func": "user.edit", "authinfo": "root:prorata", "name": made, "passwd": "s"}
        return {"url": f"{base['control']}/{name}/ispmgr", "data": {**form, **_EACH}}

    def _snapshot(
        self, base: Mapping[str, str], name: str, users: list[str], snapshots: Any
    ) -> dict[str, Any]:
        taken = self.random.choice("xyz")
        self.next = {**self.stands, name: (users, {**snapshots, taken: users})}
        return self._control({"control": f"{base['control']}/{name}"}, "snapshot", name=taken)

    def _restore(
        self, base: Mapping[str, str], name: str, _users: list[str], snapshots: Any
    ) -> dict[str, Any]:
        taken = self.random.choice(sorted(snapshots))
        self.next = {**self.stands, name: (snapshots[taken], snapshots)}
        return self._control({"control": f"{base['control']}/{name}"}, "restore", name=taken)

    def seen(self, dumps: Mapping[str, Any]) -> Any:
        """Return the seconds that went by, and how each fork stands."""
        forks = {
            name: (
                [user for user in held["ispmanager"]["users"] if user[0] == "c"],
                {
                    taken: [user for user in users if user[0] == "c"]
                    for taken, users in held["snapshots"].items()
                },
            )
            for name, held in dumps.items()
            if name
        }
        return {"seconds": dumps[""]["seconds"], **forks}
