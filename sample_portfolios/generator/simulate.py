"""What truly happened, worked out day by day from the plan: an item starts when those before it have finished.

Nothing is drawn at random here but a day more or less per item, from a fixed seed, and both variants share it: the
healthy twin differs from the sample by one date, the day on which the vendor delivers.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sample_portfolios.generator.migration import migration_items
from sample_portfolios.generator.plan import CROSS, PROJECTS, STUCK, Project
from sample_portfolios.generator.worktime import BANK, MIGRATION, Days

DROPS = (
    *(date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)),
    *(date(2025, 4, 30), date(2025, 5, 31), date(2025, 6, 30)),
    *(date(2025, 7, 31), date(2025, 8, 31), date(2025, 9, 30)),
)
"""The last day of each month: the workbook is sent round that evening."""

NEEDED = date(2025, 2, 21)
"""The day on which the mapping of the legacy interfaces needs the vendor's documentation."""

DELIVERED_LATE = date(2025, 10, 15)
"""The day on which it came. Nobody knew that date during the nine drops."""

STARTED_ANYWAY = 2
"""Working days' worth of the stuck item that could be done without the documentation."""


@dataclass(frozen=True)
class Item:
    """A work item of the plan. `plan` is its length in working days, `true` what it takes."""

    id: str
    project: str
    title: str
    plan: int
    true: int
    not_before: date
    before: tuple[str, ...]
    days: Days = BANK


@dataclass(frozen=True)
class Span:
    """First and last day of the work on an item."""

    start: date
    finish: date


def _of_project(project: Project, chance: random.Random) -> list[Item]:
    items: list[Item] = []
    for number, text in enumerate(project.items, 1):
        title, _, rest = text.partition(":")
        length, _, not_before = rest.partition("@")
        plan = int(length)
        own = f"{project.id}.{number}"
        luck = chance.choice((-1, 0, 0, 0, 0, 1)) if plan >= 10 and own != STUCK else 0
        before = tuple(a for a, b in CROSS if b == own) + ((items[-1].id,) if items else ())
        earliest = date.fromisoformat(not_before) if not_before else project.start
        items.append(Item(own, project.id, title, plan, plan + luck, earliest, before))
    return items


def all_items() -> dict[str, Item]:
    """Every item of the workbook and of the migration plan by id, those before first."""
    chance = random.Random(2025)
    found = [item for project in PROJECTS for item in _of_project(project, chance)]
    for task in migration_items():
        true = task.days + (chance.choice((-1, 0, 0, 0, 0, 1)) if task.days >= 4 else 0)
        found.append(Item(task.id, "DAT-01", task.title, task.days, true, task.not_before, task.before, MIGRATION))
    return _in_order({item.id: item for item in found})


def _in_order(items: Mapping[str, Item]) -> dict[str, Item]:
    ordered: dict[str, Item] = {}

    def place(item: Item) -> None:
        for before in item.before:
            if before not in ordered:
                place(items[before])
        ordered[item.id] = item

    for item in items.values():
        if item.id not in ordered:
            place(item)
    return ordered


def history(items: Mapping[str, Item], delivered: date | None, *, planned: bool = False) -> dict[str, Span]:
    """First and last day of every item.

    `delivered` is when the vendor's documentation comes (None: when it is needed); `planned` takes the planned lengths.
    """
    spans: dict[str, Span] = {}
    for item in items.values():
        free = [item.not_before, *(_next(item, items[b], spans[b]) for b in item.before)]
        length = item.plan if planned else item.true
        if length == 0:
            day = max(spans[b].finish for b in item.before)
            spans[item.id] = Span(day, day)
            continue
        start = item.days.first(max(free))
        finish = item.days.last_of(start, length)
        if item.id == STUCK and delivered is not None and not planned:
            finish = max(finish, item.days.last_of(item.days.after(delivered), length - STARTED_ANYWAY))
        spans[item.id] = Span(start, finish)
    return spans


def _next(item: Item, before: Item, span: Span) -> date:
    """The day from which an item may follow another: the same evening after a milestone."""
    return item.days.after(span.finish) if before.plan or item.plan else span.finish
