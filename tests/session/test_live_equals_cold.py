"""Whatever happens to a portfolio: a session that has watched all of it says what one says that opens it now.

Three others are asked after every step:

* a **copy of the store** with the files, opened cold: what the live session holds in memory, and how it wrote the
  store, changes nothing;
* a **twin** that reads the same files at the same times by a session of its own each time, into a store of its own: so
  it has the same history of readings, and no memory at all;
* where all files are dated drops, a **new store** of them as they are: their history is in their dates.

A new store of undated files is no fair peer: on which day a row was seen first, moved last, or vanished is known by
having read the files then, and a breach counts from when it was logged first. Nor is one of drops that were corrected:
what they said before is what an edit is told by.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from edited_portfolio import FIRST
from hypothesis import HealthCheck, Phase, example, given, settings
from lived_portfolio import (
    BROKEN,
    FIXED,
    KINDS,
    Choice,
    Clock,
    Editor,
    Step,
    differences,
    files_of,
    make,
    plain,
    sign,
    steps,
)

from cockpit.charter import charter as charters
from cockpit.charter.charter import CharterError
from cockpit.outlets.brief import brief_of
from cockpit.outlets.check import Check
from cockpit.records.model import Statement
from cockpit.session.live import Session, Update
from cockpit.store.errors import sqlite3

DROPPED = ("cell", "progress", "add", "remove", "twin", "move", "sort", "rewrite", "torn", "unchanged")
DAYS = ("2025-02-28", "2025-03-03", "2025-03-10", "2025-03-24", "2025-03-31")
CHARTER_FAILED = "SOURCE-FAILED|source:portfolio.toml"
"""Only a session that was open then has seen that the charter was wrong for a while."""
_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the portfolio as it was written first, and everybody's keys."""
    base = tmp_path_factory.mktemp("lived")
    make(base / "first", base / "keys")
    return base


def told(session: Session, update: Update) -> dict[str, Any]:
    """All that a session says of the present."""
    found = update.assessment
    said = {"check": Check(found).json(), "text": Check(found, why=True).text(), "brief": brief_of(found).markdown()}
    snapshot = plain(session.snapshot())
    snapshot["lives"].pop(CHARTER_FAILED, None)
    return said | {"assessment": plain(found), "snapshot": snapshot}


def told_of_the_past(session: Session) -> dict[str, Any]:
    """All that a session says of the days before."""
    history = [session.assess(day) for day in session.dates()]
    said = {"history": history, "replay": session.replay(), "events": session.events_of()}
    return {key: plain(value) for key, value in said.items()}


def same(live: dict[str, Any], other: dict[str, Any], whose: str) -> None:
    """Fail with the places at which they differ."""
    found = list(itertools.islice(differences(live, other), 12))
    assert not found, f"The live session and {whose} differ:\n" + "\n".join(found)


class Life:
    """A portfolio with its live session and its twin. `statements`: those that were signed and the twin lacks."""

    def __init__(self, ground: Path, charter: str = "") -> None:
        self.base = ground / f"life-{next(_NUMBERS)}"
        self.ground, self.keys = ground, ground / "keys"
        self.folder, self.twin = self.base / "live", self.base / "twin"
        shutil.copytree(ground / "first", self.folder)
        if charter:
            (self.folder / "portfolio.toml").write_text(charter)
        self.clock = Clock(datetime.combine(FIRST, time(9), UTC))
        self.session = Session.open(self.folder, clock=self.clock)
        self.editor = Editor(self.folder, ground / "first")
        self.statements: list[Statement] = []

    def close(self) -> None:
        self.session.close()
        shutil.rmtree(self.base)

    def step(self, choices: Step) -> dict[str, Any]:
        """Do it, and return what the live session says then."""
        self.clock.now += timedelta(minutes=1)
        for choice in choices[:1]:
            if choice.what == "broken":  # before anything else changes: the twin does not see it at all
                self._break(choice)
        for choice in choices:
            if choice.what == "day":
                self.clock.now += timedelta(days=(1, 1, 7, 25)[choice.value % 4])
            elif choice.what not in ("sign", "nothing", "broken"):
                self.editor.apply(choice)
        self._keep_charter_good()
        live = told(self.session, self.session.update())
        for choice in choices:
            statement = sign(self.session, self.keys, choice) if choice.what == "sign" else None
            if statement is not None:
                self.follow()  # what came before it, came before it there too
                self.statements.append(statement)
                live = told(self.session, self.session.update())
        return live

    def _keep_charter_good(self) -> None:
        """A session that is open goes on without the people whom its charter names; one that opens refuses."""
        try:
            charters.load(self.folder)
        except CharterError:
            shutil.copy(self.ground / "first" / "people.csv", self.folder)

    def _break(self, choice: Choice) -> None:
        """A charter that is wrong while somebody looks, and is right again."""
        path = self.folder / "portfolio.toml"
        good = path.read_text()
        path.write_text(BROKEN[choice.value % len(BROKEN)])
        assert any(change.failed for change in self.session.update().changes)
        path.write_text(good)

    @contextmanager
    def twin_session(self) -> Iterator[Session]:
        """A new session over the files as they are, in the twin's own store, which knows what was signed."""
        mirror(self.folder, self.twin)
        with Session.open(self.twin, clock=self.clock) as session:
            for statement in self.statements:
                session.keep(statement)
            self.statements = []
            yield session

    def follow(self) -> dict[str, Any]:
        """Return what the twin says now."""
        with self.twin_session() as session:
            return told(session, session.update())

    def cold(self) -> dict[str, Any]:
        """Return what a session says that opens a copy of the store and the files as they are."""
        with self.copied() as folder, Session.open(folder, clock=self.clock) as session:
            update = session.update()
            assert not any(change.opened or change.closed for change in update.changes), update.changes
            return told(session, update)

    @contextmanager
    def copied(self) -> Iterator[Path]:
        """A copy of files and store. It is copied as others may read it: the live session hears nothing of it."""
        folder = self.base / "copy"
        mirror(self.folder, folder)
        source = sqlite3.connect(f"file:{self.folder}/portfolio.db?mode=ro", uri=True)
        with closing(source), closing(sqlite3.connect(folder / "portfolio.db")) as target:
            source.backup(target)
        yield folder
        shutil.rmtree(folder)


