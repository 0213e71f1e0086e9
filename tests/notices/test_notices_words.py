"""A notice in words: what a hand reads on the lock screen of a phone, and what a command gets."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from notices_help import DAY, assessed, at, breach, message

from cockpit.notices.records import Item, Kind, Message, Notice, Plan, Told
from cockpit.outlets.notices import BODY, SUBJECT, Writer, forecast_text
from cockpit.records.assessment import ObjectiveView, Reason, SignOff
from cockpit.records.lives import Life, Owed
from cockpit.records.model import Meaning, Objective, Origin
from cockpit.records.verdicts import Basis, Status

OBJECTIVE = ObjectiveView(
    record=Objective(id="cloud", title="Core in the cloud", owner="ruth"),
    execution=Status.AT_RISK,
    execution_basis=Basis.UNPROVEN,
    outcome=Status.UNKNOWN,
    finish=None,
    at_least=False,
    slip_days=None,
    cost_of_delay=22_000.0,
    cost_assumed=False,
    overrun=None,
    bottom_line=None,
    projects=("P1",),
    kpis=(),
    owner_name="Ruth Adler",
    blockers=1,
)
SIGNOFF = SignOff(
    subject="dependency:D-1",
    title="API documentation",
    meanings=(Meaning.PROMISED, Meaning.RESOLVED),
    owner="vera",
    owner_name="Vera Vogt",
    team="vendor",
    due=DAY + timedelta(days=30),
    state="open",
    version="",
)
API = breach(
    "dependency:D-1", title="API documentation: nobody promised a date", project="P1", objective="cloud", id="8a6ed1"
)


def told(why: Told, name: str, *, breach_: object = API, days: int = 0, **more: object) -> Message:
    """What a person reads of it, so many days later."""
    today = DAY + timedelta(days=days)
    truth = assessed(breach_, today=today, levels=("omar", "ruth"), objectives=(OBJECTIVE,), signoffs=(SIGNOFF,))  # type: ignore[arg-type]
    truth = replace(truth, names={**truth.names, "P1": "Integration layer"})
    item = Item(API.key, why, API.subject, API.title, **more)  # type: ignore[arg-type]
    return Writer(truth, Path("/srv/the bank"), 5).message(Notice(person=name, day=today, items=(item,)), at("09:00"))


def test_the_line_says_what_where_at_what_cost_and_who_is_asked_for_what_by_when() -> None:
    assert told(Told.RAISED, "vera").subject == (
        "Integration layer: API documentation: nobody promised a date; USD 22k a day; "
        "you to sign it resolved by 2025-04-02"
    )
    assert told(Told.RAISED, "vera", days=40).subject.endswith("you to sign it resolved, due since 2025-04-02")


def test_the_text_says_why_with_file_and_row_and_the_command_that_clears_it() -> None:
    lines = told(Told.RAISED, "vera", days=3).body.splitlines()
    assert lines == [
        "Integration layer: API documentation: nobody promised a date [dependency:D-1]",
        "This is yours to clear. Open since 2025-03-03, 3 days. A day of delay costs USD 22k. "
        "Unless it is cleared or acknowledged, Omar Haddad hears of it on 2025-03-08.",
        "- nobody promised it (dependencies.csv row 3)",
        "Cleared when: its owner signs it resolved",
        "  cockpit sign '/srv/the bank' dependency:D-1 resolved --evidence FILE",
        "  cockpit acknowledge '/srv/the bank' 8a6ed1",
        "",
        f"Core banking, 2025-03-06. Message {told(Told.RAISED, 'vera', days=3).id}.",
    ]


def test_who_stands_above_reads_whose_it_is_and_who_is_next() -> None:
    found = told(Told.ESCALATED, "omar", days=6)
    assert found.subject.startswith("Escalated: Integration layer: API documentation")
    assert "; Vera Vogt to sign it resolved by 2025-04-02" in found.subject
    assert "Nobody has cleared this: it goes to you as well." in found.body
    assert "It is Vera Vogt's to clear. Unless it is cleared or acknowledged, Ruth Adler hears of it on" in found.body


def test_who_owes_a_decision_reads_by_when_and_how_to_make_it() -> None:
    owed = Owed(by="ruth", by_name="Ruth Adler", since=DAY, due=date(2025, 3, 8))
    found = told(Told.OWED, "ruth", breach_=replace(API, life=Life(owed=owed)), owed=DAY)
    assert found.subject.endswith("; you decide by 2025-03-08")
    assert "A decision about this is yours to make." in found.body
    assert "cockpit decide '/srv/the bank' 8a6ed1" in found.body


def test_a_digest_says_how_many_and_the_worst_and_what_was_cleared() -> None:
    truth = assessed(*(breach(f"dependency:{n}", title=f"Delivery {n} is not proven") for n in range(25)))
    items = [Item(each.key, Told.RAISED, each.subject, each.title) for each in truth.breaches]
    items += [Item("DEP-BROKEN|dependency:X", Told.CLEARED, "dependency:X", "The <b>old</b> one")]
    found = Writer(truth, Path("/srv/bank")).message(Notice(person="vera", day=DAY, items=tuple(items)), at("16:00"))
    assert found.kind is Kind.DIGEST
    assert found.subject == "Core banking: 25 exceptions, 1 cleared; worst: Delivery 0 is not proven"
    assert "… and 5 more: cockpit check /srv/bank" in found.body
    assert "Cleared, and no longer yours:\n- The <b>old</b> one\n" in found.body
    alone = Writer(truth, Path("/srv/bank")).message(Notice(person="vera", day=DAY, items=(items[-1],)), at("16:00"))
    assert alone.subject == "Core banking: 1 cleared: The <b>old</b> one"


def test_two_breaches_of_one_root_are_no_digest() -> None:
    void = breach("dependency:D-1", code="DEP-VOID", title="API documentation: changed since it was signed")
    found = message(void, breach("dependency:D-1"))
    assert found.kind is Kind.BREACH
    assert found.body.count("Cleared when:") == 2


def test_the_id_is_of_the_very_message() -> None:
    one = breach("dependency:1")
    assert message(one).id == message(one).id
    assert len({message(one).id, message(one, name="omar").id, message(breach("dependency:2")).id}) == 3
    assert message(one, moment=at("09:01")).id != message(one).id


def test_text_from_outside_is_one_line_of_bounded_length_that_calls_nobody() -> None:
    nasty = "Docs\r\nBcc: x@y.example @everyone\x1b[2J <!channel> " + "x" * 50_000
    reasons = (Reason(nasty, Origin("a\nb.csv", 1)),) * 30
    found = message(breach("dependency:1", title=nasty, clears_when=nasty, reasons=reasons))
    assert len(found.subject) <= SUBJECT
    assert len(found.body) <= BODY
    for text in (found.subject, *found.body.splitlines()):
        assert text.isprintable() or "\u2060" in text
        assert "@everyone" not in text
        assert "<!" not in text
        assert not text.startswith("Bcc")
    assert "x@y.example" in found.subject, "an address stays one"
    many = message(*(breach(f"dependency:{n}", title=nasty, clears_when=nasty, reasons=reasons) for n in range(400)))
    assert len(many.body) <= BODY
    assert len(many.data) < 400_000
    assert json.loads(many.data)["more"] == 200


def test_a_command_gets_every_breach_by_its_key() -> None:
    data = json.loads(told(Told.RAISED, "vera").data)
    assert {key: data[key] for key in ("portfolio", "title", "person", "name", "email", "kind")} == {
        "portfolio": "core",
        "title": "Core banking",
        "person": "vera",
        "name": "Vera Vogt",
        "email": "vera@bank.example",
        "kind": "breach",
    }
    (one,) = data["breaches"]
    assert (one["event"], one["key"], one["root"], one["severity"], one["project"]) == (
        *("raised", API.key, "dependency:D-1", "major", "P1"),
    )
    assert told(Told.RAISED, "vera").data.isascii()


def test_what_is_to_come_is_said_with_nothing_due() -> None:
    planned = Plan(next_at=at("16:00"), unreached=("A|b",))
    said = forecast_text(assessed(), planned, [], {})
    assert said.startswith("Nothing is due now.\nNext: 2025-03-03 ")
    assert said.endswith("1 breach reaches nobody: no channel is named for anybody to whom this goes.\n")
