"""Files and folders that a portfolio's people share: everybody who may write the folder may write what is made in it.

What the umask of whoever made a thing would take from the others, it gives back: a new file or folder has the rights of
the folder that it lies in. Files come whole: under a passing name first, then in their place.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def make_folder(path: Path) -> None:
    """Makes a folder, and those above it that are missing, unless it is there. Raises OSError."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        path.mkdir()
        path.chmod(stat.S_IMODE(path.parent.stat().st_mode) & ~stat.S_ISVTX | stat.S_IRWXU)
    if not path.is_dir():
        raise NotADirectoryError(20, "a file lies where the folder should be", str(path))


def write(path: Path, content: bytes | str) -> None:
    """Writes a whole file in the place of the one that is there, if any. Raises OSError; then nothing changed."""
    with replacing(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to be written that takes the place of `path` at the end; nothing is left of it when something fails."""
    passing = path.with_name(f".{path.name[:80]}.{os.getpid()}.tmp")
    # Exclusive, so that nobody's link is followed; what a process with this number left behind goes first.
    passing.unlink(missing_ok=True)
    descriptor = os.open(passing, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), file_mode(path.parent))
            yield file
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
    finally:
        passing.unlink(missing_ok=True)


def copy(source: Path, path: Path) -> None:
    """Copies the content of a file to `path`, whole. Raises OSError."""
    with source.open("rb") as read, replacing(path) as file:
        shutil.copyfileobj(read, file, 1 << 20)


def file_mode(folder: Path) -> int:
    """The mode of a new file in a folder: whoever may write there may write it, whoever may read there may read it."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    readers = (mode & (stat.S_IRGRP | stat.S_IROTH)) if mode & (stat.S_IXGRP | stat.S_IXOTH) else 0
    writers = mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_IRUSR | stat.S_IWUSR | readers | writers
