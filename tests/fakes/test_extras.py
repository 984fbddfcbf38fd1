"""How an extra is installed: from where prorata was installed, into the environment that asks."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from prorata.fakes import extras
from prorata.fakes.extras import how_to_install


class Installed:
    """A package that was installed from somewhere."""

    def __init__(self, told):
        self.told = told

    def read_text(self, name):
        """Return what the installer noted, None where it noted nothing."""
        assert name == "direct_url.json"
        return self.told


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """Return what says from where prorata was installed; it is asked in a folder of its own."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "env" / "bin" / "python"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def install(told):
        monkeypatch.setattr(extras, "distribution", lambda _: Installed(told))

    return install


def noted(folder):
    """Return what pip notes of a folder."""
    return json.dumps({"url": Path(folder).as_uri(), "dir_info": {}})


def test_from_a_checkout(installed, tmp_path, monkeypatch):
    """The folder is named, with a dot where one stands in it; so is the environment."""
    checkout = tmp_path / "check out"
    checkout.mkdir()
    installed(noted(checkout))
    python = tmp_path / "env" / "bin" / "python"
    assert f"{python} -m pip install '{checkout}[bulk]'" == how_to_install("bulk")
    monkeypatch.chdir(checkout)
    assert f"{python} -m pip install '.[bulk]'" == how_to_install("bulk")
    monkeypatch.chdir(tmp_path)
    assert f"env/bin/python -m pip install '{checkout}[bulk]'" == how_to_install("bulk")


@pytest.mark.parametrize(
    "told",
    [
        None,
        "",
        "no json",
        "[]",
        "{}",
        '{"url": 5}',
        '{"url": "https://example.com/prorata.tar.gz"}',
        noted("/nowhere/prorata"),
    ],
)
def test_from_elsewhere(installed, told):
    """By its name; also where the checkout has gone, or what is noted cannot be read."""
    installed(told)
    assert how_to_install("tls").endswith("-m pip install 'prorata[tls]'")


def test_from_a_wheel(installed, tmp_path):
    """Which is a file."""
    wheel = tmp_path / "prorata-1-py3-none-any.whl"
    wheel.write_bytes(b"")
    installed(json.dumps({"url": wheel.as_uri(), "archive_info": {}}))
    assert how_to_install("tls").endswith(f"-m pip install '{wheel}[tls]'")
