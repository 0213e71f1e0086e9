"""Files into the store: sources by content. A bad file costs nothing but itself."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.model import Batch, Origin, Problem
from cockpit.store import Arrival

if TYPE_CHECKING:
    from cockpit.charter import Charter
    from cockpit.sources.registry import Found
    from cockpit.store import Store

QUIET = 0.08
"""Seconds without a write after which a file counts as written, while watching."""
BROKEN = 2.0
"""Seconds after its last write for which a file that can't be read is taken for half written, while watching."""
GONE = 0.5
"""Seconds for which a file must be missing before it counts as deleted, while watching."""
BURST = 1.0
"""Seconds for which files that are written keep the others waiting, so that a burst is one update."""

_PART = 1 << 18

Mark = tuple[int, int, int]
"""What tells that a file is another than before: inode, size, time of the last write."""


@dataclass(frozen=True)
class Change:
    """What reading one file did. `failed`: it could not be used at all and its last good version is kept.

    `waits` is the day from which a drop dated in the future counts; it was not read.
    """

    path: str
    opened: int = 0
    closed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    failed: bool = False
    waits: date | None = None


def mark_of(path: Path) -> Mark | None:
    """Return the mark of a file; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def failure(path: str, message: str) -> Change:
    """Return the change that says a file could not be used."""
    return Change(path, problems=(Problem(Origin(path), message),), failed=True)


class Intake:
    """Reads what is new of one portfolio folder. `waiting` tells that a file was left for later: it is being written.

    `since` is the earliest day whose truth the last reading may have changed; None when it changed nothing.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store
        self.waiting = False
        self.since: date | None = None
        self._marks: dict[str, tuple[Mark, Charter, str]] = {}
        self._refused: dict[str, str] = {}
        self._missing: dict[str, float] = {}
        self._early_told: dict[str, date] = {}
        self._empty: dict[str, str] = {}
        self._burst_since: float | None = None

    def read(
        self,
        charter: Charter,
        now: datetime,
        today: date,
        only: Collection[Path] | None = None,
        *,
        patient: bool = False,
    ) -> tuple[Change, ...]:
        """Read every source whose content is new, in order of their dates. A drop of a later day waits for it.

        `patient` leaves files that are being written. Raises StoreError; what was read before it is kept.
        """
        from cockpit.sources import registry

        self.waiting, self.since = False, None
        self.store.note_settings(charter.settings, today)
        wanted = None if only is None else {path.resolve() for path in only}
        changes: list[Change] = []
        sources = registry.scan(self.folder, charter)
        if patient and self._in_a_burst(sources):
            return ()
        for found in sources:
            if found.drop is not None and found.drop > today:
                changes += self._early(found, found.drop, wanted)
            elif wanted is None or found.path.resolve() in wanted:
                change = self._source(found, charter, now, today, patient)
                changes += [] if change is None else [change]
        if wanted is None:
            changes += self._removed({found.relative for found in sources}, now, today, patient)
        return tuple(changes)

    def refuse_strangers(self, charter: Charter, only: Collection[Path] | None) -> None:
        """Raise FileNotFoundError for a file of `only` that is no source of the portfolio."""
        from cockpit.sources import registry

        known = {found.path.resolve() for found in registry.scan(self.folder, charter)} if only else set()
        for path in only or ():
            if path.resolve() not in known:
                reason = "is no source of this portfolio; name it in a [[sources]] of portfolio.toml"
                raise FileNotFoundError(2, reason, str(path))

    def _early(self, found: Found, day: date, wanted: Collection[Path] | None) -> list[Change]:
        """Say once, or when asked for the file, that a drop waits for its day."""
        told = self._early_told.get(found.relative) == day
        self._early_told[found.relative] = day
        asked = wanted is not None and found.path.resolve() in wanted
        return [Change(found.relative, waits=day)] if asked or (wanted is None and not told) else []

    def _source(self, found: Found, charter: Charter, now: datetime, today: date, patient: bool) -> Change | None:
        """Read one source if its content is new. None when it is not, or when it is left for later."""
        mark = mark_of(found.path)
        if mark is not None and patient and self._being_written(mark):
            self.waiting = True
            return None
        sha, problem = self._fingerprint(found, mark, charter)
        if sha and self.store.is_current(found.relative, sha):
            self._refused.pop(found.relative, None)
            return None
        if self._refused.get(found.relative) == (sha or str(problem)) or self._empty.get(found.relative) == sha:
            return None
        batch, problem = (None, problem) if problem is not None else self._parsed(found, charter)
        if mark != mark_of(found.path) or (problem is not None and mark is not None and age_of(mark) < BROKEN):
            self.waiting = patient
            if patient:
                return None
        if batch is not None and self._says_nothing(found, batch):
            self._empty[found.relative] = sha
            return None
        known_on = found.drop or self._not_before(found.name, today)
        self._touch(known_on)
        self._refused.pop(found.relative, None)
        self._empty.pop(found.relative, None)
        arrival = Arrival(
            name=found.name, path=found.relative, format=found.format, sha256=sha, drop=found.drop, read_at=now,
            known_on=known_on,
        )  # fmt: skip
        if batch is not None:
            done = self.store.import_batch(arrival, batch)
            return Change(found.relative, done.opened, done.closed, done.unchanged, batch.problems)
        assert problem is not None
        self.store.record_failure(arrival, problem)
        self._refused[found.relative] = sha or str(problem)
        return Change(found.relative, problems=(problem,), failed=True)

    def _says_nothing(self, found: Found, batch: Batch) -> bool:
        """Tell whether this is a table with headers only that never held a row: it must not replace dated drops."""
        empty = found.drop is None and not batch.problems and not any(batch.records.values())
        return empty and self.store.last_undated(found.name) is None

    def _not_before(self, name: str, today: date) -> date:
        """Return the day on which an undated file is known: after a clock was set back, not before what it replaces."""
        return max(today, self.store.last_undated(name) or today)

    def _parsed(self, found: Found, charter: Charter) -> tuple[Batch | None, Problem | None]:
        """Return what a source holds, or the problem that makes all of it unusable."""
        from cockpit.sources import registry

        try:
            return registry.read(found, charter), None
        except registry.SourceError as error:
            return None, error.problem
        except (MemoryError, RecursionError):
            return None, Problem(Origin(found.relative), "The file is too large or too deep to be read here.")

    def _fingerprint(self, found: Found, mark: Mark | None, charter: Charter) -> tuple[str, Problem | None]:
        """Return the hash of all that decides what a source gives, or the problem that keeps it from being read.

        A file that has not been written for a while is not read again for it.
        """
        from cockpit.sources import registry

        known = self._marks.get(found.relative)
        if mark is not None and known is not None and known[:2] == (mark, charter) and age_of(mark) > BROKEN:
            return known[2], None
        try:
            sha = registry.fingerprint(found, charter)
        except registry.SourceError as error:
            return "", error.problem
        if mark is not None:
            self._marks[found.relative] = (mark, charter, sha)
        return sha, None

    def _in_a_burst(self, sources: Sequence[Found]) -> bool:
        """Tell whether to wait until a burst over several files is over; not for longer than a while."""
        marks = [mark_of(found.path) for found in sources]
        if not any(mark is not None and self._being_written(mark) for mark in marks):
            self._burst_since = None
            return False
        now = time.monotonic()
        self._burst_since = now if self._burst_since is None else self._burst_since
        self.waiting = True
        return now - self._burst_since < BURST

    def _being_written(self, mark: Mark) -> bool:
        age = age_of(mark)
        return age < QUIET or (mark[1] == 0 and age < BROKEN)

    def _removed(self, present: set[str], now: datetime, today: date, patient: bool) -> Iterator[Change]:
        """Close what undated files held that are no longer there; a drop that is gone stays known."""
        gone = [source for source in self.store.sources() if source.path not in present]
        self._missing = {s.path: self._missing.get(s.path, time.monotonic()) for s in gone}
        for source in gone:
            if patient and time.monotonic() - self._missing[source.path] < GONE:
                self.waiting = True
                continue
            self._refused.pop(source.path, None)
            if source.claimed:
                if source.failed and self.store.clear_failure(source.path, now):
                    self._touch(source.observed)
                    yield Change(source.path)
                continue
            known_on = self._not_before(source.name, today)
            result = self.store.remove_source(source.name, now, known_on)
            if result.import_id is not None:
                self._touch(known_on)
                yield Change(source.path, 0, result.closed, 0)

    def _touch(self, day: date) -> None:
        self.since = day if self.since is None else min(self.since, day)


def sha256(path: Path, most: int | None = None) -> str:
    """Return the SHA-256 of a file's content in hex; empty when it has more than `most` bytes. Raises OSError."""
    seen, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while part := file.read(_PART):
            size += len(part)
            if most is not None and size > most:
                return ""
            seen.update(part)
    return seen.hexdigest()


def age_of(mark: Mark) -> float:
    """Return the seconds since the last write; a time in the future (another machine's clock) counts as long ago."""
    age = time.time() - mark[2] / 1e9
    return age if age >= 0 else BROKEN + 1
