"""Saved views: a screen with its filter, scope and sorting, under a letter or digit, in a file that a person may edit.

[portfolios.pensions.a]
name = "Dana, dearest first"
screen = "exceptions"
owner = "Dana Reyes"
sort = "cost"
down = true

What is saved belongs to the portfolio in which it was saved, as people and projects do; a view that somebody has
written as `[views.a]` is there in every portfolio that has none of its own under that letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import field
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.personal import userfiles
from cockpit.personal.userfiles import UserFile, UserFileError

FILE = "views.toml"
HEADING = (
    "# Saved views of Cockpit: M and a letter keeps what is shown, ' and the letter goes there. Edit as you like.\n"
)
KEYS = frozenset("abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
"""What a view may be saved under; not q, which goes back from wherever one is asked."""
SCOPES = ("owner", "project", "objective")
_TEXTS = ("name", "screen", "show", "within", "filter", *SCOPES, "sort")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: a screen (its mode), how it is switched (`show`, and the group that it is `within`), a filter,
    whose rows (`scope`: kind and text), and by which column."""

    name: str
    screen: str
    filter: str = ""
    scope: tuple[str, str] = ("", "")
    sort: str = ""
    down: bool = False
    show: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class Views:
    """The saved views by their key, and what is wrong with others."""

    by_key: Mapping[str, View]
    problems: tuple[str, ...] = ()
    own: frozenset[str] = field(default_factory=frozenset)
    """The keys of those that belong to this portfolio; the others are there in every one."""

    def find(self, text: str) -> list[str]:
        """Return the keys of those that are meant: the one of that key, else all with the words in their name."""
        if text in self.by_key:
            return [text]
        words = text.casefold()
        return [key for key, view in self.by_key.items() if words in view.name.casefold()]


def load(portfolio: str) -> Views:
    """Return the saved views of the portfolio of that id, in the order of their keys; a broken one costs no other.
    Raises UserFileError."""
    file = userfiles.read(FILE)
    problems: list[str] = []
    everywhere, own = (_read(file, place, problems) for place in (_place(""), _place(portfolio)))
    found = everywhere | own if portfolio else everywhere
    return Views(dict(sorted(found.items())), tuple(problems), frozenset(own if portfolio else ()))


def _place(portfolio: str) -> tuple[str, ...]:
    """The tables in which the views of a portfolio stand; of an id what a key in quotation marks can hold."""
    return ("portfolios", re.sub(r"[^\w .:/-]", "-", portfolio)) if portfolio else ("views",)


def _read(file: UserFile, place: tuple[str, ...], problems: list[str]) -> dict[str, View]:
    tables: Any = file.data
    for name in place:
        tables = tables.get(name, {})
        if not isinstance(tables, dict):
            raise UserFileError(f"{file.path} line {file.line(*place) or 1}: views are tables, such as [views.a].")
    found: dict[str, View] = {}
    for key in sorted(tables):
        problem = _problem(key, tables[key])
        if problem:
            problems.append(f"{file.place(*place, key, problem[0])}: {problem[1]}")
        else:
            found[key] = _view(tables[key])
    return found


def _problem(key: str, table: Any) -> tuple[str, str] | None:
    if key not in KEYS:
        return "", f"“{key}” is no letter and no digit."
    if not isinstance(table, dict):
        return "", f"view {key} is a table of its own, such as [views.{key}]."
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
    texts = {each: table.get(each, "") for each in ("filter", "sort", "show", "within")}
    return View(name, table["screen"], scope=scope, down=table.get("down", False), **texts)


def save(portfolio: str, key: str, view: View) -> None:
    """Keep a view of a portfolio under its key, in place of its own there; the rest of the file stays.

    Raises UserFileError.
    """
    with userfiles.turn():
        _change((*_place(portfolio), key), view)


def forget(portfolio: str, key: str) -> None:
    """Take the view of that key out of the file: the portfolio's own, else that of all. Raises UserFileError."""
    with userfiles.turn():
        own = key in load(portfolio).own
        _change((*_place(portfolio if own else ""), key), None)


def _lines(path: tuple[str, ...], view: View) -> str:
    kind, text = view.scope
    values = {"name": view.name, "screen": view.screen, "show": view.show, "within": view.within}
    values |= {"filter": view.filter, kind: text, "sort": view.sort}
    lines = [f"{name} = {_quoted(value)}" for name, value in values.items() if name and value]
    head = ".".join(name if _BARE.fullmatch(name) else _quoted(name) for name in path)
    return "\n".join([f"[{head}]", *lines, *(["down = true"] if view.down else [])]) + "\n"


def _quoted(text: str) -> str:
    """A text in TOML, of characters that stand on one line in every editor."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in plain) + '"'


def _change(path: tuple[str, ...], view: View | None) -> None:
    """Put a view in the place of the one at a path, or take that away."""
    import tomllib

    file = userfiles.read(FILE)  # what is broken is mended by whoever wrote it, not written over
    text, block = _without(file, path), _lines(path, view) if view is not None else ""
    text = f"{text.rstrip()}\n\n{block}" if text.strip() and block else block or text
    text = text if file.text else f"{HEADING}\n{text}"
    try:
        if _others(tomllib.loads(text), path) != _others(file.data, path):
            raise ValueError("more than this view would change")
        userfiles.write(file.path, text)
    except ValueError:
        raise UserFileError(
            f"{file.place(*path)}: view {path[-1]} is written so that only you can change it."
        ) from None
    except OSError as error:
        raise UserFileError(f"{file.path} cannot be written ({error.strerror}): nothing was saved.") from None


def _tables(data: dict[str, Any], path: tuple[str, ...]) -> Any:
    """The views beside the one at a path; an empty table where there is none."""
    found: Any = data
    for name in path[:-1]:
        found = found.get(name, {}) if isinstance(found, dict) else {}
    return found


def _others(data: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """All that a file says but the view at a path, with no table that holds nothing."""
    left = deepcopy(data)
    found = _tables(left, path)
    if isinstance(found, dict):
        found.pop(path[-1], None)
    return {name: rest for name, table in left.items() if (rest := _full(table))}


def _full(value: Any) -> Any:
    return {name: rest for name, each in value.items() if (rest := _full(each))} if isinstance(value, dict) else [value]


def _without(file: UserFile, path: tuple[str, ...]) -> str:
    """The text without the table of a path, up to the next table."""
    lines, line = file.text.splitlines(keepends=True), file.line(*path)
    if line is None or path[-1] not in _tables(file.data, path):
        return file.text
    start = line - 1
    if not lines[start].lstrip().startswith("["):  # `a = { … }`
        return "".join(lines[:start] + lines[line:])
    end = next((n for n in range(line, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    while end > line and lines[end - 1].lstrip().startswith("#"):  # it is about the next table
        end -= 1
    return "".join(lines[:start] + lines[end:])
