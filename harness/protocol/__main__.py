"""Print the JSON Schemas: ``python -m prorata.harness.protocol docs/protocol-schemas``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from prorata.harness.protocol.schemas import schemas

__all__ = ["write"]


def write(folder: Path) -> None:
    """Write each schema to ``NAME.json``."""
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
