from __future__ import annotations

from pathlib import Path

import pytest
from msproject_help import SETTINGS, after, items, links, messages, method, plan, read, rows, task, terms, when

from cockpit.engine.plans.plan import finish_with, plan_of, schedule_plan
from cockpit.records.model import Kind, LinkType
from cockpit.records.terms import Constraint, Rules


def dated(kind: int) -> str:
    return f"<ConstraintType>{kind}</ConstraintType><ConstraintDate>2025-03-12T08:00:00</ConstraintDate>"


@pytest.mark.parametrize(
    ("kind", "constraint"),
    [
        (2, Constraint.MUST_START),
        (3, Constraint.MUST_FINISH),
        (4, Constraint.START_FROM),
        (5, Constraint.START_UNTIL),
        (6, Constraint.FINISH_FROM),
        (7, Constraint.FINISH_UNTIL),
    ],
)
def test_constraints_with_a_date(tmp_path: Path, kind: int, constraint: Constraint) -> None:
    above = task(2, more=dated(kind) + "<Summary>1</Summary>") + task(3, level=2)
    batch = read(tmp_path, plan(task(1, more=dated(kind)) + above))
    for name in ("1", "2"):
        found = terms(batch)[name]
        assert (found.rules, found.constraint, found.constraint_date) == (
            Rules.PROJECT,
            constraint,
            when("2025-03-12T08:00"),
        )
    assert items(batch)["1"].not_before == (when("2025-03-12T08:00") if kind == 4 else None)
    assert items(batch)["2"].not_before is None


def test_constraints_without_a_date(tmp_path: Path) -> None:
    text = plan(
        task(1, more="<ConstraintType>0</ConstraintType><ConstraintDate>2025-03-12T08:00:00</ConstraintDate>")
        + task(2, more="<ConstraintType>1</ConstraintType>")
        + task(3, more="<ConstraintType>6</ConstraintType>")
        + task(4, more="<ConstraintType>5</ConstraintType><ConstraintDate>soon</ConstraintDate>")
        + task(5, more=dated(9))
    )
    batch = read(tmp_path, text)
    assert [found.constraint for found in terms(batch).values()] == [None, Constraint.LATE, None, None, None]
    assert messages(batch) == [
        "Task UID 3: Its constraint “finish no earlier than” has no date, so it is ignored.",
        "Task UID 4: “soon” is no date like 2026-01-31T08:00:00; it is ignored.",
        "Task UID 5: Constraint type 9 is unknown (0 to 7 were expected); it is ignored.",
    ]


def test_the_method_of_a_plan(tmp_path: Path) -> None:
    settings = SETTINGS + (
        "<FinishDate>2025-06-30T17:00:00</FinishDate><ScheduleFromStart>0</ScheduleFromStart>"
        "<StatusDate>2025-04-01T17:00:00</StatusDate><CriticalSlackLimit>2</CriticalSlackLimit>"
        "<MinutesPerDay>450</MinutesPerDay>"
    )
    found = method(read(tmp_path, plan(task(1), settings=settings)))
    assert (found.rules, found.calendar) == (Rules.PROJECT, "payments-plan/Calendar 1")
    assert (found.start, found.finish) == (when("2025-03-03T08:00"), when("2025-06-30T17:00"))
    assert (found.backward, found.data_date, found.critical_minutes) == (True, when("2025-04-01T17:00"), 900)
    plain = method(read(tmp_path, plan(task(1))))
    assert (plain.backward, plain.data_date, plain.critical_minutes, plain.expected_finish) == (False, None, 0, False)


def test_the_dates_of_manual_tasks(tmp_path: Path) -> None:
    start, finish = "<Start>2025-03-20T08:00:00</Start>", "<Finish>2025-03-21T16:00:00</Finish>"
    text = plan(
        task(1, more="<Manual>1</Manual>" + start + finish)
        + task(2, more="<Manual>1</Manual>" + start.replace("Start", "ManualStart"))
        + task(3, more="<Manual>0</Manual>" + start + finish)
    )
    batch = read(tmp_path, text)
    found = terms(batch)
    assert (found["1"].manual_start, found["1"].manual_finish) == (when("2025-03-20T08:00"), when("2025-03-21T16:00"))
    assert (found["2"].manual_start, found["2"].manual_finish) == (when("2025-03-20T08:00"), None)
    assert [each.manual for each in found.values()] == [True, True, False]
    assert found["3"].manual_start is None
    assert items(batch)["1"].not_before == when("2025-03-20T08:00")


