"""Commands about who may sign for what: transfer, accept, cosign, delegate, recall; and receipt, to witness others."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cockpit.commands.common import FOLDER, Day, say
from cockpit.commands.completing import OWNED, PEOPLE
from cockpit.commands.identity import KEY, YES, signed
from cockpit.commands.signing import MEANINGS

if TYPE_CHECKING:
    from cockpit.ledger.papers import Paper
    from cockpit.session.live import Session

STATEMENT = click.argument("statement", metavar="ID")
NOTE = click.option("--note", default="", metavar="TEXT", help="Why; it is signed with it.")


@click.command()
@FOLDER
@click.argument("subject", metavar="SUBJECT", shell_complete=OWNED)
@click.argument("person", metavar="PERSON", shell_complete=PEOPLE)
@click.option("--role", default="", metavar="NAME", help="Which role, where a subject has two: giver_owner, sponsor.")
@NOTE
@KEY
@YES
def transfer(folder: Path, subject: str, person: str, role: str, note: str, key: Path | None, yes: bool) -> None:
    """Give what you own to PERSON, who accepts it; or as a steward move it, which another steward signs too.

    SUBJECT is such as dependency:D-1, kpi:K-1, project:P-1, objective:O-1, milestone:M-1 or team:apps.
    """
    from cockpit.ledger import offices

    signed(folder, lambda opened: offices.transfer(opened, subject, person, role, note, key), key, yes=yes)


@click.command()
@FOLDER
@STATEMENT
@KEY
@YES
def accept(folder: Path, statement: str, key: Path | None, yes: bool) -> None:
    """Take what the transfer ID gives you."""
    from cockpit.ledger import offices

    signed(folder, lambda opened: offices.accept(opened, statement, key), key, yes=yes)


@click.command()
@FOLDER
@STATEMENT
@KEY
@YES
def cosign(folder: Path, statement: str, key: Path | None, yes: bool) -> None:
    """As another steward, sign the statement ID too: one that counts only with a second signature, or the genesis."""
    from cockpit.ledger import offices

    signed(folder, lambda opened: offices.cosign(opened, statement, key), key, yes=yes)


@click.command()
@FOLDER
@click.argument("person", metavar="PERSON", shell_complete=PEOPLE)
@click.option("--from", "first", type=Day(), metavar="DATE", help="The first day; today if none is given.")
@click.option("--until", "last", type=Day(), required=True, metavar="DATE", help="The last day.")
@click.option(
    "--subject",
    "subjects",
    multiple=True,
    metavar="SUBJECT",
    help="Such as dependency:D-1 or kpi:*; else all.",
    shell_complete=OWNED,
)
@click.option("--meaning", "meanings", multiple=True, type=click.Choice(MEANINGS), metavar="MEANING", help="Else all.")
@NOTE
@KEY
@YES
def delegate(
    folder: Path,
    person: str,
    first: date | None,
    last: date,
    subjects: tuple[str, ...],
    meanings: tuple[str, ...],
    note: str,
    key: Path | None,
    yes: bool,
) -> None:
    """Have PERSON sign for you from one day to another, for a quarter of a year at most."""
    from cockpit.ledger import offices

    def paper(opened: Session) -> Paper:
        days = (first or opened.now().date(), last)
        return offices.delegate(opened, person, days, subjects, meanings, note, key)

    signed(folder, paper, key, yes=yes)


@click.command()
@FOLDER
@STATEMENT
@NOTE
@KEY
@YES
def recall(folder: Path, statement: str, note: str, key: Path | None, yes: bool) -> None:
    """Take back the delegation ID, or the transfer ID that nobody has accepted yet."""
    from cockpit.ledger import offices

    signed(folder, lambda opened: offices.recall(opened, statement, note, key), key, yes=yes)


@click.command()
@FOLDER
@KEY
@YES
def receipt(folder: Path, key: Path | None, yes: bool) -> None:
    """Witness what others signed and nobody has followed yet: sign when you saw it first."""
    from cockpit.ledger import offices

    try:
        signed(folder, lambda opened: offices.receipt(opened, key), key, yes=yes)
    except offices.NothingNewError:
        say("Nothing to witness: whatever others have signed here, somebody else has seen.")


COMMANDS: tuple[click.Command, ...] = (transfer, accept, cosign, delegate, recall, receipt)
