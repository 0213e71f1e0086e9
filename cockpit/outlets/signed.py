"""A signature as data: who, when, what it means, over which version, and whether it holds, in JSON and in columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cockpit.records.assessment import StatementView
from cockpit.wording import signatures

SHOWN = ("statement", "signer", "signer_name", "signed_at", "witnessed_at", "meaning", "version", "verdict")
"""The columns that show a signature in a table of something else."""


def zulu(moment: datetime) -> str:
    """Return a time as ISO text in UTC, ending in Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def statement_object(view: StatementView) -> dict[str, Any]:
    """Return a statement as the JSON object that `verify --json` prints; documented in docs/commands.md."""
    body = view.record.body
    return {
        "id": view.record.id,
        "subject": view.subject,
        "meaning": view.meaning,
        "signer": view.record.signer,
        "signer_name": view.signer_name,
        "key": view.record.key,
        "signed_at": zulu(view.record.signed_at),
        "witnessed_at": None if view.witnessed_at is None else zulu(view.witnessed_at),
        "version": signatures.version_of(view),
        "evidence": [sha for sha, _ in view.evidence],
        "note": str(body.get("note", "")),
        "date": body.get("date"),
        "value": body.get("value"),
        "verdict": view.verdict.value,
        "why": view.why,
        "superseded_by": view.superseded_by or None,
        "type": view.record.type,
        "says": f"{signatures.who(view)} {signatures.does(view)}",
        "behalf": view.behalf or None,
        "evidence_names": [name or None for _, name in view.evidence],
        "option": body.get("option"),
    }


def columns(prefix: str = "") -> tuple[str, ...]:
    """Return the names of the columns that show a signature."""
    return tuple(prefix + name for name in SHOWN)


def cells(view: StatementView | None, prefix: str = "") -> Mapping[str, Any]:
    """Return the cells under those columns; nothing in them where nobody signed."""
    if view is None:
        return dict.fromkeys(columns(prefix))
    found = statement_object(view) | {"statement": view.record.id}
    return {prefix + name: found[name] for name in SHOWN}
