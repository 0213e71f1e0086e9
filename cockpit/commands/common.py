"""What the commands share: the folder argument, dates, the session, and errors as one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cockpit.commands.completing import DAYS, Folder
from cockpit.commands.working import aside, working

if TYPE_CHECKING:
    from cockpit.records.assessment import Assessment
    from cockpit.session.live import Change, Session
    from cockpit.session.news import Update

TOLD = 5
"""Problems of one file that are told before what a command is asked for; `import` tells all."""
EXCEPTIONS = 1
"""Exit code: exceptions found, a file refused, a statement invalid."""
UNUSABLE = 2
"""Exit code: wrong usage or unreadable input."""


class Refusal(click.ClickException):
    """A sentence for standard error; the command ends with exit code 2 and changed nothing."""

    exit_code = UNUSABLE

    def show(self, file: Any = None) -> None:  # noqa: ARG002
        """Print the sentence without click's prefix."""
        say(self.message)


class Day(click.ParamType[date]):
    """An ISO date such as 2025-03-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date; anything else is wrong usage."""
        from cockpit.records.model import YEARS

        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2025-03-31.", param, ctx)
        if day.year not in YEARS:
            self.fail(f"{value} is out of reach; days from {YEARS[0]} to {YEARS[-1]} are computed.", param, ctx)
        return day


FOLDER = click.argument("folder", type=Folder(path_type=Path), metavar="FOLDER")
AS_OF = click.option(
    "--as-of", type=Day(), metavar="DATE", help="As it was known at the end of this day.", shell_complete=DAYS
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


def say(message: str) -> None:
    """Print one line for people on standard error, made inert."""
    from cockpit.basics.text import clean

    with aside():
        click.echo(clean(str(message)), err=True)


def put(text: str) -> None:
    """Write data to standard output as it is, and flush it."""
    with aside():
        click.echo(text, nl=False)


def put_file(path: Path, content: bytes, folder: Path) -> None:
    """Write a file that the user named; whole, and for all who share it, where it lies in the portfolio's folder."""
    from cockpit.basics import sharing

    if path.parent.resolve().is_relative_to(folder.resolve()):
        sharing.write(path, content)
    else:
        # Elsewhere the user's umask decides, and what is no plain file (/dev/stdout) is written to, never replaced.
        path.write_bytes(content)


_SAID = (
    "CharterError", "StoreError", "SourceError", "SigningError", "StatementError", "DraftError", "HomelessError",
)  # fmt: skip
"""Errors that are sentences for people. By name: `--help` loads no room for them."""


def sentence(error: BaseException) -> str | None:
    """Return what to tell people of an expected error; None for an error of Cockpit itself."""
    name = type(error).__name__
    if name in _SAID:
        return str(error)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}. Check that the path exists, that it may be read and written."
    if isinstance(error, MemoryError):
        return "Not enough memory for this input."
    return None


@contextmanager
def session(folder: Path, as_of: date | None = None) -> Iterator[Session]:
    """Open the portfolio in `folder`, and close it afterwards; what took long to build is kept for the next command."""
    from cockpit.session import networks
    from cockpit.session.live import Session

    with working("Opening the portfolio"):
        opened = Session.open(folder, as_of=as_of)
    if opened.store.notice:
        say(opened.store.notice)
    try:
        yield opened
        networks.keep(opened)
    finally:
        opened.close()


def reading(opened: Session) -> AbstractContextManager[object]:
    """Show how far the reading of files is, and that what follows from them is computed."""
    return working("Computing", opened.told)


def updated(opened: Session) -> Update:
    """Read what is new, assess, and tell on standard error which files were refused."""
    with reading(opened):
        update = opened.update()
    tell_refused(update.changes)
    return update


def say_policy(assessment: Assessment, told: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Say on standard error where the policy is looser than the default, beside output that has no place for it.

    Nothing is said again of what was `told` before. Returns what is so now.
    """
    from cockpit.wording.signatures import policy_notes

    notes = policy_notes(assessment)
    for note in notes if notes != told else ():
        say(f"Policy: {note}")
    return notes


def tell_refused(changes: tuple[Change, ...]) -> None:
    """Say on standard error what could not be used of the files that were read."""
    from cockpit.outlets.notes import change_text

    for change in changes:
        if change.problems or change.waits:
            say(change_text(change, TOLD).rstrip("\n"))


def debugging() -> bool:
    """Tell whether COCKPIT_DEBUG asks for the traceback of an error of Cockpit itself."""
    return bool(os.environ.get("COCKPIT_DEBUG"))
