"""Programmes replayed, and how often, how early and why each was called."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from programme_drops import Telling, draw_telling, write
from programme_plans import SHAPES, draw_plan
from programme_tickets import doomed_backlog, draw_backlog, healthy_backlog
from programme_truth import DOOMED, DOOMS, TOLERATED, Story, healthy

from cockpit.live import Session

WORSE = ("At Risk", "Off Track")
ATTEMPTS = 60


@dataclass(frozen=True)
class Case:
    """One simulated programme: what is true of it and how it is told."""

    seed: int
    story: Story
    telling: Telling

    @property
    def label(self) -> str:
        """How it is doomed, and what the office does so that nobody sees it."""
        if not self.story.doom:
            return "healthy"
        game = "" if self.telling.game == "honest" else f" + {self.telling.game}"
        return f"{self.story.doom}{game}"


@dataclass(frozen=True)
class Row:
    """A line of `cockpit replay --csv`, and why it says so, where that is known."""

    day: date
    project: str
    reported: str
    computed: str
    basis: str
    why: str = ""

    @property
    def called(self) -> bool:
        """The evidence says worse."""
        return self.computed in WORSE and self.basis == "evidence"


@dataclass(frozen=True)
class Score:
    """What became of one programme."""

    case: Case
    called: date | None
    """The first call of a doomed project, or of any of a healthy programme."""
    deck: date | None
    """The first report of that project that is not Green, else the day on which it should have been finished."""
    why: str
    wrongly: int
    """Healthy projects that were called."""
    healthy: int

    @property
    def lead(self) -> float | None:
        """Months from the call to the deck."""
        return None if self.called is None or self.deck is None else (self.deck - self.called).days / 30.4


def draw(seed: int, doomed: bool) -> Case:
    """The programme of a seed."""
    rng = random.Random(f"{seed}-{doomed}")
    shape = rng.choice([*SHAPES, "tickets", "tickets"])
    months = rng.choice((9, 10, 12, 12, 14, 18, 24))
    for _ in range(ATTEMPTS):
        story = _story(shape, rng, months, doomed)
        if not doomed or any(story.late(p) > DOOMED for p in story.plan.committed):
            break
    games = ("honest", "honest", "squeeze", "roll", "unlink") if doomed else ("honest", "honest", "tinker")
    game = rng.choice(games)
    if shape in ("tickets", "forecasts") or (shape in ("dated", "milestones") and game == "unlink"):
        game = "honest"
    return Case(seed, story, draw_telling(story, rng, game))


def _story(shape: str, rng: random.Random, months: int, doomed: bool) -> Story:
    if shape == "tickets":
        plan = draw_backlog(rng, months)
        return doomed_backlog(plan, rng) if doomed else healthy_backlog(plan, rng)
    plan = draw_plan(shape, rng, months)
    return DOOMS[rng.choice(list(DOOMS))](plan, rng) if doomed else healthy(plan, rng)


def replayed(case: Case, folder: Path) -> list[Row]:
    """Its drops, replayed in this process."""
    days = write(folder, case.story, case.telling, random.Random(case.seed))
    now = datetime.combine(days[-1] + timedelta(days=1), datetime.min.time(), UTC)
    with Session.open(folder, clock=lambda: now) as session:
        session.update()
        found = session.replay()
    known = set(days)
    return [
        Row(r.date, r.project, r.reported_rag, str(r.computed), str(r.basis), r.root_cause)
        for r in found
        if r.date in known
    ]


def replayed_by_command(case: Case, folder: Path) -> list[Row]:
    """Its drops, replayed by `cockpit replay --csv` in a process of its own."""
    write(folder, case.story, case.telling, random.Random(case.seed))
    command = [sys.executable, "-m", "cockpit", "replay", str(folder), "--csv"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = csv.DictReader(done.stdout.splitlines())
    return [Row(date.fromisoformat(r["date"]), r["project"], r["reported"], r["computed"], r["basis"]) for r in rows]


def scored(case: Case, rows: Sequence[Row]) -> Score:
    """How a programme was called."""
    story = case.story
    doomed = [p for p in story.plan.committed if story.late(p) > DOOMED]
    sound = [p for p in story.plan.committed if story.late(p) <= TOLERATED]
    first: dict[str, Row] = {}
    for row in rows:
        if row.called and row.project not in first:
            first[row.project] = row
    wrongly = [p for p in sound if p in first]
    if not story.doom:
        called = min((first[p] for p in wrongly), key=lambda r: r.day, default=None)
        return Score(case, called.day if called else None, None, called.why if called else "", len(wrongly), len(sound))
    ends = {p: _deck(case, rows, p) for p in doomed}
    target = story.plan.launch if story.plan.launch in doomed else max(doomed, key=story.late)
    best = first.get(target)
    return Score(case, best.day if best else None, ends[target], best.why if best else "", len(wrongly), len(sound))


def _deck(case: Case, rows: Sequence[Row], project: str) -> date:
    """When the deck says so, else when it should have been finished."""
    due = case.story.plan.day(case.story.plan.committed[project])
    own = [row for row in rows if row.project == project]
    turned = next((row.day for row in own if row.reported and row.reported != "green"), None)
    return turned or min((row.day for row in own if row.day >= due), default=due)


def score(case: Case) -> Score:
    """Write, replay and score one programme."""
    with tempfile.TemporaryDirectory() as folder:
        return scored(case, replayed(case, Path(folder) / "p"))


def lead_of(scores: Iterable[Score]) -> float:
    """The median lead in months of those that were called."""
    return median([s.lead for s in scores if s.lead is not None] or [float("nan")])
