"""A delimited file that was read before, read again by what differs: the outcome is that of reading all of it.

A row is read by itself but for what its column shows of the order of its dates and of the mark before decimals: that is
counted over all rows. Whatever else makes one row depend on others (a key that stands twice, a word that nobody knows,
a quotation mark that is not closed, an encoding that is guessed) is left to the full reading.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from cockpit.basics.classes import dataclass
from cockpit.charter.charter import Charter
from cockpit.records.difference import Difference
from cockpit.records.model import Origin, Problem, Record, key_of
from cockpit.sources.columns import Shown, shown
from cockpit.sources.delimited import Head, Row, grid_of, records_of, split
from cockpit.sources.errors import SourceError
from cockpit.sources.lines import Edit, Part, edit, is_plain, part_that_differs
from cockpit.sources.lines import Record as Lines
from cockpit.sources.registry import PROBLEMS_LIMIT, Found
from cockpit.sources.rows import Grid, Plan, Seen, build
from cockpit.sources.tables import plan_of_rows

MOST = 2_000
"""Rows that may differ, and problems that a file may have, where it is read by what differs."""
_OTHERS = re.compile(r"\.(?:json|xlsx|xlsm)", re.IGNORECASE)


@dataclass(frozen=True)
class Kept:
    """What is kept of a file that was read. `body` is the offset of the first line below the headers.

    `starts` are the offsets of its records and its length; None where each record is one line. `problems` stand in
    groups: those of rows with too many cells, those of headers, those of cells.
    """

    data: bytes
    head: Head
    body: int
    starts: Sequence[int] | None
    plan: Plan
    shown: Shown
    problems: tuple[tuple[Problem, ...], tuple[Problem, ...], tuple[Problem, ...]]


@dataclass(frozen=True)
class _Some:
    """Some rows of a file, read by themselves."""

    grid: Grid
    long: tuple[Problem, ...]
    records: tuple[Record, ...]
    faults: tuple[Problem, ...]


def may_differ(found: Found) -> bool:
    """Return whether a source is a file of lines, read as one table."""
    return found.format == "table" and len(found.mappings) <= 1 and not _OTHERS.fullmatch(found.path.suffix)


def keep(found: Found, charter: Charter, data: bytes, problems: Sequence[Problem]) -> Kept | None:
    """Return what is to be kept of a file that was read with these problems; None where only all of it tells.

    `data` must be what was read, by this charter.
    """
    if not may_differ(found) or data.startswith(b"PK\3\4") or len(problems) > MOST or not is_plain(data):
        return None
    mapping, relative = found.mapping, found.relative
    try:
        begun = split(data, relative, mapping.header_row if mapping else None, comments=mapping is None)
        planned = plan_of_rows(begun[0].header, relative, mapping) if begun else None
    except SourceError:
        return None
    if begun is None or planned is None:
        return None
    (head, rows), (plan, notes) = begun, planned
    grid = grid_of(head.header, rows, relative, [])
    seen = shown(grid, plan)
    settled, body = seen.settled(plan), _offset(data, head.lines)
    if settled is None or body is None:
        return None
    odd = {problem.origin.row for problem in problems}
    some = _read([row for row in rows if row.number in odd], head, settled, relative, charter)
    if some is None or tuple(problems) != (*some.long, *notes, *some.faults):
        return None
    starts = None if _is_single(rows, data, body) else _starts(rows, data, body, head.lines)
    return Kept(data, head, body, starts, settled, seen, (some.long, tuple(notes), some.faults))


def _offset(data: bytes, lines: int) -> int | None:
    """Return where the line behind so many begins; None where the last of them does not end."""
    at = 0
    for _ in range(lines):
        at = data.find(b"\n", at) + 1
        if not at:
            return None
    return at


def _is_single(rows: Sequence[Row], data: bytes, body: int) -> bool:
    """Return whether every record is one line."""
    return len(rows) == data.count(b"\n", body) + (len(data) > body and not data.endswith(b"\n"))


def _starts(rows: Sequence[Row], data: bytes, body: int, lines: int) -> Sequence[int]:
    found, at, line = array("Q"), body, lines + 1
    for row in rows:
        while line < row.number:
            at, line = data.find(b"\n", at) + 1, line + 1
        found.append(at)
    found.append(len(data))
    return found


def _read(rows: Sequence[Row], head: Head, plan: Plan, relative: str, charter: Charter) -> _Some | None:
    """Read some rows by themselves; None where what is said of one rests on others."""
    long = list[Problem]()
    grid, seen = grid_of(head.header, rows, relative, long), Seen()
    records, faults = build(grid, plan, relative, charter, seen)
    return None if seen.entangled else _Some(grid, tuple(long), tuple(records), tuple(faults))


def difference(
    kept: Kept, found: Found, charter: Charter, data: bytes, before: int
) -> tuple[Difference, Kept | None] | None:
    """Return what `data` says otherwise than what was kept of import `before`, and what is to be kept of it in its
    place (None: nothing that is at hand). None where only reading all of it tells. The charter must be the same."""
    if data[: kept.body] != kept.data[: kept.body]:
        return None
    old, new = part_that_differs(kept.data, data, kept.body, kept.starts)
    if not is_plain(data[new.start : new.end]):  # the rest is, since all was that is kept
        return None
    found_edit = _edit(kept, old, new, data)
    if found_edit is None or len(found_edit.gone) + len(found_edit.came) > MOST:
        return None
    changes = _changes(kept, found_edit, found, charter)
    if changes is None:
        return None
    gone, came, seen, plan = changes
    keys = {_row(record): key_of(plan.table, record) for record in gone.records}
    told = Difference(
        before=before,
        table=plan.table,
        gone=keys,
        records=came.records,
        problems=(),
        moved=found_edit.moved,
        tail=old.line + kept.data.count(b"\n", old.start, old.end),
        shift=data.count(b"\n", new.start, new.end) - kept.data.count(b"\n", old.start, old.end),
    )
    left = {number for number, _ in found_edit.gone}
    long, notes, faults = kept.problems
    problems = (_merged(long, came.long, left, told), notes, _merged(faults, came.faults, left, told))
    said = tuple(problem for group in problems for problem in group)
    if len(said) > min(MOST, PROBLEMS_LIMIT):
        return None
    after = replace(kept, data=data, plan=plan, shown=seen, problems=problems) if kept.starts is None else None
    return replace(told, problems=said), after if after and _stays_single(found_edit) else None


def _row(record: Record) -> int:
    return record.origin.row or 0 if record.origin else 0


def _stays_single(found: Edit) -> bool:
    return all(said.count(b"\n") <= 1 for _, said in found.came)


def _changes(kept: Kept, found_edit: Edit, found: Found, charter: Charter) -> tuple[_Some, _Some, Shown, Plan] | None:
    """Read the rows that are gone and those that came; with what the columns show then, and how they are read."""
    gone = _some(kept, found_edit.gone, kept.plan, found.relative, charter)
    rows = _rows(kept, found_edit.came)
    if gone is None or rows is None:
        return None
    lost = shown(gone.grid, kept.plan)
    won = shown(grid_of(kept.head.header, rows, found.relative, []), kept.plan)
    stay = kept.shown.without(lost)
    seen = stay.with_others(won)
    plan = seen.settled(kept.plan)
    if plan is None or not stay.reads_alike(kept.plan, plan):
        return None
    came = _read(rows, kept.head, plan, found.relative, charter)
    return None if came is None else (gone, came, seen, plan)


def _some(kept: Kept, records: Sequence[Lines], plan: Plan, relative: str, charter: Charter) -> _Some | None:
    rows = _rows(kept, records)
    return None if rows is None else _read(rows, kept.head, plan, relative, charter)


def _rows(kept: Kept, records: Sequence[Lines]) -> list[Row] | None:
    """Return records split into cells; None where one of them is not one record."""
    if all(said.find(b"\n", 0, -1) < 0 for _, said in records):
        found = records_of([said.decode("utf-8") for _, said in records], kept.head.delimiter, 1)
        fits = found is not None and len(found) == len(records)
        return [Row(number, row.cells) for (number, _), row in zip(records, found or (), strict=True)] if fits else None
    each = [records_of(_lines(said), kept.head.delimiter, number) for number, said in records]
    rows = [found[0] for found in each if found is not None and len(found) == 1]
    return rows if len(rows) == len(records) else None


def _edit(kept: Kept, old: Part, new: Part, data: bytes) -> Edit | None:
    """Return which records differ; None where a quotation mark is misplaced."""
    if kept.starts is None:
        before = list(enumerate(kept.data[old.start : old.end].splitlines(keepends=True), old.line))
        after = list(enumerate(data[new.start : new.end].splitlines(keepends=True), new.line))
        found = edit(before, after)
        if all(_is_one(said, kept.head.delimiter) for _, said in found.came):
            return found
    else:
        places = [place for place in kept.starts if old.start <= place <= old.end]
        before = _numbered((kept.data[a:b] for a, b in pairwise(places)), old.line)
    lines = data[new.start : new.end].splitlines(keepends=True)
    rows = records_of(_lines(data[new.start : new.end]), kept.head.delimiter, new.line)
    if rows is None:
        return None
    ends = [*(row.number - new.line for row in rows[1:]), len(lines)]
    begins = [row.number - new.line for row in rows]
    return edit(before, _numbered((b"".join(lines[a:b]) for a, b in zip(begins, ends, strict=bool(rows))), new.line))


def _lines(said: bytes) -> list[str]:
    """Return lines as texts; text itself would be split at characters that end no line of a file."""
    return [line.decode("utf-8") for line in said.splitlines(keepends=True)]


def _is_one(line: bytes, delimiter: str) -> bool:
    return b'"' not in line or records_of([line.decode("utf-8")], delimiter, 1) is not None


def _numbered(records: Iterable[bytes], line: int) -> list[Lines]:
    found = list[Lines]()
    for said in records:
        found.append((line, said))
        line += said.count(b"\n")
    return found


def _merged(
    kept: Iterable[Problem], came: Iterable[Problem], gone: Collection[int], told: Difference
) -> tuple[Problem, ...]:
    """Return the problems of the rows that stayed, where they are now, and of those that came, by row."""
    stayed = [_moved(problem, told) for problem in kept if problem.origin.row not in gone]
    return tuple(sorted([*stayed, *came], key=lambda problem: problem.origin.row or 0))


def _moved(problem: Problem, told: Difference) -> Problem:
    row = told.row_now(problem.origin.row or 0)
    return Problem(Origin(problem.origin.path, row, problem.origin.sheet), problem.message, problem.column)
