"""Rows that are marked, to do one thing with all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType

from cockpit.screens.base import CockpitScreen
from cockpit.screens.table import KeyedTable

T = TypeVar("T")


class MarkingScreen(CockpitScreen[T]):
    """A table whose rows can be marked; marks stay with their rows whatever is filtered, sorted or read anew."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark", key_display="space", show=False, id="mark", tooltip="Mark this row, or not"),
        Binding(
            "asterisk", "mark_all", "mark all", key_display="*", show=False, id="mark-all",
            tooltip="Mark all that may be marked together, or none",
        ),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.marks: set[str] = set()

    def together(self, records: Sequence[T]) -> Sequence[T]:
        """Return those of the listed rows that are marked together."""
        return records

    def none_together(self) -> str:
        """Say that there are none."""
        return "There are no rows here that may be marked together."

    def marked(self) -> list[T]:
        """Return the marked rows, in the order of the whole list."""
        if not self.marks or self.assessment is None:
            return []
        return [record for record in self._rows_of(self.assessment) if self.key(record) in self.marks]

    def action_mark(self) -> None:
        """Mark the row under the cursor or take its mark away, and go on to the next."""
        record = self.table.record
        if record is None:
            self.desk.say("There is no row to mark here.", "warning")
        else:
            self.marks ^= {self.key(record)}
            self.show_marks()
            self.table.action_move(1)

    def action_mark_all(self) -> None:
        """Mark all that may be; where they are all marked, none."""
        keys = {self.key(record) for record in self.together(self.table.records)}
        if not keys:
            self.desk.say(self.none_together(), "warning")
        self.marks = self.marks - keys if keys <= self.marks else self.marks | keys
        self.show_marks()

    def unmark(self, keys: Collection[str]) -> None:
        """Take these marks away."""
        self.marks -= set(keys)
        self.show_marks()

    def show_marks(self) -> None:
        """Show which rows are marked, and how many."""
        self.query_one(KeyedTable).show_marks(self.marks)
        self.say_marks(len(self.marks))

    def say_marks(self, number: int) -> None:
        """Say how many are marked, where there is a line for it."""

    def take(self) -> None:
        """Show the app's assessment; marks of rows that are gone go with them."""
        super().take()
        if self.marks and self.assessment is not None:
            self.marks &= {self.key(record) for record in self._rows_of(self.assessment)}
            self.show_marks()

    def clear_filter(self) -> bool:
        """Take the marks away first, then the filter."""
        if self.marks:
            self.marks = set()
            self.show_marks()
            return True
        return super().clear_filter()
