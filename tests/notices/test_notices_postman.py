"""The postman over a real store, with channels that take, refuse, hang and die as they are told, and a manual clock."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from notices_help import DAY, assessed, at, breach

from cockpit.charter.notify import NotifySettings
from cockpit.notices import postman as postmen
from cockpit.notices.channels import Address
from cockpit.notices.lock import HeldError, Holder
from cockpit.notices.postman import Postman, backoff
from cockpit.notices.records import Message, Notice, Outcome
from cockpit.outlets.notices import Writer
from cockpit.records.assessment import Assessment
from cockpit.store import Store, StoreError
from cockpit.store.outbox import OutboxStore

D1, D2 = breach("dependency:1"), breach("dependency:2", "omar")
SETTINGS = NotifySettings(channels=("json://{person}",), quiet="none")
BOTH = NotifySettings(channels=("json://{person}", "form://{person}"), quiet="none")


class Office:
    """A store, and a clock that stands until it is moved."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.time, self.store = folder, at("09:00"), Store.open(folder / "portfolio.db")

    @property
    def outbox(self) -> OutboxStore:
        return self.store.outbox

    def now(self) -> datetime:
        return self.time


class Channels:
    """What was sent where; an answer, an endless wait or a surprise for an address, once or (`*`) always."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.answers: dict[str, Any] = {}
        self.at_once: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def __call__(self, to: Address, message: Message, tone: str) -> Outcome:  # noqa: ARG002
        kind = to.url.partition(":")[0]
        self.at_once[kind] += 1
        self.most[kind] = max(self.most[kind], self.at_once[kind])
        try:
            await asyncio.sleep(0)
            answer = self.answers.get(to.url, Outcome())
            if isinstance(answer, asyncio.Event):
                await answer.wait()
                answer = Outcome()
            if answer.delivered:
                self.sent.append((to.url, message.id))
            return answer
        finally:
            self.at_once[kind] -= 1

    def urls(self) -> list[str]:
        return sorted(url for url, _ in self.sent)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def channels() -> Channels:
    return Channels()


@pytest.fixture
def said() -> list[str]:
    return []


def writes(assessment: Assessment, settings: NotifySettings, notices: list[Notice], now: datetime) -> list[Message]:
    writer = Writer(assessment, Path("/srv/bank"), settings.escalate_days)
    return [writer.message(notice, now) for notice in notices]


@pytest.fixture
def hire(office: Office, channels: Channels, said: list[str]) -> Callable[..., Postman]:
    def make(**more: Any) -> Postman:
        return Postman(**{"office": office, "writes": writes, "tells": said.append, "delivers": channels} | more)

    return make


async def once(man: Postman, *breaches: Any, settings: NotifySettings = SETTINGS, **more: Any) -> None:
    man.take(assessed(*breaches, **more), settings)
    await asyncio.wait_for(man.once(), 50)


@asynccontextmanager
async def running(man: Postman) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(man.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(true: Callable[[], object]) -> None:
    for _ in range(2_000):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to be")


async def test_what_is_due_is_sent_once_whoever_looks_again(hire: Callable[..., Postman], channels: Channels) -> None:
    for _ in range(3):
        await once(hire(), D1, D2)
    assert channels.urls() == ["json://omar", "json://vera"]


async def test_two_postmen_never_send_the_same(
    hire: Callable[..., Postman], channels: Channels, tmp_path: Path
) -> None:
    breaches = [breach(f"dependency:{n}") for n in range(3)]
    other = Office(tmp_path)
    # Processes of another machine: nobody here takes theirs for dead, whose leases are given to the other.
    men = [hire(holder="elsewhere 1 1"), hire(office=other, holder="elsewhere 2 1")]
    await asyncio.gather(*(once(man, *breaches, settings=BOTH) for man in men))
    other.store.close()
    assert Counter(channels.urls()) == {"json://vera": 3, "form://vera": 3}


async def test_a_refusal_is_tried_again_later_and_nothing_else_waits_for_it(
    hire: Callable[..., Postman], office: Office, channels: Channels, said: list[str]
) -> None:
    channels.answers["json://vera"] = Outcome("mailbox full")
    man = hire()
    await once(man, D1, D2, settings=BOTH)
    assert channels.urls() == ["form://omar", "form://vera", "json://omar"]
    (failure,) = office.outbox.failures()
    assert (failure.error, failure.attempts) == ("mailbox full", 1)
    assert failure.next_try == office.now() + backoff(1)
    assert said == ["A message by json to Vera Vogt was not taken: mailbox full. It is kept, and tried again."]
    office.time += backoff(1)
    await once(man, D1, D2, settings=BOTH)
    assert office.outbox.failures()[0].next_try == office.now() + backoff(2)
    assert len(said) == 1, "said once"
    channels.answers.clear()
    office.time += backoff(2)
    await once(man, D1, D2, settings=BOTH)
    assert channels.urls().count("json://vera") == 1
    assert said[1:] == ["All messages by json are taken again."]
    assert office.outbox.failures() == ()


def test_the_time_between_tries_doubles_up_to_an_hour() -> None:
    assert [backoff(n).total_seconds() for n in (1, 2, 3, 8, 9, 500)] == [30, 60, 120, 3600, 3600, 3600]


async def test_a_channel_that_hangs_holds_up_nobody(
    hire: Callable[..., Postman], office: Office, channels: Channels
) -> None:
    channels.answers["json://vera"] = asyncio.Event()
    man = hire()
    async with running(man):
        man.take(assessed(D1, D2), BOTH)
        await until(lambda: len(channels.sent) == 3)
        assert channels.urls() == ["form://omar", "form://vera", "json://omar"]
        later = breach("dependency:3", "ruth")
        man.take(assessed(D1, D2, later), BOTH)
        await until(lambda: "json://ruth" in channels.urls())
        channels.answers["json://vera"].set()
        await until(lambda: "json://vera" in channels.urls())
        await until(lambda: office.outbox.next_at() is None)


async def test_one_channel_is_given_a_few_at_once(hire: Callable[..., Postman], channels: Channels) -> None:
    breaches = [breach(f"dependency:{n}") for n in range(9)]
    await once(hire(), *breaches, settings=SETTINGS.model_copy(update={"at_once": 9}))
    assert len(channels.sent) == 9
    assert channels.most["json"] == postmen.PARALLEL


async def test_nothing_is_tried_again_in_quiet_hours(
    hire: Callable[..., Postman], office: Office, channels: Channels
) -> None:
    night = SETTINGS.model_copy(update={"quiet": "19:00-07:00"})
    channels.answers["json://vera"] = Outcome("down")
    office.time = at("18:59")
    await once(hire(), D1, settings=night)
    channels.answers.clear()
    office.time = at("23:00")
    man = hire()
    await once(man, D1, settings=night)
    assert channels.sent == []
    assert office.outbox.next_at() == at("07:00", DAY + timedelta(days=1))
    office.time = at("07:00", DAY + timedelta(days=1))
    await once(man, D1, settings=night)
    assert channels.urls() == ["json://vera"]


async def test_it_sleeps_until_something_is_due_and_wakes_by_itself(
    hire: Callable[..., Postman], office: Office, channels: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[datetime | None] = []

    async def sleep(_: Postman, next_at: datetime | None) -> None:
        """Sleeping moves the clock, once it is the afternoon."""
        slept.append(next_at)
        if next_at is not None and office.time > at("12:00"):
            office.time = max(office.time, next_at)
        await asyncio.sleep(0.01)

    monkeypatch.setattr(Postman, "_sleep", sleep)
    man = hire()
    async with running(man):
        man.take(assessed(D1), SETTINGS)
        await until(lambda: channels.sent and office.outbox.next_at() is None and slept[-1] is None)
        man.take(assessed(D1, breach("dependency:2")), SETTINGS)
        await until(lambda: slept[-1] == at("16:00"))
        assert len(channels.sent) == 1
        office.time = at("15:59")
        await until(lambda: len(channels.sent) == 2)
    assert office.time >= at("16:00"), "the digest came when it was due"


async def test_to_be_stopped_is_never_missed(hire: Callable[..., Postman]) -> None:
    """Also at the very moment at which it wakes."""
    for _ in range(50):
        man = hire()
        task = asyncio.create_task(man.run())
        await asyncio.sleep(0.002)
        man._woke.set()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, 50)


@pytest.mark.parametrize(("host", "at_once"), [(Holder.me().host, True), ("elsewhere", False)])
async def test_what_a_process_that_died_had_claimed_is_sent_with_the_same_id(
    hire: Callable[..., Postman], office: Office, channels: Channels, said: list[str], host: str, at_once: bool
) -> None:
    """At once if it can be seen to be dead; else when its lease is over."""

    async def dies(*_: object) -> Outcome:
        raise MemoryError

    await once(hire(holder=f"{host} 4194305 1", delivers=dies), D1)
    assert said == ["A message could not be sent: MemoryError: ."]
    (claimed,) = office.store._connection.raw.execute("SELECT message FROM deliveries WHERE holder != ''").fetchone()
    await once(hire(), D1)
    assert channels.sent == ([("json://vera", claimed)] if at_once else [])
    office.time += timedelta(seconds=postmen.LEASE)
    await once(hire(), D1)
    assert channels.sent == [("json://vera", claimed)]


async def test_a_message_whose_delivery_could_not_be_noted_is_not_sent_again(
    hire: Callable[..., Postman], channels: Channels, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    real, refused = OutboxStore.done, [StoreError("the disk is full."), StoreError("the disk is full.")]

    def done(self: OutboxStore, *given: Any) -> None:
        if refused:
            raise refused.pop()
        real(self, *given)

    monkeypatch.setattr(OutboxStore, "done", done)
    monkeypatch.setattr(postmen, "TROUBLED", 0.01)
    man = hire()
    await once(man, D1)
    await once(man, D1)
    assert channels.urls() == ["json://vera"]
    assert said == ["the disk is full."]


async def test_a_store_that_cannot_be_asked_is_asked_again(
    hire: Callable[..., Postman], channels: Channels, monkeypatch: pytest.MonkeyPatch, said: list[str], office: Office
) -> None:
    real, refused = OutboxStore.put, [StoreError("the disk is full.")]

    def put(self: OutboxStore, *given: Any) -> Any:
        if refused:
            raise refused.pop()
        return real(self, *given)

    monkeypatch.setattr(OutboxStore, "put", put)
    monkeypatch.setattr(postmen, "TROUBLED", 0.01)
    man = hire()
    async with running(man):
        man.take(assessed(D1), SETTINGS)
        await until(lambda: channels.sent)
        await until(lambda: office.outbox.next_at() is None)
    assert said == ["the disk is full."]


async def test_what_is_being_sent_may_end_when_all_is_stopped(
    hire: Callable[..., Postman], office: Office, channels: Channels
) -> None:
    channels.answers["json://vera"] = gate = asyncio.Event()
    man = hire()
    task = asyncio.create_task(man.run())
    man.take(assessed(D1), SETTINGS)
    await until(lambda: channels.at_once["json"] == 1)
    task.cancel()
    await asyncio.sleep(0.05)
    gate.set()
    with suppress(asyncio.CancelledError):
        await task
    assert channels.urls() == ["json://vera"]
    assert office.outbox.next_at() is None


async def test_what_does_not_end_is_stopped_and_due_at_once_for_the_next_process(
    hire: Callable[..., Postman], channels: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postmen, "GRACE", 0.05)
    channels.answers["json://vera"] = asyncio.Event()
    man = hire()
    async with running(man):
        man.take(assessed(D1), SETTINGS)
        await until(lambda: channels.at_once["json"] == 1)
    channels.answers.clear()
    await once(hire(), D1)
    assert channels.urls() == ["json://vera"]


async def test_a_changed_channel_takes_what_waited_for_the_old_one(
    hire: Callable[..., Postman], office: Office, channels: Channels
) -> None:
    channels.answers["json://vera"] = Outcome("wrong password")
    await once(hire(), D1)
    moved = NotifySettings(channels=("jsons://{person}",), quiet="none")
    await once(hire(), D1, settings=moved)
    assert channels.urls() == ["jsons://vera"]
    assert office.outbox.failures() == ()


async def test_what_reaches_nobody_by_a_channel_that_fails_for_a_day_goes_to_the_next_level(
    hire: Callable[..., Postman], office: Office, channels: Channels
) -> None:
    channels.answers["json://vera"] = Outcome("mailbox full")
    await once(hire(), D1, levels=("omar",))
    assert channels.sent == []
    office.time += timedelta(days=1, minutes=1)
    await once(hire(), D1, levels=("omar",), today=DAY + timedelta(days=1))
    assert channels.urls() == ["json://omar"]


async def test_a_missing_variable_is_a_failure_like_any_other(
    hire: Callable[..., Postman], office: Office, said: list[str], monkeypatch: pytest.MonkeyPatch, channels: Channels
) -> None:
    secret = NotifySettings(channels=("json://${COCKPIT_HOOK}",), quiet="none")
    await once(hire(), D1, settings=secret)
    assert "the variable COCKPIT_HOOK is not set" in office.outbox.failures()[0].error
    monkeypatch.setenv("COCKPIT_HOOK", "vera")
    office.time += backoff(1)
    await once(hire(), D1, settings=secret)
    assert channels.urls() == ["json://vera"]
    assert all("json to Vera Vogt" in each for each in said)


async def test_breaches_that_reach_nobody_are_said_once(hire: Callable[..., Postman], said: list[str]) -> None:
    man = hire()
    for _ in range(2):
        await once(man, breach("dependency:1", "nobody"))
    assert len(said) == 1
    assert said[0].startswith("DEP-UNPROVEN “dependency:1 is not proven” reaches nobody: nobody who can act on it is")


async def test_without_the_right_to_send_nothing_is_sent(hire: Callable[..., Postman], channels: Channels) -> None:
    with pytest.raises(HeldError, match="nothing is sent"):
        await once(hire(may_send=lambda: False), D1)
    assert channels.sent == []
