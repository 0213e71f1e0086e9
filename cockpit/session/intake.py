"""Files into the store: sources by content. A bad file costs nothing but itself."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterator
from dataclasses import field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.basics.classes import dataclass
from cockpit.basics.garbage import uncollected
from cockpit.records.model import Batch, Origin, Problem
from cockpit.session import settling
from cockpit.session.doubts import Doubts
from cockpit.session.progress import Teller
from cockpit.session.rereader import Rereader
from cockpit.session.settling import Hold, Look, Mark, age_of, look_at, mark_of, touched_at
from cockpit.session.writers import Writers
from cockpit.store import Arrival

if TYPE_CHECKING:
    from cockpit.charter.charter import Charter
    from cockpit.records.difference import Difference
    from cockpit.sources.listing import Listing, Touched
    from cockpit.sources.registry import Found
    from cockpit.store import ImportResult, Store

_PART = 1 << 18


@dataclass(frozen=True)
class Change:
    """What reading one file did. `failed`: it could not be used at all and its last good version is kept.

    `waits` is the day from which a drop dated in the future counts; it was not read. `saved` is when the file that was
    read was written or moved into its place, in seconds since the epoch, as far as that is known.
    """

    path: str
    opened: int = 0
    closed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    failed: bool = False
    waits: date | None = None
    saved: float | None = field(default=None, compare=False)


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
        self._listing: Listing | None = None
        self.told = Teller()
        self._doubts = Doubts()
        self._writers = Writers()
        self._rereader = Rereader()
        self._watched = False
        self._left: set[str] | None = None
        self._removals_due: float | None = None
        self._marks: dict[str, tuple[Mark, Charter, str]] = {}
        self._refused: dict[str, str] = {}
        self._missing: dict[str, float] = {}
        self._early_told: dict[str, date] = {}
        self._empty: dict[str, str] = {}
        self._burst_since: float | None = None
        self._several = False

    def read(
        self,
        charter: Charter,
        now: datetime,
        today: date,
        only: Collection[Path] | None = None,
        *,
        patient: bool = False,
        named: Collection[str] | None = None,
    ) -> tuple[Change, ...]:
        """Read every source whose content is new, in order of their dates. A drop of a later day waits for it.

        `patient` leaves files that are being written. `named`: nothing else was touched since the last reading than
        these files (relative paths), so only they are looked at, and what that one left. Raises StoreError; what was
        read before it is kept.
        """
        self.waiting, self.since = False, None
        self.store.note_settings(charter.settings, today)
        wanted = None if only is None else {path.resolve() for path in only}
        changes: list[Change] = []
        touched = self._touched(charter, named if only is None else None)
        left = self._left
        self._left = set()
        if patient and self._in_a_burst(touched):
            return ()
        self.told.begin(len(touched.found))
        for found in touched.found:
            change = None
            if found.drop is not None and found.drop > today:
                changes += self._early(found, found.drop, wanted)
            elif wanted is None or found.path.resolve() in wanted:
                change = self._source(found, charter, now, today, patient)
                changes += [] if change is None else [replace(change, saved=touched_at(found.path))]
            self.told.looked()
        self.told.end()
        if wanted is None:
            changes += self._removed(touched, now, today, patient)
        elif left is None or self._left is None:
            self._left = None
        else:
            self._left |= left
        return tuple(changes)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files of all sources as they were found last."""
        return () if self._listing is None else self._listing.paths

    def _touched(self, charter: Charter, named: Collection[str] | None) -> Touched:
        """Return the sources to be looked at: of these files and those that were left, else all."""
        from cockpit.sources.listing import Listing, Touched

        self._listing = self._listing or Listing(self.folder)
        some = None if named is None or self._left is None else self._listing.after(charter, {*named, *self._left})
        if some is not None:
            return some
        found = Touched(self._listing.whole(charter), None)
        if self._watched:
            self._writers.watch(self.paths)
        return found

    def watch(self, charter: Charter) -> None:
        """From now on files are read while they may be written, and often: heed who writes them, keep what they say."""
        if not self._watched:
            self._watched = True
            self._writers.watch(self.paths)
            self._rereader.start(() if self._listing is None else self._listing.found, charter, self.store)

    def close(self) -> None:
        """Let go of what the system tells of writers."""
        self._watched = False
        self._writers.close()
        self._rereader.stop()

    def _leave(self, names: Collection[str]) -> None:
        """Leave these files for the next reading."""
        self.waiting = True
        if self._left is not None:
            self._left.update(names)

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

    @uncollected()
    def _source(self, found: Found, charter: Charter, now: datetime, today: date, patient: bool) -> Change | None:
        """Read one source if its content is new. None when it is not, or when it is left for later."""
        look = self._look_at(found)
        mark = None if look is None else look.mark
        if patient and self._doubts.stands(found, look):
            self._leave([found.relative])
            return None
        sha, problem = self._fingerprint(found, mark, charter)
        if sha and self.store.is_current(found.relative, sha):
            self._refused.pop(found.relative, None)
            return None
        if self._refused.get(found.relative) == (sha or str(problem)) or self._empty.get(found.relative) == sha:
            return None
        arrival = self._arrival(found, sha, now, today)
        told = self._rereader.difference(found, charter, sha, self.store) if problem is None else None
        if told is not None:
            if patient and self._is_doubtful(found, look, told):
                return None
            self._heed(arrival)
            if (done := self.store.import_difference(arrival, told)) is not None:
                self._rereader.accept()
                return _changed(done, arrival, told.problems)
        batch, problem = (None, problem) if problem is not None else self._parsed(found, charter)
        if patient and self._is_doubtful(found, look, batch):
            return None
        if batch is not None and self._says_nothing(found, batch):
            self._empty[found.relative] = sha
            return None
        self._heed(arrival)
        if batch is not None:
            done = self.store.import_batch(arrival, batch)
            self._rereader.keep(found, charter, sha)
            return _changed(done, arrival, batch.problems)
        assert problem is not None
        self.store.record_failure(arrival, problem)
        self._refused[found.relative] = sha or str(problem)
        return Change(found.relative, problems=(problem,), failed=True)

    def _arrival(self, found: Found, sha: str, now: datetime, today: date) -> Arrival:
        return Arrival(
            name=found.name, path=found.relative, format=found.format, sha256=sha, drop=found.drop, read_at=now,
            known_on=found.drop or self._not_before(found.name, today),
        )  # fmt: skip

    def _is_doubtful(self, found: Found, look: Look | None, read: Batch | Difference | None) -> bool:
        """Tell whether what a file gave is left for the next reading: it changed meanwhile, or is not believed yet."""
        mark = None if look is None else look.mark
        doubtful = mark != mark_of(found.path) or self._doubts.raised(found, look, read, self.store)
        if doubtful:
            self._leave([found.relative])
        return doubtful

    def _heed(self, arrival: Arrival) -> None:
        """A file is brought into the store now, whatever was known of it."""
        self._touch(arrival.known_on)
        self._refused.pop(arrival.path, None)
        self._empty.pop(arrival.path, None)

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

        self.told.reading(found.relative)
        try:
            batch = registry.read(found, charter)
            self.told.storing(found.relative, sum(map(len, batch.records.values())))
            return batch, None
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
        if mark is not None and known is not None and known[:2] == (mark, charter) and age_of(mark) > settling.BROKEN:
            return known[2], None
        try:
            sha = self._rereader.fingerprint(found, charter)
        except registry.SourceError as error:
            return "", error.problem
        if mark is not None:
            self._marks[found.relative] = (mark, charter, sha)
        return sha, None

    def _look_at(self, found: Found) -> Look | None:
        known = self._marks.get(found.relative)
        return look_at(found.path, None if known is None else known[0], self._writers.is_held)

    def _in_a_burst(self, touched: Touched) -> bool:
        """Tell whether to wait until a burst over several files is over; not for longer than a while."""
        looks = [look for look in map(self._look_at, touched.found) if look is not None]
        written = any(look.hold is Hold.WRITING for look in looks)
        # One file alone is read at once; the last one of several is waited for like the others.
        self._several = sum(look.is_fresh for look in looks) > (0 if self._several else 1)
        if not written and not self._several:
            self._burst_since = None
            return False
        now = time.monotonic()
        self._burst_since = now if self._burst_since is None else self._burst_since
        if now - self._burst_since >= settling.BURST:
            return False
        self._leave([*(found.relative for found in touched.found), *(touched.gone or ())])
        if touched.gone is None:
            self._left = None
        elif touched.gone:
            self._removals_due = now
        return True

    def _removed(self, touched: Touched, now: datetime, today: date, patient: bool) -> Iterator[Change]:
        """Close what undated files held that are no longer there; a drop that is gone stays known."""
        assert self._listing is not None
        due = self._removals_due
        if touched.gone is not None and not touched.gone and (due is None or time.monotonic() < due):
            self.waiting = self.waiting or due is not None
            return
        self._removals_due = None
        gone = [source for source in self.store.sources() if source.path not in self._listing.names]
        self._missing = {s.path: self._missing.get(s.path, time.monotonic()) for s in gone}
        for source in gone:
            over = self._missing[source.path] + settling.GONE
            if patient and time.monotonic() < over:
                self.waiting = True
                self._removals_due = min(over, self._removals_due or over)
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
                # Where only a failure ends, it ends on its own day: what was said of the days since is void.
                self._touch(min(known_on, source.observed) if source.failed else known_on)
                yield Change(source.path, 0, result.closed, 0)

    def _touch(self, day: date) -> None:
        self.since = day if self.since is None else min(self.since, day)


def _changed(done: ImportResult, arrival: Arrival, problems: tuple[Problem, ...]) -> Change:
    return Change(arrival.path, done.opened, done.closed, done.unchanged, problems)


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
