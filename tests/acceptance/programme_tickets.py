"""Programmes of tickets: a backlog without links or dates, worked off by a team at its own pace."""

from __future__ import annotations

import random
from datetime import date, timedelta

from programme_plans import MONTH, Plan, Span, Task
from programme_truth import NEVER, TOLERATED, Story


def draw_backlog(rng: random.Random, months: int) -> Plan:
    """One to three backlogs, each to be finished by its own day."""
    length = months * MONTH
    tasks: dict[str, Task] = {}
    committed: dict[str, int] = {}
    for number in range(1, rng.choice((1, 1, 2, 3)) + 1):
        project = f"B{number}"
        committed[project] = length - rng.randint(0, length // 5)
        for ticket in range(round(rng.uniform(1.5, 7) * committed[project] / 5)):
            name = f"{project}-{ticket + 1}"
            tasks[name] = Task(name, project, f"Ticket {ticket + 1}", 3, project, ticket=True)
    first = date(2023, 1, 2) + timedelta(weeks=rng.randint(0, 80))
    launch = max(committed, key=lambda p: (committed[p], p))
    spans = {name: Span(0, committed[task.project]) for name, task in tasks.items()}
    return Plan("tickets", first, tasks, (), spans, committed, launch)


def worked_off(plan: Plan, rng: random.Random, pace: float, growth: float, doom: str) -> Story:
    """Each team closes about `pace` times what it would have to a week; `growth` is new tickets per closed one."""
    tasks = dict(plan.tasks)
    true: dict[str, Span] = {}
    batch = rng.choice((1, 1, 1, 2))
    for project, end in plan.committed.items():
        queue = [t for t in plan.tasks.values() if t.project == project]
        weekly = pace * len(queue) / max(1, end / 5)
        ready, week, added = 0.0, 0, 0.0
        rest = rng.randint(5, 40) if rng.random() < 0.5 else -9
        while queue and week < 500:
            idle = rest <= week < rest + 2
            ready += 0 if idle else _poisson(rng, weekly) if rng.random() < 0.9 else 0.4 * weekly
            if week % batch == batch - 1:
                for _ in range(min(int(ready), len(queue))):
                    task = queue.pop(0)
                    day = max(task.born, 5 * week + rng.randint(0, 4))
                    true[task.id] = Span(max(task.born, day - rng.randint(2, 12), 0), day)
                    added += growth
                    ready -= 1
            while added >= 1 and week * 5 < end * 0.9:
                added -= 1
                name = f"{project}-N{len(tasks)}"
                task = Task(name, project, f"Found later {len(tasks)}", 3, project, ticket=True, born=5 * week + 4)
                tasks[name] = task
                queue.append(task)
            week += 1
        true |= {task.id: Span(NEVER, NEVER) for task in queue}
    return Story(plan, doom, tasks, (), true)


def _poisson(rng: random.Random, mean: float) -> int:
    left, count = rng.expovariate(1.0), 0
    while left < mean:
        left += rng.expovariate(1.0)
        count += 1
    return count


def healthy_backlog(plan: Plan, rng: random.Random) -> Story:
    """Worked off in time, with good weeks and bad ones."""
    for attempt in range(200):
        growth = rng.choice((0.0, 0.05, 0.1))
        story = worked_off(plan, rng, rng.uniform(1.0, 1.15) * (1 + growth) + attempt / 300, growth, "")
        if all(story.late(p) <= TOLERATED for p in plan.committed):
            return story
    raise AssertionError("no healthy backlog was found")


def doomed_backlog(plan: Plan, rng: random.Random) -> Story:
    """Too slow, or growing nearly as fast as it is worked off."""
    if rng.random() < 0.6:
        return worked_off(plan, rng, rng.uniform(0.45, 0.8), rng.choice((0.0, 0.1)), "backlog")
    return worked_off(plan, rng, rng.uniform(0.9, 1.05), rng.uniform(0.4, 0.8), "growing")
