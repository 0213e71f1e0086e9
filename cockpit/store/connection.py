"""One connection to the store's file: how it is opened, how it writes, how it reads."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cockpit.store import opening, place, turns, wal
from cockpit.store.errors import BUSY, DAMAGE, IO, StoreError, damaged, explain, primary_code, sqlite3, swapped

if TYPE_CHECKING:
    from sqlite_utils import Database

BUSY_SECONDS = 30.0
"""How long a writer waits for the others before it gives up."""

CLOSING_SECONDS = 2.0
"""How long closing waits for its turn: it is done all the same."""

TRIES = 4
"""How often it is tried to connect where SQLite says that the disk fails."""

SAFE_SQLITE = (3, 51, 3)
"""Older libraries can corrupt a WAL database under several writers."""


T = TypeVar("T")
Guard = Callable[[Path, sqlite3.Connection], None]


class Connection:
    """A connection in WAL mode with synchronous=FULL. Calls from several threads take turns.

    `read_only` is true where this user may not write: everything can be read, `write()` raises StoreError.
    """

    def __init__(self, path: Path, guard: Guard | None = None, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self.lock = threading.RLock()
        self._guard = guard
        self._real = path.resolve()
        self._schema = -1
        self._at_rest = False
        self._closed = False
        self._seen: tuple[object, ...] = ()
        self._own: wal.Together
        self.raw = self._connect()

    @classmethod
    def open(cls, path: Path, guard: Guard, *, read_only: bool = False) -> Connection:
        """Connects, for reading only if asked for or where this user may not write; else makes the file if need be.

        Raises StoreError.

        `guard` raises StoreError for a schema that is not ours. It is asked before the file is opened for writing, and
        again whenever the schema has changed, before anything is read or written.
        """
        real = place.real(path)
        place.refuse_network(real)
        before = wal.Together.at(path)
        try:
            if not read_only:
                place.ensure_file(path)
                before = before if before.store else wal.Together.at(path)
            may_write = not read_only and place.may_write(real)
            if not read_only and not (before.store and wal.identity(path)):
                raise swapped(path)  # nobody may write what is not there
            return cls._connected(path, guard, read_only=not may_write)
        except (OSError, sqlite3.Error, *DAMAGE) as error:
            # A failing disk leaves the logs where they were; without the log that it opened SQLite can't read.
            if wal.Together.at(path).replaces(before, logs=primary_code(error) == IO):
                raise swapped(path) from error
            raise (damaged if isinstance(error, DAMAGE) else explain)(error, path, "open the store") from error

    @classmethod
    def _connected(cls, path: Path, guard: Guard, *, read_only: bool) -> Connection:
        """Connects, again where the log went while that was done: who closes last and had no turn deletes it all the
        same, and SQLite takes that for a failing disk. A disk that does fail fails again."""
        for _ in range(TRIES - 1):
            try:
                return cls(path, guard, read_only=read_only)
            except sqlite3.Error as error:
                if primary_code(error) != IO:
                    raise
        return cls(path, guard, read_only=read_only)

    @property
    def database(self) -> Database:
        """The same connection through sqlite-utils. Its `atomic()` begins deferred: write inside `write()`."""
        from sqlite_utils import Database  # only here: to load it takes longer than to open a store

        return Database(self.raw, recursive_triggers=False, execute_plugins=False)

    @property
    def advice(self) -> str:
        """What the people who run this machine should change, in sentences; empty when all is well."""
        found = []
        version = sqlite3.sqlite_version
        if tuple(int(part) for part in version.split(".")) < SAFE_SQLITE:
            found.append(
                f"SQLite {version} can damage a store that several processes write at once (mended in 3.51.3). "
                "Install pysqlite3 0.6.1 or later, or a newer Python, before you share this portfolio."
            )
        found.append(place.sticky_advice(self._real))
        return " ".join(sentence for sentence in found if sentence)

    def use_wal(self) -> None:
        """Turns the file to WAL, which it stays for good. Waits for others that are just doing the same."""
        if self._own.logs[0] and self._journal_mode() == "wal":
            return
        with self._turn() as turn:
            self._refuse_moved()  # else its log would lie beside another store
            deadline = time.monotonic() + BUSY_SECONDS
            while True:
                try:
                    # SQLite does not ask the busy handler when it changes the mode.
                    self._change_mode()
                    break
                except sqlite3.OperationalError as error:
                    if primary_code(error) != BUSY or time.monotonic() > deadline:
                        raise
                    time.sleep(0.02)
            # The log is made by who reads first.
            self.raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
            self._own = dataclasses.replace(self._own, logs=wal.Together.at(self._real).logs)
            self._refuse_moved()
            turn.note(str(self._own))

    def _refuse_moved(self) -> None:
        """Raises StoreError where the file was moved; its log is out of the way then. Needs the turn."""
        if self._moved():
            wal.let_go(self._real, self.raw, self._own, CLOSING_SECONDS)
            raise swapped(self.path)

    def _journal_mode(self) -> str:
        return str(self.raw.execute("PRAGMA journal_mode").fetchone()[0])

    def _change_mode(self) -> None:
        if self._journal_mode() == "wal":
            return
        if self.raw.execute("PRAGMA page_count").fetchone()[0] == 0:
            # Of an empty file nothing can be lost, and a journal file would outlive a process killed here.
            self.raw.execute("PRAGMA journal_mode=MEMORY").fetchone()
        self.raw.execute("PRAGMA journal_mode=WAL").fetchone()

    @contextlib.contextmanager
    def write(self, doing: str) -> Iterator[sqlite3.Connection]:
        """One write transaction, begun IMMEDIATE so that it never has to be upgraded under another writer.

        Whatever is raised inside rolls all of it back. Raises StoreError for what SQLite refuses, and when the file was
        replaced before all was committed; `doing` completes "could not …".
        """
        if self.read_only:
            raise StoreError(
                f"{self.path}: could not {doing}: this user may only read it. Ask its owner for write access to the "
                "file and its folder."
            )
        with self.lock:
            try:
                self._begin()
                self._heed_schema()
                self._refuse_replaced(doing)
                yield self.raw
                self._refuse_replaced(doing)
                self.raw.execute("COMMIT")
                self._refuse_replaced(doing)
            except sqlite3.Error as error:
                self._roll_back()
                raise self.explained(error, doing) from error
            except UnicodeError as error:
                self._roll_back()
                raise StoreError(
                    f"{self.path}: could not {doing}: a name or text in it is no valid Unicode. Rename the file or "
                    "correct the text; nothing was changed."
                ) from error
            except DAMAGE as error:
                self._roll_back()
                raise self.explained(error, doing) from error
            except BaseException:
                self._roll_back()
                raise

    def _begin(self) -> None:
        """Begins a write transaction when it is our turn. Raises sqlite3.Error after a long time."""
        since = time.monotonic()
        with self._turn():
            self.raw.execute("PRAGMA busy_timeout=0")
            try:
                while True:
                    try:
                        self.raw.execute("BEGIN IMMEDIATE")
                        return
                    except sqlite3.OperationalError as error:
                        if primary_code(error) != BUSY or time.monotonic() - since > BUSY_SECONDS:
                            raise
                        time.sleep(turns.EAGER)
            finally:
                self.raw.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")

    def _turn(self) -> contextlib.AbstractContextManager[turns.Turn]:
        return turns.take(self._real, BUSY_SECONDS)

    def _refuse_replaced(self, doing: str) -> None:
        if self.replaced():
            raise self._lost(doing)

    def _lost(self, doing: str) -> StoreError:
        return StoreError(
            f"{self.path}: could not {doing}: the file was moved, replaced or deleted while it was open, so nothing "
            "was kept. Open the portfolio again and repeat it."
        )

    def explained(self, error: BaseException, doing: str) -> StoreError:
        """The sentence for what SQLite refused, or what could not be read; `doing` completes "could not …"."""
        if self.replaced():
            # Whatever SQLite stumbled over, this is the reason.
            return self._lost(doing)
        return (damaged if isinstance(error, DAMAGE) else explain)(error, self.path, doing)

    def _heed_schema(self) -> None:
        """Has the schema looked at if it is another than before. Needs an open transaction."""
        if (now := _schema_version(self.raw)) != self._schema:
            if self._guard is not None:
                self._guard(self.path, self.raw)
            self._schema = now

    def read(self, doing: str, work: Callable[[sqlite3.Connection], T]) -> T:
        """`work` within one read transaction: all it sees is of one moment. Raises StoreError."""
        with self.lock:
            try:
                return self._read_at_rest(work) if self._at_rest else self._read(work)
            except (sqlite3.Error, OSError, *DAMAGE) as error:
                raise self.explained(error, doing) from error

    def data_version(self) -> int:
        """A number that changes when another connection has committed, or another file has taken the place."""
        with self.lock:
            if self._at_rest:
                return hash(self._fingerprint())
            try:
                return hash((self.raw.execute("PRAGMA data_version").fetchone()[0], wal.identity(self.path)))
            except sqlite3.Error as error:
                raise self.explained(error, "ask what changed in the store") from error

    def replaced(self) -> bool:
        """Whether the path now names another file than the one that is open (restored, deleted, moved), or none is."""
        # A file that comes later may get the very number of one that is open no more.
        return self._closed or self._moved()

    def _moved(self) -> bool:
        return wal.identity(self.path) != self._own.store

    def close(self) -> None:
        """Closes it; may be called twice."""
        with self.lock:
            if self._closed:
                return
            self._closed = True
            if self.read_only:
                self.raw.close()
                return
            # Whoever closes last deletes the log: not while another one is opening the store. Where the store was
            # moved nobody but us brings what is in the log to where it belongs.
            with turns.take(self._real, BUSY_SECONDS if self._moved() else CLOSING_SECONDS) as turn:
                if self._moved():
                    if wal.empty(self.raw, CLOSING_SECONDS) and turn.held:
                        wal.clear(self._real, self._own)
                    self.raw.close()
                    return
                # Before it is closed: if the file goes just now, SQLite leaves in the log what is there. Who else has
                # it open will do the same.
                wal.empty(self.raw, 0)
                self.raw.close()
                now = wal.Together.at(self._real)
                if turn.held and now.store != self._own.store:
                    wal.clear(self._real, self._own)
                elif turn.held:
                    turn.note(str(now))

    def _connect(self) -> sqlite3.Connection:
        if self.read_only:
            wal.refuse_strange(self._real, turns.noted(self._real))
            return self._connect_reader()
        with self._turn() as turn:
            if turn.held:
                wal.clear_strange(self._real, turn.read())
            wal.refuse_strange(self._real, turn.read())
            before = wal.Together.at(self._real)
            self._look()
            raw = opening.connect(self._real, "mode=rw", BUSY_SECONDS)
            # Remembers which files belong together, here and for who opens the store after us.
            self._own = wal.Together.at(self._real)
            if before.store == self._own.store:
                turn.note(str(self._own))
                return raw
            raw.close()  # it may be either of the two
            if not before.logs[0]:
                wal.clear(self._real, self._own)
        raise swapped(self.path)

    def _look(self) -> None:
        """Has the file looked at before SQLite may write it: merely to open another's database can change it."""
        if self._real.stat().st_size:
            raw = self._connect_reader()
            try:
                raw.execute("BEGIN")  # all that is asked is of one moment: another may just be making the store
                if self._guard is not None:
                    self._guard(self.path, raw)
                self._schema = _schema_version(raw)
            finally:
                raw.close()
            self._at_rest = False

    def _connect_reader(self) -> sqlite3.Connection:
        # A reader who can't write must not make -wal and -shm files: the writers could not use them. With no -wal
        # there, nobody is writing and the file alone is the whole truth, as long as it stays as it is.
        wal.refuse_journal(self._real)
        at_rest, own = not place.beside(self._real, "-wal").exists(), wal.Together.at(self._real)
        seen = self._fingerprint()
        raw = opening.connect(self._real, "mode=ro&immutable=1" if at_rest else "mode=ro", BUSY_SECONDS)
        self._at_rest, self._own, self._seen = at_rest, own, seen
        return raw

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self.raw.in_transaction:
            return work(self.raw)
        self.raw.execute("BEGIN")
        try:
            self._heed_schema()
            return work(self.raw)
        finally:
            self._roll_back()

    def _read_at_rest(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Reads a file that SQLite takes for unchanging, again if it did change meanwhile."""
        for _ in range(20):
            if self._fingerprint() != self._seen:
                self.raw.close()
                # Until it is open again, nothing that may lie there is what was seen.
                self._seen = (None,)
                self.raw = self._connect_reader()
                self._schema = -1
                if not self._at_rest:
                    return self._read(work)
            try:
                result = self._read(work)
            except (sqlite3.Error, StoreError, *DAMAGE):
                if self._fingerprint() == self._seen:
                    raise
                continue
            if self._fingerprint() == self._seen:
                return result
        raise StoreError(f"{self.path}: it changes faster than it can be read by a user who may not write. Try again.")

    def _roll_back(self) -> None:
        # A failed statement may have ended the transaction already; the first error is the one to tell.
        with contextlib.suppress(sqlite3.Error):
            if self.raw.in_transaction:
                self.raw.execute("ROLLBACK")

    def _fingerprint(self) -> tuple[object, ...]:
        try:
            found = self.path.stat()
        except OSError:
            return ()
        log = place.beside(self._real, "-wal").exists()
        return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, log)


def _schema_version(raw: sqlite3.Connection) -> int:
    """A number that changes whenever a table, index, trigger or view does."""
    return int(raw.execute("PRAGMA schema_version").fetchone()[0])
