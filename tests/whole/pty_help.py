"""A program in a pseudo-terminal: what it sends is counted, and drawn by an emulator of somebody else's making."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pyte
import pytest

QUIET = 0.4
"""Seconds without a byte after which a program is taken to have said all: details come 0.2 s after the cursor rests."""
_ASKED = re.compile(rb"\x1b\[[?<>][0-9]*\$?[pu]")
"""Questions and settings that the emulator prints instead of passing over."""

OURS = re.compile(
    rb"\x1b\[[0-9;]*[mHCDGKX]|[\v\b\r]"  # colours, places, blanks
    rb"|\x1b\[\?(?:1049|25|1004|2004|7|1000|1002|1006|2026|2048)[hl]|\x1b\[\?20(?:26|48)\$p|\x1b\[[<>]\d*u"  # settings
)
"""The codes that the app sends: colours, places, blanks, and the settings of a terminal."""


def _works(pid: int) -> bool:
    """Whether a process or one it has started runs, would run or waits for a disk; no where that can't be asked."""
    for task in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(OSError, IndexError):  # it has just ended
            if (task / "stat").read_text().rpartition(")")[2].split()[0] in "RD":
                return True
            if any(_works(int(child)) for child in (task / "children").read_text().split()):
                return True
    return False


class Line:
    """A program at the other end of a line of so many cells. `sent` is all that it sent."""

    def __init__(self, command: Sequence[str], columns: int = 160, rows: int = 50, **environment: str) -> None:
        plain = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "EDITOR": "true", **environment}
        hidden = ("TMUX", "STY", "NO_COLOR", "SSH_AUTH_SOCK")
        everything = {name: value for name, value in os.environ.items() if name not in hidden} | plain
        self.sent = b""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(command[0], list(command), everything)
        self.code: int | None = None

    def _take(self, seconds: float) -> bytes:
        if not select.select([self.end], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self.end, 1 << 16)
        except OSError:  # it has ended
            time.sleep(min(seconds, 0.05))
            return b""
        self.sent += data
        # The emulator has one screen only: where the program takes another, that is empty.
        self._stream.feed(_ASKED.sub(b"", data).replace(b"\x1b[?1049h", b"\x1b[2J"))
        return data

    def quiet(self, seconds: float = QUIET) -> bytes:
        """Return what is sent until, for so long, nothing has been and the program has only waited: one that a busy
        machine keeps from running has not said all."""
        got, now, works = b"", time.monotonic(), False
        rest, end = now, now + 30
        while now < end and now - rest < seconds:
            data, before = self._take(min(0.05, seconds)), works
            got, now, works = got + data, time.monotonic(), _works(self.pid)
            if data or (before and works):  # once alone is its look at the folder
                rest = now
        return got

    def waits(self) -> None:
        """Return once the program has done all it can, though nobody reads what it sends."""
        looks, end = 0, time.monotonic() + 30
        while looks < 3 and time.monotonic() < end:
            time.sleep(0.01)
            looks = 0 if _works(self.pid) else looks + 1

    def key(self, keys: str) -> bytes:
        """Type, and return what is sent for it."""
        os.write(self.end, keys.encode())
        return self.quiet()

    def until(self, holds: str | Callable[[str], bool], seconds: float = 60.0) -> str:
        """Return the screen once it shows a text (or satisfies a question)."""
        check = (lambda text: holds in text) if isinstance(holds, str) else holds
        end = time.monotonic() + seconds
        while not check(self.text):
            if time.monotonic() > end:
                pytest.fail(f"the screen never showed {holds!r}; at last it was:\n{self.text}")
            self._take(0.05)
        return self.text

    def sends(self, mark: bytes, seconds: float = 60.0) -> None:
        """Return once the program has sent some bytes."""
        end = time.monotonic() + seconds
        while mark not in self.sent:
            if time.monotonic() > end:
                pytest.fail(f"it never sent {mark!r}; its screen is:\n{self.text}")
            self._take(0.02)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        cells, columns = self.screen.buffer, range(self.screen.columns)
        # Not by its `display`, which fails where half of a wide character has come.
        return "\n".join("".join(cells[y][x].data for x in columns) for y in range(self.screen.lines))

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def kill(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Take the terminal away."""
        os.close(self.end)
        self.end = -1

    def ended(self, seconds: float = 60.0) -> int:
        """Return the exit code once the program has ended, negative for a signal; fails where it stays."""
        end = time.monotonic() + seconds
        while self.code is None:
            if time.monotonic() > end:
                pytest.fail(f"it is still there; its screen is:\n{self.text}")
            if self.end >= 0:
                self._take(0.02)
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.code = os.waitstatus_to_exitcode(status)
        while self.end >= 0 and self._take(0.05):
            pass
        return self.code

    def close(self) -> None:
        """End the program, if it is there still."""
        if self.code is None:
            self.kill(signal.SIGKILL)
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if self.end >= 0:
            self.hang_up()
