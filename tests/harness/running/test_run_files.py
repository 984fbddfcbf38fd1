"""Settings, the memory of failures, the event log and the verdicts' counts."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from prorata.harness.implementations.reference import Reference
from prorata.harness.running import memory
from prorata.harness.running.log import EventLog, suite_hash
from prorata.harness.running.memory import failed_last_time, remember
from prorata.harness.running.settings import SettingsError, read_settings
from prorata.harness.running.verdict import Mismatch, Results, Verdict


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(name="here")
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return this folder, as the command line asks for its settings."""
    monkeypatch.chdir(tmp_path)
    return Path()


def test_settings_stand_in_prorata_toml_or_in_pyproject(tmp_path: Path, here: Path) -> None:
    """The first of the two files counts, and of pyproject one table."""
    assert read_settings(here) == (here, {})
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.other]\nx = 1\n", encoding="utf-8")
    assert read_settings(here).values == {}
    project.write_text("[tool.prorata]\nknown-failures = 'k.toml'\ntimeout = 2\n", encoding="utf-8")
    assert {"known_failures": "k.toml", "timeout": 2} == read_settings(here).values
    own = tmp_path / "prorata.toml"
    own.write_text(
        "selection = ['worked/*']\nstrict = true\npanels = 'socket'\n"
        "[readings]\nrounding = 'down'\n",
        encoding="utf-8",
    )
    assert {
        "selection": ["worked/*"],
        "strict": True,
        "panels": "socket",
        "readings": {"rounding": "down"},
    } == read_settings(here).values


