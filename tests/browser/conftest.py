"""A real browser: Debian's chromium-headless-shell. `tox -e browser` runs these tests."""

from __future__ import annotations

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium-headless-shell")
IN_CI = os.environ.get("CI") == "true"


@pytest.fixture(name="browser", scope="session")
def _browser():
    """Return a browser; skipped where there is none, but not where all has to be there."""
    if CHROMIUM is None:
        if IN_CI:
            pytest.fail("apt-get install chromium-headless-shell")
        pytest.skip(
            "chromium-headless-shell not installed: apt-get install chromium-headless-shell"
        )
    with sync_playwright() as playwright:
        # Without a sandbox: CI runs as root.
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(name="look")
def _look(browser, tmp_path):
    """Return what opens a page of HTML: in a theme, at a width, with or without scripts."""
    contexts = []

    def look(text, *, theme="light", width=1100, script=True):
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.asked = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("dialog", lambda dialog: page.said.append(dialog.message))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(path.as_uri())
        return page

    yield look
    for context in contexts:
        context.close()
