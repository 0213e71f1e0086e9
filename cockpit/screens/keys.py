"""The keys that act on whatever row is in view, and what they ask of the app."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from cockpit.screens.keynames import key
from cockpit.screens.life import breach_of, to_sign
from cockpit.screens.words import sentence_of

if TYPE_CHECKING:
    from cockpit.personal.looks import Since
    from cockpit.records.assessment import Assessment, SignOff
    from cockpit.records.model import Origin, Person
    from cockpit.screens.bars import Day
    from cockpit.screens.prompt import Typed
    from cockpit.screens.why import Facts
    from cockpit.session.latencies import Lags


class Desk(Protocol):
    """What a screen asks of the app."""

    assessment: Assessment | None
    shown_day: Day
    scope: tuple[str, str]
    typed: Typed
    """What was typed after `/` and `:` in this session."""
    me: Person | None
    """Who sits here, as far as it is known."""
    key_file: str
    """The key file that was signed with last; empty for the agent."""

    def say(self, message: str, severity: str = "information") -> None:
        """Show one sentence."""

    def copy_text(self, text: str) -> None:
        """Put text where it can be pasted."""

    def open_origin(self, origin: Origin) -> None:
        """Open a source at its row."""

    def sign(self, signoff: SignOff) -> None:
        """Show what would be signed, then sign it."""

    def sign_together(self, signoffs: Sequence[SignOff], then: Callable[[Collection[str]], None]) -> None:
        """Show what would be signed for several, sign each, then tell the subjects that were signed."""

    def show_history(self, subject: str) -> None:
        """Show all that happened to a subject."""

    def what_if(self, subjects: Sequence[str]) -> None:
        """Show what would be true if these were resolved; nothing is saved."""

    def run_command(self, text: str) -> None:
        """Obey a command line."""

    def complete(self, text: str) -> Sequence[tuple[str, str]]:
        """Return what a command that is being typed may become: the whole line, and the words shown for it."""

    def since(self, assessment: Assessment) -> Since | None:
        """What changed since this user last looked; None where that is unknown, and for the past."""

    def lags(self, path: str) -> Lags | None:
        """Say how long saves of a file took to the screen in this session; None where none was watched."""

    def all_lags(self) -> Mapping[str, Lags]:
        """Return those of all files of which a save was watched; what is returned stays as it is."""

    def why_polled(self, path: str) -> str:
        """Say in a sentence why a file is only looked at every so often; empty where its changes are heard of."""

    def set_scope(self, kind: str, text: str) -> None:
        """Show only the rows of one owner, project or objective on every screen."""


ACKNOWLEDGE = "Sign that you have seen the breach; it clears nothing"
HISTORY = "What files said and people signed of it, old values too"
WHAT_IF = "See every objective as if it came today, or on another day; nothing is saved"
DECIDE = "Show what may be decided about it, with its days"


def not_then() -> str:
    """Say that nothing is signed in the past, and how to come back."""
    return f"Nothing is signed in the past: {key('today')} comes back to today."


class RowKeys:
    """The keys that act on whatever row is in view; the list and the detail share them."""

    ROW_BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sign", "sign", id="sign", tooltip="Show the full sentence to be signed, then sign it"),
        Binding("h", "history", "history", id="history", tooltip=HISTORY),
        Binding("o", "open", "open", id="open", tooltip="Open the source at its row in $EDITOR"),
        # A line of 80 cells has no room for more keys than these.
        Binding(
            "c", "copy", "copy", show=False, id="copy", tooltip="Copy the row and its why (tmux buffer, else OSC 52)"
        ),
        Binding("w", "what_if", "what-if", show=False, id="what-if", tooltip=WHAT_IF),
        Binding("a", "of_breach('acknowledged')", "ack", show=False, id="acknowledge", tooltip=ACKNOWLEDGE),
        Binding("d", "of_breach('decided')", "decide", show=False, id="decide", tooltip=DECIDE),
    ]

    def facts(self) -> Facts | None:
        """Return what is said of the row in view; None when there is none."""
        raise NotImplementedError

    def take(self) -> None:
        """Show what is true now."""
        raise NotImplementedError

    @property
    def desk(self) -> Desk:
        """The app."""
        return cast(Desk, cast("Screen[Any]", self).app)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say why something that was done beside the app failed: never a traceback, and never nothing."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.desk.say(sentence_of(event.worker.error), "error")

    def action_copy(self) -> None:
        """Copy the row and its why."""
        facts = self.facts()
        if facts is None:
            self.desk.say("There is no row to copy here.", "warning")
        else:
            self.desk.copy_text(facts.text)

    def action_history(self) -> None:
        """Show all that happened to the subject of the row."""
        facts = self.facts()
        if facts is None or not facts.subject:
            self.desk.say("This row is about nothing that is signed: it has no history of its own.", "warning")
        else:
            self.desk.show_history(facts.subject)

    def action_what_if(self) -> None:
        """Show what would be true if what the row is about were resolved."""
        from cockpit.screens.assuming import subjects_of

        facts, assessment = self.facts(), self.desk.assessment
        subjects = subjects_of(assessment, facts) if facts is not None and assessment is not None else ()
        if self.desk.shown_day.as_of is not None:
            self.desk.say(f"What-if asks what may still come: {key('today')} comes back to today.", "warning")
        elif not subjects:
            where = f"Critical path ({key('go-path')}) lists what blocks"
            self.desk.say(f"This row is about no dependency, blocker or work: {where}.", "warning")
        else:
            self.desk.what_if(subjects)

    def action_open(self) -> None:
        """Open the source of the row."""
        facts = self.facts()
        if facts is None or facts.origin is None:
            self.desk.say(f"This row comes from no file: it is computed; {key('why')} gives its reasons.", "warning")
        else:
            self.desk.open_origin(facts.origin)

    def action_sign(self) -> None:
        """Sign what waits on the subject of the row."""
        from cockpit.screens.why import signoff_of
        from cockpit.screens.why_signoff import nobody_named

        facts, assessment = self.facts(), self.desk.assessment
        signoff = signoff_of(assessment, facts.subject) if facts and assessment and facts.subject else None
        if self.desk.shown_day.as_of is not None:
            self.desk.say(not_then(), "warning")
        elif signoff is None:
            where = f"Sign-offs ({key('go-signoffs')}) lists what does"
            self.desk.say(f"Nothing waits for a signature on this row; {where}.", "warning")
        elif not signoff.entitled:
            self.desk.say(nobody_named(signoff), "warning")
        else:
            self.desk.sign(signoff)

    def action_of_breach(self, meaning: str) -> None:
        """Acknowledge the breach of the row, or decide about it."""
        from cockpit.records.model import Meaning

        facts, assessment = self.facts(), self.desk.assessment
        breach = breach_of(assessment, facts.breach, facts.subject) if facts and assessment else None
        if self.desk.shown_day.as_of is not None:
            self.desk.say(not_then(), "warning")
        elif breach is None:
            where = f"Exceptions ({key('go-exceptions')}) lists what does"
            self.desk.say(f"This row is no breach and asks for no decision; {where}.", "warning")
        else:
            self.desk.sign(to_sign(breach, Meaning(meaning)))
