"""Objectives: will the strategy land? Execution beside outcome, and the bottom line."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from cockpit.records.assessment import Assessment, ObjectiveView
from cockpit.records.verdicts import SEVERITY_ORDER
from cockpit.screens.bars import NoteLine
from cockpit.screens.base import CockpitScreen
from cockpit.screens.parts import PartsScreen, unmapped_text
from cockpit.screens.table import Column
from cockpit.screens.why import Facts
from cockpit.screens.why_outcome import objective_facts
from cockpit.screens.words import STATUS, Cell, day, days, finish, money, percent, sparkline


class ObjectivesScreen(CockpitScreen[ObjectiveView]):
    """Every objective: two statuses side by side, finish against target, and what it costs."""

    MODE = "objectives"
    CSS_PATH = "objectives.tcss"
    EMPTY = "No objectives: list them in an objectives table (id, title, owner, target_date)."

    def compose_top(self) -> ComposeResult:
        """Put over the list how much of the work serves none of them."""
        yield NoteLine(id="unmapped")

    def take(self) -> None:
        """Show the app's assessment, and how much of the work serves no objective."""
        super().take()
        text = unmapped_text(self.assessment) if self.assessment is not None else ""
        self.query_one("#unmapped", NoteLine).show_text(text)

    def detail_of(self, key: str) -> PartsScreen:
        """Return the KPIs and projects of an objective, and why."""
        return PartsScreen(self, key)

    def columns(self) -> Sequence[Column[ObjectiveView]]:
        """Name the columns."""
        return (
            Column("objective", lambda o, _: (o.record.title, ""), 14, grow=1),
            Column("owner", lambda o, _: _owner(o), 14, least=125),
            Column("execution", lambda o, _: STATUS[o.execution], 11, by=lambda o: SEVERITY_ORDER.index(o.execution)),
            Column("outcome", lambda o, _: STATUS[o.outcome], 11, by=lambda o: SEVERITY_ORDER.index(o.outcome)),
            Column("attained", _attained, 8, most=109, by=_share),
            Column("attained", _course, 8, least=110, by=_share),
            Column("", lambda o, _: (percent(_share(o)), ""), 4, right=True, least=110, searched=False),
            Column("finish", lambda o, _: (finish(o.finish, o.at_least), ""), 11, right=True, by=lambda o: o.finish),
            Column("target", lambda o, _: (day(o.record.target_date), "muted"), 10, least=96),
            Column("slip", lambda o, _: (days(o.slip_days, o.at_least), ""), 6, right=True, by=lambda o: o.slip_days),
            Column(
                "a day",
                lambda o, _: (self._delay(o.cost_of_delay, o), ""),
                7,
                right=True,
                least=110,
                by=lambda o: o.cost_of_delay,
            ),
            Column(
                "overrun",
                lambda o, _: (money(o.overrun, self.currency), ""),
                7,
                right=True,
                least=110,
                by=lambda o: o.overrun,
            ),
            Column(
                "total", lambda o, _: (self._delay(o.bottom_line, o), ""), 7, right=True, by=lambda o: o.bottom_line
            ),
            Column("blockers", _blockers, 8, right=True, least=88, by=lambda o: o.blockers),
        )

    def _delay(self, value: float | None, row: ObjectiveView) -> str:
        return money(value, self.delay_currency, row.cost_assumed)

    def rows(self, assessment: Assessment) -> Sequence[ObjectiveView]:
        """List the objectives."""
        return assessment.objectives

    def key(self, record: ObjectiveView) -> str:
        """Know an objective by its id."""
        return record.record.id

    def owners(self, record: ObjectiveView) -> tuple[str, ...]:
        """Find an objective by its owner."""
        return (record.record.owner, record.owner_name)

    def projects(self, record: ObjectiveView) -> tuple[str, ...]:
        """Find an objective by the projects that serve it."""
        return (*record.projects, *(self.name_of(project) for project in record.projects))

    def objectives(self, record: ObjectiveView) -> tuple[str, ...]:
        """Find an objective by itself."""
        return (record.record.id, record.record.title)

    def row_facts(self, record: ObjectiveView, assessment: Assessment) -> Facts:
        """Say why."""
        return objective_facts(record, assessment)


def _blockers(view: ObjectiveView, _: int) -> Cell:
    return str(view.blockers or ""), ""


def _share(view: ObjectiveView) -> float | None:
    return view.attained[-1][1] if view.attained else None


def _attained(view: ObjectiveView, width: int) -> Cell:
    """The course and the share that it has led to, in one column."""
    share = percent(_share(view))
    course, _ = _course(view, width - len(share) - 1)
    return f"{course} {share}".rjust(width) if share else "", "accent"


def _course(view: ObjectiveView, width: int) -> Cell:
    return sparkline([share for _, share in view.attained], width), "accent"


def _owner(view: ObjectiveView) -> Cell:
    name = view.owner_name or view.record.owner
    return (name, "") if name else ("nobody", "warn")
