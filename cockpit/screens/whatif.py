"""What if it came today, or on another day? Every objective as it would be; nothing is saved, leaving forgets it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from cockpit.records.whatif import Assumption, Outcome, WhatIf
from cockpit.screens import assuming
from cockpit.screens.assuming import WhatIfRow
from cockpit.screens.bars import KeyBar
from cockpit.screens.keynames import key
from cockpit.screens.keys import RowKeys
from cockpit.screens.pane import FactsPane
from cockpit.screens.table import Column, KeyedTable
from cockpit.screens.why import Facts
from cockpit.screens.words import Cell, count, day, finish, fit, inert, long_day, sentence_of
from cockpit.wording.amounts import delay_currency

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment
    from cockpit.session.live import Session

TITLE = "WHAT-IF · nothing is saved"


def _hint() -> str:
    stack, move = key("whatif-assume"), key("whatif-move")
    return f"{stack} on a ▲ line stacks it · {move} takes 2025-12-01, +10, -5 · leaving forgets all"


def _of(say: Callable[[Outcome, int], Cell]) -> Callable[[WhatIfRow, int], Cell]:
    """Return what is said of an objective; of any other row nothing."""
    return lambda row, width: say(row.outcome, width) if row.outcome is not None else ("", "")


class DayLine(Input):
    """One line for a day or a name, which tab completes; escape leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "leave", "Leave the line; nothing changes", show=False, id="whatif-line-leave"),
        Binding("tab", "complete(1)", "Complete the name; again: the next choice", show=False, id="whatif-complete"),
        Binding("shift+tab", "complete(-1)", "The choice before", show=False, id="whatif-complete-back"),
    ]

    def __init__(self, complete: Callable[[str], Sequence[str]]) -> None:
        """`complete` returns the names that a text may become."""
        super().__init__(compact=True, select_on_focus=False, max_length=assuming.LONGEST, id="whatif-day")
        self.cursor_blink = False
        self.subject = ""
        """Whose day is typed; empty where the name of another dependency is."""
        self._complete = complete
        self._choices: list[str] = []

    def ask(self, subject: str, hint: str) -> None:
        """Open the line."""
        self.subject, self.value, self.placeholder, self.display = subject, "", hint, True
        self._choices = []
        self.screen.set_focus(self)  # at once, where `focus` would wait: a key that is typed right behind is its own

    def action_complete(self, by: int) -> None:
        """Take one name after the other of those that what was typed may become."""
        if self.subject:
            return
        if self.value not in self._choices:
            self._choices = list(self._complete(self.value))
            place = 0 if by > 0 else -1
        else:
            place = (self._choices.index(self.value) + by) % len(self._choices)
        if self._choices:
            self.value = self._choices[place]
            self.cursor_position = len(self.value)

    def action_leave(self) -> None:
        """Close the line."""
        self.display = False
        self.screen.set_focus(self.screen.query_one(KeyedTable))


