"""Commands about people and their keys: join, enrol, revoke, rotate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cockpit.commands.common import FOLDER, Day, put, put_file, reading, say, session, updated
from cockpit.commands.completing import PEOPLE
from cockpit.commands.signing import confirm, ready, tell_breaches, tell_signature

if TYPE_CHECKING:
    from cockpit.ledger.papers import Paper
    from cockpit.session.live import Session

KEY = click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="Your SSH key; without it the agent.")
YES = click.option("--yes", is_flag=True, help="Sign without asking.")


def signed(folder: Path, paper_of: Callable[[Session], Paper], key: Path | None, *, yes: bool) -> str:
    """Show a paper's sentence, ask, sign, keep, print the id of the statement and what it did, and return the id."""
    from cockpit.ledger import papers

    with session(folder) as opened:
        before = ready(opened)
        paper = paper_of(opened)
        say(paper.sentence)
        if not yes:
            confirm()
        statement = papers.sign(opened, paper, key)
        with reading(opened):
            after = opened.update().assessment
    put(f"{statement.id}\n")
    tell_signature(after, statement.id)
    tell_breaches(before, after)
    for signoff in after.signoffs:
        if signoff.command.endswith(statement.id[:12]):
            say(f"Next, {signoff.owner_name}: {signoff.command.replace('FOLDER', str(folder))}")
    return statement.id


@click.command()
@FOLDER
@click.argument("person", metavar="PERSON", shell_complete=PEOPLE)
@KEY
@click.option("--to", type=click.Path(path_type=Path), metavar="FILE", help="Write the request here.")
def join(folder: Path, person: str, key: Path | None, to: Path | None) -> None:
    """Ask a steward to enrol your key: print a request, signed with that key, for `cockpit enrol`.

    PERSON is your id in the people table.
    """
    from cockpit.ledger import identity

    with session(folder) as opened:
        updated(opened)
        request = identity.join(opened, person, key)
    if to is None:
        put(request.text())
    else:
        put_file(to, request.text().encode(), folder)
        say(f"Give {to} to a steward, who runs: cockpit enrol {folder} {to}")


@click.command()
@FOLDER
@click.argument("request", type=click.Path(path_type=Path), metavar="REQUEST")
@click.option("--name", default="", metavar="TEXT", help="The person's printed name; by default the table's.")
@click.option("--team", "teams", multiple=True, metavar="ID", help="Their team; of several, the first is shown.")
@click.option("--from", "first", type=Day(), metavar="DATE", help="The first day on which the key counts.")
@click.option("--until", "last", type=Day(), metavar="DATE", help="The last day on which the key counts.")
@KEY
@YES
def enrol(
    folder: Path,
    request: Path,
    name: str,
    teams: tuple[str, ...],
    first: date | None,
    last: date | None,
    key: Path | None,
    yes: bool,
) -> None:
    """As a steward, enrol the key of a REQUEST that `cockpit join` wrote."""
    from cockpit.ledger import identity

    asked = identity.read_request(request)
    more: dict[str, Any] = {"name": name, "teams": teams, "first": first, "last": last, "key": key}
    signed(folder, lambda opened: identity.enrolment(opened, asked, **more), key, yes=yes)


@click.command()
@FOLDER
@click.argument("person", metavar="PERSON", shell_complete=PEOPLE)
@click.option("--fingerprint", default="", metavar="SHA256:…", help="Which key; by default the one that counts now.")
@click.option("--note", default="", metavar="TEXT", help="Why; it is signed with it.")
@KEY
@YES
def revoke(folder: Path, person: str, fingerprint: str, note: str, key: Path | None, yes: bool) -> None:
    """As a steward, or for yourself, revoke a key of PERSON: what it signs from now on counts for nothing."""
    from cockpit.ledger import identity

    signed(folder, lambda opened: identity.revocation(opened, person, fingerprint, note, key), key, yes=yes)


@click.command()
@FOLDER
@click.argument("new", type=click.Path(path_type=Path), metavar="NEWKEY")
@click.option(
    "--old", default="", metavar="SHA256:…", help="Of a request: the key that was lost, where they had several."
)
@KEY
@YES
def rotate(folder: Path, new: Path, old: str, key: Path | None, yes: bool) -> None:
    """Put NEWKEY in the place of the key that you sign with now.

    For somebody who lost theirs, as a steward: NEWKEY is the request that they wrote with `cockpit join`, and another
    steward signs too (`cockpit cosign`).
    """
    from cockpit.ledger import identity

    request = identity.request_in(new)
    if request is None:
        signed(folder, lambda opened: identity.rotation(opened, new, key), key, yes=yes)
    else:
        signed(folder, lambda opened: identity.replacement(opened, request, old, key), key, yes=yes)


COMMANDS: tuple[click.Command, ...] = (join, enrol, revoke, rotate)
