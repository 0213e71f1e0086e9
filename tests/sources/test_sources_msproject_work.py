from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msproject_help import WORK, calendar, calendars, items, messages, plan, read, task, terms, week_day

from cockpit.engine.scheduling.calendars import Working, minute_of
from cockpit.records.model import Batch, Calendar
from cockpit.records.terms import Share
from cockpit.sources.msproject_hours import as_calendar, common, hours_of

HALF = WORK.replace("16:00:00", "12:00:00")
HALF_DAYS = "".join(week_day(kind, HALF if 1 < kind < 7 else "") for kind in range(1, 8))
NIGHTS = HALF_DAYS.replace("08:00:00", "20:00:00").replace("12:00:00", "00:00:00")


def resource(uid: int, calendar_uid: int = -1, kind: int = 1, more: str = "") -> str:
    return f"<Resource><UID>{uid}</UID><Type>{kind}</Type><CalendarUID>{calendar_uid}</CalendarUID>{more}</Resource>"


def assigned(task_uid: int, resource_uid: int, hours: float, units: float = 1, more: str = "") -> str:
    work = f"PT{int(hours)}H{round(hours % 1 * 60)}M0S"
    return (
        f"<Assignment><TaskUID>{task_uid}</TaskUID><ResourceUID>{resource_uid}</ResourceUID><Units>{units}</Units>"
        f"<Work>{work}</Work>{more}</Assignment>"
    )


def staffed(folder: Path, tasks: str, resources: str, assignments: str) -> Batch:
    """A plan with a day calendar (1), one of half days that is derived from it (2), a copy of 1 (3) and nights (4)."""
    written = calendar(1) + calendar(2, HALF_DAYS, base=1) + calendar(3, "", base=1) + calendar(4, NIGHTS)
    lists = f"<Resources>{resources}</Resources><Assignments>{assignments}</Assignments>"
    return read(folder, plan(tasks, written).replace("</Tasks>", "</Tasks>" + lists))


def test_resources_of_the_same_hours_leave_the_duration_to_pace(tmp_path: Path) -> None:
    batch = staffed(
        tmp_path,
        task(1, 16) + task(2) + task(3),
        resource(1, 3) + resource(2, 1) + resource(3),
        assigned(1, 1, 8, 0.5) + assigned(1, 2, 3) + assigned(2, 3, 99, more="<WorkContour>1</WorkContour>"),
    )
    assert [(each.shares, each.resourced) for each in terms(batch).values()] == [((), True), ((), True), ((), False)]
    assert batch.problems == ()


def test_one_calendar_of_another_kind_paces_the_duration(tmp_path: Path) -> None:
    going = "<PercentComplete>25</PercentComplete><RemainingDuration>PT12H0M0S</RemainingDuration>"
    batch = staffed(
        tmp_path,
        task(1, 16) + task(2, 16, going),
        resource(1, 2),
        assigned(1, 1, 8, 0.5, "<WorkContour>8</WorkContour>")
        + assigned(1, 1, 2)
        + assigned(2, 1, 4, 0.5, "<RemainingWork>PT3H0M0S</RemainingWork>"),
    )
    shares = {name: each.shares for name, each in terms(batch).items()}
    assert shares == {
        "1": (Share("payments-plan/Calendar 2", 960, 960),),
        "2": (Share("payments-plan/Calendar 2", 960, 720),),
    }
    assert {"Calendar 1", "Calendar 2"} == calendars(batch).keys()


def test_different_calendars_pace_by_work_and_units(tmp_path: Path) -> None:
    going = "<PercentComplete>25</PercentComplete><RemainingDuration>PT12H0M0S</RemainingDuration>"
    both = resource(1, 2) + resource(2, 4)
    later = "<Delay>4800</Delay><OvertimeWork>PT2H0M0S</OvertimeWork>"
    left = "<RemainingWork>PT6H0M0S</RemainingWork><RemainingOvertimeWork>PT1H0M0S</RemainingOvertimeWork>" + later
    batch = staffed(
        tmp_path,
        task(1, 16) + task(2, 16, going) + task(3, 24),
        both,
        assigned(1, 1, 8, 0.5) + assigned(1, 2, 10, 2, later)
        + assigned(2, 1, 8, 0.5, left) + assigned(2, 2, 8, 1, left)
        + assigned(3, 1, 8) + assigned(3, 2, 8, 1, "<WorkContour>2</WorkContour>"),
    )  # fmt: skip
    half, night = "payments-plan/Calendar 2", "payments-plan/Calendar 4"
    shares = [each.shares for each in terms(batch).values()]
    assert shares[0] == (Share(half, 960, 960), Share(night, 240 + 480, 240 + 480))
    assert shares[1] == (Share(half, 720, 600), Share(night, 360, 300))
    assert shares[2] == (Share(half, 480, 480), Share(night, 1440, 1440))


@pytest.mark.parametrize(
    ("more", "who", "what"),
    [
        ("<Type>1</Type>", resource(1, 2), assigned(1, 1, 8)),
        ("<Manual>1</Manual>", resource(1, 2), assigned(1, 1, 8)),
        ("<Summary>1</Summary>", resource(1, 2), assigned(1, 1, 8)),
        ("<DurationFormat>8</DurationFormat>", resource(1, 2), assigned(1, 1, 8)),
        ("", resource(1, 2, kind=0), assigned(1, 1, 8)),
        ("", resource(1, 2, kind=2), assigned(1, 1, 8)),
        ("", resource(1, 2), assigned(1, 1, 0)),
        ("", resource(1, 2), assigned(1, 1, 8, 0)),
        ("", resource(1, 2), assigned(1, 1, 8).replace("<Units>1<", "<Units>nan<")),
        ("<CalendarUID>1</CalendarUID><IgnoreResourceCalendar>1</IgnoreResourceCalendar>", resource(1, 2),
         assigned(1, 1, 8)),
        ("<CalendarUID>1</CalendarUID>", resource(1), assigned(1, 1, 8)),
    ],
)  # fmt: skip
def test_what_no_resource_paces(tmp_path: Path, more: str, who: str, what: str) -> None:
    found = terms(staffed(tmp_path, task(1, 8, more) + task(2, level=2), who, what))["1"]
    assert (found.shares, found.resourced) == ((), True)


