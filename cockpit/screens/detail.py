"""The full why of one row, on a screen of its own; it follows the row while the evidence changes."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from cockpit.screens.bars import KeyBar
from cockpit.screens.base import CockpitScreen
from cockpit.screens.keys import RowKeys
from cockpit.screens.pane import FactsPane
from cockpit.screens.why import Facts
from cockpit.screens.words import STYLES


class PaneScreen(ModalScreen[None], RowKeys):
    """One text that scrolls, over the screen beneath, with the keys that act on what it is about."""

    CSS_PATH = "detail.tcss"
    AUTO_FOCUS = "#why"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back", key_display="esc", id="detail-back"),
        *RowKeys.ROW_BINDINGS,
        Binding("question_mark", "app.help", "help", key_display="?", id="help", tooltip="Every key that works here"),
        Binding("j,down", "scroll_why(1)", "Down", show=False, id="detail-down"),
        Binding("k,up", "scroll_why(-1)", "Up", show=False, id="detail-up"),
        Binding("ctrl+d,pagedown,space", "scroll_why(15)", "Page down", show=False, id="detail-page-down"),
        Binding("ctrl+u,pageup", "scroll_why(-15)", "Page up", show=False, id="detail-page-up"),
        Binding("g,home", "scroll_why(-100000)", "Top", show=False, id="detail-top"),
        Binding("G,end", "scroll_why(100000)", "End", show=False, id="detail-end"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._last: Facts | None = None

    def compose(self) -> ComposeResult:
        """Lay out the text and the keys."""
        yield FactsPane(id="why", can_focus=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the text."""
        self.take()

    def take(self) -> None:
        """Show the text as it is now."""
        raise NotImplementedError

    def facts(self) -> Facts | None:
        """Return what is said."""
        return self._last

    def action_scroll_why(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(FactsPane).scroll_relative(y=lines, animate=False)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss()


class DetailScreen(PaneScreen):
    """The why of the row `key` of the screen beneath."""

    def __init__(self, source: CockpitScreen[Any], key: str) -> None:
        super().__init__()
        self._source = source
        self._key = key

    def take(self) -> None:
        """Show the why as it is now; a row that is gone keeps its last why and says so."""
        facts = self._source.facts_of(self._key)
        self._last = facts or self._last
        gone = None
        if facts is None:
            gone = Content.styled("No longer listed; what follows is the last that was known.\n\n", STYLES["good"])
        self.query_one(FactsPane).show_facts(self._last, gone)


class TextScreen(PaneScreen):
    """Facts that stay as they are."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self._last = facts

    def take(self) -> None:
        """Show them."""
        self.query_one(FactsPane).show_facts(self._last)
