"""The toast and the bell: only for what matters to whoever sits there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from screens_data import TODAY, FakeSession, breaches, make_assessment, ready, settle

from cockpit.app import CockpitApp
from cockpit.desk import sitting
from cockpit.desk.sitting import of_keys, of_user
from cockpit.records.model import Person
from cockpit.screens.toasts import Toast, toast
from cockpit.session.news import Update

DANA, OMAR, SAM = (Person(id=name, name=name.title()) for name in ("dana", "omar", "sam"))
API, DEAD = breaches()[:2]
"""The first is Dana's, the second Omar's."""
KEYS = {"dana": "AAAAdana", "omar": "AAAAomar"}


def news(**more: Any) -> Update:
    return Update(2, more.pop("assessment", make_assessment()), **more)


def told(update: Update, me: Person | None) -> Toast:
    found = toast(update, me, 5)
    assert found is not None
    return found


def test_whoever_sits_there_hears_of_their_own_with_the_bell() -> None:
    raised = news(raised=(API, DEAD))
    assert told(raised, DANA) == Toast(f"▲ raised: {API.title} (nobody owns it)", warns=True, bell=True)
    assert told(raised, OMAR).text == f"▲ raised: {DEAD.title} (path is dead)"
    assert toast(raised, SAM, 5) is None
    assert told(news(cleared=(API, DEAD)), DANA) == Toast(
        f"✓ cleared: {API.title} (nobody owns it)", warns=False, bell=False
    )


def test_where_nobody_is_known_everything_is_told_and_nothing_rings() -> None:
    found = told(news(raised=(API, DEAD)), None)
    assert len(found.text.splitlines()) == 2
    assert not found.bell


def test_what_has_grown_old_is_heard_one_level_up() -> None:
    levels = {API.key: ("dana", "sam")}
    for days, rings in ((4, False), (5, True)):
        old = replace(API, since=TODAY - timedelta(days=days))
        update = news(assessment=replace(make_assessment(), levels=levels), raised=(old,))
        assert (toast(update, SAM, 5) is not None) is rings


def test_a_toast_is_short() -> None:
    many = tuple(replace(API, key=f"{n}", title=f"[b]{n}[/x]\x1b[2J") for n in range(9))
    lines = told(news(raised=many), DANA).text.splitlines()
    assert len(lines) == 5
    assert lines[-1] == "and 5 more"
    assert "\x1b" not in lines[0]


@pytest.mark.parametrize(("user", "rings"), [("dreyes", 1), ("somebody", 0)])
async def test_the_bell_rings_once_in_the_app(
    session: FakeSession, monkeypatch: pytest.MonkeyPatch, user: str, rings: int
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: user)
    app = CockpitApp(session)  # type: ignore[arg-type]
    rung: list[None] = []
    monkeypatch.setattr(app, "bell", lambda: rung.append(None))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        await settle(pilot)
        hostile = replace(API, title="fix [/x] bug [@click=app.quit]now[/]")
        session.publish(make_assessment(breaches=(hostile, DEAD)), raised=(hostile, DEAD))
        await settle(pilot)
        said = "\n".join(note.message for note in app._notifications)
    assert len(rung) == rings
    assert "raised: fix [/x] bug [@click=app.quit]now[/]" in said
    assert (DEAD.title in said) is (rings == 0)


# Who sits there


def test_a_user_goes_by_id_name_address_or_alias() -> None:
    people = (Person(id="dana", name="Dana Reyes", email="dreyes@bank.example", aliases=("D.R.",)), OMAR)
    for name in ("dana", "DANA REYES", "dreyes", "dreyes@bank.example", "d.r."):
        assert of_user(people, name) == people[0]
    assert of_user(people, "root") is None


def test_a_name_that_several_go_by_is_nobodys_unless_it_is_the_id_of_one() -> None:
    people = (
        Person(id="d1", name="Dana Reyes", email="dana@bank.example"),
        Person(id="d2", name="Dana Ruiz", email="dana@vendor.example"),
    )
    assert of_user(people, "dana") is None
    dana = Person(id="dana", name="Another")
    assert of_user((*people, dana), "dana") == dana
    assert of_user((*people, OMAR), "") is None


def test_a_key_in_the_agent_is_its_owner_if_it_is_one_persons() -> None:
    people = [replace(person, key=f"ssh-ed25519 {KEYS[person.id]} x") for person in (DANA, OMAR)] + [SAM]
    assert of_keys(people, ["ssh-ed25519 AAAAdana laptop", "ssh-rsa AAAAother"]) == people[0]
    assert of_keys(people, ["ssh-ed25519 AAAAdana", "ssh-ed25519 AAAAomar"]) is None
    assert of_keys(people, ["", "junk"]) is None


def test_the_agent_is_asked_before_the_name_and_need_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [replace(DANA, key="ssh-ed25519 AAAAdana x"), OMAR]
    monkeypatch.setattr("getpass.getuser", lambda: "omar")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/no/such/agent")
    assert sitting.who_sits_here(people) == OMAR
    monkeypatch.setattr("cockpit.ledger.signing.agent_keys", lambda _: ("ssh-ed25519 AAAAdana x",))
    assert sitting.who_sits_here(people) == people[0]
