"""Edits of rows: columns that bind and say otherwise, rows that are gone, rows that were added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from cockpit.engine.edits.bindings import FIELDS, KINDS, change_of, name_of, shown
from cockpit.engine.edits.known import Known, Place
from cockpit.engine.edits.lengths import planned_days
from cockpit.engine.edits.pasts import Line, Said
from cockpit.engine.rows import has_begun, is_past, known_today
from cockpit.records.edits import Edit, Step, What
from cockpit.records.model import Kpi, Link, Origin, Project, Record, State, WorkItem, key_of
from cockpit.trust.keys import KeyRefusedError, parse_public_key

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

_GETTERS = {table: attrgetter(*names) for table, names in FIELDS.items()}
_OF_PLANS = frozenset(
    {"duration_days", "not_before", "deadline", "calendar", "baseline_start", "baseline_finish", "terms"}
)
"""What matters no more once the work is done."""
_NAMES = 3
"""So many names are given of rows that were added."""


_SEATS = {"projects": "sponsor", "objectives": "owner"}
"""The column that names who signs the edits of a project, or of an objective: a steward signs a change of it, since
whom the file names would else sign that they are it."""


def _said(table: str, record: Record | None) -> tuple[Any, ...]:
    """What the columns of a row say that bind, in the order of `FIELDS`."""
    values = _GETTERS[table](record)
    return values if len(FIELDS[table]) > 1 else (values,)  # of one name it is no tuple


class Found(NamedTuple):
    """An edit, and what a signature over it covers."""

    edit: Edit
    bound: tuple[str, ...]


def found(
    place: Place, subject: str, what: What, change: tuple[str, str, str], step: Step, origin: Origin | None = None
) -> Found:
    """An edit of a column, from one text to another."""
    name, was, now = change
    edit = Edit(
        scope=place.scope, project=place.project, subject=subject, what=what, field=name.replace("_", " "), was=was,
        now=now, on=step.on, origin=origin,
    )  # fmt: skip
    return Found(edit, (subject, name, was, now))


def _key(value: Any) -> str:
    """A public key by its fingerprint, as `ssh-keygen -l` prints it."""
    try:
        return parse_public_key(str(value)).fingerprint if value else ""
    except KeyRefusedError:
        return shown(value)


class RowEdits:
    """Rows that say otherwise, and rows that are gone."""

    def __init__(self, facts: Facts, known: Known) -> None:
        self._facts = facts
        self._known = known

    @cached_property
    def _rows(self) -> dict[str, list[tuple[str, str, Line, Place]]]:
        """Scope → table, key and life of each row."""
        rows: dict[str, list[tuple[str, str, Line, Place]]] = defaultdict(list)
        for table, keys in self._known.lines.items():
            for key, lines in keys.items():
                for line in lines:
                    place = self._known.place_of(line.first)
                    rows[place.scope].append((table, key, line, place))
                    if table in _SEATS and place.scope != self._portfolio:
                        rows[self._portfolio].append((table, key, line, Place(self._portfolio, place.project)))
        return rows

    @property
    def _portfolio(self) -> str:
        return self._facts.snapshot.portfolio.id

    def scopes(self) -> set[str]:
        """The scopes in which something may have been edited."""
        return set(self._rows)

    def steps(self, scope: str) -> Iterator[Step]:
        """When something of a scope became known."""
        for _, _, line, _ in self._rows.get(scope, ()):
            yield from (said.since for said in line.said)

    def of(self, scope: str, base: Step | None, until: Step) -> Iterator[Found]:
        """The edits since a step (None: since each row was known first), of what was known at another."""
        for table, key, line, place in self._rows.get(scope, ()):
            said = tuple(line.since(base, until))
            home = self._known.place_of(line.first).scope == place.scope
            if said and said[-1].record is None:
                yield from self._removed(table, key, said, place) if home else ()
            elif len(said) > 1:
                told = [each for each in said if each.record is not None]
                yield from self._changed(table, key, told, place, self._columns(table, place, home=home))

    def _columns(self, table: str, place: Place, *, home: bool) -> Iterable[tuple[str, What]]:
        """The columns of which an edit is signed in a scope; `home`: it is that of the row itself."""
        seat = _SEATS.get(table)
        if seat is None or (home and place.scope == self._portfolio):
            return FIELDS[table].items()
        return ((name, what) for name, what in FIELDS[table].items() if (name == seat) != home)

    def _changed(
        self, table: str, key: str, said: list[Said], place: Place, columns: Iterable[tuple[str, What]]
    ) -> Iterator[Found]:
        rows = [_said(table, each.record) for each in said]
        by_column = dict(zip(FIELDS[table], zip(*rows, strict=True), strict=True))
        if table == "work_items" and None in by_column["duration_days"]:
            items = [each.record for each in said if isinstance(each.record, WorkItem)]
            by_column["duration_days"] = tuple(planned_days(items, self._facts.today, is_started=self._is_started(key)))
        # Hardly any column differs, and a long past has many rows.
        differs = {name for name, told in by_column.items() if told.count(told[0]) < len(told)}
        if not differs:
            return
        record, steps = said[-1].record, [each.since for each in said]
        subject = f"{KINDS[table]}:{name_of(table, key, record)}"
        for name, what in columns:
            if name not in differs:
                continue
            told = by_column[name] if name != "extra" else tuple(self._mapping(each.record) for each in said)
            change = change_of(name, list(zip(steps, told, strict=True)), self._facts.today)
            if change is not None and not self._is_moot(name, what, record):
                kind = What.CUT if what is What.DURATION and change.less else what
                texts = (name, shown(change.was), shown(change.now))
                if name == "key" and _key(change.was) != _key(change.now):
                    texts = (name, _key(change.was), _key(change.now))
                yield found(place, subject, kind, texts, Step(change.on, 0), self._origin(table, record))

    def _is_started(self, key: str) -> bool:
        """Whether work is begun today by what any row of it says."""
        item = self._facts.items.get(key)
        return item is not None and self._facts.is_started(item)

    def _mapping(self, record: Record | None) -> tuple[tuple[str, str], ...]:
        """What those columns say that we have no name for, as far as the charter maps work by them."""
        return tuple(text for text in record.extra if text[0].strip().casefold() in self._mapped) if record else ()

    @cached_property
    def _mapped(self) -> frozenset[str]:
        return frozenset(rule.field.strip().casefold() for rule in self._facts.snapshot.assignments)

    @cached_property
    def _waited_for(self) -> frozenset[str]:
        return frozenset(link.predecessor for link in self._known.links.values())

    def _is_moot(self, name: str, what: What, record: Record | None) -> bool:
        """Whether an edit of this column changes nothing: of work that is done, or of what moves by signature only."""
        if what is What.OWNER and self._facts.owners.rule and name not in ("leads", "aliases", "email"):
            return True
        if isinstance(record, Project) and name == "forecast_finish":
            return record.id in self._facts.items_by_project
        if isinstance(record, WorkItem) and name == "owner" and record.id not in self._waited_for:
            return True  # who does what nobody waits for is the team's own affair
        if isinstance(record, WorkItem) and name == "percent":
            return has_begun(known_today(record, self._facts.today))
        if not isinstance(record, WorkItem) or name not in _OF_PLANS or not is_done(record, self._facts.today):
            return False
        # Of what is done on a day that nobody tells, that day is taken to be the planned one.
        return name != "baseline_finish" or has_finished(record, self._facts.today)

    def _origin(self, table: str, record: Record | None) -> Origin | None:
        """Where a row stands today; its past does not tell."""
        rows: Mapping[str, Record] = {}
        if isinstance(record, WorkItem):
            rows = self._facts.items
        elif isinstance(record, Project):
            rows = self._facts.projects
        elif isinstance(record, Kpi):
            rows = self._facts.kpis
        elif isinstance(record, Link):
            rows = self._known.links
        today = rows.get(key_of(table, record)) if record is not None else None
        return today.origin if today is not None else None

    def _removed(self, table: str, key: str, said: tuple[Said, ...], place: Place) -> Iterator[Found]:
        last = next((each.record for each in reversed(said) if each.record is not None), None)
        if last is None or key in self._in_force(table) or self._goes_with_another(last):
            return
        done = isinstance(last, WorkItem | Project) and is_done(last, said[-1].since.on)
        what = What.ARCHIVED if done else What.REMOVED
        subject = f"{KINDS[table]}:{name_of(table, key, last)}"
        yield found(place, subject, what, ("", shown(getattr(last, "title", "")), ""), said[-1].since, last.origin)

    def _in_force(self, table: str) -> Mapping[str, date]:
        """Dependencies that no file holds any more: they hold on, and a rule of their own says so."""
        return self._facts.read.vanished if table == "dependencies" else {}

    def _goes_with_another(self, record: Record) -> bool:
        """A stub is no row, and a link is gone with what it tied."""
        if isinstance(record, Link):
            return record.predecessor in self._known.gone_items or record.successor in self._known.gone_items
        return isinstance(record, WorkItem) and record.stub


class Additions:
    """Rows that came later than those with which the portfolio was known first."""

    def __init__(self, facts: Facts, known: Known) -> None:
        self._facts = facts
        self._known = known

    @cached_property
    def _added(self) -> dict[Place, dict[str, dict[str, Step]]]:
        """Place → table → rows that are there now, with when they came. A register that grows is none: that is what it
        is for; nor are readings, and links of new work."""
        rows: dict[Place, dict[str, dict[str, Step]]] = defaultdict(lambda: defaultdict(dict))
        for table, newer in self._known.newer.items():
            if not newer or table in ("dependencies", "readings"):
                continue
            present = self._present(table)
            for key, step in newer.items():
                record = present.get(key)
                if record is not None and not self._is_moot(record):
                    rows[self._place(record)][table][key] = step
        return rows

    def _place(self, record: Record) -> Place:
        """Whose an addition is: a new project is its objective's, whose finish may hang on it from now on."""
        if not isinstance(record, Project):
            return self._known.place_of(record)
        served = next((name for name in record.objectives if name in self._facts.objectives), "")
        return Place(served or self._facts.snapshot.portfolio.id, "")

    def _present(self, table: str) -> Mapping[str, Record]:
        if table == "work_items":
            return self._facts.items
        if table == "links":
            return self._known.links
        return {key_of(table, record): record for record in getattr(self._facts.read, table)}

    def _is_moot(self, record: Record) -> bool:
        newer = self._known.newer["work_items"]
        if isinstance(record, Link):
            return record.predecessor in newer or record.successor in newer
        return isinstance(record, WorkItem) and record.stub

    def scopes(self) -> set[str]:
        """The scopes to which something was added."""
        return {place.scope for place in self._added}

    def steps(self, scope: str) -> Iterator[Step]:
        """When something was added to a scope."""
        for place, tables in self._added.items():
            if place.scope == scope:
                yield from (step for keys in tables.values() for step in keys.values())

    def of(self, scope: str, base: Step | None, until: Step) -> Iterator[Found]:
        """What was added since a step up to another, all rows of one table together."""
        for place, tables in self._added.items():
            for table, keys in tables.items() if place.scope == scope else ():
                new = {key: step for key, step in keys.items() if step <= until and (base is None or step > base)}
                if new:
                    yield self._addition(place, table, new)

    def _addition(self, place: Place, table: str, new: Mapping[str, Step]) -> Found:
        names = sorted(name_of(table, key) for key in new)
        kind = KINDS[table]
        subject = f"{kind}:{names[0]}" if len(names) == 1 else f"{kind}s:{place.project or place.scope}"
        more = f" and {len(names) - _NAMES:,} more" if len(names) > _NAMES else ""
        texts = ("", "", ", ".join(names[:_NAMES]) + more)
        added = found(place, subject, What.ADDED, texts, max(new.values()))
        return Found(replace(added.edit, count=len(names)), (subject, "added", "", "\n".join(names)))


def is_done(item: WorkItem | Project, on: date) -> bool:
    """Whether its row says, on a day, that it is done."""
    return item.state is State.DONE or has_finished(item, on)


def has_finished(item: WorkItem | Project, on: date) -> bool:
    """Whether its row tells a day on which it was finished, and that day has come: one in the future is a plan."""
    return item.actual_finish is not None and is_past(item.actual_finish, on)
