"""The tasks of the data migration plan, which the migration team keeps in Microsoft Project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sample_portfolios.generator.plan import PLAN_FILE

DOMAINS = ("Customers", "Accounts", "Deposits", "Loans", "Cards", "Standing orders", "Collateral")
STEPS = (
    ("Profile the source", 5),
    ("Map the fields", 8),
    ("Build the extract", 8),
    ("Build the load", 8),
    ("Trial load", 5),
    ("Reconcile", 4),
)
THREADS = 3
"""So many domains are worked on side by side; the next one starts when the extract of an earlier one stands."""

START = date(2025, 2, 3)


@dataclass(frozen=True)
class Task:
    """A task of the plan; `outline` is its number in the outline. Phases have no days of their own."""

    uid: int
    title: str
    outline: str
    days: int
    before: tuple[str, ...]
    not_before: date = START
    phase: bool = False

    @property
    def id(self) -> str:
        """How the rest of the portfolio calls the task."""
        return f"{PLAN_FILE}/{self.uid}"


def _phase(number: int, uid: int, follows: str) -> list[Task]:
    tasks = [Task(uid, DOMAINS[number - 1], str(number), 0, (), phase=True)]
    for step, (title, days) in enumerate(STEPS, 1):
        before = tasks[-1].id if step > 1 else follows
        own = f"{title}: {DOMAINS[number - 1].lower()}"
        tasks.append(Task(uid + step, own, f"{number}.{step}", days, (before,) if before else ()))
    return tasks


def migration_tasks() -> tuple[Task, ...]:
    """Every task with its phases, in the order of the outline; the last one is the milestone that others wait for."""
    tasks: list[Task] = []
    ends: list[str] = []
    extracts: list[str] = []
    for number in range(1, len(DOMAINS) + 1):
        follows = extracts[number - 1 - THREADS] if number > THREADS else ""
        phase = _phase(number, len(tasks) + 1, follows)
        extracts.append(phase[3].id)
        ends.append(phase[-1].id)
        tasks += phase
    uid = len(tasks) + 1
    ready = Task(uid, "Full trial migration", "8", 10, tuple(ends))
    return (*tasks, ready, Task(uid + 1, "Build ready for rehearsal", "9", 0, (ready.id,)))


def migration_items() -> tuple[Task, ...]:
    """The tasks that are worked on, without the phases."""
    return tuple(task for task in migration_tasks() if not task.phase)
