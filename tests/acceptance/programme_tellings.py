"""How a programme office tells of its programme: which tables, columns and words, how often, and what it hides."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from programme_plans import Plan
from programme_truth import Story


@dataclass(frozen=True)
class Telling:
    """How a programme office tells of its programme."""

    game: str
    """What it does so that the finish stays where it is: `squeeze` cuts durations of work that is not begun, `roll`
    moves all dates, `unlink` takes links and work out; `honest` none of it, and `tinker` what healthy plans see."""
    cadence: str
    durations: bool
    dates: bool
    percent: bool
    starts: bool
    finishes: bool
    delay: int
    """So many days later actual dates and states get into the file."""
    remaining: str
    """`none`, `honest` or `hopeful`."""
    words: tuple[str, str, str, str] | None
    """To do, in progress, blocked, done; None: no status column."""
    look: str
    """What a stuck task says: `doing`, `blocked` or `todo`."""
    planned_starts: bool
    fresh: bool
    linked: bool
    items: bool
    as_milestones: bool
    teams: bool
    turn: int | None
    """So many months before the committed finish the deck turns; None: never."""
    green: str
    register: bool
    forecast: bool
    skip: int
    two_states: bool
    """It knows open and closed alone."""
    percent_only: bool
    """It knows percentages alone: neither states nor actual dates."""
    forgets: bool
    """Work that is done leaves the file after a while."""
    once: bool
    """Tables that have not changed do not lie in the next drop again."""
    said_done: str
    """How a project that is finished says so: by its `date`, its `state`, or by its work alone (`none`)."""


WORDS = (
    ("To Do", "In Progress", "Blocked", "Done"),
    ("Not Started", "Ongoing", "On Hold", "Complete"),
    ("Open", "Active", "Waiting", "Closed"),
    ("Planned", "Started", "Stalled", "Finished"),
    ("todo", "doing", "blocked", "done"),
)


def draw_telling(story: Story, rng: random.Random, game: str) -> Telling:
    """A way of telling that shows at least whether work is done."""
    shape = story.plan.shape
    words = rng.choice(WORDS) if rng.random() < 0.85 or shape == "tickets" else None
    starts = rng.random() < 0.6 or words is None
    bare = shape == "tickets"
    unlinked = shape in ("dated", "tickets") or (shape == "milestones" and rng.random() < 0.7)
    rest = rng.random()
    plain = shape not in ("tickets", "milestones", "dated", "forecasts") and game in ("honest", "tinker")
    two_states, percent_only = plain and rest < 0.06, plain and 0.06 <= rest < 0.12
    durations = shape not in ("milestones", "tickets") and (rng.random() < 0.75 or game == "squeeze")
    return Telling(
        game=game,
        cadence=rng.choice(("month",) * 7 + (("fortnight", "week") if story.plan.length < 220 else ("two months",))),
        durations=durations,
        dates=not bare and (not durations or unlinked or rng.random() < 0.6),
        percent=not bare and rng.random() < 0.6,
        starts=starts and not bare and not two_states,
        finishes=words is None or rng.random() < 0.6,
        delay=rng.choice((0, 0, 0, 2, 4)),
        remaining=rng.choice(("none", "honest", "hopeful")) if durations else "none",
        words=words,
        look=rng.choice(("doing", "doing", "blocked", "todo")),
        planned_starts=not bare and rng.random() < 0.3,
        fresh=rng.random() < 0.7,
        linked=not unlinked,
        items=shape != "forecasts",
        as_milestones=shape == "milestones",
        teams=rng.random() < 0.5,
        turn=rng.choice((0, 1, 1, 2, 2, 3, None)) if story.doom else None,
        green=rng.choice(("Green", "G", "On track")),
        register=rng.random() < 0.25,
        forecast=shape == "forecasts" or rng.random() < 0.5,
        skip=rng.randint(3, 8) if rng.random() < 0.2 else -1,
        two_states=two_states,
        percent_only=percent_only,
        forgets=rng.random() < 0.05,
        once=rng.random() < 0.4,
        said_done=rng.choice(("date", "state", "none")) if shape != "forecasts" else "date",
    )


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def drop_days(plan: Plan, telling: Telling, last: int) -> list[date]:
    """The days of the drops, from the first month on until a working day."""
    days: list[date] = []
    day = plan.first + timedelta(days=3)
    while True:
        if telling.cadence in ("month", "two months"):
            after = _next_month(day if telling.cadence == "month" else _next_month(day))
            drop = after - timedelta(days=1)
            day = after
        else:
            drop = day
            day += timedelta(days=7 if telling.cadence == "week" else 14)
        if plan.number(drop) > last:
            return [d for number, d in enumerate(days) if number != telling.skip]
        days.append(drop)
