"""`cockpit doctor`: what is wrong with a portfolio's folder or machine, and what mends it."""

from __future__ import annotations

from pathlib import Path

import click

from cockpit.commands.common import EXCEPTIONS, JSON, UNUSABLE, put
from cockpit.commands.completing import Folder
from cockpit.commands.printing import width
from cockpit.commands.working import working

ANY_FOLDER = click.argument("folder", type=Folder(path_type=Path, readable=False), metavar="FOLDER")
"""Also one that this user may not read: that is what is asked."""


@click.command()
@ANY_FOLDER
@JSON
def doctor(folder: Path, as_json: bool) -> None:
    """Check the folder, its rights, the store, the machine and your keys, and say what to do. Changes nothing."""
    from datetime import datetime

    from cockpit.doctor.examine import examine
    from cockpit.outlets.doctor import report_json, report_text

    at = datetime.now().astimezone()
    with working("Checking the folder"):
        report = examine(folder, at)
    put(report_json(report, at) if as_json else report_text(report, width()))
    if not report.usable:
        raise click.exceptions.Exit(UNUSABLE)
    if report.wrong:
        raise click.exceptions.Exit(EXCEPTIONS)


COMMANDS: tuple[click.Command, ...] = (doctor,)
