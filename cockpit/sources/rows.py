"""Rows of cells → records: a column is converted at a time, a bad cell costs its row or less, never its neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import MISSING, field, fields
from datetime import date, datetime
from functools import cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple, TypeGuard

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.charter.charter import Charter
from cockpit.charter.vocabulary import Column, columns
from cockpit.records.model import TABLES, Moment, Origin, Problem, Record, State, key_of
from cockpit.sources import numbers
from cockpit.sources.dates import read_column, serial
from cockpit.sources.durations import days
from cockpit.sources.values import CONVERTERS, Cell, is_blank, is_open, number, one_person, percent, text, whole_number

_ACCOUNTABLE = {"acceptor", "giver_owner", "lead", "owner", "receiver_owner", "sponsor"}
"""Columns for the one person who answers or signs; several may still do a work item together."""
_FATAL = {("kpis", "direction")}
"""Optional columns whose default would be a judgement: a cell there that cannot be read refuses its row."""


class Grid(NamedTuple):
    """A table as it stands in a file. `numbers` are the rows as people count them; every row is as long as `header`."""

    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    numbers: Sequence[int]
    sheet: str = ""
    fractions: bool = False
    """Percentages may be stored as fractions, as workbooks do."""
    merged: Mapping[int, Collection[int]] = MappingProxyType({})
    """By column the rows (indexes into `rows`) whose cell there is merged with the one above."""
    ordinals: Sequence[int] = ()
    """The places of the rows below the headers, from 1, with empty rows counted; nothing where `numbers` are that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which column of a grid becomes which of ours. `at` holds indexes into the header, `defaults` constants."""

    table: str
    at: Mapping[str, int]
    defaults: Mapping[str, Cell] = field(default_factory=dict)
    date_order: str = ""
    decimal: str = ""
    distinct: bool = False
    """Equal rows count once, and one without what its table requires says nothing and is passed over."""
    states: Sequence[State | None] | None = None
    """The state of each row, where its tool tells more than the status word."""
    orders: Mapping[str, Collection[str]] = field(default_factory=dict)
    """By column the orders that its dates allow, where the rows are only some of the file's: then not by themselves."""
    decimals: Mapping[str, str] = field(default_factory=dict)
    """By column the mark before its decimals, as above."""


class Bad(NamedTuple):
    """A cell that could not be read, and what was expected."""

    expected: str


_SUMS = frozenset(
    {
        "sum", "total", "totals", "grand total", "subtotal", "sub-total", "summe", "gesamt", "gesamtsumme",
        "zwischensumme",
        "total général", "sous-total", "somme",
    }
)  # fmt: skip
_STATES = ("[states]", "todo, doing, blocked or done")
_UNCLEAR = Bad("")
"""A date that could be either of two days, a number that could be either of two: told once for its column."""
_DURATIONS = {"duration_days", "remaining_days", "lag_days"}
"""Columns that may also be written with a unit."""
_NUMBERS: Mapping[Any, Callable[..., Any]] = {
    float: number,
    float | None: number,
    int | None: whole_number,
}


class Seen:
    """The keys of one file so far: the first row of a key counts. `entangled`: what was said of some row rests on
    other rows too."""

    def __init__(self) -> None:
        self.entangled = False
        self._first: dict[tuple[str, str], Record] = {}
        self._others: dict[tuple[str, str], list[Record]] = {}

    def admit(self, table: str, record: Record, distinct: bool) -> str | None:
        """Return None for a new key, else why the row is refused; an empty text where it only repeats another."""
        key = key_of(table, record)
        first = self._first.setdefault((table, key), record)
        if first is record:
            return None
        self.entangled = True
        if distinct:
            told = self._others.setdefault((table, key), [first])
            if record in told:
                return ""
            told.append(record)
        place = f"row {first.origin.row}" if first.origin else "another row"
        if first.origin and record.origin and first.origin.sheet != record.origin.sheet:
            place += f" of {first.origin.sheet}"
        said = _difference(first, record) if distinct else ""
        return f"“{one_line(key, 80)}” already stands in {place}{said}; the first counts and this row is left out"


