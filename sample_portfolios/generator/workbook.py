"""The tracker: the Excel workbook that the programme office sends round every month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from sample_portfolios.generator.drops import World
from sample_portfolios.generator.org import NAMES, TEAMS
from sample_portfolios.generator.plan import CROSS, LAUNCH, PLAN_FILE, PROJECTS, Project
from sample_portfolios.generator.simulate import DROPS, Item

REPORTED_BY = "Helen Marsh"
SUB_PROJECTS = (
    "Ref", "Sub-project", "Workstream", "Objective", "Lead", "Sponsor", "Start", "Baseline end", "Forecast end",
    "Actual end", "RAG", "Status date", "Reported by", "Budget ($)", "Forecast cost ($)", "Spent ($)", "Comment",
)  # fmt: skip
PLAN = (
    "Item", "Ref", "Activity", "Type", "Progress", "Days", "Days left", "Not before", "Baseline start",
    "Baseline end", "Started", "Finished", "% done", "Effort (person days)", "Accepted when", "Last edited",
)  # fmt: skip
LOGIC = ("Before", "After", "Type")
HEADER_ROW = 4
"""The row of the headers on each sheet, as people count; a title stands above."""

Cell = str | int | date | None


def write_workbook(world: World, drop: int, path: Path) -> None:
    """Write the tracker of a drop (0 is January)."""
    with Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": "Core banking tracker", "created": datetime(2025, 1, 2)})  # noqa: DTZ001
        title = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "bg_color": "#DDE5EE", "border": 1})
        green = book.add_format({"bg_color": "#92D050"})
        sheet = book.add_worksheet("Sub-projects")
        _fill(
            sheet,
            "Core banking to the cloud: sub-projects",
            drop,
            SUB_PROJECTS,
            _sub_projects(world, drop),
            title,
            head,
        )
        sheet.conditional_format(
            HEADER_ROW, 10, 100, 10, {"type": "cell", "criteria": "==", "value": '"Green"', "format": green}
        )
        _fill(book.add_worksheet("Plan"), "Plan", drop, PLAN, _plan(world, drop), title, head)
        _fill(book.add_worksheet("Logic"), "What follows what", drop, LOGIC, _logic(world), title, head)


def _fill(
    sheet: Worksheet,
    name: str,
    drop: int,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    title: object,
    head: object,
) -> None:
    sheet.write(0, 0, name, title)
    sheet.write(1, 0, f"Status of {DROPS[drop]:%d %B %Y}, {REPORTED_BY}, Programme Office")
    sheet.write_row(HEADER_ROW - 1, 0, headers, head)
    for number, row in enumerate(rows, HEADER_ROW):
        sheet.write_row(number, 0, row)
    sheet.freeze_panes(HEADER_ROW, 2)
    sheet.autofit()


def _sub_projects(world: World, drop: int) -> Iterable[tuple[Cell, ...]]:
    for project in PROJECTS:
        finished = world.finished(project, DROPS[drop])
        yield (
            project.id, project.title, project.team, project.objective, _lead(project), NAMES[project.sponsor],
            project.start, world.baseline(project), world.forecast(project, drop), finished, "Green", DROPS[drop],
            REPORTED_BY, project.budget * 1000, world.forecast_cost(project, drop), world.spent(project, drop),
            world.comment(project, drop),
        )  # fmt: skip


def _lead(project: Project) -> str:
    return next(NAMES[team.lead] for team in TEAMS if team.id == project.team)


def _plan(world: World, drop: int) -> Iterable[tuple[Cell, ...]]:
    for project in PROJECTS:
        if project.id != "DAT-01":
            for item in sorted(world.members[project.id], key=lambda i: i.id):
                yield _plan_row(world, item, project, drop)


def _plan_row(world: World, item: Item, project: Project, drop: int) -> tuple[Cell, ...]:
    seen, planned = world.seen(item, drop), world.planned[item.id]
    first = item.id.endswith(".1")
    acceptance = "Customers are served from the new core" if item.id == LAUNCH else None
    return (
        item.id, item.project, item.title, "Milestone" if item.plan == 0 else "Activity", seen.status, seen.days,
        seen.left, item.not_before if first or item.not_before != project.start else None, planned.start,
        planned.finish, seen.started, seen.finished, seen.percent, item.plan * 3, acceptance, seen.edited,
    )  # fmt: skip


def _logic(world: World) -> Iterable[tuple[Cell, ...]]:
    for item in sorted(world.items.values(), key=lambda i: i.id):
        if not item.id.startswith(PLAN_FILE):
            crossing = [a for a, b in CROSS if b == item.id]
            for before in sorted(item.before, key=lambda b: (b in crossing, b)):
                yield before, item.id, "FS"
