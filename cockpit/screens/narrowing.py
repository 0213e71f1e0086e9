"""Which rows of a list are wanted and in which order: the filter, the sorting, the line that both are asked by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from textual.binding import Binding, BindingType
from textual.screen import Screen

from cockpit.basics.classes import dataclass
from cockpit.screens.keys import RowKeys
from cockpit.screens.prompt import Prompt
from cockpit.screens.search import Question, question
from cockpit.screens.sorting import Order, beside, named
from cockpit.screens.table import Column, KeyedTable
from cockpit.screens.words import inert

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown:
    """How a list is shown: its filter, the column that it is sorted by, if any, `down` or up; how the screen is
    switched, where it has switches (`show`), and the group that is looked into (`within`), if any."""

    filter: str = ""
    sort: str = ""
    down: bool = False
    show: str = ""
    within: str = ""


class Narrowing(RowKeys, Generic[T]):
    """The part of a screen that knows it. What is shown for the answers is the screen's own."""

    NARROWED_BY: ClassVar[tuple[str, ...]] = ("owner", "project", "objective")
    SORTS: ClassVar[bool] = True
    NARROWING_BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash",
            "filter",
            "filter",
            key_display="/",
            id="filter",
            tooltip="Show rows with these words; !… hides",
        ),
        Binding("greater_than_sign", "sort(1)", "Sort by the next column, or as they came", show=False, id="sort-on"),
        Binding("less_than_sign", "sort(-1)", "Sort by the column before", show=False, id="sort-back"),
    ]

    assessment: Assessment | None
    _filter = ""
    _before = ""
    _order: Order[T] | None = None

    def columns(self) -> Sequence[Column[T]]:
        """Return the columns of the table."""
        raise NotImplementedError

    def owners(self, record: T) -> tuple[str, ...]:
        """Return the ids and names by which `:owner` finds a row."""
        raise NotImplementedError

    def projects(self, record: T) -> tuple[str, ...]:
        """Return the ids and names by which `:project` finds a row."""
        raise NotImplementedError

    def objectives(self, record: T) -> tuple[str, ...]:
        """Return the ids and names by which `:objective` finds a row: those that its projects serve."""
        from cockpit.screens.scopes import served

        return served(self.assessment.objectives, self.projects(record)) if self.assessment else ()

    def search_ahead(self) -> None:
        """Begin to make what is searched, while the filter is typed."""
        raise NotImplementedError

    def list_rows(self, *, tell: bool = False) -> None:
        """List the rows that are wanted now; where it takes long, `tell` of the first ones."""
        raise NotImplementedError

    @property
    def wanted(self) -> Question[T]:
        """Which rows are wanted."""
        kind, text = self.desk.scope
        tags = {"owner": self.owners, "project": self.projects, "objective": self.objectives}
        return question(self._filter, tags[kind] if kind in self.NARROWED_BY else None, text)

    @property
    def narrowed(self) -> str:
        """What is said of it; empty where every row is shown as it came."""
        kind, text = self.desk.scope
        parts = [f"{kind}: {inert(text.removeprefix('='), 60)}"] if kind else []
        parts += [f"/{inert(self._filter, 60)}"] if self._filter else []
        parts += [self._order.text] if self._order else []
        return " · ".join(parts)

    @property
    def shown(self) -> Shown:
        """How the list is shown now."""
        order = self._order
        return Shown(self._filter, order.column.name if order else "", bool(order and order.down), *self.switched)

    @property
    def switched(self) -> tuple[str, str]:
        """How the screen is switched, and the group that is looked into; both empty where all is as it was at first."""
        return "", ""

    def switch(self, show: str, within: str) -> None:
        """Switch the screen so, as far as it knows that; what lists the rows comes after it."""

    def show_as(self, shown: Shown) -> None:
        """Show the list so; a column that is not there is left out."""
        self.switch(shown.show, shown.within)
        self._filter, self._order = shown.filter, None
        column = next((each for each in self.columns() if each.searched and each.name == shown.sort), None)
        if column is not None and self.SORTS:
            self._order = Order(column, shown.down)
        self.list_rows(tell=True)

    @property
    def _own(self) -> Screen[Any]:
        return cast("Screen[Any]", self)

    def action_filter(self) -> None:
        """Open the filter line, and begin to make what is searched while it is typed."""
        self._before = self._filter
        self.search_ahead()
        self._own.query_one(Prompt).ask("/")

    def ask_command(self, text: str = "") -> None:
        """Open the command line."""
        self._own.query_one(Prompt).ask(":", text)

    def filter_typed(self, text: str) -> None:
        """Filter while typing."""
        self._filter = text
        self.list_rows(tell=True)

    def prompt_done(self, kind: str, text: str | None) -> None:
        """Keep the filter or obey the command; escape puts back what was."""
        if kind == "/":
            typed = self._before if text is None else text
            if typed != self._filter:
                self.filter_typed(typed)
        self._own.set_focus(self._own.query_one(KeyedTable))
        if kind == ":" and text:
            self.desk.run_command(text)

    def clear_filter(self) -> bool:
        """Show every row again, as they came; say whether anything was hidden or sorted."""
        if not self.narrowed:
            return False
        self._filter, self._order = "", None
        self.desk.set_scope("", "")
        return True

    def action_sort(self, by: int) -> None:
        """Sort by the next column, or the one before; then in the order of the assessment again."""
        if self._can_sort():
            self._order = beside(self._order, self.columns(), by)
            self.list_rows()

    def sort_by(self, text: str) -> None:
        """Sort by the column of that name; nothing is the order of the assessment, the same again turns it round."""
        if not self._can_sort():
            return
        try:
            self._order = named(self._order, self.columns(), text.casefold()) if text else None
        except LookupError:
            known = ", ".join(self.sort_names())
            self.desk.say(f"No column begins with “{inert(text, 40)}”: there are {known}.", "warning")
        self.list_rows()

    def sort_names(self) -> Sequence[str]:
        """Return the columns that rows may be sorted by."""
        return [column.name for column in self.columns() if column.searched] if self.SORTS else []

    def _can_sort(self) -> bool:
        if not self.SORTS:
            self.desk.say("A driving chain has one order only: what comes before what.", "warning")
        return self.SORTS
