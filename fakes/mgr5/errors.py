"""What a panel says no with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.mgr5.secrets import masked
from prorata.fakes.mgr5.tree import Node

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Mgr5Error",
    "access_denied",
    "already_exists",
    "bad_password",
    "bad_value",
    "missed",
    "no_session",
    "over_limit",
]

# One client compares the text of `exists` letter by letter; another puts the params in place of
# the `__name__`s.
_GROUPS: Mapping[str, str] = {
    "access": "No access to '__object__'. __desc__",
    "auth": "Not authorized. __desc__",
    "exists": "__object__ with '__value__' already exists",
    "limit": "The limit '__object__' is reached: __value__",
    "missed": "__object__ with '__value__' is missing",
    "value": "Field '__object__' has invalid value. __desc__",
}


class Mgr5Error(Exception):
    """An error that the panel answers: its type, the object it is about, the value it dislikes.

    It becomes an answer with HTTP status 200, never a traceback. What it says is the sentence of
    its type with `why` in it, unless `text` is another one. `more` are params beside these, by
    name: clients pass over those that they do not know. One of them, `seed`, is where a seed could
    have allowed what was refused, and is told to people too. An error about nothing names neither
    object nor value.
    """

    def __init__(
        self, kind: str, about: str, value: str = "", why: str = "", text: str = "", **more: str
    ) -> None:
        super().__init__(f"{kind}/{about}")
        self.kind = kind
        self.about = about
        self.value = value
        self.why = why
        self.text = text
        self.more = more

    def node(self) -> Node:
        """Return the `error` element: every part that any known client reads is there."""
        text, why = self._text(), masked(self.why)
        params = []
        if self.about:
            params.append(Node("param", self.about, {"name": "object", "type": "msg"}))
            params.append(Node("param", masked(self.value), {"name": "value"}))
        if why:
            params.append(Node("param", why, {"name": "desc", "type": "msg"}))
        params += [Node("param", more, {"name": name}) for name, more in self.more.items()]
        group = Node("group", self._group())
        about = {"object": self.about} if self.about else {}
        attrs = {"type": self.kind, **about, "lang": "en"}
        return Node("error", "", attrs, [*params, Node("detail", text), group, Node("msg", text)])

    def again(self) -> Mgr5Error:
        """Return the same error, to be raised once more."""
        return Mgr5Error(self.kind, self.about, self.value, self.why, self.text, **self.more)

    def _group(self) -> str:
        """Return the sentence of the type; where it has no place for more, it ends with that."""
        if self.text:
            return self.text
        group = _GROUPS.get(self.kind, "__desc__")
        if not self.why:
            group = group.replace("__desc__", "").rstrip()
        elif "__desc__" not in group:
            group = f"{group}. __desc__"
        return f"{group} (a seed allows it: __seed__)" if "seed" in self.more else group

    def _text(self) -> str:
        if self.text:
            return self.text
        # The value last: it is the client's own text, and may itself read like a placeholder.
        known = self._group().replace("__object__", self.about)
        known = known.replace("__desc__", masked(self.why))
        known = known.replace("__seed__", self.more.get("seed", ""))
        return known.replace("__value__", masked(self.value)).strip()


def bad_password(address: str) -> Mgr5Error:
    """Wrong login or password, from this remote address."""
    # The blank at the end is the vendor's: there are clients that compare the whole.
    text = "Invalid username or password "
    return Mgr5Error("auth", "badpassword", f"remote_addr: [{address}]", text=text)


def no_session(why: str) -> Mgr5Error:
    """No credentials, or a session that is over. The documents name the type only."""
    return Mgr5Error("auth", "session", "", why)


def access_denied(
    about: str, why: str = "Your account is not allowed to use it", **more: str
) -> Mgr5Error:
    """The caller may not call this function."""
    return Mgr5Error("access", about, "", why, **more)


def bad_value(field: str, value: str, why: str, **more: str) -> Mgr5Error:
    """A parameter is absent or outside of what its declaration allows."""
    return Mgr5Error("value", field, value, why, **more)


def missed(about: str, value: str, **more: str) -> Mgr5Error:
    """There is no such user, preset or function."""
    return Mgr5Error("missed", about, value, **more)


def already_exists(about: str, value: str) -> Mgr5Error:
    """The name is taken."""
    return Mgr5Error("exists", about, value)


def over_limit(limit: str, value: str, **more: str) -> Mgr5Error:
    """A user has as many as the limit allows. The documents name no type for it."""
    return Mgr5Error("limit", limit, value, **more)
