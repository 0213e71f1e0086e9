"""The log of breaches: since when each has stood, over every run. A breach that comes back is a new entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

from cockpit.records.snapshot import Stood
from cockpit.store.errors import sqlite3


def log(raw: sqlite3.Connection, keys: Iterable[str], at: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Compares the breaches that stand now with the open entries: (raised, cleared), each in ascending order."""
    standing = set(keys)
    open_now = {key for (key,) in raw.execute("SELECT key FROM breaches WHERE cleared_at IS NULL")}
    raised, cleared = sorted(standing - open_now), sorted(open_now - standing)
    moment = at.isoformat()
    raw.executemany("INSERT INTO breaches (key, raised_at) VALUES (?, ?)", [(key, moment) for key in raised])
    raw.executemany(
        "UPDATE breaches SET cleared_at = ? WHERE key = ? AND cleared_at IS NULL", [(moment, key) for key in cleared]
    )
    return tuple(raised), tuple(cleared)


def lives(raw: sqlite3.Connection, day: date | None) -> dict[str, tuple[Stood, ...]]:
    """By key each time that a breach stood, earliest first, as it was known at the end of `day` (None: now)."""
    last = date.max if day is None else day
    found: dict[str, list[Stood]] = defaultdict(list)
    for key, *moments in raw.execute("SELECT key, raised_at, cleared_at FROM breaches ORDER BY id"):
        raised, cleared = (_moment(text) if text else None for text in moments)
        if raised is not None and raised.date() <= last:
            found[key].append(Stood(raised, cleared if cleared is not None and cleared.date() <= last else None))
    return {key: tuple(stood) for key, stood in found.items()}


def _moment(text: str) -> datetime:
    """A logged time, with its zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def first_seen(raw: sqlite3.Connection, day: date | None) -> dict[str, date]:
    """By key the day on which each breach that stood at the end of `day` (None: now) was raised."""
    if day is None:
        rows = raw.execute("SELECT key, raised_at FROM breaches WHERE cleared_at IS NULL ORDER BY id")
    else:
        rows = raw.execute(
            "SELECT key, raised_at FROM breaches WHERE substr(raised_at, 1, 10) <= ? "
            "AND (cleared_at IS NULL OR substr(cleared_at, 1, 10) > ?) ORDER BY id",
            (day.isoformat(), day.isoformat()),
        )
    return {key: date.fromisoformat(raised_at[:10]) for key, raised_at in rows}


class Log(NamedTuple):
    """The log now: since when each breach stands that does, and each time that one stood, as `lives` tells it."""

    first_seen: Mapping[str, date]
    lives: Mapping[str, tuple[Stood, ...]]


def known(raw: sqlite3.Connection, day: date | None) -> Log:
    """The log as it stood at the end of `day` (None: now)."""
    return Log(first_seen(raw, day), lives(raw, day))


class Memory:
    """The log now. Entries are added and closed once: of what was read only those are read again that were closed."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Keeps nothing."""
        self._last = 0
        self._open: dict[int, str] = {}
        """Entry → key of those that are open."""
        self._log = Log({}, {})

    def of(self, raw: sqlite3.Connection) -> Log:
        """The log as it stands."""
        last = raw.execute("SELECT coalesce(max(id), 0) FROM breaches").fetchone()[0]
        standing = {number for (number,) in raw.execute("SELECT id FROM breaches WHERE cleared_at IS NULL")}
        closed = [number for number in self._open if number not in standing]
        log, before = self._log, self._last
        if last != before or closed:
            follows = 0 < before <= last and len(standing) == len(self._open) - len(closed) + self._new(raw, before)
            log = (self._followed(raw, closed, before) if follows else None) or known(raw, None)
            self._open = dict(raw.execute("SELECT id, key FROM breaches WHERE cleared_at IS NULL"))
        self._last, self._log = last, log
        return log

    @staticmethod
    def _new(raw: sqlite3.Connection, after: int) -> int:
        found = raw.execute("SELECT count(*) FROM breaches WHERE id > ? AND cleared_at IS NULL", (after,))
        return int(found.fetchone()[0])

    def _followed(self, raw: sqlite3.Connection, closed: Iterable[int], after: int) -> Log | None:
        """The log as it went on; None where a key has more than one entry open, which this does not tell apart."""
        if len(set(self._open.values())) != len(self._open):
            return None
        seen, stood = dict(self._log.first_seen), dict(self._log.lives)
        for number in closed:
            sql = "SELECT key, cleared_at FROM breaches WHERE id = ?"
            for key, cleared in raw.execute(sql, (number,)).fetchall():
                del seen[key]
                ended = _moment(cleared)
                stood[key] = tuple(each if each.cleared else each._replace(cleared=ended) for each in stood[key])
        new = raw.execute("SELECT key, raised_at, cleared_at FROM breaches WHERE id > ? ORDER BY id", (after,))
        for key, raised, cleared in new:
            stood[key] = (*stood.get(key, ()), Stood(_moment(raised), _moment(cleared) if cleared else None))
            if not cleared:
                seen[key] = date.fromisoformat(raised[:10])
        return Log(seen, stood)
