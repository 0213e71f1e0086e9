"""Commands about what is on record: import and verify."""

from __future__ import annotations

from pathlib import Path

import click

from cockpit.commands.common import EXCEPTIONS, FOLDER, JSON, put, say, session, updated


@click.command(name="import")
@FOLDER
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
def import_(folder: Path, files: tuple[Path, ...]) -> None:
    """Read the sources once; print what each file changed, and refused rows with path, row and reason."""
    from cockpit.outlets.notes import change_text

    with session(folder) as opened:
        changes = opened.import_sources(files or None)
        opened.assess()
    for change in changes:
        put(change_text(change))
    if not changes:
        say("Nothing new: every source is as it was read last.")
    if any(change.failed or change.problems for change in changes):
        raise click.exceptions.Exit(EXCEPTIONS)


@click.command()
@FOLDER
@JSON
@click.option(
    "--files",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also write payloads, signatures and allowed_signers, for `ssh-keygen -Y verify`.",
)
def verify(folder: Path, as_json: bool, files: Path | None) -> None:
    """Print every statement and its verdict."""
    from cockpit.outlets import statements

    with session(folder) as opened:
        assessment = updated(opened).assessment
        people = opened.people()
    put(statements.verify_json(assessment) if as_json else statements.verify_text(assessment))
    if files is not None:
        number = statements.write_files(assessment, people, files)
        say(f"{number} statements written to {files}. Check one with:")
        say(
            f"  ssh-keygen -Y verify -f {files}/allowed_signers -I SIGNER -n cockpit-statement-v1 "
            f"-s {files}/ID.json.sig < {files}/ID.json"
        )
    if statements.any_bad(assessment):
        raise click.exceptions.Exit(EXCEPTIONS)


COMMANDS: tuple[click.Command, ...] = (import_, verify)