def mirror(source: Path, target: Path) -> None:
    """Make the files of one folder those of another; stores stay as they are."""
    target.mkdir(exist_ok=True)
    there = set(files_of(source))
    for path in [each for each in files_of(target) if each not in there]:
        (target / path).unlink()
    for path in there:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / path, target / path)


def lived(ground: Path, sequence: Sequence[Step], *, past: bool) -> None:
    """Go through the steps and ask the others after each; `past`: ask them all of the days before too."""
    life = Life(ground)
    try:
        same(told(life.session, life.session.update()), life.follow(), "its twin")
        for number, step in enumerate(sequence):
            live = life.step(step)
            same(live, life.follow(), f"its twin after step {number}")
            same(live, life.cold(), f"a copy of its store after step {number}")
            if past and number % 4 == 3:
                life.session.replay()
        if past:
            with life.twin_session() as session:
                session.update()
                same(told_of_the_past(life.session), told_of_the_past(session), "its twin")
    finally:
        life.close()


UNHEALTHY = list(HealthCheck)
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failure is told as it was found: looking for a smaller one takes minutes. Take this away to have it."""
CORRECTED = [
    [Choice("cell", 9, 3, 5, 3), Choice("cell", 9, 4, 6, 40)],
    [Choice("sign", 0, 1, 0, 3)],
    [Choice("day", 0, 0, 0, 2), Choice("progress", 9, 1, 1, 2)],
    [Choice("file", 3, 0, 0, 0)],
    [Choice("restore", 3, 0, 0, 0), Choice("charter", 0, 0, 0, 1)],
    [Choice("broken", 0, 0, 0, 1), Choice("cell", 9, 3, 5, 60)],
    [Choice("sign", 0, 4, 0, 3), Choice("nothing", 0, 0, 0, 0)],
    [Choice("rename", 9, 0, 0, 1)],
]
"""A bit of everything."""
NOTHING = [Choice("nothing", 0, 0, 0, 0)]
FOUND = [[Choice("day", 0, 0, 0, 0)], NOTHING, NOTHING, NOTHING, [Choice("rename", 181, 166, 114, 120)], NOTHING]
"""A path of the charter that matches nothing, until a day later something does: then it never failed on any day."""


@settings(max_examples=4, deadline=None, suppress_health_check=UNHEALTHY, phases=UNSHRUNK)
@example(CORRECTED)
@given(steps((*KINDS, "broken"), least=4, most=8))
def test_a_live_session_says_what_a_cold_one_says(ground: Path, sequence: list[Step]) -> None:
    lived(ground, sequence, past=False)


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=UNHEALTHY, phases=UNSHRUNK)
@example(FOUND)
@given(steps((*KINDS, "broken"), least=10, most=16))
def test_a_live_session_says_what_a_cold_one_says_after_long_lives_too(ground: Path, sequence: list[Step]) -> None:
    lived(ground, sequence, past=True)


@settings(max_examples=2, deadline=None, suppress_health_check=UNHEALTHY, phases=UNSHRUNK)
@given(steps(DROPPED, least=len(DAYS), most=len(DAYS)))
def test_a_new_store_says_the_same_of_drops_that_came_one_by_one(ground: Path, sequence: list[Step]) -> None:
    life = Life(ground, FIXED.replace("[calendars", f"today = {FIRST + timedelta(30)}\n[calendars", 1))
    try:
        desk = Editor(life.base / "desk", ground / "first")
        mirror(life.folder, desk.folder)
        for path in life.folder.glob("*.csv"):
            path.unlink()
        for day, step in zip(DAYS, sequence, strict=True):
            for choice in step:
                desk.apply(choice)
            mirror(desk.folder, life.folder / day)
            life.session.import_sources()  # nothing is judged, so nothing is logged as a breach of that moment
            life.session.snapshot()
        live = told(life.session, life.session.update())
        fresh = life.base / "fresh"
        mirror(life.folder, fresh)
        with Session.open(fresh, clock=life.clock) as session:
            same(live, told(session, session.update()), "a new store")
    finally:
        life.close()


def test_the_command_says_what_the_live_session_says(ground: Path) -> None:
    life = Life(ground, FIXED.replace("[calendars", f"today = {FIRST}\n[calendars", 1))
    try:
        life.session.update()
        for step in CORRECTED[:3]:
            live = life.step([choice for choice in step if choice.what != "day"] or NOTHING)
        with life.copied() as folder:
            command = [sys.executable, "-m", "cockpit", "check", str(folder), "--json"]
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"TZ": "UTC"})
        assert done.returncode in (0, 1), done.stderr
        assert done.stdout == live["check"]
    finally:
        life.close()
