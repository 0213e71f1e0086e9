"""The days before, in short: kept for this user (`cached`), so that what was judged once is found again.

Each day is kept under a key of all that its answer rests on: the program, the charter, what was read, signed, asked
for and logged by then, and what this user's machine remembers. So a new drop leaves the days before it as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date
from time import sleep
from typing import TYPE_CHECKING

from cockpit.engine.precision.latency import past_day
from cockpit.records.measures import PastDay
from cockpit.session import cached
from cockpit.session.remembered import bytes_of, made_of

if TYPE_CHECKING:
    from cockpit.charter.charter import Charter
    from cockpit.session.live import Session
    from cockpit.session.memory import Memory

TURN = 0.001
"""Seconds in which whoever waits for the session has it, in between what takes long."""
SHARE = 8
"""What is kept is written again when one in so many of its days is new."""
KIND = "past"
LEFT_OUT = ("notify", "chosen", "sources")
"""Of the charter: what no answer rests on, and what is told in an order of its own."""


class Lookback:
    """The days before of one session's portfolio."""

    def __init__(self, session: Session, past: Memory) -> None:
        self._session = session
        self._past = past
        self._days: dict[date, PastDay] = {}
        self._keys: dict[date, bytes] = {}
        self._mark: object = None
        """What this user remembered when the keys were made, and the day."""
        self._kept: dict[bytes, PastDay] | None = None
        """By key what lies in the user's cache."""
        self._fresh = 0

    def forget(self, since: date | None) -> None:
        """Drop what was made of `since` and of all days after it; None: nothing changed."""
        if since is not None:
            self._days = {day: past for day, past in self._days.items() if day < since}
            self._keys = {day: key for day, key in self._keys.items() if day < since}

    def days(self, last: date) -> Iterator[PastDay]:
        """Yield every day up to `last` on which something was observed.

        Years of them take many seconds: between two days whoever waits for the session, such as an update, has it.
        """
        dates = [day for day in self._session.dates() if day <= last]
        before: PastDay | None = None
        for day in dates:
            with self._session.turn():
                known = self._days.get(day)
                before = known or self._found(day) or self._judged(day, before)
                self._days[day] = before
            yield before
            if known is None:
                sleep(TURN)
        with self._session.turn():
            self._write()

    def _found(self, day: date) -> PastDay | None:
        """A day that was kept under the key that it has now."""
        self._session.heed_others()
        if day not in self._keys:
            self._mark, self._keys = self._now(), self._made_of()
        key = self._keys.get(day)
        if self._kept is None:
            self._kept = self._read()
        return self._kept.get(key) if key is not None else None

    def _judged(self, day: date, before: PastDay | None) -> PastDay:
        """A day that is judged now; of what it was made of only that stays which later days need."""
        stood = self._past.recall(day, day) is not None
        found = past_day(self._session.assess(day), before)
        if not stood:
            self._past.put_away(day)
        key = self._keys.get(day)
        if key is not None and self._kept is not None and self._mark == self._now():
            self._kept[key] = found
            self._fresh += 1
            if self._fresh * SHARE > len(self._kept):
                self._write()
        return found

    # What it rests on

    def _now(self) -> object:
        return self._session.keeping_mark(), self._session.now().astimezone(UTC).date()

    def _made_of(self) -> dict[date, bytes]:
        """By day the key of all that its answer rests on; only of days that are over."""
        own, dated = self._session.past_rests_on()
        rows = sorted((*self._session.store.daily(), *dated), key=lambda row: row[0])
        today = self._session.now().astimezone(UTC).date()
        # A key or a mandate that ends makes another of what was signed before: by the day, to be sure.
        ends = str(today) if any("until" in repr(values) for _, values in rows) else ""
        where, charter = str(self._session.folder.resolve()), said(self._session.charter)
        whole = hashlib.sha256(cached.key_of((cached.program(), where, charter, own, ends)))
        found: dict[date, bytes] = {}
        place = 0
        for day in (each for each in self._session.dates() if each < min(today, self._session.today())):
            while place < len(rows) and rows[place][0] <= day.isoformat():
                whole.update(repr(rows[place]).encode("utf-8", "surrogateescape"))
                place += 1
            found[day] = hashlib.sha256(f"{day} {whole.hexdigest()}".encode()).digest()
        return found

    # What is kept

    def _read(self) -> dict[bytes, PastDay]:
        data = cached.recall(cached.name(self._session, KIND), self._file_key())
        found = made_of(data) if data is not None else None
        rows = found if isinstance(found, dict) else {}
        return {key: past for key, past in rows.items() if isinstance(key, bytes) and isinstance(past, PastDay)}

    def _write(self) -> None:
        """Keep what was found, without the days whose keys are no more."""
        if not self._fresh or self._kept is None:
            return
        keys = set(self._keys.values())
        self._kept = {key: past for key, past in self._kept.items() if key in keys}
        self._fresh = 0
        cached.keep(cached.name(self._session, KIND), self._file_key(), bytes_of(self._kept))

    def _file_key(self) -> bytes:
        return cached.key_of((KIND, cached.program()))


def said(charter: Charter) -> tuple[object, ...]:
    """What the charter says that an answer may rest on, as plain values."""
    rest: Mapping[str, object] = {name: value for name, value in charter if name not in LEFT_OUT}
    sources = [dict(each) for each in charter.sources]
    return rest, sorted(charter.chosen), sources, sorted(charter.settings.items())
