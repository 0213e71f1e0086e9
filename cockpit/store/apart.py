"""What history says of rows that several sources hold: of all together, and of each source alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cockpit.snapshot import Apart
from cockpit.store import queries
from cockpit.store.errors import sqlite3
from cockpit.store.imports import Import

Known = Mapping[tuple[str, str], date]
"""By id and source."""
_TABLES = ("work_items", "projects")


@dataclass(frozen=True)
class Lines:
    """The movement, observations and baselines of work items and projects, by id and source.

    A project moves by its own row, under the id of its implied finish.
    """

    moved: Known
    observed: Known
    baselines: Known
    """By the project's own id; the source that knew one first comes first."""
    first_baselines: Mapping[str, date]
    """By project the first baseline finish that was ever known."""
    held: Mapping[str, Collection[str]]
    """Id → the sources that hold it now."""

    def last_moved(self) -> dict[str, date]:
        """By what is there now the last day on which any source saw it move."""
        found: dict[str, date] = {}
        for (name, _), on in self.moved.items():
            if name in self.held:
                found[name] = max(found.get(name, on), on)
        return found

    def last_observed(self) -> dict[str, date]:
        """By work item the latest day on which a source that holds it was read."""
        found: dict[str, date] = {}
        for (name, _), on in self.observed.items():
            found[name] = max(found.get(name, on), on)
        return found

    def apart(self) -> dict[tuple[str, str], Apart]:
        """What each source says alone, of what several hold now."""
        several = {name: sources for name, sources in self.held.items() if len(sources) > 1}
        if not several:
            return {}
        gone: dict[str, date] = {}
        for (name, source), on in self.moved.items():
            if name in several and source not in several[name]:
                gone[name] = max(gone.get(name, on), on)
        old = self._gone_baselines(several)
        return {
            (name, source): self._alone(name, source, gone.get(name), old.get(name))
            for name, each in several.items()
            for source in each
        }

    def _gone_baselines(self, several: Mapping[str, Collection[str]]) -> dict[str, date]:
        """By project the first baseline finish of all, where the source that knew it first is no more."""
        first: dict[str, tuple[str, date]] = {}
        for (project, source), finish in self.baselines.items():
            first.setdefault(f"{project}:finish", (source, finish))
        return {
            name: finish for name, (source, finish) in first.items() if name in several and source not in several[name]
        }

    def _alone(self, name: str, source: str, gone: date | None, old: date | None) -> Apart:
        days = [on for on in (self.moved.get((name, source)), gone) if on is not None]
        finishes = [on for on in (self.baselines.get((name.removesuffix(":finish"), source)), old) if on is not None]
        return Apart(max(days, default=None), self.observed.get((name, source)), min(finishes, default=None))


def lines(raw: sqlite3.Connection, day: date, contents: Iterable[tuple[Import, queries.Content]]) -> Lines:
    """What is known on a day of the rows of these readings, which rule it."""
    held: dict[str, list[str]] = defaultdict(list)
    observed: dict[tuple[str, str], date] = {}
    for reading, content in contents:
        for table in _TABLES:
            end = ":finish" if table == "projects" else ""
            for name in {f"{getattr(record, 'id', '')}{end}" for record in content.get(table, ())}:
                held[name].append(reading.name)
                if table == "work_items":
                    observed[name, reading.name] = reading.known_on
    moved = {(f"{name}:finish", source): on for (name, source), on in queries.moved(raw, day, "projects").items()}
    moved |= queries.moved(raw, day, "work_items")
    return Lines(moved, observed, *queries.baselines(raw, day), held)
