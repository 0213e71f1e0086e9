"""The files that a person keeps for the app, in `$XDG_CONFIG_HOME/cockpit`: small TOML, read with a sentence for what
is wrong in it, and its line."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.basics.homes import HomelessError, own_folder

LARGEST = 1 << 20
"""Bytes that are read of such a file at most."""
PATIENCE = 2.0
"""Seconds that one session waits for another; each has its turn for some milliseconds."""
STEP = 0.002


def config_folder() -> Path:
    """Where they lie. Raises HomelessError."""
    return own_folder("XDG_CONFIG_HOME")


class UserFileError(Exception):
    """A file that can't be used: a sentence that names file and line."""


@dataclass(frozen=True, slots=True)
class UserFile:
    """What such a file says."""

    path: Path
    text: str
    data: dict[str, Any]

    def line(self, *keys: str) -> int | None:
        """Return the line on which a key stands, else the table that it is in."""
        from cockpit.charter.errors import Lines  # hardly anybody asks, and the app starts without it

        return Lines(self.text).of(keys)

    def place(self, *keys: str) -> str:
        """Return file and line of a key, as `config.toml line 3`."""
        line = self.line(*keys)
        return f"{self.path.name} line {line}" if line else self.path.name


def _folder() -> Path:
    try:
        return config_folder()
    except HomelessError as error:
        raise UserFileError(str(error)) from None


def read(name: str) -> UserFile:
    """Return what the file of that name says; one that is not there says nothing.

    Raises:
        UserFileError: it can't be read, or is no TOML; or nobody knows where it would lie.
    """
    path = _folder() / name
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:  # half of it would be half read, and half written back
            raise UserFileError(f"{path} is larger than {LARGEST >> 20} MiB, which no such file has to be.")
        text = data.decode("utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise UserFileError(f"{path} cannot be read ({error}).") from None
    return UserFile(path, text, _parsed(path, text) if text else {})


def _parsed(path: Path, text: str) -> dict[str, Any]:
    import re
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = found[1] if found and found[1] else str(max(len(text.splitlines()), 1))
        reason = str(error)[: found.start()] if found else str(error)
        raise UserFileError(f"{path} line {line}: {reason}.") from None


@contextmanager
def turn() -> Iterator[None]:
    """Keep this user's other sessions from changing such files meanwhile: what was read is still so when it is written.

    Raises UserFileError where one that was stopped in the middle of it lets nobody go on. A file system that knows no
    locks keeps nobody out.
    """
    folder = _folder()
    descriptor = -1
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if descriptor >= 0:
            _lock(descriptor, folder)
        yield
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise UserFileError(f"Another session is changing {folder}: nothing was saved; try again.") from None
            time.sleep(STEP)
        except OSError:
            return


def write(path: Path, text: str) -> None:
    """Put `text` in the place of the file, or of that to which it leads, whole or not at all; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path = path.resolve()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        with suppress(FileNotFoundError):
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
