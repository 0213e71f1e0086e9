"""One signature: the full sentence is shown first, and only what was shown is signed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from cockpit.records.assessment import SignOff
from cockpit.records.model import Meaning, Statement
from cockpit.screens.drafting import DraftScreen
from cockpit.screens.fields import FIELDS, HINTS, parsed
from cockpit.screens.prompting import at_terminal
from cockpit.screens.words import day, inert, sentence_of
from cockpit.session import batch
from cockpit.session.batch import ToSign

if TYPE_CHECKING:
    from cockpit.session.live import Session


class MeaningChoice(Widget, can_focus=True):
    """One meaning out of several, chosen with the arrows; the chosen one is filled, not only coloured."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,down,l,j,space", "turn(1)", "Next meaning", show=False, id="meaning-next"),
        Binding("left,up,h,k", "turn(-1)", "Meaning before", show=False, id="meaning-before"),
    ]

    class Changed(Message):
        """Another meaning was chosen."""

        def __init__(self, meaning: Meaning) -> None:
            super().__init__()
            self.meaning = meaning

    def __init__(self, meanings: tuple[Meaning, ...]) -> None:
        super().__init__()
        self._meanings = meanings
        self._place = 0

    @property
    def meaning(self) -> Meaning:
        """The one that is chosen."""
        return self._meanings[self._place]

    def render(self) -> Content:
        """Show the meanings side by side."""
        marks = [("(•) " if place == self._place else "( ) ", meaning) for place, meaning in enumerate(self._meanings)]
        return Content("   ").join(Content.styled(mark + meaning, "bold" * (mark == "(•) ")) for mark, meaning in marks)

    def action_turn(self, by: int) -> None:
        """Choose the next meaning, or the one before."""
        self._place = (self._place + by) % len(self._meanings)
        self.refresh()
        self.post_message(self.Changed(self.meaning))

    def on_click(self) -> None:
        """Choose the next meaning."""
        self.action_turn(1)


