"""What history says of rows that several sources hold: of all together, and of each source alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from cockpit.basics.classes import dataclass
from cockpit.records.snapshot import Apart
from cockpit.store import queries
from cockpit.store.contents import Content
from cockpit.store.errors import sqlite3
from cockpit.store.imports import Import
from cockpit.store.marks import Touched

K = TypeVar("K")
V = TypeVar("V")

Known = Mapping[tuple[str, str], date]
"""By id and source."""
_TABLES = ("work_items", "projects")
_FINISH = ":finish"


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
            first.setdefault(_finish(project), (source, finish))
        return {
            name: finish for name, (source, finish) in first.items() if name in several and source not in several[name]
        }

    def _alone(self, name: str, source: str, gone: date | None, old: date | None) -> Apart:
        days = [on for on in (self.moved.get((name, source)), gone) if on is not None]
        finishes = [on for on in (self.baselines.get((name.removesuffix(_FINISH), source)), old) if on is not None]
        return Apart(max(days, default=None), self.observed.get((name, source)), min(finishes, default=None))


def lines(raw: sqlite3.Connection, day: date, contents: Iterable[tuple[Import, Content]]) -> Lines:
    """What is known on a day of the rows of these readings, which rule it."""
    held: dict[str, list[str]] = defaultdict(list)
    observed: dict[tuple[str, str], date] = {}
    for reading, content in contents:
        for table, names in _names(content).items():
            for name in names:
                held[name].append(reading.name)
                if table == "work_items":
                    observed[name, reading.name] = reading.known_on
    moved = {(_finish(name), source): on for (name, source), on in queries.moved(raw, day, "projects").items()}
    moved |= queries.moved(raw, day, "work_items")
    return Lines(moved, observed, *queries.baselines(raw, day), held)


def _names(content: Content) -> dict[str, set[str]]:
    """Table → under what its rows are known."""
    found = {table: {getattr(record, "id", "") for record in content.get(table, ())} for table in _TABLES}
    return found | {"projects": set(map(_finish, found["projects"]))}


def _finish(project: str) -> str:
    return project + _FINISH


class Told(NamedTuple):
    """What a snapshot says of it."""

    moved: Mapping[str, date]
    observed: Mapping[str, date]
    baselines: Mapping[str, date]
    apart: Mapping[tuple[str, str], Apart]


def told(found: Lines) -> Told:
    """What a snapshot says of these lines."""
    return Told(found.last_moved(), found.last_observed(), dict(found.first_baselines), found.apart())


class Memory:
    """What is told at present, brought up to date for the rows that were touched."""

    def __init__(self, raw: sqlite3.Connection, contents: Sequence[tuple[Import, Content]]) -> None:
        found = lines(raw, date.max, contents)
        self.told = told(found)
        self._baselines = queries.Baselines(dict(found.baselines), dict(found.first_baselines))
        self._days = _days(contents)

    def touch(self, raw: sqlite3.Connection, contents: Sequence[tuple[Import, Content]], touched: Touched) -> None:
        """Brings it up to date: these readings rule now, and of these keys some version was opened or closed."""
        before, self._days = self._days, _days(contents)
        again = any(before.get(source, on) != on for source, on in self._days.items())
        items, projects = (touched.get(table, frozenset()) for table in _TABLES)
        names = items | set(map(_finish, projects))
        if projects or again:
            names |= {name for name, _ in self.told.apart}
        if projects:
            self._baselines = queries.baselines(raw, date.max)
        if names or again:
            part = _part(raw, names, self._days, self._baselines)
            self.told = Told(
                moved=_patched(self.told.moved, names, part.last_moved()),
                observed=_observed(contents) if again else _patched(self.told.observed, names, part.last_observed()),
                baselines=dict(self._baselines.first) if projects else self.told.baselines,
                apart=_patched(self.told.apart, self._alone(names), part.apart()),
            )

    def _alone(self, names: Collection[str]) -> list[tuple[str, str]]:
        return [key for key in self.told.apart if key[0] in names] if self.told.apart else []


def _days(contents: Iterable[tuple[Import, Content]]) -> dict[str, date]:
    return {reading.name: reading.known_on for reading, _ in contents}


def _observed(contents: Sequence[tuple[Import, Content]]) -> dict[str, date]:
    """By work item the latest day on which a source that holds it was read."""
    found: dict[str, date] = {}
    for reading, content in sorted(contents, key=lambda each: each[0].known_on):
        found |= dict.fromkeys(_names({"work_items": content.get("work_items", ())})["work_items"], reading.known_on)
    return found


def _patched(before: Mapping[K, V], keys: Collection[K], now: Mapping[K, V]) -> Mapping[K, V]:
    """What was said before, with what is said now of these keys: the very same where that says nothing new."""
    if now.items() <= before.items() and all(key in now or key not in before for key in keys):
        return before
    found = dict(before)
    for key in keys:
        if key not in now:
            found.pop(key, None)
    found.update(now)
    return found


def _part(
    raw: sqlite3.Connection, names: Collection[str], days: Mapping[str, date], baselines: queries.Baselines
) -> Lines:
    """What is known at present of the rows with these names alone."""
    keys = {"work_items": set(names), "projects": {n.removesuffix(_FINISH) for n in names if n.endswith(_FINISH)}}
    held: dict[str, list[str]] = defaultdict(list)
    observed: dict[tuple[str, str], date] = {}
    rows = [
        (source, place, key if table == "work_items" else _finish(key))
        for place, table in enumerate(_TABLES)
        for key, source in queries.holders(raw, table, keys[table])
    ]
    for source, place, name in sorted(rows):
        held[name].append(source)
        if not place:
            observed[name, source] = days[source]
    projects = queries.moved(raw, date.max, "projects", keys["projects"])
    moved = {(_finish(name), source): on for (name, source), on in projects.items()}
    moved |= queries.moved(raw, date.max, "work_items", keys["work_items"])
    return Lines(moved, observed, *baselines, held)
