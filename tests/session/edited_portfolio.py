"""Portfolios in a folder whose files are edited from day to day, and what is said of them on each."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from cockpit.records.assessment import Assessment, Breach, ProjectView
from cockpit.records.edits import Edit
from cockpit.session.live import Session

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]

FIRST = date(2025, 3, 3)
"""A Monday."""
CHARTER = '[portfolio]\nid = "bank"\ntitle = "Bank"\nsteward = "kim"\n'
PEOPLE: Rows = [
    {"id": "ann", "name": "Ann Alder", "team": "apps"},
    {"id": "ben", "name": "Ben Birch", "team": "core"},
    {"id": "sue", "name": "Sue Stone", "team": "board"},
    {"id": "kim", "name": "Kim Kane", "team": "board"},
]
TEAMS: Rows = [
    {"id": "apps", "title": "Apps", "lead": "ann"},
    {"id": "core", "title": "Core", "lead": "ben"},
    {"id": "board", "title": "Board", "lead": "kim"},
]


def chain(*lengths: int, project: str = "P", team: str = "apps", begun: bool = True) -> tuple[Rows, Rows]:
    """Work items one after another, each in its own row, and the links between them. The first is begun, so that the
    project moves."""
    names = [f"{project}{number}" for number in range(1, len(lengths) + 1)]
    items: Rows = [
        {
            "id": name,
            "project": project,
            "title": f"Step {name}",
            "team": team,
            "status": "To Do",
            "duration_days": days,
        }
        for name, days in zip(names, lengths, strict=True)
    ]
    if begun:
        items[0] |= {"status": "In Progress", "actual_start": FIRST}
    return items, [{"predecessor": a, "successor": b} for a, b in pairwise(names)]


def project(finish: date | None, id: str = "P", **more: Any) -> dict[str, Any]:
    row = {"id": id, "title": f"Project {id}", "objectives": "O", "owner": "ann", "sponsor": "sue", "team": "apps"}
    return {**row, "baseline_finish": finish, **more}


def tables(items: Rows, links: Rows = [], projects: Rows | None = None, **more: Rows) -> Tables:  # noqa: B006
    """A whole portfolio; the tables that are not named are those of everybody."""
    objectives: Rows = [{"id": "O", "title": "The move", "owner": "kim", "cost_of_delay_per_day": 1000}]
    kpis: Rows = [{"id": "K", "objective": "O", "title": "Rate", "owner": "kim", "target": 95}]
    found = {"work_items": items, "links": links, "projects": projects or [], "people": PEOPLE, "teams": TEAMS}
    return {**found, "objectives": objectives, "kpis": kpis, **more}


def text_of(rows: Rows) -> str:
    """Rows as CSV."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows({key: "" if value is None else value for key, value in row.items()} for row in rows)
    return out.getvalue()


def put(folder: Path, found: Mapping[str, Rows], charter: str = CHARTER) -> None:
    """Write the tables into a folder; one without rows is no file."""
    folder.mkdir(parents=True, exist_ok=True)
    if charter:
        (folder / "portfolio.toml").write_text(charter)
    for name, rows in found.items():
        if rows:
            (folder / f"{name}.csv").write_text(text_of(rows))
        else:
            (folder / f"{name}.csv").unlink(missing_ok=True)


def look(folder: Path, on: date) -> Assessment:
    """What is true at noon of a day, all files read."""
    now = datetime.combine(on, time(12), UTC)
    with Session.open(folder, clock=lambda: now) as session:
        return session.update().assessment


def told(folder: Path, *days: Tables, charter: str = CHARTER, step: int = 7) -> list[Assessment]:
    """What is said on each day on which the files are so, a week apart."""
    found = []
    for number, content in enumerate(days):
        put(folder, content, charter)
        found.append(look(folder, FIRST + timedelta(days=step * number)))
    return found


def breach(assessment: Assessment, code: str) -> Breach:
    return next(each for each in assessment.breaches if each.code == code)


def codes(assessment: Assessment) -> set[str]:
    return {each.code for each in assessment.breaches}


def view(assessment: Assessment, id: str = "P") -> ProjectView:
    return next(each for each in assessment.projects if each.record.id == id)


def edits(assessment: Assessment, project: str | None = None) -> list[str]:
    """The unsigned edits in words."""
    return [each.text for each in assessment.edits if project is None or each.project == project]


def but(rows: Sequence[dict[str, Any]], id: str, **changes: Any) -> Rows:
    """Rows in which one says otherwise."""
    return [{**row, **changes} if row["id"] == id else dict(row) for row in rows]


def without(rows: Sequence[dict[str, Any]], *ids: str) -> Rows:
    return [dict(row) for row in rows if row["id"] not in ids]


__all__ = ["Edit", "breach", "but", "chain", "codes", "edits", "look", "project", "put", "tables", "told", "view"]
