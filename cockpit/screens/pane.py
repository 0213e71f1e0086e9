"""The pane that shows the why of a row, wrapped to whatever width it has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

if TYPE_CHECKING:
    from cockpit.screens.why import Facts

NARROW = 24
"""Cells below which lines may be wider than the pane, so that only a layout tells how high the text is."""


class FactsPane(VerticalScroll):
    """Shows facts, with a line before them where there is something to say of them; scrolls."""

    REST: ClassVar[float] = 0.2
    """Seconds after which a cursor that moved is taken to rest: what it only passes is not sent through the network."""

    def __init__(self, *, id: str, can_focus: bool) -> None:
        super().__init__(id=id, can_focus=can_focus)
        self._facts: Facts | None = None
        self._before = Content("")
        self._width = 0
        self._height = 0
        self._key: str | None = None
        self._waits: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield Static("", markup=False)

    def show_facts(self, facts: Facts | None, before: Content | None = None) -> None:
        """Show these facts from their top; the same facts again leave the view where it is."""
        before = before or Content("")
        if (facts, before.plain) != (self._facts, self._before.plain):
            self._facts, self._before = facts, before
            self.scroll_home(animate=False)
            self._wrap()

    def follow(self, key: str, facts: Callable[[], Facts | None]) -> None:
        """Show the facts of the row of this key: at once if they are shown already, else once the cursor rests."""
        if self._waits is not None:
            self._waits.stop()
        if self._key in (key, None) or not self.REST:
            self._rest(key, facts)
        else:
            self._waits = self.set_timer(self.REST, partial(self._rest, key, facts))

    def _rest(self, key: str, facts: Callable[[], Facts | None]) -> None:
        self._key, self._waits = key, None
        self.show_facts(facts())

    def on_resize(self) -> None:
        """Wrap the lines anew where there is another width for them."""
        if self._room != self._width:
            self._wrap()

    @property
    def _room(self) -> int:
        """The cells of a line: the last one parts the text from the scrollbar."""
        return self.scrollable_content_region.width - 1

    def _wrap(self) -> None:
        self._width = width = self._room
        content = self._facts.content(width) if self._facts is not None and width > 0 else Content("")
        text = Content("").join([self._before, content])
        height, self._height = self._height, text.plain.count("\n")
        # A layout is of the whole screen, and costs as much as all the rest of an update.
        self.query_one(Static).update(text, layout=height != self._height or width < NARROW)
