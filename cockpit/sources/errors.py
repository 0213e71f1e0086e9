"""What a reader raises when a whole file is unusable."""

from __future__ import annotations

from cockpit.records.model import Origin, Problem


class SourceError(Exception):
    """A source file that cannot be used at all; `problem` says for people what, where and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def refuse(relative: str, message: str, *, sheet: str = "", row: int | None = None) -> SourceError:
    """Return the error for the file `relative`, to be raised."""
    return SourceError(Problem(Origin(relative, row, sheet), message))
