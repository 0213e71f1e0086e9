"""What an objective is made of: its KPIs and projects as rows, from which one goes on to their screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual import on
from textual.app import ComposeResult

from cockpit.basics.classes import dataclass
from cockpit.basics.kept import kept
from cockpit.records.verdicts import SEVERITY_ORDER
from cockpit.screens.bars import KeyBar
from cockpit.screens.base import CockpitScreen
from cockpit.screens.detail import DetailScreen
from cockpit.screens.keynames import key
from cockpit.screens.pane import FactsPane
from cockpit.screens.table import Column, KeyedTable
from cockpit.screens.words import STATUS, Cell, count, day, days, finish, number, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cockpit.app import CockpitApp
    from cockpit.records.assessment import Assessment, KpiView, ObjectiveView, ProjectView

MOST_ROWS = 9
"""Parts in view; the others are scrolled to."""


@dataclass(frozen=True, slots=True)
class Part:
    """A KPI or project of an objective; `mode` is the screen on which its row stands, `key` its key there."""

    mode: str
    key: str
    title: str
    status: Cell
    owner: str
    said: str

    @property
    def name(self) -> str:
        """What identifies it."""
        return f"{self.mode}:{self.key}"


COLUMNS: tuple[Column[Part], ...] = (
    Column("", lambda p, _: ("KPI" if p.mode == "kpis" else "project", "muted"), 7),
    Column("KPI or project", lambda p, _: (p.title, ""), 20, grow=2),
    Column("status", lambda p, _: p.status, 11),
    Column("owner", lambda p, _: (p.owner, "muted"), 14, grow=1, least=90),
    Column("", lambda p, _: (p.said, ""), 28),
)


def parts_of(view: ObjectiveView, assessment: Assessment) -> tuple[Part, ...]:
    """Return the KPIs of an objective, then its projects, the worst of each first."""
    measures, projects = _kpis(assessment.kpis), _projects(assessment.projects)
    own = sorted((measures[each] for each in view.kpis if each in measures), key=_rank)
    served = sorted((projects[each] for each in view.projects if each in projects), key=_rank)
    return (*map(_kpi_part, own), *map(_project_part, served))


def _rank(view: KpiView | ProjectView) -> int:
    return SEVERITY_ORDER.index(view.status)


@kept
def _kpis(views: tuple[KpiView, ...]) -> Mapping[str, KpiView]:
    return {view.record.id: view for view in views}


@kept
def _projects(views: tuple[ProjectView, ...]) -> Mapping[str, ProjectView]:
    return {view.record.id: view for view in views}


def _kpi_part(view: KpiView) -> Part:
    record = view.record
    done = f"{percent(view.attainment)} · " if view.attainment is not None else ""
    value = f"{number(view.value, record.unit)} on {day(view.value_on)}" if view.value is not None else "no reading"
    return Part("kpis", record.id, record.title, STATUS[view.status], view.owner_name or record.owner, f"{done}{value}")


def _project_part(view: ProjectView) -> Part:
    record, slip = view.record, days(view.slip_days, view.at_least)
    said = f"{finish(view.computed_finish, view.at_least)}{f', slip {slip}' if slip else ''}"
    return Part("projects", record.id, record.title, STATUS[view.status], view.owner_name or record.owner, said)


class PartsScreen(DetailScreen):
    """The why of an objective beneath the list of its parts; both follow the evidence."""

    AUTO_FOCUS = "#parts"

    def __init__(self, source: CockpitScreen[Any], key: str) -> None:
        super().__init__(source, key)
        self._objective = key

    def compose(self) -> ComposeResult:
        """Lay out the parts, the text and the keys."""
        yield KeyedTable(COLUMNS, lambda part: part.name, id="parts")
        yield FactsPane(id="why", can_focus=True)
        yield KeyBar()

    def take(self) -> None:
        """Show the parts and the why as they are now."""
        super().take()
        assessment = self.desk.assessment
        views = assessment.objectives if assessment is not None else ()
        view = next((each for each in views if each.record.id == self._objective), None)
        parts = parts_of(view, assessment) if view is not None and assessment is not None else ()
        table = self.query_one("#parts", KeyedTable)
        table.show_records(parts)
        table.styles.height = min(len(parts), MOST_ROWS) + 1
        if bool(parts) is not table.display:
            table.display = bool(parts)
            (table if parts else self.query_one(FactsPane)).focus()

    @on(KeyedTable.Chosen)
    def go_to_part(self) -> None:
        """Leave for the row of the part under the cursor."""
        part = cast("KeyedTable[Part]", self.query_one("#parts", KeyedTable)).record
        if part is not None:
            self.dismiss()
            go_to_row(cast("CockpitApp", self.app), part.mode, part.key)


def go_to_row(app: CockpitApp, mode: str, key: str) -> None:
    """Show a screen with the cursor on the row of a key."""
    app.action_go(mode)
    screen = app.screen
    if isinstance(screen, CockpitScreen):
        screen.point_at(key)


def unmapped_text(assessment: Assessment) -> str:
    """Return how much of the work serves no objective; empty where all of it does."""
    shares = assessment.alignment
    if not shares.unmapped or not shares.items:
        return ""
    effort = f", {percent(shares.unmapped_effort / shares.effort)} of effort" if shares.effort > 0 else ""
    of = f"{shares.unmapped:,} of {count(shares.items, 'ticket')}"
    verb = "serves" if shares.unmapped == 1 else "serve"
    share = percent(shares.unmapped / shares.items)
    return f"{of} {verb} no objective: {share}{effort} · see {key('go-alignment')}"
