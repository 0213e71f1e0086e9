"""`clndr_data` of Primavera exports: days, shifts, exceptions, what is inherited, and what is damaged."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from primavera_help import CALENDAR, FIVE_DAYS, SHIFT, calendar, calendars, data, off, read, serial, task, told, week

from cockpit.records.model import Batch, Calendar

DAY = ((480, 720), (780, 1020))


def only(folder: Path, text: str, **cells: object) -> tuple[Calendar, Batch]:
    """The calendar that this text gives."""
    batch = read(folder, CALENDAR=[{**CALENDAR, "clndr_data": text, **cells}])
    (found,) = calendars(batch).values()
    return found, batch


def test_day_1_is_sunday_and_the_week_begins_on_monday(tmp_path: Path) -> None:
    found, batch = only(tmp_path, data(week(1, 2)))
    assert found.week == (DAY, (), (), (), (), (), DAY)
    assert (found.id, found.title, found.minutes_per_day) == ("outage/Five days", "Five days", 480)
    assert not told(batch)


@pytest.mark.parametrize(
    ("shift", "read_as"),
    [
        ("s|08:00|f|16:00", (480, 960)),
        ("f|16:00|s|08:00", (480, 960)),
        ("s|20:00|f|00:00", (1200, 1440)),
        ("s|00:00|f|00:00", (0, 1440)),
        ("s|00:00|f|24:00", (0, 1440)),
        ("s|08:00 AM|f|04:30 PM", (480, 990)),
        ("s|12:00 AM|f|12:00 PM", (0, 720)),
        (" s | 8:00 |\x7f f | 16:00:00 ", (480, 960)),
    ],
)
def test_times_of_a_shift(tmp_path: Path, shift: str, read_as: tuple[int, int]) -> None:
    found, batch = only(tmp_path, data(week(2, shifts=f"(0||0({shift})())")))
    assert found.week[0] == (read_as,)
    assert not told(batch)


def test_shifts_come_in_any_order_and_those_that_overlap_are_one(tmp_path: Path) -> None:
    shifts = "(0||0(s|13:00|f|17:00)())(0||1(s|08:00|f|10:00)())(0||2(s|09:00|f|12:00)())"
    assert only(tmp_path, data(week(2, shifts=shifts)))[0].week[0] == DAY


@pytest.mark.parametrize(
    ("shift", "left", "said"),
    [
        ("s|08:00|f|08:00", (), "has no times of day"),
        ("s|8 o'clock|f|16:00", (), "has no times of day"),
        ("s|08:00", (), "has no times of day"),
        ("s|25:00|f|26:00", (), "has no times of day"),
        ("s|22:00|f|06:00", ((1320, 1440),), "lasts until midnight"),
    ],
)
def test_a_damaged_shift_costs_that_shift(
    tmp_path: Path, shift: str, left: tuple[tuple[int, int], ...], said: str
) -> None:
    text = week(2, shifts=f"(0||0({shift})())").replace("(0||3()())", f"(0||3()({SHIFT}))")
    found, batch = only(tmp_path, data(text))
    assert found.week[:2] == (left, DAY)
    (line,) = told(batch)
    assert said in line and line.startswith("row 7, clndr_data")


def test_a_calendar_of_which_no_shift_can_be_read_is_not_taken_for_one_without_work(tmp_path: Path) -> None:
    found, batch = only(tmp_path, data(week(2, shifts="(0||0(s|x|f|y)())")))
    assert found.week == (DAY,) * 5 + ((), ())
    assert "says no working days" in told(batch)[-1]


def test_exceptions_both_ways_and_days_in_a_row_are_one(tmp_path: Path) -> None:
    worked = f"(0||9(d|{serial('2026-12-19')})({SHIFT}))"
    text = off("2026-12-26", "2026-12-24", "2026-12-25").replace("Exceptions()(", f"Exceptions()({worked}")
    found, batch = only(tmp_path, data(week(2, 3, 4, 5, 6), text))
    assert found.exceptions == (
        (date(2026, 12, 19), date(2026, 12, 19), DAY),
        (date(2026, 12, 24), date(2026, 12, 26), ()),
    )
    assert not told(batch)


def test_day_42736_is_the_first_of_2017(tmp_path: Path) -> None:
    found, _ = only(tmp_path, data(week(2), "(0||Exceptions()((0||0(d|42736)())(0||1(d|42738.0)())))"))
    assert [span[0] for span in found.exceptions] == [date(2017, 1, 1), date(2017, 1, 3)]


@pytest.mark.parametrize("number", ["", "x", "-5", "٣", "99999999", "1e3"])
def test_an_exception_without_a_date_is_told(tmp_path: Path, number: str) -> None:
    # Digits of another script cannot be written in Windows-1252; they come as a question mark.
    number = number.encode("cp1252", "replace").decode()
    found, batch = only(tmp_path, data(week(2), f"(0||Exceptions()((0||0(d|{number})())(0||1(d|42736)())))"))
    assert found.exceptions == ((date(2017, 1, 1), date(2017, 1, 1), ()),)
    assert "has no date" in told(batch)[0]


@pytest.mark.parametrize("between", [" ", "\x7f\x7f", "\n", "\x7f\n  "])
def test_parts_may_stand_apart(tmp_path: Path, between: str) -> None:
    text = data(week(2, 3), off("2026-12-24", shifts=SHIFT))
    loose = text.replace("(", f"{between}({between}").replace(")", f"{between}){between}")
    assert only(tmp_path, loose)[0] == only(tmp_path, text)[0]


@pytest.mark.parametrize("old", [data("(0||VIEW(ShowTotal|N)())", week(2)), "(0||VIEW(ShowTotal|N)())" + data(week(2))])
def test_how_it_was_viewed_is_passed_over(tmp_path: Path, old: str) -> None:
    assert only(tmp_path, old)[0].week == (DAY, (), (), (), (), (), ())


def test_a_calendar_has_the_days_and_exceptions_of_its_base_and_its_own_come_first(tmp_path: Path) -> None:
    base = {**CALENDAR, "clndr_data": data(week(2, 3), off("2026-12-24", "2026-12-28"))}
    below = calendar(6, "Crew", data(off("2026-12-24", shifts=SHIFT)), base_clndr_id=5)
    found = calendars(read(tmp_path, task(100, clndr_id=6), CALENDAR=[below, base]))["outage/Crew"]
    assert found.week == (DAY, DAY, (), (), (), (), ())
    assert [(span[0].day, span[2]) for span in found.exceptions] == [(24, DAY), (24, ()), (28, ())]


@pytest.mark.parametrize("text", ["", data(), "(0||VIEW(ShowTotal|N)())"])
def test_without_days_and_a_base_it_is_monday_to_friday_and_told(tmp_path: Path, text: str) -> None:
    found, batch = only(tmp_path, text)
    assert found.week == (DAY,) * 5 + ((), ())
    assert told(batch) == [
        "row 7, clndr_data: The calendar “Five days” says no working days; Monday to Friday, 8 to 12 and 13 to 17, "
        "are used."
    ]


def test_bases_that_go_round_end(tmp_path: Path) -> None:
    round_ = [calendar(5, "A", "", base_clndr_id=6), calendar(6, "B", data(off("2026-12-24")), base_clndr_id=5)]
    found = calendars(read(tmp_path, CALENDAR=round_))["outage/A"]
    assert found.week == (DAY,) * 5 + ((), ())
    assert found.exceptions == ((date(2026, 12, 24), date(2026, 12, 24), ()),)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [("10", 600), ("7,5", 450), ("", 480), ("0", 480), ("0.001", 480)]
    + [(cell, 480) for cell in ("-8", "25", "nan", "inf", "x")],
)
def test_hours_a_day(tmp_path: Path, cell: str, minutes: int) -> None:
    found, batch = only(tmp_path, FIVE_DAYS, day_hr_cnt=cell)
    assert found.minutes_per_day == minutes
    assert bool(told(batch)) == (cell in ("0.001", "-8", "25", "nan", "inf", "x"))


def test_calendars_of_one_name_are_told_apart(tmp_path: Path) -> None:
    same = [calendar(n, "Five days", FIVE_DAYS) for n in (5, 6)] + [calendar(7, "Five days (6)", FIVE_DAYS)]
    rows = [task(100 + n, clndr_id=n) for n in (5, 6, 7)]
    found = calendars(read(tmp_path, *rows, CALENDAR=same))
    assert sorted(found) == ["outage/Five days", "outage/Five days (6)", "outage/Five days (6) (7)"]


def test_only_calendars_that_are_used_are_given(tmp_path: Path) -> None:
    found = read(tmp_path, CALENDAR=[CALENDAR, calendar(6, "Nobody's", FIVE_DAYS)])
    assert list(calendars(found)) == ["outage/Five days"]


def test_an_export_without_calendars_is_worked_monday_to_friday(tmp_path: Path) -> None:
    batch = read(tmp_path, CALENDAR=[])
    assert calendars(batch)["outage/(standard)"].week == (DAY,) * 5 + ((), ())
    assert "“5” is no calendar of the file; Monday to Friday" in told(batch)[1]


WHOLE = data(week(2, 3), off("2026-12-24", "2026-12-31", shifts=SHIFT))


@pytest.mark.parametrize("length", range(1, len(WHOLE) - 1))
def test_of_data_that_break_off_what_is_whole_is_used(tmp_path: Path, length: int) -> None:
    found, batch = only(tmp_path, WHOLE[:length])
    if length >= len(f"(0||CalendarData()({week(2, 3)}"):
        assert found.week == (DAY, DAY, (), (), (), (), ())
    else:
        assert found.week == (DAY,) * 5 + ((), ())
    assert len(found.exceptions) <= 2 and all(span[2] == DAY for span in found.exceptions)
    assert "is damaged" in told(batch)[0]


@pytest.mark.parametrize(
    "junk",
    [
        "(" * 10**6,
        "(0||x()(" * 10**5,
        ")" * 10**6,
        "(0||" * 10**5,
        "|" * 10**6,
        "(0||1()())" * 10**5 + ")",
        "(0||x()(" * 99 + "))" * 99,
    ],
    ids=["open", "nested", "closed", "begun", "bars", "flat", "deep"],
)
def test_hostile_data_cost_that_calendar_only(tmp_path: Path, junk: str) -> None:
    found, batch = only(tmp_path, junk)
    assert found.week == (DAY,) * 5 + ((), ())
    assert "is damaged" in told(batch)[0]
    assert len(batch.problems) < 5


def test_many_exceptions_are_read(tmp_path: Path) -> None:
    first = date(2020, 1, 1)
    days = [str(first + timedelta(days=2 * n)) for n in range(899)]
    rows = [calendar(n, f"C{n}", data(week(2, 3, 4, 5, 6), off(*days))) for n in range(1, 7)]
    found = calendars(read(tmp_path, *[task(100 + n, clndr_id=n) for n in range(1, 7)], CALENDAR=rows))
    assert [len(each.exceptions) for each in found.values()] == [899] * 6
