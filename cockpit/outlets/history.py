"""The history of a subject as text, and as JSON that scripts can rely on (docs/commands.md, verify)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cockpit.outlets.look import WIDTH
from cockpit.outlets.plain import count, wrap
from cockpit.outlets.signed import statement_object, zulu
from cockpit.records.past import Event, Signed, Told
from cockpit.wording import telling


def history_text(subjects: Mapping[str, Iterable[Event]], width: int = WIDTH) -> str:
    """Return what happened to each subject, oldest first, in lines of at most `width` cells."""
    lines: list[str] = []
    for subject, events in subjects.items():
        told = [telling.event_lines(event) for event in events]
        lines += [*([""] if lines else []), *wrap(f"{subject} · {count(len(told), 'event')}, oldest first", width)]
        for event in told:
            lines += ["", *(row for _, text in event for row in _wrapped(text, width))]
    return "\n".join(lines) + "\n"


def _wrapped(text: str, width: int) -> list[str]:
    bare = text.lstrip(" ")
    indent = " " * (len(text) - len(bare))
    return wrap(bare, width, first=indent, rest=indent + "  ")


def history_objects(subjects: Mapping[str, Iterable[Event]]) -> dict[str, list[dict[str, Any]]]:
    """Return the events of each subject as the JSON objects that `verify --json` prints."""
    return {
        subject: [_signed(event) if isinstance(event, Signed) else _told(event) for event in events]
        for subject, events in subjects.items()
    }


def _signed(event: Signed) -> dict[str, Any]:
    more = {
        "present": event.present,
        "covers": None if event.covered is None else dict(event.covered.fields),
        "supersedes": event.supersedes or None,
        "superseded_by": event.superseded_by or None,
        "disputed_by": list(event.disputed_by),
        "key_revoked_by": list(event.revoked_by),
    }
    return {"event": "signed", "at": zulu(event.at), **statement_object(event.view), **more}


def _told(event: Told) -> dict[str, Any]:
    return {
        "event": "read",
        "at": zulu(event.at),
        "change": event.happening.value,
        "table": event.table,
        "path": event.origin.path,
        "sheet": event.origin.sheet or None,
        "row": event.origin.row,
        "known_on": event.look.known_on.isoformat(),
        "claimed": event.look.claimed,
        "read_at": zulu(event.look.read_at),
        "values": dict(event.values),
        "was": dict(event.was),
        "version": event.version or None,
        "present": event.present,
        "counted": event.counted,
    }
