"""Edits that hide what is wrong elsewhere: work that leaves its project, teams that become one, what was asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from edited_portfolio import (
    CHARTER,
    FIRST,
    PEOPLE,
    TEAMS,
    Rows,
    Tables,
    breach,
    but,
    chain,
    codes,
    edits,
    look,
    project,
    put,
    tables,
    told,
    view,
    without,
)
from live_portfolio import key_file

from cockpit.records.assessment import Assessment
from cockpit.records.model import Meaning
from cockpit.records.verdicts import DependencyState, Severity, Status
from cockpit.session.live import Session

PLANNED = FIRST + timedelta(20)
"""Six weeks of work are planned into three."""
STEPS, LINKS = chain(10, 20)
FAR = FIRST + timedelta(200)


def of(items: Rows, links: Rows = LINKS, projects: Rows | None = None, **more: Rows) -> Tables:
    return tables(items, links, projects or [project(PLANNED), project(FAR, "S")], **more)


def then(folder: Path, *days: Tables, charter: str = CHARTER) -> Assessment:
    """What is said on the last of these days, two weeks apart."""
    return told(folder, *days, charter=charter, step=14)[-1]


# Work that leaves a plan while its row is there


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"project": "S"}, "P2 “Step P2” was moved to Project S on 2025-03-17"),
        ({"kind": "summary"}, "P2 “Step P2” was made a heading on 2025-03-17"),
    ],
)
def test_work_that_is_moved_out_of_its_project_is_in_its_first_plan(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    """Ten days and twenty from 3 March end on 11 April, 19 days after the baseline of 23 March. Without the second
    step, whose row stands elsewhere, the project is in time."""
    found = then(tmp_path, of(STEPS), of(but(STEPS, "P2", **change)))
    assert view(found).status is Status.AT_RISK
    assert said in " ".join(reason.text for reason in breach(found, "PLAN-COMPRESSED").reasons)


def test_a_heading_below_which_its_work_was_planned_in_detail_took_nothing_out(tmp_path: Path) -> None:
    details: Rows = [
        {**STEPS[1], "id": f"P2.{n}", "title": f"Part {n}", "parent": "P2", "duration_days": 10} for n in (1, 2)
    ]
    links = [{"predecessor": "P1", "successor": "P2.1"}, {"predecessor": "P2.1", "successor": "P2.2"}]
    wide = [project(FIRST + timedelta(45)), project(FAR, "S")]
    now = of([*but(STEPS, "P2", kind="summary"), *details], links, wide)
    assert "PLAN-COMPRESSED" not in codes(then(tmp_path, of(STEPS, LINKS, wide), now))


@pytest.mark.parametrize("told_so", [{"percent": 99}, {"remaining_days": 0}])
def test_nobody_does_twenty_days_of_work_in_six(tmp_path: Path, told_so: dict[str, int]) -> None:
    """Begun on 10 March as it says, the second step has fourteen of its twenty days left on the 17th, at least: until
    3 April. The third takes two weeks more, three weeks after the baseline."""
    steps, links = chain(10, 20, 10)
    done = but(steps, "P1", status="Done", actual_finish=FIRST + timedelta(4))
    ahead = but(done, "P2", status="In Progress", actual_start=FIRST + timedelta(7), **told_so)
    planned = [project(FIRST + timedelta(26)), project(FAR, "S")]
    found = then(tmp_path, of(steps, links, planned), of(ahead, links, planned))
    assert view(found).status is Status.AT_RISK
    assert "P2 “Step P2” had not begun when somebody looked: 14 days are left, whatever was said on 2025-03-17" in str(
        breach(found, "PLAN-COMPRESSED").reasons
    )
    assert any("P2" in text and "not begun" in text for text in edits(found))


def test_a_start_that_is_dated_back_more_than_a_month_behind_a_look_is_told(tmp_path: Path) -> None:
    """On 3 March the step was not begun; two weeks later it has been done since January."""
    back = but(STEPS, "P2", status="In Progress", actual_start=date(2025, 1, 10), remaining_days=0)
    assert edits(then(tmp_path, of(STEPS), of(back))) == ["item P2, left to do: not begun → 0 d on 2025-03-17"]


def test_a_percentage_by_which_alone_work_had_begun_is_taken_back(tmp_path: Path) -> None:
    ahead, mark = but(STEPS, "P2", percent=5), "item P2, percent: 5 → nothing on 2025-03-17"
    assert mark in edits(then(tmp_path / "back", of(ahead), of(STEPS)))
    begun = but(STEPS, "P2", status="In Progress", actual_start=FIRST + timedelta(1))
    assert mark not in edits(then(tmp_path / "begun", of(ahead), of(begun)))


def test_how_far_work_is_that_nobody_told_is_believed_as_far_as_the_days_since_it_began_allow(tmp_path: Path) -> None:
    """Forty days of work, and no word of it until two weeks later three quarters are done."""
    for start, marks in (
        (date(2025, 1, 6), []),
        (FIRST, ["item P2, left to do: not told → 10 d (75 %) on 2025-03-17"]),
    ):
        begun = but(STEPS, "P2", status="In Progress", actual_start=start, duration_days=40)
        assert edits(then(tmp_path / str(start), of(begun), of(but(begun, "P2", percent=75)))) == marks


def test_work_that_began_since_somebody_looked_is_believed(tmp_path: Path) -> None:
    begun = but(STEPS, "P2", status="In Progress", actual_start=FIRST + timedelta(1), remaining_days=11)
    assert edits(then(tmp_path, of(STEPS), of(begun))) == []


# Rows that vanish


def test_a_row_that_vanishes_is_as_grave_as_what_went_with_it(tmp_path: Path) -> None:
    loose: Rows = [{**STEPS[1], "id": "N", "title": "Notes", "duration_days": 1}]
    late = [project(FAR), project(FAR, "S")]
    small = breach(then(tmp_path / "1", of([*STEPS, *loose], LINKS, late), of(STEPS, LINKS, late)), "ROWS-VANISHED")
    assert small.severity is Severity.MINOR
    pilot = breach(then(tmp_path / "2", of([*STEPS, *loose], LINKS, late), of(STEPS[:1], [], late)), "ROWS-VANISHED")
    assert pilot.severity is Severity.MAJOR
    assert "P2 “Step P2” was taken out on 2025-03-17; it stood on the critical path" in pilot.reasons[0].text


def test_a_forecast_that_falls_with_the_scope_is_told_with_it(tmp_path: Path) -> None:
    dear, cheap = (project(FAR, budget=100, forecast_cost=cost) for cost in (150, 100))
    found = then(tmp_path / "1", of(STEPS, LINKS, [dear]), of(STEPS[:1], [], [cheap]))
    assert "COST-OVER" not in codes(found)
    assert breach(found, "GOAL-MOVED").reasons[0].text == (
        "its cost of 100 is within its budget of 100 only since work left its plan: it was 150 until 2025-03-17"
    )
    assert breach(found, "ROWS-VANISHED").severity is Severity.MAJOR
    honest = then(tmp_path / "2", of(STEPS, LINKS, [dear]), of(STEPS, LINKS, [cheap]))
    assert "GOAL-MOVED" not in codes(honest), "with all the work there it is a forecast, and a mark"
    silent = then(tmp_path / "3", of(STEPS, LINKS, [dear]), of(STEPS, LINKS, [project(FAR, budget=100)]))
    assert "it was forecast to cost 150, more than its budget of 100, and tells no more" in str(
        breach(silent, "GOAL-MOVED").reasons
    )


MILESTONE: dict[str, Any] = {
    "id": "M", "project": "P", "title": "Accepted", "kind": "milestone", "team": "apps", "status": "Done",
    "actual_finish": FIRST, "acceptor": "ben", "acceptance": "It runs",
}  # fmt: skip


@pytest.mark.parametrize("change", [{"acceptor": "", "acceptance": ""}, {"kind": "activity", "acceptance": ""}])
def test_who_was_to_accept_a_milestone_is_asked_after_its_row_names_nobody(
    tmp_path: Path, change: dict[str, str]
) -> None:
    wide, bare = [project(FAR)], {**MILESTONE, "acceptor": "", **change}
    found = then(tmp_path, of([*STEPS, MILESTONE], LINKS, wide), of([*STEPS, bare], LINKS, wide))
    assert "MILESTONE-UNVALIDATED" in codes(found) and view(found).status is Status.AT_RISK


def test_a_milestone_that_nobody_validated_does_not_just_disappear(tmp_path: Path) -> None:
    wide = [project(FAR)]
    found = then(tmp_path, of([*STEPS, MILESTONE], LINKS, wide), of(STEPS, LINKS, wide))
    assert breach(found, "ROWS-VANISHED").title == "Project P: 1 unvalidated milestone of its plan disappeared"


# Teams that become one


def crossing(teams: Rows, team: str = "core") -> Tables:
    """The second step waits for a rack of Core's, and Ben has promised nothing."""
    rack: dict[str, Any] = {"id": "C", "project": "S", "title": "Rack", "team": team, "duration_days": 5}
    links = [*LINKS, {"predecessor": "C", "successor": "P2"}]
    return of([*STEPS, rack], links, [project(FAR), project(FAR, "S")], teams=teams)


