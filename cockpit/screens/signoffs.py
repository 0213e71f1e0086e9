"""Sign-offs: what waits for whom?"""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from cockpit.assessment import AskedView, Assessment, SignOff
from cockpit.screens.bars import NoteLine
from cockpit.screens.base import CockpitScreen
from cockpit.screens.table import Column
from cockpit.screens.why import Facts
from cockpit.screens.why_signoff import signoff_facts
from cockpit.screens.words import Cell, age, day, inert


class SignoffsScreen(CockpitScreen[SignOff]):
    """Every signature that is waited for: whose, over what, by when, and how many projects it holds."""

    MODE = "signoffs"
    CSS_PATH = "signoffs.tcss"
    EMPTY = "Nothing waits for a signature."

    def columns(self) -> Sequence[Column[SignOff]]:
        """Name the columns."""
        return (
            Column("waits for", lambda s, _: _owner(s), 14, grow=1),
            Column("to sign", lambda s, _: (_meanings(s), "muted"), 12, grow=1, least=96),
            Column("subject", lambda s, _: (s.title, ""), 20, grow=3),
            Column("team", lambda s, _: (self.name_of(s.team), "muted"), 14, grow=1, least=110),
            Column("due", lambda s, _: self._due(s), 11, by=lambda s: s.due),
            Column("asked", lambda s, _: self._asked(s), 5, by=lambda s: s.asked_on),
            Column("state", lambda s, _: (s.state, ""), 13),
            Column("holds", lambda s, _: (str(len(s.projects) or ""), ""), 5, right=True, by=lambda s: len(s.projects)),
        )

    def _due(self, view: SignOff) -> Cell:
        if view.due is None:
            return "no date", "muted"
        return (f"!{day(view.due)}", "warn") if view.due < self.today else (f" {day(view.due)}", "")

    def _asked(self, view: SignOff) -> Cell:
        return (age(view.asked_on, self.today), "") if view.asked_on else ("", "")

    def compose_top(self) -> ComposeResult:
        """Put over the table who was asked this week."""
        yield NoteLine(id="asked")

    def take(self) -> None:
        """Show the app's assessment, and how much was asked of whom."""
        super().take()
        self.query_one("#asked", NoteLine).show_text(_this_week(self.assessment.asked if self.assessment else ()))

    def rows(self, assessment: Assessment) -> Sequence[SignOff]:
        """List the sign-offs."""
        return assessment.signoffs

    def key(self, record: SignOff) -> str:
        """Know a sign-off by its subject and meanings."""
        return f"{record.subject}|{','.join(record.meanings)}|{record.owner}"

    def owners(self, record: SignOff) -> tuple[str, ...]:
        """Find a sign-off by who must sign."""
        return (record.owner, record.owner_name)

    def projects(self, record: SignOff) -> tuple[str, ...]:
        """Find a sign-off by the projects that it holds."""
        return (*record.projects, *(self.name_of(project) for project in record.projects))

    def search_text(self, record: SignOff) -> str:
        """Search the subject and the projects too."""
        projects = " ".join(self.name_of(project) for project in record.projects)
        return f"{super().search_text(record)} {record.subject} {projects}"

    def row_facts(self, record: SignOff, assessment: Assessment) -> Facts:
        """Say what it waits for."""
        return signoff_facts(record, assessment)

    def action_sign(self) -> None:
        """Sign the very row under the cursor, where several wait on one subject."""
        record = self.table.record
        if record is not None and record.entitled and not record.command and self.desk.shown_day.as_of is None:
            self.desk.sign(record)
        else:
            super().action_sign()


def _owner(view: SignOff) -> Cell:
    name = view.owner_name or view.owner
    if not view.entitled or not name:
        return name or "nobody", "warn"
    return (name, "") if view.enrolled else (f"{name} (no key)", "warn")


def _this_week(asked: Sequence[AskedView]) -> str:
    """Say who was asked for signatures this week and how often, most asked first; nothing where nobody was."""
    named = [f"{inert(view.person_name, 40)} {view.this_week}" for view in asked if view.this_week]
    waiting = sum(view.open for view in asked)
    tail = f" · {waiting:,} unanswered" if waiting else ""
    return f"Asked this week: {', '.join(named) or 'nobody'}{tail}" if asked else ""


def _meanings(view: SignOff) -> str:
    return " or ".join(view.meanings) or view.command.removeprefix("cockpit ").partition(" ")[0]
