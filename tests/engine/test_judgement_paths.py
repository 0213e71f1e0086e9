"""Blocked critical paths: holds, slip and leverage, silence, receding finishes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from scene import OBJECTIVE, TODAY, breach, codes, docs, item, link, project, signed, snapshot, view

from cockpit.engine.assess import assess
from cockpit.records.assessment import Assessment
from cockpit.records.model import Dependency, Meaning, Objective, State
from cockpit.records.verdicts import Basis, Status
from cockpit.trust.obligations import dependency_version

MARCH = date(2025, 3, 31)


def promise(row: Dependency, day: str) -> Any:
    return signed(f"dependency:{row.id}", dependency_version(row), Meaning.PROMISED, "vic", date=day)


# --- slip and leverage, worked out by hand -----------------------------------------------------------------------


def two_blockers(first: str, second: str) -> Assessment:
    """Two chains of ten days into one finish, each held by its own promise."""
    rows = (docs(id="D1", receiver_item="a"), docs(id="D2", receiver_item="b"))
    items = (item("a", 10), item("b", 10), item("end", 5))
    return assess(
        snapshot(
            items=items,
            links=(link("a", "end"), link("b", "end")),
            dependencies=rows,
            statements=(promise(rows[0], first), promise(rows[1], second)),
        ),
        TODAY,
    )


def test_slip_is_alone_in_and_leverage_is_alone_out() -> None:
    # Free: a, b 6–17 Jan, end 20–24 Jan. D1 until 31 Jan: end 17–21 Feb, four weeks later. D2 until 17 Jan: two weeks.
    answer = two_blockers("2025-01-31", "2025-01-17")
    assert answer.chains[0].finish == date(2025, 2, 21)
    first, second = answer.chains[0].blockers
    assert (first.subject, first.slip_days, first.leverage_days) == ("dependency:D1", 28.0, 14.0)
    assert (second.subject, second.slip_days, second.leverage_days) == ("dependency:D2", 14.0, 0.0)
    assert (first.driving, second.driving) == (True, False)
    assert first.cost == 14_000.0 and not first.cost_assumed


def test_parallel_blockers_have_no_leverage_alone_and_stand_as_one_row_with_that_of_both() -> None:
    answer = two_blockers("2025-01-31", "2025-01-31")
    (row,) = answer.chains[0].blockers
    assert (row.subject, row.together) == ("dependency:D1", ("dependency:D2",))
    assert (row.slip_days, row.leverage_days, row.cost) == (28.0, 28.0, 28_000.0)
    assert [(b.slip_days, b.leverage_days) for b in row.members] == [(28.0, 0.0), (28.0, 0.0)]
    raised = {b.subject: b for b in answer.breaches if b.code == "DEP-UNPROVEN"}
    assert raised["dependency:D2"].together == ("dependency:D1",)
    assert [b.leverage_days for b in raised.values()] == [28.0, 28.0]


def test_only_those_are_joined_that_the_first_day_takes() -> None:
    # D1 and D2 until 31 Jan, D3 until 24 Jan: with the first two out of the way D3 is left, a week earlier.
    names, days = ("a", "b", "c"), ("2025-01-31", "2025-01-31", "2025-01-24")
    rows = tuple(docs(id=f"D{n}", receiver_item=name) for n, name in enumerate(names, 1))
    items = (*(item(name, 10) for name in names), item("end", 5))
    answer = assess(
        snapshot(
            items=items,
            links=tuple(link(name, "end") for name in names),
            dependencies=rows,
            statements=tuple(promise(row, day) for row, day in zip(rows, days, strict=True)),
        ),
        TODAY,
    )
    row, other = answer.chains[0].blockers
    assert ((row.subject, row.together), row.leverage_days) == (("dependency:D1", ("dependency:D2",)), 7.0)
    assert (other.subject, other.slip_days, other.leverage_days, other.members) == ("dependency:D3", 21.0, 0.0, ())


def test_cost_of_delay_adds_up_over_the_objectives_it_moves_and_a_missing_one_is_the_median() -> None:
    row = docs(receiver_item="a")
    objectives = (
        OBJECTIVE,
        Objective(id="Q", title="Second", cost_of_delay_per_day=3000.0),
        Objective(id="R", title="Third"),
    )
    answer = assess(
        snapshot(
            items=(item("a", 10),),
            projects=(project(objectives=("O", "Q", "R")),),
            objectives=objectives,
            dependencies=(row,),
            statements=(promise(row, "2025-01-10"),),
        ),
        TODAY,
    )
    blocker = answer.chains[0].blockers[0]
    assert blocker.leverage_days == 7.0
    assert blocker.cost == 7 * (1000 + 3000 + 2000) and blocker.cost_assumed


def test_the_chain_names_what_stands_in_it() -> None:
    answer = two_blockers("2025-01-31", "2025-01-17")
    steps = {s.item: s for s in answer.chains[0].steps}
    assert list(steps) == ["a", "end", "P:finish"]
    assert steps["a"].blocker == "dependency:D1" and steps["a"].why == "held until 2025-01-31"
    assert steps["end"].why == "after a"


def test_a_giver_that_waits_itself_is_not_the_blocker() -> None:
    """The root is whoever could act: a team that waits for the vendor cannot be asked to deliver first."""
    items = (item("a", 10), item("b", 10, project="Q", team="bank"))
    rows = (docs(receiver_item="a"), docs(id="E", giver_team="apps", giver_owner="ann", receiver_team="bank",
                                          receiver_owner="ben", giver_item="a", receiver_item="b"))  # fmt: skip
    both = (project(), project("Q", team="bank", owner="ben"))
    answer = assess(
        snapshot(items=items, projects=both, dependencies=rows, statements=(promise(rows[0], "2025-01-31"),)), TODAY
    )
    assert [b.subject for b in answer.chains[0].blockers] == ["dependency:D"]


def test_a_giver_whose_turn_it_is_can_give_back_what_it_still_has_to_do() -> None:
    items = (item("v", 15, project="Q", team="bank"), item("a", 10))
    both = (project(), project("Q", team="bank", owner="ben", objectives=()))
    row = docs(giver_team="bank", giver_owner="ben", giver_item="v")
    answer = assess(snapshot(items=items, projects=both, dependencies=(row,)), TODAY)
    blocker = answer.chains[0].blockers[0]
    assert (blocker.subject, blocker.leverage_days, blocker.at_least) == ("dependency:D", 21.0, False)


def test_the_giver_of_a_tied_pair_drives_by_its_work_and_not_by_a_hold() -> None:
    items = (item("v", 15, project="Q", team="bank"), item("a", 10))
    both = (project(), project("Q", team="bank", owner="ben", objectives=()))
    row = docs(giver_team="bank", giver_owner="ben", giver_item="v")
    steps = assess(snapshot(items=items, projects=both, dependencies=(row,)), TODAY).chains[0].steps
    assert [s.item for s in steps] == ["v", "a", "P:finish"]


def test_the_finish_of_an_objective_is_its_finish_item() -> None:
    objective = Objective(id="O", title="Cut over", finish_item="a")
    answer = assess(snapshot(items=(item("a", 10), item("b", 50)), objectives=(objective,)), TODAY)
    assert answer.chains[0].finish == date(2025, 1, 17)


# --- silence ------------------------------------------------------------------------------------------------------


def quiet(today: date = MARCH, observed: date | None = None, moved: date = TODAY, **more: Any) -> Assessment:
    """Work in progress of 15 days that last moved on `moved`; the rest of its chain waits for it."""
    first = item("a", 15, state=State.DOING, actual_start=date(2025, 1, 6), percent=40.0, owner="ben", **more)
    items = (first, item("b", 10))
    return assess(
        snapshot(
            items=items,
            links=(link("a", "b"),),
            projects=(project(finish=date(2025, 5, 30)),),
            moved={"a": moved, "b": TODAY},
            observed={"a": observed or today},
        ),
        today,
    )


def test_a_driving_chain_on_which_nothing_moves_is_dead_and_names_who_can_act() -> None:
    answer = quiet()
    found = breach(answer, "PATH-DEAD")
    assert (found.subject, found.owner, found.basis) == ("item:a", "ben", Basis.EVIDENCE)
    assert "60 working days" in found.title
    assert any("A → B" in r.text for r in found.reasons)
    assert (view(answer).status, view(answer).basis) == (Status.AT_RISK, Basis.EVIDENCE)
    assert answer.chains[0].dead


def test_edited_percent_remaining_and_updated_are_no_movement() -> None:
    answer = quiet(remaining_days=2.0, updated=date(2025, 3, 30))
    assert "PATH-DEAD" in codes(answer)


def test_silence_is_counted_up_to_the_latest_observation() -> None:
    assert "PATH-DEAD" not in codes(quiet(observed=date(2025, 1, 20)))


def test_movement_ends_it() -> None:
    assert "PATH-DEAD" not in codes(quiet(moved=date(2025, 3, 17)))


@pytest.mark.parametrize(("day", "dead"), [(date(2025, 1, 31), False), (date(2025, 2, 3), True)])
def test_twenty_working_days_are_the_limit(day: date, dead: bool) -> None:
    assert ("PATH-DEAD" in codes(quiet(today=day))) is dead


@pytest.mark.parametrize(("day", "dead"), [(date(2025, 6, 3), False), (date(2025, 6, 4), True)])
def test_long_work_in_progress_is_given_its_own_duration_and_a_third_more(day: date, dead: bool) -> None:
    # 80 working days after 6 January is 28 April, 27 more is 4 June.
    long, late = item("a", 80, state=State.DOING, actual_start=TODAY), project(finish=date(2025, 6, 20))
    assert ("PATH-DEAD" in codes(assess(snapshot(items=(long,), projects=(late,), observed={"a": day}), day))) is dead


@pytest.mark.parametrize(("day", "dead"), [(date(2025, 7, 1), False), (date(2025, 7, 2), True)])
def test_long_work_that_overruns_is_given_as_much_again_while_its_project_has_the_time(day: date, dead: bool) -> None:
    # 20 more working days after 4 June is 2 July; on 1 July it would be ready on 29 July if it took 20 more.
    long, early = item("a", 80, state=State.DOING, actual_start=TODAY), project(finish=date(2025, 7, 31))
    assert ("PATH-DEAD" in codes(assess(snapshot(items=(long,), projects=(early,), observed={"a": day}), day))) is dead


def test_work_that_is_not_due_yet_is_not_silent() -> None:
    planned = item("a", 10, baseline_start=date(2025, 3, 10), baseline_finish=date(2025, 3, 21))
    assert "PATH-DEAD" not in codes(assess(snapshot(items=(planned,), observed={"a": MARCH}), MARCH))
    due = item("a", 10, baseline_start=date(2025, 2, 10), baseline_finish=date(2025, 2, 21))
    assert "PATH-DEAD" in codes(assess(snapshot(items=(due,), observed={"a": MARCH}), MARCH))


def test_work_held_by_a_dependency_is_not_silent_but_blocked() -> None:
    first = item("a", 15, state=State.DOING, actual_start=TODAY)
    answer = assess(snapshot(items=(first,), dependencies=(docs(),), observed={"a": MARCH}), MARCH)
    assert "PATH-DEAD" not in codes(answer)


def test_work_off_the_driving_chain_may_be_quiet() -> None:
    items = (
        item("a", 5, state=State.DOING, actual_start=TODAY),
        item("b", 30, state=State.DOING, actual_start=MARCH),
    )
    answer = assess(snapshot(items=items, observed={"a": MARCH, "b": MARCH}, moved={"b": MARCH}), MARCH)
    assert "PATH-DEAD" not in codes(answer)


def test_a_dead_path_downstream_names_its_root_and_raises_nothing_of_its_own() -> None:
    items = (item("a", 15, state=State.DOING, actual_start=TODAY), item("b", 10, project="Q"))
    both = (project(finish=date(2025, 5, 30)), project("Q", finish=date(2025, 6, 30)))
    answer = assess(
        snapshot(items=items, links=(link("a", "b"),), projects=both, observed={"a": MARCH, "b": MARCH}), MARCH
    )
    assert [b.project for b in answer.breaches if b.code == "PATH-DEAD"] == ["P"]
    assert (view(answer, "Q").status, view(answer, "Q").root) == (Status.AT_RISK, "P")
    assert view(answer, "P").root == ""


# --- receding -----------------------------------------------------------------------------------------------------


def receded(before: date, state: State = State.DOING, **more: Any) -> Assessment:
    """Moved a little all the time, but its computed finish (18 April) was `before` twenty working days ago."""
    first = item("a", 14, state=state, **more)
    return assess(
        snapshot(
            items=(first,),
            projects=(project(finish=date(2025, 4, 16)),),
            moved={"a": MARCH},
            observed={"a": MARCH},
            earlier={"P": before},
            earlier_on=date(2025, 3, 3),
        ),
        MARCH,
    )


def test_a_finish_that_recedes_as_fast_as_time_passes_is_dead_too() -> None:
    answer = receded(date(2025, 3, 21))
    assert view(answer).computed_finish == date(2025, 4, 17)
    found = breach(answer, "PATH-RECEDING")
    assert found.basis is Basis.EVIDENCE and "receded 19 working days in 20" in str(found.reasons[0])


def test_a_finish_that_recedes_slowly_is_not() -> None:
    assert "PATH-RECEDING" not in codes(receded(date(2025, 4, 3)))


def test_work_that_was_not_due_does_not_recede() -> None:
    assert "PATH-RECEDING" not in codes(receded(date(2025, 3, 21), State.TODO, baseline_start=date(2025, 3, 24)))


# --- cycles -------------------------------------------------------------------------------------------------------


def test_a_cycle_is_named_in_full_and_the_rest_is_computed() -> None:
    items = (item("a", 5), item("b", 5), item("c", 5), item("x", 5, project="Q"))
    ties = (link("a", "b"), link("b", "c"), link("c", "a"))
    answer = assess(snapshot(items=items, links=ties, projects=(project(), project("Q"))), TODAY)
    assert "a → b → c → a" in breach(answer, "NETWORK-CYCLE").title
    assert view(answer, "P").status is Status.UNKNOWN
    assert view(answer, "Q").status is Status.ON_TRACK


def test_what_cannot_be_scheduled_is_one_breach() -> None:
    items = (item("a", 5, calendar="moon"), item("b", 5, calendar="mars"))
    answer = assess(snapshot(items=items), TODAY)
    found = breach(answer, "NETWORK-UNUSABLE")
    assert "mars" in found.title and "1 more" in found.title and len(found.reasons) == 2
    assert "NETWORK-UNUSABLE" not in codes(assess(snapshot(items=(item("a", 5),)), TODAY))


def test_a_link_from_work_outside_the_files_is_a_dependency_and_nothing_else() -> None:
    """The link to “b” cannot be scheduled; that is told once, as what it is: somebody must own what “b” waits for."""
    answer = assess(snapshot(items=(item("a", 5), item("b", 5)), links=(link("a", "b"), link("EXT-9", "b"))), TODAY)
    assert "dependency:EXT-9>P" in {view.subject for view in answer.dependencies}
    assert "NETWORK-UNUSABLE" not in codes(answer)
    assert (
        "c" in breach(assess(snapshot(items=(item("a", 5),), links=(link("a", "c"),)), TODAY), "NETWORK-UNUSABLE").title
    )
