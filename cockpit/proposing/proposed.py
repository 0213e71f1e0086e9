"""A `[[sources]]` as it is proposed: what goes into the charter, and how surely each line was recognised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.charter.charter import SourceMapping
from cockpit.proposing.columns import Choice
from cockpit.proposing.sure import Sure


@dataclass(frozen=True)
class Setting:
    """A key of a mapping with its value, how surely it holds, and why."""

    key: str
    value: str | bool | date | tuple[str, ...]
    sure: Sure
    why: str = ""


@dataclass(frozen=True)
class Proposed:
    """A `[[sources]]` of a file. `missing` are required columns that no header is."""

    path: str
    format: str
    table: str = ""
    sheet: str = ""
    header_row: int | None = None
    columns: tuple[Choice, ...] = ()
    settings: tuple[Setting, ...] = ()
    defaults: tuple[Setting, ...] = ()
    missing: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    """Headers that stay as they are: kept and shown."""
    notes: tuple[str, ...] = ()
    """Sentences that stand above it."""
    off: str = ""
    """Why it is written as a comment only; empty for one that counts."""
    money: str = ""
    """The currency that its headers name."""
    project: tuple[str, str] | None = None
    """Id and title of a project that is in no table yet, of which it is the plan."""
    rows: int = 0
    named: tuple[tuple[str, str], ...] = ()
    """Of a list of people that is left out: each person as a text, with their team."""
    states: tuple[str, ...] = ()
    """The words of its cells for where projects stand, of which no record keeps more than the meaning."""

    @property
    def active(self) -> tuple[Choice, ...]:
        """The columns that are written as such; the others are comments."""
        return tuple(each for each in self.columns if each.sure is not Sure.UNSURE)

    def mapping(self) -> SourceMapping:
        """Return the mapping as the charter will have it."""
        values: dict[str, Any] = {each.key: each.value for each in self.settings if each.sure is not Sure.UNSURE}
        return SourceMapping.model_validate(
            {
                "path": self.path,
                "format": self.format,
                "table": self.table,
                "sheet": self.sheet,
                "header_row": self.header_row,
                "columns": {each.column: each.header for each in self.active},
                "defaults": {each.key: each.value for each in self.defaults if each.sure is not Sure.UNSURE},
                **values,
            }
        )

    def unsure(self) -> int:
        """Return how many of its lines somebody should look at."""
        lines: Sequence[Choice | Setting] = (*self.columns, *self.settings, *self.defaults)
        return len(self.missing) + sum(each.sure is Sure.UNSURE for each in lines) + bool(self.off)
