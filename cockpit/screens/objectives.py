"""Objectives: will the strategy land? Execution beside outcome, and the bottom line."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.assessment import Assessment, ObjectiveView
from cockpit.screens.base import CockpitScreen
from cockpit.screens.table import Column
from cockpit.screens.why import Facts, objective_facts
from cockpit.screens.words import STATUS, Cell, day, days, finish, money
from cockpit.verdicts import SEVERITY_ORDER


class ObjectivesScreen(CockpitScreen[ObjectiveView]):
    """Every objective: two statuses side by side, finish against target, and what it costs."""

    MODE = "objectives"
    CSS_PATH = "objectives.tcss"
    EMPTY = "No objectives: list them in an objectives table (id, title, owner, target_date)."

    def columns(self) -> Sequence[Column[ObjectiveView]]:
        """Name the columns."""
        return (
            Column("objective", lambda o, _: (o.record.title, ""), 14, grow=1),
            Column("owner", lambda o, _: _owner(o), 14, least=125),
            Column("execution", lambda o, _: STATUS[o.execution], 11, by=lambda o: SEVERITY_ORDER.index(o.execution)),
            Column("outcome", lambda o, _: STATUS[o.outcome], 11, by=lambda o: SEVERITY_ORDER.index(o.outcome)),
            Column("finish", lambda o, _: (finish(o.finish, o.at_least), ""), 11, right=True, by=lambda o: o.finish),
            Column("target", lambda o, _: (day(o.record.target_date), "muted"), 10, least=96),
            Column("slip", lambda o, _: (days(o.slip_days, o.at_least), ""), 6, right=True, by=lambda o: o.slip_days),
            Column(
                "a day",
                lambda o, _: (self._delay(o.cost_of_delay, o), ""),
                7,
                right=True,
                least=88,
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
            Column("blocks", lambda o, _: (str(o.blockers or ""), ""), 6, right=True, by=lambda o: o.blockers),
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

    def row_facts(self, record: ObjectiveView, assessment: Assessment) -> Facts:
        """Say why."""
        return objective_facts(record, assessment)


def _owner(view: ObjectiveView) -> Cell:
    name = view.owner_name or view.record.owner
    return (name, "") if name else ("nobody", "warn")
