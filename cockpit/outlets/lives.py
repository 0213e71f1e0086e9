"""The life of a breach as data: in JSON, and in columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from cockpit.records.lives import Acknowledged, Decided, Life, Owed

PARTS: Mapping[str, tuple[str, ...]] = {
    "acknowledged": ("by", "on", "until", "statement"),
    "owed": ("by", "since", "due"),
    "decided": ("by", "on", "due", "option", "outcome", "statement"),
}
"""What is told of an acknowledgement that holds, of a decision that is owed, and of the last one that was made."""
COLUMNS = ("stage", "number", "owed_from", *(f"{part}_{name}" for part, names in PARTS.items() for name in names))


def life_object(life: Life) -> dict[str, Any]:
    """Return where a breach stands as the JSON object that scripts read: fixed keys, null for what there is not.

    Its shape is documented in docs/commands.md, check.
    """
    head = {"stage": life.stage.value, "number": life.number, "owed_from": _plain(life.owed_from)}
    return head | {name: _part(getattr(life, name)) for name in PARTS}


def _part(record: Acknowledged | Owed | Decided | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def life_cells(life: Life) -> dict[str, Any]:
    """Return the cells under `COLUMNS`; nothing in those of what there is not."""
    found = life_object(life)
    cells = {name: found[name] for name in COLUMNS[:3]}
    for part, names in PARTS.items():
        cells |= {f"{part}_{name}": (found[part] or {}).get(name) for name in names}
    return cells
