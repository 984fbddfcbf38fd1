"""Takes the pictures of docs/reports.md: ``python tests/browser/pictures.py PAGE.html FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

#: Each picture: its name, the theme, the size of the window, and what is looked at.
PICTURES = (
    ("report-light.png", "light", (1060, 760), "header"),
    ("report-drawing.png", "light", (1060, 640), "details.s.fail"),
    ("report-dark-phone.png", "dark", (390, 780), "details.s.fail"),
)


def main(page: Path, folder: Path) -> None:
    """Take them all of one page."""
    with sync_playwright() as playwright:
        path = "/usr/bin/chromium-headless-shell"
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, theme, (width, height), looked_at in PICTURES:
            size = {"width": width, "height": height}
            shown = browser.new_page(viewport=size, color_scheme=theme)
            shown.goto(page.absolute().as_uri())
            shown.locator(looked_at).first.evaluate("(each) => each.scrollIntoView()")
            shown.screenshot(path=folder / name)
        browser.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
