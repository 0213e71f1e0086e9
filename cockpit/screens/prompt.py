"""The line that is typed into: a filter after `/`, a command after `:`, with completion and what was typed before.

It opens and closes at once, not by messages: a key that is typed ahead finds the line open, or the table again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from cockpit.screens.words import STYLES, inert

MOST = 50
"""Lines of one kind that are kept for `up`."""
LEFT, ENTERED = "Leave the line; all is as before", "Keep the filter, or obey the command"


class Typed:
    """What was typed in this session, the latest last, for each kind of line."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def add(self, kind: str, text: str) -> None:
        """Keep a line that was entered; the same again moves to the end."""
        if text:
            known = [line for line in self._lines.get(kind, ()) if line != text]
            self._lines[kind] = [*known, text][-MOST:]

    def of(self, kind: str) -> Sequence[str]:
        """Return the lines of a kind, the latest last."""
        return self._lines.get(kind, ())


class Choices(Widget):
    """One line of what the word that is being typed may become; the chosen one stands in brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.display = False
        self._names: Sequence[str] = ()
        self._chosen = -1

    def show_names(self, names: Sequence[str], chosen: int = -1) -> None:
        """Show these names, or nothing."""
        if (names, chosen) != (self._names, self._chosen) or self.display is not bool(names):
            self._names, self._chosen = names, chosen
            self.display = bool(names)
            self.refresh()

    def render(self) -> Content:
        """Show as many as there is room for, from one that keeps the chosen one in view."""
        width = max(self.size.width, 1)
        labels = [
            f"[{inert(name, 40)}]" if n == self._chosen else inert(name, 40) for n, name in enumerate(self._names)
        ]
        start = 0
        while start < self._chosen and sum(cell_len(each) + 2 for each in labels[start : self._chosen + 1]) > width - 4:
            start += 1
        parts, room = [Content.styled("‹ ", STYLES["muted"])] if start else [], width - (4 if start else 2)
        for n, label in enumerate(labels[start:], start):
            room -= cell_len(label) + 2
            if room < 0 and n > start:
                parts.append(Content.styled("›", STYLES["muted"]))
                break
            parts.append(Content.styled(f"{label}  ", "bold" if n == self._chosen else STYLES["muted"]))
        return Content("").join(parts)


class Prompt(Input):
    """The line; hidden until it is asked for. `entered` is told the kind and the text, None where it was left;
    `heard` is told a filter while it is typed; `complete` returns what a command may become, as whole lines with the
    words that are shown for them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "leave", "leave", key_display="esc", id="prompt-cancel", tooltip=LEFT),
        Binding("enter", "submit", "done", key_display="enter", id="prompt-enter", tooltip=ENTERED),
        Binding("tab", "complete(1)", "Complete the command; again: the next choice", show=False, id="prompt-complete"),
        Binding("shift+tab", "complete(-1)", "The choice before", show=False, id="prompt-complete-back"),
        Binding("up", "recall(-1)", "What was typed before", show=False, id="prompt-up"),
        Binding("down", "recall(1)", "What was typed after it", show=False, id="prompt-down"),
    ]

    def __init__(
        self,
        typed: Typed,
        entered: Callable[[str, str | None], None],
        heard: Callable[[str], None],
        complete: Callable[[str], Sequence[tuple[str, str]]] = lambda _: (),
    ) -> None:
        super().__init__(compact=True, select_on_focus=False, max_length=200)
        self._typed, self._entered, self._heard, self._complete = typed, entered, heard, complete
        self.cursor_blink = False
        self.kind = "/"
        self.display = False
        self._drafts: list[str] = []
        self._place = 0
        self._choices: Sequence[tuple[str, str]] = ()
        self._chosen = -1

    def ask(self, kind: str, text: str = "") -> None:
        """Open the line for a filter or a command; the first character says which."""
        self.kind = kind
        self._drafts = [*self._typed.of(kind), text]
        self._place = len(self._drafts) - 1
        self._put(text)
        self.display = True
        self.screen.set_focus(self)
        self._offer()

    def _put(self, text: str) -> None:
        self.value = self.kind + text
        self.cursor_position = len(self.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing; taking the first character away leaves the line."""
        event.stop()
        if not self.display:
            return
        if not self.value.startswith(self.kind):
            self._close(None)
        elif self.kind == "/":
            self._heard(self.value[1:])
        elif 0 <= self._chosen < len(self._choices) and self._choices[self._chosen][0] == self.value[1:]:
            pass  # it is this line that has put it there
        else:
            self._offer()

    async def action_submit(self) -> None:
        """Enter the line."""
        self._close(self.value[1:])

    def action_leave(self) -> None:
        """Leave the line as if it had not been opened."""
        self._close(None)

    def _close(self, text: str | None) -> None:
        self.display = False
        self._show_choices((), -1)
        if text is not None:
            self._typed.add(self.kind, text.strip())
        self._entered(self.kind, text)

    # -- completion

    def _offer(self) -> None:
        choices = self._complete(self.value[1:]) if self.kind == ":" else ()
        self._show_choices(choices, -1)

    def _show_choices(self, choices: Sequence[tuple[str, str]], chosen: int) -> None:
        self._choices, self._chosen = choices, chosen
        for line in self.screen.query(Choices):
            line.show_names([name for _, name in choices], chosen)

    def action_complete(self, by: int) -> None:
        """Take one choice after the other; where there is only one, go on to what may follow it."""
        if self.kind != ":":
            return
        if self._chosen < 0:
            self._offer()
        if lines := [line for line, _ in self._choices]:
            chosen = (self._chosen + by) % len(lines) if self._chosen >= 0 else (0 if by > 0 else len(lines) - 1)
            self._show_choices(self._choices, chosen)
            self._put(lines[chosen])
            if len(lines) == 1:
                self._offer()

    # -- what was typed before

    def action_recall(self, by: int) -> None:
        """Show what was typed before, or after that."""
        self._drafts[self._place] = self.value[1:]
        self._place = min(max(self._place + by, 0), len(self._drafts) - 1)
        self._put(self._drafts[self._place])
