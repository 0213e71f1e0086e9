"""All readings of a store in the order in which their truth was known: what each is worth to the past of rows."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import defaultdict
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from cockpit.records.edits import Removed, Rewritten, Step
from cockpit.store.codec import CODECS
from cockpit.store.errors import sqlite3
from cockpit.store.imports import Outcome

_DIGITS = re.compile(r"\d+")


class Reading(NamedTuple):
    """A reading or removal of a source; days as ISO text."""

    number: int
    name: str
    path: str
    known_on: str
    read_on: str
    claimed: int
    rows: int
    status: str
    layout: bytes


def _read(raw: sqlite3.Connection, day: date, after: int = 0) -> list[Reading]:
    rows = raw.execute(
        "SELECT id, name, path, known_on, substr(read_at, 1, 10), claimed, rows, status, layout FROM imports "
        "WHERE status IN ('ok', 'removed') AND known_on <= ? AND id > ? ORDER BY known_on, id",
        (day.isoformat(), after),
    )
    return [Reading(*row) for row in rows]


class Line:
    """All readings known on a day, in the order in which their truth was known."""

    def __init__(self, raw: sqlite3.Connection, day: date) -> None:
        self._raw = raw
        self._day = day
        self._readings: list[Reading] = []
        self._places: dict[int, int] = {}
        self._days: dict[str, list[str]] = defaultdict(list)
        self._last: dict[str, Reading] = {}
        """The reading or removal that rules each source."""
        self._contents: dict[str, bytes] = {}
        """Source → what tells its file's rows: their keys, places and number."""
        self._first: dict[tuple[str, str], Reading] = {}
        """By day and source the first reading."""
        self._clocks: dict[str, str] = {}
        """Source → the last day on which it was read."""
        for reading in _read(raw, day):
            self._add(reading)

    def _add(self, reading: Reading) -> None:
        self._places[reading.number] = len(self._readings)
        self._readings.append(reading)
        self._days[reading.name].append(reading.known_on)
        self._last[reading.name] = reading
        self._first.setdefault((reading.known_on, reading.name), reading)
        self._clocks[reading.name] = max(reading.read_on, self._clocks.get(reading.name, ""))
        if reading.status == Outcome.OK:
            self._contents[reading.name] = reading.layout

    def extend(self, raw: sqlite3.Connection, after: int) -> bool:
        """Adds the readings with larger numbers than `after`, which are new. False, and nothing is added, if they
        change what is told of rows that they do not touch: late ones, removals, clocks that went back."""
        self._raw = raw
        new = _read(raw, self._day, after)
        if not self._is_plain(new):
            return False
        for reading in new:
            if reading.name not in self._last:
                vars(self).pop("initial", None)
                vars(self).pop("standing", None)
            self._add(reading)
            if "_corrections" in vars(self):
                self._note_correction(self._corrections, reading)
        return True

    def _is_plain(self, new: list[Reading]) -> bool:
        """Whether readings follow on the others without a change to what those mean."""
        if not new:
            return True
        if not self._readings or new[0].known_on < self._readings[-1].known_on:
            return False
        clocks = dict[str, str]()
        for reading in new:
            last, clock = self._last.get(reading.name), clocks.get(reading.name, self._clocks.get(reading.name, ""))
            if Outcome.REMOVED in (reading.status, last.status if last is not None else Outcome.OK):
                return False
            if reading.read_on < max(clock, self._began):
                return False
            clocks[reading.name] = reading.read_on
        return True

    def step(self, number: int) -> Step:
        """When a reading became known."""
        place = self._places[number]
        return Step(date.fromisoformat(self._readings[place].known_on), place)

    def last_path(self, source: str, number: int) -> str:
        """The file of a source that was read last before this reading."""
        earlier = self._readings[: self._places[number]]
        return next((reading.path for reading in reversed(earlier) if reading.name == source), "")

    def before(self, source: str, on: date) -> date | None:
        """The last day on which a source was read before this one."""
        days = self._days[source]
        place = bisect_left(days, on.isoformat())
        return date.fromisoformat(days[place - 1]) if place else None

    @cached_property
    def initial(self) -> str:
        """The readings with which the store began: of each source that was read on its first day, the earliest. As a
        JSON list."""
        first: dict[str, Reading] = {}
        for reading in self._readings:
            if reading.number not in self.late:
                first.setdefault(reading.name, reading)
        return json.dumps([reading.number for reading in first.values() if reading.read_on == self._began])

    @cached_property
    def _began(self) -> str:
        return min((reading.read_on for reading in self._readings), default="")

    @cached_property
    def late(self) -> frozenset[int]:
        """Dated drops of days of which nothing had been read, that came when later ones of their source had been: what
        they say was never known first."""
        return self._behind & frozenset(reading.number for reading in self._first.values())

    @cached_property
    def _behind(self) -> frozenset[int]:
        """Dated drops that were read on a later day than a later one of their source."""
        found, behind = set[int](), dict[str, str]()
        for reading in reversed(self._readings):
            if reading.claimed and reading.rows and reading.read_on > behind.get(reading.name, "9"):
                found.add(reading.number)
            behind[reading.name] = min(behind.get(reading.name, "9"), reading.read_on)
        return frozenset(found)

    @cached_property
    def standing(self) -> str:
        """The sources that are there, as a JSON list."""
        return json.dumps([name for name, reading in self._last.items() if reading.status == Outcome.OK])

    def removed(self) -> tuple[Removed, ...]:
        """Files that were taken away; one whose content is in another file from then on was renamed."""
        there = [name for name, reading in self._last.items() if reading.status == Outcome.OK]
        content = {self._contents.get(name, b"") for name in there}
        gone = [r for r in self._last.values() if r.status == Outcome.REMOVED]
        gone = [each for each in gone if self._contents.get(each.name, b"") not in content]
        kept = [each for each in gone if not any(self._follows(name, each) for name in there)]
        return tuple(Removed(each.path, date.fromisoformat(each.known_on)) for each in kept)

    def _follows(self, name: str, gone: Reading) -> bool:
        """Whether a file is the next of a series of exports: named like the one that is gone but for numbers, and new
        when that went."""
        began = date.fromisoformat(self._days[name][0])
        alike = _DIGITS.sub("#", name) == _DIGITS.sub("#", gone.name) and name != gone.name
        return alike and began >= date.fromisoformat(gone.known_on) - timedelta(days=1)

    def rewritten(self) -> tuple[Rewritten, ...]:
        """Dated drops that say otherwise since another day than the one on which their place in the line was read."""
        late = (reading for reading in reversed(self._readings) if reading.number in self._behind)
        found = {r.path: Rewritten(r.path, date.fromisoformat(r.read_on), late=True) for r in late}
        found |= self._corrections
        return tuple(found[path] for path in sorted(found))

    @cached_property
    def _corrections(self) -> dict[str, Rewritten]:
        """By path the drops that correct an earlier reading of their day."""
        found: dict[str, Rewritten] = {}
        for reading in self._readings:
            self._note_correction(found, reading)
        return found

    def _note_correction(self, found: dict[str, Rewritten], reading: Reading) -> None:
        before = self._first[reading.known_on, reading.name]
        if reading.claimed and reading.read_on > before.read_on and self._corrects(reading, before):
            found[reading.path] = Rewritten(reading.path, date.fromisoformat(reading.read_on), late=False)

    def _corrects(self, reading: Reading, before: Reading) -> bool:
        """Whether a reading closed rows of another of its day, or has another number of them."""
        found = (
            self._raw.execute(
                f"SELECT 1 FROM {table} WHERE source = ? AND closed_by = ? LIMIT 1", (reading.name, reading.number)
            ).fetchone()
            for table in CODECS
        )
        return reading.rows != before.rows or any(found)