def test_delays_and_interruptions(tmp_path: Path) -> None:
    going = "<PercentComplete>50</PercentComplete><ActualStart>2025-03-03T08:00:00</ActualStart>"
    stop, resume = "<Stop>2025-03-03T16:00:00</Stop>", "<Resume>2025-03-10T08:00:00</Resume>"
    text = plan(
        task(1, more="<LevelingDelay>14400</LevelingDelay><LevelingDelayFormat>8</LevelingDelayFormat>")
        + task(2, 16, going + stop + resume)
        + task(3, 16, stop + resume)
        + task(4, 16, going + stop + stop.replace("Stop", "Resume"))
        + task(5, more="<LevelingDelay>a while</LevelingDelay>")
    )
    batch = read(tmp_path, text)
    found = terms(batch)
    assert [each.delay_minutes for each in found.values()] == [1440, 0, 0, 0, 0]
    assert (found["2"].suspended, found["2"].resumed) == (when("2025-03-03T16:00"), when("2025-03-10T08:00"))
    assert [found[name].resumed for name in "134"] == [None] * 3
    assert messages(batch) == ["Task UID 5: The levelling delay “a while” is no whole number; it counts as none."]


@pytest.mark.parametrize(("code", "kind"), [(0, LinkType.FF), (1, LinkType.FS), (2, LinkType.SF), (3, LinkType.SS)])
def test_link_types(tmp_path: Path, code: int, kind: LinkType) -> None:
    assert links(read(tmp_path, plan(task(1) + task(2, more=after(1, code)))))[0].type is kind


@pytest.mark.parametrize(
    ("lag", "form", "minutes", "elapsed"),
    [
        (4800, 7, 480, False),
        (-600, 5, -60, False),
        (4800, 39, 480, False),
        (50, 19, 960, False),
        (-25, 51, -480, False),
        (14400, 8, 1440, True),
        (600, 38, 60, True),
        (50, 20, 960, True),
        (50, 52, 960, True),
        (0, 8, 0, False),
    ],
)
def test_lags_by_their_format(tmp_path: Path, lag: int, form: int, minutes: int, elapsed: bool) -> None:
    settings = SETTINGS + "<MinutesPerDay>450</MinutesPerDay>"
    batch = read(tmp_path, plan(task(2, more=after(1, lag=lag, form=form)) + task(1, 32), settings=settings))
    (link,) = links(batch)
    assert batch.problems == ()
    assert link.lag_calendar == ("payments-plan/(elapsed)" if elapsed else "")
    assert link.lag_days * (1440 if elapsed else 450) == pytest.approx(minutes)


def test_an_elapsed_lag_runs_through_the_weekend(tmp_path: Path) -> None:
    batch = read(tmp_path, plan(task(1, 40) + task(2, more=after(1, lag=14400, form=8))))
    assert rows(batch)["2"].start == when("2025-03-10T08:00")
    assert rows(batch)["1"].finish == when("2025-03-07T16:00")
    batch = read(tmp_path, plan(task(1, 40) + task(2, more=after(1, lag=3 * 14400, form=8))))
    assert rows(batch)["2"].start == when("2025-03-11T08:00")


def test_elapsed_durations_run_through_the_night(tmp_path: Path) -> None:
    form = "<DurationFormat>8</DurationFormat>"
    text = plan(
        task(1, 48, form)
        + task(2, 48, after(1))
        + task(3, 48, form + "<PercentComplete>50</PercentComplete><RemainingDuration>PT24H0M0S</RemainingDuration>")
        + task(4, more=after(1, lag=50, form=19))
    )
    batch = read(tmp_path, text)
    assert rows(batch)["1"].finish == when("2025-03-05T08:00")
    assert rows(batch)["2"].start == when("2025-03-05T08:00")
    assert (items(batch)["3"].duration_days, items(batch)["3"].remaining_days) == (2.0, 1.0)
    # half of 48 hours, in working time
    assert [link.lag_days for link in links(batch)] == [0.0, 3.0]


def test_links_to_inactive_tasks_tie_nothing(tmp_path: Path) -> None:
    batch = read(tmp_path, plan(task(1, more="<Active>0</Active>") + task(2, more=after(1))))
    assert (links(batch), batch.problems) == ([], ())


EXTERNAL = (
    r"<ExternalTask>1</ExternalTask><ExternalTaskProject>{}</ExternalTaskProject>"
    "<Start>2025-03-10T08:00:00</Start><Finish>2025-03-11T16:00:00</Finish>"
)


def crossing(uid: int, name: str) -> str:
    more = f"<CrossProject>1</CrossProject><CrossProjectName>{name}</CrossProjectName></PredecessorLink>"
    return after(uid).replace("</PredecessorLink>", more)


