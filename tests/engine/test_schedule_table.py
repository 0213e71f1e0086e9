from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

from rich.cells import cell_len
from schedule_plans import item, tie

from cockpit.commands.planfile import schedule_file
from cockpit.engine.plans.plan import PlanSchedule, schedule_plan
from cockpit.outlets.look import Look
from cockpit.outlets.schedule_table import MOST_PROBLEMS, Schedule, notes
from cockpit.records.model import Batch, Kind, Project
from cockpit.records.terms import Method, Rules

COLUMNS = (
    "id", "name", "start", "finish", "early_start", "early_finish", "late_start", "late_finish", "total_float_minutes",
    "free_float_minutes", "critical",
)  # fmt: skip


def small(*more: object, links: tuple[object, ...] = ()) -> PlanSchedule:
    project = Project(
        id="plan",
        title="Payments",
        method=Method(rules=Rules.PROJECT, start=datetime.fromisoformat("2025-03-03T08:00")),
    )
    items = (
        item("plan/1", kind=Kind.SUMMARY, title="Build"),
        item("plan/2", 2, parent="plan/1", title="=cmd|' /C calc'!A0"),
        item("plan/3", 0.125, parent="plan/1", title="Prüfung [bold]漢字[/bold]"),
        item("plan/4", 0, title="Done", kind=Kind.MILESTONE),
        *more,
    )
    ties = (tie("plan/2", "plan/4"), tie("plan/3", "plan/4"), *links)
    return schedule_plan(Batch({"projects": (project,), "work_items": items, "links": ties}))  # type: ignore[arg-type]


def test_the_csv_has_every_task_with_iso_minutes() -> None:
    table = list(csv.DictReader(io.StringIO(Schedule(small()).csv())))
    assert tuple(table[0]) == COLUMNS
    assert [row["id"] for row in table] == ["1", "2", "3", "4"]
    assert table[1]["name"] == "'=cmd|' /C calc'!A0"
    assert table[2] == {
        "id": "3", "name": "Prüfung [bold]漢字[/bold]", "start": "2025-03-03T08:00", "finish": "2025-03-03T09:00",
        "early_start": "2025-03-03T08:00", "early_finish": "2025-03-03T09:00", "late_start": "2025-03-04T16:00",
        "late_finish": "2025-03-04T17:00", "total_float_minutes": "900", "free_float_minutes": "900", "critical": "0",
    }  # fmt: skip
    summary = table[0]
    assert (summary["start"], summary["finish"]) == ("2025-03-03T08:00", "2025-03-04T17:00")
    assert (summary["total_float_minutes"], summary["critical"]) == ("0", "1")
    assert table[3]["finish"] == "2025-03-04T17:00"


def test_the_table_fits_its_width_and_marks_what_is_critical() -> None:
    schedule = small(item("plan/5", 1, title="x" * 300))
    for width in (80, 60):
        text = Schedule(schedule).text(Look(width))
        assert max(cell_len(line) for line in text.splitlines()) <= width
    lines = Schedule(schedule).text().splitlines()
    assert lines[0] == "Payments: 2025-03-03 08:00 to 2025-03-04 17:00, 4 tasks, 2 critical."
    assert [line.split()[0] for line in lines if line.startswith("*") and "float in" not in line] == ["*", "*", "*"]
    assert any("· Prüfung [bold]漢字[/bold]" in line and line.endswith("15 h") for line in lines)


def test_a_cycle_leaves_empty_cells_and_is_named() -> None:
    schedule = small(item("plan/8", 1), item("plan/9", 1), links=(tie("plan/8", "plan/9"), tie("plan/9", "plan/8")))
    table = list(csv.DictReader(io.StringIO(Schedule(schedule).csv())))
    assert set(table[-1].values()) == {"9", "plan/9", ""}
    assert notes(schedule) == ["Cycle of links, not computed: 8 → 9 → 8."]


def test_problems_are_listed_but_not_without_end() -> None:
    unknown = tuple(tie("plan/2", f"plan/x{n}") for n in range(MOST_PROBLEMS + 5))
    found = notes(small(links=unknown))
    assert sum("names an unknown work item" in note for note in found) == MOST_PROBLEMS
    assert found[-1] == "… and 5 more."


def test_a_plan_without_tasks() -> None:
    schedule = schedule_plan(Batch({}))
    assert Schedule(schedule).csv() == ",".join(COLUMNS) + "\n"
    assert "no task that can be computed" in Schedule(schedule).text()


def test_a_file_is_read_scheduled_and_printed(corpus: Path) -> None:
    plan = schedule_file(corpus / "mpxj" / "mspdirelations.xml")
    assert "2,Task 2,2006-09-22T08:00,2006-09-22T17:00," in Schedule(plan).csv()
    assert Schedule(plan).text().count("Task ") == 5
