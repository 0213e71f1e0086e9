"""Projects: what did they say, what is true?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cockpit.assessment import Assessment, ProjectView
from cockpit.screens.base import CockpitScreen
from cockpit.screens.table import Column
from cockpit.screens.why import Facts, project_facts
from cockpit.screens.words import STATUS, Cell, day, days, finish
from cockpit.verdicts import SEVERITY_ORDER

WATERMELON: Cell = ("◐ watermelon", "warn")
"""Green outside, red inside."""


class ProjectsScreen(CockpitScreen[ProjectView]):
    """Every project: the reported status beside the computed one, with its basis."""

    MODE = "projects"
    CSS_PATH = "projects.tcss"
    EMPTY = "No projects: list them in a projects table (id, title), or map a file in portfolio.toml."

    def columns(self) -> Sequence[Column[ProjectView]]:
        """Name the columns."""
        return (
            Column("project", lambda p, _: (p.record.title, ""), 14, grow=3),
            Column("owner", lambda p, _: (p.owner_name or p.record.owner, ""), 14, grow=1, least=112),
            Column("team", lambda p, _: (p.team_title or p.record.team, "muted"), 12, grow=1, least=130),
            Column("reported", lambda p, _: (p.reported or "nothing", "" if p.reported else "muted"), 9),
            Column("computed", lambda p, _: STATUS[p.status], 11, by=lambda p: SEVERITY_ORDER.index(p.status)),
            Column("", lambda p, _: WATERMELON if p.watermelon else ("", ""), 12),
            Column("basis", lambda p, _: (p.basis, "muted"), 8),
            Column("baseline", lambda p, _: (day(p.baseline_finish), "muted"), 10, least=125),
            Column(
                "finish", lambda p, _: (finish(p.computed_finish, p.at_least), ""), 11, right=True, least=96, by=_finish
            ),
            Column("slip", lambda p, _: (days(p.slip_days, p.at_least), ""), 6, right=True, by=lambda p: p.slip_days),
            Column("latency", lambda p, _: (days(p.latency_days), ""), 7, right=True, by=lambda p: p.latency_days),
        )

    def rows(self, assessment: Assessment) -> Sequence[ProjectView]:
        """List the projects."""
        return assessment.projects

    def key(self, record: ProjectView) -> str:
        """Know a project by its id."""
        return record.record.id

    def owners(self, record: ProjectView) -> tuple[str, ...]:
        """Find a project by its owner."""
        return (record.record.owner, record.owner_name)

    def projects(self, record: ProjectView) -> tuple[str, ...]:
        """Find a project by itself."""
        return (record.record.id, record.record.title)

    def search_text(self, record: ProjectView) -> str:
        """Search the id, the sponsor and the objectives too."""
        more = (record.record.id, self.name_of(record.record.sponsor), *map(self.name_of, record.record.objectives))
        return f"{super().search_text(record)} {' '.join(more)}"

    def row_facts(self, record: ProjectView, assessment: Assessment) -> Facts:
        """Say why."""
        return project_facts(record, assessment)


def _finish(view: ProjectView) -> date | None:
    return view.computed_finish
