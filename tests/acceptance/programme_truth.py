"""What truly becomes of a programme: healthy ones with their noise, and each way in which one is doomed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from programme_plans import MONTH, Plan, Span, Task, Tie, critical, forward

NEVER = 1_000_000
"""A day that does not come."""
TOLERATED = 3
"""Working days after its committed finish at which a project still counts as healthy: five days of the calendar."""
DOOMED = 20
"""Working days after its committed finish from which on a project counts as doomed."""


@dataclass(frozen=True)
class Story:
    """A plan and what became of it."""

    plan: Plan
    doom: str
    """Empty for a healthy programme."""
    tasks: Mapping[str, Task]
    """Those of the plan, and what was thought of later."""
    ties: tuple[Tie, ...]
    true: Mapping[str, Span]
    stuck: str = ""
    """The task at which everything stands."""
    onset: int = 0
    """The day on which it went wrong."""
    reopened: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    """Task → the spans in which it was said to be done before it was."""

    def finish(self, project: str) -> int:
        """The day on which a project truly finishes."""
        return max(span.finish for name, span in self.true.items() if self.tasks[name].project == project)

    def late(self, project: str) -> int:
        """Working days by which a project truly misses its committed finish."""
        return self.finish(project) - self.plan.committed[project]


Days = Callable[[Task], int]


def _noisy(rng: random.Random, spread: float, mean: float, mishaps: float = 0.0) -> Days:
    """Lengths that scatter; each task has its own luck, and some have a mishap."""
    luck: dict[str, float] = {}

    def drawn() -> float:
        share = min(rng.lognormvariate(0, spread), 2.2)
        return share * rng.uniform(1.2, 1.6) if rng.random() < mishaps else share

    def days(task: Task) -> int:
        if task.days == 0:
            return 0
        return max(1, round(task.days * mean * luck.setdefault(task.id, drawn())))

    return days


def _run(tasks: Mapping[str, Task], ties: Sequence[Tie], days: Days, **more: Mapping[str, int]) -> dict[str, Span]:
    shift = more.get("earliest", {})
    spans = forward(tasks, ties, days, lambda t: shift.get(t.id, 0))
    return {name: Span(min(span.start, NEVER), min(span.finish, NEVER)) for name, span in spans.items()}


def healthy(plan: Plan, rng: random.Random, *, steady: bool = True) -> Story | None:
    """Noise, mishaps, holidays, pauses where there is time for them; every project ends within tolerance.

    A steady one is at the end of no week later than that by what is known then: who recovers later was late. None
    where no luck makes this plan one.
    """
    spread = rng.choice((0.05, 0.1, 0.2, 0.3, 0.4))
    mishaps = rng.choice((0.0, 0.05, 0.05))
    holiday = rng.random() < 0.4
    spare = rng.choice((0, TOLERATED))
    for attempt in range(150):
        days = _noisy(rng, spread, 1.0 - attempt / 400, mishaps)
        true = _run(plan.tasks, plan.ties, days)
        true = _paused(plan, true, rng, days)
        if holiday:
            true = _shut(true, rng.randint(plan.length // 4, plan.length // 2), 8)
        story = Story(plan, "", plan.tasks, plan.ties, true, reopened=_back_for_a_week(plan, true, rng))
        if all(story.late(p) <= TOLERATED for p in plan.committed) and is_steady(story, spare) is steady:
            return story
    return None


def _back_for_a_week(plan: Plan, true: Mapping[str, Span], rng: random.Random) -> dict[str, tuple[Span, ...]]:
    """A few tasks were called done some days before they were."""
    told = {}
    for name, task in plan.tasks.items():
        span = true[name]
        if task.days > 8 and span.finish - span.start > 8 and rng.random() < 0.03:
            told[name] = (Span(span.finish - rng.randint(4, 6), span.finish - 2),)
    return told


def is_steady(story: Story, spare: int) -> bool:
    """Whether at the end of each week everything is expected at most `spare` days late by who knows what is left of
    work in progress and takes the rest as planned."""
    plan, true = story.plan, story.true
    for day in range(5, plan.length, 5):

        def days(task: Task, day: int = day) -> int:
            span = true[task.id]
            return span.finish - span.start + 1 if span.start <= day and task.days else task.days

        def earliest(task: Task, day: int = day) -> int:
            span = true[task.id]
            return span.start if span.start <= day else day + 1

        open_ = [tie for tie in story.ties if true[tie.after].start > day]
        spans = forward(story.tasks, open_, days, earliest)
        if any(s.finish > plan.committed[story.tasks[n].project] + spare for n, s in spans.items()):
            return False
    return True


def _paused(plan: Plan, true: dict[str, Span], rng: random.Random, days: Days) -> dict[str, Span]:
    """A few tasks start late or rest in between, as they may that have time."""
    late = {name: true[name].start + rng.randint(3, 25) for name in plan.tasks if rng.random() < 0.06}
    after = _run(plan.tasks, plan.ties, days, earliest=late)
    inside = all(after[name].finish <= plan.committed[task.project] + TOLERATED for name, task in plan.tasks.items())
    return after if inside else true


def _shut(true: dict[str, Span], day: int, length: int) -> dict[str, Span]:
    """Nobody works from this day on for so many days, whatever the plan's calendar says."""

    def moved(number: int) -> int:
        return number if number < day else number + length

    return {name: Span(moved(span.start), moved(span.finish)) for name, span in true.items()}


