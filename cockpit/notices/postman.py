"""The postman: plans what is due, keeps it in the outbox, and sends it, each channel by itself.

It runs beside the watch in one event loop, and the store is asked in threads: so a channel that hangs holds up neither
the watch nor the other channels, and idle costs nothing. It sleeps until something is due or the evidence changes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from cockpit.basics.classes import dataclass
from cockpit.basics.text import one_line
from cockpit.charter.notify import NotifySettings
from cockpit.notices import hours, settings
from cockpit.notices.channels import ChannelError, address, channels_of, mark
from cockpit.notices.lock import HeldError, Holder, is_dead
from cockpit.notices.planning import plan
from cockpit.notices.records import Claim, Kind, Message, Notice, Outbox, Outcome, Plan, Recipient
from cockpit.notices.sending import TIMEOUT, deliver
from cockpit.records.assessment import Assessment
from cockpit.records.model import Person
from cockpit.store import StoreError
from cockpit.store.outbox import OutboxStore

PARALLEL = 4
"""Messages that one channel is given at once."""
FIRST, LONGEST = 30.0, 3_600.0
"""Seconds until a failed message is tried again: twice as long each time, up to the second of these."""
LEASE = TIMEOUT + 60.0
"""Seconds for which a message belongs to who has claimed it."""
AT_MOST = 3_600.0
"""Seconds of sleep at most: a machine that was asleep itself does not count them."""
GRACE = 10.0
"""Seconds that what is being sent may take when all is to end."""
TROUBLED = 60.0
"""Seconds after which a store that could not be used is asked again."""


def backoff(attempt: int) -> timedelta:
    """How long to wait after an attempt (from 1) that failed."""
    return timedelta(seconds=min(FIRST * 2 ** min(attempt - 1, 20), LONGEST))


class Office(Protocol):
    """What the postman asks of whoever it works for: a session."""

    folder: Path

    @property
    def outbox(self) -> OutboxStore:
        """The outbox of the store as it is open now."""

    def now(self) -> datetime:
        """The present, with a zone."""


Writes = Callable[[Assessment, NotifySettings, Sequence[Notice], datetime], list[Message]]
"""Puts notices into words."""
Delivers = Callable[..., Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What is to be told, and to whom: the last assessment and the charter's settings."""

    assessment: Assessment
    settings: NotifySettings

    @property
    def people(self) -> Mapping[str, Person]:
        """Everybody who is known, by id."""
        return self.assessment.people

    def recipients(self, outbox: Outbox) -> dict[str, Recipient]:
        """Everybody who has a channel, by id."""
        return settings.recipients(self.settings, self.people, outbox.lost)

    def kinds(self) -> dict[str, tuple[str, ...]]:
        """By person what kinds of channels they have."""
        marks = settings.marks(self.settings, self.people)
        return {person: tuple(each.rpartition("-")[0] for each in channels) for person, channels in marks.items()}

    def plan(self, outbox: Outbox, now: datetime) -> Plan:
        """What is due now."""
        return plan(self.assessment, self.recipients(outbox), settings.rules(self.settings), outbox, now)


