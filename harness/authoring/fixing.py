"""`prorata check --fix`: a file as it is meant to be written, and all else of it as it is."""

from __future__ import annotations

from prorata.harness.authoring.commenting import commented
from prorata.harness.authoring.ordering import ordered
from prorata.harness.authoring.quoting import quoted
from prorata.harness.authoring.text import SourceText
from prorata.harness.scenario import ScenarioErrors

__all__ = ["fixed"]


def fixed(data: bytes, file: str) -> bytes:
    """Return the bytes of a scenario file with what can be mended; as they are where it is none.

    Amounts are quoted, keys are in their order, and lines with expected amounts have a comment
    with the sum where the reference comes to what they expect.
    """
    try:
        text = data.decode()
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        source = SourceText(text.removeprefix(mark))
    except (UnicodeDecodeError, ScenarioErrors):
        return data  # what is wrong is told by the check
    return (mark + commented(ordered(quoted(source)), file).text).encode()