def test_two_teams_that_become_one_by_their_table_alone_stay_two_until_a_steward_signs(tmp_path: Path) -> None:
    keys, folder = tmp_path / "keys", tmp_path / "bank"
    keys.mkdir()
    merged = [{**row, "aliases": "core; Core" if row["id"] == "apps" else ""} for row in without(TEAMS, "core")]
    people = [{**row, "key": key_file(keys, row["id"]).with_suffix(".key.pub").read_text().strip()} for row in PEOPLE]
    first, _ = told(folder, {**crossing(TEAMS), "people": people}, {**crossing(merged), "people": people}, step=14)
    now = datetime.combine(FIRST + timedelta(14), time(13), UTC)
    with Session.open(folder, clock=lambda: now) as session:
        found = session.update().assessment
        assert [d.record.id for d in found.dependencies] == [d.record.id for d in first.dependencies] == ["C>P"]
        assert found.dependencies[0].state is DependencyState.UNOWNED and view(found).status is Status.AT_RISK
        assert any("team core" in text for text in edits(found))
        session.sign(session.draft("scope:bank", Meaning.CONFIRMED, key=key_file(keys, "kim")))
        assert session.update().assessment.dependencies == ()


def test_a_team_that_is_only_called_something_else_is_renamed(tmp_path: Path) -> None:
    renamed = [*without(TEAMS, "core"), {"id": "platform", "title": "Platform", "lead": "ben", "aliases": "core"}]
    found = then(tmp_path, crossing(TEAMS), crossing(renamed))
    assert [d.record.giver_team for d in found.dependencies] == ["platform"]


