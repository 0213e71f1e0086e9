"""What is told again of the judgement before is what a judgement of its own tells: over long walks of edits in whole
portfolios, in which most of what is known stays what it was."""

from __future__ import annotations

import random
import shutil
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from cockpit.engine.assess import assess, assessment_of
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.records.assessment import Assessment
from cockpit.records.model import Dependency, Kind, Link, Meaning, State, WorkItem
from cockpit.records.snapshot import Policy, Snapshot, Stood
from cockpit.session.live import Session
from cockpit.trust.obligations import dependency_version

sys.path += [str(Path(__file__).resolve().parents[2] / name) for name in ("benchmarks", "tests/engine")]

import portfolios
from scene import OBJECTIVE, TODAY, parts, project, signed, snapshot

REPOSITORY = Path(__file__).resolve().parents[2]
EDITS = 25


def edited(dice: random.Random, row: WorkItem, today: date) -> WorkItem:
    """A work item of which something else is said, mostly times."""

    def day() -> date:
        return today + timedelta(dice.randint(-60, 90))

    kinds: dict[str, Any] = {
        "duration_days": lambda: float(dice.choice((0, 1, 2, 5, 20, 90))),
        "remaining_days": lambda: dice.choice((None, 0.0, 3.0, 30.0)),
        "percent": lambda: dice.choice((None, 0.0, 50.0, 100.0)),
        "not_before": lambda: dice.choice((None, day())),
        "baseline_finish": lambda: dice.choice((None, day())),
        "baseline_start": lambda: dice.choice((None, day())),
        "effort": lambda: float(dice.randint(0, 9)),
    }
    if dice.random() < 0.25:
        kinds = {
            "state": lambda: dice.choice(tuple(State)),
            "actual_start": lambda: dice.choice((None, min(day(), today))),
            "actual_finish": lambda: dice.choice((None, min(day(), today))),
            "status": lambda: dice.choice(("", "Blocked", "waiting for vendor", "Open")),
            "team": lambda: dice.choice(("", row.team)),
            "title": lambda: row.title + "!",
            "acceptor": lambda: dice.choice(("", row.owner)),
        }
    name = dice.choice(sorted(kinds))
    return replace(row, **{name: kinds[name]()})


def after(dice: random.Random, known: Snapshot, today: date) -> Snapshot:
    """The snapshot after some edits; now and then something was seen to move, or is said of a project."""
    rows = list(known.work_items)
    moved = dict(known.moved)
    for _ in range(dice.choice((1, 1, 1, 3))):
        at = dice.randrange(len(rows))
        rows[at] = edited(dice, rows[at], today)
        if dice.random() < 0.2:
            moved[rows[at].id] = today - timedelta(dice.randint(0, 40))
    found = replace(known, work_items=tuple(rows), moved=moved)
    if dice.random() < 0.1:
        projects = list(known.projects)
        at = dice.randrange(len(projects))
        projects[at] = replace(projects[at], forecast_cost=float(dice.randint(1, 10**6)))
        found = replace(found, projects=tuple(projects))
    return found


def logged(dice: random.Random, known: Snapshot, found: Assessment) -> Snapshot:
    """The snapshot after a session has logged since when a breach stands, or that it was cleared once."""
    if not found.breaches or dice.random() < 0.8:
        return known
    key = dice.choice(found.breaches).key
    raised = found.today - timedelta(dice.randint(0, 30))
    stood = Stood(noon(raised), None if dice.random() < 0.5 else noon(raised + timedelta(1)))
    return replace(known, first_seen={**known.first_seen, key: raised}, lives={**known.lives, key: (stood,)})


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def walk(known: Snapshot, today: date, seed: int, edits: int = EDITS) -> tuple[int, int]:
    """Judge edit after edit with the judgement before and without; how often needs and ground stood."""
    dice, case, needs, ground = random.Random(seed), Case(Facts(known, today)), 0, 0
    assessment_of(case)
    for number in range(edits):
        known = after(dice, known, today)
        before, case = case, Case.after(Facts(known, today), case)
        needs += before.facts.needs is case.facts.needs
        ground += before.facts.ground is case.facts.ground
        found = assessment_of(case)
        told, alone = parts(found), parts(assess(known, today))
        case.let_go()
        known = logged(dice, known, found)
        assert [name for name in alone if told[name] != alone[name]] == [], f"edit {number} of seed {seed}"
    return needs, ground


