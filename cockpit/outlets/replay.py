"""`cockpit replay`: what was reported beside what the evidence said, date by date, and reality latency per project."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.outlets.cells import dump
from cockpit.outlets.look import PAPER, Look
from cockpit.outlets.page import Entries, Page, Rows, Section
from cockpit.outlets.plain import count
from cockpit.outlets.tables import Column, Table, tied
from cockpit.records.verdicts import Basis, Status

if TYPE_CHECKING:
    from datetime import date

    from cockpit.engine.precision.latency import ReplayDay, ReplayRow

WORSE = (Status.OFF_TRACK, Status.AT_RISK)


@dataclass(frozen=True, slots=True)
class Called:
    """One project: when it was called, how many reports still said Green and until when, and its reality latency."""

    project: str
    title: str
    called_on: date
    reports: int
    until: date
    latency_days: int | None


ROWS: Table[ReplayRow] = Table(
    (
        Column("date", lambda row: row.date),
        Column("project", lambda row: row.project),
        Column("reported", lambda row: row.reported),
        Column("computed", lambda row: row.computed),
        Column("basis", lambda row: row.basis),
        Column("latency_days", lambda row: row.latency_days),
    )
)
"""Every project on every day."""
PROJECTS: Table[Called] = Table(
    (
        Column("project", lambda called: called.project),
        Column("title", lambda called: called.title, "project", grows=True),
        Column("called_on", lambda called: called.called_on, "called on"),
        Column("", lambda called: _still(called), "still Green on"),
        Column("reports", lambda called: called.reports),
        Column("until", lambda called: called.until),
        Column("latency_days", lambda called: called.latency_days, "latency", lambda c: _days(c.latency_days), True),
    )
)


@dataclass(frozen=True, slots=True)
class Replay:
    """All days on which something was observed, to be printed in one of four ways."""

    days: Sequence[ReplayDay]
    rows: Sequence[ReplayRow]
    policy: Sequence[str] = ()
    """Where the policy is looser than the default."""
    title: str = ""

    @property
    def page(self) -> Page:
        """When the evidence called it and which reports still said Green; then the days, then the projects."""
        if not self.days:
            return Page("Nothing to replay: no source has been read yet.")
        lead, why = _lead(self.days, self.rows)
        called = called_of(self.rows)
        sections = (
            [Section(Entries([(reason, "") for reason in why]), "Why, on the evidence of that day")] if why else []
        )
        sections.append(Section(Rows(days_table(self.days), self.days), "Day by day"))
        sections += [Section(Rows(PROJECTS, called), "Project by project")] if called else []
        title = f"{self.title} · reported beside what was true" if self.title else "Reported beside what was true"
        return Page(title, lead, [f"Policy: {note}" for note in self.policy], sections)

    def text(self, look: Look = PAPER) -> str:
        """Return the page in lines of at most `look.width` cells."""
        return self.page.text(look)

    def markdown(self) -> str:
        """Return the page as Markdown."""
        return self.page.markdown()

    def csv(self) -> str:
        """Return every project on every day."""
        return ROWS.csv(self.rows)

    def json(self) -> str:
        """Return the one object that `replay --json` prints; its shape is documented in docs/commands.md."""
        lead, _ = _lead(self.days, self.rows) if self.days else ((), ())
        told: dict[str, Any] = {
            "says": list(lead),
            "days": days_table(self.days).objects(self.days),
            "projects": PROJECTS.objects(called_of(self.rows)),
            "rows": ROWS.objects(self.rows),
            "policy": list(self.policy),
        }
        return dump(told)


def days_table(days: Sequence[ReplayDay]) -> Table[ReplayDay]:
    """Return the table of days. People are told once what stays the same from one day to the next."""
    before = [None, *days]
    same = {day.date for day, last in zip(days, before, strict=False) if last and day.call and day.call == last.call}
    return Table(
        (
            Column("date", lambda day: day.date, "date"),
            Column("", _words, "reported"),
            Column("reported", lambda day: dict(day.reported)),
            Column("worse", lambda day: day.worse),
            Column("", lambda day: tied(count(len(day.worse), "project")) if day.worse else "", "worse than that"),
            Column("call", lambda day: day.call or None, "on the evidence of that day",
                   lambda day: "the same" if day.date in same else day.call, grows=True),
            Column("why", lambda day: day.why),
        )
    )  # fmt: skip


def called_of(rows: Sequence[ReplayRow]) -> list[Called]:
    """Return each project of which a report said Green against the evidence, the one that was called first first."""
    grouped = groupby(sorted(rows, key=lambda row: (row.project, row.date)), key=lambda row: row.project)
    found = [called for _, group in grouped if (called := _called(list(group)))]
    return sorted(found, key=lambda called: (called.called_on, called.title))


def _called(rows: list[ReplayRow]) -> Called | None:
    wrong = [row for row in rows if differs(row)]
    if not wrong:
        return None
    first = wrong[0]
    latency = max((row.latency_days for row in rows if row.latency_days is not None), default=None)
    title = one_line(first.title or first.project)
    return Called(first.project, title, first.date, len(wrong), wrong[-1].date, latency)


def _still(called: Called) -> str:
    return f"{count(called.reports, 'report')}, until {called.until}" if called.reports > 1 else str(called.until)


def _days(value: int | None) -> str:
    return "" if value is None else tied(f"{value} d")


def _words(day: ReplayDay) -> str:
    """The deck of one day: how many of each colour, the best first."""
    order = ("green", "complete", "amber", "red")
    found = ", ".join(tied(f"{day.reported[rag]} {rag.title()}") for rag in order if rag in day.reported)
    return found or "nothing"


def _lead(days: Sequence[ReplayDay], rows: Sequence[ReplayRow]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The day on which the evidence first said worse and how long the deck went on saying Green; and why."""
    called = next((day for day in days if day.worse), None)
    span = f"{count(len(days), 'observation')} from {days[0].date} to {days[-1].date}."
    if called is None:
        return (f"No report said better than the evidence of its day. {span}",), ()
    wrong = {row.date for row in rows if differs(row) and row.project in called.worse}
    turned = next((d.date for d in days if d.date > called.date and _turned(d, called, rows)), None)
    green = [day.date for day in days if day.date in wrong and (turned is None or day.date < turned)]
    if len(green) > 2:
        when = f"in {len(green):,} reports from {green[0]} to {green[-1]}"
    else:
        when = f"on {' and '.join(map(str, green))}"
    after = "" if turned is None else f"; it turned on {turned}, {count((turned - called.date).days, 'day')} later"
    first = f"Cockpit calls it on {called.date}: {one_line(called.call)}."
    return (first, f"The deck still said Green {when}{after}. {span}"), called.why


def _turned(day: ReplayDay, called: ReplayDay, rows: Sequence[ReplayRow]) -> bool:
    """Tell whether on that day any of the projects called first was no longer reported green."""
    return any(
        row.date == day.date and row.project in called.worse and row.reported_rag in ("amber", "red") for row in rows
    )


def differs(row: ReplayRow) -> bool:
    """Tell whether the report said Green while the evidence said worse."""
    return row.reported_rag == "green" and row.computed in WORSE and row.basis is Basis.EVIDENCE