def test_settings_are_found_upwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As git finds a repository: the nearest counts, and files in it are relative to it."""
    deep = tmp_path / "tests" / "billing"
    deep.mkdir(parents=True)
    (tmp_path / "prorata.toml").write_text(
        "implementation = 'python:mine:Billing'\nknown-failures = 'known.toml'\nlog = '-'\n",
        encoding="utf-8",
    )
    (tmp_path / "tests" / "pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    monkeypatch.chdir(deep)
    assert read_settings(Path()) == (
        Path("../.."),
        {
            "implementation": "python:mine:Billing",
            "known_failures": "../../known.toml",
            "log": "-",
        },
    )
    (tmp_path / "tests" / "prorata.toml").write_text("log = '/var/log/x'\n", encoding="utf-8")
    assert read_settings(Path()) == (Path(".."), {"log": "/var/log/x"})
    (tmp_path / "tests" / "prorata.toml").write_text("lok = 1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"^\.\./prorata\.toml: unknown setting lok"):
        read_settings(Path())


def test_a_folder_that_may_not_be_looked_into_has_no_settings(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is no mistake of whoever works below it."""

    def denied(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", denied)
    assert read_settings(here) == (here, {})


def test_settings_of_another_file_system_are_not_found(
    tmp_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As git stops there: what is mounted somewhere belongs to nobody around it."""
    (tmp_path / "prorata.toml").write_text("strict = true\n", encoding="utf-8")
    (tmp_path / "mounted").mkdir()
    monkeypatch.chdir(tmp_path / "mounted")
    assert read_settings(here).values == {"strict": True}
    real = Path.stat

    def stat(path: Path, **options: bool) -> os.stat_result:
        found = list(real(path, **options))
        device = 77 if path.name == "mounted" else found[2]
        return os.stat_result([*found[:2], device, *found[3:]])

    monkeypatch.setattr(Path, "stat", stat)
    assert read_settings(here) == (here, {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pannels = 'socket'", 'unknown setting pannels; did you mean "panels"?'),
        ("timeout = 'long'", "timeout cannot be 'long'; it is a number of seconds"),
        ("timeout = true", "timeout cannot be True; it is a number of seconds"),
        ("timeout = 0", "timeout is more than 0 and at most 86400 seconds"),
        ("timeout = inf", "timeout is more than 0 and at most 86400 seconds"),
        ("timeout = nan", "timeout is more than 0 and at most 86400 seconds"),
        ("strict = 1", "strict cannot be 1; it is true or false"),
        (
            "selection = 'worked/*'",
            "selection cannot be 'worked/*'; it is a list of texts, as in [\"documented\"]",
        ),
        ("selection = [1]", "selection holds texts, not 1"),
        ("log = ''", "log cannot be ''"),
        ('log = "a\\u0000"', r"log cannot be 'a\x00'"),
        ("panels = 'sockets'", "panels is inprocess or socket, not sockets"),
        ("[readings]\nrounding = 1", "readings holds texts, not 1"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_one_clear_line(
    here: Path,
    text: str,
    message: str,
) -> None:
    """The file, the setting, what is wrong."""
    (here / "prorata.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(here)
    assert f"prorata.toml: {message}" == str(caught.value)


@pytest.mark.parametrize("data", [b"[[", b"\xff"])
def test_settings_that_are_no_toml_are_one_clear_line(here: Path, data: bytes) -> None:
    """Of either file."""
    (here / "pyproject.toml").write_bytes(data)
    with pytest.raises(SettingsError, match=r"^pyproject.toml: [^\n]+$"):
        read_settings(here)


def test_settings_that_an_editor_marked_as_utf_8_are_read(here: Path) -> None:
    """Some write a mark of the order of bytes before the text."""
    (here / "prorata.toml").write_text("strict = true", encoding="utf-8-sig")
    assert {"strict": True} == read_settings(here).values


def test_what_failed_is_remembered_per_folder_and_implementation(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another folder or implementation remembers nothing of it."""
    monkeypatch.chdir(tmp_path)
    assert failed_last_time("reference") is None
    assert remember("reference", iter(["worked/daily"]))
    assert failed_last_time("reference") == ["worked/daily"]
    assert failed_last_time("stdio:./other") is None
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert failed_last_time("reference") is None


@pytest.mark.parametrize("text", ["{", "{}", "5", '"x"'])
def test_a_memory_that_was_spoilt_is_none(text: str) -> None:
    """What another program wrote there is no memory."""
    assert remember("reference", ["a/b"])
    memory._file("reference").write_text(text, encoding="utf-8")
    assert failed_last_time("reference") is None
    memory._file("reference").write_text('["a/b", 5]', encoding="utf-8")
    assert failed_last_time("reference") == ["a/b"]


def test_a_memory_that_cannot_be_written_is_no_mistake(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where there is no cache, or no home, the run goes on."""
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    assert not remember("reference", ["a/b"])
    monkeypatch.delenv("XDG_CACHE_HOME")

    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", homeless)
    assert not remember("reference", ["a/b"])
    assert failed_last_time("reference") is None


MISMATCH = Mismatch("a.rule", "2025-01-01 00:00", "wait", ("charged", "tax"), "1", "2", "x:1:1")
FAILED = Verdict("a/b", ("a.rule",), "fail", 0.5, (MISMATCH,))
SKIPPED = Verdict("a/c", ("a.rule",), "skipped", 0.0, why="reading", reason="declares X")
BROKEN = Verdict("a/d", ("a.rule",), "error", 0.1, fault="adapter", reason="½", known="yes")
PASSED = Verdict("a/e", ("a.rule",), "pass", 0.1)


def results(*verdicts: Verdict, complaints: tuple[str, ...] = ()) -> Results:
    """Return the results of a run of 1.5 seconds."""
    return Results("x", "1", {}, verdicts, 1.5, complaints)


def test_a_log_has_a_header_an_event_for_each_scenario_and_a_footer() -> None:
    """What is empty is left out of an event; the footer counts."""
    file = io.StringIO()
    log = EventLog(file)
    reference = Reference(version="7", readings={"rounding": "down"})
    log.header(reference.declared, "reference", "inprocess", 2)
    for verdict in (FAILED, SKIPPED):
        log.verdict(verdict)
    log.footer(results(FAILED, SKIPPED))
    header, failed, skipped, footer = (json.loads(line) for line in file.getvalue().splitlines())
    assert header["event"] == "header"
    assert header["suite"]["hash"] == suite_hash()
    assert header["suite"]["version"] == header["version"]
    assert header["implementation"] == {
        "spec": "reference",
        "name": "reference",
        "version": "7",
        "itemised": True,
    }
    assert header["readings"] == {"rounding": "down"}
    assert (header["protocol"], header["panels"], header["scenarios"]) == (1, "inprocess", 2)
    assert failed["verdict"] == "fail"
    assert failed["mismatches"][0]["path"] == ["charged", "tax"]
    assert skipped == {
        "event": "scenario",
        "scenario": "a/c",
        "rules": ["a.rule"],
        "verdict": "skipped",
        "why": "reading",
        "reason": "declares X",
    }
    assert footer == {
        "event": "footer",
        "passed": 0,
        "failed": 1,
        "errors": 0,
        "skipped": 1,
        "seconds": 1.5,
    }


def test_without_a_file_there_is_no_log() -> None:
    """And no hash is made of the suite."""
    log = EventLog(None)
    log.header(Reference(version="1").declared, "reference", "inprocess", 0)
    log.verdict(FAILED)
    log.footer(results())


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (results(PASSED, SKIPPED, BROKEN), 0),
        (results(PASSED, FAILED), 1),
        (results(PASSED, complaints=("red",)), 1),
        (results(SKIPPED), 2),
        (results(), 2),
    ],
)
def test_exit_codes(found: Results, code: int) -> None:
    """0: nothing unexpected; 1: something; 2: nothing was judged."""
    assert code == found.exit_code
    assert sum(each.verdict == "skipped" for each in found.verdicts) == found.count("skipped")
