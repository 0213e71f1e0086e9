"""Every key that works here, made from the bindings themselves; `/` finds those with certain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from cockpit.screens.keynames import key
from cockpit.screens.prompt import Prompt, Typed
from cockpit.screens.words import STYLES

Pair = tuple[str, str]
"""Keys, or a command, and what it does."""

MARKS: Sequence[Pair] = (
    ("▲ ◆ ○", "critical or Off Track; major or At Risk; minor"),
    ("● ✓ ?", "On Track; Complete; Unknown"),
    ("◐", "watermelon: reported green, computed worse"),
    ("≥", "at least: a hold is assumed"),
    ("~", "assumed cost of delay"),
    ("!", "a decision owed, or a day that has passed"),
    ("✓ seen", "acknowledged or decided, not cleared yet"),
)


def key_help(screen: Screen[Any]) -> list[tuple[str, list[Pair]]]:
    """Return the keys and what each does: those of the screen first, those of its list, those that work everywhere.
    Keys that mean the same stand together."""
    found: dict[tuple[int, str], tuple[DOMNode, list[str], str]] = {}
    for active in sorted(screen.active_bindings.values(), key=lambda active: not active.binding.show):
        binding = active.binding
        if binding.id is None:  # one of Textual's own
            continue
        text = binding.tooltip or binding.description[:1].upper() + binding.description[1:]
        _, keys, _ = found.setdefault((id(active.node), binding.action), (active.node, [], text))
        key = screen.app.get_key_display(binding)
        if key not in keys:
            keys.append(key)
    groups: dict[str, list[Pair]] = {"On this screen": [], "In the list": [], "Everywhere": []}
    for node, keys, text in found.values():
        group = "On this screen" if node is screen else "Everywhere" if node is screen.app else "In the list"
        groups[group].append((" ".join(keys), text))
    return [(title, pairs) for title, pairs in groups.items() if pairs]


class HelpScreen(ModalScreen[None]):
    """The keys of the screen beneath, the commands, the marks."""

    CSS_PATH = "help.tcss"
    AUTO_FOCUS = "#help"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "leave", "back", key_display="esc", id="help-back", tooltip="Go back"),
        Binding("slash", "find", "find", key_display="/", id="help-find", tooltip="Show only lines with these words"),
        Binding("j,down", "scroll_help(1)", "Down", show=False, id="help-down"),
        Binding("k,up", "scroll_help(-1)", "Up", show=False, id="help-up"),
        Binding("ctrl+d,pagedown,space", "scroll_help(15)", "Page down", show=False, id="help-page-down"),
        Binding("ctrl+u,pageup", "scroll_help(-15)", "Page up", show=False, id="help-page-up"),
        Binding("g,home", "scroll_help(-100000)", "Top", show=False, id="help-top"),
        Binding("G,end", "scroll_help(100000)", "End", show=False, id="help-end"),
    ]

    def __init__(self, keys: list[tuple[str, list[Pair]]], commands: list[Pair]) -> None:
        super().__init__()
        screens = (":exceptions … :sources", "Go to a screen, by its first letters")
        self._groups = [*keys, ("Commands", [screens, *commands]), ("Marks", list(MARKS))]

    def compose(self) -> ComposeResult:
        """Lay out keys, commands and marks."""
        with VerticalScroll(id="help"):
            yield Static(self._text(""), markup=False)
        yield Prompt(Typed(), self._found, self._find)

    def _text(self, words: str) -> Content:
        wanted = words.casefold().split()
        scroll, find, back = f"{key('help-down')} {key('help-up')}", key("help-find"), key("help-back")
        lines = [Content.styled(f"{scroll} scroll · {find} finds · {back} goes back", STYLES["muted"])]
        for title, pairs in self._groups:
            shown = [pair for pair in pairs if all(word in " ".join((title, *pair)).casefold() for word in wanted)]
            width = max((len(key) for key, _ in pairs), default=0)
            if shown:
                lines += [Content(""), Content.styled(title, "bold")]
                lines += [Content.assemble((f"{key:<{width}}", STYLES["accent"]), f"  {text}") for key, text in shown]
        if len(lines) == 1:
            lines += [Content(""), Content("Nothing here has these words.")]
        return Content("\n").join(lines)

    def _find(self, words: str) -> None:
        self.query_one("#help Static", Static).update(self._text(words))
        self.query_one("#help", VerticalScroll).scroll_home(animate=False)

    def _found(self, _: str, words: str | None) -> None:
        self._find(words or "")
        self.set_focus(self.query_one("#help"))

    def action_find(self) -> None:
        """Ask for words."""
        self.query_one(Prompt).ask("/")

    def action_scroll_help(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#help", VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss()
