"""The rules of judgement, sentence by sentence: what is a dependency, who may sign for it, whom it holds and how long.

The portfolio of a core banking programme: Apps builds the mobile bank, Bank runs the old core in the same cost centre,
Vic of Sourcing (another cost centre) answers for the old vendor. Today is Monday, 6 January 2025.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from scene import PEOPLE, TODAY, assess, breach, by_steward, codes, docs, item, link, project, signed, snapshot, view

from cockpit.records.assessment import Assessment, DependencyView
from cockpit.records.model import Dependency, Meaning, Person, State
from cockpit.records.snapshot import Policy
from cockpit.records.verdicts import Basis, DependencyState, Severity, Status, Verdict
from cockpit.trust.obligations import dependency_version

PROOF = ["a" * 64]
CORE = project("CORE", team="bank", owner="ben", finish=date(2025, 12, 31), title="Core release")
BUYING = project("BUY", team="sourcing", owner="vic", finish=date(2025, 12, 31), title="Vendor contract")


def say(row: Dependency, meaning: Meaning, signer: str, **body: Any) -> Any:
    return signed(f"dependency:{row.id}", dependency_version(row), meaning, signer, **body)


def only(answer: Assessment) -> DependencyView:
    (found,) = answer.dependencies
    return found


def starts(answer: Assessment, *items: str) -> list[date]:
    return [answer.items[i].early_start.date() for i in items]


# --- what is a dependency, and how grave


def linked(team: str, giver: Any, later: bool = False) -> Assessment:
    """The mobile build waits for work of another team by a link of the plan alone; `later`: in a year, with room.

    The giver's five days end on 10 January. The build takes ten days from the 13th; later it is planned for 12 to
    23 January 2026, and the long test beside it, 278 working days to Wednesday the 28th, drives the finish.
    """
    begin = date(2026, 1, 12) if later else None
    rest = 278.0 if later else 5.0
    items = (
        item("spec", 5, giver.id, title="API specification", team=team),
        item("build", 10, title="Mobile build", not_before=begin),
        item("test", rest, title="Long test"),
    )
    both = (project(finish=date(2027, 1, 1)), giver)
    return assess(snapshot(items=items, links=(link("spec", "build"),), projects=both), TODAY)


def test_what_nobody_registered_is_unowned_and_graver_where_it_crosses_a_cost_centre() -> None:
    near = linked("bank", CORE)
    assert only(near).state is DependencyState.UNOWNED and not only(near).crosses_cost_centre
    assert breach(near, "DEP-UNOWNED").severity is Severity.MAJOR
    far = linked("sourcing", BUYING)
    assert only(far).state is DependencyState.UNOWNED and only(far).crosses_cost_centre
    assert breach(far, "DEP-UNOWNED").severity is Severity.CRITICAL
    assert "which answers to another cost centre" in str(breach(far, "DEP-UNOWNED").reasons[0])


def test_far_ahead_it_is_less_grave_and_a_cost_centre_raises_that_too() -> None:
    """A year ahead and three days off the driving chain: near-critical, so it is told, and it costs no day yet."""
    same, crossing = linked("bank", CORE, later=True), linked("sourcing", BUYING, later=True)
    assert breach(same, "DEP-UNOWNED").leverage_days == 0.0
    assert breach(same, "DEP-UNOWNED").severity is Severity.MINOR
    assert breach(crossing, "DEP-UNOWNED").severity is Severity.MAJOR


# --- who may sign for the giver


def core(**more: Any) -> Dependency:
    """The core release that the mobile build needs of the bank team; Ben answers for it."""
    row = {"id": "D", "title": "Core release 9", "giver_team": "bank", "giver_owner": "ben", "receiver_team": "apps"}
    return Dependency(**{**row, "receiver_owner": "ann", "receiver_project": "P", **more})


def judged(row: Dependency, *statements: Any, **more: Any) -> Assessment:
    base = {"items": (item("a", 10, title="Mobile build"),), "dependencies": (row,), "statements": statements}
    return assess(snapshot(**{**base, **more}), TODAY)


@pytest.mark.parametrize(
    ("row", "signer", "more", "why"),
    [
        (core(), "ben", {}, ""),
        (core(giver_owner="vic"), "vic", {}, "they do not belong to the giving team Bank"),
        (core(receiver_owner="ben"), "ben", {}, "they are the receiver's owner"),
        (core(), "ben", {"projects": (project(owner="ben"),)}, "they are the owner of the receiving project"),
        (docs(receiver_project="P"), "vic", {}, ""),
        (docs(giver_owner=""), "vic", {}, "Nobody may sign resolved. No owner is named"),
        (docs(giver_owner="amy"), "amy", {}, "they belong to the receiving team Apps"),
    ],
    ids=["the owner", "of another team", "owns the need", "owns the project", "vendor", "vendor unnamed", "both sides"],
)
def test_only_a_named_owner_who_stands_on_the_giving_side_alone_resolves_it(
    row: Dependency, signer: str, more: dict[str, Any], why: str
) -> None:
    people = (*PEOPLE, Person(id="amy", name="Amy Ash", team="apps"))
    answer = judged(row, say(row, Meaning.RESOLVED, signer, evidence=PROOF), people=people, **more)
    assert only(answer).state is (DependencyState.UNOWNED if why else DependencyState.RESOLVED)
    assert (answer.statements[0].verdict is Verdict.COUNTS) is (why == "")
    assert why in answer.statements[0].why
    assert view(answer).status is (Status.AT_RISK if why else Status.ON_TRACK)


def test_who_owns_any_of_the_receiving_projects_signs_for_none() -> None:
    """Without a receiver it holds every project of Apps; Ben of Bank answers for the second of them."""
    row = core(receiver_project="", receiver_item="")
    both = (project("P"), project("Q", owner="ben"))
    answer = judged(row, say(row, Meaning.RESOLVED, "ben", evidence=PROOF), projects=both)
    assert only(answer).state is DependencyState.UNOWNED
    assert "they are the owner of the receiving project" in answer.statements[0].why


# --- what a signature covers, and what outlives its file


def test_it_vanishes_from_its_file_and_stays_in_force_until_both_owners_withdraw_it() -> None:
    gone, row = {"D": date(2025, 1, 3)}, core()
    giver, receiver = say(row, Meaning.WITHDRAWN, "ben"), say(row, Meaning.WITHDRAWN, "ann")
    for said in ((), (giver,), (receiver,)):
        answer = judged(row, *said, vanished=gone)
        assert view(answer).status is Status.AT_RISK and "DEP-VANISHED" in codes(answer)
        assert starts(answer, "a") == [TODAY] and view(answer).computed_finish == date(2025, 1, 31)
    both = judged(row, giver, receiver, vanished=gone)
    assert view(both).status is Status.ON_TRACK and not {c for c in codes(both) if c.startswith("DEP")}
    assert view(both).computed_finish == date(2025, 1, 17)


# --- whom it holds


def test_without_a_receiver_it_holds_the_unfinished_projects_of_the_team_and_no_finished_one() -> None:
    rows = (
        project("P"),
        project("Q"),
        project("OLD", state=State.DONE, actual_finish=date(2024, 11, 29)),
        project("SHUT", state=State.DONE),
        project("R", team="bank", owner="ben"),
    )
    row = core(receiver_project="")
    answer = judged(row, projects=rows)
    assert set(only(answer).projects) == {"P", "Q"}
    assert len([b for b in answer.breaches if b.code == "DEP-UNANCHORED"]) == 1
    assert [view(answer, p).status for p in ("P", "Q")] == [Status.AT_RISK] * 2


def test_it_gates_what_has_not_begun_and_starts_from_the_day_of_need_else_the_finish() -> None:
    """Design is under way until 17 January, build follows, UAT after that (3 to 14 February).

    Needed by 20 January: build and UAT wait for the promise, the design that has begun does not. Needed by 1 July,
    when all work is computed to be over: only the finish waits.
    """
    items = (
        item("design", 10, state=State.DOING, actual_start=TODAY, remaining_days=10.0),
        item("build", 10),
        item("uat", 10),
    )
    chain = (link("design", "build"), link("build", "uat"))
    soon, late = core(needed_by=date(2025, 1, 6)), core(needed_by=date(2025, 7, 1))
    promise = {"date": "2025-02-28"}
    answer = judged(soon, say(soon, Meaning.PROMISED, "ben", **promise), items=items, links=chain)
    assert starts(answer, "design", "build", "uat") == [TODAY, date(2025, 3, 3), date(2025, 3, 17)]
    answer = judged(late, say(late, Meaning.PROMISED, "ben", **promise), items=items, links=chain)
    assert starts(answer, "design", "build", "uat") == [TODAY, date(2025, 1, 20), date(2025, 2, 3)]
    assert view(answer).computed_finish == date(2025, 2, 28), "a finish is reached on the last day of its hold"


# --- how long


def test_silence_is_assumed_to_last_for_twenty_working_days_each_day_anew_and_reads_at_least() -> None:
    """Whoever says nothing never looks better than who promises within that time: the day moves on with today."""
    row = core(receiver_project="", receiver_item="a")
    silent = judged(row)
    assert only(silent).held_until == date(2025, 1, 31) and only(silent).assumed_hold and view(silent).at_least
    later = assess(snapshot(items=(item("a", 10),), dependencies=(row,)), date(2025, 1, 13))
    assert only(later).held_until == date(2025, 2, 7)
    for day in ("2025-01-17", "2025-01-31"):
        honest = judged(row, say(row, Meaning.PROMISED, "ben", date=day))
        assert view(honest).computed_finish <= view(silent).computed_finish  # type: ignore[operator]
        assert not only(honest).assumed_hold and not view(honest).at_least
    assert (view(silent).status, view(silent).basis) == (Status.AT_RISK, Basis.UNPROVEN)


def test_a_policy_sets_for_how_long_silence_is_assumed_to_last() -> None:
    row = core(receiver_project="", receiver_item="a")
    longer = judged(row, policy=Policy(unpromised_days=30))
    assert only(longer).held_until == date(2025, 2, 14)


def test_only_an_unbroken_promise_stands_in_for_proof_and_only_where_the_policy_says_so() -> None:
    row, asked = core(), Policy(dependency_proof="promised")
    kept, broken = (say(row, Meaning.PROMISED, "ben", date=day) for day in ("2025-01-31", "2025-01-03"))
    assert view(judged(row, kept)).status is Status.AT_RISK
    assert view(judged(row, kept, by_steward(asked), policy=asked)).status is Status.ON_TRACK
    failed = judged(row, broken, by_steward(asked), policy=asked)
    assert (view(failed).status, view(failed).basis) == (Status.OFF_TRACK, Basis.EVIDENCE)
    silent = judged(row, by_steward(asked), policy=asked)
    assert (view(silent).status, view(silent).basis) == (Status.AT_RISK, Basis.UNPROVEN)


def test_nobody_but_the_named_owner_signs_for_a_vendor() -> None:
    """The vendor's delivery manager is in the table of people, and nobody named him as the owner."""
    people = (*PEOPLE, Person(id="dan", name="Dan Dealer", team="vendor"))
    row = docs(receiver_item="a")
    answer = judged(row, say(row, Meaning.RESOLVED, "dan", evidence=PROOF), people=people)
    assert only(answer).state is DependencyState.OPEN
    assert "only Vic Vane, the giver's owner, may" in answer.statements[0].why
