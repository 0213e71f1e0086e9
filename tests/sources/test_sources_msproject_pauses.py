from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msproject_help import after, calendar, items, messages, plan, read, rows, task, terms, when

from cockpit.engine.scheduling.calendars import Working
from cockpit.engine.scheduling.calendars import minute_of as engine_minute
from cockpit.records.model import Batch, Calendar
from cockpit.sources import msproject, msproject_portions
from cockpit.sources.msproject_hours import Clock, hours_of
from cockpit.sources.msproject_portions import Runs, gaps, joined, minute_of, pairs

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "mpxj"
MONDAY = datetime.fromisoformat("2025-03-03T08:00:00")
NOBODY = "<ResourceUID>-65535</ResourceUID>"


def portion(
    start: str | datetime, finish: str | datetime, hours: float | None = 8, kind: int = 1, unit: str = "2"
) -> str:
    begin, end = (each.isoformat() if isinstance(each, datetime) else each for each in (start, finish))
    value = "" if hours is None else f"<Value>PT{int(hours)}H{round(hours % 1 * 60)}M0S</Value>"
    units = f"<Unit>{unit}</Unit>" if unit else ""
    return (
        f"<TimephasedData><Type>{kind}</Type><UID>1</UID><Start>{begin}</Start><Finish>{end}</Finish>"
        f"{units}{value}</TimephasedData>"
    )


def days(*hours: float | None, kind: int = 1, first: datetime = MONDAY) -> str:
    """A portion a day, weekends too."""
    starts = [first + timedelta(days=n) for n in range(len(hours))]
    return "".join(portion(a, a + timedelta(days=1), value, kind) for a, value in zip(starts, hours, strict=True))


def assigned(uid: int, portions: str, who: str = NOBODY, work: int = 8) -> str:
    return (
        f"<Assignment><UID>{uid}</UID><TaskUID>{uid}</TaskUID>{who}<Units>1</Units><Work>PT{work}H0M0S</Work>"
        f"{portions}</Assignment>"
    )


def split(folder: Path, tasks: str, assignments: str, resources: str = "", calendars: str = "") -> Batch:
    lists = f"<Resources>{resources}</Resources><Assignments>{assignments}</Assignments>"
    return read(folder, plan(tasks, calendars or calendar(1)).replace("</Tasks>", "</Tasks>" + lists))


def pauses(batch: Batch) -> dict[str, tuple[tuple[int, int], ...]]:
    return {name: tuple(map(tuple, each.pauses)) for name, each in terms(batch).items()}


def test_a_day_without_work_is_a_pause_and_a_weekend_is_none(tmp_path: Path) -> None:
    batch = split(tmp_path, task(1, 32) + task(2, more=after(1)), assigned(1, days(8, 8, 0, 8, None, None, None, 8)))
    assert pauses(batch) == {"1": ((960, 480), (1440, 480)), "2": ()}
    found = rows(batch)
    assert (found["1"].start, found["1"].finish) == (when("2025-03-03T08:00"), when("2025-03-10T16:00"))
    assert (found["1"].duration_minutes, found["1"].remaining_minutes) == (1920, 1920)
    assert found["2"].start == when("2025-03-11T08:00")
    assert found["1"].late_start == found["1"].start
    assert batch.problems == ()


def test_a_pause_moves_along_with_its_task(tmp_path: Path) -> None:
    late = "<ConstraintType>4</ConstraintType><ConstraintDate>2025-03-05T12:00:00</ConstraintDate>"
    batch = split(tmp_path, task(1, 16, late), assigned(1, days(8, 0, 8)))
    assert (rows(batch)["1"].start, rows(batch)["1"].finish) == (when("2025-03-05T12:00"), when("2025-03-10T12:00"))


@pytest.mark.parametrize(
    "portions",
    [
        days(8, 3, 8, 8),  # a contour
        days(8, 8, 8, 8, 0, 0, 0)[: -len(days(0))],  # nothing after it
        days(0, 8, 8, 8, 8),  # nothing before it
        "".join(  # hours, with a break at noon and a night
            portion(f"2025-03-0{day}T{hour:02}:00:00", f"2025-03-0{day}T{hour + 1:02}:00:00", 1, unit="1")
            for day in (3, 4) for hour in range(8, 16)
        ),
        portion("2025-03-03T08:00:00", "2025-03-03T15:59:59") + portion("2025-03-04T08:00:00", "2025-03-04T16:00:00"),
        days(8, 8, kind=4) + days(8, 0, 8, kind=9),  # a baseline and something else
        days(8, first=MONDAY - timedelta(days=3)) + days(8),  # from Friday to Monday
        "",
    ],
)  # fmt: skip
def test_what_is_no_pause(tmp_path: Path, portions: str) -> None:
    batch = split(tmp_path, task(1, 32), assigned(1, portions))
    assert pauses(batch) == {"1": ()}
    assert batch.problems == ()


