from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msproject_help import (
    FIVE_DAYS,
    SETTINGS,
    WORK,
    calendar,
    calendars,
    items,
    messages,
    plan,
    read,
    rows,
    task,
    week_day,
    when,
)

from cockpit.engine.scheduling.calendars import Working, minute_of
from cockpit.records.model import Batch

DAILY = "<Type>1</Type>"
LATE_WORK = WORK.replace("08:00:00", "12:00:00").replace("16:00:00", "20:00:00")
SEVEN_DAYS = "".join(week_day(kind) for kind in range(1, 8))


def period(first: str, last: str) -> str:
    return f"<TimePeriod><FromDate>{first}T00:00:00</FromDate><ToDate>{last}T23:59:00</ToDate></TimePeriod>"


def exception(first: str, last: str, rule: str = DAILY, work: str = "") -> str:
    return (
        f"<Exception>{period(first, last)}<Name>Off</Name>{rule}<DayWorking>{int(bool(work))}</DayWorking>{work}"
        "</Exception>"
    )


def exceptions(*each: str) -> str:
    return f"<Exceptions>{''.join(each)}</Exceptions>"


def work_weeks(first: str, last: str, days: str) -> str:
    return f"<WorkWeeks><WorkWeek>{period(first, last)}<Name>W</Name><WeekDays>{days}</WeekDays></WorkWeek></WorkWeeks>"


def old_exception(first: str, last: str, work: str = "") -> str:
    return (
        f"<WeekDay><DayType>0</DayType><DayWorking>{int(bool(work))}</DayWorking>{period(first, last)}{work}</WeekDay>"
    )


def batch_with(folder: Path, *written: str) -> Batch:
    uses = "".join(task(n, more=f"<CalendarUID>{n}</CalendarUID>") for n in range(1, len(written) + 1))
    return read(folder, plan(uses, "".join(written)))


def minutes(batch: Batch, name: str, first: date, days: int) -> list[int]:
    """Working minutes of each day, by the engine's reading of the calendar."""
    working = Working(calendars(batch)[name])
    start = minute_of(first)
    return [working.work_between(start + 1440 * n, start + 1440 * (n + 1)) for n in range(days)]


def free_days(batch: Batch, first: date, last: date) -> list[str]:
    """The days without work of a calendar that else works every day, as month-day."""
    found = minutes(batch, "Calendar 1", first, (last - first).days + 1)
    return [f"{date.fromordinal(first.toordinal() + n):%y-%m-%d}" for n, work in enumerate(found) if work == 0]


def test_a_file_says_how_long_its_day_is(tmp_path: Path) -> None:
    batch = read(tmp_path, plan(task(1, 10), settings=SETTINGS + "<MinutesPerDay>600</MinutesPerDay>"))
    assert items(batch)["1"].duration_days == 1.0
    assert calendars(batch)["Calendar 1"].minutes_per_day == 600
    assert rows(batch)["1"].finish == when("2025-03-04T10:00")


@pytest.mark.parametrize("text", ["0", "1441", "-480", "soon", "²"])
def test_a_day_that_cannot_be_is_told(tmp_path: Path, text: str) -> None:
    batch = read(tmp_path, plan(task(1, 12), settings=SETTINGS + f"<MinutesPerDay>{text}</MinutesPerDay>"))
    assert items(batch)["1"].duration_days == 1.5
    assert [(problem.column, "480 is used" in problem.message) for problem in batch.problems] == [
        ("MinutesPerDay", True)
    ]


def test_exceptions_in_the_old_style_and_the_new(tmp_path: Path) -> None:
    newer = exceptions(exception("2025-03-04", "2025-03-05"))
    older = old_exception("2025-03-08", "2025-03-08", WORK) + old_exception("2025-03-06", "2025-03-07")
    batch = batch_with(
        tmp_path,
        calendar(1, more=newer),
        calendar(2, FIVE_DAYS + older),
        calendar(3, FIVE_DAYS + older, more=newer),
        calendar(4, FIVE_DAYS + older, more=exceptions()),
    )
    worked = [
        [3 + n for n, work in enumerate(minutes(batch, f"Calendar {uid}", date(2025, 3, 3), 7)) if work]
        for uid in (1, 2, 3, 4)
    ]
    assert worked == [[3, 6, 7], [3, 4, 5, 8], [3, 6, 7], [3, 4, 5, 8]]


