"""Files that a person keeps: read whole or not at all, and written where they lie."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

import pytest

from cockpit.personal import userfiles
from cockpit.personal.userfiles import LARGEST, UserFileError


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
