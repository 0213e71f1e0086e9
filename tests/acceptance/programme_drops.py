"""What the drops of a programme tell: native tables as a programme office keeps them, with a deck that says Green."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from programme_plans import Span, Task, forward
from programme_tellings import Telling, drop_days
from programme_truth import TOLERATED, Story

Rows = Sequence[Mapping[str, Any]]
WORK = ("work_items", "status_reports")
"""The tables that are exported anew for every drop."""


@dataclass
class Office:
    """Keeps the plan of a programme from drop to drop. What it tells of a day may differ from what was."""

    story: Story
    telling: Telling
    rng: random.Random

    def __post_init__(self) -> None:
        self.days = {name: task.days for name, task in self.story.tasks.items()}
        self.ties = list(self.story.ties)
        self.gone: set[str] = set()
        self.now: dict[str, Span] = dict(self.story.plan.spans)
        self.promised = self.story.onset
        self.sent = False
        self.later: dict[str, Span] = {}
        self.luck: dict[str, float] = {}
        self.guesses: dict[str, float] = {}

    # what is told of one task

    def known(self, name: str, day: int) -> tuple[str, int | None, int | None]:
        """State, actual start and actual finish of a task as they stand in the file."""
        story, span = self.story, self.story.true[name]
        day -= self.telling.delay
        for told in story.reopened.get(name, ()):
            if told.start <= day < told.finish:
                return "done", span.start, told.start
        if span.finish <= day:
            return "done", span.start, span.finish
        if span.start > day or (self.story.tasks[name].days == 0):
            return "todo", None, None
        if name == story.stuck:
            return self.telling.look, None if self.telling.look == "todo" else span.start, None
        return "doing", span.start, None

    def left(self, name: str, day: int) -> int:
        """Working days left of a task in progress, as somebody typed them or would have."""
        span, days = self.story.true[name], self.days[name]
        if self.telling.remaining == "honest" and name != self.story.stuck:
            luck = self.luck.setdefault(name, self.rng.uniform(0.85, 1.15))
            return max(1, round((span.finish - day) * luck))
        left = days - (day - span.start)
        return max(1, left, round(days * (0.1 if self.telling.remaining != "honest" else 0.6)))

    def percent(self, name: str, day: int) -> int:
        """Percent done as somebody typed it."""
        span, days = self.story.true[name], max(1, self.days[name])
        if not self.story.doom:
            part = (day - span.start + 1) / (span.finish - span.start + 1)
            guess = self.guesses.setdefault(name, self.rng.uniform(-15, 15))
            return min(95, max(5, 5 * round((100 * part + guess) / 5)))
        done = (day - span.start) / days
        return max(5, min(95, round(100 * (done if done < 0.8 else 0.8 + 0.15 * (1 - 1 / (1 + done))))))

    # the plan of the day

    def shown(self, day: int) -> list[Task]:
        """The tasks that stand in the plan."""
        return [t for t in self.story.tasks.values() if t.born <= day and t.id not in self.gone]

    def listed(self, day: int) -> list[Task]:
        """The tasks that stand in the file."""
        old = [t.id for t in self.shown(day) if self.story.true[t.id].finish < day - 40] if self.telling.forgets else []
        return [t for t in self.shown(day) if t.id not in old]

    def forecast(self, day: int) -> dict[str, Span]:
        """Spans as the office's own tool computes them on a day."""
        tasks = {t.id: t for t in self.shown(day)}
        states = {name: self.known(name, day) for name in tasks}

        def days(task: Task) -> int:
            state, start, finish = states[task.id]
            if state == "done":
                return 0 if task.days == 0 else max(1, (finish or 0) - (start or 0) + 1)
            if state in ("doing", "blocked"):
                return day - self.story.true[task.id].start + 1 + self.left(task.id, day)
            return self.days[task.id]

        def earliest(task: Task) -> int:
            state, start, _ = states[task.id]
            if task.id == self.story.stuck and self.story.doom == "vendor":
                return self.promised
            if state in ("done", "doing", "blocked"):
                return start if start is not None else self.story.true[task.id].start
            return day + 1

        free = [tie for tie in self.ties if tie.before in tasks and states.get(tie.after, ("done",))[0] == "todo"]
        return forward(tasks, free, days, earliest)

    def prepare(self, day: int) -> None:
        """Change the plan as the office does before it sends it round."""
        if self.story.doom == "vendor" and self.promised <= day and self.known(self.story.stuck, day)[0] != "done":
            self.promised = day + self.rng.randint(12, 24)
        self._date(day)
        if self.telling.game == "squeeze":
            self._squeeze(day)
        elif self.telling.game == "unlink":
            self._unlink(day)
        elif self.telling.game == "roll" and self.sent:
            self.now = {**self.now, **self.forecast(day)}
        elif self.telling.game == "tinker":
            self._tinker(day)
        self.sent = True

    def _date(self, day: int) -> None:
        """Give work that was thought of later the dates that are left before its project is to be finished."""
        fresh = [t for t in self.shown(day) if t.id not in self.story.plan.spans and t.id not in self.later]
        spans = self.forecast(day) if fresh else {}
        for task in fresh:
            last = min(spans[task.id].finish, self.story.plan.committed[task.project])
            self.later[task.id] = Span(max(day + 1, last - task.days + 1), max(day + 1, last))

    def _late(self, day: int) -> int:
        spans = self.forecast(day)
        plan = self.story.plan
        late = (span.finish - plan.committed[self.story.tasks[name].project] for name, span in spans.items())
        return max(late, default=0)

    def _tinker(self, day: int) -> None:
        """Plan some of the work to come anew, a little up and a little down, as people do who learn."""
        todo = [t for t in self.shown(day) if self.known(t.id, day)[0] == "todo" and t.days > 3]
        for task in self.rng.sample(todo, len(todo) // 8):
            before = self.days[task.id]
            self.days[task.id] = max(1, round(task.days * self.rng.uniform(0.85, 1.2)))
            if self._late(day) > 0:
                self.days[task.id] = before

    def _squeeze(self, day: int) -> None:
        if self._late(day) <= 0:
            return
        before = dict(self.days)
        todo = [t.id for t in self.shown(day) if self.known(t.id, day)[0] == "todo" and t.days > 0]
        for factor in (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2):
            for name in todo:
                self.days[name] = min(before[name], max(1, round(self.story.tasks[name].days * factor)))
            if self._late(day) <= 0:
                return

    def _unlink(self, day: int) -> None:
        for _ in range(6):
            if self._late(day) <= 0:
                return
            todo = {t.id for t in self.shown(day) if self.known(t.id, day)[0] == "todo" and t.days > 0}
            ties = [number for number, tie in enumerate(self.ties) if tie.after in todo and tie.before in todo]
            for number in sorted(self.rng.sample(ties, min(len(ties), max(1, len(ties) // 6))), reverse=True):
                tie = self.ties[number]
                if self.rng.random() < 0.5:
                    self.ties[number] = tie._replace(kind="SS", lag=0)
                else:
                    del self.ties[number]
            if todo and self.rng.random() < 0.5:
                self.gone.add(self.rng.choice(sorted(todo)))


# --- writing


def write(folder: Path, story: Story, telling: Telling, rng: random.Random) -> list[date]:
    """Write the portfolio into a folder; returns the days of its drops."""
    plan = story.plan
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "portfolio.toml").write_text('[portfolio]\nid = "sim"\ntitle = "Simulated"\n', encoding="utf-8")
    ends = [min(story.finish(p), plan.committed[p] + 30) for p in plan.committed]
    days = drop_days(plan, telling, max(ends) + 25)
    office = Office(story, telling, rng)
    before: dict[str, Rows] = {}
    for day in days:
        at = plan.number(day)
        office.prepare(at)
        drop = folder / day.isoformat()
        drop.mkdir()
        for name, rows in _tables(office, at, day).items():
            if not (telling.once and name not in WORK and before.get(name) == rows):
                _table(drop / f"{name}.csv", rows)
            before[name] = rows
    return days


def _tables(office: Office, at: int, day: date) -> dict[str, Rows]:
    """Every table of a drop."""
    story, telling, plan = office.story, office.telling, office.story.plan
    found: dict[str, Rows] = {"objectives": [{"id": "O1", "title": "The change", "target_date": plan.day(plan.length)}]}
    if telling.teams:
        teams = sorted({t.team for t in story.tasks.values()})
        found["teams"] = [{"id": t, "title": f"Team {t}", "cost_centre": t} for t in teams]
    found["projects"] = _projects(office, at)
    found["status_reports"] = _reports(office, at, day)
    if telling.items:
        found["work_items"] = [_item(office, t, at, day) for t in office.listed(at)]
    if telling.linked:
        found["links"] = _links(office, at)
    if telling.register:
        found["dependencies"] = _register(office)
    return found


def _table(path: Path, rows: Rows) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for row in rows:
            writer.writerow({key: "" if value is None else value for key, value in row.items()})


def _projects(office: Office, day: int) -> list[dict[str, Any]]:
    story, plan, rows = office.story, office.story.plan, []
    for project, committed in plan.committed.items():
        end = story.finish(project)
        baseline = committed
        if office.telling.game == "roll":
            told = [span.finish for name, span in office.now.items() if story.tasks[name].project == project]
            baseline = max(committed, *told)
        start = min(span.start for name, span in plan.spans.items() if plan.tasks[name].project == project)
        row: dict[str, Any] = {
            "id": project,
            "title": f"Project {project}",
            "objectives": "O1",
            "start": plan.day(start),
            "baseline_finish": plan.day(baseline),
        }
        done = end <= day - office.telling.delay
        if office.telling.said_done == "date":
            row["actual_finish"] = plan.day(end) if done else None
        elif office.telling.said_done == "state":
            row["state"] = "done" if done else "in progress"
        if office.telling.forecast:
            row["forecast_finish"] = plan.day(_forecast(office, project, baseline, day))
        rows.append(row)
    return rows


def _forecast(office: Office, project: str, baseline: int, day: int) -> int:
    """The finish that the office forecasts: what its plan says where there is nothing else, else the baseline."""
    if office.telling.items:
        end = office.story.finish(project)
        return max(baseline, day + 5) if end > day else min(baseline, end)
    spans = office.forecast(day)
    last = max(span.finish for name, span in spans.items() if office.story.tasks[name].project == project)
    return last if office.story.doom else min(last, office.story.plan.committed[project] + TOLERATED)


def _reports(office: Office, at: int, day: date) -> list[dict[str, Any]]:
    story, plan, telling, rows = office.story, office.story.plan, office.telling, []
    for project, committed in plan.committed.items():
        word = telling.green
        if story.finish(project) <= at:
            word = "Complete"
        elif (
            story.doom and telling.turn is not None and at >= committed - 21 * telling.turn and story.late(project) > 5
        ):
            word = "Red"
        rows.append({"project": project, "as_of": day, "status": word, "author": "PMO"})
    return rows


def _item(office: Office, task: Task, at: int, day: date) -> dict[str, Any]:
    telling, plan = office.telling, office.story.plan
    state, start, finish = office.known(task.id, at)
    row: dict[str, Any] = {"id": task.id, "project": task.project, "title": task.title}
    if task.ticket:
        row["kind"] = "ticket"
    elif telling.as_milestones or task.days == 0:
        row["kind"] = "milestone"
    else:
        row["kind"] = "activity"
    if telling.teams:
        row["team"] = task.team
    if telling.words is not None:
        row["status"] = telling.words[("todo", "doing", "blocked", "done").index(state)]
        if telling.as_milestones and state != "done":
            row["status"] = telling.words[0]
    elif state == "blocked":
        start = office.story.true[task.id].start
    if telling.two_states or telling.percent_only:
        start = None
    if telling.two_states:
        row["status"] = ("Open", "Closed")[state == "done"]
    if telling.percent_only:
        row.pop("status", None)
        finish = None
    row |= _numbers(office, task, state, at)
    row |= _dates(office, task)
    if telling.starts and not telling.as_milestones:
        row["actual_start"] = plan.day(start) if start is not None else None
    if telling.finishes:
        row["actual_finish"] = plan.day(finish) if finish is not None else None
    row["updated"] = day if telling.fresh else None
    return row


def _numbers(office: Office, task: Task, state: str, at: int) -> dict[str, Any]:
    telling = office.telling
    row: dict[str, Any] = {}
    working = state in ("doing", "blocked")
    if telling.durations and task.days:
        row["duration_days"] = office.days[task.id]
        if telling.remaining != "none" and not telling.two_states:
            row["remaining_days"] = (
                office.left(task.id, at) if working else 0 if state == "done" else office.days[task.id]
            )
    if (telling.percent or telling.percent_only) and not telling.as_milestones and not telling.two_states:
        row["percent"] = office.percent(task.id, at) if working else 100 if state == "done" else 0
    return row


def _dates(office: Office, task: Task) -> dict[str, Any]:
    telling, plan = office.telling, office.story.plan
    spans = office.now if telling.game == "roll" else plan.spans
    span = spans.get(task.id) or office.later.get(task.id)
    row: dict[str, Any] = {}
    if telling.dates and span is not None:
        if not telling.as_milestones:
            row["baseline_start"] = plan.day(span.start)
        row["baseline_finish"] = plan.day(span.finish)
    late = task.id == office.story.stuck and office.story.doom == "vendor"
    if late:
        row["not_before"] = plan.day(office.promised)
    elif telling.planned_starts and span is not None:
        row["not_before"] = plan.day(span.start)
    return row


def _links(office: Office, at: int) -> list[dict[str, Any]]:
    shown = {t.id for t in office.listed(at)}
    return [
        {"predecessor": t.before, "successor": t.after, "type": t.kind, "lag_days": t.lag}
        for t in office.ties
        if t.before in shown and t.after in shown
    ]


def _register(office: Office) -> list[dict[str, Any]]:
    """Dependencies that somebody logged: links between teams, by their items."""
    tasks, plan = office.story.tasks, office.story.plan
    rows = []
    for tie in office.story.ties:
        giver, receiver = tasks[tie.before], tasks[tie.after]
        if giver.team != receiver.team and giver.id in plan.spans:
            rows.append(
                {
                    "id": f"D-{len(rows) + 1}",
                    "title": f"{giver.title} for {receiver.title}",
                    "giver_team": giver.team,
                    "receiver_team": receiver.team,
                    "giver_item": giver.id,
                    "receiver_item": receiver.id,
                    "needed_by": plan.day(plan.spans[giver.id].finish),
                }
            )
    return rows[:12] or [
        {"id": "D-1", "title": "Rooms", "giver_team": "House", "receiver_team": "T", "receiver_project": plan.launch}
    ]
