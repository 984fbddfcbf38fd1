"""Files that are written whole or not at all."""

from __future__ import annotations

from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest

from prorata.harness.running.whole import naming, write_whole


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
@pytest.mark.parametrize("error", [OSError(ENOSPC, "no room"), KeyboardInterrupt()])
def test_what_ends_it_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    """A full disk, named with the file, or Ctrl-C: nothing lies beside it."""

    def broken(*_: Any) -> None:
        raise error

    path = tmp_path / "page.html"
    path.write_text("before", encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(Path, step, broken)
        with pytest.raises(type(error)) as caught:
            write_whole(path, b"after")
    assert str(path) == getattr(caught.value, "filename", str(path))
    assert [path] == list(tmp_path.iterdir())
    assert "before" == path.read_text(encoding="utf-8")


def test_a_link_stays_one_and_rights_stay(tmp_path: Path) -> None:
    """Whoever links to the file, or keeps it from others, finds it so again."""
    path, link = tmp_path / "a.yaml", tmp_path / "b.yaml"
    path.touch(0o600)
    link.symlink_to("a.yaml")
    write_whole(link, b"text")
    assert (b"text", 0o600) == (path.read_bytes(), path.stat().st_mode & 0o777)
    assert link.is_symlink()


def test_where_nothing_new_can_be_made_the_file_is_written_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that is not ours, or for a file that is mounted alone."""

    def forbidden(*_: Any) -> None:
        raise PermissionError

    path = tmp_path / "a.yaml"
    path.write_bytes(b"before")
    monkeypatch.setattr(Path, "replace", forbidden)
    write_whole(path, b"after")
    assert (b"after", [path]) == (path.read_bytes(), list(tmp_path.iterdir()))


def test_stdout_has_no_name() -> None:
    """What is wrong with it is told without one."""
    with pytest.raises(OSError, match="no room") as caught, naming("-"):
        raise OSError(ENOSPC, "no room")
    assert caught.value.filename is None