def test_hours_weeks_and_gaps_without_portions(tmp_path: Path) -> None:
    hours = [portion(f"2025-03-03T{hour:02}:00:00", f"2025-03-03T{hour + 1:02}:00:00", hour not in (10, 11), unit="1")
             for hour in range(8, 16)]  # fmt: skip
    weeks = [portion(MONDAY + timedelta(weeks=n), MONDAY + timedelta(weeks=n + 1), n != 1, unit="3") for n in range(3)]
    bare = days(8) + days(8, first=MONDAY + timedelta(days=2)).replace("<Unit>2</Unit>", "")
    batch = split(
        tmp_path,
        task(1, 6) + task(2, 80) + task(3, 16) + task(4, 16),
        assigned(1, "".join(hours)) + assigned(2, "".join(weeks))
        + assigned(3, bare)
        + assigned(4, "".join(reversed([days(8), days(8, first=MONDAY + timedelta(days=2))]))),
    )  # fmt: skip
    assert pauses(batch) == {"1": ((120, 120),), "2": ((2400, 2400),), "3": ((480, 480),), "4": ((480, 480),)}


def test_nobody_of_all_who_are_assigned_works_in_a_pause(tmp_path: Path) -> None:
    people = "<Resource><UID>1</UID><Type>1</Type></Resource><Resource><UID>2</UID><Type>1</Type></Resource>"
    cement = "<Resource><UID>3</UID><Type>0</Type></Resource>"
    one, two, three = (f"<ResourceUID>{uid}</ResourceUID>" for uid in (1, 2, 3))
    batch = split(
        tmp_path,
        task(1, 32) + task(2, 24),
        assigned(1, days(8, 0, 0, 8, 0, 8), one) + assigned(1, days(0, 8), two)
        + assigned(2, days(8, 0, 8), one) + assigned(2, days(8, 8, 8), three),
        people + cement,
    )  # fmt: skip
    assert pauses(batch) == {"1": ((960, 480), (1440, 480)), "2": ((480, 480),)}


def test_holidays_of_the_resource_of_a_fixed_duration_are_no_pause(tmp_path: Path) -> None:
    away = (
        "<Exceptions><Exception><EnteredByOccurrences>0</EnteredByOccurrences><TimePeriod>"
        "<FromDate>2025-03-05T00:00:00</FromDate><ToDate>2025-03-05T23:59:00</ToDate></TimePeriod>"
        "<Type>1</Type><DayWorking>0</DayWorking></Exception></Exceptions>"
    )
    batch = split(
        tmp_path,
        task(1, 32, "<Type>1</Type>"),
        assigned(1, days(8, 0, 0, 8, 8), "<ResourceUID>1</ResourceUID>"),
        "<Resource><UID>1</UID><Type>1</Type><CalendarUID>2</CalendarUID></Resource>",
        calendar(1) + calendar(2, "", 1, away),
    )
    assert pauses(batch) == {"1": ((480, 480),)}


def test_what_resources_pace_holds_its_pauses_in_the_shares(tmp_path: Path) -> None:
    half = calendar(2).replace("16:00:00", "12:00:00")
    people = "".join(
        f"<Resource><UID>{uid}</UID><Type>1</Type><CalendarUID>{uid}</CalendarUID></Resource>" for uid in (1, 2)
    )
    one, two = (f"<ResourceUID>{uid}</ResourceUID>" for uid in (1, 2))
    batch = split(
        tmp_path,
        task(1, 8) + task(2, 16),
        assigned(1, days(4, 0, 4), two)
        + assigned(2, days(8, 0, 0, 8), one, 16) + assigned(2, days(4, 0, 0, 4), two) + assigned(2, days(4), two, 4),
        people,
        calendar(1) + half,
    )  # fmt: skip
    found = {name: (each.pauses, [share[1:] for share in each.shares]) for name, each in terms(batch).items()}
    assert found == {"1": ((), [(720, 720)]), "2": ((), [(1920, 1920), (960, 960), (240, 240)])}
    assert rows(batch)["1"].finish == when("2025-03-05T12:00")
    assert rows(batch)["2"].finish == when("2025-03-06T16:00")
    assert rows(batch)["1"].duration_minutes == 480


