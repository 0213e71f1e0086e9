"""Why a row says what it says: reasons down to file and row or statement, as lines that a pane shows and `c` copies."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from rich.cells import cell_len, chop_cells
from textual.content import Content

from cockpit.basics.classes import dataclass
from cockpit.basics.kept import kept
from cockpit.records.assessment import (
    Assessment,
    Blocker,
    Breach,
    DependencyView,
    Reason,
    SignOff,
)
from cockpit.records.model import Origin
from cockpit.screens.keynames import key
from cockpit.screens.life import life_lines
from cockpit.screens.words import (
    STYLES,
    count,
    day,
    days,
    duty,
    inert,
    money,
    rule_sentence,
)
from cockpit.trust.obligations import breach_subject
from cockpit.wording import signatures, telling
from cockpit.wording.amounts import delay_currency

PARAGRAPH = 2_000
OF_A_ROLE = ("OWNER-NAMED", "OWNER-TWICE")
MOST_SIGNED = 20
"""So many signatures are listed beside a row; `h` shows all that happened to its subject."""
LABEL, NUMBER = 13, 3
"""How far labelled and numbered lines are indented."""

Line = tuple[str, str]
"""Tone and text; a tab parts a label or number from what it labels."""


class Drawing(Protocol):
    """A picture in characters; equal ones look the same at equal widths."""

    def content(self, width: int) -> Content:
        """Return it as lines of at most that width."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is said of one row: its lines, where it can be checked, and what may be signed."""

    lines: tuple[Line, ...]
    origin: Origin | None = None
    subject: str = ""
    breach: str = ""
    """The key of the breach that it is about."""
    drawing: Drawing | None = None
    """What stands beneath the first line, with an empty line on either side."""

    @property
    def text(self) -> str:
        """The lines as plain text, for the clipboard."""
        return "\n".join(_plain(text) for _, text in self.lines)

    def content(self, width: int) -> Content:
        """Return the lines as styled text, wrapped with hanging indents; nothing in them is markup."""
        parts = [_styled(tone, text, max(width, 24)) for tone, text in self.lines]
        if self.drawing is not None:
            parts[1:1] = [Content(""), self.drawing.content(max(width, 24))]
        return Content("\n").join(parts)


def _plain(text: str) -> str:
    label, tab, value = text.rpartition("\t")
    gap = " " if label.endswith(".") else ": "
    return inert(label) + gap * bool(tab) + inert(value, PARAGRAPH)


