"""What was reported beside what was true, day by day, and the latency between the two.

Reality latency counts the basis *evidence* only: the days from the first day on which the evidence said worse than
the report until the report said so (or until the last day looked at).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.records.assessment import Assessment
from cockpit.records.measures import PastDay, Replay
from cockpit.records.model import Rag
from cockpit.records.verdicts import Basis, Status
from cockpit.wording import signatures

_REPORTED = {Rag.GREEN.value: 0, Rag.COMPLETE.value: 0, Rag.AMBER.value: 1, Rag.RED.value: 2}
_COMPUTED = {Status.ON_TRACK: 0, Status.COMPLETE: 0, Status.UNKNOWN: 0, Status.AT_RISK: 1, Status.OFF_TRACK: 2}


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """One project on one day. `latency_days` counts from the day on which the evidence first said worse."""

    date: date
    project: str
    title: str
    reported: str
    reported_rag: str
    computed: Status
    basis: Basis
    latency_days: int | None
    root_cause: str

    @property
    def is_behind(self) -> bool:
        """Whether the evidence of that day said worse than the report."""
        return is_worse(self.computed, self.basis, self.reported_rag)


@dataclass(frozen=True, slots=True)
class ReplayDay:
    """One day of the portfolio: what the deck said, and the worst that the evidence of that day said."""

    date: date
    reported: Mapping[str, int]
    """How many projects were reported in which category: green, amber, red, complete."""
    worse: tuple[str, ...]
    """The projects of which the evidence says worse than their report."""
    call: str
    """The title of the worst breach on the basis of evidence; empty when there is none."""
    why: tuple[str, ...]
    """Its reasons, each with where it can be checked: file and row, or a whole signature."""


def past_day(assessment: Assessment, before: PastDay | None = None) -> PastDay:
    """A day in short; what it says as the one `before` it did is kept once."""
    found = next((b for b in assessment.breaches if b.basis is Basis.EVIDENCE), None)
    views = signatures.by_id(assessment) if found else {}
    projects = assessment.projects
    new = PastDay(
        day=assessment.today,
        projects=tuple(view.record.id for view in projects),
        titles=tuple(view.record.title for view in projects),
        reported=tuple(view.reported for view in projects),
        rags=tuple(view.reported_rag for view in projects),
        computed=tuple(view.status for view in projects),
        bases=tuple(view.basis for view in projects),
        causes=tuple(v.reasons[0].text if v.reasons and v.status is not Status.ON_TRACK else "" for v in projects),
        call=found.title if found else "",
        why=tuple(signatures.cited(reason, views) for reason in found.reasons) if found else (),
    )
    return new if before is None else replace(new, **_same(new, before))


def _same(new: PastDay, before: PastDay) -> dict[str, Any]:
    """The columns that say what they said before, as they were."""
    pairs = ((each.name, getattr(before, each.name)) for each in fields(PastDay))
    return {name: was for name, was in pairs if was == getattr(new, name)}


def replay_days(history: Sequence[PastDay]) -> tuple[ReplayDay, ...]:
    """One entry for each of the days, which come in order."""
    return tuple(ReplayDay(past.day, _counted(past), _worse(past), past.call, past.why) for past in history)


def _counted(past: PastDay) -> dict[str, int]:
    return dict(Counter(rag for rag in past.rags if rag))


def _worse(past: PastDay) -> tuple[str, ...]:
    rows = zip(past.projects, past.computed, past.bases, past.rags, strict=True)
    return tuple(project for project, computed, basis, rag in rows if is_worse(computed, basis, rag))


def is_worse(status: Status, basis: Basis, reported: str) -> bool:
    """Whether the evidence says worse of a project than its report did, which was of this category."""
    return basis is Basis.EVIDENCE and reported in _REPORTED and _COMPUTED[status] > _REPORTED[reported]


def replay_rows(history: Sequence[PastDay]) -> tuple[ReplayRow, ...]:
    """One row for each project and day of the days, which come in order."""
    since: dict[str, date] = {}
    rows = []
    for past in history:
        columns = (past.projects, past.titles, past.reported, past.rags, past.computed, past.bases, past.causes)
        for key, title, reported, rag, computed, basis, cause in zip(*columns, strict=True):
            worse = is_worse(computed, basis, rag)
            latency = (past.day - since[key]).days if key in since else 0 if worse else None
            if worse:
                since.setdefault(key, past.day)
            else:
                since.pop(key, None)
            rows.append(ReplayRow(past.day, key, title, reported, rag, computed, basis, latency, cause))
    return tuple(rows)


def with_latency(assessment: Assessment, history: Sequence[PastDay]) -> Assessment:
    """The assessment with the latency of each project and what it was reported as, as the days before it show.
    `history` ends before or with it."""
    days = [*(past for past in history if past.day < assessment.today), past_day(assessment)]
    rows: dict[str, dict[date, ReplayRow]] = {project.record.id: {} for project in assessment.projects}
    for row in replay_rows(days):
        if row.project in rows:
            rows[row.project][row.date] = row
    dates = tuple(past.day for past in days)
    told = []
    for project in assessment.projects:
        known = rows[project.record.id]
        latency = known[assessment.today].latency_days
        told.append(replace(project, latency_days=latency, replay=_replay(dates, known)))
    return replace(assessment, projects=tuple(told))


def _replay(dates: tuple[date, ...], rows: Mapping[date, ReplayRow]) -> Replay:
    found = [rows.get(day) for day in dates]
    return Replay(
        days=dates,
        reported=tuple(row.reported_rag if row else "" for row in found),
        computed=tuple(row.computed if row else None for row in found),
        behind=tuple(row is not None and row.is_behind for row in found),
    )


def carried(before: Assessment, now: Assessment) -> Assessment:
    """The assessment with what the one before it, of the same day, had from `with_latency`: the days before are as they
    were, unless a dated drop has come or a project is back, so that nothing flickers until they are looked at again."""
    told = {project.record.id: project.replay for project in before.projects if project.replay is not None}
    known = next(iter(told.values()), None)
    if known is None or known.days[-1] != now.today or any(project.replay is not None for project in now.projects):
        return now
    nothing = _replay(known.days, {})
    rows = {row.project: row for row in replay_rows([past_day(now)])}
    projects = []
    for project in now.projects:
        replay = _with_last(told.get(project.record.id) or nothing, rows[project.record.id])
        projects.append(replace(project, replay=replay, latency_days=_latency(replay)))
    return replace(now, projects=tuple(projects))


def _with_last(replay: Replay, row: ReplayRow) -> Replay:
    return replace(
        replay,
        reported=(*replay.reported[:-1], row.reported_rag),
        computed=(*replay.computed[:-1], row.computed),
        behind=(*replay.behind[:-1], row.is_behind),
    )


def _latency(replay: Replay) -> int | None:
    """The latency on the last day, as `replay_rows` counts it: what was behind until the day before counts too."""
    days = [(day, late) for day, late, known in zip(replay.days, replay.behind, replay.computed, strict=True) if known]
    today, late = days.pop()
    first = today if late else None
    for day, was in reversed(days):
        if not was:
            break
        first = day
    return (today - first).days if first is not None else None
