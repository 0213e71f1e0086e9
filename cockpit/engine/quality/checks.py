"""DCMA's fourteen checks of a schedule, with the thresholds that the charter may set.

After the 14-point schedule assessment in the Earned Value Management System Program Analysis Pamphlet of the Defense
Contract Management Agency (DCMA-EA PAM 200.1). As there, summaries and levels of effort are judged by none of them,
links count where they lead into unfinished work, and milestones have neither duration nor resources to be judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from cockpit.engine.quality.records import (
    Quality,
    QualityActivity,
    QualityCheck,
    QualityLink,
    QualityPlan,
)
from cockpit.records.model import LinkType
from cockpit.records.snapshot import QualityTolerances
from cockpit.records.terms import Constraint, Role

__all__ = [
    "HARD",
    "MILESTONES",
    "SPANS",
    "STRETCH_DAYS",
    "QualityActivity",
    "QualityLink",
    "QualityPlan",
    "QualityTolerances",
    "judge",
]

HARD = frozenset(
    {
        Constraint.START_UNTIL,
        Constraint.FINISH_UNTIL,
        Constraint.START_ON,
        Constraint.FINISH_ON,
        Constraint.MUST_START,
        Constraint.MUST_FINISH,
    }
)
"""Constraints that can keep a schedule from moving with its logic."""
SPANS = (Role.EFFORT, Role.WBS)
MILESTONES = (Role.START_MILESTONE, Role.FINISH_MILESTONE)
STRETCH_DAYS = 600
"""Working days by which the critical path test lengthens an activity."""
MOST_OFFENDERS = 10
_ROUNDING = 1e-9


class _Asked(NamedTuple):
    name: str
    counted: str
    unit: str = "%"
    at_least: bool = False
    offence: str = ""


_ASKED = {
    1: _Asked("Logic", "unfinished activities without a predecessor or without a successor"),
    2: _Asked("Leads", "links into unfinished activities with a negative lag"),
    3: _Asked("Lags", "links into unfinished activities with a positive lag"),
    4: _Asked("Relationship types", "links into unfinished activities that are finish-to-start", at_least=True,
              offence="other types"),
    5: _Asked("Hard constraints", "unfinished activities with a constraint that can stop the logic"),
    6: _Asked("High float", "unfinished activities with more total float than {high_float_days:g} working days"),
    7: _Asked("Negative float", "unfinished activities with less than no total float"),
    8: _Asked("High duration", "unfinished activities with more than {high_duration_days:g} working days left"),
    9: _Asked("Invalid dates", "activities forecast before the data date, or with actual dates after it", "dates"),
    10: _Asked("Resources", "unfinished activities of a day or more to which nothing is assigned"),
    11: _Asked("Missed tasks", "activities due by the data date that are unfinished or were finished late"),
    12: _Asked("Critical path test", f"days that the finish moves when critical work takes {STRETCH_DAYS} more", "days",
               at_least=True, offence="lengthened"),
    13: _Asked("CPLI", "critical path length and total float, of critical path length", "", at_least=True),
    14: _Asked("BEI", "finished activities, of those with a baseline finish by the data date", "", at_least=True,
               offence="due and unfinished"),
}  # fmt: skip


def judge(plan: QualityPlan, tolerances: QualityTolerances | None = None) -> Quality:
    """The fourteen checks of a schedule, in the order of their numbers, by DCMA's thresholds where none are given."""
    return _Judge(plan, tolerances or QualityTolerances()).quality()


