"""A snapshot in which each thing stands once, whatever number of sources holds it.

Two snapshots come of it: one in which the worst that any source says counts, and the same by the official sources
alone, for what is worse there: a row that makes one thing later may take another one off the driving chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from cockpit.engine.rows import apart, in_order, is_past, known_today, merged
from cockpit.engine.trackers import worse
from cockpit.engine.trackers.held import Days, Held, Reconciled
from cockpit.engine.trackers.joined import Joined, by_thing
from cockpit.engine.trackers.official import Trackers
from cockpit.engine.trackers.renamed import Names
from cockpit.engine.trackers.sameness import ITEM, PROJECT, Sameness, is_same
from cockpit.records.model import Extra, Project, Record, WorkItem
from cockpit.records.snapshot import Snapshot
from cockpit.trust.obligations import same_subject

if TYPE_CHECKING:
    from cockpit.engine.facts import Facts

Work = TypeVar("Work", WorkItem, Project)
R = TypeVar("R", bound=Record)
_TABLES = ("projects", "objectives", "kpis", "dependencies")
"""What people define: two rows of one id may be two sources' words for one thing."""
AsRead = Callable[[Snapshot], "Facts"]
"""The lookups over a snapshot that is taken as it stands."""


def reconcile(snapshot: Snapshot, today: date, as_read: AsRead) -> Reconciled:
    """Bring together what several sources say of one thing."""
    return _Reconciler(snapshot, today, as_read).done() if _overlaps(snapshot) else as_it_stands(snapshot)


def as_it_stands(snapshot: Snapshot) -> Reconciled:
    """A snapshot in which nothing is to be brought together."""
    return Reconciled(snapshot, Trackers(snapshot.sources))


def still_stands(new: Snapshot, old: Snapshot) -> bool:
    """Whether nothing is to be brought together in a snapshot, as nothing was in an earlier one: every row is about the
    thing that it was about."""
    tables = (*_TABLES, "statements")
    if any(getattr(new, table) is not getattr(old, table) for table in tables):
        return False
    if len(new.work_items) != len(old.work_items):
        return False
    return all(now.id == was.id and not now.same_as for now, was in apart(new.work_items, old.work_items))


def _overlaps(snapshot: Snapshot) -> bool:
    """Whether two rows may be about one thing."""
    tables: list[Sequence[Any]] = [getattr(snapshot, table) for table in (*_TABLES, "work_items")]
    twice = any(len({row.id for row in rows}) < len(rows) for rows in tables)
    named = any(row.same_as for row in snapshot.projects) or any(row.same_as for row in snapshot.work_items)
    return twice or named or any(map(is_same, snapshot.statements))


