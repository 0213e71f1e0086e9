"""What several sources hold, brought together: each thing once, and what is known of it by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from cockpit.basics.classes import dataclass
from cockpit.engine.trackers.official import Trackers
from cockpit.engine.trackers.renamed import Names
from cockpit.engine.trackers.sameness import ITEM, Sameness
from cockpit.records.assessment import Reason
from cockpit.records.model import Dependency, Project, WorkItem
from cockpit.records.snapshot import Apart, Snapshot

Work = TypeVar("Work", WorkItem, Project)


@dataclass(frozen=True, slots=True)
class Held(Generic[Work]):
    """A thing that several rows are about."""

    official: Work
    """What the official sources agree on."""
    rows: tuple[Work, ...]
    """All of them, the most official first."""


class Reconciled(NamedTuple):
    """A snapshot in which each thing stands once."""

    snapshot: Snapshot
    """The worst that any source says counts."""
    trackers: Trackers
    sameness: Sameness | None = None
    """What is signed of pairs of rows; None where nothing was brought together."""
    official: Snapshot | None = None
    """The same by the official sources alone; None where the others make nothing worse."""
    names: Names = Names({}, {})
    """The ids for which others stand."""
    items: Mapping[str, Held[WorkItem]] = {}
    """By id the work items that several rows are about."""
    projects: Mapping[str, Held[Project]] = {}
    dependencies: Mapping[str, Sequence[Dependency]] = {}
    """By id the dependencies that several rows are about."""
    written: Mapping[str, Dependency] = {}
    """By id the dependencies that name what another id stands for now, as they are written: so they are signed."""
    refused: tuple[Reason, ...] = ()
    """What rows said to be the same that cannot be."""

    def alone(self) -> Reconciled | None:
        """The same by the official sources alone; None where the others make nothing worse."""
        if self.official is None:
            return None
        items, projects = self._official(self.items), self._official(self.projects)
        return self._replace(snapshot=self.official, official=None, items=items, projects=projects)

    def _official(self, things: Mapping[str, Held[Work]]) -> dict[str, Held[Work]]:
        return {name: replace(held, rows=tuple(self.trackers.parted(held.rows)[0])) for name, held in things.items()}

    def sources(self, kind: str, record: WorkItem | Project) -> frozenset[str]:
        """The sources that hold a work item or project."""
        things: Mapping[str, Held[WorkItem]] | Mapping[str, Held[Project]]
        things = self.items if kind == ITEM else self.projects
        rows = things[record.id].rows if record.id in things else (record,)
        return frozenset(map(self.trackers.name_of, rows))


@dataclass(frozen=True)
class Days:
    """What history says of things that several rows are about, in a snapshot as it was read."""

    read: Snapshot
    trackers: Trackers
    items: Mapping[str, Held[WorkItem]]
    projects: Mapping[str, Held[Project]]

    def put(self, snapshot: Snapshot, *, worst: bool) -> Snapshot:
        """A snapshot with those days: by the official sources alone, or by whichever source is worst.

        Movement is the official sources' in either: a row that another file adds has not moved, and does not move by
        being told to and fro.
        """
        moved, observed, baselines = dict(snapshot.moved), dict(snapshot.observed), dict(snapshot.baselines)
        for name, item in self.items.items():
            official = self.trackers.parted(item.rows)[0]
            _set(moved, name, max, (self._of(row, row.id).moved for row in official))
            _set(observed, name, max, (self._of(row, row.id).observed for row in (item.rows if worst else official)))
        for name, project in self.projects.items():
            leading = self.trackers.parted(project.rows)[0]
            _set(moved, f"{name}:finish", max, (self._of(row, f"{row.id}:finish").moved for row in leading))
            self._set_baseline(baselines, name, leading, project.rows if worst else leading)
        return replace(snapshot, moved=moved, observed=observed, baselines=baselines)

    def _set_baseline(
        self, baselines: dict[str, date], name: str, official: Sequence[Project], counting: Sequence[Project]
    ) -> None:
        """The earliest of the first baselines; none where no official source ever gave one."""
        baselines.pop(name, None)
        if any(self._of(row, f"{row.id}:finish").baseline for row in official):
            _set(baselines, name, min, (self._of(row, f"{row.id}:finish").baseline for row in counting))

    def _of(self, row: WorkItem | Project, key: str) -> Apart:
        read = self.read
        alone = read.apart.get((key, self.trackers.name_of(row)))
        return alone or Apart(read.moved.get(key), read.observed.get(key), read.baselines.get(row.id))


def _set(
    days: dict[str, date], name: str, choose: Callable[[Iterable[date]], date], found: Iterable[date | None]
) -> None:
    known = [on for on in found if on is not None]
    if known:
        days[name] = choose(known)
