"""Programmes replayed, and how often, how early and why each was called."""

from __future__ import annotations

import argparse
import csv
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from programme_drops import write
from programme_plans import SHAPES, draw_plan
from programme_tellings import Telling, draw_telling
from programme_tickets import doomed_backlog, draw_backlog, healthy_backlog
from programme_truth import DOOMED, DOOMS, TOLERATED, Story, healthy

from cockpit.session.live import Session

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
    """The first call of the doomed project, or of any sound one of a healthy programme."""
    deck: date | None
    """The first report of that project that is not Green, else the day on which it should have been finished."""
    why: str

    @property
    def lead(self) -> int:
        """How many monthly reports before the deck it was called; 0 where it was not called before the deck."""
        if self.called is None or self.deck is None:
            return 0
        return max(0, round((self.deck - self.called).days / 30.44))

    @property
    def is_found(self) -> bool:
        """Doomed and called before the deck said so."""
        return self.called is not None and self.deck is not None and self.called < self.deck


KINDS = ("healthy", "recovering", "doomed")
"""`recovering`: in time in the end, though who knew everything would have expected it later at the end of some week."""


def draw(seed: int, kind: str) -> Case:
    """The programme of a seed."""
    rng = random.Random(f"{seed}-{kind}")
    shape = rng.choice([*SHAPES, *(("tickets", "tickets") if kind != "recovering" else ())])
    months = rng.choice((6, 8, 9, 10, 12, 12, 12, 14, 18, 24))
    story = next(story for _ in range(ATTEMPTS) if (story := _story(shape, rng, months, kind)) is not None)
    games = ("honest", "honest", "squeeze", "roll", "unlink") if kind == "doomed" else ("honest", "honest", "tinker")
    game = rng.choice(games)
    if shape in ("tickets", "forecasts") or (shape in ("dated", "milestones") and game == "unlink"):
        game = "honest"
    return Case(seed, story, draw_telling(story, rng, game))


def _story(shape: str, rng: random.Random, months: int, kind: str) -> Story | None:
    """What becomes of a plan of this shape; None where it is not of the kind that was asked for."""
    plan = draw_backlog(rng, months) if shape == "tickets" else draw_plan(shape, rng, months)
    if kind != "doomed":
        return healthy_backlog(plan, rng) if shape == "tickets" else healthy(plan, rng, steady=kind == "healthy")
    story = doomed_backlog(plan, rng) if shape == "tickets" else DOOMS[rng.choice(list(DOOMS))](plan, rng)
    return story if any(story.late(p) > DOOMED for p in plan.committed) else None


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
    first: dict[str, Row] = {}
    for row in rows:
        if row.called and row.project not in first:
            first[row.project] = row
    if not story.doom:
        sound = [first[p] for p in story.plan.committed if p in first and story.late(p) <= TOLERATED]
        called = min(sound, key=lambda row: row.day, default=None)
        return Score(case, called.day if called else None, None, called.why if called else "")
    doomed = [p for p in story.plan.committed if story.late(p) > DOOMED]
    target = story.plan.launch if story.plan.launch in doomed else max(doomed, key=story.late)
    best = first.get(target)
    return Score(case, best.day if best else None, _deck(case, rows, target), best.why if best else "")


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


def shares(scores: Iterable[Score]) -> tuple[int, int, float]:
    """How many there are, how many of them were called (doomed ones: before the deck), and the median lead."""
    found = list(scores)
    called = sum(s.is_found if s.case.story.doom else s.called is not None for s in found)
    return len(found), called, median([s.lead for s in found] or [0])


def _table(scores: Sequence[Score], key: Callable[[Score], str]) -> None:
    for name in sorted({key(score) for score in scores}):
        number, called, lead = shares(score for score in scores if key(score) == name)
        print(f"| {name} | {number} | {called} | {lead:g} |")


def main() -> None:
    """Measure many programmes and print the figures, by what they are and by how they are told."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--causes", action="store_true", help="tell why: each wrong call, and each late one")
    for kind in KINDS:
        parser.add_argument(f"--{kind}", type=int, default=0, metavar="N")
    asked = parser.parse_args()
    for kind in KINDS:
        seeds = range(asked.first, asked.first + getattr(asked, kind))
        if not seeds:
            continue
        with ProcessPoolExecutor(asked.jobs) as pool:
            found = list(pool.map(partial(_score_of, kind=kind), seeds, chunksize=4))
        number, called, lead = shares(found)
        print(f"\n{kind}: {called} of {number} called, median lead {lead:g} reports\n")
        for key in (lambda s: s.case.story.doom, lambda s: s.case.telling.game, lambda s: s.case.story.plan.shape):
            _table(found, key)
            print()
        for score in found if asked.causes else ():
            if not (score.is_found if kind == "doomed" else score.called is None):
                plan = score.case.story.plan
                print(
                    f"{score.case.seed} {plan.shape}, {score.case.label}: {score.called} {score.deck} {score.why[:200]}"
                )


def _score_of(seed: int, kind: str) -> Score:
    return score(draw(seed, kind))


if __name__ == "__main__":
    main()