def test_a_calendar_inherits_what_it_does_not_name(tmp_path: Path) -> None:
    off = exceptions(exception("2025-03-04", "2025-03-05"))
    late = work_weeks("2025-03-10", "2025-03-14", week_day(4, LATE_WORK) + week_day(5, LATE_WORK))
    own = work_weeks("2025-03-13", "2025-03-20", week_day(5, ""))
    batch = batch_with(
        tmp_path,
        calendar(1, more=off + late),
        calendar(2, week_day(2, ""), base=1, more=own),
        calendar(3, "", base=3),
    )
    found = calendars(batch)["Calendar 2"]
    assert found.week == ((), *(((480, 960),),) * 4, (), ())
    assert found.exceptions == ((date(2025, 3, 4), date(2025, 3, 5), ()),)
    # Monday to Friday: its own free Monday, the base's free days, the base's work week, its own work week first.
    assert minutes(batch, "Calendar 2", date(2025, 3, 3), 5) == [0, 0, 0, 480, 480]
    assert minutes(batch, "Calendar 2", date(2025, 3, 10), 5) == [0, 480, 480, 0, 480]
    working = Working(calendars(batch)["Calendar 2"])
    assert working.next_start(minute_of(date(2025, 3, 12))) == minute_of(when("2025-03-12T12:00"))


def test_an_exception_comes_before_a_work_week_and_that_before_the_week(tmp_path: Path) -> None:
    week = work_weeks("2025-03-03", "2025-03-05", week_day(2, "") + week_day(3, LATE_WORK) + week_day(4, ""))
    off = exceptions(exception("2025-03-05", "2025-03-06", work=WORK.replace("16:00", "10:00")))
    batch = batch_with(tmp_path, calendar(1, more=off + week))
    assert batch.problems == ()
    assert minutes(batch, "Calendar 1", date(2025, 3, 3), 5) == [0, 480, 120, 120, 480]
    assert minutes(batch, "Calendar 1", date(2025, 3, 10), 3) == [480, 480, 480]


def test_shifts_that_end_at_midnight_and_days_without_times(tmp_path: Path) -> None:
    night = WORK.replace("08:00:00", "23:00:00").replace("16:00:00", "00:00:00")
    standard = "<WeekDay><DayType>3</DayType><DayWorking>1</DayWorking></WeekDay>"
    week = calendars(batch_with(tmp_path, calendar(1, week_day(2, night) + standard)))["Calendar 1"].week
    assert week[:2] == (((1380, 1440),), ((480, 720), (780, 1020)))


