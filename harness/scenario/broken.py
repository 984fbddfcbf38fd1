"""What the YAML library says about a broken file, in words for a person from billing."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from yaml import MarkedYAMLError, YAMLError

from prorata.harness.scenario.places import Place
from prorata.harness.scenario.problems import Problem

__all__ = ["broken", "undecodable", "unprintable"]

# What the parsers say (libyaml's and the pure one's wording) to what is the matter.
_SAID = {
    "mapping values are not allowed": 'a ":" too many on this line; quote a text with ": " in it',
    "could not find expected ':'": 'expected ":" after a key',
    "unexpected end of stream": "a quote that is never closed",
    "cannot start any token": "a character that no text begins with; quote the text",
    "unexpected ':'": 'a ":" without a space after it',
    "unknown escape character": "a backslash in double quotes; use single quotes",
    "block sequence entries are not allowed": 'a "-" out of place',
    "expected ',' or '}'": 'expected "," or "}": a mapping in braces is not closed',
    "expected ',' or ']'": 'expected "," or "]": a list in brackets is not closed',
    "expected '-' indicator": 'expected "-": this line is not indented like the list it is in',
    "expected key": "expected a key: this line is not indented like the lines above it",
    "expected <block end>": "this line is not indented like the lines above it",
    "expected node content": "expected a value",
    "expected <document start>": "nothing may follow here",
    "undefined tag handle": "tags are not used in scenarios; quote the text",
}
_UNPRINTABLE = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def broken(file: str, error: YAMLError | ValueError) -> Problem:
    """Turn the library's message into ours, at the place where something begins to be wrong."""
    if not isinstance(error, MarkedYAMLError):
        return Problem(Place(file), "this is not YAML")
    said = error.problem or "it cannot be read"
    ours = next((ours for part, ours in _SAID.items() if part in said), f"this is not YAML: {said}")
    # An unclosed quote is found at the end of the file, and corrected where it begins.
    begins = error.context_mark if "end of stream" in said else None
    mark = begins or error.problem_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    return Problem(place, ours)


def undecodable(file: str, data: bytes, error: UnicodeDecodeError) -> Problem:
    """Say which byte is no UTF-8."""
    before = data[: error.start].decode("utf-8", "replace")
    said = f"byte 0x{data[error.start]:02x} is not UTF-8{other_encoding(data)}"
    return Problem(_place(file, before), said)


def other_encoding(data: bytes) -> str:
    """Say which encoding a file has in place of UTF-8, where its first bytes tell; else nothing."""
    marked = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return "; the file is UTF-16: save it as UTF-8" if marked else ""


def unprintable(file: str, text: str) -> Problem | None:
    """Find the first tab or control character."""
    found = _UNPRINTABLE.search(text)
    if not found:
        return None
    what = "a tab; scenarios are written with spaces"
    other = f"character U+{ord(found[0]):04X} cannot be in a scenario"
    return Problem(_place(file, text[: found.start()]), what if found[0] == "\t" else other)


def _place(file: str, before: str) -> Place:
    return Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
