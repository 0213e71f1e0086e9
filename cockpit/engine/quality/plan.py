"""DCMA's fourteen checks of one plan file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from cockpit.engine.plans.plan import STANDARD, Plan, finish_with
from cockpit.engine.plans.rows import PlanRow, PlanSchedule
from cockpit.engine.quality.checks import MILESTONES, SPANS, STRETCH_DAYS, judge
from cockpit.engine.quality.records import Length, Quality, QualityActivity, QualityLink, QualityPlan, Stretch
from cockpit.engine.scheduling.calendars import Working, minute_of
from cockpit.records.snapshot import QualityTolerances

FinishWith = Callable[[str, int], datetime | None]
"""The finish of the plan with so many working minutes added to what is left of a task; None where it can't be asked."""

_WHOLE = 0.95
"""The share of the added days from which on the finish has moved by as much: holidays are not spread evenly."""


def quality_of(plan: Plan, schedule: PlanSchedule, tolerances: QualityTolerances | None = None) -> Quality:
    """The fourteen checks of a plan, of which `schedule` is what was computed. Links count as the file has them: those
    of a cycle too, and one to a summary once."""
    names = plan.names
    links = [
        QualityLink(
            predecessor=names.get(link.predecessor, link.predecessor),
            successor=names.get(link.successor, link.successor),
            type=link.type,
            lag_days=link.lag_days,
        )
        for link in plan.links
    ]
    return judge_plan(schedule, links, tolerances, finish_with=finish_with(plan), working=plan.net.workings[0])


def judge_plan(
    plan: PlanSchedule,
    links: Sequence[QualityLink],
    tolerances: QualityTolerances | None = None,
    *,
    finish_with: FinishWith | None = None,
    working: Working | None = None,
) -> Quality:
    """The fourteen checks of a plan, by DCMA's thresholds where no tolerances are given.

    `working` is the plan's own calendar, by which the critical path is measured; where none is given, Monday to Friday,
    8 to 12 and 13 to 17. Without `finish_with` the critical path test cannot be told.
    """
    working = working or Working(STANDARD)
    return judge(
        QualityPlan(
            activities=[_activity(row, plan.data_date, working) for row in plan.rows],
            links=links,
            data_date=plan.data_date,
            stretch=_stretch(plan, finish_with),
            length=_length(plan, working),
        ),
        tolerances,
    )


def _activity(row: PlanRow, data_date: datetime | None, working: Working) -> QualityActivity:
    per_day = max(1, row.minutes_per_day)

    def forecast(moment: datetime | None) -> datetime | None:
        """A moment just before the data date is the data date, if no working time lies between."""
        if moment is None or data_date is None or moment >= data_date:
            return moment
        return moment if _minutes(working, moment, data_date) > 0 else data_date

    return QualityActivity(
        id=row.id,
        role=row.role,
        summary=row.summary,
        milestone=_is_milestone(row),
        started=row.actual_start is not None,
        done=row.actual_finish is not None,
        start=forecast(row.start),
        finish=forecast(row.finish),
        actual_start=row.actual_start,
        actual_finish=row.actual_finish,
        baseline_finish=row.baseline_finish,
        duration_days=row.duration_minutes / per_day,
        remaining_days=row.remaining_minutes / per_day,
        float_days=None if row.total_float_minutes is None else row.total_float_minutes / per_day,
        constraints=tuple(each for each in (row.constraint, row.second_constraint) if each is not None),
        resourced=row.resourced,
    )


def _is_milestone(row: PlanRow) -> bool:
    return row.milestone or row.role in MILESTONES


def _is_work(row: PlanRow) -> bool:
    return not row.summary and row.role not in SPANS


def _stretch(plan: PlanSchedule, finish_with: FinishWith | None) -> Stretch | str:
    """Lengthen the first critical work that is not finished, and see whether the finish follows.

    The same again on top shows how far the finish goes for that many days once nothing else can hold it.
    """
    open_ones = [
        row
        for row in plan.rows
        if _is_work(row) and not _is_milestone(row) and row.critical and row.actual_finish is None and row.start
    ]
    if not open_ones:
        return "no unfinished work is critical"
    if finish_with is None:
        return "the schedule was not computed a second time"
    first = min(open_ones, key=lambda row: (not row.longest_path, row.early_start or row.start))
    added = STRETCH_DAYS * max(1, first.minutes_per_day)
    now, once, twice = (finish_with(first.id, times * added) for times in range(3))
    if now is None or once is None or twice is None:
        return f"the plan cannot be computed with a longer {first.id}"
    moved, expected = once - now, twice - once
    share = max(0.0, moved / expected) if expected else float(bool(moved))
    return Stretch(first.id, STRETCH_DAYS * (1.0 if share >= _WHOLE else share))


def _length(plan: PlanSchedule, working: Working) -> Length | str:
    """From the data date to the last finish, and from there to the finish asked for, else the baseline's."""
    work = [row for row in plan.rows if _is_work(row)]
    if plan.data_date is None:
        return "the plan has no data date"
    if plan.finish is None or all(row.actual_finish is not None for row in work):
        return "no work is left that can be computed"
    wanted = plan.must_finish or max((r.baseline_finish for r in work if r.baseline_finish is not None), default=None)
    if wanted is None:
        return "the plan has neither a finish that is asked for nor a baseline"
    path, slack = _minutes(working, plan.data_date, plan.finish), _minutes(working, plan.finish, wanted)
    return Length(path / working.minutes_per_day, slack / working.minutes_per_day)


def _minutes(working: Working, start: datetime, end: datetime) -> int:
    return working.work_between(minute_of(start), minute_of(end))
