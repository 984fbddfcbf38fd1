"""What nobody is shown again: passwords, keys and tokens, by their names and inside texts."""

from __future__ import annotations

import json
import re
from typing import Any, Final

__all__ = ["HIDDEN", "beginning", "is_secret", "masked", "without_login"]

HIDDEN: Final = "***"

#: The words that a name of a secret has somewhere in it, and whole names.
_WORDS: Final = "pass|pwd|secret|token|credential|authoriz|(?:api|private|ssl)[_.-]?key"
_SECRET = re.compile(rf"auth|authinfo|confirm|.*(?:{_WORDS}).*|(?:.*[_.-])?key", re.IGNORECASE)
#: Without one of these a text has nothing to hide.
_HINTS: Final = ("auth", "confirm", "pass", "pwd", "secret", "token", "credential", "key")
_NAME: Final = r"[\w.-]{1,128}"
#: How a name and its value stand in a text: as an element and an attribute of XML, as a member of
#: JSON, and as a form or a line.
_PLACES: Final = (
    re.compile(rf"(<({_NAME})(?:\s[^<>]*)?>)([^<]+)"),
    re.compile(rf"((?<![\w.-])({_NAME})\s{{0,4}}=\s{{0,4}}[\"'])([^\"'<>]*)"),
    re.compile(rf'("\$?({_NAME})"\s*:\s*(?:\{{[^{{}}]*?"\$"\s*:\s*)?")((?:[^"\\]|\\.)*)'),
    re.compile(rf"((?<![\w.-])({_NAME})=)([^&\n\"'<]*?)(?=\s{_NAME}=|[&\n\"'<]|$)"),
)
#: A header in a text: the rest of its line is hidden.
_HEADER = re.compile(r"(authorization[ \t]{0,4}:[ \t]{0,4})([^\n\"'<]+)", re.IGNORECASE)
#: The login in front of an address. A password that has a slash in it is no part of one.
_LOGIN = re.compile(r"//[^\s/?#\"'<>]*@")
#: What parts an address from its parameters, and these from each other, in XML too.
_PARTS: Final = ("?", "&", ";")
#: What is longer is hidden whole: to look through millions of bytes would hold up other calls.
_LONGEST: Final = 64 * 1024


def is_secret(name: str) -> bool:
    """Tell whether what stands under a name is shown to nobody.

    >>> [is_secret(name) for name in ("passwd", "sslkey", "X-Api-Key", "rkey", "name")]
    [True, True, True, False, False]
    """
    return _SECRET.fullmatch(name) is not None


def masked(text: str, *, keys: bool = True) -> str:
    """Return a text without the secrets in it: values under secret names, logins in addresses.

    Without `keys` what is just called ``key`` stays, but in addresses: in a list that is what a row
    is called by.

    >>> masked('see http://anna:pw@example.com/?apikey=1&page=2, {"pwd": "x"}')
    'see http://***@example.com/?apikey=***&page=2, {"pwd": "***"}'
    """
    if len(text) > _LONGEST:
        return HIDDEN
    known = text.lower()
    login, hint = "//" in text and "@" in text, any(word in known for word in _HINTS)
    if not (login or hint):
        return text
    text = _LOGIN.sub(f"//{HIDDEN}@", text) if login else text
    if not hint:
        return text
    text = _in_json(text) if keys and text[0] in "[{" else text
    hide = _hidden if keys else _hidden_but_keys
    for place in _PLACES:
        text = place.sub(hide, text)
    return _HEADER.sub(rf"\1{HIDDEN}", text)


def beginning(text: str, most: int, *, keys: bool = True) -> str:
    """Return the first `most` characters of a text, less the secrets in them.

    A word that is cut in its middle is left out where it may be half of a secret.
    """
    start = text[:most]
    if len(text) > most:
        whole = max(map(start.rfind, "\"'<>\n ")) + 1
        start = start[:whole] if any(sign in start[whole:] for sign in ("//", "=")) else start
    return masked(start, keys=keys)


def without_login(url: str) -> str:
    """Return an address that leads to the same place without the login in it."""
    return _LOGIN.sub("//", url, count=1)


def _in_json(text: str) -> str:
    """Return a text that is JSON with whatever stands under secret names hidden, lists too."""
    try:
        value = json.loads(text)
        kept = _without_secrets(value)
    except (ValueError, RecursionError):
        return text
    return text if kept == value else json.dumps(kept, ensure_ascii=False)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: HIDDEN if held and is_secret(name) else _without_secrets(held)
            for name, held in value.items()
        }
    return [*map(_without_secrets, value)] if isinstance(value, list) else value


def _hidden(found: re.Match[str]) -> str:
    return f"{found[1]}{HIDDEN}" if found[3] and is_secret(found[2]) else found[0]


def _hidden_but_keys(found: re.Match[str]) -> str:
    in_address = found.string[max(found.start() - 1, 0) : found.start()] in _PARTS
    return _hidden(found) if in_address or found[2] != "key" else found[0]
