"""One connection to the store's file: how it is opened, how it writes, how it reads."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from sqlite_utils import Database

from cockpit.store import place
from cockpit.store.errors import BUSY, StoreError, explain, primary_code, sqlite3

BUSY_SECONDS = 30.0
"""How long a writer waits for the others before it gives up."""

SAFE_SQLITE = (3, 51, 3)
"""Older libraries can corrupt a WAL database under several writers."""

T = TypeVar("T")


class Connection:
    """A connection in WAL mode with synchronous=FULL. Calls from several threads take turns.

    `read_only` is true where this user may not write: everything can be read, `write()` raises StoreError.
    """

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self.lock = threading.RLock()
        self._at_rest = False
        self._seen: tuple[object, ...] = ()
        self.raw = self._connect()

    @classmethod
    def open(cls, path: Path) -> Connection:
        """Makes the file if need be and connects. Raises StoreError with what to do about it."""
        place.refuse_network(path)
        place.ensure_file(path)
        try:
            return cls(path, read_only=not place.may_write(path))
        except sqlite3.Error as error:
            raise explain(error, path, "open the store") from error

    @property
    def database(self) -> Database:
        """The same connection through sqlite-utils. Its `atomic()` begins deferred: write inside `write()`."""
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
        found.append(place.sticky_advice(self.path))
        return " ".join(sentence for sentence in found if sentence)

    def use_wal(self) -> None:
        """Turns the file to WAL, which it stays for good. Waits for others that are just doing the same."""
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                # SQLite does not ask the busy handler when it changes the mode.
                if self.raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                    self.raw.execute("PRAGMA journal_mode=WAL").fetchone()
                return
            except sqlite3.OperationalError as error:
                if primary_code(error) != BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    @contextlib.contextmanager
    def write(self, doing: str) -> Iterator[sqlite3.Connection]:
        """One write transaction, begun IMMEDIATE so that it never has to be upgraded under another writer.

        Whatever is raised inside rolls all of it back. Raises StoreError for what SQLite refuses; `doing` completes
        "could not …".
        """
        if self.read_only:
            raise StoreError(
                f"{self.path}: could not {doing}: this user may only read it. Ask its owner for write access to the "
                "file and its folder."
            )
        with self.lock:
            try:
                self.raw.execute("BEGIN IMMEDIATE")
                yield self.raw
                self.raw.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise explain(error, self.path, doing) from error
            except UnicodeError as error:
                self._roll_back()
                raise StoreError(
                    f"{self.path}: could not {doing}: a name or text in it is no valid Unicode. Rename the file or "
                    "correct the text; nothing was changed."
                ) from error
            except BaseException:
                self._roll_back()
                raise

    def read(self, doing: str, work: Callable[[sqlite3.Connection], T]) -> T:
        """`work` within one read transaction: all it sees is of one moment. Raises StoreError."""
        with self.lock:
            try:
                return self._read_at_rest(work) if self._at_rest else self._read(work)
            except sqlite3.Error as error:
                raise explain(error, self.path, doing) from error

    def data_version(self) -> int:
        """A number that changes when another connection has committed."""
        with self.lock:
            if self._at_rest:
                return hash(self._fingerprint())
            try:
                return int(self.raw.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error as error:
                raise explain(error, self.path, "ask what changed in the store") from error

    def replaced(self) -> bool:
        """Whether the path now names another file than the one that is open (restored, deleted, moved)."""
        return self._identity() != self._opened_as

    def close(self) -> None:
        """Closes it; may be called twice."""
        with self.lock:
            self.raw.close()

    def _connect(self) -> sqlite3.Connection:
        # A reader who can't write must not make -wal and -shm files: the writers could not use them. With no -wal
        # there, nobody is writing and the file alone is the whole truth, as long as it stays as it is.
        self._at_rest = self.read_only and not self.path.with_name(self.path.name + "-wal").exists()
        self._opened_as = self._identity()
        self._seen = self._fingerprint()
        mode = "mode=ro&immutable=1" if self._at_rest else ("mode=ro" if self.read_only else "mode=rw")
        raw = sqlite3.connect(
            f"file:{quote(str(self.path.absolute()))}?{mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            raw.execute("PRAGMA synchronous=FULL")
            raw.execute("PRAGMA foreign_keys=ON")
            raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            raw.close()
            raise
        return raw

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self.raw.in_transaction:
            return work(self.raw)
        self.raw.execute("BEGIN")
        try:
            return work(self.raw)
        finally:
            self._roll_back()

    def _read_at_rest(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Reads a file that SQLite takes for unchanging, again if it did change meanwhile."""
        for _ in range(20):
            if self._fingerprint() != self._seen:
                self.raw.close()
                self.raw = self._connect()
                if not self._at_rest:
                    return self._read(work)
            try:
                result = self._read(work)
            except sqlite3.Error:
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

    def _identity(self) -> tuple[int, int]:
        try:
            found = self.path.stat()
        except OSError:
            return (0, 0)
        return (found.st_dev, found.st_ino)

    def _fingerprint(self) -> tuple[object, ...]:
        try:
            found = self.path.stat()
        except OSError:
            return ()
        wal = self.path.with_name(self.path.name + "-wal").exists()
        return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, wal)
