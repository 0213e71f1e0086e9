"""A program in a terminal of its own, and when it wrote what: as a user's terminal gets it, without a user's eyes."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

COLUMNS, LINES = 160, 50
_CODES = re.compile(
    rb"\x1b(?:\[[0-9;:?<>=]*[a-zA-Z@`]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|[()#][A-Z0-9]|[=>78])"
)


class Written(NamedTuple):
    """Some bytes, and when they came (`time.perf_counter`)."""

    at: float
    data: bytes


class Terminal:
    """A terminal with a program in it. Use as a context manager; the program is ended with it."""

    def __init__(self, command: Sequence[str], environment: dict[str, str] | None = None) -> None:
        self.pid, self._handle = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor"} | (environment or {}))
            os.execvp(command[0], list(command))
        fcntl.ioctl(self._handle, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self._written: list[Written] = []
        self._came = threading.Condition()
        self._open = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + 10
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.02)
        self._open = False
        self._reader.join()
        os.close(self._handle)

    def _read(self) -> None:
        while self._open:
            if not select.select([self._handle], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(self._handle, 1 << 16)
            except OSError:  # the program has ended
                return
            with self._came:
                self._written.append(Written(time.perf_counter(), data))
                self._came.notify_all()

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._handle, keys.encode())

    def shows(self, text: str, since: float = 0.0, patience: float = 60.0) -> float:
        """Wait for a text that is written after `since`; the moment at which its last byte came.

        Raises TimeoutError, which ends with what was written last.
        """
        end = time.monotonic() + patience
        with self._came:
            while True:
                found = self._when(text.encode(), since)
                if found is not None:
                    return found
                if not self._came.wait(end - time.monotonic()):
                    last = plain(b"".join(each.data for each in self._written if each.at >= since))
                    raise TimeoutError(f"{text!r} was not shown within {patience} s: … {last[-2000:].decode()}")

    def _when(self, text: bytes, since: float) -> float | None:
        seen = b""
        for each in self._written:
            if each.at >= since:
                seen += each.data
                if text in plain(seen):
                    return each.at
        return None

    def settle(self, quiet: float = 1.0) -> None:
        """Wait until nothing has been written for a while, and forget what was."""
        while True:
            with self._came:
                if not self._came.wait(quiet):
                    self._written.clear()
                    return


def plain(data: bytes) -> bytes:
    """What is written without the codes for colours and places."""
    return _CODES.sub(b"", data)