@pytest.mark.parametrize(
    ("row", "link", "expected"),
    [
        (r"C:\plans\core.mpp\5", "", "core/5"),
        ("core.mpp", r"\\server\share\core.mpp\5", "core/5"),
        ("", "Core 2.0/5", "Core 2.0/5"),
        ("core.mpp", "", "payments-plan/1"),
    ],
)
def test_a_row_for_a_task_of_another_plan(tmp_path: Path, row: str, link: str, expected: str) -> None:
    text = plan(
        task(1, more=EXTERNAL.format(row))
        + task(2, more=crossing(1, link) if link else after(1))
        + task(3, more="<Summary>1</Summary>")
    )
    batch = read(tmp_path, text)
    assert batch.problems == ()
    (stub,) = (item for item in items(batch).values() if item.stub)
    assert (stub.id, stub.title, stub.kind, stub.parent) == (expected, "Task 1", Kind.ACTIVITY, "")
    assert stub.terms is not None and stub.terms.manual
    assert (stub.terms.manual_start, stub.terms.manual_finish) == (when("2025-03-10T08:00"), when("2025-03-11T16:00"))
    assert [(each.predecessor, each.successor) for each in links(batch)] == [(expected, "payments-plan/2")]
    assert rows(batch)["2"].start == when("2025-03-12T08:00")


def test_a_row_for_a_task_of_another_plan_keeps_its_own_number_among_the_rows(tmp_path: Path) -> None:
    batch = read(tmp_path, plan(task(1, more=EXTERNAL.format(r"C:\plans\core.mpp\5")) + task(5, more=after(1))))
    found = schedule_plan(batch).rows
    assert [(row.id, row.name) for row in found] == [("5", "Task 5"), ("1", "Task 1")]
    longer = finish_with(plan_of(batch))
    finish, later = longer("5", 0), longer("5", 480)
    assert finish is not None and later is not None and later > finish, "its own task 5, not that of the other plan"


def test_what_another_plan_waits_for(tmp_path: Path) -> None:
    batch = read(tmp_path, plan(task(1) + task(2, more=EXTERNAL.format(r"D:\core.mpp\9") + after(1))))
    assert [(each.predecessor, each.successor) for each in links(batch)] == [("payments-plan/1", "core/9")]


def test_links_to_other_plans_without_a_row(tmp_path: Path) -> None:
    text = plan(
        task(1, more=crossing(7, "core.mpp")) + task(2, more=crossing(0, r"core.mpp\8")) + task(3, more=crossing(0, ""))
    )
    batch = read(tmp_path, text)
    assert [link.predecessor for link in links(batch)] == ["core/7", "core/8"]
    assert [item.id for item in items(batch).values() if item.stub] == ["core/7", "core/8"]
    assert messages(batch) == ["Task UID 3: Its predecessor 0 is no task of this plan; the link is left out."]
    assert rows(batch)["1"].start == when("2025-03-03T08:00")


def test_a_plan_that_names_itself_meets_its_own_task(tmp_path: Path) -> None:
    row = task(1, more=EXTERNAL.format(r"C:\payments-plan.mpp\2"))
    batch = read(tmp_path, plan(row + task(2) + task(3, more=after(1))))
    assert [(item.id, item.stub) for item in items(batch).values()] == [
        ("payments-plan/2", False),
        ("payments-plan/3", False),
    ]
    assert [link.predecessor for link in links(batch)] == ["payments-plan/2"]


def test_a_plan_that_is_scheduled_from_its_finish(tmp_path: Path) -> None:
    settings = SETTINGS + "<FinishDate>2025-03-14T16:00:00</FinishDate><ScheduleFromStart>0</ScheduleFromStart>"
    soon = "<ConstraintType>0</ConstraintType>"
    text = plan(task(1, 16) + task(2, 8, soon) + task(3, 8, after(1) + "<ConstraintType/>"), settings=settings)
    batch = read(tmp_path, text)
    assert [found.constraint for found in terms(batch).values()] == [Constraint.LATE, None, Constraint.LATE]
    found = rows(batch)
    assert (found["3"].start, found["3"].finish) == (when("2025-03-14T08:00"), when("2025-03-14T16:00"))
    assert (found["1"].start, found["1"].finish) == (when("2025-03-12T08:00"), when("2025-03-13T16:00"))
    assert (found["2"].start, found["2"].total_float_minutes) == (when("2025-03-12T08:00"), 960)
    assert batch.problems == ()


def test_a_finish_that_is_missing(tmp_path: Path) -> None:
    batch = read(tmp_path, plan(task(1), settings=SETTINGS + "<ScheduleFromStart>0</ScheduleFromStart>"))
    assert messages(batch) == [
        "The plan is scheduled from its finish and names none; its dates are computed from its start."
    ]
    assert (method(batch).backward, terms(batch)["1"].constraint) == (False, None)
    assert rows(batch)["1"].start == when("2025-03-03T08:00")


def test_a_summary_with_nothing_below_it_is_work(tmp_path: Path) -> None:
    flag = "<Summary>1</Summary>"
    text = plan(task(1, more=flag) + task(2, level=2) + task(3, more=flag + after(2)) + task(4, more=after(3)))
    found = rows(read(tmp_path, text))
    assert (found["1"].summary, found["3"].summary) == (True, False)
    assert found["3"].start == when("2025-03-04T08:00")
    assert found["4"].start == when("2025-03-05T08:00")
