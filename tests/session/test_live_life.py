"""The life of a breach over days, readings and renamed files: its age is true, and what is past stays as it was."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from live_portfolio import TABLES, charter, key_file, make

from cockpit.records.assessment import Assessment, Breach
from cockpit.records.model import Meaning
from cockpit.records.verdicts import Stage, Verdict
from cockpit.session.live import Session

NOW = datetime(2025, 3, 31, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = "DEP-UNPROVEN|dependency:D-1"
SUBJECT = f"breach:{KEY}"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, day: int) -> None:
        self.now = NOW + day * DAY


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def folder(tmp_path: Path, keys: Path) -> Path:
    return make(tmp_path / "portfolio", keys, today="")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def unproven(assessment: Assessment) -> Breach:
    return next(b for b in assessment.breaches if b.key == KEY)


def test_a_breach_from_raised_to_cleared_over_a_month(folder: Path, keys: Path, clock: Clock) -> None:
    def sign(session: Session, who: str, meaning: Meaning, **more: object) -> None:
        draft = session.draft(SUBJECT, meaning, key=key_file(keys, who), **more)  # type: ignore[arg-type]
        session.sign(draft)

    def stage(session: Session) -> Stage:
        return unproven(session.update().assessment).life.stage

    with Session.open(folder, clock=clock) as session:
        seen = [stage(session)]
        clock.on(2)
        seen.append(stage(session))
        sign(session, "vera", Meaning.ACKNOWLEDGED)
        seen.append(stage(session))
        clock.on(5)
        seen.append(stage(session))
        clock.on(6)
        session.update()
        sign(session, "sam", Meaning.DECIDED, note="Vera gets two more people", on=date(2025, 4, 20))
        seen.append(stage(session))
        clock.on(21)
        seen.append(stage(session))
        now = unproven(session.update().assessment)
    assert seen == [
        Stage.RAISED,
        Stage.RAISED,
        Stage.ACKNOWLEDGED,
        Stage.OWED,
        Stage.DECIDED,
        Stage.OWED,
    ]
    assert now.since == date(2025, 3, 31)
    assert now.life.decided is not None and now.life.owed is not None
    assert now.life.owed.since == date(2025, 4, 21), "the decision was due the day before"
    with Session.open(folder, clock=clock) as session:
        past = [unproven(session.assess(date(2025, 3, 31) + n * DAY)) for n in (1, 2, 5, 6, 21)]
        assert [b.life.stage for b in past] == [
            Stage.RAISED,
            Stage.ACKNOWLEDGED,
            Stage.OWED,
            Stage.DECIDED,
            Stage.OWED,
        ]
        assert session.assess(date(2025, 4, 5)).decision_days is None
        assert session.assess(date(2025, 4, 6)).decision_days == 6.0


def test_what_was_cleared_yesterday_stood_the_day_before(folder: Path, keys: Path, clock: Clock) -> None:
    with Session.open(folder, clock=clock) as session:
        session.update()
        session.sign(session.draft(SUBJECT, Meaning.ACKNOWLEDGED, key=key_file(keys, "vera")))
        clock.on(3)
        session.update()
        proof = session.draft("D-1", Meaning.RESOLVED, key=key_file(keys, "vera"), note="https://docs.example/api")
        session.sign(proof)
        assert KEY not in {b.key for b in session.update().assessment.breaches}
        said = {v.meaning: v for v in session.assess().statements}
        assert said["acknowledged"].verdict is Verdict.SUPERSEDED
        assert said["acknowledged"].why == "the breach was cleared on 2025-04-03"
        clock.on(9)
        back = session.draft("D-1", Meaning.PROMISED, key=key_file(keys, "vera"), on=date(2025, 4, 30))
        session.sign(back)
        again = unproven(session.update().assessment)
        assert (again.life.number, again.since, again.life.stage) == (2, date(2025, 4, 9), Stage.RAISED)
        then = unproven(session.assess(date(2025, 4, 2)))
        assert (then.life.number, then.since, then.life.stage) == (1, date(2025, 3, 31), Stage.ACKNOWLEDGED)
        told = {v.meaning: v for v in session.assess(date(2025, 4, 2)).statements}
        assert told["acknowledged"].verdict is Verdict.COUNTS


def test_a_drop_dated_in_the_past_moves_no_first_seen_day_and_owes_nothing_early(folder: Path, clock: Clock) -> None:
    for name in ("projects.csv", "work_items.csv", "links.csv", "dependencies.csv"):
        (folder / "2025-02-28").mkdir(exist_ok=True)
        (folder / name).rename(folder / "2025-02-28" / name)
    with Session.open(folder, clock=clock) as session:
        breach = unproven(session.update().assessment)
    assert (breach.since, breach.life.owed_from) == (date(2025, 3, 31), date(2025, 4, 5))


# Identity


def shuffled(folder: Path, chance: random.Random) -> None:
    """The rows of one table in another order."""
    path = chance.choice(sorted(folder.glob("*.csv")))
    head, *rows = path.read_text().splitlines()
    chance.shuffle(rows)
    path.write_text("\n".join([head, *rows]) + "\n")


def renamed(folder: Path, chance: random.Random) -> None:
    """The register under another name."""
    (path,) = folder.glob("register*.csv")
    path.rename(folder / f"register {chance.randrange(1000)}.csv")


def resaved(folder: Path, chance: random.Random) -> None:
    """A table as a spreadsheet writes it: a byte order mark, other line ends, a column of its own."""
    path = chance.choice(sorted(folder.glob("*.csv")))
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    if not lines[0].endswith("Colour"):
        lines = [f"{lines[0]},Colour", *(f"{line},red" for line in lines[1:])]
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")


def touched(folder: Path, _: random.Random) -> None:
    """Every file written again as it is."""
    for path in folder.glob("*.csv"):
        path.write_bytes(path.read_bytes())


EDITS: tuple[Callable[[Path, random.Random], None], ...] = (shuffled, renamed, resaved, touched)
REGISTER = '[[sources]]\npath = "register*.csv"\ntable = "dependencies"\n'
MORE = {
    "kpis": TABLES["kpis.csv"] + "K-2,cloud,Calls answered,sam,higher,10,5,40\n",
    "projects": TABLES["projects.csv"] + "P2,Archive,,ivo,sam,integration,2025-05-30\n",
    "work_items": TABLES["work_items.csv"]
    + "T-1,GUILD,Tidy up,ticket,integration,ivo,To Do,1,,\nT-2,P2,Go,activity,integration,ivo,To Do,2,,\n",
    "links": TABLES["links.csv"] + "T-2,I-1\nI-1,T-2\n",
}
"""What breaks more rules: a ticket and a project that serve nothing, a circle of links, a KPI without a reading."""


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(edits=st.lists(st.sampled_from(EDITS), min_size=2, max_size=4), seed=st.integers(0, 1 << 16))
def test_its_age_survives_what_files_go_through(
    tmp_path_factory: pytest.TempPathFactory, edits: list[Callable[[Path, random.Random], None]], seed: int
) -> None:
    place, chance, clock = tmp_path_factory.mktemp("age"), random.Random(seed), Clock()
    folder = make(place / "portfolio", place / "keys", today="", **MORE)
    (folder / "portfolio.toml").write_text(charter(today="", more=REGISTER))
    (folder / "dependencies.csv").rename(folder / "register.csv")
    with Session.open(folder, clock=clock) as session:
        first = {b.key: b for b in session.update().assessment.breaches}
        assert {"DEP-UNPROVEN", "ALIGN-TICKETS", "NETWORK-CYCLE", "KPI-UNSIGNED"} <= {b.code for b in first.values()}
        for number, edit in enumerate(edits, 1):
            clock.on(number)
            edit(folder, chance)
            session.update()
        last = {b.key: b for b in session.assess().breaches}
    assert first.keys() <= last.keys(), "what is wrong is wrong still, under the same name"
    for key, breach in first.items():
        assert (last[key].since, last[key].id, last[key].life.number) == (NOW.date(), breach.id, 1)


def test_the_same_bad_row_in_every_drop_is_one_breach(folder: Path, clock: Clock) -> None:
    """A tracker comes every month with the same row that cannot be read: that is a month old, not new each time."""
    bad = TABLES["links.csv"] + "I-9,\n"
    (folder / "links.csv").unlink()
    with Session.open(folder, clock=clock) as session:
        for day in (31, 1):
            month = "2025-03" if day == 31 else "2025-04"
            (folder / f"{month}-{day:02}").mkdir()
            (folder / f"{month}-{day:02}" / "links.csv").write_text(bad)
            clock.on(0 if day == 31 else 1)
            found = session.update().assessment
        (rows,) = [b for b in found.breaches if b.code == "SOURCE-ROWS"]
    assert (rows.since, rows.life.number) == (date(2025, 3, 31), 1)
    assert "2025-04-01/links.csv" in rows.title
