"""The command that asks for the signature of somebody without a shell here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cockpit.basics.text import one_line
from cockpit.commands.common import put_file, say, session
from cockpit.commands.completing import PEOPLE
from cockpit.commands.signing import draft_of, ready, said

if TYPE_CHECKING:
    from cockpit.ledger.asking import Asked
    from cockpit.records.assessment import AskedView
    from cockpit.session.live import Draft


@click.command()
@said
@click.option("--signer", required=True, metavar="ID", help="The person who is asked.", shell_complete=PEOPLE)
@click.option("--to", type=click.Path(path_type=Path), metavar="FILE", help="Write the payload to this file too.")
def ask(folder: Path, subject: str, meaning: str, signer: str, to: Path | None, **more: Any) -> None:
    """Ask somebody without a shell here: print the exact payload, and the one line with which they sign it."""
    from cockpit.ledger import asking

    with session(folder) as opened:
        ready(opened)
        draft = draft_of(opened, subject, meaning, signer=signer, **more)
        if to is not None:
            put_file(to, draft.payload, folder)
        asked = asking.ask(opened, draft)
    say(draft.sentence)
    if to is None:
        click.echo(draft.payload, nl=False)
    _tell(folder, draft, asked, to or asked.kept or Path(asked.name))


def _tell(folder: Path, draft: Draft, asked: Asked, file: Path) -> None:
    """Say what to send, what its person does with it, and how the answer comes in."""
    from cockpit.ledger.asking import instruction
    from cockpit.trust.keys import parse_public_key

    who, key = one_line(draft.signer.name) or draft.signer.id, parse_public_key(draft.public_line).fingerprint
    say(f"Send {who} the file {file} as an attachment, with this one line to run beside it:")
    say(f"  {instruction(draft, file.name)}")
    say(
        f"That needs the private key of {key} (kept elsewhere, its path goes after -f) and OpenSSH 8.1 or later, "
        "which Linux, macOS and Windows have; nothing else."
    )
    say(
        f"What comes back is {file.name}.sig, or its text in a mail: put the file into {folder / 'statements'}, or "
        f"take it in with `cockpit import {folder} FILE`."
    )
    if asked.view is not None:
        say(f"{who} was asked {_often(asked.view)}.")
    else:
        lost = f" and {file.name} is not kept: it must come back too" if asked.kept is None else ""
        say(f"This request is not counted{lost} ({one_line(asked.why)}).")


def _often(view: AskedView) -> str:
    times = "once" if view.this_week == 1 else f"{view.this_week} times"
    return f"{times} this week, {view.total} in the {len(view.weeks)} weeks before; {view.open} without an answer"


COMMANDS: tuple[click.Command, ...] = (ask,)