@pytest.mark.parametrize(
    ("rule", "first", "last", "expected"),
    [
        # every third day
        ("<Type>7</Type><Period>3</Period>", "2024-01-30", "2024-02-06", ["24-01-30", "24-02-02", "24-02-05"]),
        ("<Type>1</Type><Period>4</Period>", "2024-01-30", "2024-02-06", ["24-01-30", "24-02-03"]),
        # Monday and Friday of every second week; the first week begins on the Sunday before
        ("<Type>6</Type><Period>2</Period><DaysOfWeek>34</DaysOfWeek>", "2024-01-04", "2024-01-20",
         ["24-01-05", "24-01-15", "24-01-19"]),
        # Sunday and Saturday
        ("<Type>6</Type><Period>1</Period><DaysOfWeek>65</DaysOfWeek>", "2024-01-06", "2024-01-14",
         ["24-01-06", "24-01-07", "24-01-13", "24-01-14"]),
        # the 31st, which some months do not have
        ("<Type>4</Type><Period>1</Period><MonthDay>31</MonthDay>", "2024-01-15", "2024-04-30",
         ["24-01-31", "24-02-29", "24-03-31", "24-04-30"]),
        # the 10th of every third month, from the first 10th that is not past
        ("<Type>4</Type><Period>3</Period><MonthDay>10</MonthDay>", "2024-06-15", "2025-01-31",
         ["24-07-10", "24-10-10", "25-01-10"]),
        # the last Monday of every third month
        ("<Type>5</Type><Period>3</Period><MonthItem>4</MonthItem><MonthPosition>4</MonthPosition>",
         "2024-06-15", "2024-12-31", ["24-06-24", "24-09-30", "24-12-30"]),
        # the first weekday, the second day of a weekend, the third day of a month
        ("<Type>5</Type><Period>1</Period><MonthItem>1</MonthItem><MonthPosition>0</MonthPosition>",
         "2024-06-01", "2024-07-31", ["24-06-03", "24-07-01"]),
        ("<Type>5</Type><Period>1</Period><MonthItem>2</MonthItem><MonthPosition>1</MonthPosition>",
         "2024-06-01", "2024-07-31", ["24-06-02", "24-07-07"]),
        ("<Type>5</Type><Period>1</Period><MonthItem>0</MonthItem><MonthPosition>2</MonthPosition>",
         "2024-06-01", "2024-07-31", ["24-06-03", "24-07-03"]),
        # 25 December, and 29 February
        ("<Type>2</Type><Month>11</Month><MonthDay>25</MonthDay>", "2024-01-01", "2026-12-24",
         ["24-12-25", "25-12-25"]),
        ("<Type>2</Type><Month>1</Month><MonthDay>29</MonthDay>", "2024-01-01", "2025-12-31", ["24-02-29", "25-02-28"]),
        # the fourth Thursday of November
        ("<Type>3</Type><Month>10</Month><MonthItem>7</MonthItem><MonthPosition>3</MonthPosition>",
         "2024-01-01", "2025-12-31", ["24-11-28", "25-11-27"]),
        # ended by occurrences
        ("<EnteredByOccurrences>1</EnteredByOccurrences><Occurrences>2</Occurrences><Type>7</Type><Period>2</Period>",
         "2024-01-01", "2024-12-31", ["24-01-01", "24-01-03"]),
        ("<EnteredByOccurrences>0</EnteredByOccurrences><Occurrences>2</Occurrences><Type>7</Type><Period>2</Period>",
         "2024-01-01", "2024-01-05", ["24-01-01", "24-01-03", "24-01-05"]),
        # one day, whatever the type
        ("<Type>6</Type><Period>1</Period><DaysOfWeek>1</DaysOfWeek>", "2024-01-04", "2024-01-04", ["24-01-04"]),
        ("<Type>6</Type><Period>1</Period>", "2024-01-04", "2024-01-24", []),
        ("<Type>1</Type>", "2024-01-05", "2024-01-04", []),
    ],
)  # fmt: skip
def test_recurring_exceptions(tmp_path: Path, rule: str, first: str, last: str, expected: list[str]) -> None:
    batch = batch_with(tmp_path, calendar(1, SEVEN_DAYS, more=exceptions(exception(first, last, rule))))
    assert batch.problems == ()
    assert free_days(batch, date(2023, 12, 1), date(2027, 3, 1)) == expected


def test_a_recurrence_without_end_is_bounded(tmp_path: Path) -> None:
    every = exceptions(*[exception("1984-01-01", "9999-12-31", "<Type>7</Type><Period>2</Period>")] * 3)
    batch = batch_with(tmp_path, calendar(1, more=every))
    assert 10_000 < len(calendars(batch)["Calendar 1"].exceptions) <= 20_000
    assert rows(batch)["1"].finish is not None


def test_exceptions_and_work_weeks_without_dates_are_told(tmp_path: Path) -> None:
    broken = exceptions("<Exception><Name>Off</Name></Exception>", exception("2025-03-04", "2025-03-04"))
    weeks = work_weeks("soon", "later", week_day(2, ""))
    batch = batch_with(tmp_path, calendar(1, more=broken + weeks))
    assert messages(batch) == [
        "An exception “Off” of the calendar “Calendar 1” has no dates; it is left out.",
        "The work week “W” of the calendar “Calendar 1” has no dates; it is left out.",
    ]
    assert minutes(batch, "Calendar 1", date(2025, 3, 3), 3) == [480, 0, 480]
