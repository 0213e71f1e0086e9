"""A real shell on a terminal of its own: keys are typed, and what stands on its line is read."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

ROWS, COLUMNS = 40, 200
PATIENCE = 60.0
KEPT = ("XDG_STATE_HOME", "XDG_CACHE_HOME", "PYTHONPATH")
"""What the program gets of the environment of whoever runs the tests."""


class Terminal:
    """A program on a pseudo terminal. Everything it writes is kept in `seen`."""

    def __init__(self, command: list[str], folder: Path, columns: int = COLUMNS, **environment: str) -> None:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
        bare = {name: os.environ[name] for name in KEPT if name in os.environ}
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
        known = bare | {"PATH": path, "HOME": str(folder), "TERM": "xterm", "LANG": "C.UTF-8"}
        self._child = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env=known | environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self._master = master
        self.seen = ""

    def type(self, keys: str) -> None:
        """Type these keys."""
        os.write(self._master, keys.encode())

    def until(self, text: str) -> str:
        """Read until the program has written this text since the last call; fails with all that it wrote."""
        begun, end = len(self.seen), time.monotonic() + PATIENCE
        while text not in self.seen[begun:]:
            assert time.monotonic() < end and self._read(), f"{text!r} never came; it wrote {self.seen[begun:]!r}"
        return self.seen[begun:]

    def wait(self) -> int:
        """Read until the program ends, and return its exit code."""
        while self._read():
            pass
        return self._child.wait(PATIENCE)

    def _read(self) -> bool:
        if not select.select([self._master], [], [], PATIENCE)[0]:
            return False
        try:
            read = os.read(self._master, 1 << 16)
        except OSError:  # Linux tells the end of a terminal so
            return False
        self.seen += read.decode(errors="replace")
        return bool(read)

    def close(self) -> None:
        """End the program, if it still runs."""
        self._child.kill()
        self._child.wait(PATIENCE)
        os.close(self._master)
