"""The keys that act on whatever row is in view, and what they ask of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from textual.binding import Binding, BindingType
from textual.screen import Screen

from cockpit.screens.life import breach_of, to_sign

if TYPE_CHECKING:
    from cockpit.assessment import Assessment, SignOff
    from cockpit.model import Origin
    from cockpit.screens.bars import Day
    from cockpit.screens.why import Facts


class Desk(Protocol):
    """What a screen asks of the app."""

    assessment: Assessment | None
    shown_day: Day
    scope: tuple[str, str]

    def say(self, message: str, severity: str = "information") -> None:
        """Show one sentence."""

    def copy_text(self, text: str) -> None:
        """Put text where it can be pasted."""

    def open_origin(self, origin: Origin) -> None:
        """Open a source at its row."""

    def sign(self, signoff: SignOff) -> None:
        """Show what would be signed, then sign it."""

    def show_history(self, subject: str) -> None:
        """Show all that happened to a subject."""

    def run_command(self, text: str) -> None:
        """Obey a command line."""

    def why_polled(self, path: str) -> str:
        """Say in a sentence why a file is only looked at every so often; empty where its changes are heard of."""

    def set_scope(self, kind: str, text: str) -> None:
        """Show only the rows of one owner or project on every screen."""


ACKNOWLEDGE = "Sign that you have seen the breach; it clears nothing"
DECIDE = "Show what may be decided about it, with its days"


class RowKeys:
    """The keys that act on whatever row is in view; the list and the detail share them."""

    ROW_BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sign", "sign", id="sign", tooltip="Show the full sentence to be signed, then sign it"),
        Binding(
            "h", "history", "history", id="history", tooltip="What files said and people signed of it, old values too"
        ),
        Binding("o", "open", "open", id="open", tooltip="Open the source at its row in $EDITOR"),
        # A line of 80 cells has no room for more keys than these.
        Binding(
            "c", "copy", "copy", show=False, id="copy", tooltip="Copy the row and its why (tmux buffer, else OSC 52)"
        ),
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

    def action_open(self) -> None:
        """Open the source of the row."""
        facts = self.facts()
        if facts is None or facts.origin is None:
            self.desk.say("This row comes from no file: it is computed. Press enter for its reasons.", "warning")
        else:
            self.desk.open_origin(facts.origin)

    def action_sign(self) -> None:
        """Sign what waits on the subject of the row."""
        from cockpit.screens.why import signoff_of
        from cockpit.screens.why_signoff import nobody_named

        facts, assessment = self.facts(), self.desk.assessment
        signoff = signoff_of(assessment, facts.subject) if facts and assessment and facts.subject else None
        if self.desk.shown_day.as_of is not None:
            self.desk.say("Nothing is signed in the past: press ] until the header shows today.", "warning")
        elif signoff is not None and signoff.command:
            self.desk.say(f"This takes a second signature, in a shell: {signoff.command}", "warning")
        elif signoff is None:
            self.desk.say("Nothing waits for a signature on this row; screen 5 lists what does.", "warning")
        elif not signoff.entitled:
            self.desk.say(nobody_named(signoff), "warning")
        else:
            self.desk.sign(signoff)

    def action_of_breach(self, meaning: str) -> None:
        """Acknowledge the breach of the row, or decide about it."""
        from cockpit.model import Meaning

        facts, assessment = self.facts(), self.desk.assessment
        breach = breach_of(assessment, facts.breach, facts.subject) if facts and assessment else None
        if self.desk.shown_day.as_of is not None:
            self.desk.say("Nothing is signed in the past: press ] until the header shows today.", "warning")
        elif breach is None:
            self.desk.say("This row is no breach, so there is nothing to acknowledge or decide: screen 1.", "warning")
        else:
            self.desk.sign(to_sign(breach, Meaning(meaning)))
