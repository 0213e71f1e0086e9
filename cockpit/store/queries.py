"""What was known on a day: the state of the sources, and what only history can tell.

The view of day D is, for each source, the content of the last reading known on D or before.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from cockpit.records.model import Dependency
from cockpit.records.snapshot import SourceFile
from cockpit.store import imports, layout
from cockpit.store.codec import CODECS
from cockpit.store.contents import columns
from cockpit.store.errors import sqlite3
from cockpit.store.imports import Import, Outcome
from cockpit.store.layout import RowId

COUNTS = (
    "(v.closed_by IS NULL OR v.known_from < v.known_to OR (SELECT claimed FROM imports WHERE id = v.closed_by) = 0)"
)
"""A version that was true for some time. A second reading of one dated drop corrects the first, which then never was;
an undated file that changes twice on a day had both states, one after the other."""


def source_files(raw: sqlite3.Connection, day: date) -> tuple[SourceFile, ...]:
    """Every source known on `day`, by name. A failed one keeps the rows and problems of its last good reading."""
    good = imports.ruling(raw, day)
    latest = imports.ruling(raw, day, failed=True)
    since = imports.first_read(raw, day)
    found = (_source_file(good.get(name), attempt, since.get(name)) for name, attempt in latest.items())
    return tuple(source for source in found if source is not None)


def _source_file(good: Import | None, latest: Import, since: date | None) -> SourceFile | None:
    failed = latest.status is Outcome.FAILED
    standing = good if good is not None and good.status is Outcome.OK else None
    shown = latest if failed else standing
    if shown is None:
        return None
    truth = standing or latest
    return SourceFile(
        name=shown.name,
        path=shown.path,
        format=shown.format,
        observed=truth.known_on,
        claimed=truth.claimed,
        rows=standing.rows if standing else 0,
        problems=(latest.problems if failed else ()) + (standing.problems if standing else ()),
        failed=failed,
        since=since,
        read_at=latest.read_at,
    )


class Baselines(NamedTuple):
    """The first baseline finishes: by project and source that a source ever gave, the source that knew one first
    coming first; and by project the first of all."""

    by_source: dict[tuple[str, str], date]
    first: dict[str, date]


def baselines(raw: sqlite3.Connection, day: date) -> Baselines:
    """What was known first on `day`. A drop that is read on a later day than others makes none later than it was
    read: nobody gains time by the date on a folder."""
    rows = raw.execute(
        "SELECT v.id, source, baseline_finish, version_id, substr(read_at, 1, 10) "
        "FROM projects AS v JOIN imports AS i ON i.id = v.opened_by "
        f"WHERE baseline_finish IS NOT NULL AND known_from <= ? AND {COUNTS} "
        "ORDER BY known_from, source, opened_by, row_copy",
        (day.isoformat(),),
    ).fetchall()
    known, read = _firsts(rows), _firsts(sorted(rows, key=itemgetter(4)))
    verify(raw, "projects", {version for _, version in (*known.values(), *read.values())})
    by_source = {key: date.fromisoformat(min(finish, read[key][0])) for key, (finish, _) in known.items()}
    first = dict[str, date]()
    for ordered in (known, read):
        own = {project: date.fromisoformat(finish) for (project, _), (finish, _) in reversed(ordered.items())}
        first = {project: min(on, first.get(project, on)) for project, on in own.items()}
    return Baselines(by_source, first)


def _firsts(rows: Iterable[tuple[str, str, str, int, str]]) -> dict[tuple[str, str], tuple[str, int]]:
    """By project and source the finish that comes first and the version that holds it."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for project, source, finish, version, _ in rows:
        found.setdefault((project, source), (finish, version))
    return found


def verify(raw: sqlite3.Connection, table: str, versions: Collection[int]) -> None:
    """Raises DamageError unless these versions of rows are as they were kept."""
    codec = CODECS[table]
    wanted = json.dumps(list(versions))
    for digest, *values in raw.execute(
        f"SELECT content_hash, {columns(table)} FROM {table} WHERE version_id IN (SELECT value FROM json_each(?))",
        (wanted,),
    ):
        codec.verified(digest, values)


MOVEMENT = {"work_items": ("state", "actual_start", "actual_finish"), "projects": ("state", "actual_finish")}
"""The columns in which a row of each table moves."""


def among(keys: Collection[str] | None) -> tuple[str, tuple[str, ...]]:
    """What a query is added to ask only for rows with these keys, and its value; nothing for all (None)."""
    if keys is None:
        return "", ()
    return " AND row_key IN (SELECT value FROM json_each(?))", (json.dumps(sorted(keys)),)


