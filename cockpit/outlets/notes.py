"""Short lines about imports, rules and raised breaches."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cockpit.basics.text import moment, one_line
from cockpit.outlets.check import cost_of, titled
from cockpit.outlets.look import WIDTH
from cockpit.outlets.plain import count, cut, wrap
from cockpit.records.assessment import Breach

if TYPE_CHECKING:
    from cockpit.engine.rules.base import Rule
    from cockpit.session.live import Change


def change_text(change: Change, most: int | None = None) -> str:
    """Return what one file changed: rows opened, closed, unchanged, and each refused row with its place and reason.

    At most `most` of these where other output follows: a file of junk must not bury it.
    """
    if change.waits:
        return f"{one_line(change.path)}: waits for its day, {change.waits}; nothing of it counts before\n"
    if change.failed:
        head = f"{one_line(change.path)}: refused, the last good version is kept"
    else:
        head = f"{one_line(change.path)}: {change.opened} opened, {change.closed} closed, {change.unchanged} unchanged"
    if change.problems and not change.failed:
        head += f", {count(len(change.problems), 'problem')}"
    lines = [f"  {one_line(str(problem), 1000)}" for problem in change.problems[:most]]
    left = len(change.problems) - len(lines)
    return "\n".join([head, *lines, *([f"  … and {left:,} more"] if left else [])]) + "\n"


def bundle_text(change: Change) -> str:
    """Return what became of the statements of a bundle, and each that was refused with its line and reason."""
    head = f"{one_line(change.path)}: {change.opened:,} new, {change.unchanged:,} known already"
    head += f", {count(len(change.problems), 'problem')}" if change.problems else ""
    return "\n".join([head, *(f"  {one_line(str(problem), 1000)}" for problem in change.problems)]) + "\n"


def rules_text(rules: Iterable[Rule], width: int = WIDTH) -> str:
    """Return every rule: code, what it asks, its tolerance, what clears it."""
    lines: list[str] = []
    for rule in rules:
        lines += [f"{rule.code}  ({rule.family})", *wrap(rule.asks, width, first="  ")]
        for word, text in (("Tolerance", rule.tolerance), ("Clears when", rule.clears)):
            lines += wrap(text, width, first=f"  {word}: ", rest="    ") if text else []
        lines.append("")
    return "\n".join(lines)


def event_object(event: str, breach: Breach, at: datetime) -> dict[str, Any]:
    """Return a raised or cleared breach as the object that `watch --json` prints."""
    return {
        "at": at.isoformat(timespec="milliseconds"),
        "event": event,
        "code": breach.code,
        "subject": breach.subject,
        "title": breach.title,
        "owner": breach.owner or None,
        "owner_name": breach.owner_name or None,
        "project": breach.project or None,
        "slip_days": breach.slip_days,
        "leverage_days": breach.leverage_days,
        "clears_when": breach.clears_when,
        "key": breach.key,
    }


def event_json(event: str, breach: Breach, at: datetime) -> str:
    """Return the line of `watch --json`: one object, pure ASCII, no newline inside."""
    return json.dumps(event_object(event, breach, at), allow_nan=False) + "\n"


def event_text(event: str, breach: Breach, at: datetime, currency: str | None = None) -> str:
    """Return the line of `watch`: time, event, rule, title, who must act, what it costs."""
    who = one_line(breach.owner_name or breach.owner) or "nobody named"
    cost = cost_of(breach, currency)
    text = f"{moment(at)} {event} {breach.code} {titled(breach)}; {who}"
    return cut(one_line(f"{text}; {cost}" if cost and event == "raised" else text, 500), 500) + "\n"
