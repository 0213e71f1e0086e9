"""Sign-offs: mine first, several signed with one review, and the app that stands aside for whoever asks."""

from __future__ import annotations

import dataclasses
import signal
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from screens_data import API, FakeSession, make_assessment, ready, settle, signoffs
from test_screens_app import make_app, notes, screen_text
from textual.drivers.headless_driver import HeadlessDriver
from textual.widgets import Button

from cockpit.records.model import Meaning, Statement
from cockpit.records.verdicts import Verdict
from cockpit.screens.aside import Interrupts, stand_aside
from cockpit.screens.signoffs import SignoffsScreen
from cockpit.screens.together import MOST, TogetherScreen


class Choosy(FakeSession):
    """Refuses to sign what it is told to refuse."""

    refused: Mapping[str, Exception] = {}

    def sign(self, draft: Any, key: Path | None = None, *, interactive: bool | None = None) -> Statement:
        if draft.subject in self.refused:
            raise self.refused[draft.subject]
        return super().sign(draft, key, interactive=interactive)


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Choosy:
    """Dana sits here, for whom three things wait: a dependency, a milestone and a reading."""
    monkeypatch.setattr("getpass.getuser", lambda: "dana")
    api, hsm, rehearsal, rate, branch = signoffs()
    mine = [dataclasses.replace(each, owner="dana", owner_name="Dana Reyes") for each in (rehearsal, rate)]
    return Choosy(tmp_path, make_assessment(signoffs=(hsm, branch, mine[0], api, mine[1])))