def moved(
    raw: sqlite3.Connection, day: date, table: str, keys: Collection[str] | None = None
) -> dict[tuple[str, str], date]:
    """By row of a table of `MOVEMENT` and source the last day on which it was seen to move, or seen for the first time.
    Of rows with these keys only, unless they are None.

    A row that turns up in a second source moves only if that source says otherwise than the one before: copying
    or renaming a file is no movement.
    """
    if keys is None:
        several = f"SELECT row_key FROM {table} GROUP BY row_key HAVING count(*) > 1"
        again = [key for (key,) in raw.execute(several)]
        return _unchanged(raw, day, table, several) | (moved(raw, day, table, again) if again else {})
    said = " || '|' || ".join(f"coalesce({column}, '')" for column in MOVEMENT[table])
    only, values = among(keys)
    rows = raw.execute(
        f"""
        SELECT id, source, max(known_from) FROM (
          SELECT id, source, known_from, said,
            row_number() OVER line = 1 AS is_first,
            coalesce(lag(said) OVER own, lag(said) OVER line) AS said_before
          FROM (
            SELECT id, source, row_copy, known_from, opened_by,
              {said} AS said
            FROM {table} AS v WHERE known_from <= ? AND {COUNTS}{only}
          )
          WINDOW line AS (PARTITION BY id ORDER BY known_from, source, opened_by, row_copy),
            own AS (PARTITION BY id, source, row_copy ORDER BY known_from, opened_by)
        ) WHERE is_first OR said != said_before GROUP BY id, source
        """,
        (day.isoformat(), *values),
    )
    days = _Days()
    return {(sys.intern(item), source): days[found] for item, source, found in rows}


def _unchanged(raw: sqlite3.Connection, day: date, table: str, others: str) -> dict[tuple[str, str], date]:
    """As `moved`, of rows that there is one version of: all but these others."""
    rows = raw.execute(
        f"SELECT id, source, known_from FROM {table} AS v WHERE known_from <= ? AND {COUNTS} "
        f"AND row_key NOT IN ({others})",
        (day.isoformat(),),
    )
    days = _Days()
    return {(sys.intern(item), source): days[found] for item, source, found in rows}


class _Days(dict[str, date]):
    """The day that a text tells: of many equal ones one object."""

    def __missing__(self, text: str) -> date:
        self[text] = day = date.fromisoformat(text)
        return day


def appeared(raw: sqlite3.Connection, day: date, keys: Collection[str] | None = None) -> dict[str, date]:
    """By work item the first day on which it was known. Of these items only, unless they are None."""
    only, values = among(keys)
    rows = raw.execute(
        f"SELECT id, min(known_from) FROM work_items AS v WHERE known_from <= ? AND {COUNTS}{only} GROUP BY id",
        (day.isoformat(), *values),
    )
    days = _Days()
    return {sys.intern(item): days[found] for item, found in rows}


def holders(raw: sqlite3.Connection, table: str, keys: Collection[str]) -> list[tuple[str, str]]:
    """Key and source of the rows with these keys that stand now."""
    only, values = among(keys)
    return raw.execute(f"SELECT DISTINCT row_key, source FROM {table} WHERE closed_by IS NULL{only}", values).fetchall()


class Vanished(NamedTuple):
    """A dependency that was taken out of its file: it stays in force as it last stood."""

    record: Dependency
    source: str
    on: date


def vanished(raw: sqlite3.Connection, day: date, present: set[str]) -> tuple[Vanished, ...]:
    """The dependencies known before that no source holds on `day`, by source and id; `present` are those it holds."""
    rows = raw.execute(
        "SELECT row_key, row_copy, v.source, v.known_to, v.closed_by, v.content_hash, "
        f"{columns('dependencies', 'v.')} "
        f"FROM dependencies AS v WHERE v.known_to <= ? AND {COUNTS} "
        "ORDER BY v.known_to, v.known_from, v.closed_by, v.source, v.row_copy DESC",
        (day.isoformat(),),
    )
    last = {row[0]: row for row in rows if row[0] not in present}
    found = [_vanished(raw, *row) for row in last.values()]
    return tuple(sorted(found, key=lambda gone: (gone.source, gone.record.id)))


def _vanished(
    raw: sqlite3.Connection,
    key: str,
    copy: int,
    source: str,
    known_to: str,
    closed_by: int,
    digest: bytes,
    *values: object,
) -> Vanished:
    reading = _last_before(raw, source, known_to, closed_by)
    places = layout.load(raw, reading).get("dependencies", {})
    codec = CODECS["dependencies"]
    record = codec.decode(codec.verified(digest, values), places.get(RowId(key, copy)))
    assert isinstance(record, Dependency)
    return Vanished(record, source, date.fromisoformat(known_to))


def _last_before(raw: sqlite3.Connection, source: str, known_to: str, closed_by: int) -> int:
    """The reading in which a version that `closed_by` ended on day `known_to` stood last."""
    claimed = raw.execute("SELECT claimed FROM imports WHERE id = ?", (closed_by,)).fetchone()[0]
    sql = (
        "SELECT id FROM imports WHERE name = ? AND status = 'ok' AND (known_on < ? OR (known_on = ? AND id < ?)) "
        "ORDER BY known_on DESC, id DESC LIMIT 1"
    )
    # An earlier reading of the same drop never was: it does not count as the place where the row stood.
    row = raw.execute(sql, (source, known_to, "" if claimed else known_to, closed_by)).fetchone()
    return int(row[0]) if row else 0
