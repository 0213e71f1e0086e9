"""Saved views: a screen with its filter, scope and sorting, under a letter or digit, in a file that a person may edit.

[views.a]
name = "Dana, dearest first"
screen = "exceptions"
owner = "Dana Reyes"
sort = "cost"
down = true
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cockpit.personal import userfiles
from cockpit.personal.userfiles import UserFile, UserFileError

FILE = "views.toml"
HEADING = (
    "# Saved views of Cockpit: M and a letter keeps what is shown, ' and the letter goes there. Edit as you like.\n"
)
KEYS = frozenset("abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
"""What a view may be saved under; not q, which goes back from wherever one is asked."""
SCOPES = ("owner", "project", "objective")
_TEXTS = ("name", "screen", "filter", *SCOPES, "sort")


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: a screen (its mode), a filter, whose rows (`scope`: kind and text), and by which column."""

    name: str
    screen: str
    filter: str = ""
    scope: tuple[str, str] = ("", "")
    sort: str = ""
    down: bool = False


@dataclass(frozen=True, slots=True)
class Views:
    """The saved views by their key, and what is wrong with others."""

    by_key: Mapping[str, View]
    problems: tuple[str, ...] = ()

    def find(self, text: str) -> list[str]:
        """Return the keys of those that are meant: the one of that key, else all with the words in their name."""
        if text in self.by_key:
            return [text]
        words = text.casefold()
        return [key for key, view in self.by_key.items() if words in view.name.casefold()]


def load() -> Views:
    """Return the saved views, in the order of their keys; a broken one costs no other. Raises UserFileError."""
    file = userfiles.read(FILE)
    tables = file.data.get("views", {})
    if not isinstance(tables, dict):
        raise UserFileError(f"{file.path} line {file.line('views') or 1}: views are tables, such as [views.a].")
    found: dict[str, View] = {}
    problems = []
    for key in sorted(tables):
        problem = _problem(key, tables[key])
        if problem:
            problems.append(f"{file.place('views', key, problem[0])}: {problem[1]}")
        else:
            found[key] = _view(tables[key])
    return Views(found, tuple(problems))


def _problem(key: str, table: Any) -> tuple[str, str] | None:
    if key not in KEYS:
        return "", f"“{key}” is no letter and no digit."
    if not isinstance(table, dict):
        return "", f"view {key} is a table, such as [views.{key}]."
    for name, value in table.items():
        if name not in (*_TEXTS, "down"):
            return name, f"“{name}” is nothing known; a view has {', '.join(_TEXTS)} and down."
        if not isinstance(value, bool if name == "down" else str):
            return name, f"{name} is {'true or false' if name == 'down' else 'a text'}."
    return None if table.get("screen") else ("", f"view {key} has no screen.")


def _view(table: dict[str, Any]) -> View:
    kind = next((kind for kind in SCOPES if table.get(kind)), "")
    name = table.get("name") or table["screen"]
    scope = (kind, table[kind]) if kind else ("", "")
    return View(name, table["screen"], table.get("filter", ""), scope, table.get("sort", ""), table.get("down", False))


def save(key: str, view: View) -> None:
    """Keep a view under its key, in place of the one there; the rest of the file stays. Raises UserFileError."""
    _change(key, _lines(key, view))


def forget(key: str) -> None:
    """Take the view of that key out of the file. Raises UserFileError."""
    _change(key, "")


def _lines(key: str, view: View) -> str:
    kind, text = view.scope
    values = {"name": view.name, "screen": view.screen, "filter": view.filter, kind: text, "sort": view.sort}
    lines = [f"{name} = {_quoted(value)}" for name, value in values.items() if name and value]
    return "\n".join([f"[views.{key}]", *lines, *(["down = true"] if view.down else [])]) + "\n"


def _quoted(text: str) -> str:
    """A text in TOML, of characters that stand on one line in every editor."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in plain) + '"'


def _change(key: str, block: str) -> None:
    import tomllib

    file = userfiles.read(FILE)  # what is broken is mended by whoever wrote it, not written over
    text = _without(file, key)
    text = f"{text.rstrip()}\n\n{block}" if text.strip() and block else block or text
    text = text if file.text else f"{HEADING}\n{text}"
    try:
        tomllib.loads(text)
        userfiles.write(file.path, text)
    except tomllib.TOMLDecodeError:
        raise UserFileError(
            f"{file.place('views', key)}: view {key} is written so that only you can change it."
        ) from None
    except OSError as error:
        raise UserFileError(f"{file.path} cannot be written ({error.strerror}): nothing was saved.") from None


def _without(file: UserFile, key: str) -> str:
    """The text without the table of a key, up to the next table."""
    lines, line = file.text.splitlines(keepends=True), file.line("views", key)
    if line is None or key not in file.data["views"]:
        return file.text
    start = line - 1
    if not lines[start].lstrip().startswith("["):  # `a = { … }`
        return "".join(lines[:start] + lines[line:])
    end = next((n for n in range(line, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    while end > line and lines[end - 1].lstrip().startswith("#"):  # it is about the next table
        end -= 1
    return "".join(lines[:start] + lines[end:])
