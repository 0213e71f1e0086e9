"""The ledger as a file: `cockpit ledger export`, `import` and `forget`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cockpit.commands.common import EXCEPTIONS, FOLDER, Day, Refusal, put, put_file, reading, say, session, tell_refused

if TYPE_CHECKING:
    from cockpit.session.live import Session


@click.group()
def ledger() -> None:
    """Carry the ledger about as a file: for work without the server, as a copy, to put back what was taken out."""


@ledger.command(name="export")
@FOLDER
@click.option("--to", type=click.Path(path_type=Path), metavar="FILE", help="Write it here, not to standard output.")
@click.option("--since", type=Day(), metavar="DATE", help="Only what was signed on this day (UTC) or later.")
def export_(folder: Path, to: Path | None, since: date | None) -> None:
    """Write every statement whose signature fits into one file, a bundle. Equal ledgers give equal files."""
    from cockpit.ledger import bundles
    from cockpit.outlets.plain import count

    with session(folder) as opened:
        with reading(opened):
            tell_refused(opened.import_sources())
        data, number = bundles.exported(opened, since)
    if to is None:
        put(data.decode("ascii"))
    else:
        put_file(to, data, folder)
        say(f"{to}: {count(number, 'statement')}. Their evidence goes separately: copy evidence/ too.")


@ledger.command(name="import")
@FOLDER
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def import_(folder: Path, files: tuple[Path, ...]) -> None:
    """Take in the statements of bundles. Order and repetition change nothing; what is rejected is kept aside."""
    with session(folder) as opened:
        with reading(opened):
            tell_refused(opened.import_sources())
        bad = take(opened, files)
    if bad:
        raise click.exceptions.Exit(EXCEPTIONS)


def take(opened: Session, files: tuple[Path, ...]) -> bool:
    """Take in bundles, and print what came of each; tell whether something of them was refused."""
    from cockpit.ledger import bundles
    from cockpit.outlets.notes import bundle_text

    changes = [bundles.taken(opened, path) for path in files]
    for change in changes:
        put(bundle_text(change))
    lacking = len(bundles.lacking_evidence(opened))
    if lacking:
        files_of = "file of evidence is" if lacking == 1 else "files of evidence are"
        say(f"{lacking:,} {files_of} not here that statements name: copy the other folder's evidence/ into this one's.")
    return any(change.problems for change in changes)


@ledger.command()
@FOLDER
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(folder: Path, yes: bool) -> None:
    """Forget what this machine remembers of the ledger in FOLDER, where it rightly begins anew.

    The genesis that was seen first is forgotten; your copy of the ledger is put aside. Nothing in FOLDER changes.
    """
    from cockpit.ledger import bundles

    if not folder.is_dir():
        raise Refusal(f"{folder}: there is no such folder.")
    if not yes and (sys.stdin is None or not sys.stdin.isatty()):
        raise Refusal("Nothing was forgotten: there is no terminal to ask on. Add --yes.")
    if not yes and not click.confirm(f"Forget what you have seen of the ledger in {folder}?", default=False, err=True):
        raise Refusal("Nothing was forgotten.")
    aside = bundles.forgotten(folder)
    say(f"Forgotten. Your copy lies in {aside} now." if aside else "Forgotten. There was no copy of it.")


COMMANDS: tuple[click.Command, ...] = (ledger,)