GOING = "<ActualStart>2025-03-03T08:00:00</ActualStart><PercentComplete>50</PercentComplete>"


def test_of_begun_work_the_pauses_of_what_is_left_count(tmp_path: Path) -> None:
    left = GOING + "<RemainingDuration>PT16H0M0S</RemainingDuration>"
    torn = left + "<Stop>2025-03-04T16:00:00</Stop><Resume>2025-03-06T08:00:00</Resume>"
    spent, later = (
        days(8, 8, kind=2),
        days(8, 0, first=MONDAY + timedelta(days=3)) + days(8, first=MONDAY + timedelta(7)),
    )
    batch = split(
        tmp_path,
        task(1, 32, left) + task(2, 32, torn),
        assigned(1, days(8, 0, 8, first=MONDAY + timedelta(days=2)) + spent) + assigned(2, later + spent),
    )
    assert pauses(batch) == {"1": ((480, 480),), "2": ((480, 480),)}
    found = rows(batch)
    assert (found["1"].finish, found["2"].finish) == (when("2025-03-07T16:00"), when("2025-03-10T16:00"))
    assert [found[name].remaining_minutes for name in "12"] == [960, 960]
    assert items(batch)["1"].remaining_days == 2


def test_what_lies_before_begun_work_resumes_is_no_pause_of_what_is_left(tmp_path: Path) -> None:
    torn = GOING + "<RemainingDuration>PT16H0M0S</RemainingDuration>"
    torn += "<Stop>2025-03-03T12:00:00</Stop><Resume>2025-03-05T08:00:00</Resume>"
    batch = split(tmp_path, task(1, 20, torn), assigned(1, days(4, 0, 8, 0, 8) + days(4, kind=2)))
    assert pauses(batch) == {"1": ((480, 480),)}
    assert rows(batch)["1"].finish == when("2025-03-07T16:00")


def test_begun_work_that_paused_goes_on_where_it_resumes(tmp_path: Path) -> None:
    left = GOING + "<RemainingDuration>PT16H0M0S</RemainingDuration>"
    same = left + "<Stop>2025-03-05T16:00:00</Stop><Resume>2025-03-05T16:00:00</Resume>"
    work = days(8, 0, 8, kind=2) + days(8, 8, first=MONDAY + timedelta(days=3))
    batch = split(tmp_path, task(1, 32, left) + task(2, 32, same), assigned(1, work) + assigned(2, work))
    assert pauses(batch) == {"1": (), "2": ()}
    assert [terms(batch)[name].resumed for name in "12"] == [when("2025-03-06T08:00"), when("2025-03-05T16:00")]
    assert {rows(batch)[name].finish for name in "12"} == {when("2025-03-07T16:00")}


@pytest.mark.parametrize(
    ("start", "finish", "expected"),
    [
        ("2025-03-03T08:00:00", "2025-03-05T16:00:00", 480),
        ("2025-03-03T08:00:00", "2025-03-05T12:00:00", 240),  # half of the day before or after belongs to it
        ("2025-03-03T08:00:00", "2025-03-06T12:00:00", 720),
        ("2025-03-03T08:00:00", "2025-03-04T16:00:00", None),  # by its own dates it does not pause
        ("2025-03-03T08:00:00", "2025-04-30T16:00:00", 480),  # dates that have nothing to do with it
        ("2025-03-03T08:00:00", "soon", 480),
    ],
)
def test_the_dates_of_a_task_tell_how_long_its_pauses_are(
    tmp_path: Path, start: str, finish: str, expected: int | None
) -> None:
    dates = f"<Start>{start}</Start><Finish>{finish}</Finish>"
    batch = split(tmp_path, task(1, 16, dates), assigned(1, days(8, 0, 8)))
    assert pauses(batch) == {"1": ((480, expected),) if expected else ()}


def test_some_work_always_comes_after_a_pause(tmp_path: Path) -> None:
    dates = "<Start>2025-03-03T08:00:00</Start><Finish>2025-03-05T12:00:00</Finish>"
    batch = split(tmp_path, task(1, 8, dates), assigned(1, days(4, 0, 4)))
    assert pauses(batch) == {"1": ((479, 720),)}
    assert rows(batch)["1"].finish == when("2025-03-05T12:00")


