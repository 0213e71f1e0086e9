"""What a project was reported as, above what was true of it: a strip each, a cell for each known day, the gap below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from textual.content import Content

from cockpit.basics.classes import dataclass
from cockpit.records.model import Rag
from cockpit.screens.words import STATUS, STYLES, Cell, count, day, inert, pad

if TYPE_CHECKING:
    from cockpit.records.assessment import ProjectView
    from cockpit.records.measures import Replay
    from cockpit.records.verdicts import Status

LABEL, SAID = 10, 36
"""Cells of what a strip is called, and of the words beside it."""
WORDY = 70
"""Cells from which on there are words beside the strips."""
NOBODY = "nobody reports on it"
NOTHING: Cell = ("·", "muted")
RAGS: dict[str, Cell] = {
    Rag.GREEN: ("●", "good"),
    Rag.AMBER: ("◆", "warn"),
    Rag.RED: ("▲", "bad"),
    Rag.COMPLETE: ("✓", "good"),
}
"""The marks of reported words; those of computed statuses are the same, so that what differs is seen."""


@dataclass(frozen=True, slots=True)
class Strips:
    """Both strips of one project, drawn for whatever width there is."""

    replay: Replay
    word: str
    """What it is reported as now, as it was written."""
    gap: str
    """What is said of the gap."""

    def content(self, width: int) -> Content:
        """Return four lines: the months, what was reported, what was computed, and where the report was behind."""
        days = self.replay.days
        room = max(width - LABEL - (SAID if width >= WORDY else 0), 12)
        step = 2 if len(days) * 2 - 1 <= room else 1
        first = max(len(days) - room, 0) if step == 1 else 0
        reported = [RAGS.get(rag, NOTHING) for rag in self.replay.reported[first:]]
        computed = [_mark(status) for status in self.replay.computed[first:]]
        behind = self.replay.behind[first:]
        gaps: list[Cell] = [("━" if late else " ", "warn") for late in behind]
        joined = [late and next_late for late, next_late in pairwise([*behind, False])]
        rows: tuple[Content, ...] = (
            _row("", _months(days[first:]), step),
            _row("reported", reported, step),
            _row("computed", computed, step),
            _row("gap", gaps, step, joined),
        )
        if width >= WORDY:
            rows = tuple(Content("  ").join(pair) for pair in zip(rows, self._said(first), strict=True))
        return Content("\n").join(row.truncate(width, ellipsis=True) for row in rows)

    def _said(self, first: int) -> tuple[Content, ...]:
        """What is said beside each line; `first` is the place of the first day that is drawn."""
        days, now = self.replay.days, self.replay.computed[-1]
        many = f"last {len(days) - first:,} of {len(days):,} days" if first else count(len(days), "day")
        words, tone = STATUS[now] if now is not None else ("not known", "muted")
        return (
            Content.styled(f"{many}, {day(days[first])} on", STYLES["muted"]),
            Content(_since(self.replay.reported, days, self.word or "nothing")),
            Content.styled(_since(self.replay.computed, days, words), STYLES[tone]),
            Content.styled(self.gap, STYLES["warn" if self.replay.behind[-1] else "muted"]),
        )


def strips(view: ProjectView) -> Strips | None:
    """Return the strips of a project; None as long as the days before are not looked at."""
    return Strips(view.replay, inert(view.reported, 20), gap_text(view)) if view.replay is not None else None


def gap_text(view: ProjectView) -> str:
    """Say by how many days the report is behind the evidence, or that it is not."""
    if not view.reported:
        return NOBODY
    if view.latency_days is not None:
        behind = view.replay is not None and view.replay.behind[-1]
        if not behind:
            return f"caught up after {count(view.latency_days, 'day')}"
        mark = "◐ watermelon, " if view.watermelon else ""
        return f"{mark}{count(view.latency_days, 'day')} behind" if view.latency_days else f"{mark}since today"
    return "◐ reported green, not proven" if view.watermelon else "none on evidence"


def over_time(view: ProjectView, width: int) -> str:
    """Return the computed strip alone, its last `width` days."""
    return "".join(_mark(status)[0] for status in view.replay.computed[-width:]) if view.replay else ""


def turns(replay: Replay) -> list[tuple[date, str, str]]:
    """Return each day on which either changed: the day, what was reported and what was computed from then on."""
    found: list[tuple[date, str, str]] = []
    for at, rag, status in zip(replay.days, replay.reported, replay.computed, strict=True):
        now = (rag or "nothing", STATUS[status][0] if status is not None else "not known")
        if not found or found[-1][1:] != now:
            found.append((at, *now))
    return found


def behind_since(replay: Replay) -> date | None:
    """Return the first day from which on the report has been behind until now; None where it is not behind."""
    late = next((place + 1 for place in range(len(replay.behind) - 1, -1, -1) if not replay.behind[place]), 0)
    return replay.days[late] if late < len(replay.days) else None


def _mark(status: Status | None) -> Cell:
    return (STATUS[status][0][:1], STATUS[status][1]) if status is not None else NOTHING


def _months(days: Sequence[date]) -> list[Cell]:
    """The first letter of each month where it begins."""
    months = [0, *(each.month for each in days)]
    return [("JFMAMJJASOND"[now - 1] if now != before else " ", "muted") for before, now in pairwise(months)]


def _since(values: Sequence[object], days: Sequence[date], words: str) -> str:
    """Since which day the last value has stood."""
    start = next((place + 1 for place in range(len(values) - 2, -1, -1) if values[place] != values[-1]), 0)
    return f"{words} since {day(days[start])}" if values[-1] else words


def _row(label: str, cells: Sequence[Cell], step: int, joined: Sequence[bool] = ()) -> Content:
    """A line: what it is called and its marks; between two that are `joined` there is no gap. Marks of one tone are one
    piece: a terminal is told each change of colour."""
    marks = []
    for place, (mark, tone) in enumerate(cells):
        between = "" if step == 1 or place == len(cells) - 1 else "━" if joined and joined[place] else " "
        marks.append((mark + between, tone))
    parts = [Content.styled(pad(label, LABEL), STYLES["muted"])]
    for tone, run in groupby(marks, key=lambda each: each[1]):
        parts.append(Content.styled("".join(text for text, _ in run), STYLES[tone]))
    return Content("").join(parts)