# Goals


def test_an_objective_that_finishes_elsewhere_now_is_judged_by_where_it_finished(tmp_path: Path) -> None:
    steps, links = chain(10, project="S")
    goal: dict[str, Any] = {"id": "O", "title": "The move", "owner": "kim", "cost_of_delay_per_day": 9}
    rows, ties = [*STEPS, *steps], [*LINKS, *links]
    found = then(tmp_path, of(rows, ties), of(rows, ties, objectives=[{**goal, "finish_item": "S1"}]))
    assert found.objectives[0].execution is Status.ON_TRACK
    assert "The move would be Off Track, not On Track" in breach(found, "GOAL-MOVED").reasons[0].text


def test_a_project_that_is_taken_out_of_an_objectives_way_is_told(tmp_path: Path) -> None:
    steps, links = chain(10, project="S")
    goals: Rows = [{"id": "O", "title": "The move", "owner": "kim"}, {"id": "N", "title": "New", "owner": "kim"}]
    away = [{**project(PLANNED), "objectives": "N"}, project(FAR, "S")]
    rows, ties = [*STEPS, *steps], [*LINKS, *links]
    found = then(tmp_path, of(rows, ties, objectives=goals), of(rows, ties, away, objectives=goals))
    assert "The move would be Off Track, not On Track, if Project P served it as before" in str(
        breach(found, "GOAL-MOVED").reasons
    )


# Who signs


def test_who_signs_the_edits_of_a_project_does_not_sign_that_it_is_them(tmp_path: Path) -> None:
    """Ann names herself sponsor and signs all that she cut. That she is the sponsor now is the steward's to sign."""
    keys, folder = tmp_path / "keys", tmp_path / "bank"
    keys.mkdir()
    people = [{**row, "key": key_file(keys, row["id"]).with_suffix(".key.pub").read_text().strip()} for row in PEOPLE]
    hers = [{**project(PLANNED), "sponsor": "ann"}]
    cut = but(STEPS, "P2", duration_days=1)
    told(folder, of(STEPS, projects=[project(PLANNED)], people=people), of(cut, projects=hers, people=people), step=14)
    now = datetime.combine(FIRST + timedelta(14), time(13), UTC)
    with Session.open(folder, clock=lambda: now) as session:
        session.update()
        session.sign(session.draft("scope:P", Meaning.CONFIRMED, key=key_file(keys, "ann")))
        assert edits(session.update().assessment) == ["project P, sponsor: sue → ann on 2025-03-17"]
        session.sign(session.draft("scope:bank", Meaning.CONFIRMED, key=key_file(keys, "kim")))
        assert edits(session.update().assessment) == []


