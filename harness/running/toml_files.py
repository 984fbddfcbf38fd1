"""Reading a TOML file that people write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.fakes.bounded import read_bounded
from prorata.harness.scenario.broken import other_encoding

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["TomlError", "read_toml"]


class TomlError(ValueError):
    """A file that cannot be read as TOML; its text names the file and the place."""


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of a file, and what it says; raise `TomlError`.

    A mark of the order of bytes, which editors put before UTF-8, is let pass.
    """
    import tomllib

    try:
        data = read_bounded(path)
    except OSError as error:
        raise TomlError(f"{path}: {error.strerror}") from None
    try:
        text = data.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        said = f"byte 0x{data[error.start]:02x} is not UTF-8 (at line {line})"
        raise TomlError(f"{path}: {said}{other_encoding(data)}") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise TomlError(f"{path}: {error}") from None
