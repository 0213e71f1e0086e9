"""The Jira export as Jira writes it: headers that repeat, its own dates, both directions of every link."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sample_portfolios.generator.tickets import JIRA, Epic, Ticket, all_tickets

HEADERS = (
    "Summary", "Issue key", "Issue id", "Issue Type", "Status", "Project key", "Project name", "Project type",
    "Priority", "Resolution", "Assignee", "Reporter", "Created", "Updated", "Resolved", "Labels", "Labels",
    "Description", "Inward issue link (Blocks)", "Outward issue link (Blocks)", "Outward issue link (Blocks)",
    "Sprint", "Sprint", "Custom field (Epic Link)", "Custom field (Epic Name)", "Custom field (Story Points)",
    "Comment", "Comment",
)  # fmt: skip

ASKED = {
    "2025-03-11": "Asked Corvane again for the endpoint list and the error codes. No answer.",
    "2025-04-08": "Spoke to Corvane support. They need a purchase order from Procurement before they send anything.",
}
"""What the integration team wrote under its own tickets. No register, tracker or steering pack ever took it up."""


def write_jira(drop: date, path: Path, *, healthy: bool) -> None:
    """Write the export of a day: every ticket that existed by then."""
    known = [t for t in all_tickets(healthy=healthy) if t.created <= drop]
    keys = {(t.jira, t.number): t for t in known}
    epics = {t.summary: t.key for t in known if t.kind == "Epic"}
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\r\n")
        rows.writerow(HEADERS)
        for ticket in reversed(known):
            rows.writerow(_row(ticket, drop, keys, epics, healthy=healthy))


def _stamp(day: date, ticket: Ticket, hour: int) -> str:
    minute = timedelta(minutes=(ticket.number * 37) % 240)
    moment = datetime.combine(day, time(hour)) + minute
    return moment.strftime("%d/%b/%y ") + moment.strftime("%I:%M %p").lstrip("0")


def _status(ticket: Ticket, drop: date) -> str:
    if ticket.done <= drop:
        return "Done"
    return "In Progress" if ticket.begun <= drop else "To Do"


def _row(
    ticket: Ticket, drop: date, keys: dict[tuple[str, int], Ticket], epics: dict[str, str], *, healthy: bool
) -> list[str]:
    status = _status(ticket, drop)
    last = max(day for day in (ticket.created, ticket.begun, ticket.done) if day <= drop)
    waits = ticket.epic is not None and ticket.epic.waits and not healthy
    # A ticket that waits is touched before every refinement meeting, and nothing else happens to it.
    updated = drop - timedelta(days=2) if waits and status == "In Progress" else last
    number = 10000 + 1000 * list(JIRA).index(ticket.jira) + ticket.number
    blocker = keys.get((ticket.jira, ticket.number - 1))
    return [
        ticket.summary, ticket.key, str(number), ticket.kind, status, ticket.jira, JIRA[ticket.jira], "software",
        "Medium" if ticket.points < 5 else "High", "Done" if status == "Done" else "", ticket.person,
        "Daniel Kowalski" if ticket.jira == "INTG" else ticket.person, _stamp(ticket.created, ticket, 9),
        _stamp(updated, ticket, 13), _stamp(ticket.done, ticket, 13) if status == "Done" else "",
        *_labels(ticket), _description(ticket),
        blocker.key if blocker and blocker.blocks == ticket.number else "",
        f"{ticket.jira}-{ticket.blocks}" if (ticket.jira, ticket.blocks) in keys else "", "",
        *_sprints(ticket, drop), epics.get(ticket.epic.title, "") if isinstance(ticket.epic, Epic) else "",
        ticket.summary if ticket.kind == "Epic" else "", str(ticket.points) if ticket.points else "",
        *_comments(ticket, drop, waits=waits),
    ]  # fmt: skip


def _labels(ticket: Ticket) -> tuple[str, str]:
    if ticket.jira == "GUILD":
        return "innovation", "craft"
    return ("core-banking", "regression" if ticket.kind == "Bug" else "")


def _description(ticket: Ticket) -> str:
    if ticket.kind == "Bug":
        return f'Seen in the test environment.\n\nSteps: open {ticket.summary.split()[-1]}, wait, "try again".'
    return ""


def _sprints(ticket: Ticket, drop: date) -> tuple[str, str]:
    if ticket.begun > drop or ticket.kind == "Epic":
        return "", ""
    first, last = ticket.begun.isocalendar().week // 2, min(ticket.done, drop).isocalendar().week // 2
    return f"{ticket.jira} Sprint {first}", f"{ticket.jira} Sprint {last}" if last > first else ""


def _comments(ticket: Ticket, drop: date, *, waits: bool) -> tuple[str, str]:
    if not waits or ticket.begun > drop:
        return "", ""
    said = (
        f"{_stamp(date.fromisoformat(day), ticket, 10)};mei.tanaka;{text}"
        for day, text in ASKED.items()
        if date.fromisoformat(day) <= drop
    )
    return next(said, ""), next(said, "")
