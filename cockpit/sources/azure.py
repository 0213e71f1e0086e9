"""Work items of Azure DevOps: the CSV export of a query, and the JSON of its REST API or of `az boards`.

Shapes: Azure DevOps documentation, “Import, update, and export bulk work items with CSV files” (headers `ID, Work Item
Type, Title, Assigned To, State, …`, people as `Name <address>`) and “How workflow states and state categories are used”
(New, Active, Resolved, Closed, Removed; a resolved item is implemented and not yet verified).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from cockpit.basics.text import one_line
from cockpit.charter.charter import Charter, SourceMapping
from cockpit.charter.words import word
from cockpit.records.model import Batch, Origin, Problem, State
from cockpit.sources.azure_json import Answer, read_answer
from cockpit.sources.azure_tree import flat
from cockpit.sources.errors import refuse
from cockpit.sources.files import read_bytes
from cockpit.sources.jsondocs import is_json
from cockpit.sources.rows import Grid
from cockpit.sources.standing import Words, is_blocked_word, standings
from cockpit.sources.tickets import HOURS, Computed, Export, Standings, Ties, batch_of, grid_of, plain, read_tickets
from cockpit.sources.values import Cell, text

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("ID", "Work Item Id"),
    "title": ("Title",),
    "kind": ("Work Item Type",),
    "owner": ("Assigned To",),
    "status": ("State",),
    "baseline_start": ("Start Date",),
    "baseline_finish": ("Finish Date", "Target Date"),
    "deadline": ("Due Date",),
    "actual_start": ("Activated Date",),
    "actual_finish": ("Closed Date",),
    "updated": ("Changed Date",),
    "acceptance": ("Acceptance Criteria",),
}
"""Where each of our columns stands; the first header that a file has counts."""

_POINTS = ("Story Points", "Effort", "Size")
_BEFORE = ("Predecessor", "Predecessors")
_AFTER = ("Successor", "Successors")
_SUMMARIES = ("epic", "feature", "initiative", "theme", "capability", "portfolio epic")
_NO_WORK = (
    "test case", "test plan", "test suite", "shared steps", "shared parameter", "code review request",
    "code review response", "feedback request", "feedback response",
)  # fmt: skip
"""Types that describe tests and talks, not work: they stay open for ever."""
_MEANT = {
    **dict.fromkeys(("new", "proposed", "approved", "to do", "requested", "design", "open"), State.TODO),
    **dict.fromkeys(("active", "committed", "in progress", "doing", "in planning", "resolved"), State.DOING),
    **dict.fromkeys(("closed", "done", "completed", "inactive"), State.DONE),
}
"""The states of Microsoft's processes: Agile, Scrum, CMMI and Basic."""
_YES = ("yes", "true", "1")
_LEFT_OUT = (
    "description", "repro steps", "system info", "history", "discussion", "comment", "attached file count",
    "external link count", "related link count", "hyperlink count", "hyper link count", "revised date", "watermark",
    "authorized", "area id", "iteration id", "person id", "stack rank", "backlog priority", "wef_", "kanban.",
    "board column", "board lane", "predecessor", "successor",
)  # fmt: skip
"""Columns that are long, change with every export and say nothing of the work, or are links."""

_NUMBER = re.compile(r"(?:AB)?#?0*([1-9]\d{0,11})", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,;\s]+")
_LEVEL = re.compile(r"area ?level ?([1-9])", re.IGNORECASE)


def read(path: Path, relative: str, charter: Charter, mapping: SourceMapping | None) -> Batch:
    """Read work items: tickets by number (`AB#42`, as Microsoft writes them elsewhere), parents and links, and stubs
    for items that only links name.

    `mapping.defaults` gives a project, team or objective to items; `mapping.columns` names other fields.
    """
    mapping = mapping or SourceMapping(path=relative, format="azure")
    data = read_bytes(path, relative)
    if is_json(data):
        answer = read_answer(data, relative)
    else:
        table = grid_of(path, data, relative, mapping)
        answer = Answer(flat(table.grid), [], list(table.problems))
        if _place(answer.grid, "ID", "Work Item Id") is None:
            shown = ", ".join(one_line(each, 40) for each in answer.grid.header[:12])
            raise refuse(relative, f"has no column “ID”, so it is no list of work items; its first headers are {shown}")
    grid = _usable(_with_levels(answer.grid, mapping), relative, answer.problems)
    return _Items(grid, charter, mapping, relative).batch(answer)


def item_id(number: str) -> str:
    """Return the id of the work item with this number; empty for none."""
    return f"AB#{number}" if number else ""


def _number_of(cell: str) -> str:
    match = _NUMBER.fullmatch(cell.strip())
    return match[1] if match else ""


def _place(grid: Grid, *headers: str) -> int | None:
    wanted = {header.casefold() for header in headers}
    return next((at for at, header in enumerate(grid.header) if header.casefold() in wanted), None)