def dense(seed: int) -> Snapshot:
    """A small portfolio in which everything hangs together: projects tied to each other, milestones that somebody
    accepts, long work in progress, promises that were broken, all of it near the end of something."""
    dice = random.Random(seed)
    teams = ("apps", "bank", "vendor", "")
    items = []
    for number in range(32):
        begun = dice.random() < 0.4
        items.append(
            WorkItem(
                id=f"i{number:02}",
                project=f"P{number // 8}",
                title=f"Work {number}",
                team=dice.choice(teams),
                kind=dice.choice((Kind.ACTIVITY,) * 4 + (Kind.MILESTONE, Kind.TICKET)),
                duration_days=dice.choice((0.0, 3.0, 15.0, 60.0)),
                state=dice.choice((State.DOING, State.BLOCKED)) if begun else dice.choice((State.TODO, State.DONE)),
                actual_start=TODAY - timedelta(dice.randint(10, 90)) if begun else None,
                baseline_start=TODAY - timedelta(dice.randint(0, 90)),
                baseline_finish=TODAY + timedelta(dice.randint(-30, 60)),
                acceptor=dice.choice(("", "", "kim")),
                owner=dice.choice(("ann", "ben", "")),
            )
        )
    pairs = {tuple(sorted(dice.sample(range(32), 2))) for _ in range(36)}
    links = tuple(Link(predecessor=f"i{a:02}", successor=f"i{b:02}") for a, b in sorted(pairs))
    needs = tuple(
        Dependency(
            id=f"D{n}",
            title=f"Need {n}",
            giver_team="vendor",
            receiver_team=dice.choice(("apps", "bank")),
            giver_owner="vic",
            giver_item=dice.choice(("", f"i{dice.randrange(32):02}")),
            receiver_item=dice.choice(("", f"i{dice.randrange(32):02}")),
            receiver_project=f"P{dice.randrange(4)}",
            needed_by=dice.choice((None, TODAY + timedelta(dice.randint(-10, 60)))),
        )
        for n in range(5)
    )
    said = [
        signed(f"dependency:{need.id}", dependency_version(need), Meaning.PROMISED, "vic", TODAY - timedelta(30),
               date=str(TODAY + timedelta(dice.randint(-20, 40))))
        for need in needs[:3]
    ]  # fmt: skip
    projects = tuple(
        project(
            f"P{n}", TODAY + timedelta(dice.randint(-20, 60)), dice.choice(teams[:3]), objectives=(dice.choice("OQ"),)
        )
        for n in range(4)
    )
    return snapshot(
        items=tuple(items), projects=projects, links=links, dependencies=needs, statements=tuple(said),
        objectives=(OBJECTIVE, replace(OBJECTIVE, id="Q", finish_item=dice.choice(("", "i31")))),
        moved={item.id: TODAY - timedelta(dice.randint(0, 60)) for item in items},
        earlier={f"P{n}": TODAY + timedelta(dice.randint(-30, 30)) for n in range(4)}, earlier_on=TODAY - timedelta(21),
        policy=Policy(silence_days=dice.choice((5, 10, 20))),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_where_everything_hangs_together(seed: int) -> None:
    needs, _ = walk(dense(seed), TODAY, seed, 2 * EDITS)
    assert needs > EDITS // 2


def snapshot_of(folder: Path) -> tuple[Snapshot, date]:
    with Session.open(folder) as session:
        session.update()
        return session.snapshot(), session.today()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_in_a_portfolio_of_many_dependencies(tmp_path: Path, seed: int) -> None:
    portfolios.write(tmp_path / "p", 300 + 100 * seed)
    needs, ground = walk(*snapshot_of(tmp_path / "p"), seed)
    assert needs > EDITS // 3
    assert ground >= needs


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_in_a_portfolio_whose_people_sign(tmp_path: Path, seed: int) -> None:
    shutil.copytree(REPOSITORY / "sample_portfolios" / "core-banking", tmp_path / "p")
    needs, _ = walk(*snapshot_of(tmp_path / "p"), seed, EDITS // 2)
    assert needs > EDITS // 8
