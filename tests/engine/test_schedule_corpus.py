"""Every value that Microsoft Project stored in the corpus, and PSPLIB's critical path lengths."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pytest
from schedule_plans import ALWAYS, backward, floats, forward, item, tie

from cockpit.commands.planfile import schedule_file
from cockpit.engine.plans.plan import PlanRow, PlanSchedule
from cockpit.engine.scheduling import network, schedule
from cockpit.engine.scheduling.calendars import Working, minute_of
from cockpit.records.model import Calendar
from cockpit.sources import msproject

MSPSPLIB = ("16_mp_j30_a5_nr1", "26_mp_j90_a2_nr1", "41_mp_j120_a10_nr1", "46_mp_j120_a2_nr1", "6_mp_j30_a2_nr1")
MPXJ = ("mspdirelations", "sample", "task_links_project2003_mspdi", "task_links_project2010_mspdi")
DATES = ("early_start", "early_finish", "late_start", "late_finish")
HUNDREDTH = 0.02 * 60


def expected_of(folder: Path) -> dict[str, list[dict[str, str]]]:
    found = defaultdict(list)
    with (folder / "expected.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["id"]].append(row)
    return found


def minutes_of(text: str) -> float:
    """`1.5d` (of 8 hours) or `480.0m`, as working minutes."""
    return float(text[:-1]) * {"d": 480, "m": 1}[text[-1]]


def scheduled(path: Path) -> tuple[PlanSchedule, dict[str, PlanRow], dict[str, Working]]:
    plan = schedule_file(path)
    batch = msproject.read(path, path.name)
    calendars = {calendar.id: Working(calendar) for calendar in batch.records["calendars"]}  # type: ignore[arg-type]
    own = {item.id.rpartition("/")[2]: calendars[item.calendar] for item in batch.records["work_items"]}  # type: ignore[attr-defined]
    return plan, {row.id: row for row in plan.rows}, own


def disagreements(row: dict[str, str], got: PlanRow, working: Working, names: tuple[str, ...] = DATES) -> list[str]:
    found = []
    for name in names:
        stored = datetime.fromisoformat(row[name])
        if working.work_between(minute_of(stored), minute_of(getattr(got, name))) != 0:
            found.append(f"{row['uid']} {name}: stored {stored}, computed {getattr(got, name)}")
    return found


@pytest.mark.parametrize(
    ("folder", "name"), [("mspsplib", name) for name in MSPSPLIB] + [("mpxj", name) for name in MPXJ]
)
def test_every_activity_agrees_with_what_microsoft_project_stored(corpus: Path, folder: str, name: str) -> None:
    plan, rows, own = scheduled(corpus / folder / f"{name}.xml")
    stored = expected_of(corpus / folder)[name]
    assert {row["uid"] for row in stored} <= rows.keys()
    wrong = []
    for row in stored:
        got = rows[row["uid"]]
        wrong += disagreements(row, got, own[row["uid"]])
        for slack, minutes in (("total_slack", got.total_float_minutes), ("free_slack", got.free_float_minutes)):
            if minutes is None or abs(minutes - minutes_of(row[slack])) > HUNDREDTH:
                wrong.append(f"{row['uid']} {slack}: stored {row[slack]}, computed {minutes} minutes")
        if got.critical != (row["critical"] == "1"):
            wrong.append(f"{row['uid']} critical: stored {row['critical']}")
    assert wrong == []
    assert plan.problems == ()
    assert plan.cycles == ()


def psplib(path: Path) -> tuple[dict[int, int], dict[int, list[int]], int]:
    """Durations and successors by job, and the critical path length, of a PSPLIB single-mode file."""
    text = path.read_text(encoding="latin-1")
    sections = {part.split("\n", 1)[0].strip(" :"): part for part in re.split(r"\n\*{20,}\n", text)}
    information = sections["PROJECT INFORMATION"].splitlines()[-1].split()
    successors, durations = {}, {}
    for line in sections["PRECEDENCE RELATIONS"].splitlines()[2:]:
        job, _, _, *after = map(int, line.split())
        successors[job] = after
    for line in sections["REQUESTS/DURATIONS"].splitlines()[3:]:
        job, _, duration, *_ = map(int, line.split())
        durations[job] = duration
    return durations, successors, int(information[-1])


def test_the_critical_path_of_every_psplib_instance_is_its_mpm_time(corpus: Path) -> None:
    files = sorted((corpus / "psplib").glob("*.sm"))
    wrong = []
    for path in files:
        durations, successors, length = psplib(path)
        items = [item(f"{job:03}", float(days), calendar="always") for job, days in durations.items()]
        links = [tie(f"{job:03}", f"{other:03}") for job, after in successors.items() for other in after]
        daily = Calendar(id="always", week=ALWAYS.week, minutes_per_day=1440)
        net = network.build(items, links, {"always": daily}, daily, {})
        ahead = forward(net, 0)
        if max(ahead.finish) != length * 1440:
            wrong.append(f"{path.name}: computed {max(ahead.finish) / 1440}, MPM-Time {length}")
        slack = floats(net, ahead, backward(net, ahead))
        last = max(range(len(net.ids)), key=lambda node, finish=ahead.finish: finish[node])  # type: ignore[misc]
        chain = schedule.driving_chain(net, ahead, last)
        assert {slack.total[node] for node in chain} == {0}
        assert sum(net.duration[node] for node in chain) == length * 1440
    assert wrong == []
    assert len(files) == 20
