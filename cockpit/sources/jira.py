"""The CSV export of Jira as Jira writes it: repeated headers, both ends of each link, dates in the server's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cockpit.charter import Charter, SourceMapping
from cockpit.model import Batch, Problem, Record, State
from cockpit.sources.delimited import read_csv
from cockpit.sources.errors import refuse
from cockpit.sources.files import read_bytes
from cockpit.sources.jira_links import KEY, links_of
from cockpit.sources.rows import Grid, Plan, Seen, build
from cockpit.sources.tables import find_header
from cockpit.sources.values import Cell, number, text
from cockpit.text import one_line
from cockpit.vocabulary import fold
from cockpit.words import word

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("Issue key", "Key"),
    "title": ("Summary",),
    "kind": ("Issue Type", "Work type"),
    "team": ("Team Name", "Custom field (Team Name)", "Custom field (Team)"),
    "owner": ("Assignee",),
    "status": ("Status",),
    "deadline": ("Due date",),
    "actual_finish": ("Resolved", "Resolution date"),
    "updated": ("Updated",),
    "acceptance": ("Custom field (Acceptance Criteria)",),
}
"""Where each of our columns stands; the first header that a file has counts."""

_POINTS = ("Custom field (Story Points)", "Custom field (Story point estimate)", "Story Points")
_PARENTS = ("Parent key", "Parent", "Parent id", "Custom field (Epic Link)", "Epic Link", "Custom field (Parent Link)")
_SUMMARIES = ("epic", "initiative", "theme", "capability", "portfolio epic")
_CATEGORIES = {"to do": State.TODO, "new": State.TODO, "in progress": State.DOING, "done": State.DONE}
_LEFT_OUT = (
    "comment", "description", "attachment", "log work", "watcher", "votes", "last viewed", "inward issue link",
    "outward issue link", "project description", "project url", "project lead", "σ", "custom field (rank)",
    "custom field ([chart]",
)  # fmt: skip
"""Columns that are long, or change with every export and say nothing of the work."""


def is_jira(header: Sequence[str]) -> bool:
    """Return whether a row of headers is that of a Jira export."""
    names = {fold(each) for each in header}
    return "issuekey" in names and bool(names & {"issueid", "summary", "issuetype"})


def read(path: Path, relative: str, charter: Charter, mapping: SourceMapping | None) -> Batch:
    """Read a Jira export: tickets by issue key, links, and stubs for issues that only links name.

    `mapping.defaults` gives a project, team or objective to issues; `mapping.columns` names other custom fields.
    """
    mapping = mapping or SourceMapping(path=relative, format="jira")
    table = read_csv(read_bytes(path, relative), relative, mapping.header_row)
    export = _Export(table.grid, charter, mapping)
    if "id" not in export.places:
        shown = ", ".join(one_line(each, 40) for each in table.grid.header[:12])
        raise refuse(relative, f"has no column “Issue key”, so it is no Jira export; its first headers are {shown}")
    grid, plan = export.prepared()
    items, problems = build(grid, plan, relative, charter, Seen())
    used = {item.origin.row for item in items if item.origin}
    keys = [key if row in used else "" for key, row in zip(export.keys, table.grid.numbers, strict=True)]
    links, stubs, faults = links_of(table.grid, keys, relative)
    records: dict[str, tuple[Record, ...]] = {"work_items": (*items, *stubs), "links": links}
    found: list[Problem] = [*table.problems, *problems, *faults]
    return Batch(records, tuple(sorted(found, key=lambda problem: problem.origin.row or 0)))


class _Export:
    """One export on its way to a grid with our columns first."""

    def __init__(self, grid: Grid, charter: Charter, mapping: SourceMapping) -> None:
        self.grid, self.charter, self.mapping = grid, charter, mapping
        self.places = {name: at for name, headers in _COLUMNS.items() if (at := self._first(headers)) is not None}
        for name, header in mapping.columns.items():
            if (at := self._first((header,))) is not None:
                self.places[name] = at
        self.keys = self._cells("id", text) if "id" in self.places else []
        self._ids = self._issue_ids()

    def _first(self, headers: Sequence[str]) -> int | None:
        return next((at[0] for header in headers if (at := find_header(header, self.grid.header))), None)

    def _cells(self, name: str, convert: Callable[[Cell], str]) -> list[str]:
        at = self.places[name]
        return [convert(row[at]) for row in self.grid.rows]

    def _column(self, *headers: str) -> list[str]:
        at = self._first(headers)
        return [""] * len(self.grid.rows) if at is None else [text(row[at]) for row in self.grid.rows]

    def _issue_ids(self) -> dict[str, str]:
        ids = self._column("Issue id", "Issue ID")
        return {number: key for number, key in zip(ids, self.keys, strict=False) if number and key}

    def prepared(self) -> tuple[Grid, Plan]:
        """Return the export with computed columns put before its own, and how to read it."""
        states = self._states()
        computed: dict[str, tuple[str, Sequence[Cell]]] = {
            "kind": ("Issue Type", self._kinds()),
            "project": ("Project key", self._projects()),
            "parent": ("Parent", self._parents()),
            "duration_days": ("Original Estimate", self._days("Original Estimate")),
            "remaining_days": ("Remaining Estimate", self._days("Remaining Estimate")),
            "effort": ("Story Points", self._efforts()),
            "actual_finish": ("Resolved", self._resolved(states)),
            "title": ("Summary", self._titles()),
        }
        computed = {name: each for name, each in computed.items() if name not in self.mapping.columns}
        kept = [index for index, header in enumerate(self.grid.header) if self._keeps(index, header, computed)]
        header = (*(label for label, _ in computed.values()), *(self.grid.header[index] for index in kept))
        columns = [cells for _, cells in computed.values()]
        rows = [
            [*(cells[number] for cells in columns), *(row[index] for index in kept)]
            for number, row in enumerate(self.grid.rows)
        ]
        at = {name: len(columns) + kept.index(index) for name, index in self.places.items() if name not in computed}
        at.update({name: index for index, name in enumerate(computed)})
        defaults = {name: value for name, value in self.mapping.defaults.items() if name != "project"}
        order, decimal = self.mapping.date_order, self.mapping.decimal
        plan = Plan(table="work_items", at=at, defaults=defaults, date_order=order, decimal=decimal, states=states)
        return Grid(header, rows, self.grid.numbers, self.grid.sheet), plan

    def _keeps(self, index: int, header: str, computed: Mapping[str, object]) -> bool:
        if index in (at for name, at in self.places.items() if name not in computed):
            return True
        if index in self.places.values() and header != "Issue Type":
            return False
        return not header.casefold().startswith(_LEFT_OUT)

    def _kinds(self) -> list[Cell]:
        types = self._cells("kind", text) if "kind" in self.places else [""] * len(self.grid.rows)
        return [
            "summary" if word(each) in _SUMMARIES else "milestone" if word(each) == "milestone" else "ticket"
            for each in types
        ]

    def _titles(self) -> list[Cell]:
        titles = self._cells("title", text) if "title" in self.places else [""] * len(self.grid.rows)
        return [title or key for title, key in zip(titles, self.keys, strict=True)]

    def _projects(self) -> list[Cell]:
        """The mapping's project, else Jira's own: from its column, else from the issue key."""
        given = text(self.mapping.defaults.get("project"))
        own = self._column("Project key")
        return [given or own[row] or key.rpartition("-")[0] or "?" for row, key in enumerate(self.keys)]

    def _parents(self) -> list[Cell]:
        """The key of each parent; an id is looked up in the file and left out where the file does not hold it."""
        parents: list[Cell] = [""] * len(self.keys)
        for header in _PARENTS:
            for row, said in enumerate(self._column(header)):
                found = self._ids.get(said) or (said if KEY.fullmatch(said) else "")
                if found and not parents[row] and found != self.keys[row]:
                    parents[row] = found
        return parents

    def _days(self, header: str) -> list[Cell]:
        """Seconds of work as days of the charter's calendar; what is no number stays and is reported."""
        minutes = self.charter.calendar().minutes_per_day
        return [_scaled(cell, 60 * minutes, self.mapping.decimal) for cell in self._column(header)]

    def _efforts(self) -> list[Cell]:
        """Effort in the charter's unit: story points, or the original estimate as days or hours."""
        unit = word(self.charter.portfolio.effort_unit)
        if "hour" not in unit and "day" not in unit:
            return list(self._column(*_POINTS))
        seconds = 3600 if "hour" in unit else 60 * self.charter.calendar().minutes_per_day
        estimates = (_scaled(cell, seconds, self.mapping.decimal) for cell in self._column("Original Estimate"))
        return [each if isinstance(each, float) else "" for each in estimates]

    def _states(self) -> list[State | None]:
        """The charter's own words first, then Jira's category, then the built-in words; blocked needs no category."""
        words = self._cells("status", text) if "status" in self.places else [""] * len(self.keys)
        categories = self._column("Status Category")
        return [self._state(*pair) for pair in zip(words, categories, strict=True)]

    def _state(self, status: str, category: str) -> State | None:
        usual, meant = self.charter.state_of(status), _CATEGORIES.get(word(category))
        if meant is None or self.charter.chose(status) or (usual is State.BLOCKED and meant is not State.DONE):
            return usual
        return meant

    def _resolved(self, states: Sequence[State | None]) -> list[Cell]:
        """The day of resolution; Jira keeps it on issues that were opened again, where it says nothing."""
        if "actual_finish" not in self.places:
            return [""] * len(self.keys)
        at = self.places["actual_finish"]
        return [
            row[at] if state in (State.DONE, None) else "" for row, state in zip(self.grid.rows, states, strict=True)
        ]


def _scaled(cell: str, divisor: float, decimal: str) -> Cell:
    try:
        return number(cell, decimal) / divisor if cell else ""
    except ValueError:
        return cell
