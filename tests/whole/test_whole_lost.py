"""The line is cut: the process ends with its terminal, leaves nobody behind, and what was done is there again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pty_help import Line

pytestmark = pytest.mark.slow
Open = Callable[..., Line]
COCKPIT = (sys.executable, "-m", "cockpit")
RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l", b"\x1b[?7h")
CODES = {"term": 128 + signal.SIGTERM, "hup": 128 + signal.SIGHUP, "cut": 128 + signal.SIGHUP}


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def lose(app: Line, how: str) -> None:
    if how == "cut":
        app.hang_up()
    else:
        app.kill(signal.SIGTERM if how == "term" else signal.SIGHUP)


@pytest.mark.parametrize(
    ("doing", "how"),
    [
        ("", "term"),
        ("", "hup"),
        ("5jjj\r", "cut"),
        ("5s", "term"),
        ("5s", "cut"),
        ("/lucy", "hup"),
        (":own", "term"),
        ("?", "cut"),
    ],
)
def test_whatever_is_on_the_screen_the_process_ends_with_its_terminal(
    line: Open, sample: Path, how: str, doing: str
) -> None:
    app = line(*COCKPIT, sample)
    before = termios.tcgetattr(app.end)
    app.until("Robert Hale")
    app.key(doing)
    lose(app, how)
    assert app.ended() == CODES[how]
    if how == "term":
        assert all(code in app.sent for code in RESTORED)
        assert termios.tcgetattr(app.end) == before
        assert b"Traceback" not in app.sent


def test_while_it_is_being_opened_it_ends_too(line: Open, sample: Path) -> None:
    for mark in (b"\x1b[?1049h", b"Exceptions"):
        app = line(*COCKPIT, sample)
        app.sends(mark)
        app.kill(signal.SIGTERM)
        assert app.ended() == CODES["term"]
        assert b"Traceback" not in app.sent and all(code in app.sent for code in RESTORED)


def stuck(line: Open, sample: Path) -> Line:
    """A session of which nobody reads what it sends, until no more fits."""
    app = line(*COCKPIT, sample)
    app.until("Robert Hale")
    app.quiet(1.0)
    for _ in range(60):  # one by one: of pictures that are asked for all at once it sends the last one only
        os.write(app.end, b"\x0c")
        app.waits()
    return app


def test_a_line_that_is_stuck_holds_nobody_up(line: Open, sample: Path) -> None:
    app = stuck(line, sample)
    app.kill(signal.SIGTERM)
    end = time.monotonic() + 60
    while os.waitpid(app.pid, os.WNOHANG) == (0, 0):
        assert time.monotonic() < end, "it waits for somebody who does not read"
        time.sleep(0.05)
    app.code = 0


def test_a_flood_of_keys_waits_on_the_line_and_not_in_memory(line: Open, sample: Path) -> None:
    app = stuck(line, sample)
    os.set_blocking(app.end, False)
    left, refused = b"g" * 60_000, 0
    while left and refused < 30:  # the app can't go on, and so may take no more
        try:
            left, refused = left[os.write(app.end, left[:4096]) :], 0
        except BlockingIOError:
            refused += 1
            time.sleep(0.1)
    assert len(left) > 20_000
    termios.tcflush(app.end, termios.TCOFLUSH)  # those that it has not read: to handle them all takes a minute
    left, end = b"6", time.monotonic() + 120
    while left:
        assert time.monotonic() < end, "it takes no key any more"
        app._take(0.05)
        with contextlib.suppress(BlockingIOError):
            left = left[os.write(app.end, left) :]
    app.until("▸6 Projects", 120)


@pytest.mark.parametrize("how", ["term", "cut"])
def test_an_editor_that_has_the_terminal_ends_too(line: Open, sample: Path, tmp_path: Path, how: str) -> None:
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 1000\n")
    editor.chmod(0o755)
    app = line(*COCKPIT, sample, EDITOR=str(editor))
    app.until("Robert Hale")
    app.quiet(1.0)
    app.key("o")
    written = tmp_path / "pid"
    end = time.monotonic() + 60
    while not (written.exists() and written.read_text().strip()):
        assert time.monotonic() < end, app.text
        app.quiet(0.1)
    lose(app, how)
    assert app.ended() == CODES[how]
    end = time.monotonic() + 60
    while is_there(int(written.read_text())):
        assert time.monotonic() < end, "the editor was left behind"
        time.sleep(0.05)


def test_what_was_signed_and_saved_is_there_after_the_line_was_cut(
    line: Open, sample: Path, keys: Path, agent: Callable[[Path], str], tmp_path: Path
) -> None:
    mine = {"SSH_AUTH_SOCK": agent(keys / "lucy.chen"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    app = line(*COCKPIT, sample, **mine)
    app.until("Robert Hale")
    app.quiet(1.0)
    app.key("5")
    app.key("/lucy\r")
    app.key("Ma")
    app.key("s")
    app.until("Sign as Lucy Chen")
    app.key("\r")
    app.key("\r")
    app.until(lambda text: "Sign as" not in text)
    app.hang_up()
    assert app.ended() == CODES["cut"]
    again = line(*COCKPIT, sample, **mine)
    again.until("Robert Hale")
    again.quiet(1.0)
    again.key("3")
    again.until(lambda text: any("Customers active" in line and " signed" in line for line in text.splitlines()))
    again.key("1")
    again.key("'a")
    again.until("lucy")
    said = subprocess.run([*COCKPIT, "verify", sample], capture_output=True, text=True, check=False).stdout
    assert "Lucy Chen" in said and "kpi:K-03" in said
