"""`cockpit watch`: headless, one line as each breach is raised or cleared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cockpit.commands.common import FOLDER, JSON, put, session, tell_refused

if TYPE_CHECKING:
    from cockpit.live import Session
    from cockpit.news import Update


@click.command()
@FOLDER
@JSON
def watch(folder: Path, as_json: bool) -> None:
    """Print a line as each breach is raised or cleared, until it is told to stop (SIGINT, SIGTERM)."""
    import asyncio

    with session(folder) as opened:
        asyncio.run(_until_told(opened, as_json))


async def _until_told(opened: Session, as_json: bool) -> None:
    import asyncio
    import contextlib
    import signal

    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, ValueError):  # Windows, or not in the main thread
            loop.add_signal_handler(number, stop.set)
    follow = asyncio.create_task(_follow(opened, as_json))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait((follow, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if follow.done():
        follow.result()
    follow.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await follow


async def _follow(opened: Session, as_json: bool) -> None:
    import asyncio
    import contextlib

    _tell(await asyncio.to_thread(opened.update), as_json)
    async with contextlib.aclosing(opened.watch()) as updates:
        async for update in updates:
            _tell(update, as_json)


def _tell(update: Update, as_json: bool) -> None:
    from datetime import datetime

    from cockpit.outlets.notes import event_json, event_text

    at = datetime.now().astimezone()
    tell_refused(update.changes)
    for event, breaches in (("raised", update.raised), ("cleared", update.cleared)):
        for breach in breaches:
            put(event_json(event, breach, at) if as_json else event_text(event, breach, at, update.assessment.currency))


COMMANDS: tuple[click.Command, ...] = (watch,)
