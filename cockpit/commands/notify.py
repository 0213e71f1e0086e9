"""`cockpit notify`: what is due for people, sent once; and the sending beside a watch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cockpit.commands.common import EXCEPTIONS, FOLDER, Refusal, put, say, session, updated
from cockpit.commands.completing import PEOPLE

if TYPE_CHECKING:
    from datetime import datetime

    from cockpit.charter.notify import NotifySettings
    from cockpit.notices.postman import Postman
    from cockpit.notices.records import Message, Notice
    from cockpit.records.assessment import Assessment
    from cockpit.session.live import Session
    from cockpit.store.outbox import OutboxStore


@click.command()
@FOLDER
@click.option("--dry-run", is_flag=True, help="Print what is due and when something will be next; send nothing.")
@click.option(
    "--test",
    metavar="PERSON",
    help="Send one message that says nothing to this person, by id.",
    shell_complete=PEOPLE,
)
def notify(folder: Path, dry_run: bool, test: str | None) -> None:
    """Send people the messages that are due now, once. For a table of jobs, where no `watch --notify` runs."""
    import asyncio

    with session(folder) as opened:
        assessment = updated(opened).assessment
        if test is not None:
            raise SystemExit(asyncio.run(_try(opened, assessment, test)))
        if dry_run:
            put(_forecast(opened, assessment))
            for problem in asyncio.run(_problems(opened, assessment)):
                say(problem)
            return
        with sending(opened) as postman:
            postman.take(assessment, opened.charter.notify)
            asyncio.run(postman.once())
        waiting = len(opened.store.outbox.failures())
    many = "1 message was" if postman.sent == 1 else f"{postman.sent or 'No'} messages were"
    say(f"{many} taken" + (f", {waiting} not: tried again later." if waiting else "."))
    if waiting:
        raise SystemExit(EXCEPTIONS)


class SessionOffice:
    """What the postman asks of a session."""

    def __init__(self, opened: Session) -> None:
        self._session = opened
        self.folder = opened.folder

    @property
    def outbox(self) -> OutboxStore:
        """The outbox of the store as it is open now."""
        return self._session.store.outbox

    def now(self) -> datetime:
        """The present."""
        return self._session.now()


@contextmanager
def sending(opened: Session) -> Iterator[Postman]:
    """A postman with the right to send for the portfolio. Refusal where another process has it, or nobody may write."""
    from cockpit.notices.lock import HeldError, SenderLock
    from cockpit.notices.postman import Postman

    if opened.store.read_only:
        raise Refusal(f"{opened.store.path}: who sends notes it in the store, and this user may only read it.")
    try:
        lock = SenderLock(opened.store.path, opened.now())
    except HeldError as error:
        raise Refusal(str(error)) from error
    try:
        yield Postman(SessionOffice(opened), _writes(opened.folder), say, lambda: lock.holds)
    except HeldError as error:
        raise Refusal(str(error)) from error
    finally:
        lock.close()


class _Writes:
    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def __call__(
        self, assessment: Assessment, settings: NotifySettings, notices: Sequence[Notice], now: datetime
    ) -> list[Message]:
        from cockpit.outlets.notices import Writer

        writer = Writer(assessment, self._folder, settings.escalate_days)
        return [writer.message(notice, now) for notice in notices]


def _writes(folder: Path) -> _Writes:
    return _Writes(folder)


def _forecast(opened: Session, assessment: Assessment) -> str:
    """What is due now, for whom, by which channels; and when something is next."""
    from cockpit.notices.postman import Desk
    from cockpit.outlets.notices import forecast_text

    desk, now = Desk(assessment, opened.charter.notify), opened.now()
    planned = desk.plan(opened.store.outbox.state(now), now)
    messages = _writes(opened.folder)(assessment, opened.charter.notify, planned.due, now)
    return forecast_text(assessment, planned, messages, desk.kinds())


async def _problems(opened: Session, assessment: Assessment) -> list[str]:
    """What is wrong with the channels as this user would use them, a sentence each; each channel is tried once."""
    import os

    from cockpit.notices.channels import ChannelError, address, channels_of, kind
    from cockpit.notices.sending import examine

    found: dict[str, str] = {}
    for person in assessment.people.values():
        for channel in channels_of(opened.charter.notify, person):
            if channel in found:
                continue
            try:
                found[channel] = (await examine(address(channel, person, os.environ))).error
            except ChannelError as error:
                found[channel] = str(error)
    return [f"{kind(channel)}: {error.rstrip('.')}." for channel, error in found.items() if error]


async def _try(opened: Session, assessment: Assessment, name: str) -> int:
    """Send a person a test by each of their channels, and say what became of it."""
    import os

    from cockpit.notices.channels import ChannelError, address, channels_of, kind
    from cockpit.notices.records import Outcome
    from cockpit.notices.sending import deliver
    from cockpit.outlets.notices import Writer

    person = assessment.people.get(name)
    if person is None:
        known = ", ".join(sorted(assessment.people)[:20])
        raise Refusal(f"No person has the id “{name}”. Known are: {known or 'none'}.")
    channels = channels_of(opened.charter.notify, person)
    if not channels:
        raise Refusal(f"[notify] of portfolio.toml names no channel for {person.name}, or they have no e-mail address.")
    message = Writer(assessment, opened.folder.resolve()).trial(name, opened.now(), assessment.today)
    failed = 0
    for channel in channels:
        try:
            outcome = await deliver(address(channel, person, os.environ), message, "info")
        except ChannelError as error:
            outcome = Outcome(str(error))
        failed += not outcome.delivered
        say(f"{kind(channel)}: {outcome.error or 'taken'}")
    return EXCEPTIONS if failed else 0


COMMANDS: tuple[click.Command, ...] = (notify,)
