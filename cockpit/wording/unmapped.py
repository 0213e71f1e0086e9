"""Tickets that serve no objective as the rows of a list: by cause, by team, by epic, or one by one; and what was mapped
by signature. Each row that can be mapped as a whole says by which words a signature would map it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from cockpit.basics.classes import dataclass
from cockpit.records.assessment import Assessment
from cockpit.records.measures import ServedView, UnmappedTicket
from cockpit.records.model import Origin


class By(StrEnum):
    """How the list is grouped."""

    CAUSE = "cause"
    TEAM = "team"
    EPIC = "epic"
    EFFORT = "effort"
    """One by one, most effort first."""
    SIGNED = "mapped"
    """What is mapped by signature."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a group of tickets, a ticket, or what was mapped by signature."""

    key: str
    title: str
    count: int
    effort: float
    items: tuple[str, ...] = ()
    """The first of them."""
    field: str = ""
    """What a signature would map it by; empty where it can only be mapped ticket by ticket."""
    pattern: str = ""
    team: str = ""
    ticket: UnmappedTicket | None = None
    served: ServedView | None = None

    @property
    def origin(self) -> Origin | None:
        """Where a single ticket stands."""
        return self.ticket.origin if self.ticket is not None else None


MOST = 200
"""So many tickets of a group are named."""
NONE = {By.TEAM: "no team", By.EPIC: "no epic"}


def rows(assessment: Assessment, by: By) -> tuple[Row, ...]:
    """The list grouped so, most tickets first."""
    if by is By.SIGNED:
        return tuple(map(_signed, assessment.alignment.served))
    if by is By.CAUSE:
        return tuple(
            Row(f"{by}:{g.cause}", g.cause, g.count, g.effort, g.items[:MOST], *_by(g.field, g.value))
            for g in assessment.alignment.groups
        )
    if by is By.EFFORT:
        return tuple(map(single, assessment.unmapped))
    return _grouped(assessment, by)


def within(assessment: Assessment, by: By, key: str) -> tuple[Row, ...]:
    """The tickets of the group of that key, most effort first."""
    tell = _KEYS[by]
    return tuple(single(ticket) for ticket in assessment.unmapped if f"{by}:{tell(ticket)}" == key)


def single(ticket: UnmappedTicket) -> Row:
    """The row of one ticket."""
    return Row(
        f"id:{ticket.id}", f"{ticket.id} {ticket.title}", 1, ticket.effort, (ticket.id,), *_by("id", ticket.id),
        ticket.team, ticket,
    )  # fmt: skip


_KEYS: dict[By, Callable[[UnmappedTicket], str]] = {
    By.CAUSE: lambda ticket: ticket.cause,
    By.TEAM: lambda ticket: ticket.team,
    By.EPIC: lambda ticket: ticket.epic,
    By.EFFORT: lambda ticket: ticket.id,
}


def _grouped(assessment: Assessment, by: By) -> tuple[Row, ...]:
    groups: dict[str, list[UnmappedTicket]] = {}
    for ticket in assessment.unmapped:
        groups.setdefault(_KEYS[by](ticket), []).append(ticket)
    found = (_group(assessment, by, name, tickets) for name, tickets in groups.items())
    return tuple(sorted(found, key=lambda row: (-row.count, row.key)))


def _group(assessment: Assessment, by: By, name: str, tickets: Sequence[UnmappedTicket]) -> Row:
    title = NONE[by] if not name else assessment.names.get(name, name)
    if by is By.EPIC and name:
        title = f"{name} {tickets[0].epic_title}" if tickets[0].epic_title != name else name
    field = "" if not name else "team" if by is By.TEAM else "id"
    return Row(
        f"{by}:{name}", title, len(tickets), _effort(tickets), tuple(t.id for t in tickets[:MOST]),
        *_by(field, name),
    )  # fmt: skip


def _effort(tickets: Iterable[UnmappedTicket]) -> float:
    return sum(ticket.effort for ticket in tickets)


def _by(field: str, text: str) -> tuple[str, str]:
    """Field and pattern that mean this text alone; both empty where there are none."""
    return (field, text) if field and text and "*" not in text else ("", "")


def _signed(view: ServedView) -> Row:
    words = f"{view.pattern} and all below it" if view.field == "id" else f"{view.field} is {view.pattern}"
    return Row(view.subject, words, view.count, view.effort, field=view.field, pattern=view.pattern, served=view)
