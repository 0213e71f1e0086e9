"""The outbox: messages that people are to get, of what they were told, and which channel has taken which message.

A message is kept before it is sent and until every channel has taken it. Whoever sends claims it first, for as long as
a lease lasts, so that no two processes send the same one, and one that died in the middle loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from cockpit.notices.records import Claim, Failure, Item, Kind, Message, Outbox, Past, Standing, Told
from cockpit.store.connection import Connection
from cockpit.store.errors import DamageError, sqlite3
from cockpit.store.schema import DELIVERIES, MESSAGES

WAITING, DONE, VOID = "waiting", "done", "void"
"""States of a delivery. `void`: the charter names the channel no more, and another one got the message."""
KEPT = timedelta(days=60)
"""How long a message is kept after all of it was taken."""
LOST = timedelta(days=1)
"""Who has taken nothing for so long although something waits for them counts as lost."""

LARGEST = 1 << 20
"""Characters of the largest part of a message that is read back."""
_NUMBER = re.compile(r"[0-9a-z]{1,64}")

_MESSAGE = ", ".join(f"m.{name}" for name in MESSAGES)


class OutboxStore:
    """The outbox of one store. Raises StoreError like every other part of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def state(self, now: datetime) -> Outbox:
        """What everybody was told so far."""
        return self._connection.read("read the outbox", lambda raw: _state(raw, now))

    def put(self, messages: Iterable[Message], channels: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """Keeps new messages for the channels of their people; the ids of those that were kept.

        A message that tells what its person was told meanwhile, by whomever, is left out: it has to be planned anew.
        """
        kept: list[str] = []
        with self._connection.write("keep the messages") as raw:
            for message in messages:
                if not _is_told(raw, message):
                    _add(raw, message, channels.get(message.person, ()))
                    kept.append(message.id)
        return tuple(kept)

    def settle(self, channels: Mapping[str, Collection[str]], now: datetime) -> None:
        """Has what waits for a channel that its person has no more wait for those that they have; drops what is old.

        Who has no channel at all may be given one again: what is theirs waits as long as other messages are kept.
        """
        with self._connection.write("look through the outbox") as raw:
            for message, person, channel, made_at in _waiting(raw):
                current = channels.get(person, ())
                if (current and channel not in current) or (not current and made_at < _text(now - KEPT)):
                    raw.execute(
                        "UPDATE deliveries SET state = ? WHERE message = ? AND channel = ?", (VOID, message, channel)
                    )
                    _redirect(raw, message, current, now)
            _prune(raw, now - KEPT)

    def free(self, is_dead: Callable[[str], bool], now: datetime) -> None:
        """Takes back the leases of processes that run no more: what they were sending is due again."""
        with self._connection.write("take back leases") as raw:
            rows = raw.execute("SELECT DISTINCT holder FROM deliveries WHERE state = ? AND holder != ''", (WAITING,))
            for holder in [holder for (holder,) in rows.fetchall() if is_dead(holder)]:
                raw.execute(
                    "UPDATE deliveries SET holder = '', leased_until = '', next_try = ? WHERE state = ? AND holder = ?",
                    (_text(now), WAITING, holder),
                )

    def postpone(self, until: Mapping[str, datetime]) -> None:
        """Has nothing be sent to these people before these moments."""
        with self._connection.write("postpone messages") as raw:
            for person, moment in until.items():
                raw.execute(
                    "UPDATE deliveries SET next_try = ? WHERE state = ? AND next_try < ? "
                    "AND message IN (SELECT id FROM messages WHERE person = ?)",
                    (_text(moment), WAITING, _text(moment), person),
                )

    def claim(self, holder: str, now: datetime, until: datetime, room: Callable[[str, str], bool]) -> tuple[Claim, ...]:
        """Leases to `holder` what is due, the oldest first: each for which, by id and channel, there is `room`."""
        claims: list[Claim] = []
        with self._connection.write("claim messages") as raw:
            rows = raw.execute(
                f"SELECT d.channel, d.attempts, {_MESSAGE} FROM deliveries AS d JOIN messages AS m ON m.id = d.message "
                "WHERE d.state = ? AND d.next_try <= ? AND d.leased_until <= ? ORDER BY d.next_try, m.made_at, m.id",
                (WAITING, _text(now), _text(now)),
            ).fetchall()
            for channel, attempts, *values in rows:
                if room(str(values[0]), channel):
                    claim = Claim(_message(values), channel, attempts + 1)
                    _lease(raw, claim, holder, until)
                    claims.append(claim)
        return tuple(claims)

    def done(self, claim: Claim, at: datetime) -> None:
        """Notes that a channel has taken a message."""
        with self._connection.write("note a delivery") as raw:
            raw.execute(
                "UPDATE deliveries SET state = ?, done_at = ?, holder = '', leased_until = '', error = '' "
                "WHERE message = ? AND channel = ?",
                (DONE, _text(at), claim.message.id, claim.channel),
            )

    def failed(self, claim: Claim, error: str, next_try: datetime) -> None:
        """Notes why a channel has not taken a message, and when it is tried again."""
        with self._connection.write("note a failed delivery") as raw:
            raw.execute(
                "UPDATE deliveries SET next_try = ?, holder = '', leased_until = '', error = ? "
                "WHERE message = ? AND channel = ? AND state = ?",
                (_text(next_try), error, claim.message.id, claim.channel, WAITING),
            )

    def next_at(self) -> datetime | None:
        """When the next message is to be sent; None when all were taken."""
        sql = "SELECT min(max(next_try, leased_until)) FROM deliveries WHERE state = ?"
        found = self._connection.read("read the outbox", lambda raw: raw.execute(sql, (WAITING,)).fetchone()[0])
        return datetime.fromisoformat(found) if found else None

    def watched(self) -> frozenset[str]:
        """The keys of the breaches that the service has told of as raised, and not as cleared."""
        sql = "SELECT key FROM watched"
        rows = self._connection.read("read the outbox", lambda raw: raw.execute(sql).fetchall())
        return frozenset(key for (key,) in rows)

    def watch(self, raised: Iterable[str], cleared: Iterable[str]) -> None:
        """Notes of which breaches the service has told."""
        with self._connection.write("note what was told") as raw:
            raw.executemany("INSERT OR IGNORE INTO watched (key) VALUES (?)", [(key,) for key in raised])
            raw.executemany("DELETE FROM watched WHERE key = ?", [(key,) for key in cleared])

    def failures(self) -> tuple[Failure, ...]:
        """What was tried and not taken, the oldest first."""
        return self._connection.read("read the outbox", lambda raw: tuple(failures(raw)))


def failures(raw: sqlite3.Connection) -> Iterator[Failure]:
    """What was tried and not taken, the oldest first."""
    for message, person, channel, subject, attempts, next_try, error in raw.execute(
        "SELECT m.id, m.person, d.channel, m.subject, d.attempts, d.next_try, d.error FROM deliveries AS d "
        "JOIN messages AS m ON m.id = d.message WHERE d.state = ? AND d.error != '' "
        "ORDER BY m.made_at, m.id, d.channel",
        (WAITING,),
    ):
        yield Failure(
            message=message,
            person=person,
            channel=channel,
            subject=subject,
            attempts=attempts,
            next_try=datetime.fromisoformat(next_try),
            error=error,
        )


def known(raw: sqlite3.Connection) -> tuple[Message, ...]:
    """Every message that is kept, by the time it was made."""
    rows = raw.execute(f"SELECT {_MESSAGE} FROM messages AS m ORDER BY m.made_at, m.id")
    return tuple(_message(values) for values in rows)


def _state(raw: sqlite3.Connection, now: datetime) -> Outbox:
    standing: dict[str, list[Standing]] = {}
    for person, key, root, title, critical, owed in raw.execute(
        "SELECT person, key, root, title, critical, owed FROM tellings WHERE cleared_by = '' ORDER BY number"
    ):
        since = date.fromisoformat(owed) if owed else None
        standing.setdefault(person, []).append(Standing(key, root, title, bool(critical), since))
    days = {
        person: (date.fromisoformat(last), date.fromisoformat(digest) if digest else None)
        for person, last, digest in raw.execute(
            "SELECT person, max(day), max(CASE WHEN digest THEN day END) FROM messages GROUP BY person"
        )
    }
    people = {
        person: Past(
            standing=tuple(standing.get(person, ())),
            last_day=days.get(person, (None, None))[0],
            last_digest=days.get(person, (None, None))[1],
        )
        for person in sorted({*standing, *days})
    }
    return Outbox(people=people, lost=_lost(raw, now - LOST))


def _lost(raw: sqlite3.Connection, since: datetime) -> frozenset[str]:
    rows = raw.execute(
        "SELECT DISTINCT m.person FROM messages AS m JOIN deliveries AS d ON d.message = m.id "
        "WHERE d.state = ? AND d.attempts > 0 AND m.made_at < ? AND m.person NOT IN (SELECT t.person FROM messages "
        "AS t JOIN deliveries AS e ON e.message = t.id WHERE e.state = ? AND (e.done_at >= ? OR t.id = m.id))",
        (WAITING, _text(since), DONE, _text(since)),
    )
    return frozenset(person for (person,) in rows)


def _is_told(raw: sqlite3.Connection, message: Message) -> bool:
    """Whether somebody else has told any of it meanwhile."""
    for item in message.items:
        cleared = item.told is Told.CLEARED
        row = raw.execute(
            "SELECT count(*) FROM tellings WHERE person = ? AND key = ? AND cleared_by = '' AND (owed = ? OR ?)",
            (message.person, item.key, _day(item.owed), cleared),
        ).fetchone()
        if bool(row[0]) != cleared:
            return True
    return False


def _add(raw: sqlite3.Connection, message: Message, channels: Collection[str]) -> None:
    values = {name: getattr(message, name) for name in MESSAGES}
    values |= {"day": message.day.isoformat(), "made_at": _text(message.made_at)}
    values |= {name: int(values[name]) for name in ("critical", "digest")}
    _insert(raw, "messages", values)
    for item in message.items:
        _tell(raw, message, item)
    for channel in channels:
        _deliver(raw, message.id, channel, message.made_at)


def _tell(raw: sqlite3.Connection, message: Message, item: Item) -> None:
    if item.told is Told.CLEARED:
        raw.execute(
            "UPDATE tellings SET cleared_by = ? WHERE person = ? AND key = ? AND cleared_by = ''",
            (message.id, message.person, item.key),
        )
        return
    values: dict[str, object] = {
        "message": message.id,
        "person": message.person,
        "key": item.key,
        "told": item.told.value,
    }
    values |= {"root": item.root, "title": item.title, "owed": _day(item.owed), "cleared_by": ""}
    values["critical"] = int(item.critical)
    _insert(raw, "tellings", values)


def _deliver(raw: sqlite3.Connection, message: str, channel: str, at: datetime) -> None:
    values: dict[str, object] = dict.fromkeys(DELIVERIES, "")
    values |= {"message": message, "channel": channel, "state": WAITING, "next_try": _text(at)}
    _insert(raw, "deliveries", {**values, "attempts": 0})


def _insert(raw: sqlite3.Connection, table: str, values: Mapping[str, object]) -> None:
    raw.execute(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({','.join('?' * len(values))})", list(values.values())
    )


def _waiting(raw: sqlite3.Connection) -> list[tuple[str, str, str, str]]:
    rows = raw.execute(
        "SELECT d.message, m.person, d.channel, m.made_at FROM deliveries AS d JOIN messages AS m ON m.id = d.message "
        "WHERE d.state = ? AND d.holder = '' ORDER BY d.rowid",
        (WAITING,),
    )
    return rows.fetchall()


def _redirect(raw: sqlite3.Connection, message: str, channels: Collection[str], now: datetime) -> None:
    """Has a message wait for these channels, unless it waits for another one or was taken by one."""
    states = dict(raw.execute("SELECT channel, state FROM deliveries WHERE message = ?", (message,)).fetchall())
    if VOID not in states.values() or {WAITING, DONE} & set(states.values()):
        return
    for channel in channels:
        if channel in states:
            raw.execute(
                "UPDATE deliveries SET state = ?, next_try = ? WHERE message = ? AND channel = ?",
                (WAITING, _text(now), message, channel),
            )
        else:
            _deliver(raw, message, channel, now)


def _prune(raw: sqlite3.Connection, before: datetime) -> None:
    """Drops messages that were made and taken long ago, and of which nothing stands any more."""
    old = (
        "SELECT id FROM messages AS m WHERE made_at < ? "
        "AND NOT EXISTS (SELECT 1 FROM deliveries AS d WHERE d.message = m.id AND d.state = ?) "
        "AND NOT EXISTS (SELECT 1 FROM tellings AS t WHERE t.message = m.id AND t.cleared_by = '') "
        "AND NOT EXISTS (SELECT 1 FROM tellings AS t JOIN messages AS c ON c.id = t.cleared_by "
        "WHERE t.message = m.id AND c.made_at >= ?)"
    )
    given = (_text(before), WAITING, _text(before))
    gone = [(number,) for (number,) in raw.execute(old, given).fetchall()]
    for table, column in (("deliveries", "message"), ("tellings", "message"), ("messages", "id")):
        raw.executemany(f"DELETE FROM {table} WHERE {column} = ?", gone)


def _lease(raw: sqlite3.Connection, claim: Claim, holder: str, until: datetime) -> None:
    raw.execute(
        "UPDATE deliveries SET holder = ?, leased_until = ?, attempts = ? WHERE message = ? AND channel = ?",
        (holder, _text(until), claim.attempt, claim.message.id, claim.channel),
    )


def _message(values: Sequence[object]) -> Message:
    said = dict(zip(MESSAGES, values, strict=True))
    # It stands in headers of mails: whoever changes the store by hand must not be able to write others there.
    if not _NUMBER.fullmatch(str(said["id"])) or any(len(str(value)) > LARGEST for value in values):
        raise DamageError("a message in it is none that Cockpit wrote")
    return Message(
        id=str(said["id"]),
        person=str(said["person"]),
        kind=Kind(str(said["kind"])),
        day=date.fromisoformat(str(said["day"])),
        made_at=datetime.fromisoformat(str(said["made_at"])),
        subject=str(said["subject"]),
        body=str(said["body"]),
        data=str(said["data"]),
        critical=bool(said["critical"]),
        digest=bool(said["digest"]),
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _text(at: datetime) -> str:
    """A moment as text that sorts like the moments do."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
