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
    for (table, kind), columns in _COLUMNS.items():
        rows = raw.execute(
            f"SELECT id, version_id, {', '.join(columns)} FROM {table} WHERE known_from <= ? {_ONLY.get(table, '')} "
            "ORDER BY opened_by DESC, source DESC, row_copy DESC",
            (day.isoformat(),),
        )
        firsts = {number: (version, owners) for number, version, *owners in rows}
        queries.verify(raw, table, [version for version, _ in firsts.values()])
        for number, (_, owners) in firsts.items():
            for role, owner in zip(columns, owners, strict=True):
                found[f"{kind}:{number}", role] = owner or ""
    return found
