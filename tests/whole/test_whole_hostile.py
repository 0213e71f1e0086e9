"""Hostile text through the real thing: every screen, dialog and message, in a terminal and as plain text."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_portfolio import TYPED, make, nasty
from pty_help import OURS, Line

pytestmark = pytest.mark.slow
Open = Callable[..., Line]
COCKPIT = (sys.executable, "-m", "cockpit")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    return make(tmp_path / "hostile")


def unsafe(text: str) -> set[str]:
    """The characters of a text that steer a terminal, or say something else than they show."""
    joiners = "\u200b\u200c\u200d"  # of zero width: in words of some languages, and inside of emoji
    return {char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}} - set(joiners)


def aligned(app: Line) -> bool:
    """Say whether the rule between the table and the details is one straight line."""
    cells = app.screen.buffer
    rules = [[x for x in range(90, app.screen.columns) if cells[y][x].data == "│"] for y in range(app.screen.lines)]
    return len({found[0] for found in rules if found}) <= 1


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (160, 50)])
def test_nothing_reaches_the_terminal_but_cells_and_codes_of_our_own(
    line: Open, hostile: Path, columns: int, rows: int
) -> None:
    app = line(*COCKPIT, hostile, columns=columns, rows=rows)
    app.until("exception")
    app.quiet(1.0)
    for screen in "123456789":
        app.key(screen)
        app.until(f"▸{screen}")
        app.quiet(0.6)
        assert screen == "4" or aligned(app), f"screen {screen}:\n{app.text}"
        for keys in ("jj\r", "\x1b", "h", "\x1b", "s", "\x1b", "G") if columns < 100 else ("G",):
            app.key(keys)
    for keys in (
        "/",
        TYPED,
        "\x1b",
        ":",
        f"owner {TYPED}",
        "\r",
        "\x1b",
        "?",
        "\x1b",
        "1d",
        "\x1b",
        "a",
        "\x1b",
        "[",
        "]",
    ):
        app.key(keys)
    table = hostile / "projects.csv"
    table.write_bytes(
        table.read_bytes() + b'P99,"' + nasty(1).encode() + b'",o1,p0,p0,"' + nasty(2).encode() + b'",?\n'
    )
    app.quiet(1.5)
    sent = OURS.sub(b"", app.sent)
    sent = re.sub(rb"\x1b\]52;c;[A-Za-z0-9+/=]*\x07", b"", sent)  # what was copied
    assert not unsafe(sent.decode())
    app.key("q" * 12)
    assert app.ended() == 0


@pytest.mark.parametrize("command", ["brief", "check", "replay", "verify"])
@pytest.mark.parametrize("options", [(), ("--markdown",)])
def test_what_is_printed_steers_nothing(hostile: Path, command: str, options: tuple[str, ...]) -> None:
    if options and command != "brief":
        pytest.skip("it has no such option")
    done = subprocess.run([*COCKPIT, command, str(hostile), *options], capture_output=True, timeout=120, check=False)
    assert done.returncode in (0, 1), done.stderr
    text = (done.stdout + done.stderr).decode()
    assert unsafe(text) <= {"\n"}
    assert "press me" in text or command == "verify"
