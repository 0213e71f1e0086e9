"""The columns of the native tables: their names, which are required, what each is for, and what others call them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple, get_type_hints

from cockpit.records.model import TABLES

_DERIVED = {"origin", "extra", "stub", "discovered", "rag", "terms", "method"}
"""Fields that nobody writes into a table: the readers and the engine fill them."""
NATIVE_TABLES: tuple[str, ...] = tuple(name for name in TABLES if name != "calendars")
"""Every table that can stand in a CSV, JSON or XLSX file; calendars come from the charter or a plan."""


class Column(NamedTuple):
    """A column of a table: `type` is the annotation of the record's field."""

    name: str
    required: bool
    type: Any


@cache
def columns(table: str) -> tuple[Column, ...]:
    """Return the columns of `table` (a key of TABLES) in the order in which they are documented."""
    record = TABLES[table]
    hints = get_type_hints(record)
    hidden = _DERIVED | ({"state"} if table == "work_items" else set())
    return tuple(
        Column(field.name, field.default is MISSING and field.default_factory is MISSING, hints[field.name])
        for field in fields(record)
        if field.name not in hidden
    )


@cache
def column_names(table: str) -> tuple[str, ...]:
    """Return only the names of `columns(table)`."""
    return tuple(column.name for column in columns(table))


_SEPARATORS = re.compile(r"[\W_]+")


def fold(name: str) -> str:
    """Return `name` as headers and table names are compared: without case, spaces, underscores and punctuation."""
    return _SEPARATORS.sub("", name.casefold())


@cache
def table_of(name: str) -> str:
    """Return the native table that a file stem or sheet name means, else an empty text."""
    folded = fold(name)
    return next((table for table in NATIVE_TABLES if fold(table) == folded), "")


MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "objectives": "Strategic objectives: what the portfolio is for.",
        "objectives.id": "Short name that other tables refer to, such as cloud-core.",
        "objectives.owner": "Person (id) who answers for the objective.",
        "objectives.target_date": "Day by which it is to be reached.",
        "objectives.finish_item": "Work item or project whose finish is the objective's finish.",
        "objectives.weight": "Relative weight among objectives, a number.",
        "objectives.cost_of_delay_per_day": "What one day of delay costs, in the charter's currency.",
        "kpis": "Measures of objectives, each with one accountable owner.",
        "kpis.objective": "Objective (id) that it measures.",
        "kpis.owner": "Person (id) who signs its readings.",
        "kpis.leads": "People (ids) bound by the same number, separated by ;",
        "kpis.unit": "Unit of the value, such as % or days.",
        "kpis.direction": "higher, lower or range: which way is good.",
        "kpis.baseline": "Value at the start.",
        "kpis.target": "Value to be reached.",
        "kpis.low": "Lowest good value, for the direction range.",
        "kpis.high": "Highest good value, for the direction range.",
        "kpis.tolerance": "How far from plan is still good, in the unit.",
        "kpis.cadence_days": "A reading older than this many days is stale.",
        "readings": "Dated values of KPIs; each counts once its owner has signed it.",
        "readings.kpi": "KPI (id).",
        "readings.as_of": "Day to which the value applies.",
        "readings.value": "The value, in the KPI's unit.",
        "projects": "Projects with an owner, a sponsor, a team and a baseline finish.",
        "projects.objectives": "Objectives (ids) that it serves, separated by ;",
        "projects.owner": "Person (id) who delivers it.",
        "projects.sponsor": "Person (id) who pays for it.",
        "projects.team": "Team (id) that does the work.",
        "projects.state": "Status word; [states] in portfolio.toml says what it means.",
        "projects.start": "Day on which it started or is to start.",
        "projects.baseline_finish": "Finish first agreed.",
        "projects.forecast_finish": "Finish now forecast by its owner.",
        "projects.budget": "Money approved.",
        "projects.forecast_cost": "Money now forecast at completion.",
        "projects.actual_cost": "Money spent so far.",
        "projects.same_as": "Id of the same project in another source.",
        "work_items": "Activities, milestones, tickets and summaries of projects.",
        "work_items.project": "Project (id) it belongs to.",
        "work_items.kind": "activity, milestone, ticket or summary.",
        "work_items.team": "Team (id) that does it.",
        "work_items.owner": "Person (id) who does it.",
        "work_items.status": "Status word; [states] in portfolio.toml says what it means.",
        "work_items.calendar": "Calendar (name) by which it is worked.",
        "work_items.duration_days": "Duration in working days.",
        "work_items.remaining_days": "Working days still to go.",
        "work_items.not_before": "Day before which it cannot start.",
        "work_items.deadline": "Day by which it must be finished.",
        "work_items.percent": "Percent complete, 0 to 100.",
        "work_items.effort": "Effort in the charter's effort_unit.",
        "work_items.parent": "Work item (id) it is a part of.",
        "work_items.objective": "Objective (id), where it is not its project's.",
        "work_items.acceptor": "Person (id) who validates a milestone.",
        "work_items.acceptance": "What must be true for it to be accepted.",
        "work_items.updated": "When it was last changed in its own tool.",
        "work_items.same_as": "Id of the same work in another source.",
        "links": "Ties between work items.",
        "links.predecessor": "Work item (id) that comes first.",
        "links.successor": "Work item (id) that waits for it.",
        "links.type": "FS, SS, FF or SF; FS when empty.",
        "links.lag_days": "Working days between the two, negative for a lead.",
        "links.lag_calendar": "Calendar (name) in which the lag is counted; the successor's when empty.",
        "dependencies": "What one team needs of another team or vendor, by when.",
        "dependencies.giver_team": "Team (id) that gives.",
        "dependencies.receiver_team": "Team (id) that receives.",
        "dependencies.giver_owner": "Person (id) who promises and resolves it.",
        "dependencies.receiver_owner": "Person (id) who needs it.",
        "dependencies.giver_item": "Work item (id) that produces it.",
        "dependencies.receiver_item": "Work item (id) that waits for it.",
        "dependencies.receiver_project": "Project (id) that waits for it.",
        "dependencies.needed_by": "Day by which it is needed.",
        "dependencies.acceptance": "What must be true for it to count as delivered.",
        "dependencies.logged_on": "Day on which it was registered.",
        "status_reports": "What was reported of projects; only compared with what is computed.",
        "status_reports.project": "Project (id).",
        "status_reports.as_of": "Day of the report.",
        "status_reports.status": "Reported word; [rag] in portfolio.toml says what it means.",
        "status_reports.author": "Who reported it.",
        "people": "People who own and sign.",
        "people.name": "Full name.",
        "people.team": "Team (id).",
        "people.aliases": "Other names in source files, separated by ;",
        "people.key": "OpenSSH public key line, such as ssh-ed25519 AAAA… name.",
        "teams": "Teams and vendors.",
        "teams.cost_centre": "Who pays; a dependency across cost centres weighs more.",
        "teams.lead": "Person (id) to whom its breaches go.",
        "teams.parent": "Team (id) it is a part of.",
        "teams.external": "yes for a vendor.",
        "teams.aliases": "Other names in source files, separated by ;",
    }
)
"""What a table or `table.column` is for, one sentence each."""

