"""Every key that works here, made from the bindings themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from cockpit.screens.words import STYLES

COMMANDS = (
    (":exceptions … :sources", "go to a screen, by its first letters"),
    (":project NAME", "show one project's rows everywhere"),
    (":owner NAME, :owner me", "show one person's rows everywhere"),
    (":sort COLUMN, :sort", "sort by a column, again to turn it; as they came"),
    (":as-of YYYY-MM-DD, :live", "go to a day, come back to today"),
    (":q", "quit"),
)


def key_help(screen: Screen[Any]) -> list[tuple[str, str]]:
    """Return the keys and what each does, those that mean the same together."""
    actions: dict[tuple[int, str], tuple[list[str], str]] = {}
    for active in sorted(screen.active_bindings.values(), key=lambda active: not active.binding.show):
        binding = active.binding
        if binding.id is None:  # one of Textual's own
            continue
        keys, _ = actions.setdefault(
            (id(active.node), binding.action),
            ([], binding.tooltip or binding.description[:1].upper() + binding.description[1:]),
        )
        key = screen.app.get_key_display(binding)
        if key not in keys:
            keys.append(key)
    return [(" ".join(keys), text) for keys, text in actions.values()]


class HelpScreen(ModalScreen[None]):
    """The keys of the screen beneath."""

    CSS_PATH = "help.tcss"
    AUTO_FOCUS = "#help"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "leave", "back", key_display="esc", id="help-back"),
        Binding("j", "scroll_help(1)", "Down", show=False, id="help-down"),
        Binding("k", "scroll_help(-1)", "Up", show=False, id="help-up"),
    ]

    def __init__(self, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Lay out keys, commands and marks."""
        lines = [Content.styled("Keys", "bold"), *self._pairs(self._keys, 16)]
        lines += [Content(""), Content.styled("Commands", "bold"), *self._pairs(list(COMMANDS), 26)]
        lines += [Content(""), Content.styled("Marks", "bold")]
        lines += [
            Content("▲ critical or Off Track   ◆ major or At Risk   ○ minor   ? Unknown"),
            Content("● On Track   ✓ Complete   ◐ watermelon: reported green, computed worse"),
            Content("≥ at least: a hold is assumed   ~ assumed cost of delay"),
            Content("! a decision owed, or a day that has passed   ✓ seen or decided, not cleared yet"),
        ]
        with VerticalScroll(id="help"):
            yield Static(Content("\n").join(lines), markup=False)

    @staticmethod
    def _pairs(pairs: list[tuple[str, str]], width: int) -> list[Content]:
        return [Content.assemble((f"{key:<{width}}", STYLES["accent"]), f" {text}") for key, text in pairs]

    def action_scroll_help(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#help", VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss()
