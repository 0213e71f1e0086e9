"""Sign-offs: what waits for whom?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual.app import ComposeResult

from cockpit.records.assessment import AskedView, Assessment, SignOff
from cockpit.records.model import Person
from cockpit.screens.bars import NoteLine
from cockpit.screens.keynames import key
from cockpit.screens.marking import MarkingScreen
from cockpit.screens.mine import Mine
from cockpit.screens.table import Column
from cockpit.screens.why import Facts
from cockpit.screens.why_signoff import signoff_facts
from cockpit.screens.words import Cell, age, count, day, inert


class SignoffsScreen(MarkingScreen[SignOff]):
    """Every signature that is waited for: whose, over what, by when, and how many projects it holds. What waits for
    whoever sits here comes first."""

    MODE = "signoffs"
    CSS_PATH = "signoffs.tcss"
    EMPTY = "Nothing waits for a signature."

    def __init__(self) -> None:
        super().__init__()
        self._me: Person | None = None
        """For whom the rows are in order."""
        self._known: Person | None = None
        """Who was known to sit here when the rows were shown."""

    def columns(self) -> Sequence[Column[SignOff]]:
        """Name the columns."""
        return (
            Column("waits for", lambda s, _: self._owner(s), 14, grow=1),
            Column("to sign", lambda s, _: (_meanings(s), "muted"), 12, grow=1, least=96),
            Column("subject", lambda s, _: (s.title, ""), 20, grow=3),
            Column("team", lambda s, _: (self.name_of(s.team), "muted"), 14, grow=1, least=110),
            Column("due", lambda s, _: self._due(s), 11, by=lambda s: s.due),
            Column("asked", lambda s, _: self._asked(s), 5, by=lambda s: s.asked_on),
            Column("state", lambda s, _: (s.state, ""), 13),
            Column("holds", lambda s, _: (_holds(s), ""), 10, right=True, by=lambda s: len(s.projects)),
        )

    def _due(self, view: SignOff) -> Cell:
        if view.due is None:
            return "no date", "muted"
        return (f"!{day(view.due)}", "warn") if view.due < self.today else (f" {day(view.due)}", "")

    def _asked(self, view: SignOff) -> Cell:
        return (age(view.asked_on, self.today), "") if view.asked_on else ("", "")

    def compose_top(self) -> ComposeResult:
        """Put over the table what waits for whom, and who was asked this week."""
        yield NoteLine(id="mine")
        yield NoteLine(id="asked")

    def take(self) -> None:
        """Show the app's assessment, what waits for whom, and how much was asked of whom."""
        known, self._known = self._known, self.desk.me
        super().take()
        if self._known is not known and self._known is not None:
            self.table.action_jump(0)
        self.query_one("#asked", NoteLine).show_text(_this_week(self.assessment.asked if self.assessment else ()))
        self.say_marks(len(self.marks))

    def say_marks(self, number: int) -> None:
        """Say how many wait for whom, or how many are marked."""
        keys = f"{key('sign')} shows every sentence, then signs · {key('escape')} unmarks"
        text = f"{count(number, 'row')} marked: {keys}" if number else ""
        self.query_one("#mine", NoteLine).show_text(text or self._whose())

    def _whose(self) -> str:
        rows, me = self.assessment.signoffs if self.assessment else (), self.desk.me
        if not rows:
            return ""
        if me is None:
            return f"{len(rows):,} wait. Who you are is not known: no key in the ssh-agent, no such user."
        mine = self._mine.many(rows)
        waits = "1 waits for you" if mine == 1 else f"{mine:,} wait for you"
        acts = f": {key('mark')} marks, {key('mark-all')} marks all of yours, {key('sign')} signs"
        keys = acts if mine else ""
        return f"{waits}{keys} · {len(rows) - mine:,} for others"

    @property
    def _mine(self) -> Mine:
        return Mine(self.desk.me, self.assessment)

    def rows(self, assessment: Assessment) -> Sequence[SignOff]:
        """List the sign-offs, mine first."""
        return Mine(self.desk.me, assessment).first(assessment.signoffs)

    def make_ready(self, assessment: Assessment) -> None:
        """List them anew where it has become known who sits here."""
        if self._me != self.desk.me:
            self._me, self._listed = self.desk.me, None
        super().make_ready(assessment)

    def _beside(self) -> tuple[object, ...]:
        return (*super()._beside(), self.desk.me)

    def together(self, records: Sequence[SignOff]) -> Sequence[SignOff]:
        """What waits for whoever sits here is marked together."""
        return list(filter(self._mine.has, records))

    def none_together(self) -> str:
        """Say that nothing of it waits for whoever sits here."""
        return f"Nothing here waits for you; {key('mark')} marks a single row."

    def key(self, record: SignOff) -> str:
        """Know a sign-off by its subject and meanings."""
        return f"{record.subject}|{','.join(record.meanings)}|{record.owner}"

    def owners(self, record: SignOff) -> tuple[str, ...]:
        """Find a sign-off by who must sign."""
        return (record.owner, record.owner_name, *record.others, *map(self.name_of, record.others))

    def projects(self, record: SignOff) -> tuple[str, ...]:
        """Find a sign-off by the projects that it holds."""
        return (*record.projects, *(self.name_of(project) for project in record.projects))

    def search_text(self, record: SignOff) -> str:
        """Search the subject and the projects too."""
        projects = " ".join(self.name_of(project) for project in record.projects)
        return f"{super().search_text(record)} {record.owner_name} {record.subject} {projects}"

    def row_facts(self, record: SignOff, assessment: Assessment) -> Facts:
        """Say what it waits for."""
        return signoff_facts(record, assessment)

    def action_sign(self) -> None:
        """Sign all that is marked, with one review; else the very row under the cursor."""
        record = self.table.record
        if self.marks and self.desk.shown_day.as_of is None:
            self.desk.sign_together(self.marked(), self._forget_signed)
        elif record is not None and record.entitled and self.desk.shown_day.as_of is None:
            self.desk.sign(record)
        else:
            super().action_sign()

    def _forget_signed(self, subjects: Collection[str]) -> None:
        """Take the marks of what was signed away."""
        self.unmark({key for key in self.marks if key.partition("|")[0] in subjects})

    def _owner(self, view: SignOff) -> Cell:
        name = view.owner_name or view.owner
        if not view.entitled or not name:
            return name or "nobody", "warn"
        me = self.desk.me
        if me is not None and view.owner == me.id:
            return ("you", "accent") if view.enrolled else ("you (no key)", "warn")
        if me is not None and me.id in view.others:
            return "you or another", "accent"
        if self._mine.has(view):
            return f"you for {name}", "accent"
        return (name, "") if view.enrolled else (f"{name} (no key)", "warn")


def _this_week(asked: Sequence[AskedView]) -> str:
    """Say who was asked for signatures this week and how often, most asked first; nothing where nobody was."""
    named = [f"{inert(view.person_name, 40)} {view.this_week}" for view in asked if view.this_week]
    waiting = sum(view.open for view in asked)
    tail = f" · {waiting:,} unanswered" if waiting else ""
    return f"Asked this week: {', '.join(named) or 'nobody'}{tail}" if asked else ""


def _holds(view: SignOff) -> str:
    return count(len(view.projects), "project") if view.projects else ""


def _meanings(view: SignOff) -> str:
    return " or ".join(view.meanings) or view.command.removeprefix("cockpit ").partition(" ")[0]
