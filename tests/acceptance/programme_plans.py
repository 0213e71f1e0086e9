"""Programmes as they are planned: projects, work, what follows what, and the finish that was committed to.

Days are working days, counted from the first day of the programme; a span holds its first and its last day. Every
programme is drawn from one seed and knows nothing of the rules by which it will be judged.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

MONTH = 21
"""Working days of a month, nearly."""


class Tie(NamedTuple):
    """What follows what; the lag is in working days."""

    before: str
    after: str
    kind: str = "FS"
    lag: int = 0


class Span(NamedTuple):
    """First and last day of a task. A milestone lies on the last day of what it follows."""

    start: int
    finish: int


@dataclass(frozen=True)
class Task:
    """A piece of work. `days` is its planned length; 0 makes it a milestone."""

    id: str
    project: str
    title: str
    days: int
    team: str = ""
    ticket: bool = False
    born: int = 0
    """The day on which somebody thought of it; 0 is the plan."""


@dataclass(frozen=True)
class Plan:
    """A programme as committed to."""

    shape: str
    first: date
    tasks: Mapping[str, Task]
    """Those before first."""
    ties: tuple[Tie, ...]
    spans: Mapping[str, Span]
    committed: Mapping[str, int]
    """Project → the last day on which it may finish."""
    launch: str
    """The project whose finish is that of the programme."""

    @property
    def length(self) -> int:
        """Working days until the programme is committed to finish."""
        return self.committed[self.launch]

    def day(self, number: int) -> date:
        """The date of a working day."""
        weeks, rest = divmod(number, 5)
        return self.first + timedelta(days=7 * weeks + rest)

    def number(self, day: date) -> int:
        """The last working day up to a date."""
        weeks, rest = divmod((day - self.first).days, 7)
        return 5 * weeks + min(rest, 4)


def forward(
    tasks: Mapping[str, Task],
    ties: Sequence[Tie],
    days: Callable[[Task], int],
    earliest: Callable[[Task], int] = lambda _: 0,
) -> dict[str, Span]:
    """First and last day of every task; each is as early as what it follows lets it be."""
    into: dict[str, list[Tie]] = {}
    for tie in ties:
        into.setdefault(tie.after, []).append(tie)
    spans: dict[str, Span] = {}
    for task in tasks.values():
        length, start = days(task), earliest(task)
        for tie in into.get(task.id, ()):
            if tie.before not in spans:
                continue
            start = max(start, _bound(spans[tie.before], tie, length))
        spans[task.id] = Span(start, start + max(length, 1) - 1)
    return spans


def _bound(before: Span, tie: Tie, length: int) -> int:
    if tie.kind == "SS":
        return before.start + tie.lag
    if tie.kind == "FF":
        return before.finish + tie.lag - max(length, 1) + 1
    return before.finish + tie.lag + (1 if length else 0)


def critical(plan: Plan, end: str) -> list[str]:
    """A chain of tasks that leads to the last finish of a project, earliest first."""
    into: dict[str, list[Tie]] = {}
    for tie in plan.ties:
        into.setdefault(tie.after, []).append(tie)
    inside = [t.id for t in plan.tasks.values() if t.project == end]
    current = max(inside, key=lambda name: (plan.spans[name].finish, name))
    chain = [current]
    while current in into:
        tie = max(
            into[current],
            key=lambda t: (
                _bound(plan.spans[t.before], t, plan.tasks[current].days),
                t.before,
            ),
        )
        current = tie.before
        chain.append(current)
    return chain[::-1]


# --- shapes: each draws tasks and ties


class Draft(NamedTuple):
    """Tasks in an order in which those before come first, and their ties."""

    tasks: list[Task]
    ties: list[Tie]


WORDS = ("Design", "Build", "Configure", "Migrate", "Test", "Review", "Train", "Deploy", "Document", "Integrate")
THINGS = ("ledger", "portal", "interfaces", "reports", "payments", "archive", "network", "roles", "screens", "data")


def _title(rng: random.Random) -> str:
    return f"{rng.choice(WORDS)} {rng.choice(THINGS)} {rng.randint(1, 99)}"


def _chain(rng: random.Random, project: str, lengths: Sequence[int], team: str, ties: list[Tie]) -> list[Task]:
    tasks: list[Task] = []
    for number, days in enumerate(lengths, 1):
        task = Task(f"{project}-{team}{number}", project, _title(rng), days, team)
        if tasks:
            ties.append(Tie(tasks[-1].id, task.id))
        tasks.append(task)
    return tasks


def serial(rng: random.Random) -> Draft:
    """One project, one thing after another, long tasks."""
    ties: list[Tie] = []
    lengths = [rng.randint(10, 30) for _ in range(rng.randint(9, 14))]
    return Draft(_chain(rng, "P1", lengths, "T", ties), ties)


def streams(rng: random.Random) -> Draft:
    """Several projects side by side that an integration and a launch wait for."""
    tasks: list[Task] = []
    ties: list[Tie] = []
    ends = []
    for number in range(1, rng.randint(3, 6)):
        lengths = [rng.randint(5, 25) for _ in range(rng.randint(5, 10))]
        own = _chain(rng, f"P{number}", lengths, "ABCDEF"[number], ties)
        tasks += own
        ends.append(own[-1].id)
    last = _chain(rng, "LAUNCH", [rng.randint(8, 20) for _ in range(rng.randint(3, 5))], "Z", ties)
    ties += [Tie(end, last[0].id) for end in ends]
    done = Task("LAUNCH-M", "LAUNCH", "Go live", 0, "Z")
    ties.append(Tie(last[-1].id, done.id))
    return Draft([*tasks, *last, done], ties)


def layered(rng: random.Random) -> Draft:
    """One project of many tasks in layers, each waiting for some of the layer before."""
    tasks: list[Task] = []
    ties: list[Tie] = []
    before: list[Task] = []
    for layer in range(rng.randint(6, 12)):
        row = [
            Task(f"L{layer}-{n}", "P1", _title(rng), rng.randint(4, 24), f"T{n % 3}") for n in range(rng.randint(3, 7))
        ]
        for task in row:
            others = rng.sample(before, min(len(before), rng.randint(1, 3)))
            ties += [Tie(other.id, task.id) for other in others]
        tasks += row
        before = row
    end = Task("END", "P1", "Acceptance", rng.randint(5, 15), "T0")
    ties += [Tie(t.id, end.id) for t in before]
    return Draft([*tasks, end], ties)


def tiny(rng: random.Random) -> Draft:
    """One project of very many small tasks in lanes that meet at the end."""
    tasks: list[Task] = []
    ties: list[Tie] = []
    ends = []
    for lane in range(rng.randint(2, 4)):
        own = _chain(rng, "P1", [rng.randint(1, 5) for _ in range(rng.randint(45, 75))], "ABCD"[lane], ties)
        tasks += own
        ends.append(own[-1].id)
    end = Task("END", "P1", "Acceptance", rng.randint(3, 10), "A")
    ties += [Tie(e, end.id) for e in ends]
    return Draft([*tasks, end], ties)


def overlapping(rng: random.Random) -> Draft:
    """Phases that overlap: each starts some days after the one before and ends after it."""
    tasks: list[Task] = []
    ties: list[Tie] = []
    for stream in "ABC"[: rng.randint(1, 3)]:
        before: Task | None = None
        for number in range(rng.randint(6, 9)):
            task = Task(f"P1-{stream}{number}", "P1", _title(rng), rng.randint(15, 45), stream)
            if before is not None:
                if rng.random() < 0.6:
                    ties.append(Tie(before.id, task.id, "SS", max(3, before.days // 2)))
                    ties.append(Tie(before.id, task.id, "FF", rng.randint(2, 6)))
                else:
                    ties.append(Tie(before.id, task.id, "FS", rng.choice((0, 0, 2, 5))))
            tasks.append(task)
            before = task
    end = Task("END", "P1", "Acceptance", rng.randint(5, 15), "A")
    ends = {t.id for t in tasks} - {tie.before for tie in ties}
    ties += [Tie(e, end.id) for e in sorted(ends)]
    return Draft([*tasks, end], ties)


def small_projects(rng: random.Random) -> Draft:
    """A portfolio: projects of their own, some of which wait for another's end."""
    tasks: list[Task] = []
    ties: list[Tie] = []
    ends: list[str] = []
    for number in range(1, rng.randint(6, 10)):
        lengths = [rng.randint(5, 22) for _ in range(rng.randint(5, 11))]
        own = _chain(rng, f"P{number}", lengths, f"T{number % 4}", ties)
        if ends and rng.random() < 0.35:
            ties.append(Tie(rng.choice(ends), own[len(own) // 2].id))
        tasks += own
        ends.append(own[-1].id)
    return Draft(tasks, ties)


def dated(rng: random.Random) -> Draft:
    """A list of work with dates and no links: the plan hides in the dates."""
    tasks, ties = (serial if rng.random() < 0.3 else layered)(rng)
    return Draft(tasks, ties)


def milestones(rng: random.Random) -> Draft:
    """Nothing but milestones with dates."""
    ties: list[Tie] = []
    tasks = _chain(rng, "P1", [rng.randint(8, 28) for _ in range(rng.randint(8, 16))], "M", ties)
    return Draft(tasks, ties)


def mixed(rng: random.Random) -> Draft:
    """A linked plan whose last phase also waits for work of two other projects; fast-tracked here and there."""
    tasks, ties = streams(rng)
    loose = [tie for tie in ties if rng.random() > 0.1 or tie.after.startswith("LAUNCH")]
    return Draft(tasks, loose)


SHAPES: Mapping[str, Callable[[random.Random], Draft]] = {
    "serial": serial,
    "streams": streams,
    "layered": layered,
    "tiny": tiny,
    "overlapping": overlapping,
    "small_projects": small_projects,
    "dated": dated,
    "milestones": milestones,
    "mixed": mixed,
    "forecasts": small_projects,
}


def draw_plan(shape: str, rng: random.Random, months: int, reserve: float | None = None) -> Plan:
    """A plan of this shape that takes about so many months, and a part of that in reserve; None: most have little."""
    tasks, ties = SHAPES[shape](rng)
    known = {task.id: task for task in tasks}
    raw = max(span.finish for span in forward(known, ties, lambda t: t.days).values())
    factor = months * MONTH / (raw + 1)
    known = {
        name: task if task.days == 0 else replace(task, days=max(1, round(task.days * factor)))
        for name, task in known.items()
    }
    ties = [tie._replace(lag=round(tie.lag * factor)) for tie in ties]
    spans = forward(known, ties, lambda t: t.days)
    if reserve is None:
        reserve = rng.choice((0.0, 0.03, 0.03, 0.06, 0.06, 0.1, 0.15))
    committed: dict[str, int] = {}
    for task in known.values():
        last = spans[task.id].finish
        committed[task.project] = max(committed.get(task.project, 0), last + round(reserve * last))
    first = date(2023, 1, 2) + timedelta(weeks=rng.randint(0, 80))
    launch = max(committed, key=lambda p: (committed[p], p))
    return Plan(shape, first, known, tuple(ties), spans, committed, launch)
