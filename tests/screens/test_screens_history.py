"""The history of a subject on the screen, and what every list and panel shows of a signature."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from screens_data import API, FakeSession, breach, day, history, kpi, make_assessment, ready, settle, statements
from test_screens_hostile import HOSTILE, lines, poisoned, unsafe

from cockpit.app import CockpitApp
from cockpit.desk.commanding import complete
from cockpit.records.assessment import Assessment, Reason, StatementView
from cockpit.records.verdicts import Status, Verdict
from cockpit.screens.base import CockpitScreen
from cockpit.screens.history import MOST, HistoryScreen, history_facts
from cockpit.screens.ledger import LedgerScreen
from cockpit.screens.why import Facts, breach_facts
from cockpit.screens.why_outcome import kpi_facts, objective_facts
from cockpit.screens.why_project import project_facts
from cockpit.screens.why_signoff import signoff_facts

VERSION = "5eed" * 16
SEEN = datetime(2025, 6, 20, 10, 0, tzinfo=UTC)


def make_app(session: FakeSession) -> CockpitApp:
    return CockpitApp(session)  # type: ignore[arg-type]


def screen_text(app: Any) -> str:
    return "\n".join(lines(app))


def tones(facts: Facts, words: str) -> set[str]:
    return {tone for tone, text in facts.lines if words in text}


def signed(subject: str = API, meaning: str = "promised", **body: Any) -> StatementView:
    first = statements()[-1]
    said = {"of": VERSION, "subject": subject, "meaning": meaning} | body
    record = dataclasses.replace(first.record, body=said, id=f"{meaning.encode().hex():0<64}"[:64])
    return dataclasses.replace(first, record=record, subject=subject, meaning=meaning, witnessed_at=SEEN)


WHOLE = (
    "Dana Reyes (dana) signed",  # who
    "2025-06-12 09:30 UTC",  # when
    "witnessed 2025-06-20 10:00 UTC",
    "over version 5eed5eed5eed",  # over which version
    "counts",  # whether it holds
)


def shows(facts: Facts, meaning: str) -> bool:
    text = " ".join(facts.text.split())
    return all(part in text for part in (*WHOLE, meaning))


def test_every_panel_shows_the_whole_signature_that_a_row_rests_on() -> None:
    dependency, baseline = signed(date="2025-07-01"), signed("baseline:payments", "baselined")
    reading = signed("kpi:k2", "attested", date="2025-05-31", value=93.4)
    unsigned = kpi("k2", "Accounts opened", "ines", [60, 93.4], Status.ON_TRACK, objective="O2")
    owned = dataclasses.replace(unsigned, statements=("", reading.record.id))
    whole = make_assessment(statements=(dependency, baseline, reading), kpis=(owned,))
    reason = Reason("Dana promised it", None, dependency.record.id)
    raised = breach("x", "DEP-UNPROVEN", "API", "dana", subject="dependency:other", reasons=(reason,))
    assert shows(breach_facts(raised, whole), "promised for 2025-07-01"), "the reason of a breach"
    assert shows(breach_facts(whole.breaches[0], whole), "promised for 2025-07-01"), "the subject of a breach"
    assert shows(signoff_facts(whole.signoffs[0], whole), "promised for 2025-07-01")
    assert shows(kpi_facts(owned, whole), "attested 93.4 on 2025-05-31")
    assert shows(objective_facts(whole.objectives[1], whole), "attested 93.4 on 2025-05-31")
    assert shows(project_facts(whole.projects[0], whole), "baselined")


def ledger(**more: Any) -> Assessment:
    superseded, refused, counting = statements()
    body = {"of": VERSION}
    replaced = dataclasses.replace(superseded, record=dataclasses.replace(superseded.record, body=body))
    seen = dataclasses.replace(counting, witnessed_at=SEEN, record=dataclasses.replace(counting.record, body=body))
    return make_assessment(statements=(replaced, refused, seen), **more)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_the_ledger_shows_who_when_what_which_version_and_worth(
    session: FakeSession, size: tuple[int, int]
) -> None:
    session.now = ledger()
    app = make_app(session)
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await pilot.press("8")
        await settle(pilot)
        shown = [line for line in screen_text(app).splitlines() if "2025-06-12 09:30" in line]
        (row,) = (line for line in shown if "Dana Reyes" in line)
        assert all(part in row for part in ("promised", "DEP-14", "● counts"))
        for part in ("2025-06-20 10:00", "5eed5eed5eed"):
            assert (part in row) is (size[0] > 80), "who has no room for it finds it under enter"
        old = next(line for line in screen_text(app).splitlines() if "○ superseded" in line)
        assert all(part in old for part in ("2025-06-02 09:30", "promised"))
        screen = app.screen
        assert isinstance(screen, LedgerScreen)
        view = session.now.statements[0]
        cells = [column.cell(view, 20) for column in screen.columns()]
        assert {tone for text, tone in cells if text} == {"muted"}, "superseded is dimmed, all of it, and all there"


async def test_a_statement_that_nobody_has_followed_is_not_shown_as_witnessed(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("8")
        await settle(pilot)
        rows = "\n".join(screen_text(app).splitlines()[:8])  # what is said of one of them stands below
        assert "● unwitnessed" in rows and "● counts" not in rows


@pytest.mark.parametrize("key", ["1", "3", "5", "8"])
async def test_h_shows_the_history_of_the_subject_with_the_values_of_then(session: FakeSession, key: str) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 50)) as pilot:
        await ready(pilot)
        await pilot.press(key, "h")
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen)
        assert session.told[-1] == ((("kpi:k1",) if key == "3" else (API,)), None)
        text = screen_text(app)
        assert "needed_by: 2025-05-02 → 2025-06-06" in text
        assert "needed_by 2025-05-02" in text, "over what it was signed"
        assert text.index("2025-06-01") < text.index("2025-06-02 09:30") < text.index("2025-06-10")
        await pilot.press("h")
        assert isinstance(app.screen, CockpitScreen), "the key that shows it takes it away"


async def test_the_history_opens_from_the_why_and_goes_back_to_it(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("enter", "h")
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen)
        await pilot.press("escape")
        assert not isinstance(app.screen, (HistoryScreen, CockpitScreen))


async def test_the_history_is_that_of_the_day_that_is_shown_and_follows_what_is_new(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 50)) as pilot:
        await ready(pilot)
        await pilot.press("h")
        await settle(pilot)
        session.history = history()[:1]
        session.publish(make_assessment())
        await settle(pilot)
        assert "1 event, oldest first" in screen_text(app)
        await pilot.press("escape", "left_square_bracket")
        await settle(pilot)
        await pilot.press("h")
        await settle(pilot)
        assert session.told[-1] == ((API,), day(6, 12))


async def test_what_the_session_refuses_is_said_in_a_sentence(session: FakeSession) -> None:
    def refuse(*_: Any) -> Any:
        raise OSError("The store can't be read.")

    session.events_of = refuse  # type: ignore[method-assign]
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("h")
        await settle(pilot)
        assert "The store can't be read." in screen_text(app)
        await pilot.press("c", "s", "escape")
        assert app.is_running


async def test_a_row_about_nothing_has_no_history_and_says_so(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("7", "h")
        await settle(pilot)
        assert isinstance(app.screen, CockpitScreen)
        assert any("no history of its own" in note.message for note in app._notifications)


def test_superseded_events_are_dimmed_and_never_left_out() -> None:
    facts = history_facts(API, history())
    assert tones(facts, "2025-06-02 09:30 UTC · Dana Reyes (dana) signed promised") == {"muted"}
    assert tones(facts, "2025-06-12 09:30 UTC · Dana Reyes (dana) signed promised") == {"head"}
    many = history_facts(API, history() * MOST)
    assert tones(many, f"{3 * MOST:,} before these") == {"warn"}
    assert len(many.lines) < 10 * MOST


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_text_is_inert_in_a_history(session: FakeSession, name: str) -> None:
    session.history = poisoned(history(), HOSTILE[name])
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("h")
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen)
        assert not unsafe("".join(lines(app)))
        await pilot.press("G", "c", "o")
        await settle(pilot)
        assert not unsafe("".join(lines(app)))
        assert app.is_running


def test_a_type_that_is_not_known_here_is_shown_by_its_own_name() -> None:
    first = statements()[-1]
    strange = dataclasses.replace(
        first, record=dataclasses.replace(first.record, type="annul"), meaning="annul", verdict=Verdict.INVALID
    )
    from cockpit.wording import signatures

    assert signatures.said("annul") == "annul"
    assert signatures.does(strange) == "signed annul"


async def test_the_history_of_any_subject_may_be_asked_for_by_name(session: FakeSession) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        assert ("history kpi:k1", "kpi:k1") in complete(app, "history kpi")
        app.run_command("history kpi:k1")
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen) and session.told[-1][0] == ("kpi:k1",)
        await pilot.press("q")
        app.run_command("history")
        await settle(pilot)
        assert any("tab completes" in note.message for note in app._notifications)
