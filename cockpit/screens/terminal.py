"""What the app asks of the terminal it runs in: the tmux buffer, and an editor on a file at its row."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from cockpit.model import Origin
from cockpit.screens.words import inert

WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
COLON_EDITORS = {"hx", "helix", "subl", "zed"}
"""Editors that take FILE:ROW; most others take +ROW FILE."""


def copy_to_tmux(text: str) -> bool:
    """Load `text` into the tmux buffer; say whether it worked."""
    try:
        done = subprocess.run(
            ["tmux", "load-buffer", "-"], input=text.encode(), capture_output=True, timeout=3, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


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
    problem = ""
    try:
        with app.suspend():
            problem = _run(command)
    except SuspendNotSupported:
        return f"This terminal cannot stand aside for an editor: look in {origin}."
    return problem


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or with characters that no file has
        return False


def _run(command: list[str]) -> str:
    # Nothing may escape from a suspended app: the terminal would stay broken.
    try:
        code = subprocess.run(command, check=False).returncode
    except (OSError, ValueError, KeyboardInterrupt) as error:
        return f"{command[0]} could not be started ({error}): set $EDITOR to your editor."
    return f"{command[0]} ended with code {code}." if code else ""
