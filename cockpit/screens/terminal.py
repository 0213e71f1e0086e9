"""What the app asks of the terminal it runs in: its clipboard, and an editor on a file at its row."""

from __future__ import annotations

import base64
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from cockpit.records.model import Origin
from cockpit.screens.aside import stand_aside
from cockpit.screens.words import inert

WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
COLON_EDITORS = {"hx", "helix", "subl", "zed"}
"""Editors that take FILE:ROW; most others take +ROW FILE."""


LONGEST = 75_000
"""Bytes that are sent to a clipboard through the terminal at most: as base64 100,000, where some stop listening."""
CHUNK = 240
"""Bytes of a string that GNU screen hands on."""


def copy_to_tmux(text: str) -> bool:
    """Load `text` into the tmux buffer, and through tmux into the clipboard where it may; say whether it worked."""
    return any(_load_buffer(text, *options) for options in (("-w",), ()))  # tmux before 3.2 knows no -w


def _load_buffer(text: str, *options: str) -> bool:
    command = ["tmux", "load-buffer", *options, "-"]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=3, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def whole_lines(text: str) -> str:
    """Return as much of a text as goes to a clipboard through the terminal: all of it, or its first lines."""
    data = text.encode()
    if len(data) <= LONGEST:
        return text
    return data[:LONGEST].rpartition(b"\n")[0].decode("utf-8", "ignore") or data[:LONGEST].decode("utf-8", "ignore")


def clipboard_codes(text: str) -> str:
    """Return what asks a terminal to put a text into its clipboard (OSC 52), also from within tmux and GNU screen."""
    code = f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"
    if "TMUX" in os.environ or os.environ.get("TERM", "").startswith("tmux"):
        # tmux takes the code itself (set-clipboard on), or hands it on (allow-passthrough on), else drops it.
        inner = code.replace("\x1b", "\x1b\x1b")
        return f"{code}\x1bPtmux;{inner}\x1b\\"
    if "STY" in os.environ:
        return "".join(f"\x1bP{code[start : start + CHUNK]}\x1b\\" for start in range(0, len(code), CHUNK))
    return code


def editor_command(path: Path, row: int | None) -> list[str]:
    """Return the command that opens `path` at `row` in $VISUAL or $EDITOR, else vi."""
    words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi") or ["vi"]
    name = Path(words[0]).name
    if row is None:
        return [*words, str(path)]
    if name in {"code", "codium"}:
        return [*words, "--wait", "--goto", f"{path}:{row}"]
    return [*words, f"{path}:{row}"] if name in COLON_EDITORS else [*words, f"+{row}", str(path)]


def open_in_editor(app: App[Any], folder: Path, origin: Origin) -> str:
    """Open a source in the editor while the app stands aside; return a sentence where that is not possible."""
    path = (folder / origin.path).absolute()
    if path.suffix.lower() in WORKBOOKS:
        sheet = f", sheet {origin.sheet}" if origin.sheet else ""
        return f"A workbook: look in {origin.path}{sheet}{f', row {origin.row}' if origin.row else ''}."
    if not _is_file(path):
        return f"{inert(origin.path)} is no longer there."
    try:
        command = editor_command(path, origin.row)
    except ValueError as error:
        return f"$EDITOR cannot be understood ({error}): set it to a command, such as vi."
    try:
        return stand_aside(app, lambda _: _run(command))
    except SuspendNotSupported:
        return f"This terminal cannot stand aside for an editor: look in {origin}."


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or with characters that no file has
        return False


def _run(command: list[str]) -> str:
    try:
        code = subprocess.run(command, check=False).returncode
    except (OSError, ValueError) as error:
        return f"{command[0]} could not be started ({error}): set $EDITOR to your editor."
    return f"{command[0]} ended with code {code}." if code else ""
