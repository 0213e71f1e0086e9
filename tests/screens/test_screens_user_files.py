"""Files that a person keeps: read whole or not at all, and written where they lie."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.personal import userfiles, views
from cockpit.personal.userfiles import LARGEST, UserFileError
from cockpit.personal.views import View


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = tmp_path / "config" / "cockpit" / "views.toml"
    path.parent.mkdir(parents=True)
    return path


def test_a_file_that_is_too_large_is_refused_and_not_read_in_part(file: Path) -> None:
    file.write_text("# a line\n" * (LARGEST // 9 + 1))
    with pytest.raises(UserFileError, match="larger than 1 MiB"):
        userfiles.read(file.name)
    file.write_text("#" * LARGEST)
    assert len(userfiles.read(file.name).text) == LARGEST


def test_a_file_that_is_a_link_is_written_where_it_leads_to_and_stays_one(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes its place is made there too: from another file system nothing can be moved into its place."""
    true = tmp_path / "dotfiles" / "mine.toml"
    true.parent.mkdir()
    true.write_text("")
    file.symlink_to(true)
    moved: list[Path] = []
    replace = Path.replace

    def noted(self: Path, target: Path) -> Path:
        moved.append(self)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", noted)
    userfiles.write(file, "# new\n")
    assert [each.parent for each in moved] == [true.parent]
    assert file.is_symlink()
    assert true.read_text() == "# new\n"


def test_who_may_read_a_file_stays_as_it_was(file: Path) -> None:
    file.write_text("")
    file.chmod(0o600)
    userfiles.write(file, "# new\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_full_disk_leaves_the_file_as_it_was_and_nothing_beside_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("# old\n")

    def full(self: Path, *_: object, **__: object) -> int:
        self.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="No space left"):
            userfiles.write(file, "# new\n")
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    assert file.read_text() == "# old\n"


SAVES = """
import sys
from cockpit.personal import views
for letter in sys.argv[1]:
    views.save("here", letter, views.View(letter, "exceptions"))
views.forget("here", sys.argv[1][0])
"""


@pytest.mark.usefixtures("file")
def test_what_several_sessions_save_at_once_is_all_there() -> None:
    letters = ["abcde", "fghij", "klmno", "prstu"]
    sessions = [subprocess.Popen([sys.executable, "-c", SAVES, each]) for each in letters]
    assert [each.wait(60) for each in sessions] == [0] * len(letters)
    assert sorted(views.load("here").by_key) == sorted("".join(each[1:] for each in letters))


def test_a_session_that_stopped_while_it_saved_keeps_no_other_waiting(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(userfiles, "PATIENCE", 0.0)
    descriptor = os.open(file.parent, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(UserFileError, match=r"Another session is changing .*: nothing was saved; try again"):
        views.save("here", "a", View("A", "exceptions"))
    os.close(descriptor)
    views.save("here", "a", View("A", "exceptions"))
    assert list(views.load("here").by_key) == ["a"]
