"""A mapping proposed for a file that a company has: which table it may be, which header is which column."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from glob import escape
from pathlib import Path, PurePath

from cockpit.commands.sheets import Sheet, sheets
from cockpit.sources.files import read_bytes
from cockpit.sources.tables import drop_of
from cockpit.text import one_line
from cockpit.vocabulary import NATIVE_TABLES, SYNONYMS, column_names, columns, fold, table_of
from cockpit.words import RAG_WORDS, word

JIRA = {"issuekey", "issueid"}
PLAN = b"schemas.microsoft.com/project"
ENOUGH = 2
"""Columns that must be recognised before a table is proposed."""
WIDEST = 500
"""Columns of a file that are looked at."""

_TELLING = {
    "projects": frozenset({"forecast", "budget", "sponsor", "rag"}),
    "work_items": frozenset({"duration", "predecessor", "parent", "assignee"}),
}
"""Words of headers that speak for one table against another."""
_COLOURED = frozenset({"rag", "health"})
_BRIGHT = frozenset({"green", "amber", "yellow", "red"})


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
    found = sheets(path, data)
    if any(JIRA & {fold(name) for name in choices[0].header} for choices in found):
        return Proposal(_source(relative, format="jira"), "a Jira export")
    tables = [_table(relative, path, choices) for choices in found]
    proposed = [proposal for proposal in tables if proposal is not None]
    if proposed:
        return Proposal("\n".join(p.toml for p in proposed), "; ".join(p.summary for p in proposed))
    headers = "; ".join(", ".join(one_line(name, 40) for name in choices[0].header[:20] if name) for choices in found)
    note = f"# {relative}: no table was recognised by its headers: {one_line(headers, 500)}\n"
    return Proposal(note + _commented(_source(relative, format="table", table="work_items")), "no table was recognised")


def _table(relative: str, path: Path, choices: Sequence[Sheet]) -> Proposal | None:
    """Return the proposal of the native table that the headers fit best; None when they fit none."""
    fitting = [(sheet, *_best(sheet, path.stem)) for sheet in choices]
    sheet, table, found = max(fitting, key=lambda each: len(each[2]))
    if len(found) < ENOUGH:
        return None
    colour = _colour(sheet, found) if table == "projects" else ""
    found = {name: head for name, head in found.items() if head != colour}
    toml = _mapping(relative, sheet, table, found)
    place = f" (sheet {one_line(sheet.name, 60)})" if sheet.name else ""
    missing = _missing(table, found)
    lacking = f"; still to be named: {', '.join(missing)}" if missing else ""
    summary = f"{table}{place}, {_count(found)} recognised{lacking}"
    if colour and "id" in found:
        toml += "\n" + _reports(relative, path, sheet, found, colour)
        summary += f"; status_reports, from {one_line(colour, 40)}"
    return Proposal(toml, summary)


def _count(found: Mapping[str, str]) -> str:
    return f"{len(found)} columns" if len(found) != 1 else "1 column"


def _missing(table: str, found: Mapping[str, str]) -> list[str]:
    return [column.name for column in columns(table) if column.required and column.name not in found]


def _mapping(relative: str, sheet: Sheet, table: str, found: Mapping[str, str]) -> str:
    """Return the `[[sources]]` of a table, with a comment for each required column that is not found."""
    lines = [f"{name} = {_quoted(head)}" for name, head in found.items()]
    lines += [
        f'# {name} = ""    # required: which header is it? Or give a constant under [sources.defaults]'
        for name in _missing(table, found)
        if name != "as_of" or table != "status_reports"
    ]
    head = _source(relative, format="table", table=table, sheet=sheet.name, header_row=sheet.row)
    return head + "[sources.columns]\n" + "\n".join(lines) + "\n"


def _reports(relative: str, path: Path, sheet: Sheet, found: Mapping[str, str], colour: str) -> str:
    """Return a second `[[sources]]` of the sheet: what it reports of its projects, to be compared with what is true.

    The day of the report is a column of its own, else the dated folder's, else that on which the file was saved.
    """
    spare = [name for name in sheet.header if name and name not in {*found.values(), colour}]
    named = matched("status_reports", spare)
    reports = {"project": found["id"]} | {name: named[name] for name in ("as_of",) if name in named}
    reports |= {"status": colour} | {name: named[name] for name in ("author",) if name in named}
    toml = "# What the same rows report: never believed, only compared with what is computed.\n"
    toml += _mapping(relative, sheet, "status_reports", reports)
    if "as_of" not in reports and drop_of(relative) is None:
        saved = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone().date()
        toml += f"[sources.defaults]\nas_of = {saved}    # the day of the report; in a dated folder its date counts\n"
    return toml


def _colour(sheet: Sheet, found: Mapping[str, str]) -> str:
    """Return the header of the reported status: it is called so, or its cells are colours; empty when there is none."""
    spare = [name for name in sheet.header if name and (name not in found.values() or name == found.get("state"))]
    for name in spare:
        if _words(name) & _COLOURED:
            return name
    return next((name for name in spare if _colours({word(cell) for cell in sheet.cells(name)})), "")


def _colours(said: set[str]) -> bool:
    return bool(said & _BRIGHT) and said <= {each for words in RAG_WORDS.values() for each in words}


def _best(sheet: Sheet, stem: str) -> tuple[str, dict[str, str]]:
    """Return the native table that the headers fit best, and our column → their header."""
    names = {table: matched(table, sheet.header) for table in NATIVE_TABLES}
    table = max(names, key=lambda name: _fit(name, names[name], sheet.name or stem, sheet.header))
    return table, names[table]


def _fit(table: str, found: dict[str, str], name: str, header: Sequence[str]) -> tuple[float, int]:
    """Return how well a table fits: a name that says so, required columns, all columns, headers that only it has."""
    required = [column.name for column in columns(table) if column.required]
    share = sum(column in found for column in required) / len(required)
    named = table_of(name) == table or fold(table).rstrip("s") in fold(name)
    telling = sum(bool(_words(each) & _TELLING.get(table, frozenset())) for each in header)
    return (named + share + len(found) / 10 + telling * 0.3, -NATIVE_TABLES.index(table))


def matched(table: str, header: Sequence[str]) -> dict[str, str]:
    """Return our column → their header: the same words, else what others call it, else a header that holds the words.

    What stands in brackets and the table's own name do not count: `Project Name (short)` is the name of a project.
    """
    own = _words(table)
    unused = own | {"sub"}
    free = {name: words for name in dict.fromkeys(header[:WIDEST]) if (words := _words(name) - unused or _words(name))}
    found: dict[str, str] = {}
    for fits in (_same, frozenset.issubset):
        for column in columns(table):
            if column.name not in found:
                dates = "date" in str(column.type)
                open_to_it = {name: words for name, words in free.items() if dates or "date" not in words}
                _take(found, open_to_it, table, column.name, fits)
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
    table: str,
    column: str,
    fits: Callable[[frozenset[str], frozenset[str]], bool],
) -> None:
    """Give a column the header with the fewest words that fits one of its names, the own name first."""
    names = (column, *SYNONYMS.get(f"{table}.{column}", ()), *SYNONYMS.get(column, ()))
    for phrase in map(_words, names):
        fitting = [name for name, words in free.items() if phrase and fits(phrase, words)]
        if fitting:
            found[column] = min(fitting, key=lambda name: len(free[name]))
            return


def _source(path: str, **settings: str | int | None) -> str:
    lines = ["[[sources]]", f"path = {_quoted(path)}"]
    if path.startswith("../") or PurePath(path).is_absolute():
        drops = _quoted(f"*/{escape(PurePath(path).name)}")
        lines += [f"# path = {drops}  # if it arrives in folders named by date, such as 2025-03-31/"]
    lines += [f"{name} = {_quoted(value)}" for name, value in settings.items() if value]
    return "\n".join(lines) + "\n"


def _commented(text: str) -> str:
    return "".join(f"# {line}\n" for line in text.splitlines())


def _quoted(text: str | int) -> str:
    return json.dumps(text, ensure_ascii=False)