def _difference(first: Record, other: Record) -> str:
    """Return which field two records of one key have different, with both values."""
    name = next(
        each.name for each in fields(first) if each.compare and getattr(first, each.name) != getattr(other, each.name)
    )
    said, here = (one_line(text(getattr(record, name)), 60) for record in (first, other))
    return f" with another {name} (“{said}”, here “{here}”)"


def build(grid: Grid, plan: Plan, relative: str, charter: Charter, seen: Seen) -> tuple[list[Record], list[Problem]]:
    """Return the records of a grid, and the problems of its rows in their order."""
    reader = _Reader(grid, plan, relative, charter)
    kept, problems = [], []
    for record in reader.records():
        if (why := seen.admit(plan.table, record, plan.distinct)) is None:
            kept.append(record)
        elif why and record.origin:
            problems.append(Problem(record.origin, why, reader.label(_key_column(plan.table))))
    seen.entangled = seen.entangled or reader.entangled
    problems = sorted([*problems, *reader.problems], key=lambda problem: problem.origin.row or 0)
    return kept, problems


def _key_column(table: str) -> str:
    names = [column.name for column in columns(table)]
    return "id" if "id" in names else names[0]


class _Reader:
    """One grid on its way to records."""

    def __init__(self, grid: Grid, plan: Plan, relative: str, charter: Charter) -> None:
        self.grid, self.plan, self.relative, self.charter = grid, plan, relative, charter
        self.problems: list[Problem] = []
        self.entangled = False
        """A problem tells of a column, not of its row alone."""
        self._refused: set[int] = set()
        self._cells = list(zip(*grid.rows, strict=True)) if grid.rows else [()] * len(grid.header)

    def label(self, name: str) -> str:
        """Return the header above our column `name`, for a problem."""
        return self.grid.header[self.plan.at[name]] if name in self.plan.at else name

    def records(self) -> Iterator[Record]:
        """Yield the records of all rows that can be used."""
        values: dict[str, Sequence[Any]] = {
            column.name: self._column(column) for column in columns(self.plan.table) if self._has(column)
        }
        values.update(self._derived(values))
        values["extra"] = self._extra()
        names, make = tuple(values), TABLES[self.plan.table]
        relative, sheet, refused = self.relative, self.grid.sheet, self._refused
        for index, row in enumerate(zip(*values.values(), strict=True)):
            if index not in refused:
                origin = Origin(relative, self.grid.numbers[index], sheet)
                yield make(origin=origin, **dict(zip(names, row, strict=True)))

    def _has(self, column: Column) -> bool:
        return column.name in self.plan.at or column.name in self.plan.defaults

    def _origin(self, index: int | None) -> Origin:
        return Origin(self.relative, None if index is None else self.grid.numbers[index], self.grid.sheet)

    def _column(self, column: Column) -> list[Any]:
        name, default = column.name, self.plan.defaults.get(column.name)
        cells: Sequence[Cell] = (
            self._cells[self.plan.at[name]] if name in self.plan.at else [None] * len(self.grid.rows)
        )
        if default is not None:
            cells = [default if is_blank(cell) else cell for cell in cells]
        convert = self._converter(column, cells)
        if set(map(type, cells)) == {str}:
            memo = {cell: convert(cell) for cell in set(cells)}
            values = [memo[cell] for cell in cells]
        else:
            values = [convert(cell) for cell in cells]
        if Bad in set(map(type, values)):
            return [
                self._report(column, index, cells[index], value) if type(value) is Bad else value
                for index, value in enumerate(values)
            ]
        return values

    def _report(self, column: Column, index: int, cell: Cell, bad: Bad) -> Any:
        """Note a cell that cannot be read; return the value that its row goes on with."""
        default = _default(self.plan.table, column)
        fatal = column.required or (self.plan.table, column.name) in _FATAL
        if fatal:
            self._refused.add(index)
        if bad is _UNCLEAR or (fatal and is_blank(cell) and (self.plan.distinct or _sums(self.grid.rows[index]))):
            return None
        found = "the cell is empty" if is_blank(cell) else f"found “{one_line(text(cell), 80)}”"
        so = "the row is left out" if fatal else "the row is kept without it"
        message = f"expected {bad.expected}; {found}; {so}"
        self.problems.append(Problem(self._origin(index), message, self.label(column.name)))
        return None if default is MISSING else default

    def _converter(self, column: Column, cells: Sequence[Cell]) -> Callable[[Cell], Any]:
        empty: Any = _default(self.plan.table, column)
        empty = Bad(_wanted(column)) if empty is MISSING else empty
        if column.type in (date, date | None, Moment, Moment | None):
            return self._date_converter(column, cells, empty)
        if column.type == State | None:
            return self._state_converter(column.name, cells)
        if column.type in _NUMBERS:
            return self._number_converter(column, cells, empty)
        if column.name in _ACCOUNTABLE and (self.plan.table, column.name) != ("work_items", "owner"):
            return _guarded(one_person, empty)
        return _guarded(CONVERTERS[column.type], empty)

    def _number_converter(self, column: Column, cells: Sequence[Cell], empty: Any) -> Callable[[Cell], Any]:
        texts = {cell.strip() for cell in cells if _is_text(cell) and not is_open(cell)}
        known = self.plan.decimals.get(column.name)
        found = numbers.read_column(texts, self.plan.decimal) if known is None else numbers.Column(known, frozenset())
        self._report_doubtful(column, cells, found.unclear)
        kind: Callable[..., Any] = percent if column.name == "percent" else _NUMBERS[column.type]
        if column.name in _DURATIONS:
            kind = partial(days, minutes_per_day=self.charter.calendar().minutes_per_day)
        convert: Callable[[Cell], Any] = partial(kind, decimal=found.decimal)
        if kind is percent and self.grid.fractions:
            convert = _percent(cells, convert)
        guarded = _guarded(convert, empty, nothing=is_open)
        if not found.unclear:
            return guarded
        doubtful = _UNCLEAR if column.required else empty
        return lambda cell: doubtful if _is_text(cell) and cell.strip() in found.unclear else guarded(cell)

    def _report_doubtful(self, column: Column, cells: Sequence[Cell], unclear: frozenset[str]) -> None:
        if not unclear:
            return
        self.entangled = True
        at = [index for index, cell in enumerate(cells) if isinstance(cell, str) and cell.strip() in unclear]
        example, so = text(cells[at[0]]), "their rows are left out" if column.required else "they are left empty"
        many, one = numbers.readings(example)
        message = (
            f"“{one_line(example, 80)}” could be {many} or {one}, and nothing else in this column tells which "
            f'({len(at):,} numbers; {so}); set decimal to "." or "," under [[sources]] in portfolio.toml'
        )
        self.problems.append(Problem(self._origin(at[0]), message, self.label(column.name)))

    def _date_converter(self, column: Column, cells: Sequence[Cell], empty: Any) -> Callable[[Cell], Any]:
        whole_days = column.type in (date, date | None)
        texts = {cell.strip() for cell in set(filter(_is_text, cells)) if not is_open(cell)}
        found = read_column(texts, self.plan.date_order, self.plan.orders.get(column.name))
        self._report_unclear(column, cells, found.unclear)
        wanted = Bad("a date such as 2025-03-31")

        def convert(cell: Cell) -> Any:
            if is_blank(cell) or is_open(cell):
                return empty
            value = found.values.get(cell.strip(), cell) if isinstance(cell, str) else cell
            if isinstance(cell, str) and cell.strip() in found.unclear:
                return _UNCLEAR if column.required else None
            if isinstance(value, datetime) and (whole_days or value.time() == datetime.min.time()):
                return value.date()
            return value if isinstance(value, date) else serial(cell) or wanted

        return convert

    def _report_unclear(self, column: Column, cells: Sequence[Cell], unclear: frozenset[str]) -> None:
        if not unclear:
            return
        self.entangled = True
        at = [index for index, cell in enumerate(cells) if isinstance(cell, str) and cell.strip() in unclear]
        example, so = text(cells[at[0]]), "their rows are left out" if column.required else "they are left empty"
        message = (
            f"“{example}” could be either of two days, and nothing else in this column tells the order of day and "
            f'month ({len(at):,} dates; {so}); set date_order to "dmy" or "mdy" under [[sources]] in portfolio.toml'
        )
        self.problems.append(Problem(self._origin(at[0]), message, self.label(column.name)))

    def _state_converter(self, name: str, cells: Sequence[Cell]) -> Callable[[Cell], Any]:
        self._report_unknown(name, cells, self.charter.state_of, *_STATES)
        return lambda cell: None if is_blank(cell) else self.charter.state_of(text(cell))

    def _derived(self, values: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
        """The category of the status words of work items and of reports."""
        if "status" not in values:
            return {}
        words: list[str] = [each or "" for each in values["status"]]
        if self.plan.table == "status_reports":
            self._report_unknown("status", words, self.charter.rag_of, "[rag]", "green, amber, red or complete")
            return {"rag": [self.charter.rag_of(each) for each in words]}
        states = self.plan.states or [self.charter.state_of(each) for each in words]
        known = set(words) - {each for each, state in zip(words, states, strict=True) if state is None}
        self._report_unknown("status", words, lambda said: said in known or None, *_STATES)
        return {"state": states}

    def _report_unknown(
        self, name: str, cells: Sequence[Cell], meant: Callable[[str], object], section: str, choice: str
    ) -> None:
        """One problem for each word that the charter does not know, at the first row that has it."""
        counts = Counter(text(cell) for cell in cells if not is_blank(cell))
        for said, count in counts.items():
            if meant(said) is None:
                self.entangled = True
                first = next(index for index, cell in enumerate(cells) if text(cell) == said)
                rows = "1 row" if count == 1 else f"{count:,} rows"
                message = f"“{one_line(said, 60)}” ({rows}) is no known word; add it to {choice} under {section}"
                message += " in portfolio.toml"
                self.problems.append(Problem(self._origin(first), message, self.label(name)))

    def _extra(self) -> list[tuple[tuple[str, str], ...]]:
        used = set(self.plan.at.values())
        spare = [index for index in range(len(self.grid.header)) if index not in used]
        if self.plan.distinct or not spare:
            return [()] * len(self.grid.rows)
        headers = [self.grid.header[index] or f"column {index + 1}" for index in spare]
        shown = [[text(cell) for cell in self._cells[index]] for index in spare]
        return [tuple(pair for pair in zip(headers, row, strict=True) if pair[1]) for row in zip(*shown, strict=True)]


def _sums(row: Sequence[Cell]) -> bool:
    """Whether a row says that it is the sum of others: then it lacks what a row must have, and lacks nothing."""
    return any(isinstance(cell, str) and cell.strip().strip(":").casefold() in _SUMS for cell in row)


def _is_text(cell: Cell) -> TypeGuard[str]:
    return isinstance(cell, str)


@cache
def _default(table: str, column: Column) -> Any:
    return next(each.default for each in fields(TABLES[table]) if each.name == column.name)


def _wanted(column: Column) -> str:
    return "a date such as 2025-03-31" if column.type is date else "a number" if column.type is float else "a value"


def _guarded(
    convert: Callable[[Cell], Any], empty: Any, nothing: Callable[[Cell], bool] = is_blank
) -> Callable[[Cell], Any]:
    """Return a converter that says what it expected in place of raising; `nothing` tells cells that say nothing."""

    def guarded(cell: Cell) -> Any:
        if is_blank(cell) or nothing(cell):
            return empty
        try:
            value = convert(cell)
        except ValueError as error:
            return Bad(str(error))
        return empty if value == "" else value  # nothing is left of control characters

    return guarded


def _percent(cells: Sequence[Cell], percent: Callable[[Cell], float]) -> Callable[[Cell], float]:
    """Workbooks store 45% as 0.45: a column of numbers from 0 to 1, with one in between, holds fractions."""
    numbers = [cell for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
    fractions = all(0 <= each <= 1 for each in numbers) and any(0 < each < 1 for each in numbers)

    def convert(cell: Cell) -> float:
        scaled = fractions and isinstance(cell, int | float) and not isinstance(cell, bool)
        return round(percent(cell) * 100, 9) if scaled else percent(cell)

    return convert
