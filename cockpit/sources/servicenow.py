"""Change requests, incidents and other tasks of ServiceNow: the CSV export of a list.

Shape: ServiceNow documentation, “Default values for column headers and column values”: headers are field names (CSV) or
labels (Excel), values are what users see unless raw values were asked for; “State model and transitions” and “Update
change request states” for the numbers of states, “Incident life cycle” for those of incidents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from cockpit.basics.text import one_line
from cockpit.charter.charter import Charter, SourceMapping
from cockpit.charter.words import word
from cockpit.records.model import Batch, Origin, Problem, State
from cockpit.sources.errors import refuse
from cockpit.sources.files import read_bytes
from cockpit.sources.rows import Grid
from cockpit.sources.servicenow_states import meant, spelled
from cockpit.sources.standing import Words, standings
from cockpit.sources.tickets import Computed, Export, Standings, Ties, batch_of, grid_of, read_tickets
from cockpit.sources.values import Cell, text

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("Number",),
    "title": ("Short description",),
    "team": ("Assignment group",),
    "owner": ("Assigned to",),
    "status": ("State", "Incident state", "Status"),
    "baseline_start": ("Planned start date", "Planned start", "start_date"),
    "baseline_finish": ("Planned end date", "Planned end", "end_date"),
    "deadline": ("Due date", "due_date"),
    "actual_start": ("Actual start date", "Actual start", "work_start"),
    "updated": ("Updated", "sys_updated_on"),
}
"""Where each of our columns stands, by label and by field name; the first header that a file has counts."""

_FINISHED = (
    ("Actual end date", "Actual end", "work_end"), ("Resolved", "Resolved at", "resolved_at"),
    ("Closed", "Closed at", "closed_at"),
)  # fmt: skip
_SERVICES = (("Business service", "business_service", "Service"), ("Configuration item", "cmdb_ci", "CI"))
_BEFORE = ("Predecessor", "Predecessors"), ("Depends on",)
_AWAITED = {"change": ("Change Request", "rfc"), "problem": ("Problem", "problem_id")}
"""What an incident waits for while it is on hold for it: the change or problem that will resolve it."""
_PARENTS = (
    ("Parent", "Parent Incident", "parent_incident"),
    ("Change request", "change_request"),
    ("Problem", "problem"),
)
_WHY_HELD = ("On hold reason", "hold_reason", "on_hold_reason")
_HELD = ("On hold", "on_hold")
_REASONS = ("Close code", "close_code", "Resolution code")
_YES = ("true", "yes", "1")
_LEFT_OUT = (
    "description", "comments", "work notes", "work_notes", "comments_and_work_notes", "additional comments",
    "close notes", "close_notes", "resolution notes", "justification", "implementation plan", "backout plan",
    "test plan", "risk and impact analysis", "activity", "watch list", "sys_id", "sys_mod_count", "calendar",
    "business duration", "implementation_plan", "backout_plan", "test_plan", "risk_impact_analysis", "watch_list",
    "business_duration",
)  # fmt: skip
"""Columns that are long, or change with every export and say nothing of the work."""

_NUMBER = re.compile(r"[A-Z][A-Z_]{1,15}\d{2,20}", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,;\s]+")


def read(path: Path, relative: str, charter: Charter, mapping: SourceMapping | None) -> Batch:
    """Read an export: tickets by number, parents, links, and stubs for tickets that only links name.

    `mapping.defaults` gives a project, team or objective to tickets; `mapping.columns` names other columns.
    """
    mapping = mapping or SourceMapping(path=relative, format="servicenow")
    table = grid_of(path, read_bytes(path, relative), relative, mapping)
    export = _Tasks(table.grid, charter, mapping, relative)
    if "id" not in export.places:
        shown = ", ".join(one_line(each, 40) for each in table.grid.header[:12])
        raise refuse(relative, f"has no column “Number”, so it is no ServiceNow list; its first headers are {shown}")
    where = export.standings()
    items, problems = read_tickets(export, relative, export.computed(where), where, _LEFT_OUT)
    known = {item.id for item in items}
    ties = Ties(items, lambda _: "")
    for before, after, origin in export.links(where, problems):
        if after in known:
            ties.add(before, after, origin)
    return batch_of(items, ties, [*table.problems, *problems])


class _Tasks(Export):
    """One export of ServiceNow, and what has to be computed of its cells."""

    def __init__(self, grid: Grid, charter: Charter, mapping: SourceMapping, relative: str) -> None:
        super().__init__(grid, charter, mapping, _COLUMNS)
        self.relative = relative
        self.numbers = [each.upper() for each in self.texts("id")]

    def standings(self) -> Standings:
        """The charter's words, then ServiceNow's, by number or label; what is on hold is blocked in any open state."""
        said = [spelled(own, each) for own, each in zip(self.numbers, self.texts("status"), strict=True)]
        held = [word(each) in _YES for each in self.column(*_HELD)]
        rows = zip(said, held, self.column(*_REASONS), strict=True)
        return standings([(*row, False) for row in rows], Words(self.charter, meant()))

    def computed(self, where: Standings) -> Computed:
        """Return the columns of ours that stand nowhere as they are."""
        starts = self.raw("baseline_start")
        return {
            "id": ("Number", list(self.numbers)),
            "title": ("Short description", self._titles()),
            "kind": ("Number", ["ticket"] * len(self.numbers)),
            "project": ("Business service", self._projects()),
            "status": ("State", [spelled(*row) for row in zip(self.numbers, self.texts("status"), strict=True)]),
            "parent": ("Parent", self._parents()),
            "not_before": (
                "Planned start date",
                [cell if self._is_appointed(row, where) else "" for row, cell in enumerate(starts)],
            ),
            "actual_finish": ("Actual end date", self.finishes(self._finished(), where)),
        }

    def _titles(self) -> list[Cell]:
        return [title or own for title, own in zip(self.texts("title"), self.numbers, strict=True)]

    def _parents(self) -> list[Cell]:
        """The parent by its own column; of a task the change or problem that it belongs to."""
        found: list[Cell] = [""] * len(self.numbers)
        for headers in _PARENTS:
            for row, said in enumerate(self.column(*headers)):
                own = self.numbers[row]
                told = headers[0] == "Parent" or not own.startswith(("INC", "CHG", "PRB"))
                if told and not found[row] and _NUMBER.fullmatch(said) and said.upper() != own:
                    found[row] = said.upper()
        return found

    def _projects(self) -> list[Cell]:
        given = text(self.mapping.defaults.get("project"))
        pairs = zip(*(self.column(*headers) for headers in _SERVICES), strict=True)
        return [given or service or item or "?" for service, item in pairs]

    def _is_appointed(self, row: int, where: Standings) -> bool:
        """Whether a planned start binds: the window of a change that has not begun."""
        return self.numbers[row].startswith(("CHG", "CTASK")) and where.states[row] is State.TODO

    def _finished(self) -> list[Cell]:
        """When each was finished: the end of the work, else its resolution, else its closing."""
        found: list[Cell] = [""] * len(self.numbers)
        for headers in _FINISHED:
            at = self.first(headers)
            if at is not None:
                found = [have or row[at] for have, row in zip(found, self.grid.rows, strict=True)]
        return found

    def links(self, where: Standings, problems: list[Problem]) -> Iterator[tuple[str, str, Origin]]:
        """Yield what comes before which ticket, and where it is said."""
        for headers in _BEFORE:
            for row, cell in enumerate(self.column(*headers)):
                for part in filter(None, _SEPARATORS.split(cell)):
                    if number := self._number(part, row, headers[0], problems):
                        yield number, self.numbers[row], self.origin(row, self.relative)
        reasons = [word(each) for each in self.column(*_WHY_HELD)]
        for what, headers in _AWAITED.items():
            for row, cell in enumerate(self.column(*headers)):
                awaited = where.states[row] is State.BLOCKED and (what in reasons[row] or not reasons[row])
                if cell and awaited and (number := self._number(cell, row, headers[0], problems)):
                    yield number, self.numbers[row], self.origin(row, self.relative)

    def _number(self, said: str, row: int, header: str, problems: list[Problem]) -> str:
        if _NUMBER.fullmatch(said):
            return said.upper()
        message = f"expected a number such as CHG0030042; found “{one_line(said, 60)}”; this link is left out"
        problems.append(Problem(self.origin(row, self.relative), message, header))
        return ""
