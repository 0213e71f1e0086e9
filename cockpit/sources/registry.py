"""Which files are sources of a portfolio, and the one way to read any of them."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import cast

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line, path_text
from cockpit.charter.charter import Charter, SourceMapping
from cockpit.charter.errors import CHARTER_FILE
from cockpit.records.model import Batch, Origin, Problem, Record
from cockpit.sources import tables
from cockpit.sources.errors import SourceError, refuse
from cockpit.sources.files import check_file, sha256, unreadable
from cockpit.sources.qualify import qualified_batch
from cockpit.sources.sniff import WATCHED, describe_unknown, format_of
from cockpit.sources.tables import drop_of

__all__ = ["Found", "SourceError", "fingerprint", "read", "scan", "sha256"]

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAGIC = frozenset("*?[")
_OWN = ("portfolio.db", "portfolio.toml")
_TEMPORARY = (".swp", ".swo", ".swx", ".tmp", ".part", ".crdownload", ".bak", "~")
_FILES_LIMIT = 20_000
PROBLEMS_LIMIT = 5_000
"""Problems that are listed for one file."""
READERS: Mapping[str, int] = MappingProxyType({"jira": 2, "msproject": 3, "primavera": 2})
"""By format the version of its reader. A file counts as read while its fingerprint stands, so a reader that takes more
or other things of the same bytes needs a higher number here: else portfolios keep what the one before it understood.

A format that is not named adds nothing to the fingerprint. Reading a file again makes its content known anew as of
today, so name one only when its reader has changed."""


@dataclass(frozen=True)
class Found:
    """A source file. `name` is its relative path without the dated folder: the same source over all its drops.

    `mapping` is the first of `mappings`: one workbook may give several tables.
    """

    path: Path
    relative: str
    name: str
    format: str
    drop: date | None
    mapping: SourceMapping | None
    mappings: tuple[SourceMapping, ...] = ()


def scan(folder: Path, charter: Charter) -> tuple[Found, ...]:
    """Return the sources of a portfolio: mapped files, native tables, exports and plans, in order of their dates.

    Native files lie in the folder itself or in one of its folders that are named with an ISO date. What cannot be
    read, is of no known kind, or is mapped and missing is returned too: `read` says in a sentence what is wrong.
    """
    found: dict[str, Found] = {}
    mapped: dict[str, list[SourceMapping]] = {}
    paths: dict[str, Path] = {}
    for mapping in charter.sources:
        for path in _matches(folder, mapping.path):
            relative = _relative(folder, path)
            paths.setdefault(relative, path)
            mapped.setdefault(relative, []).append(mapping)
    for relative, mappings in mapped.items():
        found[relative] = found_at(paths[relative], relative, tuple(mappings))
    for path in _native(folder):
        relative = _relative(folder, path)
        if relative not in found:
            found[relative] = found_at(path, relative, ())
    return tuple(sorted(found.values(), key=lambda each: (each.drop or date.max, each.relative)))


def _relative(folder: Path, path: Path) -> str:
    return PurePosixPath(path_text(os.path.relpath(path, folder))).as_posix()


def found_at(path: Path, relative: str, mappings: tuple[SourceMapping, ...]) -> Found:
    """Return the source that a file is; `relative` is its path for people, seen from the portfolio's folder."""
    drop = drop_of(relative)
    parts = PurePosixPath(relative).parts
    dated = str(drop)
    name = "/".join(part for index, part in enumerate(parts) if part != dated or index == len(parts) - 1)
    first = mappings[0] if mappings else None
    if first is None:
        kind = format_of(path, relative)
    elif first.format != "auto":
        kind = first.format
    else:
        kind = "table" if first.table else format_of(path, relative)
    return Found(path, relative, name, kind, drop, first, mappings)


def ignored(name: str) -> bool:
    """Return whether a file is Cockpit's own, hidden, or an editor's for the moment."""
    return name.startswith((".", "~$", *_OWN)) or name.lower().endswith(_TEMPORARY)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _native(folder: Path) -> Iterator[Path]:
    try:
        entries = _entries(folder)
    except OSError as error:
        raise unreadable(str(folder), error) from error
    for entry in entries:
        if _DATED.fullmatch(entry.name) and drop_of(f"{entry.name}/x") and _is_folder(entry):
            try:
                yield from (Path(each.path) for each in _entries(Path(entry.path)) if is_source(each.name))
            except OSError:
                yield Path(entry.path)
        elif is_source(entry.name):
            yield Path(entry.path)