def _at(plan: Plan, rng: random.Random, low: float, high: float) -> str:
    """A task on the chain to the launch that is planned to begin in this part of the programme."""
    chain = [n for n in critical(plan, plan.launch) if plan.tasks[n].days > 0]
    inside = [n for n in chain if low * plan.length <= plan.spans[n].start <= high * plan.length]
    return rng.choice(inside or chain[: max(1, len(chain) // 2)])


def stuck(plan: Plan, rng: random.Random) -> Story:
    """One task on the critical path waits for somebody; all else goes on as planned."""
    name = _at(plan, rng, 0.05, 0.45)
    days = _noisy(rng, rng.choice((0.05, 0.15, 0.25)), 0.97)
    length = round(plan.length * rng.uniform(0.25, 1.2))

    def held(task: Task) -> int:
        return days(task) + (length if task.id == name else 0)

    true = _run(plan.tasks, plan.ties, held)
    return Story(plan, "stuck", plan.tasks, plan.ties, true, name, true[name].start)


def slow(plan: Plan, rng: random.Random) -> Story:
    """Everything takes longer than planned, and nobody says so."""
    days = _noisy(rng, rng.choice((0.1, 0.25)), 1 / rng.uniform(0.5, 0.85))
    return Story(plan, "slow", plan.tasks, plan.ties, _run(plan.tasks, plan.ties, days))


def creeping(plan: Plan, rng: random.Random) -> Story:
    """What stands on the critical path takes longer than planned, each time by a little more; the rest goes well."""
    days = _noisy(rng, rng.choice((0.1, 0.2)), 0.97)
    factor = {name: rng.uniform(1.2, 1.7) for name in critical(plan, plan.launch)}
    true = _run(plan.tasks, plan.ties, lambda t: round(days(t) * factor.get(t.id, 1.0)))
    return Story(plan, "creeping", plan.tasks, plan.ties, true)


def scope(plan: Plan, rng: random.Random) -> Story:
    """Each month somebody thinks of more that has to be done before the end."""
    tasks, ties = dict(plan.tasks), list(plan.ties)
    growth = rng.uniform(0.03, 0.09) * plan.length
    chain = [n for n in critical(plan, plan.launch) if plan.tasks[n].days > 0]
    last = chain[-1]
    before = [tie for tie in ties if tie.after == last]
    added: list[Task] = []
    for month in range(2, round(plan.length / MONTH * 0.9)):
        title, team = f"Change request {month}", plan.tasks[last].team
        task = Task(f"NEW-{month}", plan.launch, title, max(2, round(growth)), team, born=month * MONTH - 10)
        ties += [Tie(tie.before, task.id) for tie in before] if not added else [Tie(added[-1].id, task.id)]
        ties.append(Tie(task.id, last))
        added.append(task)
    order = list(tasks.values())
    place = next(number for number, task in enumerate(order) if task.id == last)
    known = {t.id: t for t in (*order[:place], *added, *order[place:])}
    days = _noisy(rng, 0.15, 1.0)
    return Story(plan, "scope", known, tuple(ties), _run(known, ties, days))


def rework(plan: Plan, rng: random.Random) -> Story:
    """Work on the critical path comes back after it was said to be done, again and again."""
    days = _noisy(rng, 0.15, 1.0)
    chain = [n for n in critical(plan, plan.launch) if plan.tasks[n].days > 0]
    back = {n for n in chain if rng.random() < 0.75}
    factor = {n: rng.uniform(1.4, 2.6) for n in sorted(back)}
    true = _run(plan.tasks, plan.ties, lambda t: round(days(t) * factor.get(t.id, 1.0)))
    told: dict[str, tuple[Span, ...]] = {}
    for name in sorted(back):
        start = true[name].start
        first = start + days(plan.tasks[name]) - 1
        again = first + rng.randint(5, 20)
        if again < true[name].finish:
            told[name] = (Span(first, again),)
    return Story(plan, "rework", plan.tasks, plan.ties, true, reopened=told)


def late_start(plan: Plan, rng: random.Random) -> Story:
    """Nothing begins."""
    days = _noisy(rng, 0.15, 1.0)
    wait = round(plan.length * rng.uniform(0.2, 0.8))
    true = _run(plan.tasks, plan.ties, days, earliest=dict.fromkeys(plan.tasks, wait))
    return Story(plan, "late_start", plan.tasks, plan.ties, true)


def vendor(plan: Plan, rng: random.Random) -> Story:
    """What a vendor delivers comes next month, every month."""
    name = _at(plan, rng, 0.1, 0.4)
    team = replace(plan.tasks[name], id="VENDOR-1", title="Delivery by the vendor", days=0, team="Vendor")
    ties = (*plan.ties, Tie(team.id, name))
    order = list(plan.tasks.values())
    place = next(number for number, task in enumerate(order) if task.id == name)
    known = {t.id: t for t in (*order[:place], team, *order[place:])}
    due = plan.spans[name].start - 1
    came = due + round(plan.length * rng.uniform(0.25, 1.0))
    days = _noisy(rng, 0.15, 0.98)
    true = _run(known, ties, days, earliest={team.id: came})
    spans = {**plan.spans, team.id: Span(max(0, due), max(0, due))}
    plan = replace(plan, tasks=known, ties=ties, spans={n: spans[n] for n in known})
    return Story(plan, "vendor", known, ties, true, team.id, max(0, due))


DOOMS: Mapping[str, Callable[[Plan, random.Random], Story]] = {
    "stuck": stuck,
    "slow": slow,
    "creeping": creeping,
    "scope": scope,
    "rework": rework,
    "late_start": late_start,
    "vendor": vendor,
}
