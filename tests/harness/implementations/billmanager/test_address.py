"""Where the panel is, and what is done there where nobody says."""

from __future__ import annotations

from typing import Any

import pytest

from prorata.harness.implementations import CannotStart
from prorata.harness.implementations.billmanager import (
    BillmanagerPanel,
    PanelWishes,
    Target,
    target_of,
)

HERE = "http://127.0.0.1:1501/billmgr"
THERE = "https://billing.example.com:1500"
LAB = {"login": "root", "password": "secret", "allow_remote": True}


@pytest.mark.parametrize(
    "url", [HERE, "http://127.0.0.1:1501", "http://127.0.0.1:1501/", "http://localhost:1501"]
)
def test_a_panel_of_this_machine_is_one_of_ours(url: str) -> None:
    """Its path and its login are those of `prorata serve`; its control moves and empties it."""
    target = target_of(url)
    assert target.url.endswith(":1501/billmgr")
    assert (target.login, target.password) == ("admin", "prorata")
    assert (target.clock, target.reset, target.invented) == ("control", "control", True)


def test_another_machine_is_a_lab() -> None:
    """Documented functions alone, and one timeline, where no more is said."""
    target = target_of(THERE, PanelWishes(**LAB, clock="command:faketime"))
    assert target.url == "https://billing.example.com:1500/billmgr"
    assert (target.reset, target.invented) == ("none", False)


@pytest.mark.parametrize(
    ("url", "wishes", "said"),
    [
        (THERE, {}, "--allow-remote"),
        (THERE, {"allow_remote": True}, "--clock command:CMD or --clock ask"),
        (THERE, {"allow_remote": True, "clock": "ask"}, "--login, and PRORATA_PASSWORD"),
        ("ftp://127.0.0.1", {}, "write the panel's address"),
        ("http://", {}, "write the panel's address"),
        ("http://127.0.0.1:99999", {}, "write the panel's address"),
        ("http://a:b@127.0.0.1:1501", {}, "host, port and path alone"),
        (HERE, {"timezone": "Mars/Olympus"}, "there is no zone Mars/Olympus"),
        (HERE, {"functions": "all"}, "functions: all is not documented or invented"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(
    url: str, wishes: dict[str, Any], said: str
) -> None:
    """In one line."""
    with pytest.raises(CannotStart) as raised:
        target_of(url, PanelWishes(**wishes))
    assert said in raised.value.reason
    assert "\n" not in raised.value.reason


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"clock": "soon"}, "--clock soon: write none, control, command:CMD, ask,"),
        ({"clock": "command:"}, "--clock command:: write none, control"),
        ({"clock": "command:'"}, "no closing quotation"),
        ({"clock": "ask"}, "there is no terminal"),
        ({"reset": "ask"}, "--reset ask: write control, command:CMD or none"),
    ],
)
def test_a_clock_or_reset_that_is_none(wishes: dict[str, str], said: str) -> None:
    """Is refused before anything is asked of the panel."""
    with pytest.raises(CannotStart, match=said):
        BillmanagerPanel(target_of(HERE, PanelWishes(**wishes)))


def test_no_password_is_shown() -> None:
    """Neither of the wishes nor of the target."""
    wishes = PanelWishes(**LAB, clock="ask")
    target = target_of(THERE, wishes)
    assert isinstance(target, Target)
    assert "secret" not in f"{wishes!r} {target!r} {target.told()}"
