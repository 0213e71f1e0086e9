"""What a file says otherwise than when it was read last: what is read and kept in place of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from cockpit.basics.classes import dataclass
from cockpit.records.model import Problem, Record


@dataclass(frozen=True)
class Difference:
    """How a file of one table, read as import `before`, is to be brought up to date.

    `gone` are the keys of the records that stood in lines that are there no longer or read otherwise, by the row they
    stood in; `records` those of the lines that came in their places or were added, with their own. All other records
    are as they were; the row of each is as `row_now` says. `problems` are those of the whole file.
    """

    before: int
    table: str
    gone: Mapping[int, str]
    records: tuple[Record, ...]
    problems: tuple[Problem, ...]
    moved: Mapping[int, int] = field(default_factory=dict)
    """By the row in which a record stood the one in which it stands, of those that moved by themselves."""
    tail: int = 0
    """The row from which on all records moved alike, by `shift`; those before it are where they were."""
    shift: int = 0

    def row_now(self, row: int) -> int:
        """Return where a record stands that is kept and stood in `row`."""
        return row + self.shift if row >= self.tail else self.moved.get(row, row)
