"""What became of one subject, as frozen records: what files said of it, and what was signed over which version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.records.assessment import StatementView
from cockpit.records.model import Origin, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One reading of a file, or its removal. `number` grows with each."""

    number: int
    path: str
    known_on: date
    claimed: bool
    """The day is the drop folder's word."""
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RowVersion:
    """What one row said from one reading of its file until another; `record.origin` is its place in the first."""

    table: str
    line: tuple[str, str, int]
    """Source, key and copy: the row through its life."""
    record: Record
    opened: Look
    closed: Look | None
    counted: bool
    """It was the truth of some day. Another reading of one dated drop corrects the one before, which then never was."""


class Happening(StrEnum):
    """What a reading did to a row."""

    FIRST = "first"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What a signature covers: one version of its subject, as the fields that bind."""

    version: str
    fields: Mapping[str, Any]
    origin: Origin | None = None
    """Where a file said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A file said something new of a subject."""

    at: datetime
    """Its place in time: when the file was read, of a dated drop the day that its folder claims."""
    happening: Happening
    table: str
    look: Look
    origin: Origin
    values: Mapping[str, Any]
    """What it says, field by field; of a row that is gone, what it said last."""
    was: Mapping[str, Any] = field(default_factory=dict)
    """Of each field that changed what it said before."""
    version: str = ""
    """The hash of what a signature over it covers; empty where nothing in this table binds."""
    present: bool | None = None
    """Whether that is the version that the subject has now; None where there is none."""
    counted: bool = True
    """False where another reading of the same dated drop corrected it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Somebody signed something of a subject, or of the key that such a signature was made with."""

    at: datetime
    view: StatementView
    version: str = ""
    """The hash of what it was signed over; empty for what is over no version."""
    covered: Covered | None = None
    """That version, where it is known what it said."""
    present: bool | None = None
    """Whether it is the version that the subject has now; None where that can't be told."""
    superseded_by: str = ""
    """What the same person said of the same next, whether or not either still holds."""
    supersedes: str = ""
    disputed_by: tuple[str, ...] = ()
    """Disputes of what it says that its signer did not know of, whether or not either still holds."""
    revoked_by: tuple[str, ...] = ()
    """Revocations of the key that it was signed with. Whether they reach it, its verdict says."""


Event = Told | Signed
"""Something that happened to a subject."""
