"""What happened to a subject, oldest first: what files said of it, and what was signed over which version of it.

A version's hash tells nobody what was signed. So every version that a file ever gave is hashed anew, and a signature is
shown with the fields of the version that it names, whatever the files say today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import Enum
from itertools import groupby
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.engine.statements.pages import FINISH, PAGES, Page
from cockpit.engine.statements.present import Now
from cockpit.engine.statements.said import Said, about
from cockpit.records.assessment import Assessment
from cockpit.records.model import Origin, Record
from cockpit.records.past import Covered, Event, Happening, Look, RowVersion, Signed, Told
from cockpit.records.snapshot import Snapshot
from cockpit.trust import obligations
from cockpit.trust.canonical import digest
from cockpit.trust.obligations import split_subject

Rows = Callable[[str, str, Collection[str]], tuple[RowVersion, ...]]
"""The versions of the rows of a table whose column has one of these names: row by row, each row's oldest first."""

STATEMENT = "statement"
"""The kind of subject by which a breach names a statement: its history is that of what the statement is about."""
_SHORTEST_ID = 8


def known_subjects(assessment: Assessment) -> tuple[str, ...]:
    """Every subject of which something was signed or is waited for, every dependency and every KPI."""
    found = [
        *(subject for view in assessment.statements for subject in about(view, {})),
        *(view.subject for view in assessment.dependencies),
        *(obligations.kpi_subject(view.record.id) for view in assessment.kpis),
        *(signoff.subject for signoff in assessment.signoffs if not signoff.command),
    ]
    return tuple(sorted({subject for subject in found if subject}))


def recount(
    subjects: Collection[str], snapshot: Snapshot, assessment: Assessment, rows: Rows
) -> dict[str, tuple[Event, ...]]:
    """All that happened to each of these subjects (none named: to every one that is known), oldest first.

    What is named by a statement's id is found under the subject of that statement.
    """
    asked = dict.fromkeys(_meant(subject, assessment) for subject in subjects or known_subjects(assessment))
    told = _rows(asked, rows)
    said = Said(assessment.statements)
    now = Now(snapshot, assessment)
    return {subject: tuple(_events(subject, told[subject], said, now)) for subject in asked}


def _meant(subject: str, assessment: Assessment) -> str:
    """The subject itself; of a statement, named by its id or the beginning of it, what that is about."""
    kind, name = split_subject(subject)
    if kind != STATEMENT or len(name) < _SHORTEST_ID:
        return subject
    return next((view.subject for view in assessment.statements if view.record.id.startswith(name)), subject)


def _pages(subject: str) -> Iterator[tuple[Page, str]]:
    kind, name = split_subject(subject)
    for page in PAGES.get(kind, ()):
        yield page, name
    if kind == obligations.MILESTONE and name.endswith(":finish"):
        yield FINISH, name.removesuffix(":finish")


