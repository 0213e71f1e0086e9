"""Which tables tell the history of which subjects, and with which fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.engine.facts import implied_finish
from cockpit.records.model import Project, Reading, WorkItem
from cockpit.trust import obligations
from cockpit.trust.obligations import Covered


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a table that are about a subject: those whose `column` has its name. `covered` is what a signature
    over such a row covers; None where nobody signs one."""

    table: str
    column: str
    fields: tuple[str, ...]
    covered: Callable[[Any], Covered] | None = None
    takes_over: bool = False
    """A row that a reading brings tells on what the one says that went with the same reading: each month's report is a
    row of its own."""


def _milestone(item: WorkItem) -> Covered:
    return obligations.milestone_covered(item.id, item.project, item.title, item.acceptance)


def _finish(project: Project) -> Covered:
    return _milestone(implied_finish(project))


def _baseline(project: Project) -> Covered:
    return obligations.baseline_covered(project.id, project.baseline_finish)


def _reading(reading: Reading) -> Covered:
    return obligations.reading_covered(reading.kpi, reading.as_of, reading.value)


FINISH = Page("projects", "id", ("title", "owner", "sponsor", "state", "actual_finish"), _finish)
"""What tells of `milestone:PROJECT:finish`."""

PAGES: Mapping[str, tuple[Page, ...]] = {
    obligations.DEPENDENCY: (
        Page(
            "dependencies",
            "id",
            (
                "title", "giver_team", "receiver_team", "giver_owner", "receiver_owner", "giver_item", "receiver_item",
                "receiver_project", "needed_by", "acceptance", "logged_on",
            ),
            obligations.dependency_covered,
        ),
    ),
    obligations.MILESTONE: (
        Page(
            "work_items",
            "id",
            (
                "title", "project", "team", "owner", "status", "acceptor", "acceptance", "baseline_finish", "deadline",
                "actual_finish",
            ),
            _milestone,
        ),
    ),
    obligations.KPI: (
        Page(
            "kpis",
            "id",
            (
                "title", "objective", "owner", "leads", "unit", "direction", "baseline", "target", "low", "high",
                "target_date", "tolerance", "cadence_days",
            ),
        ),
        Page("readings", "kpi", ("as_of", "value"), _reading),
    ),
    obligations.BASELINE: (
        Page("projects", "id", ("title", "owner", "sponsor", "baseline_finish"), _baseline),
    ),
    obligations.PERSON: (Page("people", "id", ("name", "team", "email", "aliases", "key")),),
    "project": (
        Page(
            "projects",
            "id",
            (
                "title", "objectives", "owner", "sponsor", "team", "state", "baseline_finish", "forecast_finish",
                "actual_finish", "budget", "forecast_cost",
            ),
        ),
        Page("status_reports", "project", ("as_of", "status", "author"), takes_over=True),
    ),
    "objective": (
        Page(
            "objectives", "id", ("title", "owner", "target_date", "finish_item", "weight", "cost_of_delay_per_day")
        ),
    ),
    "team": (Page("teams", "id", ("title", "cost_centre", "lead", "parent", "external")),),
}  # fmt: skip
"""Kind of subject → the tables that tell of it. What the charter says (mappings, the policy) is in no table: of that
only the present is known."""

KINDS = (*PAGES, obligations.SUSPICION, obligations.SAME, obligations.MAPPING, obligations.POLICY)
"""Every kind of subject that has a history."""