def test_assignments_to_nobody_are_none(tmp_path: Path) -> None:
    nobody = assigned(1, -65535, 8) + assigned(1, 9, 8)
    assert terms(staffed(tmp_path, task(1), resource(1, 2), nobody))["1"].resourced is None
    gone = resource(9, 2, more="<IsNull>1</IsNull>")
    assert terms(staffed(tmp_path, task(1), gone, nobody))["1"].resourced is None


def test_a_task_calendar_and_a_resource_calendar_are_worked_where_they_meet(tmp_path: Path) -> None:
    early = (
        "<WorkingTimes><WorkingTime><FromTime>06:00:00</FromTime><ToTime>10:00:00</ToTime></WorkingTime></WorkingTimes>"
    )
    off = (
        "<Exceptions><Exception><TimePeriod><FromDate>2025-03-04T00:00:00</FromDate><ToDate>2025-03-04T23:59:00</ToDate>"
        "</TimePeriod><Type>1</Type><DayWorking>0</DayWorking></Exception></Exceptions>"
    )
    written = calendar(1) + calendar(2, "".join(week_day(kind, early) for kind in range(1, 8)), more=off)
    own = task(1, 4, "<CalendarUID>2</CalendarUID>") + task(2, 4, "<CalendarUID>2</CalendarUID>")
    lists = f"<Resources>{resource(1, 1)}</Resources><Assignments>{assigned(1, 1, 4)}{assigned(2, 1, 4)}</Assignments>"
    batch = read(tmp_path, plan(own, written).replace("</Tasks>", "</Tasks>" + lists))
    name = "payments-plan/Calendar 2 ∩ Calendar 1"
    assert [each.shares for each in terms(batch).values()] == [(Share(name, 240, 240),)] * 2
    assert items(batch)["1"].calendar == "payments-plan/Calendar 2"
    working = Working(calendars(batch)["Calendar 2 ∩ Calendar 1"])
    start = minute_of(date(2025, 3, 3))
    assert [working.work_between(start + 1440 * n, start + 1440 * n + 1440) for n in range(7)] == [
        120, 0, 120, 120, 120, 0, 0,
    ]  # fmt: skip
    assert working.next_start(start) == start + 480


def test_calendars_that_never_meet_are_told_once(tmp_path: Path) -> None:
    own = "".join(task(n, 4, "<CalendarUID>1</CalendarUID>") for n in (1, 2))
    batch = staffed(tmp_path, own, resource(1, 4), assigned(1, 1, 4) + assigned(2, 1, 4))
    assert [each.shares for each in terms(batch).values()] == [(), ()]
    assert messages(batch) == [
        "The calendars “Calendar 1” and “Calendar 4” have no working time in common in an ordinary week; "
        "tasks that should be worked by both are worked by “Calendar 1”."
    ]


FIRST = date(2025, 1, 1)
SHIFTS = st.lists(
    st.sampled_from([(0, 300), (240, 480), (480, 720), (780, 1020), (1000, 1440)]), max_size=3, unique=True
).map(tuple)
WEEK = st.lists(SHIFTS, min_size=7, max_size=7).map(tuple)
PERIOD = st.tuples(st.integers(0, 40), st.integers(0, 12)).map(
    lambda pair: (FIRST + timedelta(pair[0]), FIRST + timedelta(pair[0] + pair[1]))
)
CALENDAR = st.builds(
    Calendar,
    id=st.just("c"),
    week=WEEK.filter(any),
    weeks=st.lists(st.tuples(PERIOD, WEEK).map(lambda each: (*each[0], each[1])), max_size=3).map(tuple),
    exceptions=st.lists(st.tuples(PERIOD, SHIFTS).map(lambda each: (*each[0], each[1])), max_size=4).map(tuple),
)


def shifts_on(calendar: Calendar, day: date) -> set[int]:
    """The minutes worked on a day, by the order that the vocabulary gives."""
    for first, last, shifts in calendar.exceptions:
        if first <= day <= last:
            return {minute for begin, end in shifts for minute in range(begin, end)}
    week = next((week for first, last, week in calendar.weeks if first <= day <= last), calendar.week)
    return {minute for begin, end in week[day.weekday()] for minute in range(begin, end)}


@settings(max_examples=60, deadline=None)
@given(CALENDAR, CALENDAR)
def test_the_time_in_common_is_worked_by_both(one: Calendar, other: Calendar) -> None:
    both = as_calendar(common(hours_of(one), hours_of(other)), one, "x", "x")
    for number in range(-3, 60):
        day = FIRST + timedelta(number)
        assert shifts_on(both, day) == shifts_on(one, day) & shifts_on(other, day)


@settings(max_examples=60, deadline=None)
@given(CALENDAR)
def test_hours_are_the_same_however_they_are_written(one: Calendar) -> None:
    hours = hours_of(one)
    assert hours_of(as_calendar(hours, one, "x", "x")) == hours
    ordinary = (FIRST + timedelta(100), FIRST + timedelta(140), one.week)
    again = Calendar(id="y", week=one.week, weeks=(*one.weeks, ordinary, *one.weeks), exceptions=one.exceptions * 2)
    assert hours_of(again) == hours