def _usable(grid: Grid, relative: str, problems: list[Problem]) -> Grid:
    """Return the rows that are work; those whose id is no number are told."""
    id_at, type_at = _place(grid, "ID", "Work Item Id"), _place(grid, "Work Item Type")
    keep = []
    for row, cells in enumerate(grid.rows):
        said = text(cells[id_at]) if id_at is not None else ""
        if said and not _number_of(said):
            message = f"expected the number of a work item; found “{one_line(said, 60)}”; the row is left out"
            problems.append(Problem(Origin(relative, grid.numbers[row], grid.sheet), message, "ID"))
        elif type_at is None or word(text(cells[type_at])) not in _NO_WORK:
            keep.append(row)
    return grid._replace(rows=[grid.rows[row] for row in keep], numbers=[grid.numbers[row] for row in keep])


def _with_levels(grid: Grid, mapping: SourceMapping) -> Grid:
    """Return the table with those levels of the area path that the mapping names, where the file has only the path."""
    wanted = {header: int(match[1]) for header in mapping.columns.values() if (match := _LEVEL.fullmatch(header))}
    wanted = {header: level for header, level in wanted.items() if _place(grid, header) is None}
    at = _place(grid, "Area Path")
    if not wanted or at is None:
        return grid
    paths = [text(row[at]).split("\\") for row in grid.rows]
    rows = [
        [*row, *(parts[level - 1] if level <= len(parts) else "" for level in wanted.values())]
        for row, parts in zip(grid.rows, paths, strict=True)
    ]
    return grid._replace(header=(*grid.header, *wanted), rows=rows)


class _Items(Export):
    """The work items of one file, and what has to be computed of their cells."""

    def __init__(self, grid: Grid, charter: Charter, mapping: SourceMapping, relative: str) -> None:
        super().__init__(grid, charter, mapping, _COLUMNS)
        self.relative = relative
        self.numbers = [_number_of(each) for each in self.texts("id")]

    def batch(self, answer: Answer) -> Batch:
        """Return the records of the file."""
        where = self._standings()
        items, problems = read_tickets(self, self.relative, self._computed(where), where, _LEFT_OUT)
        ties = Ties(items, lambda _: "")
        for before, after, origin in self._links(problems):
            ties.add(item_id(before), item_id(after), origin)
        for before, after in answer.links:
            ties.add(item_id(before), item_id(after), Origin(self.relative))
        return batch_of(items, ties, [*answer.problems, *problems])

    def _computed(self, where: Standings) -> Computed:
        estimates, areas = self.column("Original Estimate"), self.column("Area Path")
        parents = [_number_of(each) for each in self.column("Parent", "Parent Id")]
        return {
            "id": ("ID", [item_id(each) for each in self.numbers]),
            "title": (
                "Title",
                [each or item_id(own) for each, own in zip(self.texts("title"), self.numbers, strict=True)],
            ),
            "kind": ("Work Item Type", [_kind(each) for each in self.texts("kind")]),
            "project": ("Team Project", self._projects(areas)),
            "team": ("Area Path", [path.partition("\\")[2].rpartition("\\")[2] for path in areas]),
            "parent": (
                "Parent",
                [item_id(each) if each != own else "" for each, own in zip(parents, self.numbers, strict=True)],
            ),
            "duration_days": ("Original Estimate", self.days(estimates, HOURS)),
            "remaining_days": ("Remaining Work", self.days(self.column("Remaining Work"), HOURS)),
            "effort": ("Story Points", self.efforts(self.column(*_POINTS), estimates, HOURS)),
            "actual_finish": ("Closed Date", self.finishes(self.raw("actual_finish"), where)),
            "acceptance": ("Acceptance Criteria", [plain(each) for each in self.texts("acceptance")]),
        }

    def _projects(self, areas: list[str]) -> list[Cell]:
        """The mapping's project, else Azure's own: by its name, else the root of the area or iteration path."""
        given = text(self.mapping.defaults.get("project"))
        paths = zip(self.column("Team Project"), areas, self.column("Iteration Path"), strict=True)
        return [
            given or own or area.partition("\\")[0] or sprint.partition("\\")[0] or "?" for own, area, sprint in paths
        ]

    def _standings(self) -> Standings:
        """The charter's words, Microsoft's states, and the two ways in which an item is marked as blocked."""
        tags = [any(is_blocked_word(self.charter, tag) for tag in each.split(";")) for each in self.column("Tags")]
        flags = [word(each) in _YES for each in self.column("Blocked")]
        rows = zip(self.texts("status"), tags, flags, self.column("Reason"), strict=True)
        return standings(
            [(said, tag or flag, why, False) for said, tag, flag, why in rows], Words(self.charter, _MEANT)
        )

    def _links(self, problems: list[Problem]) -> Iterator[tuple[str, str, Origin]]:
        for headers, first in ((_BEFORE, False), (_AFTER, True)):
            for row, cell in enumerate(self.column(*headers)):
                own, origin = self.numbers[row], self.origin(row, self.relative)
                for part in filter(None, _SEPARATORS.split(cell) if own else ()):
                    if other := _number_of(part):
                        yield *((own, other) if first else (other, own)), origin
                    else:
                        message = (
                            f"expected the number of a work item; found “{one_line(part, 60)}”; this link is left out"
                        )
                        problems.append(Problem(origin, message, headers[0]))


def _kind(said: str) -> str:
    return "summary" if word(said) in _SUMMARIES else "milestone" if word(said) == "milestone" else "ticket"
