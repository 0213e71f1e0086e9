"""Who is asked to sign edits sees each of them first."""

from __future__ import annotations

from datetime import date

from screens_data import items, make_assessment

from cockpit.records.assessment import SignOff
from cockpit.records.edits import Edit, What
from cockpit.records.model import Meaning
from cockpit.screens.why_project import project_facts
from cockpit.screens.why_signoff import signoff_facts

ITEM = next(iter(items().values()))


def edit(scope: str, subject: str, what: What, was: str, now: str = "") -> Edit:
    field = "duration days" if now else ""
    return Edit(
        scope=scope, project=scope, subject=subject, what=what, field=field, was=was, now=now, on=date(2025, 6, 1)
    )


CUT = edit("hub", f"item:{ITEM.id}", What.CUT, "20", "8")
GONE = edit("hub", "item:Z-9", What.REMOVED, "Rehearsal")
OTHER = edit("core", "item:X-1", What.CUT, "9", "8")


def signoff(subject: str) -> SignOff:
    return SignOff(
        subject=subject,
        title="What was edited of the hub",
        meanings=(Meaning.CONFIRMED,),
        owner="",
        owner_name="",
        team="",
        due=None,
        state="unsigned",
        version="",
    )


def test_the_sign_off_of_edits_lists_exactly_those_that_it_covers() -> None:
    assessment = make_assessment(edits=(GONE, OTHER, CUT))
    text = signoff_facts(signoff("scope:hub"), assessment).text
    assert "1 duration cut, 1 row taken out" in text
    assert f"1. item {ITEM.id} “{ITEM.title}”, duration days: 20 → 8 on 2025-06-01" in text
    assert "2. item Z-9 “Rehearsal” was taken out on 2025-06-01" in text
    assert "X-1" not in text


def test_no_other_sign_off_lists_edits() -> None:
    assessment = make_assessment(edits=(GONE, CUT))
    assert "Edits that nobody signed" not in signoff_facts(signoff("baseline:hub"), assessment).text


def test_the_why_of_a_project_lists_its_first_edits_and_counts_the_rest() -> None:
    view = make_assessment().projects[0]
    name = view.record.id
    edits = tuple(edit(name, f"item:I-{n}", What.CUT, "9", "8") for n in range(10))
    text = project_facts(view, make_assessment(edits=edits)).text
    assert "10 durations cut" in text and "8. item I-7" in text and "9. item" not in text
    assert "2 more: cockpit export FOLDER --table edits" in text
