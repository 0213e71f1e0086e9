"""What was reported beside what was true, day by day, and the latency between the two.

Reality latency counts the basis *evidence* only: the days from the first day on which the evidence said worse than
the report until the report said so (or until the last day looked at).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cockpit import signatures
from cockpit.assessment import Assessment
from cockpit.model import Rag
from cockpit.verdicts import Basis, Status

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


def replay_days(history: Sequence[Assessment]) -> tuple[ReplayDay, ...]:
    """One entry for each day of the assessments, which come in order of their day."""
    days = []
    for assessment in history:
        found = next((b for b in assessment.breaches if b.basis is Basis.EVIDENCE), None)
        reported = Counter(p.reported_rag for p in assessment.projects if p.reported_rag)
        worse = tuple(p.record.id for p in assessment.projects if is_worse(p.status, p.basis, p.reported_rag))
        views = signatures.by_id(assessment)
        why = tuple(signatures.cited(reason, views) for reason in found.reasons) if found else ()
        days.append(ReplayDay(assessment.today, dict(reported), worse, found.title if found else "", why))
    return tuple(days)


def is_worse(status: Status, basis: Basis, reported: str) -> bool:
    """Whether the evidence says worse of a project than its report did, which was of this category."""
    return basis is Basis.EVIDENCE and reported in _REPORTED and _COMPUTED[status] > _REPORTED[reported]


def replay_rows(history: Sequence[Assessment]) -> tuple[ReplayRow, ...]:
    """One row for each project and day of the assessments, which come in order of their day."""
    since: dict[str, date] = {}
    rows = []
    for assessment in history:
        for view in assessment.projects:
            key = view.record.id
            worse = is_worse(view.status, view.basis, view.reported_rag)
            latency = (assessment.today - since[key]).days if key in since else 0 if worse else None
            if worse:
                since.setdefault(key, assessment.today)
            else:
                since.pop(key, None)
            rows.append(
                ReplayRow(
                    assessment.today,
                    key,
                    view.record.title,
                    view.reported,
                    view.reported_rag,
                    view.status,
                    view.basis,
                    latency,
                    view.reasons[0].text if view.reasons and view.status is not Status.ON_TRACK else "",
                )
            )
    return tuple(rows)


def with_latency(assessment: Assessment, history: Sequence[Assessment]) -> Assessment:
    """The assessment with the latency of each project, as the days before it show. `history` ends before or with it."""
    before = [past for past in history if past.today < assessment.today]
    last = {row.project: row.latency_days for row in replay_rows([*before, assessment]) if row.date == assessment.today}
    return replace(assessment, projects=tuple(replace(p, latency_days=last[p.record.id]) for p in assessment.projects))
