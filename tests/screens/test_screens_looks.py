"""What changed since this user last looked."""

from __future__ import annotations

import dataclasses
import json
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from screens_data import FakeSession, breach, breaches, make_assessment, ready, screen_text, settle

from cockpit.app import CockpitApp
from cockpit.desk import attending
from cockpit.ledger.pins import state_folder
from cockpit.personal import looked
from cockpit.personal.looks import PAUSE, Look, Looks, since, standing
from cockpit.records.assessment import Breach
from cockpit.records.lives import Acknowledged, Life, Owed
from cockpit.records.verdicts import Severity, Stage
from cockpit.screens.changes import ChangesScreen, changes_facts, changes_line, when

SMALL = (80, 24)
THURSDAY = datetime(2025, 6, 26, 8, 12, tzinfo=UTC)
TODAY = date(2025, 6, 30)
ALL = breaches()


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(THURSDAY)
    monkeypatch.setattr(attending, "clock", clock)
    return clock


def app_of(session: FakeSession) -> CockpitApp:
    return CockpitApp(session)  # type: ignore[arg-type]


def seen(*stood: Breach, at: datetime = THURSDAY, today: date = TODAY) -> Look:
    return Look(at, today, standing(stood))


def but(breach: Breach, **more: Any) -> Breach:
    return dataclasses.replace(breach, **more)


# -- what is new, worse and gone


def test_new_and_cleared_are_told_by_the_key_and_what_stands_as_it_stood_is_not() -> None:
    found = since(seen(*ALL[:3]), THURSDAY, ALL[1:4], TODAY)
    assert [each.key for each in found.new] == [ALL[3].key]
    assert [(each.code, each.title) for each in found.gone] == [(ALL[0].code, ALL[0].title)]
    assert found.worse == {}


@pytest.mark.parametrize(
    ("was", "now", "days", "told"),
    [
        ({"severity": Severity.MINOR}, {"severity": Severity.MAJOR}, 0, "minor → major"),
        ({"severity": Severity.MAJOR}, {"severity": Severity.MINOR}, 0, ""),
        ({"slip_days": 22.0}, {"slip_days": 40.0}, 3, "22 → 40 days"),
        ({"slip_days": 22.0}, {"slip_days": 25.0}, 3, ""),  # it grew by the days that passed
        ({"slip_days": None}, {"slip_days": 9.0}, 0, "0 → 9 days"),
        ({"slip_days": 22.0}, {"slip_days": None}, 0, ""),
    ],
)
def test_worse_is_graver_or_later_than_the_days_that_passed_explain(
    was: dict[str, Any], now: dict[str, Any], days: int, told: str
) -> None:
    one = breach("k", "FINISH-LATE", "General ledger")
    look = seen(but(one, **was), today=TODAY - timedelta(days=days))
    assert since(look, THURSDAY, (but(one, **now),), TODAY).worse == ({"k": told} if told else {})


def test_worse_is_also_a_decision_that_came_to_be_owed_and_an_acknowledgement_that_lapsed() -> None:
    one = breach("k", "FINISH-LATE", "General ledger")
    by = {"by": "li", "by_name": "Li Wei"}
    ack = Acknowledged(on=TODAY, until=TODAY, statement="s", **by)
    known = but(one, life=Life(stage=Stage.ACKNOWLEDGED, acknowledged=ack))
    owed = but(one, life=Life(stage=Stage.OWED, owed=Owed(since=TODAY, due=TODAY, **by)))
    assert "owed now" in since(seen(one), THURSDAY, (owed,), TODAY).worse["k"]
    assert "holds no longer" in since(seen(known), THURSDAY, (one,), TODAY).worse["k"]
    assert since(seen(one), THURSDAY, (known,), TODAY).worse == {}


def test_the_line_is_calm_and_says_where_to_look() -> None:
    now = datetime(2025, 6, 30, 7, 0, tzinfo=UTC)
    found = since(seen(*ALL[:4], at=THURSDAY), now, ALL[2:7], TODAY)
    assert changes_line(found) == "Since Thu 08:12 UTC: +3 new, ✓2 cleared · n lists them"
    assert changes_line(since(seen(*ALL), now, ALL, TODAY)) == "Since Thu 08:12 UTC: nothing has changed"
    assert when(THURSDAY, THURSDAY + timedelta(hours=3)) == "08:12 UTC"
    assert when(THURSDAY, THURSDAY + timedelta(days=7)) == "2025-06-26 08:12 UTC"


# -- when one look ends and the next begins


