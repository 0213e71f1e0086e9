"""One decision: the options with their days first, then the full sentence, and only what was shown is signed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from cockpit.records.assessment import SignOff
from cockpit.records.lives import Option
from cockpit.records.model import Meaning
from cockpit.screens.sign import SignScreen
from cockpit.screens.why import wrap
from cockpit.screens.words import STYLES, day, days, fit, inert, money, sentence_of
from cockpit.wording import stages

if TYPE_CHECKING:
    from cockpit.session.live import Session

OWN_WORDS = "in the words of the note"


class OptionChoice(Widget, can_focus=True):
    """One option out of several, a line each with what it is worth; below them what the chosen one does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j,right,l", "turn(1)", "Next option", show=False, id="option-next"),
        Binding("up,k,left,h", "turn(-1)", "Option before", show=False, id="option-before"),
        Binding("enter,space", "take", "Show what would be signed", show=False, id="option-take"),
    ]

    class Changed(Message):
        """Another option was chosen."""

    class Taken(Message):
        """The option that is chosen is to be signed."""

    def __init__(self, currency: str | None) -> None:
        super().__init__(id="options")
        self._currency = currency
        self._options: Sequence[Option] = ()
        self._place = 0

    @property
    def chosen(self) -> Option | None:
        """The option that is chosen; None where the note says what is decided."""
        return self._options[self._place] if self._place < len(self._options) else None

    def show_options(self, options: Sequence[Option]) -> None:
        """Show these options; the first is chosen."""
        self._options, self._place = options, 0
        self.refresh(layout=True)

    def render(self) -> Content:
        """Show each option on a line, then the days, the money and what else the chosen one takes."""
        width = max(self.size.width, 40)
        lines = [self._line(place, width) for place in range(len(self._options) + 1)]
        chosen = self.chosen
        details = list(stages.effects_of(chosen)) if chosen is not None else []
        details += [chosen.then] if chosen is not None and chosen.then else []
        rows = [row for text in details for row in wrap(inert(text, 300), width - 4)]
        return Content("\n").join([*lines, *(Content.styled(f"    {row}", STYLES["muted"]) for row in rows)])

    def _line(self, place: int, width: int) -> Content:
        mark = "(•) " if place == self._place else "( ) "
        if place == len(self._options):
            return Content.styled(mark + OWN_WORDS, "bold" * (place == self._place))
        option = self._options[place]
        worth = _worth(option, self._currency)
        text = f"{mark}{option.id:<11} {inert(option.title, 300)}"
        return Content.styled(f"{fit(text, max(width - len(worth) - 1, 20))} {worth}", "bold" * (place == self._place))

    def action_turn(self, by: int) -> None:
        """Choose the next option, or the one before."""
        self._place = (self._place + by) % (len(self._options) + 1)
        self.refresh(layout=True)
        self.post_message(self.Changed())

    def action_take(self) -> None:
        """Go on with the option that is chosen."""
        self.post_message(self.Taken())

    def on_click(self, event: Any) -> None:
        """Choose the option that was clicked."""
        if event.y <= len(self._options) and event.y != self._place:
            self.action_turn(event.y - self._place)


def _worth(option: Option, currency: str | None) -> str:
    """Return the most days and the money of an option, such as "gains ≥29d $736k"."""
    most = max((effect.days or 0.0 for effect in option.effects), key=abs, default=0.0)
    if not most:
        return "gains nothing"
    saved = money(option.saved and abs(option.saved), currency, option.saved_assumed)
    return f"{'gains' if most > 0 else 'loses'} {days(abs(most), option.at_least)} {saved}".strip()


class DecideScreen(SignScreen):
    """Shows what may be decided about a breach; gives back the statement, or None when nothing was signed."""

    AUTO_FOCUS = "OptionChoice"

    def __init__(self, session: Session, signoff: SignOff, currency: str | None) -> None:
        super().__init__(session, signoff)
        self._currency = currency
        self._ready = False

    def compose_choice(self) -> ComposeResult:
        """Lay out the options."""
        yield Static("Computing the options…", markup=False, id="options-title")
        yield OptionChoice(self._currency)

    def on_mount(self) -> None:
        """Ask for the options, then show the sentence of the first; what every form does comes after this by itself."""
        self.run_worker(self._ask(), group="options", exclusive=True, exit_on_error=False)

    def first_of(self, _: Meaning | None) -> str:
        """One begins with the options."""
        return "#options"

    async def _ask(self) -> None:
        try:
            _, options = await asyncio.to_thread(lambda: self._session.options(self._signoff.subject))
        except Exception as error:
            self.query_one("#options-title", Static).update(inert(sentence_of(error), 1000))
            return
        owed = f", owed by {inert(self._signoff.owner_name, 60)}, due {day(self._signoff.due)}"
        title = f"What is decided{owed if self._signoff.due else ''}: ↑ ↓ choose"
        self.query_one("#options-title", Static).update(title)
        self.query_one(OptionChoice).show_options(options)
        self._ready = True
        self.redraft()

    @on(OptionChoice.Changed)
    def option_chosen(self) -> None:
        """Show the sentence of another option."""
        self.redraft()

    @on(OptionChoice.Taken)
    def option_taken(self) -> None:
        """Show the sentence of the option, ready to be signed."""
        self.redraft(ready=True)

    def redraft(self, ready: bool = False) -> None:
        """Show the sentence of the chosen option, once the options are there."""
        if self._ready:
            super().redraft(ready)

    def _fields(self) -> dict[str, Any]:
        chosen = self.query_one(OptionChoice).chosen
        return super()._fields() | ({"option": chosen.id} if chosen is not None else {})
