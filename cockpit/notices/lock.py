"""Who sends for a portfolio: one process at a time. The kernel gives the lock back when its holder dies."""

from __future__ import annotations

import os
import socket
from datetime import datetime
from pathlib import Path

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.store.place import beside
from cockpit.store.turns import Turn

SUFFIX = "-sender"
_ENDED = ("Z", "X")
"""States of a process that has ended, though its parent has not asked yet how."""


class HeldError(Exception):
    """Another process sends for this portfolio, or may. `str()` says which, or why."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process, so that another one can tell whether it still runs: host, number, and when it was started."""

    host: str
    pid: int
    start: str

    @classmethod
    def me(cls) -> Holder:
        """This process."""
        return cls(_host(), os.getpid(), _start(os.getpid()))

    @classmethod
    def of(cls, text: str) -> Holder | None:
        """The one that a text names."""
        host, _, rest = text.partition(" ")
        pid, _, start = rest.partition(" ")
        return cls(host, int(pid), start) if pid.isascii() and pid.isdecimal() else None

    def __str__(self) -> str:
        return f"{self.host} {self.pid} {self.start}"


def is_dead(text: str) -> bool:
    """Whether the process that a text names runs no more. Of another host nobody here can tell, so it does."""
    holder = Holder.of(text)
    if holder is None:
        return True
    return holder.host == _host() and _start(holder.pid) != holder.start


def _host() -> str:
    return one_line(socket.gethostname(), 64).replace(" ", "_").encode("ascii", "replace").decode() or "-"


def _start(pid: int) -> str:
    """What tells two processes of one number apart: their start in ticks since boot; where nobody says so, whether one
    runs at all."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        state, *rest = stat.rpartition(")")[2].split()
        return "" if state in _ENDED else rest[18]
    except (OSError, IndexError):
        pass
    if Path("/proc/self/stat").exists():
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        return "?"
    return "?"


class SenderLock:
    """The right to send for the portfolio whose store is at `store`. Raises HeldError where another process has it."""

    def __init__(self, store: Path, now: datetime) -> None:
        self._path = beside(store.resolve(), SUFFIX)
        self._turn = Turn(self._path)
        self._turn.wait(0)
        if not self._turn.held:
            said = _said(self._turn.read()) if self._turn.is_there else f"{self._path.name} can't be made or opened."
            self._turn.close()
            raise HeldError(f"{store.parent}: {said} Two that send would send everything twice.")
        me = Holder.me()
        self._turn.note(f"{me} {now:%Y-%m-%dT%H:%M:%S%z}")

    @property
    def holds(self) -> bool:
        """Whether the lock's file is still the one that lies there."""
        return self._turn.is_there

    def close(self) -> None:
        """Let another process send."""
        self._turn.note("")
        self._turn.close()


def sender(store: Path) -> str:
    """Who sends for the portfolio of this store, as a sentence; empty where nobody does."""
    turn = Turn(beside(store.resolve(), SUFFIX), make=False)
    try:
        note = turn.read()
    finally:
        turn.close()
    return "" if not note or is_dead(note.rpartition(" ")[0]) else _said(note)


def _said(note: str) -> str:
    parts = note.split()
    if len(parts) != 4:
        return "Another process sends the messages of this portfolio."
    host, pid, _, since = (one_line(part, 40) for part in parts)
    return f"Process {pid} on {host} has sent the messages of this portfolio since {since}."
