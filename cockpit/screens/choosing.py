"""Choosing one thing out of a few, such as the objective that work is mapped to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cockpit.screens.keynames import key
from cockpit.screens.words import STYLES, inert

Choice = tuple[str, str, str]
"""An id, what it is called, and what is said beside it."""


class ChooseScreen(ModalScreen[str | None]):
    """Shows a question and its answers; gives back the id of the one that was chosen, None where none was."""

    CSS_PATH = "choosing.tcss"
    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back", key_display="esc", id="choose-back", tooltip="Go back; nothing is chosen"),
        Binding("j", "move(1)", "Down", show=False, id="choose-down"),
        Binding("k", "move(-1)", "Up", show=False, id="choose-up"),
    ]

    def __init__(self, question: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._question = question
        self._choices = tuple(choices)

    def compose(self) -> ComposeResult:
        """Lay out the question and its answers."""
        with Vertical(id="choices"):
            yield Static(Content.styled(inert(self._question, 300), "bold"), markup=False)
            yield OptionList(*(Option(_line(*choice[1:])) for choice in self._choices), markup=False)
            keys = f"enter chooses · {key('choose-back')} goes back"
            yield Static(Content.styled(keys, STYLES["muted"]), markup=False)

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Give back what was chosen."""
        event.stop()
        self.dismiss(self._choices[event.option_index][0])

    def action_move(self, by: int) -> None:
        """Go to the next answer, or the one before."""
        answers = self.query_one(OptionList)
        if by > 0:
            answers.action_cursor_down()
        else:
            answers.action_cursor_up()

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


def _line(title: str, beside: str) -> Content:
    return Content.assemble(inert(title, 100), (f"  {inert(beside, 100)}", STYLES["muted"]))