@pytest.mark.parametrize(
    ("portions", "found", "told"),
    [
        (days(8, 0, 8) + portion("soon", "later"), (), True),
        (days(8, 0, 8) + portion("", ""), (), True),
        (days(8, 0, 8) + "<TimephasedData/>" + portion("soon", "later", 0), ((480, 480),), False),
        (days(8, 0, 8).replace("PT0H0M0S", "nothing"), (), False),
        (days(8, 0, 8) + portion("2025-03-06T08:00:00", "2025-03-01T08:00:00"), ((480, 480),), False),
        (days(8, 0, 8).replace("00</", "00Z</"), ((480, 480),), False),
    ],
)
def test_portions_that_cannot_be_read(
    tmp_path: Path, portions: str, found: tuple[tuple[int, int], ...], told: bool
) -> None:
    batch = split(tmp_path, task(1, 16), assigned(1, portions))
    assert pauses(batch) == {"1": found}
    message = "Task UID 1: Its pauses are left out, since dates in its time-phased work cannot be read."
    assert messages(batch) == ([message] if told else [])


def test_work_in_too_many_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(msproject_portions, "MOST_RUNS", 3)
    many = days(*(8, 0) * 8)
    batch = split(
        tmp_path, task(1, 56) + task(2, 16), assigned(1, many) + assigned(1, many) + assigned(2, days(8, 0, 8))
    )
    assert pauses(batch) == {"1": (), "2": ((480, 480),)}
    assert messages(batch) == [
        "Task UID 1: Its pauses are left out, since its time-phased work is in more than 3 pieces."
    ]


def test_summaries_and_tasks_that_are_done_do_not_pause(tmp_path: Path) -> None:
    done = GOING.replace(">50<", ">100<") + "<ActualFinish>2025-03-05T16:00:00</ActualFinish>"
    batch = split(
        tmp_path,
        task(1, 16, "<Summary>1</Summary>") + task(2, 16, done, level=2),
        assigned(1, days(8, 0, 8)) + assigned(2, days(8, 0, 8, kind=2)),
    )
    assert pauses(batch) == {"1": (), "2": ()}
    assert rows(batch)["2"].finish == when("2025-03-05T16:00")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not here")
def test_plans_that_the_program_wrote_without_splits_have_no_pauses() -> None:
    for path in sorted(CORPUS.glob("*.xml")):
        batch = msproject.read(path, path.name)
        assert {name: each.pauses for name, each in terms(batch).items() if each.pauses} == {}


MINUTES = st.integers(1000, 1020)


@given(st.lists(st.tuples(MINUTES, MINUTES), max_size=12))
def test_runs_are_the_union_of_their_portions_in_whatever_order(portions: list[tuple[int, int]]) -> None:
    def text(minute: int) -> str:
        return (datetime.fromordinal(1) + timedelta(minutes=minute - 1000)).isoformat()

    runs, base = Runs(), 1440 - 1000
    for begin, end in portions:
        runs.take(text(begin), text(end))
    found = list(pairs(runs.ends()))
    covered = {minute + base for begin, end in portions for minute in range(begin, end)}
    assert covered == {minute for begin, end in found for minute in range(begin, end)}
    assert found == joined(found)
    assert len(gaps(found)) == max(0, len(found) - 1)


DAYS = st.dates(datetime(2025, 2, 20).date(), datetime(2025, 4, 10).date())  # noqa: DTZ001
SHIFTS = st.sampled_from([(), ((480, 960),), ((0, 360), (1320, 1440)), ((0, 1440),), ((480, 720), (780, 1020))])


@given(
    st.lists(SHIFTS, min_size=7, max_size=7).filter(any),
    st.lists(st.tuples(DAYS, DAYS, SHIFTS), max_size=4),
    st.tuples(DAYS, DAYS),
    st.tuples(*[st.integers(0, 1439)] * 2),
)
def test_a_clock_counts_what_the_schedule_counts(
    week: list[tuple[tuple[int, int], ...]],
    exceptions: list[tuple[object, object, tuple[tuple[int, int], ...]]],
    between: tuple[object, object],
    minutes: tuple[int, int],
) -> None:
    written = Calendar(id="c", week=tuple(week), exceptions=tuple(exceptions))  # type: ignore[arg-type]
    moments = [
        datetime.fromisoformat(f"{day}T00:00") + timedelta(minutes=minute)
        for day, minute in zip(between, minutes, strict=True)
    ]
    clock, working = Clock(hours_of(written)), Working(written)
    start, end = (minute_of(moment.isoformat()) for moment in moments)
    assert start is not None and end is not None
    expected = working.work_between(*map(engine_minute, moments))
    assert clock.between(start, end) == expected == clock.between(start, end)
