"""The stylesheet, which is parsed once: Textual parses all of it anew for every screen that is opened first."""

from __future__ import annotations

from textual.css.stylesheet import Stylesheet


class Sheet(Stylesheet):
    """A stylesheet that keeps what it has parsed for as long as its variables are the same."""

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set CSS variables; what was parsed with the same ones stands."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parse what came since, and whatever variables have changed.

        Textual does it in a stylesheet of its own, which keeps nothing, lest an error break this one; but where `parse`
        fails the rules stand as they were.
        """
        self.parse()
