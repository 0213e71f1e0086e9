"""Precision of outcomes over real files: past days are looked at once, and again when what was known changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from live_portfolio import make

from cockpit.engine.precision import glimpse as glimpses
from cockpit.records.measures import Precision
from cockpit.session import memory
from cockpit.session.live import Session

NOW = datetime(2025, 3, 31, 8, 0, tzinfo=UTC)
HEAD = "id,project,title,kind,team,owner,status,duration_days,actual_start,actual_finish\n"
OPEN = "I-9,P1,Spike,activity,integration,ivo,In Progress,{days},2025-01-06,\n"
DONE = "I-9,P1,Spike,activity,integration,ivo,Done,5,2025-01-06,2025-03-07\n"


def drop(folder: Path, day: str, row: str) -> None:
    (folder / day).mkdir(exist_ok=True)
    (folder / day / "work_items.csv").write_text(HEAD + row, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make(tmp_path / "portfolio", tmp_path / "keys", today="")
    (made / "work_items.csv").unlink()
    (made / "links.csv").unlink()
    (made / "dependencies.csv").unlink()
    drop(made, "2025-01-31", OPEN.format(days=25))
    drop(made, "2025-03-31", DONE)
    return made


def project(session: Session) -> Precision:
    session.update()
    rows = session.with_precision(session.assess()).precision
    return next(row for row in rows if (row.level, row.name) == ("project", "P1"))


def test_what_a_past_drop_led_to_is_set_beside_what_came(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[date] = []
    real = glimpses.glimpse

    def watched(snapshot: object, today: date) -> glimpses.Glimpse:
        looked.append(today)
        return real(snapshot, today)  # type: ignore[arg-type]

    monkeypatch.setattr(memory, "glimpse", watched)
    with Session.open(folder, clock=lambda: NOW) as session:
        # Twenty-five days from 6 January end on 7 February; it came on 7 March, four weeks later.
        assert project(session).errors == (28.0, None, None)
        assert project(session).errors == (28.0, None, None)
        assert looked.count(date(2025, 1, 31)) == 1
        # The old drop is corrected: it said forty-five days, which end on 7 March.
        drop(folder, "2025-01-31", OPEN.format(days=45))
        assert project(session).errors == (0.0, None, None)
        assert looked.count(date(2025, 1, 31)) == 2


def test_of_many_days_the_last_of_each_month_is_looked_at() -> None:
    days = [date(2024, month, day) for month in range(1, 13) for day in (5, 25)]
    days += [date(2025, month, day) for month in (1, 2, 3) for day in (5, 25)]
    found = memory._sampled(days, date(2025, 3, 25))
    assert len(found) == memory.MONTHS and found[-1] == date(2025, 3, 5) and found[-2] == date(2025, 2, 25)
    assert memory._sampled(days[:5], date(2025, 3, 25)) == days[:5]
