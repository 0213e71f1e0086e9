"""Whether work that is no longer in a plan was taken over by other work of it: split, renamed, or planned in detail."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from cockpit.engine.edits.lengths import length_of
from cockpit.engine.rows import has_begun
from cockpit.records.edits import Step
from cockpit.records.model import Kind, Link, WorkItem

if TYPE_CHECKING:
    from cockpit.engine.edits.firstplan import Cut
    from cockpit.engine.facts import Facts

BEFORE, AFTER = timedelta(days=45), timedelta(days=7)
"""What takes the place of other work comes at most so long before that is taken out, or so long after."""
ENOUGH = 0.9
"""So much of the work must be there again."""
LEAST = 0.01
"""Less than so many days are none."""


class Replaced:
    """Asks it of one project. `ties` are those of `ties_of`."""

    def __init__(self, facts: Facts, project: str, ties: Mapping[str, Set[str]]) -> None:
        self._facts = facts
        self._project = project
        self._ties = ties
        self._used: set[str] = set()

    @cached_property
    def _new(self) -> list[tuple[WorkItem, Step]]:
        """Work of the project that was not there at first, in the order in which it came."""
        newer = self._facts.edits.newer["work_items"]
        rows = self._facts.items_by_project.get(self._project, ()) if newer else ()
        return sorted(((i, newer[i.id]) for i in rows if i.id in newer), key=lambda pair: (pair[1], pair[0].id))

    @cached_property
    def _parts(self) -> Mapping[str, Sequence[WorkItem]]:
        """Beginning of a title or id, or heading, → the new work that goes by it."""
        found: dict[str, list[WorkItem]] = defaultdict(list)
        for item, _ in self._new:
            names = {f"below {item.parent}"} if item.parent else set[str]()
            for text in dict.fromkeys((_folded(item.title), _folded(item.id))):
                names |= {text[:end] for end in range(1, len(text) + 1) if _ends_word(text, end)}
            for name in names:
                found[name].append(item)
        return found

    def _part_of(self, item: WorkItem) -> list[WorkItem]:
        """The new work that stands below an item, or goes by its id or by its title and a word more."""
        names = dict.fromkeys((f"below {item.id}", _folded(item.id), _folded(item.title)))
        found = {part.id: part for name in names for part in self._parts.get(name, ())}
        return [part for part in found.values() if part.id not in self._used]

    def after_splits(self, cuts: Sequence[Cut]) -> Iterator[Cut]:
        """The cuts without what new work took over of them."""
        for cut in cuts:
            taken = 0.0
            for part in self._part_of(cut.item) if self._new else ():
                if taken < cut.days:
                    self._used.add(part.id)
                    taken += min(_days_of([part], instead_of=[cut.item]), cut.days - taken)
            if cut.days - taken > LEAST:
                yield replace(cut, was=cut.was - taken)

    def not_replaced(self, rows: Sequence[tuple[WorkItem, Step]]) -> Iterator[tuple[WorkItem, Step]]:
        """Work that was taken out and not taken over. Where some of what took its place is done, what is left of it is
        less."""
        groups: dict[date, list[WorkItem]] = defaultdict(list)
        for item, step in rows:
            parts = self._part_of(item)
            if parts and _days_of(parts, instead_of=[item]) >= ENOUGH * (length_of(item) or 0.0):
                self._used.update(part.id for part in parts)
            else:
                groups[step.on].append(item)
        steps = {item.id: step for item, step in rows}
        for on in sorted(groups):
            yield from ((item, steps[item.id]) for item in self._group(on, groups[on]))

    def _group(self, on: date, gone: Sequence[WorkItem]) -> list[WorkItem]:
        """What of the work that was taken out on a day is not there again."""
        lost = sum(length_of(item) or 0.0 for item in gone)
        new = [i for i, step in self._new if i.id not in self._used and on - BEFORE <= step.on <= on + AFTER]
        new = self._in_place(gone, [i for i in new if i.kind is not Kind.SUMMARY])
        if new and _days_of(new, instead_of=gone) >= ENOUGH * lost:
            self._used.update(item.id for item in new)
            return []
        done = _days_of([item for item in new if self._facts.is_started(item)], instead_of=gone)
        left = max(0.0, 1 - done / lost) if lost else 1.0
        return [_shortened(item, left) for item in gone]

    def _in_place(self, gone: Sequence[WorkItem], new: Sequence[WorkItem]) -> list[WorkItem]:
        """What came where work was taken out: below the same heading, or tied to what that was tied to, by a chain of
        new work too. Where nothing is left around it, all that came."""
        around = {name for item in gone for name in self._ties.get(item.id, ()) if name in self._facts.items}
        heads = {item.parent for item in gone if item.parent} | {item.id for item in gone}
        if not around and not any(item.parent in heads for item in new):
            return list(new)
        known = {item.id: item for item in new}
        found = dict.fromkeys(i.id for i in new if i.parent in heads or not around.isdisjoint(self._ties.get(i.id, ())))
        open_ones = list(found)
        while open_ones:
            others = [n for n in self._ties.get(open_ones.pop(), ()) if n in known and n not in found]
            found |= dict.fromkeys(others)
            open_ones += others
        return [known[name] for name in found]


def ties_of(facts: Facts) -> dict[str, set[str]]:
    """Work that came later than the rest, or is gone, → what it is or was tied to."""
    newer = facts.edits.newer["work_items"]
    gone = (line.last for lines in facts.edits.lines["links"].values() for line in lines)
    found: dict[str, set[str]] = defaultdict(set)
    for link in (*facts.snapshot.links, *gone):
        assert isinstance(link, Link)
        for one, other in ((link.predecessor, link.successor), (link.successor, link.predecessor)):
            if one in newer or one in facts.edits.gone_items:
                found[one].add(other)
    return found


def _days_of(new: Sequence[WorkItem], *, instead_of: Sequence[WorkItem]) -> float:
    """The working days of new work. What is begun tells no more how long it took where that was told by what is left
    alone: it is enough for work of which no more was told either."""
    by_rest = all(item.duration_days is None for item in instead_of)
    if by_rest and any(item.duration_days is None and has_begun(item) for item in new):
        return math.inf
    return sum(length_of(item) or 0.0 for item in new)


def _shortened(item: WorkItem, left: float) -> WorkItem:
    days = length_of(item)
    return item if days is None or left == 1 else replace(item, duration_days=days * left)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())[:200]


def _ends_word(text: str, end: int) -> bool:
    """Whether a word ends there."""
    return text[end - 1].isalnum() and (end == len(text) or not text[end].isalnum())
