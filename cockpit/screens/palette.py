"""The command palette: every key of the screen beneath, the screens, saved views, commands, themes; and all projects,
owners and objectives by name. Loaded when it is first opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from heapq import nlargest
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.command import CommandInput, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from cockpit.basics.classes import dataclass
from cockpit.desk import commanding
from cockpit.screens.keynames import key
from cockpit.screens.scopes import KINDS
from cockpit.screens.theme import THEMES
from cockpit.screens.words import STYLES, inert

if TYPE_CHECKING:
    from textual.fuzzy import Matcher

    from cockpit.desk.ways import Ways

AT_ONCE = 500
"""Names that are looked at between two looks at whether they are still asked for."""
MOST = 100
"""What is found is listed as far as anybody reads it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What may be chosen: words that are searched, what stands dimmed behind them, and what it does."""

    text: str
    more: str
    do: Callable[[], Any]

    def content(self) -> Content:
        """Return it as text; never as markup."""
        return Content.assemble(self.text, (f"  {self.more}", STYLES["muted"]))


class Palette(CommandPalette):
    """Textual's palette with ids for its keys, and ctrl+c as a second way back: `q` is a letter here."""

    CSS_PATH = "palette.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,ctrl+p", "escape", "Go back", show=False, id="palette-back"),
        Binding("down,ctrl+n", "cursor_down", "The next one", show=False, id="palette-down"),
        Binding("up", "command_list('cursor_up')", "The one before", show=False, id="palette-up"),
        Binding("pagedown", "command_list('page_down')", "A page down", show=False, id="palette-page-down"),
        Binding("pageup", "command_list('page_up')", "A page up", show=False, id="palette-page-up"),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(placeholder=f"a key, screen, view, project, owner … ({key('palette-back')} goes back)", id=id)

    def on_mount(self) -> None:
        """Let nothing blink: an app that waits sends no bytes."""
        self.query_one(CommandInput).cursor_blink = False


class Everything(Provider):
    """All that may be chosen, in one order; what nobody has typed anything for comes as far as it is not a name."""

    async def startup(self) -> None:
        """Gather it; names only when something is typed."""
        self._entries = [*self._keys(), *self._views(), *self._commands(), *self._themes()]
        self._names: list[Entry] | None = None
        self._asked = 0
        """How often something was looked for: the answer to an older question is of no use."""

    @property
    def _ways(self) -> Ways:
        return cast("Ways", self.app)

    def _keys(self) -> Iterator[Entry]:
        seen = set()
        nodes = (self.screen, self.app)  # before what only moves the cursor
        place = {node: number for number, node in enumerate(nodes)}
        for active in sorted(self.screen.active_bindings.values(), key=lambda each: place.get(each.node, len(nodes))):
            binding = active.binding
            if binding.id is None or binding.id == "palette" or (binding.id, binding.action) in seen:
                continue
            seen.add((binding.id, binding.action))
            text = binding.tooltip or binding.description[:1].upper() + binding.description[1:]
            run = partial(self.app.run_action, binding.action, active.node)
            # The line of keys names two keys in this one's place.
            shown = key(binding.id) if binding.id == "day-back" else self.app.get_key_display(binding)
            yield Entry(text, shown, run)

    def _views(self) -> Iterator[Entry]:
        for letter, view in self._ways.views.all:
            yield Entry(f"View {inert(view.name, 60)}", f"{key('view')} {letter}", partial(self._ways.views.go, letter))

    def _commands(self) -> Iterator[Entry]:
        for each in commanding.COMMANDS:
            do = (
                partial(self._ways.action_command, f"{each.name} ")
                if each.given
                else partial(each.obey, self._ways, "")
            )
            yield Entry(each.what, f":{each.name} {each.given}".rstrip(), do)

    def _themes(self) -> Iterator[Entry]:
        for theme in THEMES:
            yield Entry(f"Theme {theme.name}", "", partial(self._ways.run_command, f"theme {theme.name}"))

    def _all(self) -> list[Entry]:
        if self._names is None:
            self._names = [
                Entry(
                    inert(name, 100),
                    f"{kind}: show these rows everywhere",
                    partial(commanding.narrow, self._ways, kind, identity),
                )
                for kind in KINDS
                for identity, name in commanding.names_of(self._ways, kind)
            ]
        return [*self._entries, *self._names]

    def _nearest(self, query: str, matcher: Matcher, asked: int) -> list[tuple[float, Sequence[int], Entry]]:
        """Find what fits, in a thread: as far as it gets before something else is asked."""
        letters = query.casefold().replace(" ", "")
        found: list[tuple[float, Sequence[int], Entry]] = []
        for number, entry in enumerate(self._all()):
            if number % AT_ONCE == 0 and asked != self._asked:
                break
            rest = iter(entry.text.casefold())
            if all(letter in rest for letter in letters):  # told at once, where the score takes long
                found.append((*matcher.fuzzy_search.match(query, entry.text), entry))
        return nlargest(MOST, found, key=lambda each: each[0])

    async def discover(self) -> Hits:
        """Give what there is while nothing is typed."""
        for entry in self._entries:
            yield DiscoveryHit(entry.content(), entry.do, text=entry.text)

    async def search(self, query: str) -> Hits:
        """Give what has the letters of the query in their order, the nearest first; looked for beside the app."""
        matcher, self._asked = self.matcher(query), self._asked + 1
        for score, places, entry in await asyncio.to_thread(self._nearest, query, matcher, self._asked):
            content = entry.content()
            for place in places:
                content = content.stylize(matcher.match_style, place, place + 1)
            yield Hit(score, content, entry.do, text=entry.text)
