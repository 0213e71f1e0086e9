"""What was known before: the lives of rows, by the ids that stand for what they are about today, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cockpit.engine.edits.bindings import FIELDS
from cockpit.engine.edits.pasts import Line, lines_of
from cockpit.engine.rows import known_today
from cockpit.records.edits import Step
from cockpit.records.model import Dependency, Kpi, Link, Objective, Project, Reading, Record, WorkItem, key_of

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

_NAMED = ("work_items", "links", "dependencies")


class Place(NamedTuple):
    """Whose an edit is: what is signed to settle it, and the project that it is about."""

    scope: str
    project: str


def _as_known(line: Line) -> Line:
    """The life of work that is gone, without actual dates that had not come when its row said otherwise, or went: they
    were plans, and what was planned to be finished was not."""
    said = (
        each._replace(record=known_today(each.record, after.since.on)) if isinstance(each.record, WorkItem) else each
        for each, after in pairwise(line.said)
    )
    return Line((*said, line.said[-1]))


class Known:
    """The past of one portfolio."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._names = facts.reconciled.names
        self._portfolio = facts.snapshot.portfolio.id

    # Rows of the past

    @cached_property
    def lines(self) -> Mapping[str, Mapping[str, tuple[Line, ...]]]:
        """Table → key → the rows of which the past is told."""
        return {table: self._lines(table) for table in FIELDS}

    def _lines(self, table: str) -> dict[str, tuple[Line, ...]]:
        found: dict[str, tuple[Line, ...]] = {}
        for key, stretches in self._facts.read.pasts.rows.get(table, {}).items():
            if table == "work_items" and self._facts.is_finish(key):
                stretches = tuple(each for each in stretches if not self._stands_for_finish(each.record))
            lines = lines_of(stretches)
            if self._names and table in _NAMED:
                lines = tuple(line.named(self._standing) for line in lines)
            if lines:
                standing = self.key(table, key)
                found[standing] = found.get(standing, ()) + lines
        return found

    def _stands_for_finish(self, record: Record) -> bool:
        return isinstance(record, WorkItem) and self._facts.stands_for_finish(record)

    @cached_property
    def newer(self) -> Mapping[str, Mapping[str, Step]]:
        """Table → key → when rows appeared that were not there at first."""
        newer = self._facts.read.pasts.newer
        return {table: {self.key(table, key): step for key, step in newer.get(table, {}).items()} for table in FIELDS}

    def key(self, table: str, key: str) -> str:
        """The key that stands for one of a table."""
        if not self._names:
            return key
        if table == "work_items":
            return self._names.item(key)
        return self._names.project(key) if table == "projects" else key

    def _standing(self, record: Record) -> Record:
        """A row that names things by the ids that stand for them."""
        if isinstance(record, WorkItem):
            return replace(self._names.work(record), id=self._names.item(record.id))
        if isinstance(record, Dependency):
            return self._names.dependency(record)
        return next(iter(self._names.links([record])), record) if isinstance(record, Link) else record

    @cached_property
    def links(self) -> Mapping[str, Link]:
        """The links of today by key."""
        return {key_of("links", link): link for link in self._facts.snapshot.links}

    # What is gone

    def _gone(self, table: str) -> dict[str, Line]:
        """By key the rows that no file holds any more; of several the one that went last."""
        rows = self.lines[table].items()
        lost = {key: lines for key, lines in rows if all(line.said[-1].record is None for line in lines)}
        return {key: max(lines, key=lambda line: line.said[-1].since) for key, lines in lost.items()}

    @cached_property
    def gone_items(self) -> Mapping[str, Line]:
        """Work items that no file holds any more, as each was known while it said so."""
        return {key: _as_known(line) for key, line in self._gone("work_items").items()}

    @cached_property
    def gone_links(self) -> Mapping[str, Line]:
        """Links that no file holds any more."""
        return self._gone("links")

    @cached_property
    def gone_teams(self) -> Mapping[str, Line]:
        """Teams that no file holds any more."""
        return self._gone("teams")

    @cached_property
    def gone_projects(self) -> Mapping[str, Project]:
        """Projects that no file holds any more, as they were last."""
        lost = {key: line.last for key, line in self._gone("projects").items()}
        return {key: record for key, record in lost.items() if isinstance(record, Project)}

    @cached_property
    def gone_objectives(self) -> Mapping[str, Objective]:
        """Objectives that no file holds any more, as they were last."""
        lost = {key: line.last for key, line in self._gone("objectives").items()}
        return {key: record for key, record in lost.items() if isinstance(record, Objective)}

    # Whose a row is

    def project_of(self, record: Record) -> str:
        """The project of a row, as it says or as it is mapped today; empty for none that is or was known."""
        names: tuple[str, ...] = ()
        if isinstance(record, Project):
            names = (record.id,)
        elif isinstance(record, WorkItem):
            known = self._facts.items.get(record.id)
            names = (record.project, known.project if known is not None else "")
        elif isinstance(record, Link):
            names = (self._project_of_item(record.successor), self._project_of_item(record.predecessor))
        elif isinstance(record, Dependency):
            names = (record.receiver_project, self._project_of_item(record.receiver_item))
        standing = (self._names.project(name) for name in names if name)
        return next((n for n in standing if n in self._facts.projects or n in self.gone_projects), "")

    def _project_of_item(self, name: str) -> str:
        item = self._facts.items.get(name)
        if item is not None and not item.stub:
            return item.project
        line = self.gone_items.get(name)
        return self.project_of(line.last) if line is not None else name.removesuffix(":finish")

    def place_of(self, record: Record) -> Place:
        """Who signs an edit of a row, and which project it is about."""
        if project := self.project_of(record):
            return Place(project, project)
        objective = ""
        if isinstance(record, Reading):
            kpi = self._facts.kpis.get(record.kpi)
            objective = kpi.objective if kpi is not None else ""
        elif isinstance(record, Kpi | Objective):
            objective = record.objective if isinstance(record, Kpi) else record.id
        known = objective in self._facts.objectives or objective in self.gone_objectives
        return Place(objective if known else self._portfolio, "")
