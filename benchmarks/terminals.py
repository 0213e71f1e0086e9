"""A program in a terminal of its own, and when that shows what: programs may send only the cells that differ, so what
they write is drawn as a terminal draws it."""

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

import pyte

COLUMNS, LINES = 160, 50
_STRINGS = re.compile(rb"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|\[[<>=][0-9;:]*[a-zA-Z])", re.DOTALL)
"""What a terminal draws nothing for, and the emulator does not know."""


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
        """What came and is not drawn yet."""
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._drawn = pyte.ByteStream(self._screen)
        self._stood = ""
        """All that stood on the screen when it was settled last."""
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

    def shows(self, text: str, patience: float = 60.0) -> float:
        """Wait until a text stands on the screen more often than when it was settled; the moment at which that came.

        Raises TimeoutError, which ends with what stands there.
        """
        end, before = time.monotonic() + patience, self._stood.count(text)
        while (each := self._next(end - time.monotonic())) is not None:
            self._draw(each)
            if self._stands().count(text) > before:
                return each.at
        raise TimeoutError(f"{text!r} was not shown within {patience} s:\n{self._stands()}")

    def settle(self, quiet: float = 1.0) -> None:
        """Wait until nothing has been written for a while."""
        while (each := self._next(quiet)) is not None:
            self._draw(each)
        self._stood = self._stands()

    def _next(self, patience: float) -> Written | None:
        with self._came:
            if not self._written and not self._came.wait(max(0.0, patience)):
                return None
            return self._written.pop(0)

    def _draw(self, written: Written) -> None:
        self._drawn.feed(_STRINGS.sub(b"", written.data))

    def _stands(self) -> str:
        return "\n".join(self._screen.display)