def test_a_steward_whom_the_charter_names_anew_is_told_for_a_month_whoever_signs_it(tmp_path: Path) -> None:
    keys, folder = tmp_path / "keys", tmp_path / "bank"
    keys.mkdir()
    people = [{**row, "key": key_file(keys, row["id"]).with_suffix(".key.pub").read_text().strip()} for row in PEOPLE]
    told(folder, of(STEPS, people=people))
    put(folder, {}, CHARTER.replace('"kim"', '"ann"'))
    day = FIRST + timedelta(14)
    now = datetime.combine(day, time(13), UTC)
    with Session.open(folder, clock=lambda: now) as session:
        session.update()
        session.sign(session.draft("scope:bank", Meaning.CONFIRMED, key=key_file(keys, "ann")))
        assert edits(session.update().assessment) == ["charter portfolio.steward, setting: kim → ann on 2025-03-17"]
    assert edits(look(folder, day + timedelta(31))) == []


# What is no edit


def test_done_work_that_its_list_forgets_is_no_giver_whom_nobody_knows(tmp_path: Path) -> None:
    """The link stays behind, and its first end is in no file any more. Another team's work would still be asked for."""
    wide = [project(FAR), project(FAR, "S")]
    done = but(STEPS, "P1", status="Done", actual_finish=FIRST + timedelta(4))
    found = then(tmp_path / "1", of(done, LINKS, wide), of(without(done, "P1"), LINKS, wide))
    assert found.dependencies == ()
    theirs = but(done, "P1", team="core")
    found = then(tmp_path / "2", of(theirs, LINKS, wide), of(without(theirs, "P1"), LINKS, wide))
    assert [d.record.id for d in found.dependencies] == ["P1>P"]


def test_a_drop_of_the_past_that_is_read_later_takes_no_goal_and_no_row_from_what_was_known_first(
    tmp_path: Path,
) -> None:
    """A folder of February with another budget makes 500 no first budget, and no work an addition."""
    over = project(FAR, budget=100, forecast_cost=150)
    told(tmp_path, of(STEPS, LINKS, [over]))
    put(tmp_path / "2025-02-03", {"projects": [{**over, "budget": 500}], "work_items": STEPS}, "")
    put(tmp_path, of(STEPS, LINKS, [{**over, "budget": 500}]))
    found = look(tmp_path, FIRST + timedelta(14))
    assert "GOAL-MOVED" in codes(found)
    assert not any("added" in text for text in edits(found, "P"))


def test_a_broken_promise_that_is_edited_away_is_grave(tmp_path: Path) -> None:
    keys, folder = tmp_path / "keys", tmp_path / "bank"
    keys.mkdir()
    people = [{**row, "key": key_file(keys, row["id"]).with_suffix(".key.pub").read_text().strip()} for row in PEOPLE]
    need: dict[str, Any] = {
        "id": "E", "title": "Licences", "giver_team": "core", "receiver_team": "apps", "giver_owner": "ben",
        "receiver_owner": "ann", "receiver_project": "P", "needed_by": "2025-04-20", "acceptance": "Paid",
    }  # fmt: skip
    wide = [project(FAR)]
    told(folder, of(STEPS, LINKS, wide, people=people, dependencies=[need]))
    now = datetime.combine(FIRST, time(13), UTC)
    with Session.open(folder, clock=lambda: now) as session:
        session.update()
        promised = session.draft("dependency:E", Meaning.PROMISED, key=key_file(keys, "ben"), on=date(2025, 3, 10))
        session.sign(promised)
    put(folder, of(STEPS, LINKS, wide, people=people, dependencies=[{**need, "needed_by": "2026-12-01"}]))
    found = breach(look(folder, FIRST + timedelta(14)), "DEP-VOID")
    assert found.severity is Severity.MAJOR
    assert found.reasons[0].text.startswith("what was promised for 2025-03-10 was broken when it was changed")
