"""`cockpit brief`: the one page that a lead needs in the morning, and pastes into a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.outlets.brief_sections import Line, Part, merged_blockers, parts
from cockpit.outlets.cells import dump
from cockpit.outlets.check import cost_of, daily, needed, notes, titled
from cockpit.outlets.look import PAPER, Look
from cockpit.outlets.page import Body, Entries, Page, Rows, Section
from cockpit.outlets.plain import day, name_of
from cockpit.outlets.tables import Column, Table
from cockpit.records.assessment import Assessment
from cockpit.wording import stages
from cockpit.wording.amounts import delay_currency
from cockpit.wording.starting import NEXT, NOTHING, is_blank

__all__ = ["Brief", "brief_of", "merged_blockers", "worst_thing"]


@dataclass(frozen=True, slots=True)
class Brief:
    """The brief of one day, to be printed in one of four ways."""

    assessment: Assessment
    parts: Sequence[Part]

    @property
    def page(self) -> Page:
        """The page for people."""
        today = self.assessment
        title = f"{today.title or today.portfolio} · {today.today.isoformat()} · {today.status.upper()}"
        sections = [
            Section(_body(part), part.heading, not part.lines, part.nothing, part.left_out, part.note)
            for part in self.parts
        ]
        return Page(title, (worst_thing(today),), notes(today), sections)

    def text(self, look: Look = PAPER) -> str:
        """Return the page in lines of at most `look.width` cells."""
        return self.page.text(look)

    def markdown(self) -> str:
        """Return the page as Markdown."""
        return self.page.markdown()

    def csv(self) -> str:
        """Return a row for each line of the page, under the name of its section."""
        return _LINES.csv((part.key, line) for part in self.parts for line in part.lines)

    def json(self) -> str:
        """Return the one object that `brief --json` prints; its shape is documented in docs/commands.md."""
        today = self.assessment
        head: dict[str, Any] = {
            "portfolio": today.portfolio,
            "title": today.title,
            "as_of": today.today.isoformat(),
            "status": today.status.value,
            "currency": delay_currency(today),
            "worst": worst_thing(today),
            "notes": notes(today),
        }
        sections = {
            part.key: {
                "heading": part.heading,
                "lines": [
                    {name: value for name, value in each.items() if name != "section"}
                    for each in _LINES.objects((part.key, line) for line in part.lines)
                ],
                "left_out": part.left_out,
                "note": part.note if part.lines else part.nothing,
            }
            for part in self.parts
        }
        return dump(head | {"sections": sections})


def brief_of(today: Assessment, yesterday: Assessment | None = None) -> Brief:
    """Return the brief for `today`, compared with `yesterday`."""
    return Brief(today, parts(today, yesterday))


def _body(part: Part) -> Body:
    if part.table is not None:
        return Rows(part.table, part.lines)
    return Entries([(line.what, line.says) for line in part.lines])


_LINES: Table[tuple[str, Line]] = Table(
    (
        Column("section", lambda row: row[0]),
        Column("what", lambda row: row[1].what),
        Column("subject", lambda row: row[1].subject or None),
        Column("who", lambda row: row[1].who or None),
        Column("by", lambda row: row[1].by),
        Column("number", lambda row: row[1].number),
        Column("days", lambda row: row[1].days),
        Column("at_least", lambda row: row[1].at_least),
        Column("cost", lambda row: row[1].cost),
        Column("day_cost", lambda row: row[1].day_cost),
        Column("says", lambda row: row[1].says),
    )
)


def worst_thing(assessment: Assessment) -> str:
    """Return the first breach as one sentence: who must act, on what, by when, and what it costs."""
    if is_blank(assessment):
        return f"{NOTHING} {NEXT}"
    if not assessment.breaches:
        return "Nothing to report: no rule is broken."
    first = assessment.breaches[0]
    who = first.owner_name or name_of(assessment, first.owner)
    act = f"{who} must act" if who else "Nobody is named who can act"
    due = needed(assessment).get(first.subject)
    when = f"{'was needed' if due < assessment.today else 'needed'} by {day(due)}" if due else ""
    worth = replace(first, slip_days=None) if first.leverage_days else first
    costs = (cost_of(worth, delay_currency(assessment)), daily(assessment, first.subject))
    price = ", ".join(cost for cost in costs if cost)
    facts = (when, price, stages.stage_text(first))
    more = "".join(f"; {fact.rstrip('.')}" for fact in facts if fact)
    return one_line(f"{act}: {titled(first)}{more}.", 2000)