@dataclass
class Postman:
    """Sends what is due as long as it runs. `tells` gets a sentence for people now and then."""

    office: Office
    writes: Writes
    tells: Callable[[str], None]
    may_send: Callable[[], bool] = lambda: True
    delivers: Delivers = deliver
    holder: str = field(default_factory=lambda: str(Holder.me()))
    _desk: Desk | None = None
    _sending: dict[asyncio.Task[None], str] = field(default_factory=dict)
    _woke: asyncio.Event = field(default_factory=asyncio.Event)
    _failing: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _unreached: frozenset[str] = frozenset()
    _trouble: str = ""
    _planned: Desk | None = None
    _plan_at: datetime | None = None
    sent: int = 0
    failed: int = 0

    def take(self, assessment: Assessment, charter: NotifySettings) -> None:
        """Take the newest assessment and settings; what they make due is sent from then on."""
        self._desk = Desk(assessment, charter)
        self._woke.set()

    async def run(self) -> None:
        """Send until cancelled, then let what is being sent end. HeldError where the right to send is lost."""
        try:
            await self._free()
            while True:
                self._woke.clear()
                next_at = await self._round()
                await self._sleep(next_at)
        finally:
            await self._stop()

    async def once(self) -> None:
        """Send what is due now, each message once, and return when all of it was taken or refused."""
        await self._free()
        tried: set[tuple[str, str]] = set()
        while True:
            await self._round(tried)
            if not self._sending:
                return
            await asyncio.wait(self._sending)

    async def _sleep(self, next_at: datetime | None) -> None:
        seconds = AT_MOST if next_at is None else (next_at - self.office.now()).total_seconds()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(max(seconds, 0.05), AT_MOST)):  # `wait_for` may swallow that we are stopped
                await self._woke.wait()

    async def _stop(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending, timeout=GRACE)
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    # One round: plan, keep, claim, send

    async def _free(self) -> None:
        """Take back what processes that died had claimed."""
        with contextlib.suppress(StoreError):
            await asyncio.to_thread(lambda: self.office.outbox.free(is_dead, self.office.now()))

    async def _round(self, tried: set[tuple[str, str]] | None = None) -> datetime | None:
        """Keep and send what is due; return when to look again."""
        if self._desk is None:
            return None
        if not self.may_send():
            # Another process may send by now. A service manager starts this one again, with a lock of its own.
            raise HeldError("The file that says who sends was taken away or replaced: nothing is sent. Start it again.")
        try:
            claims, next_at = await asyncio.to_thread(self._prepare, self._desk, tried)
        except StoreError as error:
            self._tell_trouble(str(error))
            return self.office.now() + timedelta(seconds=TROUBLED)
        self._trouble = ""
        for claim in claims:
            if tried is not None:
                tried.add((claim.message.id, claim.channel))
            task = asyncio.create_task(self._send(self._desk, claim))
            self._sending[task] = claim.channel
            task.add_done_callback(self._is_over)
        return next_at

    def _prepare(self, desk: Desk, tried: set[tuple[str, str]] | None) -> tuple[tuple[Claim, ...], datetime | None]:
        now, outbox = self.office.now(), self.office.outbox
        if desk is not self._planned or (self._plan_at is not None and now >= self._plan_at):
            self._plan(desk, outbox, now)
        outbox.postpone(self._quiet(desk, now))
        claims = outbox.claim(self.holder, now, now + timedelta(seconds=LEASE), self._room(tried))
        moments = [at for at in (self._plan_at, outbox.next_at()) if at is not None]
        return claims, min(moments, default=None)

    def _plan(self, desk: Desk, outbox: OutboxStore, now: datetime) -> None:
        """Keep what is due by now, and remember when something may be next."""
        marks = settings.marks(desk.settings, desk.people)
        outbox.settle(marks, now)
        planned = desk.plan(outbox.state(now), now)
        outbox.put(self.writes(desk.assessment, desk.settings, planned.due, now), marks)
        then = desk.plan(outbox.state(now), now).next_at if planned.due else planned.next_at
        self._planned, self._plan_at = desk, then
        self._tell_unreached(desk, planned)

    def _quiet(self, desk: Desk, now: datetime) -> dict[str, datetime]:
        """Until when whom nothing is sent to, of those for whom it is quiet now."""
        quiet = [each for each in desk.recipients(Outbox()).values() if hours.is_quiet(each, now)]
        return {each.id: until for each in quiet if (until := hours.opens(each, now)) is not None}

    def _room(self, tried: set[tuple[str, str]] | None) -> Callable[[str, str], bool]:
        """Tell of a message and a channel whether it may be claimed now."""
        busy = Counter(self._sending.values())

        def room(message: str, channel: str) -> bool:
            if busy[channel] >= PARALLEL or (tried is not None and (message, channel) in tried):
                return False
            busy[channel] += 1
            return True

        return room

    def _is_over(self, task: asyncio.Task[None]) -> None:
        self._sending.pop(task, None)
        self._woke.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._tell_trouble(f"A message could not be sent: {type(error).__name__}: {one_line(str(error))}.")

    # One message

    async def _send(self, desk: Desk, claim: Claim) -> None:
        person = desk.people.get(claim.message.person)
        try:
            outcome = await self._attempt(desk, claim, person)
        except asyncio.CancelledError:
            with contextlib.suppress(StoreError):
                self.office.outbox.failed(claim, "it was being sent when Cockpit was stopped", self.office.now())
            raise
        await self._note(desk, claim, outcome)

    async def _attempt(self, desk: Desk, claim: Claim, person: Person | None) -> Outcome:
        channels = channels_of(desk.settings, person) if person is not None else ()
        channel = next((each for each in channels if mark(each) == claim.channel), "")
        if person is None or not channel:
            return Outcome("the charter names no such channel for them any more")
        try:
            target = address(channel, person, os.environ)
        except ChannelError as error:
            return Outcome(str(error))
        return await self.delivers(target, claim.message, tone_of(claim.message))

    async def _note(self, desk: Desk, claim: Claim, outcome: Outcome) -> None:
        """Keep what became of an attempt, however long the store takes: it would be made again otherwise."""
        self.sent, self.failed = self.sent + outcome.delivered, self.failed + (not outcome.delivered)
        self._tell_outcome(desk, claim, outcome)
        while True:
            try:
                await asyncio.to_thread(self._keep, claim, outcome)
                return
            except StoreError as error:
                self._tell_trouble(str(error))
                await asyncio.sleep(TROUBLED)

    def _keep(self, claim: Claim, outcome: Outcome) -> None:
        now = self.office.now()
        if outcome.delivered:
            self.office.outbox.done(claim, now)
        else:
            self.office.outbox.failed(claim, outcome.error, now + backoff(claim.attempt))

    # What people are told of it

    def _tell_outcome(self, desk: Desk, claim: Claim, outcome: Outcome) -> None:
        """Say the first failure of a channel, and that all whom it did not reach are reached again."""
        person, failing = claim.message.person, self._failing[claim.channel]
        kind = claim.channel.rpartition("-")[0]
        if not outcome.delivered and not failing:
            who, why = one_line(desk.assessment.names.get(person, person)), outcome.error.rstrip(".")
            self.tells(f"A message by {kind} to {who} was not taken: {why}. It is kept, and tried again.")
        elif outcome.delivered and failing == {person}:
            self.tells(f"All messages by {kind} are taken again.")
        if outcome.delivered:
            failing.discard(person)
        else:
            failing.add(person)

    def _tell_unreached(self, desk: Desk, planned: Plan) -> None:
        """Say of which breaches nobody hears, once for each."""
        new = [key for key in planned.unreached if key not in self._unreached]
        self._unreached = frozenset(planned.unreached)
        if new:
            first = next((each for each in desk.assessment.breaches if each.key == new[0]), None)
            what = f"{first.code} “{one_line(first.title, 100)}”" if first is not None else one_line(new[0])
            many = f"{len(new):,} breaches reach" if len(new) > 1 else f"{what} reaches"
            self.tells(f"{many} nobody: nobody who can act on it is named, or [notify] names no channel for them.")

    def _tell_trouble(self, sentence: str) -> None:
        if sentence != self._trouble:
            self._trouble = sentence
            self.tells(sentence)


def tone_of(message: Message) -> str:
    """How a chat colours a message: `failure`, `warning`, `success` or `info`."""
    if message.kind is Kind.TEST:
        return "info"
    if message.critical:
        return "failure"
    return "warning" if message.kind is Kind.BREACH else "info"
