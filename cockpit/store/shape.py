"""Whether a file holds exactly the tables and indexes that Cockpit makes: an allow-list, read off a store made afresh.

A trigger would run inside our own writes, a view or a virtual table could answer in a table's place, a constraint, a
generated column or a default could change what is kept. So each object must be one of ours, word for word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from cockpit.basics.text import one_line
from cockpit.store.errors import sqlite3

if TYPE_CHECKING:
    from sqlite_utils import Database

Migration = Callable[["Database"], None]
Words = tuple[str, ...]
Object = tuple[str, str, str, Words]
"""Type, name, table and normalised SQL of an object of a schema."""

MOST_OBJECTS = 500
MOST_SQL = 20_000
"""More objects, or longer SQL, than any store has: what goes beyond is not looked at, since it is refused anyway."""

_DEFAULTS = [["DEFAULT", "NULL"], ["DEFAULT", "''"], ["DEFAULT", "'[]'"]]
_TOKEN = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|\w+|\S')


def strange(raw: sqlite3.Connection, migrations: tuple[Migration, ...], digest: str) -> str:
    """What is not as these migrations make it, to complete "it is not as …: "; empty when all is.

    `digest` is that of what they make: where the file has it, nothing is made afresh only to compare.
    """
    found = _objects(raw)
    if digest_of(object_ for _, object_ in found) != digest and (said := _differences(found, expected(migrations))):
        return said
    roots = {root for root, _ in found}
    return "" if len(roots) == len(found) and min(roots) > 0 else "two of its tables or indexes claim the same pages"


def digest_of(objects: Iterable[Object]) -> str:
    """SHA-256, in hexadecimal, of the objects of a schema in whatever order."""
    return sha256(repr(sorted(objects)).encode()).hexdigest()


def _differences(found: list[tuple[int, Object]], wanted: frozenset[Object]) -> str:
    extra = [object_ for _, object_ in found if object_ not in wanted]
    missing = wanted - {object_ for _, object_ in found}
    changed = {object_[:2] for object_ in extra} & {object_[:2] for object_ in missing}
    said = [f"the {kind} {_name(name)} is another than ours" for kind, name in sorted(changed)]
    said += [f"it holds the {kind} {_name(name)}" for kind, name in _told(extra) if (kind, name) not in changed]
    said += [f"it lacks the {kind} {_name(name)}" for kind, name in _told(missing) if (kind, name) not in changed]
    return ", ".join(said[:3]) + (f" and {len(said) - 3} more" if len(said) > 3 else "")


def _told(objects: Iterable[Object]) -> list[tuple[str, str]]:
    """Type and name, those that SQLite makes by itself (they have no SQL) last."""
    return [object_[:2] for object_ in sorted(objects, key=lambda object_: (not object_[3], object_))]


def _name(name: str) -> str:
    return f"“{one_line(name, 60)}”"


@lru_cache(8)
def expected(migrations: tuple[Migration, ...]) -> frozenset[Object]:
    """The objects of a schema that these migrations make."""
    from sqlite_utils import Database

    raw = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for migration in migrations:
            migration(Database(raw, recursive_triggers=False, execute_plugins=False))
        return frozenset(object_ for _, object_ in _objects(raw))
    finally:
        raw.close()


def _objects(raw: sqlite3.Connection) -> list[tuple[int, Object]]:
    rows = raw.execute(
        "SELECT type, name, tbl_name, rootpage, substr(coalesce(sql, ''), 1, ?) FROM sqlite_master LIMIT ?",
        (MOST_SQL, MOST_OBJECTS),
    )
    return [(root or 0, (str(kind), str(name), str(table), _words(str(sql)))) for kind, name, table, root, sql in rows]


def _words(sql: str) -> Words:
    """The words of a CREATE statement, its columns in ascending order: migrations add theirs at the end."""
    tokens = _TOKEN.findall(sql)
    if tokens[:2] != ["CREATE", "TABLE"] or "(" not in tokens:
        return tuple(tokens)
    start = tokens.index("(") + 1
    columns: list[list[str]] = [[]]
    depth, end = 1, start
    while end < len(tokens) and depth:
        token = tokens[end]
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "," and depth == 1:
            columns.append([])
        elif depth:
            columns[-1].append(token)
        end += 1
    return (*tokens[:start], *sorted(map(_column, columns)), ")" * (not depth), *tokens[end:])


def _column(words: list[str]) -> str:
    """The definition of a column. A column of a later version has a default where it was added to a store, and none in
    stores that early versions made with it; no row is ever written without it."""
    return " ".join(words[:-2] if words[-2:] in _DEFAULTS else words)
