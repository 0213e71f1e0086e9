from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.engine.kernel.mode import ANSWERS, TABLES
from cockpit.engine.scheduling.calendars import DAY, CalendarError, Working, minute_of, moment_of
from cockpit.records.model import Calendar, Shift

MONDAY = date(2025, 3, 3)
OFFICE = Calendar(id="office", title="Office")
NIGHT = Calendar(
    id="night",
    week=(((1380, 1440),), *(((0, 180), (240, 480), (1380, 1440)),) * 4, ((0, 180), (240, 480)), ()),
)
ALWAYS = Calendar(id="always", week=(((0, 1440),),) * 7)


def at(day: int, hour: int = 0, minute: int = 0) -> int:
    """A minute of March 2025; day 3 is a Monday."""
    return minute_of(date(2025, 3, day)) + hour * 60 + minute


@st.composite
def day_shifts(draw: st.DrawFn) -> tuple[Shift, ...]:
    cuts = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


@st.composite
def a_calendar(draw: st.DrawFn) -> Calendar:
    week = draw(st.tuples(*[day_shifts()] * 7).filter(any))
    exceptions = []
    for _ in range(draw(st.integers(0, 5))):
        first = MONDAY + timedelta(days=draw(st.integers(-20, 20)))
        exceptions.append((first, first + timedelta(days=draw(st.integers(0, 9))), draw(day_shifts())))
    return Calendar(id="c", week=week, exceptions=tuple(exceptions))


def shifts_of(calendar: Calendar, day: date) -> tuple[Shift, ...]:
    """The plain meaning of a calendar: the first exception that covers the day, else its week day."""
    for first, last, shifts in calendar.exceptions:
        if first <= day <= last:
            return shifts
    return calendar.week[day.weekday()]


def working_minutes(calendar: Calendar, first: date, days: int) -> list[int]:
    """Every minute at which work is done, one by one."""
    found = []
    for number in range(days):
        day = first + timedelta(days=number)
        for begin, end in shifts_of(calendar, day):
            found += range(minute_of(day) + begin, minute_of(day) + end)
    return found


@settings(max_examples=150, deadline=None)
@given(a_calendar(), st.integers(-15 * DAY, 15 * DAY), st.integers(-3 * DAY, 3 * DAY))
def test_every_step_agrees_with_counting_minutes(calendar: Calendar, offset: int, work: int) -> None:
    working = Working(calendar)
    minute = minute_of(MONDAY) + offset
    minutes = working_minutes(calendar, MONDAY - timedelta(days=70), 140)
    before = [m for m in minutes if m < minute]
    after = minutes[len(before) :]
    if after:
        assert working.next_start(minute) == after[0]
    if before:
        assert working.prev_finish(minute) == before[-1] + 1
    if 0 < work <= len(after):
        assert working.add_work(minute, work) == after[work - 1] + 1
    if 0 < -work <= len(before):
        assert working.add_work(minute, work) == before[work]
    for end in (minute + 700, minute + 9 * DAY):
        assert working.work_between(minute, end) == sum(1 for m in minutes if minute <= m < end)
        assert working.work_between(end, minute) == -working.work_between(minute, end)


@settings(max_examples=100, deadline=None)
@given(a_calendar(), st.integers(-40, 40), st.integers(0, 60))
def test_working_days_are_the_days_with_work(calendar: Calendar, offset: int, length: int) -> None:
    first = MONDAY + timedelta(days=offset)
    last = first + timedelta(days=length)
    expected = sum(1 for n in range(1, length + 1) if shifts_of(calendar, first + timedelta(days=n)))
    assert Working(calendar).working_days_between(first, last) == expected
    assert Working(calendar).working_days_between(last, first) == -expected


@settings(max_examples=100, deadline=None)
@given(a_calendar(), st.integers(-(10**7), 10**7), st.integers(1, 10**6))
def test_going_forth_and_back_ends_where_work_begins(calendar: Calendar, minute: int, work: int) -> None:
    working = Working(calendar)
    finish = working.add_work(minute, work)
    assert working.work_between(minute, finish) == work
    assert working.add_work(finish, -work) == working.next_start(minute)


def test_a_finish_is_the_end_of_a_shift_and_a_start_the_beginning_of_the_next() -> None:
    working = Working(OFFICE)
    assert working.add_work(at(3, 9), 480) == at(3, 18)
    assert working.add_work(at(3, 9), 481) == at(4, 9, 1)
    assert working.add_work(at(3, 9), 240) == at(3, 13)
    assert working.next_start(at(3, 13)) == at(3, 14)
    assert working.next_start(at(7, 18)) == at(10, 9)
    assert working.prev_finish(at(10, 9)) == at(7, 18)
    assert working.add_work(at(10, 9), -480) == at(7, 9)
    assert working.add_work(at(8, 12), 0) == at(8, 12)
    assert working.work_between(at(7, 18), at(10, 9)) == 0


def test_shifts_that_meet_at_midnight_are_one() -> None:
    always, night = Working(ALWAYS), Working(NIGHT)
    assert always.add_work(at(3, 23), 120) == at(4, 1)
    assert always.add_work(at(1), 1440 * 400) == at(1) + 1440 * 400
    assert night.add_work(at(3, 23), 240) == at(4, 3)
    assert night.next_start(at(3, 12)) == at(3, 23)


