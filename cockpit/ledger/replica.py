"""This user's own copy of a ledger: every statement that was ever good in a portfolio folder on this machine.

Whoever may write a shared folder may take statements out of it; this copy lies where they can't reach
(`$XDG_STATE_HOME/cockpit/replicas`, mode 0700). It is a bundle to which lines are only added. Its statements are judged
like all others. Only a signature that this very user's sessions have verified is not computed again: the line carries a
mark over its bytes, made with a secret of the user's own, so that no file from elsewhere brings that with it.
"""

from __future__ import annotations

import fcntl
import hmac
import os
import secrets
import stat
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cockpit.basics.classes import dataclass
from cockpit.basics.plainfiles import small
from cockpit.basics.text import one_line
from cockpit.ledger import pins
from cockpit.records.model import Statement
from cockpit.trust import bundle, statements
from cockpit.trust.bundle import Pair, pair_of

MOST_REJECTED = 1_000
MAX_REJECTED = 16 << 20
"""Rejected statements that are kept, and their bytes: anybody can make any number of them."""
PATIENCE = 3.0
"""Seconds to wait for this user's other sessions, which hold the file for milliseconds."""
_STEP = 0.005
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement of the replica. `good`: it was, when it was seen."""

    pair: Pair
    seen: datetime | None
    good: bool

    @property
    def statement(self) -> Statement:
        """The statement, not yet verified."""
        return statements.load(*self.pair)


class Room:
    """What is left for rejected statements beside those that are held."""

    def __init__(self, held: Iterable[Pair]) -> None:
        self._count = self._bytes = 0
        for pair in held:
            self._add(pair)

    def takes(self, pair: Pair) -> bool:
        """Whether there is room for one more; then it is taken."""
        if self._count >= MOST_REJECTED or self._bytes + _size(pair) > MAX_REJECTED:
            return False
        self._add(pair)
        return True

    def _add(self, pair: Pair) -> None:
        self._count += 1
        self._bytes += _size(pair)


def _size(pair: Pair) -> int:
    return len(pair[0]) + len(pair[1])


class Replica:
    """The copy of one portfolio folder. A user whose state can't be read or written goes on without one."""

    def __init__(self, folder: Path) -> None:
        self.path = pins.state_folder() / "replicas" / f"{pins.name_of(folder)}{bundle.SUFFIX}"
        self.kept: dict[Pair, Kept] = {}
        self.verified: set[Pair] = set()
        """Whose signature fits, as this user's sessions have found."""
        self._told: object = None
        """The statements of which nothing was new when they were remembered last."""
        self._file = (0, 0)
        self._read = 0
        self._secret = b""

    @property
    def mark(self) -> tuple[tuple[int, int], int]:
        """What tells whether anything was read of it since."""
        return self._file, self._read

    def refresh(self) -> None:
        """Read what this user's other sessions have added; at first, all."""
        with suppress(OSError):
            found = self.path.stat()
            if not stat.S_ISREG(found.st_mode):
                return
            if (found.st_dev, found.st_ino) == self._file and found.st_size == self._read:
                return
            with self.path.open("rb") as file, _locked(file, shared=True):
                self._catch_up(file)

    def _catch_up(self, file: BinaryIO) -> None:
        found = os.fstat(file.fileno())
        if (found.st_dev, found.st_ino) != self._file or found.st_size < self._read:
            self._file, self._read = (found.st_dev, found.st_ino), 0
        file.seek(self._read)
        data = file.read(bundle.MAX_BUNDLE)
        self._read += len(data)
        secret = self._own_secret()
        for each in bundle.read(data):
            if isinstance(each, bundle.Line):
                self._take(each, secret)

    def _take(self, found: bundle.Line, secret: bytes) -> None:
        pair, good = found.pair, "verdict" not in found.notes
        before = self.kept.get(pair)
        if before is None or (good and not before.good):
            self.kept[pair] = Kept(pair, _moment(found.notes.get("seen", "")), good)
        if hmac.compare_digest(found.notes.get("mark", "").encode(), _mark(secret, pair).encode()):
            self.verified.add(pair)

    def remember(self, judged: Collection[Statement], now: datetime) -> None:
        """Add the statements that are not there yet: the good ones, of the others as many as there is room for."""
        if judged is self._told:  # what is there stays there
            return
        new = [s for s in judged if not self._has(s)]
        self._told = None if new else judged
        room = Room(kept.pair for kept in self.kept.values() if not kept.good) if new else None
        wanted = [s for s in new if not s.verdict or (room is not None and room.takes(pair_of(s)))]
        if wanted:
            with suppress(OSError):
                self._append(wanted, now)

    def _has(self, statement: Statement) -> bool:
        """Whether it is there as what it is now: good once is good for ever, and rejected once may become good."""
        kept = self.kept.get(pair_of(statement))
        return kept is not None and (kept.good or bool(statement.verdict))

    def _append(self, wanted: Sequence[Statement], now: datetime) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        pins.state_folder().chmod(0o700)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, 0o600)
        with os.fdopen(descriptor, "r+b") as file, _locked(file, shared=False):
            self._catch_up(file)
            # A session that was killed in mid-line leaves it torn; the next line must not continue it.
            torn = self._read > 0 and os.pread(descriptor, 1, self._read - 1) != b"\n"
            lines = [self._line(s, now) for s in wanted if not self._has(s)]
            file.write((b"\n" if torn else b"") + b"".join(lines))
            file.flush()
            os.fsync(descriptor)
            self._catch_up(file)

    def _line(self, statement: Statement, now: datetime) -> bytes:
        pair = pair_of(statement)
        notes = {"seen": now.isoformat(timespec="seconds")}
        if statement.verdict:
            notes["verdict"] = one_line(statement.verdict, 500)
        else:
            notes["mark"] = _mark(self._own_secret(), pair)
        return bundle.line(*pair, notes)

    def _own_secret(self) -> bytes:
        """This user's secret, made when it is asked for first. Where it can't be kept it ends with the process."""
        if not self._secret:
            self._secret = _secret_at(self.path.with_name("secret")) or secrets.token_bytes(_SECRET_BYTES)
        return self._secret

    def forget(self) -> Path | None:
        """Put the copy aside, so that the next session begins anew; where it lies now. Raises OSError."""
        aside = self.path.with_name(f"{self.path.stem}.forgotten{bundle.SUFFIX}")
        try:
            return self.path.replace(aside)
        except FileNotFoundError:
            return None


def _mark(secret: bytes, pair: Pair) -> str:
    payload, signature = pair
    # The length first, so that no byte can move from one to the other.
    message = len(payload).to_bytes(8, "big") + payload + signature.encode()
    return hmac.digest(secret, message, "sha256").hex()


def _secret_at(path: Path) -> bytes:
    """The secret that is kept there, made if there is none; empty where none can be kept."""
    with suppress(OSError):
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            passing = path.with_name(f".secret-{secrets.token_hex(8)}")
            descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(_SECRET_BYTES))
            # A link, which fails where another session was quicker: all of them go by one secret.
            with suppress(FileExistsError):
                os.link(passing, path)
            passing.unlink()
        found = small(path, _SECRET_BYTES) or b""
        return found if len(found) == _SECRET_BYTES else b""
    return b""


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


@contextmanager
def _locked(file: BinaryIO, *, shared: bool) -> Iterator[None]:
    """Keep this user's other sessions from writing meanwhile; closing the file lets them again.

    One that was stopped while it wrote keeps nobody waiting for ever: then it is read all the same, and not written.
    Raises BlockingIOError.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file.fileno(), (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                if shared:
                    break
                raise
            time.sleep(_STEP)
    yield
