"""What a charter says that binds, as one text for each setting: kept by the store, so that a change is seen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cockpit.charter.charter import Charter

_PORTFOLIO = ("today", "calendar", "steward", "effort_unit")
"""The keys of `[portfolio]` that decide an answer."""


def settings(charter: Charter) -> dict[str, str]:
    """Return every setting that binds, by its dotted name, such as `policy.silence_days` or `calendars.bank`.

    Titles, RAG words and notifications bind nothing: what is reported never enters a status. A setting that says
    nothing is left out.
    """
    found = {f"portfolio.{name}": _text(getattr(charter.portfolio, name)) for name in _PORTFOLIO}
    found |= {f"policy.{name}": _text(value) for name, value in _flat(charter.policy)}
    found |= {f"states.{word}": str(state) for state, words in charter.states.items() for word in words
              if word in charter.chosen}  # fmt: skip
    for table in ("calendars", "teams", "people"):
        found |= {f"{table}.{record.id}": _record(record) for record in getattr(charter, table)}
    found |= _numbered(
        (f"sources.{each.path}", each.model_dump_json(exclude_defaults=True)) for each in charter.sources
    )
    found |= _numbered((f"assign.{a.field}={a.pattern}", " → ".join(filter(None, (a.project, a.objective))))
                       for a in charter.assignments)  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _numbered(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Settings whose name may be given several times."""
    seen: Counter[str] = Counter()
    found: dict[str, str] = {}
    for name, value in pairs:
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name}#{seen[name]}"] = value
    return found


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested records and mappings, by their dotted names."""
    if is_dataclass(value):
        pairs: Iterable[tuple[str, Any]] = ((field.name, getattr(value, field.name)) for field in fields(value))
    elif isinstance(value, Mapping):
        pairs = ((str(key), each) for key, each in value.items())
    else:
        yield path, value
        return
    for name, each in pairs:
        yield from _flat(each, f"{path}.{name}" if path else name)


def _record(record: Any) -> str:
    """What a record says other than its defaults, as JSON."""
    said = {
        field.name: getattr(record, field.name)
        for field in fields(record)
        if field.name not in ("id", "origin", "extra")
        and (field.default is MISSING or getattr(record, field.name) != field.default)
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=_text)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else f"{value:.15g}" if isinstance(value, float) else str(value)