class _Reconciler:
    """Brings one snapshot together."""

    def __init__(self, read: Snapshot, today: date, as_read: AsRead) -> None:
        self._trackers = Trackers(read.sources)
        past = (p if is_past(p.actual_finish, today) else replace(p, actual_finish=None) for p in read.projects)
        self._projects = _by_id(past)
        self._items = _without_stubs(_by_id(known_today(item, today) for item in read.work_items))
        self._dependencies = _by_id(read.dependencies)
        self._read = replace(
            read,
            dependencies=tuple(map(self._defined, self._dependencies.values())),
            objectives=tuple(map(self._defined, _by_id(read.objectives).values())),
            kpis=tuple(map(self._defined, _by_id(read.kpis).values())),
        )
        self._as_read = as_read
        self._policy = as_read(self._read).policy
        self._sameness = Sameness(self._by_id_alone, self._holding, read.statements)

    def _by_id_alone(self) -> Facts:
        """The lookups over the official rows of each id, nothing else brought together."""
        by_id = replace(
            self._read,
            projects=tuple(worse.agreed_project(self._official(rows)) for rows in self._projects.values()),
            work_items=tuple(worse.agreed_item(self._official(rows)) for rows in self._items.values()),
        )
        return self._as_read(by_id)

    def _official(self, rows: Sequence[R]) -> Sequence[R]:
        return rows if len(rows) == 1 else self._trackers.parted(rows)[0]

    def _defined(self, rows: Sequence[R]) -> R:
        """What is no work but a definition, which people sign as it stands: the official row, its blanks filled in
        from files that came later."""
        if len(rows) == 1:
            return rows[0]
        official = merged(self._official(rows))
        later, _ = self._others(rows)
        return merged([official, *later], official)

    def _others(self, rows: Sequence[R]) -> tuple[list[R], list[R]]:
        """The rows of less standing: those that came later, and those of shadows."""
        _, others = self._trackers.parted(rows)
        shadows = [row for row in others if self._trackers.is_shadow(row)]
        return [row for row in others if not self._trackers.is_shadow(row)], shadows

    def _holding(self, kind: str, name: str) -> set[str]:
        groups: Mapping[str, Sequence[Record]] = self._items if kind == ITEM else self._projects
        return {self._trackers.name_of(row) for row in groups.get(name, ())}

    # What was signed to be one, and what cannot be

    def _signed(self, kind: str) -> list[tuple[str, str]]:
        known: Mapping[str, object] = self._items if kind == ITEM else self._projects
        pairs = (each.pair for each in self._sameness.settled.values() if each.same)
        ids = ((pair.first.id, pair.second.id) for pair in pairs if pair.kind == kind)
        return [(one, other) for one, other in ids if one in known and other in known]

    def _dismissed(self, kind: str) -> Callable[[str, str], bool]:
        not_same = {each.pair.subject for each in self._sameness.settled.values() if not each.same}
        not_same &= {each.pair.subject for each in self._sameness.settled.values() if each.pair.kind == kind}
        return lambda one, other: same_subject(one, other) in not_same

    def _tied(self) -> Callable[[str, str], str]:
        """Why two work items cannot be one: one comes before the other, or is part of it."""
        linked = {frozenset((link.predecessor, link.successor)) for link in self._read.links}
        linked |= {frozenset((name, row.parent)) for name, rows in self._items.items() for row in rows if row.parent}
        return lambda one, other: "one of them waits for the other, or is part of it" if {one, other} in linked else ""

    # Bringing together

    def done(self) -> Reconciled:
        """All of it."""
        signed = self._sameness.settled
        projects = by_thing(
            self._projects, self._trackers, self._signed(PROJECT) if signed else (), dismissed=self._dismissed(PROJECT)
        )
        inside = Names({}, projects.stands_for)
        groups = {n: [inside.work(row) for row in rows] for n, rows in self._items.items()} if inside else self._items
        items = by_thing(groups, self._trackers, self._signed(ITEM), self._tied, self._dismissed(ITEM))
        return self._reconciled(projects, items, Names(items.stands_for, projects.stands_for))

    def _reconciled(self, projects: Joined[Project], items: Joined[WorkItem], names: Names) -> Reconciled:
        held_items = self._held(items, worse.agreed_item)
        held_projects = self._held(projects, worse.agreed_project)
        read = names.references(self._read) if names else self._read
        official = replace(
            read,
            apart={},
            projects=tuple(_official(name, rows, held_projects) for name, rows in projects.rows.items()),
            work_items=tuple(names.work(_official(name, rows, held_items)) for name, rows in items.rows.items()),
        )
        worst_items = {name: names.work(self._worse_item(each)) for name, each in held_items.items()}
        worst_projects = {name: self._worse_project(each) for name, each in held_projects.items()}
        worst = replace(
            official,
            projects=tuple(worst_projects.get(row.id, row) for row in official.projects),
            work_items=tuple(worst_items.get(row.id, row) for row in official.work_items),
        )
        days = Days(self._read, self._trackers, held_items, held_projects)
        alone = _worse_than(official.projects, worst_projects) or _worse_than(official.work_items, worst_items)
        alone = alone or any(self._other_team(each) for each in held_items.values())
        return Reconciled(
            snapshot=days.put(worst, worst=True),
            sameness=self._sameness,
            trackers=self._trackers,
            official=days.put(official, worst=False) if alone else None,
            names=names,
            items=held_items,
            projects=held_projects,
            dependencies={name: rows for name, rows in self._dependencies.items() if len(rows) > 1},
            written={row.id: row for row in self._read.dependencies if names.dependency(row) is not row},
            refused=(*projects.refused, *items.refused),
        )

    def _held(self, joined: Joined[Work], agreed: Callable[[Sequence[Work]], Work]) -> dict[str, Held[Work]]:
        """By id what several rows are about."""
        found: dict[str, Held[Work]] = {}
        for name, rows in joined.rows.items():
            if len(rows) > 1:
                ordered = in_order(rows, self._trackers.rank_of)
                leading = self._official(ordered)
                official = replace(agreed(leading), id=name, same_as="")
                found[name] = Held(self._with_texts(official, leading), tuple(ordered))
        return found

    def _other_team(self, held: Held[WorkItem]) -> bool:
        """Whether a source of less standing names another team than the official one: what it gives is needed then."""
        return any(row.team and row.team != held.official.team for row in self._trackers.parted(held.rows)[1])

    def _with_texts(self, record: Work, rows: Sequence[Work]) -> Work:
        """The record with what else its rows say in their own words: whom work waits for may stand in one of them."""
        return replace(record, extra=(*record.extra, *_more(record, rows, self._trackers)))

    def _worse_item(self, held: Held[WorkItem]) -> WorkItem:
        later, shadows = self._others(held.rows)
        if not later and not shadows:
            return held.official
        worst = worse.worse_item(held.official, later, shadows, self._policy.default_duration_days)
        return self._with_texts(worst, [*later, *shadows])

    def _worse_project(self, held: Held[Project]) -> Project:
        later, shadows = self._others(held.rows)
        return worse.worse_project(held.official, later, shadows) if later or shadows else held.official


def _words(row: WorkItem | Project) -> Extra:
    """What a row calls the work, and how far it says that it is."""
    words = (("title", row.title), ("status", row.status)) if isinstance(row, WorkItem) else ()
    return tuple(each for each in words if each[1])


def _more(record: WorkItem | Project, rows: Iterable[WorkItem | Project], trackers: Trackers) -> Extra:
    """What rows say in words that their record does not, each under its header with the source."""
    told = {*record.extra, *_words(record)}
    found = ((trackers.name_of(row), each) for row in rows for each in (*_words(row), *row.extra))
    new = ((f"{each[0]} ({source})", each[1]) for source, each in found if each not in told)
    return tuple(dict.fromkeys(new))


def _by_id(rows: Iterable[R]) -> dict[str, list[R]]:
    groups: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        groups[row.id].append(row)  # type: ignore[attr-defined]
    return dict(groups)


def _without_stubs(groups: dict[str, list[WorkItem]]) -> dict[str, list[WorkItem]]:
    """What links only name gives way to the item itself."""
    return {
        name: rows if len(rows) == 1 else [row for row in rows if not row.stub] or rows for name, rows in groups.items()
    }


def _worse_than(official: Iterable[Work], worst: Mapping[str, Work]) -> bool:
    """Whether more than texts are others in any of these."""
    changed = ((row, worst[row.id]) for row in official if row.id in worst)
    return any(replace(other, extra=row.extra) != row for row, other in changed)


def _official(name: str, rows: Sequence[Work], held: Mapping[str, Held[Work]]) -> Work:
    return held[name].official if name in held else rows[0]
