"""The saved views in a list, for the one key that says which: its letter goes there, or saves what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from cockpit.personal.views import KEYS
from cockpit.screens.keynames import key
from cockpit.screens.words import STYLES, inert


class SavedScreen(ModalScreen[str | None]):
    """Asks for a letter or digit and gives it back; None where it is left."""

    CSS_PATH = "saved.tcss"
    AUTO_FOCUS = "#views"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back", key_display="esc", id="saved-back", tooltip="Go back"),
    ]

    def __init__(self, title: str, lines: Sequence[tuple[str, str, str]]) -> None:
        """`lines`: letter, name, and what it shows where the name does not say that."""
        super().__init__()
        self._title, self._lines = title, lines

    def compose(self) -> ComposeResult:
        """Lay out the question and the views."""
        with VerticalScroll(id="views"):
            yield Static(Content("\n").join(self._text()), markup=False)

    def _text(self) -> list[Content]:
        lines = [Content.styled(inert(self._title, 100), "bold"), Content("")]
        for letter, name, what in self._lines:
            more = Content.styled(f"  {inert(what, 100)}" if what else "", STYLES["muted"])
            lines.append(Content.assemble((f"{letter}  ", f"bold {STYLES['accent']}"), inert(name, 60), more))
        leave = f"{key('saved-back')} goes back · :forget takes one away"
        return [*lines, Content(""), Content.styled(leave, STYLES["muted"])]

    def on_key(self, event: events.Key) -> None:
        """Take the letter."""
        if event.character is not None and event.character in KEYS:
            event.stop()
            self.dismiss(event.character)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)