_COMMON: Mapping[str, str] = MappingProxyType(
    {
        "id": "Short name that other tables refer to; unique in its table.",
        "title": "What people call it.",
        "email": "E-mail address.",
        "start": "First day.",
        "target_date": "Day by which the target is to be reached.",
        "baseline_start": "Start first agreed.",
        "baseline_finish": "Finish first agreed.",
        "actual_start": "Day on which it really started.",
        "actual_finish": "Day on which it was really finished.",
    }
)


def meaning(table: str, column: str) -> str:
    """Return the sentence that explains `column` of `table`."""
    return MEANINGS.get(f"{table}.{column}") or _COMMON[column]


SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("key", "identifier", "ref", "reference", "no", "number", "code"),
        "title": ("name", "summary", "subject", "task name", "description"),
        "owner": (
            "responsible", "assignee", "assigned to", "manager", "project manager", "pm", "lead", "accountable",
        ),
        "sponsor": ("executive sponsor", "business owner"),
        "projects.title": ("project", "sub project", "initiative", "programme", "program"),
        "work_items.id": ("item", "task id", "activity id", "wbs"),
        "work_items.project": ("ref", "project ref"),
        "work_items.title": ("task", "activity", "deliverable", "milestone"),
        "team": ("workstream", "stream", "department", "unit", "business unit", "group", "squad", "agency"),
        "state": ("status",),
        "status": ("rag", "rag status", "health", "state", "overall status", "progress"),
        "as_of": ("date", "report date", "reporting date", "status date"),
        "start": ("start date", "planned start", "begin"),
        "baseline_finish": (
            "planned finish", "planned end", "plan finish", "plan end", "baseline end",
            "planned completion date", "target date",
        ),
        "forecast_finish": (
            "forecast end", "projected finish", "expected finish", "current finish", "current end",
            "projected actual completion date", "projected completion date", "finish", "end date", "finish date",
            "completion date",
        ),
        "actual_finish": ("actual end", "actual completion date", "finished on", "completed on", "finished"),
        "actual_start": ("started on", "started"),
        "budget": ("planned cost", "approved budget"),
        "forecast_cost": ("projected cost", "estimate at completion", "eac", "forecast"),
        "actual_cost": ("cost to date", "spend", "spent", "actuals"),
        "project": ("project id", "project key", "project name"),
        "kind": ("type", "issue type"),
        "duration_days": ("duration", "days"),
        "remaining_days": ("remaining", "remaining duration", "days left"),
        "percent": ("% complete", "percent complete", "% done", "progress", "completion"),
        "acceptance": ("acceptance criteria", "accepted when"),
        "effort": ("story points", "estimate"),
        "deadline": ("due", "due date"),
        "needed_by": ("due", "due date", "required by", "need date"),
        "giver_team": ("provider", "supplier", "from team", "vendor", "delivering team"),
        "receiver_team": ("consumer", "to team", "receiving team"),
        "predecessor": ("from", "source", "before", "blocked by", "depends on", "dependent on"),
        "successor": ("to", "target", "after"),
        "objectives": ("objective", "strategic objective", "goal"),
        "cost_centre": ("cost center",),
        "updated": ("last updated", "last edited", "modified"),
        "author": ("reporter", "reported by"),
        "value": ("actual", "reading", "measurement"),
        "kpi": ("metric", "measure", "kpi id"),
        "work_items.same_as": ("jira key", "jira issue"),
    }
)  # fmt: skip
"""What spreadsheets call our columns, or those of one table; used only to propose a mapping, never to read a file."""
