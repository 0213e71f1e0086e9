"""The CSV export of Jira as Jira writes it: repeated headers, both ends of each link, dates in the server's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cockpit.basics.text import one_line
from cockpit.charter.charter import Charter, SourceMapping
from cockpit.charter.vocabulary import fold
from cockpit.charter.words import word
from cockpit.records.model import Batch, State
from cockpit.sources.errors import refuse
from cockpit.sources.files import read_bytes
from cockpit.sources.jira_links import KEY, links_of
from cockpit.sources.jira_words import CATEGORIES, KEY_HEADERS, LEFT_OUT, MILESTONES, OTHER_HEADERS, SUMMARIES, named
from cockpit.sources.rows import Grid
from cockpit.sources.standing import gave_up, gave_up_word
from cockpit.sources.tickets import Computed, Export, Standings, batch_of, grid_of, read_tickets
from cockpit.sources.values import Cell, text

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
"""Where each of our columns stands; the first header that a file has counts. Other languages: `jira_words`."""

_POINTS = ("Custom field (Story Points)", "Custom field (Story point estimate)", "Story Points")
_PARENTS = ("Parent key", "Parent", "Parent id", "Custom field (Epic Link)", "Epic Link", "Custom field (Parent Link)")
_LEFT_OUT = (
    "comment", "description", "attachment", "log work", "watcher", "votes", "last viewed", "inward issue link",
    "outward issue link", "project description", "project url", "project lead", "σ", "custom field (rank)",
    "custom field ([chart]", *LEFT_OUT,
)  # fmt: skip
"""Columns that are long, or change with every export and say nothing of the work."""


def is_jira(header: Sequence[str]) -> bool:
    """Return whether a row of headers is that of a Jira export."""
    names = {fold(each) for each in header}
    return bool(names & KEY_HEADERS) and bool(names & OTHER_HEADERS)


def read(path: Path, relative: str, charter: Charter, mapping: SourceMapping | None) -> Batch:
    """Read a Jira export: tickets by issue key, links, and stubs for issues that only links name.

    `mapping.defaults` gives a project, team or objective to issues; `mapping.columns` names other custom fields.
    """
    mapping = mapping or SourceMapping(path=relative, format="jira")
    table = grid_of(path, read_bytes(path, relative), relative, mapping)
    export = _Export(table.grid, charter, mapping)
    if "id" not in export.places:
        shown = ", ".join(one_line(each, 40) for each in table.grid.header[:12])
        raise refuse(relative, f"has no column “Issue key”, so it is no Jira export; its first headers are {shown}")
    standings = export.standings()
    kept = named("Issue Type")
    items, problems = read_tickets(export, relative, export.computed(standings), standings, _LEFT_OUT, kept)
    used = {item.origin.row for item in items if item.origin}
    keys = [key if row in used else "" for key, row in zip(export.keys, table.grid.numbers, strict=True)]
    ties, faults = links_of(table.grid, keys, items, relative)
    return batch_of(items, ties, [*table.problems, *problems, *faults])


class _Export(Export):
    """One export of Jira, and what has to be computed of its cells."""

    def __init__(self, grid: Grid, charter: Charter, mapping: SourceMapping) -> None:
        super().__init__(grid, charter, mapping, {name: named(*headers) for name, headers in _COLUMNS.items()})
        self.keys = self.texts("id")
        ids = self.column(*named("Issue id"))
        self._ids = {number: key for number, key in zip(ids, self.keys, strict=True) if number and key}

    def computed(self, standings: Standings) -> Computed:
        """Return the columns of ours that stand nowhere as they are."""
        estimates = self.column(*named("Original Estimate"))
        return {
            "kind": ("Issue Type", self._kinds()),
            "project": ("Project key", self._projects()),
            "parent": ("Parent", self._parents()),
            "duration_days": ("Original Estimate", self.days(estimates)),
            "remaining_days": ("Remaining Estimate", self.days(self.column(*named("Remaining Estimate")))),
            "effort": ("Story Points", self.efforts(self.column(*named(*_POINTS)), estimates)),
            "actual_finish": ("Resolved", self.finishes(self.raw("actual_finish"), standings)),
            "title": ("Summary", self._titles()),
        }

    def _kinds(self) -> list[Cell]:
        return [
            "summary" if word(each) in SUMMARIES else "milestone" if word(each) in MILESTONES else "ticket"
            for each in self.texts("kind")
        ]

    def _titles(self) -> list[Cell]:
        return [title or key for title, key in zip(self.texts("title"), self.keys, strict=True)]

    def _projects(self) -> list[Cell]:
        """The mapping's project, else Jira's own: from its column, else from the issue key."""
        given = text(self.mapping.defaults.get("project"))
        own = self.column(*named("Project key"))
        return [given or own[row] or key.rpartition("-")[0] or "?" for row, key in enumerate(self.keys)]

    def _parents(self) -> list[Cell]:
        """The key of each parent; an id is looked up in the file and left out where the file does not hold it."""
        parents: list[Cell] = [""] * len(self.keys)
        for header in _PARENTS:
            for row, said in enumerate(self.column(*named(header))):
                found = self._ids.get(said) or (said if KEY.fullmatch(said) else "")
                if found and not parents[row] and found != self.keys[row]:
                    parents[row] = found
        return parents

    def standings(self) -> Standings:
        """The charter's own words first, then Jira's category, then the built-in words; blocked needs no category.

        What was given up is in Jira's category “done” too: its word or its resolution tells.
        """
        words, reasons = self.texts("status"), self.column(*named("Resolution"))
        states = [self._state(*pair) for pair in zip(words, self.column(*named("Status Category")), strict=True)]
        ended = [state is State.DONE and gave_up(reason) for state, reason in zip(states, reasons, strict=True)]
        given_up = [end or gave_up_word(each) for end, each in zip(ended, words, strict=True)]
        chosen = [self.charter.chose(each) for each in words]
        return Standings(states, [up and not own for up, own in zip(given_up, chosen, strict=True)])

    def _state(self, status: str, category: str) -> State | None:
        usual, meant = self.charter.state_of(status), CATEGORIES.get(word(category))
        if meant is None or self.charter.chose(status) or (usual is State.BLOCKED and meant is not State.DONE):
            return usual
        return meant
