"""Commands about what is on record: import and verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cockpit.commands.common import EXCEPTIONS, FOLDER, JSON, put, reading, say, session, tell_refused, updated
from cockpit.commands.completing import SUBJECTS
from cockpit.commands.printing import width
from cockpit.commands.working import working

if TYPE_CHECKING:
    from cockpit.session.live import Session


@click.command(name="import")
@FOLDER
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
def import_(folder: Path, files: tuple[Path, ...]) -> None:
    """Read the sources once; print what each file changed, and refused rows with path, row and reason.

    A FILE may also be a signature that came back from somebody who was asked, or the mail with it.
    """
    from cockpit.ledger import asking
    from cockpit.outlets.notes import change_text
    from cockpit.outlets.plain import count
    from cockpit.wording import signatures

    with session(folder) as opened, reading(opened):
        back = [path for path in files if asking.is_answer(opened, path)]
        answers = [asking.take(opened, path) for path in back]
        sources = [path for path in files if path not in back]
        changes = [answer.change for answer in answers]
        changes += opened.import_sources(sources or None) if sources or not back else ()
        assessment = opened.assess()
    for change in changes:
        put(change_text(change))
    taken = {answer.statement for answer in answers}
    for view in assessment.statements:
        if view.record.id in taken:
            say(f"{signatures.who(view)} {signatures.does(view)}: {view.subject}. {signatures.holds(view)}")
    if not changes:
        say("Nothing new: every source is as it was read last.")
    if waiting := sum(view.open for view in assessment.asked):
        say(f"{count(waiting, 'request')} for a signature {'waits' if waiting == 1 else 'wait'} for an answer.")
    if any(change.failed or change.problems for change in changes):
        raise click.exceptions.Exit(EXCEPTIONS)


@click.command()
@FOLDER
@click.argument("subject", default="", metavar="[SUBJECT]", shell_complete=SUBJECTS)
@JSON
@click.option(
    "--files",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also write payloads, signatures and allowed_signers, for `ssh-keygen -Y verify`.",
)
@click.option("--repair", is_flag=True, help="Put back what you have seen and the shared ledger lacks.")
@click.option(
    "--from",
    "bundles",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --repair: first take in this bundle, or somebody's replica. May be given several times.",
)
def verify(
    folder: Path, subject: str, as_json: bool, files: Path | None, repair: bool, bundles: tuple[Path, ...]
) -> None:
    """Print every statement and its verdict; of one SUBJECT all that happened to it, oldest first."""
    from cockpit.commands import subjects
    from cockpit.outlets import history, statements

    if bundles and not repair:
        raise click.UsageError("--from goes with --repair.")
    with session(folder) as opened:
        if repair:
            _repair(opened, bundles)
        assessment = updated(opened).assessment
        with working("Looking into the past"):
            known = opened.snapshot()
            if subject:
                told = subjects.events_of(opened, assessment, subject)
                assessment = subjects.only(assessment, told)
            else:
                told = opened.events_of() if as_json else {}
    if as_json:
        put(statements.verify_json(assessment, told))
    else:
        put(history.history_text(told, width()) if subject else statements.verify_text(assessment, width()))
    if files is not None:
        number = statements.write_files(assessment, known, files)
        say(f"{number:,} statements written to {files}. Check one with:")
        say(
            f"  ssh-keygen -Y verify -f {files}/allowed_signers -I SIGNER -n cockpit-statement-v1 "
            f"-s {files}/ID.json.sig < {files}/ID.json"
        )
    if assessment.missing or statements.any_bad(assessment):
        raise click.exceptions.Exit(EXCEPTIONS)


def _repair(opened: Session, files: tuple[Path, ...]) -> None:
    """Put back what the bundles and this user's replica hold, and say how many statements that were."""
    from cockpit.ledger import bundles
    from cockpit.outlets.plain import count

    changes = [bundles.taken(opened, path) for path in files]
    tell_refused(tuple(changes))
    back = len(bundles.put_back(opened)) + sum(change.opened for change in changes)
    say(f"{count(back, 'statement')} put back." if back else "Nothing was missing.")


COMMANDS: tuple[click.Command, ...] = (import_, verify)