def test_a_look_goes_on_over_a_lost_connection_and_ends_with_a_pause() -> None:
    first, second = seen(*ALL[:2]), seen(*ALL, at=THURSDAY + timedelta(hours=3))
    looks = Looks(second, first)
    assert looks.since(second.at + PAUSE - timedelta(seconds=1)) is first
    assert looks.since(second.at + PAUSE) is second
    assert Looks(first).since(first.at) is None


async def test_the_next_look_marks_what_is_new_and_worse_and_lists_what_is_cleared(
    session: FakeSession, clock: Clock
) -> None:
    old = (but(ALL[0], severity=Severity.MAJOR), *ALL[1:3], breach("GONE|1", "DEP-BROKEN", "HSM keys"))
    looked.keep(session.folder, Looks(seen(*old)))
    clock.now = THURSDAY + timedelta(days=4)
    app = app_of(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await settle(pilot)
        text = screen_text(app)
        assert "Since Thu 08:12 UTC: +6 new, ↑1 worse, ✓1 cleared · n lists them" in text
        lines = text.splitlines()
        assert any("▲↑ nobody owns it" in line for line in lines)
        assert any("▲  path is dead" in line for line in lines)
        assert any("◆+ finishes late" in line for line in lines)
        await pilot.press("n")
        await settle(pilot)
        text = screen_text(app)
        assert "+ New" in text and "General ledger replatforming" in text
        await pilot.press("G")
        await settle(pilot)
        text = screen_text(app)
        assert "↑ Worse" in text and "major → critical" in text
        assert "✓ Cleared" in text and "promise broken" in text and "HSM keys" in text
        await pilot.press("n")
        await settle(pilot)
        assert app.current_mode == "exceptions" and len(app.screen_stack) == 1
        await pilot.click("#since")
        await settle(pilot)
        assert isinstance(app.screen, ChangesScreen)


async def test_the_first_look_is_told_as_such_and_the_second_knows_of_it(session: FakeSession, clock: Clock) -> None:
    app = app_of(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("j", "n")
        await settle(pilot)
        assert "Since" not in screen_text(app)
        assert any("first look" in note.message for note in app._notifications)
    clock.now += PAUSE
    session.now = make_assessment(breaches=ALL[1:])
    app = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await settle(pilot)
        assert "Since 08:12 UTC: ✓1 cleared" in screen_text(app)


async def test_an_app_that_is_left_open_over_night_begins_another_look_with_the_next_key(
    session: FakeSession, clock: Clock
) -> None:
    app = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("j")
        await settle(pilot)
        clock.now += timedelta(hours=23)
        session.publish(make_assessment(breaches=ALL[2:]))
        await settle(pilot)
        assert "cleared" not in screen_text(app)
        await pilot.press("j")
        await settle(pilot)
        assert "Since Thu 08:12 UTC: ✓2 cleared" in screen_text(app)
        clock.now += timedelta(minutes=1)
        await pilot.press("k")
        await settle(pilot)
        assert "Since Thu 08:12 UTC: ✓2 cleared" in screen_text(app)


async def test_a_look_ends_with_the_last_key_and_not_with_the_first(session: FakeSession, clock: Clock) -> None:
    async with app_of(session).run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("j")
        await settle(pilot)
        clock.now += timedelta(minutes=20)
        await pilot.press("k", "q")
    looks = looked.recall(session.folder)
    assert looks is not None and looks.last.at == THURSDAY + timedelta(minutes=20) and looks.before is None


async def test_a_session_that_is_killed_has_kept_about_when_it_was_looked_at(
    session: FakeSession, clock: Clock
) -> None:
    async with app_of(session).run_test(size=SMALL) as pilot:
        await ready(pilot)
        for _ in range(5):
            await pilot.press("j")
            clock.now += timedelta(minutes=10)
        await settle(pilot)
        looks = looked.recall(session.folder)
        assert looks is not None and clock.now - looks.last.at < PAUSE


async def test_a_session_that_was_left_takes_nothing_back_from_one_that_was_looked_at_since(
    session: FakeSession, clock: Clock
) -> None:
    later = Looks(seen(*ALL[:2], at=clock.now + timedelta(hours=2)))
    async with app_of(session).run_test(size=SMALL) as pilot:
        await ready(pilot)
        await pilot.press("j")
        await settle(pilot)
        clock.now += timedelta(hours=2)
        looked.keep(session.folder, later)
    assert looked.recall(session.folder) == later


@pytest.mark.usefixtures("clock")
async def test_a_look_from_before_the_clock_was_set_back_is_the_last_one_and_is_followed_by_others(
    session: FakeSession,
) -> None:
    later = THURSDAY + timedelta(days=900)
    looked.keep(session.folder, Looks(seen(*ALL[:2], at=later)))
    app: Any = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await settle(pilot)
        assert len(app.since(app.present).new) == len(ALL) - 2
        await pilot.press("j")
        await settle(pilot)
    kept = looked.recall(session.folder)
    assert kept is not None and kept.last.at == THURSDAY


def test_what_was_seen_is_kept_by_one_thread_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    began, goes_on, keep = Event(), Event(), looked.keep
    kept: list[datetime] = []

    def slow(folder: Path, looks: Looks) -> None:
        kept.append(looks.last.at)
        began.set()
        goes_on.wait(10)
        keep(folder, looks)

    monkeypatch.setattr(looked, "keep", slow)
    monkeypatch.setattr(attending, "clock", lambda: THURSDAY)
    later, earlier = (
        Thread(target=attending._keep, args=(tmp_path, (ALL, TODAY), THURSDAY - timedelta(minutes=ago), None))
        for ago in (0, 5)
    )
    later.start()
    began.wait(10)
    earlier.start()
    earlier.join(0.05)
    goes_on.set()
    for thread in (later, earlier):
        thread.join()
    assert kept == [THURSDAY]


async def test_what_changed_is_not_told_of_the_past(session: FakeSession, clock: Clock) -> None:
    looked.keep(session.folder, Looks(seen(*ALL[:3])))
    clock.now = THURSDAY + timedelta(days=4)
    app = app_of(session)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await ready(pilot)
        await settle(pilot)
        await pilot.press("left_square_bracket")
        await settle(pilot)
        assert "Since" not in screen_text(app) and "+" not in screen_text(app).partition("rule")[2]
        await pilot.press("n")
        assert any("comes back to today" in note.message for note in app._notifications)


async def test_what_is_new_is_found_by_its_mark(session: FakeSession, clock: Clock) -> None:
    looked.keep(session.folder, Looks(seen(*ALL[1:])))
    clock.now = THURSDAY + timedelta(days=4)
    app = app_of(session)
    async with app.run_test(size=SMALL) as pilot:
        await ready(pilot)
        await settle(pilot)
        await pilot.press("slash", "plus", "enter")
        await settle(pilot)
        assert "1 of 9" in screen_text(app)


# -- where it is kept


def test_it_is_kept_in_the_users_own_state_and_nothing_in_the_portfolio(tmp_path: Path) -> None:
    folder = tmp_path / "portfolio"
    folder.mkdir()
    looks = Looks(seen(*ALL), seen(*ALL[:2], at=THURSDAY - timedelta(days=1)))
    looked.keep(folder, looks)
    assert looked.recall(folder) == looks
    assert list(folder.iterdir()) == []
    (kept,) = (state_folder() / "looks").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert looked.recall(tmp_path / "another") is None


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", '{"last": 1, "before": null}', '{"last": {"at": "x"}, "before": null}',
        '{"last": {"at": "2025-06-26T08:12:00", "today": "2025-06-26", "stood": {}}, "before": null}',
        '{"last": {"at": "2025-06-26T08:12:00+00:00", "today": "2025-06-26", "stood": {"k": [1]}}, "before": null}',
        '{"last": {"at": "2025-06-26T08:12:00+00:00", "today": "2025-06-26",'
        ' "stood": {"k": ["C", "minor", "t", "o", NaN, "raised"]}}, "before": null}',
        '{"last": {"at": "2025-06-26T08:12:00+00:00", "today": "2025-06-26",'
        ' "stood": {"k": ["C", "minor", "t", "o", 1' + "0" * 400 + ', "raised"]}}, "before": null}',
        '{"last": {"at": "0001-01-01T00:00:00+14:00", "today": "2025-06-26", "stood": {}}, "before": null}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_no_look(tmp_path: Path, content: str) -> None:
    looked.keep(tmp_path, Looks(seen(*ALL)))
    (kept,) = (state_folder() / "looks").iterdir()
    assert json.loads(kept.read_text(encoding="utf-8"))["before"] is None
    kept.write_text(content, encoding="utf-8")
    assert looked.recall(tmp_path) is None


def test_where_nothing_can_be_written_nothing_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    looked.keep(tmp_path, Looks(seen(*ALL)))
    assert looked.recall(tmp_path) is None


def test_hostile_titles_are_kept_and_listed_as_what_they_are() -> None:
    bad = breach("k", "FINISH-LATE", "a[red]b[/] \x1b]0;x\x07 \u202e", owner_name="[@click=app.exit]x[/]")
    gone = since(seen(bad), THURSDAY, (), TODAY)
    shown = changes_facts(gone, make_assessment(breaches=())).content(78).plain
    assert "a[red]b[/]" in shown and shown.replace("\n", "").isprintable()
