"""Plans that are squeezed, rows that vanish, goals that move: files edited from day to day, and what is said of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

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
from cockpit.records.verdicts import Basis, DependencyState, Status
from cockpit.session.live import DraftError, Session
from cockpit.wording.edited import note

PLANNED = date(2025, 5, 23)
"""Sixty working days after the first Monday, on a Friday."""
STEPS, LINKS = chain(10, 20, 20, 10)
LATE = but(STEPS, "P1", remaining_days=10)
"""Three weeks later the first step still takes ten days: the plan is fifteen working days behind."""
SQUEEZED = but(but(LATE, "P2", duration_days=12), "P3", duration_days=13)


def of(items: Rows, links: Rows = LINKS, **more: Rows) -> Tables:
    return tables(items, links, [project(PLANNED)], **more)


def then(folder: Path, *days: Tables, charter: str = CHARTER) -> Assessment:
    """What is said on the last of these days, three weeks apart."""
    return told(folder, *days, charter=charter, step=21)[-1]


# Compression


@pytest.mark.parametrize(
    ("days", "finish", "squeezed"), [(18, date(2025, 5, 28), False), (14, date(2025, 5, 22), True)]
)
def test_a_cut_that_is_worth_no_more_than_tolerance_is_an_ordinary_re_plan(
    tmp_path: Path, days: int, finish: date, squeezed: bool
) -> None:
    """Its first step took fifteen days instead of ten: by the first plan it ends on 30 May, seven days late. Two days
    less for the second hide two of them, six less hide eight."""
    went = but(STEPS, "P1", status="Done", actual_finish=date(2025, 3, 21))
    found = then(tmp_path, of(STEPS), of(but(went, "P2", duration_days=days)))
    assert view(found).computed_finish == finish
    assert ("PLAN-COMPRESSED" in codes(found)) is squeezed
    assert edits(found) == [f"item P2, duration days: 20 → {days} on 2025-03-24"], "the mark stands in either case"


def test_a_finish_that_stays_put_while_the_work_before_it_is_cut_is_judged_by_the_first_plan(tmp_path: Path) -> None:
    """The first step is fifteen working days late, so is the plan: 60 days of work from 24 March end on 13 June. Cut by
    fifteen days it ends on 23 May as ever, and nothing that was done makes it so."""
    honest = then(tmp_path / "honest", of(LATE), of(LATE))
    assert (view(honest).status, view(honest).computed_finish) == (Status.OFF_TRACK, date(2025, 6, 13))
    found = then(tmp_path / "squeezed", of(LATE), of(SQUEEZED))
    assert (view(found).status, view(found).basis) == (Status.AT_RISK, Basis.EVIDENCE)
    assert view(found).computed_finish == PLANNED
    raised = breach(found, "PLAN-COMPRESSED")
    assert raised.title == "Project P: by its first plan it finishes 21 days after its baseline"
    assert (raised.owner, raised.subject, raised.project) == ("sue", "scope:P", "P")
    assert [str(reason) for reason in raised.reasons] == [
        "its finish stays 2025-05-23 only because 2 durations were cut by 15 days since 2025-03-24; by its first plan "
        "it is 2025-06-13 (projects.csv row 2)",
        "P2 “Step P2” was cut from 20 to 12 days on 2025-03-24 (work_items.csv row 3)",
        "P3 “Step P3” was cut from 20 to 13 days on 2025-03-24 (work_items.csv row 4)",
    ]
    assert edits(found) == [
        "item P2, duration days: 20 → 12 on 2025-03-24",
        "item P3, duration days: 20 → 13 on 2025-03-24",
    ]
    assert note(found) == "2 durations cut, signed by nobody (cockpit export FOLDER --table edits)"


def test_work_that_was_really_done_faster_is_no_cut(tmp_path: Path) -> None:
    early = but(but(STEPS, "P1", status="Done", actual_finish=date(2025, 3, 7)), "P2", status="Done",
                actual_start=date(2025, 3, 10), actual_finish=date(2025, 3, 21))  # fmt: skip
    found = then(tmp_path, of(STEPS), of(early))
    assert (view(found).status, edits(found)) == (Status.ON_TRACK, [])


def test_the_planned_day_of_work_that_is_done_counts_where_nobody_tells_when_it_was_done(tmp_path: Path) -> None:
    """Seen done on 24 March, it is taken to be done as planned: on that day, two weeks late. Without its planned day it
    would be done on that of its project, and be on time. Where a day is told, the plan matters no more."""
    mark = "item P1, baseline finish: 2025-03-24 → nothing on 2025-04-14"
    for day, marks in ((None, [mark]), (date(2025, 3, 24), [])):
        begun = but(STEPS[:1], "P1", baseline_finish=date(2025, 3, 24), actual_finish=None)
        done = but(begun, "P1", status="Done", actual_finish=day)
        rows = (begun, done, but(done, "P1", baseline_finish=None))
        days = (tables(each, [], [project(date(2025, 3, 10))]) for each in rows)
        _, before, after = told(tmp_path / str(day), *days, step=21)
        assert (view(before).computed_finish, edits(before)) == (date(2025, 3, 24), [])
        assert (view(after).computed_finish, edits(after)) == (day or date(2025, 3, 10), marks)


def test_an_actual_finish_that_is_yet_to_come_makes_no_edit_moot(tmp_path: Path) -> None:
    """It is a plan: the step is open, its cut is one, and taken out it was not finished."""
    ahead = but(LATE, "P2", actual_finish=date(2025, 12, 1))
    cut = then(tmp_path / "cut", of(ahead), of(but(ahead, "P2", duration_days=5)))
    assert edits(cut) == ["item P2, duration days: 20 → 5 on 2025-03-24"]
    assert "PLAN-COMPRESSED" in codes(cut)
    gone = then(tmp_path / "gone", of(ahead), of(without(ahead, "P2"), LINKS[2:]))
    assert edits(gone) == ["item P2 “Step P2” was taken out on 2025-03-24"]
    assert {"PLAN-COMPRESSED", "ROWS-VANISHED"} <= codes(gone)
    alone = then(tmp_path / "alone", of(ahead), of(but(ahead, "P2", percent=5)))
    assert edits(alone) == ["item P2, left to do: not begun → 19 d (5 %) on 2025-03-24"]


def test_what_is_left_is_the_duration_of_work_that_is_not_begun_and_has_no_other(tmp_path: Path) -> None:
    """Cut, it is cut as a duration is, and so it is where it is told no more, or told of work that nobody planned. Of
    work that has begun it is progress."""

    def left(rows: Rows) -> Rows:
        return [row if row["id"] == "P1" else {**row, "duration_days": "", "remaining_days": row["duration_days"]}
                for row in rows]  # fmt: skip

    plan = left(LATE)
    found = then(tmp_path / "cut", of(plan), of(left(SQUEEZED)))
    assert edits(found) == [
        "item P2, duration days: 20 → 12 on 2025-03-24",
        "item P3, duration days: 20 → 13 on 2025-03-24",
    ]
    assert (view(found).computed_finish, "PLAN-COMPRESSED" in codes(found)) == (PLANNED, True)
    assert edits(then(tmp_path / "untold", of(plan), of(but(plan, "P2", remaining_days="")))) == [
        "item P2, duration days: 20 → nothing on 2025-03-24"
    ]
    bare = but(plan, "P2", remaining_days="")
    assert edits(then(tmp_path / "told", of(bare), of(but(bare, "P2", remaining_days=0)))) == [
        "item P2, duration days: nothing → 0 on 2025-03-24"
    ]
    ahead = but(plan, "P2", actual_start=date(2025, 12, 1))
    cut = but(ahead, "P2", remaining_days=5)
    assert "PLAN-COMPRESSED" in codes(then(tmp_path / "plan", of(ahead), of(cut))), "a start yet to come begins nothing"
    begun = but(plan, "P2", status="In Progress", actual_start=date(2025, 3, 10), remaining_days=12)
    assert edits(then(tmp_path / "begun", of(plan), of(begun), of(but(begun, "P2", remaining_days=8)))) == []
    assert edits(then(tmp_path / "ahead", of(plan), of(but(begun, "P2", remaining_days=0)))) == [
        "item P2, left to do: not begun → 0 d on 2025-03-24"
    ]


def test_a_step_that_was_split_is_not_shorter_where_what_is_left_is_all_that_is_told(tmp_path: Path) -> None:
    """Also when the new part is begun, and its days are told no more, and when it is done; a heading sums up."""
    rest = [{**row, "duration_days": "", "remaining_days": row["duration_days"]} for row in STEPS]
    heading = {**rest[1], "id": "H", "kind": "summary"}
    part = {**rest[1], "id": "P2b", "title": "Step P2, part two", "remaining_days": 10}
    split = [*but([*rest, heading], "P2", remaining_days=10), part]
    begun = but(but(split, "P2b", status="In Progress", actual_start=date(2025, 3, 20), remaining_days=7), "H",
                remaining_days=17)  # fmt: skip
    done = but(begun, "P2b", status="Done", actual_finish=date(2025, 4, 1), remaining_days=0)
    links = [*LINKS, {"predecessor": "P2", "successor": "P2b"}, {"predecessor": "P2b", "successor": "P3"}]
    days = (of([*rest, heading]), of(split, links), of(begun, links), of(done, links))
    for found in told(tmp_path, *days, step=7):
        assert "PLAN-COMPRESSED" not in codes(found)
        assert not any("item H" in text for text in edits(found))


def test_what_was_moved_from_one_step_to_another_is_no_cut(tmp_path: Path) -> None:
    """By its first durations the plan ends on the same day: ten working days late, and seen to be."""
    moved = but(but(but(STEPS, "P1", remaining_days=5), "P2", duration_days=15), "P3", duration_days=25)
    found = then(tmp_path, of(STEPS), of(moved))
    assert "PLAN-COMPRESSED" not in codes(found) and view(found).status is Status.OFF_TRACK


def test_a_step_that_was_split_is_not_shorter(tmp_path: Path) -> None:
    """The second part goes by the title of the first and a word more, or stands below it."""
    for number, part in enumerate(
        ({"title": "Step P3, part two"}, {"title": "Rollout", "parent": "P3"}, {"id": "P3.2"})
    ):
        row = {**STEPS[2], "id": "X", "title": "Rollout", "duration_days": 10, **part}
        ties = [{"predecessor": "P3", "successor": row["id"]}, {"predecessor": row["id"], "successor": "P4"}]
        split = [*but(LATE, "P3", duration_days=10), row]
        found = then(tmp_path / str(number), of(LATE), of(split, [*LINKS, *ties]))
        assert "PLAN-COMPRESSED" not in codes(found) and view(found).status is Status.OFF_TRACK
    other = {**STEPS[2], "id": "X", "title": "Rollout", "duration_days": 10}
    ties = [{"predecessor": "P1", "successor": "X"}]
    found = then(tmp_path / "other", of(LATE), of([*SQUEEZED, other], [*LINKS, *ties]))
    assert "PLAN-COMPRESSED" in codes(found), "other work beside it took nothing over"


def test_a_rolling_wave_that_puts_details_in_the_place_of_a_step_took_nothing_out(tmp_path: Path) -> None:
    details, _ = chain(8, 7, 5, project="P", begun=False)
    details = [{**row, "id": f"W{number}", "title": word} for number, (row, word) in
               enumerate(zip(details, ("Cables", "Racks", "Switches"), strict=True))]  # fmt: skip
    around = [("P2", "W0"), ("W0", "W1"), ("W1", "W2"), ("W2", "P4")]
    links = [LINKS[0], *({"predecessor": a, "successor": b} for a, b in around)]
    planned = of([*without(STEPS, "P3"), *details], links)
    found = then(tmp_path, of(STEPS), planned)
    assert not {"PLAN-COMPRESSED", "ROWS-VANISHED"} & codes(found)
    assert edits(found) == [
        "item P3 “Step P3” was taken out on 2025-03-24",
        "3 items were added up to 2025-03-24: W0, W1, W2",
    ]
    shorter = of([*without(STEPS, "P3"), *but(details, "W0", duration_days=1)], links)
    assert "ROWS-VANISHED" in codes(then(tmp_path / "shorter", of(STEPS), shorter))


def test_a_step_that_was_taken_out_or_overlapped_is_in_the_first_plan(tmp_path: Path) -> None:
    bridged = [LINKS[0], {"predecessor": "P2", "successor": "P4"}]
    gone = then(tmp_path / "gone", of(LATE), of(without(LATE, "P3"), bridged))
    assert {"PLAN-COMPRESSED", "ROWS-VANISHED"} <= codes(gone)
    assert "only because 1 item was taken out since 2025-03-24; by its first plan it is 2025-06-13" in str(
        breach(gone, "PLAN-COMPRESSED").reasons[0]
    )
    assert str(breach(gone, "ROWS-VANISHED").reasons[0]) == (
        "item P3 “Step P3” was taken out on 2025-03-24; it stood on the critical path of its project (work_items.csv)"
    )
    overlapped = [*LINKS[:1], {**LINKS[1], "type": "SS"}, *LINKS[2:]]
    found = then(tmp_path / "overlapped", of(LATE), of(LATE, overlapped))
    assert str(breach(found, "PLAN-COMPRESSED").reasons[1]) == (
        "the link P2 → P3 was taken out or loosened on 2025-03-24 (links.csv)"
    )
    turned = [LINKS[0], *({"predecessor": a, "successor": b} for a, b in (("P1", "P3"), ("P3", "P2"), ("P2", "P4")))]
    found = then(tmp_path / "turned", of(STEPS), of(STEPS, turned))
    assert "PLAN-COMPRESSED" not in codes(found), "another order, which the old links would close to a circle"


def test_what_was_cut_before_it_was_read_first_is_told_by_the_baseline(tmp_path: Path) -> None:
    """The baseline dates are those of the work: they fit three of four durations, and the fourth was cut."""
    starts = (date(2025, 3, 3), date(2025, 3, 17), date(2025, 4, 14), date(2025, 5, 12))
    ends = (date(2025, 3, 14), date(2025, 4, 11), date(2025, 5, 9), date(2025, 5, 23))
    dated = [{**row, "baseline_start": a, "baseline_finish": b} for row, a, b in zip(LATE, starts, ends, strict=True)]
    found = then(tmp_path, of(dated), of(but(dated, "P3", duration_days=5)))
    assert "PLAN-COMPRESSED" in codes(found)
    put(tmp_path / "new", of(but(dated, "P3", duration_days=5)))
    found = look(tmp_path / "new", FIRST + timedelta(21))
    assert "P3 “Step P3” was cut from 20 to 5 days before it was read here first" in str(
        breach(found, "PLAN-COMPRESSED").reasons[1]
    )
    windows = [{**row, "baseline_start": starts[0], "baseline_finish": ends[3]} for row in STEPS]
    put(tmp_path / "windows", of(windows))
    assert "PLAN-COMPRESSED" not in codes(look(tmp_path / "windows", FIRST)), (
        "windows in which to do it are no durations"
    )


# Signed by the sponsor


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    return tmp_path / "keys"


def enrolled(keys: Path) -> Rows:
    return [{**row, "key": key_file(keys, row["id"]).with_suffix(".key.pub").read_text().strip()} for row in PEOPLE]


def sign(folder: Path, on: date, subject: str, key: Path) -> Assessment:
    now = datetime.combine(on, time(13), UTC)
    with Session.open(folder, clock=lambda: now) as session:
        session.update()
        draft = session.draft(subject, Meaning.CONFIRMED, key=key)
        session.sign(draft)
        return session.update().assessment


def test_a_sponsor_signs_exactly_the_edits_that_are_there_and_a_further_cut_is_not_among_them(
    tmp_path: Path, keys: Path
) -> None:
    people = enrolled(keys)
    folder, day = tmp_path / "p", FIRST + timedelta(21)
    found = then(folder, of(LATE, people=people), of(SQUEEZED, people=people))
    asked = next(each for each in found.signoffs if each.subject == "scope:P")
    assert (asked.owner, asked.meanings, asked.projects) == ("sue", (Meaning.CONFIRMED,), ("P",))
    with pytest.raises(DraftError, match="only Sue Stone, the sponsor of the project, may"):
        sign(folder, day, "scope:P", key_file(keys, "ann"))
    after = sign(folder, day, "scope:P", key_file(keys, "sue"))
    assert (view(after).status, edits(after), note(after)) == (Status.ON_TRACK, [], "")
    assert "PLAN-COMPRESSED" not in codes(after)
    # A week later the first step is behind by five days more, and somebody cuts the last one.
    put(folder, of(but(SQUEEZED, "P4", duration_days=5), people=people))
    found = look(folder, day + timedelta(7))
    assert str(breach(found, "PLAN-COMPRESSED").reasons[0]).startswith(
        "its finish stays 2025-05-23 only because 1 duration was cut by 5 days since 2025-03-31; by its first plan it "
        "is 2025-05-30"
    )
    assert edits(found) == ["item P4, duration days: 10 → 5 on 2025-03-31"]
    # Work that begins, or a cut that is taken back, voids nothing.
    begun = but(but(SQUEEZED, "P1", status="Done", actual_finish=date(2025, 4, 4)), "P3", duration_days=20)
    put(folder, of(but(begun, "P2", status="In Progress", actual_start=date(2025, 4, 7)), people=people))
    found = look(folder, day + timedelta(14))
    assert edits(found) == ["item P3, duration days: 13 → 20 on 2025-04-07"]


def test_a_signed_baseline_says_which_date_counts_and_nothing_of_the_cuts(tmp_path: Path, keys: Path) -> None:
    people, folder, day = enrolled(keys), tmp_path / "p", FIRST + timedelta(21)
    later = tables(SQUEEZED, LINKS, [project(PLANNED + timedelta(7))], people=people)
    found = then(folder, of(LATE, people=people), later)
    assert "project P, baseline finish: 2025-05-23 → 2025-05-30 on 2025-03-24" in edits(found)
    now = datetime.combine(day, time(13), UTC)
    with Session.open(folder, clock=lambda: now) as session:
        session.update()
        session.sign(session.draft("baseline:P", Meaning.BASELINED, key=key_file(keys, "sue")))
        after = session.update().assessment
    assert "PLAN-COMPRESSED" in codes(after)
    assert [text for text in edits(after) if "baseline" in text] == []


# Needs that are edited away


def roomy(items: Rows, links: Rows = LINKS, **more: Rows) -> Tables:
    """A plan with a month to spare, so that nothing but the need itself makes it At Risk."""
    return tables(items, links, [project(PLANNED + timedelta(30))], **more)


def dependency(found: Assessment, id: str) -> DependencyState | None:
    return next((each.state for each in found.dependencies if each.record.id == id), None)


def test_a_link_between_teams_that_is_taken_out_stays_in_force(tmp_path: Path) -> None:
    first = roomy(but(STEPS, "P1", team="core"))
    taken_out = roomy(but(STEPS, "P1", team="core"), LINKS[1:])
    found = then(tmp_path, first, taken_out)
    assert view(found).status is Status.AT_RISK and dependency(found, "P1>P") is DependencyState.UNOWNED
    assert {"DEP-VANISHED", "DEP-UNOWNED"} <= codes(found)
    title = "Step P1: no link tells of it any more since 2025-03-24; it stays in force"
    assert breach(found, "DEP-VANISHED").title == title


def test_a_team_that_is_edited_hides_no_need(tmp_path: Path) -> None:
    found = then(tmp_path, roomy(but(STEPS, "P1", team="core")), roomy(STEPS))
    assert view(found).status is Status.AT_RISK and dependency(found, "P1>P") is DependencyState.UNOWNED
    assert edits(found) == ["item P1, team: core → apps on 2025-03-24"]
    assert "DEP-UNOWNED" in codes(found) and "DEP-VANISHED" not in codes(found)
    moved = [{**row, "title": "Core", "aliases": "apps" if row["id"] == "core" else ""} for row in TEAMS]
    found = then(tmp_path / "aliases", roomy(but(STEPS, "P1", team="core")), roomy(STEPS, teams=moved))
    assert "team core, aliases: nothing → apps on 2025-03-24" in edits(found)


def test_giver_and_link_taken_out_together_stay_in_force_until_the_team_gives_something_else(tmp_path: Path) -> None:
    first = roomy(but(STEPS, "P1", team="core"))
    found = then(tmp_path / "gone", first, roomy(without(STEPS, "P1"), LINKS[1:]))
    assert dependency(found, "P1>P") is DependencyState.UNOWNED and view(found).status is not Status.ON_TRACK
    anew = {**STEPS[0], "id": "Q1", "title": "Another way", "team": "core"}
    again = roomy([anew, *without(STEPS, "P1")], [{"predecessor": "Q1", "successor": "P2"}, *LINKS[1:]])
    found = then(tmp_path / "anew", first, again)
    assert (dependency(found, "P1>P"), dependency(found, "Q1>P")) == (None, DependencyState.UNOWNED)


def test_a_registered_row_that_names_another_receiver_is_told(tmp_path: Path) -> None:
    row = {"id": "D", "title": "Rooms", "giver_team": "core", "receiver_team": "apps", "giver_owner": "ben"}
    both = [project(PLANNED), project(PLANNED, "Q")]
    days = [tables(STEPS, LINKS, both, dependencies=[{**row, "receiver_project": name}]) for name in ("P", "Q")]
    found = then(tmp_path, *days)
    assert "“Rooms” (D) was needed by this project" in str(breach(found, "DEP-MOVED").reasons[0])
    same = tables(STEPS, LINKS, both, dependencies=[{**row, "receiver_project": "P", "giver_team": "apps"}])
    found = then(tmp_path / "same", days[0], same)
    assert "was between two teams; its row names one now" in str(breach(found, "DEP-MOVED").reasons[0])


# Goals


def test_a_budget_that_grows_to_what_it_costs_is_a_goal_that_moved(tmp_path: Path) -> None:
    rows = [[project(PLANNED, budget=budget, forecast_cost=150)] for budget in (100, 200)]
    found = then(tmp_path, *(tables(STEPS, LINKS, row) for row in rows))
    assert str(breach(found, "GOAL-MOVED").reasons[0]) == (
        "its cost of 150 exceeds the budget that it had, 100, which is now 200 (projects.csv row 2)"
    )
    assert edits(found) == ["project P, budget: 100 → 200 on 2025-03-24"]


def test_a_kpi_whose_target_is_lowered_or_whose_reading_is_gone_is_judged_by_what_it_was(
    tmp_path: Path, keys: Path
) -> None:
    people = enrolled(keys)
    rate = {"id": "K", "objective": "O", "title": "Rate", "owner": "kim", "target": 95}
    values = [{"kpi": "K", "as_of": "2025-03-01", "value": 93}]
    folder = tmp_path / "p"
    put(folder, of(STEPS, people=people, kpis=[rate], readings=values))
    now = datetime.combine(FIRST, time(13), UTC)
    with Session.open(folder, clock=lambda: now) as session:
        session.update()
        session.sign(session.draft("kpi:K", Meaning.ATTESTED, key=key_file(keys, "kim")))
    put(folder, of(STEPS, people=people, kpis=[{**rate, "target": 90}], readings=values))
    found = look(folder, FIRST + timedelta(7))
    assert found.kpis[0].status is Status.ON_TRACK
    assert str(breach(found, "GOAL-MOVED").reasons[0]) == (
        "Rate would be Off Track, not On Track: kpi K, target: 95 → 90 on 2025-03-10 (kpis.csv row 2)"
    )
    assert breach(found, "GOAL-MOVED").owner == "kim" and breach(found, "GOAL-MOVED").subject == "scope:O"
    later = [*values, {"kpi": "K", "as_of": "2025-03-12", "value": 70}]
    put(folder, of(STEPS, people=people, kpis=[rate], readings=later))
    look(folder, FIRST + timedelta(14))
    put(folder, of(STEPS, people=people, kpis=[rate], readings=values))
    found = look(folder, FIRST + timedelta(21))
    assert str(breach(found, "GOAL-MOVED").reasons[0]) == (
        "the reading of Rate for 2025-03-12, 70, was taken out on 2025-03-24; an older one is judged (readings.csv)"
    )


def test_a_project_that_disappears_is_a_breach_of_its_sponsor(tmp_path: Path) -> None:
    both = [project(PLANNED), project(date(2025, 3, 7), "Q")]
    found = then(tmp_path, tables(STEPS, LINKS, both), of(STEPS))
    raised = breach(found, "ROWS-VANISHED")
    assert (raised.title, raised.owner) == ("Project Q: it disappeared", "sue")
    assert [each.subject for each in found.signoffs if each.subject.startswith("scope:")] == ["scope:Q"]


# What is no edit, and what is only a line


def test_an_ordinary_replan_is_a_line_and_no_breach(tmp_path: Path) -> None:
    grown = but(but(STEPS, "P3", duration_days=25, team="core"), "P4", not_before="2025-05-19", duration_days=8)
    more = [*grown, {**STEPS[3], "id": "P5", "title": "Handover", "duration_days": 2}]
    first, later = (
        set(codes(a)) for a in told(tmp_path, of(STEPS), of(more, [*LINKS, {"predecessor": "P4", "successor": "P5"}]))
    )
    assert not later - first - {"FINISH-LATE", "DEP-UNOWNED"}
    found = look(tmp_path, FIRST + timedelta(7))
    assert note(found).startswith("1 duration cut, 1 team changed, 1 date moved, 1 duration grown, signed by nobody")


def test_progress_titles_and_the_stamp_of_the_last_edit_are_no_edits(tmp_path: Path) -> None:
    told_ = but(but(STEPS, "P1", percent=50, updated="2025-03-24", title="Another title"), "P2", updated="2025-03-24")
    found = then(tmp_path, of(STEPS), of(told_))
    assert edits(found) == []


def test_a_percentage_that_runs_ahead_of_time_is_told(tmp_path: Path) -> None:
    long = but(STEPS, "P1", duration_days=40, percent=0)
    within, ahead, alone = but(long, "P1", percent=30), but(long, "P1", percent=90), but(long, "P2", percent=5)
    assert edits(then(tmp_path / "within", of(long), of(within))) == []
    assert edits(then(tmp_path / "ahead", of(long), of(ahead))) == [
        "item P1, left to do: 40 d (0 %) → 4 d (90 %) on 2025-03-24"
    ]
    assert edits(then(tmp_path / "alone", of(long), of(alone))) == [
        "item P2, left to do: not begun → 19 d (5 %) on 2025-03-24"
    ]


def test_a_file_that_is_renamed_or_split_takes_nothing_out(tmp_path: Path) -> None:
    put(tmp_path, of(STEPS))
    look(tmp_path, FIRST)
    extra = '[[sources]]\npath = "plan.csv"\ntable = "work_items"\n'
    put(tmp_path, of([]), CHARTER + extra)
    put(tmp_path, {"plan": STEPS}, "")
    found = look(tmp_path, FIRST + timedelta(7))
    assert [text for text in edits(found) if not text.startswith("charter")] == []
    assert view(found).status is Status.ON_TRACK


def test_what_is_back_as_it_was_is_told_for_a_month(tmp_path: Path) -> None:
    days = [of(STEPS), of(but(STEPS, "P1", team="core")), of(STEPS)]
    assert edits(told(tmp_path, *days)[-1]) == ["item P1, team: core → apps on 2025-03-17"]
    assert edits(look(tmp_path, date(2025, 4, 17))) == []


# The charter

LOOSER = {
    "a status word": '[states]\ndone = ["in progress"]\n',
    "who is asked": CHARTER.replace("kim", "ann"),
    "the day": CHARTER + "today = 2025-03-04\n",
    "the calendar": CHARTER
    + 'calendar = "all"\n[calendars.all]\nweek = { mon = ["00:00-24:00"], sat = ["00:00-24:00"] }\n',
    "a mapping": CHARTER + '[[assign]]\nfield = "id"\npattern = "P*"\nobjective = "O"\n',
}


@pytest.mark.parametrize("what", LOOSER)
def test_a_charter_that_is_edited_leaves_a_mark(tmp_path: Path, what: str) -> None:
    text = LOOSER[what] if LOOSER[what].startswith(CHARTER[:5]) else CHARTER + LOOSER[what]
    put(tmp_path, of(STEPS))
    look(tmp_path, FIRST)
    (tmp_path / "portfolio.toml").write_text(text)
    found = look(tmp_path, FIRST + timedelta(7))
    marks = [each for each in found.edits if each.subject.startswith("charter:")]
    assert marks and "of the charter changed" in note(found)


def test_a_strict_policy_that_is_taken_back_leaves_a_mark_and_one_that_is_made_stricter_none(tmp_path: Path) -> None:
    strict = CHARTER + "[policy]\nfinish_tolerance_days = 1\n"
    found = then(tmp_path / "loosened", of(STEPS), of(STEPS), charter=strict)
    assert edits(found) == []
    put(tmp_path / "loosened", of(STEPS), CHARTER)
    assert edits(look(tmp_path / "loosened", FIRST + timedelta(22))) == [
        "charter policy.finish_tolerance_days, setting: 1 → 5 on 2025-03-25"
    ]
    then(tmp_path / "stricter", of(STEPS))
    put(tmp_path / "stricter", of(STEPS), strict)
    assert edits(look(tmp_path / "stricter", FIRST + timedelta(22))) == []
