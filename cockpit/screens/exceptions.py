"""Exceptions: what needs a decision now? The worst breach in four lines, then all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from cockpit import stages
from cockpit.amounts import delay_currency
from cockpit.assessment import Assessment, Blocker, Breach
from cockpit.screens.bars import NoteLine
from cockpit.screens.base import ACKNOWLEDGE, DECIDE, CockpitScreen
from cockpit.screens.life import apart_line, turn
from cockpit.screens.table import Column, KeyedTable
from cockpit.screens.why import STYLES, Facts, breach_facts, dependency_of, named, signoff_of
from cockpit.screens.words import SEVERITY, Cell, age, count, day, days, duty, inert, money, pad, rule


def blocker_of(breach: Breach, assessment: Assessment) -> Blocker | None:
    """Return the blocker that stands behind a breach, preferring that of its own objective."""
    found = [
        blocker
        for chain in assessment.chains
        for blocker in chain.blockers
        if blocker.breach == breach.key or breach.subject in (blocker.subject, *blocker.together)
    ]
    joint = next((blocker for blocker in found if blocker.objective == breach.objective), found[0] if found else None)
    # Of several that stand as one row, the one that the breach is about.
    return next((one for one in joint.members if one.subject == breach.subject), joint) if joint else None


def headline(breach: Breach, place: int, assessment: Assessment) -> list[Cell]:
    """Return four lines: which breach; who must act on what; what it holds and costs; by when, and what clears it."""
    lines: list[Cell] = []
    mark, tone = SEVERITY[breach.severity]
    age_days = (assessment.today - breach.since).days
    opened = f"open {count(age_days, 'day')}" if age_days > 0 else "new"
    first = f"{place} of {len(assessment.breaches):,}  {mark} {breach.severity} · {rule(breach.code)} · {opened}"
    lines.append((first + _needed(breach, assessment), tone))
    view, owed = dependency_of(assessment, breach.subject), breach.life.owed
    who = (owed.by_name if owed else breach.owner_name or breach.owner) or "Nobody is named who"
    must = f"must decide by {day(owed.due)}" if owed else duty(breach.code)
    lines.append((f"{inert(who)} {must}: {inert(view.record.title if view else breach.title)}", "head"))
    lines.append((_stakes(breach, assessment), ""))
    lines.append((f"clears when {inert(breach.clears_when).removeprefix('clears when ')}", "muted"))
    return lines


def _stakes(breach: Breach, assessment: Assessment) -> str:
    blocker = blocker_of(breach, assessment)
    view = dependency_of(assessment, breach.subject)
    held = breach.project or (view.projects[0] if view and view.projects else "") or breach.objective
    parts = []
    if breach.leverage_days:
        more = f" with {len(breach.together)} more" if breach.together else ""
        parts.append(f"worth {days(breach.leverage_days, breach.at_least)}{more}")
    elif breach.slip_days:
        parts.append(f"late by {days(breach.slip_days, breach.at_least)}")
    currency = delay_currency(assessment)
    if breach.cost is not None and currency is not None:
        parts.append(money(breach.cost, currency, breach.cost_assumed))
    daily = next((o for o in assessment.objectives if o.record.id == breach.objective), None)
    if currency is not None and daily is not None and daily.cost_of_delay is not None:
        parts.append(f"{money(daily.cost_of_delay, currency, daily.cost_assumed)}/day")
    if held:
        # Last, since it is the first to be cut.
        blocked = f" for {count(blocker.blocked_days, 'day')}" if blocker and blocker.blocked_days else ""
        holds = "may hold" if breach.code == "DEP-SUSPECTED" else "holds"
        parts.append(f"{holds} {inert(named(assessment, held))}{blocked}")
    return " · ".join(parts) or "no days or money known to hang on it"


def _needed(breach: Breach, assessment: Assessment) -> str:
    signoff, view = signoff_of(assessment, breach.subject), dependency_of(assessment, breach.subject)
    due = (signoff.due if signoff else None) or (view.record.needed_by if view else None)
    if due is None:
        return ""
    return f" · {'was needed' if due < assessment.today else 'needed'} by {day(due)}"


class Headline(Widget):
    """The breach under the cursor in four lines; before any key, the worst one."""

    def __init__(self) -> None:
        super().__init__(id="headline")
        self._lines: list[Cell] = []

    def show_lines(self, lines: list[Cell]) -> None:
        """Show these lines."""
        self.display = bool(lines)
        self._lines = lines
        self.refresh()

    def render(self) -> Content:
        """Show the lines, each cut to the width."""
        width = max(self.size.width, 1)
        return Content("\n").join(Content.styled(pad(text, width), STYLES[tone]) for text, tone in self._lines)


class ExceptionsScreen(CockpitScreen[Breach]):
    """Breaches in the order of the Assessment: who, what, since when, how many days, what it costs. Those about which
    nobody has to act today, because they are acknowledged or decided, come after all others."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "of_breach('acknowledged')", "ack", id="acknowledge", tooltip=ACKNOWLEDGE),
        Binding("d", "of_breach('decided')", "decide", id="decide", tooltip=DECIDE),
        # In 80 cells there is no room for all of them; here these give way.
        *(replace(b, show=False) for b in CockpitScreen.ROW_BINDINGS if isinstance(b, Binding) and b.key in "oh"),
        Binding("q", "app.leave", "quit", id="quit", tooltip="Quit (as ctrl+q does anywhere)"),
    ]
    MODE = "exceptions"
    BANNERS = True
    CSS_PATH = "exceptions.tcss"
    EMPTY = "No exceptions: everything that was asked for is proven, moving and within tolerance."

    def compose_top(self) -> ComposeResult:
        """Put the headline over the table, and over that how long decisions take."""
        yield NoteLine(id="decisions")
        yield Headline()

    def take(self) -> None:
        """Show the app's assessment, and how long decisions take."""
        super().take()
        text = stages.decisions_text(self.assessment) if self.assessment else ""
        self.query_one("#decisions", NoteLine).show_text(f"Decisions: {text}" if text else "")

    def columns(self) -> Sequence[Column[Breach]]:
        """Name the columns."""
        return (
            Column("", lambda b, _: SEVERITY[b.severity], 1),
            Column("rule", lambda b, _: (rule(b.code), ""), 14),
            Column("subject", lambda b, _: (b.title, ""), 14, grow=2),
            Column("project", lambda b, _: (self.name_of(b.project), "muted"), 14, grow=1, least=96),
            Column("who must act", lambda b, _: turn(b), 14),
            Column("days", lambda b, _: _days(b), 6, right=True),
            Column("open", lambda b, _: (age(b.since, self.today), "muted"), 5, right=True),
            Column("cost", lambda b, _: (money(b.cost, self.delay_currency, b.cost_assumed), ""), 7, right=True),
        )

    def rows(self, assessment: Assessment) -> Sequence[Breach]:
        """List the breaches, those that somebody has acknowledged or decided apart from the others."""
        to_act, others = stages.apart(assessment.breaches)
        return (*to_act, *others)

    def banner(self, record: Breach, width: int) -> Cell | None:
        """Say in full width who has acknowledged or decided it, and until when."""
        return apart_line(record, width)

    def key(self, record: Breach) -> str:
        """Know a breach by its key."""
        return record.key

    def owners(self, record: Breach) -> tuple[str, ...]:
        """Find a breach by who can clear it."""
        return (record.owner, record.owner_name)

    def projects(self, record: Breach) -> tuple[str, ...]:
        """Find a breach by its project."""
        return (record.project, self.name_of(record.project))

    def search_text(self, record: Breach) -> str:
        """Search the code and the severity too."""
        more = f"{record.code} {record.severity} {self.name_of(record.objective)} {record.owner_name} {record.id}"
        return f"{super().search_text(record)} {more} {record.life.stage}"

    def row_facts(self, record: Breach, assessment: Assessment) -> Facts:
        """Say why."""
        return breach_facts(record, assessment)

    @on(KeyedTable.Moved)
    def show_headline(self) -> None:
        """Say the breach under the cursor in four lines."""
        breach, assessment = self.table.record, self.assessment
        lines: list[Cell] = []
        if breach is not None and assessment is not None:
            lines = headline(breach, self._place(breach, assessment), assessment)
        self.query_one(Headline).show_lines(lines)

    def _place(self, breach: Breach, assessment: Assessment) -> int:
        return next((n for n, other in enumerate(self.rows(assessment), 1) if other.key == breach.key), 0)


def _days(breach: Breach) -> Cell:
    return days(breach.leverage_days or breach.slip_days or None, breach.at_least), ""
