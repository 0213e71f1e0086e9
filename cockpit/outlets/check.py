"""`cockpit check`: the breaches of an assessment, worst first: who must act, on what, by when, what it costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from cockpit.basics.classes import dataclass
from cockpit.outlets.cells import dump, escape
from cockpit.outlets.lives import life_object
from cockpit.outlets.look import PAPER, Look
from cockpit.outlets.page import Body, Page, Rows, Section, Sentences
from cockpit.outlets.plain import count, day, days, money, name_of, wrap
from cockpit.outlets.tables import Column, Table, listed, tied
from cockpit.records.assessment import Assessment, Breach, StatementView
from cockpit.records.edits import Edit
from cockpit.records.verdicts import Severity, Status
from cockpit.wording import edited, signatures, stages
from cockpit.wording.amounts import day_cost, delay_currency

CAUSES = ("projects", "tickets")
"""Kinds of subjects that stand for all projects or tickets of one cause, and whose name is the cause itself."""
MOST_EDITS = 1_000
"""So many unsigned edits are listed in JSON; `export` lists all."""
APART = "Acknowledged or decided, and not cleared yet:"
WHY = "Why, what clears each, and where to check it: cockpit check FOLDER --why"
ALL = "All of them: cockpit check FOLDER --most 0"
NOBODY = "nobody named"
ROOMY = 180
"""Cells of a line that has room for the code of the rule; the title says in words what is wrong."""


# The page


@dataclass(frozen=True, slots=True)
class Check:
    """The breaches of an assessment, to be printed in one of four ways."""

    assessment: Assessment
    why: bool = False
    """For people: each in full, with its reasons and what clears it."""
    most: int = 0
    """For people: only so many, the worst; 0 for all."""

    def text(self, look: Look = PAPER) -> str:
        """Return the page in lines of at most `look.width` cells."""
        return self._page.text(look)

    def markdown(self) -> str:
        """Return the page as Markdown."""
        return self._page.markdown()

    def csv(self) -> str:
        """Return every breach."""
        return breaches_table(self.assessment).csv(self.assessment.breaches)

    def json(self) -> str:
        """Return the one object that `check --json` prints; its shape is documented in docs/commands.md."""
        assessment = self.assessment
        return dump(
            {
                "portfolio": assessment.portfolio,
                "as_of": assessment.today.isoformat(),
                "status": assessment.status.value,
                "breaches": breaches_table(assessment).objects(assessment.breaches),
                "policy": list(signatures.policy_notes(assessment)),
                "edits": [edit_object(edit) for edit in assessment.edits[:MOST_EDITS]],
                "edits_left_out": max(0, len(assessment.edits) - MOST_EDITS),
                "decision_days": assessment.decision_days,
                "decided": assessment.decided,
                "currency": delay_currency(assessment),
            }
        )

    @property
    def _page(self) -> Page:
        """The breaches, those apart that are acknowledged or decided."""
        assessment, left, sections = self.assessment, self.most or len(self.assessment.breaches), []
        table, views = breaches_table(assessment), signatures.by_id(assessment)
        for breaches, heading in zip(stages.apart(assessment.breaches), ("", APART), strict=True):
            shown = breaches[: max(0, left)]
            left -= len(breaches)
            body: Body = Whys(shown, assessment, views) if self.why else Rows(table, shown)
            more = len(breaches) - len(shown)
            sections += [Section(body, heading, left_out=more, note=ALL if more else "")] if breaches else []
        sections += [Section(Sentences([WHY]))] if assessment.breaches and not self.why else []
        return Page(_title(assessment), notes=notes(assessment), sections=sections)


def _title(assessment: Assessment) -> str:
    found = count(len(assessment.breaches), "breach", "breaches")
    title = assessment.title or assessment.portfolio
    return f"{title} · {assessment.today.isoformat()} · {assessment.status.upper()} · {found}"


def notes(assessment: Assessment) -> list[str]:
    """Return where the policy is looser, what was edited, and how long decisions take."""
    told = [f"Policy: {note}" for note in signatures.policy_notes(assessment)]
    told += [f"Edited: {note}" for note in [edited.note(assessment)] if note]
    return told + [f"Decisions: {text}" for text in [stages.decisions_text(assessment)] if text]


@dataclass(frozen=True, slots=True)
class Whys:
    """Each breach in full: who must act, what clears it, and its reasons down to file and row, or signature."""

    breaches: Sequence[Breach]
    assessment: Assessment
    views: Mapping[str, StatementView]

    def text(self, look: Look) -> str:
        """Return each breach in lines, an empty one between two."""
        blocks = ["".join(f"{line}\n" for line in self._lines(breach, look)) for breach in self.breaches]
        return "\n".join(blocks)

    def _lines(self, breach: Breach, look: Look) -> list[str]:
        indent, width = " " * 9, look.prose
        severity = breach.severity.value
        lines = wrap(f"{breach.code}  {titled(breach)}", width, first=f"{severity:<9}")
        lines[0] = look.tinted(severity, _tone(breach)) + lines[0][len(severity) :]
        lines += wrap("; ".join(self._facts(breach)), width, first=indent)
        if stage := _stage(breach):
            lines += wrap(stage, width, first=indent, rest=indent + "  ")
        lines += wrap(breach.clears_when, width, first=f"{indent}Clears when: ", rest=indent + "  ")
        for reason in breach.reasons:
            lines += wrap(signatures.cited(reason, self.views), width, first=f"{indent}- ")
        return lines

    def markdown(self) -> str:
        """Return each breach as a heading with its facts and reasons as a list."""
        lines = []
        for breach in self.breaches:
            lines += [f"### {escape(f'{breach.severity.value} {breach.code}: {titled(breach)}')}", ""]
            said = ["; ".join(self._facts(breach)), _stage(breach), f"Clears when: {breach.clears_when}"]
            lines += [f"- {escape(each)}" for each in said if each]
            lines += [f"  - {escape(signatures.cited(reason, self.views))}" for reason in breach.reasons]
            lines.append("")
        return "".join(f"{line}\n" for line in lines)

    def _facts(self, breach: Breach) -> list[str]:
        project = f"project {name_of(self.assessment, breach.project)}" if breach.project else ""
        cost = cost_of(breach, delay_currency(self.assessment))
        facts = [
            who_acts(breach, self.assessment),
            cost,
            daily(self.assessment, breach.subject),
            f"since {day(breach.since)}",
        ]
        return [fact for fact in (*facts, project, f"id {breach.id}" if breach.id else "") if fact]


# The table


def breaches_table(assessment: Assessment) -> Table[Breach]:
    """Return the table of breaches: what people read, and what `--csv` and `--json` print of each."""
    return Table((*_for_people(assessment), *_for_scripts(assessment)), spaced=True)


def _for_people(assessment: Assessment) -> tuple[Column[Breach], ...]:
    due = needed(assessment)

    def what(breach: Breach) -> str:
        stage = _stage(breach)
        return titled(breach) + (f". {stage}" if stage else "")

    def name(breach: Breach) -> str:
        return " ".join((tied(breach.id), tied(breach.severity.value))).strip()

    def by(breach: Breach) -> str:
        owed = breach.life.owed
        return day(owed.due if owed else due.get(breach.subject))

    return (
        Column("", name, "breach", tone=_tone),
        Column("", lambda b: b.code, "rule", least=ROOMY),
        Column("", lambda b: _actor(b, assessment) or NOBODY, "who must act"),
        Column("", what, "what", grows=True),
        Column("", by, "by"),
        Column("", lambda b: _costs(b, assessment), "costs"),
    )


def _for_scripts(assessment: Assessment) -> tuple[Column[Breach], ...]:
    views, due = signatures.by_id(assessment), needed(assessment)
    money_known = delay_currency(assessment) is not None
    return (
        Column("code", lambda b: b.code),
        Column("severity", lambda b: b.severity),
        Column("basis", lambda b: b.basis),
        Column("subject", lambda b: b.subject),
        Column("title", lambda b: b.title),
        Column("project", lambda b: b.project or None),
        Column("objective", lambda b: b.objective or None),
        Column("owner", lambda b: b.owner or None),
        Column("since", lambda b: b.since),
        Column("slip_days", lambda b: b.slip_days),
        Column("leverage_days", lambda b: b.leverage_days),
        Column("together", lambda b: b.together),
        Column("clears_when", lambda b: b.clears_when),
        Column("reasons", lambda b: [signatures.cited(reason, views) for reason in b.reasons]),
        Column("id", lambda b: b.id),
        Column("life", lambda b: life_object(b.life), only="json"),
        Column("stage", lambda b: b.life.stage, only="csv"),
        Column("owner_name", lambda b: b.owner_name or None),
        Column("needed_by", lambda b: due.get(b.subject)),
        Column("at_least", lambda b: b.at_least),
        Column("cost", lambda b: b.cost if money_known else None),
        Column("day_cost", lambda b: day_cost(assessment, b.subject)[0]),
    )


def needed(assessment: Assessment) -> dict[str, date]:
    """Return by subject the day by which it is needed."""
    due = {view.subject: view.due for view in assessment.signoffs if view.due}
    return due | {view.subject: view.record.needed_by for view in assessment.dependencies if view.record.needed_by}


def _tone(breach: Breach) -> str:
    return "" if breach.severity is Severity.MINOR else breach.severity.value


def _stage(breach: Breach) -> str:
    stage = stages.stage_text(breach)
    return stage[:1].upper() + stage[1:]


def _actor(breach: Breach, assessment: Assessment) -> str:
    """Who is to do something next: whoever owes a decision, else who can clear it."""
    owed = breach.life.owed
    return (owed.by_name or name_of(assessment, owed.by) if owed else "") or _owner(breach, assessment)


def _owner(breach: Breach, assessment: Assessment) -> str:
    return breach.owner_name or name_of(assessment, breach.owner)


def _costs(breach: Breach, assessment: Assessment) -> str:
    """Days and money in short: what it is worth to clear it, else how late its project is."""
    currency = delay_currency(assessment)
    if breach.leverage_days:
        spent = days(breach.leverage_days, breach.at_least) + jointly(breach.together)
    else:
        spent = f"{days(breach.slip_days, breach.at_least)} late" if (breach.slip_days or 0) > 0 else ""
    worth = money(breach.cost, currency, breach.cost_assumed) if breach.cost else ""
    return listed(spent, worth, daily(assessment, breach.subject))


def titled(breach: Breach) -> str:
    """Return what a breach says and of which subject; a subject that is only a cause is said by the title already."""
    kind = breach.subject.partition(":")[0]
    return breach.title if kind in CAUSES else f"{breach.title} [{breach.subject}]"


def who_acts(breach: Breach, assessment: Assessment) -> str:
    """Return who can clear the breach, or that nobody named can."""
    name = _owner(breach, assessment)
    return f"{name} must act" if name else "nobody named can act: name an owner"


def cost_of(breach: Breach, currency: str | None) -> str:
    """Return slip, leverage and cost of the breach in words; empty when it costs no days."""
    parts = []
    if breach.slip_days:
        parts.append(f"slip {days(breach.slip_days, breach.at_least)}")
    if breach.leverage_days:
        parts.append(f"leverage {days(breach.leverage_days, breach.at_least)}{jointly(breach.together)}")
    if breach.cost and currency is not None:
        parts.append(money(breach.cost, currency, breach.cost_assumed))
    return ", ".join(parts)


def daily(assessment: Assessment, subject: str) -> str:
    """Return what each day costs that passes while a subject blocks; empty where that is not known in money."""
    amount, assumed = day_cost(assessment, subject)
    return f"{money(amount, delay_currency(assessment), assumed)}/day" if amount else ""


def jointly(together: Collection[str]) -> str:
    """Return with how many others those days are regained only; empty for what regains them alone."""
    return f" with {len(together):,} more" if together else ""


def edit_object(edit: Edit) -> dict[str, Any]:
    """Return an edit that nobody signed as the JSON object that scripts read."""
    return {
        "what": edit.what.value,
        "subject": edit.subject,
        "project": edit.project or None,
        "scope": edit.scope,
        "field": edit.field or None,
        "was": edit.was or None,
        "now": edit.now or None,
        "count": edit.count,
        "on": edit.on.isoformat(),
        "place": str(edit.origin) if edit.origin is not None else None,
    }


def fails(assessment: Assessment, fail_on: str) -> bool:
    """Tell whether the assessment is an exception: any breach, or for `off-track` a project that is Off Track."""
    if fail_on == "off-track":
        return any(project.status is Status.OFF_TRACK for project in assessment.projects)
    return bool(assessment.breaches)
