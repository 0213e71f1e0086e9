"""The app stands aside: another program has the terminal for a while, and the app always comes back.

An exception inside `App.suspend()` would leave the terminal to nobody, Ctrl-C would end the app, and a program that is
killed at a prompt would leave a terminal that shows nothing of what is typed: none of that passes here.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from textual.app import App

T = TypeVar("T")


class Interrupts:
    """Whether Ctrl-C was pressed while the app stood aside."""

    def __init__(self) -> None:
        self.came = False

    def _heard(self, *_: object) -> None:
        self.came = True

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Hear interrupts instead of ending by them; the programs that are started meanwhile end by them as ever."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, self._heard)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def stand_aside(app: App[Any], work: Callable[[Interrupts], T]) -> T:
    """Give the terminal to `work` and return what it returns, or raise what it raises, once the app is back.

    Raises SuspendNotSupported where the app can't stand aside; then nothing was done.
    """
    done: list[T] = []
    failed: list[BaseException] = []
    interrupts = Interrupts()
    with app.suspend(), interrupts.caught(), _as_it_was():
        try:
            done.append(work(interrupts))
        except BaseException as error:
            failed.append(error)
    if failed:
        raise failed[0]
    return done[0]


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Put the terminal back as it is now, whatever a program that was killed has left of it."""
    try:
        import termios
    except ImportError:  # no such terminals here
        yield
        return
    try:
        kept = termios.tcgetattr(sys.__stdin__.fileno())  # type: ignore[union-attr]
    except (termios.error, OSError, ValueError, AttributeError):
        yield
        return
    try:
        yield
    finally:
        with suppress(termios.error, OSError, ValueError):
            termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSANOW, kept)  # type: ignore[union-attr]


def tell(text: str = "") -> None:
    """Write a line to whoever sits there, while the app stands aside; a terminal that is gone hears nothing."""
    with suppress(OSError, ValueError):
        print(text, file=sys.__stderr__, flush=True)
