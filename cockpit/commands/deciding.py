"""The commands about breaches: acknowledge, decide."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cockpit.commands.common import FOLDER, Day, put, say, session
from cockpit.commands.completing import BREACHES
from cockpit.commands.identity import KEY, YES
from cockpit.commands.printing import width
from cockpit.commands.signing import draft_of, ready, signed

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment
    from cockpit.session.live import Session

BREACH = click.argument("breach", metavar="BREACH", shell_complete=BREACHES)
NOTE = click.option("--note", default="", metavar="TEXT", help="A note that is signed with it.")


@click.command()
@FOLDER
@BREACH
@NOTE
@KEY
@YES
def acknowledge(folder: Path, breach: str, note: str, key: Path | None, yes: bool) -> None:
    """Sign that you have seen the breach BREACH. It changes nothing else, and lapses after policy.ack_days.

    BREACH is its id (six digits, shown by check), its subject or its code.
    """
    with session(folder) as opened:
        ready(opened)
        _signed(opened, breach, "acknowledged", key, yes, note=note)


@click.command()
@FOLDER
@BREACH
@click.option("--option", default="", metavar="OPTION", help="What is decided, by its name in the list of options.")
@click.option("--date", "on", type=Day(), metavar="DATE", help="By when the breach is to be cleared by it.")
@click.option("--note", default="", metavar="TEXT", help="What is decided, or more about the option.")
@KEY
@YES
def decide(folder: Path, breach: str, option: str, on: date | None, note: str, key: Path | None, yes: bool) -> None:
    """Decide about the breach BREACH; without --option and --note, print the options with their days.

    BREACH is its id (six digits, shown by check), its subject or its code.
    """
    from cockpit.outlets.options import options_text
    from cockpit.wording.amounts import delay_currency

    with session(folder) as opened:
        assessment = ready(opened)
        if option or note:
            _signed(opened, breach, "decided", key, yes, option=option, on=on, note=note)
        else:
            found, choices = opened.options(breach)
            put(options_text(found, choices, delay_currency(assessment), str(folder), width()))


def _signed(opened: Session, breach: str, meaning: str, key: Path | None, yes: bool, **more: Any) -> None:
    draft = draft_of(opened, breach, meaning, key=key, **more)
    after = signed(opened, draft, key, yes=yes)
    if after is not None:
        _tell_stage(after, draft.subject)


def _tell_stage(after: Assessment, subject: str) -> None:
    """Say where the breach stands now."""
    from cockpit.trust.obligations import breach_subject
    from cockpit.wording.stages import stage_text

    for breach in after.breaches:
        if breach_subject(breach.key) == subject:
            say(f"{breach.id} {breach.code} {breach.title}: {stage_text(breach)}")


COMMANDS: tuple[click.Command, ...] = (acknowledge, decide)
