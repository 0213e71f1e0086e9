"""Ids that are unique in their own file or tracker only, made unique in the portfolio: `qualifier/id`, as of plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cockpit.records.model import Batch, Link, Record, WorkItem


def qualified(records: Sequence[Record], qualifier: str) -> list[Record]:
    """Return work items and links with `qualifier/` before every id of a work item; other records as they are."""
    return [_qualified(record, qualifier) for record in records] if qualifier else list(records)


def _qualified(record: Record, qualifier: str) -> Record:
    if isinstance(record, WorkItem):
        parent = f"{qualifier}/{record.parent}" if record.parent else ""
        return replace(record, id=f"{qualifier}/{record.id}", parent=parent)
    if isinstance(record, Link):
        ends = (f"{qualifier}/{end}" for end in (record.predecessor, record.successor))
        return replace(record, predecessor=next(ends), successor=next(ends))
    return record


def qualified_batch(batch: Batch, qualifier: str) -> Batch:
    """Return a batch whose ids are qualified."""
    if not qualifier:
        return batch
    records: Mapping[str, tuple[Record, ...]] = {
        table: tuple(qualified(rows, qualifier)) for table, rows in batch.records.items()
    }
    return Batch(records, batch.problems)
