"""What one reading changed, row by row: enough to bring the rows of the reading before it up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cockpit.model import Record
from cockpit.store.layout import RowId

MOST = 2_000
"""Rows that are told one by one; where a reading changed more, whoever wants to know reads everything."""


@dataclass(frozen=True)
class TouchedRows:
    """The rows of one source that a reading opened and closed, by table. A changed row is in both.

    `reading` is the import that changed them and `before` the one that ruled its source until then (None: there was
    none). The records are as a snapshot shows them, places included. `in_place`: every row that is open now stands
    where the row of its id stood before, and there are no more and no fewer, so that the records can be exchanged one
    for one; else rows moved, came or went, and the order and row numbers of all are those of the new reading.
    `plain`: an undated file, as the latest word of its source, took the place of its own earlier content: no day before
    `known_on` became another than it was. That is the day of the reading, or a later one after a clock was set back.
    """

    source: str
    reading: int
    before: int | None
    known_on: date
    opened: Mapping[str, Mapping[RowId, Record]]
    closed: Mapping[str, tuple[RowId, ...]]
    in_place: bool
    plain: bool
