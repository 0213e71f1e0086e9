"""What the columns of a table show of their dates and numbers, counted, so that it can be told when rows change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.charter.vocabulary import Column, columns
from cockpit.records.model import Moment
from cockpit.sources import dates, numbers
from cockpit.sources.rows import Grid, Plan
from cockpit.sources.values import Cell, is_blank, is_open

_DATES = (date, date | None, Moment, Moment | None)
_NUMBERS = (float, float | None, int | None)


class Number(NamedTuple):
    """What a cell of a column of numbers shows, and whether what it means may depend on what others show."""

    shown: numbers.Shown | None
    depends: bool


@dataclass(frozen=True)
class Shown:
    """By column how many cells show what of the order of dates, and of the mark before decimals."""

    dates: Mapping[str, Counter[dates.Shown]]
    numbers: Mapping[str, Counter[Number]]

    def without(self, gone: Shown) -> Shown:
        """Return what is shown once some of the rows are gone."""
        return Shown(
            {name: found - gone.dates[name] for name, found in self.dates.items()},
            {name: found - gone.numbers[name] for name, found in self.numbers.items()},
        )

    def with_others(self, came: Shown) -> Shown:
        """Return what is shown once other rows came."""
        return Shown(
            {name: found + came.dates[name] for name, found in self.dates.items()},
            {name: found + came.numbers[name] for name, found in self.numbers.items()},
        )

    def settled(self, plan: Plan) -> Plan | None:
        """Return the plan that reads some of the rows as it reads all of them; None where the columns leave doubts."""
        orders: dict[str, Collection[str]] = {}
        decimals: dict[str, str] = {}
        for name, found in self.dates.items():
            allowed = dates.orders_shown(found)
            if found and len(allowed) != 1:
                return None
            orders |= {name: allowed} if found else {}
        for name, counted in self.numbers.items():
            decimal = numbers.decimal_shown({each.shown for each in counted if each.shown}, plan.decimal)
            if decimal is None:
                return None
            decimals[name] = decimal
        return replace(plan, orders=orders, decimals=decimals)

    def reads_alike(self, before: Plan, now: Plan) -> bool:
        """Return whether all these cells mean the same by both of two plans."""
        return all(
            not found or before.orders.get(name) == now.orders.get(name) for name, found in self.dates.items()
        ) and all(
            before.decimals[name] == now.decimals[name] or not any(each.depends for each in found)
            for name, found in self.numbers.items()
        )


def shown(grid: Grid, plan: Plan) -> Shown:
    """Count what the columns of a grid show."""
    read = [column for column in columns(plan.table) if column.name in plan.at or column.name in plan.defaults]
    cells = {column.name: _cells(column, grid, plan) for column in read if column.type in (*_DATES, *_NUMBERS)}
    free = {column.name for column in read if column.type in _DATES and not plan.date_order}
    return Shown(
        {column.name: _dates(cells[column.name]) for column in read if column.name in free},
        {column.name: _numbers(cells[column.name]) for column in read if column.type in _NUMBERS},
    )


def _cells(column: Column, grid: Grid, plan: Plan) -> Counter[str]:
    """The texts of a column as `rows` reads them, without those that say nothing."""
    at, default = plan.at.get(column.name), plan.defaults.get(column.name)
    found = Counter[Cell]([None] * len(grid.rows) if at is None else [row[at] for row in grid.rows])
    counted = Counter[str]()
    for cell, count in found.items():
        cell = default if default is not None and is_blank(cell) else cell
        if isinstance(cell, str) and not is_open(cell):
            counted[cell.strip()] += count
    return counted


def _dates(cells: Counter[str]) -> Counter[dates.Shown]:
    counted = Counter[dates.Shown]()
    for text, count in cells.items():
        if (found := dates.shown(text)) is not None:
            counted[found] += count
    return counted


def _numbers(cells: Counter[str]) -> Counter[Number]:
    counted = Counter[Number]()
    for text, count in cells.items():
        counted[Number(numbers.shown(text), numbers.may_depend(text))] += count
    return counted
