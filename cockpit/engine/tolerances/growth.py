"""How much the work of a project has grown since it was first known, counted in effort where all of it has one.

What appeared on the project's first day is its first scope; what appeared later has been added. Work that was cut is
not set against it: it shows in the plan's own history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cockpit.basics.classes import dataclass
from cockpit.basics.figures import quantity
from cockpit.engine.facts import Facts
from cockpit.records.model import Kind


@dataclass(frozen=True, slots=True)
class Growth:
    """Work of one or more projects: as first known, and added since. By effort where all of it has one."""

    first: int
    added: int
    first_effort: float | None
    added_effort: float | None

    @classmethod
    def of(cls, parts: Iterable[Growth]) -> Growth | None:
        """All of it together; None of nothing."""
        rows = list(parts)
        if not rows:
            return None
        efforts = [(g.first_effort, g.added_effort) for g in rows]
        known = [(f, a) for f, a in efforts if f is not None and a is not None]
        by_effort = len(known) == len(rows)
        return cls(
            sum(g.first for g in rows),
            sum(g.added for g in rows),
            sum(f for f, _ in known) if by_effort else None,
            sum(a for _, a in known) if by_effort else None,
        )

    @property
    def percent(self) -> float:
        """What was added, as a share of the first scope."""
        if self.first_effort is not None and self.added_effort is not None and self.first_effort > 0:
            return 100 * self.added_effort / self.first_effort
        return 100 * self.added / self.first if self.first else 0.0

    def why(self, unit: str) -> str:
        """The sum in words."""
        if self.first_effort is not None and self.added_effort is not None and self.first_effort > 0:
            added, first = quantity(self.added_effort), quantity(self.first_effort)
            return f"{added} {unit} of work were added to {first} ({self.added:,} items)"
        return f"{self.added:,} work items were added to {self.first:,}"


def growth(facts: Facts) -> Mapping[str, Growth]:
    """Project → how its work has grown. Summaries and milestones are no work."""
    appeared = facts.snapshot.appeared
    found: dict[str, Growth] = {}
    for project, items in facts.items_by_project.items():
        work = [i for i in items if i.kind is not Kind.MILESTONE and i.id in appeared]
        if project not in facts.projects or not work:
            continue
        start = min(appeared[i.id] for i in work)
        first = [i for i in work if appeared[i.id] == start]
        added = [i for i in work if appeared[i.id] > start]
        measured = all(i.effort is not None for i in work)
        found[project] = Growth(
            len(first),
            len(added),
            sum(i.effort or 0.0 for i in first) if measured else None,
            sum(i.effort or 0.0 for i in added) if measured else None,
        )
    return found
