"""What a start is spared is not missed."""

from __future__ import annotations

import subprocess
import sys

import pytest

START = "from prorata.harness.cli.quick import start_quickly; start_quickly(); "


def said(code: str) -> str:
    """Return what a new process prints that has started quickly."""
    ran = subprocess.run(
        [sys.executable, "-c", START + code], capture_output=True, text=True, check=False
    )
    assert ran.stderr == ""
    return ran.stdout.strip()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import httpx; print(httpx.URL('http://panel').host)", "panel"),
        ("from pydantic.plugin._loader import get_plugins; print(get_plugins())", "()"),
        ("from pydantic.plugin._loader import _plugins; print(_plugins)", "None"),
        (
            "import pydantic, sys; pydantic.TypeAdapter(int); print('zipfile' in sys.modules)",
            "False",
        ),
    ],
    ids=["no command line of httpx", "no plugins", "the real loader", "a model"],
)
def test_what_is_spared(code: str, expected: str) -> None:
    """Libraries work without it, and whoever asks for more than was spared gets it."""
    assert expected == said(code)