def is_source(name: str) -> bool:
    """Return whether a file of this name is a source where it lies among native ones."""
    return name.lower().endswith(WATCHED) and not ignored(name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _matches(folder: Path, pattern: str) -> Iterable[Path]:
    """Return the files that a mapping means; the pattern itself where none does, so that it can be told.

    `**` does not follow symbolic links, so loops of them end.
    """
    literal = folder / pattern
    if not _MAGIC & set(pattern) or os.path.lexists(literal):
        return (literal,)
    parts = PurePosixPath(pattern).parts
    fixed = next(index for index, part in enumerate(parts) if _MAGIC & set(part))
    files = []
    try:
        for path in folder.joinpath(*parts[:fixed]).glob("/".join(parts[fixed:])):
            if not ignored(path.name) and not _is_dir(path):
                files.append(path)
            if len(files) >= _FILES_LIMIT:
                break
    except (OSError, ValueError, NotImplementedError, IndexError):
        files = []
    return sorted(files) or (literal,)


def _is_dir(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def read(found: Found, charter: Charter) -> Batch:
    """Return all rows of a source. SourceError where the whole file cannot be used."""
    path, relative = found.path, found.relative
    if _MAGIC & set(relative) and not os.path.lexists(path):
        message = f"no file matches this path of [[sources]]; change it in {CHARTER_FILE} or put the file there"
        raise refuse(one_line(relative), message)
    check_file(path, relative)
    if found.format == "unknown":
        raise refuse(relative, describe_unknown(path, relative))
    return _bounded(_read(found, charter))


def _read(found: Found, charter: Charter) -> Batch:
    path, relative = found.path, found.relative
    if found.format == "table":
        return tables.read_tables(path, relative, charter, found.mappings)
    read_one = _reader(found.format)
    return _merged(
        qualified_batch(read_one(path, relative, charter, each), each.qualifier if each else "")
        for each in found.mappings or (None,)
    )


def _reader(format_: str) -> Callable[[Path, str, Charter, SourceMapping | None], Batch]:
    """Return what reads a format; it is loaded only where there is a file of it."""
    module = import_module(f"cockpit.sources.{format_}")
    return cast("Callable[[Path, str, Charter, SourceMapping | None], Batch]", module.read)


def _bounded(batch: Batch) -> Batch:
    """Keep the first problems of a file that is wrong throughout, and say how many more there are."""
    if len(batch.problems) <= PROBLEMS_LIMIT:
        return batch
    kept = batch.problems[:PROBLEMS_LIMIT]
    message = f"{len(batch.problems) - PROBLEMS_LIMIT} more problems like these are not listed"
    return Batch(batch.records, (*kept, Problem(Origin(kept[0].origin.path), message)))


def _merged(batches: Iterable[Batch]) -> Batch:
    records: dict[str, tuple[Record, ...]] = {}
    problems: list[Problem] = []
    for batch in batches:
        for table, rows in batch.records.items():
            records[table] = (*records.get(table, ()), *rows)
        problems += batch.problems
    return Batch(records, tuple(problems))


def fingerprint(found: Found, charter: Charter) -> str:
    """Return a hash of all that decides what a source gives: its content, its mappings, the charter's words and units,
    and the version of the reader of its format (`READERS`).

    SourceError where the file cannot be read.
    """
    return combined(sha256(found.path, found.relative), rules_of(found, charter))


def combined(digest: str, rules: str) -> str:
    """Return the fingerprint of a content with this SHA-256 that is read by these rules."""
    return hashlib.sha256(f"{digest} {rules}".encode("utf-8", "replace")).hexdigest()


def rules_of(found: Found, charter: Charter) -> str:
    """Return all that decides, besides its content, what a source gives."""
    rules: tuple[object, ...] = (
        found.format,
        found.mappings,
        sorted(charter.states.items()),
        sorted(charter.rag.items()),
        sorted(charter.chosen),
        charter.portfolio.effort_unit,
        charter.calendar().minutes_per_day,
    )
    if any(mapping.colours for mapping in found.mappings):
        rules += (tuple(mapping.colours for mapping in found.mappings),)
    planned = tuple((each.qualifier, each.level, each.predecessors) for each in found.mappings)
    if any(map(any, planned)):
        rules += (planned,)
    if found.format in READERS:
        rules += (READERS[found.format],)
    return repr(rules)
