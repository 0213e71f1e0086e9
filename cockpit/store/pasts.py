"""The past of rows that say otherwise than before in what binds, that are gone, or that came later than the others.

Progress is passed over (states, actual dates that come, percentages), and so are titles: of a hundred thousand rows few
are left. A dated drop that was corrected never was, and a row that stands in another file is not gone.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from cockpit.records.edits import Claim, Pasts, Step, Stretch
from cockpit.records.model import Origin, Record, State
from cockpit.records.snapshot import Assignment
from cockpit.store import queries, settings
from cockpit.store.codec import CODECS
from cockpit.store.errors import sqlite3
from cockpit.store.line import Line
from cockpit.store.marks import Touched
from cockpit.store.nested import decode_moment

V = TypeVar("V")
_PROGRESS = ("state", "actual_start", "actual_finish")
FREE: Mapping[str, tuple[str, ...]] = {
    "objectives": ("title", "extra"),
    "kpis": ("title", "extra"),
    "readings": ("extra",),
    "projects": ("title", "extra", *_PROGRESS),
    "work_items": (
        "title", "extra", "status", *_PROGRESS, "remaining_days", "percent", "effort", "updated", "owner",
    ),
    "links": ("extra",),
    "dependencies": ("title", "extra", "logged_on", "discovered"),
    "people": ("extra",),
    "teams": ("extra",),
    "calendars": ("title", "extra"),
}  # fmt: skip
"""Tables whose past is told, and their columns that bind nothing: all others do."""

_OPEN = "(known_to IS NULL OR known_to > :day)"
_ROW = "source || ' ' || row_copy"
_LEFT = (
    f"count(DISTINCT CASE WHEN source IN (SELECT value FROM json_each(:standing)) THEN {_ROW} END) > "
    f"count(DISTINCT CASE WHEN {_OPEN} THEN {_ROW} END)"
)
"""One of several rows of a key is gone from a file that is still there: of a renamed file all rows are elsewhere."""
_RESTS = "duration_days IS NULL AND coalesce(state, 'todo') = 'todo' AND coalesce(percent, 0) = 0"
"""Where what is left of work may be its duration: a row that has none, of work that is not begun. Actual dates do not
tell here: they may be yet to come."""
_TAKEN_BACK = "count(DISTINCT {0}) > 1 OR (count({0}) > 0 AND count(CASE WHEN " + _OPEN + " THEN {0} END) = 0)"
_ALSO: Mapping[str, str] = {
    "projects": _TAKEN_BACK.format("actual_finish"),
    "work_items": " OR ".join(
        (
            _TAKEN_BACK.format("actual_start"),
            _TAKEN_BACK.format("actual_finish"),
            f"(count(state) > 0 AND count(CASE WHEN {_OPEN} THEN state END) = 0)",
            f"count(DISTINCT CASE WHEN {_RESTS} THEN coalesce(remaining_days, '') END) > 1",
            "(max(percent > 0) = 1 AND "
            f"coalesce(max(CASE WHEN {_OPEN} THEN percent > 0 OR state = 'done' END), 0) = 0)",
            f"(max(state = 'done') = 1 AND coalesce(max(CASE WHEN {_OPEN} THEN state = 'done' END), 0) = 0)",
            "(count(DISTINCT coalesce(owner, '')) > 1 AND row_key IN (SELECT predecessor FROM links "
            "WHERE known_from <= :day))",
        )
    ),
}
"""What makes a row tell of its past besides the columns that bind: an actual date that was changed or taken back, work
that is done no longer, a state or a percentage that is told no more, another rest of work that tells no duration,
another owner of what others wait for."""


_STATES: Mapping[str | None, State] = {str(state): state for state in State}


class _Found(NamedTuple):
    """Keys of one table: those whose past is told, and those that came later than the readings the store began with."""

    told: frozenset[str]
    newer: frozenset[str]


def maps_by_extra(rules: Iterable[Assignment]) -> bool:
    """Whether a rule of the charter maps work by a column that Cockpit has no name for."""
    return any(rule.field.strip().casefold() not in CODECS["work_items"].columns for rule in rules)


class Records:
    """Records of rows as they were kept, made once: the past of one day is nearly all of the past of the next."""

    def __init__(self, limit: int = 20_000) -> None:
        self._made: dict[tuple[str, bytes, Origin | None], Record] = {}
        self._limit = limit

    def of(self, table: str, digest: bytes, values: Sequence[Any], origin: Origin | None) -> Record:
        """The record of a row of a table that stands there. Raises DamageError where it does not have this hash."""
        key = (table, digest, origin)
        found = self._made.get(key)
        if found is None:
            codec = CODECS[table]
            found = codec.decode(codec.verified(digest, values), origin)
            if len(self._made) >= self._limit:
                self._made.clear()
            self._made[key] = found
        return found


class Memory:
    """The past as it was known on a few days, as long as nothing new becomes known."""

    def __init__(self, limit: int = 4) -> None:
        self._kept: OrderedDict[tuple[object, ...], Pasts] = OrderedDict()
        self._limit = limit
        self._records = Records()

    def of(self, raw: sqlite3.Connection, day: date, *, extra: bool = False) -> Pasts:
        """What is told of the past as it was known at the end of a day; `extra` as in `known`."""
        marks = raw.execute("SELECT (SELECT max(id) FROM imports), (SELECT max(id) FROM settings)").fetchone()
        key = (day, extra, *marks)
        if key not in self._kept:
            self._kept[key] = known(raw, day, extra=extra, records=self._records)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        return self._kept[key]


def known(
    raw: sqlite3.Connection, day: date, *, extra: bool = False, line: Line | None = None, records: Records | None = None
) -> Pasts:
    """All that is told of the past as it was known at the end of a day; `line`: its readings, where they are known;
    `records`: those that were made for other days.

    `extra`: the columns of work items that Cockpit has no name for bind too, since the charter maps work by them.
    """
    line = line or Line(raw, day)
    records = records or Records()
    told = {table: _tell(raw, table, day, line, _candidates(raw, table, line), records, extra=extra) for table in FREE}
    return Pasts(
        rows={table: rows for table, (rows, _) in told.items() if rows},
        newer={table: newer for table, (_, newer) in told.items() if newer},
        claims=_claims(raw, day, line),
        rewritten=line.rewritten(),
        removed=line.removed(),
        settings=settings.known(raw, day),
    )


def renewed(
    raw: sqlite3.Connection, before: Pasts, line: Line, touched: Touched, records: Records, *, extra: bool
) -> Pasts:
    """All that is told of the past now: what was told before, asked again of the rows that were touched since.

    `line` was only extended since then; `records` as in `known`.
    """
    rows, newer, claims = dict(before.rows), dict(before.newer), before.claims
    for table, keys in _asked(raw, touched).items():
        told, came = _tell(raw, table, date.max, line, keys, records, extra=extra)
        rows[table] = _patched(before.rows.get(table, {}), keys, told)
        newer[table] = _patched(before.newer.get(table, {}), keys, came)
        if table == "work_items":
            claims = _patched(claims, keys, _claims(raw, date.max, line, keys))
    return Pasts(
        rows={table: rows[table] for table in FREE if rows.get(table)},
        newer={table: newer[table] for table in FREE if newer.get(table)},
        claims=claims,
        rewritten=line.rewritten(),
        removed=line.removed(),
        settings=settings.known(raw, date.max),
    )


def _asked(raw: sqlite3.Connection, touched: Touched) -> dict[str, frozenset[str]]:
    """The rows of which more or less may be told than before: an owner counts of what others wait for."""
    found = {table: touched[table] for table in FREE if table in touched}
    if links := touched.get("links"):
        only, values = queries.among(links)
        awaited = raw.execute(f"SELECT DISTINCT predecessor FROM links WHERE 1{only}", values)
        found["work_items"] = found.get("work_items", frozenset()) | {name for (name,) in awaited}
    return found


def _patched(before: Mapping[str, V], keys: Iterable[str], now: Mapping[str, V]) -> Mapping[str, V]:
    """What was told before, with what is told now of these keys; in the order of all keys."""
    gone = [key for key in keys if key in before and key not in now]
    if not gone and not now:
        return before
    found = dict(before)
    for key in gone:
        del found[key]
    found.update(now)
    return dict(sorted(found.items(), key=itemgetter(0))) if found.keys() != before.keys() else found


def _candidates(raw: sqlite3.Connection, table: str, line: Line) -> list[str]:
    """The rows of which anything may be told: of one that is as the store began with it there is nothing."""
    rows = raw.execute(
        f"SELECT row_key FROM {table} GROUP BY row_key HAVING count(*) > 1 UNION SELECT row_key FROM {table} "
        "WHERE closed_by IS NOT NULL OR opened_by NOT IN (SELECT value FROM json_each(?))",
        (line.initial,),
    )
    return [key for (key,) in rows]


def _tell(
    raw: sqlite3.Connection, table: str, day: date, line: Line, keys: Collection[str], records: Records, *, extra: bool
) -> tuple[dict[str, tuple[Stretch, ...]], dict[str, Step]]:
    """What is told of these keys: what their rows said, and when those appeared that came later."""
    if not keys:
        return {}, {}
    binding = _binding(table, extra=extra)
    found = _look(raw, table, day, line, binding, keys)
    rows = _stretches(raw, table, day, found.told, line, binding, records) if found.told else {}
    return rows, _appeared(raw, table, day, found.newer, line) if found.newer else {}


def _binding(table: str, *, extra: bool) -> str:
    """The columns that bind, as one text."""
    columns = [name for name in CODECS[table].columns if name not in FREE[table]]
    columns += ["extra"] if extra and table == "work_items" else []
    return " || char(31) || ".join(f'coalesce(v."{name}", char(30))' for name in columns)


def _look(raw: sqlite3.Connection, table: str, day: date, line: Line, binding: str, keys: Collection[str]) -> _Found:
    also = f" OR {_ALSO[table]}" if table in _ALSO else ""
    rows = raw.execute(
        f"""
        SELECT row_key, told, newer FROM (
          SELECT row_key, max({_OPEN}) = 0 OR count(DISTINCT {binding}) > 1 OR {_LEFT}{also} AS told,
            max(opened_by IN (SELECT value FROM json_each(:initial))) = 0 AS newer
          FROM {table} AS v WHERE known_from <= :day AND {queries.COUNTS}
          AND row_key IN (SELECT value FROM json_each(:keys)) GROUP BY row_key
        ) WHERE told OR newer
        """,
        {
            "day": day.isoformat(),
            "initial": line.initial,
            "standing": line.standing,
            "keys": json.dumps(sorted(keys)),
        },
    ).fetchall()
    return _Found(frozenset(r[0] for r in rows if r[1]), frozenset(r[0] for r in rows if r[2]))


def _appeared(raw: sqlite3.Connection, table: str, day: date, keys: frozenset[str], line: Line) -> dict[str, Step]:
    rows = raw.execute(
        f"SELECT row_key, opened_by FROM {table} AS v WHERE known_from <= :day AND {queries.COUNTS} "
        "AND row_key IN (SELECT value FROM json_each(:keys)) ORDER BY row_key",
        {"day": day.isoformat(), "keys": json.dumps(sorted(keys))},
    )
    return {key: min(line.step(number) for _, number in found) for key, found in groupby(rows, itemgetter(0))}


def _stretches(
    raw: sqlite3.Connection, table: str, day: date, keys: frozenset[str], line: Line, binding: str, records: Records
) -> dict[str, tuple[Stretch, ...]]:
    columns = ", ".join(f'v."{column}"' for column in CODECS[table].columns)
    rows = raw.execute(
        f"SELECT row_key, source, row_copy, opened_by, CASE WHEN {_OPEN} THEN NULL ELSE closed_by END, "
        f"{binding}, content_hash, {columns} FROM {table} AS v WHERE known_from <= :day AND {queries.COUNTS} "
        "AND row_key IN (SELECT value FROM json_each(:keys)) "
        "ORDER BY row_key, source, row_copy, known_from, opened_by",
        {"day": day.isoformat(), "keys": json.dumps(sorted(keys))},
    )
    return {
        key: tuple(
            sorted(
                _told(table, found, line, records), key=lambda stretch: (stretch.since, stretch.source, stretch.copy)
            )
        )
        for key, found in groupby(rows, itemgetter(0))
    }


def _told(table: str, rows: Iterable[tuple[Any, ...]], line: Line, records: Records) -> Iterator[Stretch]:
    """The stretches of one key. What follows at once and binds the same, in the same stage of its work, is one."""
    columns = CODECS[table].columns
    for (source, copy), found in groupby(rows, itemgetter(1, 2)):
        standing: Stretch | None = None
        said: object = None
        for _, _, _, opened_by, closed_by, binding, digest, *values in found:
            since, until = line.step(opened_by), None if closed_by is None else line.step(closed_by)
            if opened_by in line.late:  # it never ruled while it was known: what stood before it stood on
                if standing is not None and standing.until == since:
                    standing = standing._replace(until=until)
                continue
            says = (binding, _stage(columns, values))
            if standing is not None and said == says and standing.until == since:
                standing = standing._replace(until=until)
                continue
            if standing is not None:
                yield standing
            origin = None if closed_by is None else Origin(line.last_path(source, closed_by))
            record = records.of(table, digest, values, origin)
            standing, said = Stretch(source, copy, since, until, record), says
        if standing is not None:
            yield standing


def _stage(columns: Mapping[str, type], values: Sequence[Any]) -> tuple[Any, ...]:
    """What else must be told apart: begun or done, its actual dates, whose it is, what it was called last, and what is
    left where that is its duration."""
    said = dict(zip(columns, values, strict=True))
    percent = bool(said.get("percent"))
    begun = percent or said.get("state") not in (None, "todo")
    rest = None if begun or said.get("duration_days") is not None else said.get("remaining_days")
    return (percent, rest, *(said.get(name) for name in ("state", "actual_start", "actual_finish", "owner", "title")))


def _claims(
    raw: sqlite3.Connection, day: date, line: Line, keys: Collection[str] | None = None
) -> dict[str, tuple[tuple[Claim, ...], ...]]:
    only = "" if keys is None else "AND row_key IN (SELECT value FROM json_each(:keys))"
    open_ = (
        f"known_from <= :day AND {_OPEN} AND coalesce(state, '') != 'done' "
        "AND (actual_finish IS NULL OR substr(actual_finish, 1, 10) > known_from)"
    )
    rows = raw.execute(
        f"""
        SELECT row_key, source, row_copy, opened_by, duration_days, remaining_days, percent, state, actual_start
        FROM work_items AS v WHERE known_from <= :day AND {queries.COUNTS} AND (row_key, source, row_copy) IN (
          SELECT row_key, source, row_copy FROM work_items WHERE {open_} AND row_key IN (
            SELECT row_key FROM work_items
            WHERE {open_} AND (actual_start IS NOT NULL OR state IN ('doing', 'blocked') OR percent > 0) {only}
          )
        ) ORDER BY row_key, source, row_copy, known_from, opened_by
        """,
        {"day": day.isoformat(), "keys": json.dumps(sorted(keys or ()))},
    )
    claims = {
        key: tuple(
            line_
            for (source, _), own in groupby(found, itemgetter(1, 2))
            if len(line_ := _claims_of(own, source, line)) > 1
        )
        for key, found in groupby(rows, itemgetter(0))
    }
    return {key: found for key, found in claims.items() if found}


def _claims_of(rows: Iterable[tuple[Any, ...]], source: str, line: Line) -> tuple[Claim, ...]:
    found: list[Claim] = []
    said: object = None
    for _, _, _, opened_by, *values in rows:
        if values == said:
            continue
        said = values
        duration, remaining, percent, state, start = values
        since = line.step(opened_by)
        found.append(
            Claim(
                since=since,
                before=line.before(source, since.on),
                duration=duration,
                remaining=remaining,
                percent=percent,
                state=_STATES.get(state),
                actual_start=decode_moment(start) if start else None,
            )
        )
    return tuple(found)
