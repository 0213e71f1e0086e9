"""Tables in CSV, JSON and XLSX: native ones by their names, others by the charter's mappings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.charter.charter import Charter, SourceMapping
from cockpit.charter.vocabulary import NATIVE_TABLES, columns, fold, table_of
from cockpit.records.model import Batch, Origin, Problem, Record
from cockpit.sources.colours import Fills, coloured
from cockpit.sources.delimited import read_csv
from cockpit.sources.errors import SourceError, refuse
from cockpit.sources.files import read_bytes
from cockpit.sources.headers import find_header
from cockpit.sources.jsontable import Document
from cockpit.sources.merged import without_repeats
from cockpit.sources.outline import Groups, outlined, qualifier_of
from cockpit.sources.predecessors import linked
from cockpit.sources.qualify import qualified
from cockpit.sources.rows import Grid, Plan, Seen, build
from cockpit.sources.values import Cell
from cockpit.sources.workbook import Workbook

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")


def drop_of(relative: str) -> date | None:
    """Return the date of the innermost folder of a path that is named with an ISO date."""
    for part in reversed(PurePosixPath(relative).parts[:-1]):
        if _DATED.fullmatch(part):
            try:
                return date.fromisoformat(part)
            except ValueError:
                continue
    return None


@dataclass(slots=True)
class _Container:
    """A file that holds tables: their names (one empty name for CSV and a JSON list), and how to get one."""

    names: tuple[str, ...]
    grid: Callable[[str, int | None], Grid]
    problems: list[Problem]
    fills: Fills
    groups: Groups


def read(path: Path, relative: str, charter: Charter, mapping: SourceMapping | None) -> Batch:
    """Read a file by one mapping, or as native tables. SourceError where nothing of it can be used."""
    return read_tables(path, relative, charter, () if mapping is None else (mapping,))


def read_tables(path: Path, relative: str, charter: Charter, mappings: Sequence[SourceMapping]) -> Batch:
    """Read a file by each of its mappings, or as native tables where it has none.

    A sheet that cannot be used is a problem beside the others; SourceError where none can.
    """
    container = _open(path, relative, native=not mappings)
    stem = PurePosixPath(relative).stem
    jobs: list[tuple[str, SourceMapping | None]] = [(mapping.table, mapping) for mapping in mappings] or [
        (name, None) for name in container.names if table_of(name or stem)
    ]
    if not jobs and container.names and table_of(stem):
        jobs = [(container.names[0], None)]
    if not jobs:
        raise _unrecognised(relative, container.names)
    records: dict[str, list[Record]] = {}
    problems: list[Problem] = []
    failures, seen = list[SourceError](), defaultdict[str, Seen](Seen)
    for name, mapping in jobs:
        qualifier, odd = qualifier_of(mapping, relative) if mapping else "", list[Problem]()
        try:
            grid = container.grid(*_place(name, mapping, container, relative))
            table = mapping.table if mapping else table_of(name) or table_of(stem)
            if mapping:
                grid, mapping, odd = outlined(grid, mapping, container.groups, relative)
            plan, notes = _mapped(grid, mapping, relative) if mapping else _native(grid, table, relative)
            notes += odd
            grid = without_repeats(grid, plan)
            if mapping and mapping.colours:
                grid, plan, more = coloured(grid, plan, mapping.colours, container.fills, relative, charter)
                notes += more
        except SourceError as error:
            failures.append(error)
            continue
        rows, faults = build(grid, plan, relative, charter, seen[qualifier])
        records.setdefault(table, []).extend(qualified(rows, qualifier))
        if mapping and mapping.predecessors:
            links, more = linked(grid, rows, mapping, relative, charter, closed=bool(qualifier))
            records.setdefault("links", []).extend(qualified(links, qualifier))
            faults += more
        problems += [*notes, *faults]
    if failures and not records:
        raise failures[0]
    problems = [*(failure.problem for failure in failures), *container.problems, *problems]
    return Batch({table: tuple(rows) for table, rows in records.items()}, tuple(problems))


def plan_of_rows(
    header: tuple[str, ...], relative: str, mapping: SourceMapping | None
) -> tuple[Plan, list[Problem]] | None:
    """Return how `read_tables` reads a CSV file with these headers, and what it says of them; None where a row means
    something by what stands in others: by its number, its level, what comes before it, or rows that repeat it."""
    grid = Grid(header, (), ())
    if mapping is None:
        return _native(grid, table_of(PurePosixPath(relative).stem), relative)
    if mapping.distinct or mapping.level or mapping.predecessors or mapping.colours or qualifier_of(mapping, relative):
        return None
    return _mapped(grid, mapping, relative)


def _open(path: Path, relative: str, *, native: bool) -> _Container:
    data = read_bytes(path, relative)
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm") or (data.startswith(b"PK\x03\x04") and suffix not in (".csv", ".tsv", ".json")):
        book = Workbook(data, relative)
        return _Container(book.sheets, book.grid, [], book.fills, book.groups)
    if suffix == ".json":
        document = Document(data, relative)
        names = tuple(document.tables)
        return _Container(names, lambda name, _: document.grid(name), document.problems, *_plain(relative))
    problems: list[Problem] = []

    def grid(_: str, header_row: int | None) -> Grid:
        table = read_csv(data, relative, header_row, comments=native)
        problems.extend(each for each in table.problems if each not in problems)
        return table.grid

    return _Container(("",), grid, problems, *_plain(relative))


def _plain(relative: str) -> tuple[Fills, Groups]:
    """Return the colours and the grouping of a file that has neither."""

    def fills(_sheet: str, _columns: Collection[int]) -> Mapping[int, Mapping[int, str]]:
        raise refuse(relative, "has no cell colours, which workbooks alone have; take colours out of its [[sources]]")

    def groups(_sheet: str) -> Mapping[int, int]:
        raise refuse(relative, "has no grouped rows, which workbooks alone have; name a column as its level")

    return fills, groups


def _unrecognised(relative: str, names: Sequence[str]) -> SourceError:
    known = ", ".join(NATIVE_TABLES)
    sheets = f" (it holds {', '.join(one_line(name, 40) for name in names[:8])})" if any(names) else ""
    message = f"is named like no table{sheets}; name a file or sheet {known}, or map it under [[sources]]"
    return refuse(relative, f"{message} in portfolio.toml")


def _place(name: str, mapping: SourceMapping | None, container: _Container, relative: str) -> tuple[str, int | None]:
    """Return which table of the container to read, and its row of headers."""
    if mapping is None:
        return name, None
    if not mapping.sheet:
        named = next((each for each in container.names if table_of(each) == mapping.table), None)
        if named is None and not container.names:
            raise refuse(relative, "holds no table")
        return container.names[0] if named is None else named, mapping.header_row
    if container.names == ("",):
        return "", mapping.header_row
    wanted = mapping.sheet.strip().casefold()
    found = next((each for each in container.names if each.strip().casefold() == wanted), None)
    if found is None:
        there = ", ".join(one_line(each, 40) for each in container.names)
        raise refuse(relative, f"has no sheet “{mapping.sheet}” for {mapping.table}; it has {there}")
    return found, mapping.header_row


def _native(grid: Grid, table: str, relative: str) -> tuple[Plan, list[Problem]]:
    """Match headers by the names of our columns."""
    names = {fold(column.name): column.name for column in columns(table)}
    at: dict[str, int] = {}
    problems = []
    for index, header in enumerate(grid.header):
        name = names.get(fold(header), "")
        if name in at:
            problems.append(_twice(grid, relative, header))
        elif name:
            at[name] = index
    plan = Plan(table=table, at=at, defaults=_dated(table, {}, relative))
    _check_required(grid, plan, relative, problems)
    return plan, problems


def _mapped(grid: Grid, mapping: SourceMapping, relative: str) -> tuple[Plan, list[Problem]]:
    """Match headers as the charter says; by our names where it names no columns."""
    at: dict[str, int] = {}
    problems = []
    names = {fold(column.name): column.name for column in columns(mapping.table)}
    wanted = mapping.columns or {names[fold(header)]: header for header in grid.header if fold(header) in names}
    for name, header in wanted.items():
        places = find_header(header, grid.header)
        if places:
            at[name] = places[0]
        else:
            problems.append(_missing(grid, relative, name, header))
        if len(places) > 1:
            problems.append(_twice(grid, relative, header))
    plan = Plan(
        table=mapping.table,
        at=at,
        defaults=_dated(mapping.table, mapping.defaults, relative, mapping.path),
        date_order=mapping.date_order,
        decimal=mapping.decimal,
        distinct=mapping.distinct,
    )
    _check_required(grid, plan, relative, problems)
    return plan, problems


def _dated(table: str, defaults: Mapping[str, Cell], relative: str, pattern: str = "") -> dict[str, Cell]:
    """Reports and readings in a dated folder are of its date, where they do not say otherwise.

    One constant day for all the files that a pattern finds says nothing of any of them.
    """
    drop = drop_of(relative)
    if drop and table in ("status_reports", "readings"):
        return {**defaults, "as_of": drop} if set("*?") & set(pattern) else {"as_of": drop, **defaults}
    return dict(defaults)


def _twice(grid: Grid, relative: str, header: str) -> Problem:
    return Problem(Origin(relative, None, grid.sheet), "this header stands twice; the first column counts", header)


def _headers(grid: Grid) -> str:
    return ", ".join(f"“{one_line(each, 40)}”" for each in grid.header[:30] if each)


def _missing(grid: Grid, relative: str, name: str, header: str) -> Problem:
    near = get_close_matches(header, [each for each in grid.header if each], n=1)
    hint = f"did you mean “{near[0]}”?" if near else f"the headers are {_headers(grid)}"
    return Problem(Origin(relative, None, grid.sheet), f"no column “{header}” for {name}; {hint}", header)


def _check_required(grid: Grid, plan: Plan, relative: str, problems: Sequence[Problem]) -> None:
    missing = [
        column.name
        for column in columns(plan.table)
        if column.required and column.name not in plan.at and column.name not in plan.defaults
    ]
    if missing:
        why = "; ".join(problem.message for problem in problems) or f"its headers are {_headers(grid)}"
        message = f"has no column for {', '.join(missing)} of {plan.table}; {why}"
        raise refuse(relative, message, sheet=grid.sheet)
