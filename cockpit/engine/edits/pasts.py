"""The life of a row: what it said first and since, through renamed files, until it was gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from cockpit.basics.classes import dataclass
from cockpit.records.edits import Step, Stretch
from cockpit.records.model import Record

LATEST = Step(date.max, 1 << 62)
"""After all that is known."""


class Said(NamedTuple):
    """What a row said from a step on; None: it was not there."""

    since: Step
    record: Record | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row through its life, in the order of time. It begins with a record."""

    said: tuple[Said, ...]

    @property
    def first(self) -> Record:
        """What it said when it was known first."""
        record = self.said[0].record
        assert record is not None
        return record

    @property
    def last(self) -> Record:
        """What it said last."""
        return next(said.record for said in reversed(self.said) if said.record is not None)

    def at(self, step: Step) -> Record | None:
        """What it said when all up to a step was known."""
        return next((said.record for said in reversed(self.said) if said.since <= step), None)

    def named(self, standing: Callable[[Record], Record]) -> Line:
        """The same with its records under other names."""
        return Line(tuple(Said(since, None if record is None else standing(record)) for since, record in self.said))

    def since(self, base: Step | None, until: Step = LATEST) -> Iterator[Said]:
        """What it said at a step (at first, where none is given or it came later), and each time after it."""
        known = [said for said in self.said if said.since <= until]
        begun = [place for place, said in enumerate(known) if base is not None and said.since <= base]
        yield from _shortened(known[begun[-1] if begun else 0 :])


def lines_of(stretches: Iterable[Stretch]) -> tuple[Line, ...]:
    """The rows behind the stretches of one key: a row that is in another file since the day on which it left one goes
    on."""
    rows: dict[tuple[str, int], list[Stretch]] = defaultdict(list)
    for stretch in stretches:
        rows[stretch.source, stretch.copy].append(stretch)
    lines: list[list[Said]] = []
    for own in sorted(rows.values(), key=lambda own: (own[0].since, own[0].source, own[0].copy)):
        said = _said(own)
        earlier = [line for line in lines if _ends(line) and line[-1].since.on <= said[0].since.on]
        if earlier:
            before = max(earlier, key=lambda line: line[-1].since)
            if before[-1].since.on == said[0].since.on:
                before.pop()
            before += [each for each in said if not before or each.since >= before[-1].since]
        else:
            lines.append(said)
    found = (Line(tuple(told)) for line in lines if (told := list(_without_stubs(line))))
    return tuple(found)


def _said(own: Sequence[Stretch]) -> list[Said]:
    found: list[Said] = []
    for stretch in own:
        if found and found[-1].record is None and found[-1].since == stretch.since:
            found.pop()
        found.append(Said(stretch.since, stretch.record))
        if stretch.until is not None:
            found.append(Said(stretch.until, None))
    return found


def _ends(line: Sequence[Said]) -> bool:
    return line[-1].record is None


def _without_stubs(line: Iterable[Said]) -> Iterator[Said]:
    """A row that is there by name only, since others name it or it was cancelled, is not there."""
    there = False
    for since, record in line:
        real = record is not None and not getattr(record, "stub", False)
        if real or there:
            yield Said(since, record if real else None)
        there = real


def _shortened(line: Sequence[Said]) -> Iterator[Said]:
    """Without what a row said for no part of a day, where something else stands on that day: it was being written."""
    for place, said in enumerate(line):
        after = line[place + 1] if place + 1 < len(line) else None
        if place and after is not None and after.since.on == said.since.on:
            continue
        yield said
