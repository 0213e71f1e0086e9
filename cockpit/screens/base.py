"""What every screen of the cockpit shares: header, table, filter, detail, and the keys that act on a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import get_current_worker

from cockpit.basics.kept import kept
from cockpit.screens.bars import HeaderBar, KeyBar, NoteLine, TabBar
from cockpit.screens.keynames import key
from cockpit.screens.keys import RowKeys
from cockpit.screens.narrowing import Narrowing
from cockpit.screens.pane import FactsPane
from cockpit.screens.prompt import Choices, Prompt
from cockpit.screens.search import Question, Search
from cockpit.screens.sorting import Order
from cockpit.screens.table import KeyedTable
from cockpit.screens.words import Cell
from cockpit.wording.amounts import delay_currency

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment
    from cockpit.screens.detail import DetailScreen
    from cockpit.screens.why import Facts

T = TypeVar("T")

FEW = 2_000
"""Rows that are listed and searched at once, of more it takes longer than a frame."""

_delay_currency = kept(delay_currency)


class CockpitScreen(Screen[None], Narrowing[T]):
    """A table over one list of the Assessment. Subclasses name the list, its columns, and the why of a row."""

    MODE: ClassVar[str]
    BANNERS: ClassVar[bool] = False
    EMPTY: ClassVar[str] = "Nothing to show."
    BELOW: ClassVar[bool] = True
    """Whether a narrow screen tells the why of a row below the table, where that leaves half of it empty."""
    AUTO_FOCUS = "KeyedTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        *RowKeys.ROW_BINDINGS,
        *Narrowing.NARROWING_BINDINGS,
    ]

    def __init__(self) -> None:
        super().__init__()
        self.assessment: Assessment | None = None
        self._search: Search[T] = Search(self.search_text)
        self._listed: tuple[Assessment, Sequence[T]] | None = None
        self._generation = 0
        self._said_empty = ""
        self._pointed = ""

    def rows(self, assessment: Assessment) -> Sequence[T]:
        """Return the list that this screen shows."""
        raise NotImplementedError

    def key(self, record: T) -> str:
        """Return what identifies a row."""
        raise NotImplementedError

    def row_facts(self, record: T, assessment: Assessment) -> Facts:
        """Return the why of a row."""
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
        yield Choices()
        yield Prompt(self.desk.typed, self.prompt_done, self.filter_typed, self.desk.complete)
        yield KeyBar()

    def compose_top(self) -> ComposeResult:
        """Lay out what stands between the tabs and the table."""
        yield from ()

    class Found(Message):
        """Rows were found: all of them, or those among the first ones."""

        def __init__(self, generation: int, rows: Sequence[object], seen: int, total: int) -> None:
            super().__init__()
            self.generation, self.rows, self.seen, self.total = generation, rows, seen, total

        def can_replace(self, message: Message) -> bool:
            """Only what was told last is worth being shown."""
            return isinstance(message, CockpitScreen.Found)

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
        return _delay_currency(self.assessment) if self.assessment else None

    def name_of(self, identity: str) -> str:
        """Return what people call a person, team, project or objective."""
        return (self.assessment.names.get(identity) if self.assessment else None) or identity

    def on_screen_resume(self) -> None:
        """Show what is true now."""
        self.take()

    def on_screen_suspend(self) -> None:
        """Let go of the assessment, which may be large, unless this screen still stands beneath another."""
        if self in self.app.screen_stack:
            return
        self._generation += 1
        self.assessment, self._listed = None, None
        # A search that goes on in its thread for a moment finds no names any more: nothing of it may be kept.
        self._search = Search(self.search_text)

    def take(self) -> None:
        """Show the app's assessment and day; rows keep their place."""
        desk = self.desk
        self.query_one(HeaderBar).show_day(desk.assessment, desk.shown_day)
        self.assessment = desk.assessment
        self.list_rows()

    def many(self, assessment: Assessment) -> int:
        """Return about how many rows there are, without listing them where that takes time."""
        return len(self.rows(assessment))

    def make_ready(self, assessment: Assessment) -> None:
        """List the rows of an assessment that is about to be shown; called in the thread that made it."""
        if self._listed is None or self._listed[0] is not assessment:
            self._listed = (assessment, self.rows(assessment))

    def _rows_of(self, assessment: Assessment) -> Sequence[T]:
        self.make_ready(assessment)
        listed = self._listed
        return listed[1] if listed is not None and listed[0] is assessment else self.rows(assessment)

    def _beside(self) -> tuple[object, ...]:
        """What cells say beside their record: as long as it is equal, equal records look the same."""
        return (self.assessment.names if self.assessment else None, self.today, self.currency, self.delay_currency)

    def list_rows(self, *, tell: bool = False) -> None:
        """List the rows that are wanted: few at once, many beside the app; then `tell` of the first ones found."""
        assessment, asked, context = self.assessment, self.wanted, self._beside()
        self._generation += 1
        if assessment is None:
            self._show((), 0)
        elif self.many(assessment) <= FEW or (self._is_ready(assessment) and asked.is_open and self._order is None):
            rows = self._rows_of(assessment)
            found = self._search.find(rows, asked, context) or ()
            self._show(self.in_order(found, self._order), len(rows))
        else:
            self._aside("list", partial(self._seek, assessment, asked, context, self._generation, tell))

    def _is_ready(self, assessment: Assessment) -> bool:
        return self._listed is not None and self._listed[0] is assessment

    def in_order(self, rows: Sequence[T], order: Order[T] | None) -> Sequence[T]:
        """Return the rows as they came, or sorted; called in any thread."""
        return rows if order is None else order.sorted(rows)

    def _aside(self, group: str, work: Callable[[], None]) -> None:
        """Do something with the rows in a thread, in place of what is done of the same kind."""
        # Without a description Textual writes out what it is given: the whole assessment.
        self.run_worker(work, thread=True, group=group, exclusive=True, exit_on_error=False, description="rows")

    def _prepare(self, assessment: Assessment, context: object, generation: int) -> None:
        worker = get_current_worker()
        rows = self._rows_of(assessment)
        self._search.prepare(rows, context, lambda: worker.is_cancelled or generation != self._generation)

    def _seek(self, assessment: Assessment, asked: Question[T], context: object, generation: int, tell: bool) -> None:
        """List the rows in a thread; what is found comes as messages, that of an older question is dropped."""
        worker, order = get_current_worker(), self._order
        rows = self._rows_of(assessment)

        def stopped() -> bool:
            return worker.is_cancelled or generation != self._generation

        def heard(found: Sequence[T], seen: int) -> None:
            if seen == len(rows) or order is None or len(found) <= FEW:
                self.post_message(self.Found(generation, self.in_order(found, order), seen, len(rows)))

        found = self._search.find(rows, asked, context, stopped, heard if tell else None)
        if found is not None:
            heard(found, len(rows))

    def on_cockpit_screen_found(self, event: Found) -> None:
        """Show what was found, unless something else was asked meanwhile."""
        event.stop()
        if event.generation == self._generation:
            self._show(cast("Sequence[T]", event.rows), event.total, event.seen)

    def _show(self, rows: Sequence[T], total: int, seen: int | None = None) -> None:
        """Show these rows, of so many in all; `seen` of them were looked at so far."""
        self._make_room(len(rows))
        self.table.show_records(rows, self._beside())
        self._say_filter(len(rows), total, total if seen is None else seen)
        if not rows:
            self._say_empty(self._why_empty(bool(total)))
        empty = self.query_one("#empty", Static)
        if empty.display is bool(rows):
            empty.display = not rows
            self.table.display = bool(rows)
        if rows and self.focused is None:
            self.table.focus()
        if self._pointed and seen in (None, total):
            pointed, self._pointed = self._pointed, ""
            if not self.table.point_at(pointed):
                self.desk.say(f"That row is hidden by the filter: {key('escape')} shows every row.", "warning")

    def _make_room(self, rows: int) -> None:
        """See whether the table leaves room below it."""
        self.set_class(self.BELOW and 0 < rows < self.query_one("#body").size.height // 2, "-few")

    def point_at(self, key: str) -> None:
        """Put the cursor on the row of a key when the rows are listed next, as they are when the screen is shown."""
        self._pointed = key

    def place(self) -> int:
        """Return the place of the row under the cursor among all rows, from 1 on."""
        record, assessment, row = self.table.record, self.assessment, self.table.cursor_row
        if record is None or assessment is None:
            return 0
        rows = self._rows_of(assessment)
        if row < len(rows) and rows[row] is record:
            return row + 1
        return next((place for place, other in enumerate(rows, 1) if other is record), 0)

    def show_progress(self) -> None:
        """Show how far the reading is, while nothing is known yet."""
        if self.assessment is None:
            self._say_empty(self._why_empty(False))

    def _say_empty(self, text: str) -> None:
        if text != self._said_empty:
            self._said_empty = text
            self.query_one("#empty", Static).update(text)

    def _why_empty(self, hidden: bool) -> str:
        if self.assessment is None:
            return self.desk.shown_day.progress or self.desk.shown_day.note
        return f"Nothing matches; {key('escape')} clears the filter." if hidden else self.EMPTY

    def _say_filter(self, kept: int, total: int, seen: int) -> None:
        among = f"{total:,}" if seen == total else f"the first {seen:,} of {total:,}"
        narrowed = self.narrowed
        line = f"{narrowed} · {kept:,} of {among} · {key('escape')} clears" if narrowed else ""
        self.query_one("#filter-line", NoteLine).show_text(line)

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

    @on(NoteLine.Clicked, "#filter-line")
    def clear_by_click(self) -> None:
        """Show every row again, as the line says that its key does."""
        self.clear_filter()

    @on(KeyedTable.Moved)
    def show_detail(self) -> None:
        """Show the why of the row under the cursor beside or below the table, once it rests there."""
        if self.has_class("-narrow") and not self.has_class("-few"):
            return
        record = self.table.record
        self.query_one("#detail", FactsPane).follow("" if record is None else self.key(record), self.facts)

    def on_resize(self) -> None:
        """Fill the detail when there is room for it now."""
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self._make_room(self.table.row_count)
        self.show_detail()

    @on(KeyedTable.Chosen)
    def drill_down(self) -> None:
        """Open the why of the row under the cursor."""
        record = self.table.record
        if record is None:
            self.desk.say("There is no row here to explain.", "warning")
        else:
            self.app.push_screen(self.detail_of(self.key(record)))

    def detail_of(self, key: str) -> DetailScreen:
        """Return the screen that says why of the row of a key."""
        from cockpit.screens.detail import DetailScreen

        return DetailScreen(self, key)

    def search_ahead(self) -> None:
        """Begin to make what is searched, where there is so much that it takes longer than a frame."""
        assessment = self.assessment
        if assessment is not None and self.many(assessment) > FEW:
            self._aside("texts", partial(self._prepare, assessment, self._beside(), self._generation))
