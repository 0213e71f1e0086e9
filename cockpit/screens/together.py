"""Several signatures with one review: every exact sentence is shown, confirmed once, and signed one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from cockpit.records.model import Meaning
from cockpit.screens.aside import tell
from cockpit.screens.drafting import DraftScreen
from cockpit.screens.fields import FIELDS, HINTS, parsed
from cockpit.screens.keynames import key
from cockpit.screens.prompting import at_terminal
from cockpit.screens.sign import MeaningChoice
from cockpit.screens.words import STYLES, count, inert, sentence_of
from cockpit.session import batch
from cockpit.session.batch import Outcome, Prepared, Terminal, Wish

if TYPE_CHECKING:
    from cockpit.records.assessment import SignOff
    from cockpit.session.live import Session

MOST = 50
"""So many are signed at once: more sentences than that nobody reads."""
SHARED = ("on", "evidence", "note", "key")
"""What is said once and goes into every statement whose meaning takes it."""
NOT_YET = {Meaning.PROMISED: "A promise names a day: type it above, then press enter."}


class TogetherScreen(DraftScreen[tuple[Outcome, ...]]):
    """Shows what would be signed for several sign-offs; gives back what became of each, empty where nothing was."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,q", "leave", "back", key_display="esc", id="together-back", tooltip="Go back; nothing is signed"
        ),
        Binding("j,down", "scroll(1)", "Down", show=False, id="together-down"),
        Binding("k,up", "scroll(-1)", "Up", show=False, id="together-up"),
        Binding("ctrl+d,pagedown", "scroll(12)", "Page down", show=False, id="together-page-down"),
        Binding("ctrl+u,pageup", "scroll(-12)", "Page up", show=False, id="together-page-up"),
    ]

    def __init__(self, session: Session, signoffs: Sequence[SignOff]) -> None:
        super().__init__(session)
        self._signoffs = tuple(signoffs)[:MOST]
        self._more = len(signoffs) - len(self._signoffs)
        self._shown: tuple[Prepared, ...] = ()
        self._outcomes: tuple[Outcome, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out what is chosen for all, every sentence, and the two buttons."""
        with VerticalScroll(id="dialog", can_focus=False):
            more = f"; {self._more:,} more stay marked for later" if self._more else ""
            yield Static(
                Content.styled(f"{count(len(self._signoffs), 'signature')}, one review{more}", "bold"), markup=False
            )
            for meanings in self._choices():
                yield MeaningChoice(meanings)
            for name in SHARED:
                with Horizontal(classes="field", id=f"field-{name}"):
                    yield Static(f"{FIELDS[name][0]}:", markup=False)
                    known = self.desk.key_file if name == "key" else ""
                    yield Input(known, placeholder=HINTS[name], compact=True, id=name, max_length=2000)
            with VerticalScroll(id="read", can_focus=False):
                yield Static("", markup=False, id="sentence")
            yield Static("", markup=False, id="error")
            with Horizontal(id="buttons"):
                yield Button("Sign", id="sign", variant="primary", compact=True, disabled=True)
                yield Button("Back, sign nothing", id="back", compact=True)

    def _choices(self) -> tuple[tuple[Meaning, ...], ...]:
        several = (signoff.meanings for signoff in self._signoffs if len(signoff.meanings) > 1)
        return tuple(dict.fromkeys(several))

    def on_mount(self) -> None:
        """Show every sentence, as far as nothing has to be typed for it."""
        self.calm_fields()
        first = next(iter(self.query(MeaningChoice)), None)
        (first or self.query_one("#back", Button)).focus()
        self.redraft()

    def _meaning(self, signoff: SignOff) -> Meaning | None:
        """What is said of one: its only meaning, or the one that is chosen for all like it."""
        if len(signoff.meanings) < 2:
            return signoff.meanings[0] if signoff.meanings else None
        chosen = dict(zip(self._choices(), (choice.meaning for choice in self.query(MeaningChoice)), strict=True))
        return chosen[signoff.meanings]

    @on(MeaningChoice.Changed)
    def meaning_chosen(self) -> None:
        """Show the sentences of another meaning."""
        self.redraft()

    def drop(self) -> None:
        """Let go of what was drafted."""
        self._shown = ()

    def redraft(self, ready: bool = False) -> None:
        """Show every sentence with the fields as they are."""
        meanings = [self._meaning(signoff) for signoff in self._signoffs]
        for name in SHARED:
            taken = any(meaning in FIELDS[name][1] for meaning in meanings)
            self.query_one(f"#field-{name}").display = name == "key" or taken
        self.forget("")
        self._typed = self.texts()
        self.run_worker(self._draft(ready), group="draft", exclusive=True, exit_on_error=False)

    async def _draft(self, ready: bool) -> None:
        try:
            fields = {name: self.query_one(f"#{name}", Input).value.strip() for name in SHARED}
            given = {name: parsed(name, text) for name, text in fields.items() if text}
        except ValueError as error:
            self.tell(sentence_of(error), bad=True)
            return
        shown: list[Prepared] = []
        for signoff in self._signoffs:
            self.tell(f"Writing {len(shown) + 1} of {len(self._signoffs)} …")
            shown.append(await asyncio.to_thread(self._prepared, signoff, self._meaning(signoff), given))
        self._shown = tuple(shown)
        self._show_sentences(ready)

    def _prepared(self, signoff: SignOff, meaning: Meaning | None, given: dict[str, Any]) -> Prepared:
        mine = {name: value for name, value in given.items() if name == "key" or meaning in FIELDS[name][1]}
        wish = Wish(signoff, meaning, mine)
        if meaning in NOT_YET and meaning is not None and "on" not in mine:
            return Prepared(wish, refusal=NOT_YET[meaning])
        return batch.prepared(self._session, wish)

    def _show_sentences(self, ready: bool) -> None:
        good = [each for each in self._shown if each.draft is not None]
        lines = [line for place, each in enumerate(self._shown, 1) for line in _sentence_lines(place, each)]
        self.query_one("#sentence", Static).update(Content("\n").join(lines[1:]))
        refused = len(self._shown) - len(good)
        self.tell(f"{count(refused, 'row')} can't be signed; why stands above." if refused else "", bad=bool(refused))
        names = dict.fromkeys(inert(each.signer.name, 40) for each in good if each.signer is not None)
        button = self.query_one("#sign", Button)
        button.label = Content(f"Sign {len(good)} as {', '.join(names)}" if good else "Sign")
        button.disabled = not good
        button.refresh(layout=True)
        if good and (ready or isinstance(self.focused, Button)):
            button.focus(scroll_visible=False)

    @on(Button.Pressed, "#sign")
    def sign_pressed(self) -> None:
        """Sign exactly what is shown, once it was shown to its end."""
        read = self.query_one("#read")
        if read.scroll_offset.y < read.max_scroll_y:
            read.scroll_end(animate=False)
            self.tell("This is the end of it: enter signs.")
        elif self._shown and not self._signing and not self._outcomes:
            self._signing = True
            self.query_one("#sign", Button).disabled = True
            self.tell("Signing…")
            self.run_worker(self._sign(), group="signature", exit_on_error=False)

    async def _sign(self) -> None:
        good = [each for each in self._shown if each.draft is not None]
        key = next((each.wish.key for each in good), None)

        def work(at: Terminal | None) -> tuple[Outcome, ...]:
            heard = (lambda outcome: tell(_told(outcome))) if at is not None else (lambda _: None)
            return batch.sign_all(self._session, good, at, heard)

        try:
            drafts = [each.draft for each in good if each.draft is not None]
            self._outcomes = await at_terminal(self.app, drafts, key, work)
            if any(outcome.statement for outcome in self._outcomes):
                self.desk.key_file = str(key or "")
            self._show_outcomes()
        except Exception as error:
            self.tell(sentence_of(error), bad=True)
        finally:
            self._signing = False

    def _show_outcomes(self) -> None:
        """Say which were signed, and which not and why."""
        signed = sum(outcome.statement is not None for outcome in self._outcomes)
        refused = [Outcome(each.wish, why=each.refusal) for each in self._shown if each.draft is None]
        self._outcomes = (*self._outcomes, *refused)
        lines = [Content.styled(f"{signed} of {len(self._outcomes)} signed · enter closes", "bold"), Content("")]
        for outcome in self._outcomes:
            tone = "good" if outcome.statement is not None else "bad"
            lines.append(Content.styled(_told(outcome), STYLES[tone]))
        if signed < len(self._outcomes):
            again = f"What was not signed is still marked: mend the cause, then press {key('sign')} again."
            lines += [Content(""), Content(again)]
        self.query_one("#sentence", Static).update(Content("\n").join(lines))
        for part in (*self.query(".field"), *self.query(MeaningChoice), self.query_one("#sign")):
            part.display = False
        self.tell("")
        back = self.query_one("#back", Button)
        back.label = Content("Close")
        back.focus()
        self.query_one("#read").scroll_home(animate=False)

    def action_scroll(self, lines: int) -> None:
        """Scroll what is to be read."""
        self.query_one("#read").scroll_relative(y=lines, animate=False)

    @on(Button.Pressed, "#back")
    def action_leave(self) -> None:
        """Go back; a signature under way is waited for."""
        if self._signing:
            self.tell("The signatures are under way; wait for them.")
        else:
            self.dismiss(self._outcomes)


def _sentence_lines(place: int, each: Prepared) -> list[Content]:
    """The number, the title and the exact sentence of one, or why it can't be signed."""
    title = Content.styled(f"{place}. {inert(each.wish.signoff.title, 160)}", "bold")
    if each.draft is None:
        return [
            Content(""),
            title,
            Content.styled(f"   ✗ can't be signed: {inert(_bare(each.refusal), 1000)}", STYLES["bad"]),
        ]
    return [Content(""), title, *(Content(f"   {inert(line, 4000)}") for line in each.sentence.splitlines())]


def _told(outcome: Outcome) -> str:
    """What became of one, in a line."""
    title = inert(outcome.wish.signoff.title, 100)
    said = inert(str(outcome.wish.meaning or "signed too"), 40)
    if outcome.statement is not None:
        return f"✓ signed: {title} — {said}, statement {outcome.statement.id[:12]}"
    return f"✗ not signed: {title} — {inert(_bare(outcome.why), 400)}"


def _bare(why: str) -> str:
    """A reason without the words that stand before it here anyhow."""
    for said in ("Not signed, because ", "That can't be signed. "):
        why = why.removeprefix(said)
    return why.replace("with --evidence FILE", "in the field Evidence")