class SignScreen(DraftScreen[Statement | None]):
    """Shows what would be signed for one sign-off; gives back the statement, or None when nothing was signed."""

    AUTO_FOCUS = "MeaningChoice"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back", key_display="esc", id="sign-back", tooltip="Go back; nothing is signed"),
    ]

    def __init__(self, session: Session, signoff: SignOff) -> None:
        super().__init__(session)
        self._signoff = signoff
        self._meaning = signoff.meanings[0] if signoff.meanings else None
        self._draft: ToSign | None = None
        self._was_shown = False

    def compose(self) -> ComposeResult:
        """Lay out meaning, fields, the sentence, and the two buttons."""
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(Content.styled(inert(self._signoff.title, 160), "bold"), markup=False, id="subject")
            yield from self.compose_choice()
            for name, (label, _) in FIELDS.items():
                with Horizontal(classes="field", id=f"field-{name}"):
                    yield Static(f"{label}:", markup=False)
                    known = self.desk.key_file if name == "key" else ""
                    yield Input(known, placeholder=self._hint(name), compact=True, id=name, max_length=2000)
            yield Static("You will sign:", markup=False, id="sentence-title")
            yield Static("", markup=False, id="sentence")
            yield Static("", markup=False, id="error")
            with Horizontal(id="buttons"):
                yield Button("Sign", id="sign", variant="primary", compact=True, disabled=True)
                yield Button("Back, sign nothing", id="back", compact=True)

    def compose_choice(self) -> ComposeResult:
        """Lay out what there is to choose between."""
        if len(self._signoff.meanings) > 1:
            yield MeaningChoice(self._signoff.meanings)

    def _hint(self, name: str) -> str:
        if name == "on" and self._meaning is Meaning.DECIDED:
            return "YYYY-MM-DD, by when it is cleared; else the option's own"
        due = self._signoff.due
        return f"YYYY-MM-DD, needed by {day(due)}" if name == "on" and due else HINTS[name]

    def on_mount(self) -> None:
        """Show the sentence of the first meaning."""
        self.calm_fields()
        self._choose(self._meaning)

    @property
    def _asks_whom(self) -> bool:
        """Whether work is blocked of which nobody says by whom: who confirms that names the team."""
        return self._signoff.subject.startswith("suspicion:") and self._signoff.subject.endswith(">")

    def _choose(self, meaning: Meaning | None) -> None:
        self._meaning = meaning
        for name in FIELDS:
            self.query_one(f"#field-{name}").display = self._takes(name) and (name != "giver" or self._asks_whom)
        if len(self._signoff.meanings) < 2:
            self.query_one(self.first_of(meaning)).focus()
        self.redraft()

    def _takes(self, name: str) -> bool:
        """Whether that is given with what is signed; with a second signature only the key."""
        return name == "key" if self._meaning is None else self._meaning in FIELDS[name][1]

    def first_of(self, meaning: Meaning | None) -> str:
        """Where one begins who has one meaning to sign."""
        return "#key" if meaning is None else "#on" if meaning in FIELDS["on"][1] else "#note"

    @on(MeaningChoice.Changed)
    def meaning_chosen(self, event: MeaningChoice.Changed) -> None:
        """Show the sentence of another meaning."""
        self._choose(event.meaning)

    def drop(self) -> None:
        """Let go of what was drafted."""
        self._draft = None

    def redraft(self, ready: bool = False) -> None:
        """Show the sentence with the fields as they are, or say what is missing."""
        self.forget("")
        self._typed = self.texts()
        if self._meaning is Meaning.PROMISED and not self.query_one("#on", Input).value.strip():
            tab = "press tab, " if len(self._signoff.meanings) > 1 else ""
            self.tell(f"A promise names a day: {tab}type it, then press enter.")
            return
        if self._asks_whom and self._meaning is Meaning.CONFIRMED and not self.query_one("#giver", Input).value.strip():
            self.tell("Which team does it wait for? Press tab, type it, then press enter; or choose dismissed.")
            return
        self.run_worker(self._make_draft(ready), group="draft", exclusive=True, exit_on_error=False)

    async def _make_draft(self, ready: bool) -> None:
        try:
            wish = batch.Wish(self._signoff, self._meaning, self._fields())
            draft = await asyncio.to_thread(batch.draft_of, self._session, wish)
        except Exception as error:
            self.tell(sentence_of(error), bad=True)
            if ready:
                self.call_after_refresh(self.query_one("#error").scroll_visible, animate=False)
            return
        self._draft = draft
        self.query_one("#sentence", Static).update(
            Content("\n").join(Content(inert(line, 2000)) for line in draft.sentence.splitlines())
        )
        button = self.query_one("#sign", Button)
        button.label = Content(f"Sign as {inert(draft.signer.name, 40)}")
        button.disabled = False
        button.refresh(layout=True)
        # Where the button was disabled nothing has the focus; at first a field is about to get it, and is typed into.
        nothing = self.focused is None and self._was_shown
        self._was_shown = True
        if ready or nothing or isinstance(self.focused, Button):
            button.focus()
            # The sentence above it may have grown: it is in place after the next layout.
            self.call_after_refresh(button.scroll_visible, animate=False)

    def _fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for name in FIELDS:
            text = self.query_one(f"#{name}", Input).value.strip() if self._takes(name) else ""
            if text:
                fields[name] = parsed(name, text)
        return fields

    @on(Button.Pressed, "#sign")
    def sign_pressed(self) -> None:
        """Sign exactly what is shown."""
        if self._draft is None or self._signing:
            return
        self._signing = True
        self.query_one("#sign", Button).disabled = True
        self.tell("Signing… confirm in the agent or touch the key if it asks.")
        self.run_worker(self._make_signature(self._draft), group="signature", exit_on_error=False)

    async def _make_signature(self, draft: ToSign) -> None:
        text = self.query_one("#key", Input).value.strip()
        try:
            key: Path | None = parsed("key", text) if text else None
            statement = await at_terminal(
                self.app, (draft,), key, lambda at: batch.sign_one(self._session, draft, key, at)
            )
        except Exception as error:
            self.tell(sentence_of(error), bad=True)
            button = self.query_one("#sign", Button)
            button.disabled = False
            button.focus()
        else:
            self.desk.key_file = text
            self.dismiss(statement)
        finally:
            self._signing = False

    @on(Button.Pressed, "#back")
    def action_leave(self) -> None:
        """Go back without signing; a signature under way is waited for."""
        if self._signing:
            self.tell("The signature is under way; wait for it.")
        else:
            self.dismiss(None)
