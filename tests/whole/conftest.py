"""The whole thing in a real terminal: tmux types and reads the screen; agents and servers are the real ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pty_help import Line
from whole_help import SAMPLES, Terminal, tool

from cockpit.session.live import Session


@pytest.fixture(scope="session")
def sample_read_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The core-banking portfolio with its store: what only looks at it need not read every drop again."""
    folder = tmp_path_factory.mktemp("sample") / "core-banking"
    shutil.copytree(SAMPLES / "core-banking", folder, ignore=shutil.ignore_patterns("portfolio.db*"))
    with Session.open(folder) as session:
        session.update()
    return folder


@pytest.fixture
def sample(sample_read_once: Path, tmp_path: Path) -> Path:
    """A copy of the core-banking portfolio, that somebody has read before."""
    return Path(shutil.copytree(sample_read_once, tmp_path / "core-banking"))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The sample keys, readable by their owner only, as ssh wants them."""
    folder = tmp_path / "keys"
    shutil.copytree(SAMPLES / "keys", folder)
    for path in folder.iterdir():
        path.chmod(0o600)
    return folder


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Callable[[Path], str]]:
    """Adds a key to a real ssh-agent, and gives the agent's socket."""
    socket = tmp_path / "agent"
    process = subprocess.Popen([tool("ssh-agent"), "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)

    def add(key: Path) -> str:
        end = time.monotonic() + 10
        while not socket.exists() and time.monotonic() < end:
            time.sleep(0.02)
        environment = {**os.environ, "SSH_AUTH_SOCK": str(socket)}
        subprocess.run([tool("ssh-add"), "-q", str(key)], env=environment, check=True, capture_output=True)
        return str(socket)

    yield add
    process.terminate()
    process.wait(10)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Opens terminals, and closes them."""
    opened: list[Terminal] = []

    def open_one(command: str, columns: int = 80, rows: int = 24, **environment: str) -> Terminal:
        plain = {"TERM": "xterm-256color", "TMUX": "", "EDITOR": "true", **environment}
        opened.append(Terminal(tmp_path / f"tmux{len(opened)}", columns, rows, command, **plain))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def line() -> Iterator[Callable[..., Line]]:
    """Runs programs in pseudo-terminals, and ends them."""
    opened: list[Line] = []

    def open_one(*command: object, columns: int = 160, rows: int = 50, **environment: str) -> Line:
        opened.append(Line([str(word) for word in command], columns, rows, **environment))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
