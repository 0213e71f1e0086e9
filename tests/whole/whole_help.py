"""What drives the whole thing in a real terminal: tmux types the keys and reads the screen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_portfolios"
COCKPIT = f"{sys.executable} -m cockpit"


def tool(name: str) -> str:
    """The path of a program that the test drives; skips without it, fails where nothing may be missing."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        if os.environ.get("COCKPIT_STRICT") == "1":
            pytest.fail(f"{name} is not installed, and COCKPIT_STRICT=1 allows no skipping")
        pytest.skip(f"{name} is not installed")
    return found


class Terminal:
    """One tmux window of a given size."""

    def __init__(self, socket: Path, columns: int, rows: int, command: str, **environment: str) -> None:
        self._base = [tool("tmux"), "-S", str(socket), "-f", "/dev/null"]
        pairs = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), *pairs, command)
        self.tmux("set-option", "-g", "remain-on-exit", "on")

    def tmux(self, *arguments: str) -> str:
        """Give tmux a command; what it answers."""
        done = subprocess.run([*self._base, *arguments], capture_output=True, text=True, check=True, timeout=60)
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Type keys by their tmux names."""
        for key in keys:
            before = self.screen()
            self.tmux("send-keys", key)
            self._settle(before)

    def _settle(self, before: str) -> None:
        """Wait as a hand would: until the screen has answered and stands still, at most some seconds."""
        shown, since, end = before, time.monotonic(), time.monotonic() + 5
        while time.monotonic() < end:
            time.sleep(0.1)
            last, shown = shown, self.screen()
            if shown != last:
                since = time.monotonic()
            elif time.monotonic() - since >= (0.8 if shown == before else 0.4):  # details come 0.2 s after
                return

    def type(self, text: str) -> None:
        """Type a text letter by letter."""
        self.tmux("send-keys", "-l", text)

    def screen(self) -> str:
        """What stands on the screen."""
        return self.tmux("capture-pane", "-p")

    def until(self, holds: str | Callable[[str], bool], seconds: float = 60.0) -> str:
        """The screen once it shows a text (or satisfies a question); fails with the screen as it was."""
        check = (lambda text: holds in text) if isinstance(holds, str) else holds
        end = time.monotonic() + seconds
        while not check(shown := self.screen()):
            if time.monotonic() > end:
                pytest.fail(f"the screen never showed {holds!r}; at last it was:\n{shown}")
            time.sleep(0.05)
        return shown

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def close(self) -> None:
        """End the window and whatever runs in it."""
        subprocess.run([*self._base, "kill-server"], capture_output=True, check=False)
