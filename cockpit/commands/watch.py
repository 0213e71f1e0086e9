"""`cockpit watch`: headless, one line as each breach is raised or cleared; with `--notify` it also tells people."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cockpit.commands.common import FOLDER, JSON, put, reading, say, say_policy, session, tell_refused
from cockpit.commands.notify import sending

if TYPE_CHECKING:
    import asyncio

    from cockpit.notices.postman import Postman
    from cockpit.session.live import Session
    from cockpit.session.news import Update


@click.command()
@FOLDER
@JSON
@click.option("--notify", is_flag=True, help="Send people the messages that [notify] of the charter asks for.")
def watch(folder: Path, as_json: bool, notify: bool) -> None:
    """Print a line as each breach is raised or cleared, until it is told to stop (SIGINT, SIGTERM)."""
    import asyncio

    with session(folder) as opened, sending(opened) if notify else nullcontext() as postman:
        asyncio.run(_until_told(opened, as_json, postman))


async def _until_told(opened: Session, as_json: bool, postman: Postman | None) -> None:
    import asyncio
    import contextlib
    import signal

    from cockpit.notices import systemd

    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, ValueError):  # Windows, or not in the main thread
            loop.add_signal_handler(number, stop.set)
    _heed_reader(loop, stop.set)
    stopped = asyncio.create_task(stop.wait())
    work = [asyncio.create_task(_follow(opened, as_json, postman)), asyncio.create_task(systemd.stay_alive())]
    if postman is not None:
        work.append(asyncio.create_task(postman.run()))
    ends = {stopped, work[0], *work[2:]}
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    systemd.say("STOPPING=1")
    for task in (stopped, *work):
        task.cancel()
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
            raise outcome


def _heed_reader(loop: asyncio.AbstractEventLoop, ends: Callable[[], None]) -> None:
    """End as soon as nobody reads the pipe any more that standard output is: not at the next event only."""
    import contextlib
    import os
    import stat
    import sys

    with contextlib.suppress(OSError, ValueError, NotImplementedError, AttributeError):
        out = sys.stdout.fileno()
        if stat.S_ISFIFO(os.fstat(out).st_mode):

            def broken() -> None:
                loop.remove_reader(out)
                ends()

            # The end that is written to becomes readable when it breaks, and never else.
            loop.add_reader(out, broken)


async def _follow(opened: Session, as_json: bool, postman: Postman | None) -> None:
    import asyncio
    import contextlib

    from cockpit.notices import systemd

    told: tuple[str, ...] = ()

    async def take(update: Update) -> None:
        nonlocal told
        # Whoever reads our output may be slow; that holds up no message.
        if postman is not None:
            postman.take(update.assessment, opened.charter.notify)
        told = await asyncio.to_thread(_tell, update, as_json, told)
        if postman is not None:
            await asyncio.to_thread(_note, opened, update)

    with reading(opened):
        first = await asyncio.to_thread(opened.update)
    await take(await asyncio.to_thread(_since_told, opened, first) if postman is not None else first)
    systemd.say("READY=1")
    async with contextlib.aclosing(opened.watch()) as updates:
        async for update in updates:
            await take(update)


def _since_told(opened: Session, update: Update) -> Update:
    """What was raised and cleared since the service last told, whoever has looked at the portfolio meanwhile."""
    from cockpit.session.news import since

    return since(opened.store.outbox.watched(), update)


def _note(opened: Session, update: Update) -> None:
    """Keep what the service has told, for when it is started again."""
    from cockpit.store import StoreError

    raised, cleared = ([breach.key for breach in each] for each in (update.raised, update.cleared))
    if raised or cleared:
        try:
            opened.store.outbox.watch(raised, cleared)
        except StoreError as error:
            say(str(error))


def _tell(update: Update, as_json: bool, told: tuple[str, ...]) -> tuple[str, ...]:
    """Tell what has changed; `told` is what was said of the policy. Returns what is said of it now."""
    from datetime import datetime

    from cockpit.outlets.notes import event_json, event_text
    from cockpit.wording.amounts import delay_currency

    currency = delay_currency(update.assessment)
    at = datetime.now().astimezone()
    tell_refused(update.changes)
    for event, breaches in (("raised", update.raised), ("cleared", update.cleared)):
        for breach in breaches:
            put(event_json(event, breach, at) if as_json else event_text(event, breach, at, currency))
    return say_policy(update.assessment, told)


COMMANDS: tuple[click.Command, ...] = (watch,)
