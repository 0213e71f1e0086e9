"""A mapping proposed for a file that a company has: which table it may be, which header is which column."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from cockpit.sources.delimited import read_csv
from cockpit.sources.files import read_bytes
from cockpit.sources.jsontable import Document
from cockpit.sources.workbook import Workbook
from cockpit.text import one_line
from cockpit.vocabulary import NATIVE_TABLES, SYNONYMS, column_names, columns, fold, table_of

JIRA = {"issuekey", "issueid"}
PLAN = b"schemas.microsoft.com/project"
ENOUGH = 2
"""Columns that must be recognised before a table is proposed."""


@dataclass(frozen=True)
class Proposal:
    """What to write into the charter for a file, and one line that says it."""

    toml: str
    summary: str


def propose(path: Path, folder: Path) -> Proposal:
    """Return a proposal for a file. Raises SourceError when it can't be read."""
    relative = PurePath(os.path.relpath(path, folder)).as_posix()
    data = read_bytes(path, str(path))
    if PLAN in data[:4096]:
        return Proposal(_source(relative, format="msproject"), "a Microsoft Project plan")
    found = [(sheet, header) for sheet, header in _headers(path, data) if header]
    if any(JIRA & {fold(name) for name in header} for _, header in found):
        return Proposal(_source(relative, format="jira"), "a Jira export")
    tables = [_table(relative, path.stem, sheet, header) for sheet, header in found]
    proposed = [proposal for proposal in tables if proposal is not None]
    if proposed:
        return Proposal("\n".join(p.toml for p in proposed), "; ".join(p.summary for p in proposed))
    headers = "; ".join(", ".join(one_line(name, 40) for name in header[:20]) for _, header in found)
    note = f"# {relative}: no table was recognised by its headers: {one_line(headers, 500)}\n"
    return Proposal(note + _commented(_source(relative, format="table", table="work_items")), "no table was recognised")


def _headers(path: Path, data: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each table of the file: the name of its sheet, and its headers."""
    name = str(path)
    if data.startswith(b"PK\x03\x04"):
        book = Workbook(data, name)
        for sheet in book.sheets:
            yield sheet, book.grid(sheet, None).header
    elif path.suffix.lower() == ".json":
        document = Document(data, name)
        for table in document.tables:
            yield table, document.grid(table).header
    else:
        yield "", read_csv(data, name).grid.header


def _table(relative: str, stem: str, sheet: str, header: Sequence[str]) -> Proposal | None:
    """Return the proposal of the native table that the headers fit best; None when they fit none."""
    names = {table: matched(table, header) for table in NATIVE_TABLES}
    table = max(names, key=lambda name: _fit(name, names[name], sheet or stem))
    columns_found = names[table]
    if len(columns_found) < ENOUGH:
        return None
    missing = [c.name for c in columns(table) if c.required and c.name not in columns_found]
    lines = [f"{name} = {_quoted(head)}" for name, head in columns_found.items()]
    lines += [
        f'# {name} = ""    # required: which header is it? Or give a constant under [sources.defaults]'
        for name in missing
    ]
    toml = _source(relative, format="table", table=table, sheet=sheet) + "[sources.columns]\n" + "\n".join(lines) + "\n"
    place = f" (sheet {one_line(sheet, 60)})" if sheet else ""
    lacking = f"; still to be named: {', '.join(missing)}" if missing else ""
    return Proposal(toml, f"{table}{place}, {len(columns_found)} columns recognised{lacking}")


def _fit(table: str, found: dict[str, str], name: str) -> tuple[float, int]:
    """Return how well a table fits: a name that says so, required columns found, all columns found."""
    required = [column.name for column in columns(table) if column.required]
    share = sum(column in found for column in required) / len(required)
    named = table_of(name) == table or fold(table).rstrip("s") in fold(name)
    return (named + share + len(found) / 10, -NATIVE_TABLES.index(table))


def matched(table: str, header: Sequence[str]) -> dict[str, str]:
    """Return our column → their header: the same words, else what others call it, else a header that holds the words.

    What stands in brackets and the table's own name do not count: `Project Name (short)` is the name of a project.
    """
    own = _words(table)
    free = {name: words for name in dict.fromkeys(header) if (words := _words(name) - own or _words(name))}
    found: dict[str, str] = {}
    for fits in (_same, frozenset.issubset):
        for column in columns(table):
            if column.name not in found:
                dates = "date" in str(column.type)
                open_to_it = {name: words for name, words in free.items() if dates or "date" not in words}
                _take(found, open_to_it, column.name, fits)
                free.pop(found.get(column.name, ""), None)
    return {column: found[column] for column in column_names(table) if column in found}


def _same(phrase: frozenset[str], words: frozenset[str]) -> bool:
    return phrase == words


def _words(name: str) -> frozenset[str]:
    """Return the words of a header or column, without plurals and what stands in brackets."""
    plain = re.sub(r"\([^()]*\)", " ", name.casefold()) if len(name) < 200 else name.casefold()
    return frozenset(word.rstrip("s") or word for word in re.findall(r"[^\W_]+", plain))


def _take(
    found: dict[str, str],
    free: dict[str, frozenset[str]],
    column: str,
    fits: Callable[[frozenset[str], frozenset[str]], bool],
) -> None:
    """Give a column the header with the fewest words that fits one of its names, the own name first."""
    for phrase in (_words(column), *map(_words, SYNONYMS.get(column, ()))):
        fitting = [name for name, words in free.items() if phrase and fits(phrase, words)]
        if fitting:
            found[column] = min(fitting, key=lambda name: len(free[name]))
            return


def _source(path: str, **settings: str) -> str:
    lines = ["[[sources]]", f"path = {_quoted(path)}"]
    lines += [f"{name} = {_quoted(value)}" for name, value in settings.items() if value]
    return "\n".join(lines) + "\n"


def _commented(text: str) -> str:
    return "".join(f"# {line}\n" for line in text.splitlines())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
