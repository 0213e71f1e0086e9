"""Who owned what at first: the owners that the first row of each thing named, in the order in which files were read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cockpit.store import queries
from cockpit.store.errors import sqlite3

Office = tuple[str, str]
"""A subject such as `dependency:D-1` and the role in it, as in the tables."""

_COLUMNS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("dependencies", "dependency"): ("giver_owner", "receiver_owner"),
    ("kpis", "kpi"): ("owner",),
    ("objectives", "objective"): ("owner",),
    ("projects", "project"): ("owner", "sponsor"),
    ("teams", "team"): ("lead",),
    ("work_items", "milestone"): ("acceptor",),
}
"""Table and kind of subject → the columns that name an owner."""
_ONLY = {"work_items": "AND (kind = 'milestone' OR acceptor != '')"}
"""Which rows of a table have an owner at all."""


def first(raw: sqlite3.Connection, day: date) -> dict[Office, str]:
    """By subject and role the owner in the row that was read first, of what was known on `day`; empty where it named
    none.

    A drop that arrives later counts as later whatever day it claims, and so does one that corrects another: nobody
    becomes the first owner by the date on a folder.
    """
    found: dict[Office, str] = {}
    for table, kind in _COLUMNS:
        found |= _first(raw, table, kind, day, 0)
    return found


class Firsts:
    """The same of all that is known, read on from where it was read last: versions of rows are only added, and who was
    named first stays that."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, dict[Office, str]]] = {}
        """Table → the last version that was looked at, and what was found."""

    def known(self, raw: sqlite3.Connection) -> dict[Office, str]:
        """As `first` of the latest day."""
        for table, kind in _COLUMNS:
            last = raw.execute(f"SELECT coalesce(max(version_id), 0) FROM {table}").fetchone()[0]
            since, found = self._known.get(table, (0, {}))
            if last < since:  # another store
                since, found = 0, {}
            if last != since:
                self._known[table] = last, _first(raw, table, kind, date.max, since) | found
        return {office: owner for _, found in self._known.values() for office, owner in found.items()}


def _first(raw: sqlite3.Connection, table: str, kind: str, day: date, since: int) -> dict[Office, str]:
    """Of one table, by its versions after `since`."""
    columns = _COLUMNS[table, kind]
    rows = raw.execute(
        f"SELECT id, version_id, {', '.join(columns)} FROM {table} WHERE version_id > ? AND known_from <= ? "
        f"{_ONLY.get(table, '')} ORDER BY opened_by DESC, source DESC, row_copy DESC",
        (since, day.isoformat()),
    )
    firsts = {number: (version, owners) for number, version, *owners in rows}
    queries.verify(raw, table, [version for version, _ in firsts.values()])
    found: dict[Office, str] = {}
    for number, (_, owners) in firsts.items():
        for role, owner in zip(columns, owners, strict=True):
            found[f"{kind}:{number}", role] = owner or ""
    return found
