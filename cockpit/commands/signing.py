"""The command that says something for good: sign."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cockpit.basics.text import one_line
from cockpit.commands.common import FOLDER, Day, Refusal, put, reading, say, sentence, session, updated
from cockpit.commands.completing import SUBJECTS

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment
    from cockpit.session.live import Draft, Session

MEANINGS = (
    "promised", "resolved", "disputed", "withdrawn", "validated", "attested", "confirmed", "dismissed", "baselined",
    "acknowledged", "decided",
)  # fmt: skip


def said(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what `sign` and `ask` take: subject, meaning and what is said with them."""
    parts: tuple[Callable[[Any], Any], ...] = (
        FOLDER,
        click.argument("subject", metavar="SUBJECT", shell_complete=SUBJECTS),
        click.argument("meaning", type=click.Choice(MEANINGS), metavar="MEANING"),
        click.option(
            "--evidence",
            multiple=True,
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A file that proves it; a copy is kept. May be given several times.",
        ),
        click.option("--date", "on", type=Day(), metavar="DATE", help="The promised day, or the day of a reading."),
        click.option("--value", type=float, metavar="NUMBER", help="The value of a KPI on --date."),
        click.option("--note", default="", metavar="TEXT", help="A note that is signed with it."),
    )
    for part in reversed(parts):
        command = part(command)
    return command


@click.command()
@said
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="Your SSH key; without it the ssh-agent.")
@click.option("--yes", is_flag=True, help="Sign without asking.")
def sign(folder: Path, subject: str, meaning: str, key: Path | None, yes: bool, **more: Any) -> None:
    """Sign one statement, shown in full before it is signed.

    SUBJECT is such as dependency:D-1, milestone:M-1, kpi:K-1, baseline:P-1, policy, or in quotation marks
    'suspicion:PAY-12>TEAM'; the kind may be left out where it is clear.
    MEANING is promised, resolved, disputed, withdrawn, validated, attested, confirmed, dismissed, baselined,
    acknowledged or decided.
    """
    with session(folder) as opened:
        before = ready(opened)
        draft = draft_of(opened, subject, meaning, key=key, **more)
        after = signed(opened, draft, key, yes=yes)
        if after is not None:
            _tell_effect(before, after, draft.subject)


def signed(opened: Session, draft: Draft, key: Path | None, *, yes: bool) -> Assessment | None:
    """Show what is signed, ask, sign, print the id of the statement, and say what was signed; return what is true then,
    None where that can't be told. Raises Refusal where nobody says yes."""
    say(draft.sentence)
    if not yes:
        confirm()
    statement = opened.sign(draft, key)
    put(f"{statement.id}\n")
    after = after_signing(opened)
    if after is not None:
        tell_signature(after, statement.id)
    return after


def after_signing(opened: Session) -> Assessment | None:
    """What is true once it is signed; None, with a sentence, where that can't be told: it is kept all the same."""
    try:
        with reading(opened):
            return opened.update().assessment
    except Exception as error:
        message = sentence(error)
        if message is None:
            raise
        say(f"It is signed and kept. What it changes can't be told now: {message}")
        return None


def ready(opened: Session) -> Assessment:
    """Read what is new, tell what was refused of it, and return the assessment."""
    return updated(opened).assessment


def draft_of(opened: Session, subject: str, meaning: str, **said: Any) -> Draft:
    """Return the draft of what was typed. Raises DraftError, SigningError."""
    from cockpit.records.model import Meaning

    return opened.draft(subject, Meaning(meaning), **said)


def confirm() -> None:
    """Ask at the terminal whether to sign. Raises Refusal where nobody says yes."""
    if not _at_terminal():
        raise Refusal("Nothing was signed: there is no terminal to ask on. Read the sentence, then add --yes.")
    if not click.confirm("Sign this?", default=False, err=True):
        raise Refusal("Nothing was signed.")


def _at_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def tell_signature(after: Assessment, statement: str) -> None:
    """Say what was signed as every view of it shows it."""
    from cockpit.wording import signatures

    view = signatures.by_id(after).get(statement)
    if view is not None:
        say(f"Signed: {signatures.signature(view)}")


def _tell_effect(before: Assessment, after: Assessment, subject: str) -> None:
    """Say what the signature changed: the state of its subject, days, projects, breaches cleared and raised."""
    old, new = _state(before, subject), _state(after, subject)
    if old != new:
        say(f"{subject}: {old or 'not waited for'} → {new or 'signed'}")
    days = [*_days(before, after, subject), *_projects(before, after)]
    for line in days:
        say(line)
    if not tell_breaches(before, after) and not days:
        say("No breach was cleared or raised, and no day has moved.")


def tell_breaches(before: Assessment, after: Assessment) -> bool:
    """Say which breaches were cleared and raised, and return whether any was."""
    known, left = {b.key: b for b in before.breaches}, {b.key: b for b in after.breaches}
    cleared = [("cleared", breach) for key, breach in known.items() if key not in left]
    raised = [("raised", breach) for key, breach in left.items() if key not in known]
    for what, breach in (*cleared, *raised):
        say(f"{what}: {breach.code} {breach.title} [{breach.subject}]")
    return bool(cleared or raised)


def _days(before: Assessment, after: Assessment, subject: str) -> Iterator[str]:
    """Say what the subject costs now, where that is another number of days than before."""
    from cockpit.outlets.plain import days

    costs = {breach.key: breach for breach in before.breaches if breach.subject == subject}
    for new in after.breaches:
        if old := costs.get(new.key):
            pairs = (("slip", old.slip_days, new.slip_days), ("leverage", old.leverage_days, new.leverage_days))
            told = [(name, days(was, old.at_least), days(now, new.at_least)) for name, was, now in pairs]
            moved = [f"{name} {was or 'unknown'} → {now or 'unknown'}" for name, was, now in told if was != now]
            if moved:
                yield f"{new.code} {one_line(new.title)}; {', '.join(moved)}"


def _projects(before: Assessment, after: Assessment) -> Iterator[str]:
    """Say which projects have another status or computed finish than before."""
    from cockpit.outlets.plain import day

    views = {view.record.id: view for view in before.projects}
    for new in after.projects:
        old = views.get(new.record.id, new)
        if old.status is not new.status:
            yield f"{new.record.title}: {old.status.value} → {new.status.value}"
        if old.computed_finish != new.computed_finish:
            was, now = (day(view.computed_finish) or "unknown" for view in (old, new))
            yield f"{new.record.title}: computed finish {was} → {now}"


def _state(assessment: Assessment, subject: str) -> str:
    from cockpit.trust.obligations import breach_subject
    from cockpit.wording.stages import stage_text

    states: dict[str, str] = {view.subject: view.state for view in assessment.signoffs}
    states |= {view.subject: view.state.value for view in assessment.dependencies}
    states |= {breach_subject(breach.key): stage_text(breach) for breach in assessment.breaches}
    return states.get(subject, "")


COMMANDS: tuple[click.Command, ...] = (sign,)
