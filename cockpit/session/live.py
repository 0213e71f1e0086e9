"""The loop: files and signatures in, one frozen Assessment out. Used by the app and by every command."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cockpit.basics import compiling, heap
from cockpit.basics.text import path_text
from cockpit.charter import charter as charters
from cockpit.charter import shadows
from cockpit.engine.decisions.life import OWN
from cockpit.ledger.drafting import Draft
from cockpit.ledger.keeping import Keeping
from cockpit.ledger.subjects import DraftError
from cockpit.records.assessment import Assessment
from cockpit.records.model import Person, Problem
from cockpit.records.snapshot import Snapshot
from cockpit.session import asides
from cockpit.session.ground import STORE, Ground, local_now
from cockpit.session.intake import Change, Intake, failure
from cockpit.session.lookback import Lookback
from cockpit.session.looking import SOON, Looks
from cockpit.session.memory import Memory
from cockpit.session.networks import Networks
from cockpit.session.news import Update, latency, news
from cockpit.session.settling import Mark, is_settled, mark_of
from cockpit.session.signable import Signable
from cockpit.session.watching import DEAF
from cockpit.sources.errors import SourceError
from cockpit.store import Store, StoreError

if TYPE_CHECKING:
    from cockpit.engine.portfolio import Woven
    from cockpit.engine.precision.latency import ReplayRow
    from cockpit.records.measures import PastDay
    from cockpit.records.past import Event

__all__ = ["Change", "Draft", "DraftError", "Session", "Update"]

CHARTER = "portfolio.toml"
GONE = "{}: this folder is not there any more. What is shown is what was known; it is looked for every 2 seconds."
T = TypeVar("T")


class Session(Signable):
    """One portfolio, open. Calls from several threads take turns. Close it when done."""

    def __init__(self, ground: Ground, as_of: date | None = None) -> None:
        heap.give_back()
        compiling.prepare()
        folder, self.charter, store, self._clock = ground
        self.folder = folder
        self.store = store
        self.as_of = as_of
        self.generation = 0
        self._lock = threading.RLock()
        self._intake = Intake(folder, store)
        self.told = self._intake.told
        self._keeping = Keeping(folder, store)
        self._charter_mark: Mark | None = mark_of(folder / CHARTER)
        self._charter_problems: tuple[Problem, ...] = ()
        self._past = Memory(Networks(self), self.told.computing)
        self._back = Lookback(self, self._past)
        self._version = store.data_version()
        self._last: Assessment | None = None
        self._raised: tuple[str, ...] = ()
        self._cleared: tuple[str, ...] = ()
        self._looks = Looks(folder)
        self._seen: tuple[int, date] | None = None
        self._charter_waits = False
        self._trouble = ""

    @classmethod
    def open(cls, folder: Path, *, as_of: date | None = None, clock: Callable[[], datetime] = local_now) -> Session:
        """Open the portfolio in `folder`; nothing is read yet.

        `as_of` looks at it as it was known at the end of that day. Raises CharterError or StoreError.
        """
        return cls(Ground.open(folder, clock), as_of)

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            self._intake.close()
            self.store.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What is known

    def today(self) -> date:
        """Return the day that counts: `as_of`, else the charter's, else the clock's."""
        return self.as_of or self.charter.portfolio.today or self._clock().date()

    def now(self) -> datetime:
        """Return the present by the session's clock."""
        return self._clock()

    def dates(self) -> tuple[date, ...]:
        """Return the days on which something was observed, earliest first."""
        return self.store.observation_dates()

    def people(self) -> tuple[Person, ...]:
        """Return the people of the portfolio as known today."""
        return self._known(self.as_of).people

    def snapshot(self, as_of: date | None = None) -> Snapshot:
        """Return all that is known at the end of `as_of` (default: the session's day), statements verified."""
        with self._lock:
            return self._known(as_of or self.as_of)

    def woven(self) -> Woven | None:
        """Return the network of the present as it was judged last; None where it was not judged."""
        return None if self.as_of is not None else self._past.woven

    def _known(self, as_of: date | None) -> Snapshot:
        kept = self._keeping.snapshot(self.charter, as_of, self._clock())
        snapshot = shadows.marked(self.folder, self.charter, kept)
        if self._charter_problems and as_of is None:
            broken = asides.broken_charter(self._charter_problems, self.today())
            return replace(snapshot, sources=(*snapshot.sources, broken))
        return snapshot

    # Reading

    def import_sources(
        self, only: Collection[Path] | None = None, *, patient: bool = False, named: Collection[str] | None = None
    ) -> tuple[Change, ...]:
        """Read every source that is new or changed (or of those, `only` these files), statements and evidence.

        A file that can't be used keeps its last good version. `patient` leaves files that are being written for the
        next time; `named` as in `Intake.read`. Raises StoreError, and FileNotFoundError for a file of `only` that is no
        source.
        """
        with self._lock:
            self.heed_others()
            now = self._clock()
            today = self.charter.portfolio.today or now.date()
            if self.store.read_only:
                return (
                    failure(
                        STORE, "This user may only read the store: the files were not read, its last state is shown."
                    ),
                )
            self._intake.refuse_strangers(self.charter, only)
            changes = self._intake.read(self.charter, now, today, only, patient=patient, named=named)
            self._forget(self._intake.since)
            if only is None and (named is None or self._keeping.is_concerned(named)):
                changes += self.kept(lambda keeping, charter, now: keeping.take(charter, now, patient=patient))
            return changes

    def kept(self, work: Callable[[Keeping, charters.Charter, datetime], T]) -> T:
        """Do something with what is kept of the statements, and forget what was made of it before."""
        with self._lock:
            self.heed_others()
            self._keeping.since = None
            try:
                return work(self._keeping, self.charter, self._clock())
            finally:
                self._forget(self._keeping.since)

    def _reload_charter(self, patient: bool) -> tuple[Change, ...]:
        mark = mark_of(self.folder / CHARTER)
        self._charter_waits = patient and mark != self._charter_mark and not is_settled(self.folder / CHARTER)
        if mark == self._charter_mark or self._charter_waits:
            return ()
        self._charter_mark = mark
        self._forget(date.min)
        try:
            self.charter = charters.load(self.folder)
        except charters.CharterError as error:
            self._charter_problems = error.problems
            return (Change(CHARTER, problems=error.problems, failed=True),)
        self._charter_problems = ()
        return (Change(CHARTER),)

    # Judging

    def update(self, *, patient: bool = False) -> Update:
        """Reload the charter if it changed, read what is new, and assess.

        A broken charter keeps the last good one. Raises StoreError; `patient` as in `import_sources`.
        """
        with self._lock:
            self._looks.walk(self.charter, self._intake.paths)
            return self._update(patient, None)

    def _update(self, patient: bool, named: Collection[str] | None) -> Update:
        """Update by these files only (None: by all), if the charter and the day are the same."""
        day, self._seen = self._seen and self._seen[1], self._now_seen()
        changes = self._reload_charter(patient)
        named = None if changes or day != self.today() else named
        changes += self.import_sources(patient=patient, named=named)
        before, assessment = self._last, self.assess()
        self.generation += 1
        self._last = assessment
        told = news(before, assessment, self._raised, self._cleared)
        return Update(self.generation, assessment, changes, *told, latency=latency(changes) if patient else None)

    def assess(self, as_of: date | None = None) -> Assessment:
        """Return what is true at the end of `as_of`, by default of the session's day.

        The assessment of the present logs its breaches in the store, so that each knows since when it is open.
        """
        with self._lock:
            self.heed_others()
            day = as_of or self.as_of
            today = day or self.today()
            known = self._past.recall(day, today)
            if known is None:
                known = self._past.judge(day, today, self._known, self.dates())
                if day is None and not self.store.read_only:
                    self._log(known)
            return known if day is not None else asides.with_untaken(known, self.store.outbox.failures())

    def _log(self, assessment: Assessment) -> None:
        """Log the breaches for all users; not what only this one can know, which others would report as cleared."""
        fixed = self.charter.portfolio.today
        at = datetime.combine(fixed, time(), UTC) if fixed else self._clock()
        own = [breach.key for breach in assessment.breaches if breach.code in OWN]
        shared = [breach.key for breach in assessment.breaches if breach.code not in OWN]
        raised, self._cleared = self.store.log_breaches(shared, at)
        self._raised = (*raised, *own)

    def _forget(self, since: date | None) -> None:
        """Drop what was made of `since` and of all days after it; None: nothing changed."""
        self._past.forget(since)
        self._back.forget(since)

    def turn(self) -> AbstractContextManager[object]:
        """Have the session while others wait for it."""
        return self._lock

    def keeping_mark(self) -> object:
        """What tells whether what this user keeps of the ledger was changed."""
        return self._keeping.mark

    def past_rests_on(self) -> tuple[tuple[object, ...], tuple[tuple[str, tuple[object, ...]], ...]]:
        """As `Keeping.rests_on`."""
        return self._keeping.rests_on()

    def heed_others(self) -> None:
        """Drop everything computed when another process has committed, or the store was replaced."""
        if self.store.replaced():
            self.store.close()
            self.store = Store.open(self.folder / STORE)
            self._intake.store = self._keeping.store = self.store
            self._seen = None
            self._forget(date.min)
        version = self.store.data_version()
        if version != self._version:
            self._version = version
            self._forget(date.min)

    def looked_back(self, last: date | None = None) -> Iterator[PastDay]:
        """Yield every day up to `last` (default: today) on which something was observed, in short, as known then."""
        return self._back.days(last or self.today())

    def events_of(self, subjects: Collection[str] = (), as_of: date | None = None) -> Mapping[str, tuple[Event, ...]]:
        """Return all that files said and people signed of these subjects (none named: of every one), oldest first."""
        from cockpit.engine.statements.recount import recount

        with self._lock:
            day = as_of or self.as_of
            rows = partial(self.store.versions, as_of=day)
            return recount(subjects, self._known(day), self.assess(as_of), rows)

    def replay(self) -> tuple[ReplayRow, ...]:
        """Return reported against computed on every day on which something was observed."""
        from cockpit.engine.precision.latency import replay_rows

        return replay_rows(tuple(self.looked_back()))

    def with_latency(self, assessment: Assessment) -> Assessment:
        """Return the assessment with reality latency per project; it takes a look at every day before."""
        from cockpit.engine.precision.latency import with_latency

        if not any(project.reported for project in assessment.projects):
            return assessment
        return with_latency(assessment, tuple(self.looked_back(assessment.today - timedelta(days=1))))

    def with_precision(self, assessment: Assessment) -> Assessment:
        """Return the assessment with the precision of outcomes; it takes a look at every month before."""
        with self._lock:
            return self._past.precise(assessment, self.as_of, self._known, self.dates())

    # Watching

    def is_current(self) -> bool:
        """Whether nothing has changed since the last update, as far as a look at every file and the store tells."""
        with self._lock:
            quiet = (
                self._last is not None and not self._waiting and not self._trouble and self._seen == self._now_seen()
            )
            return quiet and self._looks.stand(self.charter, self._intake.paths)

    @property
    def _waiting(self) -> bool:
        return self._intake.waiting or self._keeping.waiting or self._charter_waits

    def _now_seen(self) -> tuple[int, date]:
        """Return what tells, beside the files, that there may be something new: others' commits, the day."""
        return (self.store.data_version(), self.today())

    def watch(self) -> AsyncGenerator[Update, None]:
        """Yield an update each time something changed: a file, the charter, a signature, another process, the day.

        What the store refuses comes as a failed change of `portfolio.db` beside the last assessment. Ends when closed.
        """
        return self._looks.follow(lambda: self.charter, self._look, self._hurry)

    def why_polled(self, path: str) -> str:
        """Why a source is only looked at every so often, in a sentence; empty where its changes are heard of."""
        return self._looks.why_polled(path)

    def _hurry(self) -> float | None:
        """Seconds until the next look where it is not to wait for an event."""
        return SOON if self._waiting else DEAF if self._trouble else None

    def _look(self, heard: Collection[str] | None) -> Update | None:
        """Return an update if something changed since the last one: at the paths that were heard of, None: anywhere."""
        with self._lock:
            try:
                # A store that was replaced and could not be opened again is tried again before it is asked.
                self.heed_others()
                self._intake.watch(self.charter)
                named = None if heard is None or self._seen is None else self._looks.named(heard)
                if named is None and not self._looks.walk(self.charter, self._intake.paths) and self._seen:
                    named = frozenset()
                if not named and named is not None and self._seen == self._now_seen() and not self._waiting:
                    return None
                before = self._last
                update = self._update(True, named)
            except (StoreError, SourceError) as error:
                return self._troubled(str(error) if self.folder.is_dir() else GONE.format(path_text(str(self.folder))))
            except OSError as error:
                where = path_text(str(error.filename or self.folder))
                return self._troubled(f"{where}: {error.strerror or error}. It is tried again.")
            recovered, self._trouble = bool(self._trouble), ""
            if before is not None and not update.changes and not recovered and update.assessment == before:
                return None
            return update

    def _troubled(self, message: str) -> Update | None:
        """Return the trouble as an update, once; it is tried again at the next look."""
        self._seen = None
        if message == self._trouble or self._last is None:
            return None
        self._trouble = message
        self.generation += 1
        return Update(self.generation, self._last, (failure(STORE, message),))
