"""DCMA's fourteen checks: each by an example worked out by hand, and what must hold for every schedule."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scene import TODAY, by_steward, item, link, project, snapshot

from cockpit.engine.assess import assess
from cockpit.engine.case import Case
from cockpit.engine.facts import Facts
from cockpit.engine.plans.rows import PlanRow, PlanSchedule
from cockpit.engine.quality.checks import judge
from cockpit.engine.quality.plan import judge_plan
from cockpit.engine.quality.portfolio import plans_quality, whole_quality
from cockpit.engine.quality.records import (
    Length,
    Quality,
    QualityActivity,
    QualityCheck,
    QualityLink,
    QualityPlan,
    Stretch,
)
from cockpit.engine.statements.policies import loosened
from cockpit.outlets.quality_table import Qualities
from cockpit.records.model import Kind, LinkType
from cockpit.records.snapshot import Loosened, Policy, QualityTolerances
from cockpit.records.terms import Constraint, Method, Role, Rules, Terms
from cockpit.records.verdicts import Basis, Severity


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


NOW = at("2025-03-03 08:00")
"""A Monday morning."""


def act(id_: str, **more: Any) -> QualityActivity:
    given: dict[str, Any] = {"duration_days": 5.0, "remaining_days": 5.0, "float_days": 0.0}
    return QualityActivity(id=id_, **(given | more))


def many(size: int, **more: Any) -> list[QualityActivity]:
    return [act(f"n{number}", **more) for number in range(size)]


def chain(*ids: str, **more: Any) -> list[QualityLink]:
    return [QualityLink(predecessor=a, successor=b, **more) for a, b in pairwise(ids)]


def asked(number: int, plan: QualityPlan, **tolerances: float) -> QualityCheck:
    return judge(plan, QualityTolerances(**tolerances)).checks[number - 1]  # type: ignore[arg-type]


def told(check: QualityCheck) -> tuple[float | None, float | None, float | None, bool | None]:
    return check.count, check.of, check.value, check.passed


def test_the_fourteen_come_in_order_with_dcmas_thresholds() -> None:
    checks = judge(QualityPlan(activities=many(2))).checks
    assert [check.number for check in checks] == list(range(1, 15))
    assert [check.threshold for check in checks] == [5, 0, 5, 90, 5, 5, 0, 5, 0, 0, 5, 600, 0.95, 0.95]


def test_1_logic_counts_unfinished_activities_with_an_end_that_hangs() -> None:
    # a → b → c, with a done; b has both ends, c no successor, d neither: 2 of 3.
    activities = [act("a", done=True), act("b"), act("c"), act("d")]
    check = asked(1, QualityPlan(activities=activities, links=chain("a", "b", "c")))
    assert told(check) == (2, 3, pytest.approx(66.67, abs=0.01), False)
    assert check.offenders == ("c", "d")


def test_1_logic_passes_at_exactly_the_threshold() -> None:
    # A chain of 40 hangs at its two ends: 5 % exactly; of 39 it is 5.13 %.
    for size, passed in ((40, True), (39, False)):
        activities = many(size)
        assert asked(1, QualityPlan(activities=activities, links=chain(*(a.id for a in activities)))).passed is passed


def test_1_work_outside_of_the_plan_ties_but_a_summary_does_not() -> None:
    activities = [act("a"), act("s", summary=True), act("l", role=Role.EFFORT)]
    outside = [*chain("theirs", "a"), *chain("a", "theirs too")]
    assert asked(1, QualityPlan(activities=activities, links=outside)).count == 0
    assert asked(1, QualityPlan(activities=activities, links=[*chain("s", "a"), *chain("a", "l")])).count == 1


def test_2_to_4_leads_lags_and_types_of_links_into_unfinished_work() -> None:
    activities = [act("done", done=True), *(act(id_) for id_ in "abcde")]
    links = [
        *chain("a", "b", lag_days=-1.0),
        *chain("b", "c", lag_days=2.0),
        *chain("c", "d", type=LinkType.SS),
        *chain("d", "e"),
        *chain("a", "done", lag_days=-3.0, type=LinkType.FF),  # leads into finished work: mended by nobody
    ]
    plan = QualityPlan(activities=activities, links=links)
    assert told(asked(2, plan)) == (1, 4, 25.0, False)
    assert asked(2, plan).offenders == ("a → b",)
    assert told(asked(3, plan)) == (1, 4, 25.0, False)
    assert told(asked(4, plan)) == (3, 4, 75.0, False)
    assert asked(4, plan).offenders == ("c → d",)
    assert told(asked(4, plan, fs_percent=75)) == (3, 4, 75.0, True)


def test_4_without_links_the_types_cannot_be_told_but_there_are_no_leads() -> None:
    plan = QualityPlan(activities=many(3))
    assert told(asked(2, plan)) == (0, 0, 0.0, True)
    assert asked(4, plan).passed is None
    assert "no link" in asked(4, plan).why


@pytest.mark.parametrize(
    ("constraint", "hard"),
    [
        (Constraint.MUST_START, True),
        (Constraint.MUST_FINISH, True),
        (Constraint.START_UNTIL, True),
        (Constraint.FINISH_UNTIL, True),
        (Constraint.START_ON, True),
        (Constraint.FINISH_ON, True),
        (Constraint.LATE, False),
        (Constraint.START_FROM, False),
        (Constraint.FINISH_FROM, False),
    ],
)
def test_5_which_constraints_are_hard(constraint: Constraint, hard: bool) -> None:
    held = act("x", constraints=(Constraint.START_FROM, constraint))
    over = act("y", constraints=(Constraint.MUST_FINISH,), done=True)
    assert told(asked(5, QualityPlan(activities=[held, over, *many(9)]))) == (
        (1, 10, 10.0, False) if hard else (0, 10, 0.0, True)
    )


def test_6_and_7_float_above_44_days_and_below_none() -> None:
    activities = [
        act("far", float_days=44.5),
        act("edge", float_days=44.0),
        act("late", float_days=-0.1),
        act("done", float_days=100.0, done=True),
        act("cycle", float_days=None),
    ]
    plan = QualityPlan(activities=activities)
    assert told(asked(6, plan)) == (1, 3, pytest.approx(33.33, abs=0.01), False)
    assert asked(6, plan).offenders == ("far",)
    assert asked(6, plan, high_float_days=50).count == 0
    assert told(asked(7, plan)) == (1, 3, pytest.approx(33.33, abs=0.01), False)
    assert asked(7, plan).offenders == ("late",)


def test_6_and_7_float_that_nobody_could_compute() -> None:
    plan = QualityPlan(activities=[act("cycle", float_days=None)])
    assert [asked(number, plan).passed for number in (6, 7)] == [None, None]


def test_8_high_duration_is_what_is_left_and_no_milestones() -> None:
    activities = [
        act("long", remaining_days=45.0),
        act("edge", remaining_days=44.0, duration_days=200.0),
        act("done", remaining_days=90.0, done=True),
        act("gate", remaining_days=90.0, milestone=True),
    ]
    assert told(asked(8, QualityPlan(activities=activities))) == (1, 2, 50.0, False)


def test_9_invalid_dates_on_either_side_of_the_data_date() -> None:
    day = timedelta(days=1)
    activities = [
        act("stale start", start=NOW - day, finish=NOW + day),
        act("stale finish", start=NOW - 2 * day, finish=NOW - day, started=True, actual_start=NOW - 2 * day),
        act("going on", start=NOW - day, finish=NOW + day, started=True, actual_start=NOW - day),
        act("begun tomorrow", started=True, actual_start=NOW + day, start=NOW + day, finish=NOW + day),
        act("done tomorrow", done=True, actual_start=NOW - day, actual_finish=NOW + day, finish=NOW + day),
        act("done", done=True, actual_start=NOW - 2 * day, actual_finish=NOW - day, start=NOW - day, finish=NOW - day),
        act("now", start=NOW, finish=NOW),
    ]
    check = asked(9, QualityPlan(activities=activities, data_date=NOW))
    assert told(check) == (4, 7, 4, False)
    assert check.offenders == ("stale start", "stale finish", "begun tomorrow", "done tomorrow")
    assert asked(9, QualityPlan(activities=activities, data_date=NOW), invalid_dates=4).passed is True
    assert asked(9, QualityPlan(activities=activities)).passed is None


def test_10_resources_of_unfinished_work_of_a_day_or_more() -> None:
    activities = [
        act("bare", resourced=False),
        act("manned", resourced=True),
        act("short", resourced=False, duration_days=0.9),
        act("gate", resourced=False, milestone=True),
        act("done", resourced=False, done=True),
    ]
    check = asked(10, QualityPlan(activities=activities))
    assert told(check) == (1, 2, 50.0, False)
    assert check.offenders == ("bare",)


def test_10_a_plan_that_assigns_nothing_cannot_be_told() -> None:
    check = asked(10, QualityPlan(activities=many(3)))
    assert check.passed is None and check.value is None
    assert check.why == "It cannot be told: the plan assigns no resources to anything."


def progress() -> QualityPlan:
    """Four were due by Monday morning: two done in time (one later on its day), one done late, one still open; one done
    before its time."""
    due = at("2025-02-26 17:00")
    return QualityPlan(
        data_date=NOW,
        activities=[
            act("early", done=True, baseline_finish=due, actual_finish=at("2025-02-20 12:00")),
            act("same day", done=True, baseline_finish=due, actual_finish=at("2025-02-26 23:00")),
            act("late", done=True, baseline_finish=due, actual_finish=at("2025-02-27 09:00")),
            act("open", baseline_finish=due),
            act("ahead", done=True, baseline_finish=at("2025-06-02 17:00"), actual_finish=at("2025-02-27 09:00")),
            act("later", baseline_finish=at("2025-06-03 17:00")),
            act("unplanned", done=True, actual_finish=at("2025-02-27 09:00")),
        ],
    )


def test_11_missed_tasks_and_the_hit_percentage() -> None:
    check = asked(11, progress())
    assert told(check) == (2, 4, 50.0, False)
    assert check.offenders == ("late", "open")
    quality = judge(progress())
    assert (quality.hit, quality.due, quality.hit_percent) == (2, 4, 50.0)


def test_11_a_finish_at_midnight_belongs_to_the_day_before() -> None:
    due = at("2025-02-26 17:00")
    for finish, missed in ((at("2025-02-27 00:00"), 0), (at("2025-02-27 00:01"), 1)):
        done = act("a", done=True, baseline_finish=due, actual_finish=finish)
        assert asked(11, QualityPlan(activities=[done], data_date=NOW)).count == missed


def test_11_and_14_cannot_be_told_without_baseline_or_data_date() -> None:
    no_date = replace(progress(), data_date=None)
    no_baseline = QualityPlan(activities=many(2), data_date=NOW)
    for plan, why in ((no_date, "data date"), (no_baseline, "baseline")):
        for number in (11, 14):
            assert asked(number, plan).passed is None
            assert why in asked(number, plan).why
        assert judge(plan).hit_percent is None


def test_11_passes_where_nothing_was_due_yet_and_14_cannot_be_told() -> None:
    plan = QualityPlan(activities=[act("a", baseline_finish=NOW + timedelta(days=9))], data_date=NOW)
    assert told(asked(11, plan)) == (0, 0, 0.0, True)
    assert asked(14, plan).passed is None
    assert judge(plan).hit_percent is None


@pytest.mark.parametrize(("moved", "passed"), [(600.0, True), (700.0, True), (599.0, False), (0.0, False)])
def test_12_the_finish_moves_by_as_much(moved: float, passed: bool) -> None:
    check = asked(12, QualityPlan(activities=many(1), stretch=Stretch("n0", moved)))
    assert told(check) == (min(moved, 600.0), 600, min(moved, 600.0), passed)
    assert check.offenders == (() if passed else ("n0",))


def test_13_cpli_is_path_and_float_over_path() -> None:
    # 100 days to go: 4 days late is 0.96, 6 days late 0.94, 10 days in hand 1.1.
    for slack, index, passed in ((-4.0, 0.96, True), (-6.0, 0.94, False), (10.0, 1.1, True), (-5.0, 0.95, True)):
        check = asked(13, QualityPlan(activities=many(1), length=Length(100.0, slack)))
        assert told(check) == (100 + slack, 100, pytest.approx(index), passed)
    assert asked(13, QualityPlan(activities=many(1), length=Length(0.0, 5.0))).passed is None


def test_14_bei_is_finished_over_due() -> None:
    # early, same day, late and ahead are finished: 4 of the 4 that were due.
    assert told(asked(14, progress())) == (4, 4, 1.0, True)
    behind = replace(progress(), activities=[a for a in progress().activities if a.id != "ahead"])
    assert told(asked(14, behind)) == (3, 4, 0.75, False)
    assert asked(14, behind).offenders == ("open",)


def test_offenders_are_the_first_and_the_rest_is_counted() -> None:
    check = asked(1, QualityPlan(activities=many(25)))
    assert check.offenders == tuple(f"n{number}" for number in range(10))
    assert check.more == 15


def test_looser_tolerances_are_told_and_stricter_ones_are_not() -> None:
    assert loosened(Policy()) == ()
    assert loosened(Policy(quality=QualityTolerances(cpli=1.0, fs_percent=95, logic_percent=0))) == ()
    loose = QualityTolerances(cpli=0.9, fs_percent=50, lags_percent=10)
    assert loosened(Policy(quality=loose)) == (
        Loosened("quality.lags_percent", 10, 5.0),
        Loosened("quality.fs_percent", 50, 90.0),
        Loosened("quality.cpli", 0.9, 0.95),
    )


MOMENTS = st.none() | st.integers(-20, 20).map(lambda days: NOW + timedelta(days=days))
ACTIVITIES = st.builds(
    QualityActivity,
    id=st.sampled_from("abcdefgh"),
    role=st.sampled_from(Role),
    summary=st.booleans(),
    milestone=st.booleans(),
    started=st.booleans(),
    done=st.booleans(),
    start=MOMENTS,
    finish=MOMENTS,
    actual_start=MOMENTS,
    actual_finish=MOMENTS,
    baseline_finish=MOMENTS,
    duration_days=st.floats(0, 90),
    remaining_days=st.floats(0, 90),
    float_days=st.none() | st.floats(-90, 90),
    constraints=st.lists(st.sampled_from(Constraint), max_size=2).map(tuple),
    resourced=st.none() | st.booleans(),
)
LINKS = st.builds(
    QualityLink,
    predecessor=st.sampled_from("abcdefghx"),
    successor=st.sampled_from("abcdefghx"),
    type=st.sampled_from(LinkType),
    lag_days=st.sampled_from((-1.0, 0.0, 0.0, 2.0)),
)
PLANS = st.builds(
    QualityPlan,
    activities=st.lists(ACTIVITIES, max_size=8, unique_by=lambda a: a.id),
    links=st.lists(LINKS, max_size=12),
    data_date=st.none() | st.just(NOW),
    stretch=st.just("no") | st.builds(Stretch, st.just("a"), st.floats(0, 900)),
    length=st.just("no") | st.builds(Length, st.floats(-9, 400), st.floats(-90, 90)),
)


def numbers(quality: Quality) -> list[object]:
    return [told(check) for check in quality.checks] + [quality.hit, quality.due]


@given(PLANS)
def test_every_check_is_told_or_says_why(plan: QualityPlan) -> None:
    quality = judge(plan)
    for check in quality.checks:
        assert (check.passed is None) == (check.value is None) == bool(check.why)
        if check.unit == "%" and check.value is not None:
            assert 0 <= check.value <= 100
            assert check.count is not None and check.of is not None and check.count <= check.of
    missed = quality.checks[10].count
    if quality.hit is not None and quality.due is not None:
        assert missed is not None and quality.hit + missed == quality.due


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PLANS, st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_no_number(plan: QualityPlan, random: Any) -> None:
    activities, links = list(plan.activities), list(plan.links)
    random.shuffle(activities)
    random.shuffle(links)
    assert numbers(judge(replace(plan, activities=activities, links=links))) == numbers(judge(plan))


@given(PLANS, st.sampled_from([{"summary": True}, {"role": Role.EFFORT}, {"role": Role.WBS}]))
def test_summaries_and_levels_of_effort_are_judged_by_nothing(plan: QualityPlan, kind: dict[str, Any]) -> None:
    span = act("span", float_days=-5.0, constraints=(Constraint.MUST_START,), baseline_finish=NOW, resourced=False)
    more = [*plan.activities, replace(span, **kind)]
    ties = [*plan.links, *chain("a", "span", "b", lag_days=-1.0, type=LinkType.SF)]
    assert numbers(judge(replace(plan, activities=more, links=ties))) == numbers(judge(plan))


@given(PLANS, st.sampled_from(fields(QualityTolerances)), st.integers(0, 200), st.integers(0, 200))
def test_a_looser_tolerance_never_fails_what_a_stricter_one_passes(
    plan: QualityPlan, field: Any, one: int, other: int
) -> None:
    low, high = (QualityTolerances(**{field.name: value}) for value in sorted((one, other)))
    strict, loose = (high, low) if field.name in ("fs_percent", "cpli", "bei") else (low, high)
    for before, after in zip(judge(plan, strict).checks, judge(plan, loose).checks, strict=True):
        assert not (before.passed is True and after.passed is False)


# A plan file.


def row(id_: str, start: datetime, finish: datetime, **more: Any) -> PlanRow:
    given: dict[str, Any] = {
        "name": id_.upper(), "start": start, "finish": finish, "duration_minutes": 2400, "remaining_minutes": 2400,
        "total_float_minutes": 0, "critical": True,
    }  # fmt: skip
    return PlanRow(id=id_, **(given | more))


def tie(a: str, b: str, days: float = 0) -> QualityLink:
    return QualityLink(predecessor=a, successor=b, type=LinkType.FS, lag_days=days)


LINKS = (tie("a", "b"),)


def schedule(**more: Any) -> PlanSchedule:
    """Two weeks from Monday morning: a, then b, five days each, below a summary; c floats beside them."""
    first, second = at("2025-03-07 17:00"), at("2025-03-14 17:00")
    rows = (
        row("s", NOW, second, summary=True),
        row("a", NOW, first, longest_path=True),
        row("b", at("2025-03-10 08:00"), second, longest_path=True),
        row("c", NOW, first, critical=False, total_float_minutes=45 * 480),
    )
    given: dict[str, Any] = {
        "title": "Plan",
        "finish": second,
        "data_date": NOW,
        "rows": rows,
    }
    return PlanSchedule(**(given | more))


def test_a_plan_is_judged_in_days_of_its_own() -> None:
    checks = judge_plan(schedule(), (tie("a", "b", -1), tie("c", "b", 0.5))).checks
    assert (checks[0].count, checks[0].of, checks[0].offenders) == (3, 3, ("a", "b", "c"))
    assert (checks[1].offenders, checks[2].offenders) == (("a → b",), ("c → b",))
    assert checks[5].offenders == ("c",)
    longer = tuple(each._replace(minutes_per_day=600) for each in schedule().rows)
    assert judge_plan(schedule(rows=longer), LINKS).checks[5].count == 0, "36 days of ten hours"


def test_cpli_of_a_plan_counts_its_working_days() -> None:
    assert "neither" in judge_plan(schedule(), LINKS).checks[12].why
    check = judge_plan(schedule(must_finish=at("2025-03-13 17:00")), LINKS).checks[12]
    assert told(check) == (9, 10, 0.9, False), "ten working days to go, one too many"
    rows = tuple(each._replace(baseline_finish=at("2025-03-17 12:00")) for each in schedule().rows)
    assert judge_plan(schedule(rows=rows), LINKS).checks[12].value == 1.05, "half a day in hand"
    assert "data date" in judge_plan(schedule(data_date=None, rows=rows), LINKS).checks[12].why


def calendar_days(per_day: float, hold: float = 0.0) -> Any:
    """A plan whose finish moves by calendar days, `hold` of which something else takes up."""

    def finish(_id: str, minutes: int) -> datetime:
        return at("2025-03-14 17:00") + timedelta(days=max(0.0, minutes / 480 * per_day - hold))

    return finish


@pytest.mark.parametrize(
    ("finish_with", "moved", "passed"),
    [
        (calendar_days(1.4), 600, True),
        (calendar_days(1.4, hold=20), 600, True),
        (calendar_days(1.4, hold=420), 300, False),  # half of the 840 calendar days is float
        (calendar_days(0.0), 0, False),  # a mandatory finish takes no notice
    ],
)
def test_the_critical_path_test_asks_the_schedule_again(finish_with: Any, moved: float, passed: bool) -> None:
    told_ids: list[tuple[str, int]] = []

    def listening(id_: str, minutes: int) -> datetime | None:
        told_ids.append((id_, minutes))
        return finish_with(id_, minutes)

    check = judge_plan(schedule(), LINKS, finish_with=listening).checks[11]
    assert (check.value, check.passed) == (pytest.approx(moved), passed)
    assert told_ids == [("a", 0), ("a", 600 * 480), ("a", 1200 * 480)], "the first critical work that is not finished"


def test_the_critical_path_test_passes_over_what_is_done_or_no_work() -> None:
    gate = row("g", NOW, NOW, milestone=True)
    done = schedule().rows[1]._replace(actual_start=NOW, actual_finish=NOW)
    asked_of: list[str] = []

    def silent(id_: str, _minutes: int) -> datetime | None:
        asked_of.append(id_)
        return None

    check = judge_plan(schedule(rows=(gate, done, *schedule().rows[2:])), LINKS, finish_with=silent).checks[11]
    assert set(asked_of) == {"b"}
    assert check.passed is None and "longer b" in check.why
    assert judge_plan(schedule(), LINKS).checks[11].passed is None


def test_the_critical_path_test_takes_the_longest_path_before_what_is_merely_critical() -> None:
    late = row("late", at("2025-03-03 08:00"), at("2025-03-03 12:00"), total_float_minutes=-480)
    first, *rest = schedule().rows[1:]
    rows = (late, first._replace(start=at("2025-03-04 08:00")), *rest)
    judged = judge_plan(schedule(rows=rows), LINKS, finish_with=calendar_days(0.0)).checks[11]
    assert judged.offenders == ("a",)


def test_a_forecast_at_the_end_of_the_shift_before_the_data_date_is_no_past() -> None:
    friday = at("2025-02-28 17:00")
    gate = row("g", friday, friday, milestone=True)
    assert judge_plan(schedule(rows=(gate,)), LINKS).checks[8].count == 0
    noon = gate._replace(finish=at("2025-02-28 12:00"))
    assert judge_plan(schedule(rows=(noon,)), LINKS).checks[8].count == 1


def test_the_table_fits_and_says_what_stands_against_the_plan() -> None:
    hostile = schedule().rows[1]._replace(id="a\x1b[31m\n" + "x" * 300)
    quality = judge_plan(schedule(rows=(hostile, *schedule().rows[2:])), LINKS)
    text = Qualities("Pl\x1ban " + "y" * 200, quality).text()
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "\x1b" not in text
    lines = Qualities("Plan", judge_plan(schedule(), LINKS)).text().splitlines()
    assert lines[0] == "Plan: 2 of DCMA's 14 schedule checks failed, 5 cannot be told."
    assert lines[3].split() == ["FAIL", "1", "Logic", "3", "3", "100", "%", "≤", "5", "%"]
    assert [line.split()[0] for line in lines[3:17]].count("?") == 5
    notes = " ".join(" ".join(lines[18:]).split())
    assert notes.startswith(
        "1 Logic: unfinished activities without a predecessor or without a successor: a, b, c. 6 High"
    )
    assert "11 Missed tasks: It cannot be told: the plan has no baseline." in lines


def test_the_csv_has_fourteen_rows_and_three_answers() -> None:
    table = Qualities("Plan", judge_plan(schedule(must_finish=at("2025-03-13 17:00")), LINKS)).csv().splitlines()
    assert table[0] == "number,name,count,of,value,threshold,passed"
    assert len(table) == 15
    assert table[1] == "1,Logic,3,3,100,5,false"
    assert table[2] == "2,Leads,0,1,0,0,true"
    assert table[11] == "11,Missed tasks,,,,5,unknown"
    assert table[13] == "13,CPLI,9,10,0.9,0.95,false"


# A portfolio.

PLANNED = Method(rules=Rules.PROJECT)


def terms(**more: Any) -> Terms:
    return Terms(rules=Rules.PROJECT, **more)


def portfolio(**more: Any) -> Any:
    """A plan of two tasks in a row, one of them long and one pinned, and a project that nobody planned."""
    given: dict[str, Any] = {
        "items": (
            item("a", 60.0, terms=terms(resourced=True)),
            item("b", 5.0, terms=terms(resourced=False, constraint=Constraint.MUST_FINISH)),
            item("t", 2.0, kind=Kind.TICKET),
            item("q", 1.0, project="Q"),
        ),
        "links": (link("a", "b", lag_days=2.0), link("b", "t")),
        "projects": (project(method=PLANNED), project("Q")),
    }
    return snapshot(**(given | more))


def test_a_portfolio_is_judged_by_plan_and_as_a_whole() -> None:
    case = Case(Facts(portfolio(), TODAY))
    quality = plans_quality(case)
    assert list(quality) == ["P"], "only what a planning program planned is judged alone"
    checks = quality["P"].checks
    assert told(checks[0]) == (1, 2, 50.0, False)
    assert checks[0].offenders == ("a",), "the ticket follows b, and is no schedule itself"
    assert (checks[2].count, checks[2].of) == (1, 1)
    assert (checks[4].offenders, checks[7].offenders, checks[9].offenders) == (("b",), ("a",), ("b",))
    assert (checks[6].count, checks[8].count) == (0, 0)
    assert "--quality" in checks[11].why
    assert told(whole_quality(case).checks[0])[:2] == (2, 3)


def test_float_of_a_portfolio_runs_to_the_projects_own_finish_and_its_deadlines() -> None:
    items = (
        item("a", 60.0),
        item("b", 5.0, deadline=date(2025, 1, 7)),
        item("q", 1.0, project="Q"),
    )
    found = whole_quality(Case(Facts(portfolio(items=items, links=()), TODAY))).checks
    assert found[5].offenders == (), "q ends its own project at once, and b has a deadline"
    assert found[6].offenders == ("b",)


def test_actual_dates_of_the_future_are_invalid_and_cpli_follows_the_baseline() -> None:
    items = (item("a", 5.0, actual_start=date(2025, 2, 1)), item("b", 5.0))
    own = project(method=PLANNED, finish=date(2025, 1, 17))
    case = Case(Facts(portfolio(items=items, links=(link("a", "b"),), projects=(own,)), TODAY))
    quality = plans_quality(case)
    assert quality["P"].checks[8].offenders == ("a",)
    # Ten working days from Monday the 6th end on Friday the 17th: nine after today, and the baseline is met.
    assert told(quality["P"].checks[12]) == (9, 9, 1.0, True)
    late = replace(own, baseline_finish=date(2025, 1, 16))
    case = Case(Facts(portfolio(items=items, links=(link("a", "b"),), projects=(late,)), TODAY))
    quality = plans_quality(case)
    assert told(quality["P"].checks[12]) == (8, 9, pytest.approx(8 / 9), False)


def test_one_minor_breach_a_plan_names_the_checks_and_changes_no_status() -> None:
    judged = assess(portfolio(), TODAY)
    (found,) = [b for b in judged.breaches if b.code == "SCHEDULE-QUALITY"]
    assert (found.subject, found.severity, found.basis, found.owner) == (
        "project:P", Severity.MINOR, Basis.UNPROVEN, "ann",
    )  # fmt: skip
    names = "Logic, Lags, Hard constraints, High duration, Resources"
    assert found.title == f"Project P: its plan fails 5 of DCMA's 14 checks: {names}"
    assert found.clears_when.endswith(names)
    assert len(found.reasons) == 5
    assert str(found.reasons[0]).startswith("1 Logic: 50 % where at most 5 % passes: ")
    other = assess(portfolio(projects=(project(), project("Q"))), TODAY)
    assert not [b for b in other.breaches if b.code == "SCHEDULE-QUALITY"]
    assert [p.status for p in other.projects] == [p.status for p in judged.projects]


def test_the_breach_clears_by_tolerance_and_when_the_work_is_done() -> None:
    loose = QualityTolerances(
        logic_percent=100, lags_percent=100, hard_constraint_percent=100, high_duration_percent=100,
        missing_resources_percent=100,
    )  # fmt: skip
    policy = Policy(quality=loose)
    assert [b for b in assess(portfolio(policy=policy), TODAY).breaches if b.code == "SCHEDULE-QUALITY"], "unsigned"
    judged = assess(portfolio(policy=policy, statements=(by_steward(policy),)), TODAY)
    assert not [b for b in judged.breaches if b.code == "SCHEDULE-QUALITY"]
    assert len(judged.policy_notes) == 5
    over = tuple(
        replace(i, actual_finish=date(2025, 1, 3), baseline_finish=date(2025, 1, 2)) for i in portfolio().work_items
    )
    assert [i for i in over if i.project == "P"], "late for ever, and nobody can mend it"
    assert not [b for b in assess(portfolio(items=over), TODAY).breaches if b.code == "SCHEDULE-QUALITY"]


def test_the_assessment_has_the_fourteen_of_the_whole_first() -> None:
    views = assess(portfolio(), TODAY).quality
    assert [(v.project, v.number) for v in views] == [(p, n) for p in ("", "P") for n in range(1, 15)]
    assert (views[14].count, views[14].passed, views[14].offenders) == (1, False, ("a",))
