"""References to an id for which another one stands now, in all that names work items and projects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from cockpit.basics.classes import dataclass
from cockpit.records.model import Dependency, Link, Objective, StatusReport, WorkItem
from cockpit.records.snapshot import Snapshot

Named = TypeVar("Named", WorkItem, Link, Dependency, Objective, StatusReport)


@dataclass(frozen=True)
class Names:
    """Id → the one that stands for it, of work items and of projects."""

    items: Mapping[str, str]
    projects: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.items or self.projects)

    def item(self, name: str) -> str:
        """The id that stands for a work item, or for the finish of a project."""
        if name in self.items or not name.endswith(":finish"):
            return self.items.get(name, name)
        project = name.removesuffix(":finish")
        return f"{self.projects.get(project, project)}:finish"

    def project(self, name: str) -> str:
        """The id that stands for a project."""
        return self.projects.get(name, name)

    def work(self, row: WorkItem) -> WorkItem:
        """A work item that names its project and what it is part of by the ids that stand for them."""
        return _changed(row, project=self.project(row.project), parent=self.item(row.parent))

    def dependency(self, row: Dependency) -> Dependency:
        """A dependency that names what gives and receives by the ids that stand for them."""
        return _changed(
            row,
            giver_item=self.item(row.giver_item),
            receiver_item=self.item(row.receiver_item),
            receiver_project=self.project(row.receiver_project),
        )

    def links(self, links: Iterable[Link]) -> tuple[Link, ...]:
        """Links between things; one that tied two rows of one thing is none."""
        named = ((link, _changed(link, **self._ends(link))) for link in links)
        return tuple(new for link, new in named if new is link or new.predecessor != new.successor)

    def _ends(self, link: Link) -> dict[str, str]:
        return {"predecessor": self.item(link.predecessor), "successor": self.item(link.successor)}

    def references(self, snapshot: Snapshot) -> Snapshot:
        """A snapshot whose links, dependencies, objectives and reports name things by the ids that stand for them, and
        whose days are theirs."""
        return replace(
            snapshot,
            links=self.links(snapshot.links),
            dependencies=tuple(map(self.dependency, snapshot.dependencies)),
            objectives=tuple(map(self._objective, snapshot.objectives)),
            status_reports=tuple(_changed(row, project=self.project(row.project)) for row in snapshot.status_reports),
            moved=_joined(snapshot.moved, self.item, max),
            observed=_joined(snapshot.observed, self.item, max),
            appeared=_joined(snapshot.appeared, self.item, min),
            baselines=_joined(snapshot.baselines, self.project, min),
            earlier=_joined(snapshot.earlier, self.project, min),
        )

    def _objective(self, row: Objective) -> Objective:
        return _changed(row, finish_item=self.projects.get(row.finish_item) or self.item(row.finish_item))


def _changed(row: Named, **values: str) -> Named:
    new: dict[str, Any] = {name: value for name, value in values.items() if getattr(row, name) != value}
    return replace(row, **new) if new else row


def _joined(
    days: Mapping[str, date], standing: Callable[[str], str], choose: Callable[[date, date], date]
) -> dict[str, date]:
    found: dict[str, date] = {}
    for name, on in days.items():
        key = standing(name)
        found[key] = choose(found[key], on) if key in found else on
    return found
