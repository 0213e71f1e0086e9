"""The CSV export of GitLab's issues.

Shape: GitLab documentation, “Export issues to CSV”; older versions name the number `Issue ID`, and since 18.4 it is
`IID` beside `Type`, `Start Date` and `Parent ID`. Times are UTC, estimates seconds, labels and assignees separated by
commas. What blocks an issue is not exported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from cockpit.basics.text import one_line
from cockpit.charter.charter import Charter, SourceMapping
from cockpit.charter.words import word
from cockpit.records.model import Batch, State
from cockpit.sources import labels
from cockpit.sources.errors import refuse
from cockpit.sources.files import read_bytes
from cockpit.sources.rows import Grid
from cockpit.sources.standing import Standing, Words
from cockpit.sources.tickets import Computed, Export, Standings, Ties, batch_of, grid_of, named, read_tickets
from cockpit.sources.values import Cell, number, text

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("Title",),
    "owner": ("Assignee",),
    "status": ("State",),
    "baseline_start": ("Start Date",),
    "deadline": ("Due Date", "Due Date (UTC)"),
    "actual_finish": ("Closed At (UTC)", "Closed At"),
    "updated": ("Updated At (UTC)", "Updated At"),
}
"""Where each of our columns stands; the first header that a file has counts."""

_NUMBER = ("IID", "Issue ID")
_SUMMARIES = ("epic", "objective", "key result")
_MEANT = {"open": State.TODO, "opened": State.TODO, "reopened": State.TODO, "closed": State.DONE}
_LEFT_OUT = ("description", "assignee username", "locked")
"""Columns that are long, stand in ours, or say nothing of the work."""
_ADDRESS = re.compile(r"https?://([^/\s]+)/(\S+?)/(?:-/)?(?:issues|work_items|incidents?)/(\d{1,12})(?:[/?#]\S*)?")


def read(path: Path, relative: str, charter: Charter, mapping: SourceMapping | None) -> Batch:
    """Read an export: tickets by address, project and number (`gitlab.com/bank/core#7`), and their parents.

    `mapping.defaults` gives a project or objective to all, and a team to those without a label for one.
    `mapping.columns` names other columns, or a scope of labels.
    """
    mapping = mapping or SourceMapping(path=relative, format="gitlab")
    table = grid_of(path, read_bytes(path, relative), relative, mapping)
    grid = table.grid
    places = {header.casefold(): at for at, header in reversed(list(enumerate(grid.header)))}
    if "title" not in places or not any(each.casefold() in places for each in (*_NUMBER, "url")):
        shown = ", ".join(one_line(each, 40) for each in grid.header[:12])
        raise refuse(
            relative, f"has no columns “Title” and “URL”, so it is no GitLab export; its first headers are {shown}"
        )
    at = places.get("labels")
    named_labels = [[] if at is None else _parts(text(row[at])) for row in grid.rows]
    scopes = labels.as_columns(named_labels, list(places))
    rows = [
        [
            *(";".join(own) if at == index else cell for index, cell in enumerate(cells)),
            *(each[row] for each in scopes.values()),
        ]
        for row, (cells, own) in enumerate(zip(grid.rows, named_labels, strict=True))
    ]
    wide = grid._replace(header=(*grid.header, *scopes), rows=rows)
    export = _Issues(wide, charter, mapping, relative, named_labels)
    where, computed = export.judged()
    items, problems = read_tickets(export, relative, computed, where, _LEFT_OUT)
    return batch_of(items, Ties((), str), [*table.problems, *problems])


def _parts(cell: str) -> list[str]:
    return [part for part in (each.strip() for each in cell.split(",")) if part]


class _Issues(Export):
    """One export of GitLab, and what has to be computed of its cells."""

    def __init__(
        self, grid: Grid, charter: Charter, mapping: SourceMapping, relative: str, named_labels: Sequence[Sequence[str]]
    ) -> None:
        super().__init__(grid, charter, mapping, _COLUMNS)
        self.labels, stem = named_labels, PurePosixPath(relative).stem
        numbers = [_whole(each) for each in self.column(*_NUMBER)]
        pairs = zip(self.column("URL"), numbers, strict=True)
        self.refs = [_ref(url, own, stem) for url, own in pairs]

    def judged(self) -> tuple[Standings, Computed]:
        """Return where each issue stands, and the columns of ours that stand nowhere as they are."""
        keys = [(each, *own) for each, own in zip(self.texts("status"), self.labels, strict=True)]
        judged = {key: self._standing(key[0], key[1:]) for key in set(keys)}
        said = [judged[key] for key in keys]
        where = Standings([each.state for _, each in said], [each.cancelled for _, each in said])
        estimates = [each if each.strip("0.,") else "" for each in self.column("Time Estimate")]
        repositories = [ref.rpartition("#")[0] for ref in self.refs]
        project, team = (text(self.mapping.defaults.get(name)) for name in ("project", "team"))
        own = zip(self.labels, repositories, strict=True)
        return where, {
            "id": ("URL", list(self.refs)),
            "title": ("Title", self._titles()),
            "kind": ("Type", ["summary" if word(each) in _SUMMARIES else "ticket" for each in self.column("Type")]),
            "project": ("URL", [project or each or "?" for each in repositories]),
            "team": ("Labels", [labels.team_of(row) or team or each for row, each in own]),
            "owner": ("Assignee", self._owners()),
            "status": ("State", [each for each, _ in said]),
            "parent": ("Parent ID", self._parents()),
            "duration_days": ("Time Estimate", self.days(estimates)),
            "remaining_days": ("Time Spent", self.days(self._left(estimates, where))),
            "effort": ("Weight", self.efforts(self.column("Weight"), estimates)),
            "actual_finish": ("Closed At (UTC)", self.finishes(self.raw("actual_finish"), where)),
        }

    def _standing(self, said: str, own: Sequence[str]) -> tuple[str, Standing]:
        """The word for where an issue stands, and what it means: a label says more of open issues than GitLab's own
        word, and of closed ones whether they were given up."""
        words = Words(self.charter, _MEANT)
        label, held = labels.status_of(self.charter, own)
        if word(said) == "closed":
            given_up = labels.given_up(own)
            return (f"{said} as {given_up}" if given_up else said), words.of(said, False, given_up, True)
        found = words.of(label or said, held)
        return label or said, found._replace(state=labels.open_state(found.state))

    def _titles(self) -> list[Cell]:
        """GitLab writes a mark before texts that a spreadsheet would take for a formula."""
        titles = (each[1:] if each[:2] in ("'=", "'+", "'-", "'@") else each for each in self.texts("title"))
        return [title or ref for title, ref in zip(titles, self.refs, strict=True)]

    def _owners(self) -> list[Cell]:
        pairs = zip(self.texts("owner"), self.column("Assignee Username"), strict=True)
        return ["; ".join(_people(names, logins)) for names, logins in pairs]

    def _parents(self) -> list[Cell]:
        """The parent, where this file holds it: its number alone might be that of an epic."""
        ids = {own: ref for own, ref in zip(self.column("ID"), self.refs, strict=True) if own and ref}
        return [ids.get(each, "") for each in self.column("Parent ID")]

    def _left(self, estimates: Sequence[str], where: Standings) -> list[str]:
        spent = self.column("Time Spent")
        return [
            _difference(*pair) if where.states[row] is not State.DONE else ""
            for row, pair in enumerate(zip(estimates, spent, strict=True))
        ]


def _difference(estimate: str, spent: str) -> str:
    """Return what is left of an estimate; empty where more was spent than estimated, so that nobody knows."""
    try:
        left = number(estimate) - number(spent or "0")
    except ValueError:
        return ""
    return str(left) if left > 0 else ""


def _whole(cell: str) -> str:
    return cell if cell.isascii() and cell.isdecimal() else ""


def _ref(url: str, own: str, stem: str) -> str:
    """Return the id of an issue: the host, the project and the number, else the file's name and the number."""
    if match := _ADDRESS.fullmatch(url):
        return f"{match[1]}/{match[2]}#{match[3]}"
    return f"{stem}#{own}" if own else ""


def _people(names: str, logins: str) -> list[str]:
    """Return each assignee as `Name <login>`; the names alone where the two lists do not fit together."""
    people, addresses = _parts(names), _parts(logins)
    if len(people) != len(addresses):
        return people or addresses
    return [named(*pair) for pair in zip(people, addresses, strict=True)]