def test_an_exception_works_both_ways_and_the_first_written_counts() -> None:
    saturday, monday = date(2025, 3, 8), date(2025, 3, 10)
    calendar = Calendar(
        id="c", exceptions=((saturday, saturday, ((540, 600),)), (monday, monday, ()), (saturday, monday, ((0, 60),)))
    )
    working = Working(calendar)
    assert working.next_start(at(7, 18)) == at(8, 9)
    assert working.add_work(at(7, 18), 60) == at(8, 10)
    assert working.next_start(at(8, 10)) == at(9, 0)
    assert working.next_start(at(9, 1, 30)) == at(11, 9)


def test_a_bare_date_means_its_first_or_last_working_minute() -> None:
    working = Working(OFFICE)
    assert working.start_of(date(2025, 3, 8)) == at(10, 9)
    assert working.finish_of(date(2025, 3, 8)) == at(7, 18)
    assert working.start_of(datetime.fromisoformat("2025-03-08T07:30")) == at(8, 7, 30)
    assert working.finish_of(date(2025, 3, 7)) == at(7, 18)


@pytest.mark.parametrize("week", [((),) * 7, (((600, 600),),) * 7, (((540, 1020),),) * 3])
def test_a_week_without_work_is_refused_in_a_sentence(week: tuple[tuple[Shift, ...], ...]) -> None:
    with pytest.raises(CalendarError, match="“Void” has no working time"):
        Working(Calendar(id="x", title="Void", week=week))


def test_many_overlapping_exceptions_compile_quickly() -> None:
    exceptions = tuple((MONDAY, MONDAY + timedelta(days=n), ()) for n in range(20_000))
    working = Working(Calendar(id="c", exceptions=exceptions))
    assert working.next_start(at(3, 9)) > at(3, 9) + 19_000 * DAY


def test_minutes_outside_the_years_are_cut() -> None:
    assert moment_of(1 << 60) == datetime.fromisoformat("9999-12-31T00:00")
    assert moment_of(-(1 << 60)) == datetime.fromisoformat("0001-01-01T00:00")
    assert moment_of(minute_of(datetime.fromisoformat("2024-02-29T23:59"))) == datetime.fromisoformat(
        "2024-02-29T23:59"
    )


def test_a_work_week_with_dates_replaces_the_week_and_an_exception_goes_before_it() -> None:
    nights = ((), (), (), (), ((1320, 1440),), ((0, 360),), ())
    calendar = replace(
        OFFICE,
        weeks=((date(2025, 3, 10), date(2025, 3, 16), nights), (date(2025, 3, 14), date(2025, 3, 20), ((),) * 7)),
        exceptions=((date(2025, 3, 15), date(2025, 3, 15), ((0, 60),)),),
    )
    working = Working(calendar)
    friday = at(7, 18)
    assert working.next_start(friday) == at(14, 22)
    assert working.add_work(friday, 120) == at(15, 0)
    assert working.add_work(friday, 180) == at(15, 1)
    assert working.next_start(at(15, 1)) == at(21, 9)
    assert working.work_between(friday, at(21, 9)) == 180
    assert working.working_days_between(date(2025, 3, 7), date(2025, 3, 20)) == 2


@given(a_calendar(), st.lists(st.tuples(st.integers(-40, 40), st.sampled_from((None, 0, 540, 1439))), min_size=2))
def test_what_is_remembered_of_a_day_is_what_would_be_worked_out(
    calendar: Calendar, moments: list[tuple[int, int | None]]
) -> None:
    asked, days = Working(calendar), [(MONDAY + timedelta(n), minute) for n, minute in moments]
    found = [d if m is None else datetime.combine(d, time()) + timedelta(minutes=m) for d, m in days]
    fresh = Working(calendar)
    for start, finish in pairwise(found):
        first = minute_of(start) if isinstance(start, datetime) else fresh.next_start(minute_of(start))
        last = minute_of(finish) if isinstance(finish, datetime) else fresh.prev_finish(minute_of(finish) + DAY)
        assert (asked.start_of(start), asked.finish_of(finish)) == (first, last)
        assert asked.span(start, finish) == fresh.work_between(first, last)


@given(st.lists(a_calendar(), min_size=2, max_size=4), st.lists(st.integers(-90, 90), min_size=1, max_size=6))
@settings(max_examples=40)
def test_what_was_asked_of_other_calendars_before_changes_no_answer(calendars: list[Calendar], days: list[int]) -> None:
    minutes = [at(3) + day * DAY + 555 for day in days]
    workings = [Working(calendar) for calendar in calendars]

    def answers(working: Working) -> list[int]:
        return [working.add_work(minute, 60) for minute in minutes] + [working.next_start(minute) for minute in minutes]

    one_by_one = [[answers(Working(calendar)) for _ in range(2)] for calendar in calendars]
    in_turn = [[answers(working) for working in workings] for _ in range(2)]
    assert [list(each) for each in zip(*in_turn, strict=True)] == one_by_one


def test_of_more_tables_and_minutes_than_are_remembered_the_answers_are_the_same() -> None:
    workings = [Working(Calendar(id=str(n), week=(((480, 500 + n),),) * 7)) for n in range(TABLES + 3)]
    for _ in range(2):
        assert [working.next_start(at(4, 12)) - at(5, 8) for working in workings] == [0] * len(workings)
        assert [working.prev_finish(at(4, 23)) - at(4, 8) for working in workings] == [
            20 + n for n in range(TABLES + 3)
        ]
    one = workings[0]
    far = [one.add_work(at(4), minutes) for minutes in range(ANSWERS + 10)]
    assert far == sorted(far)
    assert far[:10] == [one.add_work(at(4), minutes) for minutes in range(10)]
