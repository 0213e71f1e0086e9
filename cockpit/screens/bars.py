"""The lines around a table: what is shown and of which day, the screens, the filter, the prompt, the keys."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.keys import KEY_NAME_REPLACEMENTS
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from cockpit.basics.classes import dataclass
from cockpit.basics.kept import kept
from cockpit.records.verdicts import SEVERITY_ORDER, Severity, Status
from cockpit.screens.keynames import key
from cockpit.screens.words import STATUS, STYLES, count, fit, inert, long_day, pad

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment, Breach, ProjectView

SCREENS = (
    ("exceptions", "Exceptions"),
    ("objectives", "Objectives"),
    ("kpis", "KPIs"),
    ("path", "Critical path"),
    ("signoffs", "Sign-offs"),
    ("projects", "Projects"),
    ("alignment", "Alignment"),
    ("ledger", "Ledger"),
    ("sources", "Sources"),
)
"""The screens in the order of their keys: mode and name."""

LEAST = 8
"""Cells of the portfolio's title that are always shown."""

LATER = frozenset(mode for mode, _ in SCREENS[6:])
"""The screens that a narrow terminal names only when one of them is shown."""

_SIGNS = frozenset(KEY_NAME_REPLACEMENTS.values())
"""Signs that a field takes as it takes letters, though Textual, which names them its own way, does not know it."""


@dataclass(frozen=True, slots=True)
class Day:
    """Which day is shown: `as_of` in the past, or live (None); `note` says what is going on, if anything."""

    as_of: date | None = None
    note: str = ""
    progress: str = ""
    """How far the first reading is."""


class HeaderBar(Widget):
    """One line: whose portfolio, how it stands, how many breaches, which day. A looser policy takes a second line."""

    def __init__(self) -> None:
        super().__init__()
        self._assessment: Assessment | None = None
        self._day = Day()
        self._said: tuple[object, ...] = ()

    def show_day(self, assessment: Assessment | None, shown: Day) -> None:
        """Show the portfolio as assessed on that day, or only the note while nothing is known yet."""
        said = (shown.as_of, shown.note, *(_said(assessment) if assessment else ()))
        self._assessment, self._day = assessment, shown
        self.set_class(bool(assessment and assessment.policy), "-loose")
        if said != self._said:
            self._said = said
            self.refresh()

    def render(self) -> Content:
        """Lay the line out for the width there is: the title gives way first."""
        width = max(self.size.width, 1)
        if self._assessment is None:
            return Content.styled(fit(self._day.note, width), STYLES["muted"])
        status, status_tone = STATUS[self._assessment.status]
        middles = [f"{status} · {text}" for text in self._counts(self._assessment)]
        right, tone = self._right(self._assessment, width - cell_len(middles[-1]) - LEAST - 4)
        room = width - cell_len(right) - 4
        title = fit(self._assessment.title, min(40, cell_len(inert(self._assessment.title)))).rstrip()
        middle = next((text for text in middles if cell_len(title) + cell_len(text) <= room), middles[-1])
        title = fit(title, max(min(cell_len(title), room - cell_len(middle)), LEAST)).rstrip()
        spare = max(width - cell_len(title) - cell_len(middle) - cell_len(right) - 2, 1)
        parts = [Content.styled(title, "bold"), Content("  "), Content.styled(status, STYLES[status_tone] + " bold")]
        parts += [Content(middle[len(status) :] + " " * spare), Content.styled(right, STYLES[tone])]
        line = Content("").join(parts)
        if policy := self._assessment.policy:
            # A signature is over all of it, so that one state is everything's: said first, lest it be cut off.
            changes = "; ".join(each.change for each in policy)
            loose = Content.styled(fit(f"! looser policy, {policy[0].state} · {changes}", width), STYLES["warn"])
            return Content("\n").join([line, loose])
        return line

    def _right(self, assessment: Assessment, room: int) -> tuple[str, str]:
        """Which day is shown, and of a past one how to come back, as far as there is room."""
        note = inert(self._day.note, 30)
        if self._day.as_of is None:
            today = long_day(assessment.today)
            return (f"{note} · {today}", "warn") if note else (today, "muted")
        shown, back = f"◂ AS OF {long_day(self._day.as_of)}", key("today")
        texts = [f"{shown} · {back} today ({note})"] if note else [f"{shown} · {back} comes back"]
        return next(
            (text for text in [*texts, f"{shown} · {back} today"] if cell_len(text) <= room), f"{shown} · {back}"
        ), "warn"

    @staticmethod
    def _counts(assessment: Assessment) -> tuple[str, ...]:
        """How many breaches and projects there are, from the most words to the fewest."""
        text = count(len(assessment.breaches), "exception")
        statuses = _statuses(assessment.projects)
        projects = ", ".join(f"{statuses[status]:,} {status}" for status in SEVERITY_ORDER if statuses[status])
        more = f"{text}, {_critical(assessment.breaches):,} critical"
        if not projects:
            return f"{more} · no projects", more, text
        return f"{more} · {count(len(assessment.projects), 'project')}: {projects}", f"{more} · {projects}", more, text


