"""What rules say of dependencies that an edit has not stirred is said again; of the others they are asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scene import OBJECTIVE, TODAY, docs, item, link, parts, project, signed, snapshot

from cockpit.engine.assess import assess, assessment_of
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.records.assessment import Assessment, Breach
from cockpit.records.model import Meaning, State
from cockpit.records.snapshot import Snapshot, Stood
from cockpit.trust.obligations import dependency_version, same_subject

RAISED, SUBJECT = "DEP-UNPROVEN|dependency:D", "dependency:D"


def told(*times: Snapshot) -> Iterator[tuple[Case, Assessment]]:
    """The judgement of one snapshot after the other, each with the help of the one before, as it would be without."""
    case: Case | None = None
    for known in times:
        case = Case.after(Facts(known, TODAY), case)
        found = assessment_of(case)
        assert parts(found) == parts(assess(known, TODAY))
        yield case, found
        case.let_go()


def plan(*, ahead: float = 10, beside: float = 10, last: float = 40, **more: Any) -> Snapshot:
    """Apps' work waits for documents, behind work of its own; other work ends later, and drives the finish."""
    items = (item("x", ahead), item("a", 5), item("y", beside), item("z", last))
    own = {"links": (link("x", "a"), link("y", "z")), "dependencies": (docs(),), **more}
    return snapshot(items=items, projects=(project(finish=None),), **own)


def raised(found: Assessment) -> bool:
    return any(breach.key == RAISED for breach in found.breaches)


def breach_of(found: Assessment) -> Breach:
    return next(breach for breach in found.breaches if breach.key == RAISED)


def test_what_begins_later_is_due_no_more() -> None:
    (_, one), (case, two) = told(plan(last=400), plan(last=400, ahead=90))
    assert (raised(one), raised(two)) == (True, False)
    assert case.stirred == {SUBJECT}


def test_what_is_not_touched_is_not_stirred_and_the_very_breach_stands() -> None:
    (before, one), (case, two) = told(plan(last=400), plan(last=401))
    assert case.stirred == frozenset()
    assert case.raised["DEP-UNPROVEN"][SUBJECT] is before.raised["DEP-UNPROVEN"][SUBJECT]
    assert breach_of(one) is breach_of(two)


def test_what_comes_near_to_the_finish_of_an_objective_is_stirred_where_it_stands() -> None:
    far = {"ahead": 90, "beside": 1}
    (_, one), (case, two) = told(plan(**far, last=400), plan(**far, last=96))
    assert (raised(one), raised(two)) == (False, True)
    assert case.stirred == {SUBJECT}


def test_what_a_blocker_costs_now_is_said_of_it() -> None:
    (_, one), (case, two) = told(plan(last=10), plan(last=12))
    assert case.stirred == {SUBJECT}
    assert breach_of(one).slip_days != breach_of(two).slip_days


def test_what_two_give_back_only_together_is_said_of_both_when_a_third_moves() -> None:
    """Apps waits for three things until one day; the work behind two of them takes as long, behind the third less."""
    needs = tuple(replace(docs(), id=name, title=name, receiver_item=name.lower()) for name in "DEF")
    short, long = (
        snapshot(
            items=(item("d", 9), item("e", 9), item("f", days)), projects=(project(finish=None),), dependencies=needs
        )
        for days in (1, 3)
    )
    (_, one), (case, two) = told(short, long)
    assert breach_of(one).together == breach_of(two).together == ("dependency:E",)
    assert (breach_of(one).leverage_days or 0) > (breach_of(two).leverage_days or 0) > 0
    assert case.stirred == {SUBJECT, "dependency:E", "dependency:F"}


def test_who_comes_to_stand_beside_another_and_goes_again_is_asked_each_time() -> None:
    """What is not held takes 15 days in all three: nothing changes for each of the two alone."""
    needs = tuple(replace(docs(), id=name, title=name, receiver_item=name.lower()) for name in "DEF")
    beside, alone = (
        snapshot(
            items=(item("d", 9), item("e", 9), item("f", days), item("y", 15)),
            projects=(project(finish=None),),
            dependencies=needs,
        )
        for days in (3, 12)
    )
    found = list(told(beside, alone, beside))
    assert [breach_of(each).together for _, each in found] == [("dependency:E",), (), ("dependency:E",)]
    assert all(case.stirred is not None for case, _ in found[1:])


