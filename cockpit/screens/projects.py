"""Projects: what did they say, what is true? Reported beside computed, today and over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from cockpit.records.assessment import Assessment, ProjectView
from cockpit.records.verdicts import SEVERITY_ORDER
from cockpit.screens.base import CockpitScreen
from cockpit.screens.pane import FactsPane
from cockpit.screens.strips import Strips, over_time, strips
from cockpit.screens.table import Column, KeyedTable
from cockpit.screens.why import Facts
from cockpit.screens.why_project import project_facts
from cockpit.screens.words import STATUS, STYLES, Cell, day, days, finish, pad

WATERMELON = "◐"
"""Green outside, red inside."""


class Over(Widget):
    """The two strips of the project under the cursor, where there is no room for them beside the list."""

    def __init__(self) -> None:
        super().__init__(id="strips")
        self._drawn: Strips | None = None
        self._said = ""
        self._key = ""
        self._waits: Timer | None = None

    def follow(self, key: str, drawn: Strips | None, said: str) -> None:
        """Show strips, or `said` where there are none: at once for the same project, else once the cursor rests."""
        if self._waits is not None:
            self._waits.stop()
        if key == self._key or not self._key or not FactsPane.REST:
            self._show(key, drawn, said)
        else:
            self._waits = self.set_timer(FactsPane.REST, partial(self._show, key, drawn, said))

    def _show(self, key: str, drawn: Strips | None, said: str) -> None:
        if (drawn, said) != (self._drawn, self._said):
            self._drawn, self._said = drawn, said
            self.refresh()
        self._key = key

    def render(self) -> Content:
        """Draw the strips for the width there is."""
        width = max(self.size.width, 1)
        return self._drawn.content(width) if self._drawn else Content.styled(pad(self._said, width), STYLES["muted"])


class ProjectsScreen(CockpitScreen[ProjectView]):
    """Every project: the reported status beside the computed one, with its basis."""

    MODE = "projects"
    CSS_PATH = "projects.tcss"
    BELOW = False
    EMPTY = "No projects: list them in a projects table (id, title), or map a file in portfolio.toml."

    def compose_top(self) -> ComposeResult:
        """Put the strips over the list."""
        yield Over()

    def columns(self) -> Sequence[Column[ProjectView]]:
        """Name the columns."""
        return (
            Column("project", lambda p, _: (p.record.title, ""), 14, grow=3),
            Column("owner", lambda p, _: (p.owner_name or p.record.owner, ""), 14, grow=1, least=112),
            Column("team", lambda p, _: (p.team_title or p.record.team, "muted"), 12, grow=1, least=130),
            Column("reported", lambda p, _: (p.reported or "nothing", "" if p.reported else "muted"), 9),
            Column("computed", lambda p, _: STATUS[p.status], 11, by=lambda p: SEVERITY_ORDER.index(p.status)),
            Column("gap", lambda p, _: _gap(p), 10, by=lambda p: p.latency_days),
            Column("basis", lambda p, _: (p.basis, "muted"), 8),
            Column("baseline", lambda p, _: (day(p.baseline_finish), "muted"), 10, least=125),
            Column(
                "finish", lambda p, _: (finish(p.computed_finish, p.at_least), ""), 11, right=True, least=96, by=_finish
            ),
            Column("slip", lambda p, _: (days(p.slip_days, p.at_least), ""), 6, right=True, by=lambda p: p.slip_days),
            Column("computed over time", lambda p, w: (over_time(p, w), "muted"), 18, least=120, searched=False),
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

    @on(KeyedTable.Moved)
    def show_strips(self) -> None:
        """Draw what the project under the cursor was reported as, and what was true of it."""
        view = self.table.record
        over = self.query_one(Over)
        told = view is not None and bool(view.reported or view.replay)
        over.display = told and self.has_class("-narrow")
        if view is not None and over.display:
            said = "What was said and what was true on the days before is being read …"
            over.follow(self.key(view), strips(view), said)

    def on_resize(self) -> None:
        """Draw the strips where there is no room for the detail any more."""
        self.call_after_refresh(self.show_strips)

    def row_facts(self, record: ProjectView, assessment: Assessment) -> Facts:
        """Say why."""
        return project_facts(record, assessment)


def _gap(view: ProjectView) -> Cell:
    mark = WATERMELON if view.watermelon else " "
    if view.latency_days is None:
        return (f"{mark} unproven", "warn") if view.watermelon else ("", "")
    return f"{mark} {days(view.latency_days)}", "warn"


def _finish(view: ProjectView) -> date | None:
    return view.computed_finish
