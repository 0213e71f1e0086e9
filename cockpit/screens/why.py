"""Why a row says what it says: reasons down to file and row or statement, as lines that a pane shows and `c` copies."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rich.cells import cell_len, chop_cells
from textual.content import Content

from cockpit import signatures, telling
from cockpit.amounts import delay_currency
from cockpit.assessment import (
    Assessment,
    Blocker,
    Breach,
    DependencyView,
    KpiView,
    ObjectiveView,
    ProjectView,
    Reason,
    SignOff,
)
from cockpit.kept import kept
from cockpit.model import Origin
from cockpit.screens.edited import edit_lines
from cockpit.screens.life import life_lines
from cockpit.screens.words import (
    STATUS,
    STYLES,
    count,
    day,
    days,
    duty,
    finish,
    inert,
    money,
    number,
    percent,
    rule_sentence,
)
from cockpit.trust.obligations import breach_subject

PARAGRAPH = 2_000
OF_A_ROLE = ("OWNER-NAMED", "OWNER-TWICE")
MOST_SIGNED = 20
"""So many signatures are listed beside a row; `h` shows all that happened to its subject."""
LABEL, NUMBER = 13, 3
"""How far labelled and numbered lines are indented."""

Line = tuple[str, str]
"""Tone and text; a tab parts a label or number from what it labels."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is said of one row: its lines, where it can be checked, and what may be signed."""

    lines: tuple[Line, ...]
    origin: Origin | None = None
    subject: str = ""
    breach: str = ""
    """The key of the breach that it is about."""

    @property
    def text(self) -> str:
        """The lines as plain text, for the clipboard."""
        return "\n".join(_plain(text) for _, text in self.lines)

    def content(self, width: int) -> Content:
        """Return the lines as styled text, wrapped with hanging indents; nothing in them is markup."""
        parts = [_styled(tone, text, max(width, 24)) for tone, text in self.lines]
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
        label, value = " " * (len(text) - len(bare)), bare
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
        lines.append(("muted", f"{len(views) - MOST_SIGNED:,} before these: press h for all"))
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


def breach_facts(breach: Breach, assessment: Assessment) -> Facts:
    """Say who must act, what clears it, what it costs, and why."""
    lines: list[Line] = [("head", breach.title), ("muted", rule_sentence(breach.code)), ("", "")]
    lines += pair("Who", f"{breach.owner_name or breach.owner or 'nobody is named'} {duty(breach.code)} it")
    lines += pair("Clears when", breach.clears_when)
    lines += pair("Since", f"{day(breach.since)}, {until(breach.since, assessment.today)}")
    lines += life_lines(breach)
    lines += pair("Days", worth(breach.leverage_days, breach.slip_days, breach.at_least))
    lines += pair("Only with", ", ".join(named_subject(assessment, s) for s in breach.together))
    lines += pair("Cost", delay_cost(breach, assessment))
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


def objective_facts(view: ObjectiveView, assessment: Assessment) -> Facts:
    """Say how the objective stands and what it is made of."""
    record, currency = view.record, assessment.currency
    lines: list[Line] = [("head", record.title), ("", "")]
    lines += pair("Owner", view.owner_name or record.owner or "nobody is named")
    basis = f", on {view.execution_basis}" if view.execution_basis else ""
    lines += pair("Execution", STATUS[view.execution][0] + basis, STATUS[view.execution][1])
    lines += pair("Outcome", STATUS[view.outcome][0], STATUS[view.outcome][1])
    lines += pair("Finish", finish(view.finish, view.at_least))
    lines += pair("Target", day(record.target_date))
    lines += pair("Slip", days(view.slip_days, view.at_least))
    daily = delay_currency(assessment)
    if daily is None:
        lines += pair("A day costs", "unknown: no objective has a cost_of_delay_per_day")
    else:
        lines += pair("A day costs", money(view.cost_of_delay, daily) + (" (assumed)" if view.cost_assumed else ""))
    lines += pair("Overrun", money(view.overrun, currency))
    lines += pair("Bottom line", money(view.bottom_line, daily))
    lines += tolerances("objective", record.id, assessment)
    lines += because(view.reasons, assessment)
    lines += [("", ""), ("head", "Projects")] if view.projects else []
    statuses = {project.record.id: project.status for project in assessment.projects}
    for identity in view.projects:
        text, tone = STATUS[statuses[identity]] if identity in statuses else ("? not listed", "muted")
        lines.append((tone, f"{text:<12} {named(assessment, identity)}"))
    lines += [("", ""), ("head", "KPIs")] if view.kpis else []
    for kpi in assessment.kpis:
        if kpi.record.id in view.kpis:
            lines.append((STATUS[kpi.status][1], f"{STATUS[kpi.status][0]:<12} {kpi.record.title}"))
            lines += _latest(kpi, assessment)
    return Facts(tuple(lines), record.origin, f"objective:{record.id}")


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


