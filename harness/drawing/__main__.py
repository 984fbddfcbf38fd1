"""Draw a scenario: ``python -m prorata.harness.drawing SCENARIO [FILE.svg]``."""

from __future__ import annotations

import sys
from pathlib import Path

from prorata.harness.drawing import drawn, svg, text
from prorata.harness.running.selection import select

__all__ = ["main"]


def main(scenario: str, file: str = "") -> None:
    """Write the picture of a bundled scenario or a file; without `file` print it as text."""
    (found,) = select([scenario])
    rows = drawn(found)
    if file:
        Path(file).write_text(svg(found, rows), encoding="utf-8")
    else:
        sys.stdout.writelines(f"{line}\n" for line in text(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
