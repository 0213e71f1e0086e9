"""A what-if of an open portfolio: computed beside what is true, and nothing of it is kept."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from cockpit.records.whatif import Assumption
from cockpit.session.live import DraftError, Session

SAMPLE = Path(__file__).parents[2] / "sample_portfolios" / "core-banking"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("what-if") / "core-banking"))


def test_the_sample_s_blocker_resolved_gives_back_what_its_leverage_promises_and_nothing_is_kept(folder: Path) -> None:
    with Session.open(folder) as session:
        before = session.update()
        state, files = session.store.state(), {path: path.stat().st_mtime_ns for path in folder.rglob("*.csv")}
        blocker = before.assessment.chains[0].blockers[0]
        found = session.what_if([Assumption(blocker.subject)])
        first = found.outcomes[0]
        assert first.days == blocker.leverage_days and found.saved == pytest.approx(blocker.cost)
        assert [each.now.finish for each in found.outcomes if each.now.record.id == first.now.record.id] == [
            next(view.finish for view in before.assessment.objectives if view.record.id == first.now.record.id)
        ]
        later = session.what_if([Assumption(blocker.subject, (blocker.held_until or date.max) + timedelta(14))])
        assert all((each.days or 0) <= 0 for each in later.outcomes) and (later.saved or 0) < 0
        assert session.assess() is before.assessment or session.assess() == before.assessment
        assert session.store.state() == state
        assert files == {path: path.stat().st_mtime_ns for path in folder.rglob("*.csv")}
        again = session.update()
        assert not again.raised and not again.cleared and again.assessment.objectives == before.assessment.objectives


def test_of_a_past_day_none_is_asked(folder: Path) -> None:
    with Session.open(folder, as_of=date(2025, 8, 31)) as session, pytest.raises(DraftError, match="today"):
        session.what_if([])
