"""The dependency that nobody logged: found in stuck work and in what people write there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from scene import TEAMS, TODAY, assess, breach, codes, docs, item, link, project, signed, view
from suspects import CORE, SAID, givers, say, stuck, suspected, world

from cockpit.records.model import Meaning, State, Team
from cockpit.records.verdicts import Basis, Severity, Status
from cockpit.trust.obligations import dependency_version

# What is found, and its evidence


def test_waiting_for_the_vendors_documents_is_suspected_with_the_sentence_and_its_place() -> None:
    answer = assess(world(stuck("a", "12/Mar/25 9:14 AM;ida;Mapped half of it.", f"Still {SAID}. No answer.")), TODAY)
    found = breach(answer, "DEP-SUSPECTED")
    assert found.subject == "suspicion:a>vendor" and found.key == "DEP-SUSPECTED|suspicion:P>vendor"
    assert (found.owner, found.basis, found.project) == ("ann", Basis.UNPROVEN, "P")
    assert found.title == "Old Vendor, named by “Map the API”, which is blocked: a dependency that nobody logged?"
    assert [str(r) for r in found.reasons] == [
        "a “Map the API” is “Blocked”, unmoved since 2025-01-06: 0 working days (jira.csv row 12)",
        f"its column “Comment” says “Still {SAID}” (jira.csv row 12)",
    ]
    assert "cockpit sign FOLDER 'suspicion:a>vendor' confirmed (or dismissed)" in found.clears_when
    (waits,) = [s for s in answer.signoffs if s.state == "suspected"]
    assert (waits.subject, waits.owner, waits.projects) == ("suspicion:a>vendor", "ann", ())
    assert waits.meanings == (Meaning.CONFIRMED, Meaning.DISMISSED)


def test_a_guess_moves_no_status_and_no_date() -> None:
    quiet = item("a", 10, title="Map the API", state=State.DOING, team="apps", owner="ann")
    plain, guessed = assess(world(quiet), TODAY), assess(world(stuck("a", SAID)), TODAY)
    assert view(guessed).status is view(plain).status is Status.ON_TRACK
    assert view(guessed).computed_finish == view(plain).computed_finish
    assert guessed.dependencies == ()


def test_blocked_and_nobody_says_by_whom() -> None:
    found = breach(assess(world(stuck("a", "Talked about it.")), TODAY), "DEP-SUSPECTED")
    assert found.subject == "suspicion:a>" and found.severity is Severity.MAJOR, "it drives the finish"
    assert found.title == "“Map the API” is blocked, and nobody says by whom"
    assert "'suspicion:a>TEAM' confirmed, or 'suspicion:a>' dismissed" in found.clears_when


def test_who_is_named_but_not_known_is_shown() -> None:
    found = breach(assess(world(stuck("a", "Waiting for Globex to call.")), TODAY), "DEP-SUSPECTED")
    assert found.title == "“Map the API” is blocked, and names nobody who is known"
    assert "“Waiting for Globex to call.”" in str(found.reasons[1])


def test_silent_work_on_the_driving_chain_that_names_a_person_of_another_team() -> None:
    since = TODAY - timedelta(days=60)
    begun = stuck(
        "a", "Need the host names from Ben Birch.", state=State.DOING, status="In Progress", actual_start=since
    )
    rows = world(begun, moved={"a": since})
    found = breach(assess(rows, TODAY), "DEP-SUSPECTED")
    assert found.subject == "suspicion:a>bank" and found.severity is Severity.MAJOR
    assert "a “Map the API” is silent, unmoved since 2024-11-07: 42 working days" in str(found.reasons[0])
    assert "PATH-DEAD" in codes(assess(rows, TODAY))
    fresh = world(replace(begun, actual_start=TODAY), moved={"a": TODAY})
    assert suspected(fresh) == [], "what moves is not stuck, whoever it names"


def test_silent_work_that_names_nobody_is_left_to_the_dead_path() -> None:
    since = TODAY - timedelta(days=60)
    begun = stuck("a", "Halfway.", state=State.DOING, status="In Progress", actual_start=since)
    answer = assess(world(begun, moved={"a": since}), TODAY)
    assert "PATH-DEAD" in codes(answer) and "DEP-SUSPECTED" not in codes(answer)


@pytest.mark.parametrize(
    "how",
    [
        {"status": "Waiting for vendor"},
        {"status": "Wartet auf Zulieferung"},
        {"extra": (("Custom field (Flagged)", "Impediment"), ("Comment", SAID))},
        {"extra": (("Blocked", "Yes"), ("Comment", SAID))},
    ],
)
def test_what_says_in_other_ways_that_it_is_blocked(how: dict[str, Any]) -> None:
    begun = {"state": State.DOING, "status": "In Progress", "extra": (("Comment", SAID),)}
    assert [b.subject for b in suspected(world(stuck(**{**begun, **how})))] == ["suspicion:a>vendor"]
    assert suspected(world(stuck(**begun))) == []
    assert suspected(world(stuck(**{**begun, "extra": (("Blocked", "No"), ("Flagged", ""), ("Comment", SAID))}))) == []


# Which names are evidence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Core banking cut-over is hard", [""]),
        ("waiting for the core banking release", [""]),
        ("Waiting for Core Banking release 2", [""]),
        ("waiting for core-banking", [""]),
        ("waiting for the pre-Core migration, for INT_Core, for INT.Core", [""]),
        ("waiting for Core to approve", ["core"]),
        ("Waiting for the Core team", ["core"]),
        ("we do not know when it is ready", [""]),
        ("waiting for it to finish", [""]),
        ("WAITING FOR IT TO FINISH", [""]),
        ("waiting for IT to open the port", ["it"]),
        ("Security was informed", [""]),
        ("no longer waiting for Security", [""]),
        ("blocked by Security", ["sec"]),
        ("needs a certificate from Security", ["sec"]),
        ("needed by Security", [""]),
        ("waiting for the security review", [""]),
        ("Freigabe durch Sicherheit steht aus", ["sec"]),
        ("Wir warten seit drei Wochen auf die Sicherheit", ["sec"]),
        ("warten nicht auf Sicherheit", [""]),
        ("wartet auf die API-Unterlagen von Old Vendor", ["vendor"]),
        ("en attente de la réponse d’Old Vendor", ["vendor"]),
        ("rehearse the data migration", [""]),
        ("waiting for the data migration to end", ["dm"]),
        ("Old Vendor sent nothing", ["vendor"]),
        ("old vendor sent nothing", [""]),
        ("see https://old-vendor.example/Core", [""]),
        ("waiting for Ben Birch and for InfoSec", ["bank", "sec"]),
        ("Ben Birch wrote this", [""]),
        ("waiting for @ben", ["bank"]),
        ("waiting for OldVendor", [""]),
        ("Waiting for INFORMATION TECHNOLOGY", ["it"]),
    ],
)
def test_what_counts_as_a_name(text: str, expected: list[str]) -> None:
    assert givers(text) == expected


def test_a_column_for_reasons_needs_no_waiting_words() -> None:
    for header in ("Blocked reason", "On hold reason", "Custom field (Waiting for)", "Wartet auf", "Blocked by"):
        assert givers(extra=((header, "Security"),)) == ["sec"], header
    for header in ("Component/s", "Reporter", "Blocks", "Labels"):
        assert givers(extra=((header, "Security"),)) == [""], header


def test_the_only_vendor_is_the_one_that_is_called_so_and_of_two_neither() -> None:
    text = "wartet auf die Unterlagen des Herstellers"
    assert givers(text) == ["vendor"]
    two = (*CORE, Team(id="hosts", title="Hosting Works", external=True))
    assert [b.subject for b in suspected(world(stuck("a", text), teams=two))] == ["suspicion:a>"]
    assert [b.subject for b in suspected(world(stuck("a", "Hosting Works is slow"), teams=two))] == [
        "suspicion:a>hosts"
    ]


def test_a_name_of_two_teams_names_neither() -> None:
    two = (*CORE, Team(id="sec2", title="Security"))
    assert [b.subject for b in suspected(world(stuck("a", "waiting for Security"), teams=two))] == ["suspicion:a>"]


def test_nobody_is_suspected_to_wait_for_themselves() -> None:
    parts = tuple(replace(t, parent="it") if t.id == "apps" else t for t in CORE)
    for text in ("waiting for Apps", "waiting for Ida Øst", "waiting for IT"):
        assert suspected(world(stuck("a", text), teams=parts)) == [], "that explains it, too"
    assert givers("waiting for Apps", team="bank") == ["apps"]


def test_accents_composition_and_characters_without_a_width_make_no_difference() -> None:
    teams = (*TEAMS, Team(id="m", title="Müller & Söhne", external=True))
    for text in (
        "Muller & Sohne schuldet uns das",
        "MÜLLER & SÖHNE",
        "wartet auf mu\u0308ller & so\u0308hne",
        "Mül\u200bler & Söh\u00adne sagt nichts",
    ):
        assert [b.subject for b in suspected(world(stuck("a", text), teams=teams))] == ["suspicion:a>m"], text


# Where it is known already


def test_what_is_registered_is_not_suspected_until_it_is_settled() -> None:
    rows = world(stuck("a", SAID))
    assert suspected(replace(rows, dependencies=(docs(),))) == [], "D is for this very item"
    assert suspected(replace(rows, dependencies=(docs(receiver_item="", receiver_project="P"),))) == []
    other = world(stuck("a", SAID), item("b", 5, team="apps"), dependencies=(docs(receiver_item="b"),))
    (found,) = suspected(other)
    assert found.subject == "suspicion:a>vendor", "D is for other work"
    assert "what the register has of theirs: D “Interface documents”" in " ".join(map(str, found.reasons))
    done = signed("dependency:D", dependency_version(docs()), Meaning.RESOLVED, "vic", evidence=["a" * 64])
    settled = replace(rows, dependencies=(docs(),), statements=(done,))
    assert [b.subject for b in suspected(settled)] == ["suspicion:a>vendor"], "and still it says that it waits"


def test_a_link_of_the_plan_to_that_team_says_it_already() -> None:
    theirs = item("b", 5, team="sec", state=State.DOING)
    rows = world(stuck("a", "waiting for Security"), theirs, links=(link("b", "a"),))
    assert suspected(rows) == [] and "DEP-UNOWNED" in codes(assess(rows, TODAY))
    ours = world(stuck("a"), item("b", 5, team="apps", state=State.DOING), links=(link("b", "a"),))
    assert suspected(ours) == [], "its plan says what it is blocked by"


def test_finished_work_and_finished_projects_are_asked_nothing() -> None:
    assert suspected(world(stuck("a", SAID, state=State.DONE))) == []
    assert suspected(world(stuck("a", SAID), projects=(project(state=State.DONE),))) == []


# One breach for a project and giver


def test_several_items_of_one_project_are_one_breach_whose_name_stays() -> None:
    rows = world(stuck("a", SAID), stuck("b", "Old Vendor is silent", owner="ida"), stuck("c", SAID, project="Q"))
    rows = replace(rows, projects=(project(), project("Q")))
    first, other = sorted(suspected(rows), key=lambda b: b.key)
    assert first.key == "DEP-SUSPECTED|suspicion:P>vendor" and other.key == "DEP-SUSPECTED|suspicion:Q>vendor"
    assert first.title == "Old Vendor, named by 2 blocked items of Project P: a dependency that nobody logged?"
    assert first.owner == "ann", "of several people who are asked, the project's owner"
    assert "Ida Øst is asked" in " ".join(map(str, first.reasons))
    asked = {(s.subject, s.owner) for s in assess(rows, TODAY).signoffs if s.state == "suspected"}
    assert asked == {("suspicion:a>vendor", "ann"), ("suspicion:b>vendor", "ida"), ("suspicion:c>vendor", "ann")}
    left = replace(rows, work_items=rows.work_items[1:])
    assert "DEP-SUSPECTED|suspicion:P>vendor" in {b.key for b in suspected(left)}


def test_one_answer_is_enough_for_the_same_words_under_several_tickets() -> None:
    rows = world(stuck("a", SAID), stuck("b", SAID), stuck("c", f"Really {SAID}"))
    assert len([s for s in assess(rows, TODAY).signoffs if s.state == "suspected"]) == 1, "the next when it is answered"
    no = say(rows, "suspicion:a>vendor", Meaning.DISMISSED)
    assert [b.subject for b in suspected(replace(rows, statements=(no,)))] == ["suspicion:c>vendor"]
    yes = say(rows, "suspicion:a>vendor", Meaning.CONFIRMED)
    assert [b.subject for b in suspected(replace(rows, statements=(yes,)))] == ["suspicion:c>vendor"]
    over = replace(rows, work_items=(replace(rows.work_items[0], state=State.DONE), *rows.work_items[1:]))
    left = suspected(replace(over, statements=(yes,)))
    assert [b.subject for b in left] == ["suspicion:b>vendor"] and "2 blocked items" in left[0].title


# Hostile


def test_hostile_text_is_shown_harmless_and_read_all_the_same() -> None:
    text = "\x1b[31mwaiting\x1b[0m for \u202eOld\u202c Ven\u200bdor \x00[red]now[/red]\ud800"
    for b in suspected(world(stuck("a\x1b[2J", text, title="\x1b]0;x\x07Map"))):
        told = " ".join([b.title, b.clears_when, *map(str, b.reasons)])
        assert "Old" in told and not {"\x1b", "\x00", "\u202e", "\ud800", "\x07"} & set(b.title + str(b.reasons[1]))


def test_a_megabyte_of_text_is_read_as_far_as_it_matters() -> None:
    long = "lorem ipsum dolor " * 60_000
    assert givers(f"waiting for Security. {long}") == ["sec"]
    found = suspected(world(stuck("a", f"{long[:9000]} Old Vendor {long}")))[0]
    shown = str(found.reasons[1])
    assert found.subject == "suspicion:a>vendor" and "Old Vendor" in shown and len(shown) < 260


def test_ids_with_the_sign_between_item_and_giver_are_told_apart() -> None:
    rows = world(stuck("a>b", SAID), stuck("a", "waiting for Security"))
    assert sorted(b.subject for b in suspected(rows)) == ["suspicion:a>b>vendor", "suspicion:a>sec"]
    no = say(rows, "suspicion:a>b>vendor", Meaning.DISMISSED)
    assert [b.subject for b in suspected(replace(rows, statements=(no,)))] == ["suspicion:a>sec"]
