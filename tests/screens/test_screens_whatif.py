"""What-if: every objective as it would be, computed beside the app, nothing kept of it."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from screens_data import API, TODAY, FakeSession, day, make_assessment, ready, settle, until
from test_screens_typing import burst
from textual.pilot import Pilot
from textual.widgets import Static

from cockpit.app import CockpitApp
from cockpit.records.assessment import Assessment, ObjectiveView
from cockpit.records.verdicts import Status
from cockpit.records.whatif import Assumed, Assumption, Outcome, Turned, WhatIf
from cockpit.screens.assuming import day_typed, found_by, names_for, subjects_of
from cockpit.screens.table import KeyedTable
from cockpit.screens.whatif import DayLine, WhatIfScreen
from cockpit.screens.why import Facts

HSM = "dependency:DEP-9"


def two_needs() -> Assessment:
    now = make_assessment()
    first = now.dependencies[0]
    record = dataclasses.replace(first.record, id="DEP-9", title="HSM keys for card cut-over")
    other = dataclasses.replace(first, record=record, subject=HSM)
    return dataclasses.replace(now, dependencies=(*now.dependencies, other))


class Asked(FakeSession):
    """Each dependency that is there now gives ten days back, and loses a day for each that it comes after July."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, two_needs())
        self.asked: list[tuple[Assumption, ...]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.answered = 0

    def what_if(self, assumptions: Sequence[Assumption]) -> WhatIf:
        self.asked.append(tuple(assumptions))
        assert self.may_answer.wait(30)
        if self.failure is not None:
            raise self.failure
        self.answered += 1
        gained = sum(10 if each.on is None else (day(7, 31) - each.on).days for each in assumptions)
        return WhatIf(
            assumed=tuple(map(assumed, assumptions)),
            outcomes=tuple(self._outcome(view, gained if n == 0 else 0) for n, view in enumerate(self.now.objectives)),
            projects=(Turned("payments", "Payments hub", Status.OFF_TRACK, Status.AT_RISK),) if gained > 0 else (),
            saved=gained * 1000.0 if gained else None,
            saved_assumed=False,
        )

    def _outcome(self, now: ObjectiveView, gained: int) -> Outcome:
        chain = next((c for c in self.now.chains if c.objective == now.record.id), self.now.chains[0])
        known = {each.subject for each in self.asked[-1]}
        left = tuple(each for each in chain.blockers if each.subject not in known)
        finish = now.finish and now.finish - timedelta(gained)
        status = Status.AT_RISK if gained > 0 else now.execution
        return Outcome(
            now=now,
            then=dataclasses.replace(now, finish=finish, execution=status, at_least=now.at_least and gained <= 0),
            chain=dataclasses.replace(chain, blockers=left),
            days=float(gained),
            cost=gained * 1000.0 or None,
            is_same_chain=gained <= 0,
        )


def assumed(assumption: Assumption) -> Assumed:
    note = "its own work would end on 2025-08-09 all the same" if assumption.on == day(7, 7) else ""
    return Assumed(
        assumption=assumption, title=assumption.subject, who="Dana", state="open", until=day(7, 31), note=note
    )


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    return Asked(tmp_path)


def app_of(session: FakeSession) -> CockpitApp:
    return CockpitApp(session)  # type: ignore[arg-type]


def table_of(pilot: Pilot[None]) -> KeyedTable[Any]:
    return pilot.app.screen.query_one(KeyedTable)


def shown(pilot: Pilot[None]) -> str:
    """Title, table and line of the what-if."""
    screen = pilot.app.screen
    table = table_of(pilot)
    rows = [table.render_line(y).text.rstrip() for y in range(table.size.height)]
    said = [str(screen.query_one(f"#{name}", Static).content) for name in ("whatif-title", "whatif-line")]
    return "\n".join([said[0], *rows, said[1]])


async def opened(pilot: Pilot[None], row: str = f"O1|{API}") -> None:
    """Open the what-if from a row of the critical path."""
    await ready(pilot)
    await pilot.press("4")
    await settle(pilot)
    assert table_of(pilot).point_at(row)
    await pilot.press("w")
    await settle(pilot)
    assert isinstance(pilot.app.screen, WhatIfScreen)


async def test_w_shows_every_objective_as_if_it_were_there_and_leaving_forgets_it(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        text = shown(pilot)
        assert "WHAT-IF · nothing is saved" in text and "1 objective sooner, $10k saved" in text
        assert f"1. {API} is there now · Dana" in text
        first = " ".join(next(line for line in text.splitlines() if "+10d" in line).split())
        now = asked.now.objectives[0].finish
        assert now is not None and f"≥{now} {now - timedelta(10)}" in first and "≥+10d" in first and "+$10k" in first
        assert "▲→◆ At Risk" in first, "the status now and then"
        assert "another chain drives it, from" in text and "▲ then held by HSM keys" in text
        assert all(view.record.title[:15] in text for view in asked.now.objectives), "those that stay are listed too"
        assert "▲ Off Track → ◆ At Risk  Payments hub" in text
        await pilot.press("escape")
        await settle(pilot)
        assert pilot.app.current_mode == "path" and not isinstance(pilot.app.screen, WhatIfScreen)
        assert asked.now == two_needs() and not asked.signed and asked.generation == 1
        await pilot.press("w")
        await settle(pilot)
        assert asked.asked[-1] == (Assumption(API),), "it begins anew"


async def test_assumptions_are_stacked_and_taken_away_one_by_one(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        table_of(pilot).point_at(f"O1|{HSM}")
        await pilot.press("w")
        await settle(pilot)
        assert asked.asked[-1] == (Assumption(API), Assumption(HSM))
        assert f"2. {HSM} is there now" in shown(pilot) and "+20d" in shown(pilot)
        table_of(pilot).point_at(API)
        await pilot.press("x")
        await settle(pilot)
        assert asked.asked[-1] == (Assumption(HSM),) and "+10d" in shown(pilot)
        table_of(pilot).point_at(HSM)
        await pilot.press("x")
        await settle(pilot)
        assert "Nothing is assumed" in shown(pilot) and "no finish moves" in shown(pilot)


async def test_its_day_is_typed_or_moved_by_days(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("m", *"2025-08-05", "enter")
        await settle(pilot)
        assert asked.asked[-1] == (Assumption(API, day(8, 5)),)
        assert "comes 2025-08-05 (+5d)" in shown(pilot) and "−5d" in shown(pilot) and "$5k lost" in shown(pilot)
        await pilot.press("m", *"+10", "enter")
        await settle(pilot)
        assert asked.asked[-1] == (Assumption(API, day(8, 15)),), "from the day that is assumed"
        await pilot.press("minus")
        await settle(pilot)
        assert asked.asked[-1] == (Assumption(API, day(8, 8)),)
        await pilot.press("r")
        await settle(pilot)
        assert asked.asked[-1] == (Assumption(API),)
        await pilot.press("m", *"2025-07-07", "enter")
        await settle(pilot)
        assert "but its own work would end on 2025-08-09" in shown(pilot)


async def test_a_day_that_is_typed_in_one_burst_keeps_its_first_digit(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await burst(pilot, "m2025-08-05\r")
        assert asked.asked[-1] == (Assumption(API, day(8, 5)),)
        await burst(pilot, "m\x1b-")
        assert asked.asked[-1] == (Assumption(API, day(7, 29)),), "the table has the key right behind the line's escape"


async def test_what_is_no_day_is_said_and_nothing_changes(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("m", *"soon", "enter")
        await settle(pilot)
        assert "“soon” is no day" in shown(pilot) and len(asked.asked) == 1
        await pilot.press("escape", "m", *"2020-01-01", "enter")
        await settle(pilot)
        assert "2020-01-01 is over" in shown(pilot) and len(asked.asked) == 1
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, WhatIfScreen), "the first escape leaves the line"


async def test_another_one_is_added_by_its_name(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("a", *"hsm keys", "enter")
        await settle(pilot)
        assert asked.asked[-1] == (Assumption(API), Assumption(HSM))
        await pilot.press("a", *"nothing", "enter")
        await settle(pilot)
        assert "No unsettled dependency is called “nothing”" in shown(pilot)


async def test_tab_completes_the_name_of_another_one_and_goes_on_to_the_next(asked: Asked) -> None:
    names = [view.record.title for view in asked.now.dependencies if str(view.state) not in ("resolved", "withdrawn")]
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        line = pilot.app.screen.query_one(DayLine)
        await pilot.press("a", *"hsm", "tab")
        assert line.value == "HSM keys for card cut-over" and line.has_focus
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert asked.asked[-1] == (Assumption(API), Assumption(HSM))
        await pilot.press("a", "tab")
        seen = [line.value]
        for key in ("tab", "shift+tab", "shift+tab"):
            await pilot.press(key)
            seen.append(line.value)
        assert seen == [names[0], names[1], names[0], names[-1]], "of nothing all of them"
        await pilot.press("escape", "m", "tab")
        assert line.value == "" and line.has_focus, "a day has no name"


async def test_it_says_that_it_computes_and_escape_stops_it(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        asked.may_answer.clear()
        table_of(pilot).point_at(f"O1|{HSM}")
        await pilot.press("w")
        await until(pilot, lambda: len(asked.asked) == 2)
        assert "computing…" in shown(pilot) and "+10d" in shown(pilot), "what was computed before stands meanwhile"
        await pilot.press("escape")
        await pilot.pause()
        assert "Stopped: 1 assumption as before" in shown(pilot)
        asked.may_answer.set()
        await until(pilot, lambda: asked.answered == 2)
        await settle(pilot)
        assert HSM not in shown(pilot).split("objective")[1].splitlines()[1] and "+20d" not in shown(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(pilot.app.screen, WhatIfScreen)


async def test_the_answer_to_an_older_question_is_dropped(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        asked.may_answer.clear()
        await pilot.press("plus")
        await until(pilot, lambda: len(asked.asked) == 2)
        await pilot.press("r")
        await until(pilot, lambda: len(asked.asked) == 3)
        asked.may_answer.set()
        await until(pilot, lambda: asked.answered == 3)
        await settle(pilot)
        assert "is there now" in shown(pilot) and "+10d" in shown(pilot)


async def test_leaving_at_once_leaves_nothing_behind(asked: Asked) -> None:
    asked.may_answer.clear()
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("4")
        await settle(pilot)
        table_of(pilot).point_at(f"O1|{API}")
        await pilot.press("w")
        await until(pilot, lambda: len(asked.asked) == 1)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(pilot.app.screen, WhatIfScreen)
        asked.may_answer.set()
        await settle(pilot)


async def test_what_goes_wrong_is_said(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        asked.failure = OSError("The store is gone.")
        await pilot.press("plus")
        await settle(pilot)
        assert "The store is gone." in shown(pilot) and "computing" not in shown(pilot)
        assert "is there now" in shown(pilot), "what stands there is what was computed"


async def test_it_is_computed_anew_when_the_evidence_changes(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        asked.publish(dataclasses.replace(asked.now, title="Changed"))
        await settle(pilot)
        assert asked.asked == [(Assumption(API),)] * 2
        assert isinstance(pilot.app.screen, WhatIfScreen)


@pytest.mark.parametrize("screen", ["1", "5"])
async def test_it_opens_from_any_row_about_a_dependency_and_from_its_why(asked: Asked, screen: str) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press(screen)
        await settle(pilot)
        rows = table_of(pilot).records
        facts = [pilot.app.screen.row_facts(row, asked.now) for row in rows]  # type: ignore[attr-defined]
        place = next(n for n, each in enumerate(facts) if each.subject == API)
        for _ in range(place):
            await pilot.press("j")
        await pilot.press("enter", "w")
        await settle(pilot)
        assert isinstance(pilot.app.screen, WhatIfScreen) and asked.asked[-1][0] == Assumption(API)


async def test_of_an_objective_it_means_what_blocks_it_most(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("2", "w")
        await settle(pilot)
        assert asked.asked == [(Assumption(API),)]


async def test_other_rows_and_other_days_say_why_not(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("9", "w")
        await settle(pilot)
        said = [note.message for note in pilot.app._notifications]
        assert any("about no dependency, blocker or work" in text for text in said)
        await pilot.press("4", "left_square_bracket")
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)
        assert any("comes back to today" in note.message for note in pilot.app._notifications) and not asked.asked


async def test_enter_says_all_of_a_line(asked: Asked) -> None:
    async with app_of(asked).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        table_of(pilot).point_at("objective:O1")
        await pilot.press("enter")
        await settle(pilot)
        text = pilot.app.screen.query_one("#why").query_one(Static).content
        assert "Another chain drives it then" in str(text) and "Adapter build" in str(text)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, WhatIfScreen)


async def test_hostile_text_is_shown_as_it_is(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "[@click=app.quit]pay[/] \x1b[31m\x9b2J [auth] fix"
    inner = asked.what_if

    def what_if(assumptions: Sequence[Assumption]) -> WhatIf:
        found = inner(assumptions)
        outcomes = tuple(
            dataclasses.replace(
                each, now=dataclasses.replace(each.now, record=dataclasses.replace(each.now.record, title=evil))
            )
            for each in found.outcomes
        )
        told = tuple(dataclasses.replace(each, title=evil, who=evil, note=evil) for each in found.assumed)
        turned = (Turned("p", evil, Status.AT_RISK, Status.ON_TRACK),)
        return dataclasses.replace(found, outcomes=outcomes, assumed=told, projects=turned)

    monkeypatch.setattr(asked, "what_if", what_if)
    async with app_of(asked).run_test(size=(160, 50), notifications=True) as pilot:
        await opened(pilot)
        for _ in range(table_of(pilot).row_count):
            await pilot.press("enter")
            await settle(pilot)
            if not isinstance(pilot.app.screen, WhatIfScreen):
                await pilot.press("escape")
            await pilot.press("j")
        text = shown(pilot)
        assert "[@click=app.quit]pay[/]" in text and "\x1b" not in text and "\x9b" not in text


# Words


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2025-12-01", date(2025, 12, 1)),
        ("+10", day(8, 10)),
        ("+2w", day(8, 14)),
        ("-5d", day(7, 26)),
        (" −5 ", day(7, 26)),
        ("-99999", TODAY),
        ("2025-06-30", TODAY),
    ],
)
def test_days_as_people_type_them(text: str, meant: date) -> None:
    assert day_typed(text, day(7, 31), TODAY) == meant


@pytest.mark.parametrize(
    "text", ["", "+", "+x", "tomorrow", "31.12.2025", "2025-13-01", "+1.5", "9999-12-31", "²", "+²"]
)
def test_what_is_none_is_a_sentence(text: str) -> None:
    assert isinstance(day_typed(text, day(7, 31), TODAY), str)


def test_a_row_stands_for_all_that_give_days_back_only_together() -> None:
    now = make_assessment()
    both = dataclasses.replace(now.chains[0].blockers[0], together=(HSM,))
    chain = dataclasses.replace(now.chains[0], blockers=(both, *now.chains[0].blockers[2:]))
    now = dataclasses.replace(now, chains=(chain, now.chains[1]))
    assert subjects_of(now, Facts((), subject=API)) == (API, HSM)
    assert subjects_of(now, Facts((), subject=HSM)) == (HSM,)
    assert subjects_of(now, Facts((), subject="objective:O1")) == (API, HSM), "the head of a chain: what holds it"
    assert subjects_of(now, Facts((), subject="milestone:PAY-1")) == ("item:PAY-1",)
    assert subjects_of(now, Facts((), subject=f"project:{both.project}")) == (API, HSM)
    assert subjects_of(now, Facts((), subject=f"milestone:{both.project}:finish")) == (API, HSM)
    assert subjects_of(now, Facts((), subject="project:nothing")) == ()
    assert subjects_of(now, Facts((), subject="kpi:X")) == ()


def test_a_name_that_means_several_is_asked_for_again() -> None:
    now = two_needs()
    assert found_by(now, "dep-9") == (HSM,)
    found = found_by(now, "e")
    assert isinstance(found, str) and "may be" in found
    assert isinstance(found_by(now, ""), str)


def test_what_is_completed_can_be_typed_and_means_one() -> None:
    now = two_needs()
    views = [view for view in now.dependencies if str(view.state) not in ("resolved", "withdrawn")]
    for first in ("\x1b[2J", "x" * 101, "", views[1].record.title):
        record = dataclasses.replace(views[0].record, title=first)
        same = dataclasses.replace(now, dependencies=(dataclasses.replace(views[0], record=record), *views[1:]))
        names = names_for(same, "")
        assert names[0] == record.id and len(names) == len(views)
        assert all(len(found_by(same, name)) == 1 for name in names)


def test_no_answer_is_waited_for_on_the_event_loop(asked: Asked) -> None:
    """The app draws while it is computed: the question is asked in another thread."""
    threads: list[threading.Thread] = []
    inner = asked.what_if

    def what_if(assumptions: Sequence[Assumption]) -> WhatIf:
        threads.append(threading.current_thread())
        return inner(assumptions)

    asked.what_if = what_if  # type: ignore[method-assign]

    async def go() -> None:
        async with app_of(asked).run_test(size=(80, 24)) as pilot:
            await opened(pilot)

    asyncio.run(go())
    assert threads and threads[0] is not threading.main_thread()


def test_the_screen_looks_as_it_did(snap_compare: Callable[..., bool], asked: Asked) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("m", *"2025-07-07", "enter")
        await settle(pilot)

    assert snap_compare(app_of(asked), terminal_size=(80, 24), run_before=before)
