"""A form over what would be signed: only what was shown can be signed, and a field that changes takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from textual import on
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static
from textual.worker import Worker, WorkerState

from cockpit.screens.keys import Desk
from cockpit.screens.words import inert, sentence_of

if TYPE_CHECKING:
    from cockpit.session.live import Session

T = TypeVar("T")


class DraftScreen(ModalScreen[T]):
    """Fields, what would be signed by them (`#sentence`), a line on how it stands (`#error`), the button `#sign`."""

    CSS_PATH = "sign.tcss"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._signing = False
        self._typed: list[str] = []
        """What stood in the fields when it was drafted last."""

    def redraft(self, ready: bool = False) -> None:
        """Show what would be signed by the fields as they are; `ready`: whoever typed them is done."""
        raise NotImplementedError

    def drop(self) -> None:
        """Let go of what was drafted."""
        raise NotImplementedError

    @property
    def desk(self) -> Desk:
        """The app."""
        return cast(Desk, self.app)

    def calm_fields(self) -> None:
        """No field blinks: that would be sent over the line for ever."""
        for field in self.query(Input):
            field.cursor_blink = False

    @on(Input.Changed)
    def field_changed(self) -> None:
        """What was shown no longer holds, nor what is being written."""
        if self.texts() == self._typed:
            return  # a field that was filled in beforehand tells of it when it is mounted
        self.workers.cancel_group(self, "draft")
        self.forget("Press enter to see what would be signed.")

    @on(Input.Submitted)
    def field_entered(self) -> None:
        """Show what would be signed, with the fields as they are."""
        self.redraft(ready=True)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say why something that was done beside the app failed, and sign nothing of it."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.tell(sentence_of(event.worker.error), bad=True)

    def texts(self) -> list[str]:
        """What stands in the fields."""
        return [field.value for field in self.query(Input)]

    def forget(self, message: str) -> None:
        """Nothing can be signed until it is drafted again."""
        self.drop()
        self.query_one("#sign", Button).disabled = True
        self.query_one("#sentence", Static).update("")
        self.tell(message)

    def tell(self, message: str, bad: bool = False) -> None:
        """Say how it stands."""
        error = self.query_one("#error", Static)
        error.set_class(bad, "-bad")
        error.update(inert(message, 1000))