def _styled(tone: str, text: str, width: int) -> Content:
    """Return one line as it stands in a pane: label or number, then the text beside it."""
    label, tab, value = text.partition("\t")
    if not tab:
        bare = text.lstrip(" ")
        label, value = " " * min(len(text) - len(bare), LABEL), bare
    indent = len(label) if not tab else NUMBER if label.endswith(".") else LABEL
    rows = wrap(inert(value, PARAGRAPH), width - indent)
    parts = [Content.styled(inert(label).ljust(indent) if tab else label, STYLES["muted"])]
    parts.append(Content.styled(("\n" + " " * indent).join(rows), STYLES[tone]))
    return Content("").join(parts)


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in rows of at most `width` cells, broken between words where there are any."""
    rows: list[str] = []
    for row in textwrap.wrap(text, width) or [""]:
        rows += [row] if cell_len(row) <= width else chop_cells(row, width)
    return rows


def pair(label: str, value: str, tone: str = "") -> list[Line]:
    """Return one labelled line, or none where there is nothing to say."""
    return [(tone, f"{label}\t{inert(value, PARAGRAPH)}")] if value else []


def because(reasons: Sequence[Reason], assessment: Assessment) -> list[Line]:
    """Return the reasons, each with the place where it can be checked beneath it, or the whole signature."""
    lines: list[Line] = [("", ""), ("head", "Why")] if reasons else []
    views = signatures.by_id(assessment)
    for place, reason in enumerate(reasons, 1):
        lines.append(("", f"{place}.\t{inert(reason.text, PARAGRAPH)}"))
        if reason.origin is not None:
            lines.append(("muted", f"   {reason.origin}"))
        if reason.statement:
            view = views.get(reason.statement)
            shown = f": {signatures.signature(view)}" if view else ""
            lines.append(("muted", f"   statement {reason.statement[: signatures.DIGITS]}{shown}"))
    return lines


def signed_over(assessment: Assessment, *subjects: str) -> list[Line]:
    """Return every signature over these subjects, earliest first; those that hold no longer are there too, dimmed."""
    views = signatures.of_subject(assessment, *subjects)
    lines: list[Line] = [("", ""), ("head", "Signatures, earliest first")] if views else []
    if len(views) > MOST_SIGNED:
        lines.append(("muted", f"{len(views) - MOST_SIGNED:,} before these: {key('history')} tells all"))
    return [*lines, *(line for view in views[-MOST_SIGNED:] for line in telling.signature_lines(view))]


def first_origin(reasons: Iterable[Reason]) -> Origin | None:
    """Return the first place that a reason names."""
    return next((reason.origin for reason in reasons if reason.origin is not None), None)


def named(assessment: Assessment, identity: str) -> str:
    """Return what people call a person, team, project or objective."""
    return assessment.names.get(identity) or identity


def worth(leverage: float | None, slip: float | None, at_least: bool) -> str:
    """Return "worth ≥38d, costs ≥41d alone"."""
    parts = []
    if leverage is not None:
        parts.append(f"{days(leverage, at_least)} regained if it clears")
    if slip is not None:
        parts.append(f"{days(slip, at_least)} late by it alone")
    return ", ".join(parts)


def named_subject(assessment: Assessment, subject: str) -> str:
    """Return what people call a dependency; else the name of the subject."""
    view = dependency_of(assessment, subject)
    return view.record.title if view else subject.partition(":")[2] or subject


def dependency_of(assessment: Assessment, subject: str) -> DependencyView | None:
    """Return the dependency of that subject."""
    return _dependencies(assessment.dependencies).get(subject)


def signoff_of(assessment: Assessment, subject: str) -> SignOff | None:
    """Return the sign-off that waits on that subject."""
    return _signoffs(assessment.signoffs).get(subject)


@kept
def _dependencies(views: tuple[DependencyView, ...]) -> Mapping[str, DependencyView]:
    return {view.subject: view for view in reversed(views)}


@kept
def _signoffs(views: tuple[SignOff, ...]) -> Mapping[str, SignOff]:
    return {view.subject: view for view in reversed(views)}


def make_ready(assessment: Assessment) -> None:
    """Index what is looked up for every row of an assessment that is about to be shown."""
    dependency_of(assessment, "")
    signoff_of(assessment, "")
    signatures.by_id(assessment)
    signatures.of_subject(assessment, "-")


def delay_cost(row: Breach | Blocker, assessment: Assessment) -> str:
    """What the days of a row cost, and whether the cost of a day is assumed; empty where that is unknown."""
    text = money(row.cost, delay_currency(assessment))
    return f"{text} (assumed cost of delay)" if text and row.cost_assumed else text


def cost_told(breach: Breach, assessment: Assessment) -> str:
    """What a breach costs, and of what that is made."""
    text = delay_cost(breach, assessment)
    regained = days(breach.leverage_days, breach.at_least)
    return f"{text}: {regained} regained × cost of delay of what it moves" if text and regained else text


def breach_facts(breach: Breach, assessment: Assessment) -> Facts:
    """Say who must act, what clears it, what it costs, and why."""
    lines: list[Line] = [("head", breach.title), ("muted", rule_sentence(breach.code)), ("", "")]
    lines += pair("Who", f"{breach.owner_name or breach.owner or 'nobody is named'} {duty(breach.code)} it")
    lines += pair("Clears when", breach.clears_when)
    lines += pair("Since", f"{day(breach.since)}, {until(breach.since, assessment.today)}")
    lines += life_lines(breach)
    lines += pair("Days", worth(breach.leverage_days, breach.slip_days, breach.at_least))
    lines += pair("Only with", ", ".join(named_subject(assessment, s) for s in breach.together))
    lines += pair("Cost", cost_told(breach, assessment))
    lines += pair("Severity", breach.severity + (f", on {breach.basis}" if breach.basis == "evidence" else ""))
    lines += pair("Project", named(assessment, breach.project))
    lines += pair("Objective", named(assessment, breach.objective))
    lines += pair("Rule", breach.code)
    lines += because(breach.reasons, assessment)
    # Of an owner, the breach is known by subject and role.
    subject = breach.subject.rpartition("#")[0] if breach.code in OF_A_ROLE else breach.subject
    view = dependency_of(assessment, subject)
    if view is not None:
        lines += [("", ""), ("head", "The dependency"), *_dependency(view, assessment)]
    lines += signed_over(assessment, subject, breach_subject(breach.key))
    return Facts(tuple(lines), breach.origin, subject, breach.key)


def _dependency(view: DependencyView, assessment: Assessment) -> list[Line]:
    record = view.record
    crossing = " (another cost centre)" if view.crosses_cost_centre else ""
    lines = pair("From", f"{named(assessment, record.giver_team)}{crossing}")
    lines += pair("Its owner", view.giver_owner_name or "nobody")
    lines += pair("To", named(assessment, record.receiver_team))
    lines += pair("State", str(view.state) + (", in no register" if record.discovered else ""))
    lines += pair("Needed by", day(record.needed_by))
    lines += pair("Promised for", day(view.promised_for))
    lines += pair("Holds until", day(view.held_until) + (" (assumed)" if view.assumed_hold else ""))
    lines += pair("Acceptance", record.acceptance)
    return lines + pair("Holds", "; ".join(named(assessment, project) for project in view.projects))


def tolerances(level: str, name: str, assessment: Assessment) -> list[Line]:
    """Say what a level may miss and what is forecast; nothing where it has no tolerance of its own."""
    lines: list[Line] = []
    for view in assessment.tolerances:
        if (view.level, view.name) == (level, name):
            unit = "d" if view.measure == "time" else " %"
            ahead = "cannot be told" if view.forecast is None else f"forecast {view.forecast:.3g}{unit}"
            text = f"{view.measure} {ahead}, at most {view.allowed:.3g}{unit}"
            lines += pair("Tolerance", f"▲ {text}, exceeded" if view.exceeded else text, "bad" if view.exceeded else "")
    return lines


def until(due: date, today: date) -> str:
    """How far a day is from today, in words."""
    left = (due - today).days
    return f"{count(-left, 'day')} ago" if left < 0 else "today" if left == 0 else f"in {count(left, 'day')}"
