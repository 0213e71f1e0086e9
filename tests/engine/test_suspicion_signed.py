"""What is suspected of stuck work, dismissed and confirmed by signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from scene import TODAY, assess, breach, codes, docs, project, signed, view
from suspects import CORE, SAID, dependency, say, stuck, suspected, world

from cockpit.records.model import Meaning, Origin, State
from cockpit.records.verdicts import Basis, DependencyState, Status, Verdict
from cockpit.trust.obligations import dependency_version

# Dismissed


def test_dismissed_it_is_gone_until_the_text_says_something_else() -> None:
    rows = world(stuck("a", f"{SAID}."))
    no = say(rows, "suspicion:a>vendor", Meaning.DISMISSED)
    answer = assess(replace(rows, statements=(no,)), TODAY)
    assert "DEP-SUSPECTED" not in codes(answer) and answer.statements[0].verdict is Verdict.COUNTS
    assert not [s for s in answer.signoffs if s.state == "suspected"]
    for same in (f"{SAID.upper()} !", "Another comment.\nWaiting for  the API\u200b documents of the vendor"):
        assert suspected(replace(world(stuck("a", same)), statements=(no,))) == [], same
    edited = replace(world(stuck("a", SAID, "the vendor promised, waiting for the vendor")), statements=(no,))
    assert [b.subject for b in suspected(edited)] == ["suspicion:a>vendor"]
    assert assess(edited, TODAY).statements[0].verdict is Verdict.VOID
    back = replace(world(stuck("a", SAID, title="Map", percent=40.0, updated=TODAY)), statements=(no,))
    assert suspected(back) == [], "these very words are dismissed"


def test_of_what_names_nobody_a_dismissal_lasts_as_long_as_it_reads_the_same() -> None:
    rows = world(stuck("a"))
    no = say(rows, "suspicion:a>", Meaning.DISMISSED)
    assert suspected(replace(rows, statements=(no,))) == []
    assert suspected(replace(world(stuck("a", "Lunch.")), statements=(no,))) == []
    for text in ("waiting for a firewall change", "waiting for Security"):
        assert len(suspected(replace(world(stuck("a", text)), statements=(no,)))) == 1


@pytest.mark.parametrize(
    ("signer", "why"),
    [
        ("vic", "only Ann Alder, the owner of the work item, may"),
        ("sue", "only Ann Alder, the owner of the work item, may"),
        ("ida", "only Ann Alder, the owner of the work item, may"),
    ],
)
def test_who_is_asked_alone_dismisses(signer: str, why: str) -> None:
    rows = world(stuck("a", SAID))
    answer = assess(replace(rows, statements=(say(rows, "suspicion:a>vendor", Meaning.DISMISSED, signer),)), TODAY)
    assert answer.statements[0].verdict is Verdict.NOT_ENTITLED and why in answer.statements[0].why
    assert "DEP-SUSPECTED" in codes(answer)


def test_nobody_of_the_suspected_team_is_asked_or_may_answer() -> None:
    mine = stuck("a", "waiting for Security", owner="sid")
    rows = world(mine)
    assert breach(assess(rows, TODAY), "DEP-SUSPECTED").owner == "ann", "the lead of its team"
    for meaning in (Meaning.CONFIRMED, Meaning.DISMISSED):
        answer = assess(replace(rows, statements=(say(rows, "suspicion:a>sec", meaning, "sid"),)), TODAY)
        assert "they belong to Security, which it is about" in answer.statements[0].why


def test_the_lead_is_asked_where_nobody_owns_it_then_the_projects_owner_then_the_steward() -> None:
    for more, asked in (
        ({"owner": "ghost"}, "ann"),
        ({"owner": "", "team": "bank"}, "ben"),
        ({"owner": "", "team": "dm"}, "ann"),
        ({"owner": "", "team": "dm", "project": "lost"}, "kim"),
    ):
        assert suspected(world(stuck("a", SAID, **more)))[0].owner == asked, more


def test_a_ticket_that_is_taken_to_be_dismissed_and_given_back_is_raised_again() -> None:
    rows = world(stuck("a", SAID))
    taken = world(stuck("a", SAID, owner="ben"))
    no = say(taken, "suspicion:a>vendor", Meaning.DISMISSED, "ben")
    assert suspected(replace(taken, statements=(no,))) == [], "with his name, for as long as it is his"
    assert [b.owner for b in suspected(replace(rows, statements=(no,)))] == ["ann"]
    assert assess(replace(rows, statements=(no,)), TODAY).statements[0].verdict is Verdict.VOID


# Confirmed


def test_confirmed_it_is_a_dependency_that_holds_the_item_until_the_givers_owner_signs() -> None:
    teams = tuple(replace(t, lead="vic") if t.id == "vendor" else t for t in CORE)
    rows = world(stuck("a", SAID), teams=teams, projects=(project(finish=date(2025, 3, 31)),))
    free = view(assess(rows, TODAY)).computed_finish
    yes = say(rows, "suspicion:a>vendor", Meaning.CONFIRMED)
    answer = assess(replace(rows, statements=(yes,)), TODAY)
    found = dependency(answer)
    assert found.state is DependencyState.UNOWNED and found.projects == ("P",) and found.assumed_hold
    assert found.record.title == "What a “Map the API” waits for" and found.giver_owner_name == "Vic Vane"
    assert (
        "Ann Alder confirmed on 2025-01-06 that a waits for Old Vendor; no register holds it" in found.reasons[0].text
    )
    assert found.reasons[0].statement == yes.id
    assert (view(answer).status, view(answer).basis) == (Status.AT_RISK, Basis.UNPROVEN)
    assert free is not None and view(answer).computed_finish == date(2025, 2, 14), "20 working days, then its own 10"
    assert "DEP-SUSPECTED" not in codes(answer)
    assert breach(answer, "DEP-UNOWNED").owner == "vic"
    (waits,) = [s for s in answer.signoffs if s.subject == "dependency:vendor>a"]
    assert (waits.owner, waits.meanings) == ("vic", (Meaning.PROMISED, Meaning.RESOLVED))
    proof = signed("dependency:vendor>a", found.version, Meaning.RESOLVED, "vic", evidence=["a" * 64])
    after = assess(replace(rows, statements=(yes, proof)), TODAY)
    assert dependency(after).state is DependencyState.RESOLVED
    assert view(after).status is Status.ON_TRACK and "DEP-SUSPECTED" not in codes(after)


def test_no_edit_of_the_text_takes_a_confirmed_dependency_away() -> None:
    rows = world(stuck("a", SAID))
    yes = say(rows, "suspicion:a>vendor", Meaning.CONFIRMED)
    no = say(rows, "suspicion:a>vendor", Meaning.DISMISSED)
    for changed in (
        stuck("a"),
        stuck("a", "All is well.", title="Another title", state=State.DOING, status="In Progress"),
        stuck("a", SAID, owner="ben", team="bank", title="Moved"),
    ):
        answer = assess(replace(world(changed), statements=(yes, no)), TODAY)
        assert dependency(answer).state is DependencyState.UNOWNED and view(answer).status is Status.AT_RISK


def test_of_finished_work_nothing_is_needed_any_more_and_of_reopened_work_again() -> None:
    rows = world(stuck("a", SAID))
    yes = say(rows, "suspicion:a>vendor", Meaning.CONFIRMED)
    done = world(stuck("a", SAID, state=State.DONE, actual_finish=TODAY))
    assert assess(replace(done, statements=(yes,)), TODAY).dependencies == ()
    assert [d.record.id for d in assess(replace(rows, statements=(yes,)), TODAY).dependencies] == ["vendor>a"]


def test_any_team_may_be_named_of_work_that_names_nobody() -> None:
    rows = world(stuck("a"))
    yes = say(rows, "suspicion:a>sec", Meaning.CONFIRMED, "ida")
    answer = assess(replace(rows, statements=(yes,)), TODAY)
    assert dependency(answer, "sec>a").record.giver_owner == "sid" and "DEP-SUSPECTED" not in codes(answer)
    nobody = say(rows, "suspicion:a>", Meaning.CONFIRMED)
    told = assess(replace(rows, statements=(nobody,)), TODAY)
    assert told.statements[0].why == "It does not say which team the item waits for." and told.dependencies == ()


def test_strangers_confirm_nothing_but_all_who_wait_may() -> None:
    rows = world(stuck("a", SAID))
    for who, counts in (("ann", True), ("ida", True), ("sue", True), ("kim", True), ("ben", False), ("sid", False)):
        answer = assess(replace(rows, statements=(say(rows, "suspicion:a>vendor", Meaning.CONFIRMED, who),)), TODAY)
        assert (answer.statements[0].verdict is Verdict.COUNTS) is counts, who
    assert "they answer for nothing of it, and do not belong to Apps" in answer.statements[0].why


def test_a_row_of_the_register_takes_its_place_once_the_giver_signed_it_knowing_of_it() -> None:
    teams = tuple(replace(t, lead="vic") if t.id == "vendor" else t for t in CORE)
    rows = world(stuck("a", SAID), teams=teams)
    yes = say(rows, "suspicion:a>vendor", Meaning.CONFIRMED)
    named = replace(rows, dependencies=(docs(receiver_item="a"),), statements=(yes,))
    assert {d.record.id for d in assess(named, TODAY).dependencies} == {"D", "vendor>a"}
    day = (TODAY + timedelta(days=30)).isoformat()
    promise = signed("dependency:D", dependency_version(docs(receiver_item="a")), Meaning.PROMISED, "vic", date=day)
    apart = assess(replace(named, statements=(yes, promise)), TODAY)
    assert {d.record.id for d in apart.dependencies} == {"D", "vendor>a"}, "it was signed without knowing"
    knowing = assess(replace(named, statements=(yes, replace(promise, parents=(yes.id,)))), TODAY)
    assert {d.record.id for d in knowing.dependencies} == {"D"}
    project_row = docs(receiver_item="", receiver_project="P")
    other = signed("dependency:D", dependency_version(project_row), Meaning.PROMISED, "vic", date=day)
    whole = replace(named, dependencies=(project_row,), statements=(yes, replace(other, parents=(yes.id,))))
    assert {d.record.id for d in assess(whole, TODAY).dependencies} == {"D", "vendor>a"}, (
        "a row for all of P is no answer"
    )


def test_a_row_that_calls_itself_like_a_confirmed_dependency_does_not_replace_it() -> None:
    rows = world(stuck("a", SAID))
    yes = say(rows, "suspicion:a>vendor", Meaning.CONFIRMED)
    lie = docs(id="vendor>a", giver_team="apps", receiver_item="", receiver_project="P")
    found = dependency(assess(replace(rows, dependencies=(lie,), statements=(yes,)), TODAY))
    assert found.record.giver_team == "vendor" and found.record.receiver_item == "a"


def test_when_another_row_stands_for_the_item_what_was_confirmed_of_it_holds_that_one() -> None:
    rows = world(stuck("a", SAID), stuck("b", "Mapped.", origin=Origin("shadow.csv", 3)))
    yes = say(rows, "suspicion:b>vendor", Meaning.CONFIRMED)
    both = {"work_items": (rows.work_items[0], replace(rows.work_items[1], same_as="a"))}
    answer = assess(replace(rows, statements=(yes,), **both), TODAY)
    assert "b" not in answer.items
    assert [d.record.receiver_item for d in answer.dependencies] == ["a"]