class _Judge:
    """Asks the fourteen of one schedule."""

    def __init__(self, plan: QualityPlan, tolerances: QualityTolerances) -> None:
        self._plan, self._tolerances = plan, tolerances
        self._judged = [a for a in plan.activities if not (a.summary or a.role in SPANS)]
        self._open = [a for a in self._judged if not a.done]
        known = {a.id for a in self._judged}
        left_out = {a.id for a in plan.activities} - known
        self._links = [
            link
            for link in plan.links
            if {link.predecessor, link.successor} & known
            and not {link.predecessor, link.successor} & left_out
            and link.predecessor != link.successor
        ]

    def quality(self) -> Quality:
        due, missed = self._due, self._missed
        known = bool(due) and self._no_due == ""
        return Quality(
            checks=(
                self._logic(), *self._ties(), self._constraints(), *self._floats(), self._durations(), self._dates(),
                self._resources(), self._missed_tasks(), self._critical_path(), self._cpli(), self._bei(),
            ),
            hit=len(due) - len(missed) if known else None,
            due=len(due) if known else None,
        )  # fmt: skip

    def _logic(self) -> QualityCheck:
        before = {link.successor for link in self._links}
        after = {link.predecessor for link in self._links}
        loose = [a.id for a in self._open if a.id not in before or a.id not in after]
        return self._share(1, loose, len(self._open), self._tolerances.logic_percent)

    def _ties(self) -> Iterable[QualityCheck]:
        unfinished = {a.id for a in self._open}
        links = [link for link in self._links if link.successor in unfinished]
        size, tolerances = len(links), self._tolerances
        yield self._share(2, [_tie(k) for k in links if k.lag_days < 0], size, tolerances.leads_percent)
        yield self._share(3, [_tie(k) for k in links if k.lag_days > 0], size, tolerances.lags_percent)
        others = [_tie(k) for k in links if k.type is not LinkType.FS]
        if not links:
            yield self._untold(4, tolerances.fs_percent, "no link leads into unfinished work")
            return
        value = 100 * (size - len(others)) / size
        yield self._told(4, size - len(others), size, value, tolerances.fs_percent, others)

    def _constraints(self) -> QualityCheck:
        hard = [a.id for a in self._open if HARD.intersection(a.constraints)]
        return self._share(5, hard, len(self._open), self._tolerances.hard_constraint_percent)

    def _floats(self) -> Iterable[QualityCheck]:
        slack = [(a.id, a.float_days) for a in self._open if a.float_days is not None]
        tolerances = self._tolerances
        limits = ((6, tolerances.high_float_percent), (7, tolerances.negative_float_percent))
        if self._open and not slack:
            why = "the float of no unfinished activity can be computed"
            yield from (self._untold(number, limit, why) for number, limit in limits)
            return
        high = [id_ for id_, days in slack if days > tolerances.high_float_days + _ROUNDING]
        negative = [id_ for id_, days in slack if days < 0]
        for (number, limit), found in zip(limits, (high, negative), strict=True):
            yield self._share(number, found, len(slack), limit)

    def _durations(self) -> QualityCheck:
        work, limit = [a for a in self._open if not a.milestone], self._tolerances.high_duration_days
        long = [a.id for a in work if a.remaining_days > limit + _ROUNDING]
        return self._share(8, long, len(work), self._tolerances.high_duration_percent)

    def _dates(self) -> QualityCheck:
        now, limit = self._plan.data_date, self._tolerances.invalid_dates
        if now is None:
            return self._untold(9, limit, "the plan has no data date")
        wrong = [a.id for a in self._judged if _is_invalid(a, now)]
        return self._told(9, len(wrong), len(self._judged), len(wrong), limit, wrong)

    def _resources(self) -> QualityCheck:
        known = [a for a in self._open if a.resourced is not None]
        if self._open and not known:
            why = "the plan assigns no resources to anything"
            return self._untold(10, self._tolerances.missing_resources_percent, why)
        work = [a for a in known if not a.milestone and a.duration_days >= 1 - _ROUNDING]
        bare = [a.id for a in work if not a.resourced]
        return self._share(10, bare, len(work), self._tolerances.missing_resources_percent)

    @cached_property
    def _no_due(self) -> str:
        """Why it is not known what was due by the data date; empty where it is."""
        if self._plan.data_date is None:
            return "the plan has no data date"
        return "" if any(a.baseline_finish for a in self._judged) else "the plan has no baseline"

    @cached_property
    def _due(self) -> list[QualityActivity]:
        now = self._plan.data_date
        return [a for a in self._judged if now and a.baseline_finish and a.baseline_finish <= now]

    @cached_property
    def _missed(self) -> list[QualityActivity]:
        return [a for a in self._due if not a.done or _is_late(a)]

    def _missed_tasks(self) -> QualityCheck:
        limit = self._tolerances.missed_percent
        if self._no_due:
            return self._untold(11, limit, self._no_due)
        return self._share(11, [a.id for a in self._missed], len(self._due), limit)

    def _critical_path(self) -> QualityCheck:
        stretch = self._plan.stretch
        if isinstance(stretch, str):
            return self._untold(12, STRETCH_DAYS, stretch)
        moved = min(stretch.moved_days, float(STRETCH_DAYS))
        return self._told(12, moved, STRETCH_DAYS, moved, STRETCH_DAYS, [stretch.activity])

    def _cpli(self) -> QualityCheck:
        length, limit = self._plan.length, self._tolerances.cpli
        if isinstance(length, str):
            return self._untold(13, limit, length)
        if length.path_days <= 0:
            return self._untold(13, limit, "nothing is left between the data date and the finish")
        total = length.path_days + length.float_days
        return self._told(13, total, length.path_days, total / length.path_days, limit, ())

    def _bei(self) -> QualityCheck:
        limit = self._tolerances.bei
        if self._no_due or not self._due:
            return self._untold(14, limit, self._no_due or "nothing was due by the data date")
        now = self._plan.data_date
        done = [a for a in self._judged if a.baseline_finish and a.done and not _is_after(a.actual_finish, now)]
        waiting = [a.id for a in self._due if not a.done]
        return self._told(14, len(done), len(self._due), len(done) / len(self._due), limit, waiting)

    def _share(self, number: int, offenders: Sequence[str], of: int, threshold: float) -> QualityCheck:
        value = 100 * len(offenders) / of if of else 0.0
        return self._told(number, len(offenders), of, value, threshold, offenders)

    def _told(
        self, number: int, count: float, of: float, value: float, threshold: float, offenders: Sequence[str]
    ) -> QualityCheck:
        asked = _ASKED[number]
        passed = value >= threshold - _ROUNDING if asked.at_least else value <= threshold + _ROUNDING
        # These two name what they were asked of, which is nothing against it unless they fail.
        named = () if passed and number in (12, 14) else tuple(offenders)
        return replace(
            self._check(number, threshold),
            count=count,
            of=of,
            value=value,
            passed=passed,
            offenders=named[:MOST_OFFENDERS],
            more=max(0, len(named) - MOST_OFFENDERS),
        )

    def _untold(self, number: int, threshold: float, why: str) -> QualityCheck:
        return replace(self._check(number, threshold), why=f"It cannot be told: {why}.")

    def _check(self, number: int, threshold: float) -> QualityCheck:
        asked, limits = _ASKED[number], self._tolerances
        days = {"high_float_days": limits.high_float_days, "high_duration_days": limits.high_duration_days}
        return QualityCheck(
            number=number,
            name=asked.name,
            counted=asked.counted.format(**days),
            unit=asked.unit,
            at_least=asked.at_least,
            offence=asked.offence,
            threshold=float(threshold),
        )


def _tie(link: QualityLink) -> str:
    return f"{link.predecessor} → {link.successor}"


def _is_invalid(activity: QualityActivity, now: datetime) -> bool:
    if _is_after(activity.actual_start, now) or _is_after(activity.actual_finish, now):
        return True
    if activity.done:
        return False
    forecast = (activity.finish,) if activity.started else (activity.start, activity.finish)
    return any(moment is not None and moment < now for moment in forecast)


def _is_after(moment: datetime | None, now: datetime | None) -> bool:
    return moment is not None and now is not None and moment > now


def _is_late(activity: QualityActivity) -> bool:
    """Finished on a later day than the baseline has; where nobody wrote down the day, in time."""
    actual, baseline = activity.actual_finish, activity.baseline_finish
    return actual is not None and baseline is not None and _day(actual) > _day(baseline)


def _day(finish: datetime) -> date:
    """The day of a finish: midnight belongs to the day before."""
    return (finish - timedelta(minutes=1)).date()
