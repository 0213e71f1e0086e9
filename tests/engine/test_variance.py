"""A plan beside its baseline."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime

from primavera_plans import activity, at, batch, done, link
from rich.cells import cell_len

from cockpit.engine.plans.plan import plan_of, schedule_of
from cockpit.engine.plans.variance import Variance, variances
from cockpit.outlets.variance_table import Variances
from cockpit.records.model import Link, WorkItem


def beside(*items: WorkItem, links: tuple[Link, ...] = ()) -> dict[str, Variance]:
    plan = plan_of(batch(items, links))
    return {found.row.id: found for found in variances(plan, schedule_of(plan))}


def test_a_variance_is_working_time_of_the_tasks_own_calendar() -> None:
    a = activity("a", 16, baseline_start=at("02-27 09:00"), baseline_finish=at("02-28 18:00"))
    night = activity("n", 8, calendar="always", baseline_start=at("03-03 09:00"), baseline_finish=at("03-03 13:00"))
    found = beside(a, night)
    assert found["a"][1:] == (960, 960, 0), "the weekend does not count"
    assert found["n"][1:] == (0, 240, 240)


def test_a_task_without_a_baseline_is_left_out_and_half_a_baseline_gives_half_an_answer() -> None:
    found = beside(activity("a"), activity("b", baseline_finish=at("03-04 18:00")))
    assert list(found) == ["b"]
    assert found["b"][1:] == (None, -480, None)


def test_done_work_is_measured_by_its_actual_dates_and_what_is_in_a_circle_has_none() -> None:
    over = done("d", at("02-27 09:00"), at("02-28 13:00"), baseline_start=date(2025, 2, 27),
                baseline_finish=date(2025, 2, 27))  # fmt: skip
    circle = [activity(name, baseline_finish=at("03-04 18:00")) for name in "xy"]
    found = beside(over, *circle, links=(link("x", "y"), link("y", "x")))
    assert found["d"][1:] == (0, 240, 240)
    assert found["x"][1:] == (None, None, None)


def test_the_tables_say_the_same_to_scripts_and_to_people() -> None:
    late = activity("a", 16, baseline_start=at("02-27 09:00"), baseline_finish=at("02-28 18:00"))
    early = activity("b", 4, baseline_start=at("03-03 09:00"), baseline_finish=at("03-03 18:00"))
    found = tuple(beside(replace(late, title="=1+1"), early).values())
    (first, second) = csv.DictReader(io.StringIO(Variances("Plan", found).csv()))
    assert list(first) == [
        "id", "name", "baseline_start", "baseline_finish", "start", "finish", "start_variance_minutes",
        "finish_variance_minutes", "duration_variance_minutes",
    ]  # fmt: skip
    assert (first["name"], first["finish_variance_minutes"], second["finish_variance_minutes"]) == (
        "'=1+1",
        "960",
        "-240",
    )
    assert datetime.fromisoformat(first["baseline_finish"]) == at("02-28 18:00")
    lines = Variances("Plan", found).text().splitlines()
    assert lines[0] == "Plan: 1 of 2 tasks with a baseline finish after it."
    assert [line.split()[-2:] for line in lines if "2025-" in line] == [["+2", "d"], ["-0.5", "d"]]
    assert max(map(cell_len, lines)) <= 80
    assert "no task has a baseline" in Variances("Plan", ()).text()
