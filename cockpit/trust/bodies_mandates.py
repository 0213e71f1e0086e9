"""The bodies of statements about who may sign: transfers, delegations, what is taken back; and receipts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from cockpit.records.model import Meaning
from cockpit.trust.fields import (
    HASH,
    is_day,
    is_line,
    matches,
    moment,
    need,
    need_keys,
    need_note,
    need_of,
    need_subject,
)

ROLES: Mapping[str, tuple[str, ...]] = {
    "dependency": ("giver_owner", "receiver_owner"),
    "milestone": ("acceptor",),
    "kpi": ("owner",),
    "objective": ("owner",),
    "project": ("owner", "sponsor"),
    "team": ("lead",),
}
"""What can be owned, by kind of subject, named as in the tables."""
LONGEST_DAYS = 92
"""A delegation is for holidays: whoever is away for longer transfers."""
MOST_SUBJECTS = 200
MOST_SEEN = 500

Body = Mapping[str, Any]


def transfer(body: Body) -> None:
    """Raise StatementError unless this gives a role in a subject to a person."""
    need_keys(body, frozenset({"subject", "role", "to", "note"}), frozenset(), "body.")
    need_subject(body["subject"])
    roles = ROLES.get(body["subject"].partition(":")[0], ())
    need(body["role"] in roles, "has a body.role that its subject does not have")
    need(is_line(body["to"]), "has a body.to that is not one line of text")
    need_note(body)


def accept(body: Body) -> None:
    """Raise StatementError unless this names the transfer that is accepted."""
    need_keys(body, frozenset({"of"}), frozenset(), "body.")
    need_of(body)


def delegate(body: Body) -> None:
    """Raise StatementError unless this names a person, meanings, subjects and at most a quarter of a year."""
    need_keys(body, frozenset({"to", "meanings", "subjects", "from", "until", "note"}), frozenset(), "body.")
    need(is_line(body["to"]), "has a body.to that is not one line of text")
    _need_sorted(body["meanings"], "meanings", len(Meaning))
    need(all(m in tuple(Meaning) for m in body["meanings"]), "has body.meanings that are not known here")
    _need_sorted(body["subjects"], "subjects", MOST_SUBJECTS)
    for subject in body["subjects"]:
        need_subject(subject)
    for name in ("from", "until"):
        need(is_day(body[name]), f"has a body.{name} that is not a day such as 2025-03-31")
    length = (date.fromisoformat(body["until"]) - date.fromisoformat(body["from"])).days + 1
    need(0 < length <= LONGEST_DAYS, f"is not for one to {LONGEST_DAYS} days")
    need_note(body)


def recall(body: Body) -> None:
    """Raise StatementError unless this names what is taken back."""
    need_keys(body, frozenset({"of", "note"}), frozenset(), "body.")
    need_of(body)
    need_note(body)


def receipt(body: Body) -> None:
    """Raise StatementError unless this gives the times at which statements were first seen."""
    need_keys(body, frozenset({"seen"}), frozenset(), "body.")
    seen = body["seen"]
    well = isinstance(seen, dict) and 0 < len(seen) <= MOST_SEEN
    need(well, f"has a body.seen that is not an object of one to {MOST_SEEN} times")
    need(all(matches(HASH, id_) for id_ in seen), "has a body.seen of what is not the id of a statement")
    times = all(moment(at) is not None for at in seen.values())
    need(times, "has a body.seen with what is not a UTC time such as 2025-03-31T08:15:00Z")


def _need_sorted(values: object, name: str, most: int) -> None:
    well = isinstance(values, list) and 0 < len(values) <= most and all(isinstance(v, str) for v in values)
    need(well, f"has body.{name} that are not a list of one to {most} texts")
    if isinstance(values, list):
        need(all(a < b for a, b in pairwise(values)), f"has body.{name} that are not sorted, or one twice")