def test_a_path_through_anothers_work_lives_again_once_that_was_seen_to_move() -> None:
    """Q's finish is driven by work of P that was silent for long; no date of either changes when it moves."""
    long_ago = TODAY - timedelta(200)
    rows = item("x", 30, state=State.DOING, actual_start=long_ago, remaining_days=5.0), item("a", 5, "Q")
    middle = item("m", 1, "Q")
    done = item("w", 1, state=State.DONE, actual_start=long_ago, actual_finish=long_ago)
    silent = snapshot(
        items=(*rows, middle, done), projects=(project(finish=None), project("Q", finish=None)),
        links=(link("x", "m"), link("m", "a")),
        moved={"x": long_ago, "w": long_ago},
    )  # fmt: skip
    quiet = replace(silent, work_items=(rows[0], replace(rows[1], title="As it was"), middle, done))
    stories = silent, quiet, replace(quiet, moved={**quiet.moved, "x": TODAY})
    dead = ["PATH-DEAD" in {f.code for f in case.by_all["Q"].findings} for case, _ in told(*stories)]
    assert dead == [True, True, False]
    # Who holds that work for longer gives more days back from then on: it stands still no more all the same.
    said = signed(SUBJECT, dependency_version(docs()), Meaning.PROMISED, "vic", date=str(TODAY + timedelta(60)))
    held = (replace(each, dependencies=(docs(),), statements=(said,)) for each in stories)
    gains = [breach_of(found).leverage_days or 0 for _, found in told(*held)]
    assert 0 < gains[0] == gains[1] < gains[2]


def test_what_holds_other_work_now_is_asked_again() -> None:
    """Whoever names no item holds what begins from its day on: once nothing, so the finish, then work with room."""
    need = docs(receiver_item="", receiver_project="P", needed_by=TODAY + timedelta(90))
    (_, one), (case, two) = told(*(plan(last=400, ahead=days, dependencies=(need,)) for days in (10, 90)))
    assert (raised(one), raised(two)) == (True, False)
    assert case.stirred == {SUBJECT}


def test_since_when_a_breach_stands_and_how_often_it_did_is_told_anew_when_the_log_says_otherwise() -> None:
    on = TODAY - timedelta(9)
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    seen = {"first_seen": {RAISED: on}, "lives": {RAISED: (Stood(noon, None),)}}
    often = {**seen, "lives": {RAISED: (Stood(noon - timedelta(9), noon - timedelta(8)), Stood(noon, None))}}
    stories = plan(last=400), plan(last=401, **seen), plan(last=402, **often)
    lives = [breach_of(found) for _, found in told(*stories)]
    assert [b.since for b in lives] == [TODAY, on, on]
    assert [b.life.number for b in lives] == [1, 1, 2]


def test_to_whom_breaches_go_is_asked_anew_when_somebody_else_answers() -> None:
    other = {"objectives": (replace(OBJECTIVE, owner="ben"),)}
    levels = [found.levels[RAISED] for _, found in told(plan(last=400), plan(last=400, **other))]
    assert (levels[0][-1], "ben" in levels[1]) == ("kim", True)


def test_what_a_second_row_says_of_the_same_thing_is_brought_together_in_an_open_session() -> None:
    known = plan(last=30)
    other = replace(known.work_items[2], duration_days=70.0)
    more = replace(known, work_items=(*known.work_items, other))
    instead = replace(known, work_items=(*known.work_items[:3], other), links=known.links[:1])
    project_too = replace(known, projects=(*known.projects, project(finish=None, title="The same")))
    one = replace(known, statements=(signed(same_subject("x", "y"), "", Meaning.CONFIRMED, "ann"),))
    for twice in (more, instead, project_too, one):
        again = replace(twice, work_items=(replace(twice.work_items[0], title="Other words"), *twice.work_items[1:]))
        cases = [case for case, _ in told(known, twice, again)]
        assert [case.facts.reconciled.sameness is None for case in cases] == [True, False, False]


def test_what_a_plan_never_told_it_tells_from_an_edit_on() -> None:
    """All of it done is as good as finished where percentages are all that is told; and not begun is not begun."""
    rows = item("a", 5, percent=100.0), item("b", 5, percent=40.0)
    known = snapshot(items=rows, projects=(project(finish=None),), links=(link("a", "b"),))
    now = replace(known, work_items=(rows[0], replace(rows[1], state=State.DOING)))
    assert [case.woven.untold.without_states for case, _ in told(known, now, known)] == [{"P"}, set(), {"P"}]


def test_so_is_what_is_said_to_be_the_same_as_other_work() -> None:
    known = plan(last=400)
    named = replace(known.work_items[1], same_as="y")
    list(told(known, replace(known, work_items=(known.work_items[0], named, *known.work_items[2:]))))