@kept
def _critical(breaches: tuple[Breach, ...]) -> int:
    return sum(breach.severity is Severity.CRITICAL for breach in breaches)


@kept
def _statuses(projects: tuple[ProjectView, ...]) -> Counter[Status]:
    return Counter(project.status for project in projects)


def make_ready(assessment: Assessment) -> None:
    """Count what the header says of an assessment that is about to be shown."""
    _said(assessment)


def _said(assessment: Assessment) -> tuple[object, ...]:
    """All of an assessment that the header says."""
    counts = (len(assessment.breaches), _critical(assessment.breaches), len(assessment.projects))
    statuses = tuple(sorted(_statuses(assessment.projects).items()))
    return (assessment.title, assessment.status, assessment.today, assessment.policy, *counts, statuses)


class TabBar(Widget):
    """One line that names the screens by their keys; the one shown stands in brackets of weight, not only of colour."""

    class Picked(Message):
        """A screen was clicked."""

        def __init__(self, mode: str) -> None:
            super().__init__()
            self.mode = mode

    def __init__(self, mode: str) -> None:
        super().__init__()
        self._mode = mode

    def _names(self) -> tuple[list[tuple[str, str]], int]:
        """The names, and how far apart: all of them where they fit, else six, and the others by number only."""
        wide = [(mode, self._label(mode, name)) for mode, name in SCREENS]
        for gap in (3, 1):
            if sum(len(text) + gap for _, text in wide) - gap <= self.size.width:
                return wide, gap
        # The named ones are those around the screen that is shown: the first six, or the last.
        named = range(4, 10) if self._mode in LATER else range(1, 7)
        names = [
            (mode, self._label(mode, "Path" if mode == "path" else name))
            for place, (mode, name) in enumerate(SCREENS, 1)
            if place in named
        ]
        others = (mode for place, (mode, _) in enumerate(SCREENS, 1) if place not in named)
        hidden = ("", " " + "·".join(key(f"go-{mode}") for mode in others))
        return ([hidden, *names] if self._mode in LATER else [*names, hidden]), 1

    def _label(self, mode: str, name: str) -> str:
        return f"{'▸' if mode == self._mode else ' '}{key(f'go-{mode}')} {name}"

    def render(self) -> Content:
        """Name the screens; some of them only by number where there is little room."""
        names, gap = self._names()
        styled = [Content.styled(text, "bold" if mode == self._mode else STYLES["muted"]) for mode, text in names]
        return Content(" " * gap).join(styled)

    def on_click(self, event: events.Click) -> None:
        """Go to the screen whose name was clicked."""
        names, gap = self._names()
        x = event.x
        for mode, text in names:
            if x < len(text) + gap:
                if mode:
                    self.post_message(self.Picked(mode))
                return
            x -= len(text) + gap


class NoteLine(Widget):
    """One line of plain text that takes no room while it is empty."""

    class Clicked(Message):
        """The line was clicked: what it says can be done is done."""

        def __init__(self, line: NoteLine) -> None:
            super().__init__()
            self.line = line

        @property
        def control(self) -> NoteLine:
            """The line."""
            return self.line

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = ""

    def show_text(self, text: str) -> None:
        """Show `text`, or nothing."""
        if text == self._text:
            return
        self._text = text
        self.set_class(bool(text), "-shown")
        self.refresh()

    def render(self) -> Content:
        """Show the text as it is."""
        return Content(pad(self._text, max(self.size.width, 1)))

    def on_click(self, event: events.Click) -> None:
        """Tell the screen."""
        event.stop()
        self.post_message(self.Clicked(self))


class KeyBar(Widget):
    """One line of the keys that matter here, made from the bindings; what does not fit is in `?`."""

    def __init__(self) -> None:
        super().__init__()
        self._said: list[tuple[str, str]] = []

    def on_mount(self) -> None:
        """Follow what has the focus: in a line that is typed into, other keys matter."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def _follow(self, screen: Screen[object]) -> None:
        if shown_keys(screen) != self._said:
            self.refresh()

    def render(self) -> Content:
        """Name the keys, as many as there is room for."""
        parts: list[Content] = []
        room = self.size.width
        self._said = shown_keys(self.screen)
        for name, text in self._said:
            room -= len(name) + len(text) + 3
            if room < -2:
                break
            parts.append(Content.assemble((name, "bold"), (f" {text}", STYLES["muted"])))
        return Content("  ").join(parts)


def shown_keys(screen: Screen[object]) -> list[tuple[str, str]]:
    """Return key and description of the bindings that want to be seen on this screen, each once."""
    seen: dict[str, tuple[str, str]] = {}
    types = isinstance(screen.focused, Input)
    for name, active in screen.active_bindings.items():
        binding = active.binding
        if types and name in _SIGNS:
            continue
        if binding.show and binding.description and binding.action not in seen:
            seen[binding.action] = (screen.app.get_key_display(binding), binding.description)
    # What leaves a screen stands last.
    return [seen[action] for action in sorted(seen, key=lambda action: action.endswith("leave"))]
