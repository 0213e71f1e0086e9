"""Which source a record comes from, and which of several sources is the official one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from cockpit.records.model import Record
from cockpit.records.snapshot import SourceFile

R = TypeVar("R", bound=Record)


class Rank(NamedTuple):
    """How official a source is: the least is. A source that the charter calls a shadow comes after all that it does
    not, and what was read first here before what was added later; sources read first on one day are equals."""

    shadow: bool
    since: date


OFFICIAL = Rank(False, date.min)
"""What the charter itself says, and rows of which nobody knows the source."""


class Trackers:
    """The sources of a snapshot, by the places of their records."""

    def __init__(self, sources: Iterable[SourceFile]) -> None:
        self._ranks = {each.name: Rank(each.shadow, each.since or date.min) for each in sources}
        self._names: dict[str, str] = {each.path: each.name for each in sources}

    def name_of(self, record: Record) -> str:
        """The source of a record: the name that is the same over all its drops; empty for none."""
        return self.named(record.origin.path) if record.origin is not None else ""

    def named(self, path: str) -> str:
        """The name of the source whose file lies at a path; empty for none."""
        if not path:
            return ""
        if path not in self._names:
            self._names[path] = undated(path)
        return self._names[path]

    def rank_of(self, record: Record) -> Rank:
        """How official the source of a record is."""
        return self._ranks.get(self.name_of(record), OFFICIAL)

    def is_shadow(self, record: Record) -> bool:
        """Whether the charter calls the source of a record a shadow."""
        return self.rank_of(record).shadow

    def parted(self, rows: Sequence[R]) -> tuple[list[R], list[R]]:
        """The rows of the most official sources among these, and those of all others, each in the order they came."""
        best = min(map(self.rank_of, rows))
        official = [row for row in rows if self.rank_of(row) == best]
        return official, [row for row in rows if self.rank_of(row) != best]


def undated(path: str) -> str:
    """A path without the folders that are named with an ISO date: a drop's file is named so over all its drops."""
    *folders, name = path.split("/")
    return "/".join([*(each for each in folders if not _is_day(each)), name])


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
