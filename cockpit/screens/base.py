"""What every screen of the cockpit shares: header, table, filter, detail, and the keys that act on a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from cockpit.amounts import delay_currency
from cockpit.assessment import Assessment, SignOff
from cockpit.model import Meaning, Origin
from cockpit.screens.bars import Day, HeaderBar, KeyBar, NoteLine, Prompt, TabBar
from cockpit.screens.life import breach_of, to_sign
from cockpit.screens.pane import FactsPane
from cockpit.screens.table import Column, KeyedTable
from cockpit.screens.why import Facts, nobody_named, signoff_of
from cockpit.screens.words import Cell, inert

T = TypeVar("T")


class Desk(Protocol):
    """What a screen asks of the app."""

    assessment: Assessment | None
    shown_day: Day
    scope: tuple[str, str]

    def say(self, message: str, severity: str = "information") -> None:
        """Show one sentence."""

    def copy_text(self, text: str) -> None:
        """Put text where it can be pasted."""

    def open_origin(self, origin: Origin) -> None:
        """Open a source at its row."""

    def sign(self, signoff: SignOff) -> None:
        """Show what would be signed, then sign it."""

    def show_history(self, subject: str) -> None:
        """Show all that happened to a subject."""

    def run_command(self, text: str) -> None:
        """Obey a command line."""

    def set_scope(self, kind: str, text: str) -> None:
        """Show only the rows of one owner or project on every screen."""


ACKNOWLEDGE = "Sign that you have seen the breach; it clears nothing"
DECIDE = "Show what may be decided about it, with its days"


class RowKeys:
    """The keys that act on whatever row is in view; the list and the detail share them."""

    ROW_BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sign", "sign", id="sign", tooltip="Show the full sentence to be signed, then sign it"),
        Binding(
            "h", "history", "history", id="history", tooltip="What files said and people signed of it, old values too"
        ),
        Binding("o", "open", "open", id="open", tooltip="Open the source at its row in $EDITOR"),
        # A line of 80 cells has no room for more keys than these.
        Binding(
            "c", "copy", "copy", show=False, id="copy", tooltip="Copy the row and its why (tmux buffer, else OSC 52)"
        ),
        Binding("a", "of_breach('acknowledged')", "ack", show=False, id="acknowledge", tooltip=ACKNOWLEDGE),
        Binding("d", "of_breach('decided')", "decide", show=False, id="decide", tooltip=DECIDE),
    ]

    def facts(self) -> Facts | None:
        """Return what is said of the row in view; None when there is none."""
        raise NotImplementedError

    @property
    def desk(self) -> Desk:
        """The app."""
        return cast(Desk, cast("Screen[Any]", self).app)

    def action_copy(self) -> None:
        """Copy the row and its why."""
        facts = self.facts()
        if facts is None:
            self.desk.say("There is no row to copy here.", "warning")
        else:
            self.desk.copy_text(facts.text)

    def action_history(self) -> None:
        """Show all that happened to the subject of the row."""
        facts = self.facts()
        if facts is None or not facts.subject:
            self.desk.say("This row is about nothing that is signed: it has no history of its own.", "warning")
        else:
            self.desk.show_history(facts.subject)

    def action_open(self) -> None:
        """Open the source of the row."""
        facts = self.facts()
        if facts is None or facts.origin is None:
            self.desk.say("This row comes from no file: it is computed. Press enter for its reasons.", "warning")
        else:
            self.desk.open_origin(facts.origin)

    def action_sign(self) -> None:
        """Sign what waits on the subject of the row."""
        facts, assessment = self.facts(), self.desk.assessment
        signoff = signoff_of(assessment, facts.subject) if facts and assessment and facts.subject else None
        if self.desk.shown_day.as_of is not None:
            self.desk.say("Nothing is signed in the past: press ] until the header shows today.", "warning")
        elif signoff is not None and signoff.command:
            self.desk.say(f"This takes a second signature, in a shell: {signoff.command}", "warning")
        elif signoff is None:
            self.desk.say("Nothing waits for a signature on this row; screen 5 lists what does.", "warning")
        elif not signoff.entitled:
            self.desk.say(nobody_named(signoff), "warning")
        else:
            self.desk.sign(signoff)

    def action_of_breach(self, meaning: str) -> None:
        """Acknowledge the breach of the row, or decide about it."""
        facts, assessment = self.facts(), self.desk.assessment
        breach = breach_of(assessment, facts.breach, facts.subject) if facts and assessment else None
        if self.desk.shown_day.as_of is not None:
            self.desk.say("Nothing is signed in the past: press ] until the header shows today.", "warning")
        elif breach is None:
            self.desk.say("This row is no breach, so there is nothing to acknowledge or decide: screen 1.", "warning")
        else:
            self.desk.sign(to_sign(breach, Meaning(meaning)))


class CockpitScreen(Screen[None], RowKeys, Generic[T]):
    """A table over one list of the Assessment. Subclasses name the list, its columns, and the why of a row."""

    MODE: ClassVar[str]
    NARROWED_BY: ClassVar[tuple[str, ...]] = ("owner", "project")
    BANNERS: ClassVar[bool] = False
    EMPTY: ClassVar[str] = "Nothing to show."
    AUTO_FOCUS = "KeyedTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        *RowKeys.ROW_BINDINGS,
        Binding(
            "slash", "filter", "filter", key_display="/", id="filter", tooltip="Show rows with these words; /! hides"
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.assessment: Assessment | None = None
        self._filter = ""
        self._before = ""
        self._searched: dict[str, str] = {}

    def columns(self) -> Sequence[Column[T]]:
        """Return the columns of the table."""
        raise NotImplementedError

    def rows(self, assessment: Assessment) -> Sequence[T]:
        """Return the list that this screen shows."""
        raise NotImplementedError

    def key(self, record: T) -> str:
        """Return what identifies a row."""
        raise NotImplementedError

    def row_facts(self, record: T, assessment: Assessment) -> Facts:
        """Return the why of a row."""
        raise NotImplementedError

    def owners(self, record: T) -> tuple[str, ...]:
        """Return the ids and names by which `:owner` finds a row."""
        raise NotImplementedError

    def projects(self, record: T) -> tuple[str, ...]:
        """Return the ids and names by which `:project` finds a row."""
        raise NotImplementedError

    def banner(self, record: T, width: int) -> Cell | None:
        """Return a full-width line for a row that has no cells, where `BANNERS` says that there are such."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Lay out header, tabs, headline, table with detail, and the lines below."""
        yield HeaderBar()
        yield TabBar(self.MODE)
        yield from self.compose_top()
        with Horizontal(id="body"):
            yield KeyedTable(self.columns(), self.key, self.banner if self.BANNERS else None, id="table")
            yield Static("", markup=False, id="empty")
            yield FactsPane(id="detail", can_focus=False)
        yield NoteLine(id="filter-line")
        yield Prompt()
        yield KeyBar()

    def compose_top(self) -> ComposeResult:
        """Lay out what stands between the tabs and the table."""
        yield from ()

    @property
    def table(self) -> KeyedTable[T]:
        """The table."""
        return cast("KeyedTable[T]", self.query_one("#table", KeyedTable))

    @property
    def today(self) -> date:
        """The day that is shown."""
        return self.assessment.today if self.assessment else date.min

    @property
    def currency(self) -> str:
        """The currency of the portfolio."""
        return self.assessment.currency if self.assessment else ""

    @property
    def delay_currency(self) -> str | None:
        """The currency of what days of delay cost; None where nobody has named that."""
        return delay_currency(self.assessment) if self.assessment else None

    def name_of(self, identity: str) -> str:
        """Return what people call a person, team, project or objective."""
        return (self.assessment.names.get(identity) if self.assessment else None) or identity

    def on_screen_resume(self) -> None:
        """Show what is true now."""
        self.take()

    def take(self) -> None:
        """Show the app's assessment and day; rows keep their place."""
        desk = self.desk
        self.query_one(HeaderBar).show_day(desk.assessment, desk.shown_day)
        if desk.assessment is not self.assessment:
            self.assessment = desk.assessment
            self._searched.clear()
        self._list()

    def _list(self) -> None:
        records = list(self.rows(self.assessment)) if self.assessment else []
        kept = [record for record in records if self._in_scope(record) and self._matches(record)]
        self.table.show_records(kept)
        self._say_filter(len(kept), len(records))
        empty = self.query_one("#empty", Static)
        empty.display = not kept
        self.table.display = bool(kept)
        if not kept:
            empty.update(self._why_empty(bool(records)))
        elif self.focused is None:
            self.table.focus()

    def _why_empty(self, hidden: bool) -> str:
        if self.assessment is None:
            return self.desk.shown_day.note
        return "Nothing matches; esc clears the filter." if hidden else self.EMPTY

    def _say_filter(self, kept: int, total: int) -> None:
        kind, text = self.desk.scope
        parts = [f"{kind}: {inert(text, 60)}"] if kind else []
        parts += [f"/{inert(self._filter, 60)}"] if self._filter else []
        line = f"{' · '.join(parts)} · {kept:,} of {total:,} · esc clears" if parts else ""
        self.query_one("#filter-line", NoteLine).show_text(line)

    def _in_scope(self, record: T) -> bool:
        kind, text = self.desk.scope
        if kind not in self.NARROWED_BY:
            return True
        tags = self.owners(record) if kind == "owner" else self.projects(record)
        return any(text.casefold() in tag.casefold() for tag in tags)

    def _matches(self, record: T) -> bool:
        words = self._filter.casefold()
        inverse = words.startswith("!")
        wanted = words.removeprefix("!").split()
        if not wanted:
            return True
        key = self.key(record)
        if key not in self._searched:
            self._searched[key] = self.search_text(record).casefold()
        return all(word in self._searched[key] for word in wanted) is not inverse

    def search_text(self, record: T) -> str:
        """Return the text that a filter searches."""
        return self.table.texts(record)

    def facts(self) -> Facts | None:
        """Return what is said of the row under the cursor."""
        record = self.table.record
        return self.row_facts(record, self.assessment) if record is not None and self.assessment else None

    def facts_of(self, key: str) -> Facts | None:
        """Return what is said of the row of that key; None when it is no longer listed."""
        record = self.table.at(key)
        return self.row_facts(record, self.assessment) if record is not None and self.assessment else None

    @on(KeyedTable.Moved)
    def show_detail(self) -> None:
        """Show the why of the row under the cursor beside the table."""
        if self.has_class("-narrow"):
            return
        self.query_one("#detail", FactsPane).show_facts(self.facts())

    def on_resize(self) -> None:
        """Fill the detail when there is room for it now."""
        self.call_after_refresh(self.show_detail)

    @on(KeyedTable.Chosen)
    def drill_down(self) -> None:
        """Open the why of the row under the cursor."""
        from cockpit.screens.detail import DetailScreen

        record = self.table.record
        if record is not None:
            self.app.push_screen(DetailScreen(self, self.key(record)))

    def action_filter(self) -> None:
        """Open the filter line."""
        self._before = self._filter
        self.query_one(Prompt).ask("/")

    def ask_command(self) -> None:
        """Open the command line."""
        self.query_one(Prompt).ask(":")

    @on(Prompt.Typed)
    def filter_typed(self, event: Prompt.Typed) -> None:
        """Filter while typing."""
        self._filter = event.text
        self._list()

    @on(Prompt.Done)
    def prompt_done(self, event: Prompt.Done) -> None:
        """Keep the filter or obey the command; escape puts back what was."""
        if event.kind == "/":
            self._filter = self._before if event.text is None else event.text
            self._list()
        self.table.focus()
        if event.kind == ":" and event.text:
            self.desk.run_command(event.text)

    def clear_filter(self) -> bool:
        """Show every row again; say whether anything was hidden."""
        if not self._filter and not self.desk.scope[0]:
            return False
        self._filter = ""
        self.desk.set_scope("", "")
        return True