def _latest(kpi: KpiView, assessment: Assessment) -> list[Line]:
    """The signature under the latest reading of a KPI, or that there is none."""
    view = signatures.by_id(assessment).get(kpi.statements[-1]) if kpi.statements else None
    none = "its latest reading is not signed" if kpi.readings else "it has no reading"
    return [("muted", f"   {signatures.signature(view) if view else none}")]


def kpi_facts(view: KpiView, assessment: Assessment) -> Facts:
    """Say whose number it is, whether it counts, and every reading."""
    record = view.record
    lines: list[Line] = [("head", record.title), ("", "")]
    lines += pair("Owner", view.owner_name or record.owner or "nobody is named")
    lines += pair("Leads", "; ".join(named(assessment, lead) for lead in record.leads))
    lines += pair("Status", STATUS[view.status][0], STATUS[view.status][1])
    latest = f"{number(view.value, record.unit)} on {day(view.value_on)}" if view.value is not None else "no reading"
    lines += pair("Latest", latest)
    lines += [] if view.signed else pair("Signed", "no: it counts for nothing until its owner signs", "warn")
    lines += pair("Stale", "older than its cadence" if view.stale else "", "warn")
    lines += pair("Contradicted", "two sources, one date, two values" if view.contradicted else "", "bad")
    lines += pair("Target", f"{number(record.target, record.unit)} by {day(record.target_date)}".removesuffix(" by "))
    lines += pair("Baseline", number(record.baseline, record.unit))
    if record.low is not None or record.high is not None:
        lines += pair("Range", f"{number(record.low) or '…'} to {number(record.high, record.unit) or '…'}")
    lines += pair("Attainment", percent(view.attainment))
    forecast = f"{number(view.forecast, record.unit)} ({STATUS[view.forecast_status][0]})"
    lines += pair("Forecast", forecast if view.forecast is not None else "")
    lines += pair("Objective", named(assessment, record.objective))
    lines += because(view.reasons, assessment)
    lines += [("", ""), ("head", "Readings, latest first")] if view.readings else []
    readings = tuple(signatures.of_readings(view, signatures.by_id(assessment)))
    for on, value, was_signed, proof in reversed(readings[-24:]):
        text = f"{day(on)}  {number(value, record.unit):>12}  {'signed' if was_signed else 'unsigned'}"
        by = f" by {signatures.who(proof)}, statement {proof.record.id[: signatures.DIGITS]}" if proof else ""
        lines.append(("" if was_signed else "muted", text + by))
    subject = f"kpi:{record.id}"
    lines += signed_over(assessment, subject)
    return Facts(tuple(lines), record.origin or first_origin(view.reasons), subject)


def project_facts(view: ProjectView, assessment: Assessment) -> Facts:
    """Say what was reported, what is computed, and why they differ."""
    record, currency = view.record, assessment.currency
    lines: list[Line] = [("head", record.title), ("", "")]
    reported = f"{view.reported} on {day(view.reported_on)}" if view.reported else "nothing"
    lines += pair("Reported", reported)
    basis = f", on {view.basis}" if view.basis else ""
    lines += pair("Computed", STATUS[view.status][0] + basis, STATUS[view.status][1])
    lines += pair("Watermelon", "reported green, computed worse" if view.watermelon else "", "warn")
    latency = count(view.latency_days, "day") if view.latency_days is not None else ""
    lines += pair("Latency", f"{latency} behind the evidence" if latency else "")
    lines += pair("Comes from", named(assessment, view.root))
    lines += pair("Finish", finish(view.computed_finish, view.at_least))
    lines += pair("Baseline", day(view.baseline_finish))
    lines += pair("Slip", days(view.slip_days, view.at_least))
    lines += pair("Owner", view.owner_name or record.owner or "nobody is named")
    lines += pair("Sponsor", named(assessment, record.sponsor))
    lines += pair("Team", view.team_title or record.team)
    lines += pair("Objectives", "; ".join(named(assessment, objective) for objective in record.objectives))
    lines += pair("Work", f"{view.items_done:,} done, {view.items_open:,} open")
    amounts = (("forecast", record.forecast_cost), ("spent", record.actual_cost), ("budget", record.budget))
    lines += pair("Cost", ", ".join(f"{money(value, currency)} {name}" for name, value in amounts if value is not None))
    lines += tolerances("project", record.id, assessment)
    lines += [*because(view.reasons, assessment), *edit_lines(assessment, record.id)]
    subjects = (f"baseline:{record.id}", f"milestone:{record.id}:finish", f"scope:{record.id}")
    lines += signed_over(assessment, *subjects)
    return Facts(tuple(lines), record.origin or first_origin(view.reasons), f"project:{record.id}")


def until(due: date, today: date) -> str:
    """How far a day is from today, in words."""
    left = (due - today).days
    return f"{count(-left, 'day')} ago" if left < 0 else "today" if left == 0 else f"in {count(left, 'day')}"
