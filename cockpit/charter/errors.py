"""What is wrong with a charter, said for people: which key, on which line, what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from cockpit.basics.text import one_line
from cockpit.records.model import Origin, Problem

CHARTER_FILE = "portfolio.toml"
Path = tuple[str | int, ...]
"""Where a value stands: keys, and indexes (from 0) of rows of an array of tables."""


class CharterError(Exception):
    """A charter that cannot be used. `problems` holds every one that was found, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.origin.row or 0))
        super().__init__("\n".join(_sentence(problem) for problem in self.problems))


def _sentence(problem: Problem) -> str:
    line = f" line {problem.origin.row}" if problem.origin.row else ""
    key = f", {problem.column}" if problem.column else ""
    return f"{problem.origin.path}{line}{key}: {problem.message}"


_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*\]")
_ASSIGNMENT = re.compile(rf"\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=")
_TOKEN = re.compile(r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#.*|[\[\]{}]')


class Lines:
    """On which line (from 1) each key and table of a TOML text stands."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._rows: dict[Path, int] = {}
        self._table: Path = ()
        depth, quote = 0, ""
        for number, line in enumerate(text.splitlines(), 1):
            if not depth and not quote:
                self._note(line, number)
            depth, quote = _nesting(line, depth, quote)

    def _note(self, line: str, number: int) -> None:
        if header := _HEADER.match(line):
            keys = self._anchored(_keys(header[2]))
            if header[1] == "[[":
                self._rows[keys] = self._rows.get(keys, -1) + 1
                keys = (*keys, self._rows[keys])
            self._table = keys
            self._lines.setdefault(keys, number)
        elif assignment := _ASSIGNMENT.match(line):
            self._lines.setdefault((*self._table, *_keys(assignment[1])), number)

    def _anchored(self, keys: Path) -> Path:
        placed: Path = ()
        for index, key in enumerate(keys):
            placed = (*placed, key)
            if index < len(keys) - 1 and placed in self._rows:
                placed = (*placed, self._rows[placed])
        return placed

    def of(self, path: Path) -> int | None:
        """Return the line of `path`, else that of the nearest table or key above it."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return None


def _keys(dotted: str) -> Path:
    return tuple(key.strip("\"'") for key in re.findall(_KEY, dotted))


def _nesting(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Follow brackets and triple quotes through one line: inside them no line starts a key."""
    header = not depth and not quote and _HEADER.match(line)
    for token in _TOKEN.findall(line[header.end() :] if header else line):
        if quote:
            quote = "" if token == quote else quote
        elif token in ('"""', "'''"):
            quote = token
        elif token in ("[", "{"):
            depth += 1
        elif token in ("]", "}"):
            depth = max(0, depth - 1)
    return depth, quote


def dotted(path: Path) -> str:
    """Return `path` as people write it; rows of an array of tables count from 1: `people[2].key`."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def at(lines: Lines, path: Path, message: str) -> Problem:
    """Return the problem of the value at `path`."""
    return Problem(Origin(CHARTER_FILE, lines.of(path)), message, dotted(path))


def suggestion(name: str, known: Sequence[str]) -> str:
    """Return “; did you mean …?” for a near miss, else which names there are."""
    if near := get_close_matches(name.casefold(), known, n=1, cutoff=0.6):
        return f"did you mean “{near[0]}”?"
    return f"expected one of {', '.join(known)}"


_EXPECTED: Mapping[str, str] = {
    "string": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "finite": "a finite number",
    "bool": "true or false",
    "date": "a date such as 2025-03-31",
    "datetime": "a date such as 2025-03-31",
    "tuple": "a list in [ ]",
    "list": "a list in [ ]",
    "dict": "a table",
    "mapping": "a table",
    "model": "a table",
    "dataclass": "a table",
}


def explain(error: Mapping[str, Any], lines: Lines, known: Callable[[Path], Sequence[str]]) -> Problem:
    """Return one pydantic error as a problem. `known` names the keys that a table at a path may have."""
    path: Path = tuple(part for part in error["loc"] if part != "[key]")
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return at(lines, path, f"unknown key; {suggestion(str(path[-1]), known(path[:-1]))}")
    if kind == "missing":
        return at(lines, path, f"this key is required and missing; add “{path[-1]} = …” here")
    found = f"found {_shown(error.get('input'))}"
    if kind in ("enum", "literal_error"):
        return at(lines, path, f"expected {context.get('expected')}; {found}")
    if kind == "value_error":
        return at(lines, path, str(context.get("error")))
    if expected := _EXPECTED.get(kind.split("_")[0]):
        return at(lines, path, f"expected {expected}; {found}")
    message = str(error["msg"])
    return at(lines, path, f"{message[:1].lower()}{message[1:]}; {found}")


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f"“{one_line(value, 60)}”"
    return one_line(str(value), 60)