def _rows(subjects: Collection[str], rows: Rows) -> dict[str, list[tuple[Page, list[RowVersion]]]]:
    """By subject what each of its tables ever said; each table is asked once for all subjects."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for subject in subjects:
        for page, name in _pages(subject):
            wanted[page.table, page.column].add(name)
    found: dict[tuple[str, str, str], list[RowVersion]] = defaultdict(list)
    for (table, column), names in wanted.items():
        for version in rows(table, column, names):
            found[table, column, str(getattr(version.record, column))].append(version)
    return {
        subject: [(page, found[page.table, page.column, name]) for page, name in _pages(subject)]
        for subject in subjects
    }


def _events(subject: str, pages: Sequence[tuple[Page, list[RowVersion]]], said: Said, now: Now) -> Iterator[Event]:
    present = now.covered(subject)
    versions = {covered.version for covered in present}
    tellers = [(_Teller(page, subject, now, versions), rows) for page, rows in pages]
    read = [covered for teller, rows in tellers for row in rows for covered in teller.covered(row.record)]
    # The first file that said so, where several did.
    known = {covered.version: covered for covered in (*now.earlier(subject), *present, *reversed(read))}
    events: list[Event] = [event for teller, rows in tellers for event in teller.told(rows)]
    events += said.events(subject, known, versions if present else None)
    yield from _woven(sorted(events, key=lambda event: (event.at, isinstance(event, Signed))))


def _woven(events: Sequence[Event]) -> Iterator[Event]:
    """Events in order of time. Within one second, which is all that statements tell, a signature over the version in
    force comes before the file that changed it."""
    version = ""
    for _, group in groupby(events, key=lambda event: event.at):
        at_once = list(group)
        signed = [event for event in at_once if isinstance(event, Signed)]
        for told in (event for event in at_once if isinstance(event, Told)):
            while signed and version and signed[0].version == version:
                yield signed.pop(0)
            yield told
            version = told.version or version
        yield from signed


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells what one table said of a subject. `present` are the versions that the subject has now."""

    page: Page
    subject: str
    now: Now
    present: Collection[str]

    def told(self, rows: Iterable[RowVersion]) -> Iterator[Told]:
        """What is new in each version of each row, and where a row ended."""
        for line in self._lines(rows):
            before: RowVersion | None = None
            for row in line:
                closed = before.closed if before is not None else None
                follows = closed is not None and closed.number == row.opened.number
                if before is not None and closed is not None and not follows:
                    yield self._event(before, closed, Happening.GONE)
                was = self._changed(before.record, row.record) if before is not None and follows else {}
                if was or not follows:
                    yield self._event(row, row.opened, Happening.CHANGED if follows else Happening.FIRST, was)
                before = row
            if before is not None and before.closed is not None:
                yield self._event(before, before.closed, Happening.GONE)

    def _lines(self, rows: Iterable[RowVersion]) -> list[list[RowVersion]]:
        lines: list[list[RowVersion]] = []
        for _, group in groupby(rows, key=lambda row: row.line):
            line = list(group)
            if self.page.takes_over and lines and _is_next(lines[-1][-1], line[0]):
                lines[-1] += line
            else:
                lines.append(line)
        return lines

    def _event(self, row: RowVersion, look: Look, happening: Happening, was: Mapping[str, Any] | None = None) -> Told:
        gone = happening is Happening.GONE
        version = next((covered.version for covered in self.covered(row.record)), "")
        return Told(
            # Statements tell whole seconds.
            at=datetime.combine(look.known_on, time(), UTC) if look.claimed else look.read_at.replace(microsecond=0),
            happening=happening,
            table=self.page.table,
            look=look,
            origin=Origin(look.path) if gone or row.record.origin is None else row.record.origin,
            values=self._values(row.record),
            was=was or {},
            version=version,
            present=version in self.present if version and self.present and not gone else None,
            counted=gone or row.counted,
        )

    def _values(self, record: Record) -> dict[str, Any]:
        return {name: _plain(getattr(record, name)) for name in self.page.fields}

    def _changed(self, old: Record, new: Record) -> dict[str, Any]:
        """Of each field that differs what the older record says."""
        now = self._values(new)
        return {name: value for name, value in self._values(old).items() if now[name] != value}

    def covered(self, record: Record) -> Iterator[Covered]:
        """What a signature over this row covers. A work item may owe its project to the charter or its parent."""
        if self.page.covered is None:
            return
        fields = [self.page.covered(record)]
        if self.page.table == "work_items" and not fields[0]["project"]:
            projects = (each.fields["project"] for each in self.now.covered(self.subject))
            fields = [*({**fields[0], "project": project} for project in projects), *fields]
        for each in fields:
            yield Covered(version=digest(each), fields=each, origin=record.origin)


def _is_next(row: RowVersion, later: RowVersion) -> bool:
    """Whether one row of a file came with the very reading with which the other one went."""
    (source, _, copy), (same_source, _, same_copy) = row.line, later.line
    return (source, copy) == (same_source, same_copy) and row.closed is not None and row.closed == later.opened


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