class WhatIfScreen(ModalScreen[None], RowKeys):
    """The portfolio under assumptions, beside how it is: computed in a thread, shown until one leaves."""

    CSS_PATH = "whatif.tcss"
    AUTO_FOCUS = "KeyedTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "assume", "assume too", id="whatif-assume", tooltip="Assume that what holds it then is there too"),
        Binding("r", "now", "now", id="whatif-now", tooltip="Assume that it is there now"),
        Binding("m", "move", "day", id="whatif-move", tooltip="Assume that it comes on a day, or so many days later"),
        Binding("plus", "shift(7)", "A week later", show=False, key_display="+", id="whatif-later"),
        Binding("minus", "shift(-7)", "A week sooner", show=False, key_display="-", id="whatif-sooner"),
        Binding("x,delete", "drop", "take away", key_display="x", id="whatif-drop", tooltip="Assume it no longer"),
        Binding("a", "add", "add", id="whatif-add", tooltip="Assume another dependency away, by its name"),
        Binding("c", "copy", "Copy the row and its why", show=False, id="copy"),
        Binding("question_mark", "app.help", "help", key_display="?", id="help", tooltip="Every key that works here"),
        Binding("escape,q", "leave", "leave", key_display="esc", id="whatif-leave", tooltip="Forget it and go back"),
    ]

    def __init__(self, session: Session, subjects: Sequence[str]) -> None:
        super().__init__()
        self._session = session
        self._assumed: tuple[Assumption, ...] = tuple(map(Assumption, dict.fromkeys(subjects)))
        self._found: WhatIf | None = None
        self._generation = 0
        self._computing = False
        self._of: Assessment | None = None
        """The assessment of today beside which it was computed."""

    def compose(self) -> ComposeResult:
        """Lay out what is shown, the lines, and what the row under the cursor says."""
        yield Static(TITLE, markup=False, id="whatif-title")
        with Horizontal(id="whatif-body"):
            yield KeyedTable(self._columns(), lambda row: row.key, self._banner, id="table")
            yield FactsPane(id="detail", can_focus=False)
        yield Static("", markup=False, id="whatif-line")
        yield DayLine(self._names)
        yield KeyBar()

    def _columns(self) -> Sequence[Column[WhatIfRow]]:
        return (
            Column("objective", _of(lambda o, _: (inert(o.now.record.title), "")), 18, 3),
            Column("finish", _of(lambda o, _: (finish(o.now.finish, o.now.at_least), "muted")), 11, right=True),
            Column("then", _of(lambda o, _: (finish(o.then.finish, o.then.at_least), "")), 11, right=True),
            Column("gained", _of(lambda o, _: assuming.gain(o)), 6, right=True),
            Column("saved", _of(lambda o, _: assuming.cost(o, self._currency)), 7, right=True),
            Column("status", _of(assuming.status), 13, 2),
        )

    def _banner(self, row: WhatIfRow, width: int) -> Cell | None:
        place = next((n for n, each in enumerate(self._assumed, 1) if each == row.assumption), 0)
        return assuming.banner_of(row, place, width, self._currency)

    @property
    def _currency(self) -> str | None:
        present = self.desk.assessment
        return delay_currency(present) if present is not None else None

    @property
    def table(self) -> KeyedTable[WhatIfRow]:
        """The table."""
        return cast("KeyedTable[WhatIfRow]", self.query_one("#table", KeyedTable))

    def on_mount(self) -> None:
        """Compute at once."""
        self._compute()

    def take(self) -> None:
        """Compute anew where the evidence has changed."""
        if self.desk.assessment is not self._of and self.desk.shown_day.as_of is None:
            self._compute()

    # Computing

    def _compute(self, assumed: Sequence[Assumption] | None = None) -> None:
        """Ask what follows, in place of what is asked already."""
        if assumed is not None:
            self._assumed = tuple(assumed)
        self._generation += 1
        self._computing, self._of = True, self.desk.assessment
        self._show()
        work = self._ask(self._generation, self._assumed)
        self.run_worker(work, group="what-if", exclusive=True, exit_on_error=False)

    async def _ask(self, generation: int, assumed: tuple[Assumption, ...]) -> None:
        try:
            found = await asyncio.to_thread(self._session.what_if, assumed)
        except Exception as error:
            if generation == self._generation:
                self._stop()
                self._say(sentence_of(error))
            return
        if generation == self._generation:
            self._found, self._computing = found, False
            self._show()

    def _show(self) -> None:
        found = self._found
        self.table.show_records(tuple(assuming.rows_of(self._assumed, found)), (self._assumed, self._computing))
        today = self.desk.assessment.today if self.desk.assessment is not None else None
        right = "computing…" if self._computing else assuming.total(found, self._currency) if found is not None else ""
        shown = f"{TITLE} · {long_day(today)}" if today is not None and self.size.width >= 110 else TITLE
        room = max(self.size.width - 2 - len(shown) - 2, 8)
        self.query_one("#whatif-title", Static).update(f"{shown}  {fit(right, room, right=True)}")
        waits = f"computing… what stands here is of before; {key('whatif-leave')} stops it"
        self._say(waits if self._computing else _hint(), idle=True)

    def _say(self, text: str, *, idle: bool = False) -> None:
        line = self.query_one("#whatif-line", Static)
        line.set_class(idle and not self._computing, "-idle")
        line.update(inert(text))

    @on(KeyedTable.Moved)
    def show_detail(self) -> None:
        """Show what the row under the cursor says, where there is room."""
        if not self.has_class("-narrow"):
            row = self.table.record
            self.query_one("#detail", FactsPane).follow(f"{self._generation}{row.key if row else ''}", self.facts)

    def on_resize(self) -> None:
        """Lay the title out anew."""
        self.call_after_refresh(self._show)

    @on(KeyedTable.Chosen)
    def drill_down(self) -> None:
        """Show all that the row says."""
        from cockpit.screens.detail import TextScreen

        facts = self.facts()
        if facts is not None:
            self.app.push_screen(TextScreen(facts))

    def facts(self) -> Facts | None:
        """Return what is said of the row under the cursor."""
        return assuming.facts_of(self.table.record, self._currency) if self.table.record is not None else None

    # Assuming

    def _under_cursor(self) -> Assumption | None:
        row = self.table.record
        if row is None or row.assumption is None:
            if len(self._assumed) == 1:
                return self._assumed[0]
            self._say("Put the cursor on one of the numbered assumptions first.")
            return None
        return next((each for each in self._assumed if each.subject == row.assumption.subject), None)

    def _change(self, assumption: Assumption) -> None:
        known = (assumption if each.subject == assumption.subject else each for each in self._assumed)
        self._compute(tuple(known))

    def action_assume(self) -> None:
        """Assume that what holds an objective then is there too."""
        row = self.table.record
        blocker = row.blocker if row is not None else None
        if blocker is None and row is not None and row.outcome is not None:
            blocker = next(iter(row.outcome.chain.blockers), None)
        if blocker is None:
            self._say(f"Nothing holds that then: {key('whatif-assume')} works on a line with ▲.")
            return
        self._add((blocker.subject, *blocker.together))

    def _add(self, subjects: Sequence[str]) -> None:
        known = {each.subject for each in self._assumed}
        fresh = [Assumption(subject) for subject in subjects if subject not in known]
        if fresh:
            self._compute((*self._assumed, *fresh))
        else:
            move, drop = key("whatif-move"), key("whatif-drop")
            self._say(f"That is assumed already: {move} gives it another day, {drop} takes it away.")

    def action_now(self) -> None:
        """Assume that it is there now."""
        assumption = self._under_cursor()
        if assumption is not None:
            self._change(replace(assumption, on=None))

    def action_move(self) -> None:
        """Ask for the day on which it comes."""
        assumption = self._under_cursor()
        if assumption is not None:
            base = day(self._base(assumption))
            self.query_one(DayLine).ask(
                assumption.subject, f"when does it come? 2025-12-01, or from {base}: +10 -5 +2w"
            )

    def _base(self, assumption: Assumption) -> date:
        today = self._of.today if self._of is not None else self._session.today()
        found = self._found.assumed if self._found is not None else ()
        until = next((each.until for each in found if each.assumption.subject == assumption.subject), None)
        return max(assumption.on or until or today, today)

    def action_shift(self, by: int) -> None:
        """Assume that it comes so many days later than assumed, or than it does today."""
        assumption = self._under_cursor()
        if assumption is not None:
            self._take_day(assumption, f"{by:+d}")

    def action_drop(self) -> None:
        """Assume it no longer."""
        assumption = self._under_cursor()
        if assumption is not None:
            self._compute([each for each in self._assumed if each.subject != assumption.subject])

    def action_add(self) -> None:
        """Ask for the name of another dependency."""
        self.query_one(DayLine).ask(
            "", f"which dependency is there now? its id, or a part of its title; {key('whatif-complete')} completes"
        )

    def _names(self, text: str) -> Sequence[str]:
        return assuming.names_for(self._of, text) if self._of is not None else ()

    @on(Input.Submitted)
    def entered(self, event: Input.Submitted) -> None:
        """Take a day or a name that was typed."""
        event.stop()
        line = self.query_one(DayLine)
        if not line.subject:
            found = assuming.found_by(self._of, event.value) if self._of is not None else "Nothing is read yet"
            if isinstance(found, str):
                self._say(found)
            else:
                line.action_leave()
                self._add(found)
            return
        assumption = next((each for each in self._assumed if each.subject == line.subject), None)
        if assumption is None or self._take_day(assumption, event.value):
            line.action_leave()

    def _take_day(self, assumption: Assumption, text: str) -> bool:
        today = self._of.today if self._of is not None else self._session.today()
        found = assuming.day_typed(text, self._base(assumption), today)
        if isinstance(found, str):
            self._say(found)
            return False
        self._change(replace(assumption, on=found))
        return True

    def _stop(self) -> None:
        """Show again what was computed last."""
        self._computing = False
        if self._found is not None:
            self._assumed = tuple(each.assumption for each in self._found.assumed)
        self._show()

    def action_leave(self) -> None:
        """Stop what is computed, and stay with what was computed before; else forget everything and go back."""
        if self._computing and self._found is not None:
            self._generation += 1
            self._stop()
            self._say(f"Stopped: {count(len(self._assumed), 'assumption')} as before.")
        else:
            self._generation += 1
            self.dismiss()
