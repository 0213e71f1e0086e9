"""The terminal at the other end, which may be slow, simple, or gone: how the app writes to it, hears and loses it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import selectors
import signal
import termios
import threading
from codecs import getincrementaldecoder
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver

from cockpit.basics.terminals import is_simple
from cockpit.screens.hearing import Ear, set_escape_delay

if TYPE_CHECKING:
    from cockpit.screens.sparing import SparingApp

GRACE = 3.0
"""Seconds that the app has to end in once its terminal is lost or it was told to; then the process is ended."""
RESTORE = b"\x1b[m\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1002l\x1b[?1006l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
"""What gives a terminal back as it was."""
FEW = 256
"""Keys that may wait while more are read."""
ENDING = (signal.SIGTERM, signal.SIGHUP)


def _children() -> list[int]:
    """The processes that this one has begun, where the system lists them (Linux)."""
    lists = [path.read_text() for path in Path("/proc/self/task").glob("*/children")]
    return [int(child) for text in lists for child in text.split()]


def _nothing(number: int, frame: FrameType | None) -> None:
    """Handle a signal that is heard elsewhere."""


class Outgoing:
    """What is written to a terminal; once it is gone, nothing is, and nobody has to wait."""

    def __init__(self, file: TextIO, lost: Any) -> None:
        self._file, self._lost, self._is_lost = file, lost, False

    def write(self, text: str) -> None:
        """Write a text."""
        self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        """Send what was written."""
        self._try(self._file.flush)

    def fileno(self) -> int:
        """Return the number of the file."""
        return self._file.fileno()

    def _try(self, write: Any) -> None:
        if self._is_lost:
            return
        try:
            write()
        except (OSError, ValueError):  # hung up, or closed by whoever started it
            self._is_lost = True
            self._lost()


class Connection(LinuxDriver):
    """Textual's driver for terminals that ends with its terminal, asks a simple one nothing, and hears of the mouse
    only when a button is pressed: every move would be a message over the network."""

    def __init__(
        self, app: SparingApp, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._sparing = app
        self._outgoing = Outgoing(cast("TextIO", self._file), self.lose)
        self._file = cast("Any", self._outgoing)
        self._ending: threading.Timer | None = None
        set_escape_delay()
        self._hears, told = os.pipe()
        os.set_blocking(told, False)
        for number in ENDING:
            signal.signal(number, _nothing)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        threading.Thread(target=self._hear_signals, daemon=True).start()

        self._size = self._get_terminal_size()

    def _get_terminal_size(self) -> tuple[int, int]:
        # Not as Textual does, which believes $COLUMNS and $LINES: where a shell exports them, no resize is noticed.
        try:
            width, height = os.get_terminal_size(self.fileno)
        except OSError:
            return 80, 24
        return width or 80, height or 24

    def _hear_signals(self) -> None:
        # In a thread: whatever the main one waits for (an editor, a line that is stuck), it may not hear a signal that
        # the system gave to another thread.
        while numbers := os.read(self._hears, 64):
            for number in numbers:
                if number in ENDING:
                    self.lose(128 + number)

    def lose(self, code: int = 128 + signal.SIGHUP) -> None:
        """End the app, from any thread and whatever it waits for: what was signed and stored is so already."""
        if self._ending is not None:
            return
        self._ending = threading.Timer(GRACE, self._end_at_once, (code,))
        self._ending.daemon = True
        self._ending.start()
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._sparing.end, code)

    def _end_at_once(self, code: int) -> None:
        for child in _children():  # an editor, an agent: whoever waits for us waits for them
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGTERM)
        restoring = threading.Thread(target=self._restore, daemon=True)
        restoring.start()
        restoring.join(GRACE / 6)  # a line that is stuck takes nothing any more
        os._exit(code)

    def _restore(self) -> None:
        with contextlib.suppress(OSError, termios.error, ValueError):
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            os.write(self._outgoing.fileno(), RESTORE)

    def start_application_mode(self) -> None:
        """Take the terminal, on which nothing of ours stands: others had it until now."""
        self._sparing.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Give the terminal back, its colours as they were."""
        self.write("\x1b[m")
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        """Hear what is typed until the app ends, or the terminal does."""
        ear, decode = Ear(self._debug), getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(ear.patience):
                    typed = self._read()
                    if not typed:
                        self.lose()
                        return
                    for event in ear.hear(decode(typed)):
                        self.process_message(event)
                    if len(typed) > FEW:
                        self._wait_for_app()
                for event in ear.wait():
                    self.process_message(event)

    def _wait_for_app(self) -> None:
        """Read no more until the app is through with most of what was typed: of a flood of keys (a text pasted where
        nothing says that it is pasted) each is kilobytes as long as it waits, and here the line waits instead."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            while not self.exit_event.is_set():
                asked = asyncio.run_coroutine_threadsafe(self._sparing.keys_waiting(), self._loop)
                with contextlib.suppress(TimeoutError):
                    if asked.result(0.1) <= FEW:
                        return
                    self.exit_event.wait(0.02)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1002h\x1b[?1006h")

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000l\x1b[?1002l\x1b[?1006l")

    def _request_terminal_sync_mode_support(self) -> None:
        if not is_simple():
            super()._request_terminal_sync_mode_support()

    def _query_in_band_window_resize(self) -> None:
        if not is_simple():
            super()._query_in_band_window_resize()
