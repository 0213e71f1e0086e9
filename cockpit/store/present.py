"""What history says now, brought up to date: asked again only of the rows that were touched since it was asked last.

Whoever touched them: the marks are those of the store. What changes the meaning of rows that it does not touch (a
drop that comes late, a file that is taken away, a clock that went back) has the past asked again as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import is_
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.records.edits import Pasts
from cockpit.records.model import Dependency
from cockpit.records.snapshot import SourceFile
from cockpit.store import apart, marks, pasts, queries, settings
from cockpit.store.contents import Content
from cockpit.store.errors import sqlite3
from cockpit.store.imports import Import
from cockpit.store.line import Line
from cockpit.store.marks import Marks, Touched

RECORDS = 4_000
"""Records that are kept of the past of rows."""

Contents = Sequence[tuple[Import, Content]]
"""The readings that rule, by name of their source, and what they hold."""


class History(NamedTuple):
    """What only history can tell of what is known on a day."""

    told: apart.Told
    appeared: Mapping[str, date]
    gone: tuple[queries.Vanished, ...]
    vanished: Content
    """Their records."""
    sources: tuple[SourceFile, ...]
    pasts: Pasts


@dataclass(frozen=True)
class Asked:
    """What is asked for."""

    scope: bool
    """When work items appeared."""
    extra: bool
    """As `pasts.known` says."""
    given: frozenset[str] = frozenset()
    """Ids of dependencies that are known from elsewhere: they have not vanished."""


def history(raw: sqlite3.Connection, day: date, contents: Contents, asked: Asked) -> History:
    """What history says on a day, asked as a whole but for `pasts`, which are empty."""
    return History(
        told=apart.told(apart.lines(raw, day, contents)),
        appeared=queries.appeared(raw, day) if asked.scope else {},
        gone=(gone := queries.vanished(raw, day, _dependencies(contents, asked))),
        vanished=_records(gone),
        sources=queries.source_files(raw, day),
        pasts=Pasts(),
    )


def _dependencies(contents: Contents, asked: Asked) -> set[str]:
    found = (record for _, content in contents for record in content.get("dependencies", ()))
    return {record.id for record in found if isinstance(record, Dependency)} | asked.given


def _records(gone: tuple[queries.Vanished, ...]) -> Content:
    return {"dependencies": tuple(each.record for each in gone)}


@dataclass
class _Kept:
    """What was said last, and how far the store went then."""

    marks: Marks
    asked: Asked
    line: Line
    rows: apart.Memory
    records: pasts.Records
    """Those of rows that were asked for their past: an edit closes one, and all before it are as they were."""
    history: History


class Present:
    """What history says now."""

    def __init__(self) -> None:
        self._kept: _Kept | None = None

    def forget(self) -> None:
        """Keeps nothing."""
        self._kept = None

    def of(self, raw: sqlite3.Connection, now: Marks, contents: Contents, asked: Asked) -> History:
        """What history says; `now` is how far the store goes, and `contents` what stands then."""
        kept, self._kept = self._kept, None  # whatever fails on the way, nothing half done stays
        if kept is None or kept.marks.reading > now.reading:
            kept = _whole(raw, now, contents, asked)
        elif kept.marks.reading != now.reading or kept.marks.versions != now.versions:
            kept = _renewed(raw, kept, now, contents)
        self._kept = _also(raw, kept, contents, asked)
        return self._kept.history


def _whole(raw: sqlite3.Connection, now: Marks, contents: Contents, asked: Asked) -> _Kept:
    line, rows, records = Line(raw, date.max), apart.Memory(raw, contents), pasts.Records(RECORDS)
    return _Kept(
        marks=now,
        asked=asked,
        line=line,
        rows=rows,
        records=records,
        history=History(
            told=rows.told,
            appeared=queries.appeared(raw, date.max) if asked.scope else {},
            gone=(gone := queries.vanished(raw, date.max, _dependencies(contents, asked))),
            vanished=_records(gone),
            sources=queries.source_files(raw, date.max),
            pasts=pasts.known(raw, date.max, extra=asked.extra, line=line, records=records),
        ),
    )


def _renewed(raw: sqlite3.Connection, kept: _Kept, now: Marks, contents: Contents) -> _Kept:
    before, touched = kept.history, marks.touched(raw, kept.marks, now)
    kept.rows.touch(raw, contents, touched)
    follows, asked = kept.line.extend(raw, kept.marks.reading), kept.asked
    line = kept.line if follows else Line(raw, date.max)
    gone = before.gone
    if not follows or "dependencies" in touched:
        gone = _same_or_new(before.gone, queries.vanished(raw, date.max, _dependencies(contents, asked)))
    return _Kept(
        marks=now,
        asked=asked,
        line=line,
        rows=kept.rows,
        records=kept.records,
        history=History(
            told=kept.rows.told,
            appeared=_appeared(raw, before.appeared, touched) if asked.scope else {},
            gone=gone,
            vanished=before.vanished if gone is before.gone else _records(gone),
            sources=queries.source_files(raw, date.max),
            pasts=pasts.renewed(raw, before.pasts, line, touched, kept.records, extra=asked.extra)
            if follows
            else pasts.known(raw, date.max, extra=asked.extra, line=line, records=kept.records),
        ),
    )


def _same_or_new(
    before: tuple[queries.Vanished, ...], now: tuple[queries.Vanished, ...]
) -> tuple[queries.Vanished, ...]:
    """What is gone now; what was gone before in the same way is the same object."""
    known = {(each.source, each.record.id): each for each in before}
    found = tuple(_same(known.get((each.source, each.record.id)), each) for each in now)
    return before if found == before and all(map(is_, found, before)) else found


def _same(before: queries.Vanished | None, now: queries.Vanished) -> queries.Vanished:
    if before is None or (before.record, before.record.origin) != (now.record, now.record.origin):
        return now
    return before if before.on == now.on else before._replace(on=now.on)


def _appeared(raw: sqlite3.Connection, before: Mapping[str, date], touched: Touched) -> Mapping[str, date]:
    keys = touched.get("work_items")
    if not keys:
        return before
    # What was corrected away on the day on which it came never was.
    standing = {key: on for key, on in before.items() if key not in keys}
    return {**standing, **queries.appeared(raw, date.max, keys)}


def _also(raw: sqlite3.Connection, kept: _Kept, contents: Contents, asked: Asked) -> _Kept:
    """The same for what is asked for now, with what the charter said since."""
    known = kept.history
    if asked.scope != kept.asked.scope:
        known = known._replace(appeared=queries.appeared(raw, date.max) if asked.scope else {})
    if asked.given != kept.asked.given:
        gone = _same_or_new(known.gone, queries.vanished(raw, date.max, _dependencies(contents, asked)))
        known = known._replace(gone=gone, vanished=_records(gone))
    if asked.extra != kept.asked.extra:
        known = known._replace(pasts=pasts.known(raw, date.max, extra=asked.extra, line=kept.line))
    elif (said := settings.known(raw, date.max)) != known.pasts.settings:
        known = known._replace(pasts=replace(known.pasts, settings=said))
    return replace(kept, history=known, asked=asked)
