"""The loop: files and signatures in, one frozen Assessment out. Used by the app and by every command."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cockpit import asides, shadows
from cockpit import charter as charters
from cockpit.assessment import Assessment
from cockpit.engine.decisions.life import OWN
from cockpit.intake import Change, Intake, Mark, failure, mark_of
from cockpit.ledger import deciding, drafting, signing
from cockpit.ledger.drafting import Draft
from cockpit.ledger.keeping import Keeping
from cockpit.ledger.subjects import DraftError, Known, Words
from cockpit.memory import Memory
from cockpit.model import Meaning, Person, Problem, Statement
from cockpit.news import Update, news
from cockpit.snapshot import Snapshot
from cockpit.sources.errors import SourceError
from cockpit.store import Store, StoreError
from cockpit.text import path_text
from cockpit.trust import statements as ledger
from cockpit.watching import AGAIN, DEAF, Listener, marks, outside_files, outside_places

if TYPE_CHECKING:
    from cockpit.assessment import Breach
    from cockpit.engine.precision.latency import ReplayRow
    from cockpit.lives import Option
    from cockpit.past import Event

__all__ = ["Change", "Draft", "DraftError", "Session", "Update"]

CHARTER = "portfolio.toml"
STORE = "portfolio.db"
T = TypeVar("T")


def local_now() -> datetime:
    """Return the present, in local time with its offset."""
    return datetime.now(UTC).astimezone()


class Session:
    """One portfolio, open. Calls from several threads take turns. Close it when done."""

    def __init__(
        self, folder: Path, charter: charters.Charter, store: Store, as_of: date | None, clock: Callable[[], datetime]
    ) -> None:
        self.folder = folder
        self.charter = charter
        self.store = store
        self.as_of = as_of
        self.generation = 0
        self._clock = clock
        self._lock = threading.RLock()
        self._intake = Intake(folder, store)
        self._keeping = Keeping(folder, store)
        self._charter_mark: Mark | None = mark_of(folder / CHARTER)
        self._charter_problems: tuple[Problem, ...] = ()
        self._past = Memory()
        self._version = store.data_version()
        self._last: Assessment | None = None
        self._raised: tuple[str, ...] = ()
        self._cleared: tuple[str, ...] = ()
        self._seen: tuple[object, ...] = ()
        self._trouble = ""

    @classmethod
    def open(cls, folder: Path, *, as_of: date | None = None, clock: Callable[[], datetime] = local_now) -> Session:
        """Open the portfolio in `folder`; nothing is read yet.

        `as_of` looks at it as it was known at the end of that day. Raises CharterError or StoreError.
        """
        charter = charters.load(folder)
        return cls(folder, charter, Store.open(folder / STORE), as_of, clock)

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
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

    def _known(self, as_of: date | None) -> Snapshot:
        kept = self._keeping.snapshot(self.charter, as_of, self._clock())
        snapshot = shadows.marked(self.folder, self.charter, kept)
        if self._charter_problems and as_of is None:
            broken = asides.broken_charter(self._charter_problems, self.today())
            return replace(snapshot, sources=(*snapshot.sources, broken))
        return snapshot

    # Reading

    def import_sources(self, only: Collection[Path] | None = None, *, patient: bool = False) -> tuple[Change, ...]:
        """Read every source that is new or changed (or of those, `only` these files), statements and evidence.

        A file that can't be used keeps its last good version. `patient` leaves files that are being written for the
        next time. Raises StoreError, and FileNotFoundError for a file of `only` that is no source.
        """
        with self._lock:
            self._heed_others()
            now = self._clock()
            today = self.charter.portfolio.today or now.date()
            if self.store.read_only:
                return (
                    failure(
                        STORE, "This user may only read the store: the files were not read, its last state is shown."
                    ),
                )
            self._intake.refuse_strangers(self.charter, only)
            changes = self._intake.read(self.charter, now, today, only, patient=patient)
            self._past.forget(self._intake.since)
            if only is None:
                changes += self.kept(lambda keeping, charter, now: keeping.take(charter, now, patient=patient))
            return changes

    def kept(self, work: Callable[[Keeping, charters.Charter, datetime], T]) -> T:
        """Do something with what is kept of the statements, and forget what was made of it before."""
        with self._lock:
            self._heed_others()
            self._keeping.since = None
            try:
                return work(self._keeping, self.charter, self._clock())
            finally:
                self._past.forget(self._keeping.since)

    def _reload_charter(self) -> tuple[Change, ...]:
        mark = mark_of(self.folder / CHARTER)
        if mark == self._charter_mark:
            return ()
        self._charter_mark = mark
        self._past.forget(date.min)
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
            self._seen = self._state()
            changes = self._reload_charter() + self.import_sources(patient=patient)
            before, assessment = self._last, self.assess()
            self.generation += 1
            self._last = assessment
            return Update(self.generation, assessment, changes, *news(before, assessment, self._raised, self._cleared))

    def assess(self, as_of: date | None = None) -> Assessment:
        """Return what is true at the end of `as_of`, by default of the session's day.

        The assessment of the present logs its breaches in the store, so that each knows since when it is open.
        """
        with self._lock:
            self._heed_others()
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

    def _heed_others(self) -> None:
        """Drop everything computed when another process has committed, or the store was replaced."""
        if self.store.replaced():
            self.store.close()
            self.store = Store.open(self.folder / STORE)
            self._intake.store = self._keeping.store = self.store
            self._past.forget(date.min)
        version = self.store.data_version()
        if version != self._version:
            self._version = version
            self._past.forget(date.min)

    def history(self) -> tuple[Assessment, ...]:
        """Return the assessment of every day on which something was observed, as it was known then."""
        with self._lock:
            return tuple(self.assess(day) for day in self.dates() if day <= self.today())

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

        return replay_rows(self.history())

    def with_latency(self, assessment: Assessment) -> Assessment:
        """Return the assessment with reality latency per project; it takes an assessment of every day before."""
        from cockpit.engine.precision.latency import with_latency

        if not any(project.reported for project in assessment.projects):
            return assessment
        with self._lock:
            return with_latency(assessment, [self.assess(day) for day in self.dates() if day < assessment.today])

    def with_precision(self, assessment: Assessment) -> Assessment:
        """Return the assessment with the precision of outcomes; it takes a look at every month before."""
        with self._lock:
            return self._past.precise(assessment, self.as_of, self._known, self.dates())

    # Signing

    def draft(
        self,
        subject: str,
        meaning: Meaning,
        *,
        signer: str = "",
        key: Path | None = None,
        evidence: Sequence[Path] = (),
        on: date | None = None,
        value: float | None = None,
        note: str = "",
        option: str = "",
    ) -> Draft:
        """Return a statement ready to be signed, with its full sentence and what would be true once it is.

        `subject` may leave out its kind where that is clear. Raises DraftError when it would not count, and why;
        SigningError when no key of a known person is there.
        """
        with self._lock:
            if self.as_of is not None:
                raise DraftError("What is signed is signed today: leave out --as-of.")
            words = Words(subject, meaning, on, value, note, option)
            return drafting.draft(self._now(), words, signer=signer, key=key, evidence=evidence)

    def _now(self) -> Known:
        snapshot = self._past.with_earlier(self._known(None), self.today(), self._known, self.dates())
        return Known(snapshot, self.assess(), self._clock())

    def options(self, breach: str) -> tuple[Breach, tuple[Option, ...]]:
        """Return the breach that is meant and what may be decided about it, recomputed now. Raises DraftError."""
        with self._lock:
            known = self._now()
            found = deciding.find_breach(known.assessment, breach)
            return found, deciding.options_of(known, found)

    def keep_evidence(self, draft: Draft) -> None:
        """Copy the evidence of a draft into the portfolio, for a signature that is made elsewhere."""
        drafting.keep_evidence(self.folder, draft.files)

    def sign(self, draft: Draft, key: Path | None = None, *, interactive: bool | None = None) -> Statement:
        """Sign a draft with the key file, else with the one it was drafted for, else with the agent; keep it.

        `interactive` tells whether a passphrase may be asked for at the terminal (None: if there is one); an app that
        owns the screen passes False. Raises SigningError, DraftError, StoreError or OSError: then nothing was kept.
        """
        # Outside the lock: a key may wait for its touch while the screen goes on.
        signature = signing.sign(draft.payload, key or draft.key, draft.public_line, interactive=interactive)
        statement = ledger.load(draft.payload, signature)
        with self._lock:
            drafting.keep_evidence(self.folder, draft.files)
            self.keep(statement)
        return statement

    def keep(self, statement: Statement) -> None:
        """Add a statement to the ledger. Raises StoreError: then nothing was kept."""
        self.kept(lambda keeping, _, now: keeping.add(statement, now))

    def wrong_with(self, statement: Statement) -> str:
        """What would be wrong with a signed statement if it were kept; empty when it would stand."""
        return self.kept(lambda keeping, charter, now: keeping.wrong_with(charter, statement, now))

    # Watching

    @property
    def _waiting(self) -> bool:
        return self._intake.waiting or self._keeping.waiting

    def _state(self) -> tuple[object, ...]:
        """Return what tells that there may be something new: files, another process's commit, the day."""
        return (marks(self.folder, outside_files(self.folder, self.charter)), self.store.data_version(), self.today())

    async def watch(self) -> AsyncGenerator[Update, None]:
        """Yield an update each time something changed: a file, the charter, a signature, another process, the day.

        What the store refuses comes as a failed change of `portfolio.db` beside the last assessment. Ends when closed.
        """
        while True:
            places = outside_places(self.folder, self.charter)
            async with Listener(self.folder, places) as listener:
                wait = AGAIN
                while places == outside_places(self.folder, self.charter) and not listener.stale:
                    heard = await listener.wait(wait)
                    update = await asyncio.to_thread(self._look)
                    wait = self._patience(listener, heard, wait, update)
                    if update is not None:
                        yield update

    def _patience(self, listener: Listener, heard: bool, waited: float, update: Update | None) -> float:
        """How long to wait for the next event before looking without one.

        An event that changed nothing may have come too early: another process writes its log before it commits, and
        the commit itself makes no event. So the looks that follow it come soon, each after twice the time.
        """
        if self._waiting or (heard and update is None):
            return AGAIN
        if self._trouble:
            return DEAF
        soon = waited * 2
        return soon if update is None and soon <= DEAF else listener.patience

    def _look(self) -> Update | None:
        """Return an update if something changed since the last one."""
        with self._lock:
            try:
                # A store that was replaced and could not be opened again is tried again before it is asked.
                self._heed_others()
                if self._seen == self._state() and not self._waiting:
                    return None
                before = self._last
                update = self.update(patient=True)
            except (StoreError, SourceError) as error:
                return self._troubled(str(error))
            except OSError as error:
                where = path_text(str(error.filename or self.folder))
                return self._troubled(f"{where}: {error.strerror or error}. It is tried again.")
            recovered, self._trouble = bool(self._trouble), ""
            if before is not None and not update.changes and not recovered and update.assessment == before:
                return None
            return update

    def _troubled(self, message: str) -> Update | None:
        """Return the trouble as an update, once; it is tried again at the next look."""
        self._seen = ()
        if message == self._trouble or self._last is None:
            return None
        self._trouble = message
        self.generation += 1
        return Update(self.generation, self._last, (failure(STORE, message),))
