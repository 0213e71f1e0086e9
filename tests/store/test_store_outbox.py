"""The outbox at rest: what was told, what waits for which channel, and that only one process has a message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cockpit.notices.records import Claim, Item, Kind, Message, Past, Standing, Told
from cockpit.store import Store, StoreError

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)
DAY = NOW.date()
MAIL, CHAT = "mailto-1", "slack-1"


def hours(number: float) -> datetime:
    return NOW + timedelta(hours=number)


def item(key: str, told: Told = Told.RAISED, owed: date | None = None) -> Item:
    return Item(key, told, f"root of {key}", f"title of {key}", critical=key == "grave", owed=owed)


def message(name: str, *items: Item, person: str = "vera", made_at: datetime = NOW, digest: bool = False) -> Message:
    return Message(
        id=name,
        person=person,
        kind=Kind.BREACH,
        day=made_at.date(),
        made_at=made_at,
        subject=f"subject of {name}",
        body="text",
        data="{}",
        digest=digest,
        items=items,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "portfolio.db") as opened:
        yield opened


def put(store: Store, *messages: Message, channels: tuple[str, ...] = (MAIL,)) -> tuple[str, ...]:
    return store.outbox.put(messages, {each.person: channels for each in messages})


def claimed(store: Store, now: datetime = NOW, holder: str = "me") -> list[tuple[str, str, int]]:
    found = store.outbox.claim(holder, now, now + timedelta(minutes=2), lambda *_: True)
    return [(claim.message.id, claim.channel, claim.attempt) for claim in found]


def one(store: Store, now: datetime = NOW) -> Claim:
    (found,) = store.outbox.claim("me", now, now + timedelta(minutes=2), lambda *_: True)
    return found


def test_what_was_told_is_known_until_it_was_told_cleared(store: Store) -> None:
    put(store, message("1", item("a"), item("grave")), message("2", item("a"), person="omar"))
    past = store.outbox.state(NOW).people["vera"]
    a, grave = (Standing(key, f"root of {key}", f"title of {key}", key == "grave") for key in ("a", "grave"))
    assert past == Past(standing=(a, grave), last_day=DAY, last_digest=None)
    put(store, message("3", item("a", Told.CLEARED), made_at=hours(7), digest=True))
    past = store.outbox.state(NOW).people["vera"]
    assert past == Past(standing=(grave,), last_day=DAY, last_digest=DAY)
    assert store.outbox.state(NOW).people["omar"].standing == (a,)


def test_what_somebody_else_has_told_meanwhile_is_not_kept_twice(store: Store, tmp_path: Path) -> None:
    with Store.open(tmp_path / "portfolio.db") as other:
        assert put(store, message("1", item("a"))) == ("1",)
        assert put(other, message("2", item("a"))) == ()
        assert put(other, message("3", item("a", owed=DAY))) == ("3",), "that a decision is owed is news"
        assert put(store, message("4", item("a", owed=DAY))) == ()
        assert put(store, message("5", item("b", Told.CLEARED))) == ()
        assert put(other, message("6", item("a", Told.CLEARED))) == ("6",)
        assert put(store, message("7", item("a", Told.CLEARED))) == ()
        assert put(store, message("8", item("a"))) == ("8",), "another spell"


def test_a_claim_is_for_one_process_until_its_lease_is_over(store: Store, tmp_path: Path) -> None:
    put(store, message("1", item("a")), channels=(MAIL, CHAT))
    with Store.open(tmp_path / "portfolio.db") as other:
        assert claimed(store) == [("1", MAIL, 1), ("1", CHAT, 1)]
        assert claimed(other, NOW + timedelta(minutes=1), "other") == []
        assert other.outbox.next_at() == NOW + timedelta(minutes=2)
        assert claimed(other, NOW + timedelta(minutes=2), "other") == [("1", MAIL, 2), ("1", CHAT, 2)]


def test_each_channel_is_done_by_itself(store: Store) -> None:
    put(store, message("1", item("a")), channels=(MAIL, CHAT))
    mail, chat = store.outbox.claim("me", NOW, hours(1), lambda *_: True)
    store.outbox.done(mail, NOW)
    store.outbox.failed(chat, "no route", hours(2))
    assert claimed(store, hours(1.9)) == []
    assert [(f.channel, f.attempts, f.error, f.next_try) for f in store.outbox.failures()] == [
        (CHAT, 1, "no route", hours(2))
    ]
    assert store.outbox.next_at() == hours(2)
    assert claimed(store, hours(2)) == [("1", CHAT, 2)]


def test_there_is_room_for_so_many_of_a_channel(store: Store) -> None:
    put(store, *(message(str(n), item(str(n))) for n in range(3)))
    found = store.outbox.claim("me", NOW, hours(1), lambda name, _: name == "1")
    assert [claim.message.id for claim in found] == ["1"]


def test_the_leases_of_a_dead_process_are_taken_back_and_no_others(store: Store) -> None:
    put(store, message("1", item("a")), message("2", item("b")))
    store.outbox.claim("dead", NOW, hours(1), lambda name, _: name == "1")
    store.outbox.claim("alive", NOW, hours(1), lambda *_: True)
    store.outbox.free(lambda holder: holder == "dead", NOW)
    assert claimed(store) == [("1", MAIL, 2)]


def test_nothing_is_due_for_whom_it_is_postponed(store: Store) -> None:
    put(store, message("1", item("a")), message("2", item("a"), person="omar"))
    store.outbox.postpone({"vera": hours(10)})
    assert claimed(store) == [("2", MAIL, 1)]
    assert claimed(store, hours(10)) == [("2", MAIL, 2), ("1", MAIL, 1)]


def test_a_message_for_a_channel_that_is_gone_goes_to_those_that_are_there(store: Store) -> None:
    put(store, message("1", item("a")))
    store.outbox.settle({"vera": ("mailto-2",)}, hours(1))
    assert claimed(store, hours(1)) == [("1", "mailto-2", 1)]
    store.outbox.free(lambda _: True, hours(1))
    store.outbox.settle({"vera": (MAIL,)}, hours(2))
    assert claimed(store, hours(2)) == [("1", MAIL, 1)]


def test_a_message_that_one_channel_has_taken_goes_to_no_new_one(store: Store) -> None:
    put(store, message("1", item("a")), channels=(MAIL, CHAT))
    mail, _ = store.outbox.claim("me", NOW, NOW, lambda *_: True)
    store.outbox.done(mail, NOW)
    store.outbox.free(lambda _: True, NOW)
    store.outbox.settle({"vera": (MAIL, "new-1")}, NOW)
    assert claimed(store, hours(1)) == []


def test_what_is_for_somebody_without_any_channel_waits_for_one_and_not_for_ever(store: Store) -> None:
    put(store, message("1", item("a")), message("2", item("a"), person="omar"))
    store.outbox.settle({}, NOW + timedelta(days=59))
    store.outbox.settle({"omar": (CHAT,)}, NOW + timedelta(days=61))
    assert claimed(store, NOW + timedelta(days=61)) == [("2", CHAT, 1)]


def test_who_takes_nothing_for_a_day_is_lost_and_found_again_with_the_next_delivery(store: Store) -> None:
    put(store, message("1", item("a")))
    store.outbox.failed(one(store), "no route", hours(25))
    assert store.outbox.state(hours(23)).lost == frozenset()
    assert store.outbox.state(hours(25)).lost == {"vera"}
    store.outbox.done(one(store, hours(25)), hours(25))
    assert store.outbox.state(hours(26)).lost == frozenset()


def test_who_takes_messages_by_one_of_two_channels_is_not_lost(store: Store) -> None:
    put(store, message("1", item("a")), channels=(MAIL, CHAT))
    mail, chat = store.outbox.claim("me", NOW, NOW, lambda *_: True)
    store.outbox.failed(mail, "no route", hours(25))
    store.outbox.done(chat, NOW)
    assert store.outbox.state(hours(48)).lost == frozenset()


def test_old_messages_are_dropped_once_nothing_of_them_stands(store: Store) -> None:
    put(store, message("old", item("a")), message("open", item("b")), message("stuck", item("c")))
    for claim in store.outbox.claim("me", NOW, NOW, lambda name, _: name != "stuck"):
        store.outbox.done(claim, NOW)
    put(store, message("clear", item("a", Told.CLEARED), item("c", Told.CLEARED), made_at=hours(1)))
    store.outbox.done(one_of(store, "clear", hours(1)), hours(1))

    def ids() -> list[str]:
        raw = store._connection.raw
        return [number for (number,) in raw.execute("SELECT id FROM messages ORDER BY rowid")]

    store.outbox.settle({"vera": (MAIL,)}, NOW + timedelta(days=59))
    assert ids() == ["old", "open", "stuck", "clear"]
    store.outbox.settle({"vera": (MAIL,)}, NOW + timedelta(days=61))
    assert ids() == ["open", "stuck"]
    assert store.check() == ()


def one_of(store: Store, name: str, now: datetime) -> Claim:
    (found,) = store.outbox.claim("me", now, now, lambda number, _: number == name)
    return found


def test_what_is_kept_of_a_message_is_what_was_put(store: Store) -> None:
    told = message("1", item("a"))
    put(store, told)
    found = one(store).message
    assert (found.id, found.person, found.subject, found.body, found.data, found.made_at, found.day) == (
        *(told.id, told.person, told.subject, told.body, told.data, told.made_at, told.day),
    )


@pytest.mark.parametrize(
    "change", ["id = 'x' || char(13, 10) || 'Bcc: all@bank.example'", "kind = 'bomb'", "day = 'x'"]
)
def test_a_message_that_somebody_wrote_into_the_store_by_hand_is_not_sent(store: Store, change: str) -> None:
    store._connection.raw.execute("PRAGMA foreign_keys = OFF")
    put(store, message("1", item("a")))
    store._connection.raw.execute(f"UPDATE messages SET {change}")
    store._connection.raw.execute("UPDATE deliveries SET message = (SELECT id FROM messages)")
    with pytest.raises(StoreError, match="could not claim messages"):
        claimed(store)
    assert any("messages" in sentence for sentence in store.check())


def test_own_messages_are_no_news_for_the_session_that_sends(store: Store, tmp_path: Path) -> None:
    """The watch looks at all files again when another process has written, and not for its own outbox."""
    with Store.open(tmp_path / "portfolio.db") as other:
        before, theirs = store.data_version(), other.data_version()
        put(store, message("1", item("a")))
        store.outbox.done(one(store), NOW)
        assert store.data_version() == before
        assert other.data_version() != theirs


def test_to_look_and_find_nothing_to_do_is_no_news_for_anybody(store: Store, tmp_path: Path) -> None:
    with Store.open(tmp_path / "portfolio.db") as other:
        put(store, message("1", item("a")))
        store.outbox.done(one(store), NOW)
        before = other.data_version()
        store.outbox.settle({"vera": (MAIL,)}, NOW)
        store.outbox.postpone({"vera": hours(1)})
        store.outbox.free(lambda _: False, NOW)
        assert claimed(store) == []
        assert other.data_version() == before
