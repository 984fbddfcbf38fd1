"""Write the page of the contradictions: ``python -m prorata.harness.tracing docs``."""

from __future__ import annotations

from pathlib import Path

import click

from prorata.harness.tracing import contradictions_page
from prorata.harness.tracing.disagreeing import contradictions

__all__ = ["main"]


@click.command("prorata.harness.tracing")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Write contradictions.md and its pictures into FOLDER, which is docs."""
    files = {
        "contradictions.md": contradictions_page.page(),
        **{
            f"pictures/contradiction-{each.name}.svg": contradictions_page.picture(each)
            for each in contradictions()
        },
    }
    for name, text in files.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
