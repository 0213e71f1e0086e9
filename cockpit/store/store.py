"""The one door to the store. Every method raises StoreError with a sentence for people, and nothing else, for what
the disk, the permissions or other processes do."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType

from cockpit.records.difference import Difference
from cockpit.records.model import TABLES, Batch, Problem, Record, Request, Statement
from cockpit.records.past import RowVersion
from cockpit.records.snapshot import Snapshot, SourceFile
from cockpit.store import (
    breaches,
    daily,
    findings,
    history,
    imports,
    marks,
    owners,
    past,
    pasts,
    queries,
    requests,
    rereading,
    schema,
    settings,
    state,
    statements,
)
from cockpit.store.connection import Connection
from cockpit.store.contents import Contents, Joined
from cockpit.store.errors import StoreError, sqlite3
from cockpit.store.history import ImportResult
from cockpit.store.imports import Arrival, Import, Outcome
from cockpit.store.outbox import OutboxStore
from cockpit.store.present import Asked, Present
from cockpit.store.present import history as history_of


class Store:
    """A portfolio's history in one SQLite file. Safe to use from several threads and processes at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._contents = Contents()
        self._pasts = pasts.Memory()
        self._present = Present()
        self._firsts = owners.Firsts()
        self._joined = Joined()
        self._breaches = breaches.Memory()
        self._statements = statements.Memory()
        self.outbox = OutboxStore(connection)
        """What people are told, and what they were."""
        self.notice = ""
        """What people should be told once about opening it, as a sentence; empty when there is nothing."""

    @classmethod
    def open(cls, path: Path) -> Store:
        """Opens the store, making it if there is none. A user who may not write it gets it for reading only.

        StoreError: no permission, no space, not a store, a newer Cockpit's store, a network file system.
        """
        connection = Connection.open(Path(path), schema.guard)
        try:
            store = cls(connection)
            store.notice = schema.prepare(connection)
        except BaseException:
            connection.close()
            raise
        return store

    def close(self) -> None:
        """Closes the store; may be called twice."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The file."""
        return self._connection.path

    @property
    def read_only(self) -> bool:
        """Whether this user may only read: every writing method then raises StoreError."""
        return self._connection.read_only

    @property
    def advice(self) -> str:
        """What should be changed on this machine to keep the store safe, in sentences; empty when all is well."""
        return self._connection.advice

    def is_current(self, relative: str, sha256: str) -> bool:
        """Whether the last attempt to read this path succeeded and read this very content."""
        last = self._connection.read("look up a source", lambda raw: imports.last_of_path(raw, relative))
        return last is not None and last.status is Outcome.OK and last.sha256 == sha256

    def rows_of(self, relative: str) -> int | None:
        """How many rows this path gave when it was read last, 0 if it was removed since; None if it never was."""
        return self._connection.read("look up a source", lambda raw: imports.rows_of(raw, relative))

    def last_undated(self, name: str) -> date | None:
        """The latest day on which an undated file of this source was read, refused or removed; None if never."""
        return self._connection.read("look up a source", lambda raw: imports.last_undated(raw, name))

    def import_batch(self, arrival: Arrival, batch: Batch) -> ImportResult:
        """Brings what a file holds into history as known on its `known_on`, in one transaction.

        A drop may come late: it takes its place among the others.
        Another reading of the same day replaces the one before as the truth of that day. Reading the ruling file once
        more, unchanged, writes nothing (`import_id` is None). A record that can't be kept is added to the problems of
        the import.
        """
        prepared = history.prepare(batch, arrival.path)
        with self._connection.write(f"import {arrival.path!r}") as raw:
            return history.apply(raw, arrival, prepared)

    def import_difference(self, arrival: Arrival, difference: Difference) -> ImportResult | None:
        """As `import_batch`, with only what differs from the reading before; None where the whole file must be read."""
        with self._connection.write(f"import {arrival.path!r}") as raw:
            return rereading.apply(raw, arrival, difference)

    def last_reading(self, relative: str) -> Import | None:
        """What came of the last attempt to read this path."""
        return self._connection.read("look up a source", lambda raw: imports.last_of_path(raw, relative))

    def record_failure(self, arrival: Arrival, problem: Problem) -> None:
        """Notes that a file could not be read; what was known stays. The same failure again writes nothing."""
        with self._connection.write(f"note the failure of {arrival.path!r}") as raw:
            last = imports.last_of_path(raw, arrival.path)
            if last and last.status is Outcome.FAILED and (last.sha256, last.problems) == (arrival.sha256, (problem,)):
                return
            imports.add(raw, arrival, Outcome.FAILED, problems=(problem,))

    def remove_source(self, name: str, read_at: datetime, known_on: date) -> ImportResult:
        """The undated file of source `name` (or with this path) was deleted: its rows close.

        Its dependencies stay in force as vanished. For a source that is unknown or removed already nothing is written.
        If the file could never be read, only its failure ends.
        """
        with self._connection.write(f"remove the source {name!r}") as raw:
            known = imports.ruling(raw, known_on, failed=True)
            found = known.get(name) or next((reading for reading in known.values() if reading.path == name), None)
            if found is None or found.status in (Outcome.REMOVED, Outcome.GONE):
                return ImportResult(None, 0, 0, 0)
            good = imports.ruling(raw, known_on).get(found.name)
            if found.status is Outcome.FAILED and (good is None or good.path != found.path):
                # What stands, if anything, came from another file: that one was not deleted.
                gone = imports.add(raw, _again(found, read_at, found.known_on), Outcome.GONE)
                return ImportResult(gone, 0, 0, 0)
            arrival = _again(found, read_at, known_on)
            return history.apply(raw, arrival, history.prepare(Batch({}), found.path), Outcome.REMOVED)

    def clear_failure(self, path: str, read_at: datetime) -> bool:
        """A file that could not be read was deleted: its source no longer counts as failed, what was known stays.

        For drops; an undated file that is gone is removed with `remove_source`. Returns whether there was a failure.
        """
        with self._connection.write(f"clear the failure of {path!r}") as raw:
            last = imports.last_of_path(raw, path)
            if last is None or last.status is not Outcome.FAILED:
                return False
            imports.add(raw, _again(last, read_at, last.known_on), Outcome.GONE)
            return True

    def sources(self, as_of: date | None = None) -> tuple[SourceFile, ...]:
        """Every source known at the end of `as_of` (None: latest), by name."""
        return self._connection.read("list the sources", lambda raw: queries.source_files(raw, as_of or date.max))

    def snapshot(self, base: Snapshot, as_of: date | None) -> Snapshot:
        """`base` with all that was known at the end of `as_of` (None: latest), read in one moment.

        Records follow those of `base`, by source name, then in the order of their file; vanished dependencies follow
        the others. A key that stands in several sources comes once for each. `evidence` stays as in `base`.
        """
        try:
            return self._connection.read("read the portfolio", self._reader(base, as_of))
        except StoreError:
            self._forget()
            raise

    def _reader(self, base: Snapshot, as_of: date | None) -> Callable[[sqlite3.Connection], Snapshot]:
        tries = itertools.count()

        def work(raw: sqlite3.Connection) -> Snapshot:
            if next(tries):  # what was read before was changed meanwhile
                self._forget()
            return self._snapshot(raw, base, as_of)

        return work

    def _forget(self) -> None:
        self._contents.forget()
        self._present.forget()
        self._breaches.forget()
        self._firsts = owners.Firsts()
        self._statements.forget()

    def _snapshot(self, raw: sqlite3.Connection, base: Snapshot, as_of: date | None) -> Snapshot:
        day, now = as_of or date.max, marks.now(raw) if as_of is None else None
        readings = [reading for reading in imports.ruling(raw, day).values() if reading.status is Outcome.OK]
        contents = [(reading, self._contents.of(raw, reading, now)) for reading in readings]
        asked = Asked(
            scope=bool(base.policy.asks_for_scope),
            extra=pasts.maps_by_extra(base.assignments),
            given=frozenset(dependency.id for dependency in base.dependencies),
        )
        if now is not None:
            known = self._present.of(raw, now, contents, asked)
        else:
            known = history_of(raw, day, contents, asked)._replace(pasts=self._pasts.of(raw, day, extra=asked.extra))
        log = self._breaches.of(raw) if now is not None else breaches.known(raw, day)
        return replace(
            base,
            **self._joined.of([_tables(base), *(content for _, content in contents), known.vanished]),
            moved=known.told.moved,
            observed=known.told.observed,
            baselines=known.told.baselines,
            apart=known.told.apart,
            appeared=known.appeared,
            vanished={vanished.record.id: vanished.on for vanished in known.gone},
            sources=known.sources,
            statements=self._statements.known(raw, as_of),
            requests=tuple(each for each in requests.known(raw) if each.asked_at.date() <= day),
            aside=self._statements.aside(raw),
            **log._asdict(),
            pasts=known.pasts,
        )

    def observation_dates(self) -> tuple[date, ...]:
        """The days on which something became known, ascending."""
        return self._connection.read("list the days", imports.days)

    def add_statement(self, statement: Statement, received_at: datetime) -> bool:
        """Keeps a statement for good; whether it was new. Idempotent by id.

        Over a payload that is kept only with bad signatures (a verdict), one with an empty verdict is still new.
        """
        with self._connection.write("keep a statement") as raw:
            self._statements.forget()
            return statements.add(raw, statement, received_at)

    def put_statements(self, found: Iterable[Statement], received_at: datetime) -> None:
        """Keeps statements for good, all of them or none, whatever is kept over the same payloads already.

        For who has judged what is there: of two signatures over a payload both are kept. Idempotent.
        """
        with self._connection.write("keep statements") as raw:
            for statement in found:
                self._statements.forget()
                statements.put(raw, statement, received_at)

    def statements(self, as_of: date | None = None) -> tuple[Statement, ...]:
        """Statements signed on `as_of` (UTC) or before (None: all), by the time they were signed, then id."""
        return self._connection.read("read the statements", lambda raw: statements.known(raw, as_of))

    def note_settings(self, said: Mapping[str, str], on: date) -> None:
        """Keeps what the charter says from `on` on, by setting. What was kept last, kept again, writes nothing."""
        if not self._connection.read("look up the charter", lambda raw: settings.is_noted(raw, said)):
            with self._connection.write("keep what the charter says") as raw:
                settings.note(raw, said, on)

    def first_owners(self, as_of: date | None) -> dict[owners.Office, str]:
        """By subject and role who owned it at first, as the row named them that was read first; of what was known at
        the end of `as_of` (None: latest)."""
        if as_of is None:
            return self._connection.read("read the owners", self._firsts.known)
        return self._connection.read("read the owners", lambda raw: owners.first(raw, as_of))

    def add_request(self, request: Request) -> bool:
        """Keeps a request for a signature; whether it was new. Idempotent by the id of its statement."""
        with self._connection.write("keep a request") as raw:
            return requests.add(raw, request)

    def requests(self) -> tuple[Request, ...]:
        """Every signature that was asked for, by the time of asking, then statement."""
        return self._connection.read("read the requests", requests.known)

    def versions(self, table: str, column: str, names: Collection[str], as_of: date | None) -> tuple[RowVersion, ...]:
        """Every version that the rows of a table whose `column` has one of these names ever had, known at the end of
        `as_of` (None: latest), row by row, each row's oldest first."""
        day = as_of or date.max
        return self._connection.read("read the history", lambda raw: past.versions(raw, table, column, names, day))

    def log_breaches(self, keys: Iterable[str], at: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Tells the log which breaches stand now: (raised, cleared) since it was told last, ascending."""
        standing = frozenset(keys)
        with self._connection.write("log the breaches") as raw:
            return breaches.log(raw, standing, at)

    @classmethod
    def inspect(cls, path: Path) -> Store:
        """Opens the store for reading only, whoever asks: makes nothing, changes nothing, brings nothing up to date.

        An older store can only be asked for its `version`. StoreError as with `open`, also where there is no file.
        """
        if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises where a folder above may not be entered
            raise StoreError(f"{path}: there is no store here.")
        return cls(Connection.open(Path(path), schema.guard, read_only=True))

    @property
    def version(self) -> int:
        """The version of its schema; 0 for an empty file."""
        return schema.version_of(self._connection)

    def check(self) -> tuple[str, ...]:
        """Looks at every page, row, layout and statement: what is not as Cockpit wrote it, in sentences."""
        return self._connection.read("check the store", findings.check)

    def held(self) -> state.State:
        """What tells the state of what files and people said, without what was made of it: plain values."""
        return self._connection.read("ask for the state", state.held)

    def state(self) -> state.State:
        """What tells the state of the store from every other, in whatever process: plain values."""
        return self._connection.read("ask for the state", state.state)

    def daily(self) -> tuple[daily.Row, ...]:
        """All that past days rest on, with the day from which each row counts: plain values."""
        return self._connection.read("ask for the days", daily.rows)

    def data_version(self) -> int:
        """A number that changes when another process, or another Store, has written."""
        return self._connection.data_version()

    def replaced(self) -> bool:
        """Whether the path now holds another file than the open one: close this store and open it again."""
        return self._connection.replaced()


def _tables(base: Snapshot) -> Mapping[str, tuple[Record, ...]]:
    return {table: getattr(base, table) for table in TABLES}


def _again(reading: Import, read_at: datetime, known_on: date) -> Arrival:
    return Arrival(
        name=reading.name,
        path=reading.path,
        format=reading.format,
        sha256="",
        drop=reading.known_on if reading.claimed and known_on == reading.known_on else None,
        read_at=read_at,
        known_on=known_on,
    )
