"""Exceptions: what needs a decision now? The worst breach in four lines, then all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from cockpit.basics.kept import kept
from cockpit.screens.bars import NoteLine
from cockpit.screens.base import CockpitScreen
from cockpit.screens.keynames import key
from cockpit.screens.keys import ACKNOWLEDGE, DECIDE
from cockpit.screens.life import apart_line, turn
from cockpit.screens.table import Column, KeyedTable
from cockpit.screens.words import SEVERITY, STYLES, Cell, age, days, money, pad, rule
from cockpit.wording import stages
from cockpit.wording.starting import NEXT, NOTHING, is_blank

if TYPE_CHECKING:
    from cockpit.personal.looks import Since
    from cockpit.records.assessment import Assessment, Breach
    from cockpit.screens.sorting import Order
    from cockpit.screens.why import Facts

NEW, WORSE = "+", "↑"
"""Behind the mark of the severity: what changed since the last look. `/+` finds what is new."""


class Headline(Widget):
    """The breach under the cursor in four lines; before any key, the worst one."""

    def __init__(self) -> None:
        super().__init__(id="headline")
        self._lines: list[Cell] = []

    def show_lines(self, lines: list[Cell]) -> None:
        """Show these lines."""
        if lines == self._lines:
            return
        self._lines = lines
        self.display = bool(lines)
        self.refresh()

    def render(self) -> Content:
        """Show the lines, each cut to the width."""
        width = max(self.size.width, 1)
        return Content("\n").join(Content.styled(pad(text, width), STYLES[tone]) for text, tone in self._lines)


class ExceptionsScreen(CockpitScreen["Breach"]):
    """Breaches in the order of the Assessment: who, what, since when, how many days, what it costs. Those about which
    nobody has to act today, because they are acknowledged or decided, come after all others."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "of_breach('acknowledged')", "ack", id="acknowledge", tooltip=ACKNOWLEDGE),
        Binding("d", "of_breach('decided')", "decide", id="decide", tooltip=DECIDE),
        # In 80 cells there is no room for all of them; here these give way.
        *(replace(b, show=False) for b in CockpitScreen.ROW_BINDINGS if isinstance(b, Binding) and b.key in "oh"),
        Binding("n", "news", "news", show=False, id="news", tooltip="What changed since you last looked"),
        Binding("q", "app.leave", "quit", id="back", tooltip="Quit"),
    ]
    MODE = "exceptions"
    BANNERS = True
    CSS_PATH = "exceptions.tcss"
    BELOW = False
    EMPTY = "No exceptions: everything that was asked for is proven, moving and within tolerance."

    def __init__(self) -> None:
        super().__init__()
        self._since: Since | None = None
        self._marks: dict[str, str] = {}

    def compose_top(self) -> ComposeResult:
        """Put the headline over the table, and over that what changed and how long decisions take."""
        yield NoteLine(id="since")
        yield NoteLine(id="decisions")
        yield Headline()

    def take(self) -> None:
        """Show the app's assessment, what changed since the last look, and how long decisions take."""
        self._take_since()
        super().take()
        text = _decisions(self.assessment) if self.assessment else ""
        self.query_one("#decisions", NoteLine).show_text(f"Decisions: {text}" if text else "")

    def _why_empty(self, hidden: bool) -> str:
        if self.assessment is not None and is_blank(self.assessment):
            return f"{NOTHING} {NEXT}"
        return super()._why_empty(hidden)

    def _take_since(self) -> None:
        assessment = self.desk.assessment
        self._since = self.desk.since(assessment) if assessment is not None else None
        self._marks, text = {}, ""
        if self._since is not None:
            from cockpit.screens.changes import changes_line

            new = (breach.key for breach in self._since.new)
            self._marks = dict.fromkeys(self._since.worse, WORSE) | dict.fromkeys(new, NEW)
            text = changes_line(self._since)
        self.query_one("#since", NoteLine).show_text(text)

    @on(NoteLine.Clicked, "#since")
    def action_news(self) -> None:
        """List what changed since the last look."""
        if self._since is not None:
            from cockpit.screens.changes import ChangesScreen

            self.app.push_screen(ChangesScreen())
        elif self.desk.shown_day.as_of is not None:
            self.desk.say(f"What changed is told of the present: {key('today')} comes back to today.", "warning")
        else:
            self.desk.say("This is your first look at this portfolio: the next one tells what changed.")

    def _beside(self) -> tuple[object, ...]:
        return (*super()._beside(), self._marks)

    def columns(self) -> Sequence[Column[Breach]]:
        """Name the columns."""
        return (
            Column("", lambda b, _: self._mark(b), 2, by=self._grave),
            Column("rule", lambda b, _: (rule(b.code), ""), 14),
            Column("subject", lambda b, _: (b.title, ""), 14, grow=2),
            Column("project", lambda b, _: (self.name_of(b.project), "muted"), 14, grow=1, least=96),
            Column("who must act", lambda b, _: turn(b), 14, grow=1),
            Column("days", lambda b, _: _days(b), 6, right=True, by=_delay),
            Column("open", lambda b, _: (age(b.since, self.today), "muted"), 5, right=True, by=_age),
            Column(
                "cost", lambda b, _: (money(b.cost, self.delay_currency, b.cost_assumed), ""), 7, right=True, by=_cost
            ),
        )

    def rows(self, assessment: Assessment) -> Sequence[Breach]:
        """List the breaches, those that somebody has acknowledged or decided apart from the others."""
        to_act, others = stages.apart(assessment.breaches)
        return (*to_act, *others)

    def in_order(self, rows: Sequence[Breach], order: Order[Breach] | None) -> Sequence[Breach]:
        """Sort each part by itself."""
        if order is None:
            return rows
        to_act, others = stages.apart(rows)
        return (*order.sorted(to_act), *order.sorted(others))

    def many(self, assessment: Assessment) -> int:
        """Count the breaches."""
        return len(assessment.breaches)

    def make_ready(self, assessment: Assessment) -> None:
        """List the breaches, see how long decisions take and what changed since the last look."""
        super().make_ready(assessment)
        _decisions(assessment)
        self.desk.since(assessment)

    def _mark(self, breach: Breach) -> Cell:
        mark, tone = SEVERITY[breach.severity]
        return mark + self._marks.get(breach.key, " "), tone

    def _grave(self, breach: Breach) -> tuple[int, bool]:
        return _RANKS[breach.severity], breach.key not in self._marks

    def banner(self, record: Breach, width: int) -> Cell | None:
        """Say in full width who has acknowledged or decided it, and until when."""
        return apart_line(record, width, self._marks.get(record.key, " "))

    def key(self, record: Breach) -> str:
        """Know a breach by its key."""
        return record.key

    def owners(self, record: Breach) -> tuple[str, ...]:
        """Find a breach by who can clear it."""
        return (record.owner, record.owner_name)

    def projects(self, record: Breach) -> tuple[str, ...]:
        """Find a breach by its project."""
        return (record.project, self.name_of(record.project))

    def objectives(self, record: Breach) -> tuple[str, ...]:
        """Find a breach by its objective, or those that its project serves."""
        return (record.objective, self.name_of(record.objective), *super().objectives(record))

    def search_text(self, record: Breach) -> str:
        """Search the code and the severity too."""
        more = f"{record.code} {record.severity} {self.name_of(record.objective)} {record.owner_name} {record.id}"
        return f"{super().search_text(record)} {more} {record.life.stage}"

    def row_facts(self, record: Breach, assessment: Assessment) -> Facts:
        """Say why."""
        from cockpit.screens.why import breach_facts

        return breach_facts(record, assessment)

    @on(KeyedTable.Moved)
    def show_headline(self) -> None:
        """Say the breach under the cursor in four lines."""
        breach, assessment = self.table.record, self.assessment
        lines: list[Cell] = []
        if breach is not None and assessment is not None:
            from cockpit.screens.headline import headline

            lines = headline(breach, self.place(), assessment)
        self.query_one(Headline).show_lines(lines)


@kept
def _decisions(assessment: Assessment) -> str:
    return stages.decisions_text(assessment)


_RANKS = {severity: rank for rank, severity in enumerate(SEVERITY)}


def _days(breach: Breach) -> Cell:
    return days(_delay(breach), breach.at_least), ""


def _delay(breach: Breach) -> float | None:
    return breach.leverage_days or breach.slip_days or None


def _age(breach: Breach) -> int:
    return -breach.since.toordinal()


def _cost(breach: Breach) -> float | None:
    return breach.cost