@pytest.fixture
def stands_aside(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A driver that can be suspended; what it did."""
    done: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "can_suspend", True)
    monkeypatch.setattr(HeadlessDriver, "suspend_application_mode", lambda _: done.append("aside"))
    monkeypatch.setattr(HeadlessDriver, "resume_application_mode", lambda _: done.append("back"))
    yield done


def shown(screen: TogetherScreen) -> str:
    return str(screen.query_one("#sentence").content)  # type: ignore[attr-defined]


def firsts(app: Any) -> list[str]:
    """The first word of every row of the table."""
    return [record.subject for record in app.screen.table.records]


async def test_what_waits_for_whoever_sits_here_comes_first_and_is_counted(session: Choosy) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("5")
        await settle(pilot)
        assert firsts(app) == ["milestone:42", API, "kpi:k1", "dependency:DEP-9", "dependency:DEP-21"]
        text = screen_text(app)
        assert "3 wait for you: space marks, * marks all of yours, s signs · 2 for others" in text
        assert [line.split()[0] for line in text.splitlines()[5:9]] == ["▌", "you", "you", "Li"]


async def test_nobody_known_is_said_and_changes_no_order(session: Choosy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "nobody-here")
    app = make_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await pilot.press("5")
        await settle(pilot)
        assert firsts(app)[0] == "dependency:DEP-9"
        assert "Who you are is not known" in screen_text(app)
        await pilot.press("*")
        await settle(pilot)
        assert "Nothing here waits for you" in notes(app)


async def test_marks_stay_with_their_rows_and_escape_takes_them_away(session: Choosy) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("5")
        await settle(pilot)
        await pilot.press("*")
        await settle(pilot)
        assert "3 rows marked: s shows every sentence" in screen_text(app)
        assert [line[1] for line in screen_text(app).splitlines()[5:10]] == ["*", "*", "*", " ", " "]
        await pilot.press("space", "k", "k")
        await settle(pilot)
        assert "2 rows marked" in screen_text(app)
        session.publish(make_assessment(signoffs=tuple(reversed(session.now.signoffs))))
        await settle(pilot)
        assert isinstance(app.screen, SignoffsScreen)
        assert app.screen.marks == {f"{API}|promised,resolved|dana", "kpi:k1|attested|dana"}
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.marks == set() and "3 wait for you" in screen_text(app)


async def review(pilot: Any, *keys: str) -> TogetherScreen:
    await ready(pilot)
    await pilot.press("5")
    await settle(pilot)
    await pilot.press("*", "s", *keys)
    await settle(pilot)
    assert isinstance(pilot.app.screen, TogetherScreen)
    return pilot.app.screen


async def test_one_review_shows_every_exact_sentence_before_anything_is_signed(session: Choosy) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await review(pilot)
        text = shown(screen)
        assert "1. Rehearsal 2 signed off by Operations\n   I, Dana Reyes, sign that milestone:42 is validated." in text
        assert "2. API documentation for the payments interface\n   ✗ can't be signed: A promise names a day" in text
        assert "I, Dana Reyes, sign that kpi:k1 is attested." in text
        assert str(screen.query_one("#sign", Button).label) == "Sign 2 as Dana Reyes"
        assert session.signed == []
        screen.query_one("#on").value = "2025-07-30"  # type: ignore[attr-defined]
        screen.query_one("#on").focus()
        await pilot.press("enter")
        await settle(pilot)
        assert f"sign that {API} is promised for 2025-07-30." in shown(screen)
        assert session.drafts[-1][2] == {"on": session.drafts[-1][2]["on"]}, "the day of a reading is given too"


async def test_each_is_signed_by_itself_and_what_fails_in_the_middle_costs_nothing_else(session: Choosy) -> None:
    session.refused = {API: RuntimeError("The agent did not sign [@click=app.quit].")}
    app = make_app(session)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen = await review(pilot, "right")
        assert "is resolved." in shown(screen), "what is chosen for all like it"
        screen.query_one("#sign").focus()
        await pilot.press("enter")
        await settle(pilot)
        assert [draft.subject for draft, _ in session.signed] == ["milestone:42", "kpi:k1"]
        text = shown(screen)
        assert "2 of 3 signed" in text
        assert "✗ not signed: API documentation for the payments interface — The agent did not sign [@click" in text
        assert text.index("✓ signed: Rehearsal") < text.index("✗ not signed: API") < text.index("✓ signed: Straight")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await settle(pilot)
        assert "2 of 3 signed" in notes(app), "it is said again, for whoever pressed enter twice"
        assert isinstance(app.screen, SignoffsScreen)
        assert app.screen.marks == {f"{API}|promised,resolved|dana"}, "it may be tried again"
        assert firsts(app) == [API, "dependency:DEP-9", "dependency:DEP-21"]


async def test_what_reads_otherwise_by_then_is_not_signed(session: Choosy, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await review(pilot)
        first = session.draft

        def other(subject: str, meaning: Meaning, **fields: Any) -> Any:
            found = first(subject, meaning, **fields)
            return dataclasses.replace(found, sentence=f"{found.sentence} And more.") if subject == "kpi:k1" else found

        monkeypatch.setattr(session, "draft", other)
        screen.query_one("#sign").focus()
        await pilot.press("enter")
        await settle(pilot)
        assert [draft.subject for draft, _ in session.signed] == ["milestone:42"]
        assert "reads otherwise now than what was shown" in shown(screen)


async def test_a_field_that_changes_while_it_is_written_is_not_forgotten(session: Choosy) -> None:
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await review(pilot)
        first, waits = session.draft, threading.Event()

        def slowly(subject: str, meaning: Meaning, **fields: Any) -> Any:
            waits.wait(5)
            return first(subject, meaning, **fields)

        session.draft = slowly  # type: ignore[method-assign]
        screen.query_one("#note").focus()
        await pilot.press("a", "enter", "b")
        waits.set()
        await settle(pilot)
        assert screen.query_one("#sign", Button).disabled and shown(screen) == "", "what was written is of another note"


@pytest.mark.parametrize("keys", [("*", "s"), ("s",)])
async def test_a_key_file_that_was_signed_with_is_filled_in_and_drafted_with_at_once(
    session: Choosy, keys: tuple[str, ...]
) -> None:
    app = make_app(session)
    app.key_file = "/keys/dana"
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.press("5")
        await settle(pilot)
        await pilot.press(*keys)
        await settle(pilot)
        assert "Press enter to see" not in screen_text(app)
        assert not app.screen.query_one("#sign", Button).disabled
        assert all(fields["key"] == Path("/keys/dana") for *_, fields in session.drafts) and session.drafts


async def test_nothing_is_signed_before_it_was_shown_to_its_end(session: Choosy) -> None:
    app = make_app(session)
    async with app.run_test(size=(60, 16)) as pilot:
        screen = await review(pilot)
        screen.query_one("#sign").focus(scroll_visible=False)
        await pilot.press("enter")
        await settle(pilot)
        assert session.signed == [], "there was more to read"
        await pilot.pause(0.3)  # a button takes no second press while it still shows the first
        await pilot.press("enter")
        await settle(pilot)
        assert len(session.signed) == 2


async def test_more_than_anybody_reads_stay_marked_for_later(session: Choosy) -> None:
    many = [dataclasses.replace(session.now.signoffs[2], subject=f"milestone:{n}") for n in range(MOST + 7)]
    session.now = make_assessment(signoffs=tuple(many))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await review(pilot)
        assert "50 signatures, one review; 7 more stay marked for later" in screen_text(app)
        screen.query_one("#sign").focus()
        await pilot.press("enter")
        await settle(pilot)
        await pilot.pause(0.3)
        await pilot.press("enter")
        await settle(pilot)
        assert len(session.signed) == MOST
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, SignoffsScreen) and len(app.screen.marks) == 7


async def test_escape_signs_nothing_and_keeps_the_marks(session: Choosy) -> None:
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await review(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, SignoffsScreen) and len(app.screen.marks) == 3 and session.signed == []


async def test_it_is_signed_while_the_app_stands_aside(session: Choosy, stands_aside: list[str], capfd: Any) -> None:
    session.may_ask = True
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await review(pilot)
        screen.query_one("#sign").focus()
        await pilot.press("enter")
        await settle(pilot)
        assert stands_aside == ["aside", "back"], "once for all of them"
        assert len(session.signed) == 2
    told = capfd.readouterr().err
    assert "Cockpit: 2 signatures as Dana Reyes, with the ssh-agent." in told
    assert "1 of 2: Rehearsal 2 signed off by Operations" in told
    assert "I, Dana Reyes, sign that milestone:42 is validated." in told and "Ctrl-C gives up" in told


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt(), SystemExit(3)])
async def test_the_app_comes_back_whatever_happens_meanwhile(
    session: Choosy, stands_aside: list[str], error: BaseException
) -> None:
    def work(_: Interrupts) -> None:
        raise error

    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        before = signal.getsignal(signal.SIGINT)
        with pytest.raises(type(error)):
            stand_aside(app, work)
        assert stands_aside == ["aside", "back"]
        assert signal.getsignal(signal.SIGINT) is before


async def test_ctrl_c_meanwhile_gives_up_and_ends_nothing(session: Choosy, stands_aside: list[str]) -> None:
    def work(interrupts: Interrupts) -> bool:
        signal.raise_signal(signal.SIGINT)
        return interrupts.came

    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        assert stand_aside(app, work) is True
        await pilot.press("5")
        await settle(pilot)
        assert isinstance(app.screen, SignoffsScreen), "the app goes on"
    assert stands_aside == ["aside", "back"]


async def test_what_any_of_several_may_sign_is_mine_where_i_am_one_of_them(session: Choosy) -> None:
    *others, last = session.now.signoffs
    for may, mine in ((("sam", "dana"), True), (("sam", "li"), False)):
        any_of = dataclasses.replace(others[0], owner="", owner_name="another steward", others=may, enrolled=True)
        session.now = make_assessment(signoffs=(*others[1:], last, any_of))
        app = make_app(session)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot)
            await pilot.press("5")
            await settle(pilot)
            text = screen_text(app)
            assert (f"{4 if mine else 3} wait for you" in text) and ("you or another" in text) is mine
            assert firsts(app).index(any_of.subject) == (3 if mine else 4)
            await pilot.press("asterisk")
            assert len(app.screen.marks) == (4 if mine else 3)  # type: ignore[attr-defined]


async def test_what_somebody_has_me_sign_in_their_place_is_mine_while_it_holds(session: Choosy) -> None:
    first = make_assessment().statements[2]
    body = {"to": "dana", "from": "2025-06-01", "until": "2025-06-30", "note": ""}
    body |= {"subjects": ["dependency:*"], "meanings": ["resolved"]}  # type: ignore[dict-item]
    lent = dataclasses.replace(first, record=dataclasses.replace(first.record, type="delegate", signer="li", body=body))
    for view, mine in (
        (lent, True),
        (
            dataclasses.replace(lent, record=dataclasses.replace(lent.record, body=body | {"until": "2025-06-29"})),
            False,
        ),
        (dataclasses.replace(lent, record=dataclasses.replace(lent.record, body=body | {"to": "sam"})), False),
        (
            dataclasses.replace(lent, record=dataclasses.replace(lent.record, body=body | {"subjects": ["kpi:*"]})),
            False,
        ),
        (
            dataclasses.replace(lent, record=dataclasses.replace(lent.record, body=body | {"meanings": ["promised"]})),
            False,
        ),
        (dataclasses.replace(lent, verdict=Verdict.SUPERSEDED), False),
    ):
        session.now = make_assessment(signoffs=session.now.signoffs, statements=(view,))
        app = make_app(session)
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot)
            await pilot.press("5")
            await settle(pilot)
            assert ("you for Li Wei" in screen_text(app)) is mine
            assert (firsts(app)[0] == "dependency:DEP-9") is mine
